"""The control trail of a file (pista di controllo): everything that is known of an application, in one ZIP that proves itself.

Streamed: one document at a time is open, whatever the size. What was erased stays erased, and the index says so. The checksums
close the archive; receipts and letters bring the proofs of others with them.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import IO, Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from levante.applications.api import (
    Application,
    Attachment,
    BulkItem,
    BulkRun,
    CheckOutcome,
    Evaluation,
    EvaluationFile,
    EvaluationSession,
    FileDecision,
    GroupMember,
    IntegrationRequest,
    OfficeFilling,
    PlaceOffer,
    Ranking,
    RankingOrder,
    Sheet,
    SigningCopy,
    StampMark,
    examination_term,
    opens_to,
    print_application,
    ranking_act_of,
    receipt_for,
    timeline,
)
from levante.documents.api import PdfUnavailable, StoredFile, harmless_name, path_of
from levante.grants.models import ArrivalOrder, ArrivalPlace, Award, AwardAct, RegisterTask
from levante.grants.policies import may_read_trail
from levante.grants.trail_parts import row_of, rows_of, trail_parts
from levante.kernel.api import Actor, note, now, require, service
from levante.kernel.models import AuditEntry
from levante.letters.api import Dispatch, Letter, LetterReceipt, LetterRun
from levante.register.api import Entry, entries_about, receipt_of

CHUNK = 256 * 1024
FORMAT = "levante.trail/1"

README = """PISTA DI CONTROLLO · CONTROL TRAIL

pratica.json      la domanda, l'istruttoria, la valutazione, i posti in graduatoria, gli atti
pratica.pdf       la domanda come si legge (dove questa macchina fa PDF)
documenti/        i documenti allegati e consegnati, le firme
registro/         le ricevute del registro: si verificano senza di noi con "levante register verify"
lettere/          le lettere, i messaggi PEC (.eml) e le loro ricevute
atti/             gli atti di concessione, e quelli delle graduatorie
verbali/          i verbali delle sedute che hanno deciso della domanda, come scritti e come firmati
rendicontazione   le domande di pagamento, i documenti di spesa, le prove, le verifiche, le varianti (.json e cartella)
pagamenti         i conti, i controlli prima di pagare con esito e data, le liquidazioni, gli ordini, che cosa ha detto la banca
controlli         campioni, controlli sul posto, revoche, recuperi, versamenti (.json e cartella)
bozza.jsonl       ogni salvataggio della bozza: chi, quando, quale risposta da che cosa a che cosa
audit.jsonl       ogni scrittura: chi, che cosa, quando
indice.json       che cosa c'e' e che cosa manca, con il motivo (per esempio cancellato)
SHA256SUMS        le impronte: "sha256sum -c SHA256SUMS"

What was erased by law is not here: the index says so.
"""


@service("grants.export_trail")
def export_trail(*, actor: Actor, application: Application) -> Application:
    """Say that somebody took the whole file out; the archive itself is ``trail_of``."""
    require(may_read_trail(actor, application))
    note(number=application.number)
    return application


def name_of(application: Application) -> str:
    return f"pista-{str(application.number).replace('/', '-')}.zip"


class _Outlet:
    """Where a ZIP is written and from where it is taken away piece by piece: nothing accumulates."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.at = 0

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        self.at += len(data)
        return len(data)

    def tell(self) -> int:
        return self.at

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        taken = b"".join(self.pieces)
        self.pieces.clear()
        return taken


