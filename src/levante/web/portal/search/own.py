"""What is the enterprise's own and answers to some words: through ``visible_to`` and of the enterprise acted for alone, also
when the person is staff elsewhere; accents and capitals never matter."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from levante.applications.api import STATES as APPLICATION_STATES
from levante.applications.api import Application, numbers_of
from levante.calls.api import Call
from levante.cases.api import Case
from levante.cases.api import states as case_states
from levante.initiatives.api import ExpressionOfInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, language_now, prefix_of
from levante.kernel.pure import reads_english
from levante.messages.api import Notice
from levante.parties.api import Enterprise, answering
from levante.register.pure.numbers import quoted
from levante.web.searching import Found, Hit, Kind, ask, in_language, noted
from levante.wins.api import FollowUp, Win
from levante.wins.api import states as win_states


def search_own(actor: Actor, text: str) -> list[Found]:
    """Kinds with nothing are left out; typing mistakes are forgiven when nothing answers as it was typed."""
    return ask(actor, KINDS, text, loose=False) or ask(actor, KINDS, text, loose=True)


def applications(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """By number, by protocol number, by the call; drafts too."""
    rows = Application.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    number = quoted(text)
    if number is not None:
        rows = rows.filter(number__in=numbers_of(number))
    else:
        called = answering(Call.objects.all(), text, "title_it", "title_en", "code", loose=loose)
        rows = rows.filter(Q(opening__call__in=called.values("pk")) | Q(protocol_number__iexact=text))
    return rows.order_by("-pk")


def application_shown(actor: Actor, row: Application) -> Hit:
    call = row.opening.call
    title = call.title_en if reads_english(get_language()) else call.title_it
    return Hit(
        noted(row.number, title),
        reverse("portal:application", args=[row.pk]),
        APPLICATION_STATES[row.state_told].in_language(get_language()),
    )


def requests(actor: Actor, text: str, loose: bool) -> "QuerySet[Any] | None":
    rows = Case.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    number = quoted(text)
    if number is None:
        rows = answering(rows, text, "subject", loose=loose)
    elif number.may_be("R"):
        rows = rows.filter(year=number.year, sequence=number.place)
    else:
        return None
    return rows.order_by("-opened_at", "-pk")


def request_shown(actor: Actor, row: Any) -> Hit:
    note = case_states.STATES[row.state].in_language(get_language())
    return Hit(f"{row.number} · {row.subject}", reverse("portal:request", args=[row.pk]), note)


def interests(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """Its expressions of interest, by number of the register or by the initiative."""
    rows = ExpressionOfInterest.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    number = quoted(text)
    if number is not None:
        rows = rows.filter(number__in=number.written("interest.expressed"))
    else:
        asked = answering(Initiative.objects.all(), text, "title_it", "title_en", "city", "code", loose=loose)
        rows = rows.filter(initiative__in=asked.values("pk"))
    return rows.order_by("-registered_at", "-pk")


def interest_shown(actor: Actor, row: Any) -> Hit:
    state = initiative_states.INTEREST_STATES[row.state].in_language(get_language())
    return Hit(row.title, reverse("portal:fair", args=[row.code]), noted(row.number, state))


def wins(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """What it told it won, by what and by the customer."""
    mine = Win.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    return answering(mine, text, "what", "customer", loose=loose).order_by("-likeness", "-won_on", "-pk")  # type: ignore[no-any-return]


def win_shown(actor: Actor, row: Any) -> Hit:
    state = win_states.STATES[row.state].in_language(get_language())
    return Hit(row.what, reverse("portal:win", args=[row.pk]), noted(row.customer, state))


def follow_ups(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """What it is asked after an initiative and has not answered yet."""
    rows = FollowUp.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id, state=win_states.F_OPEN)
    named = answering(Initiative.objects.all(), text, "title_it", "title_en", "city", "code", loose=loose)
    return rows.filter(initiative__in=named.order_by().values("pk")).order_by("answer_by", "pk")


def follow_up_shown(actor: Actor, row: Any) -> Hit:
    return Hit(row.title, reverse("portal:follow_up", args=[row.pk]))


def firm(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """The enterprise itself, by name or code."""
    mine = Enterprise.objects.visible_to(actor).filter(pk=actor.enterprise_id)
    code = "".join(text.split()).upper()
    named = answering(mine, text, "search_name", loose=loose)
    return mine.filter(Q(pk__in=named.values("pk")) | Q(tax_code=code) | Q(vat_number=code))


def firm_shown(actor: Actor, row: Any) -> Hit:
    return Hit(row.name, reverse("portal:enterprise"), row.tax_code)


def notices(actor: Actor, text: str, loose: bool) -> "QuerySet[Any]":
    """What the offices told."""
    rows = answering(Notice.objects.visible_to(actor), text, "title_it", "title_en", "body_it", "body_en", loose=loose)
    return rows.order_by("-created_at", "-pk")  # type: ignore[no-any-return]


def notice_shown(actor: Actor, row: Any) -> Hit:
    """It leads where the message does, or to the messages."""
    prefix = prefix_of(language_now())
    return Hit(row.title, prefix + row.path if row.path.startswith("/") else reverse("portal:notices"))


KINDS = (
    Kind(
        gettext_lazy("Applications"),
        applications,
        application_shown,
        whole=lambda: Application.objects.select_related("opening__call").defer("answers", "frozen"),
    ),
    Kind(
        gettext_lazy("Requests"),
        requests,
        request_shown,
        told=lambda: {"number": F("number"), "subject": F("subject"), "state": F("state")},
    ),
    Kind(
        gettext_lazy("Fairs and meetings"),
        interests,
        interest_shown,
        told=lambda: {
            "number": F("number"),
            "state": F("state"),
            "code": F("initiative__code"),
            "title": in_language("initiative__title"),
        },
    ),
    Kind(
        gettext_lazy("Export wins"),
        wins,
        win_shown,
        told=lambda: {"what": F("what"), "customer": F("customer"), "state": F("state")},
    ),
    Kind(
        gettext_lazy("Follow-ups"),
        follow_ups,
        follow_up_shown,
        told=lambda: {"title": in_language("initiative__title")},
    ),
    Kind(gettext_lazy("My enterprise"), firm, firm_shown, told=lambda: {"name": F("name"), "tax_code": F("tax_code")}),
    Kind(
        gettext_lazy("Messages"),
        notices,
        notice_shown,
        told=lambda: {"title": in_language("title"), "path": F("path")},
    ),
)
