"""The story of the money of one award: where it comes from, by which acts it moved, what it paid for, what came back.

Everything is read from the rooms that hold it: movements of the budget (each with its act and its day), claims, expense
documents with their four amounts, payments as the bank executed them, recoveries. Nothing is reckoned here but sums.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, Sum

from levante.claims.api import Charge, Claim, Reduction, SimplifiedCost, carrying_states, states, units_come_to
from levante.controls.api import Annulment, Incoming, Recovery, Refund, Revocation
from levante.controls.api import states as control_states
from levante.grants.api import Award
from levante.kernel.api import day_of
from levante.kernel.pure import ZERO, Bilingual, format_euro
from levante.payments.api import Payment, who_kept
from levante.payments.api import states as payment_states
from levante.programme.api import Act, Movement, vocabulary
from levante.web.components.movement_notes import notes_of

#: What of the money is told first: the amounts kept apart, from what was asked to what came back.
_CHAIN = (
    ("asked", Bilingual("Chiesti nella domanda", "Asked for in the application")),
    ("admitted", Bilingual("Ammessi", "Admitted")),
    ("awarded", Bilingual("Concessi", "Awarded")),
    ("in_force", Bilingual("In vigore, dopo riduzioni e revoche", "In force, after reductions and revocations")),
    ("due", Bilingual("Riconosciuti sulle domande di pagamento", "Due on claims")),
    ("paid", Bilingual("Pagati", "Paid")),
    ("recovered", Bilingual("Tornati", "Come back")),
)


#: Movements of the budget that come before any claim, also on the same day.
_BEFORE_CLAIMS = (vocabulary.RESERVATION, vocabulary.COMMITMENT)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to the money: ``amount`` in euro, ``act`` on which it stands, ``note`` in words
    (the words of a person have no English)."""

    on: date
    what: Bilingual
    amount: Decimal | None = None
    act: str = ""
    note: Bilingual = field(default_factory=lambda: Bilingual("", ""))


@dataclass(frozen=True, slots=True)
class Story:
    chain: list[tuple[Bilingual, Decimal, int]]
    moments: list[Moment]
    claims: list[Claim]
    charges: list[Charge]
    totals: dict[str, Any]
    costs: list[SimplifiedCost]
    rest: Decimal
    rest_of: Bilingual

    @property
    def paid(self) -> Decimal:
        """Of each cost, and what is of none."""
        return Decimal(self.totals["paid"]) + self.rest

    @property
    def cut(self) -> bool:
        """Are there more documents than are shown? The totals are of all."""
        return self.totals["documents"] > len(self.charges)


#: Documents shown on the page; the totals are of all, and all are in the control trail.
SHOWN = 500


