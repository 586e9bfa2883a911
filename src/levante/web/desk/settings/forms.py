from django import forms
from django.utils.translation import get_language, gettext_lazy

from levante.identity.api import Office, roles


class GrantForm(forms.Form):
    """A role offered to an address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail of the person"),
        help_text=gettext_lazy("Who owns it holds the role from their next sign-in, or from when they register."),
    )
    office = forms.ModelChoiceField(label=gettext_lazy("Office"), queryset=Office.objects.order_by("name_it"))
    role = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        language = get_language()
        self.fields["role"].choices = [(code, label.in_language(language)) for code, label in roles.LABELS.items()]  # type: ignore[attr-defined]
