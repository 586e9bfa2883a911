"""COR and CUP of an award: written at the desk, in the act while it is a draft, on the aid once in effect; seen by all."""

import csv
import io
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.aid.rna_files import DE_MINIMIS, component, instrument, write
from tests.aid.rna_files import aid as rna_line

from levante.aid.api import AidRecord, Visura, import_rna, position
from levante.grants.api import (
    Award,
    cancel_award,
    draft_award_act,
    record_award_visura,
    record_cor_cup,
    send_award_act,
)
from levante.kernel.api import Refused, system, today
from levante.kernel.models import AuditEntry
from levante.messages.models import Notice
from levante.web.desk.search.providers import search_everything

pytestmark = pytest.mark.django_db
CUP = "B31B25000010002"


@pytest.mark.slow(reason="two awards, their act written three times")
def test_codes_written_on_the_draft_are_in_the_act_and_on_the_aid(admitted, desk, director, act_system, worker):
    one, two = admitted("Uno S.r.l."), admitted("Due S.r.l.")
    act = draft_award_act(actor=desk, applications=[one, two])
    first, second = act.awards.order_by("pk")
    assert "non sono ancora acquisiti" in act.document.data["without_rna"]
    record_cor_cup(actor=desk, award=first, cor="15838384", cup=CUP.lower())
    for wrong, field in [
        ({"cor": "15838384", "cup": ""}, "cor"),
        ({"cor": "x", "cup": ""}, "cor"),
        ({"cor": "", "cup": "B3"}, "cup"),
    ]:
        with pytest.raises(Refused) as refusal:
            record_cor_cup(actor=desk, award=second, **wrong)
        assert refusal.value.field == field, wrong
    act.refresh_from_db()
    assert (act.document.data["awards"][0]["cor"], act.document.data["awards"][0]["cup"]) == ("15838384", CUP)
    assert act.document.data["without_rna"], "one award still lacks them"
    record_cor_cup(actor=desk, award=second, cor="15838385", cup=CUP)
    found = search_everything(desk, "15838385")[0]
    assert [hit.title.split(" · ")[0] for hit in found.hits] == ["Due S.r.l."], (
        "a code leads to its award, first of all"
    )
    assert len(search_everything(desk, CUP.lower())[0].hits) == 2
    act.refresh_from_db()
    assert "Le visure" in act.document.data["without_rna"], "the codes are there, the visure not yet"
    send_award_act(actor=director, act=act, without_codes="Si scrivono dopo")
    worker()
    first.refresh_from_db()
    assert (first.aid.cor, first.aid.cup, first.codes) == ("15838384", CUP, ("15838384", CUP))


@pytest.mark.slow(reason="an act there and back, and an import")
def test_the_line_of_the_rna_is_the_award(admitted, desk, director, act_system, worker, tmp_path):
    application = admitted()
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    worker()
    act.refresh_from_db()
    award = Award.objects.get()
    assert award.codes == ("", "")
    text = rna_line("777", component(DE_MINIMIS, instrument("6000.00")), tax_code=application.enterprise.tax_code,
                    granted_on=act.act_date.isoformat())  # fmt: skip
    import_rna(actor=system("test"), path=write(tmp_path / "a.xml", text))
    # The act it names is another: it waits, and counts once.
    assert position(application.enterprise, on=today())["counted"] == "6000.00"
    record_cor_cup(actor=desk, award=award, cor="777", cup="")
    award = Award.objects.get()
    assert award.codes == ("777", CUP), "the RNA knows the CUP"
    assert award.aid.regulation == "CE2831/2023"
    assert (AidRecord.objects.count(), position(application.enterprise, on=today())["counted"]) == (1, "6000.00")
    assert AuditEntry.objects.get(verb="grants.record_cor_cup").data["before"] == ["", ""]
    again = AuditEntry.objects.count()
    record_cor_cup(actor=desk, award=award, cor="777", cup=CUP)
    assert AuditEntry.objects.count() == again, "the same codes leave no trace"


def test_who_writes_codes_and_when(admitted, desk, actor_for, officer):
    act = draft_award_act(actor=desk, applications=[admitted()])
    award = act.awards.get()
    with pytest.raises(Refused):
        record_cor_cup(actor=actor_for(officer("auditor", given="Ada")), award=award, cor="1", cup="")
    cancel_award(actor=desk, award=award, reason="Rinuncia")
    with pytest.raises(Refused):
        record_cor_cup(actor=desk, award=award, cor="1", cup="")


