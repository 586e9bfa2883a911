import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import levante.calls.defaults


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
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                ("who_it", models.TextField(blank=True, help_text="who may ask, in a sentence")),
                ("who_en", models.TextField(blank=True)),
                ("what_it", models.TextField(blank=True, help_text="what is paid for, in a sentence")),
                ("what_en", models.TextField(blank=True)),
                (
                    "managed_as",
                    models.CharField(
                        choices=[
                            ("section", "The Section"),
                            ("intermediate", "Intermediate body"),
                            ("in_house", "In-house body"),
                        ],
                        default="section",
                        help_text="in what capacity the office manages it",
                        max_length=12,
                    ),
                ),
                (
                    "procedure",
                    models.CharField(
                        choices=[
                            ("first_come", "first come, first served"),
                            ("first_come_threshold", "first come, first served, with a threshold"),
                            ("ranking", "ranking"),
                            ("click_day", "click day"),
                            ("draw", "draw"),
                            ("window_ranking", "window, then ranking"),
                            ("proportional", "proportional share-out"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "repeat",
                    models.CharField(
                        choices=[
                            ("first_counts", "The first counts"),
                            ("last_counts", "The last counts"),
                            ("refused", "Refused"),
                        ],
                        default="refused",
                        help_text="more applications of one enterprise in an opening",
                        max_length=12,
                    ),
                ),
                (
                    "when_short",
                    models.CharField(
                        choices=[("stop", "Nothing"), ("partial", "What is left"), ("skip", "The next is tried")],
                        default="stop",
                        help_text="what a request gets that the money does not cover",
                        max_length=7,
                    ),
                ),
                (
                    "partial_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="days to accept a part of what was asked; none means it needs no acceptance",
                        null=True,
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        help_text="code of the aid regime of law.cumulation: de_minimis_2023_2831", max_length=40
                    ),
                ),
                (
                    "applicants",
                    models.JSONField(
                        default=levante.calls.defaults.applicants,
                        help_text="kinds of applicant, members and their rules",
                    ),
                ),
                (
                    "limits",
                    models.JSONField(default=list, help_text="how many applications, of whom: calls.schema.who.Limit"),
                ),
                (
                    "eligibility",
                    models.JSONField(default=list, help_text="rules on facts and answers: calls.eligibility"),
                ),
                (
                    "exclusions",
                    models.JSONField(default=list, help_text="codes of the incentives code's exclusions: law"),
                ),
                (
                    "money",
                    models.JSONField(blank=True, default=dict, help_text="how the amount is reckoned: calls.amounts"),
                ),
                (
                    "trim_to_headroom",
                    models.BooleanField(
                        default=False,
                        help_text="reduce a grant to the de minimis headroom that is left, instead of refusing it",
                    ),
                ),
                (
                    "payment",
                    models.JSONField(
                        default=levante.calls.defaults.payment, help_text="how it is paid, what is withheld"
                    ),
                ),
                (
                    "judgement",
                    models.JSONField(
                        default=levante.calls.defaults.judgement,
                        help_text="how points are given, threshold of the total",
                    ),
                ),
                (
                    "tie_breaks",
                    models.JSONField(
                        default=list, help_text="chain of a ranking before instant and order: calls.definition"
                    ),
                ),
                (
                    "checklists",
                    models.JSONField(
                        default=levante.calls.defaults.checklists,
                        help_text="by phase, formal merit award: {code, it, en, reference, blocking}",
                    ),
                ),
                (
                    "terms",
                    models.JSONField(
                        default=levante.calls.defaults.terms, help_text="days of the procedure with their norms"
                    ),
                ),
                (
                    "templates",
                    models.JSONField(
                        default=levante.calls.defaults.templates, help_text="what letters and acts of this call say"
                    ),
                ),
                (
                    "delivery",
                    models.JSONField(
                        default=levante.calls.defaults.delivery, help_text="signature, stamp duty, sealing, withdrawal"
                    ),
                ),
                (
                    "results",
                    models.JSONField(
                        default=list, help_text="results expected: {code, it, en, unit, kind, at, target}"
                    ),
                ),
                ("steps", models.JSONField(default=list, help_text="how it goes, for the public: {it, en}")),
                (
                    "faq",
                    models.JSONField(default=list, help_text="questions and answers: {question{it,en}, answer{it,en}}"),
                ),
                (
                    "legal_basis",
                    models.JSONField(default=list, help_text="acts and norms: {it, en, reference, url, on, until}"),
                ),
                ("sources", models.JSONField(default=list, help_text="where the facts of this call were read")),
                (
                    "assumptions",
                    models.JSONField(
                        default=list, help_text="what no source gives: {it, en}; shown wherever it matters"
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
                (
                    "planned",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="the rest of its entry there: {closes_on, amount, area, objective, note}",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1, help_text="grows by one at each change")),
                (
                    "source_sha256",
                    models.CharField(blank=True, help_text="of the document of the file last loaded", max_length=64),
                ),
                (
                    "source_revision",
                    models.PositiveIntegerField(default=0, help_text="the revision that the file left"),
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
                        condition=models.Q(
                            (
                                "procedure__in",
                                [
                                    "first_come",
                                    "first_come_threshold",
                                    "ranking",
                                    "click_day",
                                    "draw",
                                    "window_ranking",
                                    "proportional",
                                ],
                            )
                        ),
                        name="call_known_procedure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeat__in", ["first_counts", "last_counts", "refused"])),
                        name="call_known_repeat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("when_short__in", ["stop", "partial", "skip"])),
                        name="call_known_when_short",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("partial_days__isnull", True),
                            models.Q(("partial_days__gt", 0), ("when_short", "partial")),
                            _connector="OR",
                        ),
                        name="call_part_is_accepted_where_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("managed_as__in", ["section", "intermediate", "in_house"])),
                        name="call_known_manager",
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
            name="CallBudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="budget_lines", to="calls.call"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="programme.budgetline"
                    ),
                ),
            ],
            options={
                "ordering": ["call_id", "position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "line"), name="call_budget_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__isnull", True), ("amount__gt", 0), _connector="OR"),
                        name="call_budget_line_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="the call's revision after the change")),
                (
                    "part",
                    models.CharField(
                        help_text="what changed: a part of the document, created, loaded, restored, openings",
                        max_length=40,
                    ),
                ),
                ("document", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revisions", to="calls.call"
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
                "ordering": ["call_id", "-number"],
                "constraints": [models.UniqueConstraint(fields=("call", "number"), name="call_revision_once")],
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
                        choices=[("automatic", "Automatic"), ("evaluated", "By evaluators"), ("mixed", "Mixed")],
                        max_length=10,
                    ),
                ),
                ("max_points", models.DecimalField(decimal_places=2, max_digits=7)),
                ("minimum", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                (
                    "automatic_points",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="of a mixed one: those of the expression",
                        max_digits=7,
                        null=True,
                    ),
                ),
                (
                    "step",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="evaluators give multiples of it",
                        max_digits=7,
                        null=True,
                    ),
                ),
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
                            ("step__isnull", True),
                            models.Q(
                                ("step__gt", 0),
                                ("step__lte", models.F("max_points")),
                                models.Q(("kind", "automatic"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="criterion_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("automatic_points__isnull", True),
                                ("kind", "automatic"),
                                models.Q(("expression", ""), _negated=True),
                            ),
                            models.Q(("automatic_points__isnull", True), ("expression", ""), ("kind", "evaluated")),
                            models.Q(
                                ("automatic_points__gt", 0),
                                ("automatic_points__lt", models.F("max_points")),
                                ("kind", "mixed"),
                                models.Q(("expression", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="criterion_kind_says_whose_points",
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
                    "reserves",
                    models.JSONField(default=list, help_text="money kept for some: calls.schema.frame.ReserveEntry"),
                ),
                (
                    "limits",
                    models.JSONField(default=list, help_text="limits of this opening, besides those of the call"),
                ),
                (
                    "committee",
                    models.JSONField(default=list, help_text="seats of the committee: {office, role, it, en}"),
                ),
                (
                    "seed",
                    models.CharField(
                        blank=True, help_text="of the draw: written after the closing, by act", max_length=200
                    ),
                ),
                (
                    "seed_source",
                    models.JSONField(blank=True, default=dict, help_text="where the seed will be read: {it, en}"),
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
                (
                    "seed_act",
                    models.ForeignKey(
                        blank=True,
                        help_text="that wrote it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.act",
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
                    models.CheckConstraint(
                        condition=models.Q(("seed", ""), ("closes_at__isnull", False), _connector="OR"),
                        name="opening_drawn_has_closed",
                    ),
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
            model_name="callrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b1ca7b773d669cdbfbadf9c3e2337d93e8d25523",
                    operation="UPDATE",
                    pgid="pgtrigger_append_only_9868a",
                    table="calls_callrevision",
                    when="BEFORE",
                ),
            ),
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
