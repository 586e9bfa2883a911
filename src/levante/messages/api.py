"""The door of messages: telling people, and what they were told."""

from levante.messages.models import Notice
from levante.messages.services import forget_subject, mark_read, notify

__all__ = ["Notice", "forget_subject", "mark_read", "notify"]