@pytest.mark.slow(reason="an act written many times, and its pages")
def test_visure_asked_on_the_site_are_written_beside_the_codes_and_the_act_cites_them(
    admitted, desk, director, act_system, signed_in, django_user_model, enterprise
):
    application = admitted()
    act = draft_award_act(actor=desk, applications=[application])
    award, over = act.awards.get(), enterprise("Capogruppo S.p.A.")
    award.checks["position"]["undertaking"].append(over.tax_code)
    award.save(update_fields=["checks"])
    record_cor_cup(actor=desk, award=award, cor="15838384", cup=CUP)
    with pytest.raises(Refused, match="COR, CUP o visure di 1"):
        send_award_act(actor=director, act=act)
    browser = signed_in(django_user_model.objects.get(pk=desk.user_id))
    page, day = f"/ufficio/atti/{act.pk}/visure/{award.pk}/", today().isoformat()
    assert page in browser.get(f"/ufficio/atti/{act.pk}/").content.decode()
    assert "Capogruppo S.p.A." in browser.get(page).content.decode()
    for wrong, why in (
        ({"kind": "aids", "vercor": " ", "made_on": day}, "obbligatorio"),
        ({"kind": "aids", "vercor": "<1>", "made_on": day}, "Scrivi il numero della visura"),
        ({"kind": "aids", "vercor": "901", "made_on": "2190-01-01"}, "fino a oggi"),
        ({"kind": "deggendorf", "vercor": "903", "made_on": day}, "Di’ se l’impresa è nell’elenco"),
        ({"kind": "de_minimis", "vercor": "902", "made_on": day}, "La visura de minimis è di tutta l’impresa unica"),
    ):
        bad = browser.post(page, wrong)
        assert (bad.status_code, why in bad.content.decode()) == (400, True), wrong
    assert not Visura.objects.exists()
    for right in (
        {"kind": "aids", "vercor": "901", "made_on": day},
        {"kind": "de_minimis", "vercor": "902", "made_on": day, "whole": "on"},
        {"kind": "deggendorf", "vercor": "903", "made_on": day, "listed": "yes"},
    ):
        assert browser.post(page, right).status_code == 302
    shown = browser.get(page).content.decode()
    assert all(f"VERCOR {number}" in shown for number in (901, 902, 903))
    with pytest.raises(Refused, match="elenco di chi deve restituire"):
        send_award_act(actor=director, act=act, without_codes="Si firma lo stesso")
    no_more = {"kind": "deggendorf", "vercor": "904", "made_on": today(), "listed": False}
    record_award_visura(actor=desk, award=award, **no_more)
    entries = AuditEntry.objects.count()
    record_award_visura(actor=desk, award=award, **no_more)
    assert AuditEntry.objects.count() == entries, "the same again leaves no trace"
    act.refresh_from_db()
    on = f"{today():%d/%m/%Y}"
    assert act.document.data["awards"][0]["visure"] == [
        f"visura aiuti (art. 13 del D.M. 115/2017) VERCOR 901 del {on}",
        f"visura de minimis (art. 14 del D.M. 115/2017) VERCOR 902 del {on}, resa per l’impresa unica con Capogruppo S.p.A., c.f. "
        f"{over.tax_code}",
        f"visura Deggendorf (art. 15 del D.M. 115/2017) VERCOR 904 del {on}",
    ]
    assert act.document.data["without_rna"] == ""
    assert send_award_act(actor=director, act=act).without_codes == "", "nothing is left to explain"
    with pytest.raises(Refused, match="già partito"):
        record_award_visura(actor=desk, award=award, **no_more)
    for illegal in ({"made_on": None}, {"vercor": ""}, {"told": {}}, {"asked_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visura.objects.filter(vercor="904").update(**illegal)


@pytest.mark.slow(reason="the whole way, with the pages of three readers")
def test_the_pages_and_the_open_data(admitted, desk, director, act_system, worker, signed_in, officer, client):
    application = admitted()
    act = send_award_act(
        actor=director, act=draft_award_act(actor=desk, applications=[application]), without_codes="Si scrivono dopo"
    )
    worker()
    award = Award.objects.get()
    case_officer, owner = officer(given="Berta"), application.enterprise.mandates.get().user
    seen = (f"/impresa/domande/{application.pk}/", "/impresa/aiuti/")
    browser = signed_in(case_officer)
    assert "Mancano a una concessione" in browser.get(f"/ufficio/atti/{act.pk}/").content.decode()
    browser = signed_in(owner, application.enterprise)
    for address in seen:
        assert "CUP non ci sono ancora" in browser.get(address).content.decode(), address
    assert (award.state, award.waiting_for, award.in_force_on) == ("effective", ("cor", "cup"), None)
    assert award.commitment.amount == award.amount, "the money is committed all the same"
    act_day = award.effective_on
    assert "l’efficacia attende il COR" in browser.get("/impresa/aiuti/").content.decode()
    assert client.get("/api/v1/awards").json()["results"] == []
    browser, form = signed_in(case_officer), f"/ufficio/atti/{act.pk}/azioni/codes/"
    wrong = browser.post(form, {"award": award.pk, "cor": "A1", "cup": CUP}, follow=True)
    assert "Il COR è un numero" in wrong.content.decode()
    assert browser.post(form, {"award": 0, "cor": "1"}).status_code == 404
    done = browser.post(form, {"award": award.pk, "cor": "777", "cup": CUP}, follow=True).content.decode()
    assert "Mancano a una concessione" not in done
    assert CUP in done
    browser = signed_in(owner, application.enterprise)
    for address in seen:
        assert f"COR 777, CUP {CUP}" in browser.get(address).content.decode(), address
    shown = client.get("/api/v1/awards").json()["results"][0]
    assert (shown["cor"], shown["cup"], shown["waiting_for"]) == ("777", CUP, [])
    assert "2023/2831" in shown["legal_basis"][0], "on what ground (art. 27(1)(c) D.Lgs. 33/2013)"
    assert shown["office"]["code"] == act.call.office.code
    assert shown["responsible"]
    assert shown["selection"]["it"]
    assert shown["project"] == application.number
    assert shown["call_url"].endswith(f"/bandi/{shown['call']}/")
    text = b"".join(client.get("/dati-aperti/concessioni.csv").streaming_content).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (line["cor"], line["amount"], line["office"]) == ("777", shown["amount"], shown["office"]["it"])
    award = Award.objects.get()
    assert award.in_force_on == max(act_day, award.cor_on) == date.fromisoformat(shown["effective_on"])
    assert Notice.objects.filter(kind="award-in-force").count() == 1
