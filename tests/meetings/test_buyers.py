"""Buyers at meetings: whom the initiative wants, what their profile adds to the suggestions, how they behaved."""

from decimal import Decimal

import pytest
from tests.meetings.world import AFTER, SYSTEM, make_meetings
from tests.wins.world import LATER

from levante.directory.api import bought_by, qualify_buyer, save_buyer_profile
from levante.initiatives.api import express_buyer_interest
from levante.kernel.api import ANONYMOUS, BUYER, Actor, Party, Refused, clock_at
from levante.meetings import api
from levante.meetings.pure.weights import Said, suggest
from levante.meetings.queries import said_of
from levante.parties.api import Buyer
from levante.web.desk.participants.worklist import my_turn
from levante.wins.api import WHOLE, Share, answer_as_customer, ask_customer, confirmed_by, tell_win

pytestmark = pytest.mark.django_db
CRITERIA = ("identity", "demand", "volumes", "channels", "references", "behaviour")


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person)


@pytest.mark.slow  # an agenda, a page, what Today says of it
def test_only_qualified_buyers_are_brought_where_the_initiative_wants_it(made, desk, client, signed_in):
    buyer = Buyer.objects.create(name="Neu GmbH", country_id="DE")
    actor = Actor(user_id=made.buyers[0].user.pk, party=Party(BUYER, buyer.pk), scopes=frozenset({"read", "meet"}))
    type(made.initiative).objects.filter(pk=made.initiative.pk).update(qualified_buyers_only=True)
    made.fresh()
    with clock_at(AFTER):
        express_buyer_interest(actor=actor, initiative=made.initiative, looking_for="boats")
        with pytest.raises(Refused, match="Neu GmbH"):
            api.bring_attendees(actor=SYSTEM, agenda=made.agenda)
        may, left = api.admitted(made.agenda.initiative)
        assert may == []
        assert {one.interest.buyer.name for one in left} == {"Buyer 1", "Buyer 2", "Neu GmbH"}
        why = [one.why for one in my_turn(desk.anna) if "qualificat" in one.why]
        assert why == ["3 buyer che hanno chiesto di venire non sono qualificati: esaminali"]
        signed_in(desk.users.anna)
        page = client.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/persone/")
        assert "Neu GmbH" in page.content.decode()
        assert "non lo ha ancora qualificato" in page.content.decode()
        qualify_buyer(actor=desk.anna, buyer=buyer, outcome="qualified", answers=dict.fromkeys(CRITERIA, "met"))
        assert any(one.why.startswith("2 buyer") for one in my_turn(desk.anna))
        api.bring_attendees(actor=SYSTEM, agenda=made.agenda)
    assert made.agenda.attendees.coming().filter(buyer=buyer).exists()
    assert made.agenda.attendees.filter(side="b").count() == 3, "who was there stays"


def test_what_a_buyer_says_that_it_buys_is_a_reason_to_meet(made):
    buyer = made.buyers[0]
    actor = Actor(user_id=buyer.user.pk, party=buyer.actor.party, scopes=buyer.actor.scopes | {"correct"})
    with clock_at(AFTER):
        save_buyer_profile(
            actor=actor,
            buyer=buyer.buyer,
            headings=["8903.22"],
            certifications=["iso-9001"],
            markets=["AE"],
            price_band="upper",
        )
    seller = Said(
        codes=frozenset({"8903"}), markets=frozenset({"AE"}), certifications=frozenset({"iso-9001"}), price_band="upper"
    )
    bought = bought_by([buyer.buyer.pk])[buyer.buyer.pk]
    before = {one.kind for one in suggest(seller, said_of(made.b[0]))}
    after = {one.kind: one for one in suggest(seller, said_of(made.b[0], None, bought))}
    assert before & {"market", "certification", "price"} == set()
    assert {"heading", "market", "certification", "price"} <= set(after)
    assert (after["market"].what, after["market"].points) == (("AE",), 7), "where it sells, not where it is"


@pytest.mark.slow  # meetings, then wins
def test_how_a_buyer_behaved_is_what_happened_and_its_wins_are_its_own(made, desk, signed_in):
    buyer = made.buyers[0].buyer
    for seller, slot, state in ((made.a[0], made.slots[0], "held"), (made.a[1], made.slots[1], "missed")):
        row = api.Meeting.objects.create(
            agenda=made.agenda,
            a=seller,
            b=made.b[0],
            slot=slot,
            state=state,
            changed_at=AFTER,
            missed_by="b" if state == "missed" else "",
        )
        if state == "held":
            api.Feedback.objects.create(meeting=row, side="a", quality=4, next_step="samples", at=AFTER)
            api.Feedback.objects.create(meeting=row, side="b", quality=1, next_step="none", at=AFTER)
    seen = api.behaviour_of(desk.anna, buyer.pk)
    assert (seen.asked, seen.withdrawn, seen.agendas, seen.held, seen.missed, seen.told) == (1, 0, 1, 1, 1, 1)
    assert str(seen.quality) == "4.0", "what enterprises said, not the buyer itself"

    firm, actor = made.a[0].enterprise, made.seller_actors[0]
    assert api.buyers_met(firm.pk) == [], "the agenda is not published: it does not know whom it meets"
    type(made.agenda).objects.filter(pk=made.agenda.pk).update(published_at=AFTER)
    assert api.buyers_met(firm.pk) == [buyer]
    assert api.buyers_met(made.a[1].enterprise_id) == [], "it was missed"
    told = {
        "actor": actor, "enterprise": firm, "what": "Barche", "customer": "x", "country": None, "kind": "export", "matter": "goods",
        "won_on": LATER.date(), "expected": {1: Decimal("10.00")}, "origin": Share(WHOLE, made.initiative.pk), "buyer": buyer,
    }  # fmt: skip
    with clock_at(LATER):
        with pytest.raises(Refused, match="che hai incontrato"):
            tell_win(**told | {"buyer": made.buyers[1].buyer})
        win = tell_win(**told)
        assert (win.customer, win.country_id, win.buyer) == (buyer.name, "DE", buyer), "its name and country"
        named = told | {"buyer": None, "country": buyer.country}
        others = [tell_win(**named | {"what": name, "customer": name}) for name in ("BUYER 1", "Buyer 9")]
        for one in (win, *others):
            _, token = ask_customer(actor=actor, win=one)
            answer_as_customer(actor=ANONYMOUS, token=token, confirms=True, rating=5)
    assert confirmed_by(desk.anna, buyer) == (1, 1), "its own, and one by its name"
    shown = signed_in(made.world.users[0], firm).get("/impresa/affari/nuovo/").content.decode()
    assert f'<option value="{buyer.pk}">{buyer.name}</option>' in shown
    assert "Buyer 2" not in shown
    assert api.behaviour_of(desk.nino, buyer.pk).asked == 0, "another agency's"
