"""What the enterprise and the office are told of a place."""

from collections.abc import Iterable

from levante.identity.api import RoleGrant, roles
from levante.initiatives.api import Initiative
from levante.kernel.api import ENTERPRISE, Actor, Party, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.participations import states
from levante.participations.models import Participation, Selection
from levante.parties.api import people_acting_for

SUBJECT = "participations.Participation"


def tell_firm(actor: Actor, row: Participation, event: str, title: Bilingual, body: Bilingual) -> None:
    """Tell who acts for the enterprise, once for each event of its place."""
    initiative = row.selection.initiative
    notify(
        actor=actor, users=people_acting_for(row.enterprise_id, today()), kind=f"place-{event}",
        title=Bilingual(f"{title.it}: {initiative.title_it}"[:300], f"{title.en}: {initiative.title_en}"[:300]), body=body,
        path=f"/impresa/fiere/{initiative.code}/", enterprise_id=row.enterprise_id, subject_type=SUBJECT,
        subject_id=f"{row.pk}:{event}:{row.offered_at:%Y%m%d}" if row.offered_at else f"{row.pk}:{event}",
    )  # fmt: skip


def who_takes_part(*, initiative: Initiative) -> Iterable[Party]:
    """Who has a place, or waits for one: what initiatives asks before it tells of a change. One query."""
    rows = Participation.objects.filter(
        selection__initiative=initiative, selection__decided_at__isnull=False, state__in=[*states.SEATED, states.LISTED]
    )
    return [Party(ENTERPRISE, pk) for pk in rows.order_by("pk").values_list("enterprise_id", flat=True)]


def tell_office(actor: Actor, selection: Selection, event: str, title: Bilingual, body: Bilingual) -> None:
    """Tell the directors of the Section and the staff of the agency that leads it."""
    notify(
        actor=actor, users=office_people(selection.initiative), kind=f"place-{event}", title=title, body=body,
        path=f"/ufficio/iniziative/{selection.initiative.code}/partecipanti/", subject_type="participations.Selection",
        subject_id=f"{selection.pk}:{event}",
    )  # fmt: skip


def office_people(initiative: Initiative) -> set[int]:
    """Who looks after an initiative (user ids): the directors of the Section, the officers and the staff of the office that leads it."""
    held = RoleGrant.objects.in_force(today()).filter(user__is_active=True)
    led = held.filter(role__in=[roles.AGENCY_STAFF, roles.CASE_OFFICER], office=initiative.lead_office)
    people = set(held.filter(role=roles.DIRECTOR).values_list("user_id", flat=True))
    return people | set(led.values_list("user_id", flat=True))
