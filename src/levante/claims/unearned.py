"""What of an award its last claim did not earn: award, aid and commitment are too high until an act says so."""

from decimal import Decimal

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from levante.claims import carrying_states, states
from levante.claims.models import Claim, KeptAward, Reduction
from levante.grants.api import Award
from levante.kernel.api import refuse
from levante.kernel.pure import ZERO, format_euro


def taken_of(award: Award) -> Decimal:
    """What of an award was assessed, verified as due or paid, less what acts of revocation ask back of it: below it an award is not
    reduced, or more than it would be paid."""
    rows = Claim.objects.filter(award=award, state__in=states.WITH_DUE)
    due: Decimal = rows.aggregate(total=Sum("due"))["total"] or ZERO
    return due - award.taken_back


def is_over(claim: Claim) -> bool:
    """Is nothing more to come of the award after this claim: the last one, paid, or assessed with nothing due, and no earlier one whose
    review is open again?"""
    last = claim.mode in states.LAST_MODES and (
        claim.state == states.PAID or (claim.state == states.ASSESSED and not claim.due)
    )
    return last and not Claim.objects.filter(award=claim.award_id, state__in=states.OPEN).exists()


def earned_in_all(claim: Claim) -> Decimal:
    """What an award earned once its last claim was reviewed: all that was due, less what of it is to be given back."""
    rows = Claim.objects.filter(award=claim.award_id, state__in=states.WITH_DUE)
    back: Decimal = rows.aggregate(total=Sum("excess"))["total"] or ZERO
    return taken_of(claim.award) - back


def to_redetermine(claims: "QuerySet[Claim]") -> "QuerySet[Claim]":
    """Of these claims, the last ones of awards in effect of which less was earned (``earned_sum``) than is awarded, and that no act brings
    down and nobody decided to leave."""
    due = Claim.objects.filter(award=OuterRef("award"), state__in=states.WITH_DUE).order_by().values("award")
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=15, decimal_places=2)
    taken = Coalesce(
        Subquery(due.annotate(total=Sum("due")).values("total"), output_field=money), Value(ZERO), output_field=money
    )
    over = Q(state=states.PAID) | Q(state=states.ASSESSED, due=0)
    back = Coalesce(
        Subquery(due.annotate(total=Sum("excess")).values("total"), output_field=money), Value(ZERO), output_field=money
    )
    going = Claim.objects.filter(award=OuterRef("award"), state__in=states.OPEN)
    rows = claims.filter(over, ~Exists(going), mode__in=states.LAST_MODES, award__state="effective").annotate(
        earned_sum=taken - back - F("award__taken_back")
    )
    acts = Reduction.objects.filter(claim=OuterRef("pk")).exclude(state=carrying_states.GIVEN_UP)
    kept = KeptAward.objects.filter(claim=OuterRef("pk"), earned=OuterRef("earned_sum"))
    return rows.filter(~Exists(acts), ~Exists(kept), award__amount__gt=F("earned_sum"))


def require_room(award: Award, after: Decimal) -> None:
    """For the act of a lower plan: what is recognised already fits in what it leaves."""
    taken = taken_of(award)
    if taken > after:
        refuse(
            f"Sono già riconosciuti {format_euro(taken)}: riapri la verifica di ciò che non è liquidato; per ciò che lo è serve "
            "una revoca parziale, con il recupero.",
            f"{format_euro(taken, 'en')} are recognised already: open again the review of what is not verified as due; for what "
            "is, it takes a revocation in part, with the recovery.",
        )


def require_as_earned(claim: Claim, after: Decimal) -> None:
    """For the act after the last claim: what the claim says is still what the act says."""
    earned = earned_in_all(claim)
    if claim.state not in states.WITH_DUE or earned != after:
        refuse(
            f"La verifica della domanda di pagamento è cambiata: ora spettano in tutto {format_euro(earned)}, l’atto ne dice "
            f"{format_euro(after)}. Abbandona l’atto e scrivine un altro.",
            f"The review of the claim has changed: {format_euro(earned, 'en')} are due in all now, the act says "
            f"{format_euro(after, 'en')}. Give the act up and draft another.",
        )
