"""Who opens the pages of calls at the desk, and which calls they find there."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from levante.calls.api import Call, may_create
from levante.calls.api import may_design as may_design_call
from levante.identity.api import Office, roles
from levante.kernel.api import Actor

#: Who reads: those who design, and those who will work the call or look it over.
READERS = (roles.CALL_DESIGNER, roles.DIRECTOR, roles.CASE_OFFICER, roles.AUDITOR)
#: Who writes; whether this call is theirs is for the services to say.
DESIGNERS = (roles.CALL_DESIGNER, roles.DIRECTOR)
#: Who moves its openings.
RUNNERS = (roles.CALL_DESIGNER, roles.DIRECTOR, roles.CASE_OFFICER)


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def calls_of(request: HttpRequest) -> "QuerySet[Call]":
    """The calls of the desk of who asks."""
    actor = actor_of(request)
    return Call.objects.visible_to(actor).of_desk(actor)


def call_of(request: HttpRequest, code: str, **more: Any) -> Call:
    """One of them, or 404."""
    found: Call = get_object_or_404(calls_of(request).select_related("office", "programme", "fund", "act"), code=code)
    return found


def may_design(request: HttpRequest, call: Call) -> bool:
    """May who asks edit this call, as far as their role goes?"""
    return bool(may_design_call(actor_of(request), call))


def offices_of(request: HttpRequest) -> list[Office]:
    """The offices for which who asks may prepare calls."""
    actor = actor_of(request)
    return [office for office in Office.objects.order_by("kind", "name_it", "code") if may_create(actor, office.code)]
