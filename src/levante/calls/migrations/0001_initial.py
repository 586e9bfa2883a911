import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
        ("identity", "__first__"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("approved", "approved"),
                            ("published", "published"),
                            ("closed_out", "closed out"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("summary_it", models.TextField()),
                ("summary_en", models.TextField()),
                ("who_it", models.TextField(blank=True, help_text="who may ask, in a sentence")),
                ("who_en", models.TextField(blank=True)),
                ("what_it", models.TextField(blank=True, help_text="what is paid for, in a sentence")),
                ("what_en", models.TextField(blank=True)),
                (
                    "procedure",
                    models.CharField(
                        choices=[("first_come", "First come, first served"), ("ranking", "Ranking")], max_length=12
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        help_text="code of the aid regime of law.cumulation: de_minimis_2023_2831", max_length=40
                    ),
                ),
                ("money", models.JSONField(help_text="how the amount is reckoned: calls.amounts")),
                (
                    "eligibility",
                    models.JSONField(default=list, help_text="rules on facts and answers: calls.eligibility"),
                ),
                (
                    "checklist",
                    models.JSONField(
                        default=list, help_text="items of the formal check: {code, it, en, reference, blocking}"
                    ),
                ),
                (
                    "terms",
                    models.JSONField(
                        default=dict, help_text="days of the procedure with their norms: calls.definition"
                    ),
                ),
                ("steps", models.JSONField(default=list, help_text="how it goes, for the public: {it, en}")),
                (
                    "faq",
                    models.JSONField(default=list, help_text="questions and answers: {question{it,en}, answer{it,en}}"),
                ),
                (
                    "legal_basis",
                    models.JSONField(default=list, help_text="acts and norms: {it, en, reference, url, on}"),
                ),
                ("sources", models.JSONField(default=list, help_text="where the facts of this call were read")),
                (
                    "assumptions",
                    models.JSONField(
                        default=list, help_text="what no source gives: {it, en}; shown wherever it matters"
                    ),
                ),
                (
                    "tie_breaks",
                    models.JSONField(
                        default=list, help_text="chain of a ranking before instant and order: calls.definition"
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(default=False, help_text="made for the demonstration, wholly or in its dates"),
                ),
                (
                    "planned_from",
                    models.DateField(blank=True, help_text="for the calendar of planned calls", null=True),
                ),
                ("planned_note_it", models.CharField(blank=True, max_length=300)),
                ("planned_note_en", models.CharField(blank=True, max_length=300)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "source_sha256",
                    models.CharField(blank=True, help_text="of the file it was loaded from", max_length=64),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="programme.act",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="programme.action",
                    ),
                ),
                (
                    "budget_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="programme.budgetline",
                    ),
                ),
                (
                    "direction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="programme.direction",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="programme.fund",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        help_text="who manages it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="identity.office",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="programme.programme"
                    ),
                ),
                (
                    "sectors",
                    models.ManyToManyField(
                        blank=True, help_text="none means every sector", related_name="calls", to="programme.sector"
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "approved", "published", "closed_out"])),
                        name="call_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("procedure__in", ["first_come", "ranking"])), name="call_known_procedure"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("act__isnull", False), _connector="OR"),
                        name="call_past_draft_has_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("state__in", ["draft", "approved"])),
                            models.Q(("published_at__isnull", False), ("state__in", ["published", "closed_out"])),
                            _connector="OR",
                        ),
                        name="call_public_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("explanation_it", models.TextField(blank=True)),
                ("explanation_en", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("automatic", "Automatic"), ("evaluated", "By evaluators")], max_length=10
                    ),
                ),
                ("max_points", models.DecimalField(decimal_places=2, max_digits=7)),
                ("minimum", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                ("expression", models.TextField(blank=True)),
                ("is_assumption", models.BooleanField(default=False, help_text="no source gives these points")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="criteria", to="calls.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call_id", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "code"), name="criterion_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_points__gt", 0), ("minimum__gte", 0), ("minimum__lte", models.F("max_points"))
                        ),
                        name="criterion_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "automatic"), models.Q(("expression", ""), _negated=True)),
                            models.Q(("expression", ""), ("kind", "evaluated")),
                            _connector="OR",
                        ),
                        name="criterion_automatic_has_expression",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField(help_text="sections and fields: calls.forms")),
                ("checksum", models.CharField(help_text="SHA-256 of the canonical definition", max_length=64)),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="forms", to="calls.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call_id", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "number"), name="form_version_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("checksum__regex", "^[0-9a-f]{64}$")), name="form_version_checksum"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name_it", models.CharField(blank=True, max_length=300)),
                ("name_en", models.CharField(blank=True, max_length=300)),
                ("opens_at", models.DateTimeField()),
                (
                    "closes_at",
                    models.DateTimeField(blank=True, help_text="the first instant that is too late", null=True),
                ),
                ("budget", models.DecimalField(decimal_places=2, max_digits=15)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "by its dates"),
                            ("suspended", "suspended"),
                            ("exhausted", "funds exhausted"),
                            ("closed", "closed early"),
                        ],
                        default="scheduled",
                        max_length=12,
                    ),
                ),
                (
                    "line_by",
                    models.CharField(
                        blank=True, help_text="field of the form whose answer is the line's code", max_length=60
                    ),
                ),
                (
                    "per_enterprise",
                    models.PositiveSmallIntegerField(default=1, help_text="applications an enterprise may send"),
                ),
                ("is_demo", models.BooleanField(default=False, help_text="dates or budget made for the demonstration")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="calls.call"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        blank=True,
                        help_text="the version in force",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="calls.formversion",
                    ),
                ),
            ],
            options={
                "ordering": ["call_id", "opens_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "code"), name="opening_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_at__isnull", True), ("closes_at__gt", models.F("opens_at")), _connector="OR"
                        ),
                        name="opening_window",
                    ),
                    models.CheckConstraint(condition=models.Q(("budget__gt", 0)), name="opening_has_money"),
                    models.CheckConstraint(condition=models.Q(("per_enterprise__gte", 1)), name="opening_takes_one"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["scheduled", "suspended", "exhausted", "closed"])),
                        name="opening_known_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        help_text="name of the transition, or form_published, loaded, changed", max_length=30
                    ),
                ),
                ("from_state", models.CharField(blank=True, max_length=12)),
                ("to_state", models.CharField(blank=True, max_length=12)),
                ("text_it", models.TextField(blank=True)),
                ("text_en", models.TextField(blank=True)),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.act",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="calls.call"
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
                    "opening",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="calls.opening",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["call", "id"], name="call_event_by_call")],
            },
        ),
        migrations.CreateModel(
            name="OpeningLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40)),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("budget", models.DecimalField(decimal_places=2, max_digits=15)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="calls.opening"
                    ),
                ),
            ],
            options={
                "ordering": ["opening_id", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("opening", "code"), name="opening_line_code_once"),
                    models.CheckConstraint(condition=models.Q(("budget__gt", 0)), name="opening_line_has_money"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formversion",
            trigger=pgtrigger.compiler.Trigger(
                name="locked_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."locked_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e510ccd124badbf83b5203d76175d72ec8730dd9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_locked_never_changes_6c536",
                    table="calls_formversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="callevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="97e55cd57798e273c902aa3011cdda4ceadcb815",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7177b",
                    table="calls_callevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
