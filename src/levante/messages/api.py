"""The door of messages: telling people, and what they were told."""

from levante.messages.models import Notice
from levante.messages.services import mark_read, notify

__all__ = ["Notice", "mark_read", "notify"]
