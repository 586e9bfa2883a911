"""What happens around every request: who acts, what a refusal looks like, and that a GET cannot write."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.defaults import page_not_found

from levante.identity.api import powers_of
from levante.kernel.api import ANONYMOUS, ENTERPRISE, Actor, NotYours, Refused, language_now, offered, prefix_of, today
from levante.kernel.pure.languages import ENGLISH, ITALIAN
from levante.parties.api import Acting, acting_as
from levante.web.acting import chosen_party

Handler = Callable[[HttpRequest], HttpResponse]

#: GETs that must write: sign-in call-backs (the identity provider sends the browser back with a GET), confirmations from
#: a mail, the passkey and TOTP set-up pages that store their challenge in the session row.
MAY_WRITE_ON_GET = tuple(f"{prefix_of(code)}/accounts/" for code in offered())


def health(get_response: Handler) -> Handler:
    """``/healthz``: the process answers. ``/readyz``: the database answers too and its migrations are the code's.

    Before everything else, so that no session, host check or language stands in their way.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            from levante.web.readiness import readiness

            problems = readiness()
            return JsonResponse(
                {"status": "unavailable" if problems else "ok", "problems": problems}, status=503 if problems else 200
            )
        return get_response(request)

    return handle


def scripts_are_told(get_response: Handler) -> Handler:
    """A script that sends JSON is told that the session is over (401), instead of being led to the page of sign-in, which it
    would take for a yes."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.content_type == "application/json" and response.status_code == 302:
            return JsonResponse({"error": "sign in"}, status=401)
        return response

    return handle


class CompressedPages(GZipMiddleware):
    """Pages and JSON travel compressed, to whom accepts it: a fifth of the bytes. Files are left as they are.

    A random number of bytes, added by Django, keeps the length from telling what a page holds (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith(("text/html", "application/json")):
            return response
        return super().process_response(request, response)


def storable(get_response: Handler) -> Handler:
    """Refuse (400) what no text of the database can hold, the NUL character: in the address, in its query, in the fields of a
    form. Not in the files sent, which are bytes; a cookie that holds it is none of ours and counts as not sent.

    Half of a surrogate pair cannot arrive: Django puts a replacement character where the bytes are not UTF-8. A form is
    looked at after the check of its secret (CSRF) has read it; the doors without that check (the API, which only reads, and
    the lane of a click day) read their own bodies.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return get_response(request)

    def process_view(request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> None:
        sent = [request.GET] if getattr(view, "csrf_exempt", False) else [request.GET, request.POST]
        texts = (text for fields in sent for name, values in fields.lists() for text in (name, *values))
        if "\0" in request.path or any("\0" in text for text in texts):
            raise BadRequest("a NUL character")

    handle.process_view = process_view  # type: ignore[attr-defined]
    return handle


def actor(get_response: Handler) -> Handler:
    """Put the ``Actor`` on the request: roles in force today, and the party acted for if its mandate still holds."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return get_response(request)

    return handle


def actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated:
        return ANONYMOUS
    day = today()
    chosen = chosen_party(request)
    acting = acting_as(user.pk, chosen, day) if chosen is not None else Acting()
    return Actor(
        user_id=user.pk,
        label=user.get_full_name(),
        **powers_of(user.pk, day),
        party=chosen if acting.scopes else None,
        party_name=acting.name if acting.scopes else "",
        scopes=acting.scopes,
        is_superuser=user.is_superuser,
    )


def refusals(get_response: Handler) -> Handler:
    """A refusal is a page that says why (403), or leads to where what is missing is done; what is not yours does not exist
    (404)."""

    def handle(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            reason = exception.reason.in_language(get_language())
            if exception.way and request.method == "GET" and not request.htmx:  # type: ignore[attr-defined]
                return redirect(exception.way)
            if request.htmx:  # type: ignore[attr-defined]
                return render(request, "errors/refused_fragment.html", {"reason": reason}, status=403)
            return render(request, "403.html", {"reason": reason}, status=403)
        if isinstance(exception, NotYours):
            return page_not_found(request, exception)
        return None

    handle.process_exception = process_exception  # type: ignore[attr-defined]
    return handle


def two_languages(get_response: Handler) -> Handler:
    """The pages of the offices and of enterprises are in Italian and in English: asked in another language, they are the English ones.
    Those of everybody, of buyers and of investors are in every language, as far as its catalogue goes."""

    def handle(request: HttpRequest) -> HttpResponse:
        language = language_now()
        if language not in (ITALIAN, ENGLISH):
            actor, page = request.actor, request.get_full_path().removeprefix(f"/{language}")  # type: ignore[attr-defined]
            partner = actor.party is not None and actor.party.kind != ENTERPRISE
            if page.startswith("/ufficio/") or (page.startswith("/impresa/") and not partner and actor.is_signed_in):
                return redirect(f"/en{page}")
        return get_response(request)

    return handle


def read_only_get(get_response: Handler) -> Handler:
    """A GET runs in a read-only transaction: a view that writes on GET fails, in production as in the tests.

    Outside a transaction the connection itself is told (no extra round trip); inside one, as in tests, the transaction.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "OPTIONS"} or request.path.startswith(MAY_WRITE_ON_GET):
            return get_response(request)
        if connection.in_atomic_block:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                return get_response(request)
        connection.ensure_connection()
        connection.connection.read_only = True
        try:
            with transaction.atomic():
                return get_response(request)
        finally:
            if connection.connection is not None and not connection.connection.closed:
                connection.connection.read_only = False

    return handle
