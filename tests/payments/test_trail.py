"""What became of an award is in the control trail of its file: claims, the gate with its days, the act, the order, what the bank said."""

import io
import json
import zipfile

import pytest

from levante.grants.trail import trail_of
from levante.kernel.api import system
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


def archive_of(application, reader):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(trail_of(application, reader=reader))))
    assert archive.testzip() is None
    return archive


@pytest.mark.slow  # an award to its effect, an act, an order, and the archive of its file with a PDF
def test_the_money_of_an_award_is_in_the_trail_of_its_file(liquidated, cashier, another, desk, bank):
    from tests.payments.test_undoing import word

    from levante.payments.api import draft_undoing, prepare_order, send_order
    from levante.payments.settling import hear_bank

    row, application = liquidated, liquidated.claim.award.application
    order = prepare_order(actor=cashier, rows=[row])
    send_order(actor=another, order=order)
    hear_bank(actor=system("test"), order=order, told=[word(order.payments.get(), "rejected")])
    draft_undoing(actor=cashier, act=row.liquidation, rows=[row], reason="Importo sbagliato")
    archive = archive_of(application, desk)
    names = archive.namelist()
    assert f"pagamenti/liquidazione-{row.liquidation_id}.pdf" in names
    claims = json.loads(archive.read("rendicontazione.json"))
    assert [one["register_number"] for one in claims["claims"]] == [row.claim.register_number]
    money = json.loads(archive.read("pagamenti.json"))
    (told,) = money["rows"]
    assert told["gate"]["on"]
    assert {check["code"] for check in told["gate"]["checks"]} >= {"durc", "antimafia", "deggendorf"}
    assert [(one["state"], one["answers"][0]["kind"]) for one in money["payments"]] == [("rejected", "rejected")]
    row.liquidation.refresh_from_db()
    assert money["liquidations"][0]["request"]["answer"]["number"] == row.liquidation.number
    assert [one["reason"] for one in money["undoings"]] == ["Importo sbagliato"]
    assert "total" not in money["orders"][0]  # an order speaks of other enterprises too
    assert {one["kind"] for one in money["papers"]} == {"durc", "deggendorf", "tax_debts", "recoveries"}
    assert json.loads(archive.read("controlli.json"))["revocations"] == []
    told = {json.loads(line)["id"] for line in archive.read("audit.jsonl").splitlines()}
    left = AuditEntry.objects.filter(verb__regex="^(claims|payments|controls)[.]").exclude(pk__in=told)
    assert [entry.verb for entry in left.order_by("pk")] == []
