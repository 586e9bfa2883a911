"""What was spent: e-invoices read, other documents typed, payments, and what of each is charged to which item."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from levante.claims.filing import draft_or_refuse, once
from levante.claims.models import Charge, Claim, ExpenseDocument, Settlement, Transfer
from levante.claims.models_expense import CREDIT_NOTE, E_INVOICE, INVOICE, KINDS, METHODS, TYPED
from levante.claims.reading import charged_so_far, money_of
from levante.claims.reckoning import pays_for_costs, real_items
from levante.documents.api import store_upload
from levante.documents.pure.invoice import Invoice, UnreadableInvoice
from levante.documents.pure.invoices import read_invoices
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, Decision, euro, format_euro, money_text
from levante.law.codes import check_tax_code, check_vat

#: Kinds of the format that take money off.
_CREDITS = ("TD04", "TD08")
MOST_DOCUMENTS = 2_000


def identity_of(supplier: str, number: str, issued_on: date) -> str:
    """The name of a document, the same however it is written: who issued it, its number, its year."""
    plain = re.sub(r"[^0-9A-Z]", "", number.upper().replace("Ø", "0"))
    plain = re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain)
    return f"{re.sub(r'[^0-9A-Z]', '', supplier.upper())}|{plain}|{issued_on.year}"


# -- e-invoices


@service("claims.add_invoices")
def add_invoices(*, actor: Actor, claim: Claim, upload: Any) -> list[ExpenseDocument]:
    """Read a file of e-invoices (XML or .p7m) into expense documents of the award, one for each body. All or none: what cannot be
    taken is refused, naming which and why."""
    held = draft_or_refuse(claim.pk, actor)
    require(_takes_documents(held))
    data = b"".join(upload.chunks())
    upload.seek(0)
    try:
        found = read_invoices(data)
    except UnreadableInvoice as error:
        where = f" ({error.path}{f', riga {error.line}' if error.line else ''})" if error.path != "file" else ""
        place = f" ({error.path}{f', line {error.line}' if error.line else ''})" if error.path != "file" else ""
        refuse(
            f"La fattura elettronica non si legge: {error.reason.it}{where}.",
            f"The e-invoice cannot be read: {error.reason.en}{place}.",
            field="file",
        )
    _require_room(held, len(found.invoices))
    file = store_upload(
        actor=actor, upload=upload, purpose="invoice", enterprise_id=held.award.enterprise_id, accept=("xml", "p7m")
    )
    made = [_from_invoice(actor, held, one, file) for one in found.invoices]
    note(documents=[row.pk for row in made], file=file.pk)
    return made


def _from_invoice(actor: Actor, claim: Claim, invoice: Invoice, file: Any) -> ExpenseDocument:
    if invoice.number is None or invoice.date is None or invoice.supplier.name is None:
        refuse(
            "La fattura non dice numero, data o fornitore: così non si può rendicontare.",
            "The invoice does not say number, date or supplier: it cannot be claimed so.",
            field="file",
        )
    which = Bilingual(
        f"Fattura n. {invoice.number} di {invoice.supplier.name}",
        f"Invoice no. {invoice.number} of {invoice.supplier.name}",
    )
    _require_ours(claim, invoice, which)
    if (invoice.currency or "EUR") != "EUR":
        refuse(
            f"{which.it}: è in {invoice.currency}. Inseriscila a mano, con il controvalore in euro.",
            f"{which.en}: it is in {invoice.currency}. Type it in, with its value in euro.",
            field="file",
        )
    sign = -1 if invoice.kind in _CREDITS else 1
    total = invoice.total
    taxable = invoice.taxable if invoice.taxable is not None else (total or ZERO) - (invoice.vat_amount or ZERO)
    total = total if total is not None else taxable + (invoice.vat_amount or ZERO)
    if total <= 0:
        refuse(f"{which.it}: il totale non è positivo.", f"{which.en}: its total is not positive.", field="file")
    # Stamp duty, funds and rounding stand between the two: whatever is not taxable is kept with VAT, which alone is recoverable.
    supplier = invoice.supplier
    code = supplier.vat or supplier.tax_code or supplier.name or ""
    country = supplier.country or "IT"
    known = f"{country}{code}" if supplier.vat and not code.startswith(country) else code
    return _keep(
        actor,
        claim,
        which,
        kind=CREDIT_NOTE if sign < 0 else INVOICE,
        source=E_INVOICE,
        number=invoice.number[:60],
        issued_on=invoice.date,
        supplier_name=(supplier.name or "")[:300],
        supplier_country=country[:2].upper(),
        supplier_code=known[:40],
        description="; ".join(dict.fromkeys(line.description.strip() for line in invoice.lines if line.description))[
            :2000
        ],
        taxable=euro(taxable * sign),
        vat=euro((total - taxable) * sign),
        total=euro(total * sign),
        lines=[line.as_json() for line in invoice.lines][:2000],
        cups=list(invoice.cups),
        warnings=[remark.as_json() for remark in invoice.remarks],
        file=file,
    )


def _require_ours(claim: Claim, invoice: Invoice, which: Bilingual) -> None:
    """It was issued to the enterprise that claims, under its VAT number or its tax code."""
    firm = claim.award.enterprise
    theirs = {code for code in (firm.vat_number, firm.tax_code) if code}
    named = {code.removeprefix("IT") for code in (invoice.customer.vat, invoice.customer.tax_code) if code}
    if named and not (named & theirs):
        refuse(
            f"{which.it}: è intestata a {invoice.customer.name or 'un’altra impresa'}, non a {firm.name}.",
            f"{which.en}: it is addressed to {invoice.customer.name or 'another firm'}, not to {firm.name}.",
            field="file",
        )


# -- other documents


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
) -> ExpenseDocument:
    """A document that is not an Italian e-invoice: its file, and what it says. Amounts in euro; of another ``currency`` also the
    total as it is written."""
    held = draft_or_refuse(claim.pk, actor)
    require(_takes_documents(held))
    _require_room(held, 1)
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
    return _keep(
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
        file=file,
    )


def _keep(actor: Actor, claim: Claim, which: Bilingual, **values: Any) -> ExpenseDocument:
    """Write a document of an award, once in the whole programme."""
    identity = identity_of(values["supplier_code"], values["number"], values["issued_on"])
    made: ExpenseDocument = once(
        lambda: ExpenseDocument.objects.create(
            award=claim.award, identity=identity, added_at=now(), added_by_id=actor.user_id, **values
        ),
        Bilingual(
            f"{which.it}: è già stata presentata. La stessa spesa non si paga due volte, in nessun bando del programma.",
            f"{which.en}: it was presented already. The same expense is not paid twice, in no call of the programme.",
        ),
        "file",
    )
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


# -- payments


@service("claims.add_transfer")
def add_transfer(
    *,
    actor: Actor,
    claim: Claim,
    upload: Any,
    paid_on: date | None,
    amount: Decimal | None,
    method: str,
    reference: str,
    settles: Sequence[tuple[ExpenseDocument, Decimal]] = (),
) -> Transfer:
    """A payment with its proof, and what it settled of which documents; one may settle many."""
    held = draft_or_refuse(claim.pk, actor)
    require(_takes_documents(held))
    if paid_on is None or paid_on > today():
        refuse(
            "Scrivi la data del pagamento, non futura.",
            "Write the day of the payment, not in the future.",
            field="paid_on",
        )
    if amount is None or amount <= 0:
        refuse("Scrivi l’importo del pagamento.", "Write the amount of the payment.", field="amount")
    if method not in METHODS:
        refuse(
            "Scegli come è stato pagato: in contanti non si ammette.", "Choose how it was paid: cash is not admitted.",
            field="method",
        )  # fmt: skip
    if not reference.strip():
        refuse("Scrivi il CRO o il numero dell’operazione.", "Write the number of the operation.", field="reference")
    file = store_upload(actor=actor, upload=upload, purpose="proof", enterprise_id=held.award.enterprise_id)
    made = Transfer.objects.create(
        award=held.award, paid_on=paid_on, amount=euro(amount), method=method, reference=reference.strip()[:60],
        file=file, added_at=now(), added_by_id=actor.user_id,
    )  # fmt: skip
    note(transfer=made.pk, amount=money_text(made.amount))
    for document, part in settles:
        _settle(held, made, document, part)
    return made


@service("claims.settle_document")
def settle_document(
    *, actor: Actor, claim: Claim, transfer: Transfer, document: ExpenseDocument, amount: Decimal | None
) -> Transfer:
    """Say how much of a payment settled a document; nothing takes it away."""
    held = draft_or_refuse(claim.pk, actor)
    row = Transfer.objects.select_for_update().get(pk=transfer.pk, award=held.award_id)
    note(transfer=row.pk, document=document.pk, amount=money_text(amount) if amount is not None else "")
    Settlement.objects.filter(transfer=row, document=document).delete()
    if amount:
        _settle(held, row, document, amount)
    return row


def _settle(claim: Claim, transfer: Transfer, document: ExpenseDocument, amount: Decimal) -> None:
    row = ExpenseDocument.objects.select_for_update().filter(pk=document.pk, award=claim.award_id).first()
    if row is None:
        refuse("Il documento non è di questa concessione.", "The document is not of this award.")
    exact = euro(amount)
    of_document = sum((one.amount for one in row.settlements.all()), ZERO) + exact
    of_transfer = sum((one.amount for one in transfer.settlements.all()), ZERO) + exact
    if (exact < 0) != (row.total < 0) or abs(of_document) > abs(row.total):
        refuse(
            f"Il documento n. {row.number} è di {format_euro(row.total)}: i pagamenti non possono superarlo.",
            f"Document no. {row.number} is of {format_euro(row.total, 'en')}: payments cannot be more.",
            field="amount",
        )
    if of_transfer > transfer.amount:
        refuse(
            f"Il pagamento è di {format_euro(transfer.amount)}: non può saldare {format_euro(of_transfer)}.",
            f"The payment is of {format_euro(transfer.amount, 'en')}: it cannot settle {format_euro(of_transfer, 'en')}.",
            field="amount",
        )
    Settlement.objects.create(transfer=transfer, document=row, amount=exact)


@service("claims.remove_transfer")
def remove_transfer(*, actor: Actor, claim: Claim, transfer: Transfer) -> None:
    """Take away a payment that settles nothing of a claim that was sent."""
    held = draft_or_refuse(claim.pk, actor)
    row = Transfer.objects.select_for_update().filter(pk=transfer.pk, award=held.award_id).first()
    if row is None:
        return
    if row.settlements.filter(document__charges__claim__sent_at__isnull=False).exists():
        refuse("È in una domanda di pagamento già inviata: non si toglie.", "It is in a claim that was sent: it stays.")
    note(transfer=row.pk)
    row.delete()


def _takes_documents(claim: Claim) -> Decision:
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


def _require_room(claim: Claim, more: int) -> None:
    if ExpenseDocument.objects.filter(award=claim.award_id).count() + more > MOST_DOCUMENTS:
        refuse(
            f"Una concessione ha al massimo {MOST_DOCUMENTS} documenti di spesa.",
            f"An award has {MOST_DOCUMENTS} expense documents at most.",
        )
