"""What a meeting is worth to the agenda, from what the two said, and who might meet whom, explained. Pure: no database.

Weights are those of the study the solver was measured on: mutual 10–13, asked by the buyer alone 5–8, by the seller
alone 2–5. Suggestions
count what the two have in common, each line with its points and its words, so that a suggestion is never a black box.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: The most a suggestion can have, by what is in common: a hundred in all.
SECTOR, HEADING, PRODUCT, LANGUAGE, MARKET, CERTIFICATION, PRICE = 25, 20, 15, 10, 15, 10, 5
_WORD = re.compile(r"[a-z]{4,}")
#: Words that say nothing of a product.
_EMPTY = frozenset(
    [
        "with",
        "from",
        "that",
        "this",
        "they",
        "their",
        "your",
        "have",
        "want",
        "need",
        "some",
        "more",
        "most",
        "also",
        "into",
        "over",
        "only",
        "very",
        "good",
        "quality",
        "product",
        "products",
        "company",
        "della",
        "delle",
        "degli",
        "dello",
        "nella",
        "nelle",
        "dalla",
        "dalle",
        "sono",
        "come",
        "anche",
        "alla",
        "alle",
        "questo",
        "questa",
        "prodotti",
        "prodotto",
        "azienda",
        "impresa",
        "per",
        "con",
        "demonstration",
        "dimostrazione",
        "looking",
        "suppliers",
        "cerchiamo",
        "fornitori",
        "buyers",
    ]
)


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of who comes: codes of sectors, of languages (ISO 639-1), its country, the countries it sells to (who sells: or wants
    to), its words; codes of the Harmonized System (two digits or more), of certifications held or asked, of the price band."""

    sectors: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    country: str = ""
    markets: frozenset[str] = frozenset()
    text: str = ""
    codes: frozenset[str] = frozenset()
    certifications: frozenset[str] = frozenset()
    price_band: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of a suggestion: what is in common, its points and of what most."""

    kind: str
    what: tuple[str, ...]
    points: int
    most: int


def weight_of(
    *, seller: int | None, buyer: int | None, seller_accepts: bool = False, buyer_accepts: bool = False
) -> tuple[float, bool]:
    """The weight of a pair and whether its interest is mutual, from the priorities (1–3) with which each asked (none:
    did not ask).

    Who accepts what it was asked counts as asking with the least priority.
    """
    wanted_by_seller = seller if seller is not None else 1 if seller_accepts else None
    wanted_by_buyer = buyer if buyer is not None else 1 if buyer_accepts else None
    if wanted_by_seller is not None and wanted_by_buyer is not None:
        return 10.0 + (wanted_by_seller + wanted_by_buyer - 2) * 0.75, True
    if wanted_by_buyer is not None:
        return 5.0 + (wanted_by_buyer - 1) * 1.5, False
    if wanted_by_seller is not None:
        return 2.0 + (wanted_by_seller - 1) * 1.5, False
    return 0.0, False


def suggest(seller: Said, buyer: Said) -> list[Reason]:
    """What a seller and a buyer have in common; the points are the sum of the lines'. What neither said gives
    nothing."""
    lines = []
    sectors = seller.sectors & buyer.sectors
    if sectors:
        lines.append(Reason("sector", tuple(sorted(sectors)), SECTOR, SECTOR))
    codes = {code for code in buyer.codes if any(own.startswith(code) for own in seller.codes)}
    if codes:
        # A heading says more than its chapter: what is told is the narrowest.
        told = sorted(code for code in codes if not any(other != code and other.startswith(code) for other in codes))
        lines.append(
            Reason(
                "heading", tuple(told)[:8], HEADING if any(len(code) > 2 for code in told) else HEADING // 2, HEADING
            )
        )
    words = words_of(seller.text) & words_of(buyer.text)
    if words:
        lines.append(Reason("product", tuple(sorted(words))[:8], min(PRODUCT, 5 * len(words)), PRODUCT))
    spoken = seller.languages & buyer.languages
    if spoken:
        lines.append(Reason("language", tuple(sorted(spoken)), LANGUAGE, LANGUAGE))
    markets = ({buyer.country} | buyer.markets) & seller.markets - {""}
    if markets:
        # Where it is says more than where else it sells.
        points = MARKET if buyer.country in markets else MARKET // 2
        lines.append(Reason("market", tuple(sorted(markets))[:8], points, MARKET))
    held = seller.certifications & buyer.certifications
    if held:
        points = CERTIFICATION * len(held) // len(buyer.certifications)
        lines.append(Reason("certification", tuple(sorted(held)), points, CERTIFICATION))
    if buyer.price_band and buyer.price_band == seller.price_band:
        lines.append(Reason("price", (buyer.price_band,), PRICE, PRICE))
    return lines


def points_of(lines: Iterable[Reason]) -> int:
    return sum(line.points for line in lines)


def words_of(text: str) -> frozenset[str]:
    """The words that may name a product: at least four letters, without accents, not those that say nothing."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return frozenset(_stem(word) for word in _WORD.findall(plain) if word not in _EMPTY)


def _stem(word: str) -> str:
    """Singular and plural as one, roughly: a last vowel or s is taken away from words long enough."""
    return word.rstrip("aehios") if len(word) > 5 else word


def interpreter_for(
    seller: frozenset[str], buyer: frozenset[str], *, common: frozenset[str], offered: Iterable[str]
) -> str | None:
    """The language in which the two need an interpreter: none when they share one; else the buyer's first, or the seller's, that the
    event has interpreters of, if the other speaks one of the event's (``common``), from which it is translated."""
    if understand(seller, buyer, common=common):
        return None
    for one, other in ((buyer, seller), (seller, buyer)):
        found = [language for language in sorted(offered) if language in one]
        if found and (not other or other & common or not common):
            return found[0]
    return None


def understand(seller: frozenset[str], buyer: frozenset[str], *, common: frozenset[str]) -> bool:
    """Do the two share a language? Two that speak each another of the event's do not. Who has told none is taken to speak the event's."""
    sells, buys = seller or common, buyer or common
    return bool(sells & buys) or not sells or not buys
