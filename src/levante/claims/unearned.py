"""What of an award its last claim did not earn: award, aid and commitment are too high until an act says so."""

from decimal import Decimal

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from levante.claims import carrying_states, states
from levante.claims.models import Claim, KeptAward, Reduction
from levante.grants.api import Award
from levante.kernel.api import refuse
from levante.kernel.pure import ZERO, Bilingual, format_euro


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


def _with_earned(claims: "QuerySet[Claim]") -> "QuerySet[Claim]":
    """These claims, with what their award earned in all (``earned_sum``)."""
    due = Claim.objects.filter(award=OuterRef("award"), state__in=states.WITH_DUE).order_by().values("award")
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=15, decimal_places=2)
    taken = Coalesce(
        Subquery(due.annotate(total=Sum("due")).values("total"), output_field=money), Value(ZERO), output_field=money
    )
    back = Coalesce(
        Subquery(due.annotate(total=Sum("excess")).values("total"), output_field=money), Value(ZERO), output_field=money
    )
    return claims.annotate(earned_sum=taken - back - F("award__taken_back"))


def to_redetermine(claims: "QuerySet[Claim]") -> "QuerySet[Claim]":
    """Of these claims, the last ones of awards in effect of which less was earned (``earned_sum``) than is awarded, and that no act brings
    down and nobody decided to leave."""
    over = Q(state=states.PAID) | Q(state=states.ASSESSED, due=0)
    going = Claim.objects.filter(award=OuterRef("award"), state__in=states.OPEN)
    rows = _with_earned(claims.filter(over, ~Exists(going), mode__in=states.LAST_MODES, award__state="effective"))
    acts = Reduction.objects.filter(claim=OuterRef("pk"), state__in=carrying_states.REDUCING)
    kept = KeptAward.objects.filter(claim=OuterRef("pk"), earned=OuterRef("earned_sum"))
    return rows.filter(~Exists(acts), ~Exists(kept), award__amount__gt=F("earned_sum"))


def settled_by_act(claims: "QuerySet[Claim]") -> "QuerySet[Claim]":
    """Of these claims, those whose award an act in effect brought down to what was earned, or was left as it is for a reason."""
    kept = KeptAward.objects.filter(claim__award=OuterRef("award"), earned=OuterRef("earned_sum"))
    return _with_earned(claims).filter(Q(award__amount__lte=F("earned_sum")) | Exists(kept))


def kept_of(claim: Claim) -> KeptAward | None:
    """The decision to leave its award as it is, about what is earned now; None where an act brought it down."""
    earned = earned_in_all(claim)
    if claim.award.amount <= earned:
        return None
    return KeptAward.objects.filter(claim__award=claim.award_id, earned=earned).first()


def act_awaited(claim: Claim) -> Bilingual | None:
    """Which act its award waits for before what was had too much can be asked back, and whose turn it is; None where there is one."""
    earned = earned_in_all(claim)
    if claim.award.amount <= earned or kept_of(claim) is not None:
        return None
    act = Reduction.objects.filter(claim__award=claim.award_id, state__in=carrying_states.REDUCING).first()
    if act is not None:
        return _ACT_WAITS[act.state]
    if not earned:
        return Bilingual(
            "Non spetta nulla: chi istruisce avvia la revoca, e le somme si chiedono con il suo atto.",
            "Nothing is due: who examines begins the revocation, and the money is asked back on its act.",
        )
    return Bilingual(
        "Manca l’atto che ridetermina la concessione: lo scrive chi istruisce. Poi la ragioneria chiede le somme.",
        "The act that brings the award down is missing: who examines drafts it. Then finance asks for the money.",
    )


_ACT_WAITS = {
    carrying_states.DRAFTED: Bilingual(
        "L’atto che ridetermina la concessione è in bozza: lo firma il dirigente. Poi la ragioneria chiede le somme.",
        "The act that brings the award down is a draft: the director signs it. Then finance asks for the money.",
    ),
    carrying_states.AT_SIGNATURE: Bilingual(
        "L’atto che ridetermina la concessione è nel sistema degli atti: le somme si chiedono quando torna.",
        "The act that brings the award down is in the system of acts: the money is asked for when it comes back.",
    ),
    carrying_states.RETURNED: Bilingual(
        "L’atto che ridetermina la concessione è tornato e non ha ancora effetto: tocca a chi istruisce.",
        "The act that brings the award down is back and has no effect yet: it is the turn of who examines.",
    ),
}


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
