"""Jobs are written down in the transaction that asks for them, in the worker too.

Procrastinate's own worker writes what a job asks for later on a connection of its own: the new job could run before what it is
about was committed, and stay when that was rolled back.
"""

from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params


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


def in_the_transaction(app: App) -> None:
    """``PROCRASTINATE_ON_APP_READY``."""
    before = app.connector
    assert isinstance(before, DjangoConnector)
    app.connector = app.job_manager.connector = Connector(before.alias)
