"""How a result was reached, line by line, in both languages, each line with its norm and its value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from levante.kernel.pure.languages import ENGLISH, ITALIAN, reads_english, said_in


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence in Italian and in English; in another language what its catalogue has of the English, else the English."""

    it: str
    en: str

    def in_language(self, language: str | None) -> str:
        return said_in(language, self.en) if reads_english(language) else self.it

    def as_json(self) -> dict[str, str]:
        return {"it": self.it, "en": self.en}


@dataclass(frozen=True, slots=True)
class Filled(Bilingual):
    """A sentence with values in it, which keeps its words apart from them: a catalogue has the words (``words``, the English) in a third
    language, never the sentence. Made by ``filled``."""

    words: str = ""
    values: tuple[tuple[str, "str | Bilingual"], ...] = ()

    def in_language(self, language: str | None) -> str:
        if (language or ITALIAN)[:2] in (ITALIAN, ENGLISH):
            return Bilingual.in_language(self, language)
        return said_in(language, self.words).format(**_in(language, dict(self.values)))


@dataclass(frozen=True, slots=True)
class Kept(Bilingual):
    """A sentence as it was kept, with what it was in other languages; in one that it was not kept in, the English."""

    others: tuple[tuple[str, str], ...] = ()

    def in_language(self, language: str | None) -> str:
        if not reads_english(language):
            return self.it
        return dict(self.others).get((language or ENGLISH)[:2], self.en)


def filled(it: str, en: str, /, **values: str | Bilingual) -> Bilingual:
    """A sentence with ``{names}`` in it and what stands in their place, text or a sentence of its own."""
    given = tuple(values.items())
    return Filled(it.format(**_in(ITALIAN, values)), en.format(**_in(ENGLISH, values)), en, given)


def joined(by: str, parts: Sequence[str | Bilingual]) -> Bilingual:
    """Some sentences one after the other, each in its language."""
    places = by.join(f"{{part{number}}}" for number in range(len(parts)))
    return filled(places, places, **{f"part{number}": part for number, part in enumerate(parts)})


def _in(language: str | None, values: Mapping[str, str | Bilingual]) -> dict[str, str]:
    return {
        name: value.in_language(language) if isinstance(value, Bilingual) else value for name, value in values.items()
    }


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
