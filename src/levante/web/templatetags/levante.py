"""Template tags of the house, loaded in every template."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from levante.documents.api import issuer_in_words
from levante.initiatives.api import city_in
from levante.kernel.api import ROME
from levante.kernel.pure import Bilingual, Decision, format_euro, in_both, reads_english, said_in
from levante.law.citing import in_italian
from levante.meetings.api import city_of
from levante.register.api import kind_in_words, log_in_words

register = template.Library()


@register.filter
def log_words(name: str) -> str:
    """What a log of the register holds; its own name when it has no words."""
    return log_in_words(name, get_language())


@register.filter
def kind_words(kind: str) -> str:
    """What an entry of the register is about; its own code when it has no words."""
    return kind_in_words(kind, get_language())


@register.filter
def norm(reference: str) -> str:
    """A reference as it is cited in the language of the page: ``art. 2, comma 7`` in Italian, ``art. 2(7)`` in English."""
    return reference if reads_english(get_language()) else in_italian(reference or "")


@register.filter
def city(name: str, language: str = "") -> str:
    """A city as a language calls it, that of the page unless told: ``Parigi``, ``Paris``."""
    return city_in(name or "", language or get_language() or "it")


@register.filter
def issuer_words(issuer: str | None) -> str:
    """Who issued a certificate as people call it, of ``CN=…,O=…``."""
    return issuer_in_words(issuer or "")


@register.filter
def euro(amount: Decimal | None) -> str:
    """``1.234,56 €`` in Italian, ``€1,234.56`` in English; a dash when there is no amount."""
    return "–" if amount is None else format_euro(Decimal(amount), get_language() or "it")


@register.filter
def amount(text: str | None) -> str:
    """An amount as the rules of law write it (``"1234.56"``), as people read it."""
    return euro(Decimal(text) if text else None)


@register.filter
def bilingual(value: Any) -> str:
    """A sentence that carries both languages: a ``Bilingual``, a ``Decision``, or ``{"it": …, "en": …}``."""
    language = get_language() or "it"
    if isinstance(value, Decision):
        value = value.reason
    if isinstance(value, Bilingual):
        return value.in_language(language)
    if isinstance(value, dict):
        return str(
            value.get(language[:2])
            or (reads_english(language) and said_in(language, value.get("en")))
            or value.get("it")
            or ""
        )
    return str(value)


@register.filter
def told(value: Any) -> str:
    """Why something was decided: what the system says in the language of the page; the words of a person of the offices, which are the
    legal text, as they wrote them, marked as Italian on a page in English (WCAG 3.1.2)."""
    words = value if isinstance(value, Bilingual) else Bilingual(str(value or ""), "")
    if not reads_english(get_language()):
        return linebreaksbr(words.it)
    if words.en or not words.it:
        return linebreaksbr(words.in_language(get_language()))
    return format_html('<span lang="it">{}</span>', linebreaksbr(words.it))


@register.filter
def either(value: Bilingual) -> str:
    """The same where nothing can be marked: a title, a name, what is written of a transfer."""
    return in_both(value).in_language(get_language() or "it")


@register.filter
def in_language(value: Any, name: str) -> str:
    """``{{ office|in_language:"name" }}``: the attribute ``name_it`` or ``name_en`` (in a third language what its catalogue has of it),
    Italian when the other is empty."""
    english = getattr(value, f"{name}_en", "") if reads_english(get_language()) else ""
    return said_in(get_language(), str(english)) if english else str(getattr(value, f"{name}_it"))


@register.filter
def city_of_zone(zone: str) -> str:
    """``{{ agenda.zone|city_of_zone }}``: the city of a time zone (Europe/Rome) in the language at work."""
    return city_of(zone, get_language() or "it")


@register.filter
def languages_in_words(codes: list[str]) -> str:
    """``{{ buyer.languages|languages_in_words }}``: codes (``de``) as names in the language at work, after commas."""
    names = Locale((get_language() or "it")[:2]).languages
    return ", ".join(str(names.get(code, code)) for code in codes)


@register.filter
def language_in_words(code: str) -> str:
    """The name of one language, of its code, in the language at work."""
    return languages_in_words([code])


def day_format() -> str:
    """Months are written small in Italian (``22 nov 2026``), with a capital in English (``22 Nov 2026``)."""
    return f"{day_month_format()} Y"


def day_month_format() -> str:
    """``31 gen`` in Italian, ``31 Jan`` in English, as its catalogue says in another language."""
    return said_in(get_language(), "j M") if reads_english(get_language()) else "j b"


@register.filter
def instant(value: datetime | str | None) -> SafeString | str:
    """An instant as people read it, in Italian time and saying so; ISO text, of what is kept as JSON, too."""
    if value is None:
        return "–"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    local = value.astimezone(ROME)
    return format_html(
        '<time datetime="{}">{} <span class="text-nowrap">({})</span></time>',
        value.isoformat(),
        date_format(local, f"{day_format()}, H:i"),
        gettext("Italian time"),
    )


@register.filter
def day(value: date | None) -> SafeString | str:
    """A day as people read it: ``22 nov 2026``; of an instant, its day in Italy."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(ROME)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, day_format()))


@register.filter
def wall(value: datetime | None, year: str = "") -> str:
    """What a clock on the wall says, where something happens: ``16 dic 09:30``, in English ``16 Dec 09:30``; ``"year"`` writes it too."""
    if value is None:
        return "–"
    day = day_format()
    return date_format(value, f"{day}, H:i" if year else f"{day.removesuffix(' Y')} H:i")


@register.filter
def moment(value: date | datetime | None) -> SafeString | str:
    """A day or an instant, whichever it is."""
    return instant(value) if isinstance(value, datetime) else day(value)


@register.filter
def hexadecimal(value: bytes | memoryview | None) -> str:
    """A hash as people compare it."""
    return bytes(value).hex() if value is not None else ""


@register.filter
def counted(value: int | Decimal | None) -> str:
    """A number with its thousands apart: ``400.000`` in Italian, ``400,000`` in English; a whole one without decimals."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return "–" if value is None else str(number_format(value, use_l10n=True, force_grouping=True))


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some values changed; an empty value removes its key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"
