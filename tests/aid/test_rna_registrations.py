"""An aid asked of the RNA: only under headroom held, told of its act in time, varied, cancelled, lapsed; each answer applied once."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from tests.exchange.rna_world import component, concession, rna, until_done  # noqa: F401 - rna is a fixture

from levante.aid.api import (
    Reservation,
    RnaRegistration,
    Visura,
    ask_visura,
    cancel_in_rna,
    on_registration,
    on_visura,
    register_aid_in_rna,
    release_reservation,
    reserve_aid,
    transmit_act,
    transmit_variation,
    vary_in_rna,
)
from levante.aid.registrations_ended import cancel_released, chase_registrations
from levante.aid.services import expire_reservations
from levante.exchange.api import ExternalRequest
from levante.identity.api import Office
from levante.kernel.api import ANONYMOUS, Refused, clock_at, system
from levante.kernel.models import AuditEntry

ACTOR = system("test")
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
TOLD: list[str] = []
HELD: list[str] = []


def hear(*, actor, registration, event, variation):
    TOLD.append(event)


def hold(*, subject_id):
    HELD.append(subject_id)


def see(*, actor, visura):
    TOLD.append(f"visura {visura.state}")


@pytest.fixture(autouse=True)
def _world(monkeypatch):
    from levante.aid import rna_hooks

    monkeypatch.setattr(rna_hooks, "_registrations", {})
    monkeypatch.setattr(rna_hooks, "_visure", {})
    monkeypatch.setattr(rna_hooks, "_locks", {})
    on_registration("test", f"{__name__}:hear", lock=f"{__name__}:hold")
    on_visura("test", f"{__name__}:see")
    TOLD.clear()
    HELD.clear()
    with clock_at(START):
        yield


@pytest.fixture
def office(db):
    return Office.objects.create(code="sezione", kind="section", name_it="Sezione", name_en="Section")


@pytest.fixture
def held(enterprise, office, rna):  # noqa: F811
    return reserve(enterprise())


def reserve(firm, amount="6000.00", subject="1"):
    return reserve_aid(
        actor=ACTOR, enterprise=firm, amount=Decimal(amount), regime="general_de_minimis", subject_type="test",
        subject_id=subject,
    )  # fmt: skip


def told_of(reservation, amount=None):
    one = concession("", str(amount or reservation.amount))
    return replace(one, beneficiary=replace(one.beneficiary, tax_code=reservation.tax_code, members=()))


def register(reservation, office, actor=ACTOR, **more):
    return register_aid_in_rna(
        actor=actor, reservation=reservation, office=office, concession=told_of(reservation, **more), notice=4711
    )


def answered(row):
    """The row after its requests have been answered."""
    for request in ExternalRequest.objects.filter(state__in=["waiting", "sending"]).order_by("pk"):
        until_done(request)
    row.refresh_from_db()
    return row


@pytest.mark.django_db
class TestALife:
    def test_registered_told_varied_cancelled(self, held, office, rna):  # noqa: F811
        row = register(held, office)
        assert register(held, office) == row, "a second click"
        assert answered(row).state == "to_confirm"
        assert (row.registered_on, row.last_day) == (date(2026, 6, 1), date(2026, 6, 21))
        assert row.parameters[0]["reference"] == "D.M. 115/2017, art. 9"
        assert row.days_left(date(2026, 6, 20)) == 1
        assert rna.grants[row.cor]["own_key"] == row.own_key
        assert HELD == ["1"], "what the room above wants locked, before"

        transmit_act(actor=ACTOR, registration=row, act="AD 12/2026", day=date(2026, 6, 1), link="https://x.example/12")
        assert RnaRegistration.objects.get().is_being_transmitted
        transmit_act(actor=ACTOR, registration=row, act="AD 12/2026", day=date(2026, 6, 1), link="https://x.example/12")
        with pytest.raises(Refused):
            transmit_act(actor=ACTOR, registration=row, act="AD 13/2026", day=date(2026, 6, 1))
        assert (answered(row).state, row.act) == ("confirmed", "AD 12/2026")

        variation = vary_in_rna(actor=ACTOR, registration=row, components=[component("4000.00")], reason="Spesa minore")
        assert vary_in_rna(actor=ACTOR, registration=row, components=[component("4000.00")], reason="x") == variation
        with pytest.raises(Refused):
            vary_in_rna(actor=ACTOR, registration=row, components=[component("3000.00")], reason="x")
        assert answered(variation).state == "to_confirm"
        transmit_variation(actor=ACTOR, variation=variation, act="AD 40/2026", day=date(2026, 6, 1))
        assert answered(variation).state == "confirmed"
        row.refresh_from_db()
        assert (row.gge, rna.grants[row.cor]["gge"]) == (Decimal("4000.00"), "4000.00")
        with pytest.raises(Refused) as more:
            vary_in_rna(actor=ACTOR, registration=row, components=[component("4000.01")], reason="x")
        assert "4.000,01" in more.value.reason.it

        cancel_in_rna(actor=ACTOR, registration=row, reason="Revoca")
        cancel_in_rna(actor=ACTOR, registration=row, reason="Revoca")
        assert (answered(row).state, rna.grants[row.cor]["state"]) == ("cancelled", "ANNULLATA")
        assert TOLD == ["registered", "confirmed", "varied", "variation_confirmed", "cancelled"]
        assert AuditEntry.objects.filter(verb="aid.transmit_act").count() == 1

    def test_refused_and_asked_again_with_other_data(self, held, office, rna):  # noqa: F811
        rna.behave({"refuse": "ATECO non previsto"})
        first = answered(register(held, office))
        assert (first.state, first.reason, first.cor) == ("refused", "ATECO non previsto", "")
        second = answered(register(held, office))
        assert second.own_key != first.own_key
        assert second.state == "to_confirm"
        assert TOLD == ["refused", "registered"]

    def test_the_rna_knows_of_aid_that_we_do_not(self, held, office, rna):  # noqa: F811
        rna.remember([{"tax_code": held.tax_code, "gge": "295000.00", "granted_on": "2025-01-10"}])
        row = answered(register(held, office))
        assert row.state == "refused"
        assert "5000.00" in row.reason

    def test_an_act_that_the_rna_would_not_take_is_told_again(self, held, office, rna):  # noqa: F811
        row = answered(register(held, office))
        rna.grants[row.cor]["state"] = "COMPLETATA"
        rna.grants[row.cor] |= {"granted_on": "2026-05-30", "act": "AD 1/2026"}
        transmit_act(actor=ACTOR, registration=row, act="AD 12/2026", day=date(2026, 6, 1))
        assert answered(row).state == "to_confirm"
        assert "AD 1/2026" in row.problem
        rna.grants[row.cor]["state"] = "DA_CONFERMARE"
        transmit_act(actor=ACTOR, registration=row, act="AD 12/2026", day=date(2026, 6, 1))
        assert answered(row).state == "confirmed"
        assert TOLD == ["registered", "act_refused", "confirmed"]

    def test_a_visura_is_kept_as_the_document_it_is(self, held, office, rna, actor_for, officer):  # noqa: F811
        given = {
            "actor": ACTOR, "office": office, "tax_code": held.tax_code, "subject_type": "test", "subject_id": "1",
        }  # fmt: skip
        row = ask_visura(kind="deggendorf", **given)
        assert ask_visura(kind="deggendorf", **given) == row
        minimis = ask_visura(
            kind="de_minimis", year_ends=date(2026, 12, 31), expected_on=date(2026, 6, 20),
            members=[("00000019991", "Vele S.r.l.")], **given,
        )  # fmt: skip
        assert answered(row).told == {"aids": None, "total": None, "listed": False}
        minimis.refresh_from_db()
        assert minimis.told == {"aids": 0, "total": "0.00", "listed": None}
        assert (row.made_on, row.document.kind, row.vercor) == (date(2026, 6, 1), "pdf", row.request.their_id)
        assert TOLD == ["visura answered", "visura answered"]
        assert Visura.objects.visible_to(actor_for(officer())).count() == 2
        assert not Visura.objects.visible_to(ANONYMOUS).exists()
        with pytest.raises(Refused):
            ask_visura(kind="deggendorf", **{**given, "tax_code": "123"})
        with pytest.raises(ValueError, match="dates"):
            ask_visura(kind="aids", **given)


@pytest.mark.django_db
class TestInTime:
    def test_who_asked_is_told_and_then_the_code_lapses(self, held, office, rna, actor_for, officer):  # noqa: F811
        asker = actor_for(officer())
        row = answered(register(held, office, asker))
        with clock_at(START + timedelta(days=16)):
            assert chase_registrations(actor=ACTOR) == (1, 0)
            assert chase_registrations(actor=ACTOR) == (0, 0)
        with clock_at(START + timedelta(days=20)):
            assert chase_registrations(actor=ACTOR) == (0, 0), "the last day is in time"
        rna.behave({"day": "2026-06-22"})
        with clock_at(START + timedelta(days=21)):
            assert chase_registrations(actor=ACTOR) == (0, 1)
            assert answered(row).state == "lapsed"
            assert "21/06/2026" in row.reason
        assert rna.grants[row.cor]["state"] == "ANNULLATA", "the other side says the same"
        assert TOLD == ["registered", "lapsed"]
        assert list(asker_notices(asker)) == ["rna-act-due"]

    def test_an_act_told_in_time_and_answered_late_does_not_lapse_here(self, held, office, rna):  # noqa: F811
        row = answered(register(held, office))
        transmit_act(actor=ACTOR, registration=row, act="AD 12/2026", day=date(2026, 6, 1))
        with clock_at(START + timedelta(days=40)):
            assert chase_registrations(actor=ACTOR) == (0, 0)
            rna.behave({"day": "2026-07-11"})
            assert answered(row).state == "lapsed", "the RNA says so"
        assert "ANNULLATA" in row.reason


def asker_notices(actor):
    from levante.messages.api import Notice

    return Notice.objects.filter(user_id=actor.user_id).order_by("pk").values_list("kind", flat=True)


@pytest.mark.django_db
class TestHeadroom:
    def test_a_code_is_asked_only_under_headroom_that_is_held(self, held, office):
        release_reservation(actor=ACTOR, reservation=held, reason="rinuncia")
        with pytest.raises(Refused) as wrong:
            register(held, office)
        assert "prenotato" in wrong.value.reason.it
        again = reserve(held.enterprise)
        with pytest.raises(Refused):
            register(again, office, amount="6000.01")
        other = replace(told_of(again), beneficiary=replace(told_of(again).beneficiary, tax_code="00000019991"))
        with pytest.raises(Refused):
            register_aid_in_rna(actor=ACTOR, reservation=again, office=office, concession=other, notice=1)
        long = replace(told_of(again), title="t" * 257)
        with pytest.raises(Refused) as cut:
            register_aid_in_rna(actor=ACTOR, reservation=again, office=office, concession=long, notice=1)
        assert cut.value.field == "TITOLO_PROGETTO"
        assert not RnaRegistration.objects.exists()

    def test_headroom_freed_here_is_cancelled_there(self, held, office, rna):  # noqa: F811
        row = answered(register(held, office))
        release_reservation(actor=ACTOR, reservation=held, reason="rinuncia")
        assert cancel_released(actor=ACTOR, reservation_id=held.pk) == 1
        assert (answered(row).state, row.reason, rna.grants[row.cor]["state"]) == ("cancelled", "rinuncia", "ANNULLATA")

    def test_what_has_not_gone_does_not_go_and_what_has_is_cancelled_when_it_comes(self, held, office, rna):  # noqa: F811
        row = cancel_in_rna(actor=ACTOR, registration=register(held, office), reason="Errore")
        assert (row.state, ExternalRequest.objects.get().state, rna.requests) == ("cancelled", "cancelled", {})
        second = register(held, office)
        ExternalRequest.objects.filter(pk=second.request_id).update(tries=1)
        assert cancel_in_rna(actor=ACTOR, registration=second, reason="Errore").state == "asked"
        assert answered(second).state == "to_confirm"
        assert answered(second).state == "cancelled"
        assert TOLD == ["cancelled", "registered", "cancelled"]

    def test_what_the_rna_holds_does_not_expire(self, held, office):
        Reservation.objects.filter(pk=held.pk).update(expires_on=date(2026, 6, 1))
        register(held, office)
        with clock_at(START + timedelta(days=5)):
            assert expire_reservations(actor=ACTOR) == 0

    def test_who_may(self, held, office, officer, actor_for, settings):
        with pytest.raises(Refused):
            register(held, office, actor_for(officer("front_desk")))
        with pytest.raises(Refused):
            register(held, office, actor_for(officer("case_officer", "altra")))
        settings.RNA = []
        with pytest.raises(Refused) as none:
            register(held, office, actor_for(officer("finance")))
        assert "a mano" in none.value.reason.it


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [{"state": "confirmed"}, {"state": "lapsed"}, {"cor": "12"}, {"state": "refused"}, {"state": "cancelled"},
     {"state": "to_confirm"}, {"gge": 0}, {"state": "lost"}],
)  # fmt: skip
def test_the_database_refuses_illegal_states(held, office, changes):
    row = register(held, office)
    with pytest.raises(IntegrityError), transaction.atomic():
        RnaRegistration.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.django_db
def test_a_cor_of_another_registration_is_not_taken(held, office, rna):  # noqa: F811
    first = answered(register(held, office))
    second = register(reserve(held.enterprise, "100.00", "2"), office)
    rna.grants.clear()  # it numbers from the first again: a fault of theirs
    assert answered(second).state == "asked"
    assert first.cor in second.problem
    assert cancel_in_rna(actor=ACTOR, registration=second, reason="COR di altri").state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_ask_for_one_code(enterprise, settings):
    settings.RNA = [{"address": "https://rna.example.org/rnas"}]
    office = Office.objects.create(code="sezione", kind="section", name_it="Sezione", name_en="Section")
    held = reserve(enterprise())
    barrier = threading.Barrier(2)
    found = []

    def click():
        with clock_at(START):
            barrier.wait(timeout=10)
            found.append(register(held, office).pk)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(found) == 2
    assert len(set(found)) == 1
    assert ExternalRequest.objects.filter(system="rna").count() == 1
