"""Letters to many applications: the officer's own text to a choice of files."""

import re

from django.db.models import QuerySet

from levante.applications.letters import LABEL, about_this, common_values, money, own_letters
from levante.applications.models import Application
from levante.applications.queries import with_call
from levante.applications.told import as_told
from levante.identity.api import Office
from levante.kernel.api import Actor, refuse
from levante.kernel.pure import Bilingual
from levante.letters.api import LetterRun, Planned, prepare_run

KIND = "communication"


def prepare_files_run(
    *, actor: Actor, token: str, applications: "QuerySet[Application]", subject: str, body: str
) -> LetterRun:
    """The run of a text to the files chosen, of one office. The same token again (a second click) is the same run."""
    numbered = applications.exclude(number="").filter(number__isnull=False)
    offices = set(numbered.order_by().values_list("opening__call__office_id", flat=True).distinct())
    if not offices:
        refuse("Non c’è nessuna pratica a cui scrivere.", "There is no file to write to.")
    if len(offices) > 1:
        refuse(
            "Le pratiche scelte sono di più uffici: filtrale per bando.",
            "The files chosen are of several offices: filter them by call.",
        )
    called = re.sub(r"\s*\{\w+\}", "…", subject.strip())  # what each letter fills is not the name of all of them
    return prepare_run(
        actor=actor,
        key=f"files:{token}",
        kind=KIND,
        office=Office.objects.select_related("parent").get(pk=offices.pop()),
        title=Bilingual(called or "Comunicazione", called or "Communication"),
        source_type=LABEL,
        subjects=numbered.values_list("pk", "number").iterator(chunk_size=2000),
        subject=subject,
        body=body,
    )


def plan_file(run: LetterRun, subject_id: int) -> Planned:
    """What the letter to one file says."""
    application = as_told(with_call(Application.objects.all()).select_related("case_officer").get(pk=subject_id))
    values = {**common_values(application), "amount": money(application.admitted_amount)}
    return Planned(application.enterprise, about_this(application), values, own_letters(application.opening.call))
