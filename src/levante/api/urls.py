from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from levante.api.problems import problem
from levante.api.routes import api


def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address of the API: a problem document, not a page."""
    return problem(404, "There is nothing here. The description of the API is at /api/v1/openapi.json.")


nothing.login_required = False  # type: ignore[attr-defined]

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    # The API tells who is asking by its own key, never by the session.
    _pattern.callback.login_required = False

urlpatterns = [path("", (_patterns, _app, _namespace)), re_path(r"", nothing)]
