"""A worker that is killed loses no job: another takes it up."""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from levante.kernel.jobs import MOST, SILENT, take_up
from levante.letters.jobs import send_letter, sweep


def asked(sql: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def worker(silent: int) -> int:
    told = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id"
    return asked(told, silent)[0][0]


def at_work(job: int, worker: int | None, attempts: int = 0) -> int:
    told = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s RETURNING id"
    return asked(told, worker, attempts, job)[0][0]


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_dead_worker_wait_for_another():
    dead, alive = worker(SILENT + 5), worker(SILENT - 60)
    lost = at_work(send_letter.defer(letter_id=1), dead)
    forgotten = at_work(send_letter.defer(letter_id=2), None)  # the row of its worker was cleared away already
    going_on = at_work(send_letter.defer(letter_id=3), alive)
    deadly = at_work(send_letter.defer(letter_id=4), dead, MOST)
    of_a_minute = at_work(sweep.defer(timestamp=1), dead)
    next_minute = sweep.defer(timestamp=2)
    for _ in range(2):
        async_to_sync(take_up.func)(SimpleNamespace(app=app), 0)
        found = {
            job: (status, attempts)
            for job, status, attempts in asked("SELECT id, status, attempts FROM procrastinate_jobs")
        }
        assert found[lost] == found[forgotten] == ("todo", 1)
        assert found[going_on] == ("doing", 0)
        assert found[deadly][0] == "failed"
        assert found[of_a_minute][0] == "failed"
        assert found[next_minute] == ("todo", 0)
