"""The openings of a published call: suspended, reopened, closed early; moved on, given more money. Each with
words for the public and, where it amends the call, its act."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from levante.applications.api import money_of, on_act
from levante.calls.api import (
    CALLS,
    OPENINGS,
    Call,
    Opening,
    document_of,
    extend_opening,
    fund_opening,
    move_opening,
    write_seed,
)
from levante.kernel.api import ROME, now, today
from levante.programme.api import Act
from levante.web.access import for_desk
from levante.web.components.acts import ActField
from levante.web.components.forms import DayField, DayInput, EuroField, InstantInput, done
from levante.web.desk.calls.frame import page_of
from levante.web.desk.calls.roles import READERS, RUNNERS, actor_of, call_of, may_design


class OfAct(forms.Form):
    """The act that decides: one that is recorded, or one that is recorded now, by its number, day and title."""

    act = ActField(
        Act.objects.none(), label=_("Act that decides it"), to_field_name="code",
        error_messages={"required": _("The act that decides it is needed, with its number and day.")},
        help_text=_("Adopted, with its number and day. If it is not in the list, write it here below."),
    )  # fmt: skip
    act_number = forms.CharField(label=_("Or number of an act to be recorded"), max_length=40, required=False)
    act_date = DayField(label=_("Day of that act"), required=False, widget=DayInput())
    act_title = forms.CharField(label=_("Title of that act"), max_length=1000, required=False)

    def __init__(self, data: Any, opening: Opening, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        fields: dict[str, Any] = self.fields
        acts = Act.objects.filter(programme=opening.call.programme_id, adopted_on__lte=today()).exclude(number="")
        fields["act"].required = not (data or {}).get(self.add_prefix("act_number"))
        fields["act"].queryset = acts.filter(replaced_by__isnull=True).order_by("-adopted_on", "code")

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        asked["number"], asked["title"] = asked.pop("act_number", ""), asked.pop("act_title", "")
        asked["adopted_on"] = asked.pop("act_date", None)
        return asked


class Reason(OfAct):
    """Why an opening is suspended, reopened, closed: read by everybody."""

    reason_it = forms.CharField(label=_("Reason, for the public (Italian)"), widget=forms.Textarea({"rows": 2}))
    reason_en = forms.CharField(label=_("In English"), widget=forms.Textarea({"rows": 2}), required=False)


class Amendment(OfAct):
    """The act that amends the call, and what changes, for the public."""

    text_it = forms.CharField(label=_("What changes, for the public (Italian)"), widget=forms.Textarea({"rows": 2}))
    text_en = forms.CharField(label=_("In English"), widget=forms.Textarea({"rows": 2}), required=False)

    def __init__(self, data: Any, opening: Opening, **kwargs: Any) -> None:
        super().__init__(data, opening, **kwargs)
        last = (*OfAct.base_fields, "text_it", "text_en")
        self.order_fields([name for name in self.fields if name not in last])

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        asked["text"] = (asked.pop("text_it", ""), asked.pop("text_en", ""))
        return asked


class SeedOfDraw(OfAct):
    """The seed of the draw, read where the call said it would be, and the act that records it."""

    seed = forms.CharField(label=_("Seed of the draw"), max_length=200)

    def __init__(self, data: Any, opening: Opening, **kwargs: Any) -> None:
        super().__init__(data, opening, **kwargs)
        self.order_fields(["seed"])
        fields: dict[str, Any] = self.fields
        source = opening.seed_source or {}
        fields["seed"].help_text = source.get((get_language() or "it")[:2]) or source.get("it") or ""


class Extension(Amendment):
    closes_at = forms.DateTimeField(
        label=_("New closing (Italian time)"),
        widget=InstantInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def clean_closes_at(self) -> Any:
        value = self.cleaned_data["closes_at"]
        return value if value.tzinfo else value.replace(tzinfo=ROME)


class MoreMoney(Amendment):
    """The new budget, and that of each line where there are lines."""

    budget = EuroField(label=_("New budget"))

    def __init__(self, data: Any, opening: Opening, **kwargs: Any) -> None:
        self.lines = list(opening.lines.all())
        super().__init__(data, opening, **kwargs)
        fields: dict[str, Any] = self.fields
        language = (get_language() or "it")[:2]
        for line in self.lines:
            fields[f"line_{line.code}"] = EuroField(label=getattr(line, f"name_{language}"), initial=line.budget)

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        asked["lines"] = {
            line.code: asked.pop(f"line_{line.code}") for line in self.lines if f"line_{line.code}" in asked
        } or None
        return asked


#: What may be done to an opening: the word of the address -> its form, its service, what is said when it is done.
_AMENDING: dict[str, tuple[type[Amendment], Callable[..., object]]] = {
    "extend": (Extension, extend_opening), "fund": (MoreMoney, fund_opening),
}  # fmt: skip
_LABELS = {"extend": _("Move the closing on"), "fund": _("More money")}


def held_opening(request: HttpRequest, code: str, opening: str) -> tuple[Call, Opening]:
    call = call_of(request, code)
    held = get_object_or_404(Opening.objects.visible_to(actor_of(request)), call=call, code=opening)
    held.call = call
    return call, held


@for_desk(*READERS)
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, code: str, opening: str) -> HttpResponse:
    """An opening with its money, its history and what may be done to it."""
    call, held = held_opening(request, code, opening)
    what = request.POST.get("do", "") if request.method == "POST" else ""
    steps = _moves(request, held, what) + _amendments(request, call, held, what) + _draw(request, call, held, what)
    if any(step["done"] for step in steps):
        messages.success(request, gettext("Done: it is told on the public page of the call."))
        return redirect("desk:call_opening", code=code, opening=opening)
    return render(
        request,
        "desk/calls/opening.html",
        {
            **page_of(request, call, document_of(call), "opening"),
            "opening": held,
            "phase": held.phase(now()),
            "money": money_of(held),
            "lines": list(held.lines.all()),
            "steps": steps,
            "may_change": call.state == "published" and may_design(request, call),
            "events": list(call.events.filter(opening=held).select_related("user", "act")[:30]),
        },
    )


def _moves(request: HttpRequest, held: Opening, what: str) -> list[dict[str, Any]]:
    actor, steps = actor_of(request), []
    if held.call.state != "published" or not actor.has_role(*RUNNERS):
        return []
    for step in OPENINGS.available(actor, held, state=held.state):
        sent = request.POST if what == step.name else None
        form = Reason(sent, held, prefix=step.name)
        finished = done(request, form, on_act, write=move_opening, opening=held, transition=step.name)
        steps.append(
            _step(step.name, step.label.in_language(get_language()), form, finished, sent, danger=step.name == "close")
        )
    return steps


def _amendments(request: HttpRequest, call: Call, held: Opening, what: str) -> list[dict[str, Any]]:
    if call.state != "published" or not may_design(request, call):
        return []
    steps = []
    for name, (form_class, service) in _AMENDING.items():
        if name == "extend" and (held.closes_at is None or held.phase(now()).code == "closed"):
            continue
        sent = request.POST if what == name else None
        form = form_class(sent, held, prefix=name)
        steps.append(
            _step(name, str(_LABELS[name]), form, done(request, form, on_act, write=service, opening=held), sent)
        )
    return steps


def _draw(request: HttpRequest, call: Call, held: Opening, what: str) -> list[dict[str, Any]]:
    """The seed, once: when the window of a call with a draw is closed, for who publishes the call."""
    if not call.rule.uses_seed or held.seed or held.phase(now()).code != "closed":
        return []
    if not CALLS.transitions["publish"].allowed(actor_of(request), call):
        return []
    sent = request.POST if what == "seed" else None
    form = SeedOfDraw(sent, held, prefix="seed")
    return [
        _step(
            "seed",
            gettext("Write the seed of the draw"),
            form,
            done(request, form, on_act, write=write_seed, opening=held),
            sent,
        )
    ]


def _step(name: str, label: str, form: Any, finished: bool, sent: Any, *, danger: bool = False) -> dict[str, Any]:
    return {"name": name, "label": label, "form": form, "done": finished, "open": sent is not None, "danger": danger}
