"""The database refuses to change a case's history and what somebody said."""

from django.db import migrations

from linli.kernel.append_only import operation


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]
    operations = [
        operation("casework_caseevent"),
        operation("casework_report", "UPDATE OF text"),
    ]
