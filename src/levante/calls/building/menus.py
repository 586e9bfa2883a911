"""The menus: what can be asked, of what, and how it holds together."""

from collections.abc import Iterable
from dataclasses import dataclass

from levante.calls.facts import FACTS, SIZES
from levante.calls.forms.model import Field, Form
from levante.kernel.pure import Bilingual

#: The operators that each kind of thing has, in the order of the menu.
OPERATORS: dict[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no"),
    "choice": ("is", "is_not", "one_of", "none_of", "known", "unknown"),
    "text": ("is", "is_not", "one_of", "none_of", "starts", "in_list", "out_of_list", "known", "unknown"),
    "list": ("has", "lacks", "known", "unknown"),
    "number": ("at_least", "at_most", "more", "less", "is", "is_not", "known", "unknown"),
    "date": ("from", "until", "after", "before", "is", "known", "unknown"),
    "file": ("known", "unknown"),
}
OPERATOR_WORDS: dict[str, Bilingual] = {
    "yes": Bilingual("sì", "yes"),
    "no": Bilingual("no", "no"),
    "is": Bilingual("è", "is"),
    "is_not": Bilingual("non è", "is not"),
    "one_of": Bilingual("è uno tra", "is one of"),
    "none_of": Bilingual("non è nessuno tra", "is none of"),
    "starts": Bilingual("comincia con", "starts with"),
    "in_list": Bilingual("è nell’elenco", "is in the list"),
    "out_of_list": Bilingual("non è nell’elenco", "is not in the list"),
    "has": Bilingual("comprende", "includes"),
    "lacks": Bilingual("non comprende", "does not include"),
    "at_least": Bilingual("è almeno", "is at least"),
    "at_most": Bilingual("è al massimo", "is at most"),
    "more": Bilingual("è più di", "is more than"),
    "less": Bilingual("è meno di", "is less than"),
    "from": Bilingual("è dal", "is on or after"),
    "until": Bilingual("è fino al", "is on or before"),
    "after": Bilingual("è dopo il", "is after"),
    "before": Bilingual("è prima del", "is before"),
    "known": Bilingual("c’è", "is there"),
    "unknown": Bilingual("non c’è", "is not there"),
}
RELATIONS = {
    "is": "==", "is_not": "!=", "at_least": ">=", "at_most": "<=", "more": ">", "less": "<",
    "from": ">=", "until": "<=", "after": ">", "before": "<",
}  # fmt: skip
#: The operators whose value is not asked, and those that take more than one.
BARE = frozenset({"yes", "no", "known", "unknown"})
MANY = frozenset({"one_of", "none_of"})
ARITHMETIC = ("+", "-", "*", "/")


class NotWritten(ValueError):
    """Menus that say no expression yet; ``words`` are for who is choosing."""

    def __init__(self, it: str, en: str) -> None:
        super().__init__(en)
        self.words = Bilingual(it, en)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something an expression may ask about. ``code`` is its CEL (of a column of rows, its name here); ``group`` says whose
    it is; ``whole`` numbers have no decimals; ``choices`` are its codes with their words; ``row`` are the rows and the column
    of what is asked of at least one row."""

    code: str
    label: Bilingual
    kind: str
    group: str
    choices: tuple[tuple[str, Bilingual], ...] = ()
    whole: bool = False
    row: tuple[str, str] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """What may be asked of it: what is reckoned from rows is always there."""
        return tuple(one for one in OPERATORS[self.kind] if "(" not in self.code or one not in ("known", "unknown"))


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked: ``other`` is the code of another subject, in the place of ``values``."""

    subject: str
    operator: str
    values: tuple[str, ...] = ()
    other: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """``join`` is ``all`` or ``any``."""

    join: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """A value by case: the first condition that holds gives it, else ``otherwise``. Values are numbers or codes, as text."""

    rows: tuple[tuple[Condition, str], ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a reckoning: a subject, or a number as text."""

    subject: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Terms with the signs between them, reckoned as one does on paper (times and divided first)."""

    terms: tuple[Term, ...]
    signs: tuple[str, ...]


_KINDS = {
    "money": "number", "number": "number", "percent": "number", "choice": "choice", "multi_choice": "list",
    "yes_no": "yes_no", "declaration": "yes_no", "date": "date", "country": "text", "comune": "text", "text": "text",
    "email": "text", "file": "file",
}  # fmt: skip


def subjects_of(form: Form, *, before: str = "", facts_only: bool = False) -> list[Subject]:
    """What an expression may ask about: the facts of the enterprise and the answers of the form (those asked before the
    field or section ``before``, when it is named)."""
    found = [_of_fact(name) for name in FACTS]
    if facts_only:
        return found
    for section in form.sections:
        if before and section.id == before:
            return found
        for item in section.fields:
            if before and item.id == before:
                return found
            found += _of_field(item)
    return found


def _of_fact(name: str) -> Subject:
    fact = FACTS[name]
    kind = {"yes_no": "yes_no", "list": "list", "date": "date", "text": "text"}.get(fact.kind, "number")
    sizes = tuple(SIZES.items()) if name == "size" else ()
    whole = name in ("age_years", "accounts")
    return Subject(f"facts.{name}", fact.label, "choice" if sizes else kind, "facts", sizes, whole)


def _of_field(item: Field) -> Iterable[Subject]:
    code = f"answers.{item.id}"
    if item.kind == "group":
        many = Bilingual(f"quante righe in «{item.label.it}»", f"how many rows in “{item.label.en}”")
        yield Subject(f"count({code})", many, "number", "answers", whole=True)
        for column in item.fields:
            kind = column.result if column.kind == "computed" else column.kind
            if kind in ("money", "number"):
                total = Bilingual(
                    f"somma di «{column.label.it}» in «{item.label.it}»",
                    f"sum of “{column.label.en}” in “{item.label.en}”",
                )
                yield Subject(f"total({code}, '{column.id}')", total, "number", "answers")
            if kind in _KINDS:
                any_row = Bilingual(
                    f"«{column.label.it}» in almeno una riga di «{item.label.it}»",
                    f"“{column.label.en}” in at least one row of “{item.label.en}”",
                )
                choices = tuple((choice.code, choice.label) for choice in column.choices)
                yield Subject(
                    f"{code}.any.{column.id}", any_row, _KINDS[kind], "answers", choices, row=(code, column.id)
                )
        return
    kind = item.result if item.kind == "computed" else item.kind
    if kind in _KINDS:
        choices = tuple((choice.code, choice.label) for choice in item.choices)
        yield Subject(code, item.label, _KINDS[kind], "answers", choices)
