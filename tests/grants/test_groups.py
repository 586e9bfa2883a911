"""A group is awarded: one award for each firm, each with its own headroom, codes and end."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.applications.conftest import own_call  # noqa: F401
from tests.applications.test_group import complete, membership, network  # noqa: F401
from tests.applications.test_lifecycle import examine
from tests.conftest import vat_number
from tests.grants.test_awards import aid_of

from levante.aid.api import AidRecord, Reservation, position
from levante.applications.api import Application, admit_application, declare_conflict, leave_group, submit_application
from levante.grants.api import (
    Award,
    act_preview,
    cancel_award,
    draft_award_act,
    firm_of,
    record_cor_cup,
    retry_award_act,
    send_award_act,
)
from levante.identity.api import User
from levante.kernel.api import Refused, system, today
from levante.messages.api import Notice
from levante.parties.api import Enterprise, merge_enterprises
from levante.programme.api import Movement

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(network, desk, director, line):  # noqa: F811
    """An admitted application of three firms for 3,000.00: 500, 1,500 and 1,000; and who acts for each, the lead first."""
    draft, actors = network(members={"least": 2, "most": 4})
    draft.opening.call.budget_lines.create(line=line)
    sent = submit_application(actor=actors[0], application=complete(draft, actors))
    examine(sent, desk)
    declare_conflict(actor=director, application=sent, has_conflict=False)
    return admit_application(actor=desk, application=sent), actors


def amounts(**where):
    return list(Award.objects.filter(**where).order_by("pk").values_list("amount", flat=True))


@pytest.mark.slow  # a whole act, to the simulated system and back
def test_one_award_for_each_firm_from_the_draft_to_the_aid(group, desk, director, act_system, worker):
    application, actors = group
    said = act_preview(application, on=today())
    assert said.amount == Decimal("3000.00")
    assert "Seconda rete S.r.l., €1,500.00" in said.why[1].en
    act = draft_award_act(actor=desk, applications=[application])
    assert amounts() == [Decimal("500.00"), Decimal("1500.00"), Decimal("1000.00")]
    assert [row["name"].split()[0] for row in act.document.data["awards"]] == ["Capofila", "Seconda", "Terza"]
    assert act.document.data["total_amount"] == "3000.00"
    firms = [Enterprise.objects.get(pk=actor.enterprise_id) for actor in actors]
    assert [position(firm, on=today())["counted"] for firm in firms] == ["500.00", "1500.00", "1000.00"]
    for number, award in enumerate(Award.objects.order_by("pk")):
        record_cor_cup(actor=desk, award=award, cor=f"1234{number}", cup=f"B31B2300012000{number}")
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    worker()
    assert Award.objects.filter(state="effective").count() == 3
    assert sorted(AidRecord.objects.values_list("enterprise__name", "gge")) == sorted(
        (firm.name, award) for firm, award in zip(firms, amounts(), strict=True)
    )
    assert AidRecord.objects.values("cor").distinct().count() == 3
    assert Movement.objects.filter(kind="commitment").count() == 3
    assert Notice.objects.filter(kind="award-effective").count() == 3
    with pytest.raises(Refused, match="già in un atto"):
        draft_award_act(actor=desk, applications=[application])


def test_the_headroom_of_one_firm_stops_the_draft_and_says_whose(group, desk):
    application, actors = group
    aid_of(Enterprise.objects.get(pk=actors[1].enterprise_id), "299000.00")
    with pytest.raises(Refused, match="Seconda rete"):
        draft_award_act(actor=desk, applications=[application])
    assert not Award.objects.exists()
    assert not Reservation.objects.filter(state="reserved").exists()


def test_what_stops_one_firm_at_the_date_of_the_act_stops_it_alone(group, desk, director, act_system, worker):
    application, actors = group
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    second = Enterprise.objects.get(pk=actors[1].enterprise_id)
    late = aid_of(second, "299000.00")
    worker()
    states = dict(Award.objects.values_list("enterprise__name", "state"))
    assert states.pop(second.name) == "act_returned"
    assert set(states.values()) == {"effective"}
    AidRecord.objects.filter(pk=late.pk).delete()
    retry_award_act(actor=desk, act=act)
    assert Award.objects.filter(state="effective").count() == 3


def test_a_firm_that_left_is_not_awarded_and_its_part_is_nobody_s(group, desk, director):
    application, actors = group
    act = draft_award_act(actor=desk, applications=[application])
    leave_group(actor=actors[2], member=membership(application, actors[2]))
    with pytest.raises(Refused, match=r"Terza rete .* è uscita"):
        send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    cancel_award(actor=desk, award=Award.objects.get(enterprise=actors[2].enterprise_id), reason="Uscita dal gruppo.")
    assert send_award_act(actor=director, act=act, without_codes="Si scrivono dopo").state == "sent_to_act_system"
    assert amounts(state="sent_to_act_system") == [Decimal("500.00"), Decimal("1500.00")]


def test_a_firm_taken_out_of_an_act_is_awarded_by_another(group, desk):
    application, actors = group
    act = draft_award_act(actor=desk, applications=[application])
    cancel_award(actor=desk, award=Award.objects.get(enterprise=actors[1].enterprise_id), reason="Sede da verificare.")
    again = draft_award_act(actor=desk, applications=[application])
    assert (again.awards.get().amount, act.awards.filter(state="draft_act").count()) == (Decimal("1500.00"), 2)


def test_the_same_firm_twice_is_impossible(group, desk):
    application, _ = group
    draft_award_act(actor=desk, applications=[application])
    award = Award.objects.first()
    award.pk, award.reservation, award._state.adding = None, None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        award.save()


def test_a_grant_given_in_part_is_divided_again(group, desk):
    application, _ = group
    application.opening.budget = Decimal("1000.00")
    application.opening.save()
    type(application.opening.call).objects.filter(pk=application.opening.call_id).update(when_short="partial")
    draft_award_act(actor=desk, applications=[application])
    assert amounts() == [Decimal("166.67"), Decimal("500.00"), Decimal("333.33")]


@pytest.mark.slow  # a whole act, to the simulated system and back
def test_the_file_that_took_a_firm_s_place_stands_in_with_the_reason_kept(
    group, enterprise, desk, director, act_system, worker, client
):
    """One file was merged before the draft, another between the draft and the effect: money, facts and place are still its own."""
    application, actors = group
    second, third = (Enterprise.objects.get(pk=actor.enterprise_id) for actor in actors[1:])
    heirs = [enterprise(f"Erede {number} S.r.l.", vat_number(900 + number)) for number in (2, 3)]
    merge_enterprises(actor=system("test"), survivor=heirs[1], absorbed=third, chosen={}, reason="Scheda doppia.")
    application = Application.objects.get(pk=application.pk)
    act = draft_award_act(actor=desk, applications=[application])
    assert amounts() == [Decimal("500.00"), Decimal("1500.00"), Decimal("1000.00")]
    row = act.document.data["awards"][2]
    assert (row["name"], row["tax_code"]) == (heirs[1].name, heirs[1].tax_code)
    assert third.tax_code in row["stands_for"]
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    merge_enterprises(actor=system("test"), survivor=heirs[0], absorbed=second, chosen={}, reason="Codice corretto.")
    worker()
    for heir, was, reason in zip(heirs, (second, third), ("Codice corretto.", "Scheda doppia."), strict=True):
        award = Award.objects.get(enterprise=heir)
        assert award.state == "effective", award.stop_reason_it
        told = award.final_checks["stands_for"]
        assert (told["tax_code"], told["name"], told["reason"]) == (was.tax_code, was.name, reason)
        firm = firm_of(award.application, heir)
        assert (firm.is_partner, firm.copy["tax_code"]) == (True, was.tax_code), "its own copy, not that of who leads"
    lead = Award.objects.get(enterprise=actors[0].enterprise_id)
    assert "stands_for" not in lead.final_checks
    client.force_login(User.objects.get(pk=desk.user_id))
    assert "Codice corretto." in client.get(f"/ufficio/atti/{act.pk}/").content.decode()
