"""The visure of the RNA that an act cites, written by hand where they were asked on the Register's site."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from levante.applications.api import TO_DECLARE, may_read
from levante.grants.api import Award, last_visure, may_work_act, others_of, record_award_visura, takes_visure
from levante.kernel.api import Actor, Refused, require
from levante.web.access import for_desk
from levante.web.components.forms import say
from levante.web.components.visure import kinds_of, visura_form
from levante.web.desk.awards.views import READERS


@for_desk(*READERS)
def written(request: HttpRequest, act_id: int, award_id: int) -> HttpResponse:
    """The three visure of an award, and a form for the next one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Award.objects.visible_to(actor).filter(act=act_id)
    rows = rows.select_related("act__call__office", "application__opening__call__office", "enterprise")
    shown = get_object_or_404(rows, pk=award_id)
    decision = may_read(actor, shown.application)
    require(decision, way=reverse("desk:application", args=[shown.application_id]) if decision is TO_DECLARE else "")
    found, others = last_visure([shown])[shown.pk], others_of([shown])[shown.pk]
    form = visura_form(request, found, others)
    if request.method == "POST" and form.is_valid():
        try:
            record_award_visura(actor=actor, award=shown, **form.told())
        except Refused as refusal:
            say(form, refusal)
        else:
            cited = gettext("The visura is recorded, and the text of the act cites it.")
            messages.success(request, cited if shown.state == "draft_act" else gettext("Done."))
            return redirect("desk:award_visure", act_id, award_id)
    return render(
        request,
        "desk/awards/visure.html",
        {
            "award": shown,
            "kinds": kinds_of(found),
            "others": others,
            "form": form,
            "may_record": may_work_act(actor, shown.act) if takes_visure(shown) else None,
        },
        status=400 if form.is_bound else 200,
    )
