"""What a claim comes to: costs charged to the items of the call, within its limits; what of the grant is earned and is due.

Pure: no database. ``docs/algorithms/claims.md`` tells it in prose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levante.calls.api import TIMES, Amount, amount_for, capital_items, shares_of
from levante.kernel.pure import CENT, ZERO, Step, apportion, format_euro, money_text, round_euro, step, the_percent

#: Kinds of money of a call that pay for what was spent; the others pay for what was done.
BY_COSTS = ("percentage", "lump_sum", "items")


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount charged to an item by a document, or units of a simplified cost; ``ref`` names it to who asks."""

    ref: str
    item: str
    amount: Decimal = ZERO
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """What costs come to: ``counts`` of each, by its ref, within the limits; ``grant`` what of the grant they earn, ``capital`` the part of
    it that pays for capital goods."""

    counts: dict[str, Decimal]
    grant: Decimal
    eligible: Decimal
    steps: tuple[Step, ...]
    capital: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of the grant, gross, or ``excess``: what was due before is more than what is earned now. ``capital`` is the part of
    ``amount`` for capital goods, on which no tax is withheld."""

    amount: Decimal
    excess: Decimal
    steps: tuple[Step, ...]
    capital: Decimal = ZERO


def pays_for_costs(money: Mapping[str, Any]) -> bool:
    return money.get("kind") in BY_COSTS


def simplified_items(money: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items that are claimed by what was done: units and lump sums. A flat rate is claimed by nobody: it follows."""
    return [item for item in money.get("items") or () if item["basis"]["kind"] in ("unit", "lump")]