def trail_of(application: Application, *, reader: Actor) -> Iterator[bytes]:
    """The archive, piece by piece. Minutes tell of other files too: ``reader`` gets those of which every file opens to them."""
    outlet, sums, index = _Outlet(), [], list[dict[str, Any]]()
    instant = now()
    with zipfile.ZipFile(cast(IO[bytes], outlet), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces, missing in _contents(application, reader):
            if missing:
                index.append({"name": name, "missing": missing})
                continue
            digest, size = hashlib.sha256(), 0
            with archive.open(_entry(name, instant), "w", force_zip64=True) as out:
                for piece in pieces:
                    out.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    yield outlet.take()
            sums.append(f"{digest.hexdigest()}  {name}\n")
            index.append({"name": name, "sha256": digest.hexdigest(), "bytes": size})
        told = {"format": FORMAT, "number": application.number, "made_at": instant.isoformat(), "contents": index}
        listing = _json(told)
        sums.append(f"{hashlib.sha256(listing).hexdigest()}  indice.json\n")
        archive.writestr(_entry("indice.json", instant), listing)
        archive.writestr(_entry("SHA256SUMS", instant), "".join(sums))
    yield outlet.take()


def _entry(name: str, instant: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, instant.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


#: Name in the archive, its bytes, and why they are not there.
Content = tuple[str, Iterable[bytes], str]


def _contents(application: Application, reader: Actor) -> Iterator[Content]:
    yield "LEGGIMI.txt", [README.encode()], ""
    yield "pratica.json", [_json(record_of(application))], ""
    yield _paper(application)
    yield from _documents(application)
    yield from _register(application)
    yield from _letters(application)
    yield from _acts(application, reader)
    yield from _minutes(application, reader)
    parts = trail_parts(application, reader)
    for part in parts:
        yield f"{part.name}.json", [_json(part.record())], ""
        for name, file, missing in part.files:
            yield (f"{part.name}/{name}", (), missing) if missing else _file(f"{part.name}/{name}", file)
    yield "bozza.jsonl", _savings(application), ""
    yield "audit.jsonl", _audit(application, [rows for part in parts for rows in part.about]), ""


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()


def _paper(application: Application) -> Content:
    try:
        content = print_application(application, application.frozen or {}, application.frozen_sha256 or "")
    except PdfUnavailable as problem:
        return "pratica.pdf", (), problem.reason.it
    return "pratica.pdf", [content], ""


def _file(name: str, file: StoredFile | None) -> Content:
    """A stored file under a name that is harmless; gone, the index says so."""
    if file is None:
        return name, (), "mai fatto"
    path = path_of(file.sha256)
    if not path.exists():
        return name, (), "cancellato"

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as source:
            while piece := source.read(CHUNK):
                yield piece

    return name, pieces(), ""


def _documents(application: Application) -> Iterator[Content]:
    attached = Attachment.objects.filter(application=application).select_related("file").order_by("pk")
    for place, row in enumerate(attached, 1):
        yield _file(f"documenti/{place:03d}-{harmless_name(row.file.name)}", row.file)
    for signature in application.signatures.select_related("file").order_by("pk"):
        if signature.file is not None:
            yield _file(f"documenti/firma-{signature.pk}-{harmless_name(signature.file.name)}", signature.file)
    for member in application.members.exclude(proxy=None).select_related("proxy").order_by("pk"):
        assert member.proxy is not None
        yield _file(f"documenti/procura-{member.pk}-{harmless_name(member.proxy.name)}", member.proxy)


def _register(application: Application) -> Iterator[Content]:
    """The receipts: of the application, and of every entry about it and about its rankings."""
    own = receipt_for(application)
    if own is not None:
        yield "registro/ricevuta-domanda.json", [own.to_bytes()], ""
    subjects = [f"application:{application.pk}"]
    subjects += [f"ranking:{pk}" for pk in application.ranking_rows.order_by("pk").values_list("ranking_id", flat=True)]
    for subject in subjects:
        for entry in entries_about(subject):
            yield _receipt(entry)


def _receipt(entry: Entry) -> Content:
    name = f"registro/{entry.kind}-{entry.number.replace('/', '-')}.json"
    try:
        return name, [receipt_of(entry).to_bytes()], ""
    except ValueError:
        return name, (), "cancellato"


def _letters(application: Application) -> Iterator[Content]:
    for letter in Letter.objects.about(application).select_related("document__file").order_by("pk"):
        lead = f"lettere/{letter.pk}-{letter.kind}"
        yield f"{lead}/lettera.json", [_json(row_of(letter))], ""
        if letter.document is not None:
            yield _file(f"{lead}/lettera.pdf", letter.document.file)
        for going in letter.dispatches.select_related("mail", "proof").order_by("serial"):
            if going.mail is not None:
                yield _file(f"{lead}/invio-{going.serial}.eml", going.mail)
            if going.proof is not None:
                yield _file(f"{lead}/prova-{going.serial}-{harmless_name(going.proof.name)}", going.proof)
            for receipt in going.receipts.select_related("file").order_by("pk"):
                yield _file(f"{lead}/ricevuta-{going.serial}-{receipt.pk}-{receipt.kind}.eml", receipt.file)


#: Why a paper that tells of other files is not there.
_OF_ANOTHER = "parla di una domanda che a chi ha preso la pista non si apre (art. 6-bis L. 241/1990)"


def _closed_to(reader: Actor, told: "models.QuerySet[Application]") -> bool:
    return told.annotate(opens=opens_to(reader)).filter(opens=False).exists()


def _acts(application: Application, reader: Actor) -> Iterator[Content]:
    """The texts of its acts: of an award that is not adopted yet, where each of its files opens to the reader; what is adopted,
    and a published list, are public."""
    awards = Award.objects.filter(application=application).select_related("act__document__file").order_by("pk")
    for act in {award.act_id: award.act for award in awards}.values():
        if act.document is None:
            continue
        if not act.number and _closed_to(reader, Application.objects.filter(awards__act=act)):
            yield f"atti/atto-{act.pk}.pdf", (), _OF_ANOTHER
        else:
            yield _file(f"atti/atto-{act.pk}.pdf", act.document.file)
    published = Ranking.objects.filter(rows__application=application, state=Ranking.PUBLISHED)
    for ranking in published.defer("snapshot").order_by("pk"):
        text = ranking_act_of(ranking)
        if text is not None:
            yield _file(f"atti/graduatoria-{ranking.pk}.pdf", text.file)


def _minutes(application: Application, reader: Actor) -> Iterator[Content]:
    """The minutes of the sessions that decided of the file (art. 6-bis L. 241/1990 for what else they tell of)."""
    sessions = EvaluationSession.objects.filter(decisions__file__application=application, minutes__isnull=False)
    for session in sessions.select_related("minutes__file", "signed").order_by("pk"):
        name = f"verbali/verbale-{session.number}"
        told = Application.objects.filter(evaluation_file__decisions__session=session)
        if _closed_to(reader, told):
            yield f"{name}.pdf", (), _OF_ANOTHER
            continue
        assert session.minutes is not None
        yield _file(f"{name}.pdf", session.minutes.file)
        if session.signed is not None:
            yield _file(f"{name}-firmato-{harmless_name(session.signed.name)}", session.signed)


def _savings(application: Application) -> Iterator[bytes]:
    """The history of the draft, one saving a line, as it went: what changed from what, and what could not be written."""
    for row in application.savings.select_related("user").order_by("revision").iterator(chunk_size=200):
        yield _line({**row_of(row), "who": str(row.user) if row.user is not None else None})


#: Whatever services say they wrote about, when it is not the application itself: with its way to the application.
ABOUT: tuple[tuple[type[models.Model], str], ...] = (
    (GroupMember, "application"), (OfficeFilling, "application"), (Attachment, "application"), (StampMark, "application"),
    (SigningCopy, "application"), (CheckOutcome, "application"), (IntegrationRequest, "application"),
    (BulkRun, "items__application"), (Evaluation, "files__application"), (EvaluationFile, "application"),
    (Sheet, "file__application"), (FileDecision, "file__application"),
    (EvaluationSession, "decisions__file__application"), (Ranking, "rows__application"),
    (RankingOrder, "ranking__rows__application"), (PlaceOffer, "application"), (ArrivalOrder, "places__application"),
    (Award, "application"), (AwardAct, "awards__application"), (RegisterTask, "award__application"),
)  # fmt: skip


def _audit(application: Application, more: Iterable["models.QuerySet[Any]"] = ()) -> Iterator[bytes]:
    """Every write about the application, its draft, evaluation, lists, awards and letters, and about ``more`` rows, in order."""
    letters = Letter.objects.about(application).values("pk")
    about: list[models.QuerySet[Any]] = [
        *(model._default_manager.filter(**{path: application}) for model, path in ABOUT),
        Letter.objects.filter(pk__in=letters),
        Dispatch.objects.filter(letter__in=letters),
        LetterReceipt.objects.filter(dispatch__letter__in=letters),
        LetterRun.objects.filter(items__letter__in=letters),
        *more,
    ]
    wanted = models.Q(object_type=Application._meta.label, object_id=str(application.pk))
    for rows in about:
        ids = {str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)}
        if ids:
            wanted |= models.Q(object_type=rows.model._meta.label, object_id__in=sorted(ids))
    for row in AuditEntry.objects.filter(wanted).order_by("id").iterator(chunk_size=1000):
        yield _line(
            {
                "id": row.pk, "at": row.at, "who": row.actor_label, "user": row.user_id, "verb": row.verb,
                "object": f"{row.object_type}:{row.object_id}", "data": row.data,
            }
        )  # fmt: skip


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder).encode() + b"\n"


