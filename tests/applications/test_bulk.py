"""Many files at once: the preview says why not, the worker goes on from where it was, decisions come back until told."""

import pytest
from tests.applications.conftest import field
from tests.grants.conftest import line  # noqa: F401 - money on the line

from levante.applications.api import (
    Application,
    BulkItem,
    BulkRun,
    carry_on,
    declare_conflict,
    items_of,
    preview_bulk,
    record_formal_check,
    save_answers,
    start_bulk,
    start_draft,
    submit_application,
    take_in_charge,
    tell_bulk,
    undo_bulk,
)
from levante.grants.api import draft_award_act
from levante.kernel.api import Refused
from levante.letters.api import Letter
from levante.messages.api import Notice


@pytest.fixture
def files(own_call, firm, actor_for, officer):
    """Four files of one call: two checked, one with nothing checked, one in nobody's charge."""
    opening = own_call(
        [field("costs", "money")], money={"kind": "percentage", "rate": "100", "base": "costs", "cap": "9000.00"}
    )
    desk = actor_for(officer("case_officer", given="Ugo"))
    found = []
    for place in range(4):
        made, user = firm(f"Ditta {place}", given=f"P{place}")
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=opening)
        save_answers(actor=actor, application=draft, answers={"costs": "60.00"}, base_revision=draft.revision)
        submit_application(actor=actor, application=draft)
        found.append(Application.objects.get(pk=draft.pk))
        if place < 3:
            take_in_charge(actor=desk, application=draft, has_conflict=False)
        if place < 2:
            record_formal_check(actor=desk, application=draft, item="x", outcome="met")
    return desk, found


