"""Whoever puts an act forward or signs it declared about each of its files; with a conflict they abstain and see nothing of it."""

from urllib.parse import quote

import pytest
from django.db import transaction
from tests.grants.test_screens import body_of, text_of

from levante.applications.api import MOST_DECLARED, Application, declare_conflict
from levante.grants.api import Award, AwardAct, draft_award_act, order_award_act, send_act_again, send_award_act
from levante.grants.trail import _acts
from levante.kernel.api import Refused, now
from levante.web.desk.applications import declaring

pytestmark = pytest.mark.django_db
ACTS, DECLARE = "/ufficio/atti/", "/ufficio/pratiche/dichiarazioni/"


@pytest.mark.slow(reason="two admitted applications, and every page that an act shows them on")
def test_an_act_is_signed_by_who_declared_about_each_of_its_files(
    admitted, desk, officer, actor_for, signed_in, monkeypatch
):
    files = [admitted("Uno S.r.l."), admitted("Due S.r.l.")]
    ugo = officer(given="Ugo")
    for make in (draft_award_act, order_award_act):
        with pytest.raises(Refused, match="mancano 2 domande"):
            make(actor=actor_for(ugo), applications=files)
    code = files[0].opening.call.code
    assert f"{DECLARE}?bando={code}" in signed_in(ugo).get(f"{ACTS}nuovo/?call={code}").content.decode()
    act = draft_award_act(actor=desk, applications=files)
    eva, iva = officer("director", given="Eva"), officer("director", given="Iva")
    with pytest.raises(Refused, match="mancano 2 domande"):
        send_award_act(actor=actor_for(eva), act=act, without_codes="Si scrivono dopo")
    # The page says how many are missing, leads to the page for many (here one at a time) and back to the act.
    assert MOST_DECLARED >= 500
    monkeypatch.setattr(declaring, "MOST_DECLARED", 1)
    page, mine = signed_in(eva), f"{DECLARE}?atto={act.pk}"
    said = text_of(page.get(f"{ACTS}{act.pk}/"))
    assert "Dichiara su 2 pratiche" in said
    assert "Firma e invia" not in said
    # Before, they read names and numbers, no amount: on the act, in its PDF, on the list, in its file; who audits reads all.
    money = f"{Award.objects.filter(act=act).first().amount:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert "dopo la dichiarazione" in said
    assert money not in said
    assert 'Totale: <span class="lv-quiet">dopo la dichiarazione' in said
    for address in (ACTS, f"{ACTS}?export=csv"):
        assert "dopo la dichiarazione" in body_of(page.get(address)), address
    assert f"/ufficio/pratiche/{files[0].pk}/?next={ACTS}{act.pk}/" in said, "to declare about one alone, and back"
    assert page.get(f"{ACTS}{act.pk}/documento/").url == f"{ACTS}{act.pk}/"
    assert page.get(f"/documenti/{act.document.file_id}/").status_code == 404, "nor by the address of the PDF itself"
    aid = f"/ufficio/aiuti/?code={files[0].enterprise.tax_code}"
    told = body_of(page.get(aid))
    assert money not in told, "nor the story of what it holds"
    assert f"/ufficio/pratiche/{files[0].pk}/?next={quote(aid)}" in told
    files_list = "/ufficio/pratiche/"
    for address in (files_list, f"{files_list}?export=csv"):
        shown = body_of(page.get(address))
        assert "Uno S.r.l." in shown
        assert "dopo la dichiarazione" in shown
        assert money not in shown, address
    ada = officer("auditor", given="Ada")
    for reader, hidden in ((eva, True), (ada, False)):  # in the control trail neither, before the act is adopted
        ((_, _, missing),) = _acts(files[0], actor_for(reader))
        assert bool(missing) is hidden
    for address in (files_list, f"{ACTS}{act.pk}/"):
        assert money in body_of(signed_in(ada).get(address)), address
    signed_in(eva)
    assert "Uno S.r.l." in text_of(page.get(mine))
    assert page.post(mine, {"files": str(files[0].pk)}).url == mine
    with pytest.raises(Refused, match="manca una domanda"):
        send_award_act(actor=actor_for(eva), act=act, without_codes="Si scrivono dopo")
    assert page.post(mine, {"files": str(files[1].pk)}).url == f"{ACTS}{act.pk}/"
    assert "Firma e invia" in text_of(page.get(f"{ACTS}{act.pk}/"))
    assert money in body_of(page.get(aid))
    # A conflict hides the act that awards the file, and the award, wherever they are listed; the other file stays.
    declare_conflict(actor=actor_for(iva), application=files[0], has_conflict=True, text="Soci")
    with pytest.raises(Refused, match="Hai dichiarato un conflitto"):
        send_award_act(actor=actor_for(iva), act=act, without_codes="Si scrivono dopo")
    theirs, hers = actor_for(iva), signed_in(iva)
    assert not AwardAct.objects.visible_to(theirs).exists()
    assert [one.application_id for one in Award.objects.visible_to(theirs)] == [files[1].pk]
    assert list(Application.objects.visible_to(theirs).values_list("pk", flat=True)) == [files[1].pk]
    for address in (f"{ACTS}{act.pk}/", f"{ACTS}{act.pk}/documento/", f"{ACTS}{act.pk}/avanzamento/"):
        refused = hers.get(address)
        assert refused.status_code == 403, address
        assert "Uno S.r.l." not in refused.content.decode()
    shown = [
        "/ufficio/", ACTS, f"{ACTS}?export=csv", "/ufficio/pratiche/", "/ufficio/pratiche/?export=csv",
        f"/ufficio/cerca/?q={files[0].number}", f"/ufficio/aiuti/?code={files[0].enterprise.tax_code}",
    ]  # fmt: skip
    for address in shown:
        answer = hers.get(address)
        assert answer.status_code == 200, address
        body = body_of(answer)
        assert f"/ufficio/pratiche/{files[0].pk}/" not in body, address
        assert "cerca" in address or files[0].number not in body, address
        assert f"{ACTS}{act.pk}/" not in body, address
        assert "aiuti" not in address or (money not in body and "Qui non è contato tutto" in body)
    # Of one that is cancelled they see what they may, and declare about what they have not declared about: no more.
    with transaction.atomic():
        closing = {"state": "cancelled", "closed_at": now()}
        Award.objects.filter(act=act).update(**closing)
        AwardAct.objects.filter(pk=act.pk).update(**closing, closing_reason="Ritirata")
        assert "Dichiara su 1 pratica" in text_of(hers.get(f"{ACTS}{act.pk}/"))
        declare_conflict(actor=theirs, application=files[1], has_conflict=False)
        said = text_of(hers.get(f"{ACTS}{act.pk}/"))
        assert "hai dichiarato un conflitto di interessi" in said
        assert "Dichiara su" not in said
        transaction.set_rollback(True)
    assert send_award_act(actor=actor_for(eva), act=act, without_codes="Si scrivono dopo").state == "sent_to_act_system"
    # What is stuck on its way is sent again by who declared too.
    act.refresh_from_db()
    type(act.request).objects.filter(pk=act.request_id).update(state="stuck", last_error="down")
    with pytest.raises(Refused, match="mancano 2 domande"):
        send_act_again(actor=actor_for(ugo), act=act)
    assert "Dichiara su 2 pratiche" in text_of(signed_in(ugo).get(f"{ACTS}{act.pk}/"))
    assert send_act_again(actor=actor_for(eva), act=act).request.state == "waiting"
