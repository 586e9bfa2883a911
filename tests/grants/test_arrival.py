"""In order of arrival: whom the money does not reach reads its place, is written once, and once more if money comes free."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.applications.test_lifecycle import examine
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.api.services import create_token
from levante.applications.api import (
    Application,
    admit_application,
    submit_application,
    withdraw_application,
)
from levante.calls.api import Opening
from levante.grants.api import ArrivalPlace, follow_arrivals
from levante.grants.arrival import orders_moved, tell_arrival
from levante.kernel.api import system
from levante.letters.api import Letter
from levante.messages.api import Notice

pytestmark = pytest.mark.django_db
ROBOT = system("test")


@pytest.fixture
def arrived(first_come, filled):
    """Three applications of the same amount, for which there is money for one and a half."""
    made = []
    for name in ("Prima S.r.l.", "Seconda S.r.l.", "Terza S.r.l."):
        draft, actor, user = filled(first_come, name)
        made.append((submit_application(actor=actor, application=draft), actor, user))
    amount = made[0][0].requested_amount
    Opening.objects.filter(pk=first_come.pk).update(budget=amount * Decimal("1.5"))
    return made


def letters():
    rows = Letter.objects.filter(kind="arrival_place").order_by("pk")
    return [(row.enterprise.name.split()[0], row.subject, row.body) for row in rows.select_related("enterprise")]


def places():
    rows = ArrivalPlace.objects.order_by("application__sequence")
    return [(row.position, row.outcome, row.told) for row in rows]


def test_who_is_beyond_the_money_is_told_once_and_again_when_it_comes_free(arrived, client):
    (first, chief, _), (second, *_), (third, theirs, user) = arrived
    assert follow_arrivals(actor=ROBOT) == (3, 2)
    assert places() == [(1, "funded", ""), (2, "not_funded", "not_funded"), (3, "not_funded", "not_funded")]
    (name, subject, body), (other, _, _) = letters()
    assert (name, other) == ("Seconda", "Terza")
    assert subject == f"Domanda n. {second.number}: posto in ordine di arrivo"
    for words in ("Posto: 2", "oltre le risorse", "non ancora decise: 1", "Come ricorrere", "se si liberano risorse"):
        assert words in body
    assert Notice.objects.filter(user=user, kind="application-arrival-place").count() == 1
    # Again, and after a worker that was killed between the two parts: nothing more.
    assert follow_arrivals(actor=ROBOT) == (0, 0)
    assert tell_arrival(actor=ROBOT, place_id=ArrivalPlace.objects.get(application=third).pk) is None
    assert not list(orders_moved())
    with CaptureQueriesContext(connection) as asked:
        list(orders_moved())
    assert not any("applications_application" in one["sql"] for one in asked), "nobody looks through the applications"

    key = create_token(actor=theirs, name="gestionale").plain
    mine = client.get("/api/v1/me/applications", headers={"Authorization": f"Bearer {key}"}).json()["results"]
    assert mine[0]["place"] | {"as_of": None} == {
        "position": 3, "standing": "queue", "covered": "0.00", "as_of": None,
        "meaning": {"it": "oltre le risorse, in coda al suo posto", "en": "beyond the money, in the queue at its place"},
    }  # fmt: skip
    client.force_login(user)
    for page in ("/impresa/", "/impresa/domande/"):
        shown = client.get(page, follow=True).content.decode()
        assert "posto 3 in ordine di arrivo: oltre le risorse, in coda al suo posto" in shown

    withdraw_application(actor=chief, application=first, reason="Non vado più alla fiera")
    assert follow_arrivals(actor=ROBOT) == (3, 1)
    assert places() == [(1, "funded", "funded"), (2, "not_funded", "not_funded")]
    name, _, body = letters()[-1]
    assert name == "Seconda"
    assert "Si sono liberate risorse" in body
    assert "Come ricorrere" not in body
    assert not list(orders_moved())
    Opening.objects.filter(pk=first.opening_id).update(budget=Decimal("1.00"))
    assert list(orders_moved()) == [(first.opening, None)], "other terms move an order too"


def test_a_killed_worker_leaves_who_is_not_told_yet(arrived, monkeypatch):
    from levante.grants import arrival

    real, calls = arrival.write_about, []

    def dies(*args, **more):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return real(*args, **more)

    monkeypatch.setattr(arrival, "write_about", dies)
    with pytest.raises(SystemExit):
        follow_arrivals(actor=ROBOT)
    assert [row[0] for row in letters()] == ["Seconda"]
    monkeypatch.setattr(arrival, "write_about", real)
    assert follow_arrivals(actor=ROBOT) == (0, 1)
    assert [row[0] for row in letters()] == ["Seconda", "Terza"]


@pytest.mark.slow  # five pages, and an application examined
def test_the_pages_of_the_enterprise_and_of_the_office_say_the_place(arrived, client, officer, actor_for):
    third, _, user = arrived[2]
    page = f"/impresa/domande/{third.pk}/"
    client.force_login(user)
    assert "Posto in ordine di arrivo" not in client.get(page).content.decode()  # not settled yet
    follow_arrivals(actor=ROBOT)
    shown = client.get(page).content.decode()
    assert "Posto in ordine di arrivo" in shown
    assert "oltre le risorse" in shown
    assert "Posto 3 in ordine di arrivo: le risorse potrebbero non bastare" in shown
    desk = officer(given="Carla")
    examine(third, actor_for(desk))
    admit_application(actor=actor_for(desk), application=third)
    shown = client.get(page).content.decode()
    assert "ammessa, e le risorse non la raggiungono" in shown
    client.force_login(desk)
    shown = client.get(f"/ufficio/pratiche/{third.pk}/").content.decode()
    assert "Posto in ordine di arrivo" in shown
    assert "oltre le risorse" in shown


def test_a_decision_that_is_held_shows_in_nobody_elses_place(arrived, officer, actor_for):
    first, second = arrived[0][0], arrived[1][0]
    desk = actor_for(officer(given="Carla"))
    examine(first, desk)
    amount = first.requested_amount / 2
    admit_application(actor=desk, application=first, amount=amount, reason="Spese non ammesse", hold=True)
    follow_arrivals(actor=ROBOT)
    assert ArrivalPlace.objects.get(application=second).outcome == "not_funded"
    Application.objects.filter(pk=first.pk).update(held_from="")
    assert follow_arrivals(actor=ROBOT)[1] == 1
    assert ArrivalPlace.objects.get(application=second).outcome == "funded"
