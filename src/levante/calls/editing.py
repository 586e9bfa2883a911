"""Designing a call: creating it, editing it part by part, going back. What a file may say, an edit may say.

Drafts may lack parts; they always have the right shape. A published call changes only where ``AMENDABLE`` says, with words for
the public and, where it says so, the act that amends it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from levante.calls import services, writing
from levante.calls.definition import place_of, words_of
from levante.calls.document import document_of, normal, read_entry
from levante.calls.forms.model import DefinitionError
from levante.calls.forms.parsing import read_form
from levante.calls.merging import merge
from levante.calls.models import Call, CallRevision
from levante.calls.schema import CallEntry
from levante.calls.workflow import DESIGN, may_create
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, unchanged
from levante.kernel.pure import Bilingual
from levante.programme.api import Act, Programme, main_programme

#: What only the workflow changes, and the code, which is the call's name for ever.
FIXED = frozenset({"code", "state", "published_at"})
#: The parts of a document that can be edited.
PARTS = tuple(name for name in CallEntry.model_fields if name not in FIXED)
#: The parts of a published call that may change, and whether it takes an act. Openings have services of their own
#: (``openings``). What decided who applies and how (money, rules, criteria, procedure) does not change once published.
AMENDABLE = {
    "title": True, "summary": True, "who": True, "what": True, "form": True, "checklists": True, "terms": True,
    "legal_basis": True, "budget_lines": True, "payment": True, "registers": False, "results": True, "sectors": True, "strengthens": False,
    "steps": False, "faq": False, "templates": False, "sources": False, "assumptions": False,
}  # fmt: skip
#: Of those, what only the office reads: the public is told nothing of it.
OF_THE_OFFICE = frozenset({"registers"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something of a document that has not the right shape, or names what does not exist."""

    path: str
    text: Bilingual


