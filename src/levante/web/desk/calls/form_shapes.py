"""What can be edited of a question of the form, by its kind; and the way from the form's definition to a page and back.

What a page does not change stays as the definition writes it: touching and restoring a value gives the same document.
"""

from collections.abc import Callable, Mapping
from typing import Any

from levante.calls.api import form_model
from levante.kernel.pure import Bilingual
from levante.web.desk.calls.shapes import Shape

#: What each kind of question is called.
KIND_WORDS: dict[str, tuple[str, str]] = {
    "text": ("Testo breve", "Short text"), "long_text": ("Testo lungo", "Long text"), "number": ("Numero", "Number"),
    "money": ("Importo in euro", "Amount in euro"), "percent": ("Percentuale", "Per cent"), "date": ("Data", "Date"),
    "choice": ("Una scelta", "One choice"), "multi_choice": ("Più scelte", "More choices"), "yes_no": ("Sì o no", "Yes or no"),
    "country": ("Paese", "Country"), "comune": ("Comune", "Comune"), "email": ("Indirizzo e-mail", "E-mail address"),
    "iban": ("IBAN", "IBAN"), "file": ("Documento", "Document"), "declaration": ("Dichiarazione", "Declaration"),
    "group": ("Righe ripetute", "Repeated rows"), "computed": ("Valore calcolato", "Computed value"),
}  # fmt: skip

#: key of a definition -> (kind of control, Italian, English, help in Italian, help in English).
_KEYS: dict[str, tuple[str, ...]] = {
    "label": ("pair", "Domanda", "Question"),
    "help": ("long_pair", "Aiuto", "Help"),
    "why": ("long_pair", "Perché lo chiediamo", "Why we ask"),
    "required": ("choice", "Obbligatoria", "Required"),
    "required_if": ("expression", "Obbligatoria se", "Required if"),
    "show_if": ("expression", "Si chiede solo se", "Asked only if"),
    "choices": ("list", "Voci", "Entries"),
    "min": ("number", "Almeno", "At least"),
    "max": ("number", "Al massimo", "At most"),
    "whole": ("yes_no", "Solo numeri interi", "Whole numbers only"),
    "not_before": ("day", "Non prima del", "Not before"),
    "not_after": ("day", "Non dopo il", "Not after"),
    "not_past": ("yes_no", "Non prima del giorno in cui la domanda si invia", "Not before the day the application is sent"),
    "max_length": ("whole", "Caratteri al massimo", "Most characters"),
    "region": ("text", "Regione", "Region"),
    "accept": ("many", "Tipi di file", "Kinds of file", "Nessuno scelto: quelli di sempre.", "None chosen: the usual ones."),
    "max_files": ("whole", "Quanti documenti al massimo", "Most documents"),
    "max_megabytes": ("whole", "Megabyte al massimo", "Most megabytes"),
    "signed": ("choice", "Firmato digitalmente", "Digitally signed"),
    "signed_if": ("expression", "Firmato se", "Signed if"),
    "deferrable": ("group", "Può arrivare dopo", "May come later"),
    "expires": ("yes_no", "Ha una scadenza: si chiede fino a quando vale", "It expires: the day it holds until is asked"),
    "formula": ("formula", "Si calcola", "It is reckoned"),
    "result": ("choice", "Il risultato è", "The result is"),
    "must": ("expression", "Deve essere vero che", "It must be true that"),
    "must_text": ("pair", "Se non è vero si dice", "What is said when it is not"),
    "prefill": ("choice", "Si compila da", "Filled in from"),
    "identifying": ("choice", "Dice di chi è la domanda", "Tells whose application it is",
                    "In una valutazione alla cieca non si mostra.", "Not shown in a blind evaluation."),
    "reference": ("text", "Norma", "Norm"),
    "fields": ("list", "Colonne", "Columns"),
    "min_rows": ("whole", "Righe almeno", "Least rows"),
    "max_rows": ("whole", "Righe al massimo", "Most rows"),
    "id": ("text", "Nome interno", "Inner name", "Lettere minuscole, cifre e _. Se lo lasci vuoto viene dalla domanda.",
           "Lower-case letters, digits and _. If left empty it comes from the question."),
    "title": ("pair", "Titolo della sezione", "Title of the section"),
    "intro": ("long_pair", "Introduzione", "Introduction"),
    "each": ("choice", "La compila", "Answered by"),
}  # fmt: skip
_CHOICES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "required": (("yes", "sì", "yes"), ("no", "no", "no"), ("if", "a una condizione", "on a condition")),
    "signed": (("no", "no", "no"), ("yes", "sì", "yes"), ("if", "a una condizione", "on a condition")),
    "identifying": (("yes", "sì", "yes"), ("no", "no", "no")),
    "each": (("member", "ogni impresa del gruppo, per sé", "each firm of the group, for itself"),),
    "result": tuple((code, *KIND_WORDS[code]) for code in ("money", "number", "percent", "text", "choice", "yes_no")),
    "until": (("award", "prima della concessione", "before the award"), ("claim", "con la rendicontazione", "with the claim")),
}  # fmt: skip
_OF_ALL = ("label", "help", "why", "required", "required_if", "show_if")
_LAST = ("must", "must_text", "prefill", "identifying", "reference")
_OWN: dict[str, tuple[str, ...]] = {
    "text": ("max_length",), "long_text": ("max_length",), "number": ("min", "max", "whole"), "money": ("min", "max"),
    "percent": ("min", "max"), "date": ("not_before", "not_after", "not_past"), "choice": ("choices",), "multi_choice": ("choices",),
    "comune": ("region",), "file": ("accept", "max_files", "max_megabytes", "signed", "signed_if", "deferrable", "expires"),
    "group": ("fields", "min_rows", "max_rows"), "computed": ("formula", "result", "choices"),
}  # fmt: skip


