"""E-invoices read into expense documents, and those that bring the CUP to an invoice that had none."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from levante.claims import policies
from levante.claims.cups import MENDABLE, facts_as_json, judge_all
from levante.claims.expenses import keep_document, require_room, takes_documents
from levante.claims.filing import draft_or_refuse
from levante.claims.holders import Spender, spenders_of, who_spent
from levante.claims.identities import number_key, supplier_key
from levante.claims.models import Claim, ExpenseDocument
from levante.claims.models_expense import CREDIT_NOTE, E_INVOICE, INVOICE
from levante.claims.moving import locked
from levante.documents.api import store_upload
from levante.documents.pure.invoice import Invoice, Linked, ReadInvoices, UnreadableInvoice
from levante.documents.pure.invoice_cup import INTEGRATION, cup_facts
from levante.documents.pure.invoice_kinds import is_credit, is_self_made
from levante.documents.pure.invoice_upload import SIGNATURE_BROKEN, Outcome, read_uploads
from levante.kernel.api import Actor, note, note_object, refuse, require, service, today
from levante.kernel.pure import ZERO, Bilingual, euro

#: The remedy by which who bought adds the CUP on the Revenue Agency's site (``cup.remedies``).
REVENUE_SERVICE = "revenue_service"


def read_files(uploads: Iterable[Any]) -> list[Outcome]:
    """What is in some files that were sent, in their order; none of them can hold who reads."""
    files = []
    for upload in uploads:
        files.append(b"".join(upload.chunks()))
        upload.seek(0)
    return read_uploads(files)


@service("claims.add_invoices")
def add_invoices(*, actor: Actor, claim: Claim, upload: Any, found: Outcome | None = None) -> list[ExpenseDocument]:
    """Read a file of e-invoices (XML or .p7m) into expense documents of the award, one for each body. All or none: what cannot be
    taken is refused, naming which and why. ``found`` is what ``read_files`` said of it, when many were read together.

    A document that integrates an invoice of the award (TD20) is no expense: the invoice has its CUP from then on."""
    held = draft_or_refuse(claim.pk, actor)
    require(takes_documents(held))
    found = found or read_files([upload])[0]
    if isinstance(found, UnreadableInvoice):
        error = found
        where = f" ({error.path}{f', riga {error.line}' if error.line else ''})" if error.path != "file" else ""
        place = f" ({error.path}{f', line {error.line}' if error.line else ''})" if error.path != "file" else ""
        refuse(
            f"La fattura elettronica non si legge: {error.reason.it}{where}.",
            f"The e-invoice cannot be read: {error.reason.en}{place}.",
            field="file",
        )
    require_room(held, len(found.invoices))
    file = store_upload(
        actor=actor, upload=upload, purpose="invoice", enterprise_id=held.award.enterprise_id, accept=("xml", "p7m")
    )
    spenders = spenders_of(held.award)
    made = [
        _integrate(held, one, file) if one.kind == INTEGRATION else _from_invoice(actor, held, one, file, spenders)
        for one in found.invoices
    ]
    note(documents=[row.pk for row in made], file=file.pk)
    return made


def _integrate(claim: Claim, invoice: Invoice, file: Any) -> ExpenseDocument:
    """The CUPs of an integration go to the invoice of the award that it names with its number and day, of the same supplier."""
    _require_cups(invoice)
    rows = ExpenseDocument.objects.select_for_update().filter(award=claim.award_id, source=E_INVOICE).order_by("pk")
    named = [row for row in rows.defer("lines") if _is_by(row, invoice) and _names(invoice, row)]
    if not named:
        refuse(
            "Il documento TD20 integra una fattura che non è qui: carica prima quella. Deve dirne numero e data (DatiFattureCollegate).",
            "The TD20 document integrates an invoice that is not here: load that one first. It must say its number and day "
            "(DatiFattureCollegate).",
            field="file",
        )  # fmt: skip
    if len(named) > 1:
        which = ", ".join(f"n. {row.number} del {row.issued_on:%d/%m/%Y}" for row in named)
        told = ", ".join(f"no. {row.number} of {row.issued_on:%d/%m/%Y}" for row in named)
        refuse(
            f"Il documento TD20 può integrare più fatture ({which}): caricalo dalla pagina di quella che integra.",
            f"The TD20 document may integrate more than one invoice ({told}): load it from the page of the one it integrates.",
            field="file",
        )
    _bring(claim, named[0], invoice, file)
    return named[0]


def _require_cups(invoice: Invoice) -> None:
    if not invoice.cups:
        refuse("Il documento TD20 non riporta alcun CUP.", "The TD20 document bears no CUP.", field="file")


def _is_by(row: ExpenseDocument, invoice: Invoice) -> bool:
    """The document is of the supplier that the invoice names, by either of its codes."""
    supplier = invoice.supplier
    codes = {supplier_key(code, row.supplier_country) for code in (supplier.vat, supplier.tax_code) if code}
    return supplier_key(row.supplier_code, row.supplier_country) in codes


def _names(invoice: Invoice, row: ExpenseDocument) -> bool:
    """Among the invoices it is linked to there is this, of this day where it says one. A file that fills no such field names it in a
    text that is its number and nothing else."""

    def is_this(one: Linked) -> bool:
        return number_key(one.number) == number_key(row.number) and one.date in (None, row.issued_on)

    return any(map(is_this, invoice.linked)) if invoice.linked else row.number in invoice.texts


def _bring(claim: Claim, row: ExpenseDocument, invoice: Invoice, file: Any) -> None:
    # What is wrong with the paper that brings the CUP is told of the invoice that has it from there.
    row.warnings = [*row.warnings, *(one.as_json() for one in invoice.remarks if one.code == SIGNATURE_BROKEN)]
    _add_cups(claim, row, invoice.cups, file)


def _add_cups(claim: Claim, row: ExpenseDocument, cups: Iterable[str], file: Any) -> None:
    row.cups_added = list(dict.fromkeys([*row.cups_added, *cups]))
    row.cup_file = file
    row.save(update_fields=["cups_added", "cup_file", "warnings"])
    judge_all([row], claim.award, on=today())


@service("claims.mend_document")
def mend_document(*, actor: Actor, claim: Claim, document: ExpenseDocument, upload: Any) -> ExpenseDocument:
    """The CUP of the award was added to an invoice by the Revenue Agency's service: its receipt is kept with the invoice. A TD20 gives it
    too, where it could be of more than one. While the claim is written, or while the office waits for documents."""
    held = locked(claim.pk)
    require(policies.may_mend(actor, held))
    note_object(held)
    row = ExpenseDocument.objects.select_for_update().get(pk=document.pk, award=held.award_id)
    found = read_files([upload])[0]
    told = found.invoices if isinstance(found, ReadInvoices) else ()
    if len(told) == 1 and told[0].kind == INTEGRATION:
        return _mend_by(actor, held, row, told[0], upload)
    remedies = {one["code"] for one in (row.cup_result or {}).get("remedies", ())}
    if row.cup_outcome != MENDABLE or REVENUE_SERVICE not in remedies:
        refuse("Su questo documento non c’è un CUP da aggiungere così.", "This document takes no CUP added so.")
    file = store_upload(actor=actor, upload=upload, purpose="proof", enterprise_id=held.award.enterprise_id)
    note(document=row.pk, file=file.pk)
    _add_cups(held, row, [held.award.codes[1]], file)
    return row


def _mend_by(actor: Actor, claim: Claim, row: ExpenseDocument, invoice: Invoice, upload: Any) -> ExpenseDocument:
    """The TD20 that somebody says to be of this document: of its supplier, and of its number where it names one."""
    _require_cups(invoice)
    if row.source != E_INVOICE or not _is_by(row, invoice) or (invoice.linked and not _names(invoice, row)):
        refuse(
            f"Il documento TD20 non è della fattura n. {row.number}.", f"The TD20 document is not of invoice no. {row.number}.",
            field="file",
        )  # fmt: skip
    file = store_upload(
        actor=actor, upload=upload, purpose="invoice", enterprise_id=claim.award.enterprise_id, accept=("xml", "p7m")
    )
    note(document=row.pk, file=file.pk)
    _bring(claim, row, invoice, file)
    return row


def _from_invoice(
    actor: Actor, claim: Claim, invoice: Invoice, file: Any, spenders: Sequence[Spender]
) -> ExpenseDocument:
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
    _require_ours(spenders, invoice, invoice.date, which)
    _require_others_sale(spenders, invoice, invoice.date, which)
    if (invoice.currency or "EUR") != "EUR":
        refuse(
            f"{which.it}: è in {invoice.currency}. Inseriscila a mano, con il controvalore in euro.",
            f"{which.en}: it is in {invoice.currency}. Type it in, with its value in euro.",
            field="file",
        )
    sign = -1 if is_credit(invoice.kind, invoice.date) else 1
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
    return keep_document(
        actor,
        claim,
        which,
        tax_code=(supplier.tax_code or "") if country == "IT" else "",
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
        cup_facts=facts_as_json(cup_facts(invoice)),
        warnings=[remark.as_json() for remark in invoice.remarks],
        file=file,
    )


def _require_ours(spenders: Sequence[Spender], invoice: Invoice, day: date, which: Bilingual) -> None:
    """It was issued to the enterprise that claims, under its VAT number or its tax code; or to who had its place on that day."""
    name, theirs = who_spent(spenders, day)
    named = {code.removeprefix("IT") for code in (invoice.customer.vat, invoice.customer.tax_code) if code}
    if named and not (named & theirs):
        moved = len(spenders) > 1
        refuse(
            f"{which.it}: è intestata a {invoice.customer.name or 'un’altra impresa'}, non a {name}"
            + (f", che il {day:%d/%m/%Y} aveva il contributo." if moved else "."),
            f"{which.en}: it is addressed to {invoice.customer.name or 'another firm'}, not to {name}"
            + (f", which had the grant on {day:%d/%m/%Y}." if moved else "."),
            field="file",
        )


def _require_others_sale(spenders: Sequence[Spender], invoice: Invoice, day: date, which: Bilingual) -> None:
    """Somebody else sold: what who buys writes itself (integrations, self-invoices) has a cost only in the supplier's own invoice, which
    would be claimed twice."""
    _, mine = who_spent(spenders, day)
    sells = {code.removeprefix("IT") for code in (invoice.supplier.vat, invoice.supplier.tax_code) if code}
    if is_self_made(invoice.kind, invoice.date):
        name = invoice.kind_name or Bilingual("", "")
        refuse(
            f"{which.it}: lo emette chi compra ({invoice.kind}, {name.it}), e da solo non è una spesa. Inserisci la fattura del "
            "fornitore, e allega questo documento come prova.",
            f"{which.en}: who buys makes it ({invoice.kind}, {name.en}), and alone it is no expense. Enter the supplier’s "
            "invoice, and attach this document as a proof.",
            field="file",
        )
    if mine & sells:
        refuse(
            f"{which.it}: chi vende e chi compra sono la stessa impresa.", f"{which.en}: who sells and who buys are the same firm.",
            field="file",
        )  # fmt: skip
