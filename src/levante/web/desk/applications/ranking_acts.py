"""The text of the act of a ranking: written from the data, read, adopted elsewhere."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.applications.api import TO_DECLARE, Ranking, ranking_act_of, write_ranking_act
from levante.calls.api import Opening
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, require
from levante.web.access import for_desk
from levante.web.desk.applications.rankings import READERS, closed_in
from levante.web.site.files.views import send


def _ranking(request: HttpRequest, ranking_id: int) -> Ranking:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Ranking.objects.visible_to(actor).filter(opening__in=Opening.objects.visible_to(actor)).defer("snapshot")
    return get_object_or_404(rows, pk=ranking_id)


@for_desk(roles.DIRECTOR)
@require_POST
def write(request: HttpRequest, ranking_id: int) -> HttpResponse:
    """Write it, or write it again."""
    found = _ranking(request, ranking_id)
    try:
        write_ranking_act(actor=request.actor, ranking=found)  # type: ignore[attr-defined]
    except Refused as refused:
        messages.error(request, refused.reason.in_language(get_language()))
    else:
        messages.success(request, gettext("The text of the act is written."))
    return redirect("desk:ranking", ranking_id=ranking_id)


@for_desk(*READERS)
def document(request: HttpRequest, ranking_id: int) -> HttpResponse:
    """The text as PDF."""
    ranking = _ranking(request, ranking_id)
    if closed_in(request.actor, ranking):  # type: ignore[attr-defined]
        require(TO_DECLARE, way=reverse("desk:ranking", args=[ranking_id]))
    found = ranking_act_of(ranking)
    if found is None or found.file is None:
        raise Http404
    return send(found.file)
