"""The enterprise gives an award up after it took effect: registered, nothing more is paid, and the office closes it by an act.

It is a statement of its own: no notice of a procedure is given, nobody is heard (artt. 7 and 10 L. 241/1990 are for what others
begin). The act that takes note of it is that of a revocation, ``given_up``: it frees the aid, the money and the place in the
ranking, and what was paid is recovered with interest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from levante.applications.api import directors_for
from levante.claims.api import Claim
from levante.claims.api import states as claim_states
from levante.controls import policies, states
from levante.controls.hearing import LOG
from levante.controls.models import Revocation, RevocationPaper
from levante.controls.moving import tell, write_event
from levante.controls.paid import paid_in_all
from levante.grants.api import Award, suspend_award
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import ZERO, Bilingual, format_euro, money_text
from levante.law import parameters
from levante.messages.api import notify
from levante.register.api import append_entry

RENOUNCED_KIND = "award.renounced"
REASON = "given_up"
GIVEN_UP = Bilingual("L’impresa ha rinunciato al contributo.", "The enterprise gave the grant up.")
NO_REASON = Bilingual(
    "L’impresa ha rinunciato al contributo, senza dire perché.", "The enterprise gave the grant up, without saying why."
)


@dataclass(frozen=True, slots=True)
class Renouncing:
    """What giving an award up comes to, in euro: ``granted`` is in force, ``paid`` is to be given back, ``going`` is verified as due
    and not paid yet."""

    granted: Decimal
    paid: Decimal
    going: Decimal


def renouncing(award: Award) -> Renouncing:
    """What the enterprise is told before it confirms."""
    due = Claim.objects.filter(award=award, state=claim_states.LIQUIDATED).order_by("pk").values_list("due", flat=True)
    paid = max(min(paid_in_all(award), award.amount), ZERO)
    return Renouncing(award.amount, paid, sum((one or ZERO for one in due), ZERO))


def renunciations_of(awards: Iterable[Award]) -> dict[int, RevocationPaper]:
    """The statement of each of these awards that was given up, by its key, while its procedure is open or its act stands. A query."""
    rows = RevocationPaper.objects.filter(kind=states.RENUNCIATION, revocation__award__in=list(awards))
    rows = rows.exclude(revocation__state__in=[states.ARCHIVED, states.ANNULLED]).select_related("revocation")
    return {row.revocation.award_id: row for row in rows.order_by("pk")}


def renunciation_of(award: Award) -> RevocationPaper | None:
    return renunciations_of([award]).get(award.pk)


@service("controls.renounce_award")
def renounce_award(*, actor: Actor, award: Award, paid: Decimal, reason: str = "") -> RevocationPaper:
    """Give an award up, whole: registered, and suspended from now on. ``paid`` is what the enterprise was told that it gives back:
    when it is no longer so, it is told again. The second click, or another window: the same statement."""
    known = renunciation_of(award)
    if known is not None and policies.may_send_for(actor, award):
        return unchanged(known)
    require(policies.may_renounce(actor, award))
    # The act and the award are held in this order by whoever works on awards; from here on no payment of it can leave.
    suspend_award(actor=system("controls.renounce"), award=award, on=today(), why=GIVEN_UP)
    held = Award.objects.select_for_update(of=("self",)).select_related(
        "act__call__office", "application__opening__call__office", "application__enterprise", "application__form", "enterprise", "aid"
    ).get(pk=award.pk)  # fmt: skip
    known = renunciation_of(held)
    if known is not None:
        return unchanged(known)
    require(policies.may_renounce(actor, held))
    told = renouncing(held)
    if told.paid != paid:
        refuse(
            f"Intanto è cambiato quanto è stato pagato: ora sono {format_euro(told.paid)}. Guarda di nuovo e conferma.",
            f"What was paid has changed meanwhile: now it is {format_euro(told.paid, 'en')}. Look again and confirm.",
        )
    _drop_prepared(held)
    made = Revocation.objects.create(
        award=held,
        state=states.HEARD,
        by_enterprise=True,
        is_whole=True,
        reason_code=REASON,
        grounds=reason.strip() or NO_REASON.it,
        grounds_en="" if reason.strip() else NO_REASON.en,
        amount=held.amount,
        recover=told.paid,
        parameters=parameters.freeze(["revocation.reasons", "recovery.interest.basis"], on=today()),
        opened_at=now(),
        heard_at=now(),
        opened_by_id=actor.user_id,
        is_demo=held.act.is_demo,
    )
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=RENOUNCED_KIND,
        subject=f"award:{held.pk}",
        payload={
            "award": held.pk, "application": held.application.number, "amount": money_text(held.amount), "paid": money_text(told.paid),
            "reason": reason.strip(),
        },
        idempotency_key=f"award-renounced:{held.pk}:{made.pk}",
    )  # fmt: skip
    paper = RevocationPaper.objects.create(
        revocation=made, kind=states.RENUNCIATION, text=reason.strip(), register_number=receipt.public_number, sent_at=now(),
        sent_by_id=actor.user_id,
    )  # fmt: skip
    _tell(actor, made, paper, told)
    note(number=paper.register_number, amount=money_text(held.amount), paid=money_text(told.paid))
    note_object(made)
    return paper


def _drop_prepared(award: Award) -> None:
    """What the office was preparing, and had told nobody of, has nothing left to take away."""
    for row in Revocation.objects.select_for_update(of=("self",)).filter(award=award, state=states.DRAFTED):
        row.state, row.closed_at = states.ARCHIVED, now()
        row.closing_reason, row.closing_reason_en = GIVEN_UP.it, GIVEN_UP.en
        row.save(update_fields=["state", "closed_at", "closing_reason", "closing_reason_en"])
        text = Bilingual("Chiuso: l’impresa ha rinunciato", "Closed: given up by the enterprise")
        write_event(row, system("controls.renounce"), text, internal=True)


def _tell(actor: Actor, made: Revocation, paper: RevocationPaper, told: Renouncing) -> None:
    """The enterprise has its receipt, the office knows that an act is to be written."""
    award, number = made.award, paper.register_number
    write_event(
        made, actor, Bilingual(f"Rinuncia dell’impresa: n. {number}", f"Given up by the enterprise: no. {number}")
    )
    application = award.application
    back = Bilingual("Non c’è nulla da restituire.", "There is nothing to give back.")
    if told.paid:
        back = Bilingual(
            f"L’ufficio ti chiederà {format_euro(told.paid)}, con gli interessi legali.",
            f"The office will ask you for {format_euro(told.paid, 'en')}, with legal interest.",
        )
    tell(
        actor,
        award,
        "award-renounced",
        Bilingual("La tua rinuncia è registrata", "Your renunciation is registered"),
        Bilingual(
            f"Domanda {application.number}, n. {number}: l’ufficio la chiude con un atto. {back.it}",
            f"Application {application.number}, no. {number}: the office closes it by an act. {back.en}",
        ),
        path=f"/impresa/revoche/{made.pk}/",
        once=str(made.pk),
    )
    people = {application.case_officer_id, *directors_for(award.act.call.office_id, on=today())} - {None}
    notify(
        actor=system("controls.renounce"),
        users=sorted(one for one in people if one is not None),
        kind="award-renounced-office",
        title=Bilingual(f"{application.number}: l’impresa ha rinunciato", f"{application.number}: given up by the enterprise"),
        body=Bilingual(
            "La concessione è sospesa: scrivi l’atto che ne prende atto.", "The award is suspended: write the act that takes note."
        ),
        path=f"/ufficio/revoche/{made.pk}/",
        subject_type="revocation",
        subject_id=f"renounced:{made.pk}",
    )  # fmt: skip
