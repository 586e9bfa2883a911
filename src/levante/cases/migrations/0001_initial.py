import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from levante.parties.api import Plainly


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
        ("identity", "__first__"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseCounter",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["year"],
            },
        ),
        migrations.CreateModel(
            name="ExternalContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                (
                    "language",
                    models.CharField(choices=[("it", "Italiano"), ("en", "English")], default="en", max_length=2),
                ),
                (
                    "consent_wording",
                    models.CharField(help_text="version of the notice that was shown and accepted", max_length=40),
                ),
                ("consent_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.country",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("consent_wording", ""), _negated=True), name="external_contact_consented"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(("email", ""), ("name", ""), ("organisation", "")),
                            _connector="OR",
                        ),
                        name="external_contact_erased_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(help_text="year and place in it: R2026/000042", max_length=20, unique=True),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("question", "Information"),
                            ("advice", "Export advice"),
                            ("fair", "Fairs and missions"),
                            ("investment", "Investing in the region"),
                            ("agreement", "Agreements and cooperation"),
                            ("aftercare", "Aftercare of an investor"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("assigned", "assigned"),
                            ("referred", "referred to an agency"),
                            ("accepted", "accepted by the agency"),
                            ("refused", "refused by the agency"),
                            ("answered", "answered"),
                            ("closed", "closed"),
                            ("reopened", "reopened"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "enterprise portal"),
                            ("web", "public page"),
                            ("email", "e-mail"),
                            ("pec", "PEC"),
                            ("phone", "telephone"),
                            ("desk", "front desk"),
                            ("event", "event"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "requester",
                    models.CharField(
                        choices=[
                            ("person", "person"),
                            ("enterprise", "enterprise"),
                            ("buyer", "buyer"),
                            ("investor", "investor"),
                            ("external", "external contact"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "subject_type",
                    models.CharField(blank=True, help_text="what it is about: investment.Opportunity", max_length=100),
                ),
                ("subject_id", models.CharField(blank=True, max_length=100)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(help_text="the end of the last day of the term, in Italy")),
                ("term", models.JSONField(default=dict, help_text="days, kind, reference and steps that gave due_at")),
                ("answered_at", models.DateTimeField(blank=True, help_text="the first answer of this turn", null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closing_reason", models.TextField(blank=True)),
                ("idempotency_key", models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "buyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="parties.buyer",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "investor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="parties.investor",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        help_text="the office in charge",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="identity.office",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="cases.externalcontact",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="case_by_term"),
                    models.Index(
                        condition=models.Q(("subject_id", ""), _negated=True),
                        fields=["subject_type", "subject_id"],
                        name="case_by_subject",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(Plainly("subject"), name="gin_trgm_ops"),
                        name="case_by_likeness",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "sequence"), name="case_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "assigned",
                                    "referred",
                                    "accepted",
                                    "refused",
                                    "answered",
                                    "closed",
                                    "reopened",
                                ],
                            )
                        ),
                        name="case_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["question", "advice", "fair", "investment", "agreement", "aftercare", "other"],
                            )
                        ),
                        name="case_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["portal", "web", "email", "pec", "phone", "desk", "event"])
                        ),
                        name="case_known_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("requested_by__isnull", False),
                                ("requester", "person"),
                                ("buyer__isnull", True),
                                ("contact__isnull", True),
                                ("enterprise__isnull", True),
                                ("investor__isnull", True),
                            ),
                            models.Q(
                                ("requester", "enterprise"),
                                ("buyer__isnull", True),
                                ("contact__isnull", True),
                                ("enterprise__isnull", False),
                                ("investor__isnull", True),
                            ),
                            models.Q(
                                ("requester", "buyer"),
                                ("buyer__isnull", False),
                                ("contact__isnull", True),
                                ("enterprise__isnull", True),
                                ("investor__isnull", True),
                            ),
                            models.Q(
                                ("requester", "investor"),
                                ("buyer__isnull", True),
                                ("contact__isnull", True),
                                ("enterprise__isnull", True),
                                ("investor__isnull", False),
                            ),
                            models.Q(
                                ("contact__isnull", False),
                                ("enterprise__isnull", True),
                                ("requested_by__isnull", True),
                                ("requester", "external"),
                            ),
                            _connector="OR",
                        ),
                        name="case_one_requester",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("buyer__isnull", True), ("investor__isnull", True), _connector="OR"),
                        name="case_of_one_party",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["received", "closed"]), ("owner__isnull", False), _connector="OR"
                        ),
                        name="case_taken_has_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "received"), _negated=True), ("owner__isnull", True), _connector="OR"
                        ),
                        name="case_received_has_no_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            ("answered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="case_answered_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="case_closed_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            ("answered_at__isnull", False),
                            models.Q(("closing_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_closed_without_answer_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gte", models.F("opened_at"))), name="case_due_after_opening"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_id", ""), ("subject_type", "")),
                            models.Q(
                                models.Q(("subject_type", ""), _negated=True),
                                models.Q(("subject_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="case_subject_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for the agency"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("note", models.TextField(blank=True, help_text="what the Section asks of the agency")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="cases.case"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="identity.office"
                    ),
                ),
            ],
            options={
                "ordering": ["case", "at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "accepted", "refused"])),
                        name="referral_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "pending")),
                            models.Q(models.Q(("state", "pending"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="referral_decision_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="referral_refused_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")), fields=("case",), name="referral_one_pending"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("request", "request"), ("answer", "answer"), ("note", "internal note")], max_length=8
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                (
                    "mailed_at",
                    models.DateTimeField(blank=True, help_text="when it left for an external contact", null=True),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="cases.case"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.office",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["request", "answer", "note"])), name="case_message_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="case_message_not_empty"
                    ),
                ],
            },
        ),
    ]
