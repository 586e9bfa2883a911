"""A claim of 500 invoices, on its pages and in its steps; and many hands on the same claim at once."""

import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.claims.test_claims import all_complete, spent
from tests.claims.test_reducing import lowered
from tests.claims.world import MONEY, PAYMENT, award_of, e_invoice, pdf
from tests.grants.test_awards import at_once

from levante.claims.api import (
    Charge,
    Claim,
    ClaimReview,
    ExpenseDocument,
    Settlement,
    Transfer,
    add_document,
    add_invoices,
    approve_variation,
    assess_claim,
    cut_charge,
    draft_reduction,
    open_claim,
    open_variation,
    review_object,
    review_rest,
    send_claim,
    send_variation,
    take_claim,
    take_variation,
    to_review,
    write_report,
    write_variation,
)
from levante.documents.api import StoredFile
from levante.kernel.api import Refused, now
from levante.messages.api import Notice

D = Decimal


def filled_up(award, actor, count):
    """A draft with so many invoices of 10 euro, each paid and charged, made of the first of them."""
    claim = open_claim(actor=actor, award=award, mode="sal")
    write_report(actor=actor, claim=claim, report="Lione.")
    first = add_document(
        actor=actor, claim=claim, upload=pdf(), kind="invoice", number="1", issued_on=date(2026, 3, 1), supplier_name="Messe GmbH",
        supplier_country="DE", supplier_code="DE811128135", taxable=D("10.00"),
    )  # fmt: skip
    same = {name: getattr(first, name) for name in ("award_id", "kind", "source", "issued_on", "supplier_name", "supplier_country",
            "supplier_code", "taxable", "vat", "total", "file_id", "added_at")}  # fmt: skip
    rest = [ExpenseDocument(**same, number=str(n), identity=f"DE811128135|{n}|2026") for n in range(2, count + 1)]
    documents = [first, *ExpenseDocument.objects.bulk_create(rest)]
    transfers = Transfer.objects.bulk_create(
        Transfer(award=award, paid_on=date(2026, 3, 20), amount=D("10.00"), method="transfer", reference=f"CRO{one.number}",
                 file_id=first.file_id, added_at=now())
        for one in documents
    )  # fmt: skip
    Settlement.objects.bulk_create(
        Settlement(transfer=paid, document=one, amount=D("10.00"))
        for paid, one in zip(transfers, documents, strict=True)
    )
    Charge.objects.bulk_create(
        Charge(claim=claim, document=one, item="study", asked=D("10.00")) for one in documents
    )  # fmt: skip
    return claim


@pytest.mark.slow  # an award to its effect, then 500 invoices
@pytest.mark.django_db
def test_a_claim_of_500_invoices_is_cheap(award, chief, desk, client, django_user_model):
    actor = chief(award)
    claim = filled_up(award, actor, 500)
    people = django_user_model.objects

    def queries(work):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            done = work()
        return len(asked), done

    client.force_login(people.get(pk=actor.user_id))
    page = f"/impresa/rendicontazioni/{claim.pk}/"
    client.get(page)
    count, shown = queries(lambda: client.get(page))
    assert count <= 33
    assert shown.content.decode().count("Messe GmbH") <= 40, "some to a page"
    count, sent = queries(lambda: send_claim(actor=actor, claim=claim))
    assert (count <= 45, sent.asked) == (True, D("2500.00")), count
    take_claim(actor=desk, claim=sent)
    things = to_review(sent)
    assert len(things) == 1001
    start = time.process_time()
    count, _ = queries(
        lambda: review_object(actor=desk, claim=sent, kind="document", object_id=things[0][1], outcome="complete")
    )
    assert count <= 30
    assert time.process_time() - start < 0.5, "one of 500 is looked at in a moment"
    count, done = queries(lambda: review_rest(actor=desk, claim=sent, things=things[:26]))
    assert (count <= 30, done) == (True, 25), "a page of them as one"
    assert review_rest(actor=desk, claim=sent, things=things[:26]) == 0
    client.force_login(people.get(pk=desk.user_id))
    mine = f"/ufficio/rendicontazioni/{claim.pk}/?page=20"
    client.get(mine)
    count, shown = queries(lambda: client.get(mine))
    assert count <= 35
    assert shown.content.decode().count("CRO") >= 25, "the payments of the documents on the page"
    assert review_rest(actor=desk, claim=sent, things=things) == 1001 - 26
    cut_charge(actor=desk, charge=sent.charges.first(), kept=D("4.00"), reason="Solo la metà")
    count, assessed = queries(lambda: assess_claim(actor=desk, claim=sent))
    assert (count <= 45, assessed.due) == (True, D("2497.00")), count
    assert sum(sent.charges.values_list("admitted", flat=True)) == D("4994.00")


