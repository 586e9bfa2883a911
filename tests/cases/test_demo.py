"""The demonstration of the directions tells the stories it promises, and telling it twice adds nothing."""

from pathlib import Path

import pytest
from django.apps import apps

from levante.cases.api import Case, states
from levante.controls.api import Due
from levante.demo import cases, competences, initiatives, investment, promotion
from levante.initiatives.api import Initiative, plan_of
from levante.kernel.api import now, today
from levante.meetings.api import Agenda, met_at_night, speechless
from levante.participations.api import Arrangement, Participation, Selection, costs_of_each
from levante.promotion.api import Commitment
from levante.wins.api import FollowUp, Win

FOLDER = Path(__file__).resolve().parents[2] / "programmes" / "puglia-2023-2025"
ROOMS = ("cases", "initiatives", "promotion", "investment", "competences")


def counts():
    return {m._meta.label: m._base_manager.count() for room in ROOMS for m in apps.get_app_config(room).get_models()}


@pytest.mark.slow(reason="the whole demonstration")
@pytest.mark.django_db
def test_the_demonstration(demonstration):
    seen = counts()
    for room in (cases, initiatives, promotion, investment, competences):
        room.load(FOLDER / "demo")
    assert counts() == seen
    assert set(Case.objects.values_list("state", flat=True)) == set(states.STATES)
    assert Case.objects.overdue().exists()
    assert Commitment.objects.overdue().count() == 2
    assert set(Initiative.objects.values_list("state", flat=True)) == {
        "planned", "approved", "calling", "closed", "preparing", "on_site", "following", "done", "cancelled",
    }  # fmt: skip


@pytest.mark.slow(reason="the whole demonstration")
@pytest.mark.django_db
def test_direction_b_tells_from_the_plan_to_what_came_of_it(demonstration):
    """Whole agendas, one online; a place given up that went to who waited; who did not come; two years beside one another."""
    agendas = {row.initiative.code: row for row in Agenda.objects.select_related("initiative")}
    assert {code: row.state for code, row in agendas.items()} == {
        "nautica-boot": "published", "incoming-bari": "published", "missione-colonia": "arranging",
        "incoming-arredo": "published", "mare-online": "published",
    }  # fmt: skip
    small = {"incoming-arredo", "mare-online"}
    assert all(row.meetings.standing().count() > 40 for code, row in agendas.items() if code not in small)
    for row in agendas.values():
        asked = set(row.initiative.interests.values_list("enterprise", flat=True))
        assert set(row.attendees.filter(side="a").values_list("enterprise", flat=True)) <= asked, (
            "all by the ordinary door"
        )
        meetings = row.meetings.standing().select_related("a", "b")
        assert row.meetings.exclude(interpreter="").exists(), "interpreters work"
        assert not speechless(row, row.attendees.all(), meetings), row
    three = {"nautica-boot": "closed", "incoming-bari": "on_site", "missione-colonia": "preparing"}
    assert dict(Initiative.objects.filter(code__in=three).values_list("code", "state")) == three
    bari = agendas["incoming-bari"]
    assert (bari.initiative.starts_on, bari.attendees.filter(arrivals__day=today()).count()) == (today(), 61)
    open_now = Initiative.objects.taking_interest(now()).order_by("code").values_list("code", flat=True)
    assert list(open_now) == ["casa-index", "moda-micam"], "their windows are of the day of loading"
    mission = Initiative.objects.get(code="missione-colonia")
    assert (mission.state, mission.held_in.code) == ("preparing", "DE"), "abroad"
    assert (
        agendas["incoming-bari"].attendees.filter(side="a").count(),
        agendas["incoming-bari"].attendees.count(),
    ) == (40, 65)
    listed = Participation.objects.filter(selection__initiative=mission).values_list("state", flat=True)
    assert (list(listed).count("confirmed"), agendas[mission.code].attendees.filter(side="a").count()) == (12, 12)
    for row in Initiative.objects.exclude(state__in=["planned", "approved", "cancelled"]):
        announced = row.steps.filter(name="call").exists() and row.places is not None
        assert announced == Selection.objects.filter(initiative=row).exists(), "rules before the call"
    online = agendas["mare-online"]
    assert online.attendees.filter(zone="Asia/Tokyo", away__isnull=False).exists(), "its hours, and its nights off"
    met = online.meetings.standing().select_related("agenda", "slot", "a", "b")
    assert met.count() > 10
    assert all(one.call.startswith("https://") and not one.place for one in met)
    assert not met_at_night(online, online.attendees.all(), met)
    assert set(agendas["incoming-arredo"].meetings.values_list("state", flat=True)) == {"held", "missed"}
    assert Due.objects.get(buyer__isnull=False).amount == 410  # half of 820: who was hosted and held no meeting
    boot = Participation.objects.filter(selection__initiative__code="nautica-boot").order_by("position")
    assert list(boot.exclude(position=None).values_list("state", "seat")) == [
        ("offered", 1), ("confirmed", 2), ("listed", None), ("renounced", None), ("offered", 3), ("listed", None),
    ], "the third owes, and keeps its turn"  # fmt: skip
    assert Participation.objects.filter(selection__initiative__code="ict-gitex", state="absent").exists()
    assert set(FollowUp.objects.values_list("months", "state")) == {
        (0, "open"), (0, "answered"), (3, "answered"), (6, "answered"), (12, "answered"),
    }  # fmt: skip
    assert set(Arrangement.objects.values_list("kind", flat=True)) >= {"travel", "hotel", "visa", "interpreter"}
    with_buyers = Win.objects.filter(buyer__isnull=False).order_by("told_at")
    assert list(with_buyers.values_list("buyer__name", "state")) == [
        ("Marmara Marine Equipment A.Ş.", "confirmed"), ("Maison du Sud Décoration SARL", "asked"),
    ]  # fmt: skip
    assert FollowUp.objects.filter(initiative__code="incoming-arredo").count() > 3, (
        "who met without a place is asked too"
    )
    plan = plan_of(Initiative.objects.all(), year=today().year, came_to=costs_of_each)
    assert min(plan.total.number, plan.before.number) >= 12
    assert plan.before.planned > plan.before.paid > 0 < plan.before.came_to
