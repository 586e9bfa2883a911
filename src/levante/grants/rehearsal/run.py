"""Rehearsing a call: every stage through the real services, inside what is always undone; then the report."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from levante.applications.api import Application
from levante.calls.api import (
    PROCEDURES,
    Call,
    CannotFill,
    amount_for,
    errors_of,
    may_design,
    read_form,
    requirements_of,
    sample_answers,
)
from levante.documents.api import TrialSigner, trial_signatures
from levante.grants.rehearsal.apart import without_trace
from levante.grants.rehearsal.applying import Applying
from levante.grants.rehearsal.cast import Cast
from levante.grants.rehearsal.deciding import Deciding
from levante.grants.rehearsal.report import Rehearsal, RehearsedLetter, Stage
from levante.grants.rehearsal.stage import findings_on, prepared, put_on, shrink
from levante.kernel.api import Actor, Refused, refuse, require, today
from levante.kernel.pure import CENT, Bilingual
from levante.letters.api import Letter, page_of
from levante.messages.api import Notice

#: How many regular applications a rehearsal may make; the others are one for each thing to be tried.
MOST = 60
#: Which part of what the regular ones ask the money is left with, so that shortage is tried too.
_ENOUGH_FOR = Decimal("0.65")


def rehearse_call(
    *, actor: Actor, call: Call, count: int = 6, seed: int = 1, opening: str = "", short: bool = True
) -> Rehearsal:
    """Run a call from end to end with test applications: filled in from its own form, sent, checked, judged, ranked, awarded in
    a draft act. Nothing of it remains, not even an audit entry: the report is all there is.

    ``count`` are the regular applications (the others try one thing each); the same ``seed`` gives the same rehearsal.
    ``opening`` is the code of one, the first unless given. ``short`` leaves it with less money than it has, so that the money
    ends before the applications do. ``Refused`` for who may not design the call, for a count out of range, while another
    rehearsal is at work; what stops the call itself is in the report.
    """
    require(may_design(actor, call))
    if not 1 <= count <= MOST:
        refuse(f"Le domande di prova vanno da 1 a {MOST}.", f"Test applications go from 1 to {MOST}.", field="count")
    document, assumed = prepared(call, opening)
    findings = tuple(findings_on(document, call))
    first = document["openings"][0]
    report = Rehearsal(
        call=call.code, title=Bilingual(call.title_it, call.title_en or call.title_it),
        procedure=PROCEDURES[call.procedure].label, seed=seed, on=today(), opening=first["code"],
        budget=Decimal(first["budget"]), share=Decimal(1), left=Decimal(first["budget"]), findings=findings, assumed=assumed,
    )  # fmt: skip
    wrong = errors_of(findings)
    report.stages.append(Stage("check", not wrong, tuple(one.text for one in wrong)))
    if wrong:
        report.stopped = wrong[0].text
        return report
    with without_trace(), trial_signatures() as signer:
        _play(report, call, document, signer, count=count, seed=seed, short=short)
    return report


def _play(
    report: Rehearsal, call: Call, document: dict[str, Any], signer: TrialSigner, *, count: int, seed: int, short: bool
) -> None:
    """Stage after stage, until the end or until one cannot be done."""
    if short:
        report.share = shrink(document, _money_to_end(call, document, count, seed))
        report.budget = Decimal(document["openings"][0]["budget"])
    with _Staged(report, "publish") as stage:
        scene = put_on(call, document, report.assumed)
    if report.stopped:
        return
    on = scene.opens_at.date()
    rules = [*requirements_of(scene.call), *(scene.call.applicants.get("member_rules") or [])]
    cast = Cast(scene.call.office, rules, seed=seed, on=on)
    applying = Applying(scene, cast, seed=seed, signer=signer)
    with _Staged(report, "apply") as stage:
        with applying.at(0):
            report.applications = [one.row for one in applying.gather(count)]
        applying.play()
        sent = sum(bool(one.row.register_number) for one in applying.applicants)
        stage.tell(f"{sent} inviate", f"{sent} sent")
        if not sent:
            stage.stop("nessuna domanda si riesce a inviare", "no application can be sent")
    deciding = Deciding(scene, cast, applying.applicants, seed=seed)
    for code, work in (
        ("examine", deciding.examine), ("evaluate", deciding.evaluate), ("rank", deciding.rank),
        ("award", lambda: _award(report, deciding)),
    ):  # fmt: skip
        if not report.stopped:
            with _Staged(report, code) as stage:
                stage.notes += work() or ()
    _collect(report, scene.call.pk)


class _Staged:
    """A stage at work: refused, it is the one at which the rehearsal stopped."""

    def __init__(self, report: Rehearsal, code: str) -> None:
        self.report, self.code = report, code
        self.notes: list[Bilingual] = []

    def __enter__(self) -> "_Staged":
        return self

    def tell(self, it: str, en: str) -> None:
        self.notes.append(Bilingual(it, en))

    def stop(self, it: str, en: str) -> None:
        raise Refused(Bilingual(it, en))

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Refused):
            self.notes.append(error.reason)
            self.report.stopped = error.reason
        elif error is not None:
            return False
        self.report.stages.append(Stage(self.code, error is None, tuple(self.notes)))
        return True


def _award(report: Rehearsal, deciding: Deciding) -> tuple[Bilingual, ...]:
    deciding.place()
    report.acts = deciding.award()
    report.left = report.budget - report.awarded
    return ()


def _money_to_end(call: Call, document: dict[str, Any], count: int, seed: int) -> Decimal:
    """Money for about two thirds of what the regular ones would ask, reckoned on answers made up from the form."""
    form = read_form(document["form"])
    total = Decimal(0)
    for number in range(count):
        try:
            sample = sample_answers(
                form, facts={}, seed=seed * 1000 + number, on=today(),
                good=lambda reading: (amount_for(document["money"], reading.answers, reading.variables).value or 0) > 0,
            )  # fmt: skip
        except CannotFill:
            continue
        total += amount_for(document["money"], sample.reading.answers, sample.reading.variables).value or Decimal(0)
    wanted = (total * _ENOUGH_FOR).quantize(CENT, rounding=ROUND_DOWN)
    return wanted if wanted > 0 else Decimal(document["openings"][0]["budget"])


def _collect(report: Rehearsal, call_id: int) -> None:
    """The letters and the notices that the applications brought about."""
    mine = Application.objects.filter(opening__call=call_id)
    letters = Letter.objects.filter(subject_type=Application._meta.label, subject_id__in=mine.values("pk"))
    report.letters = [_letter(letter) for letter in letters.order_by("created_at", "pk")]
    report.notices = Notice.objects.filter(user__email__endswith="@prova.example.org").count()


def _letter(letter: Letter) -> RehearsedLetter:
    """Its words, without the address of a page that is there no more."""
    page = page_of(letter.subject_type, letter.subject_id, portal=True)
    body, courtesy = (text.replace(page, "/…/") if page else text for text in (letter.body, letter.courtesy_body))
    return RehearsedLetter(
        kind=letter.kind,
        to=letter.addressee["name"],
        at=letter.created_at,
        subject=Bilingual(letter.subject, letter.courtesy_subject),
        body=Bilingual(body, courtesy),
    )
