"""What the days do to agreements: they come into force, expire on the day in Italy, and the owner is told before."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.promotion.test_agreements import record

from levante.kernel.api import Refused, clock_at, system
from levante.messages.api import Notice
from levante.promotion import api
from levante.promotion.jobs import turn_the_day
from levante.promotion.models import Agreement

pytestmark = pytest.mark.django_db
SYSTEM = system("tests")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def state_at(instant):
    with clock_at(instant):
        api.turn_agreements(actor=SYSTEM)
    return Agreement.objects.get().state


def test_it_expires_when_its_last_day_is_over_in_italy(desk):
    record(desk.anna, expires_on=date(2026, 6, 30), renewal="none")
    assert state_at(datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)) == "in_force", "23:59:59 of the last day"
    assert state_at(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == "expired", "midnight in Italy, 22:00 in UTC"
    assert state_at(datetime(2026, 7, 2, tzinfo=UTC)) == "expired"


def test_a_tacit_renewal_does_not_expire_and_an_unstated_term_neither(desk):
    record(desk.anna, expires_on=date(2024, 1, 1), renewal="tacit", renewal_months=12)
    record(desk.anna, code="b")
    with clock_at(datetime(2026, 6, 1, tzinfo=UTC)):
        assert api.turn_agreements(actor=SYSTEM) == 0
    assert set(Agreement.objects.values_list("state", flat=True)) == {"in_force"}


def test_signed_then_in_force_from_its_day(desk):
    draft = record(desk.anna, state="draft", signed_on=None)
    with clock_at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        for wrong in (
            {"signed_on": date(2026, 3, 2)},
            {"signed_on": date(2026, 3, 1), "in_force_from": date(2026, 2, 1)},
        ):
            with pytest.raises(Refused):
                api.sign_agreement(actor=desk.anna, agreement=draft, **wrong)
        signed = api.sign_agreement(
            actor=desk.anna, agreement=draft, signed_on=date(2026, 3, 1), in_force_from=date(2026, 3, 10)
        )
        assert signed.state == "signed"
        with pytest.raises(Refused):
            api.sign_agreement(actor=desk.anna, agreement=draft, signed_on=date(2026, 3, 1))
    assert state_at(datetime(2026, 3, 9, 22, 59, tzinfo=UTC)) == "signed"
    assert state_at(datetime(2026, 3, 9, 23, 0, tzinfo=UTC)) == "in_force"


def test_the_owner_is_told_once_before_it_ends(desk):
    one = record(desk.anna, expires_on=date(2026, 9, 30), renewal="none")
    api.correct_agreement(actor=desk.anna, agreement=one, owner=desk.users.dir)
    with clock_at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        assert api.tell_expiries(actor=SYSTEM) == 0, "121 days before"
    with clock_at(datetime(2026, 7, 2, 9, tzinfo=UTC)):
        assert api.tell_expiries(actor=SYSTEM) == 1, "90 days before, the last day counted"
        assert api.tell_expiries(actor=SYSTEM) == 0
        turn_the_day(0)
    assert set(Notice.objects.filter(kind="agreement-expiring").values_list("user", flat=True)) == {desk.users.dir.pk}
    assert Notice.objects.filter(kind="agreement-expiring").values("subject_id").distinct().count() == 1


def test_renewed_by_an_express_act(desk):
    one = record(desk.anna, expires_on=date(2026, 1, 31), renewal="express")
    with clock_at(datetime(2026, 2, 10, 9, tzinfo=UTC)):
        api.turn_agreements(actor=SYSTEM)
        with pytest.raises(Refused) as why:
            api.renew_agreement(actor=desk.anna, agreement=one, expires_on=date(2029, 1, 31))
        assert why.value.field == "act"
        with pytest.raises(Refused):
            api.renew_agreement(actor=desk.anna, agreement=one, expires_on=date(2026, 2, 1))


def test_a_draft_is_abandoned_and_stays_out_of_the_public_register(desk):
    draft = record(desk.anna, state="draft", signed_on=None)
    gone = api.end_agreement(actor=desk.anna, agreement=draft, on=date(2026, 1, 1), reason="La controparte rinuncia")
    assert gone.state == "abandoned"
    assert not Agreement.objects.public().exists()
    with pytest.raises(Refused):
        api.correct_agreement(actor=desk.anna, agreement=draft, title_it="x")


def test_text_and_evidence_go_through_the_documents_room(desk):
    text = SimpleUploadedFile("testo.pdf", PDF)
    one = record(desk.anna, upload=text)
    assert one.document.kind == "pdf"
    with pytest.raises(Refused) as why:
        api.correct_agreement(actor=desk.anna, agreement=one, upload=SimpleUploadedFile("x.pdf", b"MZ not a pdf"))
    assert why.value.field == "upload"
    commitment = api.add_commitment(
        actor=desk.anna, agreement=one, title_it="Seminario", title_en="", office=one.office, deadline=date(2026, 1, 1)
    )
    closed = api.close_commitment(
        actor=desk.anna, commitment=commitment, state="met", outcome="Svolto", upload=SimpleUploadedFile("v.pdf", PDF)
    )
    assert closed.evidence.name == "v.pdf"


def test_parties_are_corrected_whole(desk):
    one = record(desk.anna)
    with pytest.raises(Refused):
        api.correct_agreement(actor=desk.anna, agreement=one, parties=[{"name_it": "Sola", "country": "IT"}])
    rows = [{"name_it": name, "country": "IT"} for name in ("Uno", "Due", "Tre")]
    api.correct_agreement(actor=desk.anna, agreement=one, parties=rows, expires_on=date(2030, 1, 1))
    assert [row.name_it for row in one.parties.all()] == ["Uno", "Due", "Tre"]
    assert Agreement.objects.get().expires_on == date(2030, 1, 1)
