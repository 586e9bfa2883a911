"""A win is told, attributed whole, confirmed by its customer in time or not counted."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction
from tests.initiatives.world import SYSTEM
from tests.wins.world import LATER, WON, confirm, over, tell

from levante.kernel.api import Actor, NotYours, Refused, clock_at, system
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice
from levante.wins import api

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def figures(world):
    return tuple(one(world.initiative).amount for one in (api.expected_of, api.confirmed_of, api.realised_of))


def test_it_counts_once_the_customer_confirms_and_realised_is_a_figure_apart(world):
    win = tell(world)
    assert tell(world).pk == win.pk, "told twice it is one"
    assert (win.state, win.confirm_by) == ("told", date(2027, 7, 1))
    assert figures(world) == (D("150.01"), D("0.00"), D("0.00"))
    with world.at(LATER):
        assert [(one.win.pk, one.why) for one in api.to_confirm(world.actors[0])] == [(win.pk, api.NEVER)]
        assert api.to_confirm(world.actors[1]) == [], "another's"
    confirm(world, win)
    assert figures(world) == (D("150.01"), D("150.01"), D("0.00"))
    with world.at(LATER):
        api.record_realised(actor=world.actors[0], win=win, year=1, amount=D("80.00"), source="fattura 7/2026")
        api.record_realised(actor=world.actors[0], win=win, year=1, amount=D("90.00"), source="fattura 7/2026")
        with pytest.raises(Refused, match="non è ancora cominciato"):
            api.record_realised(actor=world.actors[0], win=win, year=2, amount=D("1.00"), source="f")
        report = api.report_of(world.actors[0], world.initiative)
        assert api.to_write(world.actors[0]) == [], "no year is over"
    assert figures(world) == (D("150.01"), D("150.01"), D("90.00"))
    with clock_at(datetime(2028, 6, 30, 9, tzinfo=UTC)):
        assert api.to_write(world.actors[0]) == [], "of the first it is written, the second is not over"
    with clock_at(datetime(2028, 7, 1, 9, tzinfo=UTC)):
        assert [(one.win.pk, one.years) for one in api.to_write(world.actors[0])] == [(win.pk, (2,))]
        assert api.to_write(world.actors[1]) == []
    assert report.helped.amount == D("90.01"), "60 % would not have come without help"
    told = [(year, one.amount, other.amount) for year, one, other in report.years[:3]]
    assert told == [(1, D("100.00"), D("90.00")), (2, D("50.01"), 0), (3, 0, 0)]
    for rows in (report.sectors, report.provinces):
        told = [
            (row.enterprises, row.held, row.quality, row.wins, row.confirmed.amount, row.helped.amount) for row in rows
        ]
        assert told == [(2, 0, None, 1, D("150.01"), D("90.01"))]
    assert Notice.objects.filter(kind="win-answered").count() == 1
    assert {"wins.tell_win", "wins.ask_customer", "wins.answer_as_customer", "wins.record_realised"} <= set(
        AuditEntry.objects.values_list("verb", flat=True)
    )


def test_the_three_figures_cannot_be_added(world):
    one, two, three = (
        api.expected_of(world.initiative),
        api.confirmed_of(world.initiative),
        api.realised_of(world.initiative),
    )
    for first, second in ((one, two), (two, three), (one, three)):
        with pytest.raises(TypeError):
            first + second


def test_the_enterprise_does_not_answer_for_its_customer(world):
    win = tell(world)
    with world.at(LATER):
        _, token = api.ask_customer(actor=world.actors[0], win=win)
        for actor in (world.actors[0], Actor(user_id=world.users[0].pk)):
            with pytest.raises(Refused, match="risponde il cliente"):
                api.answer_as_customer(actor=actor, token=token, confirms=True, rating=5)
        ask = api.answer_as_customer(actor=world.actors[1], token=token, confirms=True, rating=5)
    assert api.made_by_the_firm(ask), "who reads what was confirmed is told who made the link"


def test_a_deal_that_may_be_told_twice_is_shown_beside_the_other(world):
    win = tell(world)
    again = tell(world, what="Due barche", customer="BOOTE GmbH.", won_on=date(2026, 7, 12))
    same = tell(world, what="Vele", customer="Segel AG", won_on=date(2026, 7, 13), expected={1: D("150.01")})
    tell(world, what="Remi", customer="Ruder AG", expected={1: D("7.00")})
    tell(world, actor=world.actors[1], enterprise=world.firms[1])
    assert {one.pk for one in api.look_alike(win)} == {again.pk, same.pk}
    confirm(world, again, confirms=False)
    assert [one.pk for one in api.look_alike(win)] == [same.pk], "what the customer denied is in no figure"


def test_what_the_customer_denies_is_in_no_figure(world):
    win = tell(world)
    confirm(world, win, confirms=False)
    assert figures(world) == (0, 0, 0)
    with world.at(LATER), pytest.raises(Refused, match="ha già risposto"):
        api.ask_customer(actor=world.actors[0], win=win)


def test_after_the_term_it_stays_told_and_does_not_count(world):
    win = tell(world)
    with clock_at(datetime(2027, 7, 1, 9, tzinfo=UTC)):
        assert api.lapse_wins(actor=system("t")) == 0, "the last day counts"
        ask, token = api.ask_customer(actor=world.actors[0], win=win)
        assert ask.expires_on == date(2027, 7, 1), "never after the term"
    with clock_at(datetime(2027, 7, 2, 9, tzinfo=UTC)):
        with pytest.raises(Refused, match="non vale più"):
            api.answer_as_customer(actor=world.nobody, token=token, confirms=True, rating=5)
        assert api.lapse_wins(actor=system("t")) == 1
        assert api.lapse_wins(actor=system("t")) == 0
        assert api.to_confirm(world.actors[0]) == [], "nothing can be done any more"
    assert Notice.objects.filter(kind="win-lapsed", user=world.users[0]).count() == 1
    win.refresh_from_db()
    assert win.state == "lapsed"
    assert figures(world) == (D("150.01"), 0, 0)


def test_a_link_answers_once_and_a_new_one_ends_the_old(world):
    win = tell(world)
    with world.at(LATER):
        _, old = api.ask_customer(actor=world.actors[0], win=win)
        ask, token = api.ask_customer(actor=world.actors[0], win=win)
        assert token not in str(api.CustomerAsk.objects.values()), "the secret is not kept"
        with pytest.raises(Refused, match="non vale più"):
            api.answer_as_customer(actor=world.nobody, token=old, confirms=True, rating=5)
        with pytest.raises(Refused, match="da 1 a 5"):
            api.answer_as_customer(actor=world.nobody, token=token, confirms=True, rating=6)
        with pytest.raises(NotYours):
            api.answer_as_customer(actor=world.nobody, token="x", confirms=True, rating=5)
        api.answer_as_customer(actor=world.nobody, token=token, confirms=True, rating=4, comment="gut")
        with pytest.raises(Refused, match="non vale più"):
            api.answer_as_customer(actor=world.nobody, token=token, confirms=False, rating=1)
    ask.refresh_from_db()
    assert (ask.answer, ask.rating, ask.comment) == ("yes", 4, "gut")


def test_a_win_is_of_who_took_part_after_it_and_of_who_acts_for_it(world):
    for changes, said in (
        ({"won_on": date(2026, 5, 31)}, "prima dell’iniziativa"),
        ({"won_on": date(2026, 7, 16)}, "nel futuro"),
        ({"expected": {}}, "almeno un importo"),
        ({"origin": api.Share(api.WHOLE, award_id=99)}, "non ha partecipato"),
        ({"without_help": 101}, "contributo dell’aiuto"),
    ):
        with pytest.raises(Refused, match=said):
            tell(world, **changes)
    with pytest.raises(Refused, match="chi prepara le pratiche"):
        tell(world, actor=world.actors[1])
    win = tell(world)
    assert not api.Win.objects.visible_to(world.actors[1]).exists()
    with world.at(LATER), pytest.raises(Refused):
        api.ask_customer(actor=world.actors[1], win=win)


def whole_after(change):
    with transaction.atomic():
        change()
        connection.check_constraints()


def test_shares_make_100_for_the_service_and_for_the_database(world):
    win = tell(world)
    with world.at(LATER):
        with pytest.raises(Refused, match="fanno 100"):
            api.share_win(actor=SYSTEM, win=win, shares=[api.Share(D("99.99"), world.initiative.pk)])
        with pytest.raises(Refused, match="Lo fa la Sezione"):
            api.share_win(actor=world.actors[0], win=win, shares=[api.Share(api.WHOLE, world.initiative.pk)])
        whole = api.share_win(actor=SYSTEM, win=win, shares=[api.Share(api.WHOLE, world.initiative.pk)])
    assert whole.shares.count() == 1
    for change in (
        lambda: win.shares.update(percent=D("60.00")),
        lambda: win.shares.all().delete(),
        lambda: api.Win.objects.create(
            enterprise=world.firms[1], what="x", customer="y", country=world.country, kind="export", matter="goods",
            won_on=WON, confirm_by=WON, without_help=0, told_at=LATER,
        ),
    ):  # fmt: skip
        with pytest.raises(Error, match="do not make 100"):
            whole_after(change)
