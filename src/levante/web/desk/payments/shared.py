"""What the pages of payments have in common: who reads them, the tones of states, the tabs with how much waits."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from levante.identity.api import roles
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual

READERS = (roles.DIRECTOR, roles.CASE_OFFICER, roles.FINANCE, roles.AUDITOR)
#: The orders to the bank have the accounts of many enterprises.
ORDER_READERS = (roles.DIRECTOR, roles.FINANCE, roles.AUDITOR)
PAGE = 50

ACT_TONES = {
    "draft_act": "draft",
    "sent_to_act_system": "waiting",
    "effective": "done",
    "refused": "refused",
    "cancelled": "neutral",
    "taken_back": "neutral",
}
ROW_TONES = {
    "in_act": "draft",
    "due": "attention",
    "held": "waiting",
    "ordered": "active",
    "paid": "done",
    "stopped": "late",
    "dropped": "neutral",
    "undone": "neutral",
}
ORDER_TONES = {
    "preparing": "active",
    "ready": "attention",
    "checking": "active",
    "in_bank": "active",
    "done": "done",
    "cancelled": "neutral",
    "recalled": "neutral",
}
PAYMENT_TONES = {
    "ordered": "waiting",
    "accepted": "active",
    "executed": "done",
    "rejected": "refused",
    "returned": "late",
    "withdrawn": "neutral",
}
CHECK_TONES = {"yes": "done", "no": "refused", "unknown": "attention"}


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def language() -> str:
    return get_language() or "it"


def words(told: Bilingual) -> str:
    return told.in_language(language())


def tabs(request: HttpRequest, current: str) -> dict[str, Any]:
    """The sections of payments, for the template ``desk/payments/tabs.html``."""
    names = [
        ("desk:payments", gettext("To be liquidated")),
        ("desk:liquidations", gettext("Acts")),
        ("desk:payments_due", gettext("To be paid")),
        ("desk:payment_orders", gettext("Orders to the bank")),
        ("desk:payments_withheld", gettext("Withheld in the year")),
    ]
    return {"tabs": names, "tab": current}
