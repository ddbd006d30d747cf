"""Letters next to short messages, and which letter one answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_indexes")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="answers",
            field=models.CharField("答复的邮件", blank=True, db_default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="notice",
            name="channel",
            field=models.CharField(
                "渠道", choices=[("sms", "短信"), ("mail", "邮件")], max_length=6
            ),
        ),
    ]
