"""From the closed call to who takes part: the list by its act, places offered, accepted, paid, given up, lapsed; the waiting list."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from tests.initiatives.world import OPEN, SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.competences.api import ReadinessAssessment
from levante.controls.api import Due, Refund, record_due_payment
from levante.initiatives.api import express_interest, move_initiative, withdraw_interest
from levante.kernel.api import Refused, clock_at, system, today
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice
from levante.participations import api

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def test_the_first_have_the_places_and_the_others_wait_in_order(world):
    made = decided(world())
    assert made.states() == ["offered", "offered", "listed", "listed"]
    assert [row.seat for row in made.rows()] == [1, 2, None, None]
    assert [row.enterprise_id for row in made.rows()] == [firm.pk for firm in made.firms]
    assert Notice.objects.filter(kind="place-offered").count() == 2
    assert Notice.objects.filter(kind="place-listed").count() == 2
    with made.at():
        before = AuditEntry.objects.count()
        api.decide_list(actor=SYSTEM, initiative=made.initiative, act=made.act)
        assert AuditEntry.objects.count() == before, "a second click decides nothing"


def test_the_last_expression_counts_so_who_asks_again_goes_behind(world, desk):
    made = world(firms=2)
    interest = made.initiative.interests.get(enterprise=made.firms[0])
    with clock_at(AFTER - timedelta(days=50)):
        end = AFTER - timedelta(days=45)
        move_initiative(
            actor=SYSTEM, initiative=made.initiative, step="call", closes_at=end, reason="Pochi hanno chiesto"
        )
        withdraw_interest(actor=made.actors[0], interest=interest)
        again = express_interest(actor=made.actors[0], initiative=made.initiative, products="altre")
    with made.at():
        made.initiative = move_initiative(actor=SYSTEM, initiative=made.initiative, step="close")
    assert again.turn == 2
    assert [turn.request.enterprise for turn in api.order_of(made.selection)] == [made.firms[1], made.firms[0]]


def test_what_is_decided_needs_its_acts(world):
    made = world()
    with made.at():
        with pytest.raises(Refused, match="se un posto è aiuto"):
            api.decide_list(actor=SYSTEM, initiative=made.initiative, act=made.act)
        with pytest.raises(Refused, match="dirigente"):
            api.decide_list(actor=made.actors[0], initiative=made.initiative, act=made.act)
    decided(made)
    with made.at(), pytest.raises(Refused, match="le regole non cambiano più"):
        api.set_selection(actor=SYSTEM, initiative=made.initiative, method="chronological", places=9)


def test_a_free_place_is_confirmed_when_it_is_accepted(world):
    made = decided(world())
    with made.at():
        row = api.accept_place(actor=made.actors[0], row=made.row(made.firms[0]))
        again = api.accept_place(actor=made.actors[0], row=row)
    assert (row.state, again.confirmed_at) == ("confirmed", row.confirmed_at)
    with made.at(), pytest.raises(Refused, match="non ti è ancora stato offerto"):
        api.accept_place(actor=made.actors[2], row=made.row(made.firms[2]))
    with made.at(), pytest.raises(Refused, match="delega a trasmettere"):
        api.accept_place(actor=made.actors[1], row=made.row(made.firms[2]))


def test_a_place_with_a_quota_is_confirmed_when_it_is_paid(world):
    made = decided(world(quota=D("500.00")))
    with made.at():
        row = api.accept_place(actor=made.actors[0], row=made.row(made.firms[0]))
        assert (row.state, row.due.amount, row.due.due_on) == ("offered", D("500.00"), row.answer_by)
        record_due_payment(
            actor=SYSTEM, due=row.due, source="treasury", reference="r1", on=AFTER.date(), amount=D("499.00")
        )
        assert made.row(made.firms[0]).state == "offered"
        record_due_payment(
            actor=SYSTEM, due=row.due, source="treasury", reference="r2", on=AFTER.date(), amount=D("1.00")
        )
    assert made.row(made.firms[0]).state == "confirmed"
    assert Notice.objects.filter(kind="place-confirmed").exists()


def test_who_does_not_pay_in_time_loses_the_place_to_the_next(world):
    made = decided(world(quota=D("500.00")))
    with made.at():
        row = api.accept_place(actor=made.actors[0], row=made.row(made.firms[0]))
    on_the_day, after = AFTER + timedelta(days=10), AFTER + timedelta(days=11)
    with clock_at(on_the_day):
        assert api.lapse_offers(actor=system("test")) == 0
    with clock_at(after):
        assert api.lapse_offers(actor=system("test")) == 1, "who did not answer"
        assert api.lapse_offers(actor=system("test")) == 0
    with clock_at(after + timedelta(days=3)):
        assert api.lapse_offers(actor=system("test")) == 0, (
            "three working days: a transfer of the last day is on its way"
        )
    with clock_at(after + timedelta(days=4)):
        assert api.lapse_offers(actor=system("test")) == 1
    assert made.states() == ["lapsed", "lapsed", "offered", "offered"]
    assert Due.objects.get(pk=row.due_id).state == "cancelled"
    assert made.row(made.firms[0]).reason_it == "La quota non è stata pagata in tempo."
    assert made.row(made.firms[1]).reason_it == "Non hai risposto in tempo."


def test_who_gives_up_is_given_back_what_the_day_says_and_the_next_has_the_place(world):
    rules = [{"days_before": 40, "percent": 50}]
    made = decided(world(quota=D("500.00"), refunds=rules))
    with made.at():
        row = api.accept_place(actor=made.actors[0], row=made.row(made.firms[0]))
        record_due_payment(
            actor=SYSTEM, due=row.due, source="treasury", reference="r1", on=AFTER.date(), amount=D("500.00")
        )
        gone = api.renounce_place(actor=made.actors[0], row=row, reason="Altri impegni")
        api.renounce_place(actor=made.actors[0], row=row)
    assert (gone.state, gone.seat, gone.reason_it) == ("renounced", None, "Altri impegni")
    assert made.states() == ["renounced", "offered", "offered", "listed"]
    refund = Refund.objects.get(due=row.due)
    assert refund.amount == D("250.00"), "47 days before: half"


def test_giving_up_the_waiting_list_leaves_no_hole(world):
    made = decided(world())
    with made.at():
        api.renounce_place(actor=made.actors[2], row=made.row(made.firms[2]))
        api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
    assert made.states() == ["renounced", "offered", "renounced", "offered"]


def test_a_cancelled_initiative_lets_everybody_go_and_gives_all_back(world):
    made = decided(world(quota=D("100.00")))
    with made.at():
        first = api.accept_place(actor=made.actors[0], row=made.row(made.firms[0]))
        second = api.accept_place(actor=made.actors[1], row=made.row(made.firms[1]))
        record_due_payment(
            actor=SYSTEM, due=first.due, source="treasury", reference="r", on=AFTER.date(), amount=D("100.00")
        )
        move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Poche adesioni")
    assert made.states() == ["called_off"] * 4
    assert Refund.objects.get().amount == D("100.00")
    assert Due.objects.get(pk=second.due_id).state == "cancelled"


def test_who_owes_or_is_large_or_is_left_out_by_the_office_is_not_admitted(world):
    made = world(firms=3)
    made.firms[0].size = "large"
    made.firms[0].save()
    with made.at():
        left_out = api.exclude_request(
            actor=SYSTEM, initiative=made.initiative, enterprise_id=made.firms[1].pk, reason="Fuori settore"
        )
        reasons = {turn.request.enterprise.pk: turn.request.barred for turn in api.order_of(made.selection)}
        assert "grande impresa" in reasons[made.firms[0].pk].it
        assert reasons[made.firms[1].pk].it == "Fuori settore"
        assert reasons[made.firms[2].pk] is None
        api.readmit_request(actor=SYSTEM, row=left_out)
    decided(made)
    assert {made.row(firm).state for firm in made.firms[1:]} == {"offered"}
    assert made.row(made.firms[0]).state == "excluded"


def test_where_nobody_can_be_admitted_the_list_says_why_and_the_places_are_free(world):
    made = world(firms=1)
    made.firms[0].size = "large"
    made.firms[0].save()
    decided(made)
    assert (made.states(), Notice.objects.filter(user=made.users[0], kind="place-excluded").count()) == (
        ["excluded"],
        1,
    )
    with made.at():
        made.initiative = move_initiative(actor=SYSTEM, initiative=made.initiative, step="prepare")
        given = {"closes_at": AFTER + timedelta(days=9), "reason": "Nessuno era ammesso"}
        assert move_initiative(actor=SYSTEM, initiative=made.initiative, step="call", **given).state == "calling"


def test_points_are_kept_as_they_were(world):
    made = decided(world(method="criteria", weights={"sector": 40, "rotation": 60}))
    row = made.rows()[0]
    assert row.points["rotation"] == {"points": "60.00", "most": "60"}
    assert row.total == sum(D(one["points"]) for one in row.points.values())


def test_a_check_up_taken_after_the_end_of_the_call_gives_no_points(world):
    made = world(firms=2, method="criteria", weights={"readiness": 10})
    for firm, points, taken in ((made.firms[0], 8, AFTER), (made.firms[1], 5, OPEN)):
        ReadinessAssessment.objects.create(
            enterprise=firm, questionnaire="q", version=1, checksum="a" * 64, answers={}, result={}, points=points, most=10, taken_at=taken,
            idempotency_key=str(firm.pk),
        )  # fmt: skip
    with made.at(AFTER + timedelta(days=1)):
        turns = api.order_of(made.selection)
    assert [(turn.request.enterprise, turn.placed.total) for turn in turns] == [
        (made.firms[1], D("5.00")), (made.firms[0], D("0.00")),
    ]  # fmt: skip


def test_who_did_not_come_counts_less_the_next_time(world, desk):
    made = decided(world())
    with made.at():
        for actor, firm in zip(made.actors[:2], made.firms[:2], strict=True):
            api.accept_place(actor=actor, row=made.row(firm))
        with pytest.raises(Refused, match="non è ancora cominciata"):
            api.record_presence(actor=SYSTEM, initiative=made.initiative, present={made.row(made.firms[0]).pk: True})
    with clock_at(AFTER + timedelta(days=48)):
        present = {made.row(made.firms[0]).pk: True, made.row(made.firms[1]).pk: False}
        api.record_presence(actor=SYSTEM, initiative=made.initiative, present=present)
    assert made.states() == ["attended", "absent", "listed", "listed"]


def test_the_database_refuses_two_in_one_place_and_more_places_than_there_are(world):
    made = decided(world())
    first, _, third, _ = made.rows()
    for seat, error in ((first.seat, IntegrityError), (3, ProgrammingError)):
        with pytest.raises(error), transaction.atomic():
            api.Participation.objects.filter(pk=third.pk).update(
                state="offered", seat=seat, offered_at=AFTER, answer_by=AFTER.date()
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        api.Participation.objects.filter(pk=third.pk).update(seat=None, state="confirmed")


def test_only_its_own_and_those_of_the_office_are_seen(world, actor_for, person):
    made = decided(world())
    seen = api.Participation.objects.visible_to(made.actors[0])
    assert [row.enterprise_id for row in seen] == [made.firms[0].pk]
    assert not api.Participation.objects.visible_to(actor_for(person())).exists()


def test_the_details_for_the_stand_and_the_catalogue(world):
    made = decided(world(details_by=(AFTER + timedelta(days=5)).date()))
    given = {
        "graphic_name": "IMPRESA 1",
        "needs": ["water", "power"],
        "needs_note": "",
        "text_it": "Barche",
        "text_en": "Boats",
    }
    with made.at():
        row = api.tell_details(actor=made.actors[0], row=made.row(made.firms[0]), **given)
        assert row.needs == ["power", "water"]
        with pytest.raises(Refused, match="chi ha un posto"):
            api.tell_details(actor=made.actors[2], row=made.row(made.firms[2]), **given)
        with pytest.raises(Refused, match="Al massimo 60"):
            api.tell_details(actor=made.actors[0], row=row, **(given | {"graphic_name": "x" * 61}))
        api.accept_place(actor=made.actors[0], row=row)
    with clock_at(AFTER + timedelta(days=6)):
        with pytest.raises(Refused, match="Il termine era"):
            api.tell_details(actor=made.actors[0], row=row, **given)
        api.tell_details(actor=SYSTEM, row=row, **given)
        api.renounce_place(actor=made.actors[0], row=row)
    # Who gets the place after that day has five days of its own, and is asked in Today.
    late = made.actors[2]
    with clock_at(AFTER + timedelta(days=7)):
        row = api.accept_place(actor=late, row=made.row(made.firms[2]))
    with clock_at(AFTER + timedelta(days=12)):
        assert list(api.waiting_for_firm(late)) == [row]
        assert api.details_until(row) == today()
        api.tell_details(actor=late, row=row, **given)
        assert not api.waiting_for_firm(late)
    with clock_at(AFTER + timedelta(days=13)), pytest.raises(Refused, match="Il termine era il 27/04/2026"):
        api.tell_details(actor=late, row=row, **given)
    starts = made.initiative.starts_on
    row.confirmed_at = AFTER.replace(month=starts.month, day=starts.day) - timedelta(days=2)
    assert api.details_until(row) == starts - timedelta(days=1)
