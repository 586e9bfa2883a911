"""Money: fields that exist and have the right kind, codes that can be answered, limits that leave something to give."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from levante.calls.checker.finding import Finding, View, error, warning, warning_of
from levante.calls.checker.openings import CHOOSERS
from levante.calls.forms.model import Field
from levante.calls.money_items import most_of
from levante.calls.schema import CostItem, FixedMoney, ItemsMoney, LumpSumMoney, PercentageMoney
from levante.kernel.pure import format_euro, round_euro
from levante.law import parameters
from levante.law.invoice_cup import SHORTEST_IDENTIFIER

#: The regime of aid that needs an incentive effect.
INCENTIVE = "gber"


def check(view: View) -> Iterator[Finding]:
    money = view.entry.money
    if isinstance(money, FixedMoney) and money.by is not None:
        yield from _options(view, money.by, [option.code for option in money.options], "options")
    if isinstance(money, (PercentageMoney, LumpSumMoney)):
        yield from _base(view, money.base)
    if isinstance(money, (PercentageMoney, ItemsMoney)):
        yield from _capped(view, money)
    if isinstance(money, ItemsMoney):
        yield from _items(view, money)
    if isinstance(money, LumpSumMoney):
        yield from _steps(view, money)
    yield from _payment(view)


def _known(view: View) -> bool:
    return bool(view.fields)


def _amount(item: Field) -> bool:
    return _gives(item, "money")


def _gives(item: Field, kind: str) -> bool:
    """Is it of a kind, typed in or reckoned?"""
    return item.kind == kind or (item.kind == "computed" and item.result == kind)


def _base(view: View, base: str) -> Iterator[Finding]:
    item = view.fields.get(base)
    if _known(view) and (item is None or not _amount(item)):
        yield error("money.base", "non è un importo del modulo.", "is not an amount of the form.")


def _options(view: View, by: str, codes: list[str], name: str) -> Iterator[Finding]:
    """The options of an answer: the field chooses, each option can be chosen, each answer has its option."""
    item = view.fields.get(by)
    if not _known(view):
        return
    if item is None or item.kind not in CHOOSERS:
        yield error("money.by", "non è un campo a scelta del modulo.", "is not a choice field of the form.")
        return
    answers = view.choices_of(by)
    if answers is None:
        return
    for number, code in enumerate(codes):
        if code not in answers:
            yield error(
                f"money.{name}.{number}.code",
                f"nessuna risposta di «{item.label.it}» la sceglie.",
                f"no answer of “{item.label.en}” chooses it.",
            )
    for code in sorted(answers - set(codes)):
        yield error(
            f"money.{name}",
            f"per la risposta «{code}» di «{item.label.it}» non si sa quanto si dà.",
            f"for answer “{code}” of “{item.label.en}” it is not known how much is given.",
        )


def _capped(view: View, money: PercentageMoney | ItemsMoney) -> Iterator[Finding]:
    if bool(money.caps) != (money.by is not None):
        yield error("money.caps", "vanno insieme a “by”.", "go together with “by”.")
    elif money.by is not None:
        yield from _options(view, money.by, [option.code for option in money.caps], "caps")
    if money.cap is not None and money.caps:
        yield error(
            "money.cap",
            "o un massimo per tutti, o uno per risposta.",
            "either one cap for all, or one for each answer.",
        )
    caps = [option.amount for option in money.caps] + ([money.cap] if money.cap is not None else [])
    if not caps:
        yield warning(
            "money.cap",
            "nessun massimo: una domanda può prendere tutto.",
            "no cap: one application may take everything.",
        )
    yield from _intensity(money)
    yield from _above_ceiling(view, caps)
    for number, opening in enumerate(view.entry.openings):
        if caps and max(caps) > opening.budget:
            yield warning(
                f"openings.{number}.budget", "una sola domanda può superarla.", "a single application may be above it."
            )
    least = getattr(money, "least", None)
    extra = sum((premium.amount for premium in money.premiums if premium.amount is not None), Decimal(0))
    if least is not None and caps and least > max(caps) + extra:
        yield error(
            "money.least", "supera il massimo: nessuno può avere nulla.", "is above the cap: nobody can have anything."
        )
    base = view.fields.get(getattr(money, "base", ""))
    if money.floor is not None and base is not None and base.maximum is not None and base.maximum < money.floor:
        yield error(
            "money.floor", "il modulo non accetta spese così alte.", "the form does not accept costs as high as that."
        )
    if isinstance(money, ItemsMoney):
        yield from _within_ceilings(money, extra)


def _within_ceilings(money: ItemsMoney, extra: Decimal) -> Iterator[Finding]:
    """What the items can come to, all at their ceilings, reaches the floor of the spend and the least grant."""
    most = most_of({item.code: item.model_dump(mode="json") for item in money.items})
    if most is None:
        return
    it, en = format_euro(most), format_euro(most, "en")
    if money.floor is not None and most < money.floor:
        yield error(
            "money.floor",
            f"tutte le voci insieme contano al massimo {it}: nessuno può avere nulla.",
            f"all the items together count for {en} at most: nobody can have anything.",
        )
    if money.least is not None and round_euro(most * _highest(money) / 100) + extra < money.least:
        yield error(
            "money.least",
            f"tutte le voci insieme contano al massimo {it}: il contributo non ci arriva mai.",
            f"all the items together count for {en} at most: the grant never comes to it.",
        )


def _intensity(money: PercentageMoney | ItemsMoney) -> Iterator[Finding]:
    highest = _highest(money)
    if highest > 100:
        yield warning(
            "money.premiums",
            f"con le premialità l’intensità arriva a {f'{highest.normalize():f}'.replace('.', ',')} %: oltre la spesa.",
            f"with the premiums the intensity comes to {highest.normalize():f} %: beyond what is spent.",
        )


def _highest(money: PercentageMoney | ItemsMoney) -> Decimal:
    """The intensity of who has the best case and every premium, per cent."""
    points = sum((premium.points for premium in money.premiums if premium.points is not None), Decimal(0))
    return max([money.rate, *(case.rate for case in money.rates)]) + points


def _above_ceiling(view: View, caps: Sequence[Decimal]) -> Iterator[Finding]:
    """A cap that no enterprise could be given whole (Reg. (EU) 2023/2831, art. 3(2))."""
    if not caps or not view.entry.regime.startswith("de_minimis"):
        return
    ceiling = parameters.value("de_minimis.ceiling", on=view.opens_on)
    if max(caps) > ceiling.value:
        yield warning_of(
            "money.cap",
            f"supera il massimale de minimis di {format_euro(ceiling.value)}: nessuna impresa può averlo intero.",
            f"is above the de minimis ceiling of {format_euro(ceiling.value, 'en')}: no enterprise can have it whole.",
            ceiling,
        )


def _steps(view: View, money: LumpSumMoney) -> Iterator[Finding]:
    ordered = sorted(money.steps, key=lambda step: step.spend_at_least)
    for lower, higher in pairwise(ordered):
        if higher.amount < lower.amount and higher.when == lower.when:
            yield error(
                "money.steps",
                f"la somma di «{higher.it}», con una spesa più alta, è più bassa di quella di «{lower.it}».",
                f"the sum of “{higher.en}”, with a higher spend, is lower than that of “{lower.en}”.",
            )
    for number, step in enumerate(money.steps):
        if step.amount > step.spend_at_least:
            yield error(
                f"money.steps.{number}.amount", "supera la spesa che la dà.", "is above the spend that gives it."
            )
    base = view.fields.get(money.base)
    if base is not None and base.maximum is not None and base.maximum < ordered[0].spend_at_least:
        yield error(
            "money.steps",
            "il modulo non accetta spese così alte: nessuno può avere nulla.",
            "the form does not accept costs as high as that: nobody can have anything.",
        )


def _items(view: View, money: ItemsMoney) -> Iterator[Finding]:
    codes = {item.code for item in money.items}
    for number, item in enumerate(money.items):
        yield from _item(item, f"money.items.{number}", codes, money)
    if all(item.legal == "excluded" for item in money.items):
        yield error(
            "money.items",
            "la norma esclude ogni voce: nessuno può avere nulla.",
            "the law excludes every item: nobody can have anything.",
        )
    if _known(view):
        yield from _columns(view, money, codes)


def _item(item: CostItem, path: str, codes: set[str], money: ItemsMoney) -> Iterator[Finding]:
    if item.legal == "excluded" and not item.legal_reference:
        yield error(f"{path}.legal_reference", "cita la norma che la esclude.", "cite the norm that excludes it.")
    if item.ceiling is not None and item.floor is not None and item.ceiling < item.floor:
        yield error(f"{path}.ceiling", "è sotto il minimo della voce.", "is below the floor of the item.")
    flat = item.basis.kind == "flat_rate"
    if flat and item.floor is not None:
        yield error(
            f"{path}.floor",
            "un tasso forfettario non si dichiara: non ha un minimo.",
            "a flat rate is not told by anybody: it has no floor.",
        )
    for name, shape in (("basis", item.basis if flat else None), ("ceiling_percent", item.ceiling_percent)):
        of = getattr(shape, "of", None)
        if not isinstance(of, list):
            continue
        for place, code in enumerate(of):
            if code not in codes:
                yield error(f"{path}.{name}.of.{place}", "non è una voce di spesa.", "is not a cost item.")
        if not of:
            yield error(f"{path}.{name}.of", "di’ di quali voci.", "say of which items.")
        if flat and name == "basis":
            others = [one for one in money.items if one.code in of and one.basis.kind != "flat_rate"]
            if of and not others:
                yield error(
                    f"{path}.basis.of",
                    "un tasso forfettario non si calcola su altri tassi forfettari.",
                    "a flat rate is not reckoned on flat rates.",
                )
    share = item.ceiling_percent
    if share is not None and share.of == "total" and len(codes) == 1:
        yield error(
            f"{path}.ceiling_percent",
            "l’unica voce non può essere una parte del totale.",
            "the only item cannot be a part of the total.",
        )
    if item.basis.kind in ("unit", "lump", "flat_rate") and item.legal == "eligible" and not item.proof and not flat:
        yield warning(
            f"{path}.proof",
            "un costo semplificato si prova con ciò che si è fatto: di’ come.",
            "a simplified cost is proved by what was done: say how.",
            "Reg. (UE) 2021/1060, art. 53",
        )


def _columns(view: View, money: ItemsMoney, codes: set[str]) -> Iterator[Finding]:
    group = view.fields.get(money.field)
    if group is None or group.kind != "group":
        yield error("money.field", "non è un gruppo di righe del modulo.", "is not a group of rows of the form.")
        return
    columns = {column.id: column for column in group.fields}
    kinds = {item.basis.kind for item in money.items}
    chooser = columns.get(money.item)
    if chooser is None or chooser.kind != "choice":
        yield error("money.item", "non è una colonna a scelta delle spese.", "is not a choice column of the costs.")
    else:
        told = {choice.code for choice in chooser.choices}
        for number, item in enumerate(money.items):
            if item.code not in told and item.basis.kind != "flat_rate":
                yield error(
                    f"money.items.{number}.code",
                    "nel modulo questa voce non si può scegliere.",
                    "this item cannot be chosen in the form.",
                )
            if item.code in told and item.basis.kind == "flat_rate":
                yield error(
                    f"money.items.{number}.code",
                    "un tasso forfettario non si dichiara: toglilo dalle scelte del modulo.",
                    "a flat rate is not told by anybody: take it out of the choices of the form.",
                )
        for code in sorted(told - codes):
            yield warning(
                "money.items",
                f"la scelta «{code}» del modulo non è una voce: non conterà nulla.",
                f"choice “{code}” of the form is no item: it will count for nothing.",
            )
    for name, wanted, needed in (("amount", "money", "real" in kinds), ("quantity", "number", "unit" in kinds)):
        column: Any = columns.get(getattr(money, name) or "")
        if getattr(money, name) is None:
            if needed:
                yield error(f"money.{name}", "di’ quale colonna.", "say which column.")
        elif column is None or not _gives(column, wanted):
            words = ("di importi", "of amounts") if name == "amount" else ("di numeri", "of numbers")
            yield error(
                f"money.{name}",
                f"non è una colonna {words[0]} delle spese.",
                f"is not a column {words[1]} of the costs.",
            )
        elif name == "quantity" and needed and column.maximum is None:
            yield warning(
                "money.quantity",
                "la colonna non ha un massimo: chi sbaglia a scrivere chiede qualunque numero di unità.",
                "the column has no most: who mistypes asks for any number of units.",
            )
        elif name == "quantity" and not column.whole and any(_in_wholes(item.basis) for item in money.items):
            yield warning(
                "money.quantity",
                "una voce si conta a unità intere, e la colonna accetta parti di unità: chiedi solo numeri interi.",
                "an item is counted in whole units, and the column takes parts of one: ask for whole numbers only.",
            )


def _in_wholes(basis: Any) -> bool:
    return basis.kind == "unit" and not basis.parts


def _payment(view: View) -> Iterator[Finding]:
    modes = view.entry.payment.modes
    codes = {mode.code for mode in modes}
    if "single" in codes and len(codes) > 1:
        yield error("payment.modes", "un pagamento unico non ha altre quote.", "a single payment has no other parts.")
    told = [mode.percent for mode in modes if mode.percent is not None]
    if len(told) == len(modes) and told and sum(told) != 100:
        yield error("payment.modes", "le quote non fanno il 100 %.", "the parts do not make 100 %.")
    elif sum(told) > 100:
        yield error("payment.modes", "le quote superano il 100 %.", "the parts are above 100 %.")
    if modes and not codes & {"balance", "single"}:
        yield warning("payment.modes", "manca il saldo.", "the balance is missing.")
    if view.entry.payment.spending_from is not None and view.entry.regime.startswith(INCENTIVE):
        yield error(
            "payment.spending_from",
            "in esenzione per categoria le spese non precedono la domanda: manca l’effetto di incentivazione (art. 6 Reg. (UE) 651/2014).",
            "under the block exemption spending never comes before the application: no incentive effect (art. 6 Reg. (EU) 651/2014).",
        )
    for number, one in enumerate(view.entry.payment.identifiers):
        if sum(letter.isalnum() for letter in one) < SHORTEST_IDENTIFIER:
            yield error(
                f"payment.identifiers.{number}",
                f"un identificativo ha almeno {SHORTEST_IDENTIFIER} lettere o cifre.",
                f"an identifier has at least {SHORTEST_IDENTIFIER} letters or digits.",
            )
    for number, mode in enumerate(modes):
        if mode.code == "advance" and mode.claim is not None and mode.claim.since == "project_end":
            yield warning(
                f"payment.modes.{number}.claim.since",
                "un anticipo si chiede all’inizio: il suo termine corre dalla concessione.",
                "an advance is claimed at the beginning: its term runs from the award.",
            )
        if mode.code == "advance" and not mode.guarantee:
            yield warning(
                f"payment.modes.{number}.guarantee", "un anticipo senza garanzia.", "an advance without guarantee."
            )
