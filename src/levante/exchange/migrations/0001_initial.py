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
            name="ExternalRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(help_text="which outside system: acts, protocol, pec", max_length=30)),
                ("kind", models.CharField(help_text="what is asked of it: award_act", max_length=40)),
                ("key", models.CharField(help_text="our idempotency key", max_length=120, unique=True)),
                ("body", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("answered", "Answered"),
                            ("applied", "Applied"),
                            ("stuck", "Stuck"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("their_id", models.CharField(blank=True, max_length=120)),
                (
                    "outcome",
                    models.CharField(blank=True, help_text="adopted, refused: what they decided", max_length=20),
                ),
                ("answer", models.JSONField(blank=True, null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, help_text="tries in a row that got no usable answer"),
                ),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state", "next_try_at"], name="external_request_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sending", "answered", "applied", "stuck", "cancelled"])
                        ),
                        name="external_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__isnull", False),
                                ("answered_at__isnull", False),
                                ("state__in", ["answered", "applied"]),
                            ),
                            models.Q(
                                models.Q(("state__in", ["answered", "applied"]), _negated=True),
                                ("answered_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="external_request_answer_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at__isnull", False), ("state", "applied")),
                            models.Q(models.Q(("state", "applied"), _negated=True), ("applied_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="external_request_applied_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_until__isnull", False), ("state", "sending")),
                            models.Q(models.Q(("state", "sending"), _negated=True), ("claimed_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="external_request_claim",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_try_at__isnull", False), ("state", "waiting")),
                            models.Q(("state", "waiting"), _negated=True),
                            _connector="OR",
                        ),
                        name="external_request_waiting_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "stuck"), _negated=True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="external_request_stuck_says",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField()),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="HTTP status, when there was one", null=True
                    ),
                ),
                (
                    "problem",
                    models.CharField(blank=True, help_text="why it was of no use; empty when it was", max_length=500),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="exchange.externalrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PecMailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("read_at", models.DateTimeField(blank=True, help_text="when it was last read to its end", null=True)),
                ("claimed_until", models.DateTimeField(blank=True, help_text="somebody is reading it", null=True)),
                ("failures", models.PositiveIntegerField(default=0, help_text="readings in a row that failed")),
                ("last_error", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["address"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failures", 0), ("last_error", "")),
                            models.Q(("failures__gt", 0), models.Q(("last_error", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="pec_mailbox_failure_says",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PecMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(help_text="the provider's name for it (UIDL)", max_length=200)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("taken", "A receipt of ours, kept"),
                            ("other", "Something else, left alone"),
                            ("unreadable", "It says to be a receipt and cannot be read"),
                        ],
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("seen_at", models.DateTimeField()),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="exchange.pecmailbox"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("mailbox", "uid"), name="pec_mail_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", "unreadable"), models.Q(("problem", ""), _negated=True)),
                            models.Q(models.Q(("what", "unreadable"), _negated=True), ("problem", "")),
                            _connector="OR",
                        ),
                        name="pec_mail_unreadable_says",
                    ),
                ],
            },
        ),
    ]
