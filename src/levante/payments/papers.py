"""The papers that a payment wants, as the office records them: each is added, and the last of its kind counts."""

from datetime import date
from decimal import Decimal

from levante.documents.api import StoredFile
from levante.grants.api import Award
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import money_text
from levante.parties.api import Enterprise
from levante.payments import states
from levante.payments.models import Check
from levante.payments.policies import may_agree_to_less, may_declare_urgency, may_record_check


@service("payments.record_check")
def record_check(
    *,
    actor: Actor,
    enterprise: Enterprise,
    kind: str,
    outcome: str,
    number: str,
    issued_on: date,
    valid_until: date | None = None,
    released_on: date | None = None,
    debt: Decimal | None = None,
    award: Award | None = None,
    amount: Decimal | None = None,
    guarantor: str = "",
    confirmed: bool = False,
    document: StoredFile | None = None,
    remark: str = "",
    urgent: str = "",
) -> Check:
    """Record what a paper says. ``valid_until`` is the expiry it prints (a DURC always prints it); ``debt`` what it says is owed;
    ``award``, ``amount``, ``guarantor`` and ``confirmed`` are of a guarantee (of open
    recoveries ``amount`` is what was decided to keep as an offset). ``urgent``: why, of an anti-mafia information that is awaited, one goes
    on at once (art. 92(3) D.Lgs. 159/2011): the director says so."""
    require(may_record_check(actor, enterprise))
    if kind not in states.PAPERS or outcome not in states.OUTCOMES:
        raise ValueError(f"no paper is {kind!r} {outcome!r}")
    if not number.strip():
        refuse("Scrivi il numero.", "Write the number.", field="number")
    for field, day in (("issued_on", issued_on), ("released_on", released_on)):
        if day is not None and day > today():
            refuse("La data è nel futuro.", "The day is in the future.", field=field)
    if valid_until is not None and valid_until < issued_on:
        refuse("La scadenza è prima del rilascio.", "The expiry is before the issue.", field="valid_until")
    if released_on is not None and released_on < issued_on:
        refuse("Il rilascio è prima della richiesta.", "The release is before the request.", field="released_on")
    if debt is not None and debt <= 0:
        refuse("Il debito è più di zero, o non c’è.", "A debt is more than zero, or is none.", field="debt")
    if kind == states.DURC and valid_until is None:
        refuse("Scrivi la scadenza stampata sul DURC.", "Write the expiry that the DURC prints.", field="valid_until")
    guarantee = kind == states.GUARANTEE
    if guarantee and (award is None or valid_until is None or not guarantor.strip() or not amount or amount <= 0):
        refuse(
            "Di una fideiussione servono concessione, importo, scadenza e garante.",
            "Of a guarantee the award, the amount, the expiry and the guarantor are needed.",
            field="amount",
        )
    if award is not None and award.enterprise_id != enterprise.pk:
        refuse("La concessione è di un’altra impresa.", "The award is of another enterprise.", field="award")
    offset = kind == states.RECOVERIES and outcome == states.NOT_CLEAR
    if offset and (debt is None or (amount is not None and not 0 <= amount <= debt)):
        refuse(
            "Scrivi quanto l’impresa deve restituire, e quanto se ne trattiene.",
            "Write what the enterprise owes back, and what of it is kept.",
            field="debt",
        )
    if kind == states.TAX_DEBTS and outcome == states.NOT_CLEAR and debt is None:
        refuse(
            "Scrivi l’importo del debito che la verifica comunica (art. 48-bis DPR 602/1973).",
            "Write the amount of the debt that the check tells (art. 48-bis DPR 602/1973).",
            field="debt",
        )
    antimafia = kind == states.ANTIMAFIA
    if outcome == states.WAITING and not antimafia:
        refuse("Solo l’antimafia può essere in attesa.", "Only anti-mafia can be waiting.", field="outcome")
    if antimafia and (released_on is None) != (outcome == states.WAITING):
        refuse(
            "Scrivi il giorno del rilascio, o che la risposta si aspetta.",
            "Write the day of its release, or that the answer is awaited.",
            field="released_on",
        )
    if urgent.strip():
        require(may_declare_urgency(actor, enterprise))
        if outcome != states.WAITING:
            refuse(
                "L’urgenza è di una risposta che si aspetta.",
                "Urgency is of an answer that is awaited.",
                field="urgent",
            )
    made = Check.objects.create(
        enterprise=enterprise,
        tax_code=enterprise.tax_code,
        award=award,
        kind=kind,
        outcome=outcome,
        number=number.strip()[:60],
        issued_on=issued_on,
        released_on=released_on if antimafia else None,
        valid_until=valid_until,
        debt=debt if outcome == states.NOT_CLEAR else None,
        amount=amount if guarantee or offset else None,
        guarantor=guarantor.strip()[:200] if guarantee else "",
        confirmed=confirmed and guarantee,
        document=document,
        note=remark.strip()[:500],
        urgent=urgent.strip()[:500],
        recorded_at=now(),
        recorded_by_id=actor.user_id,
    )
    note(kind=kind, outcome=outcome, debt=money_text(debt) if debt else "", urgent=bool(urgent.strip()))
    return made


@service("payments.agree_to_less")
def agree_to_less(*, actor: Actor, paper: Check, why: str) -> Check:
    """Another person confirms, with the reason, that a payment keeps less as an offset than it can (art. 1241 c.c.), or nothing."""
    held = Check.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=paper.pk)
    if held.second_by_id is not None:
        return unchanged(held)
    require(may_agree_to_less(actor, held))
    if held.kind != states.RECOVERIES or held.amount is None:
        refuse("Qui non si è deciso quanto trattenere.", "Nothing was decided here about what to keep.")
    if not why.strip():
        refuse("Scrivi perché si trattiene di meno.", "Write why less is kept.", field="why")
    held.second_at, held.second_by_id, held.second_why = now(), actor.user_id, why.strip()[:500]
    held.save(update_fields=["second_at", "second_by", "second_why"])
    note(check=held.number, amount=money_text(held.amount))
    return held
