"""A form read from its definition, each part checked: ``DefinitionError`` names the place of what is wrong."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from levante.calls import conditions
from levante.calls.forms.model import (
    DEFERRED_UNTIL,
    EACH,
    KINDS,
    PREVIOUS,
    RESULTS,
    ROW_KINDS,
    Choice,
    Deferral,
    DefinitionError,
    Field,
    Form,
    Section,
)
from levante.kernel.pure import Bilingual

_ID = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
_CACHE: dict[str, Form] = {}


def form_for(key: str, definition: Any) -> Form:
    """The form of a locked definition, read once per process; ``definition`` may be a function that fetches it."""
    form = _CACHE.get(key)
    if form is None:
        form = read_form(definition() if callable(definition) else definition)
        if len(_CACHE) > 500:
            _CACHE.clear()
        _CACHE[key] = form
    return form


def read_form(definition: Mapping[str, Any]) -> Form:
    """The form a definition describes. ``DefinitionError`` names the place of the first thing that is wrong."""
    _only(definition, "", {"sections", "lists"})
    lists = {}
    for name, codes in (definition.get("lists") or {}).items():
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise DefinitionError(f"lists.{name}", "un elenco di codici, come testo", "a list of codes, as text")
        lists[str(name)] = tuple(codes)
    seen: set[str] = set()
    sections = []
    for place, item in enumerate(_items(definition, "sections", "")):
        path = f"sections.{place}"
        _only(item, path, {"id", "title", "intro", "show_if", "each", "fields"})
        fields = tuple(
            _field(entry, f"{path}.fields.{n}", seen) for n, entry in enumerate(_items(item, "fields", path))
        )
        sections.append(
            Section(
                id=_id(item, path, seen),
                title=_words(item, "title", path),
                intro=_words(item, "intro", path, optional=True),
                show_if=_expression(item, "show_if", path),
                each=_each(item, fields, path),
                fields=fields,
            )
        )
    if not sections:
        raise DefinitionError("sections", "un modulo ha almeno una sezione", "a form has at least one section")
    return Form(tuple(sections), lists)


def _each(item: Mapping[str, Any], fields: tuple[Field, ...], path: str) -> str:
    value = item.get("each") or ""
    if value not in EACH:
        raise DefinitionError(
            f"{path}.each", "solo «member»: ogni impresa del gruppo", "only “member”: each firm of a group"
        )
    if value and any(each.kind == "file" for each in fields):
        raise DefinitionError(
            f"{path}.each",
            "una sezione di ogni impresa non chiede documenti: li carica la capofila in una sezione della domanda",
            "a section of each firm asks no documents: the lead uploads them in a section of the application",
        )
    return value


_FIELD_KEYS = {
    "id", "kind", "label", "help", "why", "required", "show_if", "choices", "min", "max", "whole", "not_before", "not_after",
    "not_past", "max_length", "fields", "min_rows", "max_rows", "formula", "result", "prefill", "accept", "max_megabytes",
    "max_files", "reference", "region", "must", "must_text", "identifying",
    "signed", "deferrable", "expires",
}  # fmt: skip
_NOT_IN_ROWS = {
    "file": (
        "una riga non chiede documenti: chiedili in una domanda a sé, dopo le righe",
        "a row asks no documents: ask for them in a question of their own, after the rows",
    ),
    "declaration": (
        "una riga non chiede dichiarazioni: chiedile in una domanda a sé, o con una colonna sì/no",
        "a row asks no declarations: ask for them in a question of their own, or with a yes/no column",
    ),
    "group": ("una riga non ripete altre righe", "a row repeats no other rows"),
}


def _field(item: Mapping[str, Any], path: str, seen: set[str], *, in_row: bool = False) -> Field:
    _only(item, path, _FIELD_KEYS)
    kind = item.get("kind")
    if in_row and kind in _NOT_IN_ROWS:
        raise DefinitionError(f"{path}.kind", *_NOT_IN_ROWS[kind])
    if kind not in (ROW_KINDS if in_row else KINDS):
        raise DefinitionError(
            f"{path}.kind",
            f"uno tra {', '.join(ROW_KINDS if in_row else KINDS)}",
            f"one of {', '.join(ROW_KINDS if in_row else KINDS)}",
        )
    required = item.get("required", True)
    if isinstance(required, bool):
        required = "true" if required else ""
    else:
        required = _expression(item, "required", path, in_row=in_row)
    choices = tuple(
        Choice(_text(entry, "code", f"{path}.choices.{n}"), _words(entry, None, f"{path}.choices.{n}"))
        for n, entry in enumerate(item.get("choices") or [])
    )
    if kind in {"choice", "multi_choice"} and not choices:
        raise DefinitionError(
            f"{path}.choices",
            "una scelta ha almeno una voce {code, it, en}",
            "a choice needs at least one entry {code, it, en}",
        )
    if len({choice.code for choice in choices}) != len(choices):
        raise DefinitionError(f"{path}.choices", "lo stesso codice due volte", "the same code twice")
    formula, result = _expression(item, "formula", path, in_row=in_row), item.get("result", "")
    if kind == "computed" and (not formula or result not in RESULTS):
        raise DefinitionError(
            f"{path}.formula",
            f"un campo calcolato ha una formula (formula) e un risultato (result) tra {', '.join(RESULTS)}",
            f"a computed field has a formula and a result among {', '.join(RESULTS)}",
        )
    rows: tuple[Field, ...] = ()
    if kind == "group":
        inside: set[str] = set()
        rows = tuple(
            _field(entry, f"{path}.fields.{n}", inside, in_row=True)
            for n, entry in enumerate(_items(item, "fields", path))
        )
        if not rows:
            raise DefinitionError(
                f"{path}.fields", "un gruppo ripete almeno un campo", "a group repeats at least one field"
            )
    if in_row and item.get("show_if"):
        raise DefinitionError(
            f"{path}.show_if",
            "una colonna si vede in ogni riga: usa «obbligatoria se», o una regola",
            "a column is seen in every row: use “required if”, or a rule",
        )
    must = _expression(item, "must", path, in_row=in_row)
    must_text = _words(item, "must_text", path, optional=True)
    if bool(must) != (must_text is not None):
        raise DefinitionError(
            f"{path}.must",
            "una regola e le sue parole vanno insieme: must, must_text",
            "a rule and its words go together: must, must_text",
        )
    return Field(
        id=_id(item, path, seen),
        kind=kind,
        label=_words(item, "label", path),
        help=_words(item, "help", path, optional=True),
        why=_words(item, "why", path, optional=True),
        required=required,
        show_if=_expression(item, "show_if", path),
        choices=choices,
        minimum=_decimal(item, "min", path),
        maximum=_decimal(item, "max", path),
        whole=_only_of(item, "whole", kind, "number", ("di un numero", "of a number"), path),
        not_before=str(item.get("not_before") or ""),
        not_after=str(item.get("not_after") or ""),
        not_past=_only_of(item, "not_past", kind, "date", ("di una data", "of a date"), path),
        max_length=_whole(item, "max_length", path, 0),
        fields=rows,
        min_rows=_whole(item, "min_rows", path, 0),
        max_rows=min(_whole(item, "max_rows", path, 50), 200),
        formula=formula,
        result=result,
        prefill=_prefill(item, path),
        accept=tuple(item.get("accept") or ()),
        max_megabytes=_whole(item, "max_megabytes", path, 10),
        max_files=_whole(item, "max_files", path, 1),
        reference=str(item.get("reference") or ""),
        region=str(item.get("region") or ""),
        must=must,
        must_text=must_text,
        identifying=_identifying(item, kind, path),
        signed=_whether(item, "signed", path, kind),
        deferrable=_deferral(item, path, kind),
        expires=_whether(item, "expires", path, kind) == "true",
    )


def _only_of(item: Mapping[str, Any], key: str, kind: Any, of: str, whose: tuple[str, str], path: str) -> bool:
    """True or false, and true of one kind of question alone."""
    value = item.get(key, False)
    if not isinstance(value, bool) or (value and kind != of):
        raise DefinitionError(f"{path}.{key}", f"true o false, {whose[0]}", f"true or false, {whose[1]}")
    return value


def _prefill(item: Mapping[str, Any], path: str) -> str:
    """Where the answer may come from; what the enterprise's file can give is for the applications to say."""
    value = str(item.get("prefill") or "")
    source, dot, key = value.partition(".")
    if source == PREVIOUS and dot and not _ID.fullmatch(key):
        raise DefinitionError(
            f"{path}.prefill",
            "previous, o previous.chiave: lettere minuscole, cifre e _",
            "previous, or previous.key: small letters, digits and _",
        )
    return value


