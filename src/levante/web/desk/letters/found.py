"""Letters in the desk's search: by their numbers, by words of their subject."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.kernel.api import Actor
from levante.letters.api import KINDS, Letter
from levante.parties.api import answering
from levante.register.pure.numbers import quoted
from levante.web.desk.search.providers import Hit, Provider


def find(actor: Actor, text: str, limit: int, loose: bool) -> list[Hit]:
    number = quoted(text)
    seen = Letter.objects.visible_to(actor).select_related("enterprise").defer("body", "courtesy_body")
    if number is None and "/" not in text:
        rows = answering(seen, text, "subject", loose=loose).order_by("-likeness", "-pk")
    else:
        wanted = Q(protocol_number=text.strip().upper())
        if number is not None:
            wanted |= Q(register_number__in=number.written("letter.written"))
        rows = seen.filter(wanted).order_by("-pk")
    language = get_language() or "it"
    return [
        Hit(
            f"{row} · {row.subject or row.enterprise.name}",
            reverse("desk:letter", args=[row.pk]),
            " · ".join(
                [
                    row.enterprise.name,
                    KINDS[row.kind].label.in_language(language),
                    row.state_label.in_language(language),
                ]
            ),
        )
        for row in rows[:limit]
    ]


PROVIDERS = [Provider(gettext_lazy("Letters"), find, rank=27, page="desk:letter")]
