"""Who asks for money back, takes it in and gives it back: the agency that paid, or the Section."""

from django.db import models

from levante.identity.api import Office


def collecting_office(help_text: str) -> "models.ForeignKey[Office | None, Office | None]":
    """The field of a row of money that is collected: an agency; none, the Section. ``help_text`` says why that one."""
    return models.ForeignKey(
        "identity.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text=help_text
    )
