"""Counts of tries, shared by all web processes. Unlogged: a count is worth no write-ahead log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_hotline_functions")]

    operations = [
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("number", models.PositiveIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["began_at"], name="attempts_began")]},
        ),
        migrations.RunSQL(
            "ALTER TABLE people_attempts SET UNLOGGED", "ALTER TABLE people_attempts SET LOGGED"
        ),
    ]
