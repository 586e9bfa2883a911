"""The acceptance of an award: asked where the call wants it, by a day that is reckoned, and chased; late, the officer decides."""

from datetime import date, timedelta

from levante.applications.api import directors_for
from levante.claims import carrying_states as states
from levante.claims.accepting_days import follow_days, let_run, may_be_accepted
from levante.claims.accepting_steps import acceptance_step, locked_acceptance, tell_acceptance
from levante.claims.carrying import ACCEPTANCES, days_to_accept
from levante.claims.filing import LOG
from levante.claims.models_carrying import Acceptance
from levante.claims.spending import earliest_spending, spending_from
from levante.grants.api import Award
from levante.kernel.api import Actor, note, now, refuse, require, service, today, unchanged
from levante.kernel.pure import Bilingual, steps_as_json
from levante.law.terms import end_of_term
from levante.messages.api import notify
from levante.register.api import append_entry

ACCEPTED_KIND = "award.accepted"
#: Days before the last one on which who has not accepted is told again.
REMIND_DAYS = 3
MOST = 500
#: The longest project that can be planned, in years: longer is a slip of the pen.
LONGEST_YEARS = 10


@service("claims.ask_acceptances")
def ask_acceptances(*, actor: Actor) -> int:
    """Ask to accept the awards in force whose call wants it and that nobody was asked yet: the days run from today. How many."""
    rows = (
        Award.objects.in_force()
        .filter(
            acceptance__isnull=True,
            suspended_on__isnull=True,
            awaits__isnull=True,
            application__opening__call__terms__acceptance_days__gt=0,
        )
        .select_related("application__opening__call", "application__enterprise", "enterprise")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    made = []
    for award in rows[:MOST]:
        term = end_of_term(today(), days_to_accept(award) or 0, kind="calendar", roll=True)
        held = Acceptance.objects.create(
            award=award, asked_on=today(), due_on=term.due, steps=steps_as_json(term.steps)
        )  # fmt: skip
        made.append(held.pk)
        tell_acceptance(
            held,
            actor,
            "asked",
            Bilingual(
                f"Accetta la concessione entro il {term.due:%d/%m/%Y}", f"Accept the award by {term.due:%d/%m/%Y}"
            ),
            Bilingual(
                "Indica quando comincia e quando finisce il progetto. Senza accettazione non si chiedono pagamenti, "
                "e la concessione può decadere.",
                "Say when the project begins and ends. Without acceptance no payment can be claimed, and the award may be forfeited.",
            ),
        )
    if not made:
        return unchanged(0)
    note(acceptances=made)
    return len(made)


@service("claims.accept_award")
def accept_award(*, actor: Actor, acceptance: Acceptance, starts_on: date | None, ends_on: date | None) -> Acceptance:
    """Accept an award, with the planned first and last day of the project: registered. The second click: the same acceptance."""
    held = locked_acceptance(acceptance.pk)
    if held.state == states.ACCEPTED and (held.starts_on, held.ends_on) == (starts_on, ends_on):
        return unchanged(held)
    require(ACCEPTANCES.may("accept", actor, held, state=held.state))
    if not may_be_accepted(held.award):
        refuse(
            "La concessione non ha effetto, o è sospesa: non si accetta.",
            "The award has no effect, or is suspended: it is not accepted.",
        )
    let_run(held, actor, tells=False)
    if held.due_on < today():
        refuse(
            f"Il termine è scaduto il {held.due_on:%d/%m/%Y}: scrivi all’ufficio.",
            f"The term ended on {held.due_on:%d/%m/%Y}: write to the office.",
        )
    first, last = require_days(held.award, starts_on, ends_on)
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=ACCEPTED_KIND,
        subject=f"award:{held.award_id}",
        payload={
            "award": held.award_id, "application": held.award.application.number, "starts_on": first.isoformat(),
            "ends_on": last.isoformat(),
        },
        idempotency_key=f"award-accepted:{held.award_id}",
    )  # fmt: skip
    return acceptance_step(
        held, "accept", actor, starts_on=first, ends_on=last, accepted_at=now(), accepted_by_id=actor.user_id,
        register_number=receipt.public_number,
    )  # fmt: skip


def require_days(award: Award, starts_on: date | None, ends_on: date | None) -> tuple[date, date]:
    """The days of a project: in order, and not begun before it was applied for (art. 6 of Reg. (EU) 651/2014), or before the day from
    which the call admits spending."""
    if starts_on is None:
        refuse("Scrivi il primo giorno del progetto.", "Write the first day of the project.", field="starts_on")
    if ends_on is None:
        refuse("Scrivi l’ultimo giorno del progetto.", "Write the last day of the project.", field="ends_on")
    first = earliest_spending(award)
    if first is not None and starts_on < first:
        earlier = spending_from(award) == first
        refuse(
            f"Il progetto non può cominciare prima {'delle spese ammesse dal bando' if earlier else 'della domanda'} ({first:%d/%m/%Y}).",
            f"The project cannot begin before {'the spending that the call admits' if earlier else 'the application'} ({first:%d/%m/%Y}).",
            field="starts_on",
        )
    if ends_on < starts_on:
        refuse("Il progetto finisce prima di cominciare.", "The project ends before it begins.", field="ends_on")
    if ends_on.year - starts_on.year > LONGEST_YEARS:
        refuse(
            f"Un progetto dura al massimo {LONGEST_YEARS} anni.",
            f"A project lasts {LONGEST_YEARS} years at most.",
            field="ends_on",
        )
    return starts_on, ends_on


