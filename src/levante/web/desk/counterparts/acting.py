"""Who acts for a buyer or an investor: invited by the office that keeps it, on a document; their mandates ended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.parties.api import (
    MANDATES,
    Invitation,
    Mandate,
    confirm_mandate,
    invite,
    party_of,
    refuse_mandate,
    revoke_mandate,
    withdraw_invitation,
)
from levante.web.access import for_desk
from levante.web.components.forms import done, tell
from levante.web.desk.counterparts.forms import InviteForm
from levante.web.desk.counterparts.kinds import KEEPERS, KINDS, row_of


@for_desk(*KEEPERS)
def invite_person(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    one, row = KINDS[kind], row_of(request, KINDS[kind], pk)
    language = "it" if row.country_id == "IT" else "en"
    form = InviteForm(request.POST or None, party=party_of(row), initial={"language": language})
    if done(request, form, invite, holder=row):
        messages.success(
            request, gettext("We have written to that address: the mandate is in force when who owns it accepts it.")
        )
        return redirect(one.page, row.pk)
    return render(request, "desk/counterparts/invite.html", {"kind": one, "row": row, "form": form})


@for_desk(*KEEPERS)
@require_POST
def withdraw(request: HttpRequest, kind: str, pk: int, which: int) -> HttpResponse:
    one, row = KINDS[kind], row_of(request, KINDS[kind], pk)
    rows = Invitation.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found = get_object_or_404(rows.filter(**{one.code: row}), pk=which)
    tell(request, withdraw_invitation, gettext("The invitation has been withdrawn."), invitation=found)
    return redirect(one.page, row.pk)


@for_desk(*KEEPERS)
@require_POST
def decide(request: HttpRequest, kind: str, pk: int, which: int) -> HttpResponse:
    """End a mandate (or decide on one that waits)."""
    one, row = KINDS[kind], row_of(request, KINDS[kind], pk)
    rows = Mandate.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    found = get_object_or_404(rows.filter(**{one.code: row}), pk=which)
    decisions = {"confirm": confirm_mandate, "refuse": refuse_mandate, "revoke": revoke_mandate}
    service = decisions.get(request.POST.get("decision", ""))
    if service is None:
        raise Http404
    reason = request.POST.get("reason", "")[:1000]
    tell(request, service, gettext("The decision has been recorded."), mandate=found, reason=reason)
    return redirect(one.page, row.pk)


def who_acts(request: HttpRequest, row: Any) -> dict[str, Any]:
    """The mandates and the invitations of a buyer or an investor, with what may be done of each. Two queries."""
    actor = request.actor  # type: ignore[attr-defined]
    code = party_of(row).kind
    mandates = Mandate.objects.visible_to(actor).filter(**{code: row}).select_related("user", "decided_by")
    waiting = Invitation.objects.visible_to(actor).filter(**{code: row}, state=Invitation.SENT).exclude(email="")
    return {
        "mandates": [
            {"mandate": mandate, "actions": MANDATES.available(actor, mandate, state=mandate.state)}
            for mandate in mandates.order_by("state", "-id")[:50]
        ],
        "invitations": waiting.order_by("-sent_at", "-pk")[:50],
    }
