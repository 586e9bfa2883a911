"""What may be pressed on the page of a revocation."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from levante.controls import api as controls
from levante.controls.api import REVOCATIONS, Revocation, states
from levante.kernel.api import Actor
from levante.web.components.actions import Action
from levante.web.desk.controls import forms
from levante.web.portal.applications.filling import language


def _of_renunciation(papers: list[Any]) -> str:
    """What an act that takes note of a renunciation says, to begin from. Italian: it is an act."""
    given_up = next((one for one in papers if one.kind == states.RENUNCIATION), None)
    if given_up is None:
        return ""
    return f"Si prende atto della rinuncia dell’impresa, n. {given_up.register_number} del {given_up.sent_at:%d/%m/%Y}."


def actions_of(actor: Actor, found: Revocation, papers: list[Any]) -> list[Action]:
    """What this person may do now, the most likely first."""

    def may(name: str) -> bool:
        row = REVOCATIONS.transitions[name]
        return found.state in row.sources and bool(row.allowed(actor, found))

    def ready(name: str) -> bool:
        return may(name) and not REVOCATIONS.missing(name, found)

    works = bool(controls.may_work(actor, found))
    rows: list[Action] = []
    if may("notify"):
        rows.append(
            Action(
                "avvia",
                _("Give notice of the procedure"),
                lambda r, v: controls.notify_revocation(actor=actor, revocation=found),
                is_first=True,
            )
        )
    if works:
        rows += [
            _answer(actor, paper) for paper in papers if paper.state == states.ASKED and paper.kind in states.REQUESTS
        ]
    if ready("propose"):
        rows.append(
            Action(
                "proponi",
                _("Write the act of revocation"),
                lambda r, v: controls.propose_revocation(actor=actor, revocation=found, **v),
                forms.ProposeForm,
                is_first=found.state == states.HEARD,
                initial={"reasons": found.reasons or _of_renunciation(papers)},
            )
        )
    if ready("send"):
        rows.append(
            Action(
                "firma",
                _("Sign and send to the system of acts"),
                lambda r, v: controls.send_revocation(actor=actor, revocation=found),
                is_first=True,
            )
        )
    if may("take_back"):
        rows.append(
            Action(
                "ritira",
                _("Take the proposal back"),
                lambda r, v: controls.take_proposal_back(actor=actor, revocation=found),
            )
        )
    if may("take_effect"):
        rows.append(
            Action(
                "riprova",
                _("Try the effect again"),
                lambda r, v: controls.retry_revocation(actor=actor, revocation=found),
                is_first=True,
            )
        )
        rows.append(
            Action(
                "rifai",
                _("Write another act in the place of this one"),
                lambda r, v: controls.redo_revocation(actor=actor, revocation=found, **v),
                forms.ReasonForm,
            )
        )
    if works and found.state in (states.DRAFTED, states.NOTICED, states.HEARD):
        rows.append(
            Action(
                "importi",
                _("Change the amounts"),
                lambda r, v: controls.change_revocation(
                    actor=actor, revocation=found, amount=v["amount"] or found.award.amount, recover=v["recover"]
                ),
                forms.AmountsForm,
                initial={"amount": found.amount, "recover": found.recover},
            )
        )
    if works and found.state in states.OPEN and found.state != states.DRAFTED and not found.by_enterprise:
        if found.award.is_suspended:
            rows.append(
                Action(
                    "riprendi",
                    _("End the suspension"),
                    lambda r, v: controls.resume_payments(actor=actor, revocation=found),
                )
            )
        else:
            rows.append(
                Action(
                    "sospendi",
                    _("Suspend the award"),
                    lambda r, v: controls.suspend_payments(actor=actor, revocation=found, **v),
                    forms.WhyForm,
                )
            )
    if may("archive"):
        rows.append(
            Action(
                "archivia",
                _("Close without revocation"),
                lambda r, v: controls.archive_revocation(actor=actor, revocation=found, **v),
                forms.ReasonForm,
                is_danger=True,
            )
        )
    if works and found.state == states.EFFECTIVE:
        rows.append(
            Action(
                "ricorso",
                _("Note an appeal"),
                lambda r, v: controls.note_appeal(actor=actor, revocation=found, **v),
                forms.AppealForm,
            )
        )
        appeals = list(found.appeals.all())
        rows += [_outcome(actor, appeal) for appeal in appeals if appeal.state == states.PENDING]
        rows += [_stay(actor, appeal) for appeal in appeals if appeal.state in (states.PENDING, states.UPHELD)]
    return rows


def _answer(actor: Actor, paper: Any) -> Action:
    def work(_request: HttpRequest, values: dict[str, Any]) -> object:
        granted = values["granted"] == "yes"
        return controls.answer_paper(
            actor=actor, paper=paper, granted=granted, text=values["text"], days=values["days"]
        )

    label = gettext("Answer: %(what)s") % {
        "what": f"{paper.kind_label.in_language(language())} {paper.register_number}"
    }
    return Action(f"rispondi-{paper.pk}", label, work, forms.PaperForm, is_first=True)


def _stay(actor: Actor, appeal: Any) -> Action:
    label = gettext("Suspension of the act, appeal %(number)s") % {"number": appeal.reference}
    return Action(
        f"sospensiva-{appeal.pk}",
        label,
        lambda r, v: controls.set_stay(actor=actor, appeal=appeal, **v),
        forms.StayForm,
        initial={"stayed_from": appeal.stayed_from, "stayed_to": appeal.stayed_to},
    )


def _outcome(actor: Actor, appeal: Any) -> Action:
    label = gettext("Outcome of the appeal %(number)s") % {"number": appeal.reference}
    return Action(
        f"esito-{appeal.pk}",
        label,
        lambda r, v: controls.close_appeal(actor=actor, appeal=appeal, **v),
        forms.OutcomeForm,
    )
