import django.db.models.deletion
from django.db import migrations, models

import levante.calls.defaults


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("identity", "0004_revoked_at"),
        ("programme", "0003_never_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallBudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["call_id", "position", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="call",
            name="call_known_procedure",
        ),
        migrations.RemoveConstraint(
            model_name="criterion",
            name="criterion_automatic_has_expression",
        ),
        migrations.RemoveConstraint(
            model_name="opening",
            name="opening_takes_one",
        ),
        migrations.AddField(
            model_name="call",
            name="applicants",
            field=models.JSONField(
                default=levante.calls.defaults.applicants, help_text="kinds of applicant, members and their rules"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="checklists",
            field=models.JSONField(
                default=levante.calls.defaults.checklists,
                help_text="by phase, formal merit award: {code, it, en, reference, blocking}",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="delivery",
            field=models.JSONField(
                default=levante.calls.defaults.delivery, help_text="signature, stamp duty, sealing, withdrawal"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="exclusions",
            field=models.JSONField(default=list, help_text="codes of the incentives code's exclusions: law"),
        ),
        migrations.AddField(
            model_name="call",
            name="judgement",
            field=models.JSONField(
                default=levante.calls.defaults.judgement, help_text="how points are given, threshold of the total"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="limits",
            field=models.JSONField(default=list, help_text="how many applications, of whom: calls.schema.who.Limit"),
        ),
        migrations.AddField(
            model_name="call",
            name="managed_as",
            field=models.CharField(
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
        migrations.AddField(
            model_name="call",
            name="partial_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="days to accept a part of what was asked; none means it needs no acceptance",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="payment",
            field=models.JSONField(
                default=levante.calls.defaults.payment, help_text="how it is paid, what is withheld"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="planned",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="the rest of its entry there: {closes_on, amount, area, objective, note}",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="repeat",
            field=models.CharField(
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
        migrations.AddField(
            model_name="call",
            name="results",
            field=models.JSONField(default=list, help_text="results expected: {code, it, en, unit, kind, at, target}"),
        ),
        migrations.AddField(
            model_name="call",
            name="revision",
            field=models.PositiveIntegerField(default=1, help_text="grows by one at each change"),
        ),
        migrations.AddField(
            model_name="call",
            name="source_revision",
            field=models.PositiveIntegerField(default=0, help_text="the revision that the file left"),
        ),
        migrations.AddField(
            model_name="call",
            name="templates",
            field=models.JSONField(
                default=levante.calls.defaults.templates, help_text="what letters and acts of this call say"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="trim_to_headroom",
            field=models.BooleanField(
                default=False,
                help_text="reduce a grant to the de minimis headroom that is left, instead of refusing it",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="when_short",
            field=models.CharField(
                choices=[("stop", "Nothing"), ("partial", "What is left"), ("skip", "The next is tried")],
                default="stop",
                help_text="what a request gets that the money does not cover",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="automatic_points",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="of a mixed one: those of the expression",
                max_digits=7,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="opening",
            name="committee",
            field=models.JSONField(default=list, help_text="seats of the committee: {office, role, it, en}"),
        ),
        migrations.AddField(
            model_name="opening",
            name="limits",
            field=models.JSONField(default=list, help_text="limits of this opening, besides those of the call"),
        ),
        migrations.AddField(
            model_name="opening",
            name="reserves",
            field=models.JSONField(default=list, help_text="money kept for some: calls.schema.frame.ReserveEntry"),
        ),
        migrations.AddField(
            model_name="opening",
            name="seed",
            field=models.CharField(
                blank=True, help_text="of the draw: written after the closing, by act", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="opening",
            name="seed_act",
            field=models.ForeignKey(
                blank=True,
                help_text="that wrote it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programme.act",
            ),
        ),
        migrations.AddField(
            model_name="opening",
            name="seed_source",
            field=models.JSONField(blank=True, default=dict, help_text="where the seed will be read: {it, en}"),
        ),
        migrations.AlterField(
            model_name="call",
            name="legal_basis",
            field=models.JSONField(default=list, help_text="acts and norms: {it, en, reference, url, on, until}"),
        ),
        migrations.AlterField(
            model_name="call",
            name="money",
            field=models.JSONField(blank=True, default=dict, help_text="how the amount is reckoned: calls.amounts"),
        ),
        migrations.AlterField(
            model_name="call",
            name="procedure",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="call",
            name="source_sha256",
            field=models.CharField(blank=True, help_text="of the document of the file last loaded", max_length=64),
        ),
        migrations.AlterField(
            model_name="call",
            name="summary_en",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="call",
            name="summary_it",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="call",
            name="terms",
            field=models.JSONField(
                default=levante.calls.defaults.terms, help_text="days of the procedure with their norms"
            ),
        ),
        migrations.AlterField(
            model_name="criterion",
            name="kind",
            field=models.CharField(
                choices=[("automatic", "Automatic"), ("evaluated", "By evaluators"), ("mixed", "Mixed")], max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("repeat__in", ["first_counts", "last_counts", "refused"])), name="call_known_repeat"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("when_short__in", ["stop", "partial", "skip"])), name="call_known_when_short"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("partial_days__isnull", True),
                    models.Q(("partial_days__gt", 0), ("when_short", "partial")),
                    _connector="OR",
                ),
                name="call_part_is_accepted_where_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("managed_as__in", ["section", "intermediate", "in_house"])),
                name="call_known_manager",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(("seed", ""), ("closes_at__isnull", False), _connector="OR"),
                name="opening_drawn_has_closed",
            ),
        ),
        migrations.AddField(
            model_name="callbudgetline",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="budget_lines", to="calls.call"
            ),
        ),
        migrations.AddField(
            model_name="callbudgetline",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="programme.budgetline"
            ),
        ),
        migrations.AddConstraint(
            model_name="callbudgetline",
            constraint=models.UniqueConstraint(fields=("call", "line"), name="call_budget_line_once"),
        ),
        migrations.AddConstraint(
            model_name="callbudgetline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__isnull", True), ("amount__gt", 0), _connector="OR"),
                name="call_budget_line_amount",
            ),
        ),
    ]