def _whether(item: Mapping[str, Any], key: str, path: str, kind: str) -> str:
    """A property of documents: true, false or, where it makes sense, an expression."""
    value = item.get(key, False)
    if value is False:
        return ""
    if kind != "file":
        raise DefinitionError(f"{path}.{key}", "è solo dei documenti (kind: file)", "belongs to documents (kind: file)")
    if value is True:
        return "true"
    if key == "expires":
        raise DefinitionError(f"{path}.{key}", "true o false", "true or false")
    return _expression(item, key, path)


def _deferral(item: Mapping[str, Any], path: str, kind: str) -> Deferral | None:
    value = item.get("deferrable")
    if value is None:
        return None
    where = f"{path}.deferrable"
    if kind != "file":
        raise DefinitionError(where, "è solo dei documenti (kind: file)", "belongs to documents (kind: file)")
    _only(value, where, {"days", "until"})
    days = _whole(value, "days", where, 0)
    if not 1 <= days <= 1000:
        raise DefinitionError(f"{where}.days", "giorni da 1 a 1000", "days from 1 to 1000")
    if value.get("until") not in DEFERRED_UNTIL:
        raise DefinitionError(
            f"{where}.until", f"uno tra {', '.join(DEFERRED_UNTIL)}", f"one of {', '.join(DEFERRED_UNTIL)}"
        )
    return Deferral(days, value["until"])


