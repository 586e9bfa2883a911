"""What an office wrote in a draft for somebody on the phone: which answers, whether they are confirmed, how it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from levante.applications.models import Application, OfficeFilling, Saving
from levante.kernel.api import Missing, day_of, today
from levante.kernel.pure import Bilingual

FIELD = "filling"


def written_by_office(application: Application) -> dict[str, int]:
    """The fields whose last word is of an office, each with the revision in which it was written. One query, none where no
    office ever filled in."""
    if not application.by_office:
        return {}
    rows = Saving.objects.filter(application=application.pk, member__isnull=True).order_by("revision")
    last: dict[str, tuple[int, bool]] = {}
    for revision, filling, changes in rows.values_list("revision", "filling_id", "changes"):
        for name in changes:
            last[name] = (revision, filling is not None)
    return {name: revision for name, (revision, by_office) in last.items() if by_office}


def to_confirm(application: Application) -> list[str]:
    """The fields that an office wrote and that nobody who may send has confirmed since."""
    written = written_by_office(application)
    if not written:
        return []
    rows = OfficeFilling.objects.filter(application=application.pk, confirmed_revision__isnull=False)
    confirmed = max(rows.values_list("confirmed_revision", flat=True), default=0)
    return sorted(name for name, revision in written.items() if revision > confirmed)


@dataclass(frozen=True, slots=True)
class FilledBy:
    """An office that filled in: for whom, from when to when."""

    office: Bilingual
    caller: str
    started_at: datetime
    open: bool


def filled_by(application: Application) -> list[FilledBy]:
    """The offices that filled in a draft, the first first. One query, none where there is none."""
    if not application.by_office:
        return []
    rows = OfficeFilling.objects.filter(application=application.pk).select_related("office", "caller").order_by("pk")
    return [
        FilledBy(
            Bilingual(row.office.name_it, row.office.name_en or row.office.name_it),
            row.caller.get_full_name(),
            row.started_at,
            row.ended_at is None and day_of(row.started_at) == today(),
        )
        for row in rows
    ]


def copy_of_filling(application: Application) -> list[dict[str, Any]] | None:
    """What the application says of the offices that filled it in, as it is signed and frozen; nothing where none wrote."""
    written = sorted(written_by_office(application))
    if not written:
        return None
    known: Sequence[FilledBy] = filled_by(application)
    return [
        {
            "how": {"it": "per telefono", "en": "on the phone"},
            "office": {"it": one.office.it, "en": one.office.en},
            "for": one.caller,
            "on": day_of(one.started_at).isoformat(),
            "fields": written,
        }
        for one in known
    ]


def filling_needed(application: Application) -> list[Missing]:
    """At the sending: what an office wrote is confirmed by who may send; where the whole is signed, the signature says it."""
    if not application.by_office or application.opening.call.delivery.get("signature") == "required":
        return []
    count = len(to_confirm(application))
    if not count:
        return []
    return [
        Missing(
            Bilingual(
                f"la conferma di ciò che ha scritto l’ufficio ({count} risposte)"
                if count > 1
                else "la conferma della risposta scritta dall’ufficio",
                f"the confirmation of what the office wrote ({count} answers)"
                if count > 1
                else "the confirmation of the answer that the office wrote",
            ),
            FIELD,
        )
    ]
