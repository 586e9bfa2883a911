"""The public profile of the enterprise acted for: written, tried, published."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.directory.api import (
    PROFILES,
    Profile,
    add_photo,
    may_edit_profile,
    profile_of,
    publish_profile,
    remove_certification,
    remove_photo,
    remove_product,
    save_certification,
    save_product,
    save_profile,
    states,
    withdraw_profile,
)
from levante.kernel.api import Refused, today
from levante.parties.api import Enterprise
from levante.web.access import for_enterprise
from levante.web.components import directory as shared
from levante.web.components.forms import done, say, tell
from levante.web.portal.directory.forms import CertificationForm, FactsForm, PhotoForm, ProductForm


def _mine(request: HttpRequest) -> Profile | None:
    return profile_of(request.actor.enterprise_id)  # type: ignore[attr-defined]


def _begun(request: HttpRequest) -> Profile:
    found = _mine(request)
    if found is None:
        raise Http404
    return found


@for_enterprise()
def profile(request: HttpRequest) -> HttpResponse:
    """How the profile is, what is missing, what can be done."""
    actor, found = request.actor, _mine(request)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"profile": found, "may_edit": bool({"apply", "submit"} & set(actor.scopes))}
    if found is not None:
        held = found.certifications.all()
        context |= {
            "state": states.STATES[found.state], "tone": states.TONES[found.state], "missing": PROFILES.missing("publish", found),
            "products": [shared.product_of(one) for one in found.products.all()],
            "photos": found.photos.select_related("product").order_by("position", "pk"),
            "certifications": [
                (shared.certified(one), one, one.valid_until is not None and one.valid_until < today()) for one in held
            ],
            "may_edit": bool(may_edit_profile(actor, found)),
            "steps": {row.name for row in PROFILES.available(actor, found, state=found.state)},
            "languages": [name for _, name in shared.languages(found.languages)],
        }  # fmt: skip
    return render(request, "portal/directory/profile.html", context)


@for_enterprise("apply")
def facts(request: HttpRequest) -> HttpResponse:
    actor, found = request.actor, _mine(request)  # type: ignore[attr-defined]
    firm = get_object_or_404(Enterprise.objects.visible_to(actor), pk=actor.enterprise_id)
    names = FactsForm.base_fields
    initial = (
        {name: getattr(found, name) for name in names} if found else {"sectors": firm.sectors, "languages": ["it"]}
    )
    form = FactsForm(request.POST or None, initial=initial)
    if done(request, form, save_profile, enterprise=firm):
        messages.success(request, gettext("The profile is kept."))
        return redirect("portal:profile")
    return _form(request, form, gettext("What you do, for whom"))


@for_enterprise("apply")
def product(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = _begun(request)
    row = get_object_or_404(found.products, pk=pk) if pk is not None else None
    initial = {}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("name_it", "name_en", "text_it", "text_en")}
        initial["hs_code"] = shared.product_of(row)["code"]
    form = ProductForm(request.POST or None, initial=initial)
    if done(request, form, save_product, profile=found, product=row):
        messages.success(request, gettext("The product is kept."))
        return redirect("portal:profile")
    return _form(request, form, gettext("Change a product") if row else gettext("Add a product"))


@for_enterprise("apply")
@require_POST
def product_away(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_begun(request).products.select_related("profile"), pk=pk)
    tell(request, remove_product, gettext("The product is taken away."), product=row)
    return redirect("portal:profile")


@for_enterprise("apply")
def certification(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = _begun(request)
    row = get_object_or_404(found.certifications, pk=pk) if pk is not None else None
    initial = {name: getattr(row, name) for name in CertificationForm.base_fields} if row is not None else {}
    form = CertificationForm(request.POST or None, initial=initial)
    if done(request, form, save_certification, profile=found, certification=row):
        messages.success(request, gettext("The certification is kept."))
        return redirect("portal:profile")
    return _form(request, form, gettext("Change a certification") if row else gettext("Add a certification"))


@for_enterprise("apply")
@require_POST
def certification_away(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_begun(request).certifications.select_related("profile"), pk=pk)
    tell(request, remove_certification, gettext("The certification is taken away."), certification=row)
    return redirect("portal:profile")


@for_enterprise("apply")
def photo(request: HttpRequest) -> HttpResponse:
    found = _begun(request)
    form = PhotoForm(request.POST or None, request.FILES or None, profile=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        shown = next((one for one in found.products.all() if str(one.pk) == data["product"]), None)
        try:
            add_photo(
                actor=request.actor, profile=found, upload=data["upload"], alt_it=data["alt_it"], alt_en=data["alt_en"],  # type: ignore[attr-defined]
                product=shown,
            )  # fmt: skip
        except Refused as refusal:
            say(form, refusal if refusal.field else Refused(refusal.reason, "upload"))
        else:
            messages.success(request, gettext("The photograph is in the profile."))
            return redirect("portal:profile")
    return _form(request, form, gettext("Add a photograph"), files=True)


@for_enterprise("apply")
@require_POST
def photo_away(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_begun(request).photos.select_related("profile"), pk=pk)
    tell(request, remove_photo, gettext("The photograph is taken away."), photo=row)
    return redirect("portal:profile")


@for_enterprise("apply")
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    tell(request, publish_profile, gettext("The profile is public."), profile=_begun(request))
    return redirect("portal:profile")


@for_enterprise("apply")
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    tell(request, withdraw_profile, gettext("The profile is no longer public."), profile=_begun(request))
    return redirect("portal:profile")


def _form(request: HttpRequest, form: Any, title: str, *, files: bool = False) -> HttpResponse:
    return render(request, "portal/directory/form.html", {"form": form, "title": title, "files": files})
