"""The CUP of many awards by a file: taken from the draft of their act, uploaded by a person to the CUP system, its answer read here.

For who has no account of the service, and for a hundred projects at once (L. 3/2003 art. 11). Awards that have a code, or whose request
is at work in the service, are not in the file: a project gets one code.
"""

from typing import Any

from levante.exchange.api import ExternalRequest, Project, UnwritableProject, batch_file, read_batch_answer
from levante.grants import states
from levante.grants.codes import write_codes
from levante.grants.cup import project_of, projects_of
from levante.grants.cup_given import go_on_with_cup
from levante.grants.models import Award, AwardAct
from levante.grants.policies import may_work_act
from levante.grants.registers import standing_of
from levante.grants.services import locked_act
from levante.kernel.api import Actor, Refused, note, refuse, require, service, unchanged

#: The longest answer, in bytes.
LONGEST = 20_000_000


def cup_batch_of(actor: Actor, act: AwardAct) -> bytes:
    """The file to be uploaded, a project for each award of a draft that has no code; refused with what is missing, and of which award."""
    require(may_work_act(actor, act))
    rows = _without_code(act)
    if not rows:
        refuse("Tutte le concessioni hanno il loro CUP, o lo aspettano.", "All awards have their CUP, or wait for it.")
    try:
        return bytes(batch_file(_projects(act, rows).values()))
    except UnwritableProject as wrong:
        raise Refused(wrong.reason, wrong.field) from wrong


@service("grants.load_cup_batch")
def load_cup_batch(*, actor: Actor, act: AwardAct, content: bytes) -> AwardAct:
    """The file that came back: each code goes to its award; what was rejected is told, award by award, and can be asked again. The RNA that
    waited for a code is asked now. A file of something else is refused whole. Loaded again it changes nothing."""
    held = locked_act(act.pk)
    require(may_work_act(actor, held))
    if held.state != states.DRAFT_ACT:
        refuse("L’atto è già partito.", "The act has gone already.", field="file")
    if len(content) > LONGEST:
        refuse("Il file supera 20 MB.", "The file is over 20 MB.", field="file")
    rows = {row.pk: row for row in _of(held)}
    projects = {project.id: (rows[pk], project) for pk, project in _projects(held, list(rows.values())).items()}
    try:
        given, rejected = read_batch_answer(content, [project for _, project in projects.values()])
    except ValueError as wrong:
        refuse(f"Non è il file di questo atto: {wrong}", f"It is not the file of this act: {wrong}", field="file")
    clash = [key for key, cup in given.items() if projects[key][0].codes[1] not in {"", cup}]
    if clash:
        refuse(
            f"{clash[0]} ha già un altro CUP: non è stato scritto niente.",
            f"{clash[0]} has another CUP already: nothing was written.",
            field="file",
        )
    written = []
    for key, cup in given.items():
        award = projects[key][0]
        if award.codes[1] != cup:
            write_codes(actor=actor, award=award, cor=award.codes[0], cup=cup)
            go_on_with_cup(award.pk)
            written.append(award.pk)
    if not written and not rejected:
        return unchanged(held)
    note(written=written, rejected={one.id: list(one.messages) for one in rejected})
    return held


def rejected_in(act: AwardAct, content: bytes) -> list[tuple[str, str]]:
    """Of a file that came back, the projects that were rejected with what the system said."""
    _, rejected = read_batch_answer(content, list(_projects(act, list(_of(act))).values()))
    return [(one.id, "; ".join(one.messages)) for one in rejected]


def _projects(act: AwardAct, rows: list[Award]) -> dict[int, Project]:
    """The project of each award, by its key."""
    codes, told = _codes(act), projects_of([row.pk for row in rows])
    return {row.pk: project_of(row, codes, str(told[row.pk].key)) for row in rows}


def _of(act: AwardAct):  # type: ignore[no-untyped-def]
    rows = Award.objects.filter(act=act, state__in=states.STANDING)
    return rows.select_related("application__opening__call", "enterprise", "aid", "act__call__office").order_by("pk")


def _without_code(act: AwardAct) -> list[Award]:
    asked: dict[int, ExternalRequest | None] = {one.award.pk: one.cup for one in standing_of(act)}
    waits = {pk for pk, request in asked.items() if request is not None and request.outcome == ""}
    return [row for row in _of(act) if not row.codes[1] and row.pk not in waits]


def _codes(act: AwardAct) -> dict[str, Any]:
    codes: dict[str, Any] | None = (act.call.registers or {}).get("cup")
    if not codes:
        refuse("Il bando non dice i codici del CUP.", "The call does not say the codes of the CUP.")
    return codes
