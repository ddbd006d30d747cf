"""The trail and the messages cannot be rewritten; order numbers come from a sequence."""

from django.db import migrations

from yizhan.core.tracked import append_only

FORWARD = "CREATE SEQUENCE hotline_number MINVALUE 1 MAXVALUE 999999 CACHE 1 CYCLE;"
TABLES = ("hotline_orderentry", "hotline_message")
BACKWARD = "DROP SEQUENCE hotline_number;" + "".join(
    f"DROP TRIGGER {t}_append_only ON {t}; DROP TRIGGER {t}_no_truncate ON {t};" for t in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD + "".join(map(append_only, TABLES)), BACKWARD)]
