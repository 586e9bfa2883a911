"""The export check-up for anybody: answered here, shown at once, kept nowhere."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from levante.competences.api import score
from levante.web.access import public
from levante.web.components.checkup import CheckUpForm, actions, present_questionnaire


@public
def checkup(request: HttpRequest) -> HttpResponse:
    questionnaire = present_questionnaire()
    if questionnaire is None:
        raise Http404
    form = CheckUpForm(questionnaire, request.POST or None)
    context = {"questionnaire": questionnaire, "form": form}
    if request.method == "POST" and form.is_valid():
        result = score(questionnaire, form.cleaned_data)
        context |= {"result": result, "actions": actions(questionnaire, result, audience="site")}
    return render(request, "site/checkup/page.html", context)
