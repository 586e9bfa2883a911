"""What every page needs: who is here, for whom, in which part of the house, in the other languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from levante.kernel.api import ANONYMOUS, ENTERPRISE, Actor
from levante.kernel.pure.languages import ENGLISH, ITALIAN
from levante.web.acting import home_of
from levante.web.navigation import first_url
from levante.web.site_identity import site_identity


def page(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or "it"
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "actor": actor,
        "own_audience": "partner" if actor.party is not None and actor.party.kind != ENTERPRISE else "portal",
        "own_home": home_of(actor.party),
        "language": language[:2],
        "other_languages": [
            {
                "code": code,
                "name": name,
                "url": translate_url(request.get_full_path(), code),
                "whole": code in (ITALIAN, ENGLISH),
            }
            for code, name in settings.LANGUAGES
            if code != language[:2]
        ],
        "owner": site_identity(),
        "search_url": first_url("desk:search") if actor.is_staff else first_url("site:search", "site:find"),
        "is_demo": settings.DEMO,
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
