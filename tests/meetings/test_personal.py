"""What a person wrote and did in the meetings of an initiative: told to them, taken away, forgotten after its time."""

import json
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from tests.meetings.world import AFTER, SYSTEM, make_meetings

from levante.kernel.api import clock_at, now
from levante.meetings import api
from levante.messages.api import Notice
from levante.participations.api import forget_old_travel
from levante.participations.models import Arrangement
from levante.parties.api import Mandate, ensure_person, erase_person
from levante.web.components.personal_data import everything
from levante.wins import api as wins

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # a world of meetings, three erasures of it


@pytest.fixture
def made(desk, enterprise, representative, actor_for, person):
    made = make_meetings(enterprise, representative, actor_for, person, firms=1, buyers=1)
    made.request = made.ask(made.buyer_actors[0], made.b[0], made.a[0], message="Chiamami al 333 1234567")
    row = api.Meeting.objects.create(
        agenda=made.agenda, a=made.a[0], b=made.b[0], slot=made.slots[0], state="held", changed_at=AFTER
    )
    with clock_at(datetime(2026, 6, 1, 20, tzinfo=UTC)):
        api.tell_feedback(
            actor=made.buyer_actors[0], meeting=row, side="b", quality=4, next_step="samples", words="Bravo Rocco"
        )
        api.check_in(actor=SYSTEM, agenda=made.agenda, seen=[{"attendee": made.b[0].pk, "at": now().isoformat()}])
    made.user = made.buyers[0].user
    made.name = f"{made.user.family_name} {made.user.given_name}"
    for traveller in (made.name, "Un Altro"):
        Arrangement.objects.create(
            initiative=made.initiative, kind="visa", buyer=made.buyers[0].buyer, traveller=traveller, what=f"Visto di {traveller}",
            reference="V-77", starts_on=date(2026, 5, 30), ends_on=date(2026, 6, 3), written_at=AFTER,
        )  # fmt: skip
    made.follow_up = wins.FollowUp.objects.create(
        initiative=made.initiative, enterprise=made.a[0].enterprise, months=0, made_on=date(2026, 6, 6),
        answer_by=date(2026, 7, 6), state="answered", contacts=1, offers=0, orders=0, expected=0, note="Chiedete a Rocco",
        answered_at=AFTER, answered_by=made.user,
    )  # fmt: skip
    return made


WORDS = ("333 1234567", "Bravo Rocco", "Visto di", "V-77", "Chiedete a Rocco")


def left(made):
    """What is still told of the person, anywhere."""
    rows = [
        *api.MeetingRequest.objects.values_list("message", flat=True), *api.Feedback.objects.values_list("note", flat=True),
        *Arrangement.objects.filter(traveller__in=[made.name, "—"]).values_list("traveller", "what", "reference"),
        *wins.FollowUp.objects.values_list("note", flat=True), *Notice.objects.values_list("body_it", "body_en"),
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False)


def test_it_is_in_the_file_of_ones_data_and_goes_with_the_person(made):
    who = ensure_person(actor=made.buyer_actors[0], user=made.user)
    data = everything(made.buyer_actors[0], who)
    text = json.dumps(data, ensure_ascii=False)
    for words in WORDS:
        assert words in text, words
    assert "Un Altro" not in text, "another traveller of the same buyer"
    assert data["attendances"][0]["checked_in"]
    assert data["reminders_off"] == []
    assert made.request.made_by_id == made.user.pk
    assert Notice.objects.filter(kind="meeting-asked", body_it__contains="333 1234567").exists()
    Mandate.objects.filter(user=made.user).update(state=Mandate.REVOKED, revoked_at=now())
    erase_person(actor=SYSTEM, person=who)
    for words in ("333 1234567", "Bravo Rocco", made.user.family_name, "V-77", "Chiedete a Rocco"):
        assert words not in left(made), words
    assert Arrangement.objects.filter(traveller="Un Altro", reference="V-77").exists(), "the other traveller stays"
    assert api.Feedback.objects.get().quality == 4, "figures stay"


def test_words_are_forgotten_after_their_time_and_names_of_travellers_later(made):
    def forget(year, month):
        with clock_at(datetime(year, month, 20, 3, tzinfo=UTC)):
            return [one(actor=SYSTEM) for one in (api.forget_old_words, wins.forget_old_words, forget_old_travel)]

    assert forget(2028, 5) == [0, 0, 0]
    assert forget(2028, 6) == [4, 1, 0], "a request, an opinion, two who came; an answer"
    assert forget(2028, 7) == [0, 0, 0]
    for words in ("333 1234567", "Bravo Rocco", "Chiedete a Rocco"):
        assert words not in left(made), words
    assert forget(2032, 6)[2] == 2
    assert set(Arrangement.objects.values_list("traveller", "reference")) == {("—", "")}


def test_words_of_before_lose_the_name_and_requests_find_who_wrote_them(made):
    before = import_module("levante.meetings.migrations.0009_words_of_before")
    name = made.b[0].buyer.name
    api.Attendee.objects.filter(pk=made.b[0].pk).update(offers=f"Noi di {name.upper()} cerchiamo barche")
    api.MeetingRequest.objects.update(made_by=None)
    before.take_names_out(apps, None)
    with connection.cursor() as cursor:
        cursor.execute(before.WRITERS)
    made.b[0].refresh_from_db()
    made.request.refresh_from_db()
    assert made.b[0].offers == "Noi di … cerchiamo barche"
    assert made.request.made_by_id == made.user.pk
