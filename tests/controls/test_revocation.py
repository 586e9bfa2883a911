"""A revocation is adversarial, signed by another person, and does all that it must in one transaction; what was paid comes back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from tests.cases.conftest import countries  # noqa: F401 - a fixture
from tests.claims.world import pdf
from tests.controls.conftest import forfeited
from tests.payments.conftest import claim_on

from levante.claims.api import counted_indicators
from levante.controls.api import (
    Recovery,
    Revocation,
    answer_paper,
    answer_plan,
    archive_revocation,
    ask_plan,
    ask_recovery,
    change_revocation,
    chase_instalments,
    expire_terms,
    give_up_told_incoming,
    hand_over_recovery,
    notify_revocation,
    open_revocation,
    places_of,
    propose_revocation,
    record_incoming,
    redo_revocation,
    resume_payments,
    retry_revocation,
    send_paper,
    send_revocation,
    suspend_payments,
    take_proposal_back,
    tell_incoming,
)
from levante.documents.api import GeneratedDocument
from levante.grants.api import Award
from levante.initiatives.api import Initiative
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.letters.api import Letter, advance, read_letter
from levante.messages.api import Notice
from levante.participations.api import Participation, Selection
from levante.parties.api import merge_enterprises
from levante.programme.api import BudgetLine, Direction, Fund, Indicator
from levante.web.desk.controls.worklist import my_turn as of_controls

pytestmark = pytest.mark.django_db
BOT = system("test")
D = Decimal


def test_the_enterprise_is_heard_before_anything_is_decided(voucher, desk, director, chief, cashier):
    firm = chief(voucher)
    more = {"award": voucher, "reason_code": "obligations", "grounds": "La fiera non si è tenuta."}
    with pytest.raises(Refused, match="responsabili del procedimento"):
        open_revocation(actor=cashier, **more)
    with pytest.raises(Refused, match="Scegli un motivo"):
        open_revocation(actor=desk, **{**more, "reason_code": "nessuno"})
    with pytest.raises(Refused, match=r"6\.000,00"):
        open_revocation(actor=desk, amount=D("6000.01"), **more)
    with pytest.raises(Refused, match="solo una parte"):
        open_revocation(actor=desk, **{**more, "reason_code": "not_eligible"})
    with pytest.raises(Refused, match="0,00"):
        open_revocation(actor=desk, amount=D("1000"), recover=D("0.01"), **more)  # nothing was paid
    found = open_revocation(actor=desk, **more)
    assert open_revocation(actor=desk, **more).pk == found.pk
    with pytest.raises(Refused, match="già un procedimento"):
        open_revocation(actor=desk, amount=D("10"), **more)
    assert not Revocation.objects.visible_to(firm).exists(), "not before the notice"

    found = notify_revocation(actor=desk, revocation=found)
    assert notify_revocation(actor=desk, revocation=found).answer_by == found.answer_by
    assert found.answer_by >= today() + timedelta(days=15)
    assert Revocation.objects.visible_to(firm).get() == found
    letter = Letter.objects.get(kind="revocation_notice")
    assert "6.000,00" in letter.body
    assert f"{found.answer_by:%d/%m/%Y}" in letter.body
    assert Notice.objects.filter(kind="revocation-notice", user=firm.user_id).count() == 1
    with pytest.raises(Refused, match="risposta dell’impresa"):
        propose_revocation(actor=desk, revocation=found, reasons="x")

    with pytest.raises(Refused, match=r"comunicava 6\.000,00"):
        change_revocation(actor=desk, revocation=found, amount=D("6000.01"))
    with pytest.raises(Refused, match="responsabili del procedimento"):
        change_revocation(actor=cashier, revocation=found, amount=D("5000"))
    less = change_revocation(actor=desk, revocation=found, amount=D("5000"))
    assert (less.amount, less.recover, less.is_whole) == (D("5000"), 0, False)
    with pytest.raises(Refused, match=r"5\.000,00"):  # nor back to what the notice said: less was said since
        change_revocation(actor=desk, revocation=found, amount=D("6000"))

    suspend_payments(actor=desk, revocation=found, why="Rischio di pagare il non dovuto")
    voucher.refresh_from_db()
    assert voucher.is_suspended
    from levante.claims.api import open_claim

    with pytest.raises(Refused, match="sospesa"):
        open_claim(actor=firm, award=voucher, mode="single")
    resume_payments(actor=desk, revocation=found)

    with pytest.raises(Refused, match="delega"):
        send_paper(actor=desk, revocation=found, kind="memo", text="x")
    with pytest.raises(Refused, match="da 1 a 30"):
        send_paper(actor=firm, revocation=found, kind="extension", text="Serve tempo", days=31)
    before = found.answer_by
    asked = send_paper(actor=firm, revocation=found, kind="extension", text="Serve tempo", days=10)
    answer_paper(actor=desk, paper=asked, granted=True, days=7)
    found.refresh_from_db()
    assert found.answer_by >= before + timedelta(days=7)
    assert list(of_controls(desk)) == []
    access = send_paper(actor=firm, revocation=found, kind="access", text="Copia del verbale")
    memo = send_paper(actor=firm, revocation=found, kind="memo", text="Ci siamo stati", uploads=[pdf()], is_last=True)
    assert memo.register_number
    assert memo.files.count() == 1
    assert [item.why for item in of_controls(desk)] == ["una revoca da decidere", "richiesta di accesso agli atti"]
    found.refresh_from_db()
    assert found.state == "heard"
    with pytest.raises(Refused, match="accesso agli atti"):
        propose_revocation(actor=desk, revocation=found, reasons="x")
    answer_paper(actor=desk, paper=access, granted=True)
    found = propose_revocation(actor=desk, revocation=found, reasons="Il badge non prova la presenza.")
    assert memo.register_number in found.document.data["papers"][0]
    take_proposal_back(actor=desk, revocation=found)
    with pytest.raises(Refused, match="dirigente"):
        archive_revocation(actor=desk, revocation=found, reason="x")
    accept = forfeited(voucher)
    closed = archive_revocation(actor=director, revocation=found, reason="Le foto provano la presenza.")
    accept.refresh_from_db()
    assert accept.state == "lapsed", "what was archived is another procedure"
    other = open_revocation(actor=desk, award=voucher, reason_code="not_accepted", grounds="Nessuna accettazione.")
    notify_revocation(actor=desk, revocation=other)
    archive_revocation(actor=director, revocation=other, reason="L’impresa era in ospedale.")
    accept.refresh_from_db()
    assert (accept.state, accept.reason, accept.stopped_on) == ("waiting", "L’impresa era in ospedale.", None)
    assert accept.due_on > today()
    assert "entro il" in Notice.objects.get(kind="acceptance-given-back").title_it
    assert (closed.state, Award.objects.get(pk=voucher.pk).amount) == ("archived", D("6000.00"))
    assert "Le foto provano" in Letter.objects.filter(kind="revocation_archived").earliest("pk").body


@pytest.mark.slow  # an award to its effect, then an act to its effect
def test_a_part_is_taken_away_and_the_line_has_it_back(voucher, proposed, desk, director, act_system, worker):
    found = proposed(voucher, reason_code="not_eligible", amount=D("1500.00"))
    with pytest.raises(Refused, match="dirigente"):
        send_revocation(actor=desk, revocation=found)
    act_system.behave({"refuse": "manca l’allegato"})
    send_revocation(actor=director, revocation=found)
    worker()
    found.refresh_from_db()
    assert found.state == "heard"
    found = propose_revocation(actor=desk, revocation=found, reasons="Di nuovo.")
    signed = found.document
    send_revocation(actor=director, revocation=found)
    assert send_revocation(actor=director, revocation=found).state == "sent_to_act_system"
    act_system.behave({"drop": 1})
    for seconds in (0, 30):
        worker(seconds)
    found.refresh_from_db()
    voucher.refresh_from_db()
    assert (found.state, found.stop_reason_it) == ("effective", "")
    assert (voucher.state, voucher.amount, voucher.granted) == ("effective", D("4500.00"), D("6000.00"))
    assert (voucher.aid.gge, voucher.aid.granted_gge, voucher.aid.annulled_on) == (D("4500.00"), D("6000.00"), None)
    assert BudgetLine.objects.get().committed == D("4500.00")
    assert found.effects["released"] == "1500.00"
    text = render_to_string(found.document.template, found.document.data | {"title": found.document.title})
    assert f"n. {found.number} del {found.act_date:%d/%m/%Y}, visto contabile n. " in text
    assert "Testo del" not in text
    assert "n. 241, articoli 3, 7, 8 e 10;" in text
    assert found.document.data["laws"] == found.reason["laws"] != []
    assert "articolo 21-quinquies;" in text
    assert found.request.key == f"revocation-{found.pk}-{signed.pk}", "what was signed stays as it went"
    assert "number" not in GeneratedDocument.objects.get(pk=signed.pk).data
    assert "Testo del" in render_to_string(signed.template, signed.data | {"title": signed.title})
    assert not Recovery.objects.exists()


@pytest.mark.slow  # an award to its effect, two acts of revocation
def test_money_on_its_way_stops_the_effect_until_it_is_known(voucher, proposed, desk, director, cashier, worker):
    from levante.claims.api import Claim

    found = proposed(voucher)
    send_revocation(actor=director, revocation=found)
    claim = claim_on(voucher, officer=desk.user_id)
    Claim.objects.filter(pk=claim.pk).update(state="liquidated")  # another office was faster
    worker()
    found.refresh_from_db()
    assert found.state == "act_returned"
    assert claim.register_number in found.stop_reason_it
    assert Award.objects.get(pk=voucher.pk).amount == D("6000.00"), "nothing was done by half"
    redo_revocation(actor=desk, revocation=found, reason="Si attende il pagamento")
    found = propose_revocation(actor=desk, revocation=found, reasons="x")
    with pytest.raises(Refused, match="è liquidata"):
        send_revocation(actor=director, revocation=found)
    Claim.objects.filter(pk=claim.pk).update(state="assessed")
    send_revocation(actor=director, revocation=found)
    Claim.objects.filter(pk=claim.pk).update(state="liquidated")
    worker()
    assert retry_revocation(actor=desk, revocation=found).state == "act_returned", "the money is on its way still"
    Claim.objects.filter(pk=claim.pk).update(state="assessed")
    with pytest.raises(Refused, match="responsabili del procedimento"):
        retry_revocation(actor=cashier, revocation=found)
    assert retry_revocation(actor=desk, revocation=found).stop_reason_it == ""
    assert retry_revocation(actor=desk, revocation=found).state == "effective", "once more changes nothing"
    found.refresh_from_db()
    claim.refresh_from_db()
    assert (found.state, claim.state, claim.due) == ("effective", "refused", None)
    assert found.effects["claims"] == [claim.register_number]
    assert BudgetLine.objects.get().committed == 0


def taking_part(code, award, places):
    """A fair begun today that the money of the award's line pays, with these enterprises in it, each in its state."""
    line, at = award.act.line, now()
    direction = Direction.objects.filter(programme=line.triennium.programme)[0]
    fair = Initiative.objects.create(
        code=code, kind="fair", state="following", title_it=code, title_en=code, direction=direction, market_id="DE",
        starts_on=today(), ends_on=today(), budget_line=line, act=award.act.programme_act, lead_office=award.act.call.office,
        created_at=at,
    )  # fmt: skip
    selection = Selection.objects.create(initiative=fair, places=len(places))
    for seat, (firm, state) in enumerate(places.items(), 1):
        held = {"seat": None if state == "renounced" else seat, "offered_at": at, "answer_by": today()}
        taken = {"accepted_at": at, "confirmed_at": at}
        Participation.objects.create(selection=selection, enterprise=firm, state=state, position=seat, **held, **taken)
    return fair


