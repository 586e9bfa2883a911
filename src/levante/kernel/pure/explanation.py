"""How a result was reached, line by line, in both languages, each line with its norm and its value."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence in Italian and in English."""

    it: str
    en: str

    def in_language(self, language: str | None) -> str:
        return self.en if (language or "it").startswith("en") else self.it

    def as_json(self) -> dict[str, str]:
        return {"it": self.it, "en": self.en}


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
