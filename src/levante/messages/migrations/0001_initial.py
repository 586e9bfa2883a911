import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("enterprise_id", models.BigIntegerField(help_text="the enterprise it is about", null=True)),
                ("kind", models.SlugField(help_text="what happened, as in application-admitted", max_length=60)),
                ("subject_type", models.CharField(blank=True, max_length=100)),
                ("subject_id", models.CharField(blank=True, max_length=100)),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("body_it", models.TextField()),
                ("body_en", models.TextField()),
                (
                    "path",
                    models.CharField(
                        blank=True, help_text="where to go from here, without language prefix", max_length=300
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mail_state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["user", "-created_at"], name="notice_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mail_state", "sent"), ("mailed_at__isnull", False)),
                            models.Q(("mail_state", "sent"), _negated=True),
                            _connector="OR",
                        ),
                        name="notice_sent_dated",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("subject_id", ""), _negated=True),
                        fields=("user", "kind", "subject_type", "subject_id"),
                        name="notice_once_per_event",
                    ),
                ],
            },
        ),
    ]
