"""Amounts of money: ``Decimal`` euro with two digits, rounded in one named place, sums preserved."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

#: What a ``numeric(15, 2)`` column can hold: a larger figure is a mistake, not an amount.
LARGEST = Decimal("9999999999999.99")


def round_euro(amount: Decimal) -> Decimal:
    """Round to the cent, halves away from zero (Reg. (EC) 1103/97 art. 5: half a cent goes up).

    >>> round_euro(Decimal("1.005"))
    Decimal('1.01')
    """
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def euro(value: Decimal | int | str) -> Decimal:
    """An exact amount in euro with two digits.

    Refuses (``ValueError``) binary floats, more than two digits, infinities and amounts no column can hold: rounding is
    never implicit.
    """
    if isinstance(value, (bool, float)):
        raise ValueError("an amount is a Decimal, an integer or a text, never a binary float")
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"not an amount: {value!r}") from error
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError(f"not an amount: {value!r}")
    exact = amount.quantize(CENT, rounding=ROUND_HALF_UP)
    if exact != amount:
        raise ValueError(f"an amount has at most two digits: {value!r}")
    return exact + ZERO  # the sum turns a negative zero into zero


def apportion(total: Decimal, weights: Sequence[Decimal | int | Fraction]) -> list[Decimal]:
    """Share ``total`` in proportion to ``weights`` so that the parts add up to it to the cent (largest remainders).

    Ties go to the earlier part, so the result depends on the input alone. ``ValueError`` when no weight is positive or
    one is negative.
    """
    # Fractions and not Decimals: a quotient cut at 28 digits makes equal remainders differ, and a tie is no tie.
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares, Fraction(0))
    if whole <= 0 or any(share < 0 for share in shares):
        raise ValueError("weights must not be negative, and one must be positive")
    cents = int(euro(total) / CENT)
    sign = -1 if cents < 0 else 1
    exact = [abs(cents) * share / whole for share in shares]
    parts = [int(part) for part in exact]
    missing = abs(cents) - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:missing]:
        parts[i] += 1
    return [(sign * part * CENT).quantize(CENT) for part in parts]


def money_text(amount: Decimal) -> str:
    """The amount as other software reads it: ``"1234.50"``."""
    return f"{round_euro(amount):.2f}"


def format_euro(amount: Decimal, language: str = "it") -> str:
    """The amount as people read it: ``1.234,50 €`` in Italian, ``€1,234.50`` in English."""
    text = f"{abs(round_euro(amount)):,.2f}"
    minus = "-" if amount < 0 else ""
    if language.startswith("en"):
        return f"{minus}€{text}"
    return f"{minus}{text.translate(str.maketrans(',.', '.,'))}\N{NO-BREAK SPACE}€"


def the_percent(number: str, *, first: bool = False) -> str:
    """A percentage with its Italian article, from its digits (``80``, ``12,5``): ``l’80 %``, ``il 12,5 %``.

    The article follows the sound: *uno*, *otto*, *undici* and *ottanta…* begin with a vowel. ``first``: the first words of a sentence.
    """
    whole = number.partition(",")[0].partition(".")[0]
    vowel = whole in ("1", "11") or whole.startswith("8")
    article = "l’" if vowel else "il "
    return f"{article.capitalize() if first else article}{number} %"
