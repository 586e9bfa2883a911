"""The three kinds of counterparts, with their names on screen, their pages and who may open them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from levante.identity.api import roles
from levante.parties.api import Buyer, Institution, Investor

READERS = tuple(role for role in roles.EVERY_ROLE if role != roles.EVALUATOR)
KEEPERS = (
    roles.DIRECTOR,
    roles.CASE_OFFICER,
    roles.FRONT_DESK,
    roles.SYSTEM,
    roles.COMMUNICATION,
    roles.AGENCY_STAFF,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three, with its names on screen and its pages."""

    model: type[Any]
    code: str
    many: "Promise | str"
    new: "Promise | str"

    @property
    def may_sign_in(self) -> bool:
        """Buyers and investors may; nobody acts for an institution here."""
        return self.model is not Institution

    @property
    def listing(self) -> str:
        return f"desk:{self.code}_list"

    @property
    def page(self) -> str:
        return f"desk:{self.code}"


KINDS = {
    "buyer": Kind(Buyer, "buyer", gettext_lazy("Buyers"), gettext_lazy("Add a buyer")),
    "investitori": Kind(Investor, "investor", gettext_lazy("Known investors"), gettext_lazy("Add an investor")),
    "enti": Kind(Institution, "institution", gettext_lazy("Institutions"), gettext_lazy("Add an institution")),
}


def row_of(request: HttpRequest, kind: Kind, pk: int) -> Any:
    rows = kind.model.objects.visible_to(request.actor).select_related("country")  # type: ignore[attr-defined]
    return get_object_or_404(rows, pk=pk)
