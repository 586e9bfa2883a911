"""People and mandates: who may act for the enterprise, whom one acts for, one's own data and consents."""

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import PARTY_KINDS, Refused, today
from levante.parties.api import (
    MANDATES,
    Contact,
    Enterprise,
    Invitation,
    Mandate,
    Person,
    confirm_mandate,
    consents_of,
    correct_person,
    create_enterprise,
    end_contact,
    ensure_person,
    invite,
    record_consent,
    record_contact,
    refuse_mandate,
    request_mandate,
    revoke_mandate,
    tax_code_in,
    withdraw_invitation,
    wording_on,
)
from levante.web.access import for_enterprise, signed_in
from levante.web.acting import invitations_of
from levante.web.components.forms import done, say, tell
from levante.web.components.people import ContactForm, PersonForm, with_wordings
from levante.web.components.personal_data import as_file, everything
from levante.web.portal.enterprise.views import mine as my_enterprise
from levante.web.portal.people.forms import AskForm, GrantForm


@for_enterprise()
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for the enterprise, who asks to, who its contacts are."""
    one = my_enterprise(request)
    keeps = "people" in request.actor.scopes
    rows = []
    if keeps:
        found = one.mandates.select_related("user", "decided_by").order_by("state", "-requested_at", "-id")
        rows = [
            {"mandate": row, "actions": MANDATES.available(request.actor, row, state=row.state)} for row in found[:100]
        ]
    invitations = one.invitations.filter(state=Invitation.SENT).exclude(email="") if keeps else one.invitations.none()
    contacts = one.contacts.filter(until__isnull=True).select_related("person").order_by("id")
    return render(
        request,
        "portal/people/people.html",
        {
            "enterprise": one,
            "rows": rows,
            "keeps": keeps,
            "contacts": contacts,
            "invitations": invitations.order_by("-sent_at", "-pk"),
        },
    )


@for_enterprise("people")
def grant(request: HttpRequest) -> HttpResponse:
    form = GrantForm(request.POST or None)
    if done(request, form, invite, holder=my_enterprise(request), language=request.LANGUAGE_CODE[:2]):
        messages.success(
            request,
            gettext("We have written to that address: the mandate is in force when who owns it accepts it."),
        )
        return redirect("portal:people")
    return render(
        request, "portal/people/form.html", {"form": form, "title": gettext("Give a mandate"), "back": "portal:people"}
    )


@for_enterprise("people")
def contact(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)
    if done(request, form, record_contact, enterprise=my_enterprise(request), since=today()):
        messages.success(request, gettext("The contact has been added."))
        return redirect("portal:people")
    return render(
        request, "portal/people/form.html", {"form": form, "title": gettext("Add a contact"), "back": "portal:people"}
    )


@for_enterprise("people")
@require_POST
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Contact.objects.filter(enterprise=my_enterprise(request)), pk=pk)
    end_contact(actor=request.actor, contact=one, on=today())
    messages.success(request, gettext("The person is no longer a contact of the enterprise."))
    return redirect("portal:people")


@for_enterprise("people")
@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Invitation.objects.filter(enterprise=my_enterprise(request)), pk=pk)
    tell(request, withdraw_invitation, gettext("The invitation has been withdrawn."), invitation=one)
    return redirect("portal:people")


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Those one acts for, asks to or is invited to: a consultant has many."""
    found = Mandate.objects.filter(user_id=request.user.pk).select_related(*PARTY_KINDS, "decided_by")
    name = Coalesce("enterprise__search_name", "buyer__search_name", "investor__search_name")
    rows = [
        {"mandate": row, "actions": MANDATES.available(request.actor, row, state=row.state)}
        for row in found.order_by("state", name, "-id")
    ]
    invitations = invitations_of(request.user.pk)
    return render(request, "portal/people/mandates.html", {"rows": rows, "invitations": invitations, "today": today()})


