"""The database refuses to change the audit trail."""

from django.db import migrations

from linli.kernel.append_only import operation


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [operation("kernel_auditentry")]
