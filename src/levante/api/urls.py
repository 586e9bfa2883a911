import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from levante.api.problems import problem
from levante.api.routes import api


def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address of the API: a problem document, not a page."""
    return problem(404, "There is nothing here. The description of the API is at /api/v1/openapi.json.")


nothing.login_required = False  # type: ignore[attr-defined]


def _refused_in_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A method that an address does not know is a problem document too, with ``Allow`` (RFC 9110, 15.5.6)."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        told = problem(405, f"{request.method} is not a method of this address.")
        if answer.has_header("Allow"):
            told["Allow"] = answer["Allow"]
        return told

    return run


_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    _pattern.callback = _refused_in_words(_pattern.callback)
    # The API tells who is asking by its own key, never by the session.
    _pattern.callback.login_required = False

urlpatterns = [path("", (_patterns, _app, _namespace)), re_path(r"", nothing)]
