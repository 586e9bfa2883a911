"""What a call gives, in words: for its public page and for who designs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from levante.calls.money_items import proportion_words
from levante.calls.money_parts import short
from levante.kernel.pure import Bilingual, format_euro, the_percent


@dataclass(slots=True)
class MoneyWords:
    """``cases`` are amounts (or caps) by case, each with its words; ``sentences`` say the rest; ``items`` the cost items."""

    heading: Bilingual
    cases: list[tuple[Bilingual, Decimal]] = field(default_factory=list)
    sentences: list[Bilingual] = field(default_factory=list)
    items: list[tuple[Bilingual, list[Bilingual], str]] = field(default_factory=list)


_FIXED = Bilingual("Importo fisso", "Fixed amount")
_MOST = Bilingual("Al massimo", "At most")


def _both(row: Mapping[str, Any]) -> Bilingual:
    return Bilingual(row["it"], row["en"])


def _percent(value: str) -> tuple[str, str]:
    text = short(Decimal(value))
    return text.replace(".", ","), text


def _euro(value: str) -> tuple[str, str]:
    amount = Decimal(value)
    return format_euro(amount), format_euro(amount, "en")


def money_words(money: Mapping[str, Any]) -> MoneyWords:
    """The money of a call in words; nothing of a call that has none yet."""
    if not money:
        return MoneyWords(_MOST)
    kind = money["kind"]
    if kind == "fixed":
        told = MoneyWords(_FIXED)
        rows = money.get("options") or [{"it": "Per ogni domanda", "en": "For each application", **money}]
        told.cases = [(_both(row), Decimal(row["amount"])) for row in rows]
        _premiums(money, told)
        _proof(money, told)
        return told
    if kind == "lump_sum":
        told = MoneyWords(Bilingual("Somma forfettaria", "Lump sum"))
        for row in sorted(money["steps"], key=lambda one: Decimal(one["spend_at_least"])):
            it, en = _euro(row["spend_at_least"])
            words = Bilingual(f"{row['it']} (spese di almeno {it})", f"{row['en']} (costs of at least {en})")
            told.cases.append((words, Decimal(row["amount"])))
        told.sentences.append(
            Bilingual("Sotto la soglia più bassa non spetta nulla.", "Below the lowest threshold nothing is due.")
        )
    else:
        told = MoneyWords(_MOST)
        told.cases = [(_both(row), Decimal(row["amount"])) for row in money.get("caps", ())]
        if money.get("cap"):
            told.cases.append((Bilingual("Per ogni domanda", "For each application"), Decimal(money["cap"])))
        _rates(money, told)
    _premiums(money, told)
    _proof(money, told)
    told.items = [_item(item, money) for item in money.get("items", ())]
    return told


def _rates(money: Mapping[str, Any], told: MoneyWords) -> None:
    it, en = _percent(money["rate"])
    told.sentences.append(
        Bilingual(f"{the_percent(it, first=True)} delle spese ammissibili.", f"{en} % of the eligible costs.")
    )
    for row in money.get("rates", ()):
        it, en = _percent(row["rate"])
        told.sentences.append(Bilingual(f"{row['it']}: {the_percent(it)}.", f"{row['en']}: {en} %."))
    if money.get("floor"):
        it, en = _euro(money["floor"])
        told.sentences.append(
            Bilingual(f"Le spese ammissibili devono essere almeno {it}.", f"The eligible costs must be at least {en}.")
        )
    if money.get("least"):
        it, en = _euro(money["least"])
        told.sentences.append(Bilingual(f"Non si concedono contributi sotto {it}.", f"No grant below {en} is awarded."))


def _premiums(money: Mapping[str, Any], told: MoneyWords) -> None:
    for premium in money.get("premiums", ()):
        if premium.get("points"):
            it, en = _percent(premium["points"])
            told.sentences.append(
                Bilingual(
                    f"Premialità, {it} punti in più: {premium['it']}.", f"Premium, {en} points more: {premium['en']}."
                )
            )
        else:
            it, en = _euro(premium["amount"])
            within = ("", "") if money["kind"] == "fixed" else (" entro le spese", " within the costs")
            told.sentences.append(
                Bilingual(
                    f"Premialità, {it} in più{within[0]}: {premium['it']}.",
                    f"Premium, {en} more{within[1]}: {premium['en']}.",
                )
            )


def _proof(money: Mapping[str, Any], told: MoneyWords) -> None:
    """What shows that a fixed amount or a lump sum was earned."""
    if money.get("proof"):
        found = _proved_by(money["proof"])
        told.sentences.append(Bilingual(f"Si prova con: {found.it}.", f"Proved by: {found.en}."))


def _proved_by(proof: Iterable[Mapping[str, Any]]) -> Bilingual:
    rows = list(proof)
    return Bilingual(", ".join(one["it"] for one in rows), ", ".join(one["en"] for one in rows))


def _item(item: Mapping[str, Any], money: Mapping[str, Any]) -> tuple[Bilingual, list[Bilingual], str]:
    """A cost item, what is said of it, the norm that says it."""
    known = {one["code"]: one for one in money["items"]}
    said: list[Bilingual] = []
    if item["legal"] == "excluded":
        said.append(Bilingual("esclusa dalla norma", "excluded by law"))
    if item.get("capital"):
        said.append(Bilingual("beni strumentali", "capital goods"))
    basis = item["basis"]
    if basis["kind"] == "flat_rate":
        (rate_it, rate_en), (it, en) = _percent(basis["rate"]), proportion_words(basis, known)
        said.append(Bilingual(f"costo semplificato: {rate_it} % {it}", f"simplified cost: {rate_en} % {en}"))
    elif basis["kind"] == "unit":
        it, en = _euro(basis["amount"])
        said.append(
            Bilingual(
                f"costo unitario: {it} per {basis['unit']['it']}", f"unit cost: {en} for each {basis['unit']['en']}"
            )
        )
    elif basis["kind"] == "lump":
        it, en = _euro(basis["amount"])
        said.append(Bilingual(f"somma forfettaria: {it} per ognuna", f"lump sum: {en} for each"))
    for key, words in (("floor", ("almeno", "at least")), ("ceiling", ("al massimo", "at most"))):
        if item.get(key):
            it, en = _euro(item[key])
            said.append(Bilingual(f"{words[0]} {it}", f"{words[1]} {en}"))
    if item.get("ceiling_percent"):
        (rate_it, rate_en), (it, en) = (
            _percent(item["ceiling_percent"]["rate"]),
            proportion_words(item["ceiling_percent"], known),
        )
        said.append(Bilingual(f"al massimo {the_percent(rate_it)} {it}", f"at most {rate_en} % {en}"))
    if item.get("proof"):
        found = _proved_by(item["proof"])
        said.append(Bilingual(f"si prova con: {found.it}", f"proved by: {found.en}"))
    return _both(item), said, item.get("legal_reference", "")
