"""Writes an order of payment to a bank: SEPA credit transfers, ``pain.001.001.03`` and ``pain.001.001.09`` (ISO 20022).

Streamed: ten thousand transfers take the memory of one. The header says how many they are and how much they add up to *before*
they are written, so the caller tells it (a query knows); what is written is added up again, and a file that would lie is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from lxml import etree

from levante.kernel.pure import ZERO, Bilingual, euro, money_text
from levante.law.codes import check_iban
from levante.payments.pure.sepa_text import is_identifier, sepa_text

OLDER, NEWER = "pain.001.001.03", "pain.001.001.09"
VERSIONS = (OLDER, NEWER)
LONGEST_NAME, LONGEST_REASON = 70, 140
#: The largest amount of one SEPA transfer (EPC rulebook, AT-T002).
LARGEST = Decimal("999999999.99")


class Unwritable(ValueError):
    """An order that cannot be written: ``where`` names the transfer (its end-to-end id) or the part of the header."""

    def __init__(self, where: str, it: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.reason = where, Bilingual(it, en)


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account is charged. ``cuc`` is the code of the body in the CBI network, where its bank wants it."""

    name: str
    iban: str
    bic: str = ""
    cuc: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment: ``end_to_end_id`` is ours, comes back in every answer, and is never used for another payment."""

    end_to_end_id: str
    amount: Decimal
    name: str
    iban: str
    reason: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the file says of itself before its transfers. ``count`` and ``total`` are those of the transfers, told by the caller."""

    version: str
    message_id: str
    created_at: datetime
    executed_on: date
    payer: Payer
    count: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A name or a reason that the bank's characters do not allow as it is: what was written instead."""

    end_to_end_id: str
    given: str
    written: str


