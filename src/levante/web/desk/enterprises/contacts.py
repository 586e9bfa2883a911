"""The contacts of an enterprise, as an office writes them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from levante.kernel.api import today
from levante.parties.api import KEEPERS, Contact, Enterprise, Person, end_contact, record_contact
from levante.web.access import for_desk
from levante.web.components.forms import done
from levante.web.components.people import ContactForm
from levante.web.desk.enterprises.ownership_forms import EndLinkForm


@for_desk(*KEEPERS, section=True)
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Enterprise.objects.visible_to(request.actor), pk=pk)
    form = ContactForm(request.POST or None)
    if done(request, form, record_contact, enterprise=one, since=today()):
        messages.success(request, gettext("The contact has been added."))
        return redirect("desk:enterprise", one.pk)
    title = gettext("Add a contact")
    return render(request, "desk/enterprises/form.html", {"form": form, "enterprise": one, "title": title})


@for_desk(*KEEPERS, section=True)
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say until which day the person was a contact."""
    rows = Contact.objects.filter(
        enterprise__in=Enterprise.objects.visible_to(request.actor),
        person__in=Person.objects.visible_to(request.actor),
        until=None,
    )
    one = get_object_or_404(rows.select_related("enterprise", "person"), pk=pk)
    form = EndLinkForm(request.POST or None, initial={"on": today()})
    if done(request, form, end_contact, contact=one):
        messages.success(request, gettext("The person is no longer a contact of the enterprise."))
        return redirect("desk:enterprise", one.enterprise_id)
    title = gettext("No longer a contact: %(name)s") % {"name": one.person}
    return render(request, "desk/enterprises/form.html", {"form": form, "enterprise": one.enterprise, "title": title})
