"""The part of claims in the control trail of a file: what was spent or done, its proofs, what the office said of each thing."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from levante.applications.api import Application
from levante.claims.models import (
    Acceptance,
    Charge,
    Claim,
    ClaimFile,
    ClaimRequest,
    ClaimReview,
    ClaimTerm,
    ExpenseDocument,
    KeptAward,
    Reduction,
    ResultReport,
    Settlement,
    SimplifiedCost,
    Transfer,
    Variation,
)
from levante.claims.models_carrying import VariationFile
from levante.documents.api import harmless_name
from levante.grants.api import Succession, TrailFile, TrailPart, row_of, rows_of
from levante.kernel.api import Actor


def part_of(application: Application, reader: Actor) -> TrailPart:
    claims = Claim.objects.visible_to(reader).filter(award__application=application).order_by()
    documents = ExpenseDocument.objects.filter(charges__claim__in=claims.values("pk")).order_by().distinct()
    transfers = Transfer.objects.filter(settlements__document__in=documents.values("pk")).order_by().distinct()
    variations = Variation.objects.visible_to(reader).filter(award__application=application).order_by()
    acceptances = Acceptance.objects.visible_to(reader).filter(award__application=application).order_by()
    heirs = Succession.objects.visible_to(reader).filter(award__application=application).order_by()
    results = ResultReport.objects.filter(claim__in=claims)
    reviews, asked = ClaimReview.objects.filter(claim__in=claims), ClaimRequest.objects.filter(claim__in=claims)

    def record() -> dict[str, Any]:
        return {
            "successions": rows_of(heirs),
            "acceptances": rows_of(acceptances),
            "variations": [{**row_of(one), "events": rows_of(one.events)} for one in variations.order_by("pk")],
            "reductions": rows_of(Reduction.objects.filter(Q(variation__in=variations) | Q(claim__in=claims))),
            "kept_awards": rows_of(KeptAward.objects.filter(claim__in=claims)),
            "terms": rows_of(ClaimTerm.objects.filter(award__application=application)),
            "claims": [_claim(one) for one in claims.order_by("pk")],
            "results": [{**row_of(one), "values": rows_of(one.values)} for one in results.order_by("pk")],
            "documents": rows_of(documents),
            "transfers": rows_of(transfers),
            "settlements": rows_of(Settlement.objects.filter(document__in=documents.values("pk"))),
        }

    def files() -> Iterator[TrailFile]:
        for one in documents.select_related("file", "cup_file").order_by("pk"):
            yield f"spesa-{one.pk}-{harmless_name(one.file.name)}", one.file, ""
            if one.cup_file is not None:
                yield f"spesa-{one.pk}-cup-{harmless_name(one.cup_file.name)}", one.cup_file, ""
        for transfer in transfers.select_related("file").order_by("pk"):
            yield f"pagamento-{transfer.pk}-{harmless_name(transfer.file.name)}", transfer.file, ""
        for brought in ClaimFile.objects.filter(claim__in=claims).select_related("file").order_by("pk"):
            yield f"prova-{brought.pk}-{harmless_name(brought.file.name)}", brought.file, ""
        for varied in VariationFile.objects.filter(variation__in=variations).select_related("file").order_by("pk"):
            yield f"variante-{varied.pk}-{harmless_name(varied.file.name)}", varied.file, ""

    about = [claims, documents, transfers, variations, acceptances, heirs, reviews, asked]
    return TrailPart("rendicontazione", record, files(), about)


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        **row_of(claim),
        "charges": rows_of(Charge.objects.filter(claim=claim)),
        "costs": rows_of(SimplifiedCost.objects.filter(claim=claim)),
        "files": rows_of(ClaimFile.objects.filter(claim=claim)),
        "reviews": rows_of(claim.reviews),
        "requests": rows_of(claim.requests),
        "events": rows_of(claim.events),
    }