@pytest.mark.slow  # an award to its effect, its payment, an act to its effect, a year of instalments
def test_a_year_of_instalments(
    liquidated,
    pay,
    proposed,
    desk,
    director,
    cashier,
    chief,
    worker,
    enterprise,
    client,
    officer,
    signed_in,
    countries,  # noqa: F811
):
    award, firm = liquidated.claim.award, chief(liquidated.claim.award)
    pay(liquidated)
    funds = [
        Fund.objects.create(
            programme=award.act.line.triennium.programme, code=code, kind="erdf", name_it=code, name_en=code, source="x"
        )
        for code in ("ours", "theirs")
    ]
    BudgetLine.objects.update(fund=funds[0])
    rows = [
        Indicator.objects.create(
            programme=award.act.line.triennium.programme, code=code, number=code, kind="output", scope=scope, counts=counts,
            fund=fund, name_it=code, name_en=code, unit_it="x", unit_en="x", since=since, source="x",
            initiative_kinds=["fair"] if counts in ("supported", "non_financial") else [],
        )
        for code, scope, counts, fund, since in (
            ("P06", "programme", "granted", None, None),
            ("P07", "programme", "matching", None, None),
            ("RCO02", "common", "granted", funds[0], today()),
            ("CO02", "common", "granted", funds[1], None),
            ("P08", "programme", "granted", None, today() + timedelta(days=1)),
            ("RCO01", "common", "supported", funds[0], None),
            ("RCO04", "common", "non_financial", funds[0], today()),
            ("CO01", "common", "supported", funds[1], None),
            ("P09", "programme", "supported", None, today() + timedelta(days=1)),
        )
    ]  # fmt: skip
    came, coming, away, gone = (enterprise(name, size="small", size_on=today()) for name in ("A", "B", "C", "D"))
    place = {award.enterprise: "confirmed", came: "attended", away: "absent", gone: "renounced"}
    fair = taking_part("fiera", award, place)
    taking_part("altra-fiera", award, {coming: "confirmed", came: "confirmed"})
    taking_part("stampa", award, {gone: "attended"})
    Initiative.objects.filter(code="stampa").update(kind="press")
    size = award.final_checks["size"]["size"]
    counted = list(counted_indicators(rows).values())
    assert [(one.planned, one.achieved) for one in counted[:3:2]] == [(1, 1), (1, 1)]
    assert counted[0].sizes == {size: 1}
    assert [one.planned for one in counted[3:5]] == [0, 0], "money of another fund, years to come"
    assert [(one.planned, one.achieved) for one in counted[5:]] == [(3, 2), (3, 1), (0, 0), (0, 0)], "each once"
    assert counted[5].sizes == {size: 1 + 2 * (size == "small"), "small": 2 + (size == "small")}
    signed_in(officer("director", given="Dora"))
    address = f"/ufficio/programma/indicatori/{rows[5].pk}/"
    page = client.get(address).content.decode()
    assert page.count("altra-fiera") == 4, "each links it, by its code and its title"
    assert f'href="/ufficio/atti/{award.act_id}/"' in page
    assert client.get(f"{address}?export=csv").getvalue().decode().count("\n") == 4
    assert client.get(f"/ufficio/programma/indicatori/{rows[1].pk}/").status_code == 404, "euro, not enterprises"
    found = proposed(award)
    assert found.recover == D("6000.00")
    send_revocation(actor=director, revocation=found)
    worker()
    found.refresh_from_db()
    award.refresh_from_db()
    assert (found.state, found.stop_reason_it) == ("effective", "")
    assert (award.state, award.amount, award.aid.annulled_on) == ("revoked", D("0.00"), today())
    assert [(one.planned, one.achieved) for one in counted_indicators(rows).values()] == [
        (0, 0),
        (None, 0),
        *[(0, 0)] * 3,
        *[(3, 1)] * 2,
        *[(0, 0)] * 2,
    ]
    Participation.objects.filter(enterprise=award.enterprise).update(state="renounced", seat=None)
    assert [one.planned for one in counted_indicators(rows[5:7]).values()] == [2, 2], "its place was its support still"
    merge_enterprises(actor=BOT, survivor=came, absorbed=gone, chosen={}, reason="La stessa impresa")
    Initiative.objects.filter(pk=fair.pk).update(state="cancelled", cancelled_reason="x")
    told = counted_indicators(rows[5:7]).values()
    assert [(one.planned, one.achieved) for one in told] == [(2, 1)] * 2, "who had come to what was cancelled did come"
    recovery = Recovery.objects.get()
    assert not Recovery.objects.visible_to(firm).exists(), "not before it is asked"
    with pytest.raises(Refused, match="ragioneria"):
        ask_recovery(actor=desk, recovery=recovery)
    ask_recovery(actor=cashier, recovery=recovery)
    assert ask_recovery(actor=cashier, recovery=recovery).instalments.count() == 1
    one = recovery.instalments.get()
    assert (one.capital, one.amount) == (D("6000.00"), one.capital + one.interest)
    assert one.interest > 0
    assert "6.000,00" in Letter.objects.get(kind="recovery_request").body
    with pytest.raises(Refused, match="da 2 a 36"):
        ask_plan(actor=firm, recovery=recovery, count=37, why="x")
    plan = ask_plan(actor=firm, recovery=recovery, count=3, why="Liquidità")
    assert ask_plan(actor=firm, recovery=recovery, count=3, why="Liquidità") == plan
    first = today() + timedelta(days=20)
    assert [item.url for item in of_controls(cashier)] == [f"/ufficio/recuperi/{recovery.pk}/"]
    answer_plan(actor=cashier, plan=plan, granted=True, first_due=first)
    assert list(of_controls(cashier)) == []
    rows = list(recovery.instalments.filter(state="due"))
    assert [row.capital for row in rows] == [D("2000.00")] * 3
    assert [(row.number, row.place) for row in rows] == [(2, 1), (3, 2), (4, 3)], "the whole was the first of its own"
    assert list(places_of(list(recovery.instalments.order_by("number"))).values()) == [1, 1, 2, 3]
    assert recovery.instalments.get(number=1).state == "replaced"

    with clock_at(now() + timedelta(days=20)):
        paid = record_incoming(
            actor=system("test"),
            recovery=recovery,
            source="treasury",
            reference="Q1",
            on=today(),
            amount=rows[0].amount,
        )
        again = record_incoming(
            actor=system("test"),
            recovery=recovery,
            source="treasury",
            reference="Q1",
            on=today(),
            amount=rows[0].amount,
        )
    assert paid == again
    assert BudgetLine.objects.get().recovered == D("2000.00")
    # Two are missed: the whole is due, with every day it was out.
    with clock_at(now() + timedelta(days=90)):
        said = {"source": "treasury", "reference": "Q8", "on": today(), "amount": rows[1].amount}
        told = tell_incoming(actor=cashier, recovery=recovery, **said)
        assert chase_instalments(actor=BOT) == 0, "nobody is late whose money waits for another person"
        with pytest.raises(Refused, match="versamento da confermare"):
            hand_over_recovery(actor=cashier, recovery=recovery, reference="Ruolo 1")
        give_up_told_incoming(actor=cashier, told=told, reason="Era di un’altra impresa")
        assert chase_instalments(actor=BOT) == 2
        assert chase_instalments(actor=BOT) == 0
        recovery.refresh_from_db()
        assert recovery.state == "in_default"
        whole = recovery.instalments.get(state="due")
        assert whole.capital == D("4000.00")
        assert Notice.objects.filter(kind="recovery-default", user=firm.user_id).count() == 1
    with clock_at(now() + timedelta(days=200)):
        hand_over_recovery(actor=cashier, recovery=recovery, reference="Ingiunzione 5/2027")
        record_incoming(
            actor=system("test"),
            recovery=recovery,
            source="set_off",
            reference="M7",
            on=today(),
            amount=whole.amount + D("5.00"),
        )
        recovery.refresh_from_db()
        assert recovery.state == "collection"  # it came late: the days of delay are owed
        late = recovery.instalments.get(kind="late")
        assert late.capital == 0
        record_incoming(
            actor=system("test"), recovery=recovery, source="treasury", reference="Q2", on=today(), amount=late.amount
        )
        recovery.refresh_from_db()
    assert (recovery.state, recovery.capital_in) == ("closed", D("6000.00"))
    assert recovery.incomings.get(reference="M7").excess == D("5.00")
    line = BudgetLine.objects.get()
    assert (line.paid, line.recovered) == (D("6000.00"), D("6000.00"))


