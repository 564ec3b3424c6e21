"""The database refuses to change why a record stands at a person."""

from django.db import migrations

from linli.kernel.append_only import operation


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [operation("registry_identitydecision")]
