"""The database refuses to change a posted clause, a recorded step, or what a document is."""

from django.db import migrations

from linli.kernel.append_only import operation


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]
    operations = [
        operation("rulebook_clause"),
        operation("rulebook_settledvalue"),
        operation("rulebook_rulestep"),
        operation("rulebook_ruleversion", "DELETE"),
        operation("rulebook_ruledocument", "DELETE", "UPDATE OF kind", "UPDATE OF place_path"),
    ]
