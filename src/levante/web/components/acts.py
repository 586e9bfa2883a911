"""Acts where one chooses one: by number, day and object, as people say them."""

from django import forms
from django.utils.translation import get_language

from levante.kernel.pure import reads_english
from levante.programme.api import Act

#: As much of its object as a choice shows.
LONGEST = 140


def act_told(act: Act) -> str:
    """``DD 123 del 04/05/2026 – Oggetto``, in the language at work."""
    told = act.told_en if reads_english(get_language()) else act.told_it
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


class ActField(forms.ModelChoiceField):
    def label_from_instance(self, act: Act) -> str:
        return act_told(act)
