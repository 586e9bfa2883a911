"""Instalments are paid by pagoPA notice: the debt is put there by a stored job, and what is paid comes back as receipts, each counted once.

A partner that says the same twice changes nothing the second time; a receipt of another amount, or of a notice that is paid or
cancelled, is money that came in: it is counted and told. One of no notice of ours, of another creditor or of a day to come is kept and
left to a person. A notice is of a sum that does not change, with the interest to its last day: who pays before pays more than is owed that
day, and what is beyond counts on the instalments that are left, or is given back (``count_in``); the notice of what is left takes the place
of theirs, and one that was in somebody's hands already is as good.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import segno
from django.conf import settings
from django.db import connection, transaction

from levante.controls import states
from levante.controls.models import Due, DueIncoming, Incoming, Instalment, PaymentNotice, PaymentReceipt, Recovery
from levante.controls.models_notice import PaymentNoticeQuerySet
from levante.controls.models_recovery import places_of
from levante.exchange.api import PAGOPA, ExternalRequest, has_pagopa, notice_number, qr_of, queue_request
from levante.identity.api import Office
from levante.kernel.api import Actor, Refused, note, note_object, now, service, system, today, unchanged
from levante.kernel.pure import Bilingual, format_euro, money_text


def _creditor(body: Office | None) -> dict[str, str]:
    """Who is paid by notice, as the settings say: the Section (``LEVANTE_PAGOPA``), or an agency that pays from its own account (``pagopa``
    in its place of ``LEVANTE_PAYERS``)."""
    told = settings.PAGOPA if body is None else settings.PAYERS.get(body.code, {}).get("pagopa", {})
    return dict(told) if {"creditor", "segregation"} <= set(told) else {}


def is_configured(body: Office | None = None) -> bool:
    """There is a partner, and who is paid is said."""
    return has_pagopa() and bool(_creditor(body))


def _body_of(creditor: str) -> Office | None:
    """The agency that a tax code of a creditor is of."""
    for code, told in settings.PAYERS.items():
        if told.get("pagopa", {}).get("creditor") == creditor:
            return Office.objects.filter(code=code).first()
    return None


def where_to_pay(debt: Recovery | Due) -> dict[str, str]:
    """Where what is owed is paid when there is no notice, or it was refused: the account of who is owed (``name``, ``iban``); nothing
    where nobody said it."""
    body = debt.collected_by
    told = settings.PAYER if body is None else settings.PAYERS.get(body.code, {})
    if not told.get("iban") or _is_by_notice(debt):
        return {}
    return {"name": told.get("name", ""), "iban": told["iban"]}


def _is_by_notice(debt: Recovery | Due) -> bool:
    """Each part of it that is to be paid has a notice, or will have it in a moment."""
    if isinstance(debt, Due):
        return PaymentNotice.objects.filter(due=debt).standing().exists()
    with_notice = PaymentNotice.objects.filter(instalment__recovery=debt).standing().order_by().values("instalment")
    return not debt.instalments.filter(state=states.DUE).exclude(pk__in=with_notice).exists()


def _name(body: Office | None) -> str:
    """Of who is paid, as its notices say it."""
    told = _creditor(body)
    if body is None:
        return str(told.get("name", ""))[:200]
    return str(told.get("name") or settings.PAYERS[body.code].get("name") or body.name_it)[:200]


def _serial() -> int:
    """The number that the next notice will have: nobody else gets it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('controls_paymentnotice', 'id'))")
        (found,) = cursor.fetchone()
    return int(found)


def issue_notices(actor: Actor, recovery: Recovery, rows: Sequence[Instalment]) -> None:
    """A notice of what is left of each of these instalments, where pagoPA is reached from here; for a service at work."""
    body = recovery.collected_by
    if not rows or not is_configured(body):
        return
    told_creditor = _creditor(body)
    firm, places = recovery.award.enterprise, places_of(list(recovery.instalments.order_by("number")))
    for row in rows:
        serial = _serial()
        number = notice_number(serial, segregation=told_creditor["segregation"])
        told = {
            "creditor": told_creditor["creditor"], "amount": money_text(row.left),
            "reason": f"Restituzione, domanda {recovery.award.application.number}, rata {places[row.pk]}"[:140],
        }  # fmt: skip
        request = queue_request(
            actor=actor, system=PAGOPA, kind="position", key=f"pagopa-{number}",
            body={"nav": number, "debtor": {"tax_code": firm.tax_code, "name": firm.name}, "due_on": row.due_on.isoformat(), **told},
        )  # fmt: skip
        PaymentNotice.objects.create(
            pk=serial, instalment=row, number=number, creditor=told["creditor"], amount=row.left, due_on=row.due_on,
            creditor_name=_name(body), reason=told["reason"], request=request, created_at=now(),
        )  # fmt: skip


