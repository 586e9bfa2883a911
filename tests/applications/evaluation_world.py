"""A call with judges: applications admitted by the formal check, a committee appointed by act, declarations made."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from levante.applications.api import (
    Application,
    Evaluation,
    EvaluationFile,
    Mark,
    Seat,
    Sheet,
    admit_application,
    appoint_committee,
    declare_as_judge,
    evaluators_most,
    open_evaluation,
    record_formal_check,
    save_sheet,
    submit_application,
    take_in_charge,
)
from levante.calls.api import Call, Criterion
from levante.kernel.api import clock_at, now, today
from levante.programme.api import Act


@dataclass
class World:
    """``judges`` are the people of the committee by given name; ``files`` the applications in order of arrival."""

    opening: Any
    director: Any
    officer: Any
    act: Any
    judges: dict[str, Any]
    actors: dict[str, Any]
    files: list[Any] = field(default_factory=list)
    evaluation: Any = None

    def file(self, place: int) -> EvaluationFile:
        return EvaluationFile.objects.select_related("evaluation__opening__call__office", "application").get(
            application=self.files[place]
        )

    def later(self, hours: int = 1) -> Any:
        return clock_at(max(self.opening.closes_at, now()) + timedelta(hours=hours))

    def judge(self, name: str, place: int, *points: str, submit: bool = True) -> Any:
        """Give points on the criteria in their order, with a reason each."""
        codes = [item.code for item in self.opening.call.criteria.all() if item.kind != "automatic"]
        marks = {code: Mark(Decimal(value), f"Motivo di {name}") for code, value in zip(codes, points, strict=True)}
        file = self.file(place)
        sheet = file.sheets.filter(seat__user=self.judges[name]).first()
        return save_sheet(
            actor=self.actors[name],
            file=file,
            marks=marks,
            base_revision=sheet.revision if sheet else 0,
            submit=submit,
        )


@pytest.fixture
def judged(first_come, filled, officer, actor_for, person):
    """Make a world: ``judged(3, judgement={…}, seats=(("Ada", "president"), …), declare=True, begin=True)``."""

    def make(
        count=2,
        *,
        judgement=None,
        procedure="ranking",
        seats=(("Ada", "president"), ("Bea", "member"), ("Ciro", "member")),
        declare=True,
        begin=True,
        conflicts=None,
        step=None,
        form=None,
    ):
        call = Call.objects.get(pk=first_come.call_id)
        call.judgement = {
            **call.judgement,
            "scores": "averaged",
            "evaluators": 2,
            "divergence": "10",
            **(judgement or {}),
        }
        call.procedure = procedure
        call.terms = {**call.terms, "evaluation_days": 30}
        call.save()
        for place, (code, most) in enumerate((("idea", 40), ("market", 20))):
            Criterion.objects.create(
                call=call, code=code, name_it=code.title(), name_en=code.title(), kind="evaluated", max_points=most,
                position=place, step=step,
            )  # fmt: skip
        first_come.refresh_from_db()
        act = Act.objects.create(
            programme=call.programme, code="commissione", kind="determination", number="77", adopted_on=today(),
            title_it="Nomina della commissione", title_en="Appointment of the committee", confidence="to_confirm",
        )  # fmt: skip
        director, desk = actor_for(officer("director", given="Dora")), actor_for(officer(given="Oreste"))
        judges = {name: officer("evaluator", given=name, family="Giudice") for name, _ in seats}
        world = World(first_come, director, desk, act, judges, {name: actor_for(one) for name, one in judges.items()})
        for place in range(count):
            draft, actor, _ = filled(first_come, f"Segreta {place} S.r.l.", given=f"Nascosto{place}")
            sent = submit_application(actor=actor, application=draft)
            take_in_charge(actor=desk, application=sent, has_conflict=False)
            for item in call.checklists["formal"]:
                record_formal_check(actor=desk, application=sent, item=item["code"], outcome="met")
            world.files.append(admit_application(actor=desk, application=sent))
        world.evaluation = appoint_committee(
            actor=director, opening=first_come, act=act, seats=[(judges[name].pk, role) for name, role in seats]
        )
        if declare:
            for name, _ in seats:
                theirs = {world.files[place].pk: "Parente" for place in (conflicts or {}).get(name, ())}
                declare_as_judge(
                    actor=world.actors[name], evaluation=world.evaluation, no_convictions=True, conflicts=theirs
                )
        if begin:
            with world.later():
                world.evaluation = open_evaluation(actor=director, evaluation=world.evaluation)
        return world

    return make


def settled(application, criterion, *points, judges):
    """Points already given on a criterion and settled, one for each judge, with the rows that hold them."""
    evaluation, _ = Evaluation.objects.get_or_create(
        opening=application.opening,
        defaults={"created_at": now(), "opened_at": now(), "concluded_at": now(), "state": "concluded",
                  "judgement": application.opening.call.judgement},
    )  # fmt: skip
    file = EvaluationFile.objects.create(
        evaluation=evaluation, application=application, code=f"C{application.pk}", added_at=now(), settled_at=now()
    )
    act = Act.objects.order_by("pk").first()
    for user, value in zip(judges, points, strict=True):
        seat = Seat.objects.create(evaluation=evaluation, user=user, role="member", act=act, since=now())
        sheet = Sheet.objects.create(file=file, seat=seat, state="submitted", submitted_at=now(), saved_at=now())
        sheet.scores.create(criterion=criterion, points=Decimal(value), most=evaluators_most(criterion), reason="Prova")


__all__ = ["Application", "Evaluation", "World", "judged", "settled"]
