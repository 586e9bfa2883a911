"""Buyers, investors and institutions: opened and put right at the desk, a double pointed out, found by the search."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from levante.investment.api import Enquiry, receive_enquiry
from levante.kernel.api import Refused, system
from levante.kernel.models import AuditEntry
from levante.parties.api import Buyer, Institution, Investor, correct_counterpart, record_counterpart

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
SYSTEM = system("test")


@pytest.mark.parametrize(
    ("place", "model", "extra"),
    [
        ("buyer", Buyer, {"kind": "importer", "languages": ["de"], "language": "nl"}),
        ("investitori", Investor, {"kind": "fund"}),
        ("enti", Institution, {"kind": "university", "country": "IT"}),
    ],
)
def test_one_is_opened_found_and_put_right(
    officer: Callable[..., Any], signed_in: Callable[..., Any], place: str, model: Any, extra: dict[str, Any]
) -> None:
    desk = signed_in(officer("front_desk"))
    address = f"/ufficio/controparti/{place}/"
    values = {"name": "Käufer & Söhne", "country": "DE", "website": "https://kaeufer.example"} | extra
    assert desk.get(address + "nuovo/").status_code == 200
    assert desk.post(address + "nuovo/", values).status_code == 302
    row = model.objects.get()
    assert (row.name, row.country_id, row.kind) == ("Käufer & Söhne", values["country"], values["kind"])
    assert getattr(row, "written_in", "nl") == "nl", "kept, whether there is a catalogue or not yet"
    again = desk.post(address + "nuovo/", values | {"name": "KAUFER & SOHNE"})
    assert "name" in again.context["form"].errors
    assert f"{address}{row.pk}/" in again.content.decode(), "the one there is, to look at"
    assert desk.post(address + "nuovo/", values | {"name": "KAUFER & SOHNE", "although": "on"}).status_code == 302
    assert model.objects.count() == 2
    for page in (address, f"{address}?q=kaufer", f"{address}{row.pk}/", f"/en{address}{row.pk}/correggi/"):
        assert desk.get(page).status_code == 200, page
    chosen = {"country": values["country"], "kind": values["kind"]}
    assert "2" in str(desk.get(address, chosen).context["page"].paginator.count)
    assert not desk.get(address, chosen | {"country": "FR"}).context["rows"]
    sheet = b"".join(desk.get(address, chosen | {"q": "sohne", "export": "csv"}).streaming_content).decode()
    assert sheet.count("Germania" if values["country"] == "DE" else "Italia") == 2, "the same rows as a file"
    changed = values | {"name": "Käufer und Söhne", "email": "info@kaeufer.example"}
    assert desk.post(f"{address}{row.pk}/correggi/", changed).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.email) == ("Käufer und Söhne", "info@kaeufer.example")
    assert AuditEntry.objects.get(verb="parties.correct_counterpart").data["fields"] == ["email", "name"]
    assert f"{address}{row.pk}/" in desk.get(reverse("desk:search") + "?q=kaufer+und").content.decode()


def test_who_may_not_and_what_cannot_be(officer: Callable[..., Any], actor_for: Callable[..., Any]) -> None:
    clerk, finance = actor_for(officer("case_officer")), actor_for(officer("finance", given="Ida"))
    values = {"name": "Fondo", "kind": "fund", "country": "IT"}
    with pytest.raises(Refused):
        record_counterpart(actor=finance, model=Investor, values=values)
    for wrong, field in (({"kind": "cat"}, "kind"), ({"country": "ZZ"}, "country"), ({"email": "no"}, "email"),
                         ({"name": " "}, "name")):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            record_counterpart(actor=clerk, model=Investor, values=values | wrong)
        assert refusal.value.field == field
    row = record_counterpart(actor=clerk, model=Investor, values=values)
    before = AuditEntry.objects.count()
    correct_counterpart(actor=clerk, row=row, values=values)
    assert AuditEntry.objects.count() == before, "nothing changed, nothing to say"


def test_an_enquiry_is_tied_to_a_known_investor(officer: Callable[..., Any], signed_in: Callable[..., Any]) -> None:
    user = officer("case_officer")
    contact = {"name": "Jane", "email": "j@example.org", "organisation": "Doe", "country": "DE", "language": "en",
               "consent_wording": "1"}  # fmt: skip
    made = receive_enquiry(actor=SYSTEM, subject="A plant", text="We look", contact=contact)
    investor = record_counterpart(
        actor=SYSTEM, model=Investor, values={"name": "Doe", "kind": "company", "country": "DE"}
    )
    desk = signed_in(user)
    page = f"/ufficio/investitori/richieste/{made.pk}/"
    assert desk.get(page).status_code == 200
    assert desk.post(f"{page}chi/", {"investor": investor.pk}).status_code == 302
    assert Enquiry.objects.get().case.investor == investor
    assert f"/ufficio/controparti/investitori/{investor.pk}/" in desk.get(page).content.decode()
    desk.post(f"{page}chi/", {"investor": ""})
    assert Enquiry.objects.get().case.investor is None
