"""What is the enterprise's own and answers to some words. Each kind: one query (applications by number two), through
``visible_to`` and of the enterprise acted for alone, also when the person is staff elsewhere; accents and capitals never
matter."""

from collections.abc import Callable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext

from levante.applications.api import STATES as APPLICATION_STATES
from levante.applications.api import Application, numbers_of
from levante.calls.api import Call
from levante.cases.api import Case
from levante.cases.api import states as case_states
from levante.initiatives.api import ExpressionOfInterest, Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor
from levante.messages.api import Notice
from levante.parties.api import Enterprise, answering
from levante.register.pure.numbers import quoted
from levante.web.desk.search.providers import LIMIT, Found, Hit, titled


def search_own(actor: Actor, text: str) -> list[Found]:
    """Kinds with nothing are left out; typing mistakes are forgiven when nothing answers as it was typed."""
    return _asked(actor, text, loose=False) or _asked(actor, text, loose=True)


def _asked(actor: Actor, text: str, *, loose: bool) -> list[Found]:
    kinds: list[tuple[str, Callable[[Actor, str, bool], list[Hit]]]] = [
        (gettext("Applications"), applications),
        (gettext("Requests"), requests),
        (gettext("Fairs and meetings"), interests),
        (gettext("My enterprise"), firm),
        (gettext("Messages"), notices),
    ]
    asked = [(label, find(actor, text, loose)) for label, find in kinds]
    return [Found(label, hits[:LIMIT], len(hits) > LIMIT) for label, hits in asked if hits]


def applications(actor: Actor, text: str, loose: bool) -> list[Hit]:
    """By number, by protocol number, by the call; drafts too."""
    rows = Application.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    number = quoted(text)
    if number is not None:
        rows = rows.filter(number__in=numbers_of(number))
    else:
        called = answering(Call.objects.all(), text, "title_it", "title_en", "code", loose=loose)
        rows = rows.filter(Q(opening__call__in=called.values("pk")) | Q(protocol_number__iexact=text))
    rows = rows.select_related("opening__call").defer("answers", "frozen")
    return [
        Hit(
            " · ".join(filter(None, [row.number, titled(row.opening.call)])),
            reverse("portal:application", args=[row.pk]),
            APPLICATION_STATES[row.state_told].in_language(get_language()),
        )
        for row in rows.order_by("-pk")[: LIMIT + 1]
    ]


def requests(actor: Actor, text: str, loose: bool) -> list[Hit]:
    rows = Case.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    number = quoted(text)
    if number is not None:
        rows = rows.filter(year=number.year, sequence=number.place) if number.may_be("R") else rows.none()
    else:
        rows = answering(rows, text, "subject", loose=loose)
    return [
        Hit(
            f"{row.number} · {row.subject}",
            reverse("portal:request", args=[row.pk]),
            case_states.STATES[row.state].in_language(get_language()),
        )
        for row in rows.order_by("-opened_at", "-pk")[: LIMIT + 1]
    ]


def interests(actor: Actor, text: str, loose: bool) -> list[Hit]:
    """Its expressions of interest, by number of the register or by the initiative."""
    rows = ExpressionOfInterest.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id)
    number = quoted(text)
    if number is not None:
        rows = rows.filter(number__in=number.written("interest.expressed"))
    else:
        asked = answering(Initiative.objects.all(), text, "title_it", "title_en", "city", "code", loose=loose)
        rows = rows.filter(initiative__in=asked.values("pk"))
    return [
        Hit(
            titled(row.initiative),
            reverse("portal:fair", args=[row.initiative.code]),
            " · ".join(
                filter(None, [row.number, initiative_states.INTEREST_STATES[row.state].in_language(get_language())])
            ),
        )
        for row in rows.select_related("initiative").defer("frozen").order_by("-registered_at", "-pk")[: LIMIT + 1]
    ]


def firm(actor: Actor, text: str, loose: bool) -> list[Hit]:
    """The enterprise itself, by name or code."""
    mine = Enterprise.objects.visible_to(actor).filter(pk=actor.enterprise_id)
    code = "".join(text.split()).upper()
    named = answering(mine, text, "search_name", loose=loose)
    rows = mine.filter(Q(pk__in=named.values("pk")) | Q(tax_code=code) | Q(vat_number=code))
    return [Hit(row.name, reverse("portal:enterprise"), row.tax_code) for row in rows]


def notices(actor: Actor, text: str, loose: bool) -> list[Hit]:
    """What the offices told; each leads where the message does, or to the messages."""
    rows = answering(Notice.objects.visible_to(actor), text, "title_it", "title_en", "body_it", "body_en", loose=loose)
    prefix = "/en" if (get_language() or "it").startswith("en") else ""
    return [
        Hit(titled(row), prefix + row.path if row.path.startswith("/") else reverse("portal:notices"))
        for row in rows.order_by("-created_at", "-pk")[: LIMIT + 1]
    ]
