"""Agendas: how far from the bound, on events drawn from a seed, and how far those who take pairs one by one remain.

Each event is solved by the command itself, in a process of its own, so that its processor time and its memory are those
that one would see. ``size`` is how many sellers the largest event has.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCARCE = {"tables": 0.45, "voices": 0.25, "irregular": 0.5}
#: name: (sellers, buyers, days of 8 slots, pairs, what is scarce)
EVENTS = {
    "50×50×16": (50, 50, 2, 1_200, {}),
    "50×50×16 scarce": (50, 50, 2, 1_200, SCARCE),
    "200×150×24": (200, 150, 3, 6_000, {}),
    "200×150×24 scarce": (200, 150, 3, 6_000, SCARCE),
    "1000×500×32": (1_000, 500, 4, 29_000, {}),
    "1000×500×32 scarce": (1_000, 500, 4, 29_000, SCARCE),
    "3000×1000×40": (3_000, 1_000, 5, 75_000, {}),
    "3000×1000×40 scarce": (3_000, 1_000, 5, 75_000, SCARCE),
}
#: Drawn anew at each run, so that no setting can have been chosen on it; said, so that a run can be done again.
SEED = int(os.environ.get("LEVANTE_BENCH_SEED") or time.time_ns() // 1_000_000_000)
#: How many events of a size are drawn: the worst of them is what counts.
DRAWN = {50: 12, 200: 4, 1_000: 2, 3_000: 1}

#: Targets: what may be missing to the bound (%), by the clock (s), in megabytes; of everything scarce where it is another.
MISSING = {50: 0.25, 200: 0.2, 1_000: 0.1, 3_000: 0.1}
MISSING_SCARCE = {**MISSING, 200: 0.15}
SECONDS = {50: 5, 200: 15, 1_000: 30, 3_000: 60}
MEMORY = {3_000: 1_000}
#: Of a repair that moves nobody, from 200 sellers: what may be missing (%) after no-shows and late arrivals, and how long it may take (s).
#: Of no-shows where everything is scarce no figure is asked: which places come free is chance, and the least possible stands beside it.
REPAIR_MISSING = 0.5
REPAIR_SECONDS = {200: 1, 1_000: 2}
#: Of a repair with priced moves: the kept meetings it may touch (%).
TOUCHED = 1.0
#: Greedy by weight loses so many times what we lose, from 1,000 sellers.
TIMES_GREEDY = 20


def run(size):
    yield {"name": f"seed of the events drawn: {SEED}", "value": sum(DRAWN.values()) * 2, "unit": "events"}
    with tempfile.TemporaryDirectory() as folder:
        for name, (sellers, *rest, scarce) in EVENTS.items():
            if sellers <= size:
                drawn = [draw(sellers, *rest, SEED + k, **scarce) for k in range(DRAWN[sellers])]
                told = [_of_an_event(Path(folder), document) for document in drawn]
                yield from _rows(name, sellers, scarce, told)
                if sellers <= 1_000:
                    yield from _of_a_repair(Path(folder), name, sellers, drawn[0], told[0]["agenda"])


def _of_an_event(folder, document):
    """One event solved by the command, its agenda checked and its bound reckoned again in processes of their own."""
    from levante.matching.api import instance_from
    from levante.matching.event import event_of
    from levante.matching.solving import greedy, shortfall_of, value_of

    path, solved = folder / "event.json", folder / "agenda.json"
    path.write_text(json.dumps(document))
    agenda, took = _command(folder, "solve", str(path))
    solved.write_text(json.dumps(agenda))
    report, _ = _command(folder, "check", str(path), str(solved), prints=True)
    bounds, _ = _command(folder, "bound", str(path), prints=True)
    bound = bounds["bound"]
    assert report["valid"], report
    # What it is worth by the checker, which knows nothing of the solver, against a bound that another process reckoned.
    assert abs(report["objective"] - agenda["objective"]) < 1e-6, (report, agenda["objective"])
    assert agenda["objective"] <= bound + 1e-6 * abs(bound)
    assert agenda["least_shortfall"] == bounds["least_shortfall"]
    began = time.process_time()
    event = event_of(instance_from(document))
    by_weight = greedy(event, sorted(range(event.pairs), key=lambda p: -event.weight[p]))
    first_come = greedy(event, range(event.pairs))
    greedily = time.process_time() - began
    mutual, _ = _command(folder, "solve", str(path), "--objective", "mutual")

    def missing(value):
        return 100 * (bound - value) / abs(bound)

    return {
        "agenda": agenda,
        **took,
        "missing": missing(report["objective"]),
        "missing greedy": missing(value_of(event, by_weight)),
        "missing first come": missing(value_of(event, first_come)),
        "short": report["shortfall"],
        "short least": bounds["least_shortfall"],
        "short greedy": shortfall_of(event, by_weight),
        "greedily": greedily,
        "unmet": mutual["unmet_mutual"],
        "unmet greedy": sum(each and by_weight[p] < 0 for p, each in enumerate(event.mutual)),
    }


def _row(name, value, unit, baseline=None, other=None, *, target=None, at_least=None):
    """A row; ``target``: the most that the value may be, ``at_least`` the least."""
    row = {"name": name, "value": value, "unit": unit}
    if baseline is not None:
        row |= {"baseline": baseline, "baseline_value": other, **({"ratio": value / other} if other else {})}
    if target is not None or at_least is not None:
        met = value <= target if target is not None else value >= at_least
        row |= {"target": target if target is not None else at_least, "met": met}
    return row


def _rows(name, sellers, scarce, told):
    def worst(key):
        return max(each[key] for each in told)

    def of(key):
        return [each[key] for each in told]

    most = (MISSING_SCARCE if scarce else MISSING)[sellers]
    first, many = told[0], f"{len(told)} events" if len(told) > 1 else "one event"
    yield _row(
        f"{name}: missing to the bound, worst of {many}",
        worst("missing"),
        "%",
        "greedy by weight",
        min(of("missing greedy")),
        target=most,
    )
    yield _row(
        f"{name}: missing to the bound, median",
        statistics.median(of("missing")),
        "%",
        "first come",
        statistics.median(of("missing first come")),
    )
    if sellers >= 1_000:
        times = min(each["missing greedy"] / max(each["missing"], 1e-6) for each in told)
        yield _row(f"{name}: greedy by weight loses, times ours", times, "", at_least=TIMES_GREEDY)
    over = max(each["short"] - each["short least"] for each in told)
    yield _row(
        f"{name}: under the minimums, over the least possible",
        over,
        "",
        "greedy by weight",
        max(each["short greedy"] - each["short least"] for each in told),
        target=0,
    )
    yield _row(
        f"{name}: by the clock, slowest",
        worst("clock"),
        "s",
        "greedy twice",
        worst("greedily"),
        target=SECONDS[sellers],
    )
    yield _row(f"{name}: processor, slowest", worst("processor"), "s")
    yield _row(f"{name}: memory", worst("memory"), "MB", target=MEMORY.get(sellers))
    beyond = max(each["unmet"] - each["unmet greedy"] for each in told)
    yield _row(
        f"{name}: mutual requests unmet, mutual first", first["unmet"], "", "greedy by weight", first["unmet greedy"]
    )
    yield _row(f"{name}: mutual first, unmet beyond greedy, worst", beyond, "", target=0)


def _of_a_repair(folder, name, sellers, document, agenda):
    """What happens on a day: who does not come, who comes late, a slot that is gone and pairs that are added."""
    draws = random.Random(SEED)
    people = [person["id"] for person in document["participants"]]
    slots = [slot["id"] for slot in document["slots"]]
    some = draws.sample(people, len(people) // 20)
    days = {
        "one in twenty does not come": {"absent": [{"id": who} for who in some]},
        "one in twenty comes late": {"late": [{"id": who, "from": slots[4]} for who in some]},
        "a slot is gone, pairs are added": {"removed_slots": [slots[5]], "added_pairs": _later(document, draws)},
    }
    asked = (
        {"one in twenty comes late"}
        if "scarce" in name
        else {"one in twenty does not come", "one in twenty comes late"}
    )
    (folder / "event.json").write_text(json.dumps(document))
    (folder / "agenda.json").write_text(json.dumps(agenda))
    given = (str(folder / "event.json"), str(folder / "agenda.json"), str(folder / "changes.json"))
    for what, changes in days.items():
        (folder / "changes.json").write_text(json.dumps(changes))
        still, _ = _command(folder, "repair", *given)
        (folder / "mended.json").write_text(json.dumps(still))
        report, _ = _command(folder, "check", given[0], str(folder / "mended.json"), "--changes", given[2], prints=True)
        assert report["valid"], report
        reach = still["repair"]["reach"]
        least = 100 * (still["bound"] - reach) / abs(still["bound"])
        yield _row(
            f"{name}: {what}, moving nobody, missing", 100 * still["gap"], "%", "the least that moving nobody can miss", least,
            target=REPAIR_MISSING if sellers >= 200 and what in asked else None,
        )  # fmt: skip
        yield _row(f"{name}: {what}, moving nobody, clock", still["seconds"], "s", target=REPAIR_SECONDS.get(sellers))
    (folder / "changes.json").write_text(json.dumps(days["one in twenty does not come"]))
    still, _ = _command(folder, "repair", *given)
    moving, took = _command(folder, "repair", *given, "--moves", "priced")
    yield _row(f"{name}: with priced moves, missing", 100 * moving["gap"], "%", "moving nobody", 100 * still["gap"])
    yield _row(f"{name}: with priced moves, processor", took["processor"], "s")
    touched = 100 * moving["repair"]["disturbed"] / moving["repair"]["kept"]
    yield _row(f"{name}: with priced moves, kept meetings touched", touched, "%", target=TOUCHED)


def _later(document, draws):
    """A pair more for every 120 there are, mutual."""
    known = {(pair["a"], pair["b"]) for pair in document["pairs"]}
    sides = {side: [each["id"] for each in document["participants"] if each["side"] == side] for side in "ab"}
    found = set()
    while len(found) < len(known) // 120:
        pair = draws.choice(sides["a"]), draws.choice(sides["b"])
        if pair not in known:
            found.add(pair)
    return [{"a": a, "b": b, "weight": 12, "mutual": True} for a, b in sorted(found)]


#: Runs a command and says, after it, what it took: a process in between, so that memory is not that of an earlier child.
_TIMED = (
    "import json, resource, subprocess, sys, time; began = time.monotonic();"
    "done = subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], 'w'));"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    "print(json.dumps([done.returncode, time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))"
)


def _command(folder, *words, prints=False):
    """What ``levante matching`` writes (or ``prints``), and what it took: by the clock, of processor, of memory (MB) at most."""
    out, printed = folder / "out.json", folder / "printed.json"
    command = [sys.executable, "-m", "levante.cli", "matching", *words, *(() if prints else ("--out", str(out)))]
    told = subprocess.run(
        [sys.executable, "-c", _TIMED, str(printed), *command], capture_output=True, text=True, check=True
    )
    code, clock, processor, memory = json.loads(told.stdout)
    assert code == 0, told.stderr
    took = {"clock": clock, "processor": processor, "memory": memory}
    return json.loads((printed if prints else out).read_text()), took


def draw(sellers, buyers, days, pairs, seed, *, tables=0.7, voices=0.5, irregular=0.0):
    """An event of ``days`` of 8 slots, as JSON.

    ``tables``: the share of the meetings of a slot (everybody on the shorter side busy) for which there is a table;
    ``voices``: interpreters for the share of requests of meetings that need one; ``irregular``: the share of participants
    who miss a third of the slots here and there, beside the fifth who miss half days.
    """
    draws = random.Random(f"{sellers}×{buyers}×{days}×{pairs}:{seed}:{tables}:{voices}:{irregular}")
    slots = [
        {
            "id": f"g{day + 1}h{hour + 1}",
            "day": f"2027-05-{10 + day:02}",
            "start": f"{9 + hour // 2:02}:{hour % 2 * 30:02}",
            "minutes": 30,
        }
        for day in range(days)
        for hour in range(8)
    ]
    names = [slot["id"] for slot in slots]
    people = []
    for side, count in (("a", sellers), ("b", buyers)):
        for k in range(count):
            free = set(names)
            if draws.random() < 0.2:
                half = draws.randrange(2 * days)
                free -= set(names[half * 4 : half * 4 + 4])
            if draws.random() < irregular:
                free -= set(draws.sample(names, len(names) // 3))
            most = 8 * days if draws.random() < 0.7 else draws.randint(3 * days, 7 * days)
            people.append(
                {
                    "id": f"{side}{k + 1}",
                    "side": side,
                    "min": draws.randint(0, 2 * days),
                    "max": most,
                    "max_per_day": 7,
                    "available": [name for name in names if name in free],
                    "own_table": side == "b" and draws.random() < 0.2,
                    "languages": ["it"] if side == "a" else ["en"],
                }
            )
    wanted = [draws.lognormvariate(0, 0.6) for _ in range(sellers)]
    wanting = [draws.lognormvariate(0, 0.6) for _ in range(buyers)]
    sector = [draws.randrange(8) for _ in range(sellers + buyers)]
    found = {}
    left, right = range(sellers), range(buyers)
    languages = [draws.choice(["de", "fr", "zh", None, None, None]) for _ in right]
    while len(found) < pairs:
        many = pairs - len(found)
        for a, b in zip(draws.choices(left, wanted, k=many), draws.choices(right, wanting, k=many), strict=True):
            if (a, b) in found or (sector[a] != sector[sellers + b] and draws.random() < 0.5):
                continue
            kind = draws.random()
            low, high = (10, 13) if kind < 0.3 else (5, 8) if kind < 0.65 else (2, 5)
            found[a, b] = {"a": f"a{a + 1}", "b": f"b{b + 1}", "weight": round(draws.uniform(low, high), 2)}
            if kind < 0.3:
                found[a, b]["mutual"] = True
            if languages[b] and draws.random() < 0.4:
                found[a, b]["interpreter"] = languages[b]
    across = min(sellers, buyers)
    need = {lang: sum(pair.get("interpreter") == lang for pair in found.values()) for lang in ("de", "fr", "zh")}
    return {
        "slots": slots,
        "tables": max(1, round(across * tables)),
        "participants": people,
        "pairs": list(found.values()),
        "interpreters": {lang: {"default": max(1, round(n * voices / len(slots)))} for lang, n in need.items()},
        "shortfall_penalty": 25,
    }
