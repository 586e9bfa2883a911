"""The export check-up: its file, its arithmetic, its three actions, what is kept and what is compared."""

import random
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.db import DatabaseError, transaction

from levante.competences import api
from levante.competences.models import ReadinessAssessment
from levante.kernel.api import ANONYMOUS, Refused

FILE = Path(__file__).resolve().parents[2] / "programmes/puglia-2023-2025/questionnaires/export-check-up-1.yaml"
OFFERS = [
    api.Offer("calls", "Call", "/c", frozenset({"ict"}), frozenset({"organisation"})),
    api.Offer("fairs", "Fair", "/f"),
    api.Offer("case", "Advice", "/a"),
]


@pytest.fixture
def questionnaire():
    return api.read_questionnaire(FILE)


def answers(questionnaire, pick):
    return {question.code: pick(question.options).code for question in questionnaire.questions}


def worst(options):
    return min(options, key=lambda option: option.points)


def best(options):
    return max(options, key=lambda option: option.points)


def test_eight_questions_and_the_bands_cover_every_result(questionnaire):
    assert len(questionnaire.questions) == 8
    assert api.score(questionnaire, answers(questionnaire, worst)).band.code == "start"
    top = api.score(questionnaire, answers(questionnaire, best))
    assert (top.points, top.most, top.band.code) == (40, 40, "strong")


def test_a_better_answer_never_gives_less_and_dimensions_add_up(questionnaire):
    choose = random.Random(7)
    for _ in range(200):
        given = answers(questionnaire, lambda options: choose.choice(options))
        result = api.score(questionnaire, given)
        assert sum(row.points for row in result.scores) == result.points
        assert sum(row.most for row in result.scores) == result.most == questionnaire.most
        question = choose.choice(questionnaire.questions)
        better = api.score(questionnaire, given | {question.code: best(question.options).code})
        assert better.points >= result.points
        assert better.band.since >= result.band.since


def test_three_actions_for_the_weakest_dimensions_tied_to_what_is_open(questionnaire):
    given = answers(questionnaire, best) | {"sales": "never", "contacts": "no", "plan": "no"}
    actions = api.actions_for(questionnaire, api.score(questionnaire, given), OFFERS, sectors=["nautica"])
    assert [action.offer.url for action in actions] == ["/f", "/a", "/a"]
    assert actions[0].dimension.en == "Markets and relations"
    for_ict = api.actions_for(questionnaire, api.score(questionnaire, given), OFFERS, sectors=["ict"])
    assert [action.offer.url for action in for_ict] == ["/f", "/a", "/c"]
    assert [a.offer for a in api.actions_for(questionnaire, api.score(questionnaire, given), [])] == [None] * 3


def test_a_call_is_advised_for_what_its_money_strengthens_and_for_nothing_else(questionnaire):
    """Who needs a person's time is not sent to a voucher for a fair; a call that says nothing of it is not advised."""
    fairs = [api.Offer("calls", "Voucher", "/v", dimensions=frozenset({"market"})), api.Offer("calls", "Silent", "/s")]
    advice = api.Offer("case", "Advice", "/a")

    def advised(weak):
        given = answers(questionnaire, best) | {
            q.code: worst(q.options).code for q in questionnaire.questions if q.dimension == weak
        }
        return api.actions_for(questionnaire, api.score(questionnaire, given), [*fairs, advice])[0].offer.url

    assert advised("organisation") == "/a"
    assert advised("market") == "/v"
    people = api.Offer("calls", "Manager", "/m", dimensions=frozenset({"organisation"}))
    fairs.append(people)
    assert advised("organisation") == "/m"


def test_answers_are_listed_from_yes_to_no_and_who_does_not_know_before_the_no(questionnaire):
    listed = {question.code: [option.code for option in question.as_listed] for question in questionnaire.questions}
    assert listed["money"] == ["yearly", "when", "no"]
    assert listed["adaptation"] == ["beyond", "union", "unknown", "italian"]
    for question in questionnaire.questions:
        assert set(question.as_listed) == set(question.options)