def story_of(award: Award) -> Story:
    """Everything of one award, the oldest moment first. The queries do not grow with the documents."""
    claims = list(
        Claim.objects.filter(award=award).exclude(state=states.DISCARDED).exclude(state=states.DRAFT).order_by("number")
    )
    payments = list(
        Payment.objects.filter(row__claim__in=claims)
        .exclude(executed_on__isnull=True, ended_at__isnull=True)
        .exclude(state=payment_states.WITHDRAWN)
        .select_related("row__claim")
        .order_by("pk")
    )
    refunds = Refund.objects.filter(paid_on__isnull=False).order_by("pk")
    incomings = Incoming.objects.order_by("on", "pk")
    recoveries = list(
        Recovery.objects.filter(award=award)
        .select_related("act", "closing_act")
        .prefetch_related(Prefetch("refunds", refunds), Prefetch("incomings", incomings))
        .order_by("pk")
    )
    annulled = Annulment.objects.filter(effective_at__isnull=False).order_by("pk")
    revoked = (
        Revocation.objects.filter(award=award, effective_at__isnull=False)
        .prefetch_related(Prefetch("annulments", annulled))
        .order_by("pk")
    )
    movements = list(
        Movement.objects.filter(subject_type=Award._meta.label, subject_id=str(award.pk))
        .select_related("act")
        .order_by("on", "pk")
    )
    application = award.application
    amounts = {
        "asked": application.requested_amount or ZERO,
        "admitted": application.admitted_amount or ZERO,
        "awarded": award.first_amount,
        "in_force": award.amount,
        "due": sum((one.due or ZERO for one in claims), ZERO),
        "paid": sum((one.paid for one in claims), ZERO),
        "recovered": sum((one.capital_in - _given_back(one) for one in recoveries), ZERO),
    }
    most = max(amounts.values()) or Decimal(1)
    told = [one for one in _CHAIN if one[0] != "in_force" or award.amount != award.first_amount]
    chain = [(label, amounts[code], int(amounts[code] * 100 / most)) for code, label in told]
    notes = notes_of(movements, claims, application=str(application.number))
    first = [one for one in movements if one.kind in _BEFORE_CLAIMS]
    moved = [one for one in movements if one.kind not in _BEFORE_CLAIMS]
    moments = [
        *_moments(award),
        *_moved(first, notes),
        *_claimed(claims),
        *_reduced(award),
        *_revoked(revoked),
        *_moved(moved, notes),
        *_paid(payments),
        *_back(recoveries),
        *_returned(payments),
    ]
    charges = Charge.objects.filter(claim__in=claims)
    shown = charges.select_related("document", "claim").order_by("claim__number", "pk")
    four = {name: Sum(name) for name in ("asked", "charged", "admitted", "paid")}
    units = SimplifiedCost.objects.filter(claim__in=claims).select_related("claim").order_by("claim__number", "pk")
    totals = charges.order_by().aggregate(documents=Count("pk"), **four)
    costs = list(units)
    money = award.application.opening.call.money
    named = {item["code"]: Bilingual(item["it"], item["en"]) for item in money.get("items") or ()}
    for one in costs:
        one.label = named.get(one.item)  # type: ignore[attr-defined]
        one.asked = units_come_to(money, one.item, one.quantity, award.first_amount)  # type: ignore[attr-defined]
    for name in ("asked", "charged", "admitted", "paid"):
        totals[name] = (totals[name] or ZERO) + sum((getattr(one, name) or ZERO for one in costs), ZERO)
    return Story(
        chain,
        sorted(moments, key=lambda one: one.on),
        claims,
        list(shown[:SHOWN]),
        totals,
        costs,
        amounts["paid"] - totals["paid"],
        _rest_of(award, claims),
    )


def _rest_of(award: Award, claims: list[Claim]) -> Bilingual:
    """What was paid and is of no cost, in words."""
    items = award.application.opening.call.money.get("items") or ()
    flat = any(item["basis"]["kind"] == "flat_rate" for item in items)
    found = []
    if any(one.mode == "advance" and one.paid for one in claims):
        found.append(Bilingual("anticipo non ancora coperto da spese", "advance not covered by costs yet"))
    if flat:
        found.append(
            Bilingual(
                "costi a tasso forfettario, che seguono gli altri", "costs at a flat rate, which follow the others"
            )
        )
    if not found:
        found.append(Bilingual("oltre i costi ammessi", "over the costs that were admitted"))
    it, en = "; ".join(one.it for one in found), "; ".join(one.en for one in found)
    return Bilingual(f"{it[:1].upper()}{it[1:]}", f"{en[:1].upper()}{en[1:]}")


def _moments(award: Award) -> list[Moment]:
    application, act = award.application, award.act
    found = []
    if application.submitted_at is not None:
        found.append(
            Moment(
                day_of(application.submitted_at),
                Bilingual("Domanda inviata", "Application sent"),
                application.requested_amount,
            )
        )
    if application.decided_at is not None and application.admitted_amount is not None:
        found.append(
            Moment(
                day_of(application.decided_at),
                Bilingual("Domanda ammessa", "Application admitted"),
                application.admitted_amount,
            )
        )
    if act.act_date is not None:
        cor, cup = award.codes
        codes = " · ".join(filter(None, [f"COR {cor}" if cor else "", f"CUP {cup}" if cup else ""]))
        found.append(
            Moment(
                act.act_date, Bilingual("Concessione", "Award"), award.first_amount, str(act), Bilingual(codes, codes)
            )
        )
    return found


