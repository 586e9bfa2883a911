"""The judge's desk: declare, judge one file after the other, compare, hold a session; what each sees, and what is refused."""

import re

import pytest
from tests.applications.evaluation_world import judged  # noqa: F401 - a fixture

from levante.applications.api import ConflictDeclaration, Evaluation, EvaluationSession, Sheet, declare_as_judge
from levante.kernel.api import clock_at, now
from levante.web import worklist

pytestmark = pytest.mark.django_db


def text(page):
    return re.sub(r"\s+", " ", page.content.decode())


@pytest.mark.slow  # one judge's whole way, a page after the other
def test_a_judge_declares_then_judges_one_file_after_the_other(judged, signed_in):  # noqa: F811
    world = judged(2, declare=False)
    browser, base = signed_in(world.judges["Bea"]), f"/ufficio/valutazioni/{world.evaluation.pk}/"
    first, second = sorted((world.file(0).code, world.file(1).code))
    assert [item.why for item in worklist.my_turn("desk", world.actors["Bea"])] == [
        "dichiara su condanne e conflitti prima di aprire le domande"
    ]
    assert "Fai le dichiarazioni" in text(browser.get(base))
    assert browser.get(f"{base}domande/{first}/").status_code == 403
    refused = browser.post(f"{base}dichiarazioni/", {}, follow=True)
    assert "Dichiara se hai condanne" in text(refused)
    browser.post(f"{base}dichiarazioni/", {"convictions": "no"})
    assert [item.why for item in worklist.my_turn("desk", world.actors["Bea"])] == ["2 domande da valutare"]
    page = text(browser.get(f"{base}domande/{first}/"))
    assert "1 di 2" in page
    assert "Incontrare dieci importatori" in page
    wrong = browser.post(
        f"{base}domande/{first}/", {"revision": 0, "points-idea": "99", "reason-idea": "Bene", "do": "save"}
    )
    assert "da 0 a 40" in text(wrong)
    assert 'value="99"' in text(wrong), "nothing typed is lost"
    browser.post(f"{base}domande/{first}/", {"revision": 0, "points-idea": "30,5", "reason-idea": "Bene", "do": "save"})
    assert 'value="30,5"' in text(browser.get(f"{base}domande/{first}/"))
    marks = {
        "points-idea": "30,5",
        "reason-idea": "Bene",
        "points-market": "12",
        "reason-market": "Chiaro",
        "do": "submit",
    }
    stale = browser.post(f"{base}domande/{first}/", {"revision": 0, **marks})
    assert "cambiata altrove" in text(stale)
    done = browser.post(f"{base}domande/{first}/", {"revision": 1, **marks})
    assert done.url == f"{base}domande/{second}/", "on to the next that waits"
    assert browser.post(f"{base}domande/{second}/", {"revision": 0, **marks}).url == base
    assert Sheet.objects.filter(state="submitted").count() == 2
    assert not list(worklist.my_turn("desk", world.actors["Bea"]))


def test_the_others_points_are_seen_once_one_s_own_are_given(judged, signed_in):  # noqa: F811
    world = judged(1)
    base = f"/ufficio/valutazioni/{world.evaluation.pk}/"
    world.judge("Ada", 0, "31", "11")
    bea = signed_in(world.judges["Bea"])
    early = text(bea.get(f"{base}confronto/"))
    assert "quando hai consegnato tutte le tue schede" in early
    assert "più di 10 punti" not in early
    assert "31,00" not in text(bea.get(f"{base}domande/{world.file(0).code}/"))
    world.judge("Bea", 0, "20", "2")
    page = text(bea.get(f"{base}confronto/"))
    assert "più di 10 punti" in page
    assert "+20,00" in page
    assert "<svg" in page


def test_the_chair_settles_and_concludes_from_the_page(judged, signed_in):  # noqa: F811
    world = judged(1)
    for name in ("Ada", "Bea"):
        world.judge(name, 0, "30", "10")
    browser, base = signed_in(world.judges["Ada"]), f"/ufficio/valutazioni/{world.evaluation.pk}/"
    assert any("1 domanda da chiudere" in item.why for item in worklist.my_turn("desk", world.actors["Ada"]))
    assert "1 domanda non ancora chiusa" in text(browser.get(base))
    assert "1 domanda chiusa" in text(browser.post(f"{base}azioni/settle_all/", follow=True))
    browser.post(f"{base}azioni/conclude/")
    assert Evaluation.objects.get().state == "concluded"
    chief = signed_in_as_director(world, signed_in)
    assert "Riapri la valutazione" in text(chief.get(base))
    chief.post(f"{base}azioni/reopen/", {"reason": "Errore materiale"})
    assert Evaluation.objects.get().state == "scoring"


def signed_in_as_director(world, signed_in):
    from levante.identity.api import User

    return signed_in(User.objects.get(pk=world.director.user_id))


def test_a_committee_is_appointed_from_the_page(judged, signed_in):  # noqa: F811
    world = judged(1, begin=False, declare=False)
    chief = signed_in_as_director(world, signed_in)
    address = f"/ufficio/valutazioni/commissioni/{world.opening.pk}/"
    roles = {f"role-{world.judges['Bea'].pk}": "president", f"role-{world.judges['Ciro'].pk}": "member"}
    roles[f"role-{world.judges['Ada'].pk}"] = ""
    assert "Scegli l’atto" in text(chief.post(address, roles))
    assert chief.post(address, {**roles, "act": world.act.pk}).status_code == 302
    page = text(chief.get(f"/ufficio/valutazioni/{world.evaluation.pk}/commissione/"))
    assert "non ancora dichiarato" in page
    assert f"Sostituito con {world.act.name_it}." in page


