"""Documents that look like others of the programme though they are named otherwise: the officer is told, and nothing is refused."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from levante.claims.identities import loose_number
from levante.claims.models import ExpenseDocument
from levante.kernel.pure import Bilingual

SAME_FILE = Bilingual("lo stesso file", "the same file")
SAME_NUMBER = Bilingual("stesso numero, anno e importo", "same number, year and amount")


def look_alike(documents: Sequence[ExpenseDocument]) -> dict[int, list[Bilingual]]:
    """Of each document, by its id, the others like it that hold, and why: the same file sent twice, or the same number, year and total
    under another supplier's code. Bodies of one file of e-invoices are not alike. One query."""
    if not documents:
        return {}
    days = [one.issued_on for one in documents]
    near = Q(
        total__in={one.total for one in documents}, issued_on__gte=date(min(days).year, 1, 1), issued_on__lte=date(max(days).year, 12, 31)
    )  # fmt: skip
    same_file = Q(file__sha256__in={one.file.sha256 for one in documents})
    rows = ExpenseDocument.objects.filter(near | same_file, holds=True).select_related("file", "award__application")
    others = list(rows.defer("lines", "cup_facts", "cup_result").order_by("pk"))
    found = {one.pk: list(_of(one, others)) for one in documents}
    return {pk: some for pk, some in found.items() if some}


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
    return SAME_NUMBER if same_day and other.total == document.total else None
