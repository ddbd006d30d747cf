"""The trail cannot be rewritten; case numbers come from a sequence, without a lock."""

from django.db import migrations

from yizhan.core.tracked import append_only

FORWARD = "CREATE SEQUENCE cases_number MINVALUE 1 MAXVALUE 999999 CACHE 1 CYCLE;"
BACKWARD = """
DROP SEQUENCE cases_number;
DROP TRIGGER cases_caseentry_append_only ON cases_caseentry;
DROP TRIGGER cases_caseentry_no_truncate ON cases_caseentry;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD + append_only("cases_caseentry"), BACKWARD)]
