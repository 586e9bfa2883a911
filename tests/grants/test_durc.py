"""A regular DURC on the day of the award, where the call wants it: its printed expiry, what stops the act and what only is told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from levante.calls.schema import Checklists
from levante.grants.api import ACTS, Award, draft_award_act, retry_award_act, rewrite_award_act, send_award_act
from levante.kernel.api import Refused, today
from levante.law.durc import Durc, judge
from levante.payments.api import record_check

ITEM = {"code": "contributions", "it": "DURC", "en": "DURC", "paper": "durc"}


def test_the_printed_expiry_counts_to_its_day_and_an_irregular_one_has_no_expiry():
    on = today()
    regular = Durc("1", on - timedelta(days=100), regular=True, valid_until=on)
    assert judge(paper=regular, on=on).outcome == "yes"
    assert judge(paper=regular, on=on + timedelta(days=1)).outcome == "unknown"
    assert judge(paper=None, on=on).outcome == "unknown"
    irregular = Durc("2", on, regular=False, valid_until=on)
    assert (judge(paper=irregular, on=on).outcome, judge(paper=irregular, on=on).is_closed) == ("no", True)
    assert not judge(paper=irregular, on=on, stops=False).is_closed
    with pytest.raises(ValueError, match="checked for the award"):
        Checklists(formal=[ITEM])


def missing(act):
    act.refresh_from_db()
    return "; ".join(one.text.it for one in ACTS.missing("send", act))


def durc(desk, act, outcome="clear", *, days=10, number="D1"):
    return record_check(
        actor=desk, enterprise=act.awards.get().enterprise, kind="durc", outcome=outcome, number=number, issued_on=today(),
        valid_until=today() + timedelta(days=days), debt=None if outcome == "clear" else Decimal("5.00"),
    )  # fmt: skip


@pytest.fixture
def wanted(admitted, desk):
    """A draft of a call that wants the DURC at the award, and whose check of it was made by hand."""
    from levante.applications.api import record_formal_check
    from levante.calls.api import Call

    application = admitted()
    call = application.opening.call
    Call.objects.filter(pk=call.pk).update(checklists={**call.checklists, "award": [ITEM]})
    record_formal_check(actor=desk, application=application, item="contributions", outcome="met", phase="award")
    application.refresh_from_db()
    return draft_award_act(actor=desk, applications=[type(application).objects.get(pk=application.pk)])


@pytest.mark.django_db
@pytest.mark.slow  # an award to its effect, pages
def test_the_act_waits_for_a_regular_durc_and_asks_it_again_on_its_day(
    wanted, desk, director, act_system, worker, client
):
    from levante.identity.api import User

    assert "non c’è un DURC; chiedi il DURC online" in missing(wanted)
    with pytest.raises(Refused, match="DURC"):
        send_award_act(actor=director, act=wanted, without_codes="Si scrivono dopo")
    client.force_login(User.objects.get(pk=desk.user_id))
    page = f"/ufficio/atti/{wanted.pk}/durc/{wanted.awards.get().pk}/"
    assert "non c’è un DURC" in client.get(page).content.decode()
    data = {"number": "D0", "issued_on": today().isoformat(), "outcome": "not_clear", "debt": "5,00"}
    refused = client.post(page, data)
    assert (refused.status_code, 'value="D0"' in refused.content.decode()) == (400, True)
    client.post(page, data | {"valid_until": today().isoformat()})
    assert "il DURC n. D0 è irregolare; aspetta che l’impresa si regolarizzi" in missing(wanted)
    assert "irregolare" in client.get(f"/ufficio/atti/{wanted.pk}/").content.decode()
    durc(desk, wanted)
    assert "da scrivere di nuovo: è cambiato il DURC" in missing(wanted)
    rewrite_award_act(actor=desk, act=wanted)
    wanted.refresh_from_db()
    assert wanted.document.data["awards"][0]["durc"].startswith("DURC regolare n. D1, scadenza stampata ")
    sent = send_award_act(actor=director, act=wanted, without_codes="Si scrivono dopo")
    award = Award.objects.get(act=sent)
    assert award.checks["durc"]["outcome"] == "yes"
    durc(desk, wanted, "not_clear", number="D2")
    worker()
    award.refresh_from_db()
    assert award.state == "act_returned"
    assert "DURC: il DURC n. D2 è irregolare" in award.stop_reason_it
    durc(desk, wanted, number="D3")
    retry_award_act(actor=desk, act=wanted)
    award.refresh_from_db()
    assert (award.state, award.final_checks["durc"]["until"]) == (
        "effective",
        (today() + timedelta(days=10)).isoformat(),
    )


@pytest.mark.django_db
def test_where_the_call_only_wants_it_told_the_act_goes_and_says_it(wanted, desk):
    from levante.calls.api import Call

    Call.objects.filter(pk=wanted.call_id).update(
        checklists={**wanted.call.checklists, "award": [{**ITEM, "blocking": False}]}
    )
    durc(desk, wanted, "not_clear")
    rewrite_award_act(actor=desk, act=type(wanted).objects.get(pk=wanted.pk))
    assert "DURC" not in missing(type(wanted).objects.get(pk=wanted.pk))
    wanted.refresh_from_db()
    assert "il DURC n. D1 è irregolare" in wanted.document.data["awards"][0]["durc"]
