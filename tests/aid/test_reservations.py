"""Headroom held between decision and effect: never the same residual twice, proved with threads on the database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aid.test_positions import owns, receive

from levante.aid.api import (
    AidRecord,
    Reservation,
    confirm_reservation,
    position,
    release_reservation,
    reserve_aid,
)
from levante.aid.services import expire_reservations
from levante.kernel.api import ANONYMOUS, Refused, clock_at, system

ACTOR = system("test")
NOON = datetime(2026, 6, 30, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with clock_at(NOON):
        yield


def hold(firm, amount, subject="1", **more):
    return reserve_aid(
        actor=ACTOR, enterprise=firm, amount=Decimal(amount), regime="general_de_minimis",
        subject_type="test", subject_id=subject, **more,
    )  # fmt: skip


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_reserve_confirm(self, enterprise):
        firm = enterprise()
        held = hold(firm, "6000.00")
        assert held.position["residual"] == "300000.00"
        assert position(firm, on=date(2026, 6, 30))["counted"] == "6000.00"
        aid = confirm_reservation(actor=ACTOR, reservation=held, granted_on=date(2026, 6, 30), act="AD 12/2026")
        assert (aid.source, aid.gge, aid.granted_on) == ("own", Decimal("6000.00"), date(2026, 6, 30))
        assert position(firm, on=date(2026, 6, 30))["counted"] == "6000.00"
        again = confirm_reservation(actor=ACTOR, reservation=held, granted_on=date(2026, 6, 30), act="AD 12/2026")
        assert again == aid
        assert AidRecord.objects.count() == 1

    def test_the_same_question_twice_is_one_reservation(self, enterprise):
        firm = enterprise()
        assert hold(firm, "6000.00") == hold(firm, "6000.00")
        with pytest.raises(Refused):
            hold(firm, "7000.00")

    def test_what_does_not_fit_is_refused_with_the_day_it_will(self, enterprise):
        firm = enterprise()
        receive(firm, "295000.00", date(2024, 1, 10))
        with pytest.raises(Refused) as refusal:
            hold(firm, "6000.00")
        assert "5.000,00" in refusal.value.reason.it
        assert "11/01/2027" in refusal.value.reason.it
        assert "11/01/2027" in refusal.value.reason.en
        assert hold(firm, "5000.00")

    def test_what_came_in_the_meantime_stops_the_confirmation(self, enterprise):
        firm = enterprise()
        held = hold(firm, "6000.00")
        receive(firm, "299000.00", date(2026, 6, 1))
        with pytest.raises(Refused):
            confirm_reservation(actor=ACTOR, reservation=held, granted_on=date(2026, 6, 30), act="AD 12/2026")
        held.refresh_from_db()
        assert held.state == "reserved"

    def test_release_and_expiry_free_the_headroom(self, enterprise):
        firm = enterprise()
        released = release_reservation(actor=ACTOR, reservation=hold(firm, "300000.00"), reason="rinuncia")
        assert released.state == "released"
        hold(firm, "300000.00", "2", expires_on=date(2026, 7, 1))
        with clock_at(datetime(2026, 7, 2, 10, tzinfo=UTC)):
            assert position(firm, on=date(2026, 7, 2))["counted"] == "0.00"
            assert expire_reservations(actor=ACTOR) == 1
        assert Reservation.objects.get(subject_id="2").state == "expired"
        with pytest.raises(Refused):
            confirm_reservation(actor=ACTOR, reservation=released, granted_on=date(2026, 6, 30), act="x")

    def test_only_those_who_decide(self, enterprise):
        with pytest.raises(Refused):
            reserve_aid(actor=ANONYMOUS, enterprise=enterprise(), amount=Decimal(1), regime="general_de_minimis",
                        subject_type="t", subject_id="1")  # fmt: skip

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "confirmed", "closed_on": date(2026, 7, 1)},
            {"state": "released", "closing_reason": "x"},
            {"state": "released", "closed_on": date(2026, 7, 1)},
            {"closed_on": date(2026, 7, 1)},
            {"amount": 0},
            {"state": "dreamt"},
            {"expires_on": date(2020, 1, 1)},
        ],
    )
    def test_the_database_refuses_illegal_states(self, enterprise, changes):
        held = hold(enterprise(), "1.00")
        with pytest.raises(IntegrityError), transaction.atomic():
            Reservation.objects.filter(pk=held.pk).update(**changes)


def at_once(*work):
    """Run each piece of work in a thread with a connection of its own, all starting together."""
    gate = threading.Barrier(len(work))

    def one(piece):
        try:
            gate.wait(timeout=20)
            with clock_at(NOON):
                return piece()
        except (Refused, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


@pytest.mark.django_db(transaction=True)
class TestAllAtOnce:
    @pytest.mark.slow  # several rounds with real transactions that wait for each other
    def test_two_grants_never_pass_on_the_same_residual(self, enterprise):
        mother, daughter = enterprise("Madre"), enterprise("Figlia")
        owns(mother, daughter)
        receive(mother, "290000.00", date(2026, 1, 1))
        for turn in range(4):
            outcomes = at_once(
                lambda turn=turn: hold(mother, "10000.00", f"{turn}-a"),
                lambda turn=turn: hold(daughter, "10000.00", f"{turn}-b"),
            )
            won = [item for item in outcomes if isinstance(item, Reservation)]
            lost = [item for item in outcomes if isinstance(item, Refused)]
            assert (len(won), len(lost)) == (1, 1), outcomes
            release_reservation(actor=ACTOR, reservation=won[0], reason="prova")

    @pytest.mark.slow  # twelve transactions that wait for each other
    def test_many_at_once_take_exactly_what_there_is(self, enterprise):
        firms = [enterprise(f"Impresa {n}") for n in range(4)]
        for one, other in pairwise(firms):
            owns(one, other)
        receive(firms[0], "270000.00", date(2026, 1, 1))
        outcomes = at_once(*[
            lambda n=n: hold(firms[n % 4], "6000.00", str(n)) for n in range(12)
        ])  # fmt: skip
        assert sum(isinstance(item, Reservation) for item in outcomes) == 5, outcomes
        assert all(isinstance(item, Reservation | Refused) for item in outcomes), "a deadlock"

    def test_the_same_click_twice_is_one_reservation(self, enterprise):
        firm = enterprise()
        outcomes = at_once(lambda: hold(firm, "6000.00"), lambda: hold(firm, "6000.00"))
        assert outcomes[0] == outcomes[1]
        assert Reservation.objects.count() == 1

    def test_a_new_link_is_seen_by_the_next(self, enterprise):
        one, two = enterprise("Uno"), enterprise("Due")
        receive(one, "295000.00", date(2026, 1, 1))

        def tie():
            with transaction.atomic():
                owns(one, two)

        tie()
        (outcome,) = at_once(lambda: hold(two, "6000.00"))
        assert isinstance(outcome, Refused)


@pytest.mark.slow  # hypothesis tries many histories on the database
@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.decimals(min_value="0.01", max_value=120_000, places=2), min_size=1, max_size=6))
def test_held_and_received_never_pass_the_ceiling(enterprise, wanted):
    firm = enterprise(tax_code=f"{Reservation.objects.count() + AidRecord.objects.count():011d}")
    held = Decimal(0)
    for number, amount in enumerate(wanted):
        try:
            hold(firm, amount, f"{firm.pk}-{number}")
            held += amount
        except Refused:
            assert held + amount > 300_000
        assert held <= 300_000
        assert position(firm, on=date(2026, 6, 30))["counted"] == f"{held:.2f}"
    Reservation.objects.all().delete()
    firm.delete()
