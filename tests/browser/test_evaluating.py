"""A judge with a conflict of interest, and a citizen who recomputes a ranking, each in a browser."""

from datetime import timedelta

from tests.applications.conftest import by_ranking, filled, firm, first_come, published_by  # noqa: F401
from tests.applications.evaluation_world import judged  # noqa: F401
from tests.browser.conftest import PHONE
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.applications.api import (
    Sheet,
    compute_ranking,
    declare_as_judge,
    submit_application,
)
from levante.kernel.api import clock_at


def test_a_judge_declares_a_conflict_abstains_from_that_file_and_judges_the_other(visitor, judged):  # noqa: F811
    world = judged(2, declare=False)
    for name in ("Ada", "Bea"):
        declare_as_judge(actor=world.actors[name], evaluation=world.evaluation, no_convictions=True, conflicts={})
    kin, other = world.file(0), world.file(1)
    base = f"/ufficio/valutazioni/{world.evaluation.pk}/"
    window = visitor(world.judges["Ciro"])
    page = window.open(f"{base}dichiarazioni/")
    page.check("#c-no")
    page.check(f"input[name=conflict][value='{kin.application_id}']")
    page.fill(f"[name=text-{kin.application_id}]", "Un socio è mio fratello")
    window.check_at_both_widths("evaluation-declare")
    page.get_by_role("button", name="Dichiara").click()
    page.wait_for_load_state()
    page = window.open(base)
    assert other.code in page.inner_text("main")
    assert page.locator(f"main a[href$='/domande/{kin.code}/']").count() == 0, "it is not among his files"
    page = window.open(f"{base}domande/{kin.code}/", status=403)
    assert "conflitto" in page.inner_text("main")
    page = window.open(f"{base}domande/{other.code}/")
    for name, points in (("idea", "30"), ("market", "12")):
        page.fill(f"[name=points-{name}]", points)
        page.fill(f"[name=reason-{name}]", "Chiaro")
    page.get_by_role("button", name="Consegna").first.click()
    page.wait_for_load_state()
    assert [(one.file_id, one.state) for one in Sheet.objects.filter(seat__user=world.judges["Ciro"])] == [
        (other.pk, "submitted")
    ]
    for name in ("Ada", "Bea"):
        world.judge(name, 0, "20", "10")
    assert kin.sheets.filter(state="submitted").count() == 2, "the others judge it"
    assert not window.complaints


def test_a_citizen_recomputes_a_ranking(visitor, by_ranking, filled, officer, actor_for):  # noqa: F811
    for place in range(2):
        draft, actor, _ = filled(by_ranking, f"Impresa {place}", given=f"N{place}")
        submit_application(actor=actor, application=draft)
    director = actor_for(officer("director"))
    with clock_at(by_ranking.closes_at + timedelta(hours=1)):
        made = compute_ranking(actor=director, opening=by_ranking, line=by_ranking.lines.get(code="a"))
        published_by(director, made)
    window = visitor(width=PHONE)
    page = window.open(f"/bandi/{by_ranking.call.code}/graduatorie/{made.pk}/")
    sideways = "() => [...document.querySelectorAll('.lv-table-wrap')].some(e => e.scrollWidth > e.clientWidth)"
    page.locator("details.lv-why > summary").first.click()
    assert not page.evaluate(sideways), "on a phone its rows are cards"
    window.check("ranking-public-360")
    page.get_by_role("link", name="Ricalcola questa graduatoria").click()
    page.get_by_role("button", name="Ricalcola ora").click()
    page.locator("#outcome").wait_for()
    assert "È la stessa" in page.inner_text("main")
    assert "Posti ricalcolati: 2" in page.inner_text("main")
    window.check("ranking-recomputed-360")
    inside = visitor(officer("director", given="Ivo"), width=PHONE).open(f"/ufficio/graduatorie/{made.pk}/")
    assert not inside.evaluate(sideways)
