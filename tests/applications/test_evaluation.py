"""Judging: a committee that declares, points with reasons, sheets that lock, divergences shown, an end that the list waits for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.applications.evaluation_world import judged  # noqa: F401 - a fixture

from levante.applications.api import (
    Given,
    Mark,
    appoint_committee,
    approve_minutes,
    begin_session,
    calibrate,
    close_session,
    compute_ranking,
    conclude_evaluation,
    decide_in_session,
    declare_as_judge,
    declare_conflict,
    gather_files,
    may_judge,
    open_evaluation,
    points_for,
    reopen_evaluation,
    reopen_sheet,
    save_sheet,
    seats_in_force,
    settle_file,
    settle_files,
    short_of_judges,
    standing_of,
    take_in_charge,
    undeclared,
    unsettle_file,
)
from levante.applications.evaluation.calibration import spread_of
from levante.applications.evaluation.panel import ALPHABET, new_code
from levante.applications.models import Application, ConflictDeclaration, EvaluationEvent, SeatDeclaration, Sheet
from levante.identity.api import User
from levante.kernel.api import NotYours, Refused, system
from levante.messages.api import Notice

POINTS = st.decimals(min_value=0, max_value=40, places=2)
GIVEN = st.lists(
    st.tuples(st.sampled_from("fgh"), st.sampled_from("abc"), st.sampled_from("xy"), POINTS),
    max_size=18,
    unique_by=lambda row: row[:3],
).map(lambda rows: [Given(*row) for row in rows])


@given(GIVEN, st.decimals(min_value=0, max_value=5, places=2))
def test_who_gives_more_to_every_file_is_so_much_more_generous(given_, more):
    before = {judge.id: judge for judge in calibrate(given_).judges}
    raised = [Given(g.file, g.judge, g.criterion, g.points + more * (g.judge == "a")) for g in given_]
    criteria = {(g.file): len([x for x in given_ if x.file == g.file and x.judge == "a"]) for g in given_}
    after = {judge.id: judge for judge in calibrate(raised).judges}
    if "a" in before and before["a"].tendency is not None and set(criteria.values()) <= {0, 1}:
        assert abs(after["a"].tendency - before["a"].tendency - more) <= Decimal("0.01")
    assert {judge.files for judge in before.values()} == {judge.files for judge in after.values()}
    for file in calibrate(given_).files:
        assert file.spread == spread_of([g for g in given_ if g.file == file.id]) >= 0
        assert min(total for _, total in file.totals) <= file.mean <= max(total for _, total in file.totals)


def test_a_worked_calibration():
    rows = [("F1", "a", "30"), ("F1", "b", "20"), ("F1", "c", "25"), ("F2", "a", "10"), ("F2", "b", "12")]
    found = calibrate([Given(file, judge, "x", Decimal(points)) for file, judge, points in rows])
    assert [(j.id, j.files, str(j.mean), str(j.tendency)) for j in found.judges] == [
        ("a", 2, "20.00", "2.75"), ("b", 2, "16.00", "-2.75"), ("c", 1, "25.00", "0.00"),
    ]  # fmt: skip
    assert [(f.id, str(f.mean), str(f.spread)) for f in found.files] == [("F1", "25.00", "10"), ("F2", "11.00", "2")]


def test_a_code_says_nothing_and_is_never_another_s():
    codes = set()
    for _ in range(300):
        codes.add(new_code(codes))
    assert len(codes) == 300
    assert set("".join(codes)) <= set(ALPHABET)


@pytest.mark.django_db
def test_a_committee_is_appointed_by_a_numbered_act_with_its_chair_and_enough_judges(judged, person):  # noqa: F811
    world = judged(1, begin=False, declare=False)
    ada, bea, ciro = (world.judges[name].pk for name in ("Ada", "Bea", "Ciro"))

    def appoint(*seats, actor=world.director, act=world.act):
        return appoint_committee(actor=actor, opening=world.opening, act=act, seats=list(seats))

    world.act.number = ""
    for wrong, match in (
        (lambda: appoint((ada, "president"), (bea, "member"), actor=world.officer), "dirigente"),
        (lambda: appoint((ada, "president"), (bea, "member")), "atto numerato"),
    ):
        with pytest.raises(Refused, match=match):
            wrong()
    world.act.number = "77"
    for seats, match in (
        ([(ada, "member"), (bea, "member")], "un presidente"),
        ([(ada, "president")], "almeno 2"),
        ([(ada, "president"), (ada, "member")], "una volta"),
        ([(ada, "president"), (person("Zoe", "Fuori").pk, "member")], "Non tutti"),
    ):
        with pytest.raises(Refused, match=match):
            appoint(*seats)
    assert appoint((ada, "president"), (bea, "member"), (ciro, "member")).pk == world.evaluation.pk, "nothing to change"
    assert EvaluationEvent.objects.filter(kind="appointed").count() == 1
    appoint((bea, "president"), (ciro, "member"))
    assert [(seat.user_id, seat.role) for seat in seats_in_force(world.evaluation)] == [
        (bea, "president"), (ciro, "member"),
    ]  # fmt: skip
    assert world.evaluation.seats.get(user=ada).end_reason


@pytest.mark.django_db
@pytest.mark.slow  # three judges declare, and the director's page says what is missing
def test_nobody_opens_a_file_before_declaring_and_a_conflict_hides_it(judged, signed_in):  # noqa: F811
    world = judged(2, declare=False)
    file = world.file(0)
    assert "dichiara" in may_judge(world.actors["Bea"], file).reason.it
    with pytest.raises(Refused, match="quale conflitto"):
        declare_as_judge(
            actor=world.actors["Bea"],
            evaluation=world.evaluation,
            no_convictions=True,
            conflicts={world.files[0].pk: " "},
        )
    with pytest.raises(NotYours):
        declare_as_judge(actor=world.officer, evaluation=world.evaluation, no_convictions=True, conflicts={})
    declare_as_judge(
        actor=world.actors["Bea"],
        evaluation=world.evaluation,
        no_convictions=True,
        conflicts={world.files[0].pk: "Cugino"},
    )
    assert not may_judge(world.actors["Bea"], file)
    assert may_judge(world.actors["Bea"], world.file(1))
    assert not undeclared(world.evaluation, world.judges["Bea"].pk).exists()
    told = SeatDeclaration.objects.get(seat__user=world.judges["Bea"])
    assert (told.conflicts, told.applicants, told.norm["reference"]) == (1, 2, "D.Lgs. 165/2001, art. 35-bis")
    notices = Notice.objects.filter(kind="committee-declaration", user_id=world.director.user_id).order_by("pk")
    assert notices.get().body_it.endswith("quelle domande le valutano gli altri."), (
        "two are left, as many as are wanted"
    )
    browser, page = (
        signed_in(User.objects.get(pk=world.director.user_id)),
        f"/ufficio/valutazioni/{world.evaluation.pk}/",
    )
    assert short_of_judges(world.evaluation) == set()
    declare_as_judge(actor=world.actors["Ciro"], evaluation=world.evaluation, no_convictions=False, conflicts={})
    assert "35-bis" in may_judge(world.actors["Ciro"], file).reason.it
    # Ada alone is left for the first file; with a conflict of hers Bea alone for the second.
    assert len(short_of_judges(world.evaluation)) == 1
    theirs = {world.files[1].pk: "Socia"}
    declare_as_judge(actor=world.actors["Ada"], evaluation=world.evaluation, no_convictions=True, conflicts=theirs)
    assert notices.count() == 3
    assert "(per ciascuna ne servono 2): 1. Va nominato con un atto" in notices.last().body_it
    appoint = f"/ufficio/valutazioni/commissioni/{world.opening.pk}/"
    assert notices.last().path == appoint
    said = browser.get(page).content.decode()
    assert "(per ciascuna ne servono 2): 2." in said
    marked = 0 if world.evaluation.is_blind else 2
    assert said.count("troppo pochi valutatori") == marked, "which, where it says of nobody whose it is"
    assert f'href="{appoint}"' in said


@pytest.mark.django_db
def test_points_are_within_the_criterion_with_a_reason_and_lock_when_submitted(judged):  # noqa: F811
    world = judged(1, step="0.5")
    file, ada = world.file(0), world.actors["Ada"]

    def save(submit=False, revision=0, **marks):
        made = {
            code: Mark(Decimal(points) if points is not None else None, why) for code, (points, why) in marks.items()
        }
        return save_sheet(actor=ada, file=file, marks=made, base_revision=revision, submit=submit)

    for marks, match in (
        ({"idea": ("41", "x")}, "da 0 a 40"),
        ({"idea": ("-1", "x")}, "da 0 a 40"),
        ({"idea": ("10.25", "x")}, "di 0.50 in 0.50"),
        ({"idea": ("10.005", "x")}, "due decimali"),
        ({"idea": (None, "x")}, "scrivi anche i punti"),
        ({"other": ("1", "x")}, "non è dei valutatori"),
    ):
        with pytest.raises(Refused, match=match):
            save(**marks)
    assert save(idea=("30.5", "")).revision == 1
    with pytest.raises(Refused, match="cambiata altrove"):
        save(idea=("20", "Altra scheda"), revision=0)
    with pytest.raises(Refused, match="mancano i punti"):
        save(submit=True, revision=1, idea=("30.5", "Buona"))
    with pytest.raises(Refused, match="motivo"):
        save(submit=True, revision=1, idea=("30.5", "Buona"), market=("10", ""))
    sheet = save(submit=True, revision=1, idea=("30.5", "Buona"), market=("10", "Chiaro"))
    assert (sheet.state, sheet.revision) == ("submitted", 2)
    assert save(submit=True, revision=1, idea=("30.5", "Buona"), market=("10", "Chiaro")).pk == sheet.pk, "twice"
    with pytest.raises(Refused, match="già consegnata"):
        save(revision=2, idea=("1", "Cambio idea"))
    with pytest.raises(Refused, match="presiede"):
        reopen_sheet(actor=world.actors["Bea"], sheet=sheet, reason="No")
    with pytest.raises(Refused, match="perché"):
        reopen_sheet(actor=ada, sheet=sheet, reason=" ")
    assert reopen_sheet(actor=ada, sheet=sheet, reason="Refuso").state == "draft"
    assert EvaluationEvent.objects.get(kind="sheet_reopened").data["points"] == {"idea": "30.50", "market": "10.00"}
    assert save(revision=2, idea=("31", "Meglio"), submit=True, market=("10", "Chiaro")).state == "submitted"


@pytest.mark.django_db
def test_the_mean_is_settled_and_divergences_are_talked_about_never_corrected(judged):  # noqa: F811
    world = judged(2)
    world.judge("Ada", 0, "30", "10")
    with pytest.raises(Refused, match="1 su 2"):
        settle_file(actor=world.actors["Ada"], file=world.file(0))
    world.judge("Bea", 0, "25.25", "12")
    world.judge("Ada", 1, "40", "20")
    world.judge("Ciro", 1, "20", "5")
    assert (standing_of(world.file(0)).spread, standing_of(world.file(1)).diverges) == (Decimal("2.75"), True)
    with pytest.raises(Refused, match="distano 35"):
        settle_file(actor=world.actors["Ada"], file=world.file(1))
    with pytest.raises(Refused, match="presiede"):
        settle_files(actor=world.director, evaluation=world.evaluation)
    assert settle_files(actor=world.actors["Ada"], evaluation=world.evaluation) == 1
    with pytest.raises(Refused, match="chiusa"):
        world.judge("Ciro", 0, "1", "1")
    with world.later(), pytest.raises(Refused, match="conclus"):
        compute_ranking(actor=world.director, opening=world.opening)
    with pytest.raises(Refused, match="1 domanda non ancora chiusa"):
        conclude_evaluation(actor=world.actors["Ada"], evaluation=world.evaluation)
    settle_file(actor=world.actors["Ada"], file=world.file(1), text="Discusso: restano le due letture del mercato.")
    criteria = list(world.opening.call.criteria.all())
    fresh = list(
        Application.objects.select_related("opening__call", "form").filter(opening=world.opening).order_by("pk")
    )
    points = points_for(fresh, criteria)
    assert [points[one.pk].by for one in fresh] == [
        {"idea": Decimal("27.63"), "market": Decimal("11.00")}, {"idea": Decimal("30.00"), "market": Decimal("12.50")},
    ]  # fmt: skip
    conclude_evaluation(actor=world.actors["Ada"], evaluation=world.evaluation)
    with world.later():
        made = compute_ranking(actor=world.director, opening=world.opening)
    assert [row.score for row in made.rows.all()] == [Decimal("42.50"), Decimal("38.63")]


@pytest.mark.django_db
def test_a_conflict_found_later_leaves_the_points_out_and_the_file_is_judged_again(judged):  # noqa: F811
    world = judged(1)
    world.judge("Ada", 0, "30", "10")
    world.judge("Bea", 0, "28", "10")
    settle_file(actor=world.actors["Ada"], file=world.file(0))
    declare_as_judge(
        actor=world.actors["Bea"],
        evaluation=world.evaluation,
        no_convictions=True,
        conflicts={world.files[0].pk: "Socia"},
    )
    assert world.file(0).settled_at is None
    assert Sheet.objects.get(seat__user=world.judges["Bea"]).state == "excluded"
    assert EvaluationEvent.objects.get(kind="judge_left_out").data["points"] == {"idea": "28.00", "market": "10.00"}
    world.judge("Ciro", 0, "20", "10")
    assert settle_file(actor=world.actors["Ada"], file=world.file(0)).settled_at


@pytest.mark.django_db
def test_an_officer_who_declares_a_conflict_on_a_file_does_not_judge_it_either(judged, officer, actor_for):  # noqa: F811
    world = judged(1, begin=False)
    pia = officer(given="Pia")
    Application.objects.filter(pk=world.files[0].pk).update(state="under_check", decided_at=None, decided_by=None)
    take_in_charge(actor=world.officer, application=world.files[0], has_conflict=False)
    declare_conflict(actor=world.officer, application=world.files[0], has_conflict=True, text="Amica")
    assert ConflictDeclaration.objects.filter(has_conflict=True).count() == 1
    seats = [(world.officer.user_id, "president"), (pia.pk, "member")]
    appoint_committee(actor=world.director, opening=world.opening, act=world.act, seats=seats)
    declare_as_judge(actor=world.officer, evaluation=world.evaluation, no_convictions=True, conflicts={})
    assert SeatDeclaration.objects.latest("pk").conflicts == 1, "once declared it stays"


@pytest.mark.django_db
def test_what_is_admitted_later_goes_to_the_committee_and_is_declared_about(judged, filled, actor_for):  # noqa: F811
    world = judged(2, procedure="first_come_threshold")
    Application.objects.filter(pk=world.files[1].pk).update(state="submitted", decided_at=None, decided_by=None)
    assert gather_files(actor=system("test")) == 0
    draft, actor, _ = filled(world.opening, "Ultima", given="Ultima")
    from levante.applications.api import OrderMove, admit_application, record_formal_check, submit_application
    from levante.applications.models import EvaluationFile
    from levante.kernel.api import now

    late = submit_application(actor=actor, application=draft)
    take_in_charge(actor=world.officer, application=late, has_conflict=False)
    for item in world.opening.call.checklists["formal"]:
        record_formal_check(actor=world.officer, application=late, item=item["code"], outcome="met")
    world.files.append(admit_application(actor=world.officer, application=late))
    assert gather_files(actor=system("test")) == 1
    assert gather_files(actor=system("test")) == 0
    assert "domanda nuova" in may_judge(world.actors["Bea"], world.file(2)).reason.it
    declare_as_judge(actor=world.actors["Bea"], evaluation=world.evaluation, no_convictions=True, conflicts={})
    assert may_judge(world.actors["Bea"], world.file(2))
    OrderMove.objects.all().delete()
    EvaluationFile.objects.filter(application=late).update(settled_at=now(), settled_by=world.officer.user_id)
    assert OrderMove.objects.get().opening_id == world.opening.pk, "settled points move the order of arrival"


@pytest.mark.django_db
def test_a_committee_that_judges_together_votes_in_a_session_and_approves_its_minutes(judged):  # noqa: F811
    world = judged(2, judgement={"scores": "collegial"}, conflicts={"Ciro": (1,)})
    ada, bea = world.actors["Ada"], world.actors["Bea"]
    seats = {seat.user.given_name: seat.pk for seat in seats_in_force(world.evaluation)}
    with pytest.raises(Refused, match="in seduta"):
        world.judge("Bea", 0, "30", "10")
    with pytest.raises(Refused, match="presiede la commissione o il segretario"):
        begin_session(actor=bea, evaluation=world.evaluation, place="Bari", present={})
    with pytest.raises(Refused, match="almeno 2"):
        begin_session(actor=ada, evaluation=world.evaluation, place="Bari", present={seats["Ada"]: True})
    session = begin_session(
        actor=ada, evaluation=world.evaluation, place="Bari, sala riunioni", present=dict.fromkeys(seats.values(), True)
    )
    marks = {"idea": Mark(Decimal(30), "Solida"), "market": Mark(Decimal(12), "Chiaro")}

    def decide(place, votes, text="Si approva il punteggio."):
        file = world.file(place)
        sheet = file.sheets.first()
        return decide_in_session(
            actor=ada, session=session, file=file, text=text, marks=marks, base_revision=sheet.revision if sheet else 0,
            votes={seats[name]: vote for name, vote in votes.items()},
        )  # fmt: skip

    with pytest.raises(Refused, match="voto di Ciro"):
        decide(0, {"Ada": "for", "Bea": "for"})
    decide(0, {"Ada": "for", "Bea": "against", "Ciro": "abstained"}, "Parità: si rinvia.")
    assert world.file(0).settled_at is None
    decide(0, {"Ada": "for", "Bea": "for", "Ciro": "against"})
    decision = decide(1, {"Ada": "for", "Bea": "abstained", "Ciro": "for"})
    assert {vote.seat.user.given_name: vote.vote for vote in decision.votes.all()} == {
        "Ada": "for", "Bea": "abstained", "Ciro": "away",
    }  # fmt: skip
    own = {"minutes": {"recitals": [{"it": "il regolamento della commissione", "en": "x"}]}}
    call = world.evaluation.opening.call
    type(call).objects.filter(pk=call.pk).update(templates={**call.templates, "acts": own})
    closed = close_session(actor=ada, session=session)
    said = closed.minutes.data
    assert (said["recitals"], said["provisions"]) == (["il regolamento della commissione"], [])
    assert [row["present"] for row in said["members"]] == [True] * 3
    assert said["files"][0]["total"] == "42,00"
    assert "fuori dalla seduta" in str(said["files"][1]["votes"])
    with pytest.raises(Refused, match="1 verbale da approvare"):
        conclude_evaluation(actor=ada, evaluation=world.evaluation)
    with pytest.raises(Refused, match="chi era presente"):
        approve_minutes(actor=world.director, session=closed)
    for name in ("Ada", "Bea", "Ciro"):
        closed = approve_minutes(actor=world.actors[name], session=closed)
    assert closed.state == "approved"
    conclude_evaluation(actor=ada, evaluation=world.evaluation)
    with pytest.raises(Refused, match="dirigente"):
        reopen_evaluation(actor=ada, evaluation=world.evaluation, reason="Errore")
    assert reopen_evaluation(actor=world.director, evaluation=world.evaluation, reason="Errore").state == "scoring"
    unsettle_file(actor=ada, file=world.file(0), reason="Errore di somma")
    assert world.file(0).settled_at is None


@pytest.mark.django_db
def test_the_evaluation_begins_once_the_window_is_closed(judged):  # noqa: F811
    world = judged(1, begin=False)
    with pytest.raises(Refused, match="finestra chiusa"):
        open_evaluation(actor=world.director, evaluation=world.evaluation)
    with world.later():
        with pytest.raises(Refused, match="dirigente"):
            open_evaluation(actor=world.actors["Ada"], evaluation=world.evaluation)
        begun = open_evaluation(actor=world.director, evaluation=world.evaluation)
        assert open_evaluation(actor=world.director, evaluation=world.evaluation).pk == begun.pk
    assert begun.due_on is not None
    assert begun.judgement["evaluators"] == 2


@pytest.mark.django_db
def test_the_committee_is_reminded_of_its_day_once_at_each_moment(judged):  # noqa: F811
    from datetime import timedelta

    from levante.applications.evaluation.reminders import remind_of_evaluations
    from levante.applications.models import Evaluation
    from levante.kernel.api import system, today

    world = judged(1)
    due = today() + timedelta(days=3)
    Evaluation.objects.filter(pk=world.evaluation.pk).update(due_on=due)
    seats = len(seats_in_force(world.evaluation))
    told = [
        remind_of_evaluations(actor=system("test"), on=day) for day in (due - timedelta(days=9), today(), today(), due)
    ]
    assert told == [0, seats, 0, seats]
