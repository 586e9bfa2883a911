"""What is published of an award that was reduced, then revoked; and of a natural person whom the call protects."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.payments.conftest import claim_on

from levante.aid.api import AidRecord
from levante.calls.api import Call
from levante.claims.api import Claim
from levante.grants.api import Award, reduce_award
from levante.kernel.api import clock_at, system, today
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
def test_a_person_whom_the_call_protects_is_not_named_nor_found(voucher, client, desk):
    award = Award.objects.select_related("act__line__triennium").get(pk=voucher.pk)
    name = award.enterprise.name
    call = Call.objects.get(pk=award.application.opening.call_id)
    Call.objects.filter(pk=call.pk).update(applicants={**call.applicants, "unnamed_persons": True})
    assert name in client.get("/contributi/").content.decode(), "a company is named"
    summed = client.get("/contributi/beneficiari/").content.decode()
    assert all(words in summed for words in (name, "6.000,00"))
    Enterprise.objects.filter(pk=award.enterprise_id).update(tax_code="RSSMRA80A01F205X")
    page, listed, row, cells = read(client, award)
    assert all(name not in text for text in (page, listed, row["beneficiary"], cells["beneficiary"]))
    assert "art. 26" in row["beneficiary"]
    assert (row["tax_code"], row["cor"], row["cup"]) == (None, None, None), (
        "nor what leads to the name in other registers"
    )
    assert "nome non pubblicato" in listed
    ranked = named_in_rankings([award.application_id])[award.application_id]
    assert (name in ranked, "art. 26" in ranked) == (False, True), "nor in the public rankings"
    assert award.application.number not in client.get("/contributi/", {"q": name}).content.decode()
    assert f"/contributi/{award.pk}/" not in client.get("/contributi/", {"q": name}).content.decode()
    assert f"/contributi/{award.pk}/" in client.get("/contributi/", {"q": award.application.number}).content.decode()
    summed = client.get("/contributi/beneficiari/").content.decode()
    assert (name in summed, "1 persona fisica, non nominata" in summed, "6.000,00" in summed) == (False, True, True)

    # Where the call protects nobody a person is named, but not where the calendar year comes to a thousand euro or less.
    Call.objects.filter(pk=call.pk).update(applicants=call.applicants)
    assert name in client.get(f"/contributi/{award.pk}/").content.decode()
    aid = AidRecord.objects.filter(pk=award.aid_id)
    aid.update(tax_code="RSSMRA80A01F205X", nominal=D("600.00"))
    page, listed, row, cells = read(client, award)
    assert all(name not in text for text in (page, listed, row["beneficiary"], cells["beneficiary"]))
    assert "sotto la soglia" in listed
    assert f"/contributi/{award.pk}/" not in client.get("/contributi/", {"q": name}).content.decode()
    assert "below the threshold" in client.get(f"/en/contributi/{award.pk}/").content.decode()
    with_it = another_of(aid.get(), "400.00", aid.get().granted_on)
    another_of(aid.get(), "5000.00", aid.get().granted_on.replace(year=aid.get().granted_on.year - 1))
    assert name not in client.get("/contributi/").content.decode(), (
        "a thousand is not above a thousand; another year is another year"
    )
    AidRecord.objects.filter(pk=with_it.pk).update(nominal=D("400.01"))
    assert name in client.get("/contributi/").content.decode()

    # For five years from 1 January after the act; and until it is paid or revoked, in any case.
    claim = claim_on(award, officer=desk.user_id)
    Claim.objects.filter(pk=claim.pk).update(state="paid", paid=D("6000.00"))
    end = datetime(
        award.act.act_date.year + 5, 12, 31, 22, 59, tzinfo=UTC
    )  # the last minute of the fifth year, in Rome
    page = f"/contributi/{award.pk}/"
    with clock_at(end):
        assert client.get(page).status_code == 200
        assert "per 5 anni dal 1° gennaio" in client.get("/contributi/").content.decode()
    with clock_at(end + timedelta(minutes=1)):
        assert client.get(page).status_code == 404
        assert client.get("/api/v1/awards").json()["results"] == []
        for listed in ("/contributi/", "/contributi/beneficiari/"):
            assert name not in client.get(listed).content.decode()
        Claim.objects.filter(pk=claim.pk).update(state="assessed", paid=0)
        assert client.get(page).status_code == 200, "until it is paid the act has its effects"
        reduced(award, "0.00", "73")
        assert client.get(page).status_code == 404, "and once it is revoked it has none"


def another_of(aid, amount, day):
    """Another aid of ours to the same beneficiary."""
    return AidRecord.objects.create(
        source="own", regime=aid.regime, tax_code=aid.tax_code, granted_on=day, gge=D(amount), granted_gge=D(amount),
        nominal=D(amount), registered_on=day, subject_type="test", subject_id=f"{amount}-{day}",
    )  # fmt: skip
