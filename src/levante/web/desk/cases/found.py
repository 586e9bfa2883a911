"""Requests in the desk's search."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.cases.api import Case, states, tells_people
from levante.kernel.api import Actor
from levante.parties.api import answering
from levante.register.pure.numbers import quoted
from levante.web.searching import Hit, Kind, noted


def rows(actor: Actor, text: str, loose: bool) -> "QuerySet[Any] | None":
    """By number, by subject, by who asked from outside."""
    seen = Case.objects.visible_to(actor)
    number = quoted(text)
    if number is not None:
        if not number.may_be("R"):
            return None
        return seen.filter(year=number.year, sequence=number.place).order_by("pk")
    subjects = answering(seen, text, "subject", loose=loose)
    if loose:
        return subjects.order_by("-likeness", "-opened_at", "pk")  # type: ignore[no-any-return]
    asked = Q(contact__organisation__icontains=text)
    if tells_people(actor):
        asked |= Q(contact__name__icontains=text)
    return seen.filter(Q(pk__in=subjects.values("pk")) | asked).order_by("-opened_at", "pk")


def shown(actor: Actor, case: Case) -> Hit:
    return Hit(
        f"{case.number} · {case.subject}",
        reverse("desk:case", args=[case.pk]),
        noted(case.who_asks(actor), states.STATES[case.state].in_language(get_language())),
    )


PROVIDERS = [
    Kind(
        gettext_lazy("Requests"),
        rows,
        shown,
        whole=lambda: Case.objects.select_related("enterprise", "buyer", "investor", "contact", "requested_by"),
        rank=30,
        page="desk:case",
    )
]
