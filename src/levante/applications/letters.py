"""The letters of an application: which step writes which, with what in it, and what their delivery starts.

A letter is a row of the same transaction as the step it tells, so that no step is without its letter; it leaves after the
commit. This module also answers for applications to the room of letters (``letters.subjects``).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from levante.applications.checklists import PHASES, items_of
from levante.applications.deadlines import keep_deadlines
from levante.applications.drafts import locked
from levante.applications.models import (
    Application,
    ApplicationEvent,
    ConflictDeclaration,
    IntegrationRequest,
    RejectionNotice,
)
from levante.applications.reading import form_of_application
from levante.applications.states import INTEGRATION, NOTICE
from levante.applications.telling import tell_enterprise
from levante.applications.terms import examination_term, notice_term, runs_from_receipt, term_from
from levante.applications.told import disclose
from levante.calls.api import Call, letter_of
from levante.kernel.api import Actor, day_of, note, note_object, now, service, system, unchanged
from levante.kernel.pure import Bilingual, Decision, format_euro, steps_as_json
from levante.letters.api import (
    KINDS,
    About,
    Letter,
    LetterRun,
    Planned,
    as_items,
    office_values,
    portal_address,
    same,
    write_letter,
)

LABEL = Application._meta.label
#: Steps that write a letter, and its kind; the first taking in charge is the start of the procedure, the others are not.
LETTERS = {
    "take_in_charge": "start_of_procedure",
    "request_integration": "integration_request",
    "give_notice": "pre_rejection_notice",
    "admit": "admitted",
    "reject": "rejected",
    "withdraw": "withdrawal_noted",
    "renounce": "withdrawal_noted",
    "revoke": "rejected",
}
Values = dict[str, Bilingual]


def own_letters(call: Call) -> dict[str, Any]:
    """What this call says otherwise than the house, by kind of letter."""
    found = {kind: letter_of(call, kind) for kind in KINDS}
    return {kind: row for kind, row in found.items() if row}


def write_for(
    application: Application, transition: str, *, actor: Actor, event: ApplicationEvent, draft: bool = False
) -> Letter | None:
    """The letter of a step just made, if the step has one; as a draft it waits. The application is under its lock, with its call."""
    kind = LETTERS.get(transition)
    if kind is None:
        return None
    key = f"application:{application.pk}:{transition}:{event.pk}"
    if kind == "start_of_procedure":
        key = f"application:{application.pk}:{kind}"
    return write_about(
        application,
        kind=kind,
        key=key,
        actor=actor
        if actor.is_staff
        else system("applications.letters"),  # who withdraws does not write for the office
        values=VALUES[kind](application),
        draft=draft,
    )


def write_about(
    application: Application, *, kind: str, key: str, actor: Actor, values: Mapping[str, Bilingual], **more: Any
) -> Letter:
    """A letter about an application, with what every letter about one may name."""
    call = application.opening.call
    return write_letter(
        actor=actor,
        key=key,
        kind=kind,
        office=call.office,
        enterprise=application.enterprise,
        about=about_this(application),
        values={**common_values(application), **values},
        own=own_letters(call),
        **more,
    )


def about_this(application: Application) -> About:
    return About(application, application.number or "", application.case_officer_id, pec_given(application))


def pec_given(application: Application) -> str:
    """The PEC address written in the application, in the field that asks the enterprise's: letters about it go there."""
    fields = (item for _, item in form_of_application(application).fields() if item.prefill == "enterprise.pec")
    given = (str(application.answers.get(item.id) or "").strip() for item in fields)
    return next((address for address in given if address), "")


def common_values(application: Application) -> Values:
    """What every letter about an application may name, beside what every letter may."""
    call = application.opening.call
    sent = application.submitted_at
    return {
        "call": Bilingual(call.title_it, call.title_en or call.title_it),
        "sent_on": same(f"{day_of(sent):%d/%m/%Y}" if sent else ""),
        "protocol": same(application.protocol_number),
        "requested": money(application.requested_amount),
    }


def words_about(application: Application) -> dict[str, str]:
    """What a saved text, or a letter of the office's own, may name of a file: the Italian words by placeholder."""
    officer = application.case_officer.get_full_name() if application.case_officer else ""
    values = office_values(application.opening.call.office, application.enterprise)
    values |= {name: value.it for name, value in common_values(application).items()}
    return values | {
        "number": application.number or "",
        "responsible": officer,
        "portal": portal_address(LABEL, application.pk).it,
        "amount": money(None if application.held_from else application.admitted_amount).it,
    }


