"""Check-ups of the demonstration; twice changes nothing."""

from pathlib import Path

import yaml

from levante.competences import api
from levante.demo.initiatives import acting_for, noon, tax_codes
from levante.kernel.api import clock_at, day_of


def load(folder: Path) -> None:
    """Everything in ``competences.yaml``; a check-up that is there already is left as it is."""
    keys = tax_codes(folder)
    for row in yaml.safe_load((folder / "competences.yaml").read_text(encoding="utf-8"))["assessments"]:
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
