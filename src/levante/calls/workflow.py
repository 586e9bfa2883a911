"""The life of a call and of its openings as tables."""

from collections.abc import Callable, Iterable
from typing import Any

from levante.calls.checker import Finding, Surroundings, check_call, errors_of
from levante.calls.document import entry_of
from levante.calls.models import Call, Opening
from levante.calls.phases import CLOSED
from levante.calls.schema import CallEntry
from levante.calls.states import CALL_STATES, OPENING_STATES
from levante.identity.api import roles
from levante.kernel.api import Actor, Missing, Transition, Workflow, now, today
from levante.kernel.pure import Bilingual, Decision
from levante.programme.api import BudgetLine


def _allowed(*wanted: str, what: Bilingual, whose: Bilingual) -> Callable[[Actor, Any], Decision]:
    def decide(actor: Actor, subject: Any) -> Decision:
        call = subject if isinstance(subject, Call) else subject.call
        if actor.in_section(*wanted) or actor.has_role(*wanted, office=call.office.code):
            return Decision.yes()
        return Decision.no(f"{what.it}: spetta {whose.it}.", f"{what.en}: it is for {whose.en}.")

    return decide


def findings_of(call: Call) -> list[Finding]:
    """What the checker says of a call as it is today."""
    return findings_in(entry_of(call), fund_kind=call.fund.kind if call.fund else "")


def findings_in(entry: CallEntry, *, fund_kind: str = "") -> list[Finding]:
    """What the checker says today of a document; ``fund_kind`` is that of the fund it names. One query."""
    lines = BudgetLine.objects.filter(code__in=[item.line for item in entry.budget_lines]).order_by("code")
    around = Surroundings(fund_kind, dict(lines.values_list("code", "allocated")))
    return check_call(entry, on=today(), around=around)


def _needs_sound(call: Call) -> Iterable[Missing]:
    """No contradiction, as the checker finds them; openings may come after the approval."""
    for finding in errors_of(findings_of(call)):
        if finding.path != "openings":
            words = Bilingual(finding.text.it.rstrip("."), finding.text.en.rstrip("."))
            yield Missing(words, finding.path)


def _needs_openings(call: Call) -> Iterable[Missing]:
    openings = list(call.openings.all())
    if not openings:
        yield Missing(
            Bilingual("almeno una finestra con la sua dotazione", "at least one opening with its budget"), "openings"
        )
    if any(opening.opens_at < now() and not opening.is_demo for opening in openings):
        yield Missing(
            Bilingual("una finestra che apra dopo la pubblicazione", "an opening that comes after publication"),
            "openings",
        )


def _needs_windows_over(call: Call) -> Iterable[Missing]:
    """Nobody is applying, and nobody was told that they could later."""
    for opening in call.openings.all():
        if opening.phase(now()).code != CLOSED:
            name = Bilingual(opening.name_it or opening.code, opening.name_en or opening.name_it or opening.code)
            words = Bilingual(f"la chiusura della finestra «{name.it}»", f"the closing of the opening “{name.en}”")
            yield Missing(words, "openings")


DESIGN = _allowed(
    roles.CALL_DESIGNER,
    roles.DIRECTOR,
    what=Bilingual("Preparare il bando", "Preparing the call"),
    whose=Bilingual(
        "a chi progetta i bandi dell’ufficio che lo gestisce", "who designs the calls of the office of the call"
    ),
)
DIRECT = _allowed(
    roles.DIRECTOR,
    what=Bilingual("Approvare e pubblicare il bando", "Approving and publishing the call"),
    whose=Bilingual("al dirigente dell’ufficio che lo gestisce", "the director of the office of the call"),
)


def may_design(actor: Actor, call: Call) -> Decision:
    """Prepare a call, and try it: the designers and the director of its office, or the Section's."""
    return DESIGN(actor, call)


def may_create(actor: Actor, office: str) -> Decision:
    """Begin a call of an office: its designers and its director, or the Section's for any office."""
    if actor.in_section(roles.CALL_DESIGNER, roles.DIRECTOR) or actor.has_role(
        roles.CALL_DESIGNER, roles.DIRECTOR, office=office
    ):
        return Decision.yes()
    return Decision.no(
        "Preparare un bando spetta a chi progetta i bandi di questo ufficio.",
        "Preparing a call is for who designs the calls of this office.",
    )


RUN = _allowed(
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    what=Bilingual("Sospendere e riaprire il bando", "Suspending and reopening the call"),
    whose=Bilingual("all’ufficio che lo gestisce", "the office of the call"),
)

CALLS: Workflow[Call] = Workflow(
    CALL_STATES,
    [
        Transition(
            "approve", frozenset({"draft"}), "approved", Bilingual("Approva", "Approve"), DIRECT,
            (_needs_sound,),
        ),
        Transition(
            "take_back", frozenset({"approved"}), "draft", Bilingual("Torna alla bozza", "Back to draft"), DIRECT,
        ),
        Transition(
            "publish", frozenset({"approved"}), "published", Bilingual("Pubblica", "Publish"), DIRECT,
            (_needs_sound, _needs_openings),
        ),
        Transition(
            "close_out", frozenset({"published"}), "closed_out", Bilingual("Concludi", "Close out"), DIRECT,
            (_needs_windows_over,),
        ),
    ],
)  # fmt: skip

OPENINGS: Workflow[Opening] = Workflow(
    OPENING_STATES,
    [
        Transition("suspend", frozenset({"scheduled"}), "suspended", Bilingual("Sospendi", "Suspend"), RUN),
        Transition("exhaust", frozenset({"scheduled"}), "exhausted", Bilingual("Risorse esaurite", "Funds exhausted"), RUN),
        Transition("reopen", frozenset({"suspended", "exhausted"}), "scheduled", Bilingual("Riapri", "Reopen"), RUN),
        Transition(
            "close", frozenset({"scheduled", "suspended", "exhausted"}), "closed",
            Bilingual("Chiudi in anticipo", "Close early"), RUN,
        ),
    ],
)  # fmt: skip
