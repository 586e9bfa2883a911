"""What came from the RNA and is read again from the history of a request."""

from levante.exchange.client import NoUsableAnswer
from levante.exchange.models import ExternalRequest, WireMessage
from levante.exchange.soap import NotXml, file_of, read_xml


def document_in(request: ExternalRequest) -> bytes:
    """The PDF of a visura that was answered, from the message it came in. ``LookupError`` when there is none."""
    rows = WireMessage.objects.filter(attempt__request=request, operation="ScaricaVisura").order_by("-id")
    for row in rows:
        try:
            found = file_of(read_xml(row.received.encode("utf-8")), "visura")
        except (NotXml, NoUsableAnswer):
            continue
        if found.startswith(b"%PDF-"):
            return found
    raise LookupError(f"request {request.pk} has no document")