def _identifying(item: Mapping[str, Any], kind: str, path: str) -> bool:
    """Does the answer say whose application it is? What the definition says; else what it is by nature: an address, an
    account, a document, what is taken from the enterprise's file. A blind evaluation leaves it out."""
    value = item.get("identifying")
    if value is None:
        own = str(item.get("prefill") or "").split(".")[0] in {"enterprise", "seat"}
        return own or kind in {"email", "iban", "file"}
    if not isinstance(value, bool):
        raise DefinitionError(f"{path}.identifying", "true o false", "true or false")
    return value


def _only(item: Any, path: str, known: set[str]) -> None:
    if not isinstance(item, Mapping):
        raise DefinitionError(path, "servono nomi con i loro valori", "a mapping of names to values")
    for key in item:
        if key not in known:
            raise DefinitionError(
                f"{path}.{key}".lstrip("."), "non è un nome di questo formato", "not a name this format knows"
            )


def _items(item: Mapping[str, Any], key: str, path: str) -> list[Any]:
    value = item.get(key)
    if not isinstance(value, list):
        raise DefinitionError(f"{path}.{key}".lstrip("."), "un elenco", "a list")
    return value


def _id(item: Mapping[str, Any], path: str, seen: set[str]) -> str:
    value = item.get("id")
    if not isinstance(value, str) or not _ID.match(value):
        raise DefinitionError(
            f"{path}.id",
            "lettere minuscole, cifre e _, e una lettera all’inizio",
            "lower-case letters, digits and _, starting with a letter",
        )
    if value in seen:
        raise DefinitionError(f"{path}.id", f"«{value}» c’è già", f"“{value}” is already there")
    seen.add(value)
    return value


def _text(item: Any, key: str, path: str) -> str:
    value = item.get(key) if isinstance(item, Mapping) else None
    if not isinstance(value, str) or not value:
        raise DefinitionError(f"{path}.{key}", "un testo", "a text")
    return value


def _words(item: Any, key: str | None, path: str, *, optional: bool = False) -> Any:
    value = item.get(key) if key else item
    where = f"{path}.{key}" if key else path
    if value is None and optional:
        return None
    if not isinstance(value, Mapping) or not all(
        isinstance(value.get(code), str) and value[code] for code in ("it", "en")
    ):
        raise DefinitionError(
            where, "un testo nelle due lingue: {it: …, en: …}", "a text in both languages: {it: …, en: …}"
        )
    return Bilingual(value["it"], value["en"])


def _expression(item: Mapping[str, Any], key: str, path: str, *, in_row: bool = False) -> str:
    value = item.get(key)
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise DefinitionError(f"{path}.{key}", "un’espressione, come testo", "an expression, as text")
    try:
        conditions.check(value, names=conditions.IN_A_ROW if in_row else conditions.ROOTS)
    except conditions.BadExpression as error:
        raise DefinitionError(
            f"{path}.{key}", f"l’espressione non è corretta: {error}", f"the expression is not right: {error}"
        ) from error
    return value


def _decimal(item: Mapping[str, Any], key: str, path: str) -> Decimal | None:
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise DefinitionError(
            f"{path}.{key}", "un numero intero, o un decimale come testo", "a whole number, or a decimal as text"
        )
    try:
        return Decimal(value)
    except ArithmeticError as error:
        raise DefinitionError(f"{path}.{key}", "non è un numero", "not a number") from error


def _whole(item: Mapping[str, Any], key: str, path: str, otherwise: int) -> int:
    value = item.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise DefinitionError(f"{path}.{key}", "un numero intero, da zero in su", "a whole number, zero or more")
    return value