def money(amount: Decimal | None) -> Bilingual:
    return Bilingual(format_euro(amount), format_euro(amount, "en")) if amount is not None else same("")


def sentence(text: str) -> Bilingual:
    """What an officer wrote, ended as a sentence; in the language in which it was written."""
    text = text.strip()
    return same(text if not text or text.endswith((".", "!", "?", "…", ":", ";")) else f"{text}.")


def _start(application: Application) -> Values:
    term = examination_term(application)
    days = str((term[0] - day_of(now())).days) if term else ""
    return {"due_on": same(f"{term[0]:%d/%m/%Y}" if term else ""), "days": same(days)}


def _integration(application: Application) -> Values:
    request: IntegrationRequest = application.integrations.get(state=IntegrationRequest.OPEN)
    return {
        "items": Bilingual(
            as_items([item["it"] for item in request.items]), as_items([item["en"] for item in request.items])
        ),
        "reasons": sentence(request.text),
        "due_on": same(f"{request.due_on:%d/%m/%Y}"),
        "days": same(str(request.days)),
    }


def _notice(application: Application) -> Values:
    notice = application.notice
    assert notice is not None
    days = runs_from_receipt("notice", day_of(notice.given_at)).days
    return {
        "reasons": sentence(notice.reasons),
        "due_on": same(f"{notice.due_on:%d/%m/%Y}"),
        "days": same(str(days)),
    }


#: The outcomes of a check, as a letter says them; what is not met and did not stop the file is not binding.
_OUTCOMES = {
    "met": Bilingual("superata", "met"),
    "not_applicable": Bilingual("non pertinente", "not applicable"),
    "not_met": Bilingual("non superata, e non vincolante", "not met, and not binding"),
    "to_integrate": Bilingual("da integrare, e non vincolante", "to be integrated, and not binding"),
}


def checks_told(application: Application) -> Bilingual:
    """What was checked and with which outcome, by the lists of the call: the grounds of an admission and of an award (art. 3 L.
    241/1990). One item a line; of what was not checked yet nothing is said."""
    found = {(check.phase, check.item): check.outcome for check in application.checks.all()}
    told = [
        (item, _OUTCOMES[found[phase, item["code"]]])
        for phase in PHASES
        for item in items_of(application, phase)
        if (phase, item["code"]) in found
    ]
    if not told:
        return Bilingual("La domanda risponde a quanto il bando chiede.", "The application meets what the call asks.")
    return Bilingual(
        "Le verifiche previste dal bando:\n" + as_items([f"{item['it']}: {outcome.it}" for item, outcome in told]),
        "The checks of the call:\n" + as_items([f"{item['en'] or item['it']}: {outcome.en}" for item, outcome in told]),
    )


def joined(*parts: Bilingual) -> Bilingual:
    """Sentences and lists one after the other, those with nothing to say left out."""
    return Bilingual("\n\n".join(one.it for one in parts if one.it), "\n\n".join(one.en for one in parts if one.en))


def _admitted(application: Application) -> Values:
    reduced = application.admitted_amount != application.requested_amount
    return {
        "amount": money(application.admitted_amount),
        "reasons": joined(same("") if reduced else sentence(application.decision_reason), checks_told(application)),
        "reduction": sentence(application.decision_reason) if reduced else same(""),
        "decided_on": _decided(application),
    }


def _rejected(application: Application) -> Values:
    return {"reasons": sentence(application.decision_reason), "decided_on": _decided(application)}


def _withdrawn(application: Application) -> Values:
    event = application.events.filter(kind__in=["withdraw", "renounce"]).order_by("-pk").first()
    return {
        "reasons": sentence(event.text_it if event else ""),
        "decided_on": same(f"{day_of(event.at if event else now()):%d/%m/%Y}"),
    }


def _decided(application: Application) -> Bilingual:
    return same(f"{day_of(application.decided_at):%d/%m/%Y}" if application.decided_at else "")


VALUES: dict[str, Callable[[Application], Values]] = {
    "start_of_procedure": _start,
    "integration_request": _integration,
    "pre_rejection_notice": _notice,
    "admitted": _admitted,
    "rejected": _rejected,
    "withdrawal_noted": _withdrawn,
}


# What the room of letters asks about applications (``letters.subjects``).


