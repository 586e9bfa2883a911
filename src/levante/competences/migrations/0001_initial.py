import django.contrib.postgres.fields
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
        ("parties", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("training", "Training"),
                            ("manager", "Temporary export manager"),
                            ("guidance", "Guidance"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("withdrawn", "withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("title_it", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("text_it", models.TextField(help_text="what one gets")),
                ("text_en", models.TextField()),
                (
                    "dimensions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        default=list,
                        help_text="of the check-up: which of its actions it serves",
                        size=None,
                    ),
                ),
                (
                    "sizes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6),
                        blank=True,
                        default=list,
                        help_text="none: any",
                        size=None,
                    ),
                ),
                (
                    "bands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="bands of the check-up; none: any",
                        size=None,
                    ),
                ),
                ("starts_on", models.DateField(blank=True, help_text="empty: when it is agreed", null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "until",
                    models.DateField(blank=True, help_text="last day to ask, included; empty: always", null=True),
                ),
                ("place_it", models.CharField(max_length=200)),
                ("place_en", models.CharField(max_length=200)),
                ("provider", models.CharField(max_length=300)),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="euro: what it is worth to one enterprise, when it is aid in kind; empty: no aid",
                        max_digits=15,
                        null=True,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=500)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=2000)),
                ("demonstration", models.BooleanField(default=False)),
                (
                    "office",
                    models.ForeignKey(
                        help_text="who answers who asks",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.office",
                    ),
                ),
                ("sectors", models.ManyToManyField(blank=True, related_name="support_offers", to="programme.sector")),
            ],
            options={
                "ordering": ["kind", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "withdrawn"])),
                        name="support_offer_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["training", "manager", "guidance"])),
                        name="support_offer_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sizes__contained_by", ["micro", "small", "medium"])),
                        name="support_offer_known_sizes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demonstration", True), models.Q(("source", ""), _negated=True), _connector="OR"
                        ),
                        name="support_offer_has_a_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__isnull", True), ("value__gt", 0), _connector="OR"),
                        name="support_offer_value",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            models.Q(("ends_on__gte", models.F("starts_on")), ("starts_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="support_offer_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), models.Q(("withdrawn_reason", ""), _negated=True)),
                            models.Q(models.Q(("state", "withdrawn"), _negated=True), ("withdrawn_reason", "")),
                            _connector="OR",
                        ),
                        name="support_offer_withdrawn_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadinessAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("questionnaire", models.SlugField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                ("checksum", models.CharField(help_text="SHA-256 of the questionnaire as it was", max_length=64)),
                ("answers", models.JSONField(help_text="{question: option}")),
                ("result", models.JSONField(help_text="{dimensions, points, most, band}: competences.scoring")),
                ("points", models.PositiveSmallIntegerField()),
                ("most", models.PositiveSmallIntegerField(help_text="the points that all the best answers give")),
                ("taken_at", models.DateTimeField()),
                ("idempotency_key", models.CharField(max_length=64, unique=True)),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="parties.enterprise"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-taken_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__lte", models.F("most"))), name="assessment_points_within"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("checksum__regex", "^[0-9a-f]{64}$")), name="assessment_checksum"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readinessassessment",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3555a36db33abe1db336fbc310365a6a7c69bcb1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changes_d882a",
                    table="competences_readinessassessment",
                    when="BEFORE",
                ),
            ),
        ),
    ]
