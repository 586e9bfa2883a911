"""A list asked for at the desk: one at a time, computed by the worker, ended by its draft or by why there is none."""

import sys
import threading
from datetime import timedelta

import pytest
from django.db import connections
from tests.applications.conftest import act_of_today, declares

from levante.applications import ranking_orders
from levante.applications.api import (
    Application,
    RankingOrder,
    ask_publication,
    ask_ranking,
    compute_on,
    counted_so_far,
    files_of_ranking,
    submit_application,
)
from levante.applications.jobs import follow_ranking_orders
from levante.calls.api import Opening
from levante.kernel.api import Refused, clock_at, now
from levante.kernel.models import AuditEntry
from levante.register.models import Entry


@pytest.fixture
def director(officer, actor_for):
    return actor_for(officer("director", given="Dora"))


@pytest.fixture
def closed(by_ranking, filled):
    """A line of a window that is closed, with an application."""
    draft, actor, _ = filled(by_ranking)
    submit_application(actor=actor, application=draft)
    Opening.objects.filter(pk=by_ranking.pk).update(closes_at=now() - timedelta(minutes=1))
    return Opening.objects.get(pk=by_ranking.pk)


def jobs():
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name="applications.compute_order").count()


def publish_with_a_worker_that_dies(made, director, monkeypatch):
    """Asked twice it is one; the worker that dies at the last application leaves the draft, and the next one publishes it."""
    with pytest.raises(Refused, match="manca una domanda"):
        ask_publication(actor=director, ranking=made, act=made.opening.call.act)
    act = act_of_today(made.opening.call, "77")
    declares(director, files_of_ranking(made))
    with pytest.raises(Refused, match="Serve l’atto"):
        ask_publication(actor=director, ranking=made, act=None)
    # An act that was recorded for something else approves a list when who asks says why, and it stays written.
    with pytest.raises(Refused, match="scrivi perché approva"):
        ask_publication(actor=director, ranking=made, act=act)
    asked = ask_publication(actor=director, ranking=made, act=act, why="È la sua approvazione")
    assert AuditEntry.objects.filter(data__reason="È la sua approvazione").count() == 1
    assert ask_publication(actor=director, ranking=made, act=act, why="sì").pk == asked.pk
    with monkeypatch.context() as dying:
        dying.setattr(ranking_orders, "_say", lambda order, told: sys.exit(f"killed at {told}"))
        with pytest.raises(SystemExit):
            compute_on(asked.pk)
    made.refresh_from_db()
    assert (made.state, Entry.objects.filter(subject=f"ranking:{made.pk}").count()) == ("draft", 0)
    with clock_at(now() + timedelta(minutes=2)):
        follow_ranking_orders(0)
    made.refresh_from_db()
    assert (made.state, made.act) == ("published", act)
    assert Entry.objects.filter(subject=f"ranking:{made.pk}").count() == 1
    assert compute_on(asked.pk) is None
    assert ask_publication(actor=director, ranking=made, act=act) is None


@pytest.mark.django_db
def test_a_list_asked_twice_is_one_and_what_a_worker_left_another_does(
    closed, director, officer, actor_for, monkeypatch
):
    part = closed.lines.get(code="a")
    with pytest.raises(Refused, match="Scegli la linea"):
        ask_ranking(actor=director, opening=closed)
    with pytest.raises(Refused, match="dirigente"):
        ask_ranking(actor=actor_for(officer(given="Ugo")), opening=closed, line=part)
    asked = ask_ranking(actor=director, opening=closed, line=part)
    assert ask_ranking(actor=director, opening=closed, line=part).pk == asked.pk
    assert (jobs(), asked.total, counted_so_far(asked)) == (1, 1, None)
    follow_ranking_orders(0)
    assert not closed.rankings.exists(), "its worker may be at it"
    with clock_at(now() + timedelta(minutes=2)):
        follow_ranking_orders(0)
    asked.refresh_from_db()
    made = closed.rankings.get()
    assert (asked.ranking, asked.reason_it, made.computed_by_id) == (made, "", director.user_id)
    assert compute_on(asked.pk) is None, "done again it does nothing"
    publish_with_a_worker_that_dies(made, director, monkeypatch)
    scrolled = ask_ranking(actor=director, opening=closed, scrolls=made)
    compute_on(scrolled.pk)
    scrolled.refresh_from_db()
    assert "Non c’è nulla da scorrere" in scrolled.reason_it


@pytest.mark.django_db
def test_a_list_that_cannot_be_computed_says_why(closed, director, signed_in, officer, monkeypatch):
    part = closed.lines.get(code="a")
    asked = ask_ranking(actor=director, opening=closed, line=part)
    Application.objects.filter(opening=closed).update(state="withdrawn")
    compute_on(asked.pk)
    page = signed_in(officer("director", given="Ada")).get(f"/ufficio/graduatorie/calcoli/{asked.pk}/").content.decode()
    assert "Non ci sono domande da ordinare" in page
    assert "every 1s" not in page

    def breaks(**_):
        return 1 / 0

    again = ask_ranking(actor=director, opening=closed, line=part)
    monkeypatch.setattr(ranking_orders, "compute_ranking", breaks)
    with pytest.raises(ZeroDivisionError):
        compute_on(again.pk)
    again.refresh_from_db()
    assert again.reason_it == ranking_orders.BROKE.it


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # real transactions: a worker at it, another, and who looks
def test_while_a_worker_is_at_it_others_see_how_far_and_do_not_do_it_too(closed, director, monkeypatch):
    asked = ask_ranking(actor=director, opening=closed, line=closed.lines.get(code="a"))
    read, go_on = threading.Event(), threading.Event()
    say = ranking_orders._say

    def wait(order, count):
        say(order, count)
        read.set()
        assert go_on.wait(20)

    def work():
        try:
            compute_on(asked.pk)
        finally:
            connections.close_all()

    monkeypatch.setattr(ranking_orders, "_say", wait)
    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert read.wait(20)
        assert counted_so_far(asked) == 1
        assert compute_on(asked.pk) is None
        other = ask_ranking(actor=director, opening=closed, line=closed.lines.get(code="b"))
        assert other.pk != asked.pk, "another line is asked for without waiting"
    finally:
        go_on.set()
        worker.join()
    assert counted_so_far(asked) is None
    assert RankingOrder.objects.get(pk=asked.pk).ranking is not None