def issue_due_notice(actor: Actor, due: Due) -> None:
    """A notice for what is left of the quota of an enterprise, where pagoPA is reached from here; for a service at work."""
    if due.enterprise is None or not is_configured(due.collected_by):
        return
    told = _creditor(due.collected_by)
    serial = _serial()
    number = notice_number(serial, segregation=told["segregation"])
    creditor, reason = told["creditor"], f"{due.reason}: {due.initiative.title_it}"[:140]
    request = queue_request(
        actor=actor, system=PAGOPA, kind="position", key=f"pagopa-{number}",
        body={
            "nav": number, "debtor": {"tax_code": due.enterprise.tax_code, "name": due.enterprise.name}, "due_on": due.due_on.isoformat(),
            "creditor": creditor, "amount": money_text(due.left), "reason": reason,
        },
    )  # fmt: skip
    PaymentNotice.objects.create(
        pk=serial, due=due, number=number, creditor=creditor, amount=due.left, due_on=due.due_on, request=request, created_at=now(),
        creditor_name=_name(due.collected_by), reason=reason,
    )  # fmt: skip


def cancel_due_notices(actor: Actor, due: Due) -> None:
    """The quota is no longer due: its notice is taken away, there too. For a service at work."""
    _cancel(actor, PaymentNotice.objects.filter(due=due))


def cancel_notices(actor: Actor, instalments: Sequence[int]) -> None:
    """The instalments are no longer due as they were: their notices are taken away, there too. For a service at work."""
    _cancel(actor, PaymentNotice.objects.filter(instalment__in=instalments))


def follow_notices(actor: Actor, recovery: Recovery, rows: Sequence[Instalment]) -> None:
    """After money came in no notice asks what was paid: of an instalment that is paid it is taken away, of one paid in part, or whose
    notice was paid for less, there is another of what is left. A refused one waits for a person. For a service at work."""
    last = {one.instalment_id: one for one in PaymentNotice.objects.filter(instalment__in=rows).order_by("pk")}
    stale, again = [], []
    for row in rows:
        notice = last.get(row.pk)
        if notice is None or notice.state == states.NOTICE_REFUSED:
            continue
        standing = notice.state in states.STANDING_NOTICES
        if standing and notice.amount == row.left:
            continue
        if standing:
            stale.append(row.pk)
        if row.state == states.DUE:
            again.append(row)
    cancel_notices(actor, stale)
    issue_notices(actor, recovery, again)


def follow_due_notice(actor: Actor, due: Due) -> None:
    """The same of a quota."""
    notice = PaymentNotice.objects.filter(due=due).order_by("-pk").first()
    if notice is None or notice.state == states.NOTICE_REFUSED:
        return
    standing = notice.state in states.STANDING_NOTICES
    if standing and due.state == states.DUE_OPEN and notice.amount == due.left:
        return
    cancel_due_notices(actor, due)
    if due.state == states.DUE_OPEN:
        issue_due_notice(actor, due)


def _cancel(actor: Actor, notices: PaymentNoticeQuerySet) -> None:
    for notice in notices.standing().select_for_update().order_by("pk"):
        notice.state, notice.closed_at = states.NOTICE_CANCELLED, now()
        notice.save(update_fields=["state", "closed_at"])
        queue_request(
            actor=actor, system=PAGOPA, kind="cancel", key=f"pagopa-{notice.number}-cancel", body={"nav": notice.number, "cancel": True}
        )  # fmt: skip