@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to act for an enterprise; one that has no file is registered with the request."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        tax_code, name = tax_code_in(values.pop("tax_code")), values.pop("name")
        found = Enterprise.objects.filter(tax_code=tax_code).select_related("merged_into").first() if tax_code else None
        if found is not None and found.merged_into is not None:
            found = found.merged_into
        try:
            with transaction.atomic():
                if found is None:
                    if tax_code and not name.strip():
                        form.add_error("name", gettext("The enterprise is new to the portal: write its name."))
                        raise _NotYet
                    found = create_enterprise(actor=request.actor, tax_code=form.cleaned_data["tax_code"], name=name)
                request_mandate(actor=request.actor, enterprise=found, **values)
        except _NotYet:
            pass
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Asked. The enterprise or an office answers; you find it here."))
            return redirect("portal:mandates")
    return render(
        request,
        "portal/people/form.html",
        {"form": form, "title": gettext("Ask to act for an enterprise"), "back": "portal:mandates"},
    )


class _NotYet(Exception):
    """The form has been told what is missing: nothing is written."""


@signed_in
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, refuse or revoke a mandate one may see: of the enterprise acted for, or one's own to give it up."""
    one = get_object_or_404(Mandate.objects.visible_to(request.actor), pk=pk)
    decisions = {"confirm": confirm_mandate, "refuse": refuse_mandate, "revoke": revoke_mandate}
    service = decisions.get(request.POST.get("decision", ""))
    back = "portal:mandates" if one.user_id == request.user.pk else "portal:people"
    if service is None:
        messages.error(request, gettext("Choose what to do."))
        return redirect(back)
    reason = request.POST.get("reason", "")[:1000]
    tell(request, service, gettext("The decision has been recorded."), mandate=one, reason=reason)
    return redirect(back)


@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """One's own data: what is known, which consents hold, how to have everything as a file."""
    person = Person.objects.filter(user_id=request.user.pk).first()
    if request.method == "POST":
        person = person or ensure_person(actor=request.actor, user=request.user)
        given = set(request.POST.getlist("consent"))
        for row in consents_of(person):
            wanted = f"{row['purpose']}:{row['channel']}" in given
            if wanted != row["given"]:
                record_consent(
                    actor=request.actor,
                    person=person,
                    purpose=row["purpose"],
                    channel=row["channel"],
                    given=wanted,
                    wording=wording_on(today()).version,
                    proof="portal: my data",
                )
        messages.success(request, gettext("Your choices are in force."))
        return redirect("portal:my_data")
    wording = wording_on(today())
    rows = [(row, wording.purposes[row["purpose"]]) for row in consents_of(person)]
    history = with_wordings(person.consents.order_by("-id")[:50]) if person is not None else []
    return render(request, "portal/people/data.html", {"consents": rows, "wording": wording, "history": history})


@signed_in
def data_edit(request: HttpRequest) -> HttpResponse:
    """Put right what is known of oneself (art. 16 GDPR); what was submitted keeps the copy it was submitted with."""
    person = Person.objects.filter(user_id=request.user.pk).first()
    initial = PersonForm.values_of(person) if person is not None else _of_account(request)
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person = person or ensure_person(actor=request.actor, user=request.user)
        try:
            correct_person(actor=request.actor, person=person, changes=form.cleaned_data)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("Your data have been corrected."))
            return redirect("portal:my_data")
    return render(
        request,
        "portal/people/form.html",
        {"form": form, "title": gettext("Correct your data"), "back": "portal:my_data"},
    )


def _of_account(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {name: getattr(user, name) for name in ("given_name", "family_name", "email", "language")}


@signed_in
@require_POST
def data_file(request: HttpRequest) -> HttpResponse:
    """Everything the programme knows of who asks, as a file (arts. 15 and 20 GDPR)."""
    person = ensure_person(actor=request.actor, user=request.user)
    return as_file(everything(request.actor, person), "levante-my-data")
