"""What the register holds of a person, and its erasure entry by entry: before the person is erased, since afterwards nothing
leads from one to the other."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext

from levante.applications.api import Application
from levante.initiatives.api import ExpressionOfInterest
from levante.kernel.api import Refused
from levante.parties.api import Person
from levante.register.api import ERASERS, Entry, entries_about, erase_entry_content
from levante.web.access import for_desk


@for_desk(*ERASERS, section=True)
def person_register(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries about what the person sent, answered or, as a firm of one's own, asked; those chosen lose their content."""
    actor = request.actor  # type: ignore[attr-defined]
    one = get_object_or_404(Person.objects.visible_to(actor), pk=pk)
    rows = entries_of(one)
    if request.method == "POST":
        chosen = [row for row in rows if str(row.pk) in set(request.POST.getlist("entries"))]
        try:
            with transaction.atomic():
                for row in chosen:
                    erase_entry_content(actor=actor, entry=row, reason=request.POST.get("reason", "")[:500])
        except Refused as refusal:
            messages.error(request, refusal.reason.in_language(get_language()))
        else:
            if chosen:
                messages.success(request, gettext("The content has been erased; numbers, instants and proofs stay."))
            return redirect("desk:person_register", one.pk)
    return render(request, "desk/people/register.html", {"person": one, "rows": rows})


def entries_of(person: Person) -> list[Entry]:
    """By the account, and by the fiscal code of a firm that is the person's own; erased entries lead nowhere any more."""
    mine, firm = Q(pk__in=[]), Q(pk__in=[])
    if person.user_id is not None:
        mine |= Q(submitted_by_id=person.user_id) | Q(integrations__answered_by_id=person.user_id)
    if person.codice_fiscale:
        firm |= Q(enterprise__tax_code=person.codice_fiscale)
    sent = Application.objects.filter(mine | firm).order_by("pk").values_list("pk", flat=True).distinct()
    asked = ExpressionOfInterest.objects.filter(firm).order_by("pk").values_list("pk", flat=True)
    subjects = [*(f"application:{pk}" for pk in sent), *(f"interest:{pk}" for pk in asked)]
    return [row for subject in subjects for row in entries_about(subject)]
