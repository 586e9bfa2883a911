"""Jobs are written down in the transaction that asks for them, in the worker too.

Procrastinate's own worker writes what a job asks for later on a connection of its own: the new job could run before what it is
about was committed, and stay when that was rolled back.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.tasks import Task

#: Procrastinate's own function, given its jobs in a row by the database and not by Python.
_DEFER_EACH = """
SELECT procrastinate_defer_jobs_v1(array_agg(
         ROW(%s, %s, %s, NULL, NULL, jsonb_build_object(%s::text, id), NULL)::procrastinate_job_to_defer_v1 ORDER BY place))
  FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (id, place)
"""


class WorkerConnector(PsycopgConnector):
    """The worker takes and ends its jobs on its own connections; what a job defers goes with the transaction of the job."""

    def __init__(self, alias: str, **options: Any) -> None:
        super().__init__(**options)
        self._with_django = DjangoConnector(alias)

    def get_sync_connector(self) -> DjangoConnector:
        return self._with_django


class Connector(DjangoConnector):
    def get_worker_connector(self) -> WorkerConnector:
        return WorkerConnector(self.alias, kwargs=connector_params(self.alias))


def defer_each(task: "Task[Any, Any, Any]", name: str, ids: Sequence[int]) -> None:
    """A job for each of some ids, the argument ``name`` of a task, in one statement of the transaction at work."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_DEFER_EACH, [task.queue, task.name, task.priority, name, list(ids)])


def in_the_transaction(app: App) -> None:
    """``PROCRASTINATE_ON_APP_READY``."""
    before = app.connector
    assert isinstance(before, DjangoConnector)
    app.connector = app.job_manager.connector = Connector(before.alias)
