"""What a buyer who was hosted owes back for the meetings it did not hold: reckoned from what was paid, asked as quotas are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum

from levante.controls.api import Due, issue_due
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, Missing, note, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.meetings import states
from levante.meetings.models import Meeting
from levante.meetings.queries import held_by_buyer
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
    the initiative is over, or where nothing is asked back. ``unsettled``: something arranged has no cost yet, it is not said of a
    meeting whether it was held, or, where it matters, by whose fault it was not."""

    buyer: Buyer
    paid: Decimal
    above: Decimal
    held: int
    missed: int
    terms: AcceptedTerms | None
    due: Decimal | None
    unsettled: bool


def accounts_of(initiative: Initiative, *, on: date) -> list[Account]:
    """Every buyer for which something was arranged, by name. Five queries."""
    current = terms_of(initiative)
    rows = Arrangement.objects.filter(initiative=initiative, buyer__isnull=False).standing().select_related("buyer")
    buyers: dict[int, list[Arrangement]] = {}
    for row in rows.order_by("pk"):
        buyers.setdefault(row.buyer_id or 0, []).append(row)
    if not buyers:
        return []
    accepted, kept, waiting = accepted_terms(initiative), held_by_buyer(initiative), _unsaid(initiative, list(buyers))
    found = []
    for pk, mine in buyers.items():
        paid = sum((one.cost or ZERO for one in mine), ZERO)
        travel = sum((one.cost or ZERO for one in mine if one.kind == "travel"), ZERO)
        terms, (held, missed) = accepted.get(pk), kept.get(pk, (0, 0))
        due = None
        if terms is not None and terms.owed_percent > 0 and initiative.ends_on < on:
            due = _owed(terms, paid, held, missed)
        ceiling = (terms or current).travel_ceiling if terms or current else None  # type: ignore[union-attr]
        open_yet = any(one.state != arranged.A_DONE for one in mine)
        unsettled = open_yet or (terms is not None and held < terms.least_meetings and pk in waiting)
        found.append(
            Account(mine[0].buyer, paid, over_ceiling(travel, ceiling), held, missed, terms, due, unsettled)  # type: ignore[arg-type]
        )
    return sorted(found, key=lambda one: (one.buyer.name, one.buyer.pk))


def _owed(terms: AcceptedTerms, paid: Decimal, held: int, missed: int) -> Decimal:
    return owed(paid, held=held, missed=missed, least=terms.least_meetings, percent=terms.owed_percent)


def _unsaid(initiative: Initiative, buyers: list[int]) -> set[int]:
    """Buyers with a meeting of which it is not said whether it was held, or by whose fault it was not. One query."""
    unsaid = Q(state=states.PLANNED) | Q(state=states.MISSED, missed_by="")
    rows = Meeting.objects.filter(unsaid, agenda__initiative=initiative, b__buyer__in=buyers)
    return set(rows.order_by().values_list("b__buyer", flat=True))


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
    if account is not None and account.due is not None and account.unsettled:
        refuse(
            "Prima si dice quali incontri ha tenuto, chi non è venuto agli altri, e quanto è costato ciò che si è organizzato per lui.",
            "First say which meetings it held, who did not come to the others, and what everything arranged for it came to.",
        )
    if account is None or not account.due:
        refuse("Non deve rendere niente.", "It owes nothing back.")
    made = issue_due(
        actor=actor, initiative=held, buyer=buyer, amount=account.due, due_on=due_on or today() + timedelta(days=DAYS), reason=REASON
    )  # fmt: skip
    note(initiative=held.code, buyer=buyer.pk, amount=money_text(account.due))
    return made


def left_to_ask_back(*, initiative: Initiative) -> Iterable[Missing]:
    """Before it is concluded: what hosted buyers owe back, by the terms that they accepted, is asked of them. Four queries at most."""
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
    kept = held_by_buyer(initiative) if costs else {}
    left = sum(1 for pk, cost in costs.items() if _owed(accepted[pk], cost, *kept.get(pk, (0, 0))))
    if left:
        yield Missing(
            Bilingual(f"spese di ospitalità da chiedere indietro: {left}", f"hospitality to be asked back: {left}")
        )
