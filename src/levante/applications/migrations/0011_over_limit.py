from django.db import migrations, models


class Migration(migrations.Migration):
    """Whoever is beyond a limit of the call on a click day is known from the closing on."""

    dependencies = [("applications", "0010_last_notices")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="over_limit",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="the limit of its call, by code, that it is beyond: judged in the order of the log when a click day closes",
                max_length=80,
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("over_limit", ""),
                    models.Q(("number__isnull", False), ("sealed_at__isnull", False)),
                    _connector="OR",
                ),
                name="application_over_limit_was_received",
            ),
        ),
    ]
