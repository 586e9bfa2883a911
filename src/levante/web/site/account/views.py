"""My account: how I sign in, what is held about me, and how to leave."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from levante.identity.api import close_account, personal_data
from levante.kernel.api import Refused
from levante.parties.api import Person, erase_person
from levante.web.access import signed_in


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "site/account/account.html", {"data": personal_data(request.user)})


@signed_in
def close(request: HttpRequest) -> HttpResponse:
    """Ask, then close: the person is forgotten; what was submitted stays with the offices as the law requires."""
    if request.method != "POST":
        return render(request, "site/account/close.html")
    try:
        with transaction.atomic():
            person = Person.objects.filter(user_id=request.user.pk).first()
            if person is not None:
                erase_person(actor=request.actor, person=person)  # and with it the account
            else:
                close_account(actor=request.actor, user=request.user)
    except Refused as refusal:
        return render(request, "site/account/close.html", {"reason": refusal.reason.in_language(get_language())})
    logout(request)
    return redirect("site:home")
