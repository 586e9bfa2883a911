"""Buyers of an initiative at the desk: who is invited, who asks to come, who answered, who is reminded, who is admitted."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from levante.directory.api import by_qualification, qualified_among
from levante.directory.api import states as buying
from levante.initiatives.api import BuyerInterest, Initiative, admit_buyer_interest, decline_buyer_interest
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Refused, today
from levante.participations.api import (
    BuyerInvitation,
    accepted_terms,
    admit_asking,
    invite_buyers,
    may_keep,
    may_read_list,
    refuse_asking,
    remind_invited,
    states,
    terms_of,
    withdraw_buyer_invitation,
)
from levante.parties.api import Buyer, answering
from levante.web.access import for_desk
from levante.web.components.forms import say, tell
from levante.web.components.numbers import whole_numbers
from levante.web.desk.participants.access import KEEPERS, READERS, initiative_of
from levante.web.desk.participants.forms_invited import CandidateFilters, DeclineForm, RefuseForm

#: Buyers offered at once to be invited; the filters narrow the others.
OFFERED = 100
#: Rows of a list on the page; the spreadsheet has all.
SHOWN = 500


@for_desk(*READERS)
def buyers(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, initiative_of(request, code))


@for_desk(*KEEPERS)
@require_POST
def write(request: HttpRequest, code: str) -> HttpResponse:
    """The buyers that were ticked are written to."""
    found = initiative_of(request, code)
    chosen = list(
        Buyer.objects.visible_to(request.actor).filter(pk__in=whole_numbers(request.POST.getlist("buyer"))[:500])
    )  # type: ignore[attr-defined]
    try:
        made = invite_buyers(actor=request.actor, initiative=found, buyers=chosen)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _page(request, found, refused=refusal, ticked={one.pk for one in chosen})
    said = ngettext("%(n)d buyer is written to.", "%(n)d buyers are written to.", len(made)) % {"n": len(made)}
    messages.success(request, said if made else gettext("They are invited, or take part, already."))
    query = request.GET.urlencode()  # the filters by which they were found
    return redirect(f"{reverse('desk:invited', args=[code])}{'?' if query else ''}{query}#invite")


@for_desk(*KEEPERS)
@require_POST
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Who has not answered is written to again."""
    said = gettext("Who has not answered, and was not written to in the last three days, is written to again.")
    tell(request, remind_invited, said, initiative=initiative_of(request, code))
    return redirect("desk:invited", code=code)


