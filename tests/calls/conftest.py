"""A programme with the codes that the shipped calls name, and the calls themselves."""

import pytest
from django.db import transaction
from tests import demonstration
from tests.calls.world import CALLS, made, rows
from tests.kept import kept


@pytest.fixture
def programme(db):
    """The programme with the codes that the shipped calls name."""
    return kept("programme of the calls", _programme)


def _programme():
    from levante.identity.api import Office
    from levante.programme.api import Programme

    if Office.objects.exists():  # a test has its own already: the programme is built around them
        return made()
    with transaction.atomic():
        demonstration.add(rows()[0])
    return Programme.objects.get()


@pytest.fixture
def shipped(programme):
    """The shipped calls, loaded; ``shipped["voucher-fiere-2018"]``."""
    return kept("shipped", lambda: _shipped(programme))


def _shipped(programme):
    from levante.calls.api import Call, load_calls

    if programme.pk > demonstration.HIGH:
        with transaction.atomic():
            demonstration.add(rows()[1])
    else:
        load_calls(CALLS, programme=programme)
    return {call.code: call for call in Call.objects.all()}
