"""One timeline over every room; one list of clients to act for; what can I get with the headroom among its reasons."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.aid.test_positions import receive

from levante.cases.api import open_case
from levante.kernel.api import now, system, today
from levante.parties.api import Mandate
from levante.web.desk.enterprises.timeline import contributors
from levante.web.portal.opportunities.sources import Headroom, headroom_requirement

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


def test_the_timeline_is_of_every_room(enterprise: Maker, officer: Maker, signed_in: Maker) -> None:
    rooms = {module.__name__.split(".")[-2] for module in contributors()}
    assert rooms >= {"aid", "applications", "awards", "cases", "initiatives"}
    firm = enterprise()
    aid = receive(firm, "1000.00", today() - timedelta(days=30), measure_title="Voucher")
    page = signed_in(officer()).get(f"/ufficio/imprese/{firm.pk}/").content.decode()
    assert f"/ufficio/aiuti/righe/{aid.pk}/" in page
    # Who does not work on aid does not read of it there either.
    page = signed_in(officer("communication", given="Ugo")).get(f"/ufficio/imprese/{firm.pk}/").content.decode()
    assert f"/ufficio/aiuti/righe/{aid.pk}/" not in page


@pytest.fixture
def consultant(enterprise: Maker, person: Maker) -> Any:
    user = person("Paolo", "Marangi")
    for number in range(40):
        Mandate.objects.create(
            user=user, enterprise=enterprise(f"Cliente {number:02d} S.r.l."), kind="consultant", scopes=["read", "apply"],
            state="confirmed", since=today(), requested_at=now(), decided_at=now(),
        )  # fmt: skip
    return user


def test_a_consultant_finds_a_client_and_stays_on_the_page(consultant: Any, signed_in: Maker) -> None:
    first, other = (
        row.enterprise for row in Mandate.objects.order_by("enterprise__name").select_related("enterprise")[:2]
    )
    browser = signed_in(consultant, first)
    page = browser.get("/impresa/la-mia-impresa/").content.decode()
    assert "/impresa/agisci-per/?next=%2Fimpresa%2Fla-mia-impresa%2F" in page
    page = browser.get("/impresa/agisci-per/", {"next": "/impresa/la-mia-impresa/", "q": "cliente 33"})
    assert [row["mandate"].holder.name for row in page.context["rows"]] == ["Cliente 33 S.r.l."]
    assert browser.get("/impresa/agisci-per/", {"q": other.tax_code}).context["rows"][0]["mandate"].holder == other
    nobody = browser.get("/impresa/agisci-per/", {"q": "nessuno"})
    assert nobody.context["rows"] == []
    assert 'name="q"' in nobody.content.decode(), "the search stays"
    values = {"party": f"enterprise:{other.pk}", "next": "/impresa/la-mia-impresa/?x=1"}
    assert browser.post("/impresa/agisci-per/", values)["Location"] == "/impresa/la-mia-impresa/?x=1"
    assert other.name in browser.get("/impresa/la-mia-impresa/").content.decode()
    # What is of one enterprise alone gives way to the list it is in.
    for address, instead in (
        ("/impresa/domande/999/", "/impresa/domande/"),
        ("/impresa/domande/999/riepilogo/", "/impresa/domande/"),
        ("/impresa/fiere/x/", "/impresa/fiere/"),
        ("https://example.org/", "/impresa/"),
    ):
        sent = browser.post("/impresa/agisci-per/", {"party": f"enterprise:{first.pk}", "next": address})
        assert sent["Location"] in (instead, instead.replace("/impresa/", "/oggi/")), address
        browser.post("/impresa/agisci-per/", {"party": f"enterprise:{other.pk}", "next": "/impresa/"})


@pytest.mark.parametrize(
    ("residual", "amount", "outcome"),
    [
        ("300000", "9000", "yes"),
        ("5000", "9000", "unknown"),
        ("9000", "9000", "yes"),
        ("0", "9000", "no"),
        ("5", None, "yes"),
    ],
)
def test_headroom_is_one_of_the_reasons(residual: str, amount: str | None, outcome: str) -> None:
    headroom = Headroom(Decimal(residual), Decimal(300_000), None, undecided=False)
    asked = Decimal(amount) if amount else None
    assert headroom_requirement(headroom, asked).outcome == outcome
    doubtful = Headroom(Decimal(residual), Decimal(300_000), None, undecided=True)
    assert headroom_requirement(doubtful, asked).outcome == "unknown"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_can_i_get_compares_everything(
    enterprise: Maker, representative: Maker, signed_in: Maker, prefix: str
) -> None:
    firm = enterprise()
    receive(firm, "250000.00", today() - timedelta(days=30))
    browser = signed_in(representative(firm), firm)
    page = browser.get(f"{prefix}/impresa/opportunita/")
    assert ("50.000,00" if not prefix else "50,000.00") in page.content.decode()
    groups = {code: count for code, _, count in page.context["groups"]}
    assert groups["help"] >= 2
    only = browser.get(f"{prefix}/impresa/opportunita/", {"group": "fair"})
    assert all(one.group == "fair" for one in only.context["found"])
    assert browser.get(f"{prefix}/impresa/opportunita/", {"group": "x", "outcome": "y"}).status_code == 200


def test_an_account_is_closed_with_the_person_behind_it(person: Maker, signed_in: Maker, client: Any) -> None:
    from levante.parties.api import Person

    user = person("Elio", "Neri")
    browser = signed_in(user)
    file = browser.post("/impresa/i-miei-dati/file/").json()
    assert file["account"]["email"] == user.email
    assert Person.objects.get().family_name == "Neri"
    assert browser.post("/utenza/chiudi/").status_code == 302
    gone = Person.objects.get()
    assert (gone.family_name, gone.email, gone.user, gone.erased_at is not None) == ("", "", None, True)
    user.refresh_from_db()
    assert (user.is_active, user.given_name) == (False, "")


def test_an_account_with_a_mandate_says_why_it_stays(
    enterprise: Maker, representative: Maker, signed_in: Maker, actor_for: Maker
) -> None:
    from levante.parties.api import ensure_person

    firm = enterprise()
    user = representative(firm)
    ensure_person(actor=actor_for(user), user=user)
    page = signed_in(user).post("/utenza/chiudi/")
    assert "deleghe" in page.content.decode()
    user.refresh_from_db()
    assert user.is_active


def test_a_person_from_outside_is_exported_and_erased(officer: Maker, signed_in: Maker, actor_for: Maker) -> None:
    from levante.cases.api import Case, ExternalContact, close_case, states

    office = officer("front_desk")
    actor = actor_for(office)
    case = open_case(
        actor=system("test"), kind=states.QUESTION, channel="web", subject="Sites", text="My name is John Doe",
        contact={"name": "John Doe", "email": "john@example.org", "organisation": "Doe Ltd", "consent_wording": "1"},
    )  # fmt: skip
    contact = ExternalContact.objects.get()
    browser = signed_in(office)
    assert "John Doe" in browser.get("/ufficio/persone/esterne/").content.decode()
    assert browser.get(f"/ufficio/persone/esterne/{contact.pk}/").status_code == 200
    file = browser.post(f"/ufficio/persone/esterne/{contact.pk}/dati/").json()
    assert (file["contact"]["email"], file["requests"][0]["number"]) == ("john@example.org", case.number)
    browser.post(f"/ufficio/persone/esterne/{contact.pk}/cancella/")
    contact.refresh_from_db()
    assert contact.name == "John Doe", "while a request is open nothing is erased"
    close_case(actor=actor, case=case, reason="done")
    browser.post(f"/ufficio/persone/esterne/{contact.pk}/cancella/")
    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.organisation) == ("", "", "")
    kept = Case.objects.get()
    assert (kept.number, kept.contact_id) == (case.number, contact.pk)
    assert "John Doe" not in browser.get(f"/ufficio/persone/esterne/{contact.pk}/").content.decode()
    assert "John Doe" not in browser.get(f"/ufficio/richieste/{case.pk}/").content.decode()
