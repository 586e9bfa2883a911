"""Designing a call: created, edited part by part by two at once, taken back, amended in public."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.calls.conftest import CALLS

from levante.calls.api import (
    AMENDABLE,
    PARTS,
    Call,
    Malformed,
    Overtaken,
    add_opening,
    create_call,
    document_of,
    edit_call,
    extend_opening,
    findings_of,
    fund_opening,
    move_call,
    new_code,
    read_calls,
    restore_call,
)
from levante.kernel.api import Refused, now
from levante.programme.api import Act

pytestmark = pytest.mark.django_db

BACKWARDS = {"code": "a", "opens_at": "2027-03-02T10:00", "closes_at": "2027-03-01T10:00", "budget": "1.00"}


@pytest.fixture
def designer(officer, actor_for):
    return actor_for(officer("call_designer"))


@pytest.fixture
def director(officer, actor_for):
    return actor_for(officer("director", given="Dora"))


@pytest.fixture
def empty(programme, designer):
    return create_call(actor=designer, office="sezione", code="nuovo", title=("Nuovo bando", "New call"))


def edit(call, actor, part, value, **more):
    return edit_call(
        actor=actor, call=call, revision=more.pop("revision", call.revision), part=part, value=value, **more
    )


def test_a_call_from_nothing_lacks_parts_and_says_which(empty):
    assert empty.state == "draft"
    missing = {finding.path for finding in findings_of(empty) if finding.level == "error"}
    assert {"summary", "who", "what", "money", "form", "act", "openings", "checklists.formal"} <= missing
    assert empty.events.get().kind == "created"
    assert [row.part for row in empty.revisions.all()] == ["created"]


def test_a_copy_takes_everything_but_dates_act_and_openings(shipped, designer):
    like = shipped["voucher-fiere-2016"]
    copy = create_call(actor=designer, office="sezione", code="copia", title=("Copia", "Copy"), like=like)
    one, other = document_of(like), document_of(copy)
    assert {name for name in one if one[name] != other.get(name)} == {
        "code", "state", "published_at", "title", "act", "openings", "budget_lines",
    }  # fmt: skip
    assert copy.published_at is None
    with pytest.raises(Refused, match="codice"):
        create_call(actor=designer, office="sezione", code="copia", like=like)


def test_a_call_comes_from_a_document_always_as_a_draft(programme, designer):
    (file,) = [one for one in read_calls(CALLS) if one.entry.code == "voucher-fiere-2018"]
    from levante.calls.document import normal

    call = create_call(actor=designer, office="", document=normal(file.entry))
    assert (call.state, call.published_at) == ("draft", None)
    assert call.openings.count() == 1
    with pytest.raises(Malformed) as error:
        create_call(
            actor=designer, office="", document={"code": "x", "office": "sezione", "title": "solo", "colour": 1}
        )
    assert {(one.path, one.text.it) for one in error.value.problems} >= {("colour", "è una chiave sconosciuta.")}


def test_a_part_is_edited_and_the_rest_stays(empty, designer):
    changed = edit(empty, designer, "summary", {"it": "In breve", "en": "In short"})
    assert (changed.summary_it, changed.revision) == ("In breve", 2)
    assert edit(changed, designer, "summary", {"it": "In breve", "en": "In short"}).revision == 2, (
        "the same again is nothing"
    )
    assert edit(changed, designer, "summary", None).summary_it == ""


def test_the_days_of_a_revocation_and_of_a_recovery_are_written_in_a_call(empty, designer):
    changed = edit(empty, designer, "terms", {"revocation_days": 20, "recovery_days": 45})
    assert (changed.terms["revocation_days"], changed.terms["recovery_days"]) == (20, 45)
    silent = edit(changed, designer, "terms", {"revocation_days": None})
    assert not {"revocation_days", "recovery_days"} & set(silent.terms), "the days of the data"


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        ("summary", {"it": "solo"}, "summary.en"),
        ("terms", {"revocation_days": 0}, "terms.revocation_days"),
        ("terms", {"recovery_days": 181}, "terms.recovery_days"),
        ("money", {"kind": "fixed", "amount": "tanto"}, "money.amount"),
        ("eligibility", [{"code": "x", "it": "x", "en": "x", "expression": "facts.size =="}], "eligibility.0.expression"),
        ("form", {"sections": [{"id": "s", "title": {"it": "S", "en": "S"}, "fields": [{"id": "x"}]}]}, "form.sections.0.fields.0.kind"),
        ("act", "nessuno", "act"),
        ("budget_lines", [{"line": "nessuna"}], "budget_lines.0.line"),
        ("openings", [BACKWARDS], "openings.0.closes_at"),
        ("partial", {"acceptance_days": 5}, ""),
    ],
)  # fmt: skip
def test_what_would_spoil_the_shape_is_refused_at_its_place(empty, designer, part, value, path):
    before = document_of(empty)
    with pytest.raises(Malformed) as error:
        edit(empty, designer, part, value)
    assert error.value.problems[0].path == path
    assert document_of(empty) == before


def test_two_designers_collide_only_on_the_same_part(empty, designer, officer, actor_for):
    other = actor_for(officer("call_designer", given="Rita"))
    edit(empty, designer, "summary", {"it": "Uno", "en": "One"})
    edit(empty, other, "who", {"it": "Chi", "en": "Who"}, revision=1)
    with pytest.raises(Overtaken, match="Anna Greco") as error:
        edit(empty, other, "summary", {"it": "Due", "en": "Two"}, revision=1)
    assert error.value.revision.part == "summary"
    assert Call.objects.get(pk=empty.pk).summary_it == "Uno"
    assert edit(empty, other, "summary", {"it": "Due", "en": "Two"}, revision=3).summary_it == "Due"


def test_a_draft_goes_back_to_what_it_was(empty, designer):
    first = edit(empty, designer, "summary", {"it": "Uno", "en": "One"})
    edit(first, designer, "openings", [{"code": "a", "opens_at": "2027-03-02T10:00", "budget": "1.00"}])
    back = restore_call(actor=designer, call=empty, revision=3, to=1)
    assert (back.summary_it, back.openings.count(), back.revision) == ("", 0, 4)
    again = restore_call(actor=designer, call=empty, revision=4, to=3)
    assert (again.summary_it, again.openings.count()) == ("Uno", 1)
    with pytest.raises(Overtaken):
        restore_call(actor=designer, call=empty, revision=1, to=2)


def test_who_may_not_design_does_not(empty, officer, actor_for):
    with pytest.raises(Refused, match="ufficio che lo gestisce"):
        edit(empty, actor_for(officer("case_officer", given="Ugo")), "summary", None)
    with pytest.raises(Refused, match="chi progetta"):
        create_call(actor=actor_for(officer("finance", given="Gino")), office="sezione", code="x", title=("X", "X"))


def test_approving_waits_for_the_checker(empty, director, shipped, designer):
    with pytest.raises(Refused, match="quanto si dà"):
        move_call(actor=director, call=empty, transition="approve")
    copy = create_call(
        actor=designer, office="sezione", code="copia", title=("C", "C"), like=shipped["voucher-fiere-2018"]
    )
    edit(copy, designer, "act", "voucher-fiere-2018-avviso")
    approved = move_call(actor=director, call=copy, transition="approve")
    with pytest.raises(Refused, match="torna alla bozza"):
        edit(approved, designer, "summary", None)
    with pytest.raises(Refused, match="almeno una finestra"):
        move_call(actor=director, call=copy, transition="publish")
    move_call(actor=director, call=copy, transition="take_back")
    opens = (now() + timedelta(days=3)).isoformat()
    edit(copy, designer, "openings", [{"code": "a", "opens_at": opens, "budget": "1000.00"}])
    move_call(actor=director, call=copy, transition="approve")
    assert move_call(actor=director, call=copy, transition="publish").state == "published"


# -- published


@pytest.fixture
def public(shipped):
    return shipped["voucher-fiere-2018"]


@pytest.fixture
def act(shipped):
    return Act.objects.get(code="voucher-fiere-2018-avviso")


SAID = ("Corretto un refuso", "A typo is mended")


def test_a_published_call_changes_only_where_it_may_with_act_and_words(public, designer, act):
    value = {"it": "Nuovo riassunto", "en": "New summary"}
    with pytest.raises(Refused, match="non cambia più"):
        edit(public, designer, "procedure", "ranking", act=act, text=SAID)
    with pytest.raises(Refused, match="Serve l’atto"):
        edit(public, designer, "summary", value, text=SAID)
    with pytest.raises(Refused, match="sarà pubblico"):
        edit(public, designer, "summary", value, act=act)
    assert edit(public, designer, "summary", value, act=act, text=SAID).summary_it == "Nuovo riassunto"
    event = public.events.first()
    assert (event.kind, event.text_it, event.act) == ("changed", "Corretto un refuso", act)
    faq = [{"question": {"it": "E se?", "en": "What if?"}, "answer": {"it": "Sì", "en": "Yes"}}]
    assert edit(public, designer, "faq", faq, text=SAID, revision=2).faq[0]["answer"]["it"] == "Sì"
    codes = {"rna": {"notice": 4711, "procedure": 1, "regulation": "CE2831/2023", "objective": 1, "instrument": 37}}
    told = public.events.count()
    assert edit(public, designer, "registers", codes, revision=3).registers["rna"]["notice"] == 4711
    assert public.events.count() == told, "what the office alone reads is not told to the public"
    assert set(AMENDABLE) <= set(PARTS)


def test_a_form_changed_after_publication_is_a_new_locked_version(public, designer, act):
    definition = document_of(public)["form"]
    definition["sections"][0]["fields"][0]["required"] = False
    edit(public, designer, "form", definition, act=act, text=SAID)
    versions = list(public.forms.order_by("number"))
    assert [(version.number, bool(version.locked_at)) for version in versions] == [(1, True), (2, True)]


def test_openings_are_added_extended_and_funded_with_act_and_words(public, designer, act):
    opens = now() + timedelta(days=10)
    wanted = {
        "code": "bis",
        "opens_at": opens.isoformat(),
        "closes_at": (opens + timedelta(days=5)).isoformat(),
        "budget": "1000.00",
    }
    with pytest.raises(Refused, match="Serve l’atto"):
        add_opening(actor=designer, call=public, opening=wanted, act=None, text=SAID)
    with pytest.raises(Malformed) as error:
        add_opening(actor=designer, call=public, opening={**wanted, "line_by": "fair_area"}, act=act, text=SAID)
    assert error.value.problems[0].path.endswith("line_by")
    past = {**wanted, "opens_at": (now() - timedelta(days=1)).isoformat()}
    with pytest.raises(Refused, match="nel passato"):
        add_opening(actor=designer, call=public, opening=past, act=act, text=SAID)
    made = add_opening(actor=designer, call=public, opening=wanted, act=act, text=SAID)
    assert made.form == public.forms.first()
    with pytest.raises(Refused, match="viene dopo"):
        extend_opening(actor=designer, opening=made, closes_at=made.closes_at, act=act, text=SAID)
    later = extend_opening(
        actor=designer, opening=made, closes_at=made.closes_at + timedelta(days=1), act=act, text=SAID
    )
    assert later.closes_at == made.closes_at + timedelta(days=1)
    with pytest.raises(Refused, match="si aumenta"):
        fund_opening(actor=designer, opening=made, budget=Decimal("1000.00"), act=act, text=SAID)
    assert fund_opening(actor=designer, opening=made, budget=Decimal("1500.00"), act=act, text=SAID).budget == 1500
    assert [event.kind for event in public.events.order_by("id")][-3:] == ["opening_added", "extended", "funded"]
    assert all(event.title.it != event.kind for event in public.events.all())


def test_a_closed_window_is_not_reopened_by_moving_its_closing(public, designer, act):
    old = public.openings.get()
    with pytest.raises(Refused, match="già chiusa"):
        extend_opening(actor=designer, opening=old, closes_at=now() + timedelta(days=1), act=act, text=SAID)


def test_lines_grow_within_the_budget(shipped, designer, act):
    opening = shipped["voucher-fiere-2016"].openings.get()
    with pytest.raises(Refused, match="non calano"):
        fund_opening(
            actor=designer,
            opening=opening,
            budget=Decimal("1600000.00"),
            act=act,
            text=SAID,
            lines={"a": Decimal("1.00")},
        )
    with pytest.raises(Refused, match="non superano"):
        fund_opening(
            actor=designer,
            opening=opening,
            budget=Decimal("1600000.00"),
            act=act,
            text=SAID,
            lines={"a": Decimal("1200000.00")},
        )
    with pytest.raises(Refused, match="non c’è"):
        fund_opening(
            actor=designer,
            opening=opening,
            budget=Decimal("1600000.00"),
            act=act,
            text=SAID,
            lines={"z": Decimal("1.00")},
        )
    fund_opening(
        actor=designer,
        opening=opening,
        budget=Decimal("1600000.00"),
        act=act,
        text=SAID,
        lines={"a": Decimal("1100000.00")},
    )
    assert {line.code: line.budget for line in opening.lines.all()} == {"a": 1100000, "b": 500000}


@pytest.mark.parametrize(
    ("title", "code"), [("Voucher Fiere 2027", "voucher-fiere-2027"), ("  È già così: più!  ", "e-gia-cosi-piu"), ("€", "")]
)  # fmt: skip
def test_a_code_from_a_title(title, code):
    assert new_code(title) == code


def test_an_agency_has_its_calls_and_the_section_has_all(shipped, officer, actor_for):
    """The office that manages a call designs and runs it; the Section sees and does everything."""
    from levante.calls.api import Call, may_create, may_design
    from levante.calls.workflow import RUN

    call = next(call for code, call in shipped.items() if "reti" in code)
    agency, other = call.office.code, "sezione"
    theirs = next(one for one in shipped.values() if one.office.code == other)
    Call.objects.update(state="draft", published_at=None)
    mine = actor_for(officer("call_designer", office=agency, given="Ada"))
    section = actor_for(officer("call_designer", given="Bea"))
    assert call.managed_as == "in_house"
    assert set(Call.objects.visible_to(mine).values_list("office__code", flat=True)) == {agency}
    assert Call.objects.visible_to(section).count() == len(shipped)
    assert may_design(mine, call)
    assert not may_design(mine, theirs)
    assert may_design(section, call)
    assert may_create(mine, agency)
    assert not may_create(mine, other)
    run = actor_for(officer("case_officer", office=agency, given="Ciro"))
    assert RUN(run, call)
    assert not RUN(run, theirs)
