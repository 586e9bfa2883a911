"""Keys with which the enterprise's own programs read its data."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_POST

from levante.api.api import ApiToken, create_token, revoke_token
from levante.kernel.api import Refused
from levante.web.access import for_enterprise


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=100,
        help_text=gettext_lazy("For instance: our management software"),
    )
    days = forms.IntegerField(label=gettext_lazy("For how many days?"), min_value=1, max_value=365, initial=90)


@for_enterprise()
def tokens(request: HttpRequest) -> HttpResponse:
    """The keys there are, and a form for a new one; a new key is shown once, on the answer to the form."""
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = create_token(actor=request.actor, **form.cleaned_data)
            form = TokenForm()
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.reason.in_language(get_language()))
    rows = ApiToken.objects.visible_to(request.actor).in_force()
    return render(request, "portal/tokens/tokens.html", {"form": form, "rows": rows, "made": made})


@for_enterprise()
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    revoke_token(actor=request.actor, token=get_object_or_404(ApiToken.objects.visible_to(request.actor), pk=pk))
    return redirect("portal:tokens")
