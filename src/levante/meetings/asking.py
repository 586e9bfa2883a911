"""Who asks to meet whom, and the answers: from the portal, or by one click from the e-mail."""

import secrets
from collections.abc import Collection
from typing import NoReturn

from django.conf import settings

from levante.kernel.api import (
    BUYER,
    ENTERPRISE,
    Actor,
    NotYours,
    Party,
    note,
    now,
    refuse,
    require,
    service,
    system,
    today,
    unchanged,
)
from levante.kernel.pure import Bilingual, filled
from levante.meetings import policies, states
from levante.meetings.holding import changed, locked_agenda
from levante.meetings.models import Agenda, Attendee, MeetingRequest
from levante.messages.api import notify
from levante.parties.api import people_of

SUBJECT = "meetings.MeetingRequest"


@service("meetings.ask_meeting")
def ask_meeting(
    *, actor: Actor, asker: Attendee, asked: Attendee, priority: int = 2, message: str = ""
) -> MeetingRequest:
    """Ask to meet somebody of the other side, with a priority from 1 to 3 and a few words. Asked again, the priority
    and the words are those said last; after a withdrawal it is asked anew. Who declined is not asked again: only who
    said no changes it. To ask who asked is to accept it too, with one's own priority and words: nothing is left to be answered."""
    agenda = locked_agenda(asker.agenda_id)
    mine = Attendee.objects.select_related("agenda").get(pk=asker.pk)
    mine.agenda = agenda
    require(policies.may_ask(actor, mine))
    _require_in_time(agenda)
    other = Attendee.objects.coming().filter(pk=asked.pk, agenda=agenda).exclude(side=mine.side).first()
    if other is None:
        raise NotYours
    if priority not in states.PRIORITIES:
        refuse("Scegli quanto ti interessa.", "Choose how much you would like it.", field="priority")
    if policies.are_kept_apart(mine, other):
        refuse("Con questo partecipante non si fissano incontri.", "No meeting is arranged with this participant.")
    theirs = MeetingRequest.objects.filter(asker=other, asked=mine).exclude(state=states.WITHDRAWN).first()
    if theirs is not None and theirs.state == states.DECLINED:
        refuse(
            "Alla sua richiesta hai risposto di no: prima accettala.", "You said no to its request: accept it first."
        )
    words = message.replace("\0", "").strip()[:500]
    known = MeetingRequest.objects.select_for_update().filter(asker=mine, asked=other).first()
    if known is not None and known.state == states.DECLINED:
        _refuse_declined()
    accepts = theirs is not None and theirs.state == states.OPEN
    if known is not None and known.state != states.WITHDRAWN:
        if (known.priority, known.message) == (priority, words) and not accepts:
            return unchanged(known)
        known.priority, known.message, known.made_by_id = priority, words, actor.user_id
        known.save(update_fields=["priority", "message", "made_by"])
        _accept(theirs)
        changed(agenda)
        note(priority=priority)
        return known
    if known is not None:
        known.state, known.answered_at, known.priority, known.message = states.OPEN, None, priority, words
        known.made_at, known.made_by_id = now(), actor.user_id
        known.save()
        made = known
    else:
        made = MeetingRequest.objects.create(
            asker=mine, asked=other, priority=priority, message=words, token=secrets.token_urlsafe(32), made_at=now(),
            made_by_id=actor.user_id,
        )  # fmt: skip
    _accept(theirs)
    changed(agenda)
    note(priority=priority, both=theirs is not None)
    _tell_asked(made, both=theirs is not None)
    return made


def _accept(theirs: MeetingRequest | None) -> None:
    """Who asks who asked has answered yes."""
    if theirs is not None and theirs.state == states.OPEN:
        theirs.state, theirs.answered_at = states.ACCEPTED, now()
        theirs.save(update_fields=["state", "answered_at"])


@service("meetings.answer_request")
def answer_request(*, actor: Actor, request: MeetingRequest, accept: bool) -> MeetingRequest:
    """Accept or decline: by who is asked, while requests are open. The other answer replaces the first."""
    agenda = locked_agenda(request.asked.agenda_id)
    held = _locked(request.pk)
    held.asked.agenda = agenda
    require(policies.may_ask(actor, held.asked))
    return _answer(actor, agenda, held, accept)


@service("meetings.answer_by_token")
def answer_by_token(*, actor: Actor, token: str, accept: bool) -> MeetingRequest:
    """The same, by who holds the secret of the e-mail. Opening the link changes nothing; this does."""
    found = MeetingRequest.objects.filter(token=token).select_related("asked").first()
    if found is None:
        raise NotYours
    agenda = locked_agenda(found.asked.agenda_id)
    held = _locked(found.pk)
    require(policies.may_answer_by_token(held))
    return _answer(actor, agenda, held, accept)


