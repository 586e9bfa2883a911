"""On which terms buyers are hosted, what is arranged, and that its cost enters that of the initiative; a buyer reads its own alone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.initiatives.world import SYSTEM
from tests.meetings.world import make_meetings
from tests.participations.world import AFTER

from levante.controls.api import Due, record_due_payment
from levante.identity.api import roles
from levante.initiatives.api import keep_the_days, withdraw_buyer_interest
from levante.kernel.api import Refused, clock_at, system
from levante.meetings.api import accounts_of, ask_back_of_buyer, record_held, tell_feedback
from levante.meetings.hosted import _depends, left_to_ask_back
from levante.meetings.models import Meeting
from levante.messages.api import Notice
from levante.participations import api
from levante.participations.ending import left_to_settle
from levante.web.desk.initiatives.worklist import my_turn
from levante.wins.api import unit_costs_of

pytestmark = pytest.mark.django_db
D = Decimal
EURO = st.decimals(0, 100_000, places=2)


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    return make_meetings(enterprise, representative, actor_for, person, firms=1, buyers=2)


def arrange(made, **changes):
    given = {
        "kind": "travel", "what": "Volo da Amburgo", "starts_on": date(2026, 5, 31), "ends_on": date(2026, 6, 5),
        "buyer": made.buyers[0].buyer, "cost": D("320.00"),
    }  # fmt: skip
    with clock_at(AFTER):
        return api.record_arrangement(actor=SYSTEM, initiative=made.initiative, **(given | changes))


def host(made, **changes):
    given = {
        "nights": 2,
        "travel_ceiling": D("300.00"),
        "least_meetings": 3,
        "owed_percent": 50,
        "words_en": "Transfers too",
    }
    with clock_at(AFTER):
        return api.set_hospitality(actor=SYSTEM, initiative=made.initiative, **(given | changes))


def accept(made, which=0, version=1):
    with clock_at(AFTER):
        return api.accept_terms(actor=made.buyers[which].actor, initiative=made.initiative, version=version)


def meeting(made, which=0, number=0, **told):
    """One of the agenda between the enterprise and a buyer, as if it had been published."""
    given = {"a": made.a[0], "b": made.b[which], "slot": made.slots[number], "changed_at": AFTER} | told
    return Meeting.objects.create(agenda=made.agenda, **given)


@settings(max_examples=30)
@given(EURO, *[st.integers(0, 6)] * 5, st.integers(0, 100))
def test_what_is_unsaid_matters_only_where_some_answer_changes_what_is_owed(
    cost, held, missed, yes, no, least, percent
):
    terms = SimpleNamespace(least_meetings=least, owed_percent=percent)
    if not _depends(terms, cost, held, missed, yes + no):
        given = {"least": least, "percent": percent}
        now = api.owed(cost, held=held, missed=missed, **given)
        assert api.owed(cost, held=held + yes, missed=missed + no, **given) == now


@settings(max_examples=30)
@given(
    EURO, st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(0, 100), st.one_of(st.none(), EURO)
)
def test_what_is_owed_is_never_more_than_what_was_paid(cost, held, missed, least, percent, ceiling):
    due = api.owed(cost, held=held, missed=missed, least=least, percent=percent)
    assert 0 <= due <= cost
    assert held < least or due == 0
    assert missed or due == 0, "who held all that was arranged for it owes nothing"
    above = api.over_ceiling(cost, ceiling)
    assert 0 <= above <= cost
    assert ceiling is None or cost - above <= ceiling


def test_what_is_arranged_is_of_one_and_has_what_its_kind_needs(made):
    row = api.Participation.objects.get(enterprise=made.world.firms[0])
    for wrong, words in (
        ({"what": " "}, "che cosa"), ({"ends_on": date(2026, 5, 1)}, "Finisce prima"), ({"place": row}, "non di tutti e due"),
        ({"kind": "visa"}, "scrivi chi"), ({"weight_kg": D("3")}, "dei campioni"), ({"cost": D("-1")}, "negativo"),
        ({"kind": "samples", "weight_kg": D("0")}, "maggiore di zero"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            arrange(made, **wrong)
    samples = arrange(made, kind="samples", buyer=None, place=row, weight_kg=D("12.50"), carnet="IT/26/1")
    assert (samples.weight_kg, samples.carnet) == (D("12.50"), "IT/26/1")
    for wrong in ({"kind": "hotel"}, {"state": "done", "cost": None}, {"buyer": made.buyers[0].buyer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.Arrangement.objects.filter(pk=samples.pk).update(**wrong)


def test_terms_are_written_before_it_begins(made):
    with pytest.raises(Refused, match="meno incontri di un minimo"):
        host(made, least_meetings=0)
    first = host(made)
    assert (host(made).version, host(made, nights=3).pk) == (1, first.pk)
    with clock_at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        keep_the_days(actor=system("initiatives.days"))
        with pytest.raises(Refused, match="le condizioni restano"):
            api.set_hospitality(actor=SYSTEM, initiative=made.initiative, nights=9)


def test_costs_enter_the_cost_of_the_initiative_and_its_units(made, desk):
    first = arrange(made)
    arrange(made, kind="hotel", what="Due notti", cost=D("180.00"))
    with clock_at(AFTER):
        with pytest.raises(Refused, match="quanto è costato"):
            api.follow_arrangement(actor=SYSTEM, arrangement=first, state="done")
        api.follow_arrangement(actor=SYSTEM, arrangement=first, state="done", cost=D("350.00"), reference="AZ1")
        assert api.costs_of(made.initiative).total == D("530.00")
        api.follow_arrangement(actor=SYSTEM, arrangement=first, state="cancelled", cost=D("350.00"))
        api.record_contract(
            actor=SYSTEM, initiative=made.initiative, subject="Area", supplier="S", amount=D("1000.00"), signed_on=AFTER.date(), no_cig="x"
        )  # fmt: skip
    units = unit_costs_of(desk.dir, made.initiative)
    assert (units.costs.total, units.costs.arranged, units.costs.each) == (D("1180.00"), D("180.00"), D("1180.00"))
    assert (units.held, units.each_meeting, units.each_win) == (0, None, None)


@pytest.mark.slow  # seven pages
def test_a_buyer_reads_its_own_alone_and_the_office_all(
    made, client, signed_in, officer, django_assert_max_num_queries
):
    host(made)
    visa = arrange(made, kind="visa", what="Visto d’affari", traveller="Kim Lee")
    one, other = made.buyers
    assert [row.pk for row in api.Arrangement.objects.visible_to(one.actor)] == [visa.pk]
    assert not api.Arrangement.objects.visible_to(other.actor).exists()
    assert api.Hospitality.objects.visible_to(other.actor).exists()
    director = officer(roles.DIRECTOR)
    signed_in(director)
    base = f"/ufficio/iniziative/{made.initiative.code}/logistica/"
    with clock_at(AFTER):
        with django_assert_max_num_queries(25):
            assert "Kim Lee" in client.get(base).content.decode()
        new = {
            "new-kind": "hotel",
            "new-who": f"b{one.buyer.pk}",
            "new-what": "Albergo",
            "new-starts_on": "2026-05-31",
            "new-ends_on": "2026-06-02",
        }
        assert client.post(f"{base}scrivi/", new | {"new-what": ""}).status_code == 400
        assert client.post(f"{base}scrivi/", new).status_code == 302
        hotel = api.Arrangement.objects.get(kind="hotel")
        client.post(f"/ufficio/logistica/{hotel.pk}/segui/", {"state": "booked", "cost": "200,00", "reference": "H7"})
        hotel.refresh_from_db()
        assert (hotel.state, hotel.cost, hotel.reference) == ("booked", D("200.00"), "H7")
        terms = {"terms-nights": "4", "terms-least_meetings": "2", "terms-owed_percent": "10"}
        assert client.post(f"{base}condizioni/", terms).status_code == 302
    accept(made, version=2)
    missed = meeting(made)
    with clock_at(datetime(2026, 6, 8, 9, tzinfo=UTC)):
        keep_the_days(actor=system("initiatives.days"))
        board = client.get(f"/ufficio/iniziative/{made.initiative.code}/incontri/oggi/")
        assert board.status_code == 200
        client.post(f"/ufficio/incontri/{missed.pk}/tenuto/", {"held": "b"})
        missed.refresh_from_db()
        assert (missed.state, missed.missed_by) == ("missed", "b")
        assert "20,00" in client.get(base).content.decode(), "it missed its one meeting: a tenth is owed"
        with django_assert_max_num_queries(35):
            assert "Costo finora" in client.get(f"/ufficio/iniziative/{made.initiative.code}/").content.decode()


def test_that_a_meeting_was_held_is_not_for_a_hosted_buyer_alone_to_say(made):
    host(made)
    accept(made)
    made.agenda.state, made.agenda.published_at = "published", AFTER
    made.agenda.save()
    mine, other = meeting(made), meeting(made, which=1, number=1)
    said = {"quality": 4, "next_step": "none"}
    with clock_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        for row, guest in ((mine, made.buyers[0]), (other, made.buyers[1])):
            tell_feedback(actor=guest.actor, meeting=row, side="b", **said)
            row.refresh_from_db()
        assert (mine.state, other.state) == ("planned", "held"), "the second is hosted by nobody"
        tell_feedback(actor=made.seller_actors[0], meeting=mine, side="a", **said)
    mine.refresh_from_db()
    assert mine.state == "held"


def test_what_a_buyer_owes_back_is_asked_of_it_once_everything_is_told(made, desk, client, signed_in):
    """It undertook three meetings and missed the one it had: half of 320 euro, asked as a quota is, by who may ask for one. What it
    accepted binds it, not the terms that were written afterwards."""
    host(made)
    accept(made)
    host(made, owed_percent=100)
    flight, given = arrange(made), meeting(made)
    one, after = made.buyers[0], datetime(2026, 6, 8, 9, tzinfo=UTC)
    ask = {"initiative": made.initiative, "buyer": one.buyer}
    with clock_at(after):
        with pytest.raises(Refused, match="Prima si dice"):
            ask_back_of_buyer(actor=SYSTEM, **ask)
        keep_the_days(actor=system("initiatives.days"))
        api.follow_arrangement(actor=SYSTEM, arrangement=flight, state="done", cost=D("320.00"))
        record_held(actor=SYSTEM, meeting=given, held=False)
        with pytest.raises(Refused, match="chi non è venuto"):
            ask_back_of_buyer(actor=SYSTEM, **ask)
        given.refresh_from_db()
        assert given.missed_by == "", "nobody checked in: it is not told who did not come"
        assert [
            "di cui dire se sono stati tenuti" in row.text.it for row in left_to_ask_back(initiative=made.initiative)
        ] == [True]
        page = signed_in(desk.users.anna).get(f"/ufficio/iniziative/{made.initiative.code}/logistica/").content.decode()
        assert "prima di’ se 1 incontro è stato tenuto" in page
        record_held(actor=SYSTEM, meeting=given, held=False, missed_by="a")
        assert not list(left_to_ask_back(initiative=made.initiative)), "the enterprise did not come"
        record_held(actor=SYSTEM, meeting=given, held=False, missed_by="b")
        with pytest.raises(Refused, match="Non deve rendere"):
            ask_back_of_buyer(actor=SYSTEM, **(ask | {"buyer": made.buyers[1].buyer}))
        with pytest.raises(Refused):
            ask_back_of_buyer(actor=one.actor, **ask)
        assert [row.text.en for row in left_to_ask_back(initiative=made.initiative)] == [
            "hospitality to be asked back: 1"
        ]
        due = ask_back_of_buyer(actor=SYSTEM, **ask)
        assert ask_back_of_buyer(actor=SYSTEM, **ask) == due, "a second click"
        assert (due.amount, due.buyer, due.enterprise, due.due_on) == (D("160.00"), one.buyer, None, date(2026, 7, 8))
        assert not due.notices.exists(), "who is abroad has no pagoPA notice"
        assert not list(left_to_ask_back(initiative=made.initiative))
        assert [row.pk for row in Due.objects.visible_to(one.actor)] == [due.pk]
        assert not Due.objects.visible_to(made.buyers[1].actor).exists()
        signed_in(one.user)
        shown = client.get(f"/en/partner/fiere/{made.initiative.code}/viaggio/", follow=True).content.decode()
        assert "€160.00" in shown
        assert "Give back a part" in client.get("/en/partner/", follow=True).content.decode()
        assert Notice.objects.filter(user=one.user, kind="due-issued").exists()
        record_due_payment(
            actor=SYSTEM, due=due, source="treasury", reference="sepa-1", on=after.date(), amount=D("160.00")
        )
    due.refresh_from_db()
    assert due.state == "paid"


def test_an_enterprise_reads_what_is_arranged_for_its_place_alone(made, client, signed_in):
    place = api.Participation.objects.get(enterprise=made.world.firms[0])
    samples = arrange(
        made, kind="samples", what="Due casse di campioni", buyer=None, place=place, weight_kg=D("42.5"), carnet="IT/7"
    )
    arrange(made, what="Volo del buyer")
    actor = made.world.actors[0]
    assert [row.pk for row in api.Arrangement.objects.visible_to(actor)] == [samples.pk]
    signed_in(made.world.users[0])
    with clock_at(AFTER):
        page = client.get(f"/impresa/fiere/{made.initiative.code}/", follow=True).content.decode()
    assert "Due casse di campioni" in page
    assert "IT/7" in page
    assert "Volo del buyer" not in page


def test_the_buyer_finds_its_travel(made, client, signed_in):
    host(made)
    arrange(made, kind="visa", what="Visto d’affari", traveller="Kim Lee")
    page = f"/partner/fiere/{made.initiative.code}/viaggio/"
    signed_in(made.buyers[0].user)
    with clock_at(AFTER):
        assert "Kim Lee" in client.get(page, follow=True).content.decode()
    signed_in(made.buyers[1].user)
    with clock_at(AFTER):
        shown = client.get(f"/en{page}", follow=True).content.decode()
    assert "Kim Lee" not in shown
    assert "gives back 50" in shown
    assert "none of them binds you" in shown


@pytest.mark.slow  # a paper
@pytest.mark.paper
def test_the_letter_for_a_visa_is_of_who_travels(made, client, signed_in):
    visa = arrange(made, kind="visa", what="Visto d’affari", traveller="Kim Lee")
    signed_in(made.buyers[1].user)
    assert client.get(f"/partner/viaggio/{visa.pk}/invito.pdf", follow=True).status_code == 404
    signed_in(made.buyers[0].user)
    with clock_at(AFTER):
        answer = client.get(f"/partner/viaggio/{visa.pk}/invito.pdf", follow=True)
    assert answer["Content-Type"] == "application/pdf"


def test_terms_are_read_and_accepted_and_told_when_they_change(made, client, signed_in):
    host(made)
    one, other = made.buyers
    told = Notice.objects.filter(kind="hospitality-terms", user=one.user)
    assert told.count() == 1
    page = f"/en/partner/fiere/{made.initiative.code}/"
    signed_in(one.user)
    with clock_at(AFTER):
        assert "Terms of hospitality" in client.get(page, follow=True).content.decode()
        sent = {"looking_for": "wooden boats", "version": "1"}
        assert client.post(page, sent).status_code == 200, "the terms were not accepted"
        assert not api.AcceptedTerms.objects.exists()
        assert client.post(page, sent | {"terms": "on"}).status_code == 302
        assert client.post(f"{page}viaggio/accetta/", {"version": "1"}).status_code == 302
    mine = api.AcceptedTerms.objects.get()
    assert (mine.buyer, mine.version, mine.owed_percent, mine.by) == (one.buyer, 1, 50, one.user)
    host(made, owed_percent=100)
    assert told.count() == 2
    with pytest.raises(Refused, match="come sono ora"):
        accept(made, which=1, version=1)
    with clock_at(AFTER):
        assert "the ones you accepted hold" in client.get(f"{page}viaggio/").content.decode()
        assert api.accepted_terms(made.initiative)[one.buyer.pk].owed_percent == 50
        client.post(f"{page}viaggio/accetta/", {"version": "2"})
    assert api.accepted_terms(made.initiative)[one.buyer.pk].owed_percent == 100
    assert [row.version for row in api.AcceptedTerms.objects.visible_to(one.actor)] == [1, 2]
    assert not api.AcceptedTerms.objects.visible_to(other.actor).exists()
    for act in (lambda: mine.delete(), lambda: api.AcceptedTerms.objects.update(owed_percent=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_who_withdraws_is_told_of_to_the_office_with_what_to_call_off_and_has_no_letter(made, officer):
    chief = officer(roles.DIRECTOR)
    host(made)
    accept(made)
    arrange(made, cost=D("320.00"))
    visa = arrange(made, kind="visa", what="Visto d’affari", traveller="Kim Lee", cost=None)
    lost = meeting(made)
    type(made.agenda).objects.filter(pk=made.agenda.pk).update(state="published", published_at=AFTER)
    interest = made.initiative.buyer_interests.get(buyer=made.buyers[0].buyer)
    with clock_at(AFTER):
        assert api.letters_leave([visa])[visa.pk]
        withdraw_buyer_interest(actor=made.buyers[0].actor, interest=interest)
        assert not api.letters_leave([visa])[visa.pk]
    told = Notice.objects.get(kind="buyer-withdrew", user=chief)
    assert "Volo da Amburgo (da organizzare)" in told.body_it
    lost.refresh_from_db()
    assert (lost.state, lost.missed_by) == ("cancelled", "b")
    with clock_at(datetime(2026, 6, 8, 9, tzinfo=UTC)):
        account = next(one for one in accounts_of(made.initiative, on=date(2026, 6, 8)) if one.buyer == interest.buyer)
    assert (account.missed, account.due) == (1, D("160.00"))
    meeting(made, number=1, state="held")  # the two met at another time after all
    account = next(one for one in accounts_of(made.initiative, on=date(2026, 6, 8)) if one.buyer == interest.buyer)
    assert (account.held, account.missed, account.due) == (1, 0, D(0))


def test_no_letter_for_an_initiative_that_is_cancelled(made):
    visa = arrange(made, kind="visa", what="Visto", traveller="Kim Lee", buyer=made.buyers[1].buyer)
    type(made.initiative).objects.filter(pk=made.initiative.pk).update(state="cancelled", cancelled_reason="x")
    visa = api.Arrangement.objects.select_related("initiative").get(pk=visa.pk)
    with clock_at(AFTER):
        assert "annullata" in api.letters_leave([visa])[visa.pk].reason.it


def test_what_is_still_to_be_arranged_is_asked_a_week_before_and_before_it_is_concluded(made, desk):
    visa = arrange(made, kind="visa", traveller="A. Kraus", cost=None)
    arrange(made, what="Senza costo", cost=None, starts_on=date(2026, 6, 3))
    made.initiative.refresh_from_db()

    def asked(day):
        with clock_at(datetime(2026, 5, day, 9, tzinfo=UTC)), override("it"):
            found = [item for item in my_turn(desk.anna) if "viaggi" in item.why]
        return [item.due for item in found]

    def left():
        return [row.text.it for row in left_to_settle(initiative=made.initiative) if "da organizzare" in row.text.it]

    assert (asked(23), asked(24)) == ([], [date(2026, 5, 31)])
    assert left() == ["viaggi, ospitalità, visti o campioni da organizzare o senza costo: 2"]
    with clock_at(AFTER):
        api.follow_arrangement(actor=SYSTEM, arrangement=visa, state="done", cost=D("80.00"))
    assert (asked(24), asked(28)) == ([], [date(2026, 6, 3)])
    assert left() == ["viaggi, ospitalità, visti o campioni da organizzare o senza costo: 1"]
