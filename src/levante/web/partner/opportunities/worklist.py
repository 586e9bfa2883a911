"""What opportunities have to say in “Today” of an investor."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.investment.api import Enquiry, list_opportunities
from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.parties.api import Investor
from levante.web.worklist import Item


def suggestions(actor: Actor) -> Iterable[Item]:
    """An opportunity of its sectors about which it has not asked yet. Three queries."""
    if actor.investor_id is None:
        return
    english = reads_english(get_language())
    wanted = Investor.objects.filter(pk=actor.investor_id).values_list("sectors", flat=True).first() or []
    asked = Enquiry.objects.visible_to(actor).filter(opportunity__isnull=False).values("opportunity_id")
    row = list_opportunities().filter(sectors__code__in=wanted).exclude(pk__in=asked).first()
    if row is not None:
        yield Item(
            row.title_en if english else row.title_it,
            reverse("partner:opportunity", args=[row.code]),
            gettext("opportunity"),
            gettext("It is of your sectors."),
            rank=30,
        )
