from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.investment.api import states
from levante.kernel.api import now
from levante.web.components import choices
from levante.web.components.forms import EuroField
from levante.web.site.invest.traps import OLDEST, QUICKEST, Token, new_token, read_token


class OpportunityFilters(forms.Form):
    """Which opportunities to show."""

    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))
        fields["kind"].choices = choices.labelled(states.KINDS, empty=gettext("All kinds"))

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class ProjectForm(forms.Form):
    """What an investor asks, and what it has in mind."""

    text = forms.CharField(
        label=gettext_lazy("What would you like to know or to do?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("A few lines are enough. Leave out anything confidential: we will call you."),
    )
    opportunity = forms.ChoiceField(label=gettext_lazy("Opportunity"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("How you would invest"))
    announced_capex = EuroField(label=gettext_lazy("Investment you have in mind, in euro"), required=False, min_value=0)
    announced_jobs = forms.IntegerField(
        label=gettext_lazy("Jobs you have in mind"), required=False, min_value=0, max_value=100_000
    )

    def __init__(self, *args: Any, opportunities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["opportunity"].choices = [("", gettext("None in particular")), *opportunities]
        fields["sector"].choices = choices.sectors(empty=gettext("Not decided yet"))
        fields["mode"].choices = choices.labelled(states.MODES)
        fields["mode"].initial = "unknown"


class OutsideForm(forms.Form):
    """Who writes from outside: the least that an answer needs, and what stands in place of a captcha."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("We answer here."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I have read how my data are used: only to answer this enquiry, by the Section and, if needed, one of its agencies."
        )
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=400, required=False)
    #: The field people do not see: whoever fills it is a machine.
    homepage = forms.CharField(required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["country"].choices = choices.countries(empty=gettext("Choose"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("homepage"):
            raise forms.ValidationError(
                gettext(
                    "A field meant to stay empty was filled in. Please reload the page and try again, or write to us."
                )
            )
        self.cleaned_data["read_token"] = self._token(str(cleaned.get("token", "")))
        return cleaned

    def _token(self, text: str) -> Token | None:
        found = read_token(text)
        age = now() - found.at if found else None
        if age is None or age > OLDEST or age.total_seconds() < 0:
            self.renew()
            self.add_error(
                None, gettext("The page had been open for too long. Check what you wrote and send it again.")
            )
            return None
        if age < QUICKEST:
            self.add_error(None, gettext("That was very quick. Check what you wrote and send it again."))
            return None
        return found

    def renew(self) -> None:
        """Show the form again with a fresh token and everything that was written."""
        data = self.data.copy()
        data["token"] = new_token()
        self.data = data


class EnquiryForm(ProjectForm, OutsideForm):
    """An enquiry of an investor from outside."""

    field_order = (*ProjectForm.base_fields, *OutsideForm.base_fields)
