"""Who looked, and what happened to accounts, can be added to but never changed."""

from django.db import migrations

from yizhan.core.tracked import append_only

TABLES = ("people_accessline", "people_accountevent")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(
            append_only(table),
            f"DROP TRIGGER {table}_append_only ON {table};"
            f"DROP TRIGGER {table}_no_truncate ON {table};",
        )
        for table in TABLES
    ]
