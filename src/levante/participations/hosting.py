"""The terms on which buyers are hosted, and what is arranged: travel, hotels, visas, samples, interpreters."""

from datetime import date
from decimal import Decimal

from levante.initiatives.api import BuyerInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged
from levante.kernel.pure import euro, money_text
from levante.participations import policies, states
from levante.participations.models import Arrangement, Hospitality, Participation
from levante.parties.api import Buyer

_OVER = (initiative_states.DONE, initiative_states.CANCELLED)


@service("participations.set_hospitality")
def set_hospitality(
    *,
    actor: Actor,
    initiative: Initiative,
    nights: int,
    travel_ceiling: Decimal | None = None,
    least_meetings: int = 0,
    owed_percent: int = 0,
    words_it: str = "",
    words_en: str = "",
) -> Hospitality:
    """Write on which terms buyers are hosted; until the initiative begins: afterwards who came knows them."""
    current = _locked(initiative)
    require(policies.may_keep(actor, current))
    if current.state not in initiative_states.TO_COME and current.state != initiative_states.PLANNED:
        refuse("È già cominciata, o è finita: le condizioni restano.", "It has begun, or is over: the terms stay.")
    if not 0 <= owed_percent <= 100 or (owed_percent and least_meetings < 1):
        refuse(
            "Quanto si deve è una percentuale, per chi tiene meno incontri di un minimo.",
            "What is owed is a per cent, for who holds fewer meetings than a least number.",
            field="owed_percent",
        )
    if travel_ceiling is not None and travel_ceiling <= 0:
        refuse(
            "Il massimale è maggiore di zero, o vuoto.", "The ceiling is above zero, or empty.", field="travel_ceiling"
        )
    row = Hospitality.objects.select_for_update().filter(initiative=current).first() or Hospitality(initiative=current)
    row.nights, row.least_meetings, row.owed_percent = nights, least_meetings, owed_percent
    row.travel_ceiling = euro(travel_ceiling) if travel_ceiling is not None else None
    row.words_it, row.words_en, row.written_at = words_it.strip()[:2000], words_en.strip()[:2000], now()
    row.save()
    note(initiative=current.code, nights=nights, least=least_meetings, percent=owed_percent)
    return row


@service("participations.record_arrangement")
def record_arrangement(
    *,
    actor: Actor,
    initiative: Initiative,
    kind: str,
    what: str,
    starts_on: date,
    ends_on: date,
    buyer: Buyer | None = None,
    place: Participation | None = None,
    traveller: str = "",
    reference: str = "",
    cost: Decimal | None = None,
    weight_kg: Decimal | None = None,
    carnet: str = "",
) -> Arrangement:
    """Write something to be arranged. A visa is of a buyer's traveller; weight and carnet are of samples."""
    current = _locked(initiative)
    require(policies.may_keep(actor, current))
    if current.state in _OVER:
        refuse("L’iniziativa è conclusa o annullata.", "The initiative is over or cancelled.")
    if kind not in states.ARRANGEMENTS or not what.strip():
        refuse("Scrivi che cosa si organizza.", "Write what is arranged.", field="what")
    if ends_on < starts_on:
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="ends_on")
    if buyer is not None and place is not None:
        refuse(
            "È di un buyer o di un’impresa, non di tutti e due.",
            "It is of a buyer or of an enterprise, not of both.",
            field="who",
        )
    if kind == "visa" and (buyer is None or not traveller.strip()):
        refuse(
            "Un visto è di chi viaggia per un buyer: scrivi chi.",
            "A visa is of who travels for a buyer: write who.",
            field="traveller",
        )
    if kind != "samples" and (weight_kg is not None or carnet.strip()):
        refuse("Peso e carnet sono dei campioni.", "Weight and carnet are of samples.", field="weight_kg")
    if buyer is not None and not BuyerInterest.objects.filter(initiative=current, buyer=buyer).exists():
        refuse("Questo buyer non ha chiesto di partecipare.", "This buyer has not asked to take part.", field="who")
    if place is not None and place.selection.initiative_id != current.pk:
        refuse("Non ha un posto in questa iniziativa.", "It has no place in this initiative.", field="who")
    _check_amounts(cost, weight_kg)
    made = Arrangement.objects.create(
        initiative=current, kind=kind, what=what.strip()[:300], starts_on=starts_on, ends_on=ends_on, buyer=buyer, place=place,
        traveller=traveller.strip()[:200], reference=reference.strip()[:100], cost=euro(cost) if cost is not None else None,
        weight_kg=weight_kg, carnet=carnet.strip()[:60], written_at=now(), written_by_id=actor.user_id,
    )  # fmt: skip
    note(initiative=current.code, kind=kind, buyer=made.buyer_id, place=made.place_id)
    return made


@service("participations.follow_arrangement")
def follow_arrangement(
    *, actor: Actor, arrangement: Arrangement, state: str, cost: Decimal | None = None, reference: str = ""
) -> Arrangement:
    """Where it is, what it costs, its booking. What is done has its cost, 0 when it has none."""
    held = (
        Arrangement.objects.select_for_update(of=("self",))
        .select_related("initiative__lead_office")
        .get(pk=arrangement.pk)
    )
    require(policies.may_keep(actor, held.initiative))
    if held.initiative.state == initiative_states.DONE:
        refuse("L’iniziativa è conclusa.", "The initiative is over.")
    if state not in states.ARRANGEMENT_STATES:
        refuse("Scegli lo stato.", "Choose the state.", field="state")
    if state == states.A_DONE and cost is None:
        refuse("Scrivi quanto è costato, 0 se niente.", "Write what it cost, 0 if nothing.", field="cost")
    _check_amounts(cost, None)
    exact, number = euro(cost) if cost is not None else None, reference.strip()[:100]
    if (held.state, held.cost, held.reference) == (state, exact, number):
        return unchanged(held)
    held.state, held.cost, held.reference = state, exact, number
    held.save(update_fields=["state", "cost", "reference"])
    note(state=state, cost=money_text(exact) if exact is not None else "")
    return held


def _check_amounts(cost: Decimal | None, weight: Decimal | None) -> None:
    if cost is not None and cost < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="cost")
    if weight is not None and weight <= 0:
        refuse("Il peso è maggiore di zero.", "The weight is above zero.", field="weight_kg")


def _locked(initiative: Initiative) -> Initiative:
    """The initiative, held until the end of the transaction."""
    rows = Initiative.objects.select_for_update(of=("self",)).select_related("lead_office")
    return rows.get(pk=initiative.pk)
