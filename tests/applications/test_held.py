"""A decision that is held changes nothing that anybody outside the office reads, through any door, until it is told."""

import re
from datetime import timedelta

import pytest
from tests.applications.conftest import field, published_by
from tests.applications.test_lifecycle import examine
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, line, worker  # noqa: F401

from levante.aid.api import position
from levante.api.services import create_token
from levante.applications.api import (
    Application,
    as_told,
    clients_of,
    compute_ranking,
    give_rejection_notice,
    money_of,
    record_formal_check,
    save_answers,
    start_draft,
    submit_application,
    take_in_charge,
    tell_decision,
    timeline,
    undo_decision,
    withdraw_application,
    work_of,
    written_by,
)
from levante.applications.appraisal import admit_application, reject_application
from levante.grants.api import draft_award_act, send_award_act, withdraw_from_acts
from levante.kernel.api import Refused, clock_at, now, today
from levante.letters.api import Letter, finish_draft
from levante.messages.api import Notice

SECRET = "Motivo che nessuno deve leggere"
MONEY = {"kind": "percentage", "rate": "100", "base": "costs", "cap": "9000.00"}


@pytest.fixture
def sent(own_call, firm, actor_for, officer):
    """An application under examination, checked, with its firm's person and the officer."""
    opening = own_call([field("costs", "money")], money=MONEY)
    call = opening.call
    call.terms = {**call.terms, "notice_applies": False}
    call.save(update_fields=["terms"])
    ugo = actor_for(officer("case_officer", given="Ugo"))
    made, user = firm("Ditta in attesa", given="Pia")
    actor = actor_for(user, made)
    draft = start_draft(actor=actor, opening=opening)
    save_answers(actor=actor, application=draft, answers={"costs": "60.00"}, base_revision=draft.revision)
    submit_application(actor=actor, application=draft)
    application = Application.objects.get(pk=draft.pk)
    take_in_charge(actor=ugo, application=application, has_conflict=False)
    record_formal_check(actor=ugo, application=application, item="x", outcome="met")
    return ugo, Application.objects.get(pk=draft.pk), actor, user


def everything_read(browser, application, actor, user, key):
    """What each door outside the office says, by its name."""
    pk, number = application.pk, application.number
    paths = [
        "/impresa/", "/impresa/domande/", f"/impresa/domande/{pk}/", f"/impresa/domande/{pk}/ricevuta/", f"/impresa/cerca/?q={number}",
        "/impresa/clienti/?turn=all", "/impresa/messaggi/", f"/bandi/{application.opening.call.code}/",
    ]  # fmt: skip
    said = {}
    for path in paths:
        answer = browser.get(path)
        text = answer.content.decode()
        said[path] = (
            answer.status_code,
            " ".join(re.sub(r"<head>.*?</head>|<script.*?</script>|<[^>]+>", " ", text, flags=re.S).split()),
        )
    own = browser.get("/api/v1/me/applications", HTTP_AUTHORIZATION=f"Bearer {key}")
    said["api"] = own.status_code, own.json()
    said["kept"] = 200, [row["state"] for row in written_by(user.pk)["applications"]]
    said["clients"] = 200, [(row.turn, row.what, row.due) for row in work_of(clients_of(user.pk, today()))]
    said["money"] = 200, money_of(application.opening)
    said["letters"] = 200, list(Letter.objects.visible_to(actor).values_list("pk", "state"))
    said["notices"] = 200, Notice.objects.count()
    return said


@pytest.mark.django_db
@pytest.mark.slow  # every page of the enterprise, before and after, for both decisions
@pytest.mark.parametrize("decide", [admit_application, reject_application])
def test_every_door_says_what_it_said_before_until_the_letter_leaves(sent, signed_in, decide):
    ugo, application, actor, user = sent
    key = create_token(actor=actor, name="gestionale").plain
    browser = signed_in(user, application.enterprise)
    with clock_at(now()):
        before = everything_read(browser, application, actor, user, key)
        decide(actor=ugo, application=application, reason=SECRET, hold=True)
        after = everything_read(browser, application, actor, user, key)
        wrong = {door: status for door, (status, _) in before.items() if status != 200}
        assert not wrong
        assert {door: (before[door], after[door]) for door in before if before[door] != after[door]} == {}
        browser.post(
            f"/impresa/domande/{application.pk}/rinuncia/", {"reason": "x"}
        )  # nobody gives up what was not told
        browser.get("/impresa/domande/")  # where that is said, once
        assert Application.objects.get(pk=application.pk).held_from == "under_check"
        undo_decision(actor=ugo, application=application, reason="Errore")
        assert SECRET not in browser.get(f"/impresa/domande/{application.pk}/").content.decode()
        decide(actor=ugo, application=application, reason=SECRET, hold=True)
        finish_draft(actor=ugo, letter=Letter.objects.about(application).get(state="draft"))
        told = everything_read(browser, application, actor, user, key)
    changed = {door for door in before if before[door] != told[door]}
    page = f"/impresa/domande/{application.pk}/"
    assert {"/impresa/", "/impresa/domande/", page, "api", "kept", "clients", "notices"} <= changed
    assert ("Ammissione" if decide is admit_application else "Rigetto") + " comunicat" in told[page][1]
    assert Application.objects.get(pk=application.pk).held_from == ""