def _answer(actor: Actor, agenda: Agenda, held: MeetingRequest, accept: bool) -> MeetingRequest:
    _require_in_time(agenda)
    if held.state == states.WITHDRAWN:
        refuse("La richiesta è stata ritirata.", "The request was withdrawn.")
    if policies.are_kept_apart(held.asker, held.asked):
        refuse("Con questo partecipante non si fissano incontri.", "No meeting is arranged with this participant.")
    after = states.ACCEPTED if accept else states.DECLINED
    if held.state == after:
        return unchanged(held)
    held.state, held.answered_at = after, now()
    held.save(update_fields=["state", "answered_at"])
    changed(agenda)
    note(answer=after)
    words = states.REQUESTS[after]
    title = held.asked.agenda.initiative
    # Who accepts tells its name; who declines stays unnamed, as the page of requests promises.
    body = Bilingual(held.asked.name, held.asked.name) if accept else Bilingual(title.title_it, title.title_en)
    tell(
        actor, held.asker, kind="meeting-answer", key=f"{held.pk}:{held.answered_at:%Y%m%d%H%M%S%f}",
        title=filled("Richiesta di incontro {answer}", "Request for a meeting {answer}", answer=words), body=body,
    )  # fmt: skip
    return held


@service("meetings.withdraw_request")
def withdraw_request(*, actor: Actor, request: MeetingRequest) -> MeetingRequest:
    """Take back what one asked. A no stays: withdrawn, it would no longer keep the two apart."""
    agenda = locked_agenda(request.asker.agenda_id)
    held = _locked(request.pk)
    held.asker.agenda = agenda
    if held.state == states.WITHDRAWN:
        return unchanged(held)
    require(policies.may_ask(actor, held.asker))
    if held.state == states.DECLINED:
        _refuse_declined()
    held.state, held.answered_at = states.WITHDRAWN, now()
    held.save(update_fields=["state", "answered_at"])
    changed(agenda)
    note(state=held.state)
    return held


def _locked(pk: int) -> MeetingRequest:
    rows = MeetingRequest.objects.select_for_update(of=("self",))
    related = (
        "asker__enterprise",
        "asker__buyer",
        "asker__agenda",
        "asked__enterprise",
        "asked__buyer",
        "asked__agenda__initiative",
    )
    return rows.select_related(*related).get(pk=pk)


def _refuse_declined() -> NoReturn:
    refuse(
        "Ha risposto di no: può cambiare idea solo chi ha risposto.",
        "The answer was no: only who said it can change it.",
    )


def _require_in_time(agenda: Agenda) -> None:
    if agenda.requests_until is not None and now() >= agenda.requests_until:
        refuse("Il termine per le richieste è passato.", "The term for requests has passed.")


def party_of(row: Attendee) -> Party:
    if row.enterprise_id is not None:
        return Party(ENTERPRISE, row.enterprise_id)
    assert row.buyer_id is not None
    return Party(BUYER, row.buyer_id)


def page_of(row: Attendee) -> str:
    """Where who comes sees its meetings."""
    base = "/impresa" if row.side == states.SELLER else "/partner"
    return f"{base}/incontri/{row.agenda.initiative.code}/"


def tell(
    actor: Actor,
    row: Attendee,
    *,
    kind: str,
    key: str,
    title: Bilingual,
    body: Bilingual,
    able: Collection[str] = (),
    topic: str = "",
) -> None:
    """Tell who acts for one that comes, once for each key; with ``able`` only those whose mandate covers one of these
    scopes; with ``topic`` it is a reminder that one may switch off by mail."""
    notify(
        actor=actor, users=people_of(party_of(row), today(), able=able), kind=kind, title=title, body=body, path=page_of(row),
        enterprise_id=row.enterprise_id, subject_type=SUBJECT, subject_id=key[:60], topic=topic,
    )  # fmt: skip


def _tell_asked(made: MeetingRequest, *, both: bool) -> None:
    """Those who may answer for the one asked are told, with the address that answers by one click (the page asks to
    confirm: opening it changes nothing). Who asked first (``both``) has nothing to answer: the interest is mutual."""
    held = _locked(made.pk)
    given = {"name": held.asker.name, "message": held.message, "site": settings.SITE_URL, "token": held.token}
    if both:
        title = Bilingual(
            "Anche chi volevi incontrare vuole incontrarti", "Whom you asked to meet wants to meet you too"
        )
        words = f"{held.asker.name}: {held.message}" if held.message else held.asker.name
        body = Bilingual(words, words)
    else:
        title = Bilingual("Qualcuno chiede di incontrarti", "Somebody asks to meet you")
        body = filled(
            "{name}: {message}\nRispondi: {site}/incontri/rispondi/{token}/",
            "{name}: {message}\nAnswer: {site}/en/incontri/rispondi/{token}/", **given,
        )  # fmt: skip
    tell(
        system("meetings.requests"), held.asked, kind="meeting-asked", key=f"{held.pk}:{held.made_at:%Y%m%d%H%M%S}", title=title, body=body,
        able=policies.ABLE[held.asked.side],
    )  # fmt: skip
