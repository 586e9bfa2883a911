"""What an officer does from the file: each action is one service; a refusal comes back as a message with its reason."""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import (
    Application,
    acting_officer,
    admit_application,
    assign_application,
    declare_conflict,
    expire_integration,
    give_rejection_notice,
    may_read,
    record_formal_check,
    reject_application,
    request_integration,
    resume_examination,
    take_in_charge,
    undo_decision,
    write_about,
)
from levante.grants.api import draft_award_act, give_up_place
from levante.identity.api import User
from levante.kernel.api import Actor, Refused, refuse, require, today
from levante.kernel.pure import Bilingual, euro, typed_number
from levante.letters.api import Template, may_write_for, same
from levante.parties.api import told_by_name
from levante.web.access import for_desk
from levante.web.components.numbers import whole_number
from levante.web.desk.applications.door import BEFORE_OPENING, application_or_404, going_to
from levante.web.navigation import FILE_ROLES

Handler = Callable[[HttpRequest, Actor, Application], str]


@for_desk(*FILE_ROLES)
@require_POST
def act(request: HttpRequest, application_id: int, action: str) -> HttpResponse:
    """Do one thing and come back to the file, at the place it concerns."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    handler = HANDLERS.get(action)
    if handler is None:
        raise Http404(action)
    shown = application_or_404(actor, application_id, closed=True)
    try:
        if action not in BEFORE_OPENING:
            require(may_read(actor, shown))
        target = handler(request, actor, shown)
    except Refused as error:
        messages.error(request, told_by_name(error.reason.in_language(get_language()), actor=actor))
        return redirect(f"{reverse('desk:application', args=[shown.pk])}#{action}")
    return redirect(target or reverse("desk:application", args=[shown.pk]))


def _take(request: HttpRequest, actor: Actor, shown: Application) -> str:
    declared = request.POST.get("conflict", "")
    if declared not in {"yes", "no"}:
        refuse(
            "Di’ se c’è un conflitto di interessi prima di aprire la pratica (art. 6-bis L. 241/1990).",
            "Say whether there is a conflict of interest before opening the file (art. 6-bis L. 241/1990).",
        )
    take_in_charge(
        actor=actor,
        application=shown,
        has_conflict=declared == "yes",
        conflict_text=request.POST.get("conflict_text", ""),
    )
    if declared == "yes":
        messages.info(request, gettext("The conflict is recorded: the file goes back to the director."))
        return reverse("desk:applications")
    messages.success(request, gettext("The file is in charge."))
    return going_to(request)


def _assign(request: HttpRequest, actor: Actor, shown: Application) -> str:
    officer = whole_number(request.POST.get("officer"))
    if officer is None:
        refuse("Scegli a chi assegnare la pratica.", "Choose whom the file is given to.", field="officer")
    given = assign_application(
        actor=actor, application=shown, officer_id=officer, reason=request.POST.get("assign_reason", "")
    )
    messages.success(request, gettext("The file is given to %(name)s, who is told.") % {"name": given.case_officer})
    _tell_who_covers(request, given)
    return ""


def _tell_who_covers(request: HttpRequest, given: Application) -> None:
    """Given to somebody away, a file is followed by who covers: who gave it is told at once when that cannot be."""
    acting = acting_officer(given, on=today())
    if acting is None or acting == given.case_officer_id:
        return
    names = {"name": given.case_officer, "covering": User.objects.get(pk=acting)}
    if any(one.officer_id == acting and one.has_conflict for one in given.conflict_declarations.all()):
        messages.warning(
            request,
            gettext(
                "%(name)s is away, and %(covering)s, who covers, declared a conflict of interest about this file: until "
                "%(name)s is back nobody follows it. Give it to somebody else."
            )
            % names,
        )
    else:
        messages.info(request, gettext("%(name)s is away: %(covering)s follows it meanwhile.") % names)


def _conflict(request: HttpRequest, actor: Actor, shown: Application) -> str:
    declared = request.POST.get("conflict", "")
    if declared not in {"yes", "no"}:
        refuse("Di’ se c’è un conflitto di interessi.", "Say whether there is a conflict of interest.")
    declare_conflict(
        actor=actor, application=shown, has_conflict=declared == "yes", text=request.POST.get("conflict_text", "")
    )
    if declared == "yes":
        messages.info(request, gettext("The conflict is recorded: the file goes back to the director."))
        return reverse("desk:applications")
    messages.success(request, gettext("The declaration is recorded."))
    return going_to(request)


def _check(request: HttpRequest, actor: Actor, shown: Application) -> str:
    item = request.POST.get("item", "")
    record_formal_check(
        actor=actor,
        application=shown,
        item=item,
        phase=request.POST.get("phase", "formal"),
        outcome=request.POST.get("outcome", ""),
        text=request.POST.get("text", ""),
        source=request.POST.get("source", "")[:300],
    )
    messages.success(request, gettext("The check is recorded."))
    return f"{reverse('desk:application', args=[shown.pk])}#check-{request.POST.get('phase', 'formal')}-{item}"


def _integration(request: HttpRequest, actor: Actor, shown: Application) -> str:
    lines = [line.strip() for line in request.POST.get("items", "").splitlines() if line.strip()]
    written = request.POST.get("days", "").strip()
    days = whole_number(written)
    if written and days is None:
        refuse("I giorni sono un numero intero.", "The days are a whole number.", field="days")
    asked = request_integration(
        actor=actor,
        application=shown,
        items=[{"code": "", "it": line, "en": line} for line in lines],
        text=request.POST.get("text", ""),
        days=days,
    )
    messages.success(
        request,
        gettext("The request was sent: the enterprise answers by %(day)s.") % {"day": f"{asked.due_on:%d/%m/%Y}"},
    )
    return ""


def _expire(request: HttpRequest, actor: Actor, shown: Application) -> str:
    expire_integration(actor=actor, application=shown)
    messages.success(request, gettext("The examination goes on without the answer."))
    return ""


def _admit(request: HttpRequest, actor: Actor, shown: Application) -> str:
    typed = request.POST.get("amount", "").strip()
    amount: Decimal | None = None
    if typed:
        try:
            amount = euro(typed_number(typed, get_language() or "it"))
        except ValueError:
            refuse(
                "L’importo non è valido: scrivilo così, 1.234,56.",
                "The amount is not valid: write 1,234.56.",
                field="amount",
            )
    admit_application(actor=actor, application=shown, amount=amount, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("The application is admitted: now its award act can be prepared."))
    return ""


def _notice(request: HttpRequest, actor: Actor, shown: Application) -> str:
    notice = give_rejection_notice(actor=actor, application=shown, reasons=request.POST.get("reason", ""))
    messages.success(
        request,
        gettext("The notice was given: the enterprise may answer by %(day)s.") % {"day": f"{notice.due_on:%d/%m/%Y}"},
    )
    return ""


def _resume(request: HttpRequest, actor: Actor, shown: Application) -> str:
    resume_examination(actor=actor, application=shown, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("The observations are accepted: the examination goes on."))
    return ""


def _reject(request: HttpRequest, actor: Actor, shown: Application) -> str:
    reason, answer = request.POST.get("reason", ""), request.POST.get("answer", "")
    reject_application(actor=actor, application=shown, reason=reason, answer=answer)
    messages.success(request, gettext("The application is rejected."))
    return ""


def _undo(request: HttpRequest, actor: Actor, shown: Application) -> str:
    undo_decision(actor=actor, application=shown, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("The decision is taken back: the file is where it was before."))
    return ""


def _revoke(request: HttpRequest, actor: Actor, shown: Application) -> str:
    give_up_place(actor=actor, application=shown, reason=request.POST.get("reason", ""), revoked=True)
    messages.success(request, gettext("The admission is taken back."))
    return ""


def _award(request: HttpRequest, actor: Actor, shown: Application) -> str:
    act_made = draft_award_act(actor=actor, applications=[shown])
    messages.success(request, gettext("The draft of the act is ready: check it, then the director sends it."))
    return reverse("desk:award", args=[act_made.pk])


def _write(request: HttpRequest, actor: Actor, shown: Application) -> str:
    require(may_write_for(actor, shown.opening.call.office))
    subject, body = (
        request.POST.get("subject", "").strip()[:300],
        request.POST.get("body", "").replace("\r\n", "\n").strip(),
    )
    if not subject or not body:
        refuse("Scrivi l’oggetto e il testo.", "Write the object and the text.")
    letter = write_about(
        shown,
        kind="communication",
        key=f"application:{shown.pk}:own:{uuid4().hex}",
        actor=actor,
        values={"amount": same("")},
        template=Template(same(subject), Bilingual(body, ""), "officer"),
        draft=True,
    )
    messages.success(request, gettext("The letter is a draft: look at it, then send it."))
    return reverse("desk:letter", args=[letter.pk])


HANDLERS: dict[str, Handler] = {
    "write": _write,
    "take_in_charge": _take,
    "take_over_integration": _take,
    "take_over_notice": _take,
    "assign": _assign,
    "conflict": _conflict,
    "check": _check,
    "request_integration": _integration,
    "expire_integration": _expire,
    "admit": _admit,
    "give_notice": _notice,
    "resume": _resume,
    "reject": _reject,
    "revoke": _revoke,
    "undo": _undo,
    "award": _award,
}
