"""What the office tells a register by hand of an award that was reduced, revoked, raised again or passed to another firm.

The documented formats of the CUP system make a code, find it and list it, and none changes or closes a project; the RNA is varied downwards
only. What is left is a task with its day and its owner, closed with the evidence: never silence.
"""

from datetime import date, timedelta

from levante.applications.api import directors_for
from levante.grants.models import Award
from levante.grants.models_task import CUP, DONE, HEIR, OPEN, REDUCED, REPLACED, RESTORED, REVOKED, RNA, RegisterTask
from levante.grants.policies import may_work_act
from levante.grants.services import locked_act, tell_application
from levante.grants.telling import tell_office
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, format_euro

#: Days to tell a register by hand: ours, no norm.
DAYS = 20
LONGEST = 2000


def by_act(number: str, day: date) -> Bilingual:
    """An act, as a task names it."""
    return Bilingual(f"atto n. {number} del {day:%d/%m/%Y}", f"act no. {number} of {day:%d/%m/%Y}")


def to_tell_cup(actor: Actor, award: Award, kind: str, by: Bilingual) -> RegisterTask | None:
    """The CUP system is to be told what became of an award; nothing where it has no code. ``by``: the act, or the deed."""
    cup = award.codes[1]
    return _open(actor, award, CUP, kind, f"CUP {cup}", by) if cup else None


def to_tell_rna(actor: Actor, award: Award, kind: str, by: Bilingual) -> RegisterTask | None:
    """The RNA is to be told by hand what became of an award; nothing where it has no code."""
    cor = award.codes[0]
    return _open(actor, award, RNA, kind, f"COR {cor}", by) if cor else None


def _open(actor: Actor, award: Award, register: str, kind: str, code: str, by: Bilingual) -> RegisterTask:
    """For a service that holds the award: the task of now, in the place of the one that was open."""
    made_at, words = now(), _words(award, register, kind, code, by)
    before = RegisterTask.objects.filter(award=award, register=register, state=OPEN)
    before = before.filter(kind=HEIR) if kind == HEIR else before.exclude(kind=HEIR)
    before.update(state=REPLACED, closed_at=made_at)
    owner = award.act.prepared_by_id
    if owner is None:
        owner = next(iter(directors_for(award.act.call.office_id, on=today())), None)
    made = RegisterTask.objects.create(
        award=award, register=register, kind=kind, what_it=words.it, what_en=words.en, owner_id=owner, opened_at=made_at,
        opened_on=today(), due_on=today() + timedelta(days=DAYS),
    )  # fmt: skip
    tell_office(actor, award, f"by_hand_{register}", words, once=str(made.pk))
    note(**{f"task_{register}": made.pk})
    return made


def _words(award: Award, register: str, kind: str, code: str, by: Bilingual) -> Bilingual:
    amount_it, amount_en = format_euro(award.amount), format_euro(award.amount, "en")
    gge_it, gge_en = format_euro(award.gge), format_euro(award.gge, "en")
    told = {
        (CUP, REDUCED): (
            f"aggiorna il finanziamento del progetto a {amount_it} ({by.it}).",
            f"bring the financing of the project to {amount_en} ({by.en}).",
        ),
        (CUP, REVOKED): (
            f"la concessione è revocata ({by.it}): chiudi o revoca il CUP.",
            f"the award is revoked ({by.en}): close or revoke the CUP.",
        ),
        (CUP, RESTORED): (
            f"la revoca è annullata ({by.it}): il progetto è di nuovo finanziato con {amount_it}; se il CUP era chiuso, riaprilo o "
            "chiedine un altro.",
            f"the revocation is annulled ({by.en}): the project is financed again with {amount_en}; if the CUP was closed, open it "
            "again or ask for another.",
        ),
        (CUP, HEIR): (
            f"scrivi la nuova beneficiaria {award.enterprise.tax_code} ({by.it}).",
            f"write the new beneficiary {award.enterprise.tax_code} ({by.en}).",
        ),
        (RNA, REDUCED): (f"varia l’aiuto a {gge_it} ({by.it}).", f"vary the aid to {gge_en} ({by.en})."),
        (RNA, REVOKED): (f"annulla l’aiuto ({by.it}).", f"cancel the aid ({by.en})."),
        (RNA, RESTORED): (
            f"l’aiuto vale di nuovo {gge_it} ({by.it}): correggi l’importo o, se l’aiuto è annullato, registralo di nuovo.",
            f"the aid is of {gge_en} again ({by.en}): correct the amount or, if the aid is cancelled, register it again.",
        ),
        (RNA, HEIR): (
            f"scrivi la nuova beneficiaria {award.enterprise.tax_code} ({by.it}).",
            f"write the new beneficiary {award.enterprise.tax_code} ({by.en}).",
        ),
    }[register, kind]
    return Bilingual(f"{code}: {told[0]}", f"{code}: {told[1]}")


@service("grants.close_register_task")
def close_register_task(*, actor: Actor, task: RegisterTask, done_on: date | None, evidence: str) -> RegisterTask:
    """The office told the register: on which day, and what it gave back. Said twice, it is once."""
    award = Award.objects.select_related("application").get(pk=task.award_id)
    require(may_work_act(actor, locked_act(award.act_id)))
    held = RegisterTask.objects.select_for_update().get(pk=task.pk)
    text = evidence.strip()
    if held.state == DONE and (held.done_on, held.evidence) == (done_on, text):
        return unchanged(held)
    if held.state != OPEN:
        refuse(
            "Non è più da fare: la concessione è cambiata di nuovo, o è già fatto.",
            "It is no longer to do: the award changed again, or it is done already.",
        )
    if done_on is None or not held.opened_on <= done_on <= today():
        refuse(
            f"Scrivi il giorno in cui l’hai fatto, dal {held.opened_on:%d/%m/%Y} a oggi.",
            f"Write the day on which you did it, between {held.opened_on:%d/%m/%Y} and today.",
            field="done_on",
        )
    if not text:
        refuse(
            "Scrivi che cosa ha risposto il registro: un numero, un codice, una ricevuta.",
            "Write what the register answered: a number, a code, a receipt.",
            field="evidence",
        )
    if len(text) > LONGEST:
        refuse(f"Al massimo {LONGEST} caratteri.", f"{LONGEST} characters at most.", field="evidence")
    held.state, held.done_on, held.evidence, held.closed_at = DONE, done_on, text, now()
    held.closed_by_id = actor.user_id
    held.save(update_fields=["state", "done_on", "evidence", "closed_at", "closed_by"])
    done = Bilingual(
        f"{held.register_label.it}, fatto il {done_on:%d/%m/%Y}: {text}",
        f"{held.register_label.en}, done on {done_on:%d/%m/%Y}: {text}",
    )
    tell_application(award.application, actor, "award_registers", done, internal=True)
    note_object(held)
    note(register=held.register, kind=held.kind, done_on=done_on.isoformat())
    return held
