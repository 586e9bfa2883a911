"""The tie of a direction to an action changed at the desk: history, act, and what loading the folder again does."""

import json
import shutil
from datetime import date

import pytest
from django.db import ProgrammingError, transaction
from tests.programme.test_loading import TINY, load

from levante.identity.api import roles
from levante.kernel.api import Actor, Refused, system
from levante.kernel.models import AuditEntry
from levante.programme import cli, models
from levante.programme.api import held_at_desk, record_tie, remove_tie

pytestmark = pytest.mark.django_db

TIES = """
direction_actions:
  - {code: tie, direction: I, action: '1', since: 2024-01-01, confidence: assumption, note: {it: perché, en: why}}
"""


@pytest.fixture
def folder(tmp_path):
    """The tiny programme with one tie, loaded."""
    made = tmp_path / "invento"
    shutil.copytree(TINY, made)
    (made / "legami.yaml").write_text(TIES.lstrip(), encoding="utf-8")
    load(made)
    return made


@pytest.fixture
def director(folder):
    office = models.Intervention.objects.first().lead_office
    return Actor(
        user_id=None,
        label="Dirigente",
        grants=frozenset({(office.code, roles.DIRECTOR)}),
        sections=frozenset({office.code}),
    )


def change(actor, tie=None, **more):
    one = tie or models.DirectionAction.objects.get(code="tie")
    given = {
        "direction": one.direction, "action": one.action, "since": one.since, "until": date(2025, 12, 31),
        "note_it": "Lo dice la nota", "note_en": "The note says so", "tie": one,
    }  # fmt: skip
    return record_tie(actor=actor, **(given | more))


def test_only_the_director_or_the_system_changes_it_and_says_why(folder, director):
    for actor in (
        Actor(label="x"),
        Actor(label="y", grants=frozenset({(next(iter(director.grants))[0], roles.FINANCE)})),
    ):
        with pytest.raises(Refused):
            change(actor)
    with pytest.raises(Refused) as why:
        change(director, note_it=" ")
    assert why.value.field == "note_it"
    tie = change(director)
    assert (tie.confidence, tie.until) == ("assumption", date(2025, 12, 31))
    row = models.TieChange.objects.get()
    assert (row.kind, row.before["until"], row.after["until"]) == ("changed", None, "2025-12-31")
    assert AuditEntry.objects.filter(verb="programme.record_tie").exists()
    with pytest.raises(ProgrammingError), transaction.atomic():
        models.TieChange.objects.update(reason="altro")


def test_an_act_makes_it_certain(folder, director):
    act = models.Act.objects.first()
    tie = change(director, act=act)
    assert (tie.confidence, tie.source) == ("sourced", act.name_it)


def test_two_ties_of_the_same_pair_never_share_a_day(folder, director):
    tie = change(director)
    with pytest.raises(Refused) as why:
        record_tie(
            actor=director, direction=tie.direction, action=tie.action, since=date(2025, 12, 31), until=None, note_it="x",
            note_en="x",
        )  # fmt: skip
    assert why.value.field == "since"
    later = record_tie(
        actor=director,
        direction=tie.direction,
        action=tie.action,
        since=date(2026, 1, 1),
        until=None,
        note_it="x",
        note_en="x",
    )
    assert later.code != tie.code


def test_loading_again_keeps_what_the_desk_decided_and_says_it(folder, director, capsys):
    change(director)
    counts = load(folder)
    assert (counts["updated"], counts["removed"], counts["kept"]) == (0, 0, 1)
    assert models.DirectionAction.objects.get().until == date(2025, 12, 31)
    assert load(folder) == counts, "loading twice changes nothing"
    assert cli.main(["diff", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "Resta com’è stato deciso alla scrivania" in told
    assert "Dirigente" in told


def test_what_the_desk_took_away_does_not_come_back_by_itself(folder, director):
    remove_tie(actor=director, tie=models.DirectionAction.objects.get(), reason="Non c’è mai stato")
    load(folder)
    assert not models.DirectionAction.objects.exists()
    assert set(held_at_desk(models.Programme.objects.get())) == {"tie"}


@pytest.mark.slow(reason="a programme loaded three times")
def test_the_folder_takes_its_ties_again_when_told(folder, director, capsys):
    change(director)
    added = record_tie(
        actor=director, direction=models.Direction.objects.first(), action=models.Action.objects.first(),
        since=date(2026, 1, 1), until=None, note_it="x", note_en="x",
    )  # fmt: skip
    assert cli.main(["load", str(folder), "--ties-from-folder"]) == 0
    assert "kept" not in json.loads(capsys.readouterr().out)
    assert models.DirectionAction.objects.get().until is None
    assert not held_at_desk(models.Programme.objects.get())
    assert models.TieChange.objects.filter(code=added.code).first().kind == "folder"
    change(system("tests"))
    assert set(held_at_desk(models.Programme.objects.get())) == {"tie"}


def test_a_folder_that_would_run_beside_the_desk_is_refused_in_words(folder, director):
    change(director)
    text = (folder / "legami.yaml").read_text(encoding="utf-8").replace("code: tie,", "code: other,")
    (folder / "legami.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as why:
        load(folder)
    assert "--ties-from-folder" in why.value.reason.it
