"""From an e-invoice that was read to the facts the rule on the CUP asks (``law.invoice_cup``)."""

from collections.abc import Iterable

from levante.documents.pure.invoice import Invoice
from levante.law.invoice_cup import InvoiceFacts

#: The kind of document with which an invoice is integrated.
INTEGRATION = "TD20"


def cup_facts(invoice: Invoice, *, integrations: Iterable[Invoice] = (), added: Iterable[str] = ()) -> InvoiceFacts:
    """The facts of an invoice; the CUPs of the ``integrations`` that name its number and are of the same supplier count as
    integrated, and so do those ``added`` by the Revenue Agency's service. ``ValueError`` for an invoice without a day."""
    if invoice.date is None:
        raise ValueError("an invoice without a day cannot be judged")
    lines: dict[str, tuple[int, ...]] = {}
    for cup in invoice.cups:
        given = [code.lines for code in invoice.codes if code.kind == "cup" and code.code == cup]
        lines[cup] = tuple(sorted({one for some in given for one in some})) if all(given) else ()
    integrated = [*added, *(cup for other in integrations if _integrates(other, invoice) for cup in other.cups)]
    return InvoiceFacts(
        invoice.date, invoice.supplier.established_in_italy, invoice.cups, tuple(dict.fromkeys(integrated)), invoice.texts,
        lines_with_cup=lines,
    )  # fmt: skip


def _integrates(other: Invoice, invoice: Invoice) -> bool:
    same = other.supplier.vat == invoice.supplier.vat and other.supplier.tax_code == invoice.supplier.tax_code
    return other.kind == INTEGRATION and same and invoice.number is not None and invoice.number in other.texts
