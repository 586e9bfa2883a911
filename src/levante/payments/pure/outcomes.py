"""Reads what a bank answers: ``pain.002`` (what it makes of an order) and ``camt.053``/``camt.054`` (what moved on the account).

Any version of them, recognised by the namespace; a part we do not know is passed over. Streamed, one transaction at a time.
Document types and entities are refused, and so is a file over ``LARGEST``. ``Unreadable`` says what is wrong and where.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from lxml import etree

from levante.kernel.pure import Bilingual, euro
from levante.payments.pure.reasons import reason_words

LARGEST = 200 * 1024 * 1024

ACCEPTED, PENDING, EXECUTED, REJECTED, RETURNED = "accepted", "pending", "executed", "rejected", "returned"
KINDS = (ACCEPTED, PENDING, EXECUTED, REJECTED, RETURNED)

#: Statuses of ``pain.002``; ``PART`` (some yes, some no) says nothing of any one transaction.
STATUSES = {
    "RCVD": PENDING, "PDNG": PENDING, "ACTC": ACCEPTED, "ACCP": ACCEPTED, "ACSP": ACCEPTED, "ACWC": ACCEPTED,
    "ACSC": EXECUTED, "ACCC": EXECUTED, "RJCT": REJECTED, "CANC": REJECTED,
}  # fmt: skip

_NAMESPACE = re.compile(r"(pain\.002|camt\.053|camt\.054)\.\d{3}\.\d{2}")
_PROVIDED = {"", "NOTPROVIDED", "NOTAPPLICABLE"}


class Unreadable(ValueError):
    """A file that is not an answer of a bank, or a part of it that makes no sense."""

    def __init__(self, where: str, it: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.reason = where, Bilingual(it, en)

    def as_json(self) -> dict[str, Any]:
        return {"error": {"field": self.where, "message": self.reason.it, "message_en": self.reason.en}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one payment, or, with no ``end_to_end_id``, of every payment of ``message_id`` (the id of our file) of which
    nothing else is said. ``amount`` and ``on`` are there when the bank says them (always on a statement): the amount of one payment, or,
    of a file that the bank booked in one entry, of all those together."""

    kind: str
    message_id: str
    end_to_end_id: str
    status: str
    code: str
    reason: Bilingual
    amount: Decimal | None = None
    on: date | None = None


def read_outcomes(stream: BinaryIO) -> Iterator[Outcome]:
    """The outcomes of a file, in its order. ``Unreadable`` may come in the middle: what was read before it is not to be kept."""
    family = message = ""
    without: list[Outcome] = []
    details = named = 0
    for event, element in _events(stream):
        family = family or _family_of(element)
        if event == "start":
            continue
        name = _name(element)
        if name == "OrgnlGrpInfAndSts":
            message = _text(element, "OrgnlMsgId")
            yield from _of_group(element, message, "GrpSts")
        elif name == "TxInfAndSts":
            yield _of_transaction(element, message)
            _forget(element)
        elif name == "OrgnlPmtInfAndSts":
            yield from _of_group(element, message, "PmtInfSts")  # of the whole file: we write one such part in each
            _forget(element)
        elif name == "TxDtls":
            details += 1
            for one in _of_entry(element):
                named += 1
                if one.amount is None:
                    without.append(one)
                else:
                    yield one
            _forget(element)
        elif name == "Ntry":
            yield from _of_whole(element, without, details)
            if not named:
                yield from _of_batch(element)
            without, details, named = [], 0, 0
            _forget(element)
    if not family:
        raise Unreadable("$", "il file è vuoto", "the file is empty")


