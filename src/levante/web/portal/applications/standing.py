"""Where an application stands for the enterprise: whose turn it is, what happens next, by when and why then."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from levante.applications.api import OUT, Application, Place, PlaceOffer, RankingRow, examination_term, offer_of
from levante.grants.api import ArrivalPlace, Award
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


def standing_of(
    application: Application,
    *,
    enterprise_id: int | None = None,
    place: RankingRow | None = None,
    arrival: ArrivalPlace | None = None,
) -> Standing:
    """Whose turn it is; of a group, for one of its firms. The application comes with its integrations, its notice and its
    awards; ``place`` is its ``published_place``, ``arrival`` its ``arrival_place``."""
    you, office, nobody = gettext("It is your turn"), gettext("It is the office’s turn"), gettext("Closed")
    term = examination_term(application)
    due, steps = term or (None, ())
    state = application.state
    if state == "integration":
        request = next((row for row in application.integrations.all() if row.state == "open"), None)
        text = gettext("Send what the office asks for: until then the term of the procedure may stand still.")
        return Standing(you, text, "attention", request.due_on if request else None, request.steps if request else ())
    if state == "notice":
        notice = application.notice
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
        return _awarded(application, enterprise_id, place, arrival)
    if state == "revoked":
        return Standing(
            nobody, gettext("The grant was revoked: the act and its reasons are among the revocations."), "refused"
        )
    if state == "discarded":
        return Standing(nobody, gettext("The draft was discarded: it was never sent."), "neutral")
    if state == "lapsed":
        return Standing(nobody, gettext("It was sealed and not sent in time: it takes no part."), "neutral")
    text = gettext("You withdrew it.") if state == "withdrawn" else gettext("It was rejected: the reasons are below.")
    return Standing(nobody, text, "neutral" if state == "withdrawn" else "refused")


def published_place(application: Application) -> RankingRow | None:
    """Its line in the ranking in force, if its call makes one and it is published."""
    rows = application.ranking_rows.filter(ranking__state="published").select_related("ranking__opening__call")
    return rows.defer("ranking__snapshot").order_by("-ranking__version").first()


def arrival_place(application: Application) -> ArrivalPlace | None:
    """Its place where money follows arrival, as the worker keeps it; nothing until the order is settled, or once it is out."""
    if application.opening.call.rule.makes_list or application.state_told in OUT:
        return None
    return ArrivalPlace.objects.select_related("order").filter(application=application).first()


def _awarded(
    application: Application, enterprise_id: int | None, place: RankingRow | None, arrival: ArrivalPlace | None
) -> Standing:
    """Admitted: the ranking or the act is to come, the money did not reach its place, the act is on its way or in effect."""
    office, closed = gettext("It is the office’s turn"), gettext("Closed")
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
    if award is not None and award.state == "revoked":
        return Standing(
            closed, gettext("The award was revoked: see “Controls, money to give back and quotas”."), "refused"
        )
    if award is not None and award.state in {"sent_to_act_system", "act_returned"}:
        text = gettext("The award act is being signed. It has effect with number, accounting visa and publication.")
        return Standing(office, text, "active")
    if application.opening.call.rule.makes_list:
        if place is None:
            text = gettext(
                "Your application is admitted: its place and the money are said by the list, when it is published."
            )
            return Standing(office, text, "waiting")
        if place.outcome not in {"funded", "partial"}:
            return _not_reached(place, closed)
        offer = offer_of(application) if place.outcome == "partial" else None
        if offer is not None and offer.state != "accepted":
            return _part(offer, closed)
    elif arrival is not None and arrival.outcome in {"partial", "renounced"}:
        offer = offer_of(application)
        if offer is not None and offer.state != "accepted":
            return _part(offer, closed)
        if arrival.outcome == "partial" and offer is None and application.opening.call.partial_days:
            text = gettext(
                "Your application is admitted, and the money covers a part of what you asked for. Once the applications that "
                "arrived earlier are decided, you are asked whether you accept it."
            )
            return Standing(office, text, "waiting")
    elif arrival is not None and arrival.outcome == "void":
        reason = arrival.reason.in_language(get_language() or "it")
        return Standing(closed, f"{reason[:1].upper()}{reason[1:]}.", "neutral")
    elif arrival is not None and arrival.outcome == "not_funded":
        reason = arrival.reason.in_language(get_language() or "it")
        text = gettext("Your application is admitted, and the money does not reach it: %(reason)s.") % {
            "reason": reason
        }
        return Standing(gettext("Not funded"), f"{text} {_hope()}", "neutral")
    text = gettext(
        "Your application is admitted: the office prepares the award act. Until it is published nothing is owed."
    )
    return Standing(office, text, "active")


def _part(offer: PlaceOffer, closed: str) -> Standing:
    """A part that waits for an answer, or that nobody accepted."""
    if offer.state == "open":
        text = gettext("The money covers a part of what you asked for: say below whether you accept it.")
        return Standing(gettext("It is your turn"), text, "attention", offer.due_on, offer.steps)
    text = gettext("You did not accept the part that was left: the money goes on in its order without you.")
    return Standing(closed, text, "neutral")


def _not_reached(row: RankingRow, closed: str) -> Standing:
    """In the list and not funded: why, and whether that may still change."""
    reason = Place(row.outcome, row.position, ranking=row.ranking).reason.in_language(get_language() or "it")
    text = gettext("Your application is in the published list: %(reason)s.") % {"reason": reason}
    if row.outcome != "not_funded":
        return Standing(closed, text, "neutral")
    return Standing(gettext("Not funded"), f"{text} {_hope()}", "neutral")


def _hope() -> str:
    return gettext(
        "If somebody gives up or money is added, the list goes on in its order and we tell you. You need do nothing."
    )


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
