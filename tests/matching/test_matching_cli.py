"""The command: files in, JSON out, and the exit code says which of three things happened."""

import json

import pytest
from tests.matching.events import plain

from levante import cli

REPAIR = ["repair", "event", "agenda", "changes"]


def met(a="a1", slot="s0", times=1):
    """An agenda with one meeting, so many times."""
    return {"meetings": [{"a": a, "b": "b1", "slot": slot}] * times}


@pytest.fixture
def run(tmp_path, capfd):
    def command(*argv, **documents):
        names = {}
        for name, document in documents.items():
            path = tmp_path / f"{name}.json"
            path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
            names[name] = str(path)
        code = cli.main(["matching", *(names.get(word, word) for word in argv)])
        return code, json.loads(capfd.readouterr().out)

    return command


def test_solve_writes_what_check_accepts(run, tmp_path):
    out = tmp_path / "agenda.json"
    code, told = run(
        "solve", "event", "--out", str(out), "--objective", "mutual", "--seconds", "9", "--seed", "4", event=plain()
    )
    assert (code, told["meetings"], told["gap"], told["seed"]) == (0, 4, 0, 4)
    agenda = json.loads(out.read_text())
    assert set(agenda) >= {
        "meetings", "objective", "bound", "gap", "shortfall", "least_shortfall", "unmet_mutual", "seconds", "seed",
    }  # fmt: skip
    assert run("check", "event", str(out), event=plain()) == (
        0,
        {"valid": True, "objective": 20, "shortfall": 0, "unmet_mutual": 0, "violations": []},
    )


def test_an_agenda_that_breaks_a_rule_is_1_with_what_it_breaks(run):
    agenda = {"meetings": [{"a": "a1", "b": "b1", "slot": "s0"}, {"a": "a1", "b": "b2", "slot": "s0"}], "objective": 10}
    code, told = run("check", "event", "agenda", event=plain(), agenda=agenda)
    assert code == 1
    assert [(v["kind"], v["who"], v["slot"], v["meetings"]) for v in told["violations"]] == [
        ("two_at_once", ["a1"], "s0", [0, 1])
    ]


def test_repair_says_what_changed_and_is_checked_after_the_changes(run, tmp_path):
    _, agenda = run("solve", "event", event=plain())
    changes = {"absent": [{"id": "a1"}]}
    out = tmp_path / "mended.json"
    code, told = run(
        "repair", "event", "agenda", "changes", "--out", str(out), event=plain(), agenda=agenda, changes=changes
    )
    assert code == 0
    assert (told["repair"]["kept"], told["repair"]["cancelled"], told["meetings"]) == (2, 2, 2)
    assert set(told["repair"]["told"]) == {"a1", "b1", "b2"}
    code, _ = run("check", "event", str(out), "--changes", "changes", event=plain(), changes=changes)
    assert code == 0


def test_bound(run):
    assert run("bound", "event", event=plain()) == (
        0,
        {"bound": 20, "least_unmet_mutual": 0, "fair": 1, "least_shortfall": 0},
    )


@pytest.mark.parametrize(
    ("argv", "documents", "field"),
    [
        (["solve", "event"], {"event": b"{"}, "$"),
        (["solve", "event"], {"event": plain(tables="x")}, "tables"),
        (["solve", "event"], {"event": b'{"slots": [], "shortfall_penalty": NaN}'}, "slots"),
        (["solve", "nowhere.json"], {}, "INSTANCE"),
        (["solve", "event", "--seconds", "-1"], {"event": plain()}, "$"),
        (["solve", "event", "--objective", "best"], {"event": plain()}, "$"),
        (["solve", "event", "--out", "/nowhere/at/all.json"], {"event": plain()}, "--out"),
        (["check", "event", "agenda"], {"event": plain(), "agenda": {}}, "meetings"),
        (["check", "event", "agenda"], {"event": plain(), "agenda": {"meetings": [{"a": 1}]}}, "meetings[0].a"),
        (["repair", "event", "agenda", "changes"], {"event": plain(), "agenda": {"meetings": []}, "changes": []}, "$"),
        (REPAIR, {"event": plain(), "agenda": met(a="zz"), "changes": {}}, "meetings[0].a"),
        (REPAIR, {"event": plain(), "agenda": met(slot="s9"), "changes": {}}, "meetings[0].slot"),
        (REPAIR, {"event": plain(), "agenda": met(times=2), "changes": {}}, "meetings[1].b"),
        (
            ["solve", "event"],
            {"event": b'{"slots": [{"id": "s0"}, {"id": "s1", "minutes": 1, "minutes": 2}]}'},
            "slots[1].minutes",
        ),
        (["solve", "event"], {"event": b'{"a": {"b": 1, "b": 2}, "a": 3}'}, "a"),
        (["solve", "event"], {"event": plain(name=[1])}, "name"),
        (["bound"], {}, "$"),
        (["turn"], {}, "$"),
        ([], {}, "$"),
    ],
)
def test_what_cannot_be_used_is_2_and_named(run, argv, documents, field):
    code, told = run(*argv, **documents)
    assert (code, told["error"]["field"]) == (2, field)
    assert told["error"]["message"]
    assert told["error"]["message_en"]


def test_which_of_three_documents_is_wrong_is_said(run):
    given = {"event": plain(), "agenda": met(), "changes": {}}
    for name, document in (("event", "INSTANCE"), ("agenda", "AGENDA"), ("changes", "CHANGES")):
        code, told = run(*REPAIR, **(given | {name: b"{"}))
        assert (code, told["error"]["document"], told["error"]["field"]) == (2, document, "$")


def test_where_it_cannot_be_written_is_said_before_the_work(run, tmp_path, monkeypatch):
    def solve(*given, **named):
        raise AssertionError("it works for an answer that is lost")

    monkeypatch.setattr("levante.matching.api.solve", solve)
    code, told = run("solve", "event", "--out", str(tmp_path / "none" / "agenda.json"), event=plain())
    assert (code, told["error"]["field"]) == (2, "--out")
