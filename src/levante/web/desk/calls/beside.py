"""What stands beside what is edited: the rules in words (“if… then…”), and the money reckoned on an example."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from levante.calls.api import PROCEDURES, Amount, amount_for, building, in_words, money_words, problems_of, read_entry
from levante.kernel.pure import format_euro, money_text
from levante.letters.api import KINDS as LETTERS
from levante.letters.api import PLACEHOLDERS, check_template, fill, template_for
from levante.web.desk.calls import numbers
from levante.web.desk.calls.scene import Scene, text_of


@dataclass(slots=True)
class Said:
    """A heading and its sentences; a sentence may have the norm that grounds it."""

    title: str
    lines: list[tuple[str, str]] = field(default_factory=list)


def of(chapter: str, scene: Scene, data: QueryDict) -> dict[str, Any]:
    """``said`` is the chapter in words; ``example`` the money on an example, where the chapter is money."""
    said = _SAYING.get(chapter, lambda _scene: [])(scene)
    return {
        "said": [one for one in said if one.lines],
        "example": example_of(scene, data) if chapter == "money" else None,
    }


def condition_words(expression: Any, scene: Scene) -> str:
    text = text_of(expression)
    return in_words(text, scene.form).in_language(scene.language) if text else ""


def _both(row: Mapping[str, Any], scene: Scene) -> str:
    return str(row.get(scene.language[:2]) or row.get("it") or "")


def _rules(rules: Any, scene: Scene) -> list[tuple[str, str]]:
    found = []
    for rule in rules or ():
        if not isinstance(rule, Mapping) or not _both(rule, scene):
            continue
        said = condition_words(rule.get("expression"), scene)
        when_no = _both(rule.get("when_no") or {}, scene) or _both(rule, scene)
        if said:
            sentence = gettext("If %(condition)s, it is met; otherwise: “%(reason)s”.") % {
                "condition": said, "reason": when_no,
            }  # fmt: skip
        elif rule.get("ask"):
            sentence = gettext("It is declared: “%(question)s”.") % {"question": _both(rule["ask"], scene)}
        else:
            sentence = gettext("The office verifies: “%(requirement)s”.") % {"requirement": _both(rule, scene)}
        found.append((sentence, str(rule.get("reference") or "")))
    return found


def _who(scene: Scene) -> list[Said]:
    applicants = scene.value("applicants") or {}
    return [
        Said(gettext("Requirements"), _rules(scene.value("eligibility"), scene)),
        Said(gettext("Of each firm of a group"), _rules(applicants.get("member_rules"), scene)),
    ]


def _procedure(scene: Scene) -> list[Said]:
    rule = PROCEDURES.get(str(scene.value("procedure") or "first_come"))
    lines = [(rule.words.in_language(scene.language).capitalize() + ".", "")] if rule is not None else []
    for limit in scene.value("limits") or ():
        if isinstance(limit, Mapping):
            lines.append((_both(limit, scene), str(limit.get("reference") or "")))
    return [Said(gettext("How one decides"), lines)]


def _judgement(scene: Scene) -> list[Said]:
    criteria = []
    for row in scene.value("criteria") or ():
        name = _both(row.get("name") or {}, scene) if isinstance(row, Mapping) else ""
        if not name:
            continue
        said = condition_words(row.get("expression"), scene)
        points = gettext("up to %(points)s points") % {"points": row.get("max_points") or "…"}
        criteria.append((f"{name}: {points}" + (f" – {said}" if said else "") + ".", ""))
    ties = [
        (f"{_both(row, scene)}: {condition_words(row.get('expression'), scene)}.", "")
        for row in scene.value("tie_breaks") or ()
        if isinstance(row, Mapping)
    ]
    total = _total(scene)
    if total is not None:
        criteria.append((gettext("In all %(points)s points.") % {"points": total}, ""))
    return [Said(gettext("Points"), criteria), Said(gettext("On equal points"), ties)]


def _total(scene: Scene) -> str | None:
    numbers = [
        building.number_of(str(row.get("max_points") or ""))
        for row in scene.value("criteria") or ()
        if isinstance(row, Mapping)
    ]
    if not numbers or any(number is None for number in numbers):
        return None
    return format(sum((number for number in numbers if number is not None), Decimal(0)).normalize(), "f")


def _money(scene: Scene) -> list[Said]:
    money = sound_money(scene)
    if money is None:
        return []
    told = money_words(money)
    language = scene.language
    lines = [(f"{words.in_language(language)}: {format_euro(amount, language)}", "") for words, amount in told.cases]
    lines += [(sentence.in_language(language), "") for sentence in told.sentences]
    items = [
        (
            ": ".join(
                one for one in (name.in_language(language), "; ".join(w.in_language(language) for w in said)) if one
            ),
            norm,
        )
        for name, said, norm in told.items
    ]
    cases = [
        (
            gettext("If %(condition)s: %(what)s.")
            % {"condition": condition_words(row["when"], scene), "what": _both(row, scene)},
            "",
        )
        for key in ("rates", "premiums", "steps")
        for row in money.get(key) or ()
        if row.get("when")
    ]
    return [
        Said(told.heading.in_language(language), lines),
        Said(gettext("If… then…"), cases),
        Said(gettext("Cost items"), items),
    ]


def _openings(scene: Scene) -> list[Said]:
    lines = []
    for opening in scene.value("openings") or ():
        for reserve in opening.get("reserves") or () if isinstance(opening, Mapping) else ():
            if reserve.get("when"):
                lines.append(
                    (
                        gettext("If %(condition)s: %(what)s.")
                        % {"condition": condition_words(reserve["when"], scene), "what": _both(reserve, scene)},
                        "",
                    )
                )
    return [Said(gettext("Reserves"), lines)]


def _texts(scene: Scene) -> list[Said]:
    """Each letter as it would be read, its placeholders told by what they stand for; then what each kind may name."""
    own = (scene.value("templates") or {}).get("letters") or {}
    language, found = scene.language, []
    for kind in own:
        if kind not in LETTERS:
            continue
        label = LETTERS[kind].label.in_language(language)
        template = template_for(kind, own)
        wrong = check_template(kind, template)
        if wrong:
            lines = [(one.in_language(language), "") for one in wrong]
        else:
            stand = {name: f"‹{PLACEHOLDERS[name].in_language(language)}›" for name in LETTERS[kind].placeholders}
            subject, body = template.subject.in_language(language), template.body.in_language(language)
            lines = [(text, "") for text in (fill(subject, stand), *fill(body, stand).split("\n\n")) if text.strip()]
        found.append(Said(gettext("The letter “%(kind)s”") % {"kind": label}, lines))
        names = [(f"{{{name}}}: {PLACEHOLDERS[name].in_language(language)}", "") for name in LETTERS[kind].placeholders]
        found.append(Said(gettext("What “%(kind)s” may name") % {"kind": label}, names))
    return found


_SAYING = {
    "texts": _texts,
    "who": _who, "procedure": _procedure, "judgement": _judgement, "money": _money, "openings": _openings,
}  # fmt: skip


# -- the money on an example


@dataclass(slots=True)
class Example:
    """What one may try: costs (one, or by item), the option, which cases hold; and what comes of it."""

    inputs: list[tuple[str, str, str]] = field(default_factory=list)
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    cases: list[tuple[str, str, bool]] = field(default_factory=list)
    amount: Amount | None = None


def sound_money(scene: Scene) -> dict[str, Any] | None:
    """The money being edited with its defaults, when it has its shape."""
    money = scene.value("money")
    document = {**scene.document, "money": money}
    if not money or any(wrong.path.startswith("money") for wrong in problems_of(document)):
        return None
    found: dict[str, Any] = read_entry({**document, "form": {}}).model_dump(mode="json", exclude_none=True)["money"]
    return found


def example_of(scene: Scene, data: QueryDict) -> Example | None:
    money = sound_money(scene)
    if money is None:
        return None
    example = Example()
    kind = money["kind"]
    answers: dict[str, Any] = {}
    if kind in ("percentage", "lump_sum"):
        typed = data.get("example.base") or numbers.shown("20000.00", grouped=True)
        example.inputs = [("example.base", gettext("Costs"), typed)]
        answers[money["base"]] = _typed_amount(typed)
    if kind == "items":
        answers[money["field"]] = _rows(money, example, scene, data)
    if money.get("by"):
        rows = money.get("options") or money.get("caps") or ()
        chosen = data.get("example.option") or (rows[0]["code"] if rows else "")
        example.options = [(row["code"], _both(row, scene), row["code"] == chosen) for row in rows]
        answers[money["by"]] = chosen
    example.amount = amount_for(_decided(money, example, scene, data), answers, {})
    return example


def _typed_amount(text: str) -> str:
    number = numbers.typed(text)
    return money_text(round(number, 2)) if number is not None and number >= 0 else "0.00"


def _rows(money: Mapping[str, Any], example: Example, scene: Scene, data: QueryDict) -> list[dict[str, Any]]:
    rows = []
    for item in money["items"]:
        if item["basis"]["kind"] == "flat_rate":
            continue
        name, by_unit = f"example.item.{item['code']}", item["basis"]["kind"] == "unit"
        typed = data.get(name) or ("10" if by_unit else numbers.shown("5000.00", grouped=True))
        example.inputs.append((name, _both(item, scene), typed))
        row = {money["item"]: item["code"]}
        column = money.get("quantity") if by_unit else money.get("amount")
        if column:
            row[column] = _typed_amount(typed)
        rows.append(row)
    return rows


def _decided(money: Mapping[str, Any], example: Example, scene: Scene, data: QueryDict) -> dict[str, Any]:
    """The money with each of its conditions true or not, as the boxes of the example say."""
    found = dict(money)
    for key in ("rates", "premiums", "steps"):
        rows = []
        for number, row in enumerate(money.get(key) or ()):
            if row.get("when"):
                name = f"example.{key}.{number}"
                holds = name in data
                example.cases.append((name, _both(row, scene), holds))
                row = {**row, "when": "true" if holds else "false"}
            rows.append(row)
        if key in money:
            found[key] = rows
    return found
