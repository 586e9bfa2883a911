"""Filling in a test application: answers that the form takes, documents, stamp, the firms of a group; by the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from levante.applications.api import (
    Application,
    accept_membership,
    attach_file,
    choose_applicant_kind,
    declare_member,
    invite_member,
    is_asked,
    prepare_signing_copy,
    read_application,
    read_member,
    record_stamp,
    save_answers,
    save_member_answers,
    sign_application,
    start_draft,
    write_signing_copy,
)
from levante.calls.api import (
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
from levante.documents.api import TrialSigner, path_of
from levante.grants.rehearsal.cast import Cast
from levante.grants.rehearsal.report import Rehearsed
from levante.grants.rehearsal.stage import SYSTEM, Scene
from levante.identity.api import User
from levante.kernel.api import Actor, Refused, refuse, today
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise

SINGLE = "single"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


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


class Filling:
    """Fills in applications to the opening of a scene."""

    def __init__(self, scene: Scene, cast: Cast, *, seed: int, signer: TrialSigner | None = None) -> None:
        self.scene, self.cast, self.seed, self.signer = scene, cast, seed, signer
        self.call, self.opening = scene.call, scene.opening
        assert self.opening.form is not None
        self.form: Form = form_of(self.opening.form)
        rules = [rule["expression"] for rule in requirements_of(self.call) if rule.get("expression")]
        self.rules = [text for text in rules if "answers" in text]
        own = {rule.get("expression") for rule in self.call.eligibility}
        self.grounds = [text for text in self.rules if text not in own]
        self.kinds = list(self.call.applicants["kinds"])
        self.applicants: list[Applicant] = []

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
        if self.signer is not None and is_asked(self.call) and not read_application(one.application).problems:
            self._give_signed(one, one.application, self.signer)

    def _give_signed(self, one: Applicant, draft: Application, signer: TrialSigner) -> None:
        """The PDF is made, signed by who acts, and given back: verified as any other, against the test authority."""
        copy = prepare_signing_copy(actor=one.actor, application=draft)
        copy = write_signing_copy(actor=SYSTEM, copy_id=copy.pk)
        if copy.file is None:
            refuse(copy.problem_it, copy.problem_en)
        signed = _signed(signer, one, path_of(copy.file.sha256).read_bytes())
        upload = SimpleUploadedFile("domanda-prova.pdf.p7m", signed, content_type="application/pkcs7-mime")
        found = sign_application(actor=one.actor, application=draft, upload=upload)
        if found.reason is not None:
            raise Refused(found.reason)

    def member_answers(self, firm: Enterprise, form: Form) -> Sample:
        """What a partner answers of what is asked of each firm."""
        return sample_answers(
            form, facts=self.cast.facts_of(firm), seed=self.seed * 1000 + int(firm.tax_code[:7]) % 1000, on=today(),
            must_hold=[text for text in self.grounds if _asks(form, text)],
        )  # fmt: skip

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
        label, content, kind = f"{name.replace('_', '-')}-prova.pdf", PDF, "application/pdf"
        if item.signed and self.signer is not None:
            label, content, kind = f"{label}.p7m", _signed(self.signer, one, PDF), "application/pkcs7-mime"
        upload = SimpleUploadedFile(label, content, content_type=kind)
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
        sample = self.member_answers(firm, form)
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


def _signed(signer: TrialSigner, one: Applicant, content: bytes) -> bytes:
    """A .p7m of a content, by who acts for the applicant."""
    user = User.objects.get(pk=one.actor.user_id)
    return signer.sign(content, given=user.given_name, family=user.family_name, tax_code=user.codice_fiscale or "")
