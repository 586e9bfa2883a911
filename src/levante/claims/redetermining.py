"""When the last claim of an award earned less than was awarded: the office brings the award down by an act, or leaves it with a reason."""

from decimal import Decimal
from typing import Any

from levante.claims import carrying_states as states
from levante.claims.assessing import said_of_cuts
from levante.claims.carrying import may_decide_on, may_keep
from levante.claims.models import Claim, KeptAward, Reduction
from levante.claims.moving import write_event
from levante.claims.reducing import TEMPLATE, act_data, write_reduction_event
from levante.claims.states import WITH_DUE
from levante.claims.unearned import earned_in_all, is_over, taken_of
from levante.documents.api import generate_document
from levante.grants.api import Award
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text

LONGEST = 5000


def grounds_of(claim: Claim, earned: Decimal) -> str:
    """Why the award is brought down to what was earned, as the act may say it: what the officer starts from. Italian: it goes into an
    act."""
    told = (
        f"Verificata l’ultima domanda di pagamento, spettano in tutto {format_euro(earned)}, meno dei "
        f"{format_euro(claim.award.amount)} concessi."
    )
    why = said_of_cuts(claim)
    return f"{told} Motivi: {why}." if why else told


def _held(claim: Claim) -> tuple[Claim, Award]:
    """The claim, with its award under a lock."""
    award = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "act__line", "application__enterprise", "enterprise", "aid"
    ).get(pk=claim.award_id)  # fmt: skip
    found = Claim.objects.get(pk=claim.pk)
    found.award = award
    return found, award


def _require_less(claim: Claim, award: Award) -> None:
    if not is_over(claim) or not award.is_in_force or earned_in_all(claim) >= award.amount:
        refuse("Non c’è nulla da rideterminare.", "There is nothing to bring down.")


@service("claims.draft_redetermination")
def draft_redetermination(*, actor: Actor, claim: Claim, grounds: str) -> Reduction:
    """Draft the act that brings the award down to what was earned. Twice, it is one; after one that had effect it is another, where the
    claim was reviewed again and earned less still."""
    held, award = _held(claim)
    require(may_decide_on(actor, award))
    known = Reduction.objects.filter(claim=held, state__in=states.REDUCING).first()
    if known is not None:
        return unchanged(known)
    _require_less(held, award)
    earned = earned_in_all(held)
    if not earned:
        refuse(
            "Non spetta nulla: la concessione si revoca, sentita l’impresa.",
            "Nothing is due: the award is revoked, the enterprise being heard.",
        )
    text = grounds.strip()
    if not text:
        refuse("Scrivi i motivi.", "Write the reasons.", field="grounds")
    if len(text) > LONGEST:
        refuse(f"Al massimo {LONGEST} caratteri.", f"{LONGEST} characters at most.", field="grounds")
    title = f"Rideterminazione del contributo: domanda {award.application.number}"
    made = Reduction.objects.create(
        claim=held, grounds=text, amount_before=award.amount, amount_after=earned, drafted_at=now(), drafted_by_id=actor.user_id,
        document=generate_document(
            actor=actor, kind="reduction-act", template=TEMPLATE, title=title[:300], data=_data(held, award, title, text), subject=held
        ),
    )  # fmt: skip
    write_reduction_event(made, "reduce_draft", actor)
    note(before=money_text(made.amount_before), after=money_text(made.amount_after))
    return made


def _data(claim: Claim, award: Award, title: str, grounds: str) -> dict[str, Any]:
    """What the document shows, as plain JSON. Italian: it is an act."""
    assert claim.sent_at is not None
    assert claim.decided_at is not None
    rows = Claim.objects.filter(award=award, state__in=WITH_DUE).order_by("number")
    return {
        **act_data(award, title, after=earned_in_all(claim), release=max(award.amount - taken_of(award), ZERO)),
        "claim": f"n. {claim.register_number} del {claim.sent_at:%d/%m/%Y}",
        "mode": claim.mode_label.it,
        "decided_on": f"{claim.decided_at:%d/%m/%Y}",
        "grounds": grounds,
        "claims": [
            {"mode": one.mode_label.it, "number": one.register_number, "due": format_euro(one.due or ZERO)}
            for one in rows
        ],
        "excess": format_euro(claim.excess) if claim.excess else "",
        "steps": [row["text"] for row in claim.steps],
    }


def _has_excess(award: Award) -> bool:
    return Claim.objects.filter(award=award, state__in=WITH_DUE, excess__gt=0).exists()


@service("claims.keep_award")
def keep_award(*, actor: Actor, claim: Claim, reason: str) -> KeptAward:
    """Leave the award as it is, though less was earned, with the reason: the director, where money is to be given back. Twice, it is one;
    an act may be drafted later all the same."""
    held, award = _held(claim)
    require(may_keep(actor, award, back=_has_excess(award)))
    known = KeptAward.objects.filter(claim=held, earned=earned_in_all(held)).first()
    if known is not None:
        return unchanged(known)
    _require_less(held, award)
    if Reduction.objects.filter(claim=held, state__in=states.REDUCING).exists():
        refuse("C’è già un atto: prima si abbandona.", "There is an act already: it is given up first.")
    if not reason.strip():
        refuse("Scrivi perché la concessione resta com’è.", "Write why the award stays as it is.", field="reason")
    made = KeptAward.objects.create(
        claim=held, awarded=award.amount, earned=earned_in_all(held), reason=reason.strip()[:LONGEST], decided_at=now(),
        decided_by_id=actor.user_id,
    )  # fmt: skip
    write_event(held, "keep_award", actor, text=Bilingual(made.reason, made.reason))
    note_object(held)
    note(awarded=money_text(made.awarded), earned=money_text(made.earned))
    return made