def _moved(movements: list[Movement], notes: Mapping[int, Bilingual]) -> list[Moment]:
    return [
        Moment(one.on, vocabulary.MOVEMENT_KINDS[one.kind], one.amount, _act(one.act), notes[one.pk])
        for one in movements
    ]


def _act(act: Act) -> str:
    """Number and year of an act, or its name here while it has none."""
    return f"{act.number}/{act.adopted_on.year}" if act.number and act.adopted_on else act.code


def _claimed(claims: list[Claim]) -> list[Moment]:
    found = []
    for one in claims:
        label = one.mode_label
        if one.sent_at is not None:
            found.append(
                Moment(
                    day_of(one.sent_at),
                    Bilingual(f"Domanda di pagamento ({label.it})", f"Claim ({label.en})"),
                    one.asked,
                    note=Bilingual(str(one), str(one)),
                )
            )
        if one.decided_at is not None:
            refused = one.state == states.REFUSED
            what = Bilingual("Non accolta", "Not granted") if refused else Bilingual("Verificata", "Reviewed")
            note = Bilingual(one.reason, one.reason_en)
            if one.excess:
                note = Bilingual(
                    f"da restituire {format_euro(one.excess)}", f"{format_euro(one.excess, 'en')} to be given back"
                )
            found.append(Moment(day_of(one.decided_at), what, one.due, note=note))
    return found


def _reduced(award: Award) -> list[Moment]:
    """The acts, other than revocations, that brought it down: by how much, from what to what. One query."""
    rows = Reduction.objects.filter(
        Q(variation__award=award) | Q(claim__award=award), state=carrying_states.EFFECTIVE
    ).order_by("act_date", "pk")
    found = []
    for one in rows:
        assert one.act_date is not None  # it had effect with its act
        what = Bilingual("Contributo ridotto al piano approvato", "Grant brought down to the approved plan")
        if one.claim_id is not None:
            what = Bilingual("Contributo rideterminato su quanto spetta", "Grant brought down to what was earned")
        note = Bilingual(
            f"da {format_euro(one.amount_before)} a {format_euro(one.amount_after)}",
            f"from {format_euro(one.amount_before, 'en')} to {format_euro(one.amount_after, 'en')}",
        )
        found.append(Moment(one.act_date, what, one.amount_before - one.amount_after, str(one), note))
    return found


def _paid(payments: list[Payment]) -> list[Moment]:
    found = []
    for one in payments:
        hidden = f"{one.iban[:4]}…{one.iban[-4:]}"
        note = Bilingual(f"conto {hidden}", f"account {hidden}")
        if not one.amount:
            note = Bilingual("nessun bonifico", "no transfer")
        if one.withheld:
            note = Bilingual(
                f"{note.it}, trattenuti {format_euro(one.withheld)}",
                f"{note.en}, {format_euro(one.withheld, 'en')} withheld",
            )
        for whom, kept in who_kept(one):
            note = Bilingual(
                f"{note.it}, {whom.it} {format_euro(kept)}", f"{note.en}, {format_euro(kept, 'en')} {whom.en}"
            )
        if one.executed_on is not None and not one.amount:
            whole = Bilingual("Pagato per intero ad altri, senza bonifico", "Paid whole to others, without a transfer")
            found.append(Moment(one.executed_on, whole, one.amount, note=note))
        elif one.executed_on is not None:
            what = Bilingual("Bonifico eseguito dalla banca", "Transfer executed by the bank")
            if one.state == payment_states.RETURNED:
                what = Bilingual(f"{what.it}, poi tornato", f"{what.en}, then returned")
                note = Bilingual(f"{note.it}: {one.reason.it}", f"{note.en}: {one.reason.en}")
            found.append(Moment(one.executed_on, what, one.amount, note=note))
        elif one.ended_at is not None:
            what = Bilingual("Bonifico respinto dalla banca", "Transfer rejected by the bank")
            why = Bilingual(f"{note.it}: {one.reason.it}", f"{note.en}: {one.reason.en}")
            found.append(Moment(day_of(one.ended_at), what, one.amount, note=why))
    return found


