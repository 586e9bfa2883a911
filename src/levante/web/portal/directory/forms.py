"""What an enterprise writes in its public profile."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from levante.directory.api import Profile, states
from levante.web.components import choices
from levante.web.components import directory as shared
from levante.web.components.forms import DayField, FileInput
from levante.web.templatetags.levante import in_language

_LONG = {"rows": 5}


class FactsForm(forms.Form):
    """Texts in both languages, sectors, languages, markets, and the contacts that are to be shown."""

    summary_it = forms.CharField(
        label=gettext_lazy("What you do, in Italian"), required=False, max_length=2000, widget=forms.Textarea(_LONG),
        help_text=gettext_lazy("Three or four sentences: what you make, since when, what makes it different."),
    )  # fmt: skip
    summary_en = forms.CharField(
        label=gettext_lazy("What you do, in English"), required=False, max_length=2000, widget=forms.Textarea(_LONG),
        help_text=gettext_lazy("Buyers abroad read this."),
    )  # fmt: skip
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"), required=False, widget=forms.CheckboxSelectMultiple
    )
    capacity_it = forms.CharField(
        label=gettext_lazy("How much you make, in Italian"), required=False, max_length=200,
        help_text=gettext_lazy("With its unit: “40.000 bottiglie l’anno”."),
    )  # fmt: skip
    capacity_en = forms.CharField(label=gettext_lazy("How much you make, in English"), required=False, max_length=200)
    minimum_it = forms.CharField(
        label=gettext_lazy("The least you sell at once, in Italian"), required=False, max_length=200
    )
    minimum_en = forms.CharField(
        label=gettext_lazy("The least you sell at once, in English"), required=False, max_length=200
    )
    price_band = forms.ChoiceField(label=gettext_lazy("Price band"), required=False)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which you can be written to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    markets_served = forms.MultipleChoiceField(
        label=gettext_lazy("Countries you sell to"), required=False, widget=forms.SelectMultiple({"size": 8}),
        help_text=gettext_lazy("With a keyboard: Ctrl and the arrows move, the space bar chooses."),
    )  # fmt: skip
    markets_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Countries where you look for customers"), required=False,
        widget=forms.SelectMultiple({"size": 8}),
    )  # fmt: skip
    public_website = forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=200, assume_scheme="https"
    )
    public_email = forms.EmailField(
        label=gettext_lazy("E-mail to be shown"), required=False,
        help_text=gettext_lazy("What you leave empty is not shown: buyers can write to you from here anyway."),
    )  # fmt: skip
    public_phone = forms.CharField(label=gettext_lazy("Telephone to be shown"), required=False, max_length=30)
    public_person = forms.CharField(label=gettext_lazy("Whom to ask for"), required=False, max_length=200)
    person_agrees = forms.BooleanField(
        label=gettext_lazy("The person named agrees that their name is public"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sectors"].choices = choices.sectors()
        fields["price_band"].choices = choices.labelled(states.PRICE_BANDS, empty=gettext("Not said"))
        fields["languages"].choices = shared.languages()
        countries = choices.countries()[1:]
        fields["markets_served"].choices = fields["markets_wanted"].choices = countries


class ProductForm(forms.Form):
    """A product with its code."""

    hs_code = forms.CharField(
        label=gettext_lazy("HS code"), max_length=15,
        help_text=gettext_lazy("The first four or six digits of the customs code of your invoices: 1509.20. Buyers search by it."),
    )  # fmt: skip
    name_it = forms.CharField(label=gettext_lazy("Name in Italian"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    text_it = forms.CharField(
        label=gettext_lazy("A few words in Italian"), required=False, max_length=600, widget=forms.Textarea({"rows": 3})
    )
    text_en = forms.CharField(
        label=gettext_lazy("A few words in English"), required=False, max_length=600, widget=forms.Textarea({"rows": 3})
    )


class CertificationForm(forms.Form):
    """A certification, as the enterprise tells it."""

    kind = forms.ChoiceField(label=gettext_lazy("Certification"))
    name = forms.CharField(
        label=gettext_lazy("What it is called"), required=False, max_length=120,
        help_text=gettext_lazy("Only when it is not in the list."),
    )  # fmt: skip
    issuer = forms.CharField(label=gettext_lazy("Who issued it"), max_length=200)
    number = forms.CharField(label=gettext_lazy("Number"), required=False, max_length=80)
    valid_until = DayField(
        label=gettext_lazy("Valid until"), required=False,
        help_text=gettext_lazy("The day after it is no longer shown. Empty: it does not end."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = choices.labelled(states.certifications(), empty=gettext("Choose"))


class PhotoForm(forms.Form):
    """A photograph, and what is seen in it."""

    upload = forms.FileField(
        label=gettext_lazy("Photograph"), widget=FileInput(accept=".jpg,.jpeg,.png"),
        help_text=gettext_lazy("JPEG or PNG, up to 10 MB. Where and with what it was taken is left out. Only what you may publish."),
    )  # fmt: skip
    product = forms.ChoiceField(label=gettext_lazy("Of which product"), required=False)
    alt_it = forms.CharField(
        label=gettext_lazy("What is seen, in Italian"), required=False, max_length=200,
        help_text=gettext_lazy("For who cannot see it. Of a product, its name when you leave this empty."),
    )  # fmt: skip
    alt_en = forms.CharField(label=gettext_lazy("What is seen, in English"), required=False, max_length=200)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        known = [(str(one.pk), in_language(one, "name")) for one in profile.products.all()]
        fields["product"].choices = [("", gettext("Of the enterprise")), *known]


class AnswerForm(forms.Form):
    """What the enterprise answers."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=5000, widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy("The buyer receives it as you write it: use a language they read. “We do not make it” is an answer."),
    )  # fmt: skip
