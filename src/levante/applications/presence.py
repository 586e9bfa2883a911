"""Several people on one draft: who is here and where, and one at a time writing in a section.

A page says every twenty seconds that its person is there. The first in a section writes in it, the others read; who falls
silent for a minute loses it, and another may take it over at once: who had it is told, and what they had typed is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from levante.applications import policies
from levante.applications.models import Application, Presence
from levante.applications.reading import form_of_application
from levante.kernel.api import Actor, NotYours, note, note_object, now, refuse, require, service, unchanged

#: How long a page may be silent before its person is no longer there.
LAPSES = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person in the draft: nothing more than the name is told of them."""

    name: str
    section: str
    writing: bool


@dataclass(frozen=True, slots=True)
class Here:
    """Who else is in a draft. ``mine``: this section is the asker's to write in; ``holder`` writes in it; ``taken_by`` took
    it over."""

    others: list[Someone] = field(default_factory=list)
    mine: bool = False
    holder: str = ""
    taken_by: str = ""


@service("applications.be_here")
def be_here(
    *, actor: Actor, application: Application, section: str, arriving: bool = False, take: bool = False
) -> Here:
    """The person is in a section of a draft now, and writes in it if nobody else does; ``take`` takes it over.

    Where somebody is now is no fact of the file: only taking over leaves an entry.
    """
    require(policies.may_write(actor, application))
    if actor.user_id is None or form_of_application(application).section(section) is None:
        raise NotYours
    instant = now()
    rows = Presence.objects.filter(application=application)
    rows.filter(seen_at__lt=instant - LAPSES, writing=True).update(writing=False)
    rows.filter(seen_at__lt=instant - 60 * LAPSES).delete()
    own = _own_row(application, actor.user_id, section, instant, fresh=arriving or take)
    loser = rows.filter(section=section, writing=True).exclude(pk=own.pk).select_related("user").first()
    if loser is not None and take:
        loser.writing, loser.taken_by_id = False, actor.user_id
        loser.save(update_fields=["writing", "taken_by"])
    if not own.writing and own.taken_by_id is None and (loser is None or take):
        own.writing = _claim(own)
    here = _told(rows, own, section, instant)
    if loser is not None and take:
        note_object(application)
        note(section=section, taken_from=loser.user_id)
        return here
    return unchanged(here)


def _own_row(application: Application, user_id: int, section: str, instant: datetime, *, fresh: bool) -> Presence:
    own, created = Presence.objects.select_for_update(of=("self",)).get_or_create(
        application=application, user_id=user_id, defaults={"section": section, "seen_at": instant}
    )
    if not created:
        if fresh or own.section != section:
            own.taken_by_id = None
        if own.section != section:
            own.writing = False
        own.section, own.seen_at = section, instant
        own.save(update_fields=["section", "seen_at", "writing", "taken_by"])
    return own


def _claim(own: Presence) -> bool:
    """Two who arrive together: the constraint lets one of them in."""
    try:
        with transaction.atomic():
            Presence.objects.filter(pk=own.pk).update(writing=True)
    except IntegrityError:
        return False
    return True


def _told(rows: "QuerySet[Presence]", own: Presence, section: str, instant: datetime) -> Here:
    live = rows.filter(seen_at__gte=instant - LAPSES).exclude(pk=own.pk).select_related("user").order_by("pk")
    others = [Someone(row.user.get_full_name(), row.section, row.writing) for row in live]
    holder = next((one.name for one in others if one.writing and one.section == section), "")
    taken_by = own.taken_by.get_full_name() if own.taken_by is not None else ""
    return Here(others, own.writing, holder, taken_by)


def holder_of(application: Application, section: str, *, besides: int | None) -> str:
    """Who else is writing in a section now, by name; empty when nobody is."""
    rows = Presence.objects.filter(application=application, section=section, writing=True, seen_at__gte=now() - LAPSES)
    if besides is not None:
        rows = rows.exclude(user_id=besides)
    found = rows.select_related("user").first()
    return found.user.get_full_name() if found is not None else ""


#: Who is in a draft, with the row of the draft itself: a page that shows it asks nothing more.
_PRESENT = """(SELECT coalesce(jsonb_agg(jsonb_build_object(
    'user', presence.user_id, 'section', presence.section, 'writing', presence.writing,
    'name', btrim(person.given_name || ' ' || person.family_name)) ORDER BY presence.id), '[]')
   FROM applications_presence presence JOIN identity_user person ON person.id = presence.user_id
  WHERE presence.application_id = applications_application.id AND presence.seen_at >= %s)"""


def with_present(applications: "QuerySet[Application]") -> "QuerySet[Application]":
    """Each with who is in it now (``present``), for ``others_in``."""
    return applications.annotate(present=RawSQL(_PRESENT, (now() - LAPSES,), output_field=JSONField()))  # noqa: S611


def others_in(application: Any, user_id: int | None) -> list[Someone]:
    """Who else is in a draft that was fetched ``with_present``."""
    rows = [row for row in application.present if row["user"] != user_id]
    return [Someone(row["name"], row["section"], row["writing"]) for row in rows]


def leave_draft(application: Application) -> None:
    """A draft that is sent or put away has nobody in it."""
    Presence.objects.filter(application=application).delete()


def section_of(application: Application, field_id: str) -> str:
    """The section a field is in; empty when the form has no such field."""
    for section, item in form_of_application(application).fields():
        if item.id == field_id:
            return section.id
    return ""


def require_free(actor: Actor, application: Application, field_ids: Iterable[str]) -> None:
    """Nobody else is writing where these fields are."""
    for section in {section_of(application, name) for name in field_ids} - {""}:
        holder = holder_of(application, section, besides=actor.user_id)
        if holder:
            refuse(
                f"In questa sezione sta scrivendo {holder}: per cambiarla, subentra.",
                f"{holder} is writing in this section: to change it, take it over.",
            )
