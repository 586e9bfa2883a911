"""What the calls of before say, in the places of the one document (0002): nothing is said in two ways."""

from typing import Any

from django.db import migrations


def forwards(apps: Any, schema_editor: Any) -> None:
    Call = apps.get_model("calls", "Call")
    CallBudgetLine = apps.get_model("calls", "CallBudgetLine")
    for call in Call.objects.order_by("pk"):
        call.checklists = {**call.checklists, "formal": call.checklist}
        terms = dict(call.terms)
        call.when_short = terms.pop("when_short", None) or ("partial" if call.procedure == "ranking" else "stop")
        call.terms = terms
        if call.planned_note_it or call.planned_note_en:
            call.planned = {"note": {"it": call.planned_note_it, "en": call.planned_note_en}}
        call.source_sha256 = ""
        call.save()
        if call.budget_line_id is not None:
            CallBudgetLine.objects.create(call=call, line_id=call.budget_line_id)
    for opening in apps.get_model("calls", "Opening").objects.filter(per_enterprise__gt=1).order_by("pk"):
        opening.limits = [
            {
                "code": "per-enterprise", "of": "enterprise", "within": "opening", "most": opening.per_enterprise,
                "reference": "", "it": f"Al massimo {opening.per_enterprise} domande per impresa",
                "en": f"At most {opening.per_enterprise} applications for each enterprise",
            }
        ]  # fmt: skip
        opening.save()


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_one_document"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
