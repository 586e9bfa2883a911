"""The portal put on a telephone: what a browser reads to install it, and the worker that keeps the pages of a day of meetings.

What is kept, and when it is forgotten, is told in ``worker.js``. Both addresses answer in each language; pages ask for the
worker at the one without a prefix, since a browser takes two addresses for two workers.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from levante.kernel.api import offered, prefix_of
from levante.web.access import public
from levante.web.site_identity import site_identity
from levante.web.static_files import release

SCRIPT = Path(__file__).with_name("worker.js")

#: The pages that are kept, by the part of the address that changes: one's meetings, and the arrivals at the desk.
KEPT = ("portal:my_meetings", "partner:my_meetings", "desk:agenda_board")
#: Whoever goes through these is another person from then on, or may be: what was kept is forgotten.
DOORS = ("account_login", "account_logout")
#: Where an installed portal opens.
START = "site:today"

#: File and side in pixels, as ``scripts/make_icons.py`` makes them.
ICONS = (("levante/icon-192.png", 192), ("levante/icon-512.png", 512))


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """The portal as an application, in the language of the address: name, icons, where it opens (W3C Web Application Manifest)."""
    language = (translation.get_language() or "it")[:2]
    owner = site_identity()
    said = language if language == "it" else "en"
    tagline, sentence = (str(owner.get(key, {}).get(said, "")) for key in ("tagline", "sentence"))
    icons = [{"src": static("levante/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    for purpose in ("any", "maskable"):
        for name, side in ICONS:
            icons.append({"src": static(name), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose})
    told = {
        "id": "/", "name": f"Levante – {tagline}" if tagline else "Levante", "short_name": "Levante", "description": sentence,
        "lang": language, "start_url": reverse(START), "scope": "/", "display": "standalone", "theme_color": "#0B4A7D",
        "background_color": "#ffffff", "icons": icons,
    }  # fmt: skip
    response = JsonResponse(told, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@public
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, for the whole portal; another release of the pages' files is another worker."""
    told: dict[str, Any] = {
        "release": release(), "files": settings.STATIC_URL, "pages": _addresses(*KEPT), "doors": _addresses(*DOORS),
        "starts": _addresses(START), "languages": [prefix_of(code) for code in offered()],
    }  # fmt: skip
    script = f"const TOLD = {json.dumps(told)};\n{SCRIPT.read_text(encoding='utf-8')}"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


def _addresses(*names: str) -> list[str]:
    """The addresses of pages in every language; ``*`` in the place of the code of an initiative."""
    found = []
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            for name in names:
                given = ["CODE"] if name in KEPT else []
                found.append(reverse(name, args=given).replace("CODE", "*"))
    return found
