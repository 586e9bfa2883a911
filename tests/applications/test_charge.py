"""Who has the files: given in turn or by load, passed on with a reason, covered while somebody is away."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from levante.applications.api import (
    Absence,
    Application,
    assign_application,
    assign_by_rules,
    covered_by,
    declare_conflict,
    end_absence,
    examination_term,
    has_charge,
    loads_of,
    plan_assignment,
    record_absence,
    request_integration,
    set_assignment_rule,
    submit_application,
    substitutes_on,
    sweep_deadlines,
    take_in_charge,
)
from levante.applications.coverage import acting_for
from levante.applications.turns import ToGive, share_out
from levante.kernel.api import Refused, clock_at, now, system, today
from levante.messages.api import Notice
from levante.web.desk.applications.worklist import my_turn

OFFICERS = st.lists(st.integers(1, 6), min_size=1, max_size=5, unique=True)
FILES = st.lists(st.sets(st.integers(1, 6), max_size=3), max_size=30)


@given(OFFICERS, FILES)
def test_nobody_gets_two_more_than_another_who_could_have_had_them(officers, barred):
    files = [ToGive(number, sorted(who)) for number, who in enumerate(barred)]
    given_ = share_out(files, officers, {})
    assert set(given_) == {file.id for file in files}
    for file in files:
        able = set(officers) - set(file.barred)
        assert (given_[file.id] in able) if able else given_[file.id] is None
    if not any(barred):
        counts = [list(given_.values()).count(officer) for officer in officers]
        assert max(counts) - min(counts) <= 1
    assert share_out(files, officers, {}) == given_


@given(st.dictionaries(st.integers(1, 8), st.integers(1, 8), max_size=8), st.integers(1, 8))
def test_a_chain_of_substitutes_ends_with_somebody_who_is_there_or_where_it_began(away, who):
    acting = acting_for(who, away)
    assert acting not in away or acting == who


@pytest.fixture
def sent(first_come, filled):
    """Applications that were sent: ``sent(2)``."""

    def make(count=1):
        made = [filled(first_come, f"Impresa {n}", given=f"N{n}") for n in range(count)]
        return [submit_application(actor=actor, application=draft) for draft, actor, _ in made]

    return make


@pytest.fixture
def people(officer):
    return {
        name: officer("director" if name == "Dora" else "case_officer", given=name) for name in ("Dora", "Pia", "Ugo")
    }


@pytest.mark.django_db
def test_a_file_changes_hands_with_a_reason_and_both_are_told(sent, people, actor_for):
    (file,) = sent()
    chief, pia = actor_for(people["Dora"]), actor_for(people["Pia"])
    take_in_charge(actor=pia, application=file, has_conflict=False)
    with pytest.raises(Refused, match="dirigente"):
        assign_application(actor=pia, application=file, officer_id=people["Ugo"].pk, reason="Ferie")
    with pytest.raises(Refused, match="perché"):
        assign_application(actor=chief, application=file, officer_id=people["Ugo"].pk)
    passed = assign_application(
        actor=chief, application=file, officer_id=people["Ugo"].pk, reason="Segue già il gruppo"
    )
    assert passed.case_officer_id == people["Ugo"].pk
    assert passed.events.get(kind="reassigned").text_it == "Segue già il gruppo"
    told = dict(
        Notice.objects.filter(kind__in=["application-given", "application-taken"]).values_list("kind", "user_id")
    )
    assert told == {"application-given": people["Ugo"].pk, "application-taken": people["Pia"].pk}
    assert not has_charge(pia, passed)
    assert has_charge(actor_for(people["Ugo"]), passed)


@pytest.mark.django_db
def test_files_pass_to_the_substitute_for_the_days_of_the_absence_and_come_back(sent, people, actor_for):
    (file,) = sent()
    pia, ugo = actor_for(people["Pia"]), actor_for(people["Ugo"])
    take_in_charge(actor=pia, application=file, has_conflict=False)
    first = today() + timedelta(days=2)
    with pytest.raises(Refused, match="dirigente"):
        record_absence(actor=ugo, user=people["Pia"], substitute=people["Ugo"], since=first, until=first)
    absence = record_absence(
        actor=pia, user=people["Pia"], substitute=people["Ugo"], since=first, until=first + timedelta(days=4)
    )
    assert set(Notice.objects.filter(kind="absence-recorded").values_list("user_id", flat=True)) == {
        people["Ugo"].pk, people["Dora"].pk,
    }  # fmt: skip

    def who(day):
        with clock_at(now() + timedelta(days=(day - today()).days)):
            current = Application.objects.get(pk=file.pk)
            return bool(has_charge(pia, current)), bool(has_charge(ugo, current))

    assert who(first - timedelta(days=1)) == (True, False)
    assert who(first) == who(absence.until) == (False, True)
    assert who(absence.until + timedelta(days=1)) == (True, False)
    with clock_at(now() + timedelta(days=3)):
        assert covered_by(people["Ugo"].pk, today()) == [people["Pia"].pk]
        declare_conflict(actor=ugo, application=file, has_conflict=False)
        asked = request_integration(actor=ugo, application=file, items=[{"it": "Visura"}], text="Manca")
        assert asked.requested_by_id == people["Ugo"].pk
        end_absence(actor=pia, absence=absence)
        assert substitutes_on(today()) == {}
        current = Application.objects.get(pk=file.pk)
        assert current.case_officer_id == people["Pia"].pk
        assert has_charge(pia, current)


@pytest.mark.slow(reason="two files given from their pages")
@pytest.mark.django_db
def test_who_gives_a_file_to_somebody_away_is_told_who_follows_it_or_that_nobody_can(
    sent, people, actor_for, signed_in
):
    file, other = sent(2)
    declare_conflict(actor=actor_for(people["Ugo"]), application=other, has_conflict=True, text="È mio cugino")
    record_absence(
        actor=actor_for(people["Pia"]), user=people["Pia"], substitute=people["Ugo"], since=today(), until=today()
    )
    browser = signed_in(people["Dora"])
    for one, words in ((file, "intanto la segue Ugo"), (other, "Assegnala a un’altra persona")):
        address = f"/ufficio/pratiche/{one.pk}/azioni/assign/"
        page = browser.post(address, {"officer": people["Pia"].pk}, follow=True).content.decode()
        assert words in page
    told = Notice.objects.filter(kind="application-given", user=people["Ugo"])
    assert [row.title_it for row in told] == [
        f"La pratica {file.number} di {people['Pia']} passa a te fino al suo rientro"
    ]


@pytest.mark.django_db
def test_what_an_absence_cannot_be(people, officer, actor_for):
    chief, first = actor_for(people["Dora"]), today() + timedelta(days=1)
    pia, ugo, eva = people["Pia"], people["Ugo"], officer("finance", given="Eva")

    def record(user, substitute, since=first, until=first + timedelta(days=3)):
        return record_absence(actor=chief, user=user, substitute=substitute, since=since, until=until)

    for wrong, match in (
        (lambda: record(pia, pia), "altra persona"),
        (lambda: record(pia, eva), "non istruisce"),
        (lambda: record(pia, ugo, until=first - timedelta(days=1)), "prima del primo"),
        (lambda: record(pia, ugo, since=today() - timedelta(days=9), until=today() - timedelta(days=5)), "passati"),
    ):
        with pytest.raises(Refused, match=match):
            wrong()
    made = record(pia, ugo)
    assert record(pia, ugo).pk == made.pk, "a second click"
    with pytest.raises(Refused, match="già un’assenza"):
        record(pia, people["Dora"], since=first + timedelta(days=3), until=first + timedelta(days=9))
    with pytest.raises(Refused, match="assente"):
        record(ugo, pia)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(user=pia, substitute=ugo, since=made.until, until=made.until, recorded_at=now())
    end_absence(actor=chief, absence=made)
    assert record(ugo, pia).pk, "it was cancelled before it began"


@pytest.mark.django_db
def test_what_comes_in_is_given_by_the_rule_to_who_is_there_and_may(sent, people, officer, actor_for, first_come):
    files, chief = sent(4), actor_for(people["Dora"])
    ivo = officer(given="Ivo")
    three = [people["Pia"].pk, people["Ugo"].pk, ivo.pk]
    with pytest.raises(Refused, match="Non tutti"):
        set_assignment_rule(
            actor=chief, opening=first_come, line=None, officers=[officer("finance", given="Eva").pk], way="by_load"
        )
    record_absence(actor=chief, user=ivo, substitute=people["Pia"], since=today(), until=today())
    take_in_charge(actor=actor_for(people["Pia"]), application=files[3], has_conflict=True, conflict_text="Soci")
    (line,) = my_turn(actor_for(people["Ugo"]))
    assert (line.late, line.due) == (0, examination_term(files[0])[0])
    with clock_at(now() + timedelta(days=400)):  # in nobody's charge: one line for all of the call, all past their term
        sweep_deadlines()
        (line,) = my_turn(actor_for(people["Ugo"]))
    assert (line.count, line.late, line.shared) == (4, 4, True)
    assert line.url == f"/ufficio/pratiche/?call={first_come.call.code}&officer=nobody&state=open"
    assert line.why == "4 pratiche che nessuno ha preso in carico"
    set_assignment_rule(actor=chief, opening=first_come, line=None, officers=three, way="round_robin")
    assert assign_by_rules(actor=system("test")) == 4
    assert assign_by_rules(actor=system("test")) == 0
    given_ = [Application.objects.get(pk=file.pk).case_officer_id for file in files]
    assert given_ == [people["Pia"].pk, people["Ugo"].pk, people["Pia"].pk, people["Ugo"].pk]
    assert Notice.objects.filter(kind="application-given").count() == 2, "each officer is told once"
    assert plan_assignment(files[:1], three, way="by_load")[files[0].pk] in (people["Pia"].pk, people["Ugo"].pk)
    assert set_assignment_rule(actor=chief, opening=first_come, line=None, officers=[], way="by_load") is None


@pytest.mark.django_db
def test_the_director_sees_the_loads(sent, people, actor_for):
    files, chief = sent(3), actor_for(people["Dora"])
    for file in files:
        assign_application(actor=chief, application=file, officer_id=people["Pia"].pk)
    declare_conflict(actor=actor_for(people["Pia"]), application=files[0], has_conflict=False)
    request_integration(actor=actor_for(people["Pia"]), application=files[0], items=[{"it": "Visura"}], text="Manca")
    seen = Application.objects.visible_to(chief)
    assert loads_of(seen) == {people["Pia"].pk: {"open": 3, "waiting": 1, "late": 0, "soon": 0}}
    with clock_at(now() + timedelta(days=60)):
        assert loads_of(seen)[people["Pia"].pk]["late"] == 2, "the clock of the one that waits stands still"
        sweep_deadlines()
