"""The *visure* of the RNA before a place that is aid is granted: asked with its COR, or written by hand; cited by the act.

As of vouchers (``aid.visure_asked``): no place is granted without the three of them, nor to who is in the Deggendorf list.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from levante.aid.api import (
    NAMES,
    THREE,
    Members,
    Visura,
    ask_visure,
    is_listed,
    kinds_lacking,
    lacking,
    last_visure,
    named_members,
    record_visura_by_hand,
    to_ask_again,
)
from levante.exchange.api import has_rna
from levante.identity.api import office_codes
from levante.kernel.api import Actor, day_of, note, refuse, require, service, system, unchanged
from levante.kernel.pure import Bilingual
from levante.participations import policies, states
from levante.participations.holding import locked_row
from levante.participations.models import Participation, Selection
from levante.participations.telling import SUBJECT
from levante.participations.waiting import clear_problem, wait_for_office

#: Said where the undertaking, and its headroom, are not known yet.
NOT_HELD = (
    "Il massimale non è ancora prenotato: prima si chiede di nuovo.",
    "The headroom is not reserved yet: ask again first.",
)
_AID = system("participations.aid")
Visure = Mapping[str, Visura]


def visure_of(rows: Iterable[Participation]) -> dict[int, dict[str, Visura]]:
    """The last visura of each kind of each of these places, by the place and the kind; one that was of a firm that had the place before
    does not count. One query."""
    firms = {str(row.pk): row.enterprise_id for row in rows}
    return {
        int(pk): {kind: one for kind, one in of_row.items() if one.enterprise_id == firms[pk]}
        for pk, of_row in last_visure(SUBJECT, firms).items()
    }


def others_of(rows: Iterable[Participation]) -> dict[int, list[tuple[str, str]]]:
    """The others of the single undertaking of who has each of these places (art. 2(2) Reg. (EU) 2023/2831), by the place, as they were when
    its headroom was held: tax code and name. Nobody while it is not held. One query."""
    return named_members(
        {
            row.pk: [
                code for code in row.reservation.position.get("undertaking", ()) if code != row.enterprise.tax_code
            ]
            if row.reservation is not None
            else []
            for row in rows
        }
    )


def asked_from_here(selection: Selection) -> bool:
    """Has the office an account with the RNA? Then its visure are asked from here, whoever writes the COR."""
    return has_rna(office_codes(selection.initiative.lead_office))


def waited_since(row: Participation) -> date | None:
    """The day on which a further aid of the place, which waits to be granted, was decided; none where there is none. It is another grant,
    so its visure are not older. One query."""
    waiting = row.aid_changes.filter(state=states.REGISTERING).first()
    return day_of(waiting.decided_at) if waiting is not None else None


def ask(row: Participation, *, since: date | None = None) -> int:
    """Ask the visure that the place has not, and again those that the RNA refused, that said no, that are not of the whole single
    undertaking, or are older than a day (``since``); how many. None where the office has no account. For a service at work that holds the
    place."""
    if not asked_from_here(row.selection):
        return 0
    known, others = visure_of([row])[row.pk], others_of([row])[row.pk]
    old = [kind for kind, one in known.items() if since is not None and one.made_on is not None and one.made_on < since]
    kinds = list(dict.fromkeys([*kinds_lacking(known), *to_ask_again(known, others), *old]))
    if not kinds:
        return 0
    return ask_visure(
        actor=_AID, office=row.selection.initiative.lead_office, enterprise=row.enterprise, others=others, subject_type=SUBJECT,
        subject_id=str(row.pk), kinds=kinds,
    )  # fmt: skip


def what_lacks(
    row: Participation, visure: Visure, others: Members, *, by: date | None = None, since: date | None = None
) -> Bilingual | None:
    """Why the place cannot be granted, as far as its visure say: one is not there, has no answer, was refused, tells of the list, is not of
    the whole single undertaking (with its ``others``), is younger than the act (``by``) that would cite it, or older than what it is for
    (``since``)."""
    for kind in THREE:
        one, name = visure.get(kind), NAMES[kind]
        if one is None:
            return Bilingual(f"Manca {name.it} del RNA.", f"{name.en[0].upper()}{name.en[1:]} of the RNA is missing.")
        why = lacking(one, row.enterprise.name, others if kind == Visura.DE_MINIMIS else ())
        if why is not None:
            return Bilingual(f"{why.it[0].upper()}{why.it[1:]}.", f"{why.en[0].upper()}{why.en[1:]}.")
        if since is not None and one.made_on is not None and one.made_on < since:
            return Bilingual(
                f"La visura VERCOR {one.vercor} è di prima del {since:%d/%m/%Y}, quando si è deciso l’aumento: va chiesta di nuovo.",
                f"The visura VERCOR {one.vercor} is older than {since:%d/%m/%Y}, when the increase was decided: ask for it again.",
            )
        if by is not None and one.made_on is not None and one.made_on > by:
            day = f"{one.made_on:%d/%m/%Y}"
            return Bilingual(
                f"L’atto è di prima del {day}, giorno della visura VERCOR {one.vercor}: non può citarla.",
                f"The act is older than {day}, day of the visura VERCOR {one.vercor}: it cannot cite it.",
            )
    return None


def settle(actor: Actor, row: Participation) -> None:
    """Of a place that is being registered: a visura that was refused, or that tells of the list, waits for the office; where none does and
    the COR is there, nothing does. For a service at work that holds the place."""
    known = visure_of([row])[row.pk]
    why = what_lacks(row, known, others_of([row])[row.pk]) if to_ask_again(known, ()) else None
    if why is not None:
        wait_for_office(actor, row, why)
    elif row.cor:
        clear_problem(row)


def visura_answered(*, actor: Actor, visura: Visura) -> None:
    """A visura of a place came, was refused, or was written by hand; called by aid in the transaction that records it."""
    row = locked_row(int(visura.subject_id))
    if row.state == states.REGISTERING and row.enterprise_id == visura.enterprise_id:
        settle(actor, row)


@service("participations.ask_place_visure")
def ask_place_visure(*, actor: Actor, row: Participation) -> Participation:
    """Ask the RNA for the visure that a place being registered has not, and once more for those that were refused or said no."""
    held = _held(actor, row)
    if not asked_from_here(held.selection):
        refuse(
            "L’ufficio non ha un accesso al RNA: scrivi il VERCOR di ogni visura.",
            "The office has no account with the RNA: write the VERCOR of each visura.",
        )
    asked = ask(held, since=waited_since(held))
    if not asked:
        return unchanged(held)
    note(asked=asked)
    return held


@service("participations.record_place_visura")
def record_place_visura(
    *,
    actor: Actor,
    row: Participation,
    kind: str,
    vercor: str,
    made_on: date | None,
    listed: bool | None = None,
    whole: bool = False,
    upload: Any = None,
) -> Participation:
    """Write number and day of a visura that was asked on the Register's site for a place being registered, or for a further aid of it that
    waits, as for an award: the act that grants it cites it (DM 115/2017, artt. 13-15). ``whole``: a de minimis one is of every member of
    the single undertaking too; ``listed``: what a Deggendorf says. What the RNA said of that from here is not written otherwise: it is
    asked again."""
    held = _held(actor, row)
    known = visure_of([held])[held.pk].get(kind)
    if known is not None and known.request_id is not None and is_listed(known):
        refuse(
            "Il RNA ha risposto che è nell’elenco: se non è più così, chiedi di nuovo la visura.",
            "The RNA answered that it is in the list: if that is so no more, ask for the visura again.",
            field="kind",
        )
    others = others_of([held])[held.pk] if kind == Visura.DE_MINIMIS else []
    if others and not whole:
        refuse(
            "La visura de minimis è di tutta l’impresa unica: chiedila anche per le altre imprese, poi confermalo.",
            "The de minimis visura is of the whole single undertaking: ask it for the other enterprises too, then confirm it.",
            field="whole",
        )
    first = _requested_on(held)
    if first is not None and made_on is not None and made_on < first:
        refuse(
            f"La visura è di prima della richiesta di partecipare ({first:%d/%m/%Y}).",
            f"The visura is older than the request to take part ({first:%d/%m/%Y}).",
            field="made_on",
        )
    made = record_visura_by_hand(
        actor=actor, office=held.selection.initiative.lead_office, kind=kind, enterprise=held.enterprise, subject_type=SUBJECT,
        subject_id=str(held.pk), vercor=vercor, made_on=made_on, listed=listed, members=others, upload=upload,
    )  # fmt: skip
    if made == known:
        return unchanged(held)
    note(visura=made.pk)
    return held


def _held(actor: Actor, row: Participation) -> Participation:
    held = locked_row(row.pk)
    require(policies.may_keep(actor, held.selection.initiative))
    if held.state != states.REGISTERING and waited_since(held) is None:
        refuse("Il posto non aspetta di essere concesso.", "The place does not wait to be granted.")
    if held.reservation is None:
        refuse(*NOT_HELD)
    return held


def _requested_on(row: Participation) -> date | None:
    """The day on which it asked to take part, as the register or the application tells it."""
    if row.interest is not None and row.interest.registered_at is not None:
        return day_of(row.interest.registered_at)
    sent = row.application.submitted_at if row.application is not None else None
    return day_of(sent) if sent is not None else None
