"""Barring anti-mafia information that comes when nothing is left to stop: what was awarded and paid is to be revoked.

Who goes on without the information does so under a resolutive condition (art. 92(3) D.Lgs. 159/2011): the payment gate stops what is still
to be paid, and of what went out already the office is told here. The revocation is the office's, with the enterprise heard.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from levante.controls import states
from levante.controls.models import Revocation
from levante.grants.api import Award, whole_benefits
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.law.antimafia import judge
from levante.payments.api import Check, Payment, antimafia_on, checks_in
from levante.payments.api import states as payment_states

#: The reason of ``revocation.reasons`` for it, and the code of the check in a gate.
BARRING, CHECK = "anti_mafia", "antimafia"


@dataclass(frozen=True, slots=True)
class Saved:
    """What the norm saves of what was done before the information came: words for who begins the revocation (``antimafia.useful_sums``)."""

    text: Bilingual
    reference: str


def saved_on(day: date) -> Saved:
    found = parameters.value("antimafia.useful_sums", on=day)
    return Saved(Bilingual(found.value["it"], found.value["en"]), found.reference)


@dataclass(frozen=True, slots=True)
class Barring:
    """The information about the firm of an award, and what of the award stands under the condition: the act (``granted``), payments by
    their reference. With neither, it was awarded and paid on other information, and the office weighs it (art. 92(4))."""

    award: Award
    paper: Check
    granted: bool
    payments: tuple[str, ...]

    @property
    def conditional(self) -> bool:
        return self.granted or bool(self.payments)

    @property
    def grounds(self) -> str:
        """The facts, as the procedure may state them: what the office starts from. Italian: they go into an act."""
        day = f", rilasciata il {self.paper.released_on:%d/%m/%Y}" if self.paper.released_on else ""
        told = f"Informazione antimafia interdittiva n. {self.paper.number}{day}."
        if self.granted:
            told += (
                " Il contributo è stato concesso sotto condizione risolutiva (art. 92, comma 3, del D.Lgs. 159/2011)."
            )
        if self.payments:
            told += (
                " Sono stati eseguiti sotto condizione risolutiva (art. 92, comma 3, del D.Lgs. 159/2011) i pagamenti "
                f"{', '.join(self.payments)}."
            )
        return told


def barrings(actor: Actor, awards: Iterable[int] | None = None) -> list[Barring]:
    """Of the awards in effect that an actor sees (of these alone, where told), those of firms whose last information bars them, and of
    which no revocation is open, nor was begun for it since. One query where no firm is barred."""
    same = {"enterprise": OuterRef("enterprise"), "tax_code": OuterRef("tax_code")}  # as in ``papers_in_force``
    later = Check.objects.filter(**same, kind=payment_states.ANTIMAFIA, pk__gt=OuterRef("pk"))
    papers = Check.objects.visible_to(actor).filter(kind=payment_states.ANTIMAFIA, outcome=payment_states.NOT_CLEAR)
    barred = {one.enterprise_id: one for one in papers.filter(~Exists(later)).order_by("pk")}
    if not barred:
        return []
    begun = Revocation.objects.filter(award=OuterRef("pk"))
    rows = Award.objects.visible_to(actor).filter(enterprise__in=barred, state="effective", amount__gt=0)
    if awards is not None:
        rows = rows.filter(pk__in=list(awards))
    for_it = begun.filter(reason_code=BARRING, opened_at__gte=OuterRef("barred_at"))
    last = Check.objects.filter(enterprise=OuterRef("enterprise"), pk__in=[one.pk for one in barred.values()])
    rows = rows.annotate(barred_at=last.order_by("-pk").values("recorded_at")[:1]).filter(
        ~Exists(begun.filter(state__in=states.OPEN)), ~Exists(for_it)
    )
    found = list(rows.select_related("act", "application", "enterprise").order_by("pk"))
    if not found:
        return []
    paid = _under_condition(found)
    return [Barring(one, barred[one.enterprise_id], granted, paid.get(one.pk, ())) for one, granted in _granted(found)]


def barring_of(actor: Actor, award: Award) -> Barring | None:
    """The same of one award."""
    return next(iter(barrings(actor, [award.pk])), None)


def _granted(awards: list[Award]) -> Iterable[tuple[Award, bool]]:
    """Whether each was awarded under the condition: what the law said on the day of its act, of the information held then."""
    wholes = whole_benefits(awards)
    for one in awards:
        day = one.act.act_date
        paper = antimafia_on(one.enterprise_id, day) if day is not None else None
        told = ""
        if day is not None:
            whole = max(wholes[one.pk], one.first_amount)
            told = judge(whole=whole, paper=paper, on=day, granting=True).condition.it
        yield one, bool(told)


def _under_condition(awards: list[Award]) -> dict[int, tuple[str, ...]]:
    """The payments of each award that the bank executed under the condition, as their gate said."""
    rows = Payment.objects.filter(row__claim__award__in=[one.pk for one in awards], state=payment_states.EXECUTED)
    found: dict[int, tuple[str, ...]] = {}
    for award, reference, gate in rows.order_by("pk").values_list("row__claim__award", "end_to_end_id", "gate"):
        if any(one.code == CHECK and one.condition.it for one in checks_in(gate)):
            found[award] = (*found.get(award, ()), reference)
    return found
