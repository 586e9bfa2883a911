"""What an enterprise was awarded, what it claimed of each award, and what it can claim now."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from levante.claims.api import (
    Acceptance,
    Claim,
    acceptance_of,
    awaits_acceptance,
    carrying_states,
    kinds_for,
    lower_plan,
    may_claim,
    may_vary,
    modes_of_award,
    open_claim,
    states,
    term_of,
)
from levante.controls.api import Revocation, renunciations_of
from levante.grants.api import Award
from levante.kernel.api import Actor, Refused
from levante.kernel.pure import ZERO
from levante.web.access import for_enterprise
from levante.web.components.numbers import whole_number
from levante.web.portal.applications.filling import actor_of, language
from levante.web.portal.claims.page import TONES
from levante.web.portal.variations.views import TONES as VARIATION_TONES

RESULT_TONES = {"planned": "neutral", "open": "attention", "sent": "waiting", "checked": "done"}


@for_enterprise()
def claims(request: HttpRequest) -> HttpResponse:
    """The awards of the enterprise, what was claimed of each and what can be claimed now."""
    actor = actor_of(request)
    awards = (
        Award.objects.visible_to(actor)
        .filter(enterprise_id=actor.enterprise_id)
        .effective()
        .select_related("act__call", "application__opening__call", "aid", "acceptance", "awarded_to")
        .prefetch_related("claims__results", "claim_terms", "variations")
        .order_by("-effective_on", "-pk")
    )
    renounced = renunciations_of(awards)
    sends = "submit" in actor.scopes
    open_on = set(
        Revocation.objects.visible_to(actor)
        .standing()
        .filter(award__in=awards)
        .order_by()
        .values_list("award", flat=True)
    )
    cards = []
    for award in awards:
        mine = [row for row in award.claims.all() if row.state != states.DISCARDED]
        cards.append(
            {
                "award": award,
                "claims": sorted(mine, key=lambda row: row.number),
                "paid": sum((row.paid for row in mine), ZERO),
                "modes": _modes(award, mine) if may_claim(actor, award) else [],
                "awaits": awaits_acceptance(award),
                "accept": acceptance_of(award) if awaits_acceptance(award) else None,
                "accepted": _accepted(award),
                "lower": lower_plan(award),
                "results": [
                    {"row": report, "tone": RESULT_TONES[report.state]}
                    for row in mine
                    if row.sent_at is not None
                    for report in row.results.all()
                    if report.state != "dropped"
                ],
                "renounced": renounced.get(award.pk),
                "may_renounce": sends and award.pk not in open_on,
                **_variations(actor, award),
            }
        )
    return render(request, "portal/claims/list.html", {"cards": cards, "tones": TONES})


def _accepted(award: Award) -> Acceptance | None:
    """The acceptance of an award, once it was given."""
    held = acceptance_of(award)
    return held if held is not None and held.state == carrying_states.ACCEPTED else None


def _variations(actor: Actor, award: Award) -> dict[str, Any]:
    """Those of an award, and what can be asked now; nothing while one is under way."""
    told = [row for row in award.variations.all() if row.state != carrying_states.DISCARDED]  # type: ignore[attr-defined]
    going = any(row.state in carrying_states.UNDER_WAY for row in told)
    for row in told:
        row.tone = VARIATION_TONES[row.state]
    kinds = [] if going or not may_vary(actor, award) else kinds_for(award)
    return {"variations": told, "kinds": [(code, carrying_states.KINDS[code]) for code in kinds]}


def _modes(award: Award, mine: list[Claim]) -> list[dict[str, Any]]:
    """The claims that could be begun now, in words; none while one is under way."""
    standing = [row for row in mine if row.state in states.STANDING]
    if any(row.state in (states.DRAFT, *states.OPEN) for row in standing):
        return []
    taken = {row.mode for row in standing}
    if taken & {"balance", "single"}:
        return []
    found = []
    for row in modes_of_award(award):
        code = row["code"]
        if (code != "sal" and code in taken) or (code == "advance" and standing):
            continue
        found.append({"code": code, "label": states.MODES[code], "term": term_of(award, code)})
    return found


@require_POST
@for_enterprise("apply")
def begin(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Award.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    award = get_object_or_404(rows, pk=whole_number(request.POST.get("award")) or 0)
    try:
        made = open_claim(actor=actor, award=award, mode=request.POST.get("mode", ""))
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(language()))
        return redirect("portal:claims")
    return redirect("portal:claim", made.pk)
