"""Every write on initiatives."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from levante.identity.api import Office
from levante.initiatives import policies, states
from levante.initiatives.models import ExpressionOfInterest, Fair, FairEdition, Initiative
from levante.initiatives.workflow import INITIATIVES
from levante.kernel.api import Actor, NotYours, note, now, refuse, require, service, today
from levante.parties.api import Enterprise, freeze_enterprise
from levante.programme.api import Act, BudgetLine, Direction, Intervention, Sector
from levante.register.api import append_entry

#: The log of the register where expressions of interest go, and the kinds of their entries.
LOG = "interests"
EXPRESSED_KIND, WITHDRAWN_KIND = "interest.expressed", "interest.withdrawn"
LONGEST_TEXT = 4000


@service("initiatives.record_fair")
def record_fair(
    *,
    actor: Actor,
    code: str,
    name: str,
    organiser: str = "",
    website: str = "",
    sectors: Iterable[Sector] = (),
    source: str = "",
) -> Fair:
    """Add a fair, or correct the one with this code."""
    require(policies.may_plan(actor))
    fair, _ = Fair.objects.update_or_create(
        code=code, defaults={"name": name, "organiser": organiser, "website": website, "source": source}
    )
    fair.sectors.set(sectors)
    return fair


@service("initiatives.record_edition")
def record_edition(
    *,
    actor: Actor,
    fair: Fair,
    code: str,
    city: str,
    country: str,
    starts_on: date,
    ends_on: date,
    venue: str = "",
    source: str = "",
    demonstration: bool = False,
) -> FairEdition:
    """Add an edition of a fair, or correct the one with this code. ``country`` is an ISO code."""
    require(policies.may_plan(actor))
    _check_days(starts_on, ends_on)
    edition, _ = FairEdition.objects.update_or_create(
        code=code,
        defaults={
            "fair": fair,
            "city": city,
            "country_id": country,
            "venue": venue,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "source": source,
            "demonstration": demonstration,
        },
    )
    return edition


@service("initiatives.plan_initiative")
def plan_initiative(
    *,
    actor: Actor,
    code: str,
    kind: str,
    title_it: str,
    title_en: str,
    direction: Direction,
    market: str,
    starts_on: date,
    ends_on: date,
    lead_office: Office,
    city: str = "",
    summary_it: str = "",
    summary_en: str = "",
    market_reason_it: str = "",
    market_reason_en: str = "",
    edition: FairEdition | None = None,
    intervention: Intervention | None = None,
    sectors: Iterable[Sector] = (),
    budget_line: BudgetLine | None = None,
    act: Act | None = None,
    tourism_tie: str = "none",
    places: int | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    demonstration: bool = False,
) -> Initiative:
    """Put an initiative in the plan. ``market`` is an ISO country code; the act and the line are needed to approve it."""
    require(policies.may_plan(actor))
    _check_days(starts_on, ends_on)
    _check_window(opens_at, closes_at)
    if Initiative.objects.filter(code=code).exists():
        refuse("Questo codice è già di un’altra iniziativa.", "Another initiative has this code.", field="code")
    initiative = Initiative.objects.create(
        code=code,
        kind=kind,
        title_it=title_it,
        title_en=title_en,
        summary_it=summary_it,
        summary_en=summary_en,
        market_reason_it=market_reason_it,
        market_reason_en=market_reason_en,
        direction=direction,
        intervention=intervention,
        edition=edition,
        market_id=market,
        city=city,
        starts_on=starts_on,
        ends_on=ends_on,
        lead_office=lead_office,
        budget_line=budget_line,
        act=act,
        tourism_tie=tourism_tie,
        places=places,
        opens_at=opens_at,
        closes_at=closes_at,
        demonstration=demonstration,
        created_at=now(),
    )
    initiative.sectors.set(sectors)
    note(code=code, kind=kind)
    return initiative


@service("initiatives.complete_initiative")
def complete_initiative(
    *,
    actor: Actor,
    initiative: Initiative,
    budget_line: BudgetLine | None = None,
    act: Act | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    places: int | None = None,
) -> Initiative:
    """Say what was missing: line, act, window, places. A window already over is not moved back."""
    current = _locked(initiative.pk)
    require(policies.may_plan(actor, current))
    _check_window(opens_at, closes_at)
    values = {
        "budget_line": budget_line,
        "act": act,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "places": places,
    }
    given = {name: value for name, value in values.items() if value is not None}
    if current.state not in {states.PLANNED, states.APPROVED} and {"budget_line", "act", "opens_at"} & set(given):
        refuse(
            "Atto, linea e apertura non si cambiano dopo l’apertura della raccolta.",
            "Act, line and opening do not change once the call for interest has opened.",
        )
    for name, value in given.items():
        setattr(current, name, value)
    _check_window(current.opens_at, current.closes_at)
    current.save(update_fields=list(given) or None)
    note(code=current.code, fields=sorted(given))
    return current


@service("initiatives.move_initiative")
def move_initiative(*, actor: Actor, initiative: Initiative, step: str) -> Initiative:
    """One step of its life: approve, call, close, conclude, cancel."""
    current = _locked(initiative.pk)
    if step not in INITIATIVES.transitions:
        refuse("Questo passo non esiste.", "There is no such step.")
    require(INITIATIVES.may(step, actor, current, state=current.state))
    if step == "conclude" and current.ends_on >= today():
        refuse("Non è ancora finita.", "It is not over yet.")
    before, current.state = current.state, INITIATIVES.transitions[step].target
    current.save(update_fields=["state"])
    note(code=current.code, before=before, after=current.state)
    return current


@service("initiatives.express_interest")
def express_interest(
    *, actor: Actor, initiative: Initiative, products: str, way: str = "stand", expectations: str = ""
) -> ExpressionOfInterest:
    """Ask to take part: one per enterprise. Doing it again while it stands gives back the same, with the same number.

    After a withdrawal it can be expressed again within the window: a new turn, with a new number and its own instant.
    """
    current = _locked(initiative.pk)
    require(policies.may_express(actor, current))
    if way not in states.WAYS:
        refuse("Scegli come partecipare.", "Choose how to take part.", field="way")
    products = _clean(products, "products")
    expectations = expectations.replace("\0", "").strip()[:LONGEST_TEXT]
    if actor.enterprise_id is None:
        raise NotYours
    enterprise = Enterprise.objects.filter(pk=actor.enterprise_id).first()  # the policy has checked the mandate
    if enterprise is None:
        raise NotYours
    interest = _row(current, enterprise)
    if interest.number and interest.state == states.EXPRESSED:
        return interest
    again = interest.state == states.WITHDRAWN
    interest.turn += 1 if again else 0
    interest.state, interest.withdrawn_at = states.EXPRESSED, None
    interest.way, interest.products, interest.expectations = way, products, expectations
    interest.frozen = freeze_enterprise(enterprise, on=today())
    interest.by_id = actor.user_id
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=EXPRESSED_KIND,
        subject=f"interest:{interest.pk}",
        payload={"enterprise": enterprise.tax_code, "initiative": current.code, "turn": interest.turn, "way": way},
        idempotency_key=f"interest:{interest.pk}:{interest.turn}",
    )
    interest.number = receipt.number
    interest.registered_at = datetime.fromisoformat(receipt.received_at)
    interest.save()
    note(initiative=current.code, number=interest.number)
    return interest


@service("initiatives.withdraw_interest")
def withdraw_interest(*, actor: Actor, interest: ExpressionOfInterest) -> ExpressionOfInterest:
    """Take it back; the register keeps both entries."""
    current = (
        ExpressionOfInterest.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=interest.pk)
    )
    if current.state == states.WITHDRAWN:
        return current
    require(policies.may_withdraw(actor, current))
    append_entry(
        actor=actor,
        log=LOG,
        kind=WITHDRAWN_KIND,
        subject=f"interest:{current.pk}",
        payload={"initiative": current.initiative.code, "turn": current.turn, "number": current.number},
        idempotency_key=f"interest:{current.pk}:{current.turn}:withdrawn",
    )
    current.state, current.withdrawn_at = states.WITHDRAWN, now()
    current.save(update_fields=["state", "withdrawn_at"])
    note(initiative=current.initiative.code, number=current.number)
    return current


def _locked(pk: int) -> Initiative:
    Initiative.objects.select_for_update().only("pk").get(pk=pk)
    return Initiative.objects.select_related("lead_office", "market").get(pk=pk)


def _row(initiative: Initiative, enterprise: Enterprise) -> ExpressionOfInterest:
    """The one row of the enterprise, held until the end of the transaction; made empty when there is none."""
    rows = ExpressionOfInterest.objects.select_for_update().filter(initiative=initiative, enterprise=enterprise)
    found = rows.first()
    if found is not None:
        return found
    empty: dict[str, Any] = {"initiative": initiative, "enterprise": enterprise, "products": "", "frozen": {}}
    try:
        with transaction.atomic():
            return ExpressionOfInterest.objects.create(**empty)
    except IntegrityError:
        return rows.get()


def _clean(text: str, field: str) -> str:
    clean = text.replace("\0", "").strip()
    if not clean:
        refuse("Scrivi qualcosa.", "Write something.", field=field)
    if len(clean) > LONGEST_TEXT:
        refuse(f"Al massimo {LONGEST_TEXT} caratteri.", f"At most {LONGEST_TEXT} characters.", field=field)
    return clean


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        refuse("Finisce prima di iniziare.", "It ends before it starts.", field="ends_on")


def _check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        refuse(
            "La raccolta chiude prima di aprire.", "The call for interest closes before it opens.", field="closes_at"
        )