def hidden_from(actor: Actor) -> "QuerySet[ConflictDeclaration, int]":
    """Whoever declared a conflict of interest reads no letter about the file either (art. 6-bis L. 241/1990)."""
    return ConflictDeclaration.objects.filter(officer_id=actor.user_id, has_conflict=True).values_list(
        "application_id", flat=True
    )


def may_read(actor: Actor, subject_id: int) -> Decision:
    """A letter about a file opens as the file does: for who examines it, after the declaration."""
    from levante.applications import doors  # which asks the letters too

    rows = Application.objects.select_related("opening__call__office").defer("answers", "frozen")
    return doors.may_read(actor, rows.prefetch_related("conflict_declarations").get(pk=subject_id))


def page(subject_id: int) -> str:
    return f"/ufficio/pratiche/{subject_id}/"


def enterprise_page(subject_id: int) -> str:
    return f"/impresa/domande/{subject_id}/"


def hold(subject_id: int) -> None:
    """Whoever takes a decision back and whoever lets its letter go lock the application first, then the letter."""
    locked(subject_id)


def let_go(actor: Actor, letter: Letter) -> None:
    """The letter of a decision that was held leaves: from here on its enterprise knows."""
    if letter.kind not in {"admitted", "rejected"}:
        return
    current = locked(letter.subject_id)
    step = {"admitted": "admit", "rejected": "reject"}.get(current.state)
    if not current.held_from or step is None or letter.kind != current.state:
        return
    disclose([current], user_id=actor.user_id)
    tell_enterprise(current, step, event=current.events.order_by("-pk").first())


def delivered(actor: Actor, letter: Letter) -> None:
    """A term that runs from receipt begins when the letter that gives it is received."""
    if letter.kind in {"integration_request", "pre_rejection_notice"} and letter.delivered_at is not None:
        run_term_from_receipt(actor=system("applications.letters"), letter=letter)


@service("applications.run_term_from_receipt")
def run_term_from_receipt(*, actor: Actor, letter: Letter) -> Application:
    """Reckon the term again from the day of delivery: later than what was said it moves on, never back."""
    application = locked(letter.subject_id)
    assert letter.delivered_at is not None
    day = day_of(letter.delivered_at)
    found = _running(application, letter)
    what = "integration" if isinstance(found, IntegrationRequest) else "notice"
    rule = runs_from_receipt(what, day)
    due, steps = term_from(day, found.days) if isinstance(found, IntegrationRequest) else notice_term(day)
    if found is None or not rule.from_receipt or due <= found.due_on:
        return unchanged(application)
    found.due_on, found.steps = due, steps_as_json([rule.step, *steps])
    found.save(update_fields=["due_on", "steps"])
    keep_deadlines(application)
    ApplicationEvent.objects.create(
        application=application,
        at=now(),
        kind="term_from_receipt",
        from_state=application.state,
        to_state=application.state,
        text_it=f"La comunicazione è stata ricevuta il {day:%d/%m/%Y}: il termine è il {due:%d/%m/%Y}.",
        text_en=f"The letter was received on {day:%d/%m/%Y}: the term is {due:%d/%m/%Y}.",
        data={"letter": letter.pk, "due_on": due.isoformat()},
    )
    note_object(application)
    note(letter=letter.pk, due_on=due.isoformat())
    return application


def _running(application: Application, letter: Letter) -> IntegrationRequest | RejectionNotice | None:
    """What the letter gave days for, if its days still run."""
    if letter.kind == "pre_rejection_notice":
        notice = application.notice
        waits = notice is not None and notice.observed_at is None and notice.given_at <= letter.created_at
        return notice if waits and application.state == NOTICE else None
    asked = IntegrationRequest.objects.filter(application=application, requested_at__lte=letter.created_at)
    last = asked.order_by("-requested_at", "-pk").first()
    waits = last is not None and last.state == IntegrationRequest.OPEN and application.state == INTEGRATION
    return last if waits else None


def notice_not_received(application: Application) -> bool:
    """Is the pre-rejection notice still on its way, or come back? Then its days have not begun (art. 10-bis L. 241/1990)."""
    last = Letter.objects.about(application).filter(kind="pre_rejection_notice").exclude(state="cancelled")
    found = last.order_by("-pk").values_list("state", "channel").first()
    return found is not None and found[0] != "delivered" and found[1] != "portal"


def plan(run: LetterRun, subject_id: int) -> Planned:
    """What the letter to one of a choice of files says."""
    from levante.applications.letters_files import plan_file

    return plan_file(run, subject_id)