@pytest.mark.parametrize("given", [{}, {"plan": "never heard"}, {"plan": ["no"]}, {"plan": "\0"}, {"plan": None}])
def test_answers_that_are_not_answers(questionnaire, given):
    with pytest.raises(api.Incomplete) as why:
        api.score(questionnaire, given)
    assert "plan" in why.value.missing


def changed(tmp_path, change):
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "q.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def test_two_versions_are_never_compared(questionnaire, tmp_path):
    second = api.read_questionnaire(changed(tmp_path, lambda data: data.update(version=2)))
    first_result = api.score(questionnaire, answers(questionnaire, worst))
    second_result = api.score(second, answers(second, best))
    with pytest.raises(api.OtherVersion):
        api.progress(first_result, second_result)
    with pytest.raises(api.OtherVersion):
        api.actions_for(second, first_result, OFFERS)
    assert api.progress(first_result, api.score(questionnaire, answers(questionnaire, best))) == 40


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(questions=[]),
        lambda data: data["questions"][0].update(dimension="nowhere"),
        lambda data: data["questions"][0]["options"][0].update(points=-1),
        lambda data: data["questions"][0].update(options=data["questions"][0]["options"][:1]),
        lambda data: data["bands"][0].update({"from": 5}),
        lambda data: data["advice"][0].update(tied_to=["moon"]),
        lambda data: data.update(advice=data["advice"][:1]),
        lambda data: data["title"].update(en=""),
        lambda data: data.update({"from": "soon"}),
        lambda data: data.pop("version"),
    ],
)
def test_a_file_that_is_no_questionnaire_says_so(tmp_path, change):
    with pytest.raises(api.BadQuestionnaire, match=r"q\.yaml"):
        api.read_questionnaire(changed(tmp_path, change))


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[", b"- 1", b"a: !!python/object:os.system {}"])
def test_garbage_is_no_questionnaire(tmp_path, raw):
    path = tmp_path / "q.yaml"
    path.write_bytes(raw)
    with pytest.raises(api.BadQuestionnaire):
        api.read_questionnaire(path)


@pytest.mark.django_db
def test_kept_once_seen_by_its_enterprise_and_never_changed(questionnaire, desk, enterprise, representative, actor_for):
    mine, other = enterprise("Mia"), enterprise("Altra")
    anna, ugo = actor_for(representative(mine), mine), actor_for(representative(other), other)
    keep = {"questionnaire": questionnaire, "answers": answers(questionnaire, worst), "idempotency_key": "k"}
    made = api.record_assessment(actor=anna, **keep)
    assert api.record_assessment(actor=anna, **keep).pk == made.pk
    with pytest.raises(Refused):
        api.record_assessment(actor=ugo, **keep)
    with pytest.raises(Refused):
        api.record_assessment(actor=ANONYMOUS, **keep)
    assert list(api.assessments_of(anna)) == [made]
    assert not api.assessments_of(ugo)
    assert list(api.assessments_of(desk.anna)) == [made]
    assert not api.assessments_of(desk.paola)
    later = api.record_assessment(actor=anna, **(keep | {"idempotency_key": "l"}))
    assert api.previous_of(later) == made
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadinessAssessment.objects.update(points=40)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_the_version_in_force_is_the_one_begun(questionnaire):
    assert api.questionnaire_on("export-check-up", on=date(2023, 12, 31)) is None
    assert api.questionnaire_on("export-check-up", on=date(2024, 1, 1)).version == 1


@pytest.mark.django_db
def test_a_check_up_is_in_the_timeline_of_its_enterprise(
    questionnaire, enterprise, representative, actor_for, officer, signed_in
):
    mine = enterprise("Mia")
    anna = actor_for(representative(mine), mine)
    address = f"/ufficio/imprese/{mine.pk}/"
    officer_ = officer("director", given="Dina", family="Rossi")
    assert "Check-up per l’export" not in signed_in(officer_).get(address).content.decode()
    given = answers(questionnaire, best)
    api.record_assessment(actor=anna, questionnaire=questionnaire, answers=given, idempotency_key="k")
    assert "Check-up per l’export fatto: 40 punti su 40" in signed_in(officer_).get(address).content.decode()
    english = signed_in(officer_).get(f"/en{address}").content.decode()
    assert "Export check-up taken: 40 points of 40" in english
