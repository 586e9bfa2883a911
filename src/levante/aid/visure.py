"""The *visure* of the RNA: asked, answered, kept as the document they are (DM 115/2017 artt. 13-15)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from levante.aid import rna_hooks
from levante.aid.models import Visura
from levante.aid.policies import may_file_in_rna
from levante.documents.api import StoredFile, store_bytes, store_upload
from levante.exchange.api import RNA, ExternalRequest, has_rna, queue_request, rna_document
from levante.identity.api import Office, body_of, office_codes
from levante.kernel.api import Actor, Refused, note, now, refuse, require, service, system, today, unchanged
from levante.law.codes import check_tax_code
from levante.parties.api import Enterprise


@service("aid.ask_visura")
def ask_visura(
    *,
    actor: Actor,
    office: Office,
    kind: str,
    tax_code: str,
    enterprise: Enterprise | None = None,
    subject_type: str = "",
    subject_id: str = "",
    since: date | None = None,
    year_ends: date | None = None,
    expected_on: date | None = None,
    members: Sequence[tuple[str, str]] = (),
) -> Visura:
    """Ask the RNA what it knows of a tax code, for something of ours. While one is on its way for the same thing, that one.

    ``kind``: ``aids`` with the day ``since`` which; ``de_minimis`` with the end of the financial year (``year_ends``), the day on which
    the aid is to be granted (``expected_on``) and the ``members`` of the single undertaking (tax code, name); ``deggendorf``.
    """
    require(may_file_in_rna(actor, office))
    checked = check_tax_code(tax_code)
    if not checked:
        refuse(f"{checked.reason.it}.", f"{checked.reason.en}.", field="tax_code")
    code = checked.normalised
    about: dict[str, Any] = {}
    if kind == Visura.AIDS and since is not None:
        about = {"since": since.isoformat()}
    elif kind == Visura.DE_MINIMIS and year_ends is not None and expected_on is not None:
        about = {
            "year_ends": year_ends.isoformat(),
            "expected_on": expected_on.isoformat(),
            "members": [{"tax_code": one, "name": name} for one, name in members],
        }
    elif kind != Visura.DEGGENDORF:
        raise ValueError(f"a visura of kind {kind!r} lacks its dates")
    known = Visura.objects.filter(
        kind=kind, tax_code=code, subject_type=subject_type, subject_id=subject_id, state=Visura.ASKED
    )
    if (found := known.first()) is not None:
        return unchanged(found)
    if not has_rna(office_codes(office)):
        refuse(
            f"L’ufficio {office.name_it} non ha un accesso al RNA: la visura si chiede sul sito del Registro.",
            f"The office {office.name_en} has no account with the RNA: the visura is asked on the Register's site.",
        )
    try:
        with transaction.atomic():
            visura = _ask(actor, office, kind, code, enterprise, subject_type, subject_id, about)
    except IntegrityError:  # somebody asked for it in the same moment
        return unchanged(known.get())
    note(kind=kind, subject=f"{subject_type}:{subject_id}")
    return visura


def _ask(
    actor: Actor, office: Office, kind: str, code: str, enterprise: Enterprise | None, subject_type: str, subject_id: str,
    about: dict[str, Any],
) -> Visura:  # fmt: skip
    request = queue_request(
        actor=actor,
        system=RNA,
        kind="report",
        key=f"rna:report:{kind}:{uuid.uuid4().hex}",
        body={"office": office.code, "body": body_of(office).code, "report": kind, "tax_code": code, **about},
    )
    return Visura.objects.create(
        kind=kind,
        tax_code=code,
        enterprise=enterprise,
        office=office,
        subject_type=subject_type,
        subject_id=subject_id,
        request=request,
        members=about.get("members", []),
        asked_by_id=actor.user_id,
        asked_at=now(),
    )


@service("aid.record_visura_by_hand")
def record_visura_by_hand(
    *,
    actor: Actor,
    office: Office,
    kind: str,
    enterprise: Enterprise,
    subject_type: str,
    subject_id: str,
    vercor: str,
    made_on: date | None,
    listed: bool | None = None,
    members: Sequence[tuple[str, str]] = (),
    upload: Any = None,
) -> Visura:
    """A visura that a person asked on the Register's site, for something of ours: its number and day and, where there is one, its PDF.

    ``listed`` is what a ``deggendorf`` says, ``members`` the others of the single undertaking that a ``de_minimis`` is of. The last one of
    a kind counts: another corrects it. The same again changes nothing.
    """
    require(may_file_in_rna(actor, office))
    number = vercor.strip()
    if not number or len(number) > 40 or not number.replace("-", "").replace("/", "").isalnum():
        refuse("Scrivi il numero della visura (VERCOR).", "Write the number of the visura (VERCOR).", field="vercor")
    if made_on is None or made_on > today():
        refuse(
            "Scrivi il giorno della visura, fino a oggi.", "Write the day of the visura, up to today.", field="made_on"
        )
    if kind == Visura.DEGGENDORF and listed is None:
        refuse("Di’ se l’impresa è nell’elenco.", "Say whether the enterprise is in the list.", field="listed")
    rows = Visura.objects.filter(
        kind=kind, subject_type=subject_type, subject_id=subject_id, tax_code=enterprise.tax_code
    )
    if rows.filter(state=Visura.ASKED).exists():
        refuse(
            "Questa visura è già stata chiesta al RNA: aspetta la risposta.",
            "This visura was asked of the RNA already: wait for the answer.",
            field="kind",
        )
    others = [{"tax_code": code, "name": name} for code, name in members] if kind == Visura.DE_MINIMIS else []
    told = {"listed": listed} if kind == Visura.DEGGENDORF else {}
    last = rows.order_by("pk").last()
    told_now = (number, made_on, told, others)
    if last is not None and upload is None and (last.vercor, last.made_on, last.told, last.members) == told_now:
        return unchanged(last)
    document = store_upload(actor=actor, upload=upload, purpose="proof", accept=("pdf",)) if upload else None
    made = Visura.objects.create(
        kind=kind, tax_code=enterprise.tax_code, enterprise=enterprise, office=office, subject_type=subject_type,
        subject_id=subject_id, state=Visura.ANSWERED, vercor=number, made_on=made_on, told=told, members=others, document=document,
        asked_by_id=actor.user_id, asked_at=now(), answered_at=now(),
    )  # fmt: skip
    note(kind=kind, vercor=number, subject=f"{subject_type}:{subject_id}")
    rna_hooks.tell_visura(actor, made)
    return made


def visura_answered(*, actor: Actor, request: ExternalRequest) -> None:
    """The RNA answered a visura; called by exchange, again after a crash: then it does nothing."""
    row = Visura.objects.filter(request=request).first()
    if row is not None and row.state == Visura.ASKED:
        record_visura(actor=actor, visura=row)


@service("aid.record_visura")
def record_visura(*, actor: Actor, visura: Visura) -> Visura:
    """Keep the document that came, with its VERCOR and what it says; or why the RNA would not give it."""
    held = Visura.objects.select_for_update(of=("self",)).select_related("request").get(pk=visura.pk)
    if held.state != Visura.ASKED or held.request is None:
        return unchanged(held)
    answer = held.request.answer or {}
    held.answered_at = now()
    if held.request.outcome != "answered":
        held.state, held.problem = Visura.REFUSED, str(answer.get("reason", "")) or "RNA"
    else:
        held.made_on = date.fromisoformat(answer["on"]) if answer.get("on") else today()
        held.vercor, held.told = answer["vercor"], {name: answer.get(name) for name in ("aids", "total", "listed")}
        try:
            held.document, held.state = _document(held), Visura.ANSWERED
        except (LookupError, Refused) as error:
            why = error.reason.it if isinstance(error, Refused) else str(error)
            held.state, held.problem = Visura.REFUSED, f"Il documento della visura non si può conservare: {why}"
    held.save()
    note(kind=held.kind, state=held.state, vercor=held.vercor)
    rna_hooks.tell_visura(actor, held)
    return held


def _document(held: Visura) -> StoredFile:
    assert held.request is not None
    with transaction.atomic():
        return store_bytes(
            actor=system("aid.record_visura"),
            name=f"Visura {held.get_kind_display().removeprefix('Visura ')} {held.tax_code} {held.made_on}.pdf",
            content=rna_document(held.request),
            purpose="proof",
        )
