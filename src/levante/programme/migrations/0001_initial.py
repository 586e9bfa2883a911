import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
        ("identity", "__first__"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name_it", models.CharField(max_length=500)),
                ("name_en", models.CharField(max_length=500)),
                ("region_it", models.CharField(max_length=200)),
                ("region_en", models.CharField(max_length=200)),
                ("nuts", models.CharField(blank=True, help_text="NUTS 2 code of the region", max_length=5)),
                ("description_it", models.TextField(blank=True, help_text="Markdown")),
                ("description_en", models.TextField(blank=True, help_text="Markdown")),
                ("source", models.CharField(blank=True, max_length=500)),
                ("loaded_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Direction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("name_it", models.CharField(help_text="short name", max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("text_it", models.TextField(help_text="the words of the programme, verbatim")),
                ("text_en", models.TextField(help_text="translation")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "position", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="direction_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="direction_certainty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammingPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("since", models.DateField()),
                ("until", models.DateField(help_text="last day, included")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="programmingperiod_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="programmingperiod_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="programming_period_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("erdf", "European Regional Development Fund (ERDF)"),
                            ("national_cohesion", "National cohesion fund"),
                            ("regional", "Regional budget"),
                            ("other", "Other source"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funds",
                        to="programme.programmingperiod",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="fund_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="fund_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["erdf", "national_cohesion", "regional", "other"])),
                        name="fund_known_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("name_it", models.CharField(max_length=500)),
                ("name_en", models.CharField(max_length=500)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="programme.action",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="actions", to="programme.fund"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="action_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="action_certainty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("number", models.CharField(help_text="the indicator's own code: RCO02, CO04, P01", max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("output", "Output"), ("result", "Result"), ("context", "Context")], max_length=10
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("common", "Common to the Union"),
                            ("operational_programme", "Of the operational programme"),
                            ("programme", "Of this programme"),
                        ],
                        max_length=25,
                    ),
                ),
                ("name_it", models.CharField(max_length=500)),
                ("name_en", models.CharField(max_length=500)),
                ("definition_it", models.TextField(blank=True)),
                ("definition_en", models.TextField(blank=True)),
                ("unit_it", models.CharField(max_length=60)),
                ("unit_en", models.CharField(max_length=60)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="programme.action",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="programme.fund",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "scope", "number", "since"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="indicator_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="indicator_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["output", "result", "context"])), name="indicator_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["common", "operational_programme", "programme"])),
                        name="indicator_known_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action__isnull", True), ("fund__isnull", True), ("scope", "programme")),
                            models.Q(models.Q(("scope", "programme"), _negated=True), ("fund__isnull", False)),
                            _connector="OR",
                        ),
                        name="indicator_of_a_fund_or_of_the_programme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="indicator_days",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("programme", "="),
                            ("number", "="),
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
                        name="indicator_one_edition_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParallelMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("name_it", models.CharField(max_length=500)),
                ("name_en", models.CharField(max_length=500)),
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("suspended", "Suspended"),
                            ("exhausted", "Funds exhausted"),
                            ("closed", "Closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state_on", models.DateField(blank=True, help_text="the day on which the state was so", null=True)),
                ("url", models.URLField(blank=True, max_length=500)),
                (
                    "directions",
                    models.ManyToManyField(blank=True, related_name="parallel_measures", to="programme.direction"),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parallel_measures",
                        to="programme.fund",
                    ),
                ),
                (
                    "indicators",
                    models.ManyToManyField(blank=True, related_name="parallel_measures", to="programme.indicator"),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="parallelmeasure_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="parallelmeasure_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "open", "suspended", "exhausted", "closed"])),
                        name="measure_known_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectionAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="direction_ties",
                        to="programme.action",
                    ),
                ),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_ties",
                        to="programme.direction",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="directionaction_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="directionaction_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="direction_action_days",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("direction", "="),
                            ("action", "="),
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
                        name="direction_action_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("strategic", "Strategic area"),
                            ("traditional", "Traditional, part of the region's identity"),
                        ],
                        max_length=15,
                    ),
                ),
                ("name_it", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("short_it", models.CharField(max_length=40)),
                ("short_en", models.CharField(max_length=40)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "position", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="sector_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="sector_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["strategic", "traditional"])), name="sector_known_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Triennium",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("first_year", models.PositiveSmallIntegerField()),
                ("last_year", models.PositiveSmallIntegerField()),
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor",
                        to="programme.triennium",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "first_year", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="triennium_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="triennium_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_year__gte", models.F("first_year"))), name="triennium_years"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dgr", "Resolution of the Regional Government"),
                            ("determination", "Director's determination"),
                            ("law", "Law"),
                            ("decree", "Decree"),
                            ("regulation", "Regulation"),
                            ("other", "Other act"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("approval", "approves"),
                            ("amendment", "amends"),
                            ("implementing", "implements"),
                            ("reference", "is referred to"),
                        ],
                        default="implementing",
                        max_length=15,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=40)),
                ("adopted_on", models.DateField(blank=True, null=True)),
                ("title_it", models.CharField(max_length=1000)),
                ("title_en", models.CharField(max_length=1000)),
                (
                    "burp_number",
                    models.CharField(blank=True, help_text="issue of the Bollettino ufficiale (BURP)", max_length=20),
                ),
                ("burp_date", models.DateField(blank=True, null=True)),
                ("url", models.URLField(blank=True, max_length=500)),
                (
                    "amends",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amended_by",
                        to="programme.act",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="programme.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
                (
                    "triennium",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="programme.triennium",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", models.OrderBy(models.F("adopted_on"), nulls_last=True), "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="act_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="act_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["dgr", "determination", "law", "decree", "regulation", "other"])
                        ),
                        name="act_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["approval", "amendment", "implementing", "reference"])),
                        name="act_known_role",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", True), ("role", "approval")),
                        fields=("triennium",),
                        name="act_one_approval_of_a_triennium",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("number", ""), _negated=True), ("adopted_on__isnull", False)),
                            models.Q(("confidence", "sourced"), _negated=True),
                            _connector="OR",
                        ),
                        name="act_without_number_is_to_confirm",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Intervention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("title_it", models.CharField(max_length=500)),
                ("title_en", models.CharField(max_length=500)),
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                (
                    "tourism_tie",
                    models.CharField(
                        choices=[("none", "No tie"), ("indirect", "Indirect tie"), ("direct", "Direct tie")],
                        max_length=10,
                    ),
                ),
                ("tourism_note_it", models.TextField(blank=True)),
                ("tourism_note_en", models.TextField(blank=True)),
                (
                    "continuity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("consolidated", "Consolidated"),
                            ("developed", "Developed"),
                            ("new", "New"),
                            ("dropped", "Not continued"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "continues",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued_by",
                        to="programme.intervention",
                    ),
                ),
                (
                    "direction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interventions",
                        to="programme.direction",
                    ),
                ),
                (
                    "lead_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.office"
                    ),
                ),
                (
                    "offices",
                    models.ManyToManyField(
                        blank=True, help_text="who works with the lead", related_name="+", to="identity.office"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
                ("sectors", models.ManyToManyField(blank=True, related_name="interventions", to="programme.sector")),
                (
                    "triennium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interventions",
                        to="programme.triennium",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="intervention_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="intervention_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tourism_tie__in", ["none", "indirect", "direct"])),
                        name="intervention_known_tourism_tie",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("continuity", ""),
                            ("continuity__in", ["consolidated", "developed", "new", "dropped"]),
                            _connector="OR",
                        ),
                        name="intervention_known_continuity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedInitiative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("fair", "Fair"),
                            ("mission", "Outgoing mission"),
                            ("incoming", "Incoming buyers"),
                            ("campaign", "Campaign"),
                            ("agreement", "Agreement"),
                            ("investor_event", "Investor event"),
                            ("training", "Training and skills"),
                            ("service", "Service"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("title_it", models.CharField(max_length=500)),
                ("title_en", models.CharField(max_length=500)),
                ("country", models.CharField(blank=True, help_text="ISO 3166-1 alpha-2", max_length=2)),
                ("place", models.CharField(blank=True, max_length=200)),
                (
                    "comuni",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6),
                        blank=True,
                        default=list,
                        help_text="ISTAT codes in the region",
                        size=None,
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "intervention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="programme.intervention",
                    ),
                ),
                (
                    "lead_office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.office",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
                (
                    "sectors",
                    models.ManyToManyField(
                        blank=True,
                        help_text="when empty, those of the intervention",
                        related_name="planned_initiatives",
                        to="programme.sector",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", models.OrderBy(models.F("starts_on"), nulls_last=True), "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="plannedinitiative_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="plannedinitiative_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "call",
                                    "fair",
                                    "mission",
                                    "incoming",
                                    "campaign",
                                    "agreement",
                                    "investor_event",
                                    "training",
                                    "service",
                                ],
                            )
                        ),
                        name="planned_initiative_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "under_way", "done", "dropped"])),
                        name="planned_initiative_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            models.Q(("ends_on__gte", models.F("starts_on")), ("starts_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="planned_initiative_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(blank=True, help_text="empty when the whole triennium", null=True),
                ),
                ("chapter", models.CharField(blank=True, help_text="capitolo di spesa", max_length=40)),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("allocated", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=15)),
                ("reserved", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=15)),
                ("committed", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=15)),
                ("liquidated", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=15)),
                ("paid", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=15)),
                ("recovered", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=15)),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programme.action",
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
                (
                    "direction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programme.direction",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programme.fund",
                    ),
                ),
                (
                    "intervention",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programme.intervention",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programme.plannedinitiative",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
                (
                    "triennium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="programme.triennium"
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "triennium__first_year", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="budgetline_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="budgetline_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allocated__gte", 0)), name="line_allocated_not_negative"
                    ),
                    models.CheckConstraint(condition=models.Q(("reserved__gte", 0)), name="line_reserved_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "allocated__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("reserved"), "+", models.F("committed")
                                ),
                            )
                        ),
                        name="line_available_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("liquidated__lte", models.F("committed"))),
                        name="line_liquidated_within_committed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid__lte", models.F("liquidated"))), name="line_paid_within_liquidated"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recovered__gte", 0), ("recovered__lte", models.F("paid"))),
                        name="line_recovered_within_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject_type",
                    models.CharField(blank=True, help_text="label of the model: grants.Award", max_length=100),
                ),
                ("subject_id", models.CharField(blank=True, max_length=100)),
                (
                    "label",
                    models.CharField(
                        blank=True, help_text="how people recognise it; never a person's name", max_length=300
                    ),
                ),
                (
                    "comune",
                    models.CharField(blank=True, help_text="ISTAT code of the comune the money goes to", max_length=6),
                ),
                ("reserved", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("committed", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("liquidated", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("recovered", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="positions", to="programme.budgetline"
                    ),
                ),
                ("sectors", models.ManyToManyField(blank=True, related_name="positions", to="programme.sector")),
            ],
            options={
                "ordering": ["line", "subject_type", "subject_id"],
                "indexes": [models.Index(fields=["subject_type", "subject_id"], name="position_by_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("line", "subject_type", "subject_id"), name="position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_id", ""), ("subject_type", "")),
                            models.Q(
                                models.Q(("subject_type", ""), _negated=True),
                                models.Q(("subject_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="position_subject_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="position_reserved_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("liquidated__lte", models.F("committed"))),
                        name="position_liquidated_within_committed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid__lte", models.F("liquidated"))),
                        name="position_paid_within_liquidated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recovered__gte", 0), ("recovered__lte", models.F("paid"))),
                        name="position_recovered_within_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Strategy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("summary_it", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="last day, included", null=True)),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="strategies",
                        to="programme.act",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="strategy_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="strategy_certainty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TieChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="of the tie", max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("added", "added"),
                            ("changed", "changed"),
                            ("removed", "removed"),
                            ("folder", "folder"),
                        ],
                        max_length=10,
                    ),
                ),
                ("before", models.JSONField(default=dict, help_text="as attributes; empty when it was not there")),
                ("after", models.JSONField(default=dict, help_text="as attributes; empty when it is gone")),
                ("reason", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tie_changes",
                        to="programme.act",
                    ),
                ),
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
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tie_changes",
                        to="programme.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["programme", "code", "-id"], name="tie_change_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["added", "changed", "removed", "folder"])),
                        name="tie_change_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="tie_change_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="where it is written: act and article, page, address", max_length=500
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("sourced", "From a source"),
                            ("to_confirm", "To be confirmed"),
                            ("assumption", "Assumption"),
                            ("invented", "Invented for the demonstration"),
                        ],
                        default="to_confirm",
                        max_length=12,
                    ),
                ),
                ("note_it", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "demonstration",
                    models.BooleanField(
                        default=False, help_text="invented to show the system at work: no source says it"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("baseline", "Baseline"),
                            ("target", "Target"),
                            ("achieved", "Achieved"),
                            ("context", "Context figure"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name_it", models.CharField(max_length=300)),
                ("name_en", models.CharField(max_length=300)),
                ("value", models.DecimalField(decimal_places=2, max_digits=18)),
                ("unit_it", models.CharField(max_length=60)),
                ("unit_en", models.CharField(max_length=60)),
                ("on", models.DateField(help_text="the day the figure describes")),
                (
                    "direction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="programme.direction",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="programme.indicator",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="programme.programme",
                    ),
                ),
                (
                    "triennium",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="programme.triennium",
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "on", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="figure_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confidence", "sourced"),
                                ("demonstration", False),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(("confidence__in", ["to_confirm", "assumption"]), ("demonstration", False)),
                            models.Q(("confidence", "invented"), ("demonstration", True)),
                            _connector="OR",
                        ),
                        name="figure_certainty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["baseline", "target", "achieved", "context"])),
                        name="figure_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demonstration", True), models.Q(("source", ""), _negated=True), _connector="OR"
                        ),
                        name="figure_has_a_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("allocation", "Allocation"),
                            ("reprogramming", "Reprogramming"),
                            ("reservation", "Reservation"),
                            ("commitment", "Commitment"),
                            ("release", "Release"),
                            ("liquidazione", "Verified as due (liquidazione)"),
                            ("payment", "Payment"),
                            ("recovery", "Recovery"),
                        ],
                        max_length=15,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=15)),
                ("from_reserved", models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ("on", models.DateField(help_text="the day from which the movement counts")),
                ("exercise", models.PositiveSmallIntegerField(help_text="esercizio finanziario")),
                ("chapter", models.CharField(blank=True, help_text="capitolo di spesa", max_length=40)),
                (
                    "commitment_number",
                    models.CharField(blank=True, help_text="accounting number of the impegno", max_length=40),
                ),
                ("subject_type", models.CharField(blank=True, max_length=100)),
                ("subject_id", models.CharField(blank=True, max_length=100)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("demonstration", models.BooleanField(default=False)),
                ("idempotency_key", models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_label", models.CharField(max_length=200)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="programme.act"
                    ),
                ),
                (
                    "counterpart",
                    models.OneToOneField(
                        blank=True,
                        help_text="on the incoming half of a reprogramming: the outgoing one",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_half",
                        to="programme.movement",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="programme.budgetline"
                    ),
                ),
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
                    "position",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="programme.position",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["line", "on"], name="movement_by_line_and_day"),
                    models.Index(fields=["subject_type", "subject_id"], name="movement_by_subject"),
                    models.Index(fields=["on"], name="movement_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "allocation",
                                    "reprogramming",
                                    "reservation",
                                    "commitment",
                                    "release",
                                    "liquidazione",
                                    "payment",
                                    "recovery",
                                ],
                            )
                        ),
                        name="movement_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0), models.Q(("amount__lt", 0), ("kind", "reprogramming")), _connector="OR"
                        ),
                        name="movement_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_reserved", 0),
                            models.Q(
                                ("from_reserved__gte", 0),
                                ("from_reserved__lte", models.F("amount")),
                                ("kind__in", ["commitment", "release"]),
                            ),
                            _connector="OR",
                        ),
                        name="movement_from_reserved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["allocation", "reprogramming"]), ("position__isnull", True)),
                            models.Q(
                                models.Q(("kind__in", ["allocation", "reprogramming"]), _negated=True),
                                ("position__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="movement_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counterpart__isnull", True),
                            models.Q(("amount__gt", 0), ("kind", "reprogramming")),
                            _connector="OR",
                        ),
                        name="movement_counterpart",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("exercise__gte", 1990), ("exercise__lte", 2200)), name="movement_exercise"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="movement",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e147c7baa8d1b54e4c68c2691e95ae01a35fec51",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ca20b",
                    table="programme_movement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="movement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: % is only added to, never emptied', TG_TABLE_NAME;",
                    hash="ebbda0fe81118cb244642a03d768fbffaa9560ec",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_4a814",
                    table="programme_movement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="movement",
            trigger=pgtrigger.compiler.Trigger(
                name="triennium_of_the_act",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF (SELECT triennium_id FROM programme_act WHERE id = NEW.act_id) IS DISTINCT FROM (SELECT triennium_id FROM programme_budgetline WHERE id = NEW.line_id) THEN RAISE EXCEPTION 'a movement belongs to the triennium of its act' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;",
                    hash="ef3a2d819b90872ab12d250867258bf7257f3e59",
                    operation="INSERT",
                    pgid="pgtrigger_triennium_of_the_act_994dc",
                    table="programme_movement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tiechange",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="140772b1fce053dd5d943298f94e41b2cda4351d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changes_9cc03",
                    table="programme_tiechange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