@pytest.mark.slow  # an award to its effect, a letter to its reader
def test_the_days_to_answer_are_had_whole(voucher, desk, chief):
    firm, start = chief(voucher), now()
    found = open_revocation(actor=desk, award=voucher, reason_code="other", grounds="x")
    found = notify_revocation(actor=desk, revocation=found)
    first = found.answer_by
    with clock_at(start + timedelta(days=40)):
        assert expire_terms(actor=BOT) == 0, "nobody received it"
        with pytest.raises(Refused, match="la consegna dell’avvio"):
            propose_revocation(actor=desk, revocation=found, reasons="x")
        access = send_paper(actor=firm, revocation=found, kind="access", text="Ne ho saputo")
        answer_paper(actor=desk, paper=access, granted=True)
        assert expire_terms(actor=BOT) == 1, "who answers knows"
        assert propose_revocation(actor=desk, revocation=found, reasons="Nessuna risposta.").state == "proposed"
    with clock_at(start + timedelta(days=41)):
        letter = Letter.objects.get(kind="revocation_notice")
        advance(actor=BOT, letter_id=letter.pk)
        read_letter(actor=firm, letter=letter)
        found.refresh_from_db()
        assert (found.state, found.heard_at) == ("noticed", None), "its days from receipt, though the act was drafted"
        assert found.answer_by >= today() + timedelta(days=15) > first
        with pytest.raises(Refused, match="la fine del termine"):
            propose_revocation(actor=desk, revocation=found, reasons="x")
        more = send_paper(actor=firm, revocation=found, kind="extension", text="Serve tempo", days=10)
    with clock_at(start + timedelta(days=70)):
        assert expire_terms(actor=BOT) == 0, "a request of more time waits for its answer"
        over = found.answer_by
        answer_paper(actor=desk, paper=more, granted=True)
        found.refresh_from_db()
        assert (found.state, found.answer_by >= over + timedelta(days=10)) == ("noticed", True)
    with clock_at(start + timedelta(days=90)):
        assert expire_terms(actor=BOT) == 1
        assert propose_revocation(actor=desk, revocation=found, reasons="Nessuna risposta.").state == "proposed"


@pytest.mark.slow  # an award to its effect
def test_more_time_that_is_granted_is_had(voucher, desk, chief):
    firm = chief(voucher)
    found = open_revocation(actor=desk, award=voucher, reason_code="other", grounds="x")
    found = notify_revocation(actor=desk, revocation=found)
    more = send_paper(actor=firm, revocation=found, kind="extension", text="Serve tempo", days=10)
    send_paper(actor=firm, revocation=found, kind="memo", text="Per ora è tutto", is_last=True)
    answer_paper(actor=desk, paper=more, granted=True)
    found.refresh_from_db()
    assert (found.state, found.heard_at) == ("noticed", None), "it reads that it may answer, and it may"
    with pytest.raises(Refused, match="la fine del termine"):
        propose_revocation(actor=desk, revocation=found, reasons="x")
