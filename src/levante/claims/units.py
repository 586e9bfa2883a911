"""How many units of a simplified cost can be told, and whether their parts count: the call and its form say."""

from dataclasses import dataclass
from decimal import Decimal

from levante.applications.api import read_application
from levante.grants.api import Award
from levante.kernel.api import refuse
from levante.kernel.pure import Bilingual

#: Where the form of the call has no most for its column of quantities: an engine of the rules is never asked to count more.
MOST_UNITS = Decimal(9_999)


@dataclass(frozen=True, slots=True)
class Units:
    """At most ``most`` of an item; ``whole`` numbers alone, or with two decimals."""

    most: Decimal
    whole: bool

    @property
    def words(self) -> Bilingual:
        most = f"{self.most.normalize():f}"
        if self.whole:
            return Bilingual(f"Un numero intero, al massimo {most}.", f"A whole number, {most} at most.")
        return Bilingual(
            f"Un numero, anche con due decimali, al massimo {most}.",
            f"A number, also with two decimals, {most} at most.",
        )


def units_of(award: Award, item: str) -> Units:
    """Of an item of the call: no more than all the rows of its form could tell. Of a fixed amount, the whole or a part of it."""
    money = award.application.opening.call.money
    basis = next((one["basis"] for one in money.get("items") or () if one["code"] == item), None)
    if basis is None:
        return Units(Decimal(1), whole=False)
    group = read_application(award.application).form.field(money["field"])
    rows = Decimal(group.max_rows) if group is not None else MOST_UNITS
    if basis["kind"] == "lump":
        return Units(min(rows, MOST_UNITS), whole=True)
    columns = group.fields if group is not None else ()
    each = next((one.maximum for one in columns if one.id == money.get("quantity")), None)
    return Units(min(each * rows, MOST_UNITS) if each is not None else MOST_UNITS, whole=not basis.get("parts", False))


def require_units(award: Award, item: str, told: Decimal, *, field: str) -> None:
    """Refused in words where so many cannot be told of an item."""
    units = units_of(award, item)
    step = Decimal(1) if units.whole else Decimal("0.01")
    if not told.is_finite() or not 0 <= told <= units.most or told % step:
        refuse(units.words.it, units.words.en, field=field)
