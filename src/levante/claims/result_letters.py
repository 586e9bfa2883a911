"""The letter that asks what a project reached; this module answers for reports of results to the room of letters."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from levante.applications.api import about_this, common_values, conflicts_of, own_letters
from levante.applications.api import may_read as may_read_file
from levante.claims.models_result import ResultReport
from levante.kernel.api import Actor
from levante.kernel.pure import Bilingual, Decision
from levante.letters.api import Letter, as_items, same, write_letter

KIND = "results_request"


def write_asked(actor: Actor, report: ResultReport, days: int) -> Letter:
    """What is asked, by when, and where it is told."""
    award = report.claim.award
    about = replace(about_this(award.application), subject=report)
    if award.enterprise_id != award.application.enterprise_id:
        about = replace(about, address="")  # the address written in the application is of who leads the group
    named = [Bilingual(one.definition["it"], one.definition["en"]) for one in report.values.all()]
    assert report.due_on is not None
    return write_letter(
        actor=actor,
        key=f"{KIND}:{report.pk}",
        kind=KIND,
        office=award.act.call.office,
        enterprise=award.enterprise,
        about=about,
        values={
            **common_values(award.application),
            "items": Bilingual(as_items([one.it for one in named]), as_items([one.en for one in named])),
            "due_on": same(f"{report.due_on:%d/%m/%Y}"),
            "days": same(str(days)),
        },
        own=own_letters(award.act.call),
    )


# -- what the room of letters asks


def hidden_from(actor: Actor) -> QuerySet[Any, Any]:
    """Those of files of a conflict of interest."""
    theirs = conflicts_of(actor).values("application")
    return ResultReport.objects.filter(claim__award__application__in=theirs).order_by().values("pk")


def may_read(actor: Actor, subject_id: int) -> Decision:
    """A letter opens as the file does."""
    rows = ResultReport.objects.select_related("claim__award__application__opening__call__office")
    return may_read_file(actor, rows.get(pk=subject_id).claim.award.application)


def page(subject_id: int) -> str:
    return f"/ufficio/risultati/{subject_id}/"


def enterprise_page(subject_id: int) -> str:
    return f"/impresa/risultati/{subject_id}/"
