"""My account: how I sign in, what is held about me, and how to leave."""

import json

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from levante.identity.api import close_account, personal_data
from levante.kernel.api import today
from levante.parties.api import mandates_in_force
from levante.web.access import signed_in


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "site/account/account.html", {"data": personal_data(request.user)})


@signed_in
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything identity and the mandates hold about me, as JSON (GDPR art. 20)."""
    data = personal_data(request.user)
    data["mandates"] = [
        {"enterprise": m.enterprise.name, "kind": m.kind, "scopes": m.scopes, "since": m.since.isoformat()}
        for m in mandates_in_force(request.user.pk, today())
    ]
    return HttpResponse(
        json.dumps(data, ensure_ascii=False, indent=2),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="levante-my-data.json"'},
    )


@signed_in
def close(request: HttpRequest) -> HttpResponse:
    """Ask, then close: the person is forgotten; what was submitted stays with the offices as the law requires."""
    if request.method != "POST":
        return render(request, "site/account/close.html")
    close_account(actor=request.actor, user=request.user)
    logout(request)
    return redirect("site:home")
