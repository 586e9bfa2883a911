"""The form: what its definition alone does not refuse, and what no applicant could answer."""

from collections.abc import Iterator

from levante.calls.checker.finding import Finding, View, error, warning
from levante.calls.forms.model import Field
from levante.kernel.pure import Bilingual

#: How signed documents arrive.
_SIGNED = frozenset({"pdf", "p7m"})
#: The section of the law's grounds is not the designer's to mend.
_LAW = "law_exclusions"


def check(view: View) -> Iterator[Finding]:
    if view.form_error is not None:
        found = view.form_error
        yield error(f"form.{found.path}", found.words.it, found.words.en)
        return
    for place, section in enumerate(view.form.sections):
        if section.id == _LAW:
            continue
        path = f"form.sections.{place}"
        if not section.fields:
            yield error(path, "una sezione senza domande.", "a section without questions.")
        for number, item in enumerate(section.fields):
            yield from _field(view, item, f"{path}.fields.{number}")
            for column, inner in enumerate(item.fields):
                yield from _field(view, inner, f"{path}.fields.{number}.fields.{column}")


def _field(view: View, item: Field, path: str) -> Iterator[Finding]:
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        yield error(f"{path}.min", "supera il massimo.", "is above the most.")
    if item.not_before and item.not_after and item.not_before > item.not_after:
        yield error(f"{path}.not_before", "viene dopo l’ultimo giorno ammesso.", "comes after the last day admitted.")
    if item.kind == "group" and item.max_rows < 1:
        yield error(f"{path}.max_rows", "nessuna riga può essere aggiunta.", "no row can be added.")
    if item.kind == "group" and item.min_rows > item.max_rows:
        yield error(f"{path}.min_rows", "supera il massimo di righe.", "is above the most rows.")
    if item.kind in ("choice", "multi_choice") and len(item.choices) == 1:
        yield warning(f"{path}.choices", "una scelta sola non è una scelta.", "a single choice is no choice.")
    words: list[tuple[str, Bilingual | None]] = [("label", item.label)]
    words += [(f"choices.{n}", choice.label) for n, choice in enumerate(item.choices)]
    for name, both in words:
        if both is not None and both.it == both.en and len(both.it.split()) > 4:
            yield warning(
                f"{path}.{name}", "italiano e inglese sono lo stesso testo.", "Italian and English are the same text."
            )
    if item.kind == "file":
        yield from _document(view, item, path)


def _document(view: View, item: Field, path: str) -> Iterator[Finding]:
    for name, most in (("max_files", item.max_files), ("max_megabytes", item.max_megabytes)):
        if most < 1:
            yield error(f"{path}.{name}", "nessun documento può essere caricato.", "no document can be uploaded.")
    if item.signed and item.accept and not _SIGNED & set(item.accept):
        yield error(
            f"{path}.accept",
            "un documento firmato è un PDF o un .p7m: nessuno dei due è ammesso.",
            "a signed document is a PDF or a .p7m: neither is admitted.",
        )
    if item.signed == "true" and item.accept and set(item.accept) - _SIGNED:
        extra = ", ".join(sorted(set(item.accept) - _SIGNED))
        yield warning(
            f"{path}.accept", f"un documento firmato non può essere {extra}.", f"a signed document cannot be {extra}."
        )
    if item.deferrable is not None and not item.required:
        yield warning(
            f"{path}.deferrable",
            "un documento facoltativo non ha bisogno di essere rinviato.",
            "an optional document needs no deferral.",
        )
    days = view.entry.terms.examination_days
    if (
        item.deferrable is not None
        and item.deferrable.until == "award"
        and days is not None
        and item.deferrable.days > days
    ):
        yield warning(
            f"{path}.deferrable.days", "va oltre i giorni dell’istruttoria.", "goes beyond the days of the examination."
        )
