"""The value of a place decided again: less varies its aid, more is another aid; what is booked is always what is decided."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.rna_world import rna  # noqa: F401
from tests.grants.test_registers import CODES, carry
from tests.initiatives.world import SYSTEM
from tests.participations.test_aid import AID, admitted, later_act
from tests.participations.world import AFTER, checked, decided, make_world

from levante.aid.api import AidRecord, Reservation, RnaRegistration, RnaVariation, position
from levante.controls.api import cancel_due, issue_due, record_due_payment
from levante.identity.api import roles
from levante.initiatives.api import keep_the_days, move_initiative
from levante.kernel.api import Refused, clock_at, system
from levante.kernel.pure import format_euro
from levante.messages.api import Notice
from levante.participations import api
from levante.participations.ending import left_to_settle
from levante.parties.api import Enterprise
from levante.web.components.beneficiaries import beneficiaries
from levante.web.desk.participants.worklist import my_turn

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def granted(made):
    """The first place, worth a thousand euro, in force."""
    decided(made, **AID)
    with made.at():
        api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="1234567")
        admitted(made)
    return made


def change(made, value, **given):
    with made.at():
        return api.change_place_aid(
            actor=given.pop("actor", SYSTEM), row=made.rows()[0], value=D(value), act=made.later,
            reason=given.pop("reason", "Servizi non resi"),
        )  # fmt: skip


def published(client, made):
    """The place as everybody reads it: in the list, in the sums by beneficiary, as open data."""
    with made.at():
        (row,) = client.get("/api/v1/aid-in-kind").json()["results"]
        page, sums = (client.get(f"/contributi/{one}/").content.decode() for one in ("in-natura", "beneficiari"))
        table = b"".join(client.get("/dati-aperti/aiuti-in-natura.csv").streaming_content).decode("utf-8-sig")
        added = b"".join(client.get("/dati-aperti/beneficiari.csv").streaming_content).decode("utf-8-sig")
    (cells,) = csv.DictReader(table.splitlines(), delimiter=";")
    (summed,) = csv.DictReader(added.splitlines(), delimiter=";")
    assert (cells["value"], summed["value_in_kind"], summed["grants"]) == (row["value"], row["value"], "0")
    assert all(words in page for words in (row["cor"], made.firms[0].name, format_euro(D(row["value"]))))
    assert all(words in sums for words in (made.firms[0].name, format_euro(D(row["value"]))))
    return row


def residual(made):
    return D(position(made.firms[0], on=AFTER.date(), request=D(0))["residual"])


def booked(made):
    """What the position counts of the place, without what only waits."""
    waiting = sum(Reservation.objects.filter(state="reserved").values_list("amount", flat=True), D(0))
    return D("300000.00") - residual(made) - waiting


def test_less_is_the_same_aid_reduced_in_the_same_position(world, client):
    made = granted(world(firms=1, places=1))
    whole = published(client, made)
    assert (whole["value_granted"], whole["value"], whole["state"]) == ("1000.00", "1000.00", "in_force")
    assert (whole["cor"], whole["granted_on"]) == ("1234567", AFTER.date().isoformat())
    assert "n. 88 del" in whole["act"]
    assert "tariffa" in whole["reckoned"]
    change(made, "400.00")
    less = published(client, made)
    assert (less["value_granted"], less["value"], less["state"]) == ("1000.00", "400.00", "reduced")
    aid = AidRecord.objects.get()
    assert (aid.gge, aid.granted_gge, aid.granted_on) == (D("400.00"), D("1000.00"), AFTER.date())
    assert residual(made) == D("299600.00")
    assert api.value_of(made.rows()[0]) == api.booked_of(made.rows()[0]) == D("400.00")
    for again, words in (("400.00", "Vale già"), ("-1.00", "non è negativo")):
        with pytest.raises(Refused, match=words):
            change(made, again)
    with pytest.raises(Refused, match="Scrivi perché"):
        change(made, "1.00", reason=" ")
    with pytest.raises(Refused, match="dirigente"):
        change(made, "1.00", actor=made.actors[0])


def test_a_quota_given_back_is_proposed_as_more_value_and_waits_for_the_decision(world, desk):
    """Three hundred of the quota are paid, the officer cancels it and half goes back: the enterprise bears 150 of 500."""
    made = granted(world(firms=1, places=1, quota=D("500.00")))
    with made.at():
        due = api.accept_place(actor=made.actors[0], row=made.rows()[0]).due
        assert due.what.en.startswith("Quota for taking part, place "), "in both languages"
        assert api.proposed_value(made.rows()[0]) is None
        record_due_payment(
            actor=SYSTEM, due=due, source="treasury", reference="t1", on=AFTER.date(), amount=D("300.00")
        )
        cancel_due(actor=SYSTEM, due=due, reason="Stand ridotto", percent=50)
        assert api.proposed_value(made.rows()[0]) == D("1350.00")
        assert api.value_of(made.rows()[0]) == D("1000.00"), "nothing changes by itself"
        assert any("1.350,00" in row.body_it for row in Notice.objects.filter(kind__startswith="place-value-"))
        assert [row.text.en for row in left_to_settle(initiative=made.initiative) if "again" in row.text.en]
    change(made, "1350.00", reason="Quota resa")
    assert api.proposed_value(made.rows()[0]) is None, "decided, though it waits for its code"


def test_another_quota_is_proposed_as_less_value_until_it_is_decided_or_cancelled(world, desk):
    made = granted(world(firms=1, places=1))
    asked = {
        "actor": SYSTEM,
        "initiative": made.initiative,
        "enterprise": made.firms[0],
        "due_on": AFTER.date() + timedelta(days=20),
    }
    with made.at():
        issue_due(**asked, amount=D("50.00"), reason="Arredi in più")
        assert api.proposed_value(made.rows()[0]) is None, "it is paid for something else"
        due = issue_due(**asked, amount=D("300.00"))
        assert api.proposed_value(made.rows()[0]) == D("700.00")
        assert any("a 700,00" in row.body_it for row in Notice.objects.filter(kind__startswith="place-value-"))
        assert [row.text.en for row in left_to_settle(initiative=made.initiative) if "again" in row.text.en]
    change(made, "700.00", reason="Chiesta un’altra quota")
    assert api.value_of(made.rows()[0]) == D("700.00")
    assert api.proposed_value(made.rows()[0]) is None
    with clock_at(AFTER + timedelta(hours=1)):
        cancel_due(actor=SYSTEM, due=due, reason="Errore", percent=0)
        assert api.proposed_value(made.rows()[0]) == D("1000.00")


def test_a_place_given_up_proposes_nothing(world, desk):
    made = granted(world(firms=1, places=1, quota=D("500.00"), refunds=[{"days_before": 1, "percent": 100}]))
    with made.at():
        due = api.accept_place(actor=made.actors[0], row=made.rows()[0]).due
        record_due_payment(
            actor=SYSTEM, due=due, source="treasury", reference="t1", on=AFTER.date(), amount=D("500.00")
        )
        api.renounce_place(actor=made.actors[0], row=made.rows()[0])
    assert api.proposed_value(made.rows()[0]) is None
    assert not Notice.objects.filter(kind__startswith="place-value-").exists()


def test_more_is_another_aid_with_its_headroom_code_and_act(world, client, desk):
    made = granted(world(firms=1, places=1))
    more = change(made, "1250.00")
    assert (more.state, more.reservation.amount) == ("registering", D("250.00"))
    assert api.value_of(made.rows()[0]) == D("1000.00"), "not before its act"
    assert residual(made) == D("298750.00"), "its headroom is held"
    with made.at():
        with pytest.raises(Refused, match="aspetta il suo COR"):
            api.change_place_aid(actor=SYSTEM, row=made.rows()[0], value=D("1.00"), act=made.later, reason="x")
        with pytest.raises(Refused, match="Non ha ancora il suo COR"):
            api.grant_more(actor=SYSTEM, change=more, act=made.later)
        with pytest.raises(Refused, match="COR di un altro posto"):
            api.write_more_cor(actor=SYSTEM, change=more, cor="1234567")
        # Nobody asks the RNA from here: it is the turn of who keeps places, then of who decides.
        address = f"/ufficio/partecipanti/{made.rows()[0].pk}/valore/"
        assert {(one.url, one.why) for who in (desk.anna, desk.dir) for one in my_turn(who)} == {
            (address, "l’aumento di un posto aspetta il COR: scrivilo")
        }
        api.write_more_cor(actor=SYSTEM, change=more, cor="7654321")
        assert not list(my_turn(desk.anna))
        assert [(one.url, one.why) for one in my_turn(desk.dir)] == [
            (address, "l’aumento di un posto ha il COR: concedilo con un atto")
        ]
        older = later_act(made, AFTER.date() - timedelta(days=1), "87")
        with pytest.raises(Refused, match="prima del COR"):
            api.grant_more(actor=SYSTEM, change=more, act=older)
        api.grant_more(actor=SYSTEM, change=more, act=made.later)
        api.grant_more(actor=SYSTEM, change=more, act=made.later)
        assert not list(my_turn(desk.dir))
    assert sorted(AidRecord.objects.values_list("cor", "gge")) == [("1234567", D("1000.00")), ("7654321", D("250.00"))]
    grown = published(client, made)
    assert (grown["value_granted"], grown["value"], grown["state"]) == ("1250.00", "1250.00", "in_force")
    assert [(one["cor"], one["value_granted"]) for one in grown["further"]] == [("7654321", "250.00")]
    change(made, "900.00")
    assert AidRecord.objects.get(cor="7654321").annulled_on is not None, "the last granted goes first"
    assert AidRecord.objects.get(cor="1234567").gge == D("900.00")
    assert published(client, made)["value"] == "900.00"
    with made.at():
        api.renounce_place(actor=made.actors[0], row=made.rows()[0])
    assert booked(made) == 0
    gone = published(client, made)
    assert (gone["value"], gone["state"], gone["result"]["it"]) == ("0.00", "taken_back", "ha rinunciato")


def test_an_increase_is_granted_with_visure_that_are_not_older_than_it(world):
    made = granted(world(firms=1, places=1))
    with made.at(AFTER + timedelta(days=1)):
        act = later_act(made, AFTER.date() + timedelta(days=1), "89")
        more = api.change_place_aid(actor=SYSTEM, row=made.rows()[0], value=D("1250.00"), act=act, reason="Quota resa")
        api.write_more_cor(actor=SYSTEM, change=more, cor="7654321")
        with pytest.raises(Refused, match="di prima del 16/04/2026, quando si è deciso l’aumento"):
            api.grant_more(actor=SYSTEM, change=more, act=act)
        checked(made.rows()[0])
        assert api.grant_more(actor=SYSTEM, change=more, act=act).state == "in_force"
        with pytest.raises(Refused, match="non aspetta di essere concesso"):
            checked(made.rows()[0])


def test_those_that_were_one_undertaking_at_a_grant_are_summed_together(world):
    """And a natural person who is not named is in no group, nor told apart by what it had."""
    made = decided(world(firms=4, places=4), **AID)
    with made.at():
        for number, row in enumerate(made.rows()):
            api.write_cor(actor=SYSTEM, row=row, cor=f"{number + 1}234567")
        cors = [row.cor for row in made.rows()]
        checked(*made.rows())
        api.admit_with_act(actor=SYSTEM, initiative=made.initiative, act=later_act(made, AFTER.date()), cors=cors)
        codes = [firm.tax_code for firm in made.firms]
        assert [(row.names, row.in_kind) for row in beneficiaries()] == [
            ([firm.name], D("1000.00")) for firm in made.firms
        ]
        groups = {0: codes[:2], 1: [codes[1]], 2: [codes[1], codes[2], "00000000000"], 3: [codes[3], codes[0]]}
        for number, row in enumerate(made.rows()):
            held = Reservation.objects.filter(pk=row.reservation_id)
            held.update(position={**held.get().position, "undertaking": groups[number]})
        assert [(row.names, row.in_kind, row.places) for row in beneficiaries()] == [
            ([firm.name for firm in made.firms], D("4000.00"), 4)
        ], "from one to the next; who received nothing is not named"
        Enterprise.objects.filter(pk=made.firms[3].pk).update(tax_code="RSSMRA80A01F205X")
        group, person = beneficiaries()
        assert (group.names, group.in_kind) == ([firm.name for firm in made.firms[:3]], D("3000.00"))
        assert (person.names, person.unnamed, person.in_kind) == ([], 1, D("1000.00"))
        assert beneficiaries(words=made.firms[3].name) == []


def test_an_increase_that_is_not_granted_frees_its_headroom(world):
    made = granted(world(firms=1, places=1))
    more = change(made, "1250.00")
    waits = "aumenti dell’aiuto da concedere o lasciare: 1"
    with made.at():
        assert waits in [one.text.it for one in left_to_settle(initiative=made.initiative)]
        api.give_up_more(actor=SYSTEM, change=more, reason="Errore di calcolo")
        assert waits not in [one.text.it for one in left_to_settle(initiative=made.initiative)]
        assert (
            api.change_place_aid(
                actor=SYSTEM, row=made.rows()[0], value=D("0.00"), act=made.later, reason="Nulla"
            ).state
            == "in_force"
        )
    assert (residual(made), api.booked_of(made.rows()[0])) == (D("300000.00"), D(0))


def test_who_gives_up_while_more_waits_leaves_nothing_held(world):
    made = granted(world(firms=1, places=1))
    change(made, "1250.00")
    with made.at():
        api.renounce_place(actor=made.actors[0], row=made.rows()[0])
    assert residual(made) == D("300000.00")
    assert api.AidChange.objects.get().state == "given_up"


def test_an_initiative_interrupted_by_its_act_reduces_the_aid_of_who_was_there(world, desk):
    made = granted(world(firms=1, places=1))
    with made.at():
        api.accept_place(actor=made.actors[0], row=made.rows()[0])
    more = change(made, "1250.00")
    with made.at():
        api.write_more_cor(actor=SYSTEM, change=more, cor="7654321")
    with clock_at(datetime(2026, 6, 2, 9, tzinfo=UTC)):
        keep_the_days(actor=system("initiatives.days"))
        api.record_presence(actor=SYSTEM, initiative=made.initiative, present={made.rows()[0].pk: True})
        with pytest.raises(Refused, match="riduce l’aiuto"):
            move_initiative(actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Sciopero", back=25)
        move_initiative(
            actor=SYSTEM, initiative=made.initiative, step="cancel", reason="Sciopero", back=25, act=made.later
        )
    assert AidRecord.objects.get().gge == D("750.00")
    more.refresh_from_db()
    assert more.state == "given_up", "an increase that waited is no way to be stuck"
    work = list(api.to_do_by_hand(made.selection))
    assert {(one.cor, one.what, one.value) for one in work} == {
        ("7654321", "cancel", None),
        ("1234567", "vary", D("750.00")),
    }
    assert Notice.objects.filter(kind__startswith="place-by-hand-").exists()
    with clock_at(datetime(2026, 6, 3, 9, tzinfo=UTC)):
        assert [row for row in left_to_settle(initiative=made.initiative) if "a mano nel RNA: 2" in row.text.it]
        for one in work:
            with pytest.raises(Refused, match="Il giorno va"):
                api.confirm_by_hand(actor=SYSTEM, work=one, on=date(2026, 6, 1))
            api.confirm_by_hand(actor=SYSTEM, work=one, on=date(2026, 6, 3))
        assert not [row for row in left_to_settle(initiative=made.initiative) if "a mano" in row.text.it]


def test_the_database_holds_the_shape_of_a_change(world):
    made = granted(world(firms=1, places=1))
    change(made, "400.00")
    for wrong in ({"after": D("1000.00")}, {"state": "registering"}, {"cor": "1"}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            api.AidChange.objects.update(**wrong)


STEP = st.tuples(st.sampled_from(["value", "value", "value", "grant", "drop", "renounce"]), st.integers(0, 3000))


@pytest.mark.slow(reason="each example walks a place through the register of aid")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=7))
def test_whatever_is_decided_what_is_booked_is_the_value_in_force(shared, steps):
    """Any walk of values, grants, increases left and the place given up: the position counts the value decided, no cent else."""
    made = shared
    with transaction.atomic():
        for number, (word, cents) in enumerate(steps):
            row = made.rows()[0]
            waiting = api.AidChange.objects.filter(state="registering").first()
            try:
                with made.at():
                    if word == "value":
                        api.change_place_aid(actor=SYSTEM, row=row, value=D(cents), act=made.later, reason="x")
                    elif word == "renounce":
                        api.renounce_place(actor=made.actors[0], row=row)
                    elif waiting is not None and word == "grant":
                        api.write_more_cor(actor=SYSTEM, change=waiting, cor=str(7000000 + number))
                        api.grant_more(actor=SYSTEM, change=waiting, act=made.later)
                    elif waiting is not None:
                        api.give_up_more(actor=SYSTEM, change=waiting, reason="x")
            except Refused:
                continue
            row = made.rows()[0]
            assert api.value_of(row) == api.booked_of(row) == booked(made)
        transaction.set_rollback(True)


@pytest.fixture
def shared(world):
    return granted(world(firms=1, places=1))


@pytest.mark.slow  # a register beside, over a socket
def test_the_register_gives_the_code_of_a_reduction_and_is_told_its_act(world, rna):  # noqa: F811
    made = world(firms=1, places=1)
    rna.behave({"day": AFTER.date().isoformat()})
    decided(made, **AID, codes=CODES["rna"])
    with clock_at(AFTER):
        carry()
        admitted(made)
        carry()
    change(made, "400.00")
    with clock_at(AFTER):
        carry()
    variation, registration = RnaVariation.objects.get(), RnaRegistration.objects.get()
    assert (variation.state, variation.gge, registration.gge) == ("confirmed", D("400.00"), D("400.00"))
    more = change(made, "500.00")
    with clock_at(AFTER):
        carry()
    more.refresh_from_db()
    assert more.cor
    with clock_at(AFTER + timedelta(days=1)):
        api.grant_more(actor=SYSTEM, change=more, act=later_act(made, AFTER.date(), "89"))
        carry()
    assert RnaRegistration.objects.get(reservation=more.reservation).state == "confirmed"
    assert api.booked_of(made.rows()[0]) == D("500.00")


@pytest.mark.slow  # eight pages
def test_the_director_decides_the_value_again_at_the_desk(world, client, officer, signed_in):
    made = granted(world(firms=1, places=1))
    signed_in(officer(roles.DIRECTOR))
    page = f"/ufficio/partecipanti/{made.rows()[0].pk}/valore/"
    act = {"value-act": made.later.code}
    with made.at():
        assert "1.000,00" in client.get(page).content.decode()
        wrong = client.post(f"{page}cambia/", {"value-value": "1200,00", "value-reason": "Quota resa"})
        assert (wrong.status_code, "Scegli l’atto" in wrong.content.decode()) == (400, True)
        assert (
            client.post(f"{page}cambia/", {"value-value": "1200,00", "value-reason": "Quota resa", **act}).status_code
            == 302
        )
        change = api.AidChange.objects.get()
        assert "aiuto ulteriore" in client.get(page).content.decode()
        assert client.post(f"/ufficio/valori/{change.pk}/cor/", {"cor-cor": "x"}).status_code == 400
        client.post(f"/ufficio/valori/{change.pk}/cor/", {"cor-cor": "7654321", "cor-on": AFTER.date().isoformat()})
        client.post(f"/ufficio/valori/{change.pk}/concedi/", {"grant-act": made.later.code})
        assert api.booked_of(made.rows()[0]) == D("1200.00")
        client.post(f"{page}cambia/", {"value-value": "1300,00", "value-reason": "Ancora", **act})
        last = api.AidChange.objects.get(state="registering")
        assert client.post(f"/ufficio/valori/{last.pk}/lascia/", {"drop-reason": "Errore"}).status_code == 302
        assert "Errore" in client.get(page).content.decode()
