"""An award in the national registers: COR and CUP before the act, the act's date after it, and the days on which they say no."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.conftest import vat_number
from tests.exchange.rna_world import cup, rna  # noqa: F401

from levante.aid.api import RnaRegistration, Visura, record_merger
from levante.aid.jobs import cancel_of_released, chase
from levante.calls.api import Call
from levante.exchange.api import ExternalRequest, deliver
from levante.grants.api import (
    Award,
    AwardAct,
    RegisterTask,
    ask_another_cup,
    cancel_award,
    cancel_award_act,
    confirm_similar_cup,
    draft_award_act,
    mend_in_rna,
    record_award_visura,
    record_cor_cup,
    reduce_award,
    register_awards,
    restore_award,
    retry_award_act,
    send_award_act,
    standing_of,
    use_given_cup,
)
from levante.kernel.api import Refused, clock_at, day_of, now, system, today
from levante.messages.api import Notice
from levante.programme.api import record_act
from levante.web.desk.awards.worklist import my_turn

pytestmark = pytest.mark.django_db
BOT = system("test")
CODES = {
    "rna": {"notice": 4711, "procedure": 1, "regulation": "CE2831/2023", "objective": 502004, "instrument": 37, "cost_kind": "1"},
    "cup": {"nature": "07", "kind": "17", "sector": "10", "subsector": "40", "category": "160", "area_kind": "05", "instrument": "99",
            "instrument_text": "Programma regionale", "covers": ["001"]},
}  # fmt: skip


def carry(tries=14):
    """What the workers do, each request at its hour, until none waits."""
    for _ in range(tries):
        waiting = ExternalRequest.objects.filter(state__in=["waiting", "sending"]).order_by("next_try_at", "pk").first()
        if waiting is None:
            return
        with clock_at(max(waiting.next_try_at or waiting.claimed_until + timedelta(seconds=1), now())):
            deliver(actor=system("test"), request_id=waiting.pk)


@pytest.fixture
def act(admitted, desk, rna, cup):  # noqa: F811
    """A draft with one award, of a call that says its codes."""
    application = admitted()
    Call.objects.filter(pk=application.opening.call_id).update(registers=CODES)
    for other_side in (rna, cup):
        other_side.behave({"day": today().isoformat()})
    return draft_award_act(actor=desk, applications=[application])


@pytest.mark.slow  # an act to its effect, with two registers beside
def test_the_codes_come_before_the_act_and_its_date_goes_after_it(
    act, desk, director, act_system, rna, signed_in, django_user_model, enterprise  # noqa: F811
):  # fmt: skip
    with pytest.raises(Refused, match=r"registrazione nel RNA \(COR\) di 1"):
        send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    register_awards(actor=desk, act=act)
    asked = ExternalRequest.objects.count()
    register_awards(actor=desk, act=act)
    assert ExternalRequest.objects.count() == asked == 4, "three visure and a CUP: once"
    carry()
    asked = ExternalRequest.objects.count()
    assert asked == 5, "and the registration, when the CUP is there"
    award = Award.objects.get()
    registration = RnaRegistration.objects.get()
    assert (award.cor, registration.state) == (registration.cor, "to_confirm")
    assert len(award.cup) == 15
    file = registration.request.body["file"]
    assert f"CUP>{award.cup}</" in file
    assert "CUP_CHECK_RICHIESTA>3</" in file
    assert f"DATA_DOMANDA>{day_of(award.application.submitted_at)}" in file
    assert set(Visura.objects.values_list("kind", flat=True)) == {"aids", "de_minimis", "deggendorf"}
    act.refresh_from_db()
    assert award.cor in str(act.document.data), "the act cites the code (art. 9 DM 115/2017)"
    assert [cited.split(" VERCOR")[0] for cited in act.document.data["awards"][0]["visure"]] == [
        "visura aiuti (art. 13 del D.M. 115/2017)",
        "visura de minimis (art. 14 del D.M. 115/2017)",
        "visura Deggendorf (art. 15 del D.M. 115/2017)",
    ]
    with pytest.raises(Refused, match="non si scrive un altro codice"):
        record_cor_cup(actor=desk, award=award, cor="1234567", cup=award.cup)
    (row,) = standing_of(act)
    assert (row.registration.last_day, len(row.visure), row.similar) == (registration.last_day, 3, [])

    # A visura that was not given is waited for, and who is in the list of art. 46 L. 234/2012 is granted nothing: until asked again.
    listed = Visura.objects.filter(kind="deggendorf")
    Visura.objects.filter(kind="aids").update(state="refused", problem="servizio sospeso")
    listed.update(told={"listed": True})
    # Nor does the de minimis one do that leaves out a member of the single undertaking, found out since.
    over = enterprise("Capogruppo S.p.A.", vat_number(8))
    award.checks["position"]["undertaking"].append(over.tax_code)
    award.save(update_fields=["checks"])
    said = r"visura aiuti .*servizio sospeso.*non è anche di Capogruppo S.p.A..*elenco di chi deve restituire"
    with pytest.raises(Refused, match=said):
        send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    register_awards(actor=desk, act=act)
    with pytest.raises(Refused, match="non ha ancora risposto"):
        send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    assert ExternalRequest.objects.count() == asked + 3, "those three alone"
    wanted = ExternalRequest.objects.filter(kind="report", body__report="de_minimis").order_by("pk")
    member = {"tax_code": over.tax_code, "name": over.name}
    assert [one.body["members"] for one in wanted] == [[], [member]]
    carry()
    act.refresh_from_db()
    whole = Visura.objects.filter(kind="de_minimis").latest("pk")
    assert act.document.data["awards"][0]["visure"][1] == (
        f"visura de minimis (art. 14 del D.M. 115/2017) VERCOR {whole.vercor} del {whole.made_on:%d/%m/%Y}, resa per l’impresa unica "
        f"con {over.name}, c.f. {over.tax_code}"
    )

    # One of which it is not read what it says is no leave to grant: who opens it writes it.
    listed.update(told={"listed": None})
    with pytest.raises(Refused, match=r"Deggendorf .*non vi si legge se l’impresa è nell’elenco"):
        send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    last = listed.latest("pk")
    record_award_visura(actor=desk, award=award, kind=last.kind, vercor=last.vercor, made_on=last.made_on, listed=False)
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    listed.update(told={"listed": True})  # found out while the act is at signature
    carry()
    award.refresh_from_db()
    assert (award.state, "Deggendorf" in award.stop_reason_it) == ("act_returned", True)
    listed.update(told={"listed": False})
    act.refresh_from_db()
    retry_award_act(actor=desk, act=act)
    carry()
    award.refresh_from_db()
    registration.refresh_from_db()
    assert (award.state, award.is_in_force, registration.state) == ("effective", True, "confirmed")
    assert registration.granted_on == AwardAct.objects.get().act_date
    assert award.aid.cor == registration.cor

    # Reduced by another act it is varied there, then the whole is cancelled there.
    def less(number, left):
        other = record_act(
            actor=BOT, triennium=award.act.line.triennium, code=f"revoca-{number}", number=number, adopted_on=today(), title_it="R",
            title_en="R",
        )  # fmt: skip
        reduce_award(
            actor=BOT, award=award, amount=left, act=other, day=today(), number=number, reason="Spese non ammesse",
            release_amount=half,
        )  # fmt: skip
        carry()
        return other

    half = award.amount / 2
    first = less("9", half)
    registration.refresh_from_db()
    variation = registration.variations.get()
    assert (variation.state, variation.act) == ("confirmed", f"n. 9 del {today():%d/%m/%Y}")
    assert (registration.gge, bool(variation.covar)) == (half, True)
    less("10", Decimal(0))
    registration.refresh_from_db()
    award.refresh_from_db()
    assert (registration.state, award.state, award.cor) == ("cancelled", "revoked", registration.cor)

    # A deed gives the place of the firm to another: what is left of the award is the heir's, and it is who is registered from then on.
    firm, heir = award.enterprise, enterprise("Chi incorpora S.p.A.", vat_number(7))
    firm.seats.update(enterprise=heir)
    deed = {"on": today(), "deed": "Notaio Verdi, rep. 77"}
    record_merger(actor=director, parties=[firm.tax_code, heir.tax_code], into=heir.tax_code, **deed)
    award.refresh_from_db()
    assert (award.enterprise, award.awarded_to) == (heir, firm)

    # The revocation is annulled: it is another registration, of what is in force, whose COR the award waits for, and whose act is the
    # one that annuls. The reduction that came before stands, until it is annulled too: then the office corrects the RNA by hand.
    annulling = record_act(
        actor=BOT,
        triennium=award.act.line.triennium,
        code="annullamento-1",
        number="11",
        adopted_on=today(),
        title_it="A",
        title_en="A",
    )
    award = restore_award(
        actor=BOT,
        award=award,
        amount=half,
        act=annulling,
        day=today(),
        number="11",
        commit_amount=half,
        earlier=(first, today()),
    )
    assert (award.state, award.is_in_force, award.amount) == ("effective", False, half)
    carry()
    award = Award.objects.select_related("aid", "application").get()
    second = RnaRegistration.objects.exclude(pk=registration.pk).get()
    told = f"n. 11 del {today():%d/%m/%Y}, importo ridotto con l’atto n. 9 del {today():%d/%m/%Y}"
    assert (second.state, second.act, second.gge) == ("confirmed", told, half)
    assert (award.is_in_force, award.cor, award.application.state) == (True, second.cor, "admitted")
    assert second.cor != registration.cor
    assert (registration.tax_code, second.tax_code, second.enterprise) == (firm.tax_code, heir.tax_code, heir)
    assert f">{heir.tax_code}<" in second.request.body["file"]

    # No format is known to tell the CUP system what became of its project: a task each time, and the last one alone is to do.
    tasks = RegisterTask.objects.order_by("pk")
    assert list(tasks.values_list("register", "kind", "state")) == [
        ("cup", "reduced", "replaced"),
        ("cup", "revoked", "replaced"),
        ("cup", "restored", "open"),
    ]
    last = record_act(
        actor=BOT, triennium=award.act.line.triennium, code="annullamento-2", number="12", adopted_on=today(), title_it="A", title_en="A"
    )  # fmt: skip
    restore_award(
        actor=BOT, award=award, amount=2 * half, act=last, day=today(), number="12", commit_amount=half, earlier=None
    )
    to_rna, to_cup = tasks.filter(state="open").order_by("-register")
    assert (to_rna.register, to_rna.owner_id, to_rna.due_on) == ("rna", desk.user_id, today() + timedelta(days=20))
    assert f"COR {second.cor}: l’aiuto vale di nuovo 6.000,00" in to_rna.what_it
    assert "atto n. 12" in to_cup.what_it
    assert "act no. 12" in to_cup.what.en
    browser, page = signed_in(django_user_model.objects.get(pk=desk.user_id)), f"/ufficio/atti/{act.pk}/"
    assert {item.why for item in my_turn(desk)} >= {
        "da comunicare al RNA a mano",
        "da comunicare al sistema CUP a mano",
    }
    assert "L’ho fatto: scrivi la prova" in browser.get(page).content.decode()
    for wrong in (
        {"done_on": "", "evidence": "x"},
        {"done_on": f"{today() + timedelta(days=1)}", "evidence": "x"},
        {"done_on": f"{today()}"},
    ):
        browser.post(f"{page}azioni/told/", {"task": to_cup.pk, **wrong})
        assert RegisterTask.objects.get(pk=to_cup.pk).state == "open", wrong
    said = {"task": to_cup.pk, "done_on": f"{today()}", "evidence": "Ricevuta 77/2026"}
    browser.post(f"{page}azioni/told/", said)
    to_cup.refresh_from_db()
    assert (to_cup.state, to_cup.closed_by_id, to_cup.done_on) == ("done", desk.user_id, today())
    assert "<q>Ricevuta 77/2026</q>" in browser.get(page).content.decode()
    assert "da comunicare al sistema CUP a mano" not in {item.why for item in my_turn(desk)}
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterTask.objects.filter(pk=to_cup.pk).update(evidence="altro")


@pytest.mark.slow  # the two registers, on a bad day
def test_what_the_rna_refuses_is_told_and_asked_again(act, desk, director, act_system, rna, cup):  # noqa: F811
    rna.behave({"day": today().isoformat(), "refuse": "Massimale superato"})
    cup.behave({"day": today().isoformat(), "refuse": "Categoria sconosciuta"})
    register_awards(actor=desk, act=act)
    carry()
    award = Award.objects.get()
    assert (award.cor, award.cup, award.reservation.state) == ("", "", "reserved")
    told = Notice.objects.filter(kind="award-registers", user_id=desk.user_id)
    assert told.filter(body_it__contains="Categoria sconosciuta").exists()
    assert not RnaRegistration.objects.exists(), "the RNA is told the CUP: it waits for it"
    # However often the CUP was refused, it is asked again, and found.
    refused = ExternalRequest.objects.get(system="cup")
    for tries in range(2, 7):
        refused.pk, refused.key = None, f"cup:award:{award.pk}:{tries}"
        refused.save(force_insert=True)
    (row,) = standing_of(act)
    assert row.cup == ExternalRequest.objects.filter(system="cup").latest("pk")
    # The CUP comes, and the RNA is asked by itself; what it refuses, asked again, finds its headroom again under another key.
    cup.behave({"day": today().isoformat()})
    register_awards(actor=desk, act=act)
    carry()
    award.refresh_from_db()
    assert (award.cor, bool(award.cup), award.reservation.state) == ("", True, "released")
    assert told.filter(body_it__contains="Massimale superato").exists()
    register_awards(actor=desk, act=act)
    carry()
    award.refresh_from_db()
    assert (bool(award.cor), bool(award.cup), award.reservation.state) == (True, True, "reserved")
    assert ExternalRequest.objects.filter(system="cup").latest("pk").key == f"cup:award:{award.pk}:7"
    cancel_award(actor=desk, award=award, reason="Il RNA non lo registra")
    assert Award.objects.get().state == "cancelled"
    cancel_of_released(award.reservation_id)  # a job
    carry()
    assert RnaRegistration.objects.order_by("-pk").first().state == "cancelled", (
        "who frees the headroom here cancels there"
    )


@pytest.mark.slow  # the two registers
def test_a_code_that_lapses_frees_the_headroom_and_a_cup_like_others_waits_for_a_person(
    act, desk, director, act_system, rna, cup, admitted  # noqa: F811
):  # fmt: skip
    register_awards(actor=desk, act=act)
    carry()
    with clock_at(now() + timedelta(days=30)):
        rna.behave({"day": today().isoformat()})
        chase(0)
        carry()
        award = Award.objects.get()
        assert RnaRegistration.objects.get().state in ("lapsed", "cancelled")
        assert (award.cor, award.reservation.state) == ("", "released")
    request = ExternalRequest.objects.get(system="cup")
    Award.objects.update(cup="")
    like = {
        "cup": request.answer["cup"],
        "similar": [{"cup": "B31B25000010009", "descrizione_sintetica": "Un’altra fiera"}],
    }
    ExternalRequest.objects.filter(pk=request.pk).update(outcome="similar", answer=like)
    (row,) = standing_of(act)
    assert [one["descrizione_sintetica"] for one in row.similar] == ["Un’altra fiera"]
    assert confirm_similar_cup(actor=desk, award=award).pk == award.pk
    assert Award.objects.get().cup == request.answer["cup"]


@pytest.mark.slow  # an act to its effect, two registrations, two reductions and a revocation
def test_a_no_of_the_rna_after_the_act_is_asked_again(
    act, desk, director, act_system, rna, signed_in, django_user_model, monkeypatch  # noqa: F811
):  # fmt: skip
    browser, page = signed_in(django_user_model.objects.get(pk=desk.user_id)), f"/ufficio/atti/{act.pk}/"

    def no(*operations):
        rna.behave({"day": today().isoformat(), "deny": dict.fromkeys(operations, "Servizio sospeso")})

    def again(said, kind):
        """The page and Today say what is to be asked; pressed, it is; pressed twice, it is once."""
        award = Award.objects.get()
        (row,) = standing_of(act)
        assert row.mend == kind
        assert [item.why for item in my_turn(desk) if item.rank == 20] == ["concessioni da sistemare con il RNA"]
        assert said in browser.get(page).content.decode()
        browser.post(f"{page}azioni/mend/", {"award": award.pk})
        asked = ExternalRequest.objects.count()
        mend_in_rna(actor=desk, award=award)
        assert ExternalRequest.objects.count() == asked
        carry()
        (row,) = standing_of(act)
        return Award.objects.select_related("aid", "act__line__triennium").get(), row

    with monkeypatch.context() as patch:
        patch.setattr("levante.aid.registrations.check_cor", lambda cor: False)
        register_awards(actor=desk, act=act)
        carry()
    assert Notice.objects.filter(kind="award-registers", title_it__contains="un COR che non vale").exists()
    award, row = again("Chiedi di nuovo il COR al RNA", "register")
    first, second = RnaRegistration.objects.order_by("pk")
    assert (first.state, second.state, award.cor, row.mend) == ("refused", "to_confirm", second.cor, "")
    assert "che è già di un’altra registrazione o non è un COR" in first.reason

    # The act told is refused, and its days pass: the award is out of force, until another code is there and the act is told.
    no("ConfermaConcessione")
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    carry()
    assert (standing_of(act)[0].mend, Award.objects.get().is_in_force) == ("tell_act", True)
    with clock_at(now() + timedelta(days=30)):
        no("ConfermaConcessione")
        chase(0)
        carry()
        award = Award.objects.select_related("aid").get()
        assert (award.state, award.is_in_force, award.codes[0]) == ("effective", False, "")

        def less(number, left):
            by = record_act(
                actor=BOT, triennium=award.act.line.triennium, code=f"riduzione-{number}", number=number, adopted_on=today(),
                title_it="R", title_en="R",
            )  # fmt: skip
            taken = Award.objects.get().amount - left
            reduce_award(
                actor=BOT,
                award=award,
                amount=left,
                act=by,
                day=today(),
                number=number,
                reason="Spese",
                release_amount=taken,
            )
            carry()

        # Reduced meanwhile, it is registered again as it stands.
        less("8", award.amount * 3 / 4)
        no("ConfermaConcessione")
        award, row = again("Chiedi di nuovo il COR al RNA", "register")
        assert row.registration.gge == award.gge < award.granted_gge
        assert (award.is_in_force, row.registration.problem, row.mend) == (True, "Servizio sospeso", "tell_act")
        award, row = again("Comunica di nuovo l’atto al RNA", "tell_act")
        assert (row.registration.state, row.registration.granted_on, row.mend) == ("confirmed", award.act.act_date, "")
        assert "importo ridotto con l’atto n. 8" in row.registration.act

        # The act of a variation is refused, and the award is reduced again meanwhile: one after the other both are told.
        no("ConfermaVariazioneConcessione")
        less("9", award.amount / 2)
        less("10", award.amount / 4)
        award, row = again("Comunica di nuovo l’atto che varia l’aiuto", "tell_variation")
        row.registration.refresh_from_db()
        assert (row.registration.gge, row.registration.variations.count(), row.mend) == (award.gge, 2, "")

        # A cancellation that is refused is asked again.
        no("AnnullaConcessione")
        less("11", Decimal(0))
        award, row = again("Chiedi di nuovo l’annullamento al RNA", "cancel")
        assert (award.state, row.registration.state, row.mend) == ("revoked", "cancelled", "")
    assert [item for item in my_turn(desk) if item.rank == 20] == []


@pytest.mark.slow  # four drafts of one award, with the two registers
def test_a_project_keeps_its_code_when_its_act_falls_and_is_drafted_again(
    act, desk, director, act_system, rna, cup, signed_in, django_user_model  # noqa: F811
):  # fmt: skip
    # Asked, and the act cancelled before the answer: the code that comes is of the award that has the project since.
    register_awards(actor=desk, act=act)
    application = Award.objects.get().application
    cancel_award_act(actor=desk, act=act, reason="Rifatto")
    second = draft_award_act(actor=desk, applications=[application])
    register_awards(actor=desk, act=second)
    carry()
    (code,) = cup.cups
    award = second.awards.get()
    assert (award.cup, RnaRegistration.objects.get().subject_id) == (code, str(award.pk))

    # Cancelled with its code, and refused by the system of acts: it is in the next draft from the beginning.
    cancel_award_act(actor=desk, act=second, reason="Rifatto")
    third = draft_award_act(actor=desk, applications=[application])
    assert (third.awards.get().cup, third.document.data["awards"][0]["cup"]) == (code, code)
    register_awards(actor=desk, act=third)
    carry()
    act_system.behave({"refuse": "Manca il parere contabile"})
    send_award_act(actor=director, act=third, without_codes="Si scrivono dopo")
    carry()
    fourth = draft_award_act(actor=desk, applications=[application])
    award = fourth.awards.get()
    assert (third.awards.get().state, award.cup, list(cup.cups)) == ("refused", code, [code])

    # Taken off by hand it is offered, and no other is asked by itself; a person may ask another, saying why.
    record_cor_cup(actor=desk, award=award, cor="", cup="")
    register_awards(actor=desk, act=fourth)
    carry()
    assert (standing_of(fourth)[0].given, list(cup.cups)) == ((code,), [code])
    browser, page = signed_in(django_user_model.objects.get(pk=desk.user_id)), f"/ufficio/atti/{fourth.pk}/"
    shown = browser.get(page).content.decode()
    assert "questo progetto ha già avuto il suo CUP" in shown
    assert f"Usa {code}" in shown
    with pytest.raises(Refused, match="non è del progetto"):
        use_given_cup(actor=desk, award=award, cup="B31B25000010009")
    with pytest.raises(Refused, match="Scrivi perché"):
        ask_another_cup(actor=desk, award=award, reason=" ")
    browser.post(f"{page}azioni/another_cup/", {"award": award.pk, "reason": "Categoria sbagliata"})
    with pytest.raises(Refused, match="aspetta la risposta"):
        ask_another_cup(actor=desk, award=award, reason="Due volte")
    carry()
    (row,) = standing_of(fourth)
    assert ([one["cup"] for one in row.similar], row.given, len(cup.cups)) == ([code], (code,), 2)
    browser.post(f"{page}azioni/given_cup/", {"award": award.pk, "cup": code})
    award.refresh_from_db()
    assert award.cup == code
    with pytest.raises(Refused, match="prima toglilo"):
        ask_another_cup(actor=desk, award=award, reason="Categoria sbagliata")
