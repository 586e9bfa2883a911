"""Check-ups and offers of help of the demonstration; twice changes nothing."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.competences import api
from levante.demo.initiatives import acting_for, noon, tax_codes
from levante.demo.telling import read
from levante.identity.api import Office
from levante.kernel.api import clock_at, day_of, system, today
from levante.programme.api import Sector, main_programme

SYSTEM = system("demonstration")


def load(folder: Path) -> None:
    """Everything in ``competences.yaml``; what is there already is left as it is."""
    keys = tax_codes(folder)
    data = read(folder, "competences")
    for row in data["offers"]:
        if not api.SupportOffer.objects.filter(code=row["code"]).exists():
            _offer(row)
    for row in data["assessments"]:
        at = noon(row["days"])
        questionnaire = api.questionnaire_on(api.EXPORT_CHECK_UP, on=day_of(at))
        actor = acting_for(keys[row["enterprise"]])
        if questionnaire is None or actor is None:
            raise LookupError(f"{row['key']}: no questionnaire on that day, or nobody who acts for {row['enterprise']}")
        codes = [question.code for question in questionnaire.questions]
        with clock_at(at):
            api.record_assessment(
                actor=actor,
                questionnaire=questionnaire,
                answers=dict(zip(codes, row["answers"], strict=True)),
                idempotency_key=f"demo:{row['key']}",
                is_demo=True,
            )


def _offer(row: dict[str, Any]) -> None:
    def day(name: str) -> Any:
        return today() + timedelta(days=row[name]) if name in row else None

    values = {
        "kind": row["kind"],
        **{
            f"{name}_{language}": row[name][language]
            for name in ("title", "text", "place")
            for language in ("it", "en")
        },
        **{name: row.get(name, []) for name in ("dimensions", "sizes", "bands")},
        **{name: day(name) for name in ("starts_on", "ends_on", "until")},
        "provider": row["provider"],
        "value": Decimal(row["value"]) if "value" in row else None,
    }
    made = api.record_support(
        actor=SYSTEM,
        code=row["code"],
        values=values,
        office=Office.objects.get(code=row["office"]),
        sectors=list(Sector.objects.filter(programme=main_programme(), code__in=row.get("sectors", []))),
        demonstration=True,
    )
    api.publish_support(actor=SYSTEM, offer=made)
