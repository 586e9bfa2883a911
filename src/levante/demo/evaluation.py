"""An invented evaluation in the middle: a committee, declarations, sheets, a session, told in the order in which they happened."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.applications import api as applications
from levante.calls.api import Opening
from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.telling import read
from levante.identity.api import User
from levante.kernel.api import clock_at, now, today
from levante.parties.api import Enterprise

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Everything in ``evaluation.yaml``; an opening that has its evaluation already is left alone."""
    data: Row = read(folder, "evaluation")
    parties: Row = read(folder, "parties")
    codes = {row["key"]: row["tax_code"] for row in parties["enterprises"]}
    for row in data["evaluations"]:
        opening = Opening.objects.select_related("call").get(call__code=row["call"], code=row["opening"])
        if not applications.Evaluation.objects.filter(opening=opening).exists():
            moments = _Story(opening, row, codes).moments()
            for instant, act in sorted(moments, key=lambda moment: moment[0]):
                with clock_at(min(instant, now())):
                    act()


class _Story:
    """One evaluation, step by step."""

    def __init__(self, opening: Opening, row: Row, codes: dict[str, str]) -> None:
        self.opening, self.row, self.codes = opening, row, codes
        self.chair = next(seat["who"] for seat in row["seats"] if seat["role"] == "president")

    def moments(self) -> list[tuple[datetime, Callable[[], object]]]:
        row = self.row
        found: list[tuple[datetime, Callable[[], object]]] = [
            (at(row["appointed"], 10), self.appoint),
            (
                at(row["opened"], 9),
                lambda: applications.open_evaluation(actor=officer(DIRECTOR), evaluation=self.evaluation),
            ),
            (at(row["session"]["ago"], 11), self.session),
            (at(6, 12), self.settle),
        ]
        found += [
            (at(row["appointed"] - 1, 11, n), lambda seat=seat: self.declare(seat))
            for n, seat in enumerate(row["seats"])
        ]  # type: ignore[misc]
        found += [
            (at(sheet["ago"], 15, n), lambda sheet=sheet: self.judge(sheet)) for n, sheet in enumerate(row["sheets"])
        ]  # type: ignore[misc]
        return found

    @property
    def evaluation(self) -> applications.Evaluation:
        return applications.Evaluation.objects.select_related("opening__call__office").get(opening=self.opening)

    def application(self, key: str) -> applications.Application:
        enterprise = Enterprise.objects.get(tax_code=self.codes[key])
        return applications.Application.objects.get(opening=self.opening, enterprise=enterprise, number__isnull=False)

    def file(self, key: str) -> applications.EvaluationFile:
        rows = applications.EvaluationFile.objects.select_related("evaluation__opening__call__office", "application")
        return rows.get(application=self.application(key))

    def appoint(self) -> None:
        told = self.row["act"]
        act = applications.record_opening_act(
            actor=officer(DIRECTOR), opening=self.opening, number=told["number"], adopted_on=today(),
            title=told["title"],
        )  # fmt: skip
        applications.appoint_committee(
            actor=officer(DIRECTOR),
            opening=self.opening,
            act=act,
            seats=[(User.objects.get(email=seat["who"]).pk, seat["role"]) for seat in self.row["seats"]],
        )

    def declare(self, seat: Row) -> None:
        conflicts = {self.application(key).pk: text for key, text in seat.get("conflicts", {}).items()}
        applications.declare_as_judge(
            actor=officer(seat["who"]), evaluation=self.evaluation, no_convictions=True, conflicts=conflicts
        )

    def judge(self, sheet: Row) -> None:
        reasons = {
            "idea": "Obiettivi misurabili e attività coerenti; i tempi sono stretti.",
            "market": "Dati recenti e canale realistico.",
            "people": "Competenze adeguate, da integrare con un interprete.",
        }
        applications.save_sheet(
            actor=officer(sheet["who"]),
            file=self.file(sheet["of"]),
            marks={code: applications.Mark(Decimal(points), reasons[code]) for code, points in sheet["points"].items()},
            base_revision=0,
            submit=not sheet.get("draft", False),
        )

    def session(self) -> None:
        told, chair = self.row["session"], officer(self.chair)
        seats = {seat.pk: seat for seat in applications.seats_in_force(self.evaluation)}
        session = applications.begin_session(
            actor=chair, evaluation=self.evaluation, place=told["place"], present=dict.fromkeys(seats, True)
        )
        applications.decide_in_session(
            actor=chair, session=session, file=self.file(told["of"]), text=told["text"],
            votes=dict.fromkeys(seats, told["vote"]),
        )  # fmt: skip
        applications.close_session(actor=chair, session=session)
        applications.approve_minutes(actor=chair, session=session)

    def settle(self) -> None:
        for key in self.row["settled"]:
            applications.settle_file(actor=officer(self.chair), file=self.file(key))
