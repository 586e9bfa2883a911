"""Invented agendas: enterprises and buyers who ask for each other, made by the solver, most of them published."""

import random
import secrets
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.demo import buyers
from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.initiatives import SYSTEM, WORDS, go_on, in_its_name
from levante.demo.telling import read
from levante.initiatives.api import Initiative, express_buyer_interest
from levante.kernel.api import BUYER, ROME, Actor, Party, clock_at, now, today
from levante.meetings import api
from levante.meetings.api import states
from levante.parties.api import Buyer, record_counterpart

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every ``meetings`` of ``initiatives.yaml`` that is not made yet."""
    data: Row = read(folder, "initiatives")
    known = set(Buyer.objects.filter(is_demo=True).values_list("name", flat=True))
    for row in data["met"]:
        if row["name"] not in known:
            values = row | {"looking_for": WORDS[row["sectors"][0]][1]}
            record_counterpart(actor=SYSTEM, model=Buyer, values=values, is_demo=True)
    for row in data["initiatives"]:
        found = Initiative.objects.filter(code=row["code"]).first()
        if "meetings" in row and found is not None and not api.Agenda.objects.filter(initiative=found).exists():
            with clock_at(at(row["meetings"].get("ago", 0), 8)):
                _agenda(found, row["meetings"], row["sectors"])
            if "arrivals" in row:
                go_on(found, row["state"])
                _arrivals(found, row["arrivals"])
            if "day" in row:
                _day(found, row["day"])
                go_on(found, row["state"])
                for name in row["day"]["away"]:
                    buyer = Buyer.objects.get(name=name, is_demo=True)
                    api.ask_back_of_buyer(actor=officer(DIRECTOR), initiative=found, buyer=buyer)
    for row in data["initiatives"]:
        if "invited" in row:
            buyers.invite(Initiative.objects.get(code=row["code"]), row["invited"])


def _arrivals(initiative: Initiative, told: Row) -> None:
    """The first morning of one that goes on: who was checked in by then; the last ``missing`` of each side were not."""
    agenda = api.Agenda.objects.get(initiative=initiative)
    moment = min(datetime.combine(today(), time.fromisoformat(told["at"]), ROME), now())
    people = agenda.attendees.order_by("pk")
    sides = [list(people.filter(side=side).values_list("pk", flat=True)) for side in (states.SELLER, states.BUYER)]
    came = [pk for side in sides for pk in side[: len(side) - told["missing"]]]
    with clock_at(moment):
        seen: list[api.Seen] = [{"attendee": pk, "at": moment.isoformat()} for pk in came]
        api.check_in(actor=SYSTEM, agenda=agenda, seen=seen, day=initiative.starts_on)


def _day(initiative: Initiative, told: Row) -> None:
    """Who came, which meetings were held, how some of them were; who was away held none."""
    agenda = api.Agenda.objects.get(initiative=initiative)
    away = set(agenda.attendees.filter(buyer__name__in=told["away"]).values_list("pk", flat=True))
    with clock_at(at((today() - initiative.ends_on).days, 19)):
        came = agenda.attendees.exclude(pk__in=away).values_list("pk", flat=True)
        seen: list[api.Seen] = [{"attendee": pk, "at": now().isoformat()} for pk in came]
        for day in api.live_board(agenda)["days"]:
            api.check_in(actor=SYSTEM, agenda=agenda, seen=seen, day=day)
        for number, row in enumerate(agenda.meetings.standing().select_related("a__enterprise").order_by("pk")):
            api.record_held(
                actor=SYSTEM, meeting=row, held=row.b_id not in away, missed_by="b" if row.b_id in away else ""
            )
            if number % 4 < 2 and row.b_id not in away:
                api.tell_feedback(
                    actor=in_its_name(row.a.enterprise.tax_code), meeting=row, side=states.SELLER, quality=3 + number % 2,
                    next_step=("quote", "samples", "visit")[number % 3], expected=Decimal(8000 + 1500 * number),
                    confidential=number % 4 == 0,
                )  # fmt: skip


def _agenda(initiative: Initiative, row: Row, sectors: list[str]) -> None:
    chance = random.Random(row["seed"])  # noqa: S311 - an invented story, the same each time
    agenda = api.open_agenda(actor=SYSTEM, initiative=initiative)
    api.set_agenda(
        actor=SYSTEM, agenda=agenda, tables=row.get("tables"), interpreters=row["interpreters"], languages=["it", "en"],
        penalty=Decimal(25), requests_until=None, zone=row.get("zone", agenda.zone), mode=row.get("mode", states.IN_PRESENCE),
        call_base=row.get("calls", ""),
    )  # fmt: skip
    for number in range(row.get("days", (initiative.ends_on - initiative.starts_on).days + 1)):
        day = initiative.starts_on + timedelta(days=number)
        hours = [[time.fromisoformat(one) for one in both] for both in row["hours"]]
        for begins, ends in hours:
            api.add_slots(
                actor=SYSTEM, agenda=agenda, day=day, begins=begins, ends=ends, minutes=row["minutes"], pause=row["pause"]
            )  # fmt: skip
        for name, language in row.get("voices", {}).items():
            api.book_interpreter(
                actor=SYSTEM, agenda=agenda, name=name, language=language, day=day, begins=hours[0][0], ends=hours[-1][1]
            )  # fmt: skip
    _buyers_ask(initiative, sectors, row["buyers"])
    buyers.expect(initiative, waiting=row.get("waiting", 0))
    _people(agenda)
    agenda.refresh_from_db()
    _requests(agenda, chance)
    api.move_agenda(actor=SYSTEM, agenda=agenda, step="open_requests")
    api.move_agenda(actor=SYSTEM, agenda=agenda, step="close_requests")
    for objective in row.get("objectives", states.OBJECTIVES):
        api.make_agenda_now(actor=SYSTEM, agenda=agenda, objective=objective)
    best = api.AgendaRun.objects.get(agenda=agenda, objective="weighted")
    api.apply_run(actor=SYSTEM, run=best)
    if row["until"] == "published":
        api.move_agenda(actor=SYSTEM, agenda=agenda, step="publish")


def _buyers_ask(initiative: Initiative, sectors: list[str], most: int) -> None:
    """Beside those who asked to come, those who buy what is shown, then others ask for it too."""
    asked = set(initiative.buyer_interests.values_list("buyer_id", flat=True))
    known = sorted(
        Buyer.objects.filter(is_demo=True).exclude(pk__in=asked),
        key=lambda buyer: (not set(buyer.sectors) & set(sectors), buyer.pk),
    )
    for buyer in known[: most - len(asked)]:
        actor = Actor(label="demonstration", party=Party(BUYER, buyer.pk), scopes=frozenset({"read", "ask", "meet"}))
        words = buyer.looking_for or WORDS[buyer.sectors[0]][1]
        express_buyer_interest(actor=actor, initiative=initiative, looking_for=words)


def _people(agenda: api.Agenda) -> None:
    """Who takes part is brought; two enterprises in three speak English, and have fewer meetings than who comes from far."""
    agenda = api.bring_attendees(actor=SYSTEM, agenda=agenda, minimum=6, maximum=20, per_day=10)
    for index, row in enumerate(agenda.attendees.filter(side=states.SELLER).order_by("pk")):
        api.set_attendee(
            actor=SYSTEM, row=row, minimum=4, maximum=14, per_day=8, rest_after=0, own_table=row.own_table, away=[],
            languages=["it", "en"] if index % 3 else ["it"],
        )  # fmt: skip


def _requests(agenda: api.Agenda, chance: random.Random) -> None:
    """Each asks for some of the other side it can speak with, those of its sector first; four answers in five are yes."""
    rows = list(agenda.attendees.order_by("pk"))
    moment, made = now(), []
    for asker in rows:
        others = [one for one in rows if one.side != asker.side and api.can_talk(agenda, asker, one)]
        near = [one for one in others if set(one.sectors) & set(asker.sectors)]
        wanted = chance.sample(near, min(len(near), 7)) + chance.sample(others, min(len(others), 3))
        for asked in {one.pk: one for one in wanted}.values():
            draw = chance.random()
            state = states.ACCEPTED if draw < 0.6 else states.DECLINED if draw < 0.7 else states.OPEN
            made.append(
                api.MeetingRequest(
                    asker=asker, asked=asked, priority=chance.randint(1, 3), state=state, made_at=moment, token=secrets.token_urlsafe(32),
                    answered_at=None if state == states.OPEN else moment,
                )
            )  # fmt: skip
    api.MeetingRequest.objects.bulk_create(made)
