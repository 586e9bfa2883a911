"""The annulment of a revocation, on the page of the revocation: what may be pressed."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from levante.controls import api as controls
from levante.controls.api import ANNULMENTS, Annulment, Revocation, states
from levante.kernel.api import Actor, today
from levante.web.components.actions import Action
from levante.web.desk.controls import forms


def annulment_of(found: Revocation) -> Annulment | None:
    """The one that stands, or the last that was given up."""
    rows = found.annulments.select_related("document__file", "proposed_by", "sent_by", "programme_act", "request")
    standing: Annulment | None = rows.exclude(state=states.GIVEN_UP).first() or rows.first()
    return standing


def actions_of(actor: Actor, found: Revocation, annulment: Annulment | None) -> list[Action]:
    """Propose, sign, try again, give up: what this person may do now."""
    rows: list[Action] = []
    live = annulment is not None and annulment.state != states.GIVEN_UP
    if live and annulment is not None:
        annulment.revocation = found
        may = {
            name: bool(ANNULMENTS.may(name, actor, annulment, state=annulment.state))
            for name in ("send", "take_effect", "give_up")
        }
        if may["send"]:
            rows.append(
                Action(
                    "firma-annullamento", _("Sign the annulment and send it to the system of acts"),
                    lambda r, v: controls.send_annulment(actor=actor, annulment=annulment), is_first=True,
                )
            )  # fmt: skip
        if may["take_effect"]:
            rows.append(
                Action(
                    "riprova-annullamento", _("Try the effect of the annulment again"),
                    lambda r, v: controls.retry_annulment(actor=actor, annulment=annulment), is_first=True,
                )
            )  # fmt: skip
        if may["give_up"]:
            rows.append(
                Action(
                    "lascia-annullamento", _("Give the annulment up"),
                    lambda r, v: controls.give_up_annulment(actor=actor, annulment=annulment, **v), forms.ReasonForm,
                )
            )  # fmt: skip
    can_write = found.state == states.EFFECTIVE and (
        not live or (annulment is not None and annulment.state == states.PROPOSED)
    )
    if can_write and controls.may_propose_annulment(actor, found):
        rows.append(
            Action(
                "annulla", _("Annul the revocation in self-protection"),
                lambda r, v: controls.propose_annulment(actor=actor, revocation=found, **v),
                forms.AnnulForm, is_danger=True, options={"late": _late(found)}, initial=_said(annulment) if live else None,
            )
        )  # fmt: skip
    return rows


def _late(found: Revocation) -> str:
    last = controls.last_day_to_annul(found)
    words = gettext("The months of the law ended on %(day)s: it must be written.")
    if today() <= last:
        words = gettext("Only after %(day)s, when the months of the law end.")
    return words % {"day": f"{last:%d/%m/%Y}"}


def _said(annulment: Annulment | None) -> dict[str, Any]:
    return {name: getattr(annulment, name) for name in ("basis", "grounds", "interest", "late_reason")}