# -- the record


def record_of(application: Application) -> dict[str, Any]:
    """Everything the rooms know of an application, as JSON."""
    term = examination_term(application)
    rows: dict[str, Callable[[], Any]] = {
        "application": lambda: row_of(application),
        "call": lambda: {"code": application.opening.call.code, "opening": application.opening.code},
        "examination_term": lambda: {"due_on": term[0], "steps": [line.as_json() for line in term[1]]} if term else None,
        "conflict_declarations": lambda: rows_of(application.conflict_declarations),
        "checks": lambda: rows_of(application.checks),
        "integrations": lambda: rows_of(application.integrations),
        "notices": lambda: rows_of(application.notices),
        "deadlines": lambda: rows_of(application.deadlines),
        "later_documents": lambda: rows_of(application.later_documents),
        "members": lambda: rows_of(application.members),
        "timeline": lambda: [
            {"at": one.at, "title": one.title.it, "text": one.text.it, "who": str(one.who), "internal": one.is_internal}
            for one in timeline(application, internal=True)
        ],
        "evaluation": lambda: _evaluation(application),
        "places": lambda: [
            {**row_of(row), "sha256": row.ranking.sha256, "number": row.ranking.number, "version": row.ranking.version}
            for row in application.ranking_rows.select_related("ranking").defer("ranking__snapshot").order_by("pk")
        ],
        "arrival": lambda: rows_of(ArrivalPlace.objects.filter(application=application)),
        "offers": lambda: rows_of(application.place_offers),
        "bulk": lambda: rows_of(BulkItem.objects.filter(application=application)),
        "awards": lambda: rows_of(application.awards),
        "register_tasks": lambda: rows_of(RegisterTask.objects.filter(award__application=application)),
        "acts": lambda: [_act(row) for row in AwardAct.objects.filter(awards__application=application).distinct().order_by("pk")],
    }  # fmt: skip
    return {name: made() for name, made in rows.items()}


def _evaluation(application: Application) -> dict[str, Any] | None:
    evaluation = Evaluation.objects.filter(files__application=application).first()
    if evaluation is None:
        return None
    sheets = Sheet.objects.filter(file__application=application).select_related("seat__user").order_by("pk")
    return {
        "state": evaluation.state,
        "sheets": [
            {
                **row_of(sheet),
                "judge": str(sheet.seat.user) if sheet.seat is not None else None,
                "scores": rows_of(sheet.scores),
            }
            for sheet in sheets.prefetch_related("scores")
        ],
        "file": [
            {**row_of(file), "events": rows_of(file.events), "decisions": rows_of(file.decisions)}
            for file in evaluation.files.filter(application=application)
        ],
    }


def _act(act: AwardAct) -> dict[str, Any]:
    """An act of award with its number, visa and publication, and how the system of acts was asked for it; what it says of
    other firms is in its text."""
    asked = act.request
    if asked is None:
        return {**row_of(act), "request": None}
    told = ("key", "state", "their_id", "answer", "created_at", "answered_at", "applied_at")
    request = {name: getattr(asked, name) for name in told}
    return {**row_of(act), "request": {**request, "attempts": rows_of(asked.attempts)}}
