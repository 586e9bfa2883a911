"""The DURC at the award, where an item of the call's checks for the award says that it is one (``paper: durc``; ``law.durc``).

The papers are in a room above, which pays on them too; it tells them by a hook. An item that is not blocking has it told in the act, and
holds nothing back: the rule is the call's.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from levante.calls.api import Call
from levante.exchange.api import named
from levante.grants.drafted import drafted_awards
from levante.grants.models import Award, AwardAct
from levante.kernel.api import Missing
from levante.kernel.pure import Bilingual, Decision
from levante.law.durc import YES, Answer, Durc, judge

_told_by: list[str] = []


def durc_told_by(function: str) -> None:
    """Say which function knows the last DURC of enterprises: ``"package.module:function"``, called as ``f(enterprise ids)`` and answering
    ``{enterprise id: Durc}``, in one query."""
    if function not in _told_by:
        _told_by.append(function)


def _wanted(call: Call) -> tuple[bool, bool]:
    """Whether the call wants it at the award, and whether an award stops without."""
    items = [one for one in call.checklists.get("award", ()) if one.get("paper") == "durc"]
    return bool(items), any(one.get("blocking", True) for one in items)


def answers_of(awards: Sequence[Award], *, on: date) -> dict[int, Answer]:
    """What the DURC of the firm of each of these awards of one call says on a day, by its key; nothing where the call does not want it.
    The act and its call are loaded. At most a query."""
    wanted, stops = _wanted(awards[0].act.call) if awards else (False, False)
    if not wanted:
        return {}
    found: dict[int, Durc] = {}
    firms = {one.enterprise_id for one in awards}
    for name in _told_by:
        ask: Callable[[set[int]], dict[int, Durc]] = named(name)
        found.update(ask(firms))
    return {one.pk: judge(paper=found.get(one.enterprise_id), on=on, stops=stops) for one in awards}


def decision_of(answer: Answer | None) -> Decision:
    """Whether an award may stand on this answer; if not, why and what to do."""
    if answer is None or not answer.is_closed:
        return Decision.yes()
    return Decision.no(f"DURC: {answer.reason.it}; {answer.to_do.it}.", f"DURC: {answer.reason.en}; {answer.to_do.en}.")


def words_of(answer: Answer | None) -> str:
    """What the act says of a firm: nothing where the call does not want it. Italian: it is an act."""
    if answer is None:
        return ""
    if answer.outcome == YES:
        return f"{answer.reason.it} (art. 31 del D.L. 69/2013)"
    return f"regolarità contributiva (art. 31 del D.L. 69/2013): {answer.reason.it}"


def missing_durc(act: AwardAct, *, on: date) -> Iterable[Missing]:
    """What the awards of a draft lack before it is signed: a regular DURC of each firm, and a text that says what it says now."""
    awards = drafted_awards(act)
    data = act.document.data if act.document is not None else {}
    written = {(row["application"], row["tax_code"]): row.get("durc", "") for row in data.get("awards", [])}
    answers = answers_of(awards, on=on)
    for award in awards:
        answer = answers.get(award.pk)
        if answer is None:
            continue
        name = f"{award.application.number}, {award.enterprise.name}"
        if answer.is_closed:
            yield Missing(
                Bilingual(
                    f"il DURC di {name}: {answer.reason.it}; {answer.to_do.it}",
                    f"the DURC of {name}: {answer.reason.en}; {answer.to_do.en}",
                )
            )
        elif data and written.get((award.application.number, award.enterprise.tax_code), "") != words_of(answer):
            yield Missing(
                Bilingual(
                    f"il testo dell’atto, da scrivere di nuovo: è cambiato il DURC di {name}",
                    f"the text of the act, to be written again: the DURC of {name} has changed",
                )
            )
