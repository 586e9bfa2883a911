"""What is published of an award that was reduced, then revoked; and of a natural person whom the call protects."""

import csv
from decimal import Decimal

import pytest

from levante.calls.api import Call
from levante.grants.api import Award, reduce_award
from levante.kernel.api import system, today
from levante.parties.api import Enterprise
from levante.programme.api import record_act
from levante.web.site.calls.rankings import _granted as named_in_rankings

BOT, D = system("test"), Decimal


def reduced(award, amount, number):
    act = record_act(
        actor=BOT, triennium=award.act.line.triennium, code=f"revoca-{number}", number=number, adopted_on=today(), title_it="R",
        title_en="R",
    )  # fmt: skip
    reduce_award(
        actor=BOT,
        award=award,
        amount=D(amount),
        act=act,
        day=today(),
        number=number,
        reason="prova",
        release_amount=D(0),
    )


def read(client, award):
    """The award as the page, the list, the API and the table have it."""
    page = client.get(f"/contributi/{award.pk}/").content.decode()
    listed = client.get("/contributi/").content.decode()
    row = next(one for one in client.get("/api/v1/awards").json()["results"] if one["id"] == award.pk)
    text = b"".join(client.get("/dati-aperti/concessioni.csv").streaming_content).decode("utf-8-sig")
    (cells,) = csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ",")
    return page, listed, row, cells


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, then twelve pages
def test_what_was_reduced_or_revoked_stays_with_what_became_of_it(voucher, client):
    award = Award.objects.select_related("act__line__triennium").get(pk=voucher.pk)
    page, _, row, cells = read(client, award)
    assert (row["state"], row["amount"], row["amount_granted"], row["recovered"]) == (
        "in_force",
        "6000.00",
        "6000.00",
        "0.00",
    )
    assert "In vigore ora" not in page
    reduced(award, "4000.00", "71")
    page, listed, row, cells = read(client, award)
    assert (row["state"], row["amount"], row["amount_granted"], row["changed_by"]) == (
        "reduced",
        "4000.00",
        "6000.00",
        "71",
    )
    assert cells["state"] == "reduced"
    assert all(text in page for text in ("6.000,00", "4.000,00", "con l’atto n. 71"))
    assert all(text in listed for text in ("6.000,00", "4.000,00", "ridotta"))
    reduced(award, "0.00", "72")
    page, listed, row, cells = read(client, award)
    assert (row["state"], row["amount"], row["amount_granted"]) == ("revoked", "0.00", "6000.00")
    assert row["effective_on"] is not None
    assert cells["changed_on"]
    assert "con l’atto n. 72" in page
    assert "revocata" in listed
    assert award.enterprise.name in listed


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, then the pages
def test_a_person_whom_the_call_protects_is_not_named_nor_found(voucher, client):
    award = Award.objects.select_related("act__line__triennium").get(pk=voucher.pk)
    name = award.enterprise.name
    call = Call.objects.get(pk=award.application.opening.call_id)
    Call.objects.filter(pk=call.pk).update(applicants={**call.applicants, "unnamed_persons": True})
    assert name in client.get("/contributi/").content.decode(), "a company is named"
    Enterprise.objects.filter(pk=award.enterprise_id).update(tax_code="RSSMRA80A01F205X")
    page, listed, row, cells = read(client, award)
    assert all(name not in text for text in (page, listed, row["beneficiary"], cells["beneficiary"]))
    assert "art. 26" in row["beneficiary"]
    assert row["tax_code"] is None
    assert "nome non pubblicato" in listed
    ranked = named_in_rankings([award.application_id])[award.application_id]
    assert (name in ranked, "art. 26" in ranked) == (False, True), "nor in the public rankings"
    assert award.application.number not in client.get("/contributi/", {"q": name}).content.decode()
    assert f"/contributi/{award.pk}/" not in client.get("/contributi/", {"q": name}).content.decode()
    assert f"/contributi/{award.pk}/" in client.get("/contributi/", {"q": award.application.number}).content.decode()
