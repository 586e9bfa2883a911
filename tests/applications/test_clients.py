"""A consultant's page: everything of everybody they act for, whose turn it is and by when; and nothing of anybody else."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.applications.conftest import open_now

from levante.applications.api import (
    Application,
    clients_of,
    request_integration,
    start_draft,
    submit_application,
    take_in_charge,
    work_of,
)
from levante.kernel.api import clock_at, now, today
from levante.parties.api import Mandate

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultant(filled, first_come, firm, person, officer, actor_for):
    """A consultant with three clients: one with a draft, one asked for an integration, one with nothing; and a stranger's
    application. Gives ``(user, sent, draft, stranger's)``."""
    user = person("Carla", "Consulente")

    def mandate(enterprise, *scopes, **more):
        Mandate.objects.create(
            user=user, enterprise=enterprise, kind="delegate", scopes=list(scopes), state=Mandate.CONFIRMED,
            since=today() - timedelta(days=30), requested_at=now(), decided_at=now(), **more,
        )  # fmt: skip

    ready, actor, _ = filled(first_come, "Asked S.r.l.")
    sent = submit_application(actor=actor, application=ready)
    pia = actor_for(officer(given="Pia"))
    take_in_charge(actor=pia, application=sent, has_conflict=False)
    request_integration(actor=pia, application=sent, items=[{"it": "x", "en": "x"}], text="Manca", days=10)
    drafting, hers = firm("Bozza S.r.l.")
    draft = start_draft(actor=actor_for(hers, drafting), opening=first_come)
    idle, _ = firm("Ferma S.r.l.")
    stranger, _, _ = filled(first_come, "Estranea S.r.l.")
    mandate(sent.enterprise, "read", "apply")
    mandate(drafting, "read")
    mandate(idle, "read")
    return user, sent, draft, stranger


def test_whose_turn_it_is_and_by_when(consultant, first_come):
    user, sent, draft, _ = consultant
    found = work_of(clients_of(user.pk, today()))
    assert [(row.application.pk, row.turn, row.what) for row in found] == [
        (draft.pk, "mine", "draft"), (sent.pk, "mine", "integration"),
    ] or [(row.application.pk, row.turn, row.what) for row in found] == [
        (sent.pk, "mine", "integration"), (draft.pk, "mine", "draft"),
    ]  # fmt: skip
    assert all(row.due for row in found)
    with clock_at(first_come.closes_at + timedelta(days=1)):
        late = {row.application.pk: (row.turn, row.what) for row in work_of(clients_of(user.pk, today()))}
        assert late[draft.pk] == ("closed", "draft_closed")


def test_a_mandate_that_ended_shows_nothing(consultant):
    user, sent, _, _ = consultant
    Mandate.objects.filter(user=user, enterprise=sent.enterprise).update(until=today() - timedelta(days=1))
    assert sent.pk not in {row.application.pk for row in work_of(clients_of(user.pk, today()))}
    assert clients_of(None, today()) == {}


@pytest.mark.slow  # the pages of a consultant
def test_the_page_and_acting_in_a_click(consultant, django_assert_max_num_queries):
    user, sent, draft, stranger = consultant
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/impresa/clienti/")
    with django_assert_max_num_queries(22):
        page = client.get("/impresa/clienti/").content.decode()
    for name in ("Asked S.r.l.", "Bozza S.r.l.", "Ferma S.r.l."):
        assert name in page
    assert "Estranea S.r.l." not in page
    narrowed = client.get("/impresa/clienti/", {"q": "bozza", "turn": "mine"}).content.decode()
    assert "Asked S.r.l." not in narrowed
    assert client.get(f"/impresa/domande/{sent.pk}/").status_code == 302, "acting for nobody yet"
    opened = client.post("/impresa/clienti/agisci/", {"client": sent.enterprise_id, "application": sent.pk})
    assert opened["Location"] == f"/impresa/domande/{sent.pk}/"
    assert client.get(opened["Location"]).status_code == 200
    assert client.get(f"/impresa/domande/{draft.pk}/").status_code == 404, "of another client"
    for wrong in (str(stranger.enterprise_id), "x", ""):
        assert client.post("/impresa/clienti/agisci/", {"client": wrong}).status_code == 404
    client.post("/impresa/clienti/agisci/", {"client": draft.enterprise_id, "application": draft.pk})
    assert client.get(f"/impresa/domande/{sent.pk}/").status_code == 404


def test_the_number_of_clients_costs_nothing(consultant, firm, actor_for, shipped, django_assert_num_queries):
    user, _, _, _ = consultant
    again = open_now(shipped["voucher-fiere-2018"], code="seconda")
    for number in range(3):
        made, theirs = firm(f"Cliente {number} S.r.l.")
        start_draft(actor=actor_for(theirs, made), opening=again)
        Mandate.objects.create(
            user=user, enterprise=made, kind="delegate", scopes=["read"], state=Mandate.CONFIRMED, since=today(),
            requested_at=now(), decided_at=now(),
        )  # fmt: skip
    assert Application.objects.count() > 5
    with django_assert_num_queries(8):
        assert len(work_of(clients_of(user.pk, today()))) == 5