def _key(name: str, **more: Any) -> Shape:
    kind, it, en, *rest = _KEYS[name]
    help_ = Bilingual(rest[0], rest[1]) if rest else None
    wants = "number" if kind == "formula" else "condition"
    kind = "expression" if kind == "formula" else kind
    sources = {"prefill": "prefills", "accept": "file_kinds"}
    options = tuple(code for code, _, _ in _CHOICES.get(name, ()))
    return Shape(
        kind, owner=f"Form.{name}", label=Bilingual(it, en), help=help_, wants=wants, options=options,
        source=sources.get(name, ""), required=name in ("label", "title"), **more,
    )  # fmt: skip


def words_of_choice(name: str, code: str) -> Bilingual | None:
    found = next((row for row in _CHOICES.get(name, ()) if row[0] == code), None)
    return Bilingual(found[1], found[2]) if found else None


_CHOICE = Shape(
    "group", owner="Form.choice",
    parts=(
        ("", Shape("pair", owner="Form.choice.it", label=Bilingual("Voce", "Entry"), required=True)),
        ("code", Shape("text", owner="Form.code", label=Bilingual("Codice", "Code"))),
    ),
)  # fmt: skip
_DEFERRAL = (
    ("days", Shape("whole", owner="Form.days", label=Bilingual("Giorni dopo l’invio", "Days after the sending"))),
    ("until", Shape("choice", owner="Form.until", label=Bilingual("E in ogni caso", "And in any case"), options=("award", "claim"))),
)  # fmt: skip


def _case(kind: str, *, in_row: bool) -> Shape:
    names = [*_OF_ALL[:1], *_OWN.get(kind, ()), *_OF_ALL[1:], *_LAST]
    if kind == "computed":
        names = [name for name in names if name not in ("required", "required_if", "prefill")]
    if in_row:
        names = [name for name in names if name not in ("prefill", "why", "show_if")]
    parts = []
    for name in (*names, "id"):
        more: dict[str, Any] = {}
        if name == "choices":
            more["item"] = _CHOICE
        elif name == "deferrable":
            more["parts"] = _DEFERRAL
        elif name == "fields":
            more["item"] = COLUMN
        parts.append((name, _key(name, **more)))
    return Shape("group", owner=f"Form.{kind}", parts=tuple(parts))


def _union(kinds: tuple[str, ...], *, in_row: bool) -> Shape:
    label = Bilingual("Colonna", "Column") if in_row else Bilingual("Domanda", "Question")
    cases = tuple((kind, _case(kind, in_row=in_row)) for kind in kinds)
    return Shape("union", owner="Form.kind", label=label, required=True, default={"kind": "text"}, cases=cases)


