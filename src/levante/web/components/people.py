"""People as forms write them, at the desk and in the portal."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from levante.kernel.pure import Bilingual
from levante.parties.api import Consent, Person, consent_wordings


class ContactForm(forms.Form):
    """A contact of an enterprise."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)


class PersonForm(forms.Form):
    """What is known of a person, to be put right (art. 16 GDPR)."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    @staticmethod
    def values_of(person: Person) -> dict[str, str]:
        return {name: getattr(person, name) for name in PersonForm.base_fields}


def with_wordings(history: Iterable[Consent]) -> list[tuple[Consent, Bilingual | None]]:
    """Each event of a consent with the text the person read; ``None`` for a version of before the texts were kept."""
    known = consent_wordings()
    return [(row, known[row.wording].text_of(row.purpose) if row.wording in known else None) for row in history]
