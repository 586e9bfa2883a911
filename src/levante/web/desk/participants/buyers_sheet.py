"""The buyers of an initiative as a spreadsheet: who was invited or asked, what was answered, who comes, on which terms."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext

from levante.directory.api import qualified_among
from levante.initiatives.api import BuyerInterest
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import today
from levante.participations.api import BuyerInvitation, accepted_terms, may_read_list, states
from levante.web.access import for_desk
from levante.web.components.exports import table_file
from levante.web.desk.participants.access import READERS, initiative_of
from levante.web.templatetags.levante import in_language


@for_desk(*READERS)
def buyers_csv(request: HttpRequest, code: str) -> HttpResponse:
    """A row for each buyer, by name; of one invited more than once, the last time. Four queries."""
    found, actor = initiative_of(request, code), request.actor  # type: ignore[attr-defined]
    if not may_read_list(actor, found):
        raise Http404
    sent = BuyerInvitation.objects.visible_to(actor).filter(initiative=found, buyer__isnull=False)
    invited = {row.buyer_id: row for row in sent.select_related("buyer__country").order_by("made_at", "pk")}
    rows = BuyerInterest.objects.visible_to(actor).filter(initiative=found)
    asks = {row.buyer_id: row for row in rows.select_related("buyer__country").order_by("pk")}
    buyers = {row.buyer_id: row.buyer for row in [*invited.values(), *asks.values()]}
    said, terms = qualified_among(buyers, on=today()), accepted_terms(found)
    heads = [
        gettext("Buyer"), gettext("Country"), gettext("Invitation"), gettext("Written to"), gettext("E-mail"), gettext("Language"),
        gettext("Reminded"), gettext("Answered"), gettext("Takes part"), gettext("What it looks for"), gettext("Qualification"),
        gettext("Terms accepted"), gettext("Why"),
    ]  # fmt: skip
    lines = [
        [buyer.name, in_language(buyer.country, "name"), *_invited(invited.get(pk)), *_asks(asks.get(pk)),
         gettext("qualified") if said[pk] else said[pk].reason.in_language(get_language()),
         terms[pk].accepted_at.date() if pk in terms else None, _why(invited.get(pk), asks.get(pk))]
        for pk, buyer in sorted(buyers.items(), key=lambda item: (item[1].name.lower(), item[0]))
    ]  # fmt: skip
    return table_file("csv", f"buyer-{code}", [heads, *lines])


def _invited(row: BuyerInvitation | None) -> list[Any]:
    if row is None:
        return [""] * 6
    days = [moment.date() if moment is not None else None for moment in (row.sent_at, row.reminded_at, row.answered_at)]
    state = states.INVITATIONS[row.state].in_language(get_language())
    return [state, days[0], row.email, row.language, days[1], days[2]]


def _asks(row: BuyerInterest | None) -> list[str]:
    if row is None:
        return ["", ""]
    return [initiative_states.BUYER_STATES[row.state].in_language(get_language()), row.looking_for]


def _why(invitation: BuyerInvitation | None, interest: BuyerInterest | None) -> str:
    """Why it does not come: what it said, or the office."""
    told = [invitation.reason if invitation is not None else ""]
    if interest is not None and interest.declined_at is not None:
        told.append(in_language(interest, "declined"))
    return " ".join(words for words in told if words)
