"""What wins and follow-ups have to say in “Today” of the offices."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext

from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.web.desk.wins.views import KEEPERS
from levante.web.worklist import LIMIT, Item
from levante.wins.api import about_to_close


def my_turn(actor: Actor) -> Iterable[Item]:
    """Enterprises that have few days left to say what came of an initiative. One query."""
    if not actor.has_role(*KEEPERS):
        return
    english = reads_english(get_language())
    for row in about_to_close(actor, most=LIMIT):
        why = ngettext(
            "%(number)s enterprise reminded has not answered",
            "%(number)s enterprises reminded have not answered",
            row.enterprises,
        )
        address = f"{reverse('desk:follow_ups')}?{urlencode({'initiative': row.code, 'state': 'open'})}"
        title = row.title_en if english else row.title_it
        told = why % {"number": row.enterprises}
        yield Item(title, address, gettext("follow-up"), told, due=row.until, shared=True, count=row.enterprises)
