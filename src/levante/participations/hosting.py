"""The terms on which buyers are hosted, and what is arranged: travel, hotels, visas, samples, interpreters."""

from datetime import date
from decimal import Decimal

from levante.initiatives.api import BuyerInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual, euro, money_text
from levante.messages.api import notify
from levante.participations import policies, states
from levante.participations.models import Arrangement, Hospitality, Participation
from levante.participations.telling import office_people
from levante.participations.terms import tell_of_terms
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
    """Write on which terms buyers are hosted; until the initiative begins: afterwards who came knows them. Written otherwise they are a
    new version: who asked to take part is told, and is bound by it once it accepts it (``terms``)."""
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
    wanted = {
        "nights": nights, "travel_ceiling": euro(travel_ceiling) if travel_ceiling is not None else None,
        "least_meetings": least_meetings, "owed_percent": owed_percent, "words_it": words_it.strip()[:2000],
        "words_en": words_en.strip()[:2000],
    }  # fmt: skip
    if row.pk is not None:
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return unchanged(row)
        row.version += 1
    for name, value in wanted.items():
        setattr(row, name, value)
    row.written_at = now()
    row.save()
    note(initiative=current.code, nights=nights, least=least_meetings, percent=owed_percent, version=row.version)
    tell_of_terms(actor, row)
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


def buyer_withdrew(*, actor: Actor, interest: BuyerInterest) -> None:
    """Called by initiatives in the transaction in which a buyer takes part no more: who looks after the initiative is told, with what
    is arranged for it and is to be called off."""
    initiative = Initiative.objects.select_related("lead_office").get(pk=interest.initiative_id)
    rows = Arrangement.objects.filter(initiative=initiative, buyer=interest.buyer_id).standing()
    kept = list(rows.order_by("starts_on", "pk")[:20])
    name = interest.buyer.name
    body = Bilingual("Non è organizzato niente per lui.", "Nothing is arranged for it.")
    if kept:
        body = Bilingual(
            "Da annullare: "
            + "; ".join(f"{row.what} ({states.ARRANGEMENT_STATES[row.state].it})" for row in kept)
            + ". Il suo invito per il visto non si dà più.",
            "To be called off: "
            + "; ".join(f"{row.what} ({states.ARRANGEMENT_STATES[row.state].en})" for row in kept)
            + ". Its invitation for the visa is no longer given.",
        )
    notify(
        actor=actor, users=office_people(initiative), kind="buyer-withdrew",
        title=Bilingual(f"{name} non viene più: {initiative.title_it}"[:300], f"{name} comes no more: {initiative.title_en}"[:300]),
        body=body, path=f"/ufficio/iniziative/{initiative.code}/logistica/", subject_type="initiatives.BuyerInterest",
        subject_id=f"{interest.pk}:{now():%Y%m%d%H%M%S%f}",
    )  # fmt: skip


def _check_amounts(cost: Decimal | None, weight: Decimal | None) -> None:
    if cost is not None and cost < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="cost")
    if weight is not None and weight <= 0:
        refuse("Il peso è maggiore di zero.", "The weight is above zero.", field="weight_kg")


def _locked(initiative: Initiative) -> Initiative:
    """The initiative, held until the end of the transaction."""
    rows = Initiative.objects.select_for_update(of=("self",)).select_related("lead_office")
    return rows.get(pk=initiative.pk)
