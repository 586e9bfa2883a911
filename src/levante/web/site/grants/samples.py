"""How claims are drawn for controls, for everybody: list fixed, seed, method; who came out only once the controls are over."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from levante.controls.api import Sample, controls_ended, sample_case
from levante.web.access import public

MOST = 200


@public
def samples(request: HttpRequest) -> HttpResponse:
    """The samples drawn, the latest first."""
    rows = (
        Sample.objects.public().select_related("call").defer("items", "parameters").order_by("-drawn_at", "-pk")[:MOST]
    )
    return render(request, "site/grants/samples.html", {"rows": list(rows)})


@public
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """One: when, how, of how many, with which fingerprint and seed, and how it is drawn again."""
    found = get_object_or_404(Sample.objects.public().select_related("call").defer("items"), pk=sample_id)
    ended = controls_ended(found)
    return render(
        request,
        "site/grants/sample.html",
        {
            "one": found,
            "ended": ended,
            "drawn": list(found.rows.order_by("position").values_list("claim__register_number", flat=True))
            if ended
            else [],
        },
    )


@public
def case(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The case that draws it again: numbers and weights, no names; once the controls are over."""
    found = get_object_or_404(Sample.objects.public(), pk=sample_id)
    if not controls_ended(found):
        raise Http404
    response = JsonResponse(sample_case(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="campione-{found.pk}.json"'
    return response
