"""The door of messages: telling people, what they were told, the reminders they do without."""

from levante.messages.models import MutedTopic, Notice
from levante.messages.services import forget_subject, mark_read, notify
from levante.messages.topics import (
    FOLLOW_UPS,
    MEETINGS,
    TOPICS,
    by_token,
    choose_reminders,
    mute_by_link,
    muted,
    off_address,
)

__all__ = [
    "FOLLOW_UPS",
    "MEETINGS",
    "TOPICS",
    "MutedTopic",
    "Notice",
    "by_token",
    "choose_reminders",
    "forget_subject",
    "mark_read",
    "mute_by_link",
    "muted",
    "notify",
    "off_address",
]
