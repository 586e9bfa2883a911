"""What a person told of wins and after initiatives: told to them, taken away, forgotten after its time (GDPR arts. 5, 15, 17)."""

from typing import Any

from dateutil.relativedelta import relativedelta

from levante.kernel.api import Actor, note, service, today, unchanged
from levante.law import parameters
from levante.parties.api import Erased
from levante.wins.models import CustomerAsk, CustomerLetter, FollowUp, Win, WinChange

MOST = 1000


def told_after(user_id: int) -> dict[str, Any]:
    """Wins told, answers after initiatives, corrections, letters asked for (the address is somebody else's): plain JSON. Four queries."""
    return {
        "wins": [
            {"enterprise": row.enterprise.name, "what": row.what, "won_on": row.won_on.isoformat(), "state": row.state}
            for row in Win.objects.filter(told_by=user_id).select_related("enterprise").order_by("pk")
        ],
        "follow_ups": [
            {
                "initiative": row.initiative_id, "enterprise": row.enterprise.name, "months": row.months, "contacts": row.contacts,
                "offers": row.offers, "orders": row.orders, "expected": str(row.expected), "words": row.note,
                "at": row.answered_at.isoformat() if row.answered_at else None,
            }
            for row in FollowUp.objects.filter(answered_by=user_id).select_related("enterprise").order_by("pk")
        ],
        "corrections_of_wins": [
            {"win": row.win_id, "at": row.at.isoformat(), "after": row.after, "reason": row.reason}
            for row in WinChange.objects.filter(by=user_id).order_by("pk")
        ],
        "letters_to_customers": [
            {"win": row.ask.win_id, "language": row.language, "declared": row.wording, "at": row.made_at.isoformat()}
            for row in CustomerLetter.objects.filter(made_by=user_id).select_related("ask").order_by("pk")
        ],
    }  # fmt: skip


def forget_person(*, actor: Actor, erased: Erased) -> int:
    """Within the erasure of a person: the words of their answers; the figures stay, they are the enterprise's."""
    if erased.user_id is None:
        return 0
    return FollowUp.objects.filter(answered_by=erased.user_id).exclude(note="").update(note="")


@service("wins.forget_old_words")
def forget_old_words(*, actor: Actor) -> int:
    """Every night: words of answers once the initiative ended so many months ago, comments of customers once as many passed from the
    answer. How many were emptied."""
    until = today() - relativedelta(months=int(parameters.value("personal_data.words_months", on=today()).value))
    answers = FollowUp.objects.filter(initiative__ends_on__lt=until).exclude(note="")
    comments = CustomerAsk.objects.filter(ended_at__date__lt=until).exclude(comment="")
    old = list(answers.order_by("pk").values_list("pk", flat=True)[:MOST])
    said = list(comments.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not old and not said:
        return unchanged(0)
    FollowUp.objects.filter(pk__in=old).update(note="")
    CustomerAsk.objects.filter(pk__in=said).update(comment="")
    note(answers=len(old), comments=len(said))
    return len(old) + len(said)
