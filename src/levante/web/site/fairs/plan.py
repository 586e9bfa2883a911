"""The plan of a year for everybody: what is public, with the cost that the act of each approves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levante.initiatives.api import Initiative
from levante.web.access import public
from levante.web.components.year_plan import plan_on_screen


@public
def plan(request: HttpRequest) -> HttpResponse:
    _, context = plan_on_screen(request, Initiative.objects.public())
    return render(request, "site/fairs/plan.html", context)
