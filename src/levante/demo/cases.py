"""Requests of the demonstration, one in every state, each step by the person who would do it; twice changes nothing."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from levante.cases import api
from levante.demo.initiatives import acting_for, noon, tax_codes
from levante.demo.telling import read
from levante.identity.api import Office, User, powers_of
from levante.kernel.api import Actor, clock_at, now, today
from levante.parties.api import Enterprise

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``cases.yaml``; a case that is there already is left as it is."""
    keys = tax_codes(folder)
    for row in read(folder, "cases")["cases"]:
        key = f"demo:case:{row['key']}"
        if api.Case.objects.filter(idempotency_key=key).exists():
            continue
        enterprise = Enterprise.objects.get(tax_code=keys[row["enterprise"]])
        asks = acting_for(enterprise.tax_code)
        if asks is None:
            raise LookupError(f"{row['enterprise']} has no legal representative in the demonstration")
        with clock_at(min(noon(row["days"]), now())):
            case = api.open_case(
                actor=asks,
                kind=row["kind"],
                subject=row["subject"],
                text=row["text"],
                channel="portal",
                party=asks.party,
                idempotency_key=key,
                is_demo=True,
            )
        walk(case, row["steps"], row["days"], asks)


def walk(case: api.Case, steps: Iterable[Row], days: int, asks: Actor | None = None) -> None:
    """Take the steps, each some hours after the one before and never in the future."""
    at = noon(days)
    for line in steps:
        at += timedelta(hours=5)
        case.refresh_from_db()
        with clock_at(min(at, now())):
            _step(case, line, asks if line["by"] == "enterprise" else person(line["by"]))


def _step(case: api.Case, line: Row, actor: Actor | None) -> None:
    if actor is None:
        raise LookupError(f"{case.number}: nobody to do {line['do']}")
    text = line.get("text", "")
    if line["do"] == "assign":
        api.assign_case(actor=actor, case=case)
    elif line["do"] == "refer":
        api.refer_case(actor=actor, case=case, office=Office.objects.get(code=line["office"]), note_text=text)
    elif line["do"] == "accept":
        api.accept_referral(actor=actor, case=case)
    elif line["do"] == "refuse":
        api.refuse_referral(actor=actor, case=case, reason=text)
    elif line["do"] == "answer":
        api.answer_case(actor=actor, case=case, text=text)
    elif line["do"] == "close":
        api.close_case(actor=actor, case=case)
    else:
        api.reopen_case(actor=actor, case=case, text=text)


def person(name: str) -> Actor:
    """An invented person of the offices, by the beginning of the address."""
    user = User.objects.get(email__startswith=f"{name}@", is_demo=True)
    return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))
