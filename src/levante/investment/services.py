"""Every write on opportunities and enquiries."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from levante.cases.api import open_case, tie_case
from levante.cases.api import states as case_states
from levante.identity.api import Office
from levante.investment import policies, states
from levante.investment.models import Enquiry, Opportunity, SubmissionAttempt
from levante.kernel.api import INVESTOR, Actor, Party, note, now, refuse, require, service, today, unchanged
from levante.parties.api import Investor
from levante.programme.api import Sector

#: How many tries one place may make in an hour, and how long tries are kept.
MOST_TRIES = 8
WINDOW = timedelta(hours=1)
KEPT = timedelta(days=1)


@service("investment.record_opportunity")
def record_opportunity(
    *,
    actor: Actor,
    code: str,
    kind: str,
    title_it: str,
    title_en: str,
    summary_it: str,
    summary_en: str,
    office: Office,
    verified_on: date,
    state: str = states.DRAFT,
    sectors: Iterable[Sector] = (),
    comune: str | None = None,
    area_m2: int | None = None,
    figures: list[dict[str, Any]] | None = None,
    source: str = "",
    demonstration: bool = False,
    new: bool = False,
) -> Opportunity:
    """Add an opportunity, or correct the one with this code (refused when it should be ``new``). ``comune`` is an ISTAT code."""
    known = Opportunity.objects.select_related("office").filter(code=code).first()
    require(policies.may_keep_opportunity(actor, known))
    if new and known is not None:
        refuse("Questa opportunità è già nell’elenco.", "This opportunity is on the list already.", field="title_it")
    if state == states.WITHDRAWN:
        refuse("Si ritira dicendo perché.", "It is withdrawn saying why.", field="state")
    if not source and not demonstration:
        refuse("Scrivi da dove vengono i dati.", "Say where the facts come from.", field="source")
    if verified_on > today():
        refuse(
            "La verifica non può essere nel futuro.", "It cannot have been checked in the future.", field="verified_on"
        )
    opportunity, _ = Opportunity.objects.update_or_create(
        code=code,
        defaults={
            "kind": kind,
            "state": state,
            "withdrawn_reason": "",
            "title_it": title_it,
            "title_en": title_en,
            "summary_it": summary_it,
            "summary_en": summary_en,
            "office": office,
            "verified_on": verified_on,
            "comune_id": comune,
            "area_m2": area_m2,
            "figures": figures or [],
            "source": source,
            "demonstration": demonstration,
        },
    )
    opportunity.sectors.set(sectors)
    note(code=code, state=state)
    return opportunity


@service("investment.verify_opportunity")
def verify_opportunity(*, actor: Actor, opportunity: Opportunity) -> Opportunity:
    """Say that its facts were checked today."""
    current = _held(opportunity)
    require(policies.may_keep_opportunity(actor, current))
    current.verified_on = today()
    current.save(update_fields=["verified_on"])
    note(code=current.code)
    return current


@service("investment.publish_opportunity")
def publish_opportunity(*, actor: Actor, opportunity: Opportunity) -> Opportunity:
    """Show it on the public page, in both languages."""
    current = _held(opportunity)
    require(policies.may_keep_opportunity(actor, current))
    if current.state == states.PUBLISHED:
        refuse("È già pubblicata.", "It is published already.")
    current.state, current.withdrawn_reason = states.PUBLISHED, ""
    current.save(update_fields=["state", "withdrawn_reason"])
    note(code=current.code)
    return current


@service("investment.withdraw_opportunity")
def withdraw_opportunity(*, actor: Actor, opportunity: Opportunity, reason: str) -> Opportunity:
    """Take it off the public page, saying why; enquiries already received go on."""
    current = _held(opportunity)
    require(policies.may_keep_opportunity(actor, current))
    why = reason.replace("\0", "").strip()[:2000]
    if not why:
        refuse("Scrivi perché.", "Say why.", field="reason")
    if current.state == states.WITHDRAWN:
        refuse("È già ritirata.", "It is withdrawn already.")
    current.state, current.withdrawn_reason = states.WITHDRAWN, why
    current.save(update_fields=["state", "withdrawn_reason"])
    note(code=current.code)
    return current


def _held(opportunity: Opportunity) -> Opportunity:
    found: Opportunity = (
        Opportunity.objects.select_for_update(of=("self",)).select_related("office").get(pk=opportunity.pk)
    )
    return found


@service("investment.receive_enquiry")
def receive_enquiry(
    *,
    actor: Actor,
    subject: str,
    text: str,
    contact: dict[str, Any] | None = None,
    party: Party | None = None,
    opportunity: Opportunity | None = None,
    sector: Sector | None = None,
    mode: str = "unknown",
    announced_capex: Decimal | None = None,
    announced_jobs: int | None = None,
    channel: str = "web",
    idempotency_key: str | None = None,
    is_demo: bool = False,
) -> Enquiry:
    """An investor asks: a case with number, office and term. The same key gives back the same enquiry.

    ``party`` is the investor acted for; ``contact`` says who asks from outside, without an account.
    """
    if mode not in states.MODES:
        refuse("Scegli come.", "Choose how.", field="mode")
    case = open_case(
        actor=actor,
        kind=case_states.INVESTMENT,
        subject=subject,
        text=text,
        channel=channel,
        contact=contact,
        party=party,
        subject_type="investment.Opportunity" if opportunity else "",
        subject_id=str(opportunity.pk) if opportunity else "",
        idempotency_key=idempotency_key,
        is_demo=is_demo,
    )
    enquiry, created = Enquiry.objects.get_or_create(
        case=case,
        defaults={
            "opportunity": opportunity,
            "sector": sector,
            "mode": mode,
            "announced_capex": announced_capex,
            "announced_jobs": announced_jobs,
        },
    )
    note(case=case.number, created=created)
    return enquiry


@service("investment.record_realised")
def record_realised(*, actor: Actor, enquiry: Enquiry, capex: Decimal | None, jobs: int | None, on: date) -> Enquiry:
    """What was really invested, checked on a day; what had been announced stays as it was announced."""
    current = Enquiry.objects.select_for_update(of=("self",)).select_related("case__office").get(pk=enquiry.pk)
    require(policies.may_record_investment(actor, current))
    if on > today():
        refuse("La verifica non può essere nel futuro.", "It cannot have been checked in the future.", field="on")
    if capex is None and jobs is None:
        refuse("Indica almeno un valore.", "Give at least one figure.", field="capex")
    current.realised_capex, current.realised_jobs, current.realised_on = capex, jobs, on
    current.save(update_fields=["realised_capex", "realised_jobs", "realised_on"])
    note(case=current.case.number, on=on.isoformat())
    return current


@service("investment.tie_enquiry")
def tie_enquiry(*, actor: Actor, enquiry: Enquiry, investor: Investor | None) -> Enquiry:
    """Say which investor asks, of those known: who acts for it finds the case. Nobody, when the tie was a mistake."""
    current = Enquiry.objects.select_related("case__office").get(pk=enquiry.pk)
    require(policies.may_record_investment(actor, current))
    party = Party(INVESTOR, investor.pk) if investor is not None else None
    if current.case.party == party:
        return unchanged(current)
    tie_case(actor=actor, case=current.case, party=party)
    note(case=current.case.number, investor=investor.pk if investor else None)
    return current


@service("investment.count_attempt")
def count_attempt(*, actor: Actor, sources: Iterable[str]) -> bool:
    """Count a try of the public form from these places (address, session); false when one of them has tried too often.

    Only a keyed digest is kept, for a day. It is a write of its own, before anything else is looked at, so that a refused
    try counts too.
    """
    instant = now()
    SubmissionAttempt.objects.filter(at__lt=instant - KEPT).delete()
    digests = [_digest(source) for source in sources if source]
    SubmissionAttempt.objects.bulk_create(SubmissionAttempt(source=digest, at=instant) for digest in digests)
    recent = SubmissionAttempt.objects.filter(at__gt=instant - WINDOW)
    within = all(recent.filter(source=digest).count() <= MOST_TRIES for digest in digests)
    note(within=within)
    return within


def _digest(source: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"enquiry:{source}".encode(), hashlib.sha256).hexdigest()
