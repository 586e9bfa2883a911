"""The rules of a call tried on real enterprises: what each would answer, with the data it answers from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from levante.calls.eligibility import Check, check_rules
from levante.calls.expressions import NotCel, names_of
from levante.calls.facts import FACTS, SIZES, enterprise_facts, seats_for_facts
from levante.calls.forms.model import Form
from levante.calls.plain_words import in_words
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual, format_euro
from levante.parties.api import Enterprise


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece of data that a rule looked at, as people read it; ``None`` when it is not known."""

    name: Bilingual
    value: Bilingual | None


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A rule in words (its own, and the expression told), its outcome and the data it looked at."""

    code: str
    text: Bilingual
    condition: Bilingual | None
    outcome: str
    reason: Bilingual
    reference: str
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """All the rules on one enterprise, and what they come to."""

    check: Check
    rules: tuple[TriedRule, ...]


@dataclass(frozen=True, slots=True)
class TriedEnterprise:
    enterprise: Enterprise
    tried: Tried


def try_rules(
    rules: Sequence[Mapping[str, Any]],
    *,
    facts: Mapping[str, Any],
    answers: Mapping[str, Any] | None = None,
    form: Form | None = None,
) -> Tried:
    """Judge the rules on facts and answers (as expressions see them), showing what each looked at. Pure."""
    check = check_rules(
        rules, facts=facts, answers=answers, lists={k: list(v) for k, v in form.lists.items()} if form else None
    )
    found = []
    for rule, item in zip(rules, check.requirements, strict=True):
        expression = rule.get("expression")
        found.append(
            TriedRule(
                code=item.code,
                text=item.text,
                condition=in_words(expression, form) if expression else None,
                outcome=item.outcome,
                reason=item.reason,
                reference=item.reference,
                seen=tuple(_seen(expression, facts, answers or {}, form)) if expression else (),
            )
        )
    return Tried(check, tuple(found))


def _seen(expression: str, facts: Mapping[str, Any], answers: Mapping[str, Any], form: Form | None) -> Iterable[Seen]:
    try:
        names = sorted(names_of(expression))
    except NotCel:
        return
    for root, name in names:
        if root == "facts" and name in FACTS:
            yield Seen(FACTS[name].label, _shown(facts.get(name), FACTS[name].kind, name))
        elif root == "answers":
            item = form.field(name) if form is not None else None
            label = item.label if item is not None else Bilingual(name, name)
            kind = (item.result if item.kind == "computed" else item.kind) if item is not None else ""
            yield Seen(label, _shown(answers.get(name), kind, name))


_YES, _NO = Bilingual("sì", "yes"), Bilingual("no", "no")


def _shown(value: Any, kind: str, name: str) -> Bilingual | None:
    """A value as people read it; ``None`` when there is none."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, (list, tuple)):
        text = ", ".join(str(item) for item in value)
        return Bilingual(text, text)
    if name == "size" and value in SIZES:
        return SIZES[value]
    if isinstance(value, (int, float)):
        return _number(float(value), kind)
    return Bilingual(str(value), str(value))


def _number(value: float, kind: str) -> Bilingual:
    from decimal import Decimal

    number = Decimal(str(value))
    if kind == "money":
        return Bilingual(format_euro(number), format_euro(number, "en"))
    text = format(number.normalize(), "f") if number else "0"
    suffix = " %" if kind == "percent" else ""
    return Bilingual(text.replace(".", ",") + suffix, text + suffix)


def try_on_enterprises(
    *,
    actor: Actor,
    rules: Sequence[Mapping[str, Any]],
    tax_codes: Sequence[str],
    on: date,
    answers: Mapping[str, Any] | None = None,
    form: Form | None = None,
) -> list[TriedEnterprise]:
    """Try the rules on the enterprises of some tax codes (at most fifty), among those the actor may see, in the order given.
    Reads only. An enterprise not seen is left out: there is nothing to tell of it."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in tax_codes if code.strip()))[:50]
    rows = (
        Enterprise.objects.visible_to(actor)
        .filter(tax_code__in=wanted)
        .prefetch_related("accounts", Prefetch("seats", seats_for_facts(on)))
    )
    found = {row.tax_code: row for row in rows}
    return [
        TriedEnterprise(
            found[code], try_rules(rules, facts=enterprise_facts(found[code], on=on), answers=answers, form=form)
        )
        for code in wanted
        if code in found
    ]
