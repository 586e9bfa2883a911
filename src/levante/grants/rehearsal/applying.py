"""The applicants of a rehearsal: what each is made to try, their answers, their sending, through the services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from levante.aid.api import declare_aid
from levante.applications.api import (
    Application,
    accept_membership,
    attach_file,
    choose_applicant_kind,
    declare_member,
    invite_member,
    read_member,
    record_stamp,
    save_answers,
    save_member_answers,
    start_draft,
    submit_application,
    withdraw_application,
)
from levante.calls.api import (
    CannotFill,
    Form,
    Reading,
    Sample,
    amount_for,
    answers_named,
    form_of,
    holds,
    requirements_of,
    sample_answers,
)
from levante.grants.checks import regime_of_call
from levante.grants.rehearsal.cast import Cast
from levante.grants.rehearsal.report import Rehearsed
from levante.grants.rehearsal.stage import SYSTEM, Scene
from levante.kernel.api import Actor, Refused, clock_at, today
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.parties.api import Enterprise

SINGLE = "single"
_LEFT = Decimal("1000.00")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

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


@dataclass(slots=True)
class Applicant:
    """One of them: the row of the report, the firm and who acts for it; ``partners`` are the other firms of its group."""

    row: Rehearsed
    tries: str
    firm: Enterprise
    actor: Actor
    kind: str = SINGLE
    partners: tuple[tuple[Enterprise, Actor], ...] = ()
    application: Application | None = None


class Applying:
    """Fills in and sends the applications of a scene."""

    def __init__(self, scene: Scene, cast: Cast, *, seed: int) -> None:
        self.scene, self.cast, self.seed = scene, cast, seed
        self.call, self.opening = scene.call, scene.opening
        assert self.opening.form is not None
        self.form: Form = form_of(self.opening.form)
        rules = [rule["expression"] for rule in requirements_of(self.call) if rule.get("expression")]
        self.rules = [text for text in rules if "answers" in text]
        own = {rule.get("expression") for rule in self.call.eligibility}
        self.grounds = [text for text in self.rules if text not in own]
        self.kinds = list(self.call.applicants["kinds"])
        self.applicants: list[Applicant] = []

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
        """The clock of an applicant: a minute after the other from the opening."""
        return clock_at(self.scene.opens_at + timedelta(minutes=number))

    def play(self) -> None:
        """Each fills in and sends; what stops one is told in its row, and stops nobody else."""
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
        one.application = Application.objects.select_related("opening__call__office", "form", "enterprise").get(
            pk=sent.pk
        )
        one.row.register_number, one.row.requested = sent.number or "", sent.requested_amount

    def _withdraw(self, one: Applicant) -> None:
        if one.application is not None and one.row.register_number:
            withdraw_application(actor=one.actor, application=one.application, reason="Prova di ritiro.")
            one.row.outcome = "withdrawn"

    def _fill(self, one: Applicant) -> None:
        draft = start_draft(actor=one.actor, opening=self.opening)
        one.application = draft
        if draft.applicant_kind != one.kind:
            draft = choose_applicant_kind(actor=one.actor, application=draft, kind=one.kind)
        sample = self.answers(one)
        answers, files = self._unnamed(sample.answers), list(sample.files)
        if one.tries == "incomplete":
            self._leave_out(answers, files)
        if one.tries == "excluded":
            self._declare_ground(answers)
        draft = Application.objects.get(pk=draft.pk)
        save_answers(actor=one.actor, application=draft, answers=answers, base_revision=draft.revision, overwrite=True)
        for name in files:
            self._attach(one, draft, name)
        self._stamp(one, draft)
        for firm, actor in one.partners:
            self._join(one, draft, firm, actor)
        one.application = Application.objects.get(pk=draft.pk)

    def _unnamed(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Without whose each cost is: the portal writes it."""
        column = self.call.applicants.get("share_field")
        found = dict(answers)
        for name, rows in found.items():
            if column and isinstance(rows, list) and rows and isinstance(rows[0], dict):
                found[name] = [{key: value for key, value in row.items() if key != column} for row in rows]
        return found

    def answers(self, one: Applicant) -> Sample:
        """Answers that the form takes and that the rules want."""
        return sample_answers(
            self.form, facts=self.cast.facts_of(one.firm), seed=self.seed * 1000 + one.row.number, on=today(),
            must_hold=self.rules, good=self._is_paid,
        )  # fmt: skip

    def amount_of(self, reading: Reading) -> Decimal | None:
        return amount_for(self.call.money, reading.answers, reading.variables).value

    def _is_paid(self, reading: Reading) -> bool:
        return (self.amount_of(reading) or Decimal(0)) > 0

    def _leave_out(self, answers: dict[str, Any], files: list[str]) -> None:
        """The first required answer, or document, is not given."""
        for _, item in self.form.fields():
            if item.required == "true" and item.id in answers and item.kind != "computed" and not item.show_if:
                answers[item.id] = None
                return
        del files[:1]

    def _declare_ground(self, answers: dict[str, Any]) -> None:
        """The first ground of exclusion that an answer can declare is declared."""
        for ground in self.grounds:
            for name in answers_named(ground):
                item = self.form.field(name)
                for value in [choice.code for choice in item.choices] or [False] if item is not None else []:
                    if holds(ground, {"answers": {name: value}, "facts": {}, "lists": {}}) is False:
                        answers[name] = value
                        return

    def _attach(self, one: Applicant, draft: Application, name: str) -> None:
        item = self.form.field(name)
        if item is None or (item.accept and "pdf" not in item.accept):
            return
        upload = SimpleUploadedFile(f"{name.replace('_', '-')}-prova.pdf", PDF, content_type="application/pdf")
        expires = self.scene.closes_at.date() + timedelta(days=3650) if item.expires else None
        attach_file(actor=one.actor, application=draft, field_id=name, upload=upload, expires_on=expires)

    def _stamp(self, one: Applicant, draft: Application) -> None:
        asked: Mapping[str, Any] | None = self.call.delivery.get("stamp_duty")
        if asked:
            record_stamp(
                actor=one.actor,
                application=draft,
                number=f"{self.seed % 10**6:06d}{one.row.number:08d}",
                bought_on=today(),
            )

    def _join(self, one: Applicant, draft: Application, firm: Enterprise, actor: Actor) -> None:
        """A firm enters the group, by its own mandate or on a power of attorney, and answers what is asked of each."""
        member = invite_member(actor=one.actor, application=draft, tax_code=firm.tax_code)
        if self.call.applicants.get("join") == "declare":
            actor, proxy = one.actor, SimpleUploadedFile("procura-prova.pdf", PDF, content_type="application/pdf")
            member = declare_member(actor=actor, member=member, upload=proxy)
        else:
            member = accept_membership(actor=actor, member=member)
        form = self.form.of_each_member()
        if not form.sections:
            return
        sample = sample_answers(
            form, facts=self.cast.facts_of(firm), seed=self.seed * 1000 + int(firm.tax_code[:7]) % 1000, on=today(),
            must_hold=[text for text in self.grounds if _asks(form, text)],
        )  # fmt: skip
        member.application = Application.objects.select_related("form", "opening__call", "enterprise").get(pk=draft.pk)
        save_member_answers(
            actor=actor,
            member=member,
            answers=self._unnamed(sample.answers),
            base_revision=member.application.revision,
            overwrite=True,
        )
        for problem in read_member(member).problems[:3]:
            one.row.told.append(Bilingual(f"{firm.name}: {problem.sentence.it}", f"{firm.name}: {problem.sentence.en}"))


def _asks(form: Form, expression: str) -> bool:
    """Does the expression look only at questions that the form has?"""
    return all(form.field(name) is not None for name in answers_named(expression))
