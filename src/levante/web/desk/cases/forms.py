from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from levante.cases.api import referable_offices, states
from levante.identity.api import Office
from levante.web.components import choices


class CaseFilters(forms.Form):
    """Which requests to show."""

    q = forms.CharField(label=gettext_lazy("Number, subject or who asks"), required=False, max_length=200)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Office in charge"), required=False)
    mine = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        special = [
            ("", gettext("All states")),
            ("overdue", gettext("Past the term")),
            ("running", gettext("Term running")),
        ]
        fields["state"].choices = [*special, *choices.labelled(states.STATES)]
        fields["kind"].choices = choices.labelled(states.KINDS, empty=gettext("All kinds"))
        fields["office"].choices = choices.offices(
            Office.objects.order_by("kind", "name_it"), empty=gettext("All offices")
        )
        fields["mine"].choices = [("", gettext("Anybody’s")), ("1", gettext("Mine"))]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class DeskCaseForm(forms.Form):
    """A request that came by telephone, mail or at the desk."""

    channel = forms.ChoiceField(label=gettext_lazy("How it came"))
    kind = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What is asked"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    tax_code = forms.CharField(
        label=gettext_lazy("Tax code of the enterprise"),
        max_length=16,
        required=False,
        help_text=gettext_lazy("When an enterprise of the portal asks; otherwise fill in who asks."),
    )
    name = forms.CharField(label=gettext_lazy("Who asks"), max_length=200, required=False)
    organisation = forms.CharField(label=gettext_lazy("Organisation"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the answer"), choices=settings.LANGUAGES)
    consent = forms.BooleanField(
        label=gettext_lazy("Who asks was told how the data are used and agreed to be answered by e-mail"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["channel"].choices = choices.labelled(states.CHANNELS, ("phone", "email", "pec", "desk", "event"))
        fields["kind"].choices = choices.labelled(states.KINDS)
        fields["country"].choices = choices.countries(empty=gettext("Not given"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("tax_code"):
            for name in ("name", "email"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Needed when no enterprise is given."))
            if not cleaned.get("consent"):
                self.add_error("consent", gettext("Without it we cannot keep the contact."))
        return cleaned


class ReferForm(forms.Form):
    """To which agency, and what is asked of it."""

    office = forms.ChoiceField(label=gettext_lazy("Agency"))
    note_text = forms.CharField(
        label=gettext_lazy("What you ask of it"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["office"].choices = choices.offices(referable_offices())


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Internal note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why, when there is no answer"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
