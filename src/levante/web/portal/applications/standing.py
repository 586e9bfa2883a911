"""Where an application stands for the enterprise: whose turn it is, what happens next, by when and why then."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from levante.applications.api import Application, examination_term
from levante.grants.api import Award
from levante.kernel.api import today
from levante.kernel.pure import format_euro
from levante.web.templatetags.levante import day_format


@dataclass(frozen=True, slots=True)
class Standing:
    """``turn`` is the title; ``steps`` explain the day."""

    turn: str
    text: str
    tone: str
    due: date | None = None
    steps: Any = ()


def standing_of(application: Application, *, enterprise_id: int | None = None) -> Standing:
    """Whose turn it is; of a group, for one of its firms. The application comes with its integrations, its notice and its awards."""
    you, office, nobody = gettext("It is your turn"), gettext("It is the office’s turn"), gettext("Closed")
    term = examination_term(application)
    due, steps = term or (None, ())
    state = application.state
    if state == "integration":
        request = next((row for row in application.integrations.all() if row.state == "open"), None)
        text = gettext("Send what the office asks for: until then the term of the procedure may stand still.")
        return Standing(you, text, "attention", request.due_on if request else None, request.steps if request else ())
    if state == "notice":
        notice = getattr(application, "notice", None)
        if notice is not None and notice.observed_at is None and notice.due_on >= today():
            text = gettext("The office is about to reject the application: you can say why it should not.")
            return Standing(you, text, "attention", notice.due_on, notice.steps)
        return Standing(office, gettext("It decides, having read what you wrote."), "waiting", due, steps)
    if state == "submitted" or (state == "under_check" and application.case_officer is None):
        text = gettext("Somebody of the office will take your application. You have nothing to do now.")
        return Standing(office, text, "waiting", due, steps)
    if state == "under_check":
        officer = application.case_officer.get_full_name()
        text = gettext("%(officer)s is checking your application. You have nothing to do now.") % {"officer": officer}
        return Standing(office, text, "active", due, steps)
    if state == "admitted":
        return _awarded(application, office, nobody, enterprise_id)
    text = gettext("You withdrew it.") if state == "withdrawn" else gettext("It was rejected: the reasons are below.")
    return Standing(nobody, text, "neutral" if state == "withdrawn" else "refused")


def _awarded(application: Application, office: str, closed: str, enterprise_id: int | None) -> Standing:
    """Admitted: the act is to come, on its way, or in effect."""
    mine = [
        award
        for award in application.awards.all()
        if award.enterprise_id == (enterprise_id or application.enterprise_id)
    ]
    awards = sorted(mine, key=lambda award: award.pk)
    award = next((row for row in reversed(awards) if row.state != "cancelled"), None)
    if award is not None and award.state == "effective":
        text = gettext("%(amount)s are granted to you by act no. %(number)s of %(day)s.") % {
            "amount": format_euro(award.amount, get_language() or "it"),
            "number": award.act.number,
            "day": date_format(award.act.act_date, day_format()),
        }
        if not award.is_in_force:
            waits = gettext("It has no effect yet: the aid is not registered in the RNA (art. 52(3) of L. 234/2012).")
            return Standing(office, f"{text} {waits} {codes_told(award)}", "waiting")
        return Standing(gettext("Granted"), f"{text} {codes_told(award)}", "done")
    if award is not None and award.state in {"sent_to_act_system", "act_returned"}:
        text = gettext("The award act is being signed. It has effect with number, accounting visa and publication.")
        return Standing(office, text, "active")
    text = gettext(
        "Your application is admitted: the office prepares the award act. Until it is published nothing is owed."
    )
    return Standing(office, text, "active")


def codes_told(award: Award) -> str:
    """COR and CUP of an award, or that they are not there yet."""
    cor, cup = award.codes
    if cor and cup:
        return gettext("COR %(cor)s, CUP %(cup)s.") % {"cor": cor, "cup": cup}
    if cor:
        return gettext("COR %(cor)s. The CUP is not there yet: the office writes it here.") % {"cor": cor}
    if cup:
        return gettext("CUP %(cup)s. The COR of the RNA is not there yet: the office writes it here.") % {"cup": cup}
    return gettext("COR (of the RNA) and CUP are not there yet: the office writes them here as soon as it has them.")
