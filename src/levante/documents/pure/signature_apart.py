"""The verification in a process of its own, with a ceiling to memory and time: what comes from outside may be made to
exhaust whoever reads it (a PDF that unpacks to gigabytes), and then only that process ends.
"""

import json
import os
import resource
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from levante.documents.pure.signature_envelope import LARGEST_FILE
from levante.documents.pure.signature_original import fault_of_copy
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signature_trust import read_trust_list
from levante.documents.pure.signatures import verify
from levante.kernel.pure import Bilingual

#: Some times the largest file, which is held whole; a common file takes a second.
MOST_MEMORY = 2 * 1024 * 1024 * 1024
MOST_SECONDS = 60
_EXHAUSTED = Bilingual(
    "leggere il file costa troppa memoria o troppo tempo: non si verifica",
    "reading the file takes too much memory or too much time: it is not verified",
)
_SOURCE = str(Path(__file__).resolve().parents[3])


def verify_apart(
    file: str,
    *,
    at: datetime,
    trust: str | None = None,
    content: str | None = None,
    original: str | None = None,
    language: str = "it",
) -> tuple[int, dict[str, Any]]:
    """The exit code of the command and its answer: 0 it holds, 1 it does not, 2 the file cannot be read.

    With ``language`` ``both`` the answer is ``{"it": …, "en": …}``. ``original`` is the file that should be under the
    signatures: a fault makes the code 1 and is told as ``not_the_original``.
    """
    request = {
        "file": file, "at": at.isoformat(), "trust": trust, "content": content, "language": language, "original": original,
    }  # fmt: skip
    # The folder of this very code first: the child must not verify with another copy.
    paths = os.pathsep.join(filter(None, [_SOURCE, os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "levante.documents.pure.signature_apart"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
        )
        code, answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return 2, _told(Unreadable(_EXHAUSTED), language)
    return code, answer


def _told(what: Any, language: str) -> dict[str, Any]:
    """An outcome or a refusal in a language, or in both."""
    if language == "both":
        return {one: what.as_json(one) for one in ("it", "en")}
    told: dict[str, Any] = what.as_json(language)
    return told


def _read(path: str, field: str) -> bytes:
    """A regular file of a bearable size; a device or a pipe would never end."""
    name = Path(path).name
    try:
        with open(path, "rb", opener=lambda place, flags: os.open(place, flags | os.O_NONBLOCK)) as stream:
            facts = os.fstat(stream.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise Unreadable(Bilingual(f"«{name}» non è un file", f"“{name}” is not a file"), field)
            if facts.st_size > LARGEST_FILE:
                raise Unreadable(Bilingual(f"«{name}» è troppo grande", f"“{name}” is too large"), field)
            return stream.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise Unreadable(Bilingual(f"il file «{name}» non c'è", f"there is no file “{name}”"), field) from error
    except IsADirectoryError as error:
        raise Unreadable(Bilingual(f"«{name}» è una cartella", f"“{name}” is a folder"), field) from error
    except (OSError, ValueError) as error:
        raise Unreadable(
            Bilingual(f"il file «{name}» non si può leggere", f"the file “{name}” cannot be read"), field
        ) from error


def _answer(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    language = request["language"]
    try:
        roots = read_trust_list(request["trust"]) if request["trust"] else None
        content = _read(request["content"], "content") if request["content"] else None
        data = _read(request["file"], "file")
        outcome = verify(data, at=datetime.fromisoformat(request["at"]), roots=roots, content=content)
        fault = fault_of_copy(data, _read(request["original"], "original")) if request["original"] else None
    except Unreadable as error:
        return 2, _told(error, language)
    except MemoryError:
        return 2, _told(Unreadable(_EXHAUSTED), language)
    answer = _told(outcome, language)
    if fault is not None:
        answer["not_the_original"] = fault.as_json() if language == "both" else fault.in_language(language)
    return (0 if outcome and fault is None else 1), answer


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    _main()
