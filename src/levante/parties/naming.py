"""Explanations told with names: a case calls an enterprise by its tax code and a person by a number, and what is kept of it
(frozen checks, questions decided on) holds no name. Who reads gets the names that are theirs to know (GDPR art. 5(1)(c))."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from levante.kernel.api import Actor
from levante.parties.models import Enterprise, Person

Case = dict[str, Any]

_PERSON = re.compile(r"persona n\. (\d+)\b")

#: What is told of a line of an explanation, or of a question, in each language.
_TEXTS = ("text", "question", "text_en", "question_en")


def person_in_case(person_id: int) -> str:
    """How a case calls a person."""
    return f"persona n. {person_id}"


def in_english(text: str) -> str:
    """A text whose people are called by number, in English."""
    return _PERSON.sub(r"person no. \1", text)


def with_names(lines: Iterable[Case], enterprises: Iterable[Enterprise] = (), *, actor: Actor) -> list[Case]:
    """The lines of an explanation (``text``) and questions (``question``), in both languages, with these enterprises by name,
    and by name the people that ``actor`` may know; the others stay a number. One query when people are told of."""
    found = list(lines)
    names = {one.tax_code: f"{one.name} ({one.tax_code})" for one in enterprises}
    numbers = {int(number) for line in found for key in _TEXTS for number in _PERSON.findall(line.get(key) or "")}
    people = _known(actor, numbers) if numbers else {}

    def told(key: str, text: str) -> str:
        for code, name in names.items():
            text = text.replace(code, name)
        text = _PERSON.sub(lambda match: people.get(int(match[1]), match[0]), text)
        return in_english(text) if key.endswith("_en") else text

    return [line | {key: told(key, line[key]) for key in _TEXTS if line.get(key)} for line in found]


def _known(actor: Actor, numbers: set[int]) -> dict[int, str]:
    """The people whom an actor may know by name: their own to see, and who holds the enterprise acted for, which declares
    them itself."""
    rows = Person.objects.visible_to(actor).filter(pk__in=numbers, erased_at__isnull=True)
    if actor.enterprise_id is not None and "read" in actor.scopes:
        held = Q(holdings__owned_id=actor.enterprise_id)
        rows = rows | Person.objects.filter(held, pk__in=numbers, erased_at__isnull=True).distinct()
    return {one.pk: f"{one} ({person_in_case(one.pk)})" for one in rows}
