"""Places are filled by who may still have them; who has one is reminded, and the office is told when nobody waits."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, decided, make_world

from levante.controls.api import cancel_due, issue_due
from levante.initiatives.api import withdraw_interest
from levante.kernel.api import Refused, clock_at, system
from levante.kernel.pure import Bilingual
from levante.messages.api import Notice
from levante.participations import api, selecting

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def test_an_enterprise_with_two_applications_has_the_place_of_its_best_one_admitted(world, monkeypatch):
    made = world(firms=3, places=1)
    one, two, three = made.firms
    out = Bilingual("Sotto la soglia.", "Below the threshold.")
    ranking = [
        selecting.Request(one, "1", rank=1, score=D(30)),
        selecting.Request(two, "2", rank=2, score=D(20)),
        selecting.Request(one, "3", rank=3, score=D(10), barred=out),
        selecting.Request(three, "4", rank=4, barred=out),
        selecting.Request(two, "5", rank=5, score=D(5)),
        selecting.Request(three, "6", rank=6, barred=out),
    ]
    monkeypatch.setattr(selecting, "_by_ranking", lambda selection: ranking)
    api.Selection.objects.update(method="ranking")
    made.selection.refresh_from_db()
    turns = [
        (turn.request.number, turn.placed.position if turn.placed else None) for turn in api.order_of(made.selection)
    ]
    assert turns == [("1", 1), ("2", 2), ("4", None)]
    decided(made)
    assert [made.row(firm).state for firm in made.firms] == ["offered", "listed", "excluded"]


def test_who_cannot_be_admitted_when_a_place_comes_free_is_not(world):
    made = decided(world(firms=4, places=1))
    _, ceased, owing, last = made.firms
    ceased.status, ceased.ceased_on = "ceased", AFTER.date()
    ceased.save()
    with clock_at(AFTER):
        due = issue_due(
            actor=SYSTEM, initiative=made.initiative, enterprise=owing, amount=D("10.00"), due_on=date(2026, 4, 20), reason="Altra quota"
        )  # fmt: skip
    with clock_at(AFTER + timedelta(days=6)):
        assert selecting.barred_now([owing]) == {}, (
            "what was paid by the last day may be recorded within three working days"
        )
    with clock_at(AFTER + timedelta(days=9)):
        api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
    assert [made.row(firm).state for firm in made.firms] == ["renounced", "excluded", "listed", "offered"]
    assert made.row(ceased).reason_it == "L’impresa non è attiva."
    assert made.row(owing).problem_it == "Ha una quota scaduta non pagata."
    told = Notice.objects.filter(user=made.users[2], kind__startswith="place-owes-")
    assert "il primo posto libero è tuo" in told.get().body_it, "who can pay is told, and once"
    assert made.row(last).seat == 1
    with clock_at(AFTER + timedelta(days=9)):
        api.renounce_place(actor=made.actors[3], row=made.row(last))
        api.lapse_offers(actor=SYSTEM)
        assert made.row(owing).state == "listed", "the place is free, and it owes still"
        cancel_due(actor=SYSTEM, due=due, reason="Non serve")
        api.lapse_offers(actor=SYSTEM)  # as every morning
    assert (made.row(owing).state, made.row(owing).problem_it) == ("offered", ""), "passed over, it kept its turn"
    assert told.count() == 1


@pytest.mark.slow  # two pages
def test_who_owes_when_the_list_is_decided_keeps_its_turn_and_is_told(world, client, signed_in):
    made = world(firms=3, places=1)
    owing, second, third = made.firms
    given = {"actor": SYSTEM, "initiative": made.initiative, "enterprise": owing, "reason": "Altra quota"}
    with clock_at(AFTER - timedelta(days=20)):
        due = issue_due(**given, amount=D("10.00"), due_on=date(2026, 4, 1))
    fair = f"/impresa/fiere/{made.initiative.code}/"
    signed_in(made.users[0], owing)
    with made.at():
        assert "Da pagare prima che la lista sia decisa" in client.get(fair).content.decode()
        assert [turn.placed.position for turn in api.order_of(made.selection)] == [1, 2, 3]
    decided(made)
    assert [(made.row(firm).state, made.row(firm).position) for firm in made.firms] == [
        ("listed", 1), ("offered", 2), ("listed", 3),
    ]  # fmt: skip
    assert Notice.objects.filter(user=made.users[0]).filter(kind__in=["place-listed", "place-excluded"]).count() == 0
    assert Notice.objects.get(user=made.users[0], kind__startswith="place-owes-").body_it.startswith("Ha una quota")
    with made.at():
        assert "Tocca a te, ma c’è da pagare" in client.get(fair).content.decode()
        cancel_due(actor=SYSTEM, due=due, reason="Non serve")
        api.lapse_offers(actor=SYSTEM)  # as every morning
        assert (made.row(owing).state, made.row(owing).problem_it) == ("listed", ""), (
            "no place is free, nothing is to be paid"
        )
        api.renounce_place(actor=made.actors[1], row=made.row(second))
    assert (made.row(owing).state, made.row(third).state) == ("offered", "listed"), "the first free place is its"


def test_the_office_is_told_when_a_place_is_free_and_nobody_waits(world, desk):
    made = decided(world(firms=2, places=1))
    with made.at():
        api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
        told = Notice.objects.filter(kind__startswith="place-free")
        assert not told.exists(), "the next one has it"
        api.renounce_place(actor=made.actors[1], row=made.row(made.firms[1]))
    assert set(told.values_list("user_id", flat=True)) == {desk.users.dir.pk, desk.users.anna.pk, desk.users.bruno.pk}


def test_who_has_a_place_is_reminded_to_accept_and_then_to_pay_once_each(world):
    made = decided(world(firms=1, places=1, quota=D("100.00")))

    def told(days):
        with clock_at(AFTER + timedelta(days=days)):
            api.remind_of_offers(actor=system("test"))
        return sorted(Notice.objects.filter(kind__endswith="-soon").values_list("kind", flat=True))

    assert told(6) == []
    assert told(7) == told(8) == ["place-answer-soon"]
    with clock_at(AFTER + timedelta(days=8)):
        api.accept_place(actor=made.actors[0], row=made.rows()[0])
    assert told(9) == told(10) == ["place-answer-soon", "place-pay-soon"]


def test_who_is_readmitted_and_withdraws_before_the_decision_is_in_the_list_no_more(world):
    made = world(firms=2, places=2)
    with made.at():
        row = api.exclude_request(
            actor=SYSTEM, initiative=made.initiative, enterprise_id=made.firms[0].pk, reason="Fuori settore"
        )
        api.readmit_request(actor=SYSTEM, row=row)
        withdraw_interest(actor=made.actors[0], interest=made.initiative.interests.get(enterprise=made.firms[0]))
    decided(made)
    row.refresh_from_db()
    assert (row.state, row.position, row.reason_it) == ("renounced", None, "Adesione ritirata")
    assert not Notice.objects.filter(kind="place-listed").exists()
    assert made.row(made.firms[1]).state == "offered"


def test_modules_are_exchanged_all_or_none(world):
    made = decided(world(firms=2, places=2))
    with made.at():
        for actor, row in zip(made.actors, made.rows(), strict=True):
            api.accept_place(actor=actor, row=row)
        api.draw_stand(actor=SYSTEM, initiative=made.initiative, parts=api.first_drawing(made.selection))
        a, b = api.StandElement.objects.order_by("code")
        one, two = made.rows()

        def give(**holders):
            wanted = {{"a": a, "b": b}[name].pk: row.pk if row else None for name, row in holders.items()}
            api.exchange_modules(actor=SYSTEM, initiative=made.initiative, holders=wanted)

        def held():
            return list(api.StandElement.objects.order_by("code").values_list("holder_id", flat=True))

        give(a=one, b=two)
        give(a=two, b=one)
        assert held() == [two.pk, one.pk]
        with pytest.raises(Refused, match="già tutti i suoi moduli"):
            give(a=one, b=one)
        assert held() == [two.pk, one.pk], "refused half way, nothing is freed"
        give(a=None)
        assert held() == [None, one.pk]
