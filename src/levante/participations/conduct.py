"""What is bought for an initiative, and what is to be done by when and by whom."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from levante.identity.api import Office, RoleGrant, User, roles
from levante.initiatives.api import Initiative
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, euro, money_text
from levante.law.codes import Checked, check_cig, check_cup
from levante.messages.api import notify
from levante.participations import policies, states
from levante.participations.models import Contract, Task
from levante.participations.telling import office_people
from levante.programme.api import Act

#: Days before its day on which the owner of a task is reminded: ours, no norm.
REMIND = 3


@service("participations.record_contract")
def record_contract(
    *,
    actor: Actor,
    initiative: Initiative,
    subject: str,
    supplier: str,
    amount: Decimal,
    signed_on: date,
    cig: str = "",
    no_cig: str = "",
    cup: str = "",
    supplier_code: str = "",
    act: Act | None = None,
) -> Contract:
    """Write a contract with its CIG, or why it needs none (L. 136/2010 art. 3), and its CUP. A CIG is of one contract."""
    require(policies.may_keep(actor, initiative))
    facts = _facts(subject, supplier, supplier_code, cig, no_cig, cup, amount, signed_on)
    cig = facts["cig"]
    known = Contract.objects.filter(cig=cig).first() if cig else None
    if known is not None:
        if (known.initiative_id, known.amount, known.subject) == (initiative.pk, facts["amount"], facts["subject"]):
            return unchanged(known)
        refuse("Questo CIG è già di un altro contratto.", "This CIG is of another contract already.", field="cig")
    made = Contract.objects.create(
        initiative=initiative, act=act, recorded_at=now(), recorded_by_id=actor.user_id, **facts
    )  # fmt: skip
    note(initiative=initiative.code, cig=cig, amount=money_text(made.amount))
    return made


@service("participations.correct_contract")
def correct_contract(
    *,
    actor: Actor,
    contract: Contract,
    subject: str,
    supplier: str,
    amount: Decimal,
    signed_on: date,
    cig: str = "",
    no_cig: str = "",
    cup: str = "",
    supplier_code: str = "",
) -> Contract:
    """Put right what was written of a contract; the audit keeps what it was."""
    held = (
        Contract.objects.select_for_update(of=("self",)).select_related("initiative__lead_office").get(pk=contract.pk)
    )
    require(policies.may_keep(actor, held.initiative))
    facts = _facts(subject, supplier, supplier_code, cig, no_cig, cup, amount, signed_on)
    before = {name: getattr(held, name) for name in facts}
    changed = sorted(name for name in facts if before[name] != facts[name])
    if not changed:
        return unchanged(held)
    if facts["cig"] and Contract.objects.filter(cig=facts["cig"]).exclude(pk=held.pk).exists():
        refuse("Questo CIG è già di un altro contratto.", "This CIG is of another contract already.", field="cig")
    for name in changed:
        setattr(held, name, facts[name])
    held.save(update_fields=changed)
    note(before={name: str(before[name]) for name in changed}, after={name: str(facts[name]) for name in changed})
    return held


def _facts(
    subject: str, supplier: str, supplier_code: str, cig: str, no_cig: str, cup: str, amount: Decimal, signed_on: date
) -> dict[str, Any]:
    """What is written of a contract, as it is kept; refused when it cannot be."""
    cig, cup = _code(cig, check_cig, "cig"), _code(cup, check_cup, "cup")
    if not subject.strip() or not supplier.strip():
        refuse("Scrivi oggetto e fornitore.", "Write what for and who supplies it.", field="subject")
    if not cig and not no_cig.strip():
        refuse("Scrivi il CIG, o perché non serve.", "Write the CIG, or why none is needed.", field="cig")
    if amount < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="amount")
    if signed_on > today():
        refuse("La data è nel futuro.", "The day is in the future.", field="signed_on")
    return {
        "subject": subject.strip()[:300], "supplier": supplier.strip()[:300], "supplier_code": supplier_code.strip()[:28], "cig": cig,
        "no_cig": "" if cig else no_cig.strip()[:300], "cup": cup, "amount": euro(amount), "signed_on": signed_on,
    }  # fmt: skip


def _code(written: str, check: Callable[[str], Checked], field: str) -> str:
    """A code as registers keep it, empty when none was written; refused when it has not its form."""
    if not written.strip():
        return ""
    checked = check(written)
    if not checked:
        refuse(checked.reason.it, checked.reason.en, field=field)
    return checked.normalised


@service("participations.record_cost")
def record_cost(*, actor: Actor, contract: Contract, cost: Decimal) -> Contract:
    """What a contract came to, VAT included."""
    held = (
        Contract.objects.select_for_update(of=("self",)).select_related("initiative__lead_office").get(pk=contract.pk)
    )
    require(policies.may_keep(actor, held.initiative))
    if cost < 0:
        refuse("L’importo non è negativo.", "The amount is not negative.", field="cost")
    if held.cost == euro(cost):
        return unchanged(held)
    held.cost = euro(cost)
    held.save(update_fields=["cost"])
    note(cost=money_text(held.cost))
    return held


@service("participations.add_task")
def add_task(*, actor: Actor, initiative: Initiative, kind: str, what: str, owner: User, due_on: date) -> Task:
    """Something to be arranged, by whom, by when."""
    require(policies.may_keep(actor, initiative))
    if kind not in states.TASKS:
        refuse("Scegli che cosa.", "Choose what.", field="kind")
    if not what.strip():
        refuse("Scrivi che cosa c’è da fare.", "Write what is to be done.", field="what")
    if due_on < today():
        refuse("Il termine è già passato.", "The term has passed already.", field="due_on")
    if initiative.state in {initiative_states.DONE, initiative_states.CANCELLED}:
        refuse("L’iniziativa è conclusa o annullata.", "The initiative is over or cancelled.")
    _require_works_here(initiative, owner)
    made = Task.objects.create(
        initiative=initiative, kind=kind, what=what.strip()[:300], owner=owner, due_on=due_on, created_at=now()
    )  # fmt: skip
    note(initiative=initiative.code, kind=kind, due_on=due_on.isoformat())
    _tell(actor, made, "given", Bilingual("Un compito per te", "A task for you"))
    return made


@service("participations.move_task")
def move_task(*, actor: Actor, task: Task, owner: User, due_on: date) -> Task:
    """Somebody else arranges it, or by another day: a new owner is told, and reminders begin again."""
    held = (
        Task.objects.select_for_update(of=("self",)).select_related("initiative__lead_office", "owner").get(pk=task.pk)
    )
    require(policies.may_keep(actor, held.initiative))
    if held.done_at is not None:
        refuse("È già fatto.", "It is done already.")
    if (held.owner_id, held.due_on) == (owner.pk, due_on):
        return unchanged(held)
    if due_on != held.due_on and due_on < today():
        refuse("Il termine è già passato.", "The term has passed already.", field="due_on")
    _require_works_here(held.initiative, owner)
    before, new = (held.owner_id, held.due_on), held.owner_id != owner.pk
    held.owner, held.due_on, held.reminded_on = owner, due_on, None
    held.save(update_fields=["owner", "due_on", "reminded_on"])
    note(before=[before[0], before[1].isoformat()], after=[owner.pk, due_on.isoformat()])
    if new:
        _tell(actor, held, "given", Bilingual("Un compito per te", "A task for you"))
    return held


def who_may_be_given(initiative: Initiative) -> "QuerySet[User]":
    """Who may arrange something for an initiative: people of the Section, and of the office that leads it."""
    of_section = Q(office__kind=Office.SECTION) | Q(office__parent__kind=Office.SECTION)
    leads = Q(office=initiative.lead_office) | Q(
        office__parts=initiative.lead_office
    )  # a role in an agency holds in its parts
    grants = RoleGrant.objects.in_force(today()).filter(of_section | leads)
    kept = grants.filter(role__in=[roles.DIRECTOR, roles.CASE_OFFICER, roles.COMMUNICATION, roles.AGENCY_STAFF])
    return User.objects.filter(pk__in=kept.values("user"), is_active=True)


def _require_works_here(initiative: Initiative, owner: User) -> None:
    if not who_may_be_given(initiative).filter(pk=owner.pk).exists():
        refuse(
            "Non lavora nella Sezione né nell’ufficio che guida l’iniziativa.",
            "Works neither in the Section nor in the office that leads the initiative.",
            field="owner",
        )


@service("participations.do_task")
def do_task(*, actor: Actor, task: Task) -> Task:
    """It is done. A second click changes nothing."""
    held = Task.objects.select_for_update(of=("self",)).select_related("initiative__lead_office").get(pk=task.pk)
    require(policies.may_keep(actor, held.initiative))
    if held.done_at is not None:
        return unchanged(held)
    held.done_at, held.done_by_id = now(), actor.user_id
    held.save(update_fields=["done_at", "done_by"])
    note(kind=held.kind)
    return held


@service("participations.remind_of_tasks")
def remind_of_tasks(*, actor: Actor) -> int:
    """Every morning: owners are told of what is due within three days, and again once it is late; with an owner that works here no more,
    who looks after the initiative. How many."""
    soon = Task.objects.filter(done_at__isnull=True, due_on__lte=today() + timedelta(days=REMIND))
    soon = soon.exclude(initiative__state__in=[initiative_states.DONE, initiative_states.CANCELLED])
    told = []
    for task in (
        soon.select_for_update(of=("self",), skip_locked=True)
        .select_related("initiative__lead_office")
        .order_by("pk")[:500]
    ):
        late = task.due_on < today()
        if task.reminded_on is not None and (not late or task.reminded_on > task.due_on):
            continue
        task.reminded_on = today()
        task.save(update_fields=["reminded_on"])
        _tell(
            actor,
            task,
            "late" if late else "soon",
            Bilingual("In ritardo", "Late") if late else Bilingual("Scade tra poco", "Due soon"),
        )
        if not who_may_be_given(task.initiative).filter(pk=task.owner_id).exists():
            said = Bilingual(
                "Affidalo ad altri, chi lo aveva non lavora più qui", "Give it to others, who had it works here no more"
            )
            _tell(actor, task, "left", said, office_people(task.initiative))
        told.append(task.pk)
    if not told:
        return unchanged(0)
    note(tasks=told)
    return len(told)


def _tell(actor: Actor, task: Task, event: str, title: Bilingual, users: Iterable[int] = ()) -> None:
    """Its owner, unless other ``users`` are to be told."""
    initiative = task.initiative
    notify(
        actor=actor, users=list(users) or [task.owner_id], kind=f"task-{event}",
        title=Bilingual(f"{title.it}: {task.what}"[:300], f"{title.en}: {task.what}"[:300]),
        body=Bilingual(f"{initiative.title_it}, entro il {task.due_on:%d/%m/%Y}.", f"{initiative.title_en}, by {task.due_on:%d/%m/%Y}."),
        path=f"/ufficio/iniziative/{initiative.code}/preparazione/", subject_type="participations.Task",
        subject_id=f"{task.pk}:{event}:{task.due_on:%Y%m%d}",
    )  # fmt: skip
