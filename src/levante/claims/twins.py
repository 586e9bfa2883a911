"""Documents and payments that look like others of the programme: the officer is told, and nothing is refused."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from levante.claims.identities import loose_number, supplier_key
from levante.claims.models import ExpenseDocument, Transfer
from levante.kernel.pure import Bilingual, format_euro

SAME_FILE = Bilingual("lo stesso file", "the same file")
SAME_OPERATION = Bilingual("stesso numero dell’operazione e stesso giorno", "same number of the operation and same day")
SAME_STATEMENT = Bilingual("stesso file, giorno e importo", "same file, day and amount")
#: Payments like one that are told one by one.
MOST_TOLD = 3
SAME_SALE = Bilingual(
    "stesso fornitore, stesso imponibile e giorni vicini",
    "same supplier, same amount without VAT and days near each other",
)
#: Days between two documents that may be of one sale: a foreign invoice and what the firm wrote for its VAT, a copy with another number.
NEAR = 15
SAME_NUMBER = Bilingual("stesso numero, anno e importo", "same number, year and amount")


def look_alike(documents: Sequence[ExpenseDocument]) -> dict[int, list[Bilingual]]:
    """Of each document, by its id, the others like it that hold, and why: the same file sent twice, or the same number, year and total
    under another supplier's code; in the same award also the same supplier and amount without VAT on near days. Bodies of one file of
    e-invoices are not alike. One query."""
    if not documents:
        return {}
    days = [one.issued_on for one in documents]
    near = Q(
        total__in={one.total for one in documents}, issued_on__gte=date(min(days).year, 1, 1), issued_on__lte=date(max(days).year, 12, 31)
    )  # fmt: skip
    same_file = Q(file__sha256__in={one.file.sha256 for one in documents})
    same_sale = Q(award__in={one.award_id for one in documents}, taxable__in={one.taxable for one in documents})
    rows = ExpenseDocument.objects.filter(near | same_file | same_sale, holds=True).select_related(
        "file", "award__application"
    )
    others = list(rows.defer("lines", "cup_facts", "cup_result").order_by("pk"))
    found = {one.pk: list(_of(one, others)) for one in documents}
    return {pk: some for pk, some in found.items() if some}


def look_alike_transfers(transfers: Sequence[Transfer]) -> dict[int, list[Bilingual]]:
    """Of each payment, by its id, those that look like the same one, and why. Of other awards: the same number of operation on the same
    day, or the same file, since one payment of the enterprise may settle documents of two awards, each a part. Of the same award: see
    ``same_payments``; it is written once, with all that it settles. Nothing is refused. One query."""
    if not transfers:
        return {}
    hashes = {one.file.sha256 for one in transfers}
    near = Q(paid_on__in={one.paid_on for one in transfers}) | Q(file__sha256__in=hashes)
    others = list(Transfer.objects.filter(near).select_related("file", "award__application").order_by("pk"))
    found = {one.pk: list(_same_transfers(one, others)) for one in transfers}
    return {pk: some for pk, some in found.items() if some}


def same_payments(transfers: Sequence[Transfer]) -> dict[int, list[Transfer]]:
    """Of each payment, by its id, the others of its award that look like the same one written twice: the same number of operation on
    the same day, or the same file, day and amount (one statement holds many payments). One query."""
    if not transfers:
        return {}
    days, awards = {one.paid_on for one in transfers}, {one.award_id for one in transfers}
    others = list(Transfer.objects.filter(award__in=awards, paid_on__in=days).select_related("file").order_by("pk"))
    found = {one.pk: [other for other in others if _twice(one, other) is not None] for one in transfers}
    return {pk: some for pk, some in found.items() if some}


def _twice(transfer: Transfer, other: Transfer) -> Bilingual | None:
    """Why two payments of one award look like one written twice."""
    if (other.award_id, other.paid_on) != (transfer.award_id, transfer.paid_on) or other.pk == transfer.pk:
        return None
    number = loose_number(transfer.reference)
    if number and loose_number(other.reference) == number:
        return SAME_OPERATION
    same_file = (other.file.sha256, other.amount) == (transfer.file.sha256, transfer.amount)
    return SAME_STATEMENT if same_file else None


def _same_transfers(transfer: Transfer, others: Iterable[Transfer]) -> Iterable[Bilingual]:
    told = 0
    for other in others:
        amount, where = other.amount, other.award.application.number
        if other.award_id == transfer.award_id:
            why = _twice(transfer, other)
            if why is None:
                continue
            if told == MOST_TOLD:
                yield Bilingual("Ce ne sono altri, uguali.", "There are more, alike.")
                return
            told += 1
            yield Bilingual(
                f"Forse è scritto due volte: «{other.reference}» di {format_euro(amount)} di questa concessione, {why.it}.",
                f"It may be written twice: “{other.reference}” of {format_euro(amount, 'en')} of this award, {why.en}.",
            )
            continue
        same_file = other.file.sha256 == transfer.file.sha256
        number = loose_number(transfer.reference)
        same_number = bool(number) and (loose_number(other.reference), other.paid_on) == (number, transfer.paid_on)
        if not same_file and not same_number:
            continue
        why = SAME_FILE if same_file else SAME_OPERATION
        yield Bilingual(
            f"Somiglia al pagamento «{other.reference}» di {format_euro(amount)} della domanda {where}: {why.it}.",
            f"It looks like payment “{other.reference}” of {format_euro(amount, 'en')} of application {where}: {why.en}.",
        )


def _of(document: ExpenseDocument, others: Iterable[ExpenseDocument]) -> Iterable[Bilingual]:
    for other in others:
        if other.pk == document.pk:
            continue
        why = _why(document, other)
        if why is not None:
            where = other.award.application.number
            yield Bilingual(
                f"Somiglia a «{other.supplier_name}, n. {other.number}» della domanda {where}: {why.it}.",
                f"It looks like “{other.supplier_name}, no. {other.number}” of application {where}: {why.en}.",
            )


def _why(document: ExpenseDocument, other: ExpenseDocument) -> Bilingual | None:
    if other.file_id != document.file_id and other.file.sha256 == document.file.sha256:
        return SAME_FILE
    same_day = (loose_number(other.number), other.issued_on.year) == (
        loose_number(document.number),
        document.issued_on.year,
    )
    if same_day and other.total == document.total:
        return SAME_NUMBER
    if other.award_id != document.award_id or other.file_id == document.file_id:
        return None
    by = [supplier_key(one.supplier_code, one.supplier_country) for one in (document, other)]
    is_near = abs((other.issued_on - document.issued_on).days) <= NEAR
    return SAME_SALE if by[0] == by[1] and other.taxable == document.taxable and is_near else None
