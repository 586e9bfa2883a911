"""Stamp duty: the mark's number and day, or the ground of exemption; a mark is good for one application, in any call.

D.P.R. 642/1972: on applications to public offices. The number is written here and the mark is kept by who applies; what is
declared is part of the application.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from levante.applications import policies
from levante.applications.models import Application, StampMark
from levante.kernel.api import Actor, Missing, note, now, refuse, require, service, today
from levante.kernel.pure import Bilingual, Decision

_USED = (
    "La marca da bollo {number} è già stata usata per un’altra domanda: ne serve un’altra.",
    "The stamp {number} was already used for another application: another one is needed.",
)


def asked_by(call: Any) -> dict[str, Any] | None:
    """What a call asks of stamp duty: ``{amount, exemptions}``; ``None`` when it asks nothing."""
    found: dict[str, Any] | None = call.delivery.get("stamp_duty")
    return found


@service("applications.record_stamp")
def record_stamp(
    *, actor: Actor, application: Application, number: str = "", bought_on: date | None = None, exemption: str = ""
) -> StampMark:
    """Write the mark of a draft, or why none is due."""
    current = Application.objects.select_for_update(of=("self",)).select_related("opening__call").get(pk=application.pk)
    require(policies.may_edit(actor, current))
    asked = asked_by(current.opening.call)
    if asked is None:
        refuse("Questo bando non chiede il bollo.", "This call asks for no stamp duty.")
    digits = re.sub(r"\D", "", number)
    if exemption:
        if exemption not in {item["code"] for item in asked.get("exemptions", ())}:
            refuse("Scegli un motivo di esenzione.", "Choose a ground of exemption.", field="exemption")
        digits, bought_on = "", None
    else:
        require(_good_mark(digits, bought_on))
        if StampMark.objects.filter(number=digits, used_at__isnull=False).exclude(application=current).exists():
            refuse(*(text.format(number=digits) for text in _USED), field="number")
    mark, _ = StampMark.objects.update_or_create(
        application=current, defaults={"number": digits, "bought_on": bought_on, "exemption": exemption}
    )
    note(exemption=exemption, number=digits)
    return mark


def _good_mark(digits: str, bought_on: date | None) -> Decision:
    if len(digits) != 14:
        return Decision.no("Il numero della marca da bollo ha 14 cifre.", "The number of a stamp has 14 digits.")
    if bought_on is None:
        return Decision.no("Scrivi la data che si legge sulla marca.", "Write the date that is on the stamp.")
    if bought_on > today():
        return Decision.no("La data della marca è nel futuro.", "The date of the stamp is in the future.")
    return Decision.yes()


def mark_of(application: Application) -> StampMark | None:
    """The mark of an application, if it has one. One query the first time."""
    found: StampMark | None = getattr(application, "stamp_mark", None)
    return found


def stamp_needed(application: Application) -> Iterable[Missing]:
    """At the sending: the mark or the exemption, where the call asks; a mark that others used meanwhile is none."""
    if asked_by(application.opening.call) is None:
        return
    mark = mark_of(application)
    if mark is None:
        yield Missing(
            Bilingual("il bollo, o il motivo di esenzione", "the stamp duty, or the ground of exemption"), "stamp"
        )
    elif (
        mark.number and StampMark.objects.filter(number=mark.number, used_at__isnull=False).exclude(pk=mark.pk).exists()
    ):
        yield Missing(
            Bilingual(
                f"un’altra marca da bollo: la {mark.number} è già stata usata",
                f"another stamp: {mark.number} was used already",
            ),
            "stamp",
        )


def copy_of_stamp(application: Application) -> dict[str, Any] | None:
    """What the frozen copy says of stamp duty; ``None`` where the call asks nothing."""
    asked, mark = asked_by(application.opening.call), None
    if asked is not None:
        mark = mark_of(application)
    if asked is None or mark is None:
        return None
    if mark.exemption:
        ground: dict[str, Any] = next(
            (item for item in asked.get("exemptions", ()) if item["code"] == mark.exemption), {}
        )
        return {
            "exemption": mark.exemption,
            "it": ground.get("it", ""),
            "en": ground.get("en", ""),
            "reference": ground.get("reference", ""),
        }
    assert mark.bought_on is not None
    return {"number": mark.number, "bought_on": mark.bought_on.isoformat(), "amount": asked["amount"]}


def use_stamp(application: Application) -> None:
    """The application is sent with its mark: the constraint lets one of those that claim it pass."""
    mark = mark_of(application) if asked_by(application.opening.call) is not None else None
    if mark is None or not mark.number:
        return
    try:
        with transaction.atomic():
            StampMark.objects.filter(pk=mark.pk).update(used_at=now())
    except IntegrityError:
        refuse(*(text.format(number=mark.number) for text in _USED))


def free_stamp(application: Application) -> None:
    """An application that was sealed and not sent leaves its mark free again."""
    if asked_by(application.opening.call) is not None:
        StampMark.objects.filter(application=application).update(used_at=None)
