"""How days and percentages are written in the two languages of an explanation."""

from datetime import date
from decimal import Decimal

from levante.kernel.pure import Bilingual

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
    """The same with the article that Italian wants: ``il 60 %``, ``l'80 %``; in English without."""
    text = percent_text(share)
    whole = text.it.split()[0].split(",")[0]
    vowel = whole in ("8", "11") or (len(whole) == 2 and whole[0] == "8")
    return Bilingual(f"l'{text.it}" if vowel else f"il {text.it}", text.en)


def plain_number(number: Decimal) -> str:
    """A number without exponent and without idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