COLUMN = _union(form_model.ROW_KINDS, in_row=True)
FIELD = _union(form_model.KINDS, in_row=False)
SECTION = Shape(
    "group",
    owner="Form.section",
    parts=tuple((name, _key(name)) for name in ("title", "intro", "show_if", "each", "id")),
)


# -- from the definition to the page


def to_values(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A question or a section of the definition as a page edits it."""
    found = dict(entry)
    if "kind" in entry:
        for key, otherwise in (("required", True), ("signed", False)):
            value = entry.get(key, otherwise)
            found[key] = "if" if isinstance(value, str) else "yes" if value else "no"
            if isinstance(value, str):
                found[f"{key}_if"] = value
        if isinstance(entry.get("identifying"), bool):
            found["identifying"] = "yes" if entry["identifying"] else "no"
        if entry["kind"] == "group":
            found["fields"] = [to_values(one) for one in entry.get("fields") or ()]
    for key in ("min", "max"):
        if found.get(key) is not None:
            found[key] = str(found[key])
    return found


# -- and back


def to_definition(values: Mapping[str, Any], was: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The definition of what a page says; ``was`` is the entry before, whose own way of writing stays where nothing changed."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if key in ("required_if", "signed_if") or value in (None, "", [], {}):
            continue
        kept = _FROM.get(key, lambda value, _values, _was: value)(value, values, was or {})
        if kept is not None:
            found[key] = kept
    return _as_written(found, was or {})


def _whether(key: str, otherwise: bool) -> Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Any]:
    def read(value: Any, values: Mapping[str, Any], _was: Mapping[str, Any]) -> Any:
        if value == "if":
            return values.get(f"{key}_if") or otherwise
        said = value == "yes"
        return None if said == otherwise else said

    return read


def _columns(value: Any, _values: Mapping[str, Any], was: Mapping[str, Any]) -> Any:
    before = {one.get("id"): one for one in was.get("fields") or () if isinstance(one, Mapping)}
    return [to_definition(one, before.get(one.get("id"))) for one in value]


def _ticked(value: Any, _values: Mapping[str, Any], _was: Mapping[str, Any]) -> Any:
    return True if value is True else None


def _said(value: Any, _values: Mapping[str, Any], _was: Mapping[str, Any]) -> Any:
    return value == "yes"


_FROM: dict[str, Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Any]] = {
    "required": _whether("required", True), "signed": _whether("signed", False), "fields": _columns,
    "expires": _ticked, "not_past": _ticked, "whole": _ticked, "identifying": _said,
}  # fmt: skip
#: What the definition means when it is silent.
_SILENT: dict[str, Any] = {
    "required": True, "signed": False, "expires": False, "not_past": False, "whole": False,
    "show_if": "", "formula": "", "must": "", "max_files": 1, "max_megabytes": 10,
    "max_rows": 50, "min_rows": 0, "max_length": 0, "not_before": "", "not_after": "", "region": "", "reference": "", "prefill": "",
    "each": "", "choices": [], "accept": [], "result": "",
}  # fmt: skip


def _same_choices(one: Any, other: Any) -> bool:
    """The same codes, in whatever order they were ticked."""
    lists = isinstance(one, list) and isinstance(other, list) and all(isinstance(code, str) for code in (*one, *other))
    return lists and sorted(one) == sorted(other)


def _offered(entry: Mapping[str, Any], was: Mapping[str, Any]) -> set[str]:
    """What the page of this kind of piece lets one change."""
    if "kind" not in was:
        return {name for name, _ in SECTION.parts}
    if entry.get("kind", was["kind"]) != was["kind"]:
        return set(_SILENT) | set(was)  # of another kind: nothing of the old one stays unsaid
    return {name for name, _ in dict(FIELD.cases)[was["kind"]].parts} | {"kind"}


def _as_written(found: dict[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """Where the meaning did not change, what was written stays: a default said aloud, a number as a number."""
    kept: dict[str, Any] = {}
    offered = _offered(found, was)
    for key, value in was.items():
        if key not in offered:
            kept[key] = value
            continue
        now = found.get(key, _SILENT.get(key))
        same = now == value or (key in ("min", "max") and now is not None and str(now) == str(value))
        if same or _same_choices(now, value) or (now in (None, "", [], {}) and value in (None, "", [], {})):
            kept[key] = value
        elif key in found:
            kept[key] = found[key]
    return {**kept, **{key: value for key, value in found.items() if key not in kept and key not in was}}