def _revoked(revocations: Iterable[Revocation]) -> list[Moment]:
    """The acts that took back some or all of it, and those that annulled them."""
    found = []
    for one in revocations:
        what = (
            Bilingual("Revoca", "Revocation") if one.is_whole else Bilingual("Revoca parziale", "Revocation of a part")
        )
        assert one.act_date is not None  # it had effect with its act
        found.append(Moment(one.act_date, what, one.amount, str(one), one.reason_label))
        for annulment in one.annulments.all():
            again = Bilingual("Revoca annullata", "Revocation annulled")
            found.append(Moment(annulment.act_date, again, one.amount, str(annulment)))
    return found


#: What a recovery that ends without the money is called.
_ENDED = {
    control_states.NOT_DUE: Bilingual("Recupero annullato: non era dovuto", "Recovery cancelled: it was never due"),
    control_states.WAIVED: Bilingual("Recupero annullato: non è più dovuto", "Recovery cancelled: it is due no longer"),
    "": Bilingual("Dichiarato inesigibile", "Found uncollectable"),
}


def _ended(one: Recovery) -> list[Moment]:
    """The act by which a recovery was cancelled, or found uncollectable: with what had not come back."""
    act = one.closing_act
    if act is None:
        return []
    left = one.principal - one.capital_in
    return [Moment(act.adopted_on, _ENDED[one.closing_kind], left, _act(act), one.closing)]


def _back(recoveries: list[Recovery]) -> list[Moment]:
    found = []
    for one in recoveries:
        if one.asked_at is not None:
            found.append(
                Moment(
                    day_of(one.asked_at),
                    Bilingual("Chiesto in restituzione", "Asked back"),
                    one.principal,
                    _act(one.act),
                )
            )
        for money in one.incomings.all():
            found.append(
                Moment(
                    money.on,
                    Bilingual("Restituito", "Given back"),
                    money.amount,
                    note=Bilingual(
                        f"di cui interessi {format_euro(money.interest)}",
                        f"of which interest {format_euro(money.interest, 'en')}",
                    ),
                )
            )
        found += _ended(one)
        for refund in one.refunds.all():
            found.append(
                Moment(refund.paid_on, Bilingual("Reso all’impresa", "Refunded to the enterprise"), refund.amount)
            )
    return found


def _returned(payments: list[Payment]) -> list[Moment]:
    """What a payment kept as an offset and was owed no more when it was executed: given back to the enterprise. One query."""
    rows = Refund.objects.filter(payment__in=payments, paid_on__isnull=False).order_by("pk")
    what = Bilingual("Reso all’impresa: non si doveva compensare", "Refunded to the enterprise: not to be set off")
    return [Moment(one.paid_on, what, one.amount) for one in rows if one.paid_on is not None]


def _given_back(recovery: Recovery) -> Decimal:
    """The capital that came in and was given back, since it was not due; of a recovery with its refunds that were paid."""
    return sum((one.capital for one in recovery.refunds.all()), ZERO)


def paid_by_award(awards: list[Award]) -> dict[int, Any]:
    """What was paid of some awards, by their id. One query."""
    rows = Claim.objects.filter(award__in=awards, paid__gt=0).order_by()
    return dict(rows.values_list("award").annotate(total=Sum("paid")))
