"""An award accepted in time or not, and varied: costs plan, days, something else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.claims.test_claims import all_complete, spent
from tests.claims.world import pdf

from levante.calls.api import Call
from levante.claims import carrying_states as states
from levante.claims.api import (
    Acceptance,
    Claim,
    accept_award,
    accept_by,
    add_variation_file,
    amount_in_force,
    approve_variation,
    ask_acceptances,
    assess_claim,
    chase_acceptances,
    days_in_force,
    discard_variation,
    draft_reduction,
    give_up_reduction,
    lapse_acceptance,
    open_claim,
    open_variation,
    prolong_acceptance,
    reckon,
    refuse_variation,
    send_claim,
    send_reduction,
    send_variation,
    take_claim,
    take_variation,
    withdraw_variation,
    write_report,
    write_variation,
)
from levante.claims.period import period_of
from levante.controls.api import (
    NOT_ACCEPTED,
    admit_late_acceptance,
    archive_revocation,
    not_accepted,
    open_revocation,
)
from levante.grants.api import Award, resume_award, suspend_award
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.messages.api import Notice
from levante.web.desk.variations.worklist import my_turn as of_variations

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # an award to its effect
]
BOT, D = system("test"), Decimal


def loaded(award):
    return Award.objects.select_related("application__opening__call", "enterprise", "aid", "acceptance").get(
        pk=award.pk
    )


def held_with(acceptance):
    return Acceptance.objects.select_related("award__aid").get(pk=acceptance.pk)


def test_an_award_is_accepted_in_time_or_its_forfeiture_is_proposed(
    award, chief, desk, director, client, django_user_model
):
    actor = chief(award)
    assert ask_acceptances(actor=BOT) == 0, "its call wants no acceptance"
    Call.objects.filter(pk=award.application.opening.call_id).update(terms={"acceptance_days": 20})
    award = loaded(award)
    with pytest.raises(Refused, match="da accettare"):
        open_claim(actor=actor, award=award, mode="advance")
    assert ask_acceptances(actor=BOT) == 1
    assert ask_acceptances(actor=BOT) == 0
    held = Acceptance.objects.get()
    assert held.due_on >= today() + timedelta(days=20)
    assert held.steps
    for first, last, wrong in (
        (today() - timedelta(days=9), today(), "prima della domanda"),
        (today(), today() - timedelta(days=1), "prima di cominciare"),
        (today(), today() + timedelta(days=9_000), "al massimo"),
        (None, today(), "primo giorno"),
    ):
        with pytest.raises(Refused, match=wrong):
            accept_award(actor=actor, acceptance=held, starts_on=first, ends_on=last)
    with pytest.raises(Refused, match="legale rappresentante"):
        accept_award(actor=desk, acceptance=held, starts_on=today(), ends_on=today())
    # The days stop while it cannot be accepted, and what was left of them is given back.
    left = (held.due_on - today()).days
    with clock_at(now() + timedelta(days=2)):
        suspend_award(actor=BOT, award=award, on=today(), why="verifica in corso")
    with clock_at(now() + timedelta(days=9)):
        assert (chase_acceptances(actor=BOT), chase_acceptances(actor=BOT)) == (1, 0)
    with clock_at(now() + timedelta(days=40)):
        assert chase_acceptances(actor=BOT) == 0, "nobody loses it for days on which they could not accept"
        held.refresh_from_db()
        assert (held.state, held.stopped_on) == (states.WAITING, today() - timedelta(days=38))
        with pytest.raises(Refused, match="sospesa"):
            accept_award(actor=actor, acceptance=held, starts_on=today(), ends_on=today())
        assert accept_by(held_with(held)) is None
        with pytest.raises(IntegrityError), transaction.atomic():
            Acceptance.objects.filter(pk=held.pk).update(state=states.OVER)
        resume_award(actor=BOT, award=award)
        again = accept_by(held_with(held))
        assert (chase_acceptances(actor=BOT), chase_acceptances(actor=BOT)) == (1, 0)
        held.refresh_from_db()
        assert (held.stopped_on, held.due_on) == (None, again)
        assert held.due_on >= today() + timedelta(days=left - 2)
        # Without its COR the award has no effect for the firm: the same, and it runs again at the acceptance too.
        cor, aid = award.codes[0], type(award.aid).objects.filter(pk=award.aid_id)
        aid.update(cor="")
        assert chase_acceptances(actor=BOT) == 1
        aid.update(cor=cor)
    # Nobody does: told before, then over; the officer gives more time, or decides.
    held.refresh_from_db()
    due = 40 + left
    with clock_at(now() + timedelta(days=due - 3)):
        assert chase_acceptances(actor=BOT) == 1, "they run again"
        held.refresh_from_db()
    due = (held.due_on - today()).days
    with clock_at(now() + timedelta(days=due - 1)):
        assert chase_acceptances(actor=BOT) == 1
        assert chase_acceptances(actor=BOT) == 0, "told once"
    with clock_at(now() + timedelta(days=due + 1)):
        with pytest.raises(Refused, match="scaduto"):
            accept_award(actor=actor, acceptance=held, starts_on=today(), ends_on=today())
        assert chase_acceptances(actor=BOT) == 1
        assert Notice.objects.filter(kind="acceptance-over").exists()
        with pytest.raises(Refused, match="perché"):
            prolong_acceptance(actor=desk, acceptance=held, days=5, reason="")
        assert [item.url for item in of_variations(desk)] == ["/ufficio/accettazioni/?state=over"]
        prolong_acceptance(actor=desk, acceptance=held, days=5, reason="La PEC era piena")
        assert list(of_variations(desk)) == []
    with clock_at(now() + timedelta(days=due + 15)):
        assert chase_acceptances(actor=BOT) == 1
        with pytest.raises(Refused):
            lapse_acceptance(actor=actor, acceptance=held, reason="x")
        lapse_acceptance(actor=desk, acceptance=held, reason="Due termini passati")
        assert lapse_acceptance(actor=desk, acceptance=held, reason="di nuovo").state == states.LAPSED
        # Its revocation is to be begun, unless the director takes a late acceptance by an act.
        assert [item.url for item in of_variations(desk)] == ["/ufficio/accettazioni/?state=lapsed"]
        with pytest.raises(Refused, match="decadenza da disporre"):
            prolong_acceptance(actor=desk, acceptance=held, days=5, reason="x")
        act = {"days": 15, "reason": "Il legale rappresentante era malato", "number": "77", "act_date": today()}
        with pytest.raises(Refused, match="ammette il dirigente"):
            admit_late_acceptance(actor=desk, acceptance=held, **act)
        begun = open_revocation(actor=desk, award=award, reason_code=NOT_ACCEPTED, grounds=not_accepted(award))
        assert "Due termini passati" in begun.grounds
        assert list(of_variations(desk)) == []
        with pytest.raises(Refused, match="aperto il procedimento"):
            admit_late_acceptance(actor=director, acceptance=held, **act)
        archive_revocation(actor=desk, revocation=begun, reason="Il fascicolo non è completo")
        held.refresh_from_db()
        assert held.state == states.LAPSED, "the enterprise was told of nothing"
        for wrong in ({"days": 0}, {"reason": " "}, {"number": ""}, {"act_date": today() - timedelta(days=1)}):
            with pytest.raises(Refused):
                admit_late_acceptance(actor=director, acceptance=held, **{**act, **wrong})
        page = "/ufficio/accettazioni/"
        client.force_login(django_user_model.objects.get(pk=desk.user_id))
        shown = client.get(page).content.decode()
        assert f"/ufficio/revoche/nuova/{award.pk}/?reason=not_accepted" in shown
        assert "accettazione tardiva</summary>" not in shown
        begin = client.get(f"/ufficio/revoche/nuova/{award.pk}/?reason=not_accepted").content.decode()
        assert "non è stata accettata entro il" in begin
        client.force_login(django_user_model.objects.get(pk=director.user_id))
        typed = {**act, "act_date": today().isoformat(), "days": "x"}
        refused = client.post(f"{page}{held.pk}/azioni/tardiva/", typed)
        assert (refused.status_code, "Il legale rappresentante era malato" in refused.content.decode()) == (409, True)
        assert client.post(f"{page}{held.pk}/azioni/tardiva/", {**typed, "days": "15"}).status_code == 302
        held.refresh_from_db()
        assert (held.state, held.late_act.number, held.decided_by_id) == (states.WAITING, "77", director.user_id)
        assert "con l’atto n. 77" in client.get(page).content.decode()
        assert any("malato" in one.body_it for one in Notice.objects.filter(kind="acceptance-given-back"))
        with pytest.raises(Refused, match="quando è decisa la decadenza"):
            admit_late_acceptance(actor=director, acceptance=held, **act)
    end = today() + timedelta(days=200)
    accepted = accept_award(actor=actor, acceptance=held, starts_on=today(), ends_on=end)
    assert accepted.register_number.startswith("ACO-")
    again = accept_award(actor=actor, acceptance=held, starts_on=today(), ends_on=end)
    assert again.register_number == accepted.register_number
    award = loaded(award)
    assert (period_of(award).first, period_of(award).last) == (today(), end)
    assert open_claim(actor=actor, award=award, mode="advance").state == "draft"

    # An extension, approved for less than was asked: the days of the project move.
    asked = {"starts_on": today(), "ends_on": end + timedelta(days=100)}
    extension = open_variation(actor=actor, award=award, kind="dates")
    assert open_variation(actor=actor, award=award, kind="dates").pk == extension.pk
    with pytest.raises(Refused, match="in corso"):
        open_variation(actor=actor, award=award, kind="seat")
    write_variation(actor=actor, variation=extension, reason="", asked=asked)
    with pytest.raises(Refused, match="perché la chiedi"):
        send_variation(actor=actor, variation=extension)
    write_variation(actor=actor, variation=extension, reason="La fiera è rinviata", asked=asked)
    add_variation_file(actor=actor, variation=extension, upload=pdf(), label="Lettera della fiera")
    sent = send_variation(actor=actor, variation=extension)
    assert sent.register_number.startswith("VAR-")
    assert send_variation(actor=actor, variation=extension).register_number == sent.register_number
    with pytest.raises(Refused, match="già stata inviata"):
        write_variation(actor=actor, variation=extension, reason="altro", asked=asked)
    take_variation(actor=desk, variation=sent)
    beyond = {"starts_on": today(), "ends_on": end + timedelta(days=101)}
    with pytest.raises(Refused, match="tra com’era"):
        approve_variation(actor=desk, variation=sent, approved=beyond, reason="x")
    less = {"starts_on": today(), "ends_on": end + timedelta(days=60)}
    with pytest.raises(Refused, match="motivi"):
        approve_variation(actor=desk, variation=sent, approved=less)
    decided = approve_variation(actor=desk, variation=sent, approved=less, reason="Il bando dà 60 giorni")
    assert decided.state == states.PARTLY
    assert days_in_force(award)["ends_on"] == (end + timedelta(days=60)).isoformat()
    assert period_of(award).last == end + timedelta(days=60)


def test_a_costs_plan_is_reckoned_again_and_never_gives_more(award, chief, desk, director, worker):
    actor, award = chief(award), loaded(award)

    def rows(stand, study, travel="0"):
        return {
            "rows": [
                {"item": code, "value": D(value)}
                for code, value in (("stand", stand), ("study", study), ("travel", travel))
            ]
        }

    plan = open_variation(actor=actor, award=award, kind="costs")
    with pytest.raises(Refused, match="anche zero"):
        write_variation(actor=actor, variation=plan, reason="Meno stand", asked={"rows": []})
    write_variation(actor=actor, variation=plan, reason="Meno stand", asked=rows("5000.00", "20000.00", "2"))
    take_variation(actor=desk, variation=send_variation(actor=actor, variation=plan))
    whole = approve_variation(actor=desk, variation=plan)
    # 4,000 of the stand within its ceiling and 20,000 of study: half of it is above the award, which stays as it was.
    assert (whole.state, whole.amount_after, whole.to_reduce(award.amount)) == (states.APPROVED, award.amount, 0)
    lower = open_variation(actor=actor, award=award, kind="costs")
    assert [row.get("amount") or row["quantity"] for row in lower.before["rows"]] == ["5000.00", "20000.00", "2"]
    write_variation(actor=actor, variation=lower, reason="Lo studio costa meno", asked=rows("5000.00", "1000.00"))
    take_variation(actor=desk, variation=send_variation(actor=actor, variation=lower))
    with pytest.raises(Refused, match="tra com’era"):
        approve_variation(actor=desk, variation=lower, approved=rows("6000.00", "1000.00"), reason="x")
    partly = approve_variation(actor=desk, variation=lower, approved=rows("5000.00", "2000.00"), reason="Serve di più")
    assert (partly.state, partly.amount_after) == (states.PARTLY, D("3000.00"))
    assert partly.to_reduce(award.amount) == award.amount - D("3000.00"), "brought down by an act"
    (told,) = [one for one in Notice.objects.filter(kind="variation-decided") if "Serve di più" in one.body_it]
    assert "scende a 3.000,00" in told.body_it
    # Nothing brought the award down yet, and no claim reaches more than the plan leaves; another plan may take its place.
    assert (loaded(award).amount, amount_in_force(award)) == (award.amount, D("3000.00"))
    act = draft_reduction(actor=desk, variation=partly)
    higher = open_variation(actor=actor, award=award, kind="costs")
    write_variation(actor=actor, variation=higher, reason="Lo studio serve", asked=rows("5000.00", "20000.00"))
    take_variation(actor=desk, variation=send_variation(actor=actor, variation=higher))
    with pytest.raises(Refused, match="in corso"):
        approve_variation(actor=desk, variation=higher)
    give_up_reduction(actor=desk, reduction=act, reason="Il piano torna com’era")
    approve_variation(actor=desk, variation=higher)
    assert amount_in_force(award) == award.amount
    with pytest.raises(Refused, match="ha preso il posto"):
        draft_reduction(actor=desk, variation=partly)
    lower = open_variation(actor=actor, award=award, kind="costs")
    write_variation(actor=actor, variation=lower, reason="Lo studio no", asked=rows("5000.00", "2000.00"))
    take_variation(actor=desk, variation=send_variation(actor=actor, variation=lower))
    lower = approve_variation(actor=desk, variation=lower)
    nothing = open_variation(actor=actor, award=award, kind="costs")
    write_variation(actor=actor, variation=nothing, reason="Tutto a zero", asked=rows("0", "0"))
    take_variation(actor=desk, variation=send_variation(actor=actor, variation=nothing))
    with pytest.raises(Refused, match="alcun contributo"):
        approve_variation(actor=desk, variation=nothing)
    assert refuse_variation(actor=desk, variation=nothing, reason="Non resta nulla").state == states.REFUSED
    other = open_variation(actor=actor, award=award, kind="seat")
    write_variation(actor=actor, variation=other, reason="Nuova sede", asked={"text": "Da Bari a Brindisi"})
    send_variation(actor=actor, variation=other)
    with pytest.raises(Refused):
        discard_variation(actor=actor, variation=other)
    assert withdraw_variation(actor=actor, variation=other).state == states.WITHDRAWN
    draft = open_variation(actor=actor, award=award, kind="seat")
    with pytest.raises(Refused):
        discard_variation(actor=desk, variation=draft)
    assert discard_variation(actor=actor, variation=draft).state == states.DISCARDED
    assert open_variation(actor=actor, award=award, kind="dates").pk != draft.pk, "nothing is under way any more"

    # What is due is the same before the act and after it.
    balance = open_claim(actor=actor, award=loaded(award), mode="balance")
    spent(balance, actor, "1", "12000.00", item="study")
    write_report(actor=actor, claim=balance, report="Fatto")
    take_claim(actor=desk, claim=(sent := send_claim(actor=actor, claim=balance)))
    all_complete(sent, desk)
    done = assess_claim(actor=desk, claim=sent)
    assert (done.asked, done.due) == (D("3000.00"), D("3000.00"))
    assert lower.register_number in done.steps[0]["text"]
    page, mine = f"/ufficio/variazioni/{lower.pk}/", "scrivi l’atto di riduzione"
    for actor_of in (desk, director):
        assert [(one.url, mine in one.why) for one in of_variations(actor_of)] == [(page, True)]
    act = draft_reduction(actor=desk, variation=lower)
    assert list(of_variations(desk)) == []
    assert [one.why for one in of_variations(director)] == ["atto di riduzione da firmare"]
    send_reduction(actor=director, reduction=act)
    worker()
    assert amount_in_force(loaded(award)) == loaded(award).amount == D("3000.00")
    again = reckon(Claim.objects.get(pk=done.pk), kept=True).due
    assert (again.amount, again.excess) == (done.due, 0)
    assert list(of_variations(desk)) == list(of_variations(director)) == []
