"""The release of a guarantee: who pays gives it back once the advance it covers is no longer out.

It is when the last payment of the award was made, which is paid on what the whole project earned, or when the award is revoked and nothing
is owed back; never while a recovery of it stands, also one that a court suspended. After which payments is dated data, with its doubt
(``payment.guarantee.release``).
"""

from levante.claims.api import Claim
from levante.claims.api import states as claim_states
from levante.grants.api import Award
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, format_euro, money_text
from levante.law import parameters
from levante.messages.api import notify
from levante.parties.api import people_acting_for
from levante.payments import states
from levante.payments.accounts import PORTAL
from levante.payments.models import Check, GuaranteeRelease
from levante.payments.owing import awards_owing, owed_by
from levante.payments.policies import may_release_guarantee


def last_payments() -> list[str]:
    """The payments after which nothing of an advance is out any more, as the data have them today."""
    return list(parameters.value("payment.guarantee.release", on=today()).value)


def ground_to_release(award: Award) -> Bilingual | None:
    """Why nothing of the advance of an award is out any more; ``None`` while something may be, also what a court suspended."""
    if any(found.filter(award=award.pk).exists() for found in awards_owing()):
        return None
    last = Claim.objects.filter(award=award, mode__in=last_payments(), state=claim_states.PAID).order_by("pk").first()
    if last is not None:
        return Bilingual(
            f"Il saldo è pagato: domanda {last.register_number}.", f"The balance is paid: claim {last.register_number}."
        )
    if award.state == "revoked" and not owed_by([award.enterprise_id]):
        return Bilingual(
            "La concessione è revocata e non c’è nulla da restituire.", "The award is revoked and nothing is owed back."
        )
    return None


@service("payments.release_guarantee")
def release_guarantee(*, actor: Actor, guarantee: Check) -> GuaranteeRelease:
    """Give a guarantee back: the enterprise is told, and shows it to the guarantor. Once; the ground is kept."""
    held = (
        Check.objects.select_for_update(of=("self",))
        .select_related("award__application", "award__act__call__office__parent__parent")
        .get(pk=guarantee.pk)
    )
    if held.award is None or held.kind != states.GUARANTEE or held.amount is None:
        refuse("Non è una fideiussione.", "It is not a guarantee.")
    require(may_release_guarantee(actor, held))
    known = GuaranteeRelease.objects.filter(guarantee=held).first()
    if known is not None:
        return unchanged(known)
    ground = ground_to_release(held.award)
    if ground is None:
        refuse(
            "L’anticipo non è ancora coperto: il saldo non è pagato, o c’è qualcosa da restituire.",
            "The advance is not covered yet: the balance is not paid, or something is owed back.",
        )
    made = GuaranteeRelease.objects.create(
        guarantee=held, reason_it=ground.it, reason_en=ground.en, released_at=now(), released_by_id=actor.user_id
    )
    note(guarantee=held.number, amount=money_text(held.amount))
    notify(
        actor=actor, users=people_acting_for(held.enterprise_id, today()), kind="guarantee-released", enterprise_id=held.enterprise_id,
        title=Bilingual("La fideiussione è svincolata", "The guarantee is released"),
        body=Bilingual(
            f"Domanda {held.award.application.number}: la fideiussione {held.number} di {held.guarantor}, "
            f"{format_euro(held.amount)}, non serve più. {ground.it}",
            f"Application {held.award.application.number}: guarantee {held.number} of {held.guarantor}, "
            f"{format_euro(held.amount, 'en')}, is needed no more. {ground.en}",
        ),
        path=PORTAL, subject_type="payments.Check", subject_id=str(held.pk),
    )  # fmt: skip
    return made
