"""On the page of a recovery, or of a quota: money that a person says came in, which another confirms or either gives up."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from levante.controls import api as controls
from levante.controls.api import ToldIncoming
from levante.kernel.api import Actor
from levante.kernel.pure import format_euro
from levante.web.components.actions import Action
from levante.web.desk.controls import forms
from levante.web.portal.applications.filling import language


def with_waiting(debts: "QuerySet[Any]") -> "QuerySet[Any]":
    """These recoveries, or quotas, each with the money that waits for another person. One query."""
    rows = ToldIncoming.objects.waiting().select_related("told_by").order_by("pk")
    return debts.prefetch_related(Prefetch("told", queryset=rows, to_attr="waiting_told"))


def waiting(debt: Any) -> list[ToldIncoming]:
    """Of one read ``with_waiting``."""
    return list(debt.waiting_told)


def actions(actor: Actor, debt: Any) -> list[Action]:
    """What can be done with each: confirm it, if another person said so; give it up."""
    rows: list[Action] = []
    for one in waiting(debt):
        what = {"amount": format_euro(one.amount, language()), "reference": one.reference}
        if controls.may_confirm_told(actor, one):
            rows.append(
                Action(
                    f"conferma-{one.pk}",
                    gettext("Confirm that %(amount)s came in (%(reference)s)") % what,
                    lambda r, v, one=one: controls.confirm_told_incoming(actor=actor, told=one),
                    is_first=True,
                )
            )
        rows.append(
            Action(
                f"abbandona-{one.pk}",
                gettext("%(amount)s (%(reference)s) did not come in, or was said wrong") % what,
                lambda r, v, one=one: controls.give_up_told_incoming(actor=actor, told=one, **v),
                forms.ReasonForm,
            )
        )
    return rows
