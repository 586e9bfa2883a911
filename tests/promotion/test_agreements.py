"""The register of agreements, and commitments that are met, missed or late."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from levante.identity.api import Office
from levante.kernel.api import ANONYMOUS, Refused, clock_at
from levante.promotion import api
from levante.promotion.models import Agreement, Commitment

PARTIES = [{"name_it": "Regione", "country": "IT"}, {"name_it": "Land", "country": "DE"}]


def record(actor, **changes):
    given = {
        "actor": actor, "code": "a", "kind": "protocol", "title_it": "Protocollo", "title_en": "Protocol",
        "office": Office.objects.get(code="sezione"), "parties": PARTIES, "state": "in_force",
        "signed_on": date(2023, 9, 14), "source": "test",
    }  # fmt: skip
    return api.record_agreement(**(given | changes))


@pytest.mark.django_db
def test_overdue_commitments_come_first_and_the_outcome_is_written_once(desk):
    with clock_at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        late, fine = record(desk.anna), record(desk.anna, code="b", signed_on=date(2025, 1, 1))
        agency = Office.objects.get(code="puglia-sviluppo")
        add = {"actor": desk.anna, "title_it": "Desk comune", "title_en": "Joint desk"}
        overdue = api.add_commitment(agreement=late, office=agency, deadline=date(2026, 5, 31), **add)
        today = api.add_commitment(agreement=fine, office=agency, deadline=date(2026, 6, 1), **add)
        assert overdue.is_overdue
        assert not today.is_overdue, "the last day is included"
        assert [row.code for row in api.list_agreements(desk.anna)] == ["a", "b"]
        assert list(api.overdue_commitments(desk.anna)) == [overdue]
        with pytest.raises(Refused):
            api.close_commitment(actor=desk.nino, commitment=overdue, state="met", outcome="done")
        with pytest.raises(Refused):
            api.close_commitment(actor=desk.paola, commitment=overdue, state="met", outcome=" ")
        api.close_commitment(actor=desk.paola, commitment=overdue, state="met", outcome="Opened on 20 May")
        with pytest.raises(Refused):
            api.close_commitment(actor=desk.anna, commitment=overdue, state="missed", outcome="no")
        assert not api.overdue_commitments(desk.anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.update(state="missed", outcome="")


@pytest.mark.django_db
def test_a_draft_is_not_public_and_an_agency_sees_where_it_has_a_commitment(desk):
    draft = record(desk.anna, state="draft", signed_on=None)
    assert not Agreement.objects.visible_to(ANONYMOUS).exists()
    assert not Agreement.objects.visible_to(desk.paola).exists()
    api.add_commitment(
        actor=desk.anna, agreement=draft, title_it="x", title_en="", office=Office.objects.get(code="puglia-sviluppo"),
        deadline=date(2030, 1, 1),
    )  # fmt: skip
    assert Agreement.objects.visible_to(desk.paola).exists()
    assert not Agreement.objects.visible_to(desk.nino).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"parties": PARTIES[:1]},
        {"signed_on": None},
        {"expires_on": date(2020, 1, 1)},
        {"renewal": "tacit"},
        {"state": "ended"},
    ],
)
def test_an_agreement_that_is_not_whole_is_refused(desk, change):
    with pytest.raises(Refused):
        record(desk.anna, **change)


@pytest.mark.django_db
def test_who_keeps_the_register(desk):
    with pytest.raises(Refused):
        record(desk.paola)
    with pytest.raises(Refused):
        api.end_agreement(actor=desk.paola, agreement=record(desk.dir), on=date(2026, 1, 1), reason="x")
    with pytest.raises(Refused) as why:
        api.end_agreement(actor=desk.dir, agreement=Agreement.objects.get(), on=date(2026, 1, 1), reason=" ")
    assert why.value.field == "reason"
    ended = api.end_agreement(actor=desk.dir, agreement=Agreement.objects.get(), on=date(2026, 1, 1), reason="Disdetta")
    assert (ended.state, ended.ended_reason) == ("ended", "Disdetta")


@given(
    first=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    months=st.integers(1, 60),
    later=st.integers(0, 6000),
)
def test_a_tacit_renewal_covers_the_day_and_begins_when_the_one_before_ends(first, months, later):
    agreement = Agreement(expires_on=first, renewal="tacit", renewal_months=months)
    day = first + timedelta(days=later)
    expiry = agreement.expiry_on(day)
    assert expiry >= day
    if expiry != first:
        assert agreement.expiry_on(expiry) == expiry
        assert (expiry - day).days <= 31 * months + 31
    assert Agreement(expires_on=first, renewal="none").expiry_on(day) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "codes"),
    [("cooperazione", ["a"]), ("coperazzione", ["a"]), ("citta", ["b"]), ("Zurigo", ["b"]), ("x", [])],
)
def test_the_list_forgives_accents_and_typing_mistakes(desk, text, codes):
    record(desk.anna, title_it="Protocollo di cooperazione", title_en="Protocol")
    signs = [PARTIES[0], {"name_it": "Zürigo", "country": "DE"}]
    record(desk.anna, code="b", title_it="Accordo tra città", title_en="Cities", parties=signs)
    assert [row.code for row in api.list_agreements(desk.anna, text=text)] == codes
