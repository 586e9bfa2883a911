"""A win told wrong is put right: by who told it until its customer answers, then by an office that says why; nothing is lost in silence."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import Error, IntegrityError, transaction
from tests.initiatives.world import SYSTEM
from tests.wins.world import LATER, WON, confirm, over, tell

from levante.identity.api import roles
from levante.kernel.api import Refused, clock_at, system
from levante.kernel.models import AuditEntry
from levante.messages.api import Notice
from levante.wins import api

pytestmark = pytest.mark.django_db
D = Decimal
FIFTY = {1: D("50.00")}


@pytest.fixture
def world(desk, enterprise, representative, actor_for):
    return over(enterprise, representative, actor_for)


def correct(world, win, *, by=None, why="", at=LATER, **changes):
    win.refresh_from_db()
    with clock_at(at):
        facts = replace(api.facts_of(win), **changes)
        return api.correct_win(actor=by or world.actors[0], win=win, facts=facts, reason=why)


def figures(world):
    return tuple(one(world.initiative).amount for one in (api.expected_of, api.confirmed_of))


def state(win):
    win.refresh_from_db()
    return win.state


def test_told_again_otherwise_is_refused_and_never_dropped(world):
    win = tell(world)
    for changes in ({"expected": FIFTY}, {"without_help": 0}, {"matter": "both"}, {"confidential": True}):
        with pytest.raises(Refused, match="apri quello e correggilo"):
            tell(world, **changes)
    confirm(world, win)
    assert tell(world).pk == win.pk, "as it is it is the same one"
    with pytest.raises(Refused, match="lo corregge l’ufficio"):
        tell(world, expected=FIFTY)
    assert figures(world) == (D("150.01"), D("150.01"))


def test_until_the_customer_answers_the_enterprise_corrects_and_the_old_link_is_dead(world):
    win = tell(world)
    with world.at(LATER):
        _, old = api.ask_customer(actor=world.actors[0], win=win)
    assert correct(world, win) is None, "nothing differs: nothing is done"
    light = correct(world, win, without_help=0)
    assert (light.anew, state(win)) == (False, "asked"), "the customer is not asked what help did: its link stays"
    with pytest.raises(Refused, match="chi prepara le pratiche"):
        correct(world, win, by=world.actors[1], expected=FIFTY)
    made = correct(world, win, expected=FIFTY)
    assert (made.anew, made.by_office, state(win)) == (True, False, "told")
    assert made.before == {"expected": {"1": "100.00", "2": "50.01"}, "state": "asked"}
    assert made.after == {"expected": {"1": "50.00"}, "state": "told"}
    assert figures(world) == (D("50.00"), 0)
    with world.at(LATER):
        assert [(one.win.pk, one.why) for one in api.to_confirm(world.actors[0])] == [(win.pk, api.ANEW)]
        with pytest.raises(Refused, match="non vale più"):
            api.answer_as_customer(actor=world.nobody, token=old, confirms=True, rating=5)
    confirm(world, win)
    assert figures(world) == (D("50.00"), D("50.00"))
    assert not api.to_confirm(world.actors[0])
    with pytest.raises(Refused, match="lo corregge l’ufficio"):
        correct(world, win, expected={1: D("70.00")})
    assert AuditEntry.objects.filter(verb="wins.correct_win").count() == 2


def test_after_the_answer_an_office_corrects_with_a_reason_and_the_customer_confirms_anew(world):
    win = tell(world)
    ask = confirm(world, win)
    with pytest.raises(Refused, match="perché lo correggi"):
        correct(world, win, by=SYSTEM, expected=FIFTY, why="  ")
    correct(world, win, by=SYSTEM, why="Settore", confidential=True)
    assert state(win) == "confirmed", "the customer does not confirm what is not changed"
    late = datetime(2027, 8, 1, 9, tzinfo=UTC)
    made = correct(world, win, by=SYSTEM, why="Una cifra in più", expected=FIFTY, at=late)
    assert (made.by_office, made.anew, state(win)) == (True, True, "told")
    assert win.confirm_by == date(2027, 9, 30), (
        "confirmed in time, it may be confirmed anew for as long as a link lives"
    )
    assert figures(world) == (D("50.00"), 0), "what was confirmed was another amount"
    ask.refresh_from_db()
    assert (ask.answer, ask.superseded_at is not None) == ("yes", True), "the answer is kept, and holds no more"
    assert Notice.objects.filter(kind="win-corrected", subject_id=str(made.pk)).count() == 1
    with clock_at(late):
        _, token = api.ask_customer(actor=world.actors[0], win=win)
        api.answer_as_customer(actor=world.nobody, token=token, confirms=True, rating=4)
    assert figures(world) == (D("50.00"), D("50.00"))
    assert Notice.objects.filter(kind="win-answered").count() == 2
    for wrong in ({"reason": ""}, {"anew": False}):
        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            api.WinChange.objects.filter(pk=made.pk).update(**wrong)
    made.pk, made.reason = None, ""
    with pytest.raises(IntegrityError, match="says_why"), transaction.atomic():
        made.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        api.CustomerAsk.objects.filter(pk=ask.pk).update(superseded_at=None)


def test_what_was_denied_or_lapsed_is_corrected_within_its_term(world):
    denied, lapsed = tell(world), tell(world, what="Remi")
    confirm(world, denied, confirms=False)
    after = datetime(2027, 7, 2, 9, tzinfo=UTC)
    with clock_at(after):
        api.lapse_wins(actor=system("t"))
    with pytest.raises(Refused, match="il termine è passato"):
        correct(world, denied, by=SYSTEM, why="x", expected=FIFTY, at=after)
    correct(world, denied, by=SYSTEM, why="Importo sbagliato", expected=FIFTY)
    assert state(denied) == "told", "the customer is asked of the amount that is right"
    ended = api.Win.objects.get(pk=lapsed.pk).closed_at
    correct(world, lapsed, by=SYSTEM, why="Importo", expected=FIFTY, at=after)
    assert (state(lapsed), lapsed.closed_at) == ("lapsed", ended)
    correct(world, lapsed, by=SYSTEM, why="Era luglio 2027", won_on=date(2027, 7, 2), at=after)
    assert (state(lapsed), lapsed.confirm_by) == ("told", date(2028, 7, 2))


def test_a_correction_is_held_to_what_is_told_of_a_win(world):
    win, other = tell(world), tell(world, what="Remi")
    with world.at(LATER):
        api.record_realised(actor=SYSTEM, win=win, year=1, amount=D("1.00"), source="f. 1")
    for changes, said in (
        ({"won_on": date(2026, 5, 31)}, "prima dell’iniziativa"),
        ({"won_on": date(2026, 7, 16)}, "nel futuro"),
        ({"expected": {}}, "almeno un importo"),
        ({"expected": {6: D("1.00")}}, "almeno un importo"),
        ({"without_help": 101}, "contributo dell’aiuto"),
        ({"what": " "}, "Scrivi che cosa"),
        ({"what": other.what}, "affare uguale"),
    ):
        with pytest.raises(Refused, match=said):
            correct(world, win, **changes)
    assert not api.WinChange.objects.exists()
    assert (win.won_on, correct(world, win, won_on=date(2026, 7, 10)).after["confirm_by"]) == (WON, "2027-07-10")


def test_a_win_that_was_not_is_withdrawn_with_a_reason_and_is_in_no_figure(world):
    win, twice = tell(world), tell(world, what="Remi")
    confirm(world, twice)
    given = {"actor": world.actors[0], "win": win}
    with world.at(LATER):
        _, token = api.ask_customer(**given)
        with pytest.raises(Refused, match="perché lo ritiri"):
            api.withdraw_win(**given, reason=" ")
        with pytest.raises(Refused, match="chi prepara le pratiche"):
            api.withdraw_win(actor=world.actors[1], win=win, reason="x")
        made = api.withdraw_win(**given, reason="Il contratto non è stato firmato")
        assert api.withdraw_win(**given, reason="x") is None, "once"
        assert (made.before, made.after, made.by_office) == ({"state": "asked"}, {"state": "withdrawn"}, False)
        with pytest.raises(Refused, match="non vale più"):
            api.answer_as_customer(actor=world.nobody, token=token, confirms=True, rating=5)
        with pytest.raises(Refused, match="lo corregge l’ufficio"):
            api.withdraw_win(**(given | {"win": twice}), reason="x")
        assert figures(world) == (D("150.01"), D("150.01"))
        api.withdraw_win(actor=SYSTEM, win=twice, reason="Comunicato due volte")
        for win_over in (win, twice):
            with pytest.raises(Refused, match="ritirato"):
                api.record_realised(actor=SYSTEM, win=win_over, year=1, amount=D("1.00"), source="f. 1")
    assert (figures(world), api.look_alike(win)) == ((0, 0), [])
    with pytest.raises(Refused, match="ritirato"):
        correct(world, twice, by=SYSTEM, why="x", expected=FIFTY)
    assert Notice.objects.filter(kind="win-corrected", title_it="L’ufficio ha ritirato un affare").count() == 1
    assert tell(world).pk != win.pk, "it may be told again"


@pytest.mark.slow  # ten pages
def test_both_read_what_was_corrected_and_the_office_says_why(world, client, officer, signed_in):
    win = tell(world)
    told = {
        "what": "Barche a vela", "kind": "export", "matter": "goods", "customer": "Boote GmbH", "country": "DE",
        "won_on": "2026-07-01", "anyway": "no", "sooner": "yes", "without_help": "40", "year_1": "5.000,00",
    }  # fmt: skip

    def page(path, **data):
        with clock_at(LATER):
            return client.post(path, data) if data else client.get(path)

    signed_in(world.users[1], world.firms[1])
    assert page(f"/impresa/affari/{win.pk}/correggi/").status_code == 404
    signed_in(world.users[0], world.firms[0])
    origin = f"i{world.initiative.pk}"
    again = page("/impresa/affari/nuovo/", **told, origin=origin)
    assert "apri quello e correggilo" in again.content.decode()
    assert "5.000,00" in again.content.decode(), "nothing typed is lost"
    form = page(f"/impresa/affari/{win.pk}/correggi/").content.decode()
    assert "50,01" in form, "what it says now is there"
    assert 'name="reason"' not in form
    assert page(f"/impresa/affari/{win.pk}/correggi/", **told).status_code == 302
    confirm(world, win)
    stopped = page(f"/impresa/affari/{win.pk}/correggi/")
    assert stopped.status_code == 403
    assert "lo corregge l’ufficio" in stopped.content.decode()
    late = page(f"/impresa/affari/{win.pk}/correggi/", **(told | {"year_1": "7,00", "reason": "x"}))
    assert "lo corregge l’ufficio" in late.content.decode(), "what was typed while the customer answered is there"
    signed_in(officer(roles.DIRECTOR))
    assert "Perché lo correggi?" in page(f"/ufficio/affari/{win.pk}/correggi/").content.decode()
    made = page(f"/ufficio/affari/{win.pk}/correggi/", **(told | {"year_1": "500,00"}), reason="Uno zero in più")
    assert made.status_code == 302
    shown = page(f"/ufficio/affari/{win.pk}/").content.decode()
    for words in ("Uno zero in più", "anno 1: 5.000,00", "anno 1: 500,00", "Il cliente l’aveva confermato il"):
        assert words in shown, words
    assert "Perché lo ritiri?" in page(f"/ufficio/affari/{win.pk}/ritira/").content.decode()
    signed_in(world.users[0], world.firms[0])
    assert "chiedi di nuovo al cliente di confermarlo" in page("/impresa/").content.decode()
