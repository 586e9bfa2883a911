"""What wins have to say in “Today” of an enterprise."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.web.worklist import Item
from levante.wins.api import to_ask_anew, waiting_for_firm


def my_turn(actor: Actor) -> Iterable[Item]:
    """What is asked after an initiative; the wins that were corrected and that the customer is to confirm anew. Two queries."""
    english = reads_english(get_language())
    for row in waiting_for_firm(actor):
        title = row.initiative.title_en if english else row.initiative.title_it
        why = gettext("say what came of it: “nothing” is an answer")
        yield Item(title, reverse("portal:follow_up", args=[row.pk]), gettext("follow-up"), why, due=row.answer_by)
    for win in to_ask_anew(actor):
        why = gettext("it was corrected: ask your customer to confirm it again")
        yield Item(win.what, reverse("portal:win", args=[win.pk]), gettext("export win"), why, due=win.confirm_by)
