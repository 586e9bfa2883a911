import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "__first__"),
        ("parties", "0001_initial"),
    ]

    operations = [
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
