"""A place whose aid cannot go on is held with the reason: it is lost by a decision of a person, not by a fault of ours."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from tests.aid.test_positions import owns
from tests.grants.test_registers import CODES
from tests.initiatives.world import SYSTEM
from tests.participations.test_aid import AID, later_act
from tests.participations.world import AFTER, checked, decided, make_world

from levante.aid.api import AidRecord, RnaRegistration, Visura
from levante.aid.registrations import registration_answered
from levante.aid.registrations_ended import chase_registrations
from levante.kernel.api import Refused, clock_at, system
from levante.messages.api import Notice
from levante.participations import api, lapsing
from levante.parties.api import Enterprise, Person

pytestmark = pytest.mark.django_db
D = Decimal
SYS = system("test")


@pytest.fixture
def world(desk, enterprise, representative, actor_for, settings):
    settings.RNA = [{"address": "http://127.0.0.1:9/rnas", "user": "levante", "password": "s", "caller": "LEVANTE"}]
    return lambda **rules: make_world(enterprise, representative, actor_for, **rules)


def answers(registration, outcome, **answer):
    registration.request.outcome, registration.request.answer = outcome, answer
    registration.request.save()
    registration_answered(actor=SYS, request=registration.request)


def test_a_refused_code_a_missing_datum_and_a_late_act_take_no_place_away(world, desk):
    made = world(firms=4, places=2)
    one, two, three, _ = made.firms
    one.name = "Impresa\x02"
    one.save()
    decided(made, **AID, codes={**CODES["rna"], "notice": 1})
    waits = made.row(one)
    assert made.states() == ["registering", "registering", "listed", "listed"], "one cannot be written for the RNA"
    assert "DENOMINAZIONE" in waits.problem_it
    assert "DENOMINAZIONE" in waits.problem_en
    assert Notice.objects.filter(kind__startswith=f"place-problem-{waits.pk}-", user=desk.users.dir).count() == 1
    with made.at():
        answers(RnaRegistration.objects.get(), "refused", reason="COD_BANDO inesistente")
        assert made.states() == ["registering", "registering", "listed", "listed"], (
            "a wrong code of ours excludes nobody"
        )
        assert "COD_BANDO inesistente" in made.row(two).problem_it
        with pytest.raises(Refused, match="codice"):
            api.correct_aid_codes(actor=SYSTEM, initiative=made.initiative, codes={"notice": 0})
        api.correct_aid_codes(actor=SYSTEM, initiative=made.initiative, codes=CODES["rna"])
        again = api.ask_again(actor=SYSTEM, row=made.row(two))
        assert (again.problem_it, RnaRegistration.objects.order_by("pk").last().notice) == ("", 4711)
        assert api.ask_again(actor=SYSTEM, row=waits).problem_it, "its name is still wrong"
        with pytest.raises(Refused, match="dirigente"):
            api.exclude_place(actor=made.actors[0], row=waits, reason="x")
        api.exclude_place(actor=SYSTEM, row=waits, reason="Dati mai corretti", reason_en="Data never mended")
    assert [made.row(firm).state for firm in (one, two, three)] == ["excluded", "registering", "registering"]
    assert (made.row(one).reason_en, made.row(one).position) == ("Data never mended", None)
    assert made.row(one).reservation.state == "released"
    late = RnaRegistration.objects.get(subject_id=str(made.row(two).pk), state="asked")
    with made.at():
        answers(late, "registered", cor=1234567, on=AFTER.date().isoformat())
    late.refresh_from_db()
    with clock_at(AFTER + timedelta(days=(late.last_day - AFTER.date()).days - 2)):
        chase_registrations(actor=SYS)
    told = Notice.objects.get(kind=f"place-act-due-{late.pk}", user=desk.users.dir)
    assert f"{late.last_day:%d/%m/%Y}" in told.body_it
    with clock_at(AFTER + timedelta(days=(late.last_day - AFTER.date()).days + 1)):
        chase_registrations(actor=SYS)
    kept = made.row(two)
    assert (kept.state, kept.cor, kept.problem_it) == ("registering", "", ""), "the Region was late: the place is kept"
    assert RnaRegistration.objects.filter(subject_id=str(kept.pk), state="asked").count() == 1, "another code is asked"


def test_a_doubt_a_full_ceiling_and_a_failed_night_hold_who_they_are_about_and_nobody_else(
    world, enterprise, monkeypatch
):
    made = world(firms=4, places=3)
    one, two, three = made.firms[:3]
    other = enterprise("Doppia")
    for number in range(2):
        person = Person.objects.create(given_name=f"Socio{number}", family_name="Rossi")
        owns(person, one, votes="50")
        owns(person, other, votes="50")
    decided(made, **AID)
    assert [made.row(firm).state for firm in made.firms] == ["registering", "registering", "registering", "listed"]
    held = made.row(one)
    assert held.reservation is None
    assert "impresa unica" in held.problem_it
    with made.at():
        with pytest.raises(Refused, match="chiede di nuovo"):
            api.write_cor(actor=SYSTEM, row=held, cor="1234566")
        api.write_cor(actor=SYSTEM, row=made.row(two), cor="1234567")
        api.write_cor(actor=SYSTEM, row=made.row(three), cor="1234568")
        Visura.objects.update(state="refused", problem="Servizio sospeso", answered_at=AFTER)
        checked(made.row(two), made.row(three))
        full = dict.fromkeys(["gge", "granted_gge", "nominal"], D("299900.00"))
        AidRecord.objects.create(
            source=AidRecord.OWN, regime="general_de_minimis", act="a", subject_type="t", subject_id="1", tax_code=two.tax_code,
            enterprise=two, granted_on=AFTER.date(), registered_on=AFTER.date(), **full,
        )  # fmt: skip
        act = later_act(made, AFTER.date())
        admit = partial(api.admit_with_act, actor=SYSTEM, initiative=made.initiative, act=act)
        admit(cors=["1234567", "1234568"])
        assert (made.row(three).state, made.row(two).state) == ("offered", "registering"), "the others are admitted"
        assert "massimale" in made.row(two).problem_it
        with pytest.raises(Refused, match="Impresa 2"):
            admit(cors=["1234567"])
    failing = []

    def lapse_of(*, actor, initiative_id):
        failing.append(initiative_id)
        raise RuntimeError

    monkeypatch.setattr(lapsing, "lapse_offers_of", lapse_of)
    with clock_at(AFTER + timedelta(days=47)), pytest.raises(ExceptionGroup):
        api.lapse_offers(actor=SYS)
    assert failing == [made.initiative.pk]


def test_the_regime_of_a_place_follows_the_sector_of_its_firm_unless_the_office_says_why_not(world):
    """Primary production is out of the general regulation (Reg. (EU) 2023/2831 art. 1(1)): other ceilings, other registers."""
    made = world(firms=5, places=5)
    fisher, farmer, full, later, maker = made.firms
    for firm, code in (
        (fisher, "03.11.00"),
        (farmer, "01.21.00"),
        (full, "03.21.00"),
        (later, "03.11.00"),
        (maker, "10.20.00"),
    ):
        Enterprise.objects.filter(pk=firm.pk).update(ateco=code, ateco_edition="2025")
    for firm, day in ((full, date(2026, 1, 10)), (later, date(2023, 4, 20))):
        AidRecord.objects.create(
            source=AidRecord.OWN, regime="fishery", act="a", subject_type="t", subject_id=str(firm.pk), tax_code=firm.tax_code,
            enterprise=firm, granted_on=day, registered_on=day, gge=D("29500.00"), granted_gge=D("29500.00"), nominal=D("29500.00"),
        )  # fmt: skip
    decided(made, **AID, codes=CODES["rna"])
    held = {row.enterprise_id: row.reservation and row.reservation.regime for row in made.rows()}
    assert [held[firm.pk] for firm in made.firms] == ["fishery", "agriculture", None, None, "general_de_minimis"]
    assert made.row(full).state == "excluded"
    assert (
        "massimale de minimis della pesca non basta: richiesti 1.000,00\xa0€, disponibili 500,00\xa0€"
        in made.row(full).reason_it
    )
    assert (made.row(later).state, "posto dal 21/04/2026" in made.row(later).problem_it) == ("registering", True)
    asked = RnaRegistration.objects.values_list("subject_id", flat=True)
    assert set(asked) == {str(made.row(maker).pk)}, "SIAN and SIPA are other registers: their codes are written by hand"
    with made.at():
        with pytest.raises(Refused, match="CE717/2014 non è del de minimis generale"):
            api.correct_aid_codes(
                actor=SYSTEM, initiative=made.initiative, codes=CODES["rna"] | {"regulation": "CE717/2014"}
            )
        decide = partial(api.decide_regime, actor=SYSTEM, row=made.row(fisher))
        for wrong, words in (({"reason": " "}, "Scrivi perché"), ({"regime": "gber"}, "Scegli il regime")):
            with pytest.raises(Refused, match=words):
                decide(**({"regime": "general_de_minimis", "reason": "x"} | wrong))
        before = made.row(fisher).reservation
        decide(regime="general_de_minimis", reason="Trasformazione, con contabilità separata")
        before.refresh_from_db()
        assert (before.state, made.row(fisher).reservation.regime) == ("released", "general_de_minimis")
        assert RnaRegistration.objects.filter(subject_id=str(made.row(fisher).pk), state="asked").count() == 1
        Visura.objects.update(state="refused", problem="Servizio sospeso", answered_at=AFTER)
        api.write_cor(actor=SYSTEM, row=made.row(farmer), cor="1234567")
        checked(made.row(farmer))
        act = later_act(made, AFTER.date())
        api.admit_with_act(actor=SYSTEM, initiative=made.initiative, act=act, cors=["1234567"])
        more = api.change_place_aid(
            actor=SYSTEM, row=made.row(farmer), value=D("1500.00"), act=act, reason="Servizi in più"
        )
    assert (made.row(farmer).aid.regime, more.reservation.regime) == ("agriculture", "agriculture")
