"""Decisions on the doubts that the rule of the single undertaking leaves to an officer: taken by name, kept, superseded."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lead

from levante.aid.managers import MAY_SEE_ALL
from levante.aid.models import UndertakingDecision
from levante.aid.policies import may_decide_undertaking
from levante.aid.positions import position
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.kernel.pure import Bilingual
from levante.law.doors import BadCase
from levante.law.parameters import Missing
from levante.parties.api import Enterprise


@service("aid.decide_undertaking")
def decide_undertaking(
    *,
    actor: Actor,
    key: str,
    together: bool,
    reason: str,
    about: Enterprise | str | None = None,
    on: date | None = None,
) -> UndertakingDecision:
    """Close a doubt of the rule: are these enterprises one undertaking? With the reason, under the officer's name.

    The doubt is one that the rule asks of ``about`` on a day (today unless given), or one decided before: another decision
    holds from then on, and the earlier one stays, for what was answered on it. The question is kept as it was asked.
    """
    require(may_decide_undertaking(actor))
    if not reason.strip():
        refuse("Scrivi il motivo della decisione.", "Write the reason of the decision.", field="reason")
    if actor.user_id is None:
        refuse("Decide una persona, con il suo nome.", "A person decides, by name.")
    question = _asked_now(key, about, on or today()) or _asked_before(key)
    if question is None:
        refuse(
            "Su questa impresa la regola non pone questa domanda: ricarica la pagina.",
            "The rule does not ask this of this enterprise: reload the page.",
        )
    decision = UndertakingDecision.objects.create(
        key=key,
        together=together,
        reason=reason.strip(),
        question_it=question.it,
        question_en=question.en,
        decided_at=now(),
        decided_by_id=actor.user_id,
    )
    note(together=together)
    return decision


def _asked_now(key: str, about: Enterprise | str | None, on: date) -> Bilingual | None:
    if about is None:
        return None
    try:
        doubts = position(about, on=on)["decision_required"]
    except (BadCase, Missing):  # a day of which no act speaks
        return None
    return next((Bilingual(doubt["question"], doubt["question_en"]) for doubt in doubts if doubt["id"] == key), None)


def _asked_before(key: str) -> Bilingual | None:
    last = UndertakingDecision.objects.filter(key=key).order_by("-decided_at", "-id").first()
    return Bilingual(last.question_it, last.question_en) if last is not None else None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the firms it is about, by tax code, and the instant from which another held in its place."""

    row: UndertakingDecision
    firms: tuple[str, ...]
    until: datetime | None

    @property
    def question(self) -> Bilingual:
        return Bilingual(self.row.question_it, self.row.question_en)


def decisions_on(actor: Actor, *, codes: "set[str] | None" = None) -> "QuerySet[UndertakingDecision]":
    """The decisions on the undertakings of these tax codes (all of them, unless given), the latest first, each with ``until``."""
    if not actor.has_role(*MAY_SEE_ALL):
        return UndertakingDecision.objects.none()
    rows = UndertakingDecision.objects.select_related("decided_by")
    if codes is not None:
        about = Q(pk__in=[])
        for code in sorted(codes):
            about |= Q(key__contains=code)
        # All the decisions on a doubt have its key, so what is left here is each doubt with the whole of its history.
        rows = rows.filter(about)
    order = [F("decided_at").asc(), F("id").asc()]
    return rows.annotate(until=Window(Lead("decided_at"), partition_by=[F("key")], order_by=order)).order_by(
        "-decided_at", "-id"
    )


def decided(row: UndertakingDecision) -> Decided:
    """A row of ``decisions_on`` as it is read."""
    firms = tuple(part for part in row.key.partition(":")[2].split("|") if part)
    return Decided(row, firms, row.until)  # type: ignore[attr-defined]
