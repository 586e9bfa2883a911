"""What is pressed on the page of an award act: one thing, and back to the page."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.grants.api import (
    Award,
    AwardAct,
    RegisterTask,
    ask_another_cup,
    cancel_award,
    cancel_award_act,
    close_register_task,
    confirm_similar_cup,
    has_projects,
    mend_in_rna,
    reaches_cup,
    record_cor_cup,
    register_awards,
    retry_award_act,
    rewrite_award_act,
    send_act_again,
    send_award_act,
    use_given_cup,
)
from levante.kernel.api import Actor, Refused
from levante.parties.api import told_by_name
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.awards.one_act import LONGEST_WHY, act_or_404, why_key
from levante.web.desk.awards.views import WORKERS


@for_desk(*WORKERS)
@require_POST
def act(request: HttpRequest, act_id: int, action: str) -> HttpResponse:
    """Do one thing with the act and come back to it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    handler = HANDLERS.get(action)
    if handler is None:
        raise Http404(action)
    shown = act_or_404(actor, act_id)
    try:
        messages.success(request, handler(request, actor, shown))
        request.session.pop(why_key(shown), None)
    except Refused as error:
        messages.error(request, told_by_name(error.reason.in_language(get_language()), actor=actor))
        if typed := request.POST.get("without_codes", ""):
            request.session[why_key(shown)] = typed[:LONGEST_WHY]  # what was typed comes back with the page
    return redirect(reverse("desk:award", args=[shown.pk]))


def _award(request: HttpRequest, shown: AwardAct) -> Award:
    """The award of the act that is meant."""
    return get_object_or_404(shown.awards, pk=whole_number(request.POST.get("award")))


def _send(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    send_award_act(actor=actor, act=shown, without_codes=request.POST.get("without_codes", ""))
    return gettext("The act was sent: number, visa and publication come back by themselves.")


def _rewrite(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    rewrite_award_act(actor=actor, act=shown, title=request.POST.get("title", ""))
    return gettext("The text was written again.")


def _cancel(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    cancel_award_act(actor=actor, act=shown, reason=request.POST.get("reason", ""))
    return gettext("The act is cancelled: its headroom is free again.")


def _retry(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    done = retry_award_act(actor=actor, act=shown)
    if done.effect_going:
        return gettext("The awards are being tried: the page follows them.")
    if done.state == "effective":
        return gettext("The act is executed: all its awards have their commitment and their headroom.")
    return gettext("Tried again: some awards are still stopped, with the reason beside them.")


def _cancel_one(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    cancel_award(actor=actor, award=_award(request, shown), reason=request.POST.get("reason", ""))
    return gettext("The award is out of the act: its headroom is free again.")


def _codes(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    record_cor_cup(
        actor=actor, award=_award(request, shown), cor=request.POST.get("cor", ""), cup=request.POST.get("cup", "")
    )
    return gettext("COR and CUP are recorded: the enterprise sees them once the award has effect.")


def _register(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    register_awards(actor=actor, act=shown)
    if has_projects(shown) and not reaches_cup(shown) and shown.awards.filter(state="draft_act", cup="").exists():
        return gettext("Asked: the visure come by themselves; the COR is asked once you have written the CUP.")
    return gettext("Asked: codes and visure come by themselves, and go in the text of the act.")


def _similar(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    confirm_similar_cup(actor=actor, award=_award(request, shown))
    return gettext("The CUP is confirmed.")


def _given_cup(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    use_given_cup(actor=actor, award=_award(request, shown), cup=request.POST.get("cup", ""))
    return gettext("The award has the CUP of its project.")


def _another_cup(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    ask_another_cup(actor=actor, award=_award(request, shown), reason=request.POST.get("reason", ""))
    return gettext("Another CUP is asked: once it is used, close the first in the CUP system.")


def _mend(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    mend_in_rna(actor=actor, award=_award(request, shown))
    return gettext("The RNA is asked again: its answer comes by itself.")


def _told(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    rows = RegisterTask.objects.visible_to(actor).filter(award__act=shown)
    task = get_object_or_404(rows, pk=whole_number(request.POST.get("task")))
    try:
        day = date.fromisoformat(request.POST.get("done_on", ""))
    except ValueError:
        day = None
    close_register_task(actor=actor, task=task, done_on=day, evidence=request.POST.get("evidence", ""))
    return gettext("It is recorded: who, on which day, with what evidence.")


def _send_again(request: HttpRequest, actor: Actor, shown: AwardAct) -> str:
    send_act_again(actor=actor, act=shown)
    return gettext("The request is on its way again, under the same key.")


HANDLERS: dict[str, Callable[[HttpRequest, Actor, AwardAct], str]] = {
    "send": _send,
    "rewrite": _rewrite,
    "cancel": _cancel,
    "retry": _retry,
    "cancel_award": _cancel_one,
    "send_again": _send_again,
    "codes": _codes,
    "register": _register,
    "similar_cup": _similar,
    "given_cup": _given_cup,
    "another_cup": _another_cup,
    "mend": _mend,
    "told": _told,
}
