"""How days and percentages are written in the two languages of an explanation."""

from datetime import date
from decimal import Decimal

from levante.kernel.pure import Bilingual
from levante.kernel.pure import the_percent as with_article

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_text(day: date | None) -> Bilingual:
    """``15/06/2025`` and ``15 June 2025``; nothing for no day."""
    if day is None:
        return Bilingual("", "")
    return Bilingual(f"{day.day:02}/{day.month:02}/{day.year:04}", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def percent_text(share: Decimal | None) -> Bilingual:
    """``60,5 %`` and ``60.5%``, without idle zeros."""
    text = plain_number(share or Decimal(0))
    return Bilingual(f"{text.replace('.', ',')} %", f"{text}%")


def the_percent(share: Decimal | None) -> Bilingual:
    """The same with the article that Italian wants: ``il 60 %``, ``l’80 %``; in English without."""
    text = percent_text(share)
    return Bilingual(with_article(text.it.removesuffix(" %")), text.en)


def plain_number(number: Decimal) -> str:
    """A number without exponent and without idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


#: The values of steps that are words of the answer's shape, as people read them.
WORDS: dict[str, Bilingual] = {
    "micro": Bilingual("micro", "micro"),
    "small": Bilingual("piccola", "small"),
    "medium": Bilingual("media", "medium"),
    "large": Bilingual("grande", "large"),
    "general": Bilingual("de minimis generale", "general de minimis"),
    "agriculture": Bilingual("de minimis agricolo", "agricultural de minimis"),
    "fishery": Bilingual("de minimis della pesca", "fishery de minimis"),
    "sgei": Bilingual("de minimis dei servizi di interesse economico generale", "SGEI de minimis"),
    "other": Bilingual("non è de minimis", "not de minimis"),
}


def value_text(value: str) -> Bilingual:
    """The value of a step as people read it: a word, the two days of a period; what names something stays as it is, and
    the key of a decision, which is for programs, is left out."""
    if value in WORDS:
        return WORDS[value]
    first, _, last = value.partition("/")
    try:
        since, until = day_text(date.fromisoformat(first)), day_text(date.fromisoformat(last))
    except ValueError:
        return Bilingual("", "") if value.startswith("joint-majority:") else Bilingual(value, value)
    return Bilingual(f"{since.it} – {until.it}", f"{since.en} – {until.en}")