@pytest.mark.django_db
def test_a_rejection_taken_back_leaves_the_file_in_the_notice_it_was_in(sent):
    """Art. 10-bis L. 241/1990: what was said before stays said, with its days; the office decides anew from there."""
    ugo, application, *_ = sent
    call = application.opening.call
    type(call).objects.filter(pk=call.pk).update(terms={**call.terms, "notice_applies": True})
    notice = give_rejection_notice(actor=ugo, application=application, reasons="Non ha sede in Puglia")
    Letter.objects.about(application).filter(kind="pre_rejection_notice").update(channel="portal")
    with clock_at(now() + timedelta(days=12)):
        reject_application(actor=ugo, application=application, reason=SECRET, hold=True)
        undo_decision(actor=ugo, application=application, reason="Da rivedere")
        current = Application.objects.get(pk=application.pk)
        assert (current.state, current.held_from, current.decided_at, current.decision_reason) == (
            "notice",
            "",
            None,
            "",
        )
        assert current.notice == notice
        assert current.deadlines.get(kind="examination").state == "running"
        assert current.events.last().kind == "undo_to_notice"
        reject_application(actor=ugo, application=current, reason="Le osservazioni non sono arrivate")
        with pytest.raises(Refused, match="comunicata"):
            undo_decision(actor=ugo, application=current, reason="x")


@pytest.mark.django_db
def test_who_withdraws_meanwhile_does_it_and_the_decision_falls(sent, line):  # noqa: F811
    ugo, application, actor, _ = sent
    admit_application(actor=ugo, application=application, hold=True)
    draft_award_act(actor=ugo, applications=[application], line=line)
    mine = position(application.enterprise, on=today(), outside=True)
    assert (mine["counted"], position(application.enterprise, on=today())["counted"]) == ("0.00", "60.00")
    withdraw_from_acts(actor=actor, application=application, reason="Non serve più")
    current = Application.objects.get(pk=application.pk)
    assert (current.state, current.held_from, current.decided_at, current.admitted_amount) == (
        "withdrawn",
        "",
        None,
        None,
    )
    assert Letter.objects.about(application).get(kind="admitted").state == "cancelled"
    assert {award.state for award in application.awards.all()} == {"cancelled"}
    with pytest.raises(Refused):
        tell_decision(actor=ugo, application=current)
    with pytest.raises(Refused):
        withdraw_application(actor=actor, application=current)


@pytest.mark.django_db
def test_an_act_in_effect_tells_what_was_held(admitted, desk, director, act_system, worker):  # noqa: F811
    application = admitted()
    Application.objects.filter(pk=application.pk).update(held_from="under_check")
    act = draft_award_act(actor=desk, applications=[application])
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    assert as_told(Application.objects.get(pk=application.pk)).state == "under_check"
    worker()
    assert Application.objects.get(pk=application.pk).state_told == "admitted"
    told = [moment.title.it for moment in timeline(application)]
    assert told[-2:] == ["Ammissione comunicata", "Contributo concesso"]


@pytest.mark.django_db
@pytest.mark.slow  # a firm that applies, is decided and ranked
def test_a_published_ranking_tells_what_was_held(by_ranking, filled, director, desk):  # noqa: F811
    draft, actor, _ = filled(by_ranking)
    application = submit_application(actor=actor, application=draft)
    examine(application, desk)
    part = by_ranking.lines.get(code="a")
    admit_application(actor=desk, application=application, hold=True)
    with clock_at(by_ranking.closes_at + timedelta(days=1)):
        made = compute_ranking(actor=director, opening=by_ranking, line=part)
        assert Application.objects.get(pk=application.pk).state_told == "under_check"
        published_by(director, made)
    assert Application.objects.get(pk=application.pk).state_told == "admitted"
    assert "Ammissione comunicata" in [moment.title.it for moment in timeline(application)]
