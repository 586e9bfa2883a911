"""What the RNA says of unlawful aid reaches the gate by itself."""

from datetime import timedelta

import pytest
from tests.exchange.rna_world import rna  # noqa: F401
from tests.grants.test_registers import carry

from levante.kernel.api import clock_at, now, today

pytestmark = pytest.mark.django_db


def test_an_enterprise_that_the_rna_lists_is_not_paid_until_it_lists_it_no_more(claim, papers, cashier, desk, rna):  # noqa: F811
    from levante.aid.api import Visura, ask_visura
    from levante.payments.api import Check, gate_of, record_check

    firm, papers_of = claim.award.enterprise, Check.objects.filter(kind="deggendorf")
    papers(claim.award)

    def ask():
        rna.behave({"day": today().isoformat()})
        told = ask_visura(
            actor=desk, office=claim.award.act.call.office, kind="deggendorf", tax_code=firm.tax_code, enterprise=firm
        )
        carry()
        told.refresh_from_db()
        assert told.state == Visura.ANSWERED
        return told, {one.code: one for one in gate_of(claim, on=today()).checks}["deggendorf"]

    rna.remember({"deggendorf": [firm.tax_code]})
    visura, check = ask()
    assert (check.outcome, visura.vercor in check.reason.it) == ("no", True)
    paper = papers_of.order_by("-pk").first()
    assert (paper.outcome, paper.issued_on, paper.document) == ("not_clear", today(), visura.document)
    rna.kept["deggendorf"].clear()
    visura, check = ask()
    assert (check.outcome, visura.vercor in check.reason.it) == ("yes", True)

    # An answer "not listed" does not hide a paper of a later day; one that lists the enterprise always counts.
    with clock_at(now() + timedelta(days=1)):
        record_check(
            actor=cashier, enterprise=firm, kind="deggendorf", outcome="not_clear", number="9", issued_on=today()
        )
    assert ask()[1].outcome == "no"
    assert papers_of.order_by("-pk").first().number == "9"
    count = papers_of.count()
    rna.remember({"deggendorf": [firm.tax_code]})
    assert ask()[1].outcome == "no"
    assert papers_of.count() == count + 1
