"""A place that is aid: held in the headroom, registered before the act that grants it, taken back with the place."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from tests.exchange.rna_world import rna  # noqa: F401
from tests.grants.test_registers import CODES, carry
from tests.initiatives.world import SYSTEM
from tests.participations.world import AFTER, checked, decided, make_world

from levante.aid.api import THREE, AidRecord, Reservation, RnaRegistration, Visura, position
from levante.kernel.api import Refused, clock_at, system
from levante.messages.api import Notice
from levante.participations import api
from levante.participations.ending import left_to_settle
from levante.participations.paper import told_on_paper
from levante.programme.api import record_act

pytestmark = pytest.mark.django_db
D = Decimal
AID = {"is_aid": True, "reason": "vale mille euro, come da tariffa dell’organizzatore", "value": D("1000.00")}


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def later_act(made, on, number="88"):
    return record_act(
        actor=SYSTEM, triennium=made.made.second.lines[0].triennium, code=f"ammissione-{number}", number=number, adopted_on=on,
        title_it="Ammissione", title_en="Admission",
    )  # fmt: skip


def admitted(made):
    """The act that grants cites the code of the first place."""
    made.later = later_act(made, AFTER.date())
    if not Visura.objects.exists():
        checked(made.rows()[0])
    return api.admit_with_act(actor=SYSTEM, initiative=made.initiative, act=made.later, cors=[made.rows()[0].cor])


def test_whether_a_place_is_aid_is_decided_with_its_reason_its_value_and_its_act(world):
    made = world()
    with made.at():
        for missing, words in (
            ({"reason": " "}, "Scrivi perché"),
            ({"value": None}, "quanto vale"),
            ({"codes": {"notice": 0}}, "codice"),
        ):
            with pytest.raises(Refused, match=words):
                api.decide_aid(actor=SYSTEM, initiative=made.initiative, act=made.act, **(AID | missing))
        with pytest.raises(Refused, match="dirigente"):
            api.decide_aid(actor=made.actors[0], initiative=made.initiative, act=made.act, **AID)
        to_come = later_act(made, AFTER.date() + timedelta(days=400), number="90")
        with pytest.raises(Refused, match="atto adottato"):
            api.decide_aid(actor=SYSTEM, initiative=made.initiative, act=to_come, **AID)
        for at_cost in (True, False):
            kept = api.decide_aid(actor=SYSTEM, initiative=made.initiative, act=made.act, extra_at_cost=at_cost, **AID)
            assert kept.extra_at_cost is at_cost


def test_a_quota_that_changes_after_wants_the_aid_decided_again_by_an_act_that_comes_after(world, desk, actor_for):
    made = world(quota=D("2700.00"))
    with made.at():
        api.decide_aid(
            actor=SYSTEM, initiative=made.initiative, is_aid=False, reason="è il prezzo di mercato", act=made.act
        )
        assert not api.awaited_from_office(actor_for(desk.users.dir), decides=True, most=9)[0].aid_again
        free = {"method": "chronological", "places": 2, "act": later_act(made, AFTER.date()), "reason": "Più risorse"}
        for extra in ("300.00", None):  # either of the two
            api.set_selection(actor=SYSTEM, initiative=made.initiative, extra_quota=extra and D(extra), **free)
        assert api.awaited_from_office(actor_for(desk.users.dir), decides=True, most=9)[0].aid_again
        with pytest.raises(Refused, match="La quota è cambiata"):
            api.decide_list(actor=SYSTEM, initiative=made.initiative, act=made.act)
        with pytest.raises(IntegrityError, match="decided_with_the_aid_of_its_quotas"), transaction.atomic():
            api.Selection.objects.update(decided_at=AFTER, act=made.act)
        again = {"actor": SYSTEM, "initiative": made.initiative, **AID, "value": D("2700.00")}
        with pytest.raises(Refused, match="un atto di prima del 15/04/2026"):
            api.decide_aid(act=made.act, **again)
        api.decide_aid(act=later_act(made, AFTER.date(), "89"), **again)
        assert not api.awaited_from_office(actor_for(desk.users.dir), decides=True, most=9)[0].aid_again
        api.decide_list(actor=SYSTEM, initiative=made.initiative, act=made.act)
    assert made.rows()[0].reservation.amount == D("2700.00")


def test_no_place_is_offered_before_its_code_and_its_act(world):
    made = decided(world(), **AID)
    assert made.states() == ["registering", "registering", "listed", "listed"]
    assert Reservation.objects.filter(state="reserved").count() == 2
    with made.at():
        act = later_act(made, AFTER.date())
        admit = partial(api.admit_with_act, actor=SYSTEM, initiative=made.initiative, act=act)
        with pytest.raises(Refused, match="Nessun posto in attesa ha questo COR: 1234567"):
            admit(cors=["1234567"])
        with pytest.raises(Refused, match="COR"):
            api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="abc")
        api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="1234567")
        with pytest.raises(Refused, match="di un altro posto"):
            api.write_cor(actor=SYSTEM, row=made.rows()[1], cor="1234567")
        api.write_cor(actor=SYSTEM, row=made.rows()[1], cor="1234568")
        with pytest.raises(Refused, match="Scegli i posti"):
            admit(cors=[])
        with pytest.raises(Refused, match="Impresa 1: Manca la visura aiuti del RNA"):
            admit(cors=["1234567"])
        checked(made.rows()[0])
        admit(cors=["1234567"])
    assert made.states() == ["offered", "registering", "listed", "listed"], "the act does not cite the second"
    aid = AidRecord.objects.get()
    assert (aid.cor, aid.gge, aid.granted_on, aid.enterprise) == ("1234567", D("1000.00"), AFTER.date(), made.firms[0])
    with made.at():
        assert D(position(made.firms[0], on=AFTER.date(), request=D(0))["residual"]) == D("299000.00"), (
            "the same position as vouchers"
        )


def test_who_has_no_headroom_is_not_admitted_and_the_next_is(world):
    made = world(places=1)
    given = {
        "source": AidRecord.OWN,
        "regime": "general_de_minimis",
        "act": "a",
        "subject_type": "t",
        "subject_id": "1",
    }
    sums = dict.fromkeys(["gge", "granted_gge", "nominal"], D("299500.00"))
    days = dict.fromkeys(["granted_on", "registered_on"], date(2026, 1, 10))
    AidRecord.objects.create(tax_code=made.firms[0].tax_code, enterprise=made.firms[0], **given, **sums, **days)
    decided(made, **AID)
    assert made.row(made.firms[0]).state == "excluded"
    assert "massimale de minimis non basta" in made.row(made.firms[0]).reason_it
    assert made.row(made.firms[1]).state == "registering"


def test_who_is_in_the_list_of_deggendorf_keeps_its_place_with_the_reason_and_the_others_are_granted(world, desk):
    """L. 234/2012 art. 46; the visure come before the act, which cites them (DM 115/2017 artt. 13-15, 17)."""
    made = decided(world(places=2), **AID)
    one, two = made.rows()[:2]
    with made.at():
        for number, row in enumerate((one, two)):
            api.write_cor(actor=SYSTEM, row=row, cor=f"123456{number}")
        aids = {"kinds": ["aids"]}
        for wrong, words in (
            (aids | {"on": AFTER.date() - timedelta(days=90)}, "di prima della richiesta di partecipare"),
            (aids | {"on": AFTER.date() + timedelta(days=1)}, "fino a oggi"),
            (aids | {"vercor": "<1>"}, "Scrivi il numero della visura"),
        ):
            with pytest.raises(Refused, match=words):
                checked(one, **wrong)
        with pytest.raises(Refused, match="non ha un accesso al RNA"):
            api.ask_place_visure(actor=SYSTEM, row=one)
        checked(one, listed=True)
        checked(two)
        assert "Deggendorf" in made.rows()[0].problem_it, "told before anybody admits"
        assert Notice.objects.filter(kind__startswith=f"place-problem-{one.pk}-", user=desk.users.dir).count() == 1
        act = later_act(made, AFTER.date())
        api.admit_with_act(actor=SYSTEM, initiative=made.initiative, act=act, cors=["1234560", "1234561"])
        assert made.states()[:2] == ["registering", "offered"]
        (line,) = [
            one for one in told_on_paper(api.selection_of(made.initiative))["placed"] if one["firm"] == made.firms[1]
        ]
        assert line["codes"] == [
            "COR 1234561 del 15/04/2026",
            f"visura aiuti (art. 13 del D.M. 115/2017) VERCOR 1{two.pk} del 15/04/2026",
            f"visura de minimis (art. 14 del D.M. 115/2017) VERCOR 2{two.pk} del 15/04/2026",
            f"visura Deggendorf (art. 15 del D.M. 115/2017) VERCOR 3{two.pk} del 15/04/2026",
        ]
        with pytest.raises(Refused, match="non aspetta di essere concesso"):
            checked(two)
        checked(one, kinds=["deggendorf"])
        assert made.rows()[0].problem_it == ""
        api.admit_with_act(actor=SYSTEM, initiative=made.initiative, act=act, cors=["1234560"])
    assert made.states()[:2] == ["offered", "offered"]


def test_the_aid_goes_back_with_the_place(world):
    made = decided(world(places=1), **AID)
    with made.at():
        api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="1234567")
        admitted(made)
        api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
    assert AidRecord.objects.get().annulled_on == AFTER.date()
    assert made.states()[:2] == ["renounced", "registering"]
    with made.at(AFTER + timedelta(days=1)):
        api.renounce_place(actor=made.actors[1], row=made.row(made.firms[1]))
    assert made.row(made.firms[1]).reservation.state == "released"


def test_the_act_that_admits_comes_after_the_codes_and_before_the_first_day(world):
    made = decided(world(), **AID)
    tomorrow = AFTER + timedelta(days=1)
    with made.at(tomorrow):
        api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="1234567", on=AFTER.date())
        api.write_cor(actor=SYSTEM, row=made.rows()[1], cor="1234568")
        for outside in (AFTER.date() - timedelta(days=1), AFTER.date() + timedelta(days=2)):
            with pytest.raises(Refused, match="Il giorno va"):
                api.write_cor(actor=SYSTEM, row=made.rows()[1], cor="1234568", on=outside)
        admit = partial(api.admit_with_act, actor=SYSTEM, initiative=made.initiative)
        with pytest.raises(Refused, match="ha approvato la lista"):
            admit(act=made.act, cors=["1234567"])
        older = later_act(made, AFTER.date() - timedelta(days=1))
        with pytest.raises(Refused, match="di prima del COR 1234567"):
            admit(act=older, cors=["1234567"])
        act = later_act(made, AFTER.date(), "89")
        with pytest.raises(Refused, match="di prima del COR 1234568"):
            admit(act=act, cors=["1234567", "1234568"])
        checked(made.rows()[0])
        with pytest.raises(Refused, match=r"di prima del 16/04/2026, giorno della visura VERCOR"):
            admit(act=act, cors=["1234567"])
        checked(made.rows()[0], on=AFTER.date())
        admit(act=act, cors=["1234567"])
    assert made.states()[:2] == ["offered", "registering"], "the second was registered after the act"
    begun = AFTER + timedelta(days=47)
    with clock_at(begun):
        with pytest.raises(Refused, match="già cominciata"):
            admit(act=later_act(made, begun.date(), "90"), cors=["1234568"])
        api.lapse_offers(actor=system("test"))
    assert made.row(made.firms[1]).reason_it == "L’aiuto non è stato concesso prima dell’inizio."
    assert made.row(made.firms[1]).reservation.state == "released"


def test_a_code_written_by_hand_of_a_place_that_is_no_more_is_to_be_cancelled_until_it_is(world, desk):
    made = decided(world(places=1), **AID)
    with made.at():
        api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="1234567")
        assert api.cor_to_cancel(made.rows()) == set()
        with pytest.raises(Refused, match="da annullare a mano"):
            api.confirm_cor_cancelled(actor=SYSTEM, row=made.rows()[0], on=AFTER.date())
        api.renounce_place(actor=made.actors[0], row=made.row(made.firms[0]))
        gone = made.row(made.firms[0])
        assert api.cor_to_cancel(made.rows()) == {gone.pk}
        assert "COR da annullare nel RNA: 1" in [one.text.it for one in left_to_settle(initiative=made.initiative)]
        assert Notice.objects.filter(kind=f"place-cor-{gone.pk}", user=desk.users.dir).count() == 1
        with pytest.raises(Refused, match="Il giorno va"):
            api.confirm_cor_cancelled(actor=SYSTEM, row=gone, on=AFTER.date() + timedelta(days=1))
        api.confirm_cor_cancelled(actor=SYSTEM, row=gone, on=AFTER.date())
        assert api.cor_to_cancel(made.rows()) == set()
        assert not any("COR" in one.text.it for one in left_to_settle(initiative=made.initiative))


def test_a_place_that_is_aid_has_one_module_unless_the_others_are_paid_what_they_cost(world):
    made = decided(world(places=1, firms=1, extra_quota=D("300.00")), **AID)
    with made.at():
        api.write_cor(actor=SYSTEM, row=made.rows()[0], cor="1234567")
        admitted(made)
        with pytest.raises(Refused, match="un modulo solo"):
            api.accept_place(actor=made.actors[0], row=made.rows()[0], modules=2)
        api.Selection.objects.update(extra_at_cost=True)
        assert api.accept_place(actor=made.actors[0], row=made.rows()[0], modules=2).due.amount == D("300.00")


@pytest.mark.slow  # a register beside, over a socket
def test_the_register_gives_the_code_before_the_act_and_is_told_of_it_after(world, rna):  # noqa: F811
    made = world(places=1)
    rna.behave({"day": AFTER.date().isoformat()})
    decided(made, **AID, codes=CODES["rna"])
    with clock_at(AFTER):
        carry()
    row = made.rows()[0]
    registration = RnaRegistration.objects.get()
    assert (row.state, row.cor, registration.state) == ("registering", registration.cor, "to_confirm")
    asked = Visura.objects.filter(subject_type="participations.Participation", subject_id=str(row.pk))
    assert {one.kind: (one.state, bool(one.vercor), one.document is not None) for one in asked} == dict.fromkeys(
        THREE, ("answered", True, True)
    )
    asked.filter(kind="deggendorf").update(told={"listed": True})
    with clock_at(AFTER):
        with pytest.raises(Refused, match="elenco di chi deve restituire aiuti illegali"):
            admitted(made)
        with pytest.raises(Refused, match="chiedi di nuovo la visura"):
            checked(row, kinds=["deggendorf"])
        api.ask_place_visure(actor=SYSTEM, row=row)
        with pytest.raises(Refused, match="il RNA non ha ancora risposto"):
            admitted(made)
        carry()
    assert asked.all().count() == 4, "that one alone"
    with clock_at(AFTER):
        admitted(made)
        carry()
    registration.refresh_from_db()
    assert (made.rows()[0].state, registration.state, registration.granted_on) == ("offered", "confirmed", AFTER.date())
    with clock_at(AFTER + timedelta(days=1)):
        api.renounce_place(actor=made.actors[0], row=made.rows()[0])
        carry()
    registration.refresh_from_db()
    assert registration.state == "cancelled"
    assert made.states()[1] == "registering"
