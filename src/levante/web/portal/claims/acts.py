"""The page of one grant, with every act about it: the grant, its reductions, its revocation and what annulled it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from levante.claims.api import Reduction, carrying_states
from levante.controls.api import Revocation
from levante.controls.api import states as control_states
from levante.documents.api import StoredFile
from levante.grants.api import Award
from levante.kernel.pure import Bilingual
from levante.web.access import for_enterprise
from levante.web.portal.applications.filling import actor_of
from levante.web.site.files.views import send


@dataclass(frozen=True, slots=True)
class ActOfGrant:
    """An act in force about a grant. ``file`` is its text as it came back with its number; none of the act of award, which is of many
    firms and is read where it was published (``url``). ``page`` is that of the procedure it ended."""

    kind: Bilingual
    number: str
    on: date
    amount: Any
    url: str = ""
    page: str = ""
    file: StoredFile | None = None


@for_enterprise()
def award(request: HttpRequest, award_id: int) -> HttpResponse:
    """What was granted, what is in force, and the acts that say so."""
    found = _award(request, award_id)
    return render(request, "portal/claims/award.html", {"award": found, "acts": acts_of(request, found)})


@for_enterprise()
def act_file(request: HttpRequest, award_id: int, file_id: int) -> HttpResponse:
    """The text of one of the acts in force about the grant."""
    for one in acts_of(request, _award(request, award_id)):
        if one.file is not None and one.file.pk == file_id:
            return send(one.file)
    raise Http404


def _award(request: HttpRequest, award_id: int) -> Award:
    actor = actor_of(request)
    rows = Award.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    return get_object_or_404(
        rows.select_related("act__call", "act__programme_act", "application", "aid", "awarded_to"), pk=award_id
    )


def acts_of(request: HttpRequest, award: Award) -> list[ActOfGrant]:
    """The acts that have effect on a grant, in the order of their dates. Three queries."""
    actor, act = actor_of(request), award.act
    assert act.act_date is not None  # an enterprise sees its award once its act is back
    where = f"{reverse('site:programme_acts')}#{act.programme_act.code}" if act.programme_act is not None else ""
    found = [ActOfGrant(Bilingual("Concessione", "Grant"), act.number, act.act_date, award.first_amount, url=where)]
    reductions = Reduction.objects.visible_to(actor).filter(Q(variation__award=award) | Q(claim__award=award))
    for one in reductions.filter(state=carrying_states.EFFECTIVE).select_related("document__file"):
        found.append(_kept(Bilingual("Riduzione", "Reduction"), one, one.amount_after))
    procedures = Revocation.objects.visible_to(actor).filter(award=award).select_related("document__file")
    in_force = (control_states.EFFECTIVE, control_states.ANNULLED)
    for revoked in procedures.filter(state__in=in_force).prefetch_related("annulments__document__file"):
        page = reverse("portal:revocation", args=[revoked.pk])
        what = (
            Bilingual("Revoca", "Revocation")
            if revoked.is_whole
            else Bilingual("Revoca di una parte", "Revocation of a part")
        )
        found.append(_kept(what, revoked, None, page))
        for undone in revoked.annulments.all():
            if undone.state == control_states.EFFECTIVE:
                found.append(
                    _kept(Bilingual("Annullamento della revoca", "Annulment of the revocation"), undone, None, page)
                )
    return sorted(found, key=lambda one: one.on)


def _kept(kind: Bilingual, act: Any, amount: Any, page: str = "") -> ActOfGrant:
    file = act.document.file if act.document is not None else None
    return ActOfGrant(kind, act.number, act.act_date, amount, page=page, file=file)