def real_items(money: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items that documents are charged to, those that the law leaves out excepted."""
    return [
        item for item in money.get("items") or () if item["basis"]["kind"] == "real" and item["legal"] != "excluded"
    ]


def earned(
    money: Mapping[str, Any],
    answers: Mapping[str, Any],
    variables: Mapping[str, Any],
    costs: Sequence[Cost],
    *,
    awarded: Decimal,
    taken_back: Decimal = ZERO,
) -> Earned:
    """What the costs of all the claims of an award, this one with them, earn of it. ``answers`` and ``variables`` are those of
    the application as it was sent: cases and premiums hold as they held; the costs are those of now. Never above ``awarded``, in which is
    ``taken_back``: what acts of revocation ask back stays among what was due, and the costs it was due for among these."""
    kind = money.get("kind")
    if kind == "items":
        found = amount_for(money, {**answers, money["field"]: _rows(money, costs)}, variables)
        counts = _counts_by_item(money, costs)
    elif kind in ("percentage", "lump_sum"):
        total = max(sum((one.amount for one in costs), ZERO), ZERO)
        found = amount_for(money, {**answers, money["base"]: money_text(total)}, variables)
        counts = {one.ref: one.amount for one in costs}
    else:
        return _by_what_was_done(costs, awarded)
    grant = min(found.value or ZERO, awarded)
    steps = (*_of_a_group(money), *found.steps, *_capped(found.value or ZERO, awarded, taken_back))
    return Earned(counts, grant, _eligible(found, counts), steps, _capital(money, found, grant))


def _capital(money: Mapping[str, Any], found: Amount, grant: Decimal) -> Decimal:
    """What of the grant pays for capital goods: in the proportion of what counts of their items, to the cent."""
    goods = capital_items(money)
    theirs = sum((one.eligible for one in found.items if one.code in goods), ZERO)
    others = sum((one.eligible for one in found.items if one.code not in goods), ZERO)
    return apportion(grant, [theirs, others])[0] if theirs else ZERO


def _by_what_was_done(costs: Sequence[Cost], awarded: Decimal) -> Earned:
    """A fixed amount: the whole of it, in the share of what was proved."""
    share = min(sum((one.quantity or Decimal(0) for one in costs), Decimal(0)), Decimal(1))
    grant = round_euro(awarded * share)
    words = step(
        "Importo fisso, contro la prova di ciò che è stato fatto",
        "Fixed amount, against the proof of what was done",
        "Reg. (UE) 2021/1060, art. 53",
        money_text(grant),
    )
    parts = apportion(grant, [one.quantity or Decimal(0) for one in costs]) if grant else [ZERO for _ in costs]
    return Earned({one.ref: part for one, part in zip(costs, parts, strict=True)}, grant, grant, (words,))


def _rows(money: Mapping[str, Any], costs: Sequence[Cost]) -> list[dict[str, str]]:
    """The costs as rows of the form that the money of the call reads: of each real item one row, credit notes taken off."""
    amounts: dict[str, Decimal] = {}
    rows: list[dict[str, str]] = []
    lump = {item["code"] for item in money["items"] if item["basis"]["kind"] == "lump"}
    for one in costs:
        if one.quantity is None:
            amounts[one.item] = amounts.get(one.item, ZERO) + one.amount
        elif one.item in lump:
            rows.append({money["item"]: one.item, TIMES: str(int(one.quantity))})
        else:
            rows.append({money["item"]: one.item, str(money.get("quantity") or "quantity"): str(one.quantity)})
    column = str(money.get("amount") or "amount")
    rows += [{money["item"]: code, column: money_text(amount)} for code, amount in amounts.items() if amount > 0]
    return rows


def _counts_by_item(money: Mapping[str, Any], costs: Sequence[Cost]) -> dict[str, Decimal]:
    """What counts of each cost: what counts of its item, shared among the costs of that item to the cent."""
    shares, _ = shares_of(money, _rows(money, costs))
    eligible = {share.code: share.eligible for share in shares}
    told = {share.code: share.told for share in shares}
    counts: dict[str, Decimal] = {}
    for code in {one.item for one in costs}:
        mine = [one for one in costs if one.item == code]
        whole, most = told.get(code, ZERO), eligible.get(code, ZERO)
        if whole == most and all(one.quantity is None for one in mine):
            counts |= {one.ref: one.amount for one in mine}
            continue
        weights = [one.quantity if one.quantity is not None else max(one.amount, ZERO) for one in mine]
        parts = apportion(most, weights) if most and any(weights) else [ZERO for _ in mine]
        counts |= {one.ref: part for one, part in zip(mine, parts, strict=True)}
    return counts


def of_this_claim(
    counts: Mapping[str, Decimal], costs: Sequence[Cost], admitted: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """What counts of each charge of one claim (the ``costs`` that are not in ``admitted``): of its item, what counts of all the claims less
    what the earlier ones were admitted (``admitted``, by ref), which no longer changes. Never more than is asked, credit notes apart.
    """
    found: dict[str, Decimal] = {}
    for code in dict.fromkeys(one.item for one in costs if one.quantity is None):
        theirs = [one for one in costs if one.item == code and one.quantity is None]
        mine = [one for one in theirs if one.ref not in admitted]
        room = sum((counts[one.ref] for one in theirs), ZERO) - sum(
            (admitted[one.ref] for one in theirs if one.ref in admitted), ZERO
        )
        plus, minus = [one for one in mine if one.amount >= 0], [one for one in mine if one.amount < 0]
        asked, taken_off = sum((one.amount for one in plus), ZERO), sum((one.amount for one in minus), ZERO)
        more = min(max(room, ZERO), asked) if room < asked + taken_off else asked
        less = max(min(room - more, ZERO), taken_off)
        for rows, whole, limit in ((plus, asked, more), (minus, taken_off, less)):
            parts = apportion(limit, [abs(one.amount) for one in rows]) if limit and whole else [ZERO for _ in rows]
            found |= {one.ref: part for one, part in zip(rows, parts, strict=True)}
    return found


def _eligible(found: Amount, counts: Mapping[str, Decimal]) -> Decimal:
    return found.eligible if found.eligible is not None else max(sum(counts.values(), ZERO), ZERO)


def _of_a_group(money: Mapping[str, Any]) -> tuple[Step, ...]:
    """Said of a firm of a group, whose limits are its part of those of the call (``group_limits``)."""
    if not money.get("part_of"):
        return ()
    it = f"I limiti del bando sono divisi tra le {money['part_of']} imprese del gruppo: qui conta la parte di questa impresa"
    en = f"The limits of the call are divided among the {money['part_of']} firms of the group: here counts the part of this one"
    return (step(it, en, money.get("reference", ""), ""),)


def _capped(value: Decimal, awarded: Decimal, taken_back: Decimal) -> tuple[Step, ...]:
    if value <= awarded:
        return ()
    left = awarded - taken_back
    it, en = f"({format_euro(left)})", f"({format_euro(left, 'en')})"
    if taken_back:
        it = f"({format_euro(left)}) e ripreso con atti di revoca ({format_euro(taken_back)})"
        en = f"({format_euro(left, 'en')}) and asked back by acts of revocation ({format_euro(taken_back, 'en')})"
    return (
        step(
            f"Mai più di quanto è stato concesso {it}",
            f"Never more than was awarded {en}",
            "",
            money_text(awarded),
        ),
    )


def due_of(
    payment: Mapping[str, Any],
    mode: str,
    *,
    awarded: Decimal,
    earned: Earned | None,
    before: Decimal,
    sals: int = 0,
    capital_before: Decimal = ZERO,
    planned: Earned | None = None,
    after_last: bool = False,
    taken_back: Decimal = ZERO,
) -> Due:
    """What a claim in a mode is due of the grant. ``before`` is what earlier claims of the award were due, ``capital_before`` the part of
    it for capital goods, ``sals`` how many progress payments were before it. ``awarded`` is what the award is of now; ``taken_back``, of
    ``before``, is what acts of revocation ask back: it does not fall due again, and is not given back a second time.

    An advance is its percentage of the award. A progress payment is what is earned and was not due yet, within the percentages
    of the call up to it: an advance is used up first. The balance, or the one payment, is all that is earned and was not due:
    when less is earned than was due, the difference is to be given back. So it is of a progress payment reckoned again when the last
    one was verified as due already (``after_last``), since nothing comes after it.

    The part for capital goods is, of all that was due up to now, the proportion of what is earned, less that of earlier claims: what
    an earlier payment was for does not change. Of an advance it is that of ``planned``, the costs plan; none where it is not told.
    """
    modes = {row["code"]: row for row in payment.get("modes") or []}
    if mode == "advance":
        rate = Decimal(modes["advance"].get("percent") or 0)
        amount = min(round_euro(awarded * rate / 100), awarded + taken_back - before)
        text = f"{str(rate).replace('.', ',')}"
        words = step(
            f"Anticipo: {the_percent(text)} di quanto è stato concesso ({format_euro(awarded)})",
            f"Advance: {rate} % of what was awarded ({format_euro(awarded, 'en')})",
            "",
            money_text(amount),
        )
        amount = max(amount, ZERO)
        return _with_goods(amount, ZERO, [words], planned, reach=before + amount, before=capital_before)
    if earned is None:
        raise ValueError("what is spent or done is needed for all that is not an advance")
    steps = list(earned.steps)
    reach = earned.grant
    if mode == "sal" and not after_last:
        cap = _cap_of_progress(modes, awarded, sals)
        if cap is not None and reach > (cap := cap + taken_back):
            reach = cap
            steps.append(
                step(
                    f"Con gli stati di avanzamento si arriva al massimo a {format_euro(cap)}",
                    f"Progress payments reach {format_euro(cap, 'en')} at most",
                    "",
                    money_text(cap),
                )
            )
    if before:
        steps.append(
            step(
                f"Già riconosciuti con le domande di pagamento precedenti: {format_euro(before)}",
                f"Due already by earlier claims: {format_euro(before, 'en')}",
                "",
                money_text(max(reach - before, ZERO)),
            )
        )
    if taken_back:
        steps.append(
            step(
                f"Di questi, {format_euro(taken_back)} sono ripresi con atti di revoca: non spettano di nuovo",
                f"Of it, {format_euro(taken_back, 'en')} are asked back by acts of revocation: they do not fall due again",
                "",
                money_text(max(reach - before, ZERO)),
            )
        )
    # What an act asks back already is not asked once more, however little is earned.
    reach = max(reach, taken_back)
    excess = max(before - reach, ZERO) if after_last or mode in ("balance", "single") else ZERO
    if excess:
        steps.append(
            step(
                f"Riconosciuto più di quanto spetta: da restituire {format_euro(excess)}",
                f"More was due than is earned: {format_euro(excess, 'en')} to be given back",
                "",
                money_text(-excess),
            )
        )
    return _with_goods(max(reach - before, ZERO), excess, steps, earned, reach=reach, before=capital_before)


def _with_goods(
    amount: Decimal, excess: Decimal, steps: list[Step], of: Earned | None, *, reach: Decimal, before: Decimal
) -> Due:
    """What is due, with the part of it for capital goods: told only where there is any."""
    if of is None or not of.capital or not reach:
        return Due(amount, excess, tuple(steps))
    whole = apportion(reach, [of.capital, of.grant - of.capital])[0]
    capital = min(max(whole - before, ZERO), amount)
    if capital:
        rest = amount - capital
        steps = [
            *steps,
            step(
                f"Di cui per beni strumentali, senza ritenuta; il resto è {format_euro(rest)}",
                f"Of which for capital goods, with nothing withheld; the rest is {format_euro(rest, 'en')}",
                "DPR 600/1973, art. 28(2)",
                money_text(capital),
            ),
        ]
    return Due(amount, excess, tuple(steps), capital)


def _cap_of_progress(modes: Mapping[str, Any], awarded: Decimal, sals: int) -> Decimal | None:
    """How far an advance and the progress payments go together; none where the call does not say it of one of them."""
    told = [modes[code].get("percent") for code in ("advance", "sal") if code in modes]
    if not told or None in told:
        return None
    return min(round_euro(awarded * sum((Decimal(one) for one in told), Decimal(0)) / 100), awarded)


__all__ = [
    "CENT",
    "Cost",
    "Due",
    "Earned",
    "due_of",
    "earned",
    "of_this_claim",
    "pays_for_costs",
    "real_items",
    "simplified_items",
]
