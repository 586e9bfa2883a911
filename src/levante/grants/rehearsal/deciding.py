"""The office in a rehearsal: formal checks, evaluation, ranking, the draft of the act, through the services."""

import random
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from levante.applications import api as applications
from levante.applications.api import Application, Mark, Place, PlaceOffer, Ranking, RankingRow, places_for
from levante.calls.api import PROCEDURES, Criterion, write_seed
from levante.grants.arrival import settle_arrivals
from levante.grants.models import Award, AwardAct
from levante.grants.rehearsal.applying import Applicant
from levante.grants.rehearsal.cast import Cast
from levante.grants.rehearsal.report import FirmShare, RehearsedAct
from levante.grants.rehearsal.stage import Scene, trial_act
from levante.grants.services import draft_award_act
from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, clock_at
from levante.kernel.pure import Bilingual

#: What a place is called in the report.
_OUTCOMES = {
    "funded": "funded", "partial": "partial", "not_funded": "not_funded", "below": "below", "void": "void",
}  # fmt: skip


class Deciding:
    """The people of the office, and what they do with what was sent."""

    def __init__(self, scene: Scene, cast: Cast, applicants: list[Applicant], *, seed: int) -> None:
        self.scene, self.call, self.opening = scene, scene.call, scene.opening
        self.applicants, self.cast = applicants, cast
        self.rng = random.Random(seed + 1)  # noqa: S311 - invented points
        self.begins = scene.closes_at + timedelta(days=1)
        with clock_at(self.begins):
            self.director = cast.officer(roles.DIRECTOR)
            self.desk = cast.officer(roles.CASE_OFFICER)

    def _after(self, days: int):  # type: ignore[no-untyped-def]
        return clock_at(self.begins + timedelta(days=days))

    def _sent(self) -> list[Applicant]:
        return [one for one in self.applicants if one.row.register_number and one.row.outcome == "unfinished"]

    # -- formal check

    def examine(self) -> None:
        """Each is taken in charge, checked, admitted or rejected as it was made to be."""
        for one in self._sent():
            assert one.application is not None
            try:
                self._examine(one, one.application)
            except Refused as refused:
                one.row.told.append(refused.reason)

    def _examine(self, one: Applicant, application: Application) -> None:
        with self._after(0):
            applications.take_in_charge(actor=self.desk, application=application, has_conflict=False)
        if one.tries == "integration":
            self._integrate(one, application)
        wrong = self._wrong(one)
        with self._after(3):
            for phase in applications.PHASES:
                for item in self.call.checklists.get(phase, ()):
                    met = phase != "formal" or item["code"] != wrong
                    applications.record_formal_check(
                        actor=self.desk, application=application, phase=phase, item=item["code"],
                        outcome="met" if met else "not_met", text="" if met else "Prova: la verifica non è superata.",
                    )  # fmt: skip
            if not wrong:
                applications.admit_application(actor=self.desk, application=application)
                return
        self._reject(one, application)

    def _wrong(self, one: Applicant) -> str:
        """The check that is not met, for who was made to fail."""
        items = self.call.checklists["formal"]
        blocking = [item["code"] for item in items if item.get("blocking", True)]
        return blocking[0] if one.tries in ("ineligible", "unchecked") and blocking else ""

    def _integrate(self, one: Applicant, application: Application) -> None:
        with self._after(1):
            applications.request_integration(
                actor=self.desk, application=application, text="Prova di integrazione.",
                items=[{"it": "Un documento di prova", "en": "A test document"}],
            )  # fmt: skip
        with self._after(2):
            applications.answer_integration(actor=one.actor, application=application, text="Risposta di prova.")

    def _reject(self, one: Applicant, application: Application) -> None:
        unmet = self._unmet(application)
        reason = "; ".join(item.it for item in unmet) or "Prova: la verifica formale non è superata."
        in_english = "; ".join(item.en for item in unmet) or "Rehearsal: the formal check is not passed."
        heard = self.call.terms.get("notice_applies", True)
        with self._after(3):
            if heard:
                applications.give_rejection_notice(actor=self.desk, application=application, reasons=reason)
                applications.send_observations(actor=one.actor, application=application, text="Osservazioni di prova.")
        with self._after(4):
            answer = "Prova: le osservazioni non cambiano l’esito." if heard else ""
            applications.reject_application(actor=self.desk, application=application, reason=reason, answer=answer)
        one.row.outcome = "rejected"
        one.row.told.append(Bilingual(reason, in_english))

    def _unmet(self, application: Application) -> list[Bilingual]:
        """The requirements that the facts and the answers say are not met, as an officer would write them."""
        told = [("", item) for item in applications.requirements_standing(application).obstacles]
        for member in applications.standing_members(application):
            lost = (item for item in applications.member_requirements(member) if item.outcome == "no")
            told += [(f"{member.enterprise.name}, ", item) for item in lost]
        return [
            Bilingual(f"{who}{item.text.it}: {item.reason.it}", f"{who}{item.text.en}: {item.reason.en}")
            for who, item in told
        ]

    # -- evaluation

    def evaluate(self) -> tuple[Bilingual, ...]:
        """A committee judges what was admitted, where the call has criteria to be judged."""
        if not self.call.rule.uses_scores or not applications.wants_judges(self.opening):
            return ()
        wanted = max(int(self.call.judgement.get("evaluators", 1)), 1)
        with self._after(5):
            judges = [self.cast.officer(roles.EVALUATOR) for _ in range(wanted)]
            seats = [(judge.user_id or 0, "member" if place else "president") for place, judge in enumerate(judges)]
            evaluation = applications.appoint_committee(
                actor=self.director, opening=self.opening, act=trial_act(self.call), seats=seats
            )
            for judge in judges:
                applications.declare_as_judge(actor=judge, evaluation=evaluation, no_convictions=True, conflicts={})
            evaluation = applications.open_evaluation(actor=self.director, evaluation=evaluation)
        files = list(evaluation.files.select_related("evaluation__opening__call__office", "application"))
        files.sort(key=lambda file: file.application.sequence)
        with self._after(6):
            if evaluation.is_collegial:
                self._together(evaluation, files, judges)
            else:
                for file in files:
                    for judge in judges:
                        applications.save_sheet(
                            actor=judge, file=file, marks=self._marks(file), base_revision=0, submit=True
                        )
                    applications.settle_file(actor=judges[0], file=file, text="Prova: discusse le differenze.")
            applications.conclude_evaluation(actor=judges[0], evaluation=evaluation)
        count = len(files)
        return (Bilingual(f"domande: {count}; valutatori: {wanted}", f"applications: {count}; judges: {wanted}"),)

    def _together(
        self, evaluation: applications.Evaluation, files: Iterable[applications.EvaluationFile], judges: list[Actor]
    ) -> None:
        seats = list(applications.seats_in_force(evaluation))
        session = applications.begin_session(
            actor=judges[0], evaluation=evaluation, place="Prova", present={seat.pk: True for seat in seats}
        )
        for file in files:
            applications.decide_in_session(
                actor=judges[0], session=session, file=file, text="Prova.", votes={seat.pk: "for" for seat in seats},
                marks=self._marks(file),
            )  # fmt: skip
        applications.close_session(actor=judges[0], session=session)
        for judge in judges:
            session.refresh_from_db()
            applications.approve_minutes(actor=judge, session=session)

    def _marks(self, file: applications.EvaluationFile) -> dict[str, Mark]:
        """Points by chance, more often high, in the steps of each criterion."""
        return {item.code: Mark(self._points(item), "Motivo di prova.") for item in applications.judged_criteria(file)}

    def _points(self, item: Criterion) -> Decimal:
        most, step = applications.evaluators_most(item), item.step or Decimal("0.5")
        chance = min(self.rng.randint(3, 12), 10)
        points = most * chance / 10
        return points - points % step

    # -- ranking

    def rank(self) -> tuple[Bilingual, ...]:
        """The list of each line, computed and published, where the procedure makes one."""
        rule = PROCEDURES[self.call.procedure]
        if not rule.makes_list:
            return ()
        told = []
        with self._after(7):
            if rule.uses_seed and not self.opening.seed:
                self.opening = write_seed(
                    actor=self.director,
                    opening=self.opening,
                    seed=f"prova {self.rng.randint(1, 10**9)}",
                    act=trial_act(self.call),
                )
            for line in list(self.opening.lines.all()) or [None]:
                try:
                    made = applications.compute_ranking(actor=self.director, opening=self.opening, line=line)
                except Refused as refused:
                    if line is None:
                        raise
                    told.append(
                        Bilingual(f"{line.name_it}: {refused.reason.it}", f"{line.name_en}: {refused.reason.en}")
                    )
                    continue
                self._nothing_to_declare(self.director, applications.files_of_ranking(made))
                made = applications.publish_ranking(
                    actor=self.director, ranking=made, act=trial_act(self.call), why="Prova"
                )
                self._accept_parts(made.offers.order_by("pk"))
        return tuple(told)

    @staticmethod
    def _nothing_to_declare(person: Actor, files: "QuerySet[Application]") -> None:
        """Whoever puts many files forward declares about each (art. 6-bis L. 241/1990)."""
        waiting = list(applications.undeclared_among(person, files).order_by("pk").values_list("pk", flat=True))
        for first in range(0, len(waiting), applications.MOST_DECLARED):
            some = waiting[first : first + applications.MOST_DECLARED]
            applications.declare_about_many(actor=person, files=some, conflicts={})

    def _accept_parts(self, offers: "QuerySet[PlaceOffer]") -> None:
        """Whoever is reached by a part accepts it, where the call asks."""
        actors = {one.application.pk: one.actor for one in self._sent() if one.application is not None}
        for offer in offers:
            applications.accept_part(actor=actors[offer.application_id], offer=offer)

    def _offered_by_arrival(self) -> None:
        """Where money follows arrival, the part that reaches somebody is offered once those before are decided."""
        if self.call.rule.makes_list or not self.call.partial_days:
            return
        with self._after(7):
            for line in list(self.opening.lines.all()) or [None]:
                settle_arrivals(actor=self.desk, opening=self.opening, line=line)
            waiting = PlaceOffer.objects.filter(application__opening=self.opening, state=PlaceOffer.OPEN)
            self._accept_parts(waiting.order_by("pk"))

    def place(self) -> None:
        """What the order of the call gives each of those admitted, in its row."""
        self._offered_by_arrival()
        rows = {one.application.pk: one for one in self._sent() if one.application is not None}
        found = Application.objects.select_related("opening__call", "line", "form").filter(pk__in=rows)
        ranked = {
            row.application_id: row
            for row in RankingRow.objects.filter(application__in=rows, ranking__state=Ranking.PUBLISHED).order_by("pk")
        }
        points = self._scores(list(found))
        for pk, place in places_for(found).items():
            one = rows[pk]
            self._write(one, place)
            row = ranked.get(pk)
            one.row.score = row.score if row is not None and self.call.rule.uses_scores else points.get(pk)
            one.row.reserve = row.reserve if row is not None else ""

    def _scores(self, found: list[Application]) -> dict[int, Decimal]:
        if not self.call.rule.uses_scores or self.call.rule.makes_list:
            return {}
        given = applications.points_for(found, list(self.call.criteria.all()))
        return {pk: one.total for pk, one in given.items() if one.complete}

    def _write(self, one: Applicant, place: Place) -> None:
        one.row.position = place.position
        one.row.outcome = _OUTCOMES.get(place.outcome, "unfinished")
        one.row.amount = place.amount
        one.row.told.append(place.reason)

    # -- award

    def award(self) -> list[RehearsedAct]:
        """One act for those that the money reaches; who cannot be in it is told why, having been tried alone."""
        with self._after(8):
            funded = [one for one in self.applicants if one.row.outcome in ("funded", "partial")]
            able = [one for one in funded if self._able(one)]
            if not able:
                return []
            act = draft_award_act(actor=self.desk, applications=self._applications(able), line=self._line())
            return [self._told(act, able)]

    def _line(self):  # type: ignore[no-untyped-def]
        return self.call.pays_from[0] if self.call.pays_from else None

    def _applications(self, chosen: Iterable[Applicant]) -> list[Application]:
        return [one.application for one in chosen if one.application is not None]

    def _able(self, one: Applicant) -> bool:
        try:
            with transaction.atomic():
                draft_award_act(actor=self.desk, applications=self._applications([one]), line=self._line())
                raise _Tried
        except _Tried:
            return True
        except Refused as refused:
            one.row.outcome, one.row.amount = "refused_act", Decimal("0.00")
            one.row.told.append(refused.reason)
            return False

    def _told(self, act: AwardAct, able: list[Applicant]) -> RehearsedAct:
        awards = list(Award.objects.filter(act=act).select_related("enterprise").order_by("pk"))
        for one in able:
            mine = [
                award for award in awards if one.application is not None and award.application_id == one.application.pk
            ]
            one.row.shares = tuple(FirmShare(award.enterprise.name, award.amount) for award in mine)
            one.row.amount = sum((award.amount for award in mine), Decimal("0.00"))
        data = dict(act.document.data) if act.document is not None else {}
        shares = tuple(FirmShare(award.enterprise.name, award.amount) for award in awards)
        return RehearsedAct(
            act.title, sum((one.amount for one in shares), Decimal("0.00")), act.line.code, shares, data
        )


class _Tried(Exception):
    pass
