import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("calls", "0001_initial"),
        ("documents", "0001_initial"),
        ("identity", "0001_initial"),
        ("identity", "__first__"),
        ("parties", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slot",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="which of those the enterprise may send to this opening"
                    ),
                ),
                (
                    "applicant_kind",
                    models.CharField(
                        choices=[
                            ("single", "single firm"),
                            ("network", "network of firms"),
                            ("consortium", "consortium"),
                            ("district", "production district"),
                            ("supply_chain", "supply chain"),
                        ],
                        default="single",
                        help_text="a firm alone, or the lead of a group: its firms are GroupMember",
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("discarded", "draft discarded"),
                            ("sealed", "sealed"),
                            ("lapsed", "not sent in time"),
                            ("submitted", "submitted"),
                            ("under_check", "under examination"),
                            ("integration", "integration requested"),
                            ("notice", "pre-rejection notice"),
                            ("admitted", "admitted"),
                            ("rejected", "rejected"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                (
                    "prefilled",
                    models.JSONField(default=list, help_text="ids of the fields filled from the enterprise's file"),
                ),
                (
                    "said",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="answers of the self-check that were asked to be kept: code -> yes or no",
                    ),
                ),
                (
                    "by_office",
                    models.BooleanField(default=False, help_text="an office filled in for somebody on the phone"),
                ),
                ("revision", models.PositiveIntegerField(default=0, help_text="grows by one at each saving")),
                ("requested_amount", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("admitted_amount", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("created_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sealed_at",
                    models.DateTimeField(
                        blank=True, help_text="frozen for a click day, to be sent by its token", null=True
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("number", models.CharField(blank=True, max_length=32, null=True, unique=True)),
                ("sequence", models.BigIntegerField(blank=True, null=True)),
                ("frozen", models.JSONField(blank=True, null=True)),
                ("frozen_sha256", models.CharField(blank=True, max_length=64)),
                ("protocol_number", models.CharField(blank=True, max_length=60)),
                ("protocol_on", models.DateField(blank=True, null=True)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "returned_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="given back for a conflict of interest, until somebody else has it",
                        null=True,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.TextField(blank=True)),
                (
                    "case_officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications_in_charge",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="calls.formversion"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="calls.openingline",
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="calls.opening"
                    ),
                ),
                (
                    "sealed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
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
                "indexes": [
                    models.Index(fields=["opening", "state", "sequence"], name="application_queue"),
                    models.Index(fields=["case_officer", "state"], name="application_by_officer"),
                    models.Index(fields=["submitted_at", "id"], name="application_by_arrival"),
                    models.Index(
                        condition=models.Q(("state__in", ["submitted", "under_check", "integration", "notice"])),
                        fields=["submitted_at", "id"],
                        name="application_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["discarded", "lapsed", "withdrawn"]), _negated=True),
                        fields=("opening", "enterprise", "slot"),
                        name="application_once_per_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "discarded",
                                    "sealed",
                                    "lapsed",
                                    "submitted",
                                    "under_check",
                                    "integration",
                                    "notice",
                                    "admitted",
                                    "rejected",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="application_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applicant_kind__in", ["single", "network", "consortium", "district", "supply_chain"])
                        ),
                        name="application_known_applicant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("frozen__isnull", True),
                                ("frozen_sha256", ""),
                                ("number__isnull", True),
                                ("sealed_at__isnull", True),
                                ("sequence__isnull", True),
                                ("state__in", ["draft", "discarded"]),
                                ("submitted_at__isnull", True),
                            ),
                            models.Q(
                                ("frozen__isnull", False),
                                ("frozen_sha256__regex", "^[0-9a-f]{64}$"),
                                ("number__isnull", True),
                                ("requested_amount__isnull", False),
                                ("sealed_at__isnull", False),
                                ("sequence__isnull", True),
                                ("state__in", ["sealed", "lapsed"]),
                                ("submitted_at__isnull", True),
                            ),
                            models.Q(
                                models.Q(("state__in", ["draft", "discarded", "sealed", "lapsed"]), _negated=True),
                                ("frozen__isnull", False),
                                ("frozen_sha256__regex", "^[0-9a-f]{64}$"),
                                ("number__isnull", False),
                                ("requested_amount__isnull", False),
                                ("sequence__isnull", False),
                                ("submitted_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="application_sent_has_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["under_check", "integration", "notice", "admitted", "rejected"]),
                                _negated=True,
                            ),
                            models.Q(("case_officer__isnull", False), ("taken_at__isnull", False)),
                            models.Q(
                                ("returned_at__isnull", False), ("state__in", ["under_check", "integration", "notice"])
                            ),
                            _connector="OR",
                        ),
                        name="application_in_charge_has_officer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at__isnull", True), ("case_officer__isnull", True), _connector="OR"
                        ),
                        name="application_given_back_has_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["admitted", "rejected"]),
                                models.Q(("decision_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state__in", ["admitted", "rejected"]), _negated=True),
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="application_decision_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "admitted"), _negated=True),
                            models.Q(("admitted_amount__gt", 0), ("admitted_amount__isnull", False)),
                            _connector="OR",
                        ),
                        name="application_admitted_has_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("admitted_amount__isnull", True),
                            ("admitted_amount__lte", models.F("requested_amount")),
                            _connector="OR",
                        ),
                        name="application_never_more_than_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=40)),
                ("from_state", models.CharField(blank=True, max_length=12)),
                ("to_state", models.CharField(blank=True, max_length=12)),
                ("text_it", models.TextField(blank=True)),
                ("text_en", models.TextField(blank=True)),
                ("is_internal", models.BooleanField(default=False, help_text="for the office alone")),
                ("data", models.JSONField(default=dict)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="applications.application",
                    ),
                ),
                (
                    "user",
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
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["application", "id"], name="application_event_by_file")],
            },
        ),
        migrations.CreateModel(
            name="AssignmentRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[("round_robin", "In turn"), ("by_load", "Who has least")],
                        default="round_robin",
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignment_rules",
                        to="calls.openingline",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("officers", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignment_rules", to="calls.opening"
                    ),
                ),
            ],
            options={
                "ordering": ["opening_id", "line_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opening", "line"), name="assignment_rule_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["round_robin", "by_load"])), name="assignment_rule_known_way"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("assign", "Assign"),
                            ("check", "Record a check"),
                            ("admit", "Admit"),
                            ("reject", "Reject"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "data",
                    models.JSONField(default=dict, help_text="what the act needs: officer, reason, item and outcome"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Preview"),
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("telling", "Telling"),
                            ("told", "Told"),
                        ],
                        default="preview",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("undo_reason", models.TextField(blank=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["running", "undoing", "telling"])),
                        fields=["id"],
                        name="bulk_at_work",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("started_at__isnull", True), ("state", "preview")),
                            models.Q(models.Q(("state", "preview"), _negated=True), ("started_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="bulk_started_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["undoing", "undone"]), _negated=True),
                            models.Q(("undo_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="bulk_undone_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("allowed", models.BooleanField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("refused", "Not done"),
                            ("undone", "Taken back"),
                            ("kept", "Not taken back"),
                            ("told", "Told"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason_it", models.TextField(blank=True)),
                ("reason_en", models.TextField(blank=True)),
                ("at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_items",
                        to="applications.application",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="applications.bulkrun"
                    ),
                ),
            ],
            options={
                "ordering": ["run_id", "place"],
                "indexes": [models.Index(fields=["run", "outcome", "place"], name="bulk_item_next")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "application"), name="bulk_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("allowed", True), models.Q(("reason_it", ""), _negated=True), _connector="OR"
                        ),
                        name="bulk_item_says_why_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("at__isnull", True), ("outcome", "waiting")),
                            models.Q(models.Q(("outcome", "waiting"), _negated=True), ("at__isnull", False)),
                            _connector="OR",
                        ),
                        name="bulk_item_done_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phase",
                    models.CharField(
                        choices=[("formal", "Formal"), ("merit", "Merit"), ("award", "Award")],
                        default="formal",
                        max_length=10,
                    ),
                ),
                ("item", models.CharField(help_text="code of the call's checklist", max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "Met"),
                            ("not_met", "Not met"),
                            ("to_integrate", "To be integrated"),
                            ("not_applicable", "Not applicable"),
                        ],
                        max_length=15,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it was seen: register, certificate, declaration", max_length=300
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="applications.application",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "phase", "item"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "phase", "item"), name="check_outcome_once_per_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "met"), models.Q(("note", ""), _negated=True), _connector="OR"),
                        name="check_outcome_not_met_is_explained",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["met", "not_met", "to_integrate", "not_applicable"])),
                        name="check_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phase__in", ["formal", "merit", "award"])), name="check_outcome_phase"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConflictDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("has_conflict", models.BooleanField()),
                ("text", models.TextField(blank=True)),
                ("declared_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflict_declarations",
                        to="applications.application",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-declared_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("has_conflict", False), models.Q(("text", ""), _negated=True), _connector="OR"
                        ),
                        name="conflict_declaration_says_which",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("examination", "Examination"),
                            ("integration", "Integration"),
                            ("notice", "Observations"),
                            ("acceptance", "Acceptance"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ref", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("suspended", "Suspended"),
                            ("met", "Met"),
                            ("missed", "Missed"),
                            ("ended", "Ended"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("since", models.DateField(help_text="the day from which it runs")),
                ("due_on", models.DateField(help_text="the last day")),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("steps", models.JSONField(default=list, help_text="how the day was reckoned")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["due_on", "id"], name="deadline_running"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "kind", "ref"), name="deadline_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["examination", "integration", "notice", "acceptance"])),
                        name="deadline_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_on__isnull", True), ("state__in", ["running", "suspended"])),
                            models.Q(("ended_on__isnull", False), ("state__in", ["met", "missed", "ended"])),
                            _connector="OR",
                        ),
                        name="deadline_ended_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("preparing", "being prepared"), ("scoring", "under way"), ("concluded", "concluded")],
                        default="preparing",
                        max_length=10,
                    ),
                ),
                ("judgement", models.JSONField(default=dict)),
                (
                    "due_on",
                    models.DateField(blank=True, help_text="last day to conclude, where the call sets days", null=True),
                ),
                ("steps", models.JSONField(default=list, help_text="how the day was reckoned")),
                ("created_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("concluded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "concluded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evaluation", to="calls.opening"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["preparing", "scoring", "concluded"])),
                        name="evaluation_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at__isnull", True), ("state", "preparing")),
                            models.Q(models.Q(("state", "preparing"), _negated=True), ("opened_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="evaluation_opened_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concluded_at__isnull", False), ("state", "concluded")),
                            models.Q(models.Q(("state", "concluded"), _negated=True), ("concluded_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="evaluation_concluded_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12)),
                ("added_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("settled_note", models.TextField(blank=True, help_text="why, where the judges diverge")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_file",
                        to="applications.application",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="applications.evaluation"
                    ),
                ),
                (
                    "settled_by",
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
                "ordering": ["evaluation_id", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("evaluation", "code"), name="evaluation_file_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z0-9-]+$")), name="evaluation_file_code_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_at__isnull", False),
                            models.Q(("settled_by__isnull", True), ("settled_note", "")),
                            _connector="OR",
                        ),
                        name="evaluation_file_settled_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=30)),
                ("text", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="applications.evaluation"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="applications.evaluationfile",
                    ),
                ),
            ],
            options={
                "ordering": ["evaluation_id", "at", "id"],
            },
        ),
        migrations.CreateModel(
            name="EvaluationSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed"), ("approved", "Approved")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("place", models.CharField(help_text="where, or by which means if at a distance", max_length=200)),
                ("text", models.TextField(blank=True, help_text="what was said besides the files")),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="applications.evaluation",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.generateddocument",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["evaluation_id", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("evaluation", "number"), name="session_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("evaluation",), name="session_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed", "approved"])), name="session_known_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True), ("ended_at__gte", models.F("began_at"))
                            ),
                            _connector="OR",
                        ),
                        name="session_closed_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), ("state", "approved")),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("approved_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="session_approved_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FileDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="applications.evaluationfile",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="applications.evaluationsession",
                    ),
                ),
            ],
            options={
                "ordering": ["session_id", "decided_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "file"), name="file_decision_once_a_session"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="file_decision_says_what"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_lead", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "invited"),
                            ("accepted", "accepted"),
                            ("declared", "declared by the lead"),
                            ("declined", "declined"),
                            ("removed", "removed by the lead"),
                            ("left", "left the group"),
                        ],
                        default="invited",
                        max_length=10,
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("invited_at", models.DateTimeField()),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="applications.application",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_memberships",
                        to="parties.enterprise",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "joined_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proxy",
                    models.OneToOneField(
                        blank=True,
                        help_text="the power of attorney on which the lead declares it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "-is_lead", "position", "id"],
                "indexes": [models.Index(fields=["enterprise", "state"], name="group_member_of_enterprise")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("invited", "accepted", "declared"))),
                        fields=("application", "enterprise"),
                        name="group_member_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_lead", True)), fields=("application",), name="group_member_one_lead"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["invited", "accepted", "declared", "declined", "removed", "left"])
                        ),
                        name="group_member_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_lead", False), ("state", "accepted"), _connector="OR"),
                        name="group_member_lead_is_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("accepted", "declared")), _negated=True),
                            ("joined_at__isnull", False),
                            _connector="OR",
                        ),
                        name="group_member_joining_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declared"), _negated=True), ("proxy__isnull", False), _connector="OR"
                        ),
                        name="group_member_declared_on_a_proxy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ("declined", "removed", "left"))),
                            models.Q(("ended_at__isnull", True), ("state__in", ("invited", "accepted", "declared"))),
                            _connector="OR",
                        ),
                        name="group_member_end_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntegrationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("expired", "Expired")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("items", models.JSONField(help_text="what is asked: [{code, it, en}]")),
                ("text", models.TextField(help_text="the reason, in the office's words")),
                ("days", models.PositiveSmallIntegerField()),
                ("suspends", models.BooleanField(help_text="the term may be suspended once (art. 2(7) L. 241/1990)")),
                ("requested_at", models.DateTimeField()),
                ("due_on", models.DateField(help_text="last day to answer")),
                ("steps", models.JSONField(default=list, help_text="how the day was reckoned")),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "number",
                    models.CharField(blank=True, help_text="register number of the answer", max_length=32, null=True),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="integrations",
                        to="applications.application",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "requested_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("application",),
                        name="integration_request_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", False), ("number__isnull", False), ("state", "answered")),
                            models.Q(
                                models.Q(("state", "answered"), _negated=True),
                                ("answered_at__isnull", True),
                                ("number__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="integration_request_answer_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", True),
                            ("answered_at__gte", models.F("requested_at")),
                            _connector="OR",
                        ),
                        name="integration_request_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LaterDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=80)),
                ("label_it", models.CharField(max_length=300)),
                ("label_en", models.CharField(max_length=300)),
                ("until", models.CharField(choices=[("award", "The award"), ("claim", "The claim")], max_length=10)),
                ("due_on", models.DateField(help_text="last day of the call's term")),
                ("steps", models.JSONField(default=list, help_text="how the day was reckoned")),
                (
                    "state",
                    models.CharField(
                        choices=[("awaited", "Awaited"), ("delivered", "Delivered")], default="awaited", max_length=10
                    ),
                ),
                (
                    "told",
                    models.CharField(
                        blank=True,
                        choices=[("due", "Reminded"), ("late", "Told it is late")],
                        help_text="last reminder",
                        max_length=4,
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later_documents",
                        to="applications.application",
                    ),
                ),
                (
                    "delivered_by",
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
                "ordering": ["application_id", "due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "awaited")), fields=["due_on", "id"], name="later_document_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "field"), name="later_document_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["awaited", "delivered"])), name="later_document_known_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__in", ["award", "claim"])), name="later_document_until"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(("delivered_at__isnull", True), ("state", "awaited")),
                            _connector="OR",
                        ),
                        name="later_document_delivery_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=80)),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="what the form called it: a document of the same name can be chosen again",
                        max_length=300,
                    ),
                ),
                ("expires_on", models.DateField(blank=True, help_text="last day, included", null=True)),
                ("number", models.CharField(blank=True, max_length=32, null=True, unique=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="applications.application",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
                (
                    "integration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="applications.integrationrequest",
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="applications.laterdocument",
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "field", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("later__isnull", True),
                            models.Q(("integration__isnull", True), ("number__isnull", False)),
                            _connector="OR",
                        ),
                        name="attachment_later_is_registered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeFilling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_revision", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fillings",
                        to="applications.application",
                    ),
                ),
                (
                    "caller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "confirmed_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.office"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("application", "officer"),
                        name="filling_one_open_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("officer", models.F("caller")), _negated=True),
                        name="filling_is_for_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True),
                                ("confirmed_by__isnull", True),
                                ("confirmed_revision__isnull", True),
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                ("confirmed_revision__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="filling_confirmation_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section", models.CharField(max_length=60)),
                ("seen_at", models.DateTimeField()),
                (
                    "writing",
                    models.BooleanField(
                        default=False, help_text="the section is theirs until they leave or fall silent"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presences",
                        to="applications.application",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "user_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "user"), name="presence_once_in_a_draft"),
                    models.UniqueConstraint(
                        condition=models.Q(("writing", True)),
                        fields=("application", "section"),
                        name="presence_one_writes_in_a_section",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_by__isnull", True), ("writing", False), _connector="OR"),
                        name="presence_taken_over_writes_no_more",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ranking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")], default="draft", max_length=10
                    ),
                ),
                ("snapshot", models.JSONField()),
                ("steps", models.JSONField(default=list, help_text="how the money was given, line by line")),
                ("sha256", models.CharField(max_length=64)),
                ("computed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="register number of the publication", max_length=32, null=True
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rankings",
                        to="programme.act",
                    ),
                ),
                (
                    "computed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rankings",
                        to="calls.openingline",
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rankings", to="calls.opening"
                    ),
                ),
                (
                    "scrolls",
                    models.ForeignKey(
                        blank=True,
                        help_text="the version whose order this one keeps, giving on the money that came free",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scrolled_by",
                        to="applications.ranking",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opening", "line", "version"), name="ranking_version_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number__isnull", True), ("published_at__isnull", True), ("state", "draft")),
                            models.Q(
                                ("number__isnull", False), ("published_at__isnull", False), ("state", "published")
                            ),
                            _connector="OR",
                        ),
                        name="ranking_published_is_registered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version", 1), ("state", "draft"), ("act__isnull", False), _connector="OR"),
                        name="ranking_recomputed_by_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="ranking_sha256"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("steps", models.JSONField(default=list)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place_offers",
                        to="applications.application",
                    ),
                ),
                (
                    "ranking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="applications.ranking"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "ranking"), name="place_offer_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("application",), name="place_offer_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "open")),
                            models.Q(("answered_at__isnull", False), ("state__in", ["accepted", "declined", "lapsed"])),
                            _connector="OR",
                        ),
                        name="place_offer_answered_is_dated",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="place_offer_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RankingRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("score", models.DecimalField(decimal_places=2, max_digits=9)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("funded", "Funded"),
                            ("partial", "Partly funded"),
                            ("not_funded", "Not funded"),
                            ("below", "Below threshold"),
                            ("void", "Does not count"),
                            ("renounced", "Gave it up"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, help_text="what the money left covers", max_digits=15),
                ),
                (
                    "reserve",
                    models.CharField(
                        blank=True, help_text="code of the reserve that pays for it, or a part", max_length=80
                    ),
                ),
                (
                    "asked",
                    models.DecimalField(
                        decimal_places=2, help_text="what the order was told it wants", max_digits=15, null=True
                    ),
                ),
                ("points", models.JSONField(default=dict, help_text="by criterion, as text")),
                (
                    "tie_breaks",
                    models.JSONField(default=list, help_text="the values of the call's chain, the smaller first"),
                ),
                (
                    "decided_by",
                    models.CharField(blank=True, help_text="what put it after the one above", max_length=20),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ranking_rows",
                        to="applications.application",
                    ),
                ),
                (
                    "ranking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="applications.ranking"
                    ),
                ),
            ],
            options={
                "ordering": ["ranking_id", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("ranking", "position"), name="ranking_row_position_once"),
                    models.UniqueConstraint(fields=("ranking", "application"), name="ranking_row_application_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="ranking_row_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectionNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reasons", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("due_on", models.DateField(help_text="last day for observations")),
                ("steps", models.JSONField(default=list)),
                ("observations", models.TextField(blank=True)),
                ("observed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="applications.application",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "observed_by",
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
                "ordering": ["-given_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reasons", ""), _negated=True), name="rejection_notice_has_reasons"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("observations", ""), ("observed_at__isnull", True)),
                            models.Q(models.Q(("observations", ""), _negated=True), ("observed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="rejection_notice_observations_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "moment",
                    models.CharField(
                        choices=[("before", "Before"), ("on", "On the day"), ("after", "After")], max_length=6
                    ),
                ),
                ("due_on", models.DateField(help_text="the day that was told: another day is another reminder")),
                ("at", models.DateTimeField()),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="applications.deadline",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["deadline_id", "at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("deadline", "moment", "due_on", "user"), name="reminder_once"),
                    models.CheckConstraint(
                        condition=models.Q(("moment__in", ["before", "on", "after"])), name="reminder_known_moment"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Saving",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("changes", models.JSONField(default=dict, help_text="field -> [before, after]")),
                ("conflicts", models.JSONField(default=dict)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="savings",
                        to="applications.application",
                    ),
                ),
                (
                    "filling",
                    models.ForeignKey(
                        blank=True,
                        help_text="when it was written by an office, for somebody on the phone",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="savings",
                        to="applications.officefilling",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        help_text="whose answers, when they are those of another firm of the group",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="savings",
                        to="applications.groupmember",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "revision"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "revision"), name="saving_revision_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("president", "chair"), ("member", "member"), ("secretary", "secretary")],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.TextField(blank=True)),
                (
                    "act",
                    models.ForeignKey(
                        help_text="that appoints",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.act",
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="applications.evaluation"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["evaluation_id", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("until__isnull", True)), fields=["user"], name="seat_in_force")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("evaluation", "user"),
                        name="seat_once_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "president"), ("until__isnull", True)),
                        fields=("evaluation",),
                        name="seat_one_president",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["president", "member", "secretary"])), name="seat_known_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("until__isnull", True)),
                            models.Q(("until__isnull", False), models.Q(("end_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="seat_ended_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("present", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="applications.evaluationsession",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="applications.seat"
                    ),
                ),
            ],
            options={
                "ordering": ["session_id", "seat_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "seat"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("approved_at__isnull", True), ("present", True), _connector="OR"),
                        name="attendance_approves_who_was_there",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no_convictions", models.BooleanField()),
                ("norm", models.JSONField(help_text="the dated norm that wants it: law parameter")),
                (
                    "conflicts",
                    models.PositiveIntegerField(default=0, help_text="applicants with whom there is a conflict"),
                ),
                ("applicants", models.PositiveIntegerField(default=0, help_text="applicants listed when it was made")),
                ("declared_at", models.DateTimeField()),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="applications.seat"
                    ),
                ),
            ],
            options={
                "ordering": ["seat_id", "declared_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Being written"), ("submitted", "Submitted"), ("excluded", "Left out")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, help_text="grows by one at each saving")),
                ("saved_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="applications.evaluationfile",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="applications.seat",
                    ),
                ),
            ],
            options={
                "ordering": ["file_id", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "seat"), name="sheet_once_per_judge", nulls_distinct=False),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                            models.Q(("state", "submitted"), _negated=True),
                            _connector="OR",
                        ),
                        name="sheet_submitted_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted", "excluded"])), name="sheet_known_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.DecimalField(decimal_places=2, max_digits=7)),
                ("most", models.DecimalField(decimal_places=2, max_digits=7)),
                ("reason", models.TextField(blank=True)),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="calls.criterion"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="applications.sheet"
                    ),
                ),
            ],
            options={
                "ordering": ["sheet_id", "criterion_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "criterion"), name="score_once"),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0), ("points__lte", models.F("most"))),
                        name="score_within_most",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField(help_text="what the PDF says, attached to it")),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("making", "Being made"), ("ready", "Ready"), ("failed", "Failed")],
                        default="making",
                        max_length=10,
                    ),
                ),
                ("problem_it", models.TextField(blank=True)),
                ("problem_en", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_copies",
                        to="applications.application",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "content_sha256"), name="signing_copy_once_by_content"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")), name="signing_copy_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("file__isnull", False),
                                ("made_at__isnull", False),
                                ("problem_it", ""),
                                ("state", "ready"),
                            ),
                            models.Q(
                                ("file__isnull", True),
                                ("made_at__isnull", True),
                                ("problem_it", ""),
                                ("state", "making"),
                            ),
                            models.Q(
                                ("file__isnull", True), ("state", "failed"), models.Q(("problem_it", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="signing_copy_state_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signer_name", models.CharField(help_text="as the certificate says", max_length=200)),
                ("tax_code", models.CharField(help_text="as the certificate says", max_length=16)),
                ("mandate_kind", models.CharField(max_length=25)),
                ("outcome", models.JSONField()),
                ("verified_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="applications.application",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        help_text="whose mandate covers signing",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="applications.signingcopy",
                    ),
                ),
            ],
            options={
                "ordering": ["application_id", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tax_code__regex", "^[A-Z0-9]{16}$")), name="application_signature_tax_code"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StampMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, help_text="the fourteen digits of the mark", max_length=14)),
                ("bought_on", models.DateField(blank=True, help_text="the day printed on it", null=True)),
                ("exemption", models.CharField(blank=True, help_text="code of the call's exemptions", max_length=80)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp_mark",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "ordering": ["application_id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bought_on__isnull", False), ("exemption", ""), ("number__regex", "^[0-9]{14}$")),
                            models.Q(
                                ("bought_on__isnull", True), ("number", ""), models.Q(("exemption", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="stamp_mark_or_exemption",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("used_at__isnull", False), models.Q(("number", ""), _negated=True)),
                        fields=("number",),
                        name="stamp_mark_used_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "vote",
                    models.CharField(
                        choices=[
                            ("for", "For"),
                            ("against", "Against"),
                            ("abstained", "Abstained"),
                            ("away", "Out of the room"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="applications.filedecision",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="applications.seat"
                    ),
                ),
            ],
            options={
                "ordering": ["decision_id", "seat_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "seat"), name="vote_once"),
                    models.CheckConstraint(
                        condition=models.Q(("vote__in", ["for", "against", "abstained", "away"])), name="vote_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("until", models.DateField(help_text="last day, included")),
                ("recorded_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(blank=True, help_text="it never began", null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substitutions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("until__gte", models.F("since"))), name="absence_days"),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("substitute")), _negated=True),
                        name="absence_needs_another",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("cancelled_at__isnull", True)),
                        expressions=[
                            ("user", "="),
                            (
                                models.Func(
                                    models.F("since"),
                                    models.F("until"),
                                    models.Value("[]"),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="absence_once_at_a_time",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="application",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted_once_sent",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."number" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="9579b0e67c3c94188905ff90dadf7345c2c998c6",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_once_sent_4686c",
                    table="applications_application",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="application",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_sent_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."number" IS NOT NULL)',
                    func="\n                    IF ROW(NEW.number, NEW.submitted_at, NEW.submitted_by_id, NEW.sequence, NEW.frozen_sha256,\n                           NEW.opening_id, NEW.form_id, NEW.line_id, NEW.requested_amount)\n                       IS DISTINCT FROM\n                       ROW(OLD.number, OLD.submitted_at, OLD.submitted_by_id, OLD.sequence, OLD.frozen_sha256,\n                           OLD.opening_id, OLD.form_id, OLD.line_id, OLD.requested_amount)\n                       OR NEW.answers::text IS DISTINCT FROM OLD.answers::text\n                       OR NEW.frozen::text IS DISTINCT FROM OLD.frozen::text THEN\n                        RAISE EXCEPTION 'pgtrigger: what was submitted does not change';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="6c6e830366f645f8dc4c8d79f5c0a240e8c11587",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_sent_stays_007d4",
                    table="applications_application",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="application",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_sealed_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" = 'sealed' AND NOT (NEW.\"state\" = 'draft'))",
                    func="\n                    IF ROW(NEW.sealed_at, NEW.sealed_by_id, NEW.frozen_sha256, NEW.opening_id, NEW.form_id, NEW.line_id,\n                           NEW.requested_amount)\n                       IS DISTINCT FROM\n                       ROW(OLD.sealed_at, OLD.sealed_by_id, OLD.frozen_sha256, OLD.opening_id, OLD.form_id, OLD.line_id,\n                           OLD.requested_amount)\n                       OR NEW.answers::text IS DISTINCT FROM OLD.answers::text\n                       OR NEW.frozen::text IS DISTINCT FROM OLD.frozen::text THEN\n                        RAISE EXCEPTION 'pgtrigger: what was sealed does not change';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="37fbb94c34066f244294551b8616c72893ff66dd",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_sealed_stays_50978",
                    table="applications_application",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="applicationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="630c1c333f6d410f309a87e3bbbc3af261f9a94f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4f572",
                    table="applications_applicationevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evaluationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="05c34e111b836ce1397e96fa3b235e0616330616",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_45dc8",
                    table="applications_evaluationevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ranking",
            trigger=pgtrigger.compiler.Trigger(
                name="published_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" = 'published')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cce8f765f7c4c627d950f837847123009f3dc2bd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_never_changes_c0041",
                    table="applications_ranking",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rankingrow",
            trigger=pgtrigger.compiler.Trigger(
                name="published_rows_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT 1 FROM applications_ranking WHERE id = OLD.ranking_id AND state = 'published') THEN\n                        RAISE EXCEPTION 'pgtrigger: a published ranking does not change';\n                    END IF;\n                    RETURN COALESCE(NEW, OLD);\n                ",
                    hash="4f690d5a47889a2fba6a67f9840887c4251ad4a8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_rows_stay_f4da6",
                    table="applications_rankingrow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reminder",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="791f81c6227628c3dd83ff54644114599fe89321",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d70d2",
                    table="applications_reminder",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seatdeclaration",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0a5ba72b7dd805220ccdc068631caea2aa8541f2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_faf3d",
                    table="applications_seatdeclaration",
                    when="BEFORE",
                ),
            ),
        ),
    ]