class Malformed(Refused):
    """An edit that would leave the document without its shape; ``problems`` are all of them."""

    def __init__(self, problems: list[Wrong]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(Bilingual(f"{first.path}: {first.text.it}", f"{first.path}: {first.text.en}"), first.path)


class Overtaken(Refused):
    """Somebody else changed the same thing meanwhile: ``revision`` is the one that did, ``places`` where (empty when it
    cannot be told)."""

    def __init__(self, revision: CallRevision, places: Sequence[str] = ()) -> None:
        self.revision = revision
        self.places = tuple(places)
        who = revision.user.get_full_name() if revision.user is not None else ""
        super().__init__(
            Bilingual(
                f"Questa parte è stata cambiata nel frattempo{' da ' + who if who else ''}: rileggila e ripeti la modifica.",
                f"This part was changed meanwhile{' by ' + who if who else ''}: read it again and repeat the change.",
            ),
            "revision",
        )


@service("calls.create_call")
def create_call(
    *,
    actor: Actor,
    office: str,
    code: str = "",
    title: tuple[str, str] = ("", ""),
    like: Call | None = None,
    document: Mapping[str, Any] | None = None,
    programme: Programme | None = None,
) -> Call:
    """A draft of a call: empty, a copy of another (``like``: everything but its dates, act and openings), or what a document
    says (of a file, as JSON), always as a draft. ``title`` is (it, en)."""
    programme = programme or (like.programme if like is not None else None) or main_programme()
    if programme is None:
        refuse("Non c’è ancora un programma.", "There is no programme yet.")
    if document is not None:
        whole = {**document, "state": "draft"}
        whole.pop("published_at", None)
    elif like is not None:
        whole = {**document_of(like), "state": "draft"}
        for name in ("published_at", "act", "openings", "planned", "budget_lines"):
            whole.pop(name, None)
    else:
        whole = {}
    if code:
        whole["code"] = code.strip().lower()
    if title[0].strip():
        whole["title"] = {"it": title[0].strip(), "en": title[1].strip() or title[0].strip()}
    if document is None:
        whole["office"] = office
    entry = _entry(whole)
    require(may_create(actor, entry.office))
    if Call.objects.filter(code=entry.code).exists():
        refuse("C’è già un bando con questo codice.", "There is already a call with this code.", field="code")
    _exist(entry, programme)
    call = writing.write_call(actor=actor, call=None, entry=entry, programme=programme, complete=True)
    keep_revision(call, "created", actor)
    services.tell(call, "created", actor=actor, states=("", call.state))
    note(call=call.code, like=like.code if like is not None else "")
    return call


def edit_call(
    *,
    actor: Actor,
    call: Call,
    revision: int,
    part: str,
    value: Any,
    act: Act | None = None,
    text: tuple[str, str] = ("", ""),
) -> Call:
    """Put ``value`` (JSON; ``None`` empties it) in the place of a part of the document: ``edit_parts`` of one part."""
    return edit_parts(actor=actor, call=call, revision=revision, values={part: value}, act=act, text=text)


@service("calls.edit_parts")
def edit_parts(
    *,
    actor: Actor,
    call: Call,
    revision: int,
    values: Mapping[str, Any],
    act: Act | None = None,
    text: tuple[str, str] = ("", ""),
) -> Call:
    """Put values (JSON; ``None`` empties) in the place of some parts of the document, together.

    ``revision`` is that of the page. What others changed after it stays, also inside the same part; where they changed the
    same thing, ``Overtaken``. ``Malformed`` when the document would lose its shape. On a published call: the parts of
    ``AMENDABLE``, with ``text`` (it, en) for the public and, where the table says so, the ``act``.
    """
    for part in values:
        if part not in PARTS:
            refuse("Questa parte non esiste.", "There is no such part.", field="part")
    held = _held(call, actor)
    if held.state == "approved":
        refuse(
            "Il bando è approvato: per cambiarlo torna alla bozza.",
            "The call is approved: take it back to draft to change it.",
        )
    if held.state == "closed_out":
        refuse("Il bando è concluso.", "The call is closed out.")
    before = document_of(held)
    after = {**before, **_with_others(held, revision, values, before)}
    entry = _entry({key: item for key, item in after.items() if item is not None})
    document = normal(entry)
    changed = [part for part in PARTS if document.get(part) != before.get(part)]
    if not changed:
        return unchanged(held)
    if held.state == "published":
        _amend(held, changed, act, text, actor)
    if entry.office != held.office.code:
        require(may_create(actor, entry.office))
    _exist(entry, held.programme)
    written = writing.write_call(
        actor=actor, call=held, entry=entry, programme=held.programme, complete=held.state == "draft"
    )
    part = "+".join(part for part in changed if part in values) or changed[0]
    keep_revision(written, part[:_LONGEST_PART], actor)
    note(call=held.code, part=part, revision=written.revision, act=act.code if act is not None else "")
    return written


_LONGEST_PART = 40


def _with_others(call: Call, revision: int, values: Mapping[str, Any], now_is: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with what others changed after the revision of the page; ``Overtaken`` where they changed the same thing."""
    later = call.revisions.filter(number__gt=revision).select_related("user").order_by("number")
    if not later.exists():
        return dict(values)
    kept = call.revisions.filter(number=revision).first()
    if kept is None:  # the page is of before revisions were kept
        for part in values:
            _not_overtaken(call, revision, part)
        return dict(values)
    mine = normal(_entry({name: value for name, value in {**kept.document, **values}.items() if value is not None}))
    found = {}
    for part in values:
        merged = merge(kept.document.get(part), mine.get(part), now_is.get(part))
        if merged.conflicts:
            raise Overtaken(
                _who_changed(later, part, kept.document), [f"{part}.{at}".rstrip(".") for at in merged.conflicts]
            )
        found[part] = merged.value
    return found


def _who_changed(later: Any, part: str, base: Mapping[str, Any]) -> CallRevision:
    """The first of the later revisions that left the part otherwise."""
    rows: list[CallRevision] = list(later)
    return next((row for row in rows if row.document.get(part) != base.get(part)), rows[-1])


def _amend(call: Call, parts: Sequence[str], act: Act | None, text: tuple[str, str], actor: Actor) -> None:
    """The change of a published call, told to the public."""
    if any(part not in AMENDABLE for part in parts):
        refuse(
            "Questa parte non cambia più: il bando è pubblicato.",
            "This part no longer changes: the call is published.",
            field="part",
        )
    if any(AMENDABLE[part] for part in parts) and act is None:
        refuse("Serve l’atto che modifica il bando.", "The act that amends the call is needed.", field="act")
    if set(parts) <= OF_THE_OFFICE:
        return  # it changes nothing for who applies: the audit has it, and the history of revisions
    if not text[0].strip():
        refuse("Scrivi che cosa cambia: sarà pubblico.", "Write what changes: it will be public.", field="text")
    services.tell(
        call, "changed", actor=actor, text=(text[0].strip(), text[1].strip() or text[0].strip()),
        act_id=act.pk if act is not None else None,
    )  # fmt: skip


@service("calls.restore_call")
def restore_call(*, actor: Actor, call: Call, revision: int, to: int) -> Call:
    """Bring a draft back to what it was at revision ``to``; what was there meanwhile stays in its history."""
    held = _held(call, actor)
    if held.state != "draft":
        refuse("Si torna indietro solo con una bozza.", "Only a draft can go back.")
    if held.revision != revision:
        _not_overtaken(held, revision, None)
    kept = held.revisions.filter(number=to).first()
    if kept is None:
        refuse("Questa versione non c’è.", "There is no such version.", field="to")
    entry = _entry({**kept.document, "state": "draft"})
    _exist(entry, held.programme)
    written = writing.write_call(actor=actor, call=held, entry=entry, programme=held.programme, complete=True)
    keep_revision(written, "restored", actor)
    note(call=held.code, to=to, revision=written.revision)
    return written


def _held(call: Call, actor: Actor) -> Call:
    held = Call.objects.select_for_update(of=("self",)).select_related("office", "programme").get(pk=call.pk)
    require(DESIGN(actor, held))
    return held


def _not_overtaken(call: Call, revision: int, part: str | None) -> None:
    """Nobody changed this part (anything, when ``None``) after the revision that the page showed."""
    later = call.revisions.filter(number__gt=revision).select_related("user").order_by("number")
    if part is not None:
        later = later.filter(part__in=[part, "restored", "loaded"])
    found = later.first()
    if found is not None:
        raise Overtaken(found)


def keep_revision(call: Call, part: str, actor: Actor) -> None:
    """Keep the document as it is now, under the call's revision."""
    CallRevision.objects.create(
        call=call, number=call.revision, part=part, document=document_of(call), at=now(), user_id=actor.user_id
    )


def problems_of(document: Mapping[str, Any]) -> list[Wrong]:
    """What is wrong with the shape of a document (JSON); empty when nothing is."""
    try:
        entry = read_entry(document)
    except ValidationError as error:
        return [Wrong(".".join(map(str, place_of(item["loc"]))), words_of(item)) for item in error.errors()]
    if entry.form:
        try:
            read_form(entry.form)
        except DefinitionError as wrong:
            return [Wrong(f"form.{wrong.path}", wrong.words)]
    return []


def _entry(document: Mapping[str, Any]) -> CallEntry:
    """The document with its types, or ``Malformed``."""
    wrong = problems_of(document)
    if wrong:
        raise Malformed(wrong)
    return read_entry(document)


def _exist(entry: CallEntry, programme: Programme) -> None:
    unknown = writing.unknown_codes(entry, programme)
    if unknown:
        raise Malformed([Wrong(path, Bilingual(it, en)) for path, it, en in unknown])


def new_code(title: str) -> str:
    """A code for a title: its words in lower case, without accents, joined by hyphens."""
    import unicodedata

    plain = "".join(c for c in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]