@for_desk(*KEEPERS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    tell(request, withdraw_buyer_invitation, gettext("The invitation is withdrawn: its link answers no more."), row=row)
    return redirect("desk:invited", code=row.initiative.code)


@for_desk(*KEEPERS)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asked from outside is admitted, or told no with a reason."""
    row = _row(request, pk)
    if request.POST.get("decision") == "admit":
        tell(request, admit_asking, gettext("It is admitted: it is written to, and accepts."), row=row)
        return redirect("desk:invited", code=row.initiative.code)
    form = RefuseForm(request.POST, prefix=f"a{row.pk}")
    if form.is_valid():
        try:
            refuse_asking(actor=request.actor, row=row, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("It is told no, with your reason."))
            return redirect("desk:invited", code=row.initiative.code)
    return _page(request, row.initiative, bound={f"a{row.pk}": form})


@for_desk(*KEEPERS)
@require_POST
def decide_interest(request: HttpRequest, code: str, buyer: int) -> HttpResponse:
    """A buyer that asked with its account is admitted, or told no with a reason."""
    found = initiative_of(request, code)
    rows = BuyerInterest.objects.visible_to(request.actor).filter(initiative=found)  # type: ignore[attr-defined]
    row = get_object_or_404(rows, buyer=buyer)
    if request.POST.get("decision") == "admit":
        tell(request, admit_buyer_interest, gettext("The buyer is told that it is expected."), interest=row)
        return redirect("desk:invited", code=code)
    form = DeclineForm(request.POST, prefix=f"i{row.pk}")
    if form.is_valid():
        try:
            decline_buyer_interest(actor=request.actor, interest=row, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("It is told no, with your reason."))
            return redirect("desk:invited", code=code)
    return _page(request, found, bound={f"i{row.pk}": form})


def _row(request: HttpRequest, pk: int) -> BuyerInvitation:
    rows = BuyerInvitation.objects.visible_to(request.actor).select_related("initiative__lead_office")  # type: ignore[attr-defined]
    found: BuyerInvitation = get_object_or_404(rows, pk=pk)
    return found


def _page(
    request: HttpRequest, found: Initiative, *, bound: dict[str, Any] | None = None, refused: Refused | None = None,
    ticked: set[int] | None = None,
) -> HttpResponse:  # fmt: skip
    actor, given = request.actor, bound or {}  # type: ignore[attr-defined]
    read, keeps = may_read_list(actor, found), bool(may_keep(actor, found)) and found.takes_buyers(today())
    rows = BuyerInvitation.objects.visible_to(actor).filter(initiative=found).select_related("buyer__country")
    sent = list(rows.order_by("state", "buyer__name", "pk")[:SHOWN]) if read else []
    counts: dict[str, int] = dict.fromkeys([states.I_SENT, states.I_ACCEPTED, states.I_DECLINED], 0)
    if read:
        counts |= dict(rows.order_by().values_list("state").annotate(Count("pk")))
    interests = BuyerInterest.objects.visible_to(actor).filter(initiative=found).select_related("buyer__country")
    taking = list(interests.order_by("state", "buyer__name", "pk")[:SHOWN]) if read else []
    current = terms_of(found)
    accepted = accepted_terms(found) if current is not None else {}
    said = qualified_among([row.buyer_id for row in [*sent, *taking] if row.buyer_id is not None], on=today())
    filters = CandidateFilters(request.GET)
    context: dict[str, Any] = {
        "initiative": found, "read": read, "keeps": keeps, "filters": filters, "refused": refused, "ticked": ticked or set(),
        "asking": [
            {"row": row, "said": said[row.buyer_id], "volume": buying.VOLUMES.get(row.asked.get("volume") or ""),
             "form": given.get(f"a{row.pk}") or RefuseForm(prefix=f"a{row.pk}")}
            for row in sent if row.state == states.I_ASKED and row.buyer_id is not None
        ],
        "invited": [
            {"row": row, "state": states.INVITATIONS[row.state], "tone": states.INVITATION_TONES[row.state], "alive": row.is_alive}
            for row in sent if row.state != states.I_ASKED
        ],
        "taking": [
            {
                "row": row, "state": initiative_states.BUYER_STATES[row.state], "tone": initiative_states.BUYER_TONES[row.state],
                "said": said[row.buyer_id], "terms": accepted.get(row.buyer_id),
                "anew": current is not None and (row.buyer_id not in accepted or accepted[row.buyer_id].version != current.version),
                "form": given.get(f"i{row.pk}") or DeclineForm(prefix=f"i{row.pk}"), "open": f"i{row.pk}" in given,
            }
            for row in taking
        ],
        "hosted": current is not None, "open": set(given),
        "counts": counts, "beyond": sum(counts.values()) - len(sent), "shown": SHOWN,
        "candidates": _candidates(actor, found, filters) if keeps and read else [],
        "offered": OFFERED, "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "desk/participants/invited.html", context, status=400 if given or refused else 200)


def _candidates(actor: Any, found: Initiative, filters: CandidateFilters) -> list[dict[str, Any]]:
    """Buyers of the filters that are not invited and do not take part; whether each is qualified. Three queries."""
    chosen = filters.chosen()
    running = BuyerInvitation.objects.filter(
        initiative=found, state__in=[states.I_ASKED, states.I_SENT, states.I_ACCEPTED]
    )
    asked = BuyerInterest.objects.filter(initiative=found).exclude(state=initiative_states.WITHDRAWN)
    rows = Buyer.objects.visible_to(actor).exclude(Q(pk__in=running.values("buyer")) | Q(pk__in=asked.values("buyer")))
    if chosen["country"]:
        rows = rows.filter(country=chosen["country"])
    if chosen["sector"]:
        rows = rows.filter(sectors__contains=[chosen["sector"]])
    if chosen["qualified"]:
        rows = by_qualification(rows, on=today(), qualified=chosen["qualified"] == "yes")
    if chosen["q"]:
        rows = answering(rows, chosen["q"], "search_name")
    listed = list(rows.select_related("country").order_by("search_name", "pk")[:OFFERED])
    said = qualified_among([row.pk for row in listed], on=today())
    return [{"row": row, "said": said[row.pk]} for row in listed]
