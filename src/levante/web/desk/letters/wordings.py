"""Saved texts: those of one's office by use, a new one, another version, no longer offered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from levante.identity.api import Office, roles
from levante.kernel.api import Actor
from levante.kernel.pure import reads_english
from levante.letters.api import NAMES, PLACEHOLDERS, USES, Wording, may_write_for, retire_wording, save_wording
from levante.web.access import for_desk
from levante.web.components.forms import done

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.AGENCY_STAFF, roles.AUDITOR, roles.FRONT_DESK)


class WordingForm(forms.Form):
    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none(), empty_label=None)
    use = forms.ChoiceField(label=_("What it is for"))
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("As you will look for it: short."))
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 6}), max_length=8000)

    def __init__(self, *arguments: Any, offices: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        language = get_language() or "it"
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["office"].label_from_instance = (  # type: ignore[attr-defined]
            lambda office: office.name_en if reads_english(language) else office.name_it
        )
        self.fields["use"].choices = [(code, words.in_language(language)) for code, words in USES.items()]  # type: ignore[attr-defined]


@for_desk(*READERS)
def wordings(request: HttpRequest) -> HttpResponse:
    """The texts in use, by what they are for; a new one at the end."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    offices = _offices(actor)
    form = WordingForm(request.POST or None, offices=offices) if offices.exists() else None
    if form is not None and done(request, form, save_wording):
        messages.success(request, gettext("The text is saved."))
        return redirect("desk:wordings")
    rows = Wording.objects.visible_to(actor).in_use().with_text().select_related("office")
    groups: dict[str, list[Wording]] = {code: [] for code in USES}
    for row in rows:
        groups[row.use].append(row)
    return render(
        request,
        "desk/letters/wordings.html",
        {
            "groups": [{"use": USES[code], "rows": found} for code, found in groups.items() if found],
            "form": form,
            "names": [{"name": f"{{{name}}}", "words": PLACEHOLDERS[name]} for name in NAMES],
        },
        status=422 if form is not None and form.is_bound else 200,
    )


@for_desk(*READERS)
def wording(request: HttpRequest, pk: int) -> HttpResponse:
    """One text, with its versions; changing it makes another."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = get_object_or_404(Wording.objects.visible_to(actor).with_text().select_related("office"), pk=pk)
    form = None
    if shown.retired_at is None and may_write_for(actor, shown.office):
        initial = {"office": shown.office, "use": shown.use, "title": shown.title, "text": shown.text}  # type: ignore[attr-defined]
        form = WordingForm(request.POST or None, offices=Office.objects.filter(pk=shown.office_id), initial=initial)
        if done(request, form, save_wording, wording=shown):
            messages.success(request, gettext("The text is saved."))
            return redirect("desk:wording", shown.pk)
    return render(
        request,
        "desk/letters/wording.html",
        {"wording": shown, "form": form, "versions": shown.versions.select_related("made_by")},
        status=422 if form is not None and form.is_bound else 200,
    )


@for_desk(*READERS)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    retire_wording(actor=actor, wording=get_object_or_404(Wording.objects.visible_to(actor), pk=pk))
    messages.success(request, gettext("The text is no longer offered."))
    return redirect("desk:wordings")


def _offices(actor: Actor) -> Any:
    """The offices one writes for: for the Section's people every office that manages calls, for an agency's their own."""
    rows = Office.objects.exclude(kind=Office.PART).order_by("kind", "code")
    mine = [office.pk for office in rows if may_write_for(actor, office)]
    return Office.objects.filter(pk__in=mine).order_by("-kind", "code")
