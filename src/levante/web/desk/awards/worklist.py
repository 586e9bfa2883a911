"""What award acts have to say in “Today”: applications that wait for an act, drafts to send, acts that came back."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from levante.grants.api import ACT_STATES, Award, AwardAct, RegisterTask, to_mend
from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.web.access import may_open
from levante.web.desk.awards.views import WORKERS, waiting_by_call
from levante.web.worklist import LIMIT, Item, first_of, others


def my_turn(actor: Actor) -> Iterable[Item]:
    """The admitted that no act has taken, by call, the acts to send or to look at again, what a register is to be told by hand. Three
    queries."""
    if not actor.has_role(*WORKERS):
        return
    english = reads_english(get_language())
    for row in waiting_by_call(actor):
        call, count = row["call"], row["count"]
        yield Item(
            call.title_en if english else call.title_it,
            f"{reverse('desk:award_new')}?call={call.code}",
            gettext("award act"),
            ngettext(
                "%(count)d admitted application waits for its act",
                "%(count)d admitted applications wait for their act",
                count,
            )
            % {"count": count},
            rank=40,
            shared=True,
            count=count,
        )
    reasons = {
        "draft_act": gettext("draft to check and send"),
        "act_returned": gettext("it came back, and something keeps it from taking effect"),
    }
    theirs = Award.objects.visible_to(actor).filter(act=OuterRef("pk"))
    acts = AwardAct.objects.visible_to(actor).annotate(mends=Exists(to_mend(theirs).order_by()))
    wanted = list(reasons) if actor.has_role(roles.DIRECTOR) else ["act_returned"]
    found, left = first_of(acts.filter(Q(state__in=wanted) | Q(mends=True)).order_by("pk"))
    for act in found:
        url = reverse("desk:award", args=[act.pk])
        if act.mends:
            why = gettext("awards to settle with the RNA")
            yield Item(act.title, url, gettext("award act"), why, rank=20, tone="attention", shared=True)
        if act.state not in wanted:
            continue
        yield Item(act.title, url, gettext("award act"), reasons[act.state], rank=30, shared=act.state != "draft_act")
    told = {"rna": gettext("to be told to the RNA by hand"), "cup": gettext("to be told to the CUP system by hand")}
    tasks = RegisterTask.objects.visible_to(actor).open().order_by("due_on", "pk")
    fields = ("pk", "register", "due_on", "award__act", "award__application__number", "award__enterprise__name")
    yield from others(left, reverse("desk:awards"), gettext("award act"), shared=True)
    to_tell, left = first_of(tasks.values_list(*fields))
    for pk, register, due, act_id, number, name in to_tell:
        url = f"{reverse('desk:award', args=[act_id])}#task-{pk}"
        yield Item(f"{number} · {name}", url, gettext("award act"), told[register], due=due, rank=25, shared=True)
    yield from others(left, reverse("desk:awards"), gettext("award act"), shared=True)


def moved(actor: Actor, since: datetime) -> Iterable[Item]:
    """The acts that were drafted, sent, came back or closed, among those the actor sees. One query."""
    if not may_open(actor, "desk:award"):
        return
    at = Greatest("created_at", "sent_at", "returned_at", "closed_at")
    acts = AwardAct.objects.visible_to(actor).annotate(last_at=at).filter(last_at__gt=since)
    for act in acts.order_by("-last_at", "-pk")[:LIMIT]:
        yield Item(
            act.title,
            reverse("desk:award", args=[act.pk]),
            gettext("award act"),
            ACT_STATES[act.state].in_language(get_language() or "it"),
            at=act.last_at,
        )
