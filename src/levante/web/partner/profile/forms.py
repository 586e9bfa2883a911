from typing import Any

from levante.parties.api import Buyer, Investor
from levante.web.desk.counterparts.forms import CounterpartForm
from levante.web.portal.enterprise.forms import WithReason


class ProfileForm(CounterpartForm, WithReason):
    """The profile as a buyer or an investor would have it read."""

    field_order = (*CounterpartForm.base_fields, "reason")

    @staticmethod
    def values_of(row: Buyer | Investor) -> dict[str, Any]:
        return {
            name: getattr(row, "country_id" if name == "country" else name, None)
            for name in CounterpartForm.base_fields
        }
