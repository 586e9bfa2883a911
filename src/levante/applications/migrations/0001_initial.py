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
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("discarded", "draft discarded"),
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
                ("revision", models.PositiveIntegerField(default=0, help_text="grows by one at each saving")),
                ("requested_amount", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("admitted_amount", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("created_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("number", models.CharField(blank=True, max_length=32, null=True, unique=True)),
                ("sequence", models.BigIntegerField(blank=True, null=True)),
                ("frozen", models.JSONField(blank=True, null=True)),
                ("frozen_sha256", models.CharField(blank=True, max_length=64)),
                ("protocol_number", models.CharField(blank=True, max_length=60)),
                ("protocol_on", models.DateField(blank=True, null=True)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
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
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["discarded", "withdrawn"]), _negated=True),
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
                            models.Q(
                                ("frozen__isnull", True),
                                ("frozen_sha256", ""),
                                ("number__isnull", True),
                                ("sequence__isnull", True),
                                ("state__in", ["draft", "discarded"]),
                                ("submitted_at__isnull", True),
                            ),
                            models.Q(
                                models.Q(("state__in", ["draft", "discarded"]), _negated=True),
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
                            _connector="OR",
                        ),
                        name="application_in_charge_has_officer",
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
            name="CheckOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                "ordering": ["application_id", "item"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "item"), name="check_outcome_once_per_item"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "met"), models.Q(("note", ""), _negated=True), _connector="OR"),
                        name="check_outcome_not_met_is_explained",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["met", "not_met", "to_integrate", "not_applicable"])),
                        name="check_outcome_known",
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
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=80)),
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
            ],
            options={
                "ordering": ["application_id", "field", "id"],
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
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, help_text="what the money left covers", max_digits=15),
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
    ]
