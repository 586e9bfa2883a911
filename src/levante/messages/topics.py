"""What a person may do without by mail: reminders. What must be told, or changes an appointment, has no topic and always leaves."""

from django.conf import settings
from django.core import signing

from levante.identity.api import User
from levante.kernel.api import Actor, NotYours, note, note_object, now, prefix_of, refuse, service, unchanged
from levante.kernel.pure import Bilingual
from levante.kernel.pure.languages import ITALIAN
from levante.messages.models import MutedTopic

MEETINGS, FOLLOW_UPS = "meetings", "follow-ups"
TOPICS: dict[str, Bilingual] = {
    MEETINGS: Bilingual(
        "la sera prima, gli incontri del giorno dopo", "the evening before, the meetings of the next day"
    ),
    FOLLOW_UPS: Bilingual(
        "dopo un’iniziativa, le domande su com’è andata e i solleciti",
        "after an initiative, the questions on what came of it and their reminders",
    ),
}

_SALT = "levante.messages.topic"


@service("messages.choose_reminders")
def choose_reminders(*, actor: Actor, wanted: set[str]) -> list[str]:
    """Which topics the person wants by mail, the others are switched off; in the portal all are told. Those switched off, by code."""
    if actor.user_id is None:
        raise NotYours
    if wanted - TOPICS.keys():
        refuse("Scegli tra i promemoria che ci sono.", "Choose among the reminders there are.")
    user = User.objects.select_for_update().get(pk=actor.user_id)
    off = sorted(TOPICS.keys() - wanted)
    if off == sorted(user.muted_topics.values_list("topic", flat=True)):
        return unchanged(off)
    user.muted_topics.exclude(topic__in=off).delete()
    rows = [MutedTopic(user=user, topic=topic, since=now()) for topic in off]
    MutedTopic.objects.bulk_create(rows, ignore_conflicts=True)
    note(off=off)
    note_object(user)
    return off


@service("messages.mute_by_link")
def mute_by_link(*, actor: Actor, token: str) -> str:
    """What the link in a reminder does, for who received it, signed in or not: its topic is switched off. The topic, by code."""
    found = by_token(token)
    if found is None:
        raise NotYours
    user, topic = found
    User.objects.select_for_update().get(pk=user.pk)
    _, made = MutedTopic.objects.get_or_create(user=user, topic=topic, defaults={"since": now()})
    if not made:
        return unchanged(topic)
    note(off=[topic], user=user.pk)
    note_object(user)
    return topic


def muted(user_id: int) -> frozenset[str]:
    """The topics that a person has switched off. One query."""
    return frozenset(MutedTopic.objects.filter(user_id=user_id).values_list("topic", flat=True))


def token_of(user_id: int, topic: str) -> str:
    """The secret part of the link in a reminder: signed, so that nothing secret is kept; it does not expire (RFC 8058)."""
    return signing.dumps([user_id, topic], salt=_SALT)


def by_token(token: str) -> tuple[User, str] | None:
    """Whose link it is and for which topic; ``None`` when it was not made here, or the account is closed."""
    try:
        user_id, topic = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return (user, topic) if user is not None and topic in TOPICS else None


def off_address(user_id: int, topic: str, *, language: str = ITALIAN) -> str:
    """The address that switches a topic off: opened it asks, posted to it does (RFC 8058)."""
    return f"{settings.SITE_URL}{prefix_of(language)}/promemoria/spegni/{token_of(user_id, topic)}/"
