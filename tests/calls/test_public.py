"""What anybody sees of calls: lists by phase, the page, the self-check; and the life of a call."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.applications.conftest import open_now

from levante.calls.amounts import amount_for
from levante.calls.api import check_rules, list_calls, move_call, move_opening
from levante.calls.models import CallEvent
from levante.calls.phases import phase_at
from levante.kernel.api import Refused, clock_at, now, today
from levante.kernel.pure import format_euro
from levante.programme.api import Act, Sector

pytestmark = pytest.mark.django_db


def test_lists_follow_the_instant(shipped):
    call = shipped["voucher-fiere-2018"]
    assert [card.call.code for card in list_calls(instant=now()).closed] == ["voucher-fiere-2018", "voucher-fiere-2016"]
    opening = open_now(call)
    assert [card.opening for card in list_calls(instant=now()).open] == [opening]
    before = list_calls(instant=opening.opens_at - timedelta(microseconds=1))
    assert [card.opening for card in before.coming] == [opening]


def test_what_is_searched_is_searched_among_the_planned_too(shipped):
    call = shipped["voucher-fiere-2018"]
    type(call).objects.filter(pk=call.pk).update(
        state="draft",
        published_at=None,
        planned_from=today() + timedelta(days=60),
        title_it="Voucher per la nautica",
    )
    assert [row.pk for row in list_calls(instant=now()).planned] == [call.pk]
    assert [row.pk for row in list_calls(instant=now(), text="nautica").planned] == [call.pk]
    assert list_calls(instant=now(), text="agricoltura").planned == []
    sector = Sector.objects.create(
        programme=call.programme, code="prova-settore", kind="strategic", name_it="Prova", name_en="Trial"
    )
    call.sectors.set([sector])
    assert [row.pk for row in list_calls(instant=now(), sector="prova-settore").planned] == [call.pk]
    assert list_calls(instant=now(), sector="un-altro").planned == []


def test_the_calendar_says_what_art_49_asks_of_each_call(shipped, client):
    call = shipped["voucher-fiere-2018"]
    planned = {"closes_on": "2031-05-31", "amount": "1200000.00", "area": {"it": "Tutta la Puglia", "en": "Puglia"}}
    type(call).objects.filter(pk=call.pk).update(
        state="draft", published_at=None, planned_from=date(2031, 3, 1), planned=planned
    )
    page = client.get("/bandi/").content.decode()
    row = page[page.index('id="planned"') :]
    assert row.index("1 mar 2031") < row.index("31 mag 2031") < row.index("Tutta la Puglia") < row.index("da definire")
    assert "1.200.000,00" in row
    assert "il giorno è passato" not in row
    with clock_at(datetime(2031, 3, 2, 9, tzinfo=UTC)):
        assert "il giorno è passato" in client.get("/bandi/").content.decode()
    assert "Aggiornato il" in row


@pytest.mark.parametrize(
    ("call", "opening", "seconds", "code"),
    [
        ("draft", "scheduled", 5, "hidden"), ("published", "scheduled", -1, "coming"), ("published", "scheduled", 0, "open"),
        ("published", "scheduled", 9, "open"), ("published", "scheduled", 10, "closed"), ("published", "suspended", 5, "suspended"),
        ("published", "exhausted", 5, "exhausted"), ("published", "exhausted", 11, "closed"), ("published", "closed", 5, "closed"),
        ("closed_out", "scheduled", 5, "closed"),
    ],
)  # fmt: skip
def test_phases(call, opening, seconds, code):
    start = now()
    phase = phase_at(
        call_state=call, opening_state=opening, opens_at=start, closes_at=start + timedelta(seconds=10),
        instant=start + timedelta(seconds=seconds),
    )  # fmt: skip
    assert phase.code == code


def test_the_page_tells_who_what_how_much_until_when(shipped, client):
    open_now(shipped["voucher-fiere-2018"])
    page = client.get("/bandi/voucher-fiere-2018/").content.decode()
    for words in ("9.000,00", "sede operativa in Puglia", "data-countdown", "Non", "Conferma dell’organizzatore"):
        assert words in page
    basis = page[page.index("Atti e base giuridica") :]
    assert basis.index("1407/2013") < basis.index("18 dic 2013")
    assert "Linea di bilancio: V (2023-2025/A/3.5.b/2025)." in page
    english = client.get("/en/bandi/voucher-fiere-2018/").content.decode()
    assert "€9,000.00" in english
    assert "operating seat in Puglia" in english
    assert "Aiuti de minimis (Reg. (UE) 2023/2831)." in page, "the one of the window that is open"
    shipped["voucher-fiere-2016"].openings.update(
        reserves=[
            {
                "code": "r",
                "it": "Micro",
                "en": "Micro",
                "percent": "10",
                "when": "true",
                "line": "b",
                "flows_back": True,
            }
        ]
    )
    ranked = client.get("/bandi/voucher-fiere-2016/").content.decode()
    line = shipped["voucher-fiere-2016"].openings.get().lines.get(code="b")
    assert f"{line.name_it}: {format_euro(line.budget)}" in ranked, "what each line has"
    assert f"Il 10 % di «{line.name_it}» è riservato a: Micro." in ranked
    shipped["voucher-fiere-2016"].openings.get().lines.all().delete()
    shipped["voucher-fiere-2016"].openings.all().delete()
    bare = client.get("/bandi/voucher-fiere-2016/").content.decode()
    assert "pubblicato</span>" in bare, "its state in words, before it has a window"
    assert "Fatturato sotto 100.000" in ranked
    assert client.get("/bandi/").status_code == 200


def test_a_draft_is_not_public(shipped, client, signed_in, officer):
    call = shipped["voucher-fiere-2018"]
    type(call).objects.filter(pk=call.pk).update(state="draft", published_at=None)
    assert client.get(f"/bandi/{call.code}/").status_code == 404
    assert signed_in(officer("call_designer")).get(f"/bandi/{call.code}/").status_code == 200


def test_the_self_check_keeps_nothing(shipped, client, django_assert_max_num_queries):
    address = "/bandi/voucher-fiere-2018/posso-partecipare/"
    assert client.get(address).status_code == 200
    said = {"seat_in_puglia": "yes", "sme": "yes", "no_insolvency": "no", "no_illegal_aid": "no", "no_revocation": "no"}
    with django_assert_max_num_queries(6):
        yes = client.post(address, said)
    assert "Sembra che tu possa partecipare" in yes.content.decode()
    assert (
        "Sembra che tu non possa partecipare" in client.post(address, {**said, "no_revocation": "yes"}).content.decode()
    )
    assert not client.session.keys()


def test_requirements_are_yes_no_or_unknown(shipped):
    rules = shipped["voucher-fiere-2018"].eligibility
    facts = {"operating_regions": ["Puglia"], "size": "small", "active": True}
    assert check_rules(rules, facts=facts).outcome == "unknown"
    said = {"no_insolvency": "no", "no_illegal_aid": "no", "no_revocation": "no"}
    assert check_rules(rules, facts=facts, said=said).outcome == "yes"
    elsewhere = check_rules(
        rules, facts={**facts, "operating_regions": ["Basilicata"]}, said={"seat_in_puglia": "yes", **said}
    )
    assert elsewhere.outcome == "no"
    assert [item.code for item in elsewhere.obstacles] == ["seat_in_puglia"]


def test_a_call_is_suspended_by_an_act_with_its_reason_and_reopened(shipped, client, officer, actor_for):
    opening = open_now(shipped["voucher-fiere-2018"])
    act = opening.call.act
    move = partial(move_opening, actor=actor_for(officer("director")), opening=opening, act=act)
    with pytest.raises(Refused, match="motivo"):
        move(transition="suspend", reason_it="")
    with pytest.raises(Refused, match="spetta"):
        move(transition="suspend", reason_it="x", actor=actor_for(officer("communication", given="Ugo")))
    move(transition="suspend", reason_it="Ricorso pendente", reason_en="Appeal pending")
    page = client.get("/bandi/voucher-fiere-2018/").content.decode()
    assert "Ricorso pendente" in page
    assert act.name_it in page
    with pytest.raises(Refused, match="stato"):
        move(transition="suspend", reason_it="di nuovo")
    move(transition="reopen", reason_it="Ricorso deciso")
    opening.refresh_from_db()
    assert opening.phase(now()).is_open
    assert set(opening.events.values_list("kind", "act")) == {("suspend", act.pk), ("reopen", act.pk)}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (None, "Serve l’atto"),
        ({"number": "", "confidence": "to_confirm"}, "non ha ancora numero e data"),
        ({"adopted_on": date(2100, 1, 1)}, "non è ancora in vigore"),
    ],
)
@pytest.mark.parametrize("transition", ["suspend", "exhaust", "close"])
def test_what_stops_an_opening_is_an_act_in_force(shipped, officer, actor_for, values, why, transition):
    opening = open_now(shipped["voucher-fiere-2018"])
    act = opening.call.act
    if values is not None:
        type(act).objects.filter(pk=act.pk).update(**values)
        act.refresh_from_db()
    with pytest.raises(Refused, match=why) as refused:
        move_opening(
            actor=actor_for(officer("director")), opening=opening, transition=transition, reason_it="Fine",
            act=act if values else None,
        )  # fmt: skip
    assert refused.value.field == "act"
    opening.refresh_from_db()
    assert opening.state == "scheduled"


def test_an_act_that_was_replaced_decides_nothing(shipped, officer, actor_for):
    opening = open_now(shipped["voucher-fiere-2018"])
    act = opening.call.act
    newer = type(act).objects.exclude(pk=act.pk).filter(replaces=None).first()
    type(act).objects.filter(pk=newer.pk).update(replaces=act)
    with pytest.raises(Refused, match="sostituito"):
        move_opening(
            actor=actor_for(officer("director")), opening=opening, transition="suspend", reason_it="x", act=act
        )


def test_the_history_of_a_call_holds_no_decision_without_its_act(shipped):
    opening = open_now(shipped["voucher-fiere-2018"])
    with pytest.raises(IntegrityError, match="call_event_decided_by_act"), transaction.atomic():
        CallEvent.objects.create(call=opening.call, opening=opening, at=now(), kind="suspend", text_it="x")


def test_on_the_page_of_an_opening_its_act_is_chosen_or_written(shipped, officer, signed_in):
    """An act that nobody has recorded yet is written with what it decides: both, or neither."""
    opening = open_now(shipped["voucher-fiere-2018"])
    browser, here = signed_in(officer()), f"/ufficio/bandi/voucher-fiere-2018/finestre/{opening.code}/"
    said = {"do": "suspend", "suspend-reason_it": "Ricorso"}
    assert "Serve l’atto che lo decide" in browser.post(here, said).content.decode()
    written = {"suspend-act_number": "77", "suspend-act_title": "Sospensione dello sportello"}
    assert "Scrivi il giorno" in browser.post(here, said | written).content.decode()
    written["suspend-act_date"] = str(today())
    browser.post(here, said | written | {"suspend-reason_it": ""})
    assert not Act.objects.filter(number="77").exists()
    assert browser.post(here, said | written).status_code == 302
    assert opening.events.get(kind="suspend").act == Act.objects.get(number="77")


def test_publishing_needs_everything(shipped, officer, actor_for):
    call = shipped["voucher-fiere-2018"]
    type(call).objects.filter(pk=call.pk).update(state="draft", published_at=None, act=None)
    call.refresh_from_db()
    actor = actor_for(officer("director"))
    with pytest.raises(Refused, match="l’atto che approva"):
        move_call(actor=actor, call=call, transition="approve")


MONEY = {
    "kind": "percentage", "rate": "80", "base": "costs", "by": "area", "floor": "500.00",
    "caps": [{"code": "near", "amount": "3000.00", "it": "v", "en": "n"}, {"code": "far", "amount": "5000.00", "it": "l", "en": "f"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("costs", "area", "amount"),
    [
        ("1000.00", "near", "800.00"), ("3750.00", "near", "3000.00"), ("3750.01", "near", "3000.00"),
        ("3750.01", "far", "3000.01"), ("9999.99", "far", "5000.00"), ("499.99", "far", "0.00"), ("0.01", "far", "0.00"),
    ],
)  # fmt: skip
def test_percentages_and_caps(costs, area, amount):
    found = amount_for(MONEY, {"costs": costs, "area": area})
    assert found.value == Decimal(amount)
    assert found.steps


def test_an_amount_waits_for_its_answers():
    assert amount_for(MONEY, {"area": "near"}).value is None
    assert amount_for(MONEY, {"costs": "1000.00"}).value is None


@pytest.mark.parametrize(
    ("procedure", "said"),
    [
        ("ranking", "l’istante di invio, poi l’ordine nel registro."),
        ("window_ranking", "il sorteggio, il cui seme è pubblicato."),
        ("first_come", ""),
    ],
)
def test_equal_points_are_told_as_they_are_decided(client, shipped, procedure, said):
    call = shipped["voucher-fiere-2016"]
    type(call).objects.filter(pk=call.pk).update(procedure=procedure)
    page = client.get(reverse("site:call", args=[call.code])).content.decode()
    assert (said in page) if said else ("A parità di punti" not in page)
