"""The call that is rehearsed: a copy of it, with one opening, a line with money and an act where they are not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from levante.calls.api import (
    PROCEDURES,
    Call,
    Finding,
    Opening,
    create_call,
    document_of,
    findings_in,
    move_call,
    read_entry,
)
from levante.documents.api import pdf_available
from levante.kernel.api import ROME, clock_at, system, today
from levante.kernel.pure import CENT, Bilingual, money_text
from levante.programme.api import Act, BudgetLine, allocate

SYSTEM = system("grants.rehearse_call")
ACT = "prova-atto"
_LONGEST_CODE = 80
#: What a rehearsal supplies by itself: a draft may lack it, and it says nothing of how the call works.
SUPPLIED = ("act", "openings")


@dataclass(slots=True)
class Scene:
    """The copy on stage: its opening, when it opens and closes (``closes``: whether it does by itself), what was assumed."""

    call: Call
    opening: Opening
    opens_at: datetime
    closes_at: datetime
    closes: bool
    assumed: list[Bilingual]


def findings_on(document: Mapping[str, Any], call: Call) -> list[Finding]:
    """What the checker says of a document of the call, besides what a rehearsal supplies."""
    found = findings_in(read_entry(document), fund_kind=call.fund.kind if call.fund else "")
    return [one for one in found if one.path not in SUPPLIED]


def prepared(call: Call, opening: str = "") -> tuple[dict[str, Any], list[Bilingual]]:
    """The document of the copy, and what was assumed. Pure but for reading the call."""
    document, assumed = document_of(call), []
    for name in ("published_at", "planned"):
        document.pop(name, None)
    document |= {"code": f"prova-{call.code}"[:_LONGEST_CODE].rstrip("-"), "state": "draft"}
    if not document.get("act"):
        document["act"] = ACT
        assumed.append(
            Bilingual("L’atto del bando non c’è ancora: è di prova.", "The call has no act yet: a test one is used.")
        )
    openings = document["openings"]
    chosen = next((one for one in openings if one["code"] == opening), openings[0] if openings else None)
    if chosen is None:
        chosen = _made_up(document)
        assumed.append(
            Bilingual(
                "Non c’è ancora una finestra: una di prova, di 30 giorni.",
                "There is no opening yet: a test one, of 30 days.",
            )
        )
    document["openings"] = [{key: value for key, value in chosen.items() if key not in ("seed", "demonstration")}]
    if not document["budget_lines"] and (lines := _lines_for(call)):
        document["budget_lines"] = [{"line": line.code} for line in lines]
        assumed.append(
            Bilingual(
                "Il bando non ha ancora una linea di bilancio: è di prova.",
                "The call has no budget line yet: a test one is used.",
            )
        )
    document["budget_lines"] = [{"line": f"prova-{row['line']}"[:_LONGEST_CODE]} for row in document["budget_lines"]]
    _seal_as_a_demonstration(document)
    _sign_what_can_be(document, assumed)
    return document, assumed


def _made_up(document: Mapping[str, Any]) -> dict[str, Any]:
    day = today() + timedelta(days=30)
    amounts = [Decimal(row["amount"]) for row in document["budget_lines"] if row.get("amount")]
    opens = datetime.combine(day, time(10), ROME)
    return {
        "code": "prova",
        "opens_at": opens.isoformat(),
        "closes_at": (opens + timedelta(days=30)).isoformat(),
        "budget": money_text(sum(amounts, Decimal(0)) or Decimal(100_000)),
        "lines": [],
        "reserves": [],
    }


def _seal_as_a_demonstration(document: dict[str, Any]) -> None:
    """A click day is told again from its log (``intake.replay_day``), which only a demonstration lets."""
    rule = PROCEDURES[document["procedure"]]
    if rule.sealed or document["delivery"].get("sealed"):
        document["openings"] = [{**document["openings"][0], "demonstration": True}]


def _sign_what_can_be(document: dict[str, Any], assumed: list[Bilingual]) -> None:
    """What is to be signed is signed with a test key, where this machine makes the PDF; a document that may not be a .p7m is
    given unsigned."""
    asked = document["delivery"].get("signature") == "required"
    printable = pdf_available()
    if asked and not printable:
        document["delivery"] = {**document["delivery"], "signature": "none"}
        assumed.append(
            Bilingual(
                f"La firma della domanda non si prova: {printable.reason.it}",
                f"The signature of the application is not tried: {printable.reason.en}",
            )
        )
    unsigned = False
    for section in document["form"].get("sections", ()):
        for item in section["fields"]:
            if item.get("signed"):
                asked = True
                if item.get("accept") and "p7m" not in item["accept"]:
                    unsigned = bool(item.pop("signed"))
    if unsigned:
        assumed.append(
            Bilingual(
                "I documenti firmati che il modulo vuole solo in PDF si danno senza firma.",
                "Signed documents that the form wants as PDF alone are given unsigned.",
            )
        )
    if asked and (printable or not unsigned):
        assumed.append(
            Bilingual(
                "Le firme sono fatte con una chiave di prova, che vale solo qui.",
                "Signatures are made with a test key, which holds here alone.",
            )
        )


def shrink(document: dict[str, Any], budget: Decimal) -> Decimal:
    """Leave the opening with so much money, lines and reserves in proportion; the share of what it had."""
    opening = document["openings"][0]
    before = Decimal(opening["budget"])
    if budget >= before:
        return Decimal(1)
    share = budget / before
    opening["budget"] = money_text(budget)
    for line in opening["lines"]:
        line["budget"] = money_text(_part(line["budget"], share))
    for reserve in opening["reserves"]:
        if reserve.get("amount"):
            reserve["amount"] = money_text(_part(reserve["amount"], share))
    return share


def _part(amount: str, share: Decimal) -> Decimal:
    return max((Decimal(amount) * share).quantize(CENT, rounding=ROUND_DOWN), CENT)


def _lines_for(call: Call) -> list[BudgetLine]:
    """The lines that the copy's are made like: the call's; while it has none, the programme's last, of its direction if there is
    one; none in a programme without lines."""
    own = [row.line_id for row in call.budget_lines.all()]
    if own:
        found = BudgetLine.objects.in_bulk(own)
        return [found[pk] for pk in own]
    of_programme = BudgetLine.objects.filter(programme=call.programme_id, initiative=None)
    of_direction = of_programme.filter(direction=call.direction_id)
    lines = of_direction if of_direction.exists() else of_programme
    return list(lines.order_by("-triennium__last_year", "code")[:1])


def lay_ground(call: Call, document: Mapping[str, Any]) -> None:
    """The act, where it is a test one, and the lines with the money of the opening."""
    triennium = None
    for line, wanted in zip(_lines_for(call), document["budget_lines"], strict=True):
        triennium = line.triennium
        line.pk, line.code, line._state.adding = None, wanted["line"], True
        line.allocated = line.reserved = line.committed = line.liquidated = line.paid = line.recovered = Decimal(0)
        line.save()
    act = Act.objects.create(
        programme=call.programme, code=ACT, kind="determination", number="PROVA", adopted_on=today(), triennium=triennium,
        title_it="Atto di prova", title_en="Test act", confidence="to_confirm",
    )  # fmt: skip
    for row in document["budget_lines"]:
        line = BudgetLine.objects.get(programme=call.programme, code=row["line"])
        budget = Decimal(document["openings"][0]["budget"])
        allocate(actor=SYSTEM, line=line, amount=budget, act=act, exercise=today().year, on=today())


def put_on(call: Call, document: dict[str, Any], assumed: list[Bilingual]) -> Scene:
    """The copy, approved and published through the services, the day before it opens."""
    first = document["openings"][0]
    opens_at = datetime.fromisoformat(first["opens_at"])
    closes = first.get("closes_at")
    closes_at = datetime.fromisoformat(closes) if closes else opens_at + timedelta(days=30)
    with clock_at(opens_at - timedelta(days=1)):
        lay_ground(call, document)
        made = create_call(actor=SYSTEM, office=call.office.code, document=document, programme=call.programme)
        for transition in ("approve", "publish"):
            made = move_call(actor=SYSTEM, call=made, transition=transition)
    opening = made.openings.select_related("call__office", "form").get()
    return Scene(made, opening, opens_at, closes_at, closes is not None, assumed)


def trial_act(call: Call) -> Act:
    """An act for what is decided by act in a rehearsal; it goes with everything else."""
    return Act.objects.create(
        programme=call.programme, code=f"prova-{Act.objects.count()}", kind="determination", number="PROVA",
        adopted_on=today(), title_it="Atto di prova", title_en="Test act", confidence="to_confirm",
    )  # fmt: skip
