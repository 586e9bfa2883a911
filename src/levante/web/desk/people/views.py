"""People at the desk: contacts, consents, access to data and erasure; mandates waiting for a decision."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from levante.kernel.api import PARTY_KINDS, Refused
from levante.parties.api import (
    KEEPERS,
    MANDATES,
    MERGERS,
    SEES_PEOPLE,
    Mandate,
    Person,
    confirm_mandate,
    consents_of,
    correct_person,
    erase_person,
    forgiving,
    record_consent,
    refuse_mandate,
    revoke_mandate,
)
from levante.web.access import for_desk
from levante.web.components.forms import say, tell
from levante.web.components.people import with_wordings
from levante.web.components.personal_data import as_file, everything
from levante.web.desk.people.forms import ConsentForm, DeskPersonForm
from levante.web.templatetags.components import desk_page


@for_desk(*SEES_PEOPLE, section=True)
def people(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:100]
    found = Person.objects.visible_to(request.actor).filter(erased_at__isnull=True)
    rows = (forgiving(lambda loose: found.search(text, loose=loose)) if text.strip() else found).prefetch_related(
        "contacts__enterprise"
    )
    page = Paginator(rows.order_by("family_name", "given_name", "id"), 50).get_page(request.GET.get("page"))
    return render(request, "desk/people/list.html", {"page": page, "q": text})


@for_desk(*SEES_PEOPLE, section=True)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Person.objects.visible_to(request.actor), pk=pk)
    consents = consents_of(one)
    form = ConsentForm(request.POST or None, consents=consents)
    if request.method == "POST" and form.is_valid():
        try:
            record_consent(actor=request.actor, person=one, **form.event())
        except Refused as refusal:
            form.add_error(None, refusal.reason.in_language(get_language()))
        else:
            messages.success(request, gettext("The consent has been recorded."))
            return redirect("desk:person", one.pk)
    return render(
        request,
        "desk/people/person.html",
        {
            "person": one,
            "contacts": one.contacts.select_related("enterprise").order_by("until", "id"),
            "holdings": one.holdings.select_related("owned").order_by("id"),
            "mandates": Mandate.objects.filter(user_id=one.user_id).select_related(*PARTY_KINDS).order_by("-id")
            if one.user_id
            else [],
            "consents": consents,
            "history": with_wordings(one.consents.order_by("-id")),
            "form": form,
            "may_keep": request.actor.in_section(*KEEPERS) and one.erased_at is None,
            "may_erase": request.actor.in_section(*MERGERS) and one.erased_at is None,
        },
    )


@for_desk(*KEEPERS, section=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what is known of a person, who asked for it (art. 16 GDPR)."""
    one = get_object_or_404(Person.objects.visible_to(request.actor).filter(erased_at=None), pk=pk)
    form = DeskPersonForm(request.POST or None, initial=DeskPersonForm.values_of(one))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            correct_person(actor=request.actor, person=one, changes=values, reason=reason)
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The data of the person have been corrected."))
            return redirect("desk:person", one.pk)
    return render(request, "desk/people/edit.html", {"form": form, "person": one})


@for_desk(*KEEPERS, section=True)
@require_POST
def person_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a person as a file, for who asked for it (art. 15 GDPR); a POST because it is written down."""
    one = get_object_or_404(Person.objects.visible_to(request.actor), pk=pk)
    return as_file(everything(request.actor, one), f"person-{one.pk}")


@for_desk(*MERGERS, section=True)
@require_POST
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Person.objects.visible_to(request.actor), pk=pk)
    try:
        erase_person(actor=request.actor, person=one)
    except Refused as refusal:
        messages.error(request, refusal.reason.in_language(get_language()))
        return redirect("desk:person", one.pk)
    messages.success(
        request, gettext("The personal data have been erased; what the law requires stays without the name.")
    )
    return redirect("desk:people")


@for_desk(*KEEPERS, section=True)
def mandates(request: HttpRequest) -> HttpResponse:
    """Requests that wait, oldest first; ``?state=all`` shows all."""
    rows = Mandate.objects.visible_to(request.actor).select_related("user", "decided_by", *PARTY_KINDS)
    everything = request.GET.get("state") == "all"
    rows = rows.order_by("-id") if everything else rows.filter(state=Mandate.REQUESTED).order_by("id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    for row in page:
        row.missing = MANDATES.missing("confirm", row) if row.state == Mandate.REQUESTED else []
    return render(request, "desk/people/mandates.html", {"page": page, "everything": everything})


@for_desk(*KEEPERS, section=True)
@require_POST
def decide_mandate(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Mandate.objects.visible_to(request.actor), pk=pk)
    decide = {"confirm": confirm_mandate, "refuse": refuse_mandate, "revoke": revoke_mandate}.get(
        request.POST.get("decision", "")
    )
    if decide is None:
        messages.error(request, gettext("Choose what to do."))
        return redirect("desk:mandates")
    reason = request.POST.get("reason", "")[:1000]
    tell(request, decide, gettext("The decision has been recorded."), mandate=one, reason=reason)
    return redirect("desk:mandates" if one.enterprise_id is not None else desk_page(one))
