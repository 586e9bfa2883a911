"""The applicants of a rehearsal: what each is made to try, their answers, their sending, through the services."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from levante.aid.api import declare_aid
from levante.applications.api import (
    Application,
    finish_click_day,
    seal_application,
    submit_application,
    withdraw_application,
)
from levante.calls.api import (
    CannotFill,
    move_opening,
)
from levante.grants.checks import regime_of_call
from levante.grants.rehearsal.filling import SINGLE, Applicant, Filling
from levante.grants.rehearsal.report import Rehearsed
from levante.grants.rehearsal.stage import SYSTEM, trial_act
from levante.intake.api import IntakeLog, close_log, replay_day
from levante.kernel.api import Actor, Refused, clock_at, today
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.parties.api import Enterprise

_LEFT = Decimal("1000.00")

#: What a test application is made to try. The regular ones are as many as asked, the others one each, where they apply.
TRIES: dict[str, Bilingual] = {
    "regular": Bilingual("domanda regolare", "regular application"),
    "headroom": Bilingual("ha quasi esaurito il «de minimis»", "has almost used up its de minimis headroom"),
    "integration": Bilingual(
        "l’ufficio chiede un’integrazione, e arriva", "the office asks for an integration, which comes"
    ),
    "ineligible": Bilingual("non ha un requisito", "lacks a requirement"),
    "unchecked": Bilingual("una verifica formale non è superata", "a formal check is not met"),
    "excluded": Bilingual("dichiara una causa di esclusione", "declares a ground of exclusion"),
    "incomplete": Bilingual("manca una risposta obbligatoria", "a required answer is missing"),
    "late": Bilingual("arriva dopo la chiusura", "comes after the closing"),
    "again": Bilingual("un’altra domanda della stessa impresa", "another application of the same enterprise"),
    "withdrawn": Bilingual("ritira la domanda", "withdraws the application"),
}


class Applying(Filling):
    """Fills in and sends the applications of a scene."""

    # -- who

    def gather(self, count: int) -> list[Applicant]:
        """``count`` regular ones and one for each thing to be tried that this call can bring about."""
        self._add("regular")
        if regime_of_call(self.call.regime) == "general_de_minimis":
            self._use_up(self._add("headroom").firm)
        for _ in range(count - 1):
            self._add("regular")
        self._add("integration")
        failing = self.cast.profile(good=False) if self.cast.rules else None
        if failing is not None:
            self._add("ineligible", self.cast.firm(failing))
        if any(item.get("blocking", True) for item in self.call.checklists["formal"]):
            self._add("unchecked")
        if self.grounds:
            self._add("excluded")
        self._add("incomplete")
        if self.scene.closes:
            self._add("late")
        if not self._takes_groups:
            self._add("again", self.applicants[0].firm, self.applicants[0].actor)
        if self.call.delivery.get("withdrawal") != "never":
            self._add("withdrawn")
        return self.applicants

    @property
    def _takes_groups(self) -> bool:
        return SINGLE not in self.kinds

    def _add(self, tries: str, firm: Enterprise | None = None, actor: Actor | None = None) -> Applicant:
        number = len(self.applicants) + 1
        kind = self.kinds[(number - 1) % len(self.kinds)]
        firm = firm or self.cast.firm()
        row = Rehearsed(number, firm.name, TRIES[tries])
        found = Applicant(row, tries, firm, actor or self.cast.representative(firm), kind)
        if kind != SINGLE:
            least = int((self.call.applicants.get("members") or {}).get("least", 2))
            firms = [self.cast.firm() for _ in range(least - 1)]
            found.partners = tuple((one, self.cast.representative(one)) for one in firms)
        self.applicants.append(found)
        return found

    def _use_up(self, firm: Enterprise) -> None:
        """An aid that leaves the firm a thousand euro of headroom."""
        ceiling = Decimal(parameters.value("de_minimis.ceiling", on=today()).value)
        declare_aid(
            actor=SYSTEM, tax_code=firm.tax_code, granted_on=today() - timedelta(days=100), gge=ceiling - _LEFT,
            measure_title="Aiuto di prova", granting_body="Ente di prova",
        )  # fmt: skip

    # -- what they do

    def at(self, number: int) -> Any:
        """The clock of an applicant: a minute after the other from the opening, or on the day before where it seals."""
        start = self.scene.opens_at - timedelta(hours=20) if self.call.is_sealed else self.scene.opens_at
        return clock_at(start + timedelta(minutes=number))

    def play(self) -> None:
        """Each fills in and sends; what stops one is told in its row, and stops nobody else."""
        if self.call.is_sealed:
            self._play_click_day()
            return
        for one in self.applicants:
            if one.tries != "late":
                with self.at(one.row.number):
                    self._try(one, self._send)
        for one in self.applicants:
            if one.tries == "late":
                with self.at(one.row.number):
                    self._try(one, self._fill)
                with clock_at(self.scene.closes_at + timedelta(seconds=1)):
                    self._try(one, self._submit)
            if one.tries == "withdrawn" and one.application is not None:
                with self.at(len(self.applicants) + 1):
                    self._try(one, self._withdraw)

    def _play_click_day(self) -> None:
        """All is sealed the day before; those in time are sent a minute after the other; the log is closed and received."""
        for one in self.applicants:
            with self.at(one.row.number):
                self._try(one, self._seal)
        opens = self.scene.opens_at
        sealed = [one for one in self.applicants if one.application is not None and one.application.is_sealed]
        sent = [one for one in sealed if one.tries != "late"]
        log = IntakeLog.objects.filter(opening=self.opening).first()
        if log is None or not sent:
            return
        subjects = [
            (f"application:{one.application.pk}", opens + timedelta(minutes=one.row.number))
            for one in sent
            if one.application is not None
        ]
        with clock_at(opens + timedelta(hours=1)):
            replay_day(actor=SYSTEM, log=log, sent=subjects)
        with clock_at(self.scene.closes_at + timedelta(hours=1)):
            if not self.scene.closes:
                move_opening(
                    actor=SYSTEM, opening=self.opening, transition="close", act=trial_act(self.call),
                    reason_it="Prova di chiusura.",
                )  # fmt: skip
            finish_click_day(actor=SYSTEM, log=close_log(actor=SYSTEM, log=log))
            for one in sealed:
                self._received(one)
                if one.tries == "withdrawn":
                    self._try(one, self._withdraw)

    def _seal(self, one: Applicant) -> None:
        self._fill(one)
        if one.application is not None:
            seal_application(actor=one.actor, application=one.application)
            one.application = self._again(one.application)

    def _received(self, one: Applicant) -> None:
        assert one.application is not None
        one.application = found = self._again(one.application)
        one.row.register_number, one.row.requested = found.number or "", found.requested_amount
        if not found.number:
            one.row.outcome = "not_sent"
            one.row.told.append(Bilingual("sigillata e non inviata in tempo", "sealed and not sent in time"))

    def _again(self, application: Application) -> Application:
        return Application.objects.select_related("opening__call__office", "form", "enterprise").get(pk=application.pk)

    def _try(self, one: Applicant, what: Callable[[Applicant], None]) -> None:
        try:
            what(one)
        except Refused as refused:
            one.row.told.append(refused.reason)
            if one.row.outcome == "unfinished" and not one.row.register_number:
                one.row.outcome = "not_sent"
        except CannotFill as stuck:
            few = stuck.problems[:5]
            one.row.outcome = "not_sent"
            one.row.told.append(
                Bilingual(
                    "non si trovano risposte che il modulo accetti: " + "; ".join(item.sentence.it for item in few),
                    "no answers are found that the form takes: " + "; ".join(item.sentence.en for item in few),
                )
            )

    def _send(self, one: Applicant) -> None:
        self._fill(one)
        self._submit(one)

    def _submit(self, one: Applicant) -> None:
        if one.application is None:
            return
        sent = submit_application(actor=one.actor, application=one.application)
        one.application = self._again(sent)
        one.row.register_number, one.row.requested = sent.number or "", sent.requested_amount

    def _withdraw(self, one: Applicant) -> None:
        if one.application is not None and one.row.register_number:
            withdraw_application(actor=one.actor, application=one.application, reason="Prova di ritiro.")
            one.row.outcome = "withdrawn"
