"""How a city is called in the language of the reader: names in use, from ``cities.yaml``; any other city keeps the name it was given."""

from functools import cache
from pathlib import Path

import yaml


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """From Italian and from English, by the name in small letters."""
    known: dict[str, str] = yaml.safe_load((Path(__file__).parent / "cities.yaml").read_text(encoding="utf-8"))
    return (
        {italian.casefold(): english for italian, english in known.items()},
        {english.casefold(): italian for italian, english in known.items()},
    )


def city_in(name: str, language: str) -> str:
    """A city as Italian (``it``) calls it or as every other language reads it here, in English; given in either."""
    to_english, to_italian = _names()
    return (to_italian if language.startswith("it") else to_english).get(
        name.strip().replace("'", "’").casefold(), name
    )
