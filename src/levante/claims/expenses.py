"""What was spent: documents kept once in the whole programme, and what of each is charged to which item."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims.cups import judge_all
from levante.claims.filing import draft_or_refuse, once
from levante.claims.identities import identity_of
from levante.claims.models import Charge, Claim, ExpenseDocument
from levante.claims.models_expense import CREDIT_NOTE, KINDS, TYPED
from levante.claims.reading import charged_so_far, money_of
from levante.claims.reckoning import pays_for_costs, real_items
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, Decision, euro, format_euro, money_text
from levante.law.codes import check_cup, check_tax_code, check_vat

MOST_DOCUMENTS = 2_000


@service("claims.add_document")
def add_document(
    *,
    actor: Actor,
    claim: Claim,
    upload: Any,
    kind: str,
    number: str,
    issued_on: date | None,
    supplier_name: str,
    supplier_country: str,
    supplier_code: str,
    taxable: Decimal | None,
    vat: Decimal | None = None,
    description: str = "",
    currency: str = "EUR",
    original_total: Decimal | None = None,
    cup: str = "",
) -> ExpenseDocument:
    """A document that is not an Italian e-invoice: its file, and what it says. Amounts in euro; of another ``currency`` also the
    total as it is written; the ``cup`` that is on it, if one is."""
    held = draft_or_refuse(claim.pk, actor)
    require(takes_documents(held))
    require_room(held, 1)
    if kind not in KINDS:
        refuse("Scegli che documento è.", "Choose what document it is.", field="kind")
    for field, value in (("number", number), ("supplier_name", supplier_name), ("supplier_code", supplier_code)):
        if not value.strip():
            refuse("Scrivi il dato, come è sul documento.", "Write it as it is on the document.", field=field)
    country = supplier_country.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", country):
        refuse(
            "Scrivi il paese del fornitore con due lettere (DE).", "Write the supplier’s country with two letters (DE).",
            field="supplier_country",
        )  # fmt: skip
    if issued_on is None or issued_on > today():
        refuse(
            "Scrivi la data del documento, non futura.",
            "Write the date of the document, not in the future.",
            field="issued_on",
        )
    if taxable is None or taxable <= 0 or (vat or ZERO) < 0:
        refuse("Scrivi l’importo in euro.", "Write the amount in euro.", field="taxable")
    code = supplier_code.strip().upper().replace(" ", "")
    if country == "IT":
        checked = check_vat(code.removeprefix("IT"))
        if not checked and not check_tax_code(code):
            refuse(f"{checked.reason.it}.", f"{checked.reason.en}.", field="supplier_code")
    written = check_cup(cup)
    if cup.strip() and not written:
        refuse(f"{written.reason.it}.", f"{written.reason.en}.", field="cup")
    money = currency.strip().upper() or "EUR"
    if money != "EUR" and (original_total is None or original_total <= 0):
        refuse(
            "Scrivi anche il totale nella valuta del documento.", "Write the total in the document’s currency too.",
            field="original_total",
        )  # fmt: skip
    file = store_upload(actor=actor, upload=upload, purpose="attachment", enterprise_id=held.award.enterprise_id)
    sign = -1 if kind == CREDIT_NOTE else 1
    net, tax = euro(taxable), euro(vat or ZERO)
    which = Bilingual(f"{KINDS[kind].it.capitalize()} n. {number}", f"{KINDS[kind].en.capitalize()} no. {number}")
    return keep_document(
        actor,
        held,
        which,
        kind=kind,
        source=TYPED,
        number=number.strip()[:60],
        issued_on=issued_on,
        supplier_name=supplier_name.strip()[:300],
        supplier_country=country,
        supplier_code=code[:40] if not code.isdigit() or country != "IT" else f"IT{code}"[:40],
        description=description.strip()[:2000],
        taxable=net * sign,
        vat=tax * sign,
        total=(net + tax) * sign,
        currency=money[:3],
        original_total=euro(original_total) if money != "EUR" and original_total is not None else None,
        cups=[written.normalised] if written else [],
        file=file,
    )


def keep_document(
    actor: Actor, claim: Claim, which: Bilingual, *, tax_code: str = "", **values: Any
) -> ExpenseDocument:
    """Write a document of an award, once in the whole programme: under the supplier's code, and under its Italian ``tax_code`` where
    another is told (of a sole trader the two differ)."""
    country, named = values["supplier_country"], (values["number"], values["issued_on"])
    identity = identity_of(values["supplier_code"], country, *named)
    other = identity_of(tax_code, "IT", *named) if tax_code else identity if country == "IT" else ""
    made: ExpenseDocument = once(
        lambda: ExpenseDocument.objects.create(
            award=claim.award,
            identity=identity,
            tax_identity=other,
            added_at=now(),
            added_by_id=actor.user_id,
            **values,
        ),
        Bilingual(
            f"{which.it}: è già stata presentata. La stessa spesa non si paga due volte, in nessun bando del programma.",
            f"{which.en}: it was presented already. The same expense is not paid twice, in no call of the programme.",
        ),
        "file",
    )
    judge_all([made], claim.award, on=today())
    return made


@service("claims.remove_document")
def remove_document(*, actor: Actor, claim: Claim, document: ExpenseDocument) -> None:
    """Take away a document that no claim was sent with."""
    held = draft_or_refuse(claim.pk, actor)
    row = ExpenseDocument.objects.select_for_update().filter(pk=document.pk, award=held.award_id).first()
    if row is None:
        return
    if row.charges.exclude(claim=held).exists():
        refuse("È in una domanda di pagamento già inviata: non si toglie.", "It is in a claim that was sent: it stays.")
    note(document=row.pk, identity=row.identity)
    row.charges.all().delete()
    row.delete()


@service("claims.bear_vat")
def bear_vat(*, actor: Actor, claim: Claim, document: ExpenseDocument, with_vat: bool) -> ExpenseDocument:
    """Say whether VAT is a cost for the enterprise: it is, only where it cannot be recovered in any way (art. 64 CPR)."""
    held = draft_or_refuse(claim.pk, actor)
    row = ExpenseDocument.objects.select_for_update().get(pk=document.pk, award=held.award_id)
    row.with_vat = with_vat
    row.save(update_fields=["with_vat"])
    _require_within(row, charged_so_far(row.pk))
    note(document=row.pk, with_vat=with_vat)
    return row


# -- charged to which item


@service("claims.charge_document")
def charge_document(
    *, actor: Actor, claim: Claim, document: ExpenseDocument, item: str, amount: Decimal | None
) -> Charge | None:
    """Charge an amount of a document to a cost item of the call; nothing takes the charge away. Of a credit note the amount is
    negative. Never more than the document is, in all the claims together."""
    held = draft_or_refuse(claim.pk, actor)
    row = ExpenseDocument.objects.select_for_update().get(pk=document.pk, award=held.award_id)
    known = {one["code"] for one in real_items(money_of(held))}
    if (known and item not in known) or (not known and item):
        refuse("Scegli una voce di spesa del bando.", "Choose a cost item of the call.", field="item")
    charges = Charge.objects.filter(claim=held, document=row, item=item)
    note(document=row.pk, item=item, amount=money_text(amount) if amount is not None else "")
    if not amount:
        charges.delete()
        return None
    exact = euro(amount)
    if (exact < 0) != (row.total < 0):
        refuse(
            "Una nota di credito toglie, una spesa aggiunge: controlla il segno.",
            "A credit note takes off, an expense adds: check the sign.",
            field="amount",
        )
    others = charged_so_far(row.pk, but=held.pk)
    mine = sum((one.asked for one in Charge.objects.filter(claim=held, document=row).exclude(item=item)), ZERO)
    _require_within(row, others + mine + exact)
    charge, _ = Charge.objects.update_or_create(claim=held, document=row, item=item, defaults={"asked": exact})
    return charge


def _require_within(document: ExpenseDocument, asked: Decimal) -> None:
    if abs(asked) > abs(document.chargeable):
        refuse(
            f"Del documento si possono chiedere {format_euro(document.chargeable)}"
            f"{'' if document.with_vat else ', senza IVA'}: se ne chiedono {format_euro(asked)}.",
            f"{format_euro(document.chargeable, 'en')} of the document can be asked for"
            f"{'' if document.with_vat else ', without VAT'}: {format_euro(asked, 'en')} are.",
            field="amount",
        )


def takes_documents(claim: Claim) -> Decision:
    if claim.mode == "advance":
        return Decision.no(
            "L’anticipo si chiede prima di spendere: non servono documenti di spesa.",
            "An advance is claimed before spending: it takes no expense documents.",
        )
    if not pays_for_costs(money_of(claim)):
        return Decision.no(
            "L’importo è fisso: conta la prova di ciò che è stato fatto, non le spese.",
            "The amount is fixed: what counts is the proof of what was done, not expenses.",
        )
    return Decision.yes()


def require_room(claim: Claim, more: int) -> None:
    if ExpenseDocument.objects.filter(award=claim.award_id).count() + more > MOST_DOCUMENTS:
        refuse(
            f"Una concessione ha al massimo {MOST_DOCUMENTS} documenti di spesa.",
            f"An award has {MOST_DOCUMENTS} expense documents at most.",
        )
