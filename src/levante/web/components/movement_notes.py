"""What a movement of the budget about an award was for, in both languages: the reason that the register keeps is Italian."""

from collections.abc import Sequence

from levante.claims.api import Claim
from levante.controls.api import Incoming
from levante.kernel.pure import Bilingual
from levante.payments.api import LiquidationRow
from levante.programme.api import Movement, vocabulary


def notes_of(movements: Sequence[Movement], claims: Sequence[Claim], *, application: str) -> dict[int, Bilingual]:
    """By the key of each: in Italian its reason, in English the claim or the recovery that it is of, else the application (its number).
    Two queries at most."""
    numbers = {one.pk: str(one) for one in claims}
    subject: dict[int | None, str] = {}
    if claims:
        rows = LiquidationRow.objects.filter(claim__in=claims).order_by("pk")
        for claim, *moved in rows.values_list("claim", "movement", "undone_movement", "payment_movement"):
            subject |= dict.fromkeys(moved, f"claim {numbers[claim]}")
    back = [one.pk for one in movements if one.kind == vocabulary.RECOVERY]
    if back:
        for money in Incoming.objects.filter(movement__in=back).order_by("pk"):
            subject[money.movement_id] = f"recovery {money.recovery_id}, {money.source_label.en}"
    return {one.pk: Bilingual(one.reason, subject.get(one.pk) or f"application {application}") for one in movements}
