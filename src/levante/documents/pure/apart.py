"""Reading in a process of its own, with a ceiling to memory and time: what comes from outside may be made to exhaust
whoever reads it (a PDF that unpacks to gigabytes), and then only that process ends.
"""

import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from levante.documents.pure.signature_envelope import LARGEST_FILE
from levante.documents.pure.signature_outcome import Unreadable
from levante.kernel.pure import Bilingual

#: Some times the largest file, which is held whole; a common file takes a second.
MOST_MEMORY = 2 * 1024 * 1024 * 1024
MOST_SECONDS = 60
EXHAUSTED = Bilingual(
    "leggere il file costa troppa memoria o troppo tempo: non si legge",
    "reading the file takes too much memory or too much time: it is not read",
)
_SOURCE = str(Path(__file__).resolve().parents[3])

#: From a request to the exit code of the command and its answer.
Answer = Callable[[dict[str, Any]], tuple[int, Any]]


def run_apart(module: str, request: dict[str, Any]) -> tuple[int, Any] | None:
    """What ``module`` answers, run as a program that calls ``serve``; ``None`` when it exhausted its memory or its time."""
    # The folder of this very code first: the child must not read with another copy.
    paths = os.pathsep.join(filter(None, [_SOURCE, os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(  # noqa: S603  (a module of ours)
            [sys.executable, "-m", module],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
        )
        code, answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return code, answer


def serve(answer: Answer) -> None:
    """The child's whole work: bound itself, read the request, answer it."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(json.load(sys.stdin)), sys.stdout)


def read_file(path: str, field: str, *, largest: int = LARGEST_FILE) -> bytes:
    """A regular file of a bearable size; a device or a pipe would never end. ``Unreadable`` names the ``field`` and why."""
    name = Path(path).name
    try:
        with open(path, "rb", opener=lambda place, flags: os.open(place, flags | os.O_NONBLOCK)) as stream:
            facts = os.fstat(stream.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise Unreadable(Bilingual(f"«{name}» non è un file", f"“{name}” is not a file"), field)
            if facts.st_size > largest:
                raise Unreadable(Bilingual(f"«{name}» è troppo grande", f"“{name}” is too large"), field)
            return stream.read(largest + 1)
    except FileNotFoundError as error:
        raise Unreadable(Bilingual(f"il file «{name}» non c'è", f"there is no file “{name}”"), field) from error
    except IsADirectoryError as error:
        raise Unreadable(Bilingual(f"«{name}» è una cartella", f"“{name}” is a folder"), field) from error
    except (OSError, ValueError) as error:
        raise Unreadable(
            Bilingual(f"il file «{name}» non si può leggere", f"the file “{name}” cannot be read"), field
        ) from error
