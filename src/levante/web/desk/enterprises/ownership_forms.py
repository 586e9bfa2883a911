"""Who holds an enterprise, as an officer writes it and as the enterprise declares it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from levante.parties.api import TERMS, Institution, OwnershipLink
from levante.web.components import choices
from levante.web.components.forms import DayField, DayInput, NumberField

#: The kinds of holder, in the order people meet them.
HOLDERS = {
    "enterprise": _("An enterprise in Italy"),
    "person": _("A person"),
    "institution": _("A public body, a fund or another institution"),
    "abroad": _("An enterprise abroad"),
}


def share(label: Any, help_text: Any = "") -> NumberField:
    return NumberField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        help_text=help_text,
    )


class TermsForm(forms.Form):
    """How, how much, from when to when, and how one knows."""

    kind = forms.ChoiceField(label=_("How it holds it"), choices=OwnershipLink.KINDS)
    capital = share(_("Share of the capital (percent)"), _("Only for a share: control has a row of its own."))
    votes = share(_("Votes in the assembly (percent)"), _("When they differ from the capital. Empty: as the capital."))
    same_market = forms.ChoiceField(
        label=_("Do the firms this person holds work on the same or on adjacent markets?"),
        required=False,
        choices=[("", _("not known")), ("true", _("yes")), ("false", _("no"))],
        help_text=_("It matters when a person holds several firms (Rec. 2003/361, annex, art. 3(3))."),
    )
    since = DayField(label=_("Since"), required=False, widget=DayInput())
    until = DayField(label=_("Until (included)"), required=False, widget=DayInput())
    evidence = forms.CharField(
        label=_("What it rests on"),
        required=False,
        max_length=300,
        help_text=_("As “visura of 3 March 2026” or “shareholders’ book, page 12”."),
    )

    def __init__(self, *arguments: Any, person: bool = True, **names: Any) -> None:
        super().__init__(*arguments, **names)
        if not person:
            del self.fields["same_market"]

    def terms(self) -> dict[str, Any]:
        """The terms as the services want them."""
        values = {name: self.cleaned_data.get(name) for name in TERMS}
        values["same_market"] = {"true": True, "false": False}.get(str(values["same_market"] or ""))
        return values

    @staticmethod
    def terms_of(link: OwnershipLink) -> dict[str, Any]:
        """What a link says, to begin a form with."""
        found = {name: getattr(link, name) for name in TERMS}
        for name in ("capital", "votes"):
            if found[name] is not None:
                found[name] = found[name].normalize()
        found["same_market"] = "" if link.same_market is None else "true" if link.same_market else "false"
        return found


class SourceMixin(forms.Form):
    source = forms.ChoiceField(label=_("Source"), choices=OwnershipLink.SOURCES, initial="register")


class HolderForm(TermsForm):
    """A new holder of a kind: only the fields that this kind needs."""

    holder = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(label=_("Tax code (codice fiscale)"), max_length=20, required=False)
    name = forms.CharField(label=_("Name"), max_length=300, required=False)
    given = forms.CharField(label=_("Given name"), max_length=100, required=False)
    institution = forms.ChoiceField(label=_("Body"), required=False)
    institution_kind = forms.ChoiceField(
        label=_("Kind of body, if it is not in the list"),
        required=False,
        choices=[("", "–"), *Institution.KINDS],
        help_text=_("It matters to the size: some holders up to 50 % are not partners (annex, art. 3(2))."),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    field_order = ("holder", "code", "given", "name", "institution", "institution_kind", "country", *TERMS)

    NEEDS = {
        "enterprise": ("code", "name"),
        "person": ("given", "name", "code"),
        "institution": ("institution", "name", "institution_kind"),
        "abroad": ("name", "country"),
    }

    def __init__(self, *arguments: Any, holder: str, **names: Any) -> None:
        super().__init__(*arguments, person=holder == "person", **names)
        self.holder = holder
        fields: dict[str, Any] = self.fields
        fields["holder"].initial = holder
        for name in ("code", "name", "given", "institution", "institution_kind", "country"):
            if name not in self.NEEDS[holder]:
                del fields[name]
        if holder == "enterprise":
            fields["code"].required = True
            fields["name"].help_text = _("Only when the enterprise has no file yet.")
        if holder == "person":
            fields["name"].label = _("Family name")
            fields["name"].required = fields["given"].required = True
            fields["code"].help_text = _("With it the same person is recognised in other enterprises too.")
        if holder == "abroad":
            fields["name"].required = fields["country"].required = True
            fields["country"].choices = [pair for pair in choices.countries() if pair[0] != "IT"]
        if holder == "institution":
            bodies = Institution.objects.order_by("search_name", "id").values_list("pk", "name")[:500]
            fields["institution"].choices = [("", "–"), *((str(pk), name) for pk, name in bodies)]
            fields["name"].label = _("Or its name")

    def whose(self) -> dict[str, Any]:
        """The holder as the services want it."""
        return {"holder": self.holder} | {name: self.cleaned_data.get(name) or "" for name in self.NEEDS[self.holder]}


class DeskHolderForm(HolderForm, SourceMixin):
    field_order = (*HolderForm.field_order, "source")


class CorrectLinkForm(TermsForm, SourceMixin):
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)


class EndLinkForm(forms.Form):
    on = DayField(label=_("Last day"), widget=DayInput())


class VerifyLinkForm(forms.Form):
    evidence = forms.CharField(label=_("What proves it"), max_length=300)


class MembershipForm(forms.Form):
    """A district or a supply chain the enterprise belongs to from a day."""

    network = forms.ChoiceField(label=_("District or supply chain"))
    since = DayField(label=_("Since"), widget=DayInput())
    role = forms.CharField(label=_("As"), max_length=120, required=False, help_text=_("Founder, supplier, research…"))

    def __init__(self, *arguments: Any, networks: list[Any], **names: Any) -> None:
        super().__init__(*arguments, **names)
        fields: dict[str, Any] = self.fields
        fields["network"].choices = [("", "–"), *networks]
