"""What meetings have to say in “Today”: requests to answer, meetings to say how they were. The same for enterprises
and buyers."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.kernel.api import Actor, now
from levante.kernel.pure import reads_english
from levante.meetings.api import mine, states, to_answer
from levante.web.worklist import LIMIT, Item


def turns(actor: Actor, audience: str) -> Iterable[Item]:
    """One query: of each agenda how many requests wait, how many meetings are to be told about."""
    if actor.party is None:
        return
    english = reads_english(get_language())
    over = Q(agenda__published_at__isnull=False)
    told = {}
    for name in ("as_a", "as_b"):
        begun = Q(**{f"{name}__slot__starts_at__lte": now(), f"{name}__state__in": [states.PLANNED, states.HELD]})
        side = states.SELLER if name == "as_a" else states.BUYER
        said = Q(**{f"{name}__feedback__side": side})
        told[f"{name}_begun"] = Count(name, filter=over & begun, distinct=True)
        told[f"{name}_said"] = Count(name, filter=over & begun & said, distinct=True)
    for row in mine(actor).annotate(waiting=to_answer(), **told)[:LIMIT]:
        initiative = row.agenda.initiative
        title = initiative.title_en if english else initiative.title_it
        url = reverse(f"{audience}:my_meetings", args=[initiative.code])
        if row.waiting and row.agenda.state == states.ASKING and row.withdrawn_at is None:
            why = ngettext(
                "%(counter)s request for a meeting to answer",
                "%(counter)s requests for meetings to answer",
                row.waiting,
            )
            yield Item(title, url, gettext("meetings"), why % {"counter": row.waiting}, due=row.agenda.requests_until)
        left = row.as_a_begun + row.as_b_begun - row.as_a_said - row.as_b_said
        if left > 0:
            why = ngettext("say how %(counter)s meeting was", "say how %(counter)s meetings were", left)
            yield Item(title, url, gettext("meetings"), why % {"counter": left})
