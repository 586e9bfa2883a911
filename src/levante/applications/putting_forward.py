"""Whoever puts forward or signs what decides many files (an award act, a list) has declared about each of them, and with a
conflict of interest abstains (art. 6-bis L. 241/1990)."""

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from levante.applications.models import Application, ConflictDeclaration, Ranking
from levante.kernel.api import Actor
from levante.kernel.pure import Decision


def alone_declaring(actor: Actor) -> None:
    """Until the transaction ends nobody else declares as this person: two pages of theirs take turns, before they lock any file.
    The system has nothing to declare."""
    if actor.user_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"declaring:{actor.user_id}"])


def undeclared_among(actor: Actor, files: "QuerySet[Application]") -> "QuerySet[Application]":
    """Those of some files about which somebody has not declared yet; the system has nothing to declare."""
    if actor.user_id is None:
        return files.none()
    return files.filter(~Exists(ConflictDeclaration.objects.filter(application=OuterRef("pk"), officer=actor.user_id)))


def conflicts_of(actor: Actor) -> "QuerySet[ConflictDeclaration]":
    """The conflicts of interest that somebody declared; the files are hidden from them wherever they are listed."""
    if actor.user_id is None:
        return ConflictDeclaration.objects.none()
    return ConflictDeclaration.objects.filter(officer=actor.user_id, has_conflict=True)


def files_of_ranking(ranking: Ranking) -> "QuerySet[Application]":
    """The applications that a list orders."""
    return Application.objects.filter(ranking_rows__ranking=ranking)


def without_conflict(actor: Actor, files: "QuerySet[Application]") -> Decision:
    """Have declared no conflict of interest about any of these files. One query."""
    rows = files.filter(Exists(conflicts_of(actor).filter(application=OuterRef("pk")))).order_by("number")
    found = rows.values_list("number", flat=True).first() if actor.user_id is not None else None
    return _conflicted(found) if found is not None else Decision.yes()


def _conflicted(number: str) -> Decision:
    return Decision.no(
        f"Hai dichiarato un conflitto di interessi sulla domanda {number}, che è qui dentro: se ne occupa un’altra persona "
        "(art. 6-bis L. 241/1990).",
        f"You declared a conflict of interest about application {number}, which is in here: somebody else sees to it "
        "(art. 6-bis L. 241/1990).",
    )


def may_put_forward(actor: Actor, files: "QuerySet[Application]") -> Decision:
    """Have declared about each of these files, and no conflict about any. One query."""
    if actor.user_id is None:
        return Decision.yes()
    mine = ConflictDeclaration.objects.filter(application=OuterRef("pk"), officer=actor.user_id)
    rows = Application.objects.filter(pk__in=files.order_by().values("pk")).order_by()
    told = rows.annotate(in_conflict=Exists(mine.filter(has_conflict=True)), is_told=Exists(mine)).aggregate(
        number=Min("number", filter=Q(in_conflict=True)), missing=Count("pk", filter=Q(is_told=False))
    )
    if told["number"] is not None:
        return _conflicted(told["number"])
    missing = told["missing"]
    if not missing:
        return Decision.yes()
    return Decision.no(
        f"Prima dichiara se hai un conflitto di interessi: {_files(missing, 'manca una domanda', 'mancano {} domande')} "
        "(art. 6-bis L. 241/1990).",
        f"First declare whether you have a conflict of interest: {_files(missing, 'one application is', '{} applications are')} "
        "missing (art. 6-bis L. 241/1990).",
    )


def _files(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count)
