"""What an enterprise owes back, and what is to be given back to it, passes with a deed to who takes its place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import vat_number

from levante.aid.api import UndertakingEvent, aid_of_party, record_merger, record_split, record_transfer, undo_event
from levante.controls.api import Refund, ask_recovery, record_incoming
from levante.controls.paid import owed_by
from levante.grants.api import Award, Succession, approve_succession, refuse_succession
from levante.kernel.api import Refused, clock_at, now, system, today

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.mark.slow  # an award to its effect
def test_debts_and_refunds_pass_and_close_the_gate_of_the_survivor_before_anybody_decides(
    recovery, desk, director, cashier, enterprise, client, django_user_model
):
    award, firm = recovery.award, recovery.award.enterprise
    branch, heir, last = (
        enterprise(name, vat_number(70 + place)) for place, name in enumerate(("Ramo", "Erede", "Ultima"))
    )
    with clock_at(now() + timedelta(days=1)):
        # A branch that is leased: what passes is chosen, the office decides on its award; undone, it is as it was.
        (aid,) = aid_of_party(firm.tax_code, before=today())
        client.force_login(
            django_user_model.objects.get(pk=director.user_id), backend="django.contrib.auth.backends.ModelBackend"
        )
        page, form = (
            "/ufficio/aiuti/operazioni/cessione/",
            {"kind": "lease", "on": today().isoformat(), "deed": "Rep. 0"},
        )
        form |= {"party": firm.tax_code, "into": branch.tax_code}
        shown = client.post(page, form).content.decode()
        assert all(words in shown for words in (f"take-{aid.id}", "resta a chi cede"))
        told = client.post(page, form | {f"take-{aid.id}": branch.tax_code}).context["told"]
        assert [(row["before"], row["after"]) for row in told["rows"]] == [(aid.amount, D(0)), (D(0), aid.amount)]
        assert "fermo finché l’ufficio non decide" in told["passed"][0]["it"]
        late = form | {f"take-{aid.id}": branch.tax_code, "on": (today() + timedelta(days=1)).isoformat()}
        refused = client.post(page, late).content.decode()
        assert all(words in refused for words in ("La data è nel futuro", f"take-{aid.id}")), "nothing typed is lost"
        client.post(page, form | {f"take-{aid.id}": branch.tax_code, "save": told["stamp"]})
        lease = UndertakingEvent.objects.get(kind="lease")
        assert Succession.objects.get(event=lease, state="to_decide").heir == branch
        assert "Affitto d’azienda o di ramo" in client.get("/ufficio/aiuti/operazioni/").content.decode()
        given = {
            "actor": director,
            "kind": "transfer",
            "on": today(),
            "party": firm.tax_code,
            "into": branch.tax_code,
            "deed": "x",
        }
        for takes, words in (([], "Scegli che cosa passa"), (["COR-0"], "non è di chi cede")):
            with pytest.raises(Refused, match=words):
                record_transfer(**given, takes=takes)
        with pytest.raises(IntegrityError), transaction.atomic():
            UndertakingEvent.objects.filter(pk=lease.pk).update(kind="transfer", shares=[lease.shares[0]])
        undo_event(actor=director, event=lease, act="AD 1/2026", reason="Era un altro ramo")
        assert aid_of_party(firm.tax_code, before=today()) == [aid]
        Succession.objects.filter(event=lease, state="undone").get()
        # A split gives the award to the firm that takes its aid, and not to the other.
        shares = [
            {"enterprise": firm.tax_code, "equity": D("10.00"), "takes": []},
            {"enterprise": branch.tax_code, "equity": D("10.00"), "takes": [aid.id]},
        ]
        split = {"actor": director, "on": today(), "party": firm.tax_code, "deed": "Notaio Bianchi, rep. 1"}
        record_split(**split, shares=shares)
        one = Succession.objects.get(state="to_decide")
        assert (one.award, one.firm, one.heir) == (award, firm, branch)
        refuse_succession(actor=desk, succession=one, reason="Il ramo non ha il progetto", unfounded=True)

        ask_recovery(actor=cashier, recovery=recovery)
        more = {"actor": system("test"), "recovery": recovery, "source": "treasury", "on": today()}
        deed = {"actor": director, "on": today(), "deed": "Notaio Verdi, rep. 2"}
        record_merger(**deed, parties=[firm.tax_code], into=heir.tax_code)
        told = owed_by({heir.pk, branch.pk})
        assert {pk: [(one.amount, one.asked) for one in owed] for pk, owed in told.items()} == {
            heir.pk: [(D("6000.00"), False)]
        }, "it owes it already, and nothing is set off before the office decided"
        record_incoming(**more, reference="Q1", amount=D("6100.00"))
        refund = Refund.objects.get()
        assert refund.enterprise == firm
        approve_succession(actor=desk, succession=Succession.objects.get(heir=heir), act="AD 3/2026")
        refund.refresh_from_db()
        assert refund.enterprise == heir

        # Of an award that was revoked only debts are left: they pass by the law.
        Award.objects.filter(pk=award.pk).update(
            state="revoked", granted=award.amount, granted_gge=award.gge, amount=0, gge=0, reduced_on=today(), closed_at=now()
        )  # fmt: skip
        event = record_merger(**deed, parties=[heir.tax_code], into=last.tax_code)
    assert "a Ultima: ciò che resta da restituire" in event.passed[0]["it"]
    passed = Succession.objects.get(heir=last)
    assert (passed.state, passed.act, passed.award.enterprise) == ("approved", "art. 2504-bis c.c.", last)
