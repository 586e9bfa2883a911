"""What wins have to say in “Today” of an enterprise."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.web.worklist import Item
from levante.wins.api import ANEW, BACK, NEVER, OVER, to_confirm, to_write, waiting_for_firm


def my_turn(actor: Actor) -> Iterable[Item]:
    """What is asked after an initiative; the wins whose customer is to be asked, for the first time or anew; those of
    which a year is over and nobody wrote what came. Three queries."""
    english = reads_english(get_language())
    for row in waiting_for_firm(actor):
        title = row.initiative.title_en if english else row.initiative.title_it
        why = gettext("say what came of it: “nothing” is an answer")
        yield Item(title, reverse("portal:follow_up", args=[row.pk]), gettext("follow-up"), why, due=row.answer_by)
    words = {
        NEVER: gettext("ask your customer to confirm it: only then does it count"),
        ANEW: gettext("it was corrected: ask your customer to confirm it again"),
        OVER: gettext("the customer has not answered and its link is over: send another"),
        BACK: gettext("the letter to the customer did not arrive: send another"),
    }
    for one in to_confirm(actor):
        url = reverse("portal:win", args=[one.win.pk])
        yield Item(one.win.what, url, gettext("export win"), words[one.why], due=one.win.confirm_by)
    for late in to_write(actor):
        why = ngettext("write what came in year %(years)s", "write what came in years %(years)s", len(late.years))
        url, years = reverse("portal:win_realised", args=[late.win.pk]), ", ".join(map(str, late.years))
        yield Item(late.win.what, url, gettext("export win"), why % {"years": years})
