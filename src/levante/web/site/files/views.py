from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse

from levante.applications.api import TO_DECLARE, EvaluationSession, Ranking, closing, may_read
from levante.documents.api import GeneratedDocument, StoredFile, path_of
from levante.grants.api import AwardAct
from levante.kernel.api import Actor, require
from levante.payments.api import Liquidation, PaymentOrder
from levante.web.access import signed_in


@signed_in
def download(request: HttpRequest, file_id: int) -> HttpResponse:
    """A stored file, to whom it may be shown, always as an attachment: a browser never runs what somebody uploaded."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    file = StoredFile.objects.visible_to(actor).filter(pk=file_id).first()
    if file is None:
        raise Http404
    if actor.grants and file.uploaded_by_id != actor.user_id and _has_own_door(file):
        raise Http404
    closed = closing(actor, file)
    if closed is not None:
        decision = may_read(actor, closed)
        require(decision, way=reverse("desk:application", args=[closed.pk]) if decision is TO_DECLARE else "")
    return send(file)


#: What acts and minutes are about: they tell of many files, and open at the page that asks whether one declared about each.
OWN_DOORS = (AwardAct._meta.label, Liquidation._meta.label, Ranking._meta.label, EvaluationSession._meta.label)


def _has_own_door(file: StoredFile) -> bool:
    """Is it an act or minutes, written here or signed, or an order to the bank? Three queries."""
    if PaymentOrder.objects.filter(file=file).exists():
        return True  # the accounts of many enterprises
    written = GeneratedDocument.objects.filter(file=file, subject_type__in=OWN_DOORS)
    return written.exists() or EvaluationSession.objects.filter(signed=file).exists()


def send(file: StoredFile, *, name: str = "") -> HttpResponse:
    """The response that hands a file out, under its name or another; the one who calls has checked that it may be shown."""
    path = path_of(file.sha256)
    if not path.exists():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=name or file.name, content_type=file.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
