"""The anti-mafia information at the award: asked before the act is signed, on all that the firm gets from the call (``law.antimafia``).

The papers are in a room above, which pays on them too; it tells them by a hook. With no paper told, the award over the threshold waits.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from levante.exchange.api import named
from levante.grants import states
from levante.grants.drafted import drafted_awards
from levante.grants.models import Award, AwardAct
from levante.kernel.api import Missing
from levante.kernel.pure import ZERO, Bilingual, Decision
from levante.law.antimafia import YES, Answer, Antimafia, judge

_told_by: list[str] = []


def antimafia_told_by(function: str) -> None:
    """Say which function knows the last information of enterprises: ``"package.module:function"``, called as ``f(enterprise ids)`` and
    answering ``{enterprise id: Antimafia}``, in one query."""
    if function not in _told_by:
        _told_by.append(function)


def information_of(enterprises: Iterable[int]) -> dict[int, Antimafia]:
    """The last information of each of these enterprises that has one."""
    wanted = set(enterprises)
    found: dict[int, Antimafia] = {}
    for name in _told_by:
        ask: Callable[[set[int]], dict[int, Antimafia]] = named(name)
        found.update(ask(wanted))
    return found


def whole_benefits(awards: Iterable[Award]) -> dict[int, Decimal]:
    """All that the firm of each award gets from its call, in euro, by the key of the award: what acts under way promise and what is in
    effect, together, so that dividing it changes nothing (art. 91(2) D.Lgs. 159/2011). The act of each is loaded. A query."""
    wanted = list(awards)
    rows = Award.objects.filter(
        act__call__in={one.act.call_id for one in wanted},
        enterprise__in={one.enterprise_id for one in wanted},
        state__in=states.STANDING,
    )
    sums = {
        (call, firm): total
        for call, firm, total in rows.order_by().values_list("act__call", "enterprise").annotate(total=Sum("amount"))
    }
    return {one.pk: sums.get((one.act.call_id, one.enterprise_id), ZERO) for one in wanted}


def answers_of(awards: Sequence[Award], *, on: date) -> dict[int, Answer]:
    """What the law says on a day of each of these awards, by its key. Two queries."""
    wholes = whole_benefits(awards)
    papers = information_of({one.enterprise_id for one in awards})
    return {
        one.pk: judge(whole=wholes[one.pk], paper=papers.get(one.enterprise_id), on=on, granting=True) for one in awards
    }


def answer_for(act_call: int, enterprise: int, amount: Decimal, *, on: date) -> Answer:
    """The same of an award of ``amount`` that nobody has drafted yet."""
    rows = Award.objects.filter(act__call=act_call, enterprise=enterprise, state__in=states.STANDING)
    whole = amount + (rows.aggregate(total=Sum("amount"))["total"] or ZERO)
    return judge(whole=whole, paper=information_of([enterprise]).get(enterprise), on=on, granting=True)


def decision_of(answer: Answer) -> Decision:
    """Whether an award may stand on this answer; if not, why and what to do."""
    if answer.outcome == YES:
        return Decision.yes()
    return Decision.no(
        f"Antimafia: {answer.reason.it}; {answer.to_do.it}.", f"Anti-mafia: {answer.reason.en}; {answer.to_do.en}."
    )


def words_of(answer: Answer) -> str:
    """What the act says of a firm: nothing up to the threshold. Italian: it is an act."""
    if not answer.needed:
        return ""
    if answer.outcome != YES:
        return f"informazione antimafia (artt. 91 e 92 del D.Lgs. 159/2011) da acquisire: {answer.reason.it}"
    said = f"informazione antimafia: {answer.reason.it}"
    if answer.condition.it:
        return f"{said}; {answer.condition.it} (art. 92, comma 3, del D.Lgs. 159/2011)"
    return f"{said} (art. 91 del D.Lgs. 159/2011)"


def missing_antimafia(act: AwardAct, *, on: date) -> Iterable[Missing]:
    """What the awards of a draft lack before it is signed: the information of each firm, and a text that says what it says now."""
    awards = drafted_awards(act)
    data = act.document.data if act.document is not None else {}
    written = {(row["application"], row["tax_code"]): row.get("antimafia", "") for row in data.get("awards", [])}
    answers = answers_of(awards, on=on)
    for award in awards:
        answer = answers[award.pk]
        name = f"{award.application.number}, {award.enterprise.name}"
        if answer.outcome != YES:
            yield Missing(
                Bilingual(
                    f"l’informazione antimafia di {name}: {answer.reason.it}; {answer.to_do.it}",
                    f"the anti-mafia information of {name}: {answer.reason.en}; {answer.to_do.en}",
                )
            )
        elif data and written.get((award.application.number, award.enterprise.tax_code), "") != words_of(answer):
            yield Missing(
                Bilingual(
                    f"il testo dell’atto, da scrivere di nuovo: è cambiata l’informazione antimafia di {name}",
                    f"the text of the act, to be written again: the anti-mafia information of {name} has changed",
                )
            )
