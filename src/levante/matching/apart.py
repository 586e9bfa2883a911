"""An agenda made in a process of its own, which can be stopped at any moment: also while a linear program runs, which hears nobody.

What is found on the way is sent as it is found, so that what there was is kept when the process has to be killed. Parent and child
are of this code and speak pickles over pipes: first the task, then ``stop``, from the child what it finds.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import IO, TYPE_CHECKING, Any

from levante.matching.instance import Agenda, Instance

if TYPE_CHECKING:
    from levante.matching.bounding import Bounds

__all__ = ["Task", "solve_apart"]

#: How often the parent asks whether it must stop, in seconds.
EVERY = 0.5
#: How long a child that was told to stop may take to hand over what it has, and beyond its seconds before it is given up.
GRACE, BEYOND = 3.0, 60.0
_SOURCE = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Task:
    """What the child is asked. ``bounds``: then also what no agenda of the event can exceed by the other objectives, unless it is
    stopped."""

    instance: Instance
    objective: str
    seed: int
    seconds: float
    bounds: bool = False


def solve_apart(
    task: Task,
    *,
    progress: Callable[[str, float], None],
    stopped: Callable[[], bool],
    bounds: "Callable[[Bounds], None]" = lambda found: None,
    grace: float = GRACE,
    module: str = __name__,
) -> Agenda | None:
    """As ``solve``; stopped, the best agenda found until then, if there is one. ``stopped`` is asked twice a second, in this
    thread; ``bounds`` is told those that the task asks for. ``RuntimeError`` when the child fails, with what it said."""
    paths = os.pathsep.join(filter(None, [_SOURCE, os.environ.get("PYTHONPATH")]))
    child = subprocess.Popen(  # noqa: S603  (a module of ours)
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
    )  # fmt: skip
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("no pipes")
    heard: Queue[tuple[str, Any]] = Queue()
    ear = threading.Thread(target=_listen, args=(child.stdout, heard), daemon=True)
    ear.start()
    try:
        _send(child.stdin, task)
        tell = {"progress": lambda said: progress(*said), "bounds": bounds}
        return _follow(child.stdin, heard, tell, stopped, time.monotonic() + task.seconds + BEYOND, grace)
    finally:
        child.kill()
        child.wait()
        ear.join()
        child.stdout.close()
        _close(child.stdin)


def _follow(
    mouth: IO[bytes],
    heard: "Queue[tuple[str, Any]]",
    tell: dict[str, Callable[[Any], None]],
    stopped: Callable[[], bool],
    until: float,
    grace: float,
) -> Agenda | None:
    best: Agenda | None = None
    told = False
    while time.monotonic() < until:
        try:
            kind, what = heard.get(timeout=EVERY)
        except Empty:
            kind, what = "", None
        if kind in tell:
            tell[kind](what)
        elif kind == "found":
            best = what
        elif kind == "done":
            return best if what is None else what
        elif kind == "failed":
            raise RuntimeError(what)
        if not told and stopped():
            told, until = True, time.monotonic() + grace
            _send(mouth, "stop")
    return best


def _listen(stream: IO[bytes], heard: "Queue[tuple[str, Any]]") -> None:
    """All that the child says, until it is silent."""
    try:
        while True:
            heard.put(pickle.load(stream))  # noqa: S301  (from our own child)
    except (EOFError, pickle.UnpicklingError, OSError):
        heard.put(("failed", "the process that was making the agenda has ended"))


def _send(stream: IO[bytes], what: object) -> None:
    try:
        pickle.dump(what, stream)
        stream.flush()
    except BrokenPipeError:
        pass  # it has ended: what it said until then is being heard


def _close(stream: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        stream.close()


def main() -> None:
    """The child: solves the task it is sent, and ends with whoever sent it."""
    mouth = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is not part of what is said
    task = pickle.load(sys.stdin.buffer)  # noqa: S301  (from the process that started this one)
    stop = threading.Event()
    threading.Thread(target=_obey, args=(stop,), daemon=True).start()
    from levante.matching.bounding import bounds
    from levante.matching.solving import Run, solve

    run = Run(
        seed=task.seed,
        seconds=task.seconds,
        progress=lambda stage, value: _send(mouth, ("progress", (stage, value))),
        found=lambda agenda: _send(mouth, ("found", agenda)),
        cancelled=stop.is_set,
    )
    try:
        made = solve(task.instance, objective=task.objective, run=run)
        if task.bounds and not stop.is_set():
            _send(mouth, ("found", made))
            _send(mouth, ("progress", ("bound", made.objective)))
            _send(mouth, ("bounds", bounds(task.instance, seconds=run.left(), known=made)))
        _send(mouth, ("done", made))
    except Exception as error:
        _send(mouth, ("failed", str(error) or type(error).__name__))


def _obey(stop: threading.Event) -> None:
    try:
        while True:
            pickle.load(sys.stdin.buffer)  # noqa: S301
            stop.set()
    except (EOFError, pickle.UnpicklingError, OSError):
        os._exit(1)  # nobody is there to hear


if __name__ == "__main__":
    main()