def states():
    return list(Application.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db
@pytest.mark.slow  # four applications, admitted, taken back, admitted again and told
def test_decisions_taken_in_bulk_are_previewed_done_taken_back_and_told(files, line, signed_in):  # noqa: F811
    from levante.identity.api import User

    desk, found = files
    ids = [one.pk for one in found]
    with pytest.raises(Refused, match="motivo"):
        preview_bulk(actor=desk, action="reject", files=ids, data={"reason": " "})
    run = preview_bulk(actor=desk, action="admit", files=ids, data={})
    items = list(run.items.order_by("place"))
    assert [item.allowed for item in items] == [True, True, False, False]
    assert "la verifica" in items[2].reason_it
    assert items[3].reason_it.endswith("Prima aprila e prendila in carico."), "the step to take, too"
    assert states() == ["under_check"] * 3 + ["submitted"], "a preview changes nothing"
    start_bulk(actor=desk, run=run)
    start_bulk(actor=desk, run=run)
    told = Notice.objects.count()
    assert carry_on(run.pk, most=1) == 1, "the worker dies here"
    assert states()[:2] == ["admitted", "under_check"]
    # Meanwhile somebody finds a conflict on the second: the run says so and goes on.
    assert carry_on(run.pk) == 1
    run.refresh_from_db()
    assert run.state == "done"
    assert states()[:2] == ["admitted", "admitted"]
    letters = Letter.objects.filter(kind="admitted")
    assert {letter.state for letter in letters} == {"draft"}
    assert Notice.objects.count() == told, "nobody is told yet"
    browser = signed_in(User.objects.get(pk=desk.user_id))
    page = browser.get(f"/ufficio/pratiche/insieme/{run.pk}/").content.decode()
    assert "Le imprese non lo sanno ancora" in page
    assert browser.get(f"/ufficio/pratiche/insieme/{run.pk}/avanzamento/").headers["HX-Refresh"] == "true"
    check = {"phase": "formal", "item": items_of(found[2], "formal")[0]["code"], "outcome": "met"}
    other = preview_bulk(actor=desk, action="check", files=ids[2:], data=check)
    said = browser.get(f"/ufficio/pratiche/insieme/{other.pk}/").content.decode()
    assert f"{items_of(found[2], 'formal')[0]['it']}: superata" in said
    assert "solo anteprima" in browser.get("/ufficio/pratiche/insieme/").content.decode()
    why = "Perché questo termine?"
    assert why not in browser.get(f"/ufficio/pratiche/{ids[0]}/").content.decode(), "decided: no term, and no why"
    assert why in browser.get(f"/ufficio/pratiche/{ids[2]}/").content.decode()
    # An act drafted on the first: that one stays.
    draft_award_act(actor=desk, applications=[found[0]], line=line)
    undo_bulk(actor=desk, run=run, reason="Errore nel calcolo")
    carry_on(run.pk)
    assert [item.outcome for item in run.items.filter(allowed=True).order_by("place")] == ["kept", "undone"]
    assert states()[:2] == ["admitted", "under_check"]
    assert Application.objects.get(pk=ids[1]).admitted_amount is None
    assert Letter.objects.about(found[1]).get(kind="admitted").state == "cancelled"
    again = preview_bulk(actor=desk, action="admit", files=ids[1:2], data={})
    start_bulk(actor=desk, run=again)
    carry_on(again.pk)
    tell_bulk(actor=desk, run=again)
    carry_on(again.pk)
    assert Letter.objects.about(found[1]).exclude(state="cancelled").get(kind="admitted").state == "ready"
    assert Notice.objects.count() > told
    again.refresh_from_db()
    assert again.state == "told"
    with pytest.raises(Refused, match="tornare indietro"):
        undo_bulk(actor=desk, run=again, reason="Ripensamento")


@pytest.mark.django_db
@pytest.mark.slow  # the same four applications
def test_files_are_chosen_by_the_filters_and_what_changed_meanwhile_is_refused(files, signed_in, monkeypatch):
    from levante.identity.api import User

    desk, found = files
    browser = signed_in(User.objects.get(pk=desk.user_id))
    page = browser.get("/ufficio/pratiche/insieme/?state=under_check").content.decode()
    assert "Pratiche che rispondono a questi filtri: 3." in page
    with monkeypatch.context() as few:
        few.setattr("levante.applications.bulk.MOST", 1)
        few.setattr("levante.web.desk.applications.bulk.BULK_MOST", 1)
        many = browser.get("/ufficio/pratiche/insieme/?state=under_check").content.decode()
        assert "Pratiche che rispondono a questi filtri: 3. Al massimo 1 alla volta: stringili." in many
        assert "Vedi che cosa" not in many
        refused = browser.post("/ufficio/pratiche/insieme/?state=under_check", {"action": "admit"}).content.decode()
        assert "Sono 3 pratiche: al massimo 1 alla volta" in refused
    answer = browser.post(
        "/ufficio/pratiche/insieme/?state=under_check", {"action": "check", "item": "formal:x", "outcome": "met"}
    )
    run = BulkRun.objects.get()
    assert answer.url == f"/ufficio/pratiche/insieme/{run.pk}/"
    assert run.items.filter(allowed=True).count() == 3
    declare_conflict(actor=desk, application=found[0], has_conflict=True, text="Un mio parente ci lavora")
    browser.post(f"/ufficio/pratiche/insieme/{run.pk}/start/")
    carry_on(run.pk)
    outcomes = dict(BulkItem.objects.filter(run=run).values_list("application_id", "outcome"))
    assert [outcomes[one.pk] for one in found[:3]] == ["refused", "done", "done"]
    assert "2 di" not in page
    said = browser.get(f"/ufficio/pratiche/insieme/{run.pk}/").content.decode()
    assert [one.number in said for one in found[:3]] == [False, True, True], "what one abstains from is not listed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # two workers on one run, in the real database
def test_two_workers_do_each_file_once_and_two_clicks_start_once(files):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from levante.kernel.models import AuditEntry

    desk, found = files
    run = preview_bulk(actor=desk, action="admit", files=[one.pk for one in found], data={})

    def at_once(work):
        def one(_):
            try:
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, range(2)))

    at_once(lambda: start_bulk(actor=desk, run=run).state)
    assert AuditEntry.objects.filter(verb="applications.start_bulk").count() == 1
    assert sum(at_once(lambda: carry_on(run.pk))) >= 2
    assert AuditEntry.objects.filter(verb="applications.admit_application").count() == 2
    assert sorted(run.items.values_list("outcome", flat=True)) == ["done", "done", "waiting", "waiting"]
