"""An act for many: drafted and brought into effect by the worker, some at a time; what a worker leaves half way another ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from levante.applications.api import renounce_place
from levante.grants import drafting, effects
from levante.grants.api import (
    Award,
    AwardAct,
    cancel_award_act,
    draft_on,
    effect_on,
    order_award_act,
    prepare_award_act,
    progress_of_act,
    retry_award_act,
    rewrite_award_act,
    send_award_act,
)
from levante.grants.jobs import follow_acts
from levante.identity.api import User
from levante.kernel.api import Refused, clock_at, now
from levante.letters.api import LetterRun


@pytest.fixture
def many(monkeypatch):
    """Two are many, and are done one at a time."""
    for room in (drafting, effects):
        monkeypatch.setattr(room, "AT_ONCE", 1)
        monkeypatch.setattr(room, "BATCH", 1)


@pytest.fixture
def applications(admitted):
    return [admitted(name) for name in ("Uno S.r.l.", "Due S.r.l.", "Tre S.r.l.")]


@pytest.fixture
def pair(admitted):
    return admitted("Uno S.r.l."), admitted("Due S.r.l.")


def jobs(name):
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name=name).count()


def fresh(act):
    return AwardAct.objects.get(pk=act.pk)


@pytest.mark.django_db
@pytest.mark.slow  # three firms from the form to the admission, and the page of the act at each step
def test_an_act_for_many_is_drafted_by_the_worker_with_who_stays_out(
    many, applications, desk, director, actor_for, signed_in
):
    act = prepare_award_act(actor=desk, applications=applications)
    again = prepare_award_act(actor=desk, applications=applications)
    assert (again.pk, jobs("grants.draft_act"), act.awards.count()) == (act.pk, 1, 0), "pressed twice, it is one"
    with pytest.raises(Refused, match="in un altro atto"):
        order_award_act(actor=desk, applications=applications[:2])
    assert draft_on(act.pk, most=1) == 1  # and the worker is killed
    progress = progress_of_act(fresh(act))
    assert (progress.drafting, progress.done, progress.total) == (True, 1, 3)
    for forbidden in (
        lambda: send_award_act(actor=director, act=act, without_codes="Si scrivono dopo"), lambda: rewrite_award_act(actor=desk, act=act),
    ):  # fmt: skip
        with pytest.raises(Refused):
            forbidden()
    browser, page = signed_in(User.objects.get(pk=director.user_id)), f"/ufficio/atti/{act.pk}/"
    said = browser.get(page).content.decode()
    assert "1 di 3" in said
    assert "Firma e invia" not in said
    assert "1 di 3" in browser.get(f"{page}avanzamento/").content.decode()
    owner = applications[1].enterprise.mandates.first().user
    renounce_place(actor=actor_for(owner, applications[1].enterprise), application=applications[1], reason="Non serve")
    draft_on(act.pk)
    held = fresh(act)
    assert list(held.awards.order_by("pk").values_list("application", flat=True)) == [
        applications[0].pk, applications[2].pk,
    ]  # fmt: skip
    assert held.orders.get(state="left_out").reason_it.endswith("non è ammessa.")
    assert held.document.data["total_amount"] == "12000.00"
    assert browser.get(f"{page}avanzamento/").headers["HX-Refresh"] == "true"
    said = browser.get(page).content.decode()
    assert "Lasciate fuori" in said
    assert "non è ammessa" in said
    assert draft_on(act.pk) == 0, "done again it does nothing"
    assert send_award_act(actor=director, act=held, without_codes="Si scrivono dopo").state == "sent_to_act_system"


@pytest.mark.django_db
@pytest.mark.slow  # three firms from the form to the admission
def test_the_awards_of_many_take_effect_in_the_worker_and_are_written_to_once(
    many, applications, desk, director, act_system, worker, signed_in
):
    act = order_award_act(actor=desk, applications=applications)
    draft_on(act.pk)
    send_award_act(actor=director, act=fresh(act), without_codes="Si scrivono dopo")
    worker()
    held = fresh(act)
    assert (held.state, held.effect_going, jobs("grants.take_effect")) == ("act_returned", True, 1)
    assert effect_on(act.pk, most=1) == 1  # and the worker is killed
    assert Award.objects.filter(state="effective").count() == 1
    progress = progress_of_act(fresh(act))
    assert (progress.drafting, progress.done, progress.total) == (False, 1, 3)
    assert "1 di 3" in signed_in(User.objects.get(pk=director.user_id)).get(f"/ufficio/atti/{act.pk}/").content.decode()
    assert retry_award_act(actor=desk, act=held).effect_pass == 1, "it is going already"
    follow_acts(0)
    assert fresh(act).effect_going, "its worker may be at it still"
    with clock_at(now() + timedelta(minutes=3)):
        follow_acts(0)
    held = fresh(act)
    assert (held.state, held.effect_going, progress_of_act(held)) == ("effective", False, None)
    run = LetterRun.objects.get()
    assert list(run.items.order_by("serial").values_list("reference", flat=True)) == [
        one.number for one in applications
    ]
    assert effect_on(act.pk) == 0


@pytest.mark.django_db
@pytest.mark.slow  # two firms from the form to the admission
def test_what_is_stopped_is_tried_again_once_and_an_act_of_none_is_closed(
    many, admitted, desk, director, act_system, worker, actor_for
):
    one, two = admitted("Uno S.r.l."), admitted("Due S.r.l.")
    act = order_award_act(actor=desk, applications=[one, two])
    draft_on(act.pk)
    send_award_act(actor=director, act=fresh(act), without_codes="Si scrivono dopo")
    type(one).objects.filter(pk=one.pk).update(state="withdrawn", decided_at=None, decided_by=None)
    worker()
    effect_on(act.pk)
    held = fresh(act)
    assert (held.state, held.effect_going) == ("act_returned", False)
    assert Award.objects.get(application=one).stop_reason_it
    assert retry_award_act(actor=desk, act=held).effect_pass == 2  # one alone: at once
    assert not fresh(act).effect_going
    assert LetterRun.objects.get().items.count() == 1
    cancel_award_act(actor=desk, act=fresh(act), reason="Ritirata")
    assert fresh(act).state == "effective"


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # real transactions: two workers at once on one act
def test_two_workers_on_one_act_put_each_application_in_it_once(many, applications, desk):
    act = order_award_act(actor=desk, applications=applications)

    def work(_):
        try:
            return draft_on(act.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        turns = list(pool.map(work, range(2)))
    assert sum(turns) == 3
    held = fresh(act)
    assert sorted(held.awards.values_list("application", flat=True)) == sorted(one.pk for one in applications)
    assert held.document is not None


@pytest.mark.django_db
@pytest.mark.slow  # two firms from the form to the admission
def test_an_error_nobody_expected_stops_one_application_and_no_other(
    pair, desk, director, act_system, worker, monkeypatch
):
    bad, good = pair
    monkeypatch.setattr(drafting, "AT_ONCE", 1)
    put = drafting.put_in_act

    def breaks(actor, act, application, place):
        if application.pk == bad.pk:
            raise KeyError("plan")
        return put(actor, act, application, place)

    monkeypatch.setattr(drafting, "put_in_act", breaks)
    act = order_award_act(actor=desk, applications=[bad, good])
    assert draft_on(act.pk) == 1, "each once: the second is in, the first waits"
    assert list(act.orders.values_list("state", "tries")) == [("waiting", 1), ("in_the_act", 0)]
    for minutes in (3, 6, 9):
        with clock_at(now() + timedelta(minutes=minutes)):
            follow_acts(0)
    left = act.orders.get(application=bad)
    assert (left.state, left.tries) == ("left_out", drafting.MOST_TRIES)
    assert "KeyError" in left.reason_it
    held = fresh(act)
    assert held.document is not None, "the others have their act"
    # So it is when they take effect: what breaks is stopped with its reason, and tried again when somebody asks.
    take = effects.commit
    monkeypatch.setattr(effects, "commit", lambda **_: {}["line"])
    send_award_act(actor=director, act=held, without_codes="Si scrivono dopo")
    worker()
    award = Award.objects.get(application=good)
    assert (award.state, fresh(act).effect_going) == ("act_returned", False)
    assert "KeyError" in award.stop_reason_it
    monkeypatch.setattr(effects, "commit", take)
    retry_award_act(actor=desk, act=fresh(act))
    assert Award.objects.get(application=good).state == "effective"
