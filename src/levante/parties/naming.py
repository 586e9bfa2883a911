"""Explanations told with names: a case calls an enterprise by its tax code and a person by a number, and what is kept of it
(frozen checks, questions decided on) holds no name. Who reads gets the names that are theirs to know (GDPR art. 5(1)(c))."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext

from levante.identity.api import office_people
from levante.kernel.api import Actor
from levante.parties.models import Enterprise, Person
from levante.parties.models.people import SEES_PEOPLE

Case = dict[str, Any]

_PERSON = re.compile(r"\b(?:persona n\.|person no\.) (\d+)\b")
_TAX_CODE = re.compile(r"\b(?:\d{11}|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z])\b")

#: What is told of a line of an explanation, or of a question, in each language.
_TEXTS = ("text", "question", "text_en", "question_en")


def person_in_case(person_id: int) -> str:
    """How a case calls a person."""
    return f"persona n. {person_id}"


def in_english(text: str) -> str:
    """A text whose people are called by number, in English."""
    return _PERSON.sub(r"person no. \1", text)


def with_names(lines: Iterable[Case], enterprises: Iterable[Enterprise] = (), *, actor: Actor) -> list[Case]:
    """The lines of an explanation (``text``) and questions (``question``), in both languages, with enterprises by name, and by
    name the people that ``actor`` may know; the others stay a number.

    ``enterprises`` are those already at hand: one query finds the others, one the people, where the texts tell of any.
    """
    found = list(lines)
    texts = [line[key] for line in found for key in _TEXTS if line.get(key)]
    firms = {one.tax_code: one.name for one in enterprises}
    if others := {code for text in texts for code in _TAX_CODE.findall(text)} - firms.keys():
        firms |= dict(Enterprise.objects.filter(tax_code__in=others).values_list("tax_code", "name"))
    numbers = {int(number) for text in texts for number in _PERSON.findall(text)}
    people = _known(actor, numbers) if numbers else {}

    def told(key: str, text: str) -> str:
        for code, name in firms.items():
            text = text.replace(code, f"{name} ({code})")
        text = _PERSON.sub(lambda match: people.get(int(match[1]), match[0]), text)
        return in_english(text) if key.endswith("_en") else text

    return [line | {key: told(key, line[key]) for key in _TEXTS if line.get(key)} for line in found]


def told_by_name(text: str, *, actor: Actor) -> str:
    """A sentence that was kept or refused with codes and numbers (a refusal, why an award stopped), as ``with_names`` tells it."""
    return str(with_names([{"text": text}], actor=actor)[0]["text"])


def users_told(actor: Actor, user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """How each account is called to ``actor``: who acts for an office by name, the others by name to who may know them, as
    ``a person`` otherwise; nothing for a closed account. Three queries at most."""
    asked = {one for one in user_ids if one is not None}
    if not asked:
        return {}
    accounts = get_user_model().objects.filter(pk__in=asked)
    names = {one.pk: one.get_full_name() if one.is_active or one.given_name else "" for one in accounts}
    if actor.is_superuser or actor.in_section(*SEES_PEOPLE):
        return dict(names)
    told = office_people(asked) | {actor.user_id}
    told |= set(Person.objects.visible_to(actor).filter(user__in=asked).values_list("user_id", flat=True))
    return {pk: name if pk in told or not name else gettext("a person") for pk, name in names.items()}


def _known(actor: Actor, numbers: set[int]) -> dict[int, str]:
    """The people whom an actor may know by name: their own to see, and who holds the enterprise acted for, which declares
    them itself. Of two with one name, each with the number."""
    known = Q(pk__in=Person.objects.visible_to(actor).filter(pk__in=numbers).values("pk"))
    if actor.enterprise_id is not None and "read" in actor.scopes:
        known |= Q(pk__in=Person.objects.filter(holdings__owned_id=actor.enterprise_id).values("pk"))
    rows = Person.objects.filter(known, pk__in=numbers, erased_at__isnull=True)
    names = {one.pk: str(one) for one in rows}
    often = Counter(names.values())
    return {pk: name if often[name] == 1 else f"{name} ({person_in_case(pk)})" for pk, name in names.items()}
