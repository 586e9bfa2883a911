"""The agenda's steps, and who is told of what: all when it is published, then only those whose meetings change."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, now, refuse, require, service
from levante.kernel.pure import Bilingual, filled, joined
from levante.meetings import policies, states
from levante.meetings.asking import tell
from levante.meetings.holding import locked_agenda
from levante.meetings.models import Agenda, Attendee, Meeting
from levante.meetings.pure.hours import city_of
from levante.meetings.sound import require_sound


@service("meetings.move_agenda")
def move_agenda(*, actor: Actor, agenda: Agenda, step: str) -> Agenda:
    """A step of the agenda's life: requests opened, closed, published, closed once its last slot is over; opened again, unless the
    initiative is cancelled. Published, everybody who comes is told."""
    held = locked_agenda(agenda.pk)
    require(policies.may_arrange(actor, held.initiative))
    if step not in states.STEPS:
        refuse("Questo passo non esiste.", "There is no such step.")
    sources, target, _ = states.STEPS[step]
    if held.state not in sources:
        here = states.AGENDAS[held.state]
        refuse(f"Non si può più fare: lo stato è “{here.it}”.", f"It cannot be done now: the state is “{here.en}”.")
    if step == "open_requests" and not held.attendees.coming().exists():
        refuse("Prima aggiungi chi partecipa.", "First bring those who take part.")
    if step == "publish" and not held.meetings.standing().exists():
        refuse("Non c’è nessun incontro da pubblicare.", "There is no meeting to publish.")
    if step == "publish":
        require_sound(held)
    if step == "close":
        _require_over(held)
    if step == "reopen" and not may_reopen(held):
        refuse(
            "L’iniziativa è annullata, o l’agenda non era stata pubblicata.",
            "The initiative is cancelled, or the agenda had not been published.",
        )
    before, held.state = held.state, target
    if step == "publish":
        held.published_at = now()
    held.save(update_fields=["state", "published_at"])
    note(before=before, after=held.state)
    if step in {"open_requests", "publish"}:
        title = (
            Bilingual("Puoi chiedere gli incontri", "You can ask for meetings")
            if step == "open_requests"
            else Bilingual("La tua agenda è pronta", "Your agenda is ready")
        )
        for row in held.attendees.coming().select_related("agenda__initiative", "enterprise", "buyer"):
            body = Bilingual(held.initiative.title_it, held.initiative.title_en)
            tell(actor, row, kind=f"agenda-{step}", key=f"{row.pk}:{step}:{held.revision}", title=title, body=body)
    return held


def may_reopen(agenda: Agenda) -> bool:
    """Was it closed by the office, and not with its initiative?"""
    return agenda.published_at is not None and agenda.initiative.state != initiative_states.CANCELLED


def _require_over(agenda: Agenda) -> None:
    last = max((slot.starts_at + timedelta(minutes=slot.minutes) for slot in agenda.slots.all()), default=None)
    if last is not None and last > now():
        local = last.astimezone(ZoneInfo(agenda.zone))
        refuse(
            f"Si conclude quando è finita l’ultima fascia: {local:%d/%m %H:%M}.",
            f"It is closed when the last slot is over: {local:%d/%m %H:%M}.",
        )


def tell_changes(actor: Actor, agenda: Agenda, touched: Iterable[Meeting]) -> None:
    """Tell the two of each meeting that changed, and nobody else: once for each, with all that changed for it, and what it was."""
    lines: dict[int, list[Bilingual]] = {}
    people: dict[int, Attendee] = {}
    changed = {row.pk: row for row in touched}
    related = ("slot", "agenda", "a__enterprise", "a__agenda__initiative", "b__buyer", "b__agenda__initiative")
    for row in Meeting.objects.filter(pk__in=changed).select_related(*related).order_by("slot__starts_at", "pk"):
        for me, other in ((row.a, row.b), (row.b, row.a)):
            people[me.pk] = me
            when = row.slot.starts_at.astimezone(ZoneInfo(me.hours))
            gone = row.state == states.CANCELLED
            said = (
                filled("{name}: annullato", "{name}: cancelled", name=other.name)
                if gone
                else joined("", [f"{other.name}: {when:%d/%m %H:%M}", where(row), _before(changed[row.pk], me)])
            )
            lines.setdefault(me.pk, []).append(said)
    for pk, told in lines.items():
        body = joined("\n", [*told, zone_in_words(people[pk].hours)])
        title = Bilingual("La tua agenda è cambiata", "Your agenda has changed")
        tell(actor, people[pk], kind="agenda-changed", key=f"{pk}:{agenda.revision}", title=title, body=body)


def _before(row: Meeting, me: Attendee) -> str | Bilingual:
    """That a meeting is new, or when it was until now, on the clock of who reads it."""
    if row.is_new:
        return Bilingual(" (nuovo)", " (new)")
    if row.was_at is None:
        return ""
    was = row.was_at.astimezone(ZoneInfo(me.hours))
    return filled(" (era {when})", " (it was {when})", when=f"{was:%d/%m %H:%M}")


def zone_in_words(zone: str) -> Bilingual:
    """Whose clock the hours are of."""
    city = Bilingual(city_of(zone, "it"), city_of(zone, "en"))
    return filled("Fuso orario: {city}.", "Time zone: {city}.", city=city)


def where(meeting: Meeting) -> Bilingual:
    """Where a meeting is, after a comma, a table by its number; nothing when it is nowhere yet."""
    place = meeting.place
    if not meeting.call and place.isdecimal():
        return filled(", tavolo {number}", ", table {number}", number=place)
    said = meeting.call or place
    return Bilingual(f", {said}", f", {said}") if said else Bilingual("", "")
