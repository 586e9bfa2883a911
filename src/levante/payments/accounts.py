"""The account an enterprise is paid on: declared by it, verified by the office, twice when it changes on the eve of a payment."""

from django.db.models import Q

from levante.documents.api import StoredFile
from levante.grants.api import SUCCESSION_APPROVED as APPROVED
from levante.grants.api import Succession
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.law.codes import check_iban
from levante.messages.api import notify
from levante.parties.api import Enterprise, people_acting_for
from levante.payments.models import BankAccount
from levante.payments.policies import may_declare_account, may_verify_account

#: Reasons of a bank that speak of the account: it is not paid on again.
OF_THE_ACCOUNT = ("AC01", "AC03", "AC04", "AC06", "AC13", "AG01", "BE01", "MD07")
PORTAL = "/impresa/conto/"


def account_of(enterprise_id: int) -> BankAccount | None:
    """The account that counts: the last declared that can be used."""
    return BankAccount.objects.usable().filter(enterprise_id=enterprise_id).order_by("-id").first()


def _before_this(enterprise: Enterprise) -> BankAccount | None:
    """The account declared before, also by a file that was merged into this one or by a firm whose place it took: a change is a change."""
    places = Succession.objects.filter(heir=enterprise, state=APPROVED).order_by().values("firm")
    whose = Q(enterprise=enterprise) | Q(enterprise__merged_into=enterprise) | Q(enterprise__in=places)
    return BankAccount.objects.filter(whose).order_by("-id").first()


@service("payments.declare_account")
def declare_account(
    *, actor: Actor, enterprise: Enterprise, iban: str, holder: str, evidence: StoredFile | None = None
) -> BankAccount:
    """Name the account to be paid on, in the place of the one before. The same again is the same; everybody who acts for the enterprise
    is told of a change, so that nobody changes it behind their back."""
    require(may_declare_account(actor, enterprise))
    checked = check_iban(iban)
    if not checked:
        refuse(checked.reason.it, checked.reason.en, field="iban")
    if not holder.strip():
        refuse("Scrivi l’intestatario.", "Write the holder.", field="holder")
    if evidence is not None and evidence.enterprise_id != enterprise.pk:
        refuse("Il documento non è dell’impresa.", "The document is not the enterprise’s.", field="evidence")
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)  # two at once: one after the other
    before = account_of(enterprise.pk)
    if before is not None and before.iban == checked.normalised and before.holder == holder.strip()[:140]:
        return unchanged(before)
    last = _before_this(enterprise)
    made = BankAccount.objects.create(
        enterprise=enterprise,
        iban=checked.normalised,
        holder=holder.strip()[:140],
        evidence=evidence,
        replaces=last,  # one that was refused or found wrong too: a change is a change
        declared_at=now(),
        declared_by_id=actor.user_id,
    )
    note(account=made.pk, replaces=last.pk if last else None)
    told = Bilingual(
        f"L’impresa sarà pagata sul conto {made.covered}. Se non lo hai chiesto tu, scrivi subito all’ufficio.",
        f"The enterprise will be paid on account {made.covered}. If you did not ask for it, write to the office at once.",
    )
    notify(
        actor=actor,
        users=people_acting_for(enterprise.pk, today()),
        kind="account-declared",
        title=Bilingual("Conto per i pagamenti", "Account for payments"),
        body=told,
        path=PORTAL,
        enterprise_id=enterprise.pk,
        subject_type=BankAccount._meta.label,
        subject_id=str(made.pk),
    )
    return made


@service("payments.verify_account")
def verify_account(*, actor: Actor, account: BankAccount, how: str) -> BankAccount:
    """Say that the account is in the enterprise's name, and how it was found; the second time, by another person, it is verified again."""
    held = BankAccount.objects.select_for_update().get(pk=account.pk)
    require(may_verify_account(actor, held))
    if not how.strip():
        refuse("Scrivi come lo hai verificato.", "Write how you verified it.", field="how")
    if held.verified_by_id is None:
        held.in_name, held.verified_at, held.verified_by_id = True, now(), actor.user_id
        held.verified_how = how.strip()[:500]
    else:
        held.second_at, held.second_by_id = now(), actor.user_id
        held.verified_how = f"{held.verified_how} · {how.strip()}"[:500]
    held.save(update_fields=["in_name", "verified_at", "verified_by", "verified_how", "second_at", "second_by"])
    note(account=held.pk, second=held.second_by_id is not None)
    return held


@service("payments.refuse_account")
def refuse_account(*, actor: Actor, account: BankAccount, reason: str) -> BankAccount:
    """The account cannot be used: it is not the enterprise's, or nobody can tell. The enterprise is asked for another."""
    held = BankAccount.objects.select_for_update().get(pk=account.pk)
    if held.refused_at is not None:
        return unchanged(held)
    if held.second_by_id is None and held.verified_by_id != actor.user_id:
        require(may_verify_account(actor, held))
    if not reason.strip():
        refuse("Scrivi il motivo.", "Write the reason.", field="reason")
    held.refused_at, held.refused_why = now(), reason.strip()[:500]
    held.save(update_fields=["refused_at", "refused_why"])
    note(account=held.pk)
    ask_another(actor, held, Bilingual(held.refused_why, held.refused_why))
    return held


def mark_failed(actor: Actor, account: BankAccount, reason: Bilingual) -> None:
    """The bank said that the account is wrong: nobody is paid on it again."""
    found = BankAccount.objects.filter(pk=account.pk, failed_at__isnull=True)
    if found.update(failed_at=now(), failed_why_it=reason.it[:500], failed_why_en=reason.en[:500]):
        ask_another(actor, account, reason)


def ask_another(actor: Actor, account: BankAccount, reason: Bilingual) -> None:
    """The enterprise must name another account: who acts for it is told."""
    body = Bilingual(
        f"Il conto {account.covered} non si può usare: {reason.it}. Indica un altro conto: senza, non si può pagare.",
        f"Account {account.covered} cannot be used: {reason.en}. Name another one: without it nothing can be paid.",
    )
    title = Bilingual("Serve un altro conto", "Another account is needed")
    firm = account.enterprise.merged_into_id or account.enterprise_id
    notify(
        actor=actor, users=people_acting_for(firm, today()), kind="account-needed", title=title, body=body, path=PORTAL,
        enterprise_id=firm, subject_type=BankAccount._meta.label, subject_id=str(account.pk),
    )  # fmt: skip
