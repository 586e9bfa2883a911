"""A buyer writes to an enterprise: with an account at once, without one once the e-mail is confirmed."""

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.cases.api import Case, level_for
from levante.directory.api import Profile, ask_by_mail, ask_supplier, confirm_enquiry, draft_of
from levante.investment.api import count_attempt
from levante.kernel.api import ANONYMOUS, Refused, language_now, today
from levante.web.access import public
from levante.web.components.forms import say
from levante.web.site.directory.forms import AskForm, AskFromOutside
from levante.web.site.invest.traps import new_token, read_token, sources

#: The version of the notice on personal data that the form shows.
WORDING = "supplier-2026-11"
SENT_SALT = "levante.directory.sent"


@public
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what is wrong is said beside the field, and nothing that was written is lost."""
    rows = Profile.objects.public().select_related("enterprise").prefetch_related("products")
    profile = get_object_or_404(rows, slug=slug)
    known = request.actor.is_signed_in  # type: ignore[attr-defined]
    kind: Any = AskForm if known else AskFromOutside
    if request.method != "POST":
        chosen = request.GET.get("product", "")
        initial = {"token": new_token(), "product": chosen}
        return _form(request, profile, kind(profile=profile, initial=initial), token=initial["token"])
    if not request.session.session_key:
        request.session.create()
    form = kind(request.POST, profile=profile)
    tried = [f"supplier:{one}" for one in sources(request)] + [
        f"supplier-mail:{request.POST.get('email', '')[:254].lower()}"
    ]
    if not count_attempt(actor=ANONYMOUS, sources=tried if not known else tried[:-1]):
        form.is_valid()
        form.add_error(
            None, gettext("Too many enquiries have come from here in the last hour. Try again later, or write to us.")
        )
        return _form(request, profile, form, status=429)
    if form.is_valid():
        try:
            return _received(request, profile, form)
        except Refused as refusal:
            say(form, refusal)
    return _form(request, profile, form)


def _received(request: HttpRequest, profile: Profile, form: Any) -> HttpResponse:
    data = form.cleaned_data
    product = next((one for one in profile.products.all() if str(one.pk) == data["product"]), None)
    if request.actor.is_signed_in:  # type: ignore[attr-defined]
        token = read_token(request.POST.get("token", "")[:400])
        key = token.key if token is not None else new_token()[-40:]
        made = ask_supplier(actor=request.actor, profile=profile, text=data["text"], product=product, key=key)  # type: ignore[attr-defined]
        return redirect("site:enterprise_sent", token=signing.dumps(made.case_id, salt=SENT_SALT))
    contact = {name: data[name] for name in ("name", "email", "organisation", "country")}
    contact |= {"language": language_now(), "consent_wording": WORDING}
    ask_by_mail(
        actor=ANONYMOUS,
        profile=profile,
        text=data["text"],
        contact=contact,
        key=data["read_token"].key,
        product=product,
    )
    return redirect("site:enterprise_asked")


@public
def wait(request: HttpRequest) -> HttpResponse:
    """It was written: the link to confirm it is in the mail."""
    return render(request, "site/directory/asked.html")


@public
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing (mail readers open links by themselves): the button does."""
    draft, why = draft_of(token), ""
    if request.method == "POST" and draft is not None:
        try:
            made = confirm_enquiry(actor=ANONYMOUS, token=token)
        except Refused as refusal:
            draft, why = None, refusal.reason.in_language(get_language())
        else:
            return redirect("site:enterprise_sent", token=signing.dumps(made.case_id, salt=SENT_SALT))
    response = render(request, "site/directory/confirm.html", {"draft": draft, "why": why})
    # Not “no-referrer”: a browser then sends its form with no origin, and the form is refused as forged.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


@public
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """The number, and what happens now; the address cannot be guessed from the number."""
    try:
        pk = signing.loads(token, salt=SENT_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    case = get_object_or_404(Case.objects.select_related("office"), pk=pk)
    return render(request, "site/directory/sent.html", {"case": case})


def _form(request: HttpRequest, profile: Profile, form: Any, status: int = 200, token: str = "") -> HttpResponse:
    shown = [field for field in form.visible_fields() if field.name != "homepage"]
    context = {
        "profile": profile, "form": form, "shown": shown, "level": level_for("supplier", on=today()),
        "token": token or request.POST.get("token", "")[:400], "outside": isinstance(form, AskFromOutside),
    }  # fmt: skip
    return render(request, "site/directory/ask.html", context, status=status)
