from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from levante.initiatives.api import Initiative
from levante.kernel.pure import reads_english
from levante.programme.api import vocabulary
from levante.web.components import choices

#: The kinds that the calendar of fairs and missions shows.
KINDS = (
    "fair", "mission", "incoming", "press", "investor_event", "b2b", "workshop", "showroom", "retail", "virtual",
)  # fmt: skip


class CalendarFilters(forms.Form):
    """Which fairs and missions to show."""

    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    market = forms.ChoiceField(label=gettext_lazy("Market"), required=False)
    when = forms.ChoiceField(label=gettext_lazy("When"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sector"].choices = choices.sectors(empty=gettext("All sectors"))
        fields["kind"].choices = choices.labelled(vocabulary.INITIATIVE_KINDS, KINDS, empty=gettext("All kinds"))
        name = "market__name_en" if reads_english(get_language()) else "market__name_it"
        there = set(Initiative.objects.public().order_by().values_list("market__code", name))
        fields["market"].choices = [("", gettext("All markets")), *sorted(there, key=lambda one: one[1])]
        fields["when"].choices = [("", gettext("To come")), ("past", gettext("Past"))]

    def chosen(self) -> dict[str, str]:
        """The values that are valid; the others count as not given."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
