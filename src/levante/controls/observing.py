"""What the enterprise says of the signed minutes, and what the office answers, once each, before anything follows from them."""

from collections.abc import Iterable
from typing import Any

from levante.controls import policies, states
from levante.controls.models import Visit, VisitAnswer, VisitFinding, VisitObservation
from levante.controls.moving import tell
from levante.controls.visiting import locked, open_visit
from levante.documents.api import store_upload
from levante.kernel.api import Actor, note, note_object, now, refuse, require, service, system, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.register.api import append_entry

MOST_FILES = 20
LOG, OBSERVED_KIND = "applications", "visit.observed"


@service("controls.send_observation")
def send_observation(*, actor: Actor, visit: Visit, text: str, uploads: Any = ()) -> VisitObservation:
    """The enterprise says what it thinks of the signed minutes, within its days; registered, and who made the visit is told."""
    held = locked(visit.pk)
    require(policies.may_observe(actor, held))
    if not text.strip():
        refuse("Scrivi le osservazioni.", "Write the observations.", field="text")
    if len(uploads) > MOST_FILES:
        refuse(f"Al massimo {MOST_FILES} file.", f"{MOST_FILES} files at most.", field="files")
    firm = held.award.enterprise_id
    files = [store_upload(actor=actor, upload=one, purpose="attachment", enterprise_id=firm) for one in uploads]
    order = held.observations.count() + 1
    receipt = append_entry(
        actor=actor, log=LOG, kind=OBSERVED_KIND, subject=f"visit:{held.pk}",
        payload={"visit": held.pk, "text": text.strip(), "files": [one.sha256 for one in files]},
        idempotency_key=f"visit-observation:{held.pk}:{order}",
    )  # fmt: skip
    made = VisitObservation.objects.create(
        visit=held, text=text.strip(), register_number=receipt.public_number, sent_at=now(), sent_by_id=actor.user_id
    )
    made.files.set(files)
    note(number=made.register_number, files=len(files))
    note_object(held)
    if held.officer_id is not None:
        name = held.award.enterprise.name
        notify(
            actor=system("controls.observations"), users=[held.officer_id], kind="visit-observed",
            title=Bilingual(f"Osservazioni sul verbale: {name}", f"Observations on the minutes: {name}"),
            body=Bilingual(f"N. {made.register_number}", f"No. {made.register_number}"),
            path=f"/ufficio/visite/{held.pk}/", subject_type="controls.Visit", subject_id=f"{held.pk}:{made.pk}",
        )  # fmt: skip
    return made


def to_answer(visit: Visit) -> list[VisitObservation]:
    """The observations on the minutes that have no answer yet."""
    return list(visit.observations.filter(answer__isnull=True))


@service("controls.answer_observation")
def answer_observation(
    *, actor: Actor, observation: VisitObservation, text: str, withdrawn: Iterable[VisitFinding] = ()
) -> VisitAnswer:
    """Answer an observation on the signed minutes, once, and withdraw the findings that it proves wrong; the enterprise is told. The
    minutes stay as they were signed."""
    held = open_visit(actor, observation.visit, states.SIGNED)
    if VisitAnswer.objects.filter(observation=observation).exists():
        refuse("Ha già una risposta.", "It has its answer already.")
    if not text.strip():
        refuse("Scrivi la risposta.", "Write the answer.", field="text")
    made = VisitAnswer.objects.create(
        observation=observation, text=text.strip(), answered_at=now(), answered_by_id=actor.user_id
    )
    mine = held.findings.filter(pk__in=[one.pk for one in withdrawn], withdrawn__isnull=True)
    count = mine.exclude(outcome=states.CONFIRMED).update(withdrawn=made)
    note(observation=observation.register_number, withdrawn=count)
    tell(
        actor,
        held.award,
        "visit-answered",
        Bilingual("L’ufficio risponde alle tue osservazioni", "The office answers your observations"),
        Bilingual(
            f"Osservazioni n. {observation.register_number} sul verbale della visita del {held.planned_on:%d/%m/%Y}.",
            f"Observations no. {observation.register_number} on the minutes of the visit of {held.planned_on:%d/%m/%Y}.",
        ),
        path=f"/impresa/visite/{held.pk}/",
        once=str(made.pk),
    )
    return made


def not_heard(visit: Visit) -> Bilingual | None:
    """Why nothing may follow from the minutes yet: the enterprise has days for its observations, and each has its answer (art. 10
    L. 241/1990). None when it was heard."""
    if visit.observe_by is not None and today() <= visit.observe_by:
        return Bilingual(
            f"L’impresa può mandare osservazioni fino al {visit.observe_by:%d/%m/%Y}: si decide dopo",
            f"The enterprise can send observations until {visit.observe_by:%d/%m/%Y}: it is decided after",
        )
    if to_answer(visit):
        return Bilingual(
            "L’impresa ha mandato osservazioni: prima si risponde a ognuna",
            "The enterprise sent observations: each is answered first",
        )
    return None
