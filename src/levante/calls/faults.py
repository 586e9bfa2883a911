"""What is wrong with an expression, in plain words: where it breaks, what it names that is not there, what it mixes up."""

import re
from datetime import date

from levante.calls import conditions
from levante.calls.checker.expressions import Place, said_of
from levante.calls.checker.finding import Surroundings, View, view_of
from levante.calls.expressions import NotCel, parse
from levante.calls.forms.model import Form
from levante.calls.schema import CallEntry
from levante.kernel.pure import Bilingual

_SAID = (
    (re.compile(r"“(.)” is not understood"), "il segno «{0}» qui non si capisce", "the sign “{0}” makes no sense here"),
    (
        re.compile(r"“(.+)” is no escape"),
        "«{0}» dentro un testo non vuol dire niente",
        "“{0}” means nothing inside a text",
    ),
    (re.compile(r"“(\))” is expected"), "manca una parentesi chiusa", "a closing parenthesis is missing"),
    (re.compile(r"“(\])” is expected"), "manca la parentesi quadra chiusa", "a closing bracket is missing"),
    (re.compile(r"“(.+)” is expected"), "qui ci vuole «{0}»", "“{0}” is needed here"),
    (re.compile(r"“(.*)” is not expected"), "«{0}» qui non ci va", "“{0}” does not belong here"),
    (re.compile(r"too deep"), "è troppo annidata", "it is nested too deep"),
    (re.compile(r"a name is expected"), "dopo il punto ci vuole un nome", "a name is needed after the dot"),
    (re.compile(r"a value is expected"), "qui manca un valore", "a value is missing here"),
)


def explain_expression(
    expression: str, entry: CallEntry, *, on: date, wants: str = "condition", before: str = "", facts_only: bool = False
) -> list[Bilingual]:
    """What is wrong with an expression that would stand in a call. ``wants`` is what it gives (``condition``, ``number``,
    ``anything``); ``before`` the field or section whose it is: it sees the answers asked earlier."""
    view = view_of(entry, on=on, around=Surroundings())
    seen = _asked_before(view.form, before) if before else None
    return faults_of(expression, view=view, place=Place("", expression, wants, seen, facts_only))


def _asked_before(form: Form, before: str) -> frozenset[str]:
    found: set[str] = set()
    for section in form.sections:
        if section.id == before:
            break
        for item in section.fields:
            if item.id == before:
                return frozenset(found)
            found.add(item.id)
    return frozenset(found)


def faults_of(expression: str, *, view: View, place: Place) -> list[Bilingual]:
    """Everything wrong with an expression at its place of a call; empty when nothing is."""
    text = expression.strip()
    if not text:
        return [Bilingual("È vuota.", "It is empty.")]
    try:
        tree = parse(text)
    except NotCel as wrong:
        return [_broken(text, wrong)]
    try:
        conditions.check(text)
    except conditions.BadExpression as error:
        return [_refused(str(error))]
    return [finding.text for finding in said_of(view, place, tree)]


def _broken(text: str, wrong: NotCel) -> Bilingual:
    reason = str(wrong)
    it, en = next(
        (
            (words_it.format(*match.groups()), words_en.format(*match.groups()))
            for pattern, words_it, words_en in _SAID
            if (match := pattern.search(reason))
        ),
        ("non si capisce", "it is not understood"),
    )
    if "=" in text and re.search(r"(?<![=!<>])=(?!=)", text):
        it, en = "per dire «è uguale a» si scrive ==", "“is equal to” is written =="
    before = text[max(0, wrong.at - 25) : wrong.at].strip()
    where = (f"dopo «{before}»", f"after “{before}”") if before else ("all’inizio", "at the beginning")
    return Bilingual(f"{where[0].capitalize()}: {it}.", f"{where[1].capitalize()}: {en}.")


def _refused(reason: str) -> Bilingual:
    match = re.search(r"names (.+): only", reason)
    if match:
        return Bilingual(
            f"«{match[1]}» non è un nome noto: le risposte si scrivono answers.nome, i dati dell’impresa facts.nome.",
            f"“{match[1]}” is not a known name: answers are written answers.name, facts of the enterprise facts.name.",
        )
    match = re.search(r"longer than (\d+)", reason)
    if match:
        return Bilingual(f"È più lunga di {match[1]} caratteri.", f"It is longer than {match[1]} characters.")
    return Bilingual(f"Non è corretta ({reason}).", f"It is not right ({reason}).")
