"""The export check-up on screen: its form from the questionnaire, and what is open now to tie its actions to."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from levante.calls.api import Call, list_calls
from levante.competences.api import (
    EXPORT_CHECK_UP,
    Action,
    Offer,
    Questionnaire,
    Result,
    actions_for,
    questionnaire_on,
    support_on,
)
from levante.initiatives.api import open_to_interest
from levante.kernel.api import now, today
from levante.kernel.pure import reads_english


def present_questionnaire() -> Questionnaire | None:
    return questionnaire_on(EXPORT_CHECK_UP, on=today())


class CheckUpForm(forms.Form):
    """One question a field, with its options."""

    def __init__(self, questionnaire: Questionnaire, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        for number, question in enumerate(questionnaire.questions, 1):
            self.fields[question.code] = forms.ChoiceField(
                label=f"{number}. {question.text.in_language(language)}",
                help_text=question.help.in_language(language) if question.help else "",
                choices=[(option.code, option.text.in_language(language)) for option in question.as_listed],
                widget=forms.RadioSelect,
            )


#: Which of some calls are not for who asks, by their codes.
Unmet = Callable[[list[Call]], frozenset[str]]


def offers(*, audience: str, unmet: Unmet | None = None) -> list[Offer]:
    """What is open now: calls, initiatives that take interest, help, and asking for advice. Seven queries at most, and those
    of ``unmet``: the calls it names are not offered."""
    language = get_language() or "it"
    found = []
    cards = list_calls(instant=now()).open
    left_out = unmet([card.call for card in cards]) if unmet is not None else frozenset()
    for card in cards:
        if card.call.code in left_out:
            continue
        title = card.call.title_en if reads_english(language) else card.call.title_it
        found.append(
            Offer(
                "calls",
                title,
                _address("site:call", card.call.code),
                frozenset(s.code for s in card.call.sectors.all()),
                frozenset(card.call.strengthens),
            )
        )
    for row in open_to_interest()[:20]:
        title = row.title_en if reads_english(language) else row.title_it
        url = _address(f"{audience}:fair", row.code)
        found.append(Offer("fairs", title, url, frozenset(s.code for s in row.sectors.all())))
    for row in support_on(today())[:20]:
        title = row.title_en if reads_english(language) else row.title_it
        found.append(
            Offer(
                "support",
                title,
                _address("portal:support", row.code),
                frozenset(sector.code for sector in row.sectors.all()),
                frozenset(row.dimensions),
                frozenset(row.bands),
            )
        )
    advice = _address("portal:request_new")
    found.append(Offer("case", gettext("Ask the Section for advice"), f"{advice}?kind=advice"))
    return [offer for offer in found if offer.url]


def actions(
    questionnaire: Questionnaire,
    result: Result,
    *,
    audience: str,
    sectors: Iterable[str] = (),
    unmet: Unmet | None = None,
) -> list[Action]:
    return actions_for(questionnaire, result, offers(audience=audience, unmet=unmet), sectors=sectors)


def _address(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
