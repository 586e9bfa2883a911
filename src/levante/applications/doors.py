"""What opens a file to who would examine it: the declaration on conflicts of interest, made before (art. 6-bis L. 241/1990).

Every door asks here: the page of the file, its documents, its steps, its letters, its control trail.
"""

from collections.abc import Iterable
from importlib import import_module

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from levante.applications import states
from levante.applications.coverage import covered_by
from levante.applications.models import (
    Application,
    ApplicationSignature,
    Attachment,
    ConflictDeclaration,
    GroupMember,
    SigningCopy,
)
from levante.applications.policies import (
    EVERYWHERE,
    TO_DECLARE,
    declarations_of,
    examined_offices,
    examines,
    no_conflict,
)
from levante.documents.api import StoredFile
from levante.kernel.api import Actor, today
from levante.kernel.pure import Decision
from levante.letters.api import letters_with


def may_read(actor: Actor, application: Application) -> Decision:
    """Read what a file holds, whatever its state: who may examine it reads, until they declare whether there is a conflict, only
    what is needed to declare (who applies, the call, the number); who declared one reads nothing. Who does not examine (the
    auditors, the paying office, the front desk) has nothing to declare: art. 6-bis L. 241/1990 is for who
    is responsible for the procedure and for who writes opinions, assessments and the final act."""
    if actor.is_system or not examines(actor, application):
        return Decision.yes()
    return no_conflict(actor, application) if declarations_of(actor.user_id, application) else TO_DECLARE


def opens_to(actor: Actor, *, of: str = "") -> "Combinable":
    """For a query on applications, or on what belongs to them (``of``: its path to the application): does the file open to this
    person, as ``may_read`` says? Of one that does not, lists and files tell what its cover tells (the number, who applies, the
    call, the state) and neither amounts nor scores. No query of its own."""
    offices = examined_offices(actor)
    if actor.is_system or not offices:
        return Value(True)
    declared = ConflictDeclaration.objects.filter(officer=actor.user_id, has_conflict=False)
    said = Exists(declared.filter(application=OuterRef(of or "pk")))
    if EVERYWHERE in offices:
        return said
    of_others = ~Q(**{f"{of}__opening__call__office__code__in".removeprefix("__"): sorted(offices)})
    return ExpressionWrapper(Q(said) | of_others, BooleanField())


def to_declare(actor: Actor, covered: Iterable[int] | None = None) -> "QuerySet[Application]":
    """The files in one's charge, with those of whom one covers today (``covered``: asked, when they are not given), that wait
    for a decision, or to tell it, and do not open because one has not declared yet; in order of arrival. What is concluded is
    declared about when it is opened."""
    offices = examined_offices(actor)
    if actor.user_id is None or not offices:
        return Application.objects.none()
    covered = covered_by(actor.user_id, today()) if covered is None else covered
    mine = Q(case_officer__in=[actor.user_id, *covered])
    waits = Q(state__in=sorted(states.OPEN)) | ~Q(held_from="")
    declared = ConflictDeclaration.objects.filter(application=OuterRef("pk"), officer=actor.user_id)
    rows = Application.objects.visible_to(actor).filter(mine & waits & ~Exists(declared))
    if EVERYWHERE not in offices:
        rows = rows.filter(opening__call__office__code__in=offices)
    return rows.order_by("submitted_at", "pk")


def with_covers(applications: "QuerySet[Application]") -> "QuerySet[Application]":
    """With what is needed to declare about them, and nothing they hold: number, call, who applies and who sent it. Two queries;
    ``in_group`` are the firms of each, the lead left out."""
    partners = GroupMember.objects.standing().filter(is_lead=False).select_related("enterprise")
    rows = applications.select_related("opening__call", "enterprise", "submitted_by").only(
        "number", "submitted_at", "opening__code", "opening__call__title_it", "opening__call__title_en",
        "enterprise__name", "enterprise__tax_code", "enterprise__is_demo",
        "submitted_by__given_name", "submitted_by__family_name", "submitted_by__email",
    )  # fmt: skip
    return rows.prefetch_related(
        Prefetch("members", partners.order_by("application_id", "position", "pk"), to_attr="in_group")
    )


def closing(actor: Actor, file: StoredFile) -> Application | None:
    """The application that keeps a stored file from opening by its own address: one that holds it, or that a letter with it is
    about, and does not open; one's own enterprise reads its own. No query for who holds no role. Two queries, and one for each
    application it belongs to."""
    if not actor.grants or file.uploaded_by_id == actor.user_id:
        return None
    others = (one for one in _holding(file) if one.enterprise_id != actor.enterprise_id)
    return next((one for one in others if not may_read(actor, one)), None)


#: Functions of rooms above, by name: which applications a stored file of theirs is of.
_also_held: list[str] = []


def also_holds(function: str) -> None:
    """Say which function knows whose a stored file is: ``"package.module:function"``, called as ``f(file_id)``; it gives ids of
    applications. The file opens as they do."""
    if function not in _also_held:
        _also_held.append(function)


def _held_above(file_id: int) -> list[int]:
    found: list[int] = []
    for name in _also_held:
        module, _, function = name.partition(":")
        found += getattr(import_module(module), function)(file_id)
    return found


def _holding(file: StoredFile) -> list[Application]:
    written = letters_with(file.pk).filter(subject_type=Application._meta.label)
    rows = Application.objects.filter(
        Q(pk__in=Attachment.objects.filter(file=file.pk).values("application"))
        | Q(pk__in=ApplicationSignature.objects.filter(file=file.pk).values("application"))
        | Q(pk__in=SigningCopy.objects.filter(file=file.pk).values("application"))
        | Q(pk__in=GroupMember.objects.filter(proxy=file.pk).values("application"))
        | Q(pk__in=list(written.values_list("subject_id", flat=True)))
        | Q(pk__in=_held_above(file.pk))
    )
    rows = rows.select_related("opening__call__office").defer("answers", "frozen")
    return list(rows.prefetch_related("conflict_declarations").order_by("pk"))
