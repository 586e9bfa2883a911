"""What the pages of a win have in common, for the enterprise and the office: facts, the link for the customer, what was realised."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy, override

from levante.kernel.api import Actor, Refused, today
from levante.kernel.pure import reads_english
from levante.web.access import may_open
from levante.web.components import choices
from levante.web.components.directory import languages
from levante.web.components.forms import EuroField, say
from levante.wins.api import (
    CustomerLetter,
    Share,
    Win,
    ask_customer,
    letter_language,
    letter_preview,
    letter_wording_on,
    may_correct,
    may_follow,
    may_withdraw,
    record_realised,
    send_customer_letter,
    states,
)


class RealisedForm(forms.Form):
    """Euro realised in a year, and the document that says so."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("Year since it was won"), coerce=int, choices=[(year, str(year)) for year in states.YEARS]
    )
    amount = EuroField(label=gettext_lazy("Euro realised"), min_value=0)
    source = forms.CharField(
        label=gettext_lazy("Document that says so"),
        max_length=300,
        help_text=gettext_lazy("For example the number of the invoice. If nothing came: zero, and why."),
    )


class LetterForm(forms.Form):
    """Whom the platform writes to for the enterprise, and in which language."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the customer"),
        max_length=254,
        help_text=gettext_lazy(
            "Of a person who knows of this business. It is erased when they answer, or when the link expires."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("A customer who reads another one is written to in English."),
    )
    declared = forms.BooleanField(label="", error_messages={"required": gettext_lazy("Declare whose address it is.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wording, fields = letter_wording_on(today()), self.fields
        fields["declared"].label = wording.declaration.in_language(get_language() or "it")
        fields["language"].choices = languages(wording.languages)  # type: ignore[attr-defined]


def win_of(request: HttpRequest, pk: int) -> Win:
    """The win, when the actor sees it."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = Win.objects.visible_to(actor).select_related("enterprise", "country", "sector", "buyer")
    found: Win = get_object_or_404(rows, pk=pk)
    return found


def facts_of(actor: Actor, win: Win) -> dict[str, Any]:
    """What the page of a win shows. Expected and realised stand in two columns, year by year: no sum puts them together."""
    expected = {row.year: row.expected for row in win.years.all()}
    realised = {row.year: row for row in win.realised.all()}
    shares = win.shares.select_related("initiative", "award__application__opening__call")
    answers_given = list(win.asks.exclude(answer="").order_by("-pk"))
    answered = next((one for one in answers_given if one.superseded_at is None), None)
    alive = win.asks.filter(ended_at__isnull=True, expires_on__gte=today()).first()
    return {
        "win": win, "state": states.STATES[win.state], "tone": states.TONES[win.state], "kind": states.KINDS[win.kind],
        "matter": states.MATTERS[win.matter], "anyway": states.ANSWERS[win.anyway], "sooner": states.ANSWERS[win.sooner],
        "years": [(year, expected.get(year), realised.get(year)) for year in states.YEARS],
        "expected_total": sum(expected.values(), Decimal("0.00")),
        "realised_total": sum((row.amount for row in realised.values()), Decimal("0.00")),
        "shares": [{"percent": row.percent, "name": name_of(row.initiative, row.award)} for row in shares],
        "buyer_url": reverse("desk:buyer", args=[win.buyer_id]) if win.buyer_id and may_open(actor, "desk:buyer") else "",
        "answered": answered, "alive": alive, "letter": _letter_of(win), "follows": bool(may_follow(actor, win)),
        "superseded": [one for one in answers_given if one.superseded_at is not None],
        "corrects": bool(may_correct(actor, win)), "withdraws": bool(may_withdraw(actor, win)),
        "asks": win.state in states.OPEN and today() <= win.confirm_by,
    }  # fmt: skip


def _letter_of(win: Win) -> dict[str, Any] | None:
    """The last letter that the platform was to send to the customer. One query."""
    row = CustomerLetter.objects.filter(ask__win=win).order_by("-pk").first()
    if row is None:
        return None
    return {
        "row": row, "state": states.LETTERS[row.state], "tone": states.LETTER_TONES[row.state],
        "at": row.ended_at or row.sent_at or row.made_at,
    }  # fmt: skip


def name_of(initiative: Any, award: Any) -> str:
    """An initiative or a grant, in the language at work."""
    english = reads_english(get_language())
    if initiative is not None:
        return str(initiative.title_en if english else initiative.title_it)
    call = award.application.opening.call
    return f"{call.title_en or call.title_it}" if english else str(call.title_it)


def origins(found: tuple[list[Any], list[Any]]) -> list[tuple[str, str]]:
    """What a win may be attributed to, as choices: ``i`` and ``a`` with the id."""
    initiatives, awards = found
    mine = [(f"i{one.pk}", name_of(one, None)) for one in initiatives]
    return mine + [(f"a{one.pk}", f"{name_of(None, one)} · {one.cup or one.pk}") for one in awards]


def share_of(code: str, percent: Decimal) -> Share:
    """One of ``origins`` as the service takes it."""
    number = int(code[1:])
    return Share(percent, initiative_id=number) if code[0] == "i" else Share(percent, award_id=number)


def ask(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """A new link for the customer, with the letter to send it: shown now and never again."""
    win = win_of(request, pk)
    made, token = ask_customer(actor=request.actor, win=win)  # type: ignore[attr-defined]
    with override("en"):
        address = request.build_absolute_uri(reverse("site:win_confirm", args=[token]))
    context = {"win": win, "ask": made, "address": address, "back": reverse(f"{audience}:win", args=[win.pk])}
    response = render(request, f"{audience}/wins/letter.html", context)
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


def send(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """The platform sends the link: to whom, in which language, with what it will write shown before."""
    win = win_of(request, pk)
    if win.state not in states.OPEN or today() > win.confirm_by:
        # Its page says that the customer answered, or that the term passed.
        return redirect(f"{audience}:win", pk=win.pk)
    form = LetterForm(request.POST or None, initial={"language": letter_language(win)})
    if request.method == "POST" and form.is_valid():
        try:
            send_customer_letter(actor=request.actor, win=win, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            messages.success(request, gettext("The letter is about to leave: its state is told here."))
            return redirect(f"{audience}:win", pk=win.pk)
    letters = [
        (code, name, letter_preview(win, code), code == letter_language(win))
        for code, name in languages(letter_wording_on(today()).languages)
    ]
    back = reverse(f"{audience}:win", args=[win.pk])
    context = {"form": form, "win": win, "letters": letters, "back": back}
    return render(request, f"{audience}/wins/send.html", context)


def realised(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """Write what a win came to in a year."""
    win = win_of(request, pk)
    form = RealisedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_realised(actor=request.actor, win=win, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            say(form, refusal)
        else:
            return redirect(f"{audience}:win", pk=win.pk)
    context = {
        "form": form, "win": win, "title": gettext("What it came to"), "lead": "",
        "back": reverse(f"{audience}:win", args=[win.pk])
    }  # fmt: skip
    return render(request, f"{audience}/wins/form.html", context)


def answers() -> choices.Choices:
    return choices.labelled(states.ANSWERS, [states.YES, states.NO, states.UNKNOWN])
