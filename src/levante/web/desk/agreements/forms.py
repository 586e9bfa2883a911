from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.identity.api import Office, RoleGrant, User, roles
from levante.kernel.api import code_from_name
from levante.programme.api import vocabulary
from levante.promotion.api import states
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput, FileInput
from levante.web.desk.initiatives.forms import acts

#: How many parties the form has room for.
MOST_PARTIES = 6
DOCUMENTS = ".pdf,.p7m,.docx,.odt"
EVIDENCE = ".pdf,.p7m,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods"


class AgreementFilters(forms.Form):
    q = forms.CharField(label=gettext_lazy("Title or party"), required=False, max_length=200)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.STATES, empty=gettext("All states"))

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class AgreementForm(forms.Form):
    """An agreement to enter or correct; its parties are a form each."""

    title_it = forms.CharField(label=gettext_lazy("Title in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    summary_it = forms.CharField(
        label=gettext_lazy("Summary in Italian"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    summary_en = forms.CharField(
        label=gettext_lazy("Summary in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple, required=False
    )
    expires_on = DayField(
        label=gettext_lazy("Last day of the first term"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Empty when the text does not say it: then it does not expire by itself."),
    )
    renewal = forms.ChoiceField(label=gettext_lazy("Renewal"))
    renewal_months = forms.IntegerField(
        label=gettext_lazy("Months of a tacit renewal"), required=False, min_value=1, max_value=600
    )
    clearance = forms.ChoiceField(label=gettext_lazy("Clearance of the government (L. 131/2003 art. 6)"))
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Office that follows it"))
    owner = forms.ChoiceField(
        label=gettext_lazy("Owner"),
        required=False,
        help_text=gettext_lazy("Who is told before it expires; without one, those of the office who keep agreements."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=500,
        help_text=gettext_lazy("Where it is written: the signed text, an act, a page."),
    )
    confidence = forms.ChoiceField(label=gettext_lazy("How sure"))
    note_it = forms.CharField(
        label=gettext_lazy("Note in Italian"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    note_en = forms.CharField(
        label=gettext_lazy("Note in English"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    upload = forms.FileField(
        label=gettext_lazy("Text of the agreement"),
        required=False,
        widget=FileInput(accept=DOCUMENTS),
        help_text=gettext_lazy(
            "PDF, P7M, DOCX or ODT up to 10 MB. Once signed it is on the public page: leave out what is not public."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        keepers = RoleGrant.objects.filter(
            role__in=[roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF], until=None
        )
        people = User.objects.filter(pk__in=keepers.values("user"), is_active=True).order_by(
            "family_name", "given_name", "pk"
        )
        fields["kind"].choices = choices.labelled(states.KINDS)
        fields["sectors"].choices = choices.sectors()
        fields["renewal"].choices = choices.labelled(states.RENEWALS)
        fields["clearance"].choices = choices.labelled(states.CLEARANCES)
        fields["act"].choices = acts(empty=gettext("None"))
        fields["office"].choices = choices.offices(Office.objects.order_by("-kind", "name_it"))
        fields["owner"].choices = [("", gettext("The office")), *[(str(row.pk), str(row)) for row in people]]
        fields["confidence"].choices = choices.labelled(
            {code: words for code, words in vocabulary.CONFIDENCE.items() if code != vocabulary.INVENTED}
        )

    def code(self) -> str:
        return code_from_name(self.cleaned_data["title_it"], instead="accordo")


class PartyForm(forms.Form):
    """One party, and who signs for it."""

    name_it = forms.CharField(label=gettext_lazy("Name in Italian"), max_length=300)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=300, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    signatory_role_it = forms.CharField(
        label=gettext_lazy("Office of who signs, in Italian"), max_length=200, required=False
    )
    signatory_role_en = forms.CharField(
        label=gettext_lazy("Office of who signs, in English"), max_length=200, required=False
    )

    def __init__(self, *args: Any, countries: choices.Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["country"].choices = countries


Parties = forms.formset_factory(
    PartyForm,
    extra=1,
    min_num=2,
    validate_min=True,
    max_num=MOST_PARTIES,
    validate_max=True,
    can_delete=True,
    can_delete_extra=False,
)


class SignForm(forms.Form):
    signed_on = DayField(label=gettext_lazy("Signed on"), widget=DayInput)
    in_force_from = DayField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Empty: from the signature."),
    )


class RenewForm(forms.Form):
    expires_on = DayField(label=gettext_lazy("New last day"), widget=DayInput)
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["act"].choices = acts(empty=gettext("None"))


class EndForm(forms.Form):
    on = DayField(label=gettext_lazy("On what day"), widget=DayInput)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea({"rows": 2}))


class CommitmentForm(forms.Form):
    title_it = forms.CharField(label=gettext_lazy("Commitment, in Italian"), max_length=300)
    title_en = forms.CharField(label=gettext_lazy("Commitment, in English"), max_length=300, required=False)
    office = forms.ChoiceField(label=gettext_lazy("Office that has it"))
    deadline = DayField(label=gettext_lazy("By"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["office"].choices = choices.offices(Office.objects.order_by("-kind", "name_it"))


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("Outcome"))
    outcome = forms.CharField(
        label=gettext_lazy("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    upload = forms.FileField(
        label=gettext_lazy("Evidence"),
        required=False,
        widget=FileInput(accept=EVIDENCE),
        help_text=gettext_lazy("The report, the minutes, a picture: up to 10 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = choices.labelled(states.COMMITMENT_STATES, ("met", "missed", "dropped"))
