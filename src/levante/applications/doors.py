"""What opens a file to who would examine it: the declaration on conflicts of interest, made before (art. 6-bis L. 241/1990).

Every door asks here: the page of the file, its documents, its steps, its letters, its control trail.
"""

from django.db.models import Q

from levante.applications import states
from levante.applications.models import Application, ApplicationSignature, Attachment, GroupMember, SigningCopy
from levante.applications.policies import TO_DECLARE, declarations_of, examines, no_conflict
from levante.documents.api import StoredFile
from levante.kernel.api import Actor
from levante.kernel.pure import Decision
from levante.letters.api import letters_with


def may_read(actor: Actor, application: Application) -> Decision:
    """Read what a file holds. Until its outcome is told, who may examine it reads only what is needed to declare whether there
    is a conflict (who applies, the call, the number); who declared one reads nothing. Who does not examine (the auditors, the
    paying office, the front desk, the enterprise itself) has nothing to declare."""
    if actor.is_system or actor.enterprise_id == application.enterprise_id or not examines(actor, application):
        return Decision.yes()
    if declarations_of(actor.user_id, application):
        return no_conflict(actor, application)
    waits = application.state in states.OPEN or bool(application.held_from)
    return TO_DECLARE if waits else Decision.yes()


def may_read_document(actor: Actor, file: StoredFile) -> Decision:
    """Open a stored file by its own address: one of an application, or of a letter about it, opens as the application does.
    No query for who holds no role. Two queries, and one for each application it belongs to."""
    if not actor.grants or file.uploaded_by_id == actor.user_id:
        return Decision.yes()
    for application in _holding(file):
        decision = may_read(actor, application)
        if not decision:
            return decision
    return Decision.yes()


def _holding(file: StoredFile) -> list[Application]:
    written = letters_with(file.pk).filter(subject_type=Application._meta.label)
    rows = Application.objects.filter(
        Q(pk__in=Attachment.objects.filter(file=file.pk).values("application"))
        | Q(pk__in=ApplicationSignature.objects.filter(file=file.pk).values("application"))
        | Q(pk__in=SigningCopy.objects.filter(file=file.pk).values("application"))
        | Q(pk__in=GroupMember.objects.filter(proxy=file.pk).values("application"))
        | Q(pk__in=list(written.values_list("subject_id", flat=True)))
    )
    rows = rows.select_related("opening__call__office").defer("answers", "frozen")
    return list(rows.prefetch_related("conflict_declarations").order_by("pk"))
