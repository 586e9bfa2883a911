"""What a buyer who was hosted owes back for the meetings it did not hold: reckoned from what was paid, asked as quotas are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum

from levante.controls.api import Due, issue_due
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, Missing, note, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.meetings import states
from levante.meetings.attendance import UNSAID
from levante.meetings.models import Meeting
from levante.participations.api import (
    AcceptedTerms,
    Arrangement,
    accepted_terms,
    may_keep,
    over_ceiling,
    owed,
    terms_of,
)
from levante.participations.api import states as arranged
from levante.parties.api import Buyer

REASON = Bilingual("Restituzione di spese di ospitalità", "Hospitality costs to be given back")
#: Days to pay, unless told: ours, no norm.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Account:
    """Of a hosted buyer, in euro: what was paid for it, its travel above the ceiling, the meetings it held and those it missed by its own
    fault; ``due``, what it owes back by the terms that it accepted (``terms``; none: it accepted none, and owes nothing), is none until
    the initiative is over, or where nothing is asked back. ``unpriced``: something arranged has no cost yet. ``unsaid``: of so many of its
    meetings it is not said whether they were held, or by whose fault they were not, and what it owes depends on it."""

    buyer: Buyer
    paid: Decimal
    above: Decimal
    held: int
    missed: int
    terms: AcceptedTerms | None
    due: Decimal | None
    unpriced: bool
    unsaid: int

    @property
    def unsettled(self) -> bool:
        return self.unpriced or self.unsaid > 0


def accounts_of(initiative: Initiative, *, on: date) -> list[Account]:
    """Every buyer for which something was arranged, by name. Four queries."""
    current = terms_of(initiative)
    rows = Arrangement.objects.filter(initiative=initiative, buyer__isnull=False).standing().select_related("buyer")
    buyers: dict[int, list[Arrangement]] = {}
    for row in rows.order_by("pk"):
        buyers.setdefault(row.buyer_id or 0, []).append(row)
    if not buyers:
        return []
    accepted, kept = accepted_terms(initiative), _met(initiative)
    found = []
    for pk, mine in buyers.items():
        paid = sum((one.cost or ZERO for one in mine), ZERO)
        travel = sum((one.cost or ZERO for one in mine if one.kind == "travel"), ZERO)
        terms, (held, missed, waiting) = accepted.get(pk), kept.get(pk, (0, 0, 0))
        due = None
        if terms is not None and terms.owed_percent > 0 and initiative.ends_on < on:
            due = _owed(terms, paid, held, missed)
        ceiling = (terms or current).travel_ceiling if terms or current else None  # type: ignore[union-attr]
        unpriced = any(one.state != arranged.A_DONE for one in mine)
        unsaid = waiting if due is not None and _depends(terms, paid, held, missed, waiting) else 0
        above = over_ceiling(travel, ceiling)
        found.append(Account(mine[0].buyer, paid, above, held, missed, terms, due, unpriced, unsaid))  # type: ignore[arg-type]
    return sorted(found, key=lambda one: (one.buyer.name, one.buyer.pk))


def _owed(terms: AcceptedTerms, paid: Decimal, held: int, missed: int) -> Decimal:
    return owed(paid, held=held, missed=missed, least=terms.least_meetings, percent=terms.owed_percent)


def _depends(terms: AcceptedTerms | None, paid: Decimal, held: int, missed: int, unsaid: int) -> bool:
    """May what is owed become another when the unsaid meetings are told: were all of them held, or all missed by its own fault?"""
    return terms is not None and _owed(terms, paid, held + unsaid, missed) != _owed(terms, paid, held, missed + unsaid)


def _met(initiative: Initiative) -> dict[int, tuple[int, int, int]]:
    """Of each buyer with how many it met, how many it missed by its own fault (it did not come, or took its request back once they
    were published, and the two did not meet at another time), and of how many it is not said whether they met, or by whose fault they
    did not. With each once, however many times were given. One query."""
    other = Meeting.objects.filter(agenda=OuterRef("agenda"), a=OuterRef("a"), b=OuterRef("b"))
    met, open_yet = other.filter(state=states.HELD), other.filter(UNSAID)
    mine = Q(missed_by__in=[states.BUYER, "both"]) & Q(~Exists(met)) & Q(~Exists(open_yet))
    untold = UNSAID & Q(~Exists(met))
    rows = Meeting.objects.filter(agenda__initiative=initiative, b__buyer__isnull=False).order_by("b__buyer")
    counted = rows.values_list("b__buyer").annotate(
        held=Count("a", filter=Q(state=states.HELD), distinct=True),
        missed=Count("a", filter=mine, distinct=True),
        unsaid=Count("a", filter=untold, distinct=True),
    )
    return {buyer: (held, missed, unsaid) for buyer, held, missed, unsaid in counted}


def asked_of_buyers(initiative: Initiative) -> dict[int, Due]:
    """What was asked back of each buyer, and is not cancelled. One query."""
    rows = Due.objects.filter(initiative=initiative, buyer__isnull=False, reason=REASON.it).exclude(state="cancelled")
    return {row.buyer_id or 0: row for row in rows}


@service("meetings.ask_back_of_buyer")
def ask_back_of_buyer(*, actor: Actor, initiative: Initiative, buyer: Buyer, due_on: date | None = None) -> Due:
    """Ask a hosted buyer for what it owes back, once the initiative is over, everything arranged for it has its final cost and it is said
    which of its meetings were held. By who may ask for quotas; asked twice on a day, it is one."""
    held = Initiative.objects.select_for_update(of=("self",)).select_related("lead_office").get(pk=initiative.pk)
    require(may_keep(actor, held))
    account = next((one for one in accounts_of(held, on=today()) if one.buyer.pk == buyer.pk), None)
    if account is not None and account.unsaid:
        refuse(
            f"Prima si dice, in “Tenuti e mancati”, quali incontri ha tenuto e chi non è venuto agli altri: ne mancano {account.unsaid}.",
            f"First say, in “Held and missed”, which meetings it held and who did not come to the others: {account.unsaid} are left.",
        )
    if account is not None and account.due and account.unpriced:
        refuse(
            "Prima si scrive quanto è costato tutto ciò che si è organizzato per lui.",
            "First write what everything arranged for it came to.",
        )
    if account is None or not account.due:
        refuse("Non deve rendere niente.", "It owes nothing back.")
    made = issue_due(
        actor=actor, initiative=held, buyer=buyer, amount=account.due, due_on=due_on or today() + timedelta(days=DAYS), reason=REASON
    )  # fmt: skip
    note(initiative=held.code, buyer=buyer.pk, amount=money_text(account.due))
    return made


def left_to_ask_back(*, initiative: Initiative) -> Iterable[Missing]:
    """Before it is concluded: what hosted buyers owe back, by the terms that they accepted, is asked of them, once the meetings on which it
    depends are told. Four queries at most."""
    if initiative.ends_on >= today():
        return
    accepted = {pk: row for pk, row in accepted_terms(initiative).items() if row.owed_percent > 0}
    if not accepted:
        return
    asked = Due.objects.filter(initiative=initiative, buyer=OuterRef("buyer"), reason=REASON.it).exclude(
        state="cancelled"
    )
    paid = Arrangement.objects.filter(~Exists(asked), initiative=initiative, buyer__in=list(accepted), cost__gt=0)
    costs = dict(
        paid.standing().order_by("buyer").values("buyer").annotate(all=Sum("cost")).values_list("buyer", "all")
    )
    kept = _met(initiative) if costs else {}
    left = untold = 0
    for pk, cost in costs.items():
        held, missed, waiting = kept.get(pk, (0, 0, 0))
        if _depends(accepted[pk], cost, held, missed, waiting):
            untold += waiting
        elif _owed(accepted[pk], cost, held, missed):
            left += 1
    if untold:
        yield Missing(
            Bilingual(
                f"incontri di buyer ospitati di cui dire se sono stati tenuti, e chi è mancato: {untold}",
                f"meetings of hosted buyers of which to say whether they were held, and who was missing: {untold}",
            )
        )
    if left:
        yield Missing(
            Bilingual(f"spese di ospitalità da chiedere indietro: {left}", f"hospitality to be asked back: {left}")
        )
