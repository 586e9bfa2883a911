"""SOAP 1.1, as much of it as the registers of the State speak: one element in, one element out, base64 files inside.

What comes back is read without entities, without a DTD, within a size; what is no answer to the question is no answer.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from lxml import etree

from levante.exchange.asked import Said, tell
from levante.exchange.client import NoUsableAnswer, post

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
#: Of an answer that was of no use the history keeps the beginning.
KEPT_OF_USELESS = 20_000


def enveloped(content: Any) -> bytes:
    """An element in its envelope, as it goes over the wire."""
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soapenv": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def basic(user: str, password: str) -> str:
    """The header of HTTP Basic, sent with the first request: these systems never ask for it."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def call(
    address: str,
    content: Any,
    *,
    answer: str,
    action: str = "",
    headers: dict[str, str] | None = None,
    shown: Any = None,
    largest: int | None = None,
) -> Any:
    """Say ``content`` and give back the element named ``answer`` (its local name) of the body that comes back.

    ``shown`` is kept in the history in the place of ``content`` when that holds a secret. ``NoUsableAnswer`` for a fault, an
    error, something that is not XML, an answer to another question.
    """
    operation = _local(content)
    kept = enveloped(content if shown is None else shown).decode("utf-8")
    wanted = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"', **(headers or {})}
    try:
        reply = post(address, enveloped(content), wanted, largest=largest)
    except NoUsableAnswer as error:
        tell(Said(operation, kept, "", error.status))
        raise
    text = reply.data.decode("utf-8", errors="replace").replace("\x00", "\ufffd")
    try:
        found = _understand(reply.status, reply.data, answer)
    except NoUsableAnswer:
        tell(Said(operation, kept, text[:KEPT_OF_USELESS], reply.status))
        raise
    tell(Said(operation, kept, text, reply.status))
    return found


def _understand(status: int, data: bytes, answer: str) -> Any:
    if status in {401, 403}:
        raise NoUsableAnswer(f"they do not accept our credentials ({status})", status)
    try:
        root = read_xml(data)
    except NotXml as error:
        problem = f"their error {status}" if status >= 500 or status == 429 else f"status {status}, and {error}"
        raise NoUsableAnswer(problem, status) from error
    body = root.find(f"{{{ENVELOPE}}}Body") if root.tag == f"{{{ENVELOPE}}}Envelope" else None
    inside = next(iter(body), None) if body is not None else None
    if inside is None:
        raise NoUsableAnswer(f"status {status}, and the answer is not a SOAP message", status)
    if inside.tag == f"{{{ENVELOPE}}}Fault":
        raise NoUsableAnswer(f"their fault: {text_of(inside, 'faultstring')[:300] or 'unnamed'}", status)
    if status != 200:
        raise NoUsableAnswer(f"their error {status}", status)
    if _local(inside) != answer:
        raise NoUsableAnswer(f"the answer is {_local(inside)[:60]}, not {answer}", status)
    return inside


class NotXml(ValueError):
    """Bytes that are not XML, or XML that would have us read something else."""


def read_xml(data: bytes) -> Any:
    """The root of a document from outside: no DTD, no entities, nothing fetched, no monstrous depth. ``NotXml`` otherwise."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml("the answer is not XML") from error
    if root is None or root.getroottree().docinfo.doctype:
        raise NotXml("the answer declares a document type")
    return root


def elements(parent: Any, name: str) -> Iterable[Any]:
    """The elements of a local name, at any depth: these systems do not keep to one namespace."""
    return (element for element in parent.iter() if isinstance(element.tag, str) and _local(element) == name)


def text_of(parent: Any, name: str) -> str:
    """The text of the first element of that local name; empty without."""
    found = next(iter(elements(parent, name)), None)
    return "" if found is None else (found.text or "").strip()


def file_of(parent: Any, name: str) -> bytes:
    """The bytes of an element in base64; empty without. ``NoUsableAnswer`` when it is not base64."""
    try:
        return base64.b64decode("".join(text_of(parent, name).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoUsableAnswer(f"{name} is not base64") from error


def contents_of(message: str) -> list[tuple[str, str]]:
    """The XML files inside a message kept in the history, with the element each is in: for an operator to read."""
    try:
        root = read_xml(message.encode("utf-8"))
    except NotXml:
        return []
    found = []
    for element in root.iter():
        text = (element.text or "").strip() if isinstance(element.tag, str) and len(element) == 0 else ""
        if len(text) > 24:
            try:
                data = base64.b64decode("".join(text.split()), validate=True)
                read_xml(data)
            except (binascii.Error, NotXml, ValueError):
                continue
            found.append((_local(element), data.decode("utf-8", errors="replace")))
    return found


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)
