"""The part of controls in the control trail of a file: draws, visits on the spot, revocations, recoveries, what came in."""

from collections.abc import Iterator
from typing import Any

from levante.applications.api import Application
from levante.controls.models import (
    Annulment,
    Incoming,
    Instalment,
    InstalmentPlan,
    PaymentNotice,
    PaymentReceipt,
    Recovery,
    Refund,
    Revocation,
    RevocationPaper,
    Sample,
    SampleRow,
    ToldIncoming,
    Visit,
    VisitAnswer,
    VisitObservation,
)
from levante.documents.api import harmless_name
from levante.grants.api import TrailFile, TrailPart, row_of, rows_of
from levante.kernel.api import Actor

_SAMPLE = ("id", "call_id", "register_number", "state", "method", "size", "population", "fingerprint", "fixed_at", "seed",
           "seed_source", "drawn_at", "seed_from", "draw_on", "again")  # fmt: skip


def part_of(application: Application, reader: Actor) -> TrailPart:
    revocations = Revocation.objects.visible_to(reader).filter(award__application=application).order_by()
    recoveries = Recovery.objects.visible_to(reader).filter(award__application=application).order_by()
    visits = Visit.objects.visible_to(reader).filter(award__application=application).order_by()
    papers = RevocationPaper.objects.filter(revocation__in=revocations.values("pk")).order_by()
    owed = recoveries.values("pk")
    plans = InstalmentPlan.objects.filter(recovery__in=owed).order_by()
    instalments = Instalment.objects.filter(recovery__in=owed).order_by()
    incomings = Incoming.objects.filter(recovery__in=owed).order_by()
    told = ToldIncoming.objects.filter(recovery__in=owed).order_by()
    notices = PaymentNotice.objects.filter(instalment__in=instalments.values("pk")).order_by()
    refunds = Refund.objects.filter(recovery__in=owed).order_by()
    annulments = Annulment.objects.filter(revocation__in=revocations.values("pk")).order_by()
    observations = VisitObservation.objects.filter(visit__in=visits.values("pk")).order_by()
    drawn = SampleRow.objects.filter(
        claim__award__application=application, sample__in=Sample.objects.visible_to(reader).order_by().values("pk")
    ).select_related("sample")

    def record() -> dict[str, Any]:
        return {
            "samples": [{**row_of(one), "sample": _sample(one)} for one in drawn.order_by("pk")],
            "visits": [
                {
                    **row_of(one),
                    "findings": rows_of(one.findings),
                    "observations": rows_of(one.observations),
                    "answers": rows_of(VisitAnswer.objects.filter(observation__visit=one)),
                }
                for one in visits.order_by("pk")
            ],
            "revocations": [
                {**row_of(one), "papers": rows_of(one.papers), "appeals": rows_of(one.appeals), "events": rows_of(one.events)}
                for one in revocations.order_by("pk")
            ],
            "annulments": rows_of(annulments),
            "recoveries": [{**row_of(one), "events": rows_of(one.events)} for one in recoveries.order_by("pk")],
            "plans": rows_of(plans),
            "instalments": rows_of(instalments),
            "incomings": rows_of(incomings),
            "told": rows_of(told),
            "refunds": rows_of(refunds),
            "notices": rows_of(notices),
            "receipts": rows_of(PaymentReceipt.objects.filter(notice__in=notices.values("pk"))),
        }  # fmt: skip

    def files() -> Iterator[TrailFile]:
        for one in revocations.select_related("document__file").order_by("pk"):
            if one.document is not None:
                yield f"revoca-{one.pk}.pdf", one.document.file, ""
        for annulment in annulments.select_related("document__file").order_by("pk"):
            if annulment.document is not None:
                yield f"annullamento-{annulment.pk}.pdf", annulment.document.file, ""
        for paper in papers.prefetch_related("files").order_by("pk"):
            for file in paper.files.all():
                yield f"{paper.kind}-{paper.pk}-{file.pk}-{harmless_name(file.name)}", file, ""
        for visit in (
            visits.select_related("signed_file", "printed__file").prefetch_related("photographs__file").order_by("pk")
        ):
            if visit.printed is not None and visit.printed.file is not None:
                yield f"verbale-{visit.pk}.pdf", visit.printed.file, ""
            if visit.signed_file is not None:
                yield f"verbale-firmato-{visit.pk}-{harmless_name(visit.signed_file.name)}", visit.signed_file, ""
            for photograph in visit.photographs.all():
                yield f"foto-{visit.pk}-{photograph.pk}-{harmless_name(photograph.file.name)}", photograph.file, ""

        for said in observations.prefetch_related("files").order_by("pk"):
            for file in said.files.all():
                yield f"osservazioni-{said.pk}-{file.pk}-{harmless_name(file.name)}", file, ""

    about = [
        revocations, papers, recoveries, plans, instalments, incomings, told, notices, visits, annulments, refunds, observations,
    ]  # fmt: skip
    return TrailPart("controlli", record, files(), about)


def _sample(row: SampleRow) -> dict[str, Any]:
    """How it was drawn; who else was in the list is of the register."""
    return {name: getattr(row.sample, name) for name in _SAMPLE}
