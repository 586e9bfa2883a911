"""A call at the desk after it is written: rehearsed, approved, published, its openings changed; who may, and what is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.calls.conftest import programme, shipped  # noqa: F401 - fixtures of the shipped calls
from tests.grants.test_rehearsal import places  # noqa: F401
from tests.programme.test_concurrency import together
from tests.web.test_designer import data_of, fields_of

from levante.calls.api import Call, Malformed, change_opening, document_of, fixed_parts
from levante.grants import jobs
from levante.grants.api import RehearsalRun, ask_rehearsal
from levante.grants.rehearsal import asking
from levante.grants.rehearsal.apart import at_work, without_trace
from levante.kernel.api import ROME, Refused, now
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
VOUCHER = "voucher-fiere-2018"
REHEARSAL = f"/ufficio/bandi/{VOUCHER}/prova/generale/"


@pytest.fixture
def draft(shipped: Any) -> Call:  # noqa: F811
    """A shipped call, a draft again."""
    Call.objects.filter(code=VOUCHER).update(state="draft", published_at=None)
    return Call.objects.get(code=VOUCHER)


@pytest.fixture
def designer(officer: Maker, signed_in: Maker) -> Any:
    return signed_in(officer("call_designer", given="Dora"))


def jobs_of(*runs: int) -> list[ProcrastinateJob]:
    found = ProcrastinateJob.objects.filter(task_name="grants.run_rehearsal", args__run_id__in=runs)
    return list(found.order_by("id"))


def work() -> list[int]:
    """What the worker does: the jobs of rehearsals that wait, each once."""
    waiting = jobs_of(*RehearsalRun.objects.values_list("pk", flat=True))
    ProcrastinateJob.objects.filter(pk__in=[job.pk for job in waiting]).delete()
    for job in waiting:
        jobs.run_rehearsal(**job.args)
    return [job.args["run_id"] for job in waiting]


# -- the rehearsal


@pytest.mark.slow  # a call walked from end to end with a dozen applications
def test_a_rehearsal_is_asked_followed_and_read(draft: Call, places: None, designer: Any) -> None:  # noqa: F811
    draft.budget_lines.all().delete()
    draft.openings.all().delete()  # as a call has none that was just written
    assert "Ancora nessuna prova" in designer.get(REHEARSAL).content.decode()
    asked = {"count": "2", "seed": "7", "opening": "", "short": "on"}
    for _ in range(2):
        assert designer.post(REHEARSAL, asked).status_code == 302
    run = RehearsalRun.objects.get()
    assert run.options == {"count": 2, "seed": 7, "opening": "", "short": True}
    page = designer.get(REHEARSAL).content.decode()
    assert f'hx-get="{REHEARSAL}{run.pk}/"' in page, "the page follows it"
    assert "in attesa" in page
    assert work() == [run.pk], "pressed twice, done once"
    part = designer.get(f"{REHEARSAL}{run.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in part, "it is over: nothing more to ask"
    assert "è arrivata in fondo" in part
    page = designer.get(REHEARSAL)
    report = page.context["report"]
    assert [one["ok"] for one in report["stages"]] == [True] * 7
    funded = [one for one in page.context["applications"] if one["outcome"] in ("funded", "partial")]
    assert funded, [(one["outcome"], one["tries"]["en"]) for one in page.context["applications"]]
    assert funded[0]["firm"] in page.content.decode()
    numbers = {one["register_number"] for one in report["applications"]} - {""}
    assert all(number.startswith("PROVA-DOM-") for number in numbers), "no number of a real application is used"
    assert "non ha ancora una linea di bilancio" in page.content.decode()
    assert "Non c’è ancora una finestra" in page.content.decode(), "what was supplied is told"
    designer.post(REHEARSAL, asked)
    assert RehearsalRun.objects.count() == 2, "the first is over: this is another"
    assert "Prove di prima" in designer.get(REHEARSAL).content.decode()


def test_a_rehearsal_that_fails_says_why(draft: Call, designer: Any, monkeypatch: Any) -> None:
    draft.checklists = {**draft.checklists, "formal": []}
    draft.save()
    designer.post(REHEARSAL, {"count": "2", "seed": "1"})
    work()
    page = designer.get(REHEARSAL)
    assert page.context["report"]["stopped"]["it"] == "la verifica formale non ha voci."
    assert page.context["report_findings"][0]["url"].endswith("/checks/#c-checklists-formal"), "where it is mended"

    def broken(**_given: Any) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(asking, "rehearse_call", broken)
    designer.post(REHEARSAL, {"count": "2", "seed": "1"})
    with pytest.raises(RuntimeError):
        work()
    page = designer.get(REHEARSAL).content.decode()
    assert "La prova si è interrotta per un errore nostro." in page
    assert "a fault" not in page
    designer.post(REHEARSAL, {"count": "61", "seed": "x"})
    assert RehearsalRun.objects.count() == 2, "what is not a count is told, nothing is asked"


def test_a_rehearsal_waits_its_turn_and_one_broken_off_is_asked_again(draft: Call, designer: Any) -> None:
    designer.post(REHEARSAL, {"count": "1", "seed": "1"})
    run = RehearsalRun.objects.get()
    with without_trace():
        jobs.run_rehearsal(run_id=run.pk)  # another one is at work
        assert [job.scheduled_at is not None for job in jobs_of(run.pk)] == [False, True], "a little later"
    run.refresh_from_db()
    assert run.state == "waiting"
    RehearsalRun.objects.update(state="running")  # as its worker leaves it when it is killed
    with at_work(run.pk):
        assert "in corso" in designer.get(REHEARSAL).content.decode()
        designer.post(REHEARSAL, {"count": "1", "seed": "1"})
        assert RehearsalRun.objects.count() == 1, "it is being done"
    page = designer.get(REHEARSAL).content.decode()
    assert "si è fermato a metà" in page
    assert "hx-get" not in page[page.index('id="rehearsal"') :].split(">")[0]
    designer.post(REHEARSAL, {"count": "1", "seed": "1"})
    assert list(RehearsalRun.objects.values_list("state", flat=True)) == ["waiting", "failed"]


@pytest.mark.slow  # real transactions, emptied after the test
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_ask_one_rehearsal(draft: Call, officer: Maker, actor_for: Maker) -> None:
    actor = actor_for(officer("call_designer"))
    runs = together(*[lambda: ask_rehearsal(actor=actor, call=draft)] * 2)
    assert runs[0] == runs[1], runs
    assert len(jobs_of(runs[0].pk)) == 1
    assert AuditEntry.objects.filter(verb="grants.ask_rehearsal").count() == 1


@pytest.mark.parametrize(
    ("role", "office"), [("case_officer", "sezione"), ("auditor", "sezione"), ("call_designer", "aret")]
)
def test_who_does_not_design_the_call_does_not_rehearse_it(
    draft: Call, officer: Maker, signed_in: Maker, role: str, office: str
) -> None:
    Call.objects.update(state="published", published_at=now())
    page = signed_in(officer(role, office))
    answer = page.get(REHEARSAL)
    if answer.status_code == 200:
        assert answer.context["form"] is None
        assert 'class="lv-form lv-panel lv-rehearse"' not in answer.content.decode()
    page.post(REHEARSAL, {"count": "1", "seed": "1"})
    assert not RehearsalRun.objects.exists()


# -- approved and published


def test_a_call_is_approved_and_published_by_who_may_when_nothing_contradicts_itself(
    shipped: Any,  # noqa: F811
    officer: Maker,
    signed_in: Maker,
) -> None:
    call = next(one for one in shipped.values() if one.procedure == "click_day")
    here, public = f"/ufficio/bandi/{call.code}/", f"/bandi/{call.code}/"
    checks, soon = call.checklists, now() + timedelta(days=20)
    call.openings.update(opens_at=soon, closes_at=soon + timedelta(hours=4), is_demo=False)
    Call.objects.filter(pk=call.pk).update(state="draft", published_at=None, checklists={**checks, "formal": []})
    dora, dario, ugo = officer("call_designer", given="Dora"), officer("director", given="Dario"), officer(given="Ugo")

    def press(user: Any, step: str) -> tuple[str, str]:
        """The state of the call after the button, and the page that follows."""
        answer = signed_in(user).post(f"{here}passo/{step}/", follow=True)
        return Call.objects.get(pk=call.pk).state, answer.content.decode()

    assert signed_in(ugo).post(f"{here}passo/approve/").status_code == 403
    page = signed_in(dora).get(here)
    assert [(one["name"], one["allowed"]) for one in page.context["moves"]] == [("approve", False)]
    assert "spetta al dirigente dell’ufficio che lo gestisce" in page.content.decode(), (
        "who writes it does not approve it"
    )
    assert press(dora, "approve")[0] == "draft"
    state, page = press(dario, "approve")
    assert (state, "Manca: la verifica formale non ha voci." in page) == ("draft", True), "an error stops it"
    assert f"{here}progetto/checks/#c-checklists-formal" in page, "and says where it is mended"
    Call.objects.filter(pk=call.pk).update(checklists=checks)
    page = signed_in(dario).get(here)
    doubt = next(one for one in page.context["findings"] if one["url"].endswith("#c-procedure"))
    assert (doubt["is_error"], doubt["reference"], doubt["to_confirm"]) == (False, "D.Lgs. 184/2025, art. 13(1)", True)
    text = page.content.decode()
    assert "ordine di arrivo" in text
    assert "D.Lgs. 184/2025, art. 13, comma 1, da confermare" in text
    assert "da guardare</a>: non lo fermano" in " ".join(text.split())
    assert press(dario, "approve")[0] == "approved", "a doubt does not stop it"
    state, page = press(dario, "approve")
    assert (state, "lo stato è “approvato”" in page) == ("approved", True), "pressed twice, done once"
    assert signed_in(dora).get(f"{here}progetto/frame/").context["writable"] is False
    assert press(dora, "publish")[0] == "approved"
    call.openings.update(opens_at=now() - timedelta(hours=1))
    state, page = press(dario, "publish")
    assert (state, "una finestra che apra dopo la pubblicazione" in page) == ("approved", True)
    call.openings.update(opens_at=soon)
    assert press(dario, "publish")[0] == "published"
    assert signed_in(dora).get(public).status_code == 200
    told = [(event.kind, event.user.given_name) for event in call.events.exclude(kind="loaded").order_by("id")]
    assert told == [("approve", "Dario"), ("publish", "Dario")]
    assert call.forms.first().locked_at is not None
    state, page = press(dario, "close_out")
    assert (state, "Manca: la chiusura della finestra" in page) == ("published", True), (
        "nobody ends what has yet to open"
    )


# -- the openings of a published call


def typed(instant: datetime) -> str:
    return instant.astimezone(ROME).strftime("%Y-%m-%dT%H:%M")


def errors_in(page: Any) -> str:
    return " ".join(one["text"] for one in page.context["errors"])


@pytest.mark.slow  # the form of an opening, a dozen times
def test_an_opening_is_added_with_its_limits_and_committee_and_changes_until_somebody_relies_on_it(
    shipped: Any,  # noqa: F811
    designer: Any,
) -> None:
    call, soon = shipped[VOUCHER], now() + timedelta(days=20)
    path = f"/ufficio/bandi/{VOUCHER}/finestre/nuova/"
    page = designer.post(path, data_of(fields_of(designer.get(path)), do="add opening.limits"))
    page = designer.post(path, data_of(fields_of(page), do="add opening.committee"))
    said = {"act": call.act.code, "text.it": "Si riapre"}
    written = data_of(
        fields_of(page),
        **{
            "do": "save", "opening.code": "bis", "opening.opens_at": typed(soon), "opening.budget": "50.000",
            "opening.limits.0.it": "Una domanda", "opening.limits.0.most": "1", "opening.limits.0.of": "enterprise",
            "opening.limits.0.within": "opening", "opening.limits.0.reference": "Bando, art. 4",
            "opening.committee.0.it": "Presidente", "opening.committee.0.role": "president",
        },
    )  # fmt: skip
    early = {"opening.closes_at": [typed(soon - timedelta(days=1))]}
    page = designer.post(path, {**written, **early, **{name: [value] for name, value in said.items()}})
    assert "Chiude (ora italiana): viene prima dell’apertura." in errors_in(page), "it says of what it speaks"
    written["opening.closes_at"] = [typed(soon + timedelta(days=30))]
    assert "Serve l’atto" in errors_in(designer.post(path, written))
    answer = designer.post(path, {**written, **{name: [value] for name, value in said.items()}})
    assert answer.status_code == 302, errors_in(answer)
    made = call.openings.get(code="bis")
    assert (made.budget, made.limits[0]["most"], made.committee[0]["role"]) == (50000, 1, "president")
    assert "Si riapre" in designer.get(f"/bandi/{VOUCHER}/").content.decode(), "the public reads it"

    def change(**more: str) -> Any:
        return designer.post(here, data_of(fields_of(designer.get(here)), **{"do": "save", **said, **more}))

    here = f"/ufficio/bandi/{VOUCHER}/finestre/bis/cambia/"
    later = {"opening.opens_at": typed(soon + timedelta(days=1)), "opening.budget": "40.000"}
    answer = change(**later, **{"opening.limits.0.most": "2"})
    assert answer.status_code == 302, errors_in(answer)
    made.refresh_from_db()
    assert (made.budget, made.limits[0]["most"]) == (40000, 2), "nobody relies on it yet"
    assert change().status_code == 302
    assert call.events.filter(kind="opening_changed").count() == 1, "the same again changes nothing"
    call.openings.filter(code="bis").update(opens_at=now() - timedelta(days=1))
    page = designer.get(here)
    assert {one["control"].name for one in page.context["controls"] if one["fixed"]} >= {
        "opening.opens_at", "opening.limits", "opening.code",
    }  # fmt: skip
    assert "chi ha fatto domanda ci contava" in page.content.decode()
    told = errors_in(change(**{"opening.budget": "30.000", "opening.closes_at": typed(soon)}))
    assert "Dotazione: non cala" in told
    assert "Chiude (ora italiana): si sposta solo in avanti." in told
    better = {"opening.budget": "60.000", "opening.closes_at": typed(soon + timedelta(days=60))}
    assert change(**better, **{"opening.committee.0.it": "La presidente"}).status_code == 302
    assert change(**{"opening.limits.0.most": "9"}).status_code == 302, "what is fixed is not even read"
    made.refresh_from_db()
    assert (made.budget, made.limits[0]["most"], made.committee[0]["it"]) == (60000, 2, "La presidente")


def test_what_may_no_longer_change_of_an_opening_is_refused_with_the_reason(
    shipped: Any,  # noqa: F811
    officer: Maker,
    actor_for: Maker,
) -> None:
    call = shipped[VOUCHER]
    said = {"actor": actor_for(officer("call_designer")), "act": call.act, "text": ("x", "x")}
    held = call.openings.get()
    entry = next(one for one in document_of(call)["openings"] if one["code"] == held.code)
    cases = {
        "code": "altra",
        "opens_at": (held.opens_at - timedelta(days=1)).isoformat(),
        "closes_at": (now() + timedelta(days=9)).isoformat(),
        "seed": "1",
    }
    for name, value in cases.items():
        with pytest.raises(Malformed) as refusal:
            change_opening(opening=held, entry={**entry, name: value}, **said)
        assert refusal.value.problems[0].path == f"openings.0.{name}"
        assert refusal.value.problems[0].text == fixed_parts(held, now())[name]
    with pytest.raises(Refused):
        change_opening(opening=held, entry=entry, **{**said, "actor": actor_for(officer("case_officer"))})


def test_the_seed_of_a_draw_is_written_once_the_window_is_closed_by_who_publishes(
    shipped: Any,  # noqa: F811
    officer: Maker,
    signed_in: Maker,
) -> None:
    call = shipped[VOUCHER]
    source = {"it": "La prima estrazione del lotto dopo la chiusura", "en": "The first lottery draw after the closing"}
    call.openings.update(seed_source=source, closes_at=now() + timedelta(days=1))
    Call.objects.filter(pk=call.pk).update(procedure="draw")
    here = f"/ufficio/bandi/{VOUCHER}/finestre/{call.openings.get().code}/"
    dario, dora = officer("director"), officer("call_designer")
    said = {"do": "seed", "seed-seed": "12 45 78", "seed-act": call.act.code}
    signed_in(dario).post(here, said)
    call.openings.update(closes_at=now() - timedelta(minutes=1))
    signed_in(dora).post(here, said)
    assert call.openings.get().seed == "", "neither before the closing, nor by who does not publish"
    page = signed_in(dario).get(here).content.decode()
    assert source["it"] in page, "it says where it is read"
    for _ in range(2):
        signed_in(dario).post(here, said)
    held = call.openings.get()
    assert (held.seed, held.seed_act) == ("12 45 78", call.act)
    assert call.events.filter(kind="seed_written").count() == 1
    assert "12 45 78" in signed_in(dario).get(here).content.decode()
