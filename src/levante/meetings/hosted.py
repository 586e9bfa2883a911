"""What a buyer who was hosted owes back for the meetings it did not hold: reckoned from what was paid, asked as quotas are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Sum

from levante.controls.api import Due, issue_due
from levante.initiatives.api import Initiative
from levante.kernel.api import Actor, Missing, note, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, money_text
from levante.meetings import states
from levante.meetings.models import Meeting
from levante.meetings.queries import held_by_buyer
from levante.participations.api import Arrangement, Hospitality, may_keep, over_ceiling, owed
from levante.participations.api import states as arranged
from levante.parties.api import Buyer

REASON = Bilingual("Restituzione di spese di ospitalità", "Hospitality costs to be given back")
#: Days to pay, unless told: ours, no norm.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Account:
    """Of a hosted buyer, in euro: what was paid for it, its travel above the ceiling, the meetings it held; ``due``, what it owes back, is
    none until the initiative is over, or where nothing is asked back. ``unsettled``: something arranged has no cost yet, or it is not said
    of a meeting whether it was held."""

    buyer: Buyer
    paid: Decimal
    above: Decimal
    held: int
    due: Decimal | None
    unsettled: bool


def accounts_of(initiative: Initiative, *, on: date) -> list[Account]:
    """Every buyer for which something was arranged, by name. Four queries."""
    terms = Hospitality.objects.filter(initiative=initiative).first()
    rows = Arrangement.objects.filter(initiative=initiative, buyer__isnull=False).standing().select_related("buyer")
    buyers: dict[int, list[Arrangement]] = {}
    for row in rows.order_by("pk"):
        buyers.setdefault(row.buyer_id or 0, []).append(row)
    if not buyers:
        return []
    held = held_by_buyer(initiative)
    unsaid = Meeting.objects.filter(agenda__initiative=initiative, state=states.PLANNED, b__buyer__in=buyers)
    waiting = set(unsaid.order_by().values_list("b__buyer", flat=True))
    asked_back = terms is not None and initiative.ends_on < on and terms.owed_percent > 0
    found = []
    for pk, mine in buyers.items():
        paid = sum((one.cost or ZERO for one in mine), ZERO)
        travel = sum((one.cost or ZERO for one in mine if one.kind == "travel"), ZERO)
        due = None
        if asked_back and terms is not None:
            due = owed(paid, held=held.get(pk, 0), least=terms.least_meetings, percent=terms.owed_percent)
        above = over_ceiling(travel, terms.travel_ceiling if terms is not None else None)
        unsettled = pk in waiting or any(one.state != arranged.A_DONE for one in mine)
        found.append(Account(mine[0].buyer, paid, above, held.get(pk, 0), due, unsettled))  # type: ignore[arg-type]
    return sorted(found, key=lambda one: (one.buyer.name, one.buyer.pk))


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
    if account is None or not account.due:
        refuse("Non deve rendere niente.", "It owes nothing back.")
    if account.unsettled:
        refuse(
            "Prima si dice quali incontri ha tenuto, e quanto è costato tutto ciò che si è organizzato per il buyer.",
            "First say which meetings it held, and what everything arranged for it came to.",
        )
    made = issue_due(
        actor=actor, initiative=held, buyer=buyer, amount=account.due, due_on=due_on or today() + timedelta(days=DAYS), reason=REASON
    )  # fmt: skip
    note(initiative=held.code, buyer=buyer.pk, amount=money_text(account.due))
    return made


def left_to_ask_back(*, initiative: Initiative) -> Iterable[Missing]:
    """Before it is concluded: what hosted buyers owe back is asked of them. Three queries at most."""
    if initiative.ends_on >= today():
        return
    terms = Hospitality.objects.filter(initiative=initiative, owed_percent__gt=0).first()
    if terms is None:
        return
    asked = Due.objects.filter(initiative=initiative, buyer=OuterRef("buyer"), reason=REASON.it).exclude(
        state="cancelled"
    )
    paid = Arrangement.objects.filter(~Exists(asked), initiative=initiative, buyer__isnull=False, cost__gt=0).standing()
    costs = dict(paid.order_by("buyer").values("buyer").annotate(all=Sum("cost")).values_list("buyer", "all"))
    held = held_by_buyer(initiative) if costs else {}
    left = sum(
        1
        for buyer, cost in costs.items()
        if owed(cost, held=held.get(buyer, 0), least=terms.least_meetings, percent=terms.owed_percent)
    )
    if left:
        yield Missing(
            Bilingual(f"spese di ospitalità da chiedere indietro: {left}", f"hospitality to be asked back: {left}")
        )
