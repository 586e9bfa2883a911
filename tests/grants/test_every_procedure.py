"""The procedures that no shipped call follows, each from the file of a small call to the draft of the act; one of them of applications
that are signed outside and stamped. Amounts are worked out by hand."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.applications.test_signing import ANNA, BRUNO, trust  # noqa: F401
from tests.calls.conftest import programme  # noqa: F401
from tests.calls.world import documents
from tests.documents.signing import p7m, signed_pdf, world
from tests.grants.test_five_calls import Given, outcomes, walked
from tests.grants.test_rehearsal import places  # noqa: F401

from levante.applications.api import Application, prepare_signing_copy, sign_application
from levante.applications.models import Ranking, StampMark
from levante.applications.paper import write_signing_copy
from levante.calls.api import PROCEDURES, Call, drawn, load_calls, read_calls
from levante.documents.api import path_of
from levante.identity.api import User
from levante.kernel.api import ROME, now, system

SMALL = Path(__file__).resolve().parents[1] / "calls" / "small"


@pytest.fixture
def small(programme):  # noqa: F811
    load_calls(SMALL, programme=programme)
    return {call.procedure: call for call in Call.objects.all()}


def test_every_procedure_has_a_call_that_is_run_to_the_end():
    followed = {document["procedure"] for document in documents()}
    followed |= {file.entry.procedure for file in read_calls(SMALL)}
    assert followed == set(PROCEDURES)


@pytest.mark.slow(reason="applications walk from the draft to the act")
def test_a_window_then_a_ranking_whose_ties_are_drawn(small, places):  # noqa: F811
    """Half of 12,000, 10,000 and 8,000: the second has fewer points. 6,000 + 4,000 to the two with 30, whatever the draw."""
    rows = [
        {"answers": {"costs": costs, "fair": fair}}
        for costs, fair in (("12000.00", "big"), ("10000.00", "small"), ("8000.00", "big"))
    ]
    found, (act,) = walked(small["window_ranking"], rows, budget="10500.00")
    assert [str(one.score) for one in found] == ["30.00", "10.00", "30.00"]
    assert outcomes(found) == [("funded", "6000.00"), ("partial", "500.00"), ("funded", "4000.00")]
    ranking = Ranking.objects.get()
    seed, entries = ranking.snapshot["seed"], {one["id"] for one in ranking.snapshot["entries"]}
    first, second = (row.application.number for row in ranking.rows.order_by("position")[:2])
    assert {first, second} <= entries
    assert drawn(seed, first) < drawn(seed, second), "equal points are drawn, and anyone can redraw them"
    assert str(act.total) == "10500.00"


@pytest.mark.slow(reason="applications walk from the draft to the act")
def test_a_share_out_in_proportion(small, places):  # noqa: F811
    """9,000 (half of 20,000, at most 9,000), 6,000 and 3,000 of 10,000: 5,000.00, 3,333.33 and 1,666.67."""
    rows = [{"answers": {"costs": costs}} for costs in ("20000.00", "12000.00", "6000.00")]
    found, (act,) = walked(small["proportional"], rows, budget="10000.00")
    assert outcomes(found) == [("partial", "5000.00"), ("partial", "3333.33"), ("partial", "1666.67")]
    assert str(act.total) == "10000.00"


class Signing(Given):
    """Applicants who sign outside, in the PDF or in an envelope, before they send."""

    signers = ((ANNA, "anna"), (BRUNO, "bruno"))

    def _fill(self, one):
        super()._fill(one)
        code, name = self.signers[one.row.number - 1]
        User.objects.filter(pk=one.actor.user_id).update(codice_fiscale=code)
        copy = prepare_signing_copy(actor=one.actor, application=one.application)
        copy = write_signing_copy(actor=system("test"), copy_id=copy.pk)
        paper = path_of(copy.file.sha256).read_bytes()
        signer = getattr(world(), name)
        content, ends = (signed_pdf(paper, signer), "pdf") if name == "anna" else (p7m(paper, signer), "pdf.p7m")
        upload = SimpleUploadedFile(f"domanda.{ends}", content, content_type="application/octet-stream")
        found = sign_application(actor=one.actor, application=one.application, upload=upload)
        assert found.holds, found.reason
        one.application = Application.objects.get(pk=one.application.pk)


@pytest.mark.slow(reason="two PDFs are made and signed, each signature is verified in a process of its own")
def test_a_draw_of_applications_signed_and_stamped(small, places, trust):  # noqa: F811
    """6,000 each of 10,000: who has the lower ticket gets it, the other nothing."""

    def change(document):
        document["delivery"]["signature"] = "required"
        opens = now().astimezone(ROME) - timedelta(minutes=5)
        document["openings"][0] |= {
            "opens_at": opens.isoformat(), "closes_at": (opens + timedelta(days=10)).isoformat(),
        }  # fmt: skip

    rows = [{"answers": {"costs": "12000.00"}}, {"answers": {"costs": "12000.00"}}]
    found, (act,) = walked(small["draw"], rows, budget="10000.00", change=change, by=Signing)
    ranking = Ranking.objects.get()
    seed = ranking.snapshot["seed"]
    order = [row.application.number for row in ranking.rows.order_by("position")]
    assert order == sorted(order, key=lambda number: drawn(seed, number))
    assert sorted(outcomes(found)) == [("funded", "6000.00"), ("not_funded", "0.00")]
    assert StampMark.objects.count() == 2
    for application in Application.objects.all():
        assert application.frozen["signature"]["mandate"] == "legal_representative"
        assert application.frozen["stamp_duty"]["number"]
    assert str(act.total) == "6000.00"
