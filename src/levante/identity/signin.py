"""How people come in: by the form, or through an OpenID Connect gateway of SPID and CIE.

The codice fiscale is set only from a gateway's verified claim (never from a form): it is what joins a gateway's identity
to a person already known. An e-mail address never does, because anyone can write one in a form.
"""

import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django import forms
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.it import codicefiscale

from levante.identity.levels import reaches, with_two_factors
from levante.identity.models import User
from levante.identity.services import register_person, take_offers
from levante.kernel.actor import system
from levante.kernel.languages import language_now

#: Where gateways put the fiscal number: SPID's OpenID Connect profile, CIE's, and the plain names regional gateways use.
FISCAL_CLAIMS = (
    "https://attributes.spid.gov.it/fiscalNumber",
    "https://attributes.eid.gov.it/fiscal_number",
    "fiscal_number",
    "fiscalNumber",
)


def fiscal_code_of(claims: dict[str, Any]) -> str | None:
    """The valid Italian codice fiscale in a gateway's claims (``TINIT-`` form or bare), or none."""
    for part in (claims.get("userinfo"), claims.get("id_token"), claims):
        for name in FISCAL_CLAIMS if isinstance(part, dict) else ():
            text = re.sub(r"^TINIT-", "", str(part.get(name, "")).strip().upper())
            if codicefiscale.is_valid(text) and len(text) == 16:
                return text
    return None


def username_for_lockout(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What failed attempts are counted by: the address written in the form, whichever way it reached us."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login", "")
    return str(given).strip().lower()


def client_address(request: HttpRequest) -> str:
    """The one rule on where a request comes from, behind as many proxies as ``LEVANTE_PROXIES`` says."""
    return str(get_account_adapter().get_client_ip(request))


#: In the session: the sign-in through a gateway whose level was checked and means two factors.
STRONG_GATEWAY = "strong_gateway"


def used_second_factor(request: HttpRequest) -> bool:
    """Did this session sign in with a second factor or a passkey, or through a gateway that was held to two factors?"""
    strong = request.session.get(STRONG_GATEWAY)
    return any(
        record.get("method") == "mfa"
        or (record.get("method") == "socialaccount" and [record.get("provider"), record.get("uid")] == strong)
        for record in get_authentication_records(request, request.user)
    )


def locked_out(request: HttpRequest, original: Any = None, credentials: dict[str, Any] | None = None) -> Any:
    """The page after too many wrong passwords."""
    reason = _("Too many wrong attempts. Wait 15 minutes, or reset your password.")
    return render(request, "403.html", {"reason": reason}, status=429)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's account flows, told of our person."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: wrong passwords are counted by axes, by address and name together. By name alone, as allauth would,
        anybody could keep a person out."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.given_name = form.cleaned_data.get("given_name", "")
        user.family_name = form.cleaned_data.get("family_name", "")
        user.language = language_now()
        saved: User = super().save_user(request, user, form, commit)
        if commit:
            register_person(actor=system("sign-up"), user=saved, way="form")
        return saved

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> Any:
        """Who signs in takes the roles that were offered to their address."""
        take_offers(actor=system("sign-in"), user=user)
        return super().post_login(request, user, **details)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        from django.urls import reverse

        return reverse("site:today")


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Identities from gateways: without a fiscal number of sufficient level there is no way in."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = sociallogin.account.extra_data
        code = fiscal_code_of(claims)
        if code is None:
            self._refuse(
                request,
                _("The identity provider did not give a valid Italian fiscal code, so we cannot tell who you are."),
            )
        wanted = sociallogin.provider.app.settings.get("acr_values") if sociallogin.provider.app else None
        level = (claims.get("id_token") or {}).get("acr")
        if wanted and not reaches(level, wanted):
            self._refuse(request, _("This service needs a sign-in of a higher level (SPID level 2, or CIE)."))
        account = sociallogin.account
        request.session[STRONG_GATEWAY] = (
            [account.provider, account.uid] if wanted and with_two_factors(level) else None
        )
        if sociallogin.is_existing:
            if sociallogin.user.codice_fiscale != code:
                self._refuse(request, _("This identity does not match the person it was first used for."))
            return
        known = User.objects.filter(codice_fiscale=code, is_active=True).first()
        if known is not None:
            sociallogin.connect(request, known)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        claims = sociallogin.account.extra_data
        info = claims.get("userinfo") or claims.get("id_token") or claims
        user.given_name = str(info.get("given_name") or info.get("name") or "")[:100]
        user.family_name = str(info.get("family_name") or "")[:100]
        user.codice_fiscale = fiscal_code_of(claims)
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        register_person(actor=system("sign-up"), user=user, way=sociallogin.account.provider)
        return user

    def _refuse(self, request: HttpRequest, reason: str) -> None:
        raise ImmediateHttpResponse(render(request, "403.html", {"reason": reason}, status=403))


class SignupForm(forms.Form):
    """What we ask besides address and password."""

    given_name = forms.CharField(
        label=gettext_lazy("Given name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["given_name", "family_name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing to add: the adapter saved everything."""
