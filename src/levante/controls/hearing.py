"""The enterprise is heard in the procedure of a revocation: memoranda, more time, access to the file; terms that are over."""

from typing import Any

from levante.controls import policies, states
from levante.controls.knowing import notice_not_known
from levante.controls.models import Revocation, RevocationPaper
from levante.controls.moving import locked_revocation, step, tell, write_event
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today, unchanged
from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.law.terms import end_of_term
from levante.register.api import append_entry

LOG, PAPER_KIND = "applications", "revocation.paper"
MOST_FILES = 20


@service("controls.send_paper")
def send_paper(
    *,
    actor: Actor,
    revocation: Revocation,
    kind: str,
    text: str,
    uploads: Any = (),
    days: int = 0,
    is_last: bool = False,
) -> RevocationPaper:
    """The enterprise sends a memorandum with its documents, or asks for more time or for the file: registered. ``is_last``: nothing else
    follows, and the office may decide before the term is over."""
    held = locked_revocation(revocation.pk)
    require(policies.may_answer(actor, held))
    if kind not in (states.MEMO, *states.REQUESTS):
        refuse("Scegli che cosa inviare.", "Choose what to send.", field="kind")
    if not text.strip():
        refuse("Scrivi il testo.", "Write the text.", field="text")
    if len(uploads) > MOST_FILES:
        refuse(f"Al massimo {MOST_FILES} file.", f"{MOST_FILES} files at most.", field="files")
    if kind == states.EXTENSION:
        _check_extension(held, days)
    firm = held.award.enterprise_id
    files = [store_upload(actor=actor, upload=one, purpose="attachment", enterprise_id=firm) for one in uploads]
    order = held.papers.count() + 1
    receipt = append_entry(
        actor=actor,
        log=LOG,
        kind=PAPER_KIND,
        subject=f"revocation:{held.pk}",
        payload={"revocation": held.pk, "kind": kind, "text": text.strip(), "files": [one.sha256 for one in files], "days": days},
        idempotency_key=f"revocation-paper:{held.pk}:{order}",
    )  # fmt: skip
    paper = RevocationPaper.objects.create(
        revocation=held, kind=kind, text=text.strip(), days=days if kind == states.EXTENSION else 0,
        register_number=receipt.public_number, sent_at=now(), sent_by_id=actor.user_id,
    )  # fmt: skip
    paper.files.set(files)
    note(kind=kind, number=paper.register_number, files=len(files))
    label = states.PAPERS[kind]
    told = Bilingual(
        f"{label.it.capitalize()}: n. {paper.register_number}", f"{label.en.capitalize()}: no. {paper.register_number}"
    )
    if kind == states.MEMO and is_last and held.state == states.NOTICED:
        step(held, "answer", actor, told, heard_at=now())
    else:
        write_event(held, actor, told)
    note_object(held)
    return paper


def _check_extension(held: Revocation, days: int) -> None:
    most = int(parameters.value("revocation.extension.most_days", on=today()).value) - held.extended_days
    if held.state != states.NOTICED or held.papers.filter(kind=states.EXTENSION, state=states.ASKED).exists():
        refuse("Ora non si può chiedere altro tempo.", "More time cannot be asked for now.", field="kind")
    if not 1 <= days <= most:
        refuse(f"I giorni vanno da 1 a {most}.", f"The days are 1 to {most}.", field="days")


@service("controls.answer_paper")
def answer_paper(
    *, actor: Actor, paper: RevocationPaper, granted: bool, text: str = "", days: int | None = None
) -> RevocationPaper:
    """Answer a request of more time (``days``: those asked unless fewer are given) or of access to the file, which is noted as given."""
    held = locked_revocation(paper.revocation_id)
    require(policies.may_work(actor, held))
    row = RevocationPaper.objects.select_for_update().get(pk=paper.pk, revocation=held)
    wanted = states.GRANTED if granted else states.REFUSED
    if row.state == wanted:
        return unchanged(row)
    if row.state != states.ASKED or row.kind not in states.REQUESTS:
        refuse("A questo si è già risposto.", "This was answered already.")
    if not granted and not text.strip():
        refuse("Scrivi perché non si accoglie.", "Write why it is not granted.", field="text")
    words = Bilingual(f"{row.kind_label.it} n. {row.register_number}", f"{row.kind_label.en} no. {row.register_number}")
    if granted and row.kind == states.EXTENSION:
        given = row.days if days is None else days
        if not 1 <= given <= row.days or held.answer_by is None:
            refuse(f"I giorni vanno da 1 a {row.days}.", f"The days are 1 to {row.days}.", field="days")
        row.days, held.extended_days = given, held.extended_days + given
        held.answer_by = end_of_term(held.answer_by, given, kind="calendar", roll=True).due
        held.save(update_fields=["answer_by", "extended_days"])
        note(answer_by=held.answer_by.isoformat())
        if held.state == states.HEARD:
            step(held, "reopen", system("controls.hearing"), heard_at=None)
    row.state, row.answer, row.answered_at, row.answered_by_id = wanted, text.strip(), now(), actor.user_id
    row.save(update_fields=["state", "answer", "answered_at", "answered_by", "days"])
    outcome = row.state_label
    write_event(held, actor, Bilingual(f"{words.it}: {outcome.it}", f"{words.en}: {outcome.en}"))
    tell(
        actor,
        held.award,
        "revocation-answer",
        Bilingual(f"{words.it}: {outcome.it}", f"{words.en}: {outcome.en}"),
        Bilingual(
            f"{row.answer} Puoi rispondere entro il {held.answer_by:%d/%m/%Y}.".strip(),
            f"{row.answer} You can answer by {held.answer_by:%d/%m/%Y}.".strip(),
        ),
        path=f"/impresa/revoche/{held.pk}/",
        once=str(row.pk),
    )
    note_object(held)
    return row


@service("controls.expire_terms")
def expire_terms(*, actor: Actor) -> int:
    """Procedures whose term to answer is over wait for a decision: not one whose notice never arrived, nor one that waits for the answer to
    a request of more time. How many."""
    more_time = RevocationPaper.objects.filter(kind=states.EXTENSION, state=states.ASKED).order_by()
    over = Revocation.objects.select_for_update(skip_locked=True).filter(state=states.NOTICED, answer_by__lt=today())
    over = over.exclude(notice_not_known()).exclude(pk__in=more_time.values("revocation"))
    found = list(over.order_by("pk").values_list("pk", flat=True)[:500])
    if not found:
        return unchanged(0)
    for pk in found:
        step(
            locked_revocation(pk),
            "expire",
            actor,
            Bilingual("Termine per rispondere scaduto", "Term to answer over"),
            heard_at=now(),
        )
    note(revocations=found)
    return len(found)
