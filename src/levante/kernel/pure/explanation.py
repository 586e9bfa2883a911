"""How a result was reached, line by line, in both languages, each line with its norm and its value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence in Italian and in English."""

    it: str
    en: str

    def in_language(self, language: str | None) -> str:
        return self.en if (language or "it").startswith("en") else self.it

    def as_json(self) -> dict[str, str]:
        return {"it": self.it, "en": self.en}


def as_said(words: str | Bilingual) -> Bilingual:
    """What the system says is in both languages; a person's words are as they wrote them, and have no other (``en`` is empty)."""
    return words if isinstance(words, Bilingual) else Bilingual(words.strip(), "")


def in_both(words: Bilingual) -> Bilingual:
    """The same for a sentence that goes on in both languages: a person's words stand in both as they are."""
    return Bilingual(words.it, words.en or words.it)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: what was established, on what ground, with what value.

    ``reference`` names the norm ("Reg. (UE) 2023/2831, art. 3(2)"); ``value`` is what the line established, already
    written as text (an amount with two digits, a date in ISO form, a count).
    """

    text: Bilingual
    reference: str = ""
    value: str = ""

    def as_json(self) -> dict[str, str]:
        return {"text": self.text.it, "text_en": self.text.en, "reference": self.reference, "value": self.value}


def step(it: str, en: str, reference: str = "", value: object = "") -> Step:
    """A line of an explanation, with less ceremony."""
    return Step(Bilingual(it, en), reference, str(value))


def steps_as_json(steps: Iterable[Step]) -> list[dict[str, str]]:
    """The lines as the JSON doors print them and as decisions store them."""
    return [line.as_json() for line in steps]


def problems_as_json(problems: Sequence[Bilingual], most: int) -> dict[str, Any]:
    """``{problems, problems_it, problem_count}``: the first ``most`` in English, as commands say them, and in Italian."""
    shown = problems[:most]
    return {
        "problems": [one.en for one in shown],
        "problems_it": [one.it for one in shown],
        "problem_count": len(problems),
    }


def why_unreadable(error: Exception) -> Bilingual:
    """Why a document could not be read, in words: what the exception carries in both languages, or what kind of thing it is."""
    if isinstance(it := getattr(error, "it", None), str):
        return Bilingual(it, str(error))
    if isinstance(error, KeyError):
        return Bilingual(f"manca {error.args[0]}", f"{error.args[0]} is missing")
    return Bilingual("un valore non è come deve essere", f"a value is not as it should be: {error}")
