"""The text of a letter: placeholders filled, parts left out when they have nothing to say, paragraphs for paper and for mail.

A template is plain text. ``{name}`` is a placeholder; ``[[ … ]]`` is left out when a placeholder inside it is empty; a blank
line begins a paragraph; lines that begin with ``- `` are a list; ``## `` begins a heading; ``{{`` and ``}}`` are braces.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from levante.kernel.pure import Bilingual

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\](\n?)", re.S)


class BadTemplate(ValueError):
    """A template that cannot be used; ``problems`` say why, each naming what is wrong."""

    def __init__(self, problems: list[Bilingual]) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems = problems

    @property
    def reason(self) -> Bilingual:
        return Bilingual(
            "; ".join(problem.it for problem in self.problems), "; ".join(problem.en for problem in self.problems)
        )


def placeholders_in(template: str) -> list[str]:
    """The names in a template, in order, each once."""
    found = [match[1] for match in _TOKEN.finditer(template) if match[1] is not None]
    return list(dict.fromkeys(found))


def problems_of(template: str, *, known: Collection[str], required: Collection[str] = ()) -> list[Bilingual]:
    """What is wrong with a template: unknown placeholders by name, braces and brackets that do not close, what it must say."""
    found = []
    if unknown := [f"{{{name}}}" for name in placeholders_in(template) if name not in known]:
        names, choices = ", ".join(unknown), ", ".join(f"{{{one}}}" for one in known)
        one = len(unknown) == 1
        found.append(
            Bilingual(
                f"{f'il segnaposto {names} non esiste' if one else f'i segnaposto {names} non esistono'} qui: si possono usare "
                f"{choices}",
                f"there {'is' if one else 'are'} no placeholder{'' if one else 's'} {names} here: one can use {choices}",
            )
        )
    for match in _TOKEN.finditer(template):
        if match[0] in "{}":
            line = template.count("\n", 0, match.start()) + 1
            found.append(
                Bilingual(f"riga {line}: una parentesi graffa resta aperta", f"line {line}: a brace stays open")
            )
            break
    outside = _OPTIONAL.sub("", template)
    if "[[" in outside or "]]" in outside or any("[[" in match[1] for match in _OPTIONAL.finditer(template)):
        found.append(
            Bilingual(
                "le parti facoltative si scrivono [[ … ]] e non stanno una dentro l’altra",
                "optional parts are written [[ … ]] and do not hold one another",
            )
        )
    for name in required:
        if name not in placeholders_in(template):
            found.append(Bilingual(f"manca {{{name}}}, che la legge vuole", f"{{{name}}} is missing: the law wants it"))
    return found


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders filled. ``BadTemplate`` names those that ``values`` does not have."""
    problems = problems_of(template, known=values)
    if problems:
        raise BadTemplate(problems)

    def one(match: re.Match[str]) -> str:
        return {"{{": "{", "}}": "}"}.get(match[0]) or values[match[1]].strip()

    def optional(match: re.Match[str]) -> str:
        inside, rest = match[1], match[2]
        if all(values[name].strip() for name in placeholders_in(inside)):
            return inside + rest
        alone = match.start() == 0 or template[match.start() - 1] == "\n"
        return "" if alone else rest  # a line that has nothing to say is not left empty

    text = _TOKEN.sub(one, _OPTIONAL.sub(optional, template))
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text: ``kind`` is heading, paragraph or list; ``lines`` are its lines or its items."""

    kind: str
    lines: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """The parts of a filled text, in order, each told by its kind."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        run: list[str] = []
        kind = ""
        for line in filter(None, (line.strip() for line in part.splitlines())):
            this = "heading" if line.startswith("## ") else "list" if line.startswith("- ") else "paragraph"
            if run and this != kind:
                found.append(Block(kind, tuple(run)))
                run = []
            kind = this
            run.append(line.removeprefix("## ").removeprefix("- ") if this != "paragraph" else line)
        if run:
            found.append(Block(kind, tuple(run)))
    return found


def plain_of(text: str) -> str:
    """The text for a mail: headings without their mark, the rest as it was written."""
    return "\n".join(line.removeprefix("## ") for line in text.splitlines())


def as_items(lines: Collection[str]) -> str:
    """Things, as the items of a list in a text."""
    return "\n".join(f"- {' '.join(line.split())}" for line in lines if line.strip())
