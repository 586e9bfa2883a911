"""Buyers and investors sign in: invited, acting for one of three kinds, each seeing what is its own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from tests.entering import enter

from levante.cases.api import Case, answer_case, assign_case
from levante.kernel.api import ENTERPRISE, Party, now, today
from levante.parties.api import Buyer, Correction, Investor, Invitation, Mandate, invitation_token
from levante.parties.invitation_mail import send_invitation_mail
from levante.web.acting import page_for_another

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


def by_link(email: str) -> Any:
    return Mandate.objects.get(user__email=email)


@pytest.fixture
def world(demonstration: None) -> dict[str, Any]:
    """The people abroad of the demonstration and what they act for."""
    names = ("klaus.brandt", "yuki.tanabe", "elin.bergstrom", "daniel.foster")
    users = {name: Mandate.objects.filter(user__email__startswith=name).first().user for name in names}  # type: ignore[union-attr]
    return users | {
        "hanse": Buyer.objects.get(name__startswith="Hanse"),
        "kumo": Buyer.objects.get(name__startswith="Kumo"),
        "boreas": Investor.objects.get(name__startswith="Boreas"),
        "atlas": Investor.objects.get(name__startswith="Atlas"),
    }


def test_from_the_invitation_to_the_first_page(world: dict[str, Any], officer: Maker, person: Maker) -> None:
    clerk = enter(officer("communication", given="Ada"))
    address = f"/ufficio/controparti/buyer/{world['hanse'].pk}/"
    assert "Who acts for it" in clerk.get(f"/en{address}").content.decode()
    terms = {"email": "new.one@example.org", "language": "en", "kind": "delegate", "scopes": ["meet"]}
    page = clerk.post(f"/en{address}invita/", terms)
    assert page.status_code == 200, "without a document nothing is sent"
    assert clerk.post(f"/en{address}invita/", terms | {"act": "Extract"}).status_code == 302
    row = Invitation.objects.get(email="new.one@example.org")
    send_invitation_mail(row.pk)
    link = next(word for word in mail.outbox[-1].body.split() if "/en/inviti/" in word)
    path = "/" + link.split("/", 3)[3]
    page = Client().get(path).content.decode()
    assert "Hanse Boat Supplies" in page
    assert "Create an account" in page
    assert "Sign in" in page
    stranger = enter(person("Ugo", "Neri"))
    assert "another address" in stranger.get(path).content.decode()
    assert stranger.post(f"{path}accetta/").status_code == 403
    user = person("Nina", "Olsen", email="new.one@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    nina = enter(user)
    assert "Hanse Boat Supplies" in nina.get("/en/impresa/agisci-per/").content.decode(), "found without the mail too"
    sent = nina.post(f"{path}accetta/")
    assert sent.url == "/en/partner/"
    page = nina.get(sent.url).content.decode()
    assert "Hanse Boat Supplies" in page
    assert "Fairs and meetings" in page
    assert nina.get("/en/partner/profilo/correggi/").status_code == 403, "her mandate is to meet, not to correct"
    assert Client().get("/inviti/made-up/").status_code == 404


def test_who_has_one_mandate_only_is_not_asked(world: dict[str, Any]) -> None:
    elin = enter(world["elin.bergstrom"])
    assert elin.get("/en/oggi/").url == "/en/partner/"
    assert elin.get("/en/partner/").status_code == 200
    klaus = enter(world["klaus.brandt"])
    assert klaus.get("/partner/fiere/").url == "/partner/fiere/", "straight to the page, acting for the only one"
    assert klaus.get("/partner/fiere/").status_code == 200
    assert "agisci-per" in klaus.get("/impresa/domande/").url, "an enterprise's page is no buyer's"
    # One who lost the mandate they had chosen is asked, lest they write for another without noticing.
    lost = enter(world["elin.bergstrom"], "investor:999999")
    assert "agisci-per" in lost.get("/partner/").url
    assert "agisci-per" in enter(world["elin.bergstrom"]).post("/partner/richieste/nuova/").url


def test_who_has_many_chooses_among_the_three_kinds(world: dict[str, Any], enterprise: Maker) -> None:
    user, firm = world["daniel.foster"], enterprise("Terza S.r.l.")
    Mandate.objects.create(
        user=user, enterprise=firm, kind="consultant", scopes=["read"], state="confirmed", since=today(),
        requested_at=now(), decided_at=now(),
    )  # fmt: skip
    Mandate.objects.create(
        user=user, buyer=world["kumo"], kind="delegate", scopes=["read"], act="x", state="confirmed", since=today(),
        requested_at=now(), decided_at=now(),
    )  # fmt: skip
    daniel = enter(user)
    page = daniel.get("/partner/opportunita/").url
    shown = daniel.get(page).content.decode()
    for name in ("Atlas Aerostructures LLC", "Levantine Growth Fund", "Kumo Select", "Terza S.r.l."):
        assert name in shown
    atlas = f"investor:{world['atlas'].pk}"
    sent = daniel.post("/impresa/agisci-per/", {"party": atlas, "next": "/partner/opportunita/"})
    assert (sent.url, daniel.get(sent.url).status_code) == ("/partner/opportunita/", 200)
    sent = daniel.post("/impresa/agisci-per/", {"party": f"enterprise:{firm.pk}", "next": "/partner/opportunita/"})
    assert sent.url == "/impresa/", "the page of another kind gives way to the first page"
    for wrong in (f"investor:{world['boreas'].pk}", "buyer:0", "king:1", "", "buyer:" + "9" * 30):
        assert daniel.post("/impresa/agisci-per/", {"party": wrong}).status_code == 404
    assert page_for_another("/partner/richieste/7/", Party("buyer", 1)) == "/partner/richieste/"
    assert page_for_another("/impresa/domande/", Party("buyer", 1)) == "/partner/"
    assert page_for_another("/impresa/domande/7/", Party(ENTERPRISE, 1)) == "/impresa/domande/"


def test_an_investor_follows_its_own_enquiries(world: dict[str, Any], officer: Maker, actor_for: Maker) -> None:
    elin = enter(world["elin.bergstrom"], f"investor:{world['boreas'].pk}")
    atlas = enter(world["daniel.foster"], f"investor:{world['atlas'].pk}")
    today_page = elin.get("/en/partner/").content.decode()
    assert "Read the answer" in today_page
    assert "In the hands of the offices" in today_page
    case = Case.objects.filter(investor=world["boreas"], state="answered").get()
    shown = elin.get(f"/en/partner/richieste/{case.pk}/").content.decode()
    assert "northern half is free" in shown
    assert case.number in shown
    assert str(case.owner) in shown
    for who in (atlas, enter(world["klaus.brandt"], f"buyer:{world['hanse'].pk}")):
        assert who.get(f"/en/partner/richieste/{case.pk}/").status_code == 404
        assert who.post(f"/en/partner/richieste/{case.pk}/scrivi/", {"text": "x"}).status_code == 404
    assert elin.get("/en/impresa/richieste/").status_code == 302
    new = elin.get("/en/partner/richieste/nuova/?opportunity=area-retroportuale-taranto")
    form = new.context["form"]
    values = {
        "text": "May we visit?",
        "opportunity": form.initial["opportunity"],
        "mode": "unknown",
        "key": form.initial["key"],
    }
    assert values["opportunity"]
    first, again = elin.post(new.request["PATH_INFO"], values), elin.post(new.request["PATH_INFO"], values)
    assert first.url == again.url, "sent twice, it is one"
    made = Case.objects.order_by("-pk")[0]
    assert (made.requester, made.party, made.enquiry.opportunity.code) == (
        "investor", Party("investor", world["boreas"].pk), "area-retroportuale-taranto",
    )  # fmt: skip
    clerk = actor_for(officer("case_officer", given="Ida"))
    answer_case(actor=clerk, case=assign_case(actor=clerk, case=made), text="On Monday.")
    notice = world["elin.bergstrom"].notices.order_by("-pk")[0]
    assert notice.path == f"/partner/richieste/{made.pk}/"
    assert str(notice.title_en) in elin.get("/en/impresa/messaggi/").content.decode()
    assert elin.post(f"/en/impresa/messaggi/{notice.pk}/apri/").url == f"/en/partner/richieste/{made.pk}/"
    assert elin.post(f"/en/partner/richieste/{made.pk}/riapri/", {"text": "Which Monday?"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "reopened"


def test_an_enquiry_from_outside_is_found_once_it_is_tied(world: dict[str, Any], officer: Maker) -> None:
    outside = Case.objects.get(contact__organisation__startswith="Nordvind")
    elin = enter(world["elin.bergstrom"])
    assert elin.get(f"/partner/richieste/{outside.pk}/").status_code in {302, 404}
    elin.get("/partner/")
    assert elin.get(f"/partner/richieste/{outside.pk}/").status_code == 404
    clerk = enter(officer("director", given="Ida"))
    clerk.post(f"/ufficio/investitori/richieste/{outside.enquiry.pk}/chi/", {"investor": world["boreas"].pk})
    shown = elin.get(f"/partner/richieste/{outside.pk}/")
    assert shown.status_code == 200
    assert outside.contact.email not in shown.content.decode(), "who wrote stays with the offices"
    clerk.post(f"/ufficio/investitori/richieste/{outside.enquiry.pk}/chi/", {"investor": ""})
    assert elin.get(f"/partner/richieste/{outside.pk}/").status_code == 404


def test_a_profile_is_corrected_by_proposing(world: dict[str, Any], officer: Maker) -> None:
    klaus = enter(world["klaus.brandt"])
    klaus.get("/en/partner/")
    home = klaus.get("/de/partner/").content.decode()
    for words in ('<html lang="de"', "Heute", "Messen und Treffen", 'hreflang="it"', 'hreflang="en"'):
        assert words in home
    assert klaus.get("/de/ufficio/?x=1").url == "/en/ufficio/?x=1", "the offices have the two languages alone"
    form = klaus.get("/en/partner/profilo/correggi/").context["form"]
    values = {name: form.initial.get(name) or "" for name in form.fields} | {
        "website": "https://hanse.example",
        "sectors": ["nautica"],
    }
    assert klaus.post("/en/partner/profilo/correggi/", values | {"name": ""}).status_code == 200
    assert klaus.post("/en/partner/profilo/correggi/", values).url == "/en/partner/profilo/"
    one = Correction.objects.get(buyer=world["hanse"])
    assert one.changes == {"website": ["", "https://hanse.example"]}
    assert "https://hanse.example" in klaus.get("/en/partner/profilo/").content.decode()
    clerk = enter(officer("front_desk", given="Ida"))
    assert "Hanse Boat" in clerk.get("/ufficio/imprese/correzioni/").content.decode()
    assert "https://hanse.example" in clerk.get(f"/ufficio/imprese/correzioni/{one.pk}/").content.decode()
    clerk.post(f"/ufficio/imprese/correzioni/{one.pk}/", {"decision": "accept", "reason": "seen"})
    world["hanse"].refresh_from_db()
    assert world["hanse"].website == "https://hanse.example"
    klaus.post(
        "/en/partner/profilo/correggi/", values | {"name": "Hanse Boat Supplies SE", "website": world["hanse"].website}
    )
    other = Correction.objects.get(buyer=world["hanse"], state="proposed")
    yuki = enter(world["yuki.tanabe"], f"buyer:{world['kumo'].pk}")
    assert yuki.post(f"/en/partner/profilo/correzioni/{other.pk}/ritira/").status_code == 403
    assert klaus.post(f"/en/partner/profilo/correzioni/{other.pk}/ritira/").status_code == 302
    other.refresh_from_db()
    assert other.state == "withdrawn"


def test_a_buyer_asks_to_take_part(world: dict[str, Any], officer: Maker) -> None:
    yuki = enter(world["yuki.tanabe"], f"buyer:{world['kumo'].pk}")
    page = yuki.get("/en/partner/fiere/").content.decode()
    assert "moda-micam" in page
    assert "pesca-seafood" not in page
    assert yuki.get("/en/partner/fiere/pesca-seafood/").status_code == 404
    assert yuki.post("/en/partner/fiere/moda-micam/", {"looking_for": " "}).status_code == 200
    for _ in range(2):
        assert yuki.post("/en/partner/fiere/moda-micam/", {"looking_for": "Knitwear"}).status_code == 302
    interest = world["kumo"].interests.get(initiative__code="moda-micam")
    assert (interest.looking_for, interest.state) == ("Knitwear", "expressed")
    desk = enter(officer("case_officer", given="Ida")).get("/ufficio/iniziative/moda-micam/").content.decode()
    assert "Kumo Select" in desk
    assert "Knitwear" in desk
    klaus = enter(world["klaus.brandt"], f"buyer:{world['hanse'].pk}")
    assert klaus.post("/en/partner/fiere/moda-micam/ritira/").status_code == 404
    yuki.post("/en/partner/fiere/moda-micam/ritira/")
    interest.refresh_from_db()
    assert interest.state == "withdrawn"
    interest.initiative.starts_on = today() - timedelta(days=1)
    interest.initiative.save(update_fields=["starts_on"])
    page = yuki.post("/en/partner/fiere/moda-micam/", {"looking_for": "Too late"})
    assert "already begun" in page.content.decode()
    assert enter(world["elin.bergstrom"], f"investor:{world['boreas'].pk}").get("/partner/fiere/").status_code == 302


def test_the_data_of_a_person_say_for_whom_they_acted(world: dict[str, Any]) -> None:
    elin = enter(world["elin.bergstrom"])
    file = elin.post("/impresa/i-miei-dati/file/").json()
    assert file["mandates"][0] | {"since": ""} == {
        "for": "Boreas Renewables AB", "party": "investor", "kind": "legal_representative", "scopes": [],
        "state": "confirmed", "since": "", "until": None,
    }  # fmt: skip
    assert file["invitations"][0]["state"] == "accepted"
    assert {row["subject"].split(" – ")[1] for row in file["requests"]} == {"Boreas Renewables AB"}
    assert "deleghe" in elin.post("/utenza/chiudi/").content.decode(), "a mandate in force must be given up first"
    mandate = by_link(world["elin.bergstrom"].email)
    elin.post(f"/impresa/deleghe/{mandate.pk}/", {"decision": "revoke"})
    assert elin.get("/partner/").status_code == 302
    assert elin.post("/utenza/chiudi/").status_code == 302
    assert Invitation.objects.get(mandate=mandate).email == ""
    assert invitation_token(Invitation.objects.get(mandate=mandate))