def position_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The partner answered about a notice; called by exchange, again after a crash: then it does nothing."""
    notice = PaymentNotice.objects.filter(request=request, state=states.NOTICE_ASKED).first()
    if notice is not None:
        record_notice(
            actor=actor, notice=notice, outcome=request.outcome, reason=str((request.answer or {}).get("reason", ""))
        )


@service("controls.record_notice")
def record_notice(*, actor: Actor, notice: PaymentNotice, outcome: str, reason: str) -> PaymentNotice:
    """The notice can be paid, or was refused with the reason."""
    held = PaymentNotice.objects.select_for_update().get(pk=notice.pk)
    if held.state != states.NOTICE_ASKED:
        return unchanged(held)
    held.state = outcome
    if outcome == states.NOTICE_REFUSED:
        held.why, held.closed_at = reason or "-", now()
    held.save(update_fields=["state", "why", "closed_at"])
    note(number=held.number, outcome=outcome)
    return held


# -- receipts


def ask_receipts(*, actor: Actor) -> ExternalRequest | None:
    """Ask what was paid since the last answer, while a notice is open, or was closed lately; one question at a time."""
    if not has_pagopa() or not PaymentNotice.objects.exists():
        return None
    asked = ExternalRequest.objects.filter(system=PAGOPA, kind="receipts").order_by("-pk")
    last = asked.first()
    if last is not None and last.state in ("waiting", "sending", "answered"):
        return None
    told = asked.filter(state="applied").first()
    after = str((told.answer or {}).get("cursor", "")) if told is not None else ""
    return queue_request(
        actor=actor, system=PAGOPA, kind="receipts", key=f"pagopa-receipts-{asked.count() + 1}", body={"after": after}
    )


def receipts_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """What was paid; called by exchange in the transaction that marks it applied."""
    for one in (request.answer or {}).get("receipts", []):
        hear_receipt(actor=system("controls.pagopa"), told=one)


@service("controls.hear_receipt")
def hear_receipt(*, actor: Actor, told: dict[str, Any]) -> PaymentReceipt:
    """One receipt, once: its money is counted on the recovery of its notice. The same IUR again changes nothing."""
    known = PaymentReceipt.objects.filter(iur=told["iur"]).first()
    if known is not None:
        return unchanged(known)
    amount, paid_on = Decimal(told["amount"]), date.fromisoformat(told["paid_on"])
    notice = PaymentNotice.objects.select_for_update(of=("self",)).select_related(
        "instalment__recovery__collected_by", "due__collected_by"
    ).filter(
        number=told["nav"], creditor=told["creditor"]
    ).first()  # fmt: skip
    problem = _problem(notice, amount, paid_on)
    counted: Incoming | DueIncoming | None = None
    if notice is not None and amount > 0 and paid_on <= today():
        try:
            with transaction.atomic():
                if notice.state in states.STANDING_NOTICES:  # before its money is counted, which takes away what stands
                    notice.state, notice.closed_at = states.NOTICE_PAID, now()
                    notice.save(update_fields=["state", "closed_at"])
                counted = _count(actor, notice, told["iur"], amount, paid_on)
            if notice.state == states.NOTICE_CANCELLED and amount == notice.amount and not counted.excess:
                problem = Bilingual("", "")  # another took its place, and all of it was owed: nobody has to look
        except Refused as refusal:  # a person looks: the other receipts are counted
            problem = refusal.reason
    receipt = PaymentReceipt.objects.create(
        iur=told["iur"], number=told["nav"], notice=notice, creditor=told["creditor"], amount=amount, paid_on=paid_on, heard_at=now(),
        collected_by=_owed_to(notice) if notice is not None else _body_of(told["creditor"]),
        incoming=counted if isinstance(counted, Incoming) else None,
        due_incoming=counted if isinstance(counted, DueIncoming) else None, problem_it=problem.it, problem_en=problem.en,
    )  # fmt: skip
    note(iur=receipt.iur, number=receipt.number, amount=money_text(amount), problem=bool(problem.it))
    note_object(receipt)
    return receipt


def _owed_to(notice: PaymentNotice) -> Office | None:
    if notice.due is not None:
        return notice.due.collected_by
    assert notice.instalment is not None
    return notice.instalment.recovery.collected_by


def _count(actor: Actor, notice: PaymentNotice, iur: str, amount: Decimal, paid_on: date) -> Incoming | DueIncoming:
    """The money of a notice, where it belongs."""
    from levante.controls.dues import record_due_payment
    from levante.controls.recovering import record_incoming

    more: dict[str, Any] = {"actor": actor, "source": states.PAGOPA, "reference": iur, "on": paid_on, "amount": amount}
    if notice.due is not None:
        return record_due_payment(due=notice.due, **more)
    assert notice.instalment is not None
    return record_incoming(recovery=notice.instalment.recovery, **more)


def _problem(notice: PaymentNotice | None, amount: Decimal, paid_on: date) -> Bilingual:
    if notice is None:
        return Bilingual("non è di un nostro avviso", "it is of no notice of ours")
    if amount <= 0 or paid_on > today():
        return Bilingual("importo o giorno che non possono essere", "an amount or a day that cannot be")
    if notice.state == states.NOTICE_PAID:
        return Bilingual("l’avviso era già pagato: pagato due volte", "the notice was paid already: it was paid twice")
    if notice.state == states.NOTICE_CANCELLED:
        return Bilingual("l’avviso era annullato", "the notice was cancelled")
    if amount != notice.amount:
        return Bilingual(
            f"pagati {format_euro(amount)}, l’avviso era di {format_euro(notice.amount)}",
            f"{format_euro(amount, 'en')} were paid, the notice was of {format_euro(notice.amount, 'en')}",
        )
    return Bilingual("", "")


def notice_page(notice: PaymentNotice, debt: Recovery | Due) -> dict[str, Any]:
    """What the printed notice shows, with its QR."""
    firm = debt.enterprise if isinstance(debt, Due) else debt.award.enterprise
    if firm is None:
        raise ValueError("a notice is of an enterprise")
    code = qr_of(notice.number, creditor=notice.creditor, amount=notice.amount)
    return {
        "creditor": notice.creditor_name or notice.creditor,
        "creditor_code": notice.creditor,
        "debtor": firm.name,
        "debtor_code": firm.tax_code,
        "amount": format_euro(notice.amount),
        "due_on": f"{notice.due_on:%d/%m/%Y}",
        "reason": notice.reason,
        "number": " ".join(notice.number[i : i + 4] for i in range(0, 18, 4)),
        "demonstration": debt.is_demo,
        "qr": segno.make(code, error="m", micro=False).svg_data_uri(scale=4, border=2),
    }