@service("claims.chase_acceptances")
def chase_acceptances(*, actor: Actor) -> int:
    """Who is about to lose their days is told; of who lost them forfeiture is proposed to the officer; days on which an award cannot be
    accepted do not run. How many were told or moved."""
    soon = today() + timedelta(days=REMIND_DAYS)
    told = follow_days(actor, MOST)
    rows = Acceptance.objects.filter(
        state=states.WAITING, due_on__lte=soon, stopped_on__isnull=True, award__state="effective"
    ).exclude(due_on__gte=today(), reminded_on__isnull=False)
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
    for pk in found:
        held = locked_acceptance(pk)
        if held.state != states.WAITING:
            continue
        told.append(pk)
        if held.due_on >= today():
            held.reminded_on = today()
            held.save(update_fields=["reminded_on"])
            tell_acceptance(
                held,
                actor,
                "soon",
                Bilingual(
                    f"La concessione si accetta entro il {held.due_on:%d/%m/%Y}",
                    f"The award is accepted by {held.due_on:%d/%m/%Y}",
                ),
                Bilingual("Se non la accetti può decadere.", "If you do not accept it, it may be forfeited."),
                once=held.due_on.isoformat(),
            )
            continue
        acceptance_step(held, "expire", actor)
        _tell_officer(held, actor)
    if not told:
        return unchanged(0)
    note(acceptances=told)
    return len(told)


def _tell_officer(held: Acceptance, actor: Actor) -> None:
    """Who has the file or, while nobody has it, the directors."""
    application = held.award.application
    officer, office = application.case_officer_id, application.opening.call.office_id
    notify(
        actor=actor,
        users=[officer] if officer is not None else directors_for(office, on=today()),
        kind="acceptance-over",
        title=Bilingual(
            f"Domanda {application.number}: concessione non accettata in tempo",
            f"Application {application.number}: the award was not accepted in time",
        ),
        body=Bilingual(
            "Si propone la decadenza: dai più tempo, o disponila.", "Forfeiture is proposed: give more time, or decide it."
        ),
        path="/ufficio/accettazioni/",
        subject_type="acceptance",
        subject_id=f"{held.pk}:{held.due_on.isoformat()}",
    )  # fmt: skip


@service("claims.prolong_acceptance")
def prolong_acceptance(*, actor: Actor, acceptance: Acceptance, days: int | None, reason: str) -> Acceptance:
    """Give more days to accept, from today, with the reason."""
    held = locked_acceptance(acceptance.pk)
    require(ACCEPTANCES.may("prolong", actor, held, state=held.state))
    if days is None or not 1 <= days <= 90:
        refuse("I giorni vanno da 1 a 90.", "The days are 1 to 90.", field="days")
    if not reason.strip():
        refuse("Scrivi perché.", "Write why.", field="reason")
    term = end_of_term(today(), days, kind="calendar", roll=True)
    acceptance_step(
        held, "prolong", actor, due_on=max(term.due, held.due_on), steps=steps_as_json(term.steps), reminded_on=None,
        stopped_on=None if may_be_accepted(held.award) else today(), reason=reason.strip(), decided_at=now(), decided_by_id=actor.user_id,
    )  # fmt: skip
    tell_acceptance(
        held,
        actor,
        "prolonged",
        Bilingual(
            f"Hai tempo fino al {held.due_on:%d/%m/%Y} per accettare la concessione",
            f"You have until {held.due_on:%d/%m/%Y} to accept the award",
        ),
        Bilingual(held.reason, held.reason),
        once=held.due_on.isoformat(),
    )
    return held


@service("claims.lapse_acceptance")
def lapse_acceptance(*, actor: Actor, acceptance: Acceptance, reason: str) -> Acceptance:
    """Decide that an award nobody accepted is forfeited: its revocation follows, with its own notice and act."""
    held = locked_acceptance(acceptance.pk)
    if held.state == states.LAPSED:
        return unchanged(held)
    if not reason.strip():
        refuse("Scrivi i motivi della decadenza.", "Write the reasons of the forfeiture.", field="reason")
    return acceptance_step(held, "lapse", actor, reason=reason.strip(), decided_at=now(), decided_by_id=actor.user_id)