@pytest.mark.slow  # two awards to their effect, and real transactions that wait for each other
@pytest.mark.django_db(transaction=True)
def test_many_hands_on_one_claim(award, admitted, desk, director, worker, chief, monkeypatch):
    actor = chief(award)
    other = award_of(admitted, desk, director, worker, money=MONEY, payment=PAYMENT, name="Seconda S.r.l.")
    theirs = chief(other)
    claim = at_once(*[lambda: open_claim(actor=actor, award=award, mode="sal")] * 2)
    assert claim[0].pk == claim[1].pk, "two clicks are one claim"
    mine, second = claim[0], open_claim(actor=theirs, award=other, mode="sal")
    # The same invoice from two enterprises at once: one takes it.
    done = at_once(
        lambda: add_invoices(actor=actor, claim=mine, upload=e_invoice(award, "99")),
        lambda: add_invoices(actor=theirs, claim=second, upload=e_invoice(other, "99")),
    )
    assert sorted(type(one).__name__ for one in done) == ["Refused", "list"], done
    ExpenseDocument.objects.filter(award__in=[award, other]).delete()
    # Killed between the file and the record: nothing is left half.
    files = StoredFile.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr("levante.claims.invoices.keep_document", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            add_invoices(actor=actor, claim=mine, upload=e_invoice(award, "5"))
    assert (StoredFile.objects.count(), ExpenseDocument.objects.count()) == (files, 0)
    documents = [spent(mine, actor, number, "500.00") for number in ("1", "2")]
    write_report(actor=actor, claim=mine, report="Lione.")
    sent = at_once(*[lambda: send_claim(actor=actor, claim=mine)] * 2)
    assert sent[0].register_number == sent[1].register_number
    assert Notice.objects.filter(kind="claim-sent").values("subject_id").distinct().count() == 1
    # Two officers look at two documents at once: both are kept, and the limits are reckoned on both.
    take_claim(actor=desk, claim=mine)
    said = at_once(
        lambda: review_object(actor=desk, claim=mine, kind="document", object_id=documents[0].pk, outcome="complete"),
        lambda: review_object(
            actor=director,
            claim=mine,
            kind="document",
            object_id=documents[1].pk,
            outcome="incomplete",
            text="Altra fiera",
        ),
    )
    assert [type(one) for one in said] == [ClaimReview] * 2, said
    assert sorted(mine.charges.values_list("kept", "admitted")) == [(0, 0), (500, 500)]
    all_complete(Claim.objects.get(pk=mine.pk), desk, but=ClaimReview.DOCUMENT)
    closed = at_once(
        lambda: assess_claim(actor=desk, claim=mine),
        lambda: review_object(
            actor=director,
            claim=mine,
            kind="document",
            object_id=documents[0].pk,
            outcome="incomplete",
            text="Ripensato",
        ),
    )
    found = Claim.objects.get(pk=mine.pk)
    late = isinstance(closed[1], Refused)
    assert (found.state, found.due) == ("assessed", D("250.00") if late else D("0.00")), closed
    # One drafts the act of a lower plan while another approves the plan that takes its place: one of the two.
    first, then = lowered(other, theirs, desk), open_variation(actor=theirs, award=other, kind="costs")
    rows = [
        {"item": code, "value": D(value)} for code, value in (("stand", "2000"), ("study", "3000"), ("travel", "0"))
    ]
    write_variation(actor=theirs, variation=then, reason="Di nuovo", asked={"rows": rows})
    take_variation(actor=desk, variation=send_variation(actor=theirs, variation=then))
    made = at_once(
        lambda: draft_reduction(actor=desk, variation=first), lambda: approve_variation(actor=director, variation=then)
    )
    assert sorted(type(one).__name__ for one in made) in (["Reduction", "Refused"], ["Refused", "Variation"]), made
