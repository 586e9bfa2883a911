"""The register of the programme's money: one movement at a time."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from levante.kernel.api import Refused, clock_at
from levante.kernel.models import AuditEntry
from levante.programme import api
from levante.programme.models import BudgetLine, Movement, Position
from levante.programme.queries import reconcile

pytestmark = pytest.mark.django_db

EUR = Decimal


def moving(programme, line, **more):
    base = {"actor": programme.system, "line": line, "act": programme.second.act, "exercise": 2024}
    return {**base, "on": date(2024, 5, 1), "subject_type": "grants.Award", "subject_id": "1", **more}


def test_the_whole_walk_of_money(programme, funded):
    line = funded("1000.00")
    api.reserve(**moving(programme, line, amount=EUR("300.00")))
    api.commit(**moving(programme, line, amount=EUR("250.00"), commitment_number="3024001234"))
    api.release(**moving(programme, line, amount=EUR("50.00"), release_of="reserved"))
    api.liquidate(**moving(programme, line, amount=EUR("200.00")))
    api.pay(**moving(programme, line, amount=EUR("150.00")))
    api.recover(**moving(programme, line, amount=EUR("20.00")))
    line.refresh_from_db()
    assert (line.allocated, line.reserved, line.committed) == (EUR("1000.00"), EUR("0.00"), EUR("250.00"))
    assert (line.liquidated, line.paid, line.recovered) == (EUR("200.00"), EUR("150.00"), EUR("20.00"))
    assert api.availability(line).available == EUR("750.00")
    assert reconcile(programme.root) == []


def test_a_commitment_consumes_its_own_reservation_then_what_is_available(programme, funded):
    line = funded("100.00")
    api.reserve(**moving(programme, line, amount=EUR("60.00")))
    with pytest.raises(Refused) as refused:
        api.commit(**moving(programme, line, amount=EUR("50.00"), subject_id="2"))
    assert "mancano 10,00" in refused.value.reason.it
    assert "10.00 are missing" in refused.value.reason.en
    movement = api.commit(**moving(programme, line, amount=EUR("100.00")))
    assert movement.from_reserved == EUR("60.00")
    assert api.availability(line).available == 0


@pytest.mark.parametrize(
    ("step", "amount", "sentence"),
    [
        (api.liquidate, "80.01", "impegnato e non ancora liquidato"),
        (api.release, "60.01", "impegnato e non ancora liquidato"),
        (api.unliquidate, "20.01", "liquidato e non ancora pagato"),
        (api.pay, "20.01", "liquidato e non ancora pagato"),
        (api.unpay, "10.01", "pagato e non ancora recuperato"),
        (api.recover, "10.01", "pagato e non ancora recuperato"),
    ],
)
def test_each_step_stays_within_the_one_before_for_its_subject(programme, funded, step, amount, sentence):
    line = funded()
    for subject in ("1", "2"):
        api.commit(**moving(programme, line, amount=EUR("100.00"), subject_id=subject))
        api.liquidate(**moving(programme, line, amount=EUR("40.00"), subject_id=subject))
        api.pay(**moving(programme, line, amount=EUR("20.00"), subject_id=subject))
        api.recover(**moving(programme, line, amount=EUR("10.00"), subject_id=subject))
    with pytest.raises(Refused) as refused:
        step(**moving(programme, line, amount=EUR(amount)))
    assert sentence in refused.value.reason.it
    assert reconcile(programme.root) == []


def test_a_release_says_of_what_when_both_are_there(programme, funded):
    line = funded()
    api.commit(**moving(programme, line, amount=EUR("10.00")))
    api.reserve(**moving(programme, line, amount=EUR("5.00")))
    with pytest.raises(Refused, match="prenotazione o l’impegno"):
        api.release(**moving(programme, line, amount=EUR("5.00")))
    api.release(**moving(programme, line, amount=EUR("5.00"), release_of="reserved"))
    api.release(**moving(programme, line, amount=EUR("4.00"), release_of="committed"))
    assert api.availability(line).committed == EUR("6.00")
    with pytest.raises(Refused, match="quanto è prenotato"):
        api.release(**moving(programme, line, amount=EUR("1.00"), release_of="reserved"))


def test_a_movement_belongs_to_the_triennium_of_its_act_never_of_its_date(programme, funded):
    funded()
    old = programme.first.lines[0]
    api.allocate(
        actor=programme.system,
        line=old,
        amount=EUR("10.00"),
        act=programme.first.act,
        exercise=2023,
        on=date(2023, 9, 1),
    )
    late = api.commit(
        **moving(programme, old, amount=EUR("10.00"), act=programme.first.act, exercise=2024, on=date(2024, 9, 1))
    )
    assert late.line.triennium == programme.first.triennium
    with pytest.raises(Refused, match="appartiene al triennio del suo atto"):
        api.allocate(actor=programme.system, line=old, amount=EUR("1.00"), act=programme.second.act, exercise=2023)


def test_the_database_holds_the_triennium_too(programme):
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(
            line=programme.first.lines[0], kind="allocation", amount=1, act=programme.second.act, on=date(2024, 1, 1),
            exercise=2024, recorded_at=datetime(2024, 1, 1, tzinfo=UTC), recorded_label="x",
        )  # fmt: skip


def test_movements_cannot_be_changed_or_deleted(programme, funded):
    funded()
    for sentence in ("UPDATE programme_movement SET amount = 1", "DELETE FROM programme_movement"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)


@pytest.mark.parametrize("table", ["programme_movement", "kernel_auditentry"])
def test_neither_movements_nor_audit_entries_can_be_emptied_at_once(funded, table):
    funded("10.00")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the rows just written are what stops it
        with pytest.raises(DatabaseError, match="never emptied"):
            cursor.execute(f"TRUNCATE {table} CASCADE")
        transaction.set_rollback(True)


@pytest.mark.parametrize("column", ["allocated", "reserved", "committed", "liquidated", "paid", "recovered"])
def test_no_balance_can_be_stored_below_zero(programme, column):
    line = programme.second.lines[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(**{column: Decimal("-0.01")})


def test_reprogramming_preserves_the_sum(programme, funded):
    source, target = funded("100.00"), programme.second.lines[1]
    half = api.reprogramme(
        actor=programme.system, source=source, target=target, amount=EUR("40.00"), act=programme.second.act,
        exercise=2024, on=date(2024, 3, 1),
    )  # fmt: skip
    assert half.amount == -half.counterpart.amount == EUR("40.00")
    assert api.availability(source).allocated == EUR("60.00")
    assert api.availability(target).allocated == EUR("40.00")
    with pytest.raises(Refused, match="mancano 0,01"):
        api.reprogramme(
            actor=programme.system, source=source, target=target, amount=EUR("60.01"), act=programme.second.act,
            exercise=2024, on=date(2024, 3, 2),
        )  # fmt: skip
    assert reconcile(programme.root) == []


def test_reprogramming_between_triennia_needs_an_act_of_each(programme):
    source, target = programme.first.lines[0], programme.second.lines[0]
    api.allocate(
        actor=programme.system,
        line=source,
        amount=EUR("9.00"),
        act=programme.first.act,
        exercise=2021,
        on=date(2021, 2, 1),
    )
    words = {"actor": programme.system, "source": source, "target": target, "amount": EUR("9.00"), "exercise": 2024}
    with pytest.raises(Refused, match="triennio"):
        api.reprogramme(**words, act=programme.first.act)
    half = api.reprogramme(**words, act=programme.first.act, target_act=programme.second.act)
    assert (half.act, half.counterpart.act) == (programme.second.act, programme.first.act)


def test_a_past_date_cannot_spend_what_was_not_there_yet(programme, funded):
    line = funded("100.00", on=date(2024, 6, 1))
    with pytest.raises(Refused, match="non tornano al 31/05/2024"):
        api.commit(**moving(programme, line, amount=EUR("1.00"), on=date(2024, 5, 31)))
    api.commit(**moving(programme, line, amount=EUR("80.00"), on=date(2024, 7, 1)))
    with pytest.raises(Refused, match="non ha disponibilità"):
        api.commit(**moving(programme, line, amount=EUR("30.00"), on=date(2024, 6, 15), subject_id="2"))


def test_availability_as_of_a_day(programme, funded):
    line = funded("100.00", on=date(2024, 1, 1))
    api.commit(**moving(programme, line, amount=EUR("30.00"), on=date(2024, 7, 1)))
    assert api.availability(line, on=date(2024, 6, 30)).committed == 0
    assert api.availability(line, on=date(2024, 7, 1)).available == EUR("70.00")
    assert api.availability(line, on=date(2023, 12, 31)).allocated == 0


def test_dates_and_amounts_that_cannot_be(programme, funded):
    line = funded()
    with clock_at(datetime(2024, 5, 2, tzinfo=UTC)):
        with pytest.raises(Refused, match="futuro"):
            api.commit(**moving(programme, line, amount=EUR("1.00"), on=date(2024, 5, 3)))
        with pytest.raises(Refused, match="precedere"):
            api.commit(**moving(programme, line, amount=EUR("1.00"), on=date(2023, 1, 14)))
        for wrong in ("0.00", "-1.00", "0.001", "NaN"):
            with pytest.raises(Refused):
                api.commit(**moving(programme, line, amount=EUR(wrong)))
    assert Movement.objects.count() == 1


def test_a_repeated_key_is_one_movement(programme, funded):
    line = funded()
    first = api.commit(**moving(programme, line, amount=EUR("10.00"), idempotency_key="award-1"))
    again = api.commit(**moving(programme, line, amount=EUR("10.00"), idempotency_key="award-1"))
    assert first.pk == again.pk
    assert api.availability(line).committed == EUR("10.00")
    with pytest.raises(Refused, match="altro movimento"):
        api.commit(**moving(programme, line, amount=EUR("11.00"), idempotency_key="award-1"))


def test_who_may_record(programme, funded, officer, actor_for):
    line = funded()
    for role, allowed in (("finance", True), ("director", True), ("case_officer", False), ("auditor", False)):
        actor = actor_for(officer(role))
        if allowed:
            api.commit(**moving(programme, line, amount=EUR("1.00"), actor=actor))
            assert AuditEntry.objects.filter(verb="programme.record_movement", user_id=actor.user_id).exists()
        else:
            with pytest.raises(Refused, match="dirigente"):
                api.commit(**moving(programme, line, amount=EUR("1.00"), actor=actor))
    elsewhere = actor_for(officer("finance", office="arti"))
    with pytest.raises(Refused, match="dirigente"):
        api.commit(**moving(programme, line, amount=EUR("1.00"), actor=elsewhere))


def test_what_each_role_sees(programme, funded, officer, actor_for, person):
    funded()
    for role, seen in (("director", 4), ("case_officer", 4), ("auditor", 4), ("evaluator", 0)):
        assert BudgetLine.objects.visible_to(actor_for(officer(role))).count() == seen
    agency = officer("agency_staff", office="arti")
    assert BudgetLine.objects.visible_to(actor_for(agency)).count() == 0
    programme.second.intervention.offices.add(agency.role_grants.get().office)
    assert BudgetLine.objects.visible_to(actor_for(agency)).count() == 2
    assert Movement.objects.visible_to(actor_for(agency)).count() == 1
    assert Movement.objects.visible_to(actor_for(person())).count() == 0


def test_a_position_takes_the_sectors_of_its_line_unless_told(programme, funded):
    line = funded()
    api.commit(**moving(programme, line, amount=EUR("1.00")))
    api.commit(
        **moving(programme, line, amount=EUR("1.00"), subject_id="2", sectors=programme.sectors[:1], comune="072006")
    )
    assert Position.objects.get(subject_id="1").sectors.count() == 2
    only = Position.objects.get(subject_id="2")
    assert (only.sectors.get(), only.comune) == (programme.sectors[0], "072006")


def test_reconcile_finds_a_balance_changed_behind_the_back(programme, funded):
    line = funded()
    BudgetLine.objects.filter(pk=line.pk).update(allocated=Decimal("1000.01"))
    assert reconcile(programme.root) == [f"line {line.pk} allocated: kept 1000.01, movements 1000.00"]
