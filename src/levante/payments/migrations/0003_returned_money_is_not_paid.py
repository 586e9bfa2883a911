"""Payments that the bank had given back stood on the budget as paid until they were paid again: each gets the movement that takes it off."""

from typing import Any

from django.db import migrations
from django.db.models import F


def take_off(apps: Any, _schema_editor: Any) -> None:
    rows = apps.get_model("payments", "LiquidationRow").objects.filter(payment_movement__isnull=False)
    movements = apps.get_model("programme", "Movement").objects
    lines = apps.get_model("programme", "BudgetLine").objects
    positions = apps.get_model("programme", "Position").objects
    for row in rows.exclude(state="paid").select_related("payment_movement").order_by("pk"):
        paid, back = row.payment_movement, row.payments.filter(state="returned").order_by("-pk").first()
        on = max(back.ended_at.date(), paid.on) if back is not None else paid.on
        movements.create(
            line_id=paid.line_id, position_id=paid.position_id, kind="returned", amount=paid.amount, act_id=paid.act_id, on=on,
            exercise=on.year, chapter=paid.chapter, subject_type=paid.subject_type, subject_id=paid.subject_id,
            reason=f"Tornato il pagamento della riga {row.pk}", demonstration=paid.demonstration,
            idempotency_key=f"liquidation-row:{row.pk}:returned", recorded_at=paid.recorded_at, recorded_label="migration",
        )  # fmt: skip
        lines.filter(pk=paid.line_id).update(paid=F("paid") - paid.amount)
        positions.filter(pk=paid.position_id).update(paid=F("paid") - paid.amount)
        rows.filter(pk=row.pk).update(payment_movement=None)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_papers_follow_a_merge"),
        ("programme", "0002_money_comes_back"),
    ]

    operations = [migrations.RunPython(take_off, migrations.RunPython.noop)]