def write(out: BinaryIO, head: Head, transfers: Iterable[Transfer]) -> list[Rewritten]:
    """Write the file to ``out``; returns which names had to be written otherwise (at most a thousand of them are told).

    ``Unwritable`` for what no bank would take: an id that is too long or used twice, an IBAN that is wrong, an amount that is not
    one, a name without a letter, a sum or a count that is not what the header said. ``out`` is then to be thrown away.
    """
    _check(head)
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{head.version}"
    told: list[Rewritten] = []
    with etree.xmlfile(out, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element("Document", nsmap={None: namespace}), file.element("CstmrCdtTrfInitn"):
            file.write(_group(head))
            with file.element("PmtInf"):
                for part in _payment(head):
                    file.write(part)
                count, total = _write_each(file, head, transfers, told)
    if (count, total) != (head.count, euro(head.total)):
        raise Unwritable(
            head.message_id,
            f"il file direbbe {head.count} pagamenti per {money_text(head.total)} e ne contiene {count} per {money_text(total)}",
            f"the file would say {head.count} payments of {money_text(head.total)} and holds {count} of {money_text(total)}",
        )
    return told


def _write_each(file: Any, head: Head, transfers: Iterable[Transfer], told: list[Rewritten]) -> tuple[int, Decimal]:
    seen: set[str] = set()
    count, total = 0, ZERO
    for one in transfers:
        if not is_identifier(one.end_to_end_id) or one.end_to_end_id in seen:
            raise Unwritable(
                one.end_to_end_id[:60],
                "l’identificativo del pagamento manca, è troppo lungo o è già nel file",
                "the id of the payment is missing, too long or in the file already",
            )
        seen.add(one.end_to_end_id)
        file.write(_transfer(one, head.version, told))
        count, total = count + 1, total + one.amount
    return count, total


def _check(head: Head) -> None:
    if head.version not in VERSIONS:
        raise Unwritable(
            "version", "la versione del tracciato non è tra quelle note", "this version of the format is not known"
        )
    if not is_identifier(head.message_id):
        raise Unwritable("message_id", "l’identificativo del file non è valido", "the id of the file is not valid")
    if head.count < 1 or head.count > 999_999_999_999_999:
        raise Unwritable("count", "non c’è nessun pagamento", "there is no payment")
    if head.created_at.tzinfo is None:
        raise Unwritable("created_at", "l’istante non dice il suo fuso", "the instant does not say its offset")
    _iban("payer", head.payer.iban)
    if not sepa_text(head.payer.name, longest=LONGEST_NAME).text:
        raise Unwritable("payer", "manca il nome di chi paga", "the name of who pays is missing")


def _group(head: Head) -> Any:
    group = etree.Element("GrpHdr")
    _leaf(group, "MsgId", head.message_id)
    _leaf(group, "CreDtTm", head.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _leaf(group, "NbOfTxs", str(head.count))
    _leaf(group, "CtrlSum", money_text(head.total))
    group.append(_party("InitgPty", head.payer))
    return group


def _payment(head: Head) -> list[Any]:
    newer = head.version == NEWER
    root = etree.Element("x")
    _leaf(root, "PmtInfId", head.message_id)
    _leaf(root, "PmtMtd", "TRF")
    _leaf(root, "BtchBookg", "false")  # each payment an entry of its own, so that the statement says which was executed
    _leaf(root, "NbOfTxs", str(head.count))
    _leaf(root, "CtrlSum", money_text(head.total))
    _leaf(_leaf(_leaf(root, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    day = _leaf(root, "ReqdExctnDt", None if newer else head.executed_on.isoformat())
    if newer:
        _leaf(day, "Dt", head.executed_on.isoformat())
    root.append(_party("Dbtr", Payer(head.payer.name, head.payer.iban)))
    _leaf(_leaf(_leaf(root, "DbtrAcct"), "Id"), "IBAN", check_iban(head.payer.iban).normalised)
    root.append(_agent("DbtrAgt", head.payer.bic, newer))
    _leaf(root, "ChrgBr", "SLEV")
    return list(root)


def _transfer(one: Transfer, version: str, told: list[Rewritten]) -> Any:
    where = one.end_to_end_id
    try:
        amount = euro(one.amount)
    except ValueError as error:
        raise Unwritable(where, "l’importo non è in euro e centesimi", "the amount is not in euro and cents") from error
    if not 0 < amount <= LARGEST:
        raise Unwritable(where, "l’importo non è tra quelli di un bonifico", "the amount is not that of a transfer")
    name, reason = sepa_text(one.name, longest=LONGEST_NAME), sepa_text(one.reason, longest=LONGEST_REASON)
    if not name.text:
        raise Unwritable(
            where, "il nome del beneficiario non si può scrivere", "the name of the payee cannot be written"
        )
    for given, written in ((one.name, name), (one.reason, reason)):
        if written.changed and len(told) < 1000:
            told.append(Rewritten(where, given, written.text))
    root = etree.Element("CdtTrfTxInf")
    ids = _leaf(root, "PmtId")
    _leaf(ids, "InstrId", where)
    _leaf(ids, "EndToEndId", where)
    _leaf(_leaf(root, "Amt"), "InstdAmt", money_text(amount)).set("Ccy", "EUR")
    if one.bic:
        root.append(_agent("CdtrAgt", one.bic, version == NEWER))
    _leaf(_leaf(root, "Cdtr"), "Nm", name.text)
    _leaf(_leaf(_leaf(root, "CdtrAcct"), "Id"), "IBAN", _iban(where, one.iban))
    if reason.text:
        _leaf(_leaf(root, "RmtInf"), "Ustrd", reason.text)
    return root


def _party(tag: str, payer: Payer) -> Any:
    root = etree.Element(tag)
    _leaf(root, "Nm", sepa_text(payer.name, longest=LONGEST_NAME).text)
    if payer.cuc:
        other = _leaf(_leaf(_leaf(root, "Id"), "OrgId"), "Othr")
        _leaf(other, "Id", payer.cuc)
        _leaf(other, "Issr", "CBI")
    return root


def _agent(tag: str, bic: str, newer: bool) -> Any:
    root = etree.Element(tag)
    agent = _leaf(root, "FinInstnId")
    if bic:
        _leaf(agent, "BICFI" if newer else "BIC", bic)
    else:
        _leaf(_leaf(agent, "Othr"), "Id", "NOTPROVIDED")
    return root


def _iban(where: str, iban: str) -> str:
    checked = check_iban(iban)
    if not checked:
        raise Unwritable(where, f"IBAN: {checked.reason.it}", f"IBAN: {checked.reason.en}")
    return checked.normalised


def _leaf(parent: Any, tag: str, text: str | None = None) -> Any:
    child = etree.SubElement(parent, tag)
    child.text = text
    return child
