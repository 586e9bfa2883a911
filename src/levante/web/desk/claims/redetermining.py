"""What is pressed on the page of a last claim that earned less than was awarded: the act that brings the award down, or why it stays."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import may_read
from levante.claims.api import (
    Claim,
    Reduction,
    carrying_states,
    draft_redetermination,
    give_up_reduction,
    keep_award,
    retry_reduction,
    send_reduction,
)
from levante.kernel.api import Actor, Refused, require
from levante.web.access import for_desk
from levante.web.desk.claims.unearned import told_of
from levante.web.desk.claims.views import READERS, claim_or_404, page_of
from levante.web.site.files.views import send


@require_POST
@for_desk(*READERS)
def reduction(request: HttpRequest, claim_id: int, action: str) -> HttpResponse:
    """Draft the act, sign it, try its effect again, give it up; or leave the award as it is. What was typed is not lost."""
    found, actor = claim_or_404(request, claim_id), request.actor  # type: ignore[attr-defined]
    typed = {name: request.POST.get(name, "") for name in ("grounds", "reason") if name in request.POST}
    reason = typed.get("reason", "")
    try:
        if action == "ridetermina":
            draft_redetermination(actor=actor, claim=found, grounds=typed.get("grounds", ""))
        elif action == "lascia":
            keep_award(actor=actor, claim=found, reason=reason)
        elif action in ("firma", "riprova"):
            (send_reduction if action == "firma" else retry_reduction)(actor=actor, reduction=_open_act(actor, found))
        elif action == "abbandona":
            give_up_reduction(actor=actor, reduction=_open_act(actor, found), reason=reason)
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language() or "it"))
        again = claim_or_404(request, claim_id)
        more = told_of(actor, again, typed)
        return page_of(
            request, again, status=409, **more, pressed=action, refused=reason if action == "abbandona" else ""
        )
    messages.success(request, gettext("Done."))
    return redirect("desk:claim", found.pk)


def _open_act(actor: Actor, claim: Claim) -> Reduction:
    rows = Reduction.objects.visible_to(actor).exclude(state=carrying_states.GIVEN_UP)
    found = rows.filter(claim=claim).first()  # the last, where the claim was reviewed again after one had effect
    if found is None:
        raise Http404
    return found


@for_desk(*READERS)
def paper(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The PDF of the act, once it is written."""
    found = claim_or_404(request, claim_id)
    require(may_read(request.actor, found.award.application))  # type: ignore[attr-defined]
    held = Reduction.objects.select_related("document__file").filter(claim=found).first()
    if held is None or held.document.file is None:
        raise Http404
    return send(held.document.file)
