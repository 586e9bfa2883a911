"""Agendas: how far from the bound, on events drawn from a seed, and how far those who take pairs one by one remain.

Each event is solved by the command itself, in a process of its own, so that its processor time and its memory are those
that one would see. ``size`` is how many sellers the largest event has.
"""

import json
import random
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
SEED = 20_261_130


def run(size):
    with tempfile.TemporaryDirectory() as folder:
        for name, (sellers, *rest, scarce) in EVENTS.items():
            if sellers <= size:
                yield from _of_an_event(Path(folder), name, draw(sellers, *rest, SEED, **scarce), sellers <= 1000)


def _of_an_event(folder, name, document, deep):
    from levante.matching.api import instance_from
    from levante.matching.event import event_of
    from levante.matching.solving import greedy, shortfall_of, value_of

    path = folder / "event.json"
    path.write_text(json.dumps(document))
    agenda, seconds, memory = _command(folder, "solve", str(path))
    began = time.process_time()
    event = event_of(instance_from(document))
    by_weight = greedy(event, sorted(range(event.pairs), key=lambda p: -event.weight[p]))
    first_come = greedy(event, range(event.pairs))
    greedily = time.process_time() - began

    def gap(slots):
        return 100 * (agenda["bound"] - value_of(event, slots)) / agenda["bound"]

    def row(what, value, unit, baseline, other):
        ratio = value / other if other else None
        ratio = {} if ratio is None else {"ratio": ratio}
        return {
            "name": f"{name}: {what}",
            "value": value,
            "unit": unit,
            "baseline": baseline,
            "baseline_value": other,
            **ratio,
        }

    ours = 100 * agenda["gap"]
    yield row("missing to the bound", ours, "%", "greedy by weight", gap(by_weight))
    yield row("missing to the bound", ours, "%", "first come", gap(first_come))
    yield row("meetings under the minimums", agenda["shortfall"], "", "the least possible", agenda["least_shortfall"])
    yield row(
        "meetings under the minimums", agenda["shortfall"], "", "greedy by weight", shortfall_of(event, by_weight)
    )
    yield row("processor", seconds, "s", "greedy twice", greedily)
    yield {"name": f"{name}: memory", "value": memory, "unit": "MB"}
    if deep:
        mutual, _, _ = _command(folder, "solve", str(path), "--objective", "mutual")
        unmet = sum(each and by_weight[p] < 0 for p, each in enumerate(event.mutual))
        yield row("mutual requests unmet, mutual first", mutual["unmet_mutual"], "", "greedy by weight", unmet)
        yield from _of_a_repair(folder, name, path, document, agenda, row)


def _of_a_repair(folder, name, path, document, agenda, row):
    """One in twenty does not come: what is filled moving nobody, and what a few moves add, against the new bound."""
    draws = random.Random(SEED)
    people = [person["id"] for person in document["participants"]]
    changes = {"absent": [{"id": who} for who in draws.sample(people, len(people) // 20)]}
    (folder / "agenda.json").write_text(json.dumps(agenda))
    (folder / "changes.json").write_text(json.dumps(changes))
    given = (str(path), str(folder / "agenda.json"), str(folder / "changes.json"))
    still, seconds, _ = _command(folder, "repair", *given)
    moving, more, _ = _command(folder, "repair", *given, "--moves", "priced")
    yield row("repair moving nobody, missing to the bound", 100 * still["gap"], "%", "solved anew", 100 * agenda["gap"])
    yield {"name": f"{name}: repair moving nobody, processor", "value": seconds, "unit": "s"}
    yield row("repair with priced moves, missing", 100 * moving["gap"], "%", "moving nobody", 100 * still["gap"])
    yield {"name": f"{name}: repair with priced moves, processor", "value": more, "unit": "s"}
    kept = moving["repair"]["kept"]
    yield {"name": f"{name}: kept meetings touched", "value": 100 * moving["repair"]["disturbed"] / kept, "unit": "%"}


#: Runs a command and says, after it, what it took: a process in between, so that memory is not that of an earlier child.
_TIMED = (
    "import json, resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    "print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))"
)


def _command(folder, *words):
    """What ``levante matching`` writes, its seconds of processor, the megabytes it took at most."""
    out = folder / "out.json"
    command = [sys.executable, "-m", "levante.cli", "matching", *words, "--out", str(out)]
    told = subprocess.run([sys.executable, "-c", _TIMED, *command], capture_output=True, text=True, check=True)
    code, seconds, memory = json.loads(told.stdout)
    assert code == 0, told.stderr
    return json.loads(out.read_text()), seconds, memory


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
