import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """A part is offered where money follows arrival too, and an offer that another amount replaces is not one that nobody answered."""

    dependencies = [
        ("applications", "0011_over_limit"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="placeoffer",
            name="place_offer_answered_is_dated",
        ),
        migrations.AlterField(
            model_name="placeoffer",
            name="ranking",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="applications.ranking",
            ),
        ),
        migrations.AlterField(
            model_name="placeoffer",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("lapsed", "Lapsed"),
                    ("superseded", "Superseded"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="marks_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' OR ROW(OLD.state) IS DISTINCT FROM ROW(NEW.state) THEN\n                INSERT INTO applications_ordermove (opening_id, line_id)\n                SELECT one.opening_id, one.line_id\n                  FROM applications_application AS one\n                  JOIN calls_opening AS opening ON opening.id = one.opening_id\n                  JOIN calls_call AS call ON call.id = opening.call_id\n                 WHERE one.id = NEW.application_id AND call.procedure NOT IN ('ranking', 'draw', 'window_ranking', 'proportional');\n            END IF;\n            RETURN NULL;\n        ",
                    hash="6c12ea044149ab0a94a09e4b5e4aed4db36d3d12",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_marks_order_42a48",
                    table="applications_placeoffer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="placeoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "open")),
                    models.Q(
                        ("answered_at__isnull", False), ("state__in", ["accepted", "declined", "lapsed", "superseded"])
                    ),
                    _connector="OR",
                ),
                name="place_offer_answered_is_dated",
            ),
        ),
    ]
