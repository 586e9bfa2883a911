"""A request as who asked reads it, on the pages of enterprises and of partners: its state, its words, what can be added."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext, gettext_lazy

from levante.cases.api import CASES, Case, case_of, list_cases, may_write, reopen_case, states, write_in_case
from levante.kernel.api import Actor


class TextForm(forms.Form):
    """Some words in a case."""

    text = forms.CharField(label=gettext_lazy("Message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))


def requests_of(actor: Actor) -> Any:
    """The requests of the party acted for, the most urgent first."""
    party = actor.party
    return list_cases(actor).filter(**{f"{party.kind}_id": party.id} if party is not None else {"pk__in": []})


def with_states(cases: Any) -> list[dict[str, Any]]:
    return [{"case": case, "state": states.STATES[case.state], "tone": states.TONES[case.state]} for case in cases]


def request_of(request: HttpRequest, pk: int) -> Case:
    """A request of the party acted for, also for a person who is staff elsewhere; else 404."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_of(actor, pk)
    if case is None or case.party is None or case.party != actor.party:
        raise Http404
    return case


def page_of(actor: Actor, case: Case) -> dict[str, Any]:
    """What its page shows; the offices' notes are theirs."""
    may_reopen = bool(CASES.may("reopen", actor, case, state=case.state))
    return {
        "case": case,
        "state": states.STATES[case.state],
        "tone": states.TONES[case.state],
        "kind": states.KINDS[case.kind],
        "written": [
            {"message": message, "kind": states.MESSAGE_KINDS[message.kind]}
            for message in case.messages.all()
            if message.kind != states.NOTE
        ],
        "form": TextForm() if may_reopen or may_write(actor, case) else None,
        "may_reopen": may_reopen,
    }


def add_words(request: HttpRequest, case: Case, action: str) -> None:
    """Add something (``scrivi``), or ask again (``riapri``); what happened is told on the next page."""
    form = TextForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write something: nothing was sent."))
        return
    actor, text = request.actor, form.cleaned_data["text"]  # type: ignore[attr-defined]
    if action == "riapri":
        reopen_case(actor=actor, case=case, text=text)
        messages.success(request, gettext("The request is open again, with a new term."))
    else:
        write_in_case(actor=actor, case=case, text=text)
        messages.success(request, gettext("Your message is in the request."))
