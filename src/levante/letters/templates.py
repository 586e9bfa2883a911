"""Which text a letter is written from: the call's own where it has one, else the house's."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from levante.kernel.pure import Bilingual
from levante.letters.kinds import KINDS
from levante.letters.text import BadTemplate, fill, problems_of

HOUSE = Path(__file__).parent / "data" / "letters.yaml"


@dataclass(frozen=True, slots=True)
class Template:
    """Object and body in both languages; ``source`` says whose they are (``house``, ``call``, ``officer``)."""

    subject: Bilingual
    body: Bilingual
    source: str = "house"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter's words: the Italian is the act, the English a courtesy (empty where the template has none)."""

    subject: Bilingual
    body: Bilingual
    source: str


@cache
def house_templates() -> dict[str, Template]:
    """The house's own, by kind."""
    data = yaml.safe_load(HOUSE.read_text(encoding="utf-8"))
    return {kind: _template(row, "house") for kind, row in data.items()}


def _template(row: Mapping[str, Any], source: str) -> Template:
    subject, body = row["subject"], row["body"]
    return Template(
        Bilingual(subject["it"], subject.get("en") or ""), Bilingual(body["it"], body.get("en") or ""), source
    )


def template_for(kind: str, own: Mapping[str, Any] | None = None) -> Template:
    """The template of a kind of letter. ``own`` is what a call says differently (``templates.letters`` of its file): by kind,
    ``{subject: {it, en}, body: {it, en}}``; a part that is missing is the house's."""
    house = house_templates()[kind]
    row = (own or {}).get(kind)
    if not row:
        return house
    subject, body = row.get("subject") or {}, row.get("body") or {}
    return Template(
        Bilingual(subject.get("it") or house.subject.it, subject.get("en") or ("" if subject else house.subject.en)),
        Bilingual(body.get("it") or house.body.it, body.get("en") or ("" if body else house.body.en)),
        "call",
    )


def check_template(kind: str, template: Template) -> list[Bilingual]:
    """What is wrong with a template of that kind, each sentence naming it; nothing when it can be used."""
    if kind not in KINDS:
        choices = ", ".join(KINDS)
        return [
            Bilingual(
                f"non esiste una lettera «{kind}»: ci sono {choices}",
                f"there is no letter “{kind}”: there are {choices}",
            )
        ]
    known, required = KINDS[kind].placeholders, KINDS[kind].required
    found = []
    for place, text in (("subject", template.subject), ("body", template.body)):
        for language in ("it", "en"):
            words = text.in_language(language)
            if not words:
                continue
            wanted = required if place == "body" else ()
            found += [
                Bilingual(f"{place}.{language}: {problem.it}", f"{place}.{language}: {problem.en}")
                for problem in problems_of(words, known=known, required=wanted)
            ]
    return found


def check_own(own: Mapping[str, Any]) -> list[Bilingual]:
    """What is wrong with the letters of a call (``templates.letters`` of its file), each sentence naming kind and place."""
    found = []
    for kind in own:
        problems = check_template(
            kind, template_for(kind, own) if kind in KINDS else house_templates()["communication"]
        )
        found += [Bilingual(f"{kind}: {one.it}", f"{kind}: {one.en}") for one in problems]
    return found


def write(kind: str, values: Mapping[str, Bilingual], template: Template) -> Written:
    """The words of a letter. ``BadTemplate`` names what the template has wrong."""
    problems = check_template(kind, template)
    if problems:
        raise BadTemplate(problems)
    it = {name: values[name].it if name in values else "" for name in KINDS[kind].placeholders}
    en = {name: values[name].en if name in values else "" for name in KINDS[kind].placeholders}
    return Written(
        Bilingual(" ".join(fill(template.subject.it, it).split()), " ".join(fill(template.subject.en, en).split())),
        Bilingual(fill(template.body.it, it), fill(template.body.en, en)),
        template.source,
    )