def _events(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Elements as they begin and end; comments and instructions are passed over."""
    parser = etree.XMLPullParser(events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False)
    left = LARGEST
    try:
        while chunk := stream.read(1 << 16):
            left -= len(chunk)
            if left < 0:
                raise Unreadable("$", "il file è troppo grande", "the file is too large")
            parser.feed(chunk)
            yield from ((event, one) for event, one in parser.read_events() if isinstance(one.tag, str))
        parser.close()
        yield from ((event, one) for event, one in parser.read_events() if isinstance(one.tag, str))
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            f"line {error.lineno or 1}",
            "non è XML ben formato, o è troncato",
            f"it is not well-formed XML, or is cut: {error.msg}",
        ) from error


def _family_of(root: Any) -> str:
    if root.getroottree().docinfo.doctype:
        raise Unreadable("line 1", "un tipo di documento (DOCTYPE) non è ammesso", "a document type is not allowed")
    found = _NAMESPACE.search(etree.QName(root).namespace or "")
    if found is None:
        raise Unreadable(
            f"line {root.sourceline}",
            "non è un pain.002, un camt.053 o un camt.054 (lo dice lo spazio dei nomi dell’elemento radice)",
            "it is not a pain.002, a camt.053 or a camt.054 (the namespace of the root element says so)",
        )
    return found.group(1)


# -- pain.002


def _of_group(element: Any, message: str, tag: str) -> Iterator[Outcome]:
    status = _text(element, tag)
    if not status or status == "PART":
        return
    yield _outcome(element, message, "", status)


def _of_transaction(element: Any, message: str) -> Outcome:
    ours = _text(element, "OrgnlEndToEndId") or _text(element, "OrgnlInstrId")
    status = _text(element, "TxSts")
    if ours in _PROVIDED:
        raise _wrong(
            element,
            "OrgnlEndToEndId",
            "manca: non si sa di quale pagamento parla",
            "it is missing: of which payment is it?",
        )
    if status in ("", "PART"):
        raise _wrong(element, f"{ours}/TxSts", "manca lo stato del pagamento", "the status of the payment is missing")
    amount = _find(element, "OrgnlTxRef", "Amt", "InstdAmt")
    return _outcome(element, message, ours, status, None if amount is None else _amount(amount, ours))


def _outcome(element: Any, message: str, ours: str, status: str, amount: Decimal | None = None) -> Outcome:
    kind = STATUSES.get(status)
    if kind is None:
        raise _wrong(
            element,
            f"{ours or message}/TxSts",
            f"lo stato {status!r} non è noto",
            f"the status {status!r} is not known",
        )
    information = _find(element, "StsRsnInf")
    code = said = ""
    if information is not None:
        code = _text(information, "Rsn", "Cd") or _text(information, "Rsn", "Prtry")
        said = _text(information, "AddtlInf")
    reason = reason_words(code[:35], said[:300]) if kind == REJECTED or code else Bilingual("", "")
    return Outcome(kind, message, ours, status, code[:35], reason, amount)


# -- camt.053, camt.054


def _of_entry(element: Any) -> Iterator[Outcome]:
    ours = _text(element, "Refs", "EndToEndId")
    if ours in _PROVIDED:
        return  # another movement of the account: not of our payments
    entry = next((one for one in element.iterancestors() if _name(one) == "Ntry"), None)
    if entry is None:
        raise _wrong(element, ours, "il dettaglio non sta in una scrittura (Ntry)", "the detail is in no entry (Ntry)")
    booked = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if booked != "BOOK":
        return  # announced, not there yet
    back = _find(element, "RtrInf")
    returned = _is_back(entry, _text(element, "CdtDbtInd") or _text(entry, "CdtDbtInd"), element, ours)
    amount = _find(element, "Amt")
    amount = amount if amount is not None else _find(element, "AmtDtls", "TxAmt", "Amt")
    code = (_text(back, "Rsn", "Cd") or _text(back, "Rsn", "Prtry")) if back is not None else ""
    said = _text(back, "AddtlInf") if back is not None else ""
    on = _day_of(entry, element, ours)
    kind = RETURNED if returned else EXECUTED
    reason = reason_words(code[:35], said[:300]) if returned else Bilingual("", "")
    worth = None if amount is None else _amount(amount, ours)
    yield Outcome(kind, _text(element, "Refs", "MsgId"), ours, booked, code[:35], reason, worth, on)


def _of_batch(entry: Any) -> Iterator[Outcome]:
    """An entry that names none of our payments, and the file that they came in (``Btch``): all of them together, with their sum."""
    booked = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    details = [one for one in entry if _name(one) == "NtryDtls"]
    for one in details:
        batch = _find(one, "Btch")
        message = (_text(batch, "PmtInfId") or _text(batch, "MsgId")) if batch is not None else ""
        if message in _PROVIDED or booked != "BOOK":
            continue
        total = _find(batch, "TtlAmt")
        if total is None and len(details) == 1:
            total = _find(entry, "Amt")
        if total is None:
            raise _wrong(entry, f"{message}/Amt", "manca l’importo", "the amount is missing")
        back = _is_back(entry, _text(batch, "CdtDbtInd") or _text(entry, "CdtDbtInd"), one, message)
        reason = reason_words("", "") if back else Bilingual("", "")
        on = _day_of(entry, one, message)
        yield Outcome(RETURNED if back else EXECUTED, message, "", booked, "", reason, _amount(total, message), on)


def _is_back(entry: Any, side: str, at: Any, ours: str) -> bool:
    """Whether the money came back to the account."""
    if side not in ("DBIT", "CRDT"):
        raise _wrong(at, f"{ours}/CdtDbtInd", "non dice se è dare o avere", "it does not say debit or credit")
    return side == "CRDT" or _text(entry, "RvslInd") == "true"


def _day_of(entry: Any, at: Any, ours: str) -> date:
    """The day on which it was booked, or else its value date."""
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")[:10]
    day = day or _text(entry, "ValDt", "Dt") or _text(entry, "ValDt", "DtTm")[:10]
    try:
        return date.fromisoformat(day[:10])
    except ValueError as error:
        raise _wrong(
            at,
            f"{ours}/BookgDt",
            "la data di contabilizzazione manca o non è una data",
            "the booking date is missing or is not a day",
        ) from error


def _of_whole(entry: Any, without: list[Outcome], details: int) -> Iterator[Outcome]:
    """The one detail of an entry has its amount from the entry; of many, each must say its own."""
    amount = _find(entry, "Amt")
    for one in without:
        if details > 1 or amount is None:
            raise _wrong(entry, f"{one.end_to_end_id}/Amt", "manca l’importo", "the amount is missing")
        yield replace(one, amount=_amount(amount, one.end_to_end_id))


# -- inside


def _amount(element: Any, where: str) -> Decimal:
    text = (element.text or "").strip()
    if element.get("Ccy", "EUR") != "EUR":
        raise _wrong(element, f"{where}/Amt", "l’importo non è in euro", "the amount is not in euro")
    try:
        amount = euro(text) if re.fullmatch(r"\d{1,15}(\.\d{1,5})?", text) else None
    except ValueError:
        amount = None
    if amount is None:
        raise _wrong(element, f"{where}/Amt", f"{text[:30]!r} non è un importo", f"{text[:30]!r} is not an amount")
    return amount


def _wrong(element: Any, where: str, it: str, en: str) -> Unreadable:
    return Unreadable(f"{where[:80]} (line {element.sourceline})", it, en)


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _find(element: Any, *path: str) -> Any:
    for name in path:
        element = next((one for one in element if _name(one) == name), None)
        if element is None:
            return None
    return element


def _text(element: Any, *path: str) -> str:
    found = _find(element, *path)
    return (found.text or "").strip() if found is not None else ""


def _forget(element: Any) -> None:
    """Give back the memory of what was read: the element's inside, and the siblings before it that are done."""
    element.clear()
    parent, name = element.getparent(), element.tag
    while parent is not None and (before := element.getprevious()) is not None and before.tag == name:
        parent.remove(before)
