"""What letters have to say in “Today”: those that did not arrive, those silent for too long, those that cannot leave."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.letters.api import FAILURES, KINDS, WHAT_TO_DO, Letter, runs_to_start, to_follow
from levante.web.worklist import Item, first_of, others


def my_turn(actor: Actor) -> Iterable[Item]:
    """Letters of one's own files that want somebody, runs of letters to be started. Two queries."""
    if not actor.has_role(roles.CASE_OFFICER, roles.DIRECTOR, roles.AGENCY_STAFF):
        return
    language = get_language() or "it"
    runs, more = first_of(runs_to_start(actor))
    for run in runs:
        yield Item(
            run.title_en if reads_english(language) else run.title_it,
            reverse("desk:letter_run", args=[run.pk]),
            gettext("letters to be started"),
            gettext("They are prepared: look at some, then start."),
            tone="attention",
            rank=35,
            shared=True,
        )
    yield from others(more, reverse("desk:letter_runs"), gettext("letters to be started"), shared=True)
    rows, left = first_of(to_follow(actor).select_related("enterprise").defer("body", "courtesy_body"))
    for letter in rows:
        kind = KINDS[letter.kind].label.in_language(language)
        yield Item(
            f"{letter.reference} · {letter.enterprise.name}",
            reverse("desk:letter", args=[letter.pk]),
            gettext("letter to look at"),
            f"{kind}: {_why(letter, language)}",
            tone="attention",
            rank=38 if letter.failure else 40,
        )
    yield from others(left, f"{reverse('desk:letters')}?state=wanted&officer=mine", gettext("letter to look at"))


def _why(letter: Letter, language: str) -> str:
    if letter.failure:
        reason = FAILURES[letter.failure].in_language(language)
        return f"{reason}; {WHAT_TO_DO[letter.failure][0].in_language(language)}"
    if letter.problem_label is not None:
        return letter.problem_label.in_language(language)
    return gettext("no receipt came for more than a day")