@pytest.mark.slow  # the minutes are drawn as a PDF
def test_a_session_from_the_page(judged, signed_in):  # noqa: F811
    world = judged(1, judgement={"scores": "collegial"})
    browser, base = signed_in(world.judges["Ada"]), f"/ufficio/valutazioni/{world.evaluation.pk}/"
    seats = [seat.pk for seat in world.evaluation.seats.order_by("pk")]
    browser.post(f"{base}sedute/", {"place": "Bari", "present": seats})
    code = world.file(0).code
    form = {
        "text": "Approvata.",
        "revision": 0,
        "points-idea": "30",
        "reason-idea": "Solida",
        "points-market": "",
        "reason-market": "",
    }
    votes = {f"vote-{pk}": "for" for pk in seats}
    begun = text(browser.get(f"{base}sedute/1/domande/{code}/"))
    assert begun.count('<option value="">scegli') == len(seats), "nobody's vote is there before it is cast"
    assert 'value="for" selected' not in begun
    assert "mancano i punti" in text(browser.post(f"{base}sedute/1/domande/{code}/", {**form, **votes}))
    form |= {"points-market": "10", "reason-market": "Chiaro"}
    assert browser.post(f"{base}sedute/1/domande/{code}/", {**form, **votes}).url == f"{base}sedute/1/"
    browser.post(f"{base}sedute/1/azioni/close/", {"text": "Nient’altro."})
    page = text(browser.get(f"{base}sedute/1/"))
    assert "Approvo questo verbale" in page
    answer = browser.get(f"{base}sedute/1/verbale/testo/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    # Who has not declared about a file, or declared a conflict, reads neither the minutes nor its part of the page.
    made = EvaluationSession.objects.get().minutes.file_id
    bea, she = signed_in(world.judges["Bea"]), world.actors["Bea"]
    assert any("verbale da approvare" in item.why for item in worklist.my_turn("desk", she))
    for conflict in (None, True):
        ConflictDeclaration.objects.filter(officer=world.judges["Bea"]).delete()
        if conflict:
            declare_as_judge(
                actor=she, evaluation=world.evaluation, no_convictions=True, conflicts={world.files[0].pk: "Soci"}
            )
        page = text(bea.get(f"{base}sedute/1/"))
        assert "Approvata." not in page
        assert ("Approvo questo verbale" in page) is bool(conflict)
        assert "verbale/testo" not in page
        assert bea.get(f"{base}sedute/1/verbale/testo/").status_code == 403
        assert bea.get(f"/documenti/{made}/").status_code == 404
    bea.post(f"{base}sedute/1/azioni/approve/")
    assert EvaluationSession.objects.get().attendances.get(seat__user=world.judges["Bea"]).approved_at is not None


def test_who_has_no_part_in_it_finds_nothing(judged, officer, signed_in):  # noqa: F811
    world = judged(1)
    stranger = signed_in(officer("evaluator", given="Zita"))
    base = f"/ufficio/valutazioni/{world.evaluation.pk}/"
    for path in (
        base,
        f"{base}domande/{world.file(0).code}/",
        f"{base}confronto/",
        f"{base}sedute/",
        f"{base}commissione/",
    ):
        assert stranger.get(path).status_code == 404, path
    assert "Nessuna valutazione ti riguarda" in text(stranger.get("/ufficio/valutazioni/"))


def test_a_new_application_asks_for_a_new_declaration(judged, signed_in):  # noqa: F811
    world = judged(1, declare=False)
    with clock_at(world.files[0].submitted_at):
        pass
    declare_as_judge(actor=world.actors["Bea"], evaluation=world.evaluation, no_convictions=True, conflicts={})
    from levante.applications.models import ConflictDeclaration

    ConflictDeclaration.objects.all().delete()
    page = text(signed_in(world.judges["Bea"]).get(f"/ufficio/valutazioni/{world.evaluation.pk}/"))
    assert "1 richiedente nuovo su cui dichiarare" in page


def test_who_follows_from_the_office_reads_no_file_about_which_a_conflict_was_declared(judged, officer, signed_in):  # noqa: F811
    world = judged(1)
    chief = officer("director", given="Elio")
    one = world.file(0)
    page, browser = f"/ufficio/valutazioni/{world.evaluation.pk}/domande/{one.code}/", signed_in(chief)
    listed = f"/ufficio/valutazioni/{world.evaluation.pk}/"
    declares = f"/ufficio/pratiche/{one.application_id}/"
    assert browser.get(page).url == f"{declares}?next={page.replace('/', '%2F')}", "they declare before it opens"
    assert [row.standing for row in browser.get(listed).context["rows"]] == [None], "no points before"
    assert browser.post(f"{declares}azioni/conflict/", {"conflict": "no", "next": page}).url == page
    assert browser.get(page).status_code == 200
    assert browser.get(listed).context["rows"][0].standing
    assert one.application.enterprise.name in text(browser.get(listed))
    ConflictDeclaration.objects.create(
        application=one.application, officer=chief, has_conflict=True, text="Soci", declared_at=now()
    )
    refused = browser.get(page)
    assert refused.status_code == 403
    for answer in (refused, browser.get(listed), browser.get(f"{listed}confronto/")):
        assert one.application.enterprise.name not in text(answer)
        assert one.application.number not in text(answer)
