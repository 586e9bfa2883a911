"""Requests in the desk's search."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.cases.api import Case, states, tells_people
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.register.pure.numbers import quoted
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    """By number, by subject, by who asked from outside."""
    seen, language = Case.objects.visible_to(actor), get_language()
    number = quoted(text)
    if number is not None:
        seen = seen if number.may_be("R") else seen.none()
        rows = seen.filter(year=number.year, sequence=number.place).order_by("pk")
    else:
        subjects = answering(seen, text, "subject", loose=loose)
        if loose:
            rows = subjects.order_by("-likeness", "-opened_at", "pk")
        else:
            asked = Q(contact__organisation__icontains=text)
            if tells_people(actor):
                asked |= Q(contact__name__icontains=text)
            rows = seen.filter(Q(pk__in=subjects.values("pk")) | asked).order_by("-opened_at", "pk")
    return [
        Hit(
            f"{case.number} · {case.subject}",
            reverse("desk:case", args=[case.pk]),
            f"{case.who_asks(actor)} · {states.STATES[case.state].in_language(language)}",
        )
        for case in rows.select_related("enterprise", "contact", "requested_by")[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Requests"), find, rank=30, page="desk:case")]
