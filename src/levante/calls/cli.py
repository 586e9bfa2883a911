"""``levante calls check|load FOLDER`` (of calls, or of the programme that holds them), ``export CODE``: calls and their files;
``levante calls allocate``: the JSON door; ``levante calls recompute RANKING.json``: a published ranking run again, with no
database.

``levante calls rehearse`` is answered by ``levante.grants.rehearsal.cli``, which knows what becomes of a call.
"""

import json
import sys
from pathlib import Path
from typing import Any

from levante.kernel.starting import prepare_django

USAGE = """usage: levante calls check FOLDER
       levante calls load FOLDER [--over-edits]
       levante calls export CODE
       levante calls rehearse CODE [--count N] [--seed S] [--opening CODE] [--whole-budget] [--json]
       levante calls allocate < case.json
       levante calls recompute RANKING.json [--key KEYS.pem]"""

#: A case up to here is read whole, so that what is wrong with it is said by its line; a larger one as it comes.
_HELD = 1 << 24


def main(argv: list[str]) -> int:
    """0 done, 1 the files are wrong, 2 the request could not be understood."""
    if argv == ["allocate"]:
        return _allocate()
    if argv[:1] == ["recompute"]:
        return _recompute(argv[1:])
    over = "--over-edits" in argv
    words = [word for word in argv if word != "--over-edits"]
    if len(words) != 2 or words[0] not in _WORDS or (over and words[0] != "load"):
        print(USAGE, file=sys.stderr)
        return 2
    prepare_django()
    from levante.programme.api import Unreadable

    try:
        return _WORDS[words[0]](words[1], over)
    except Unreadable as error:
        for problem in error.problems:
            print(problem.sentence("it"), file=sys.stderr)
        return 1
    except LookupError as error:
        print(f"levante calls: {error}", file=sys.stderr)
        return 1


def _allocate() -> int:
    """0 the allocation, 2 the case cannot be read."""
    from levante.calls.allocation_case import BadCase, as_text, run, run_large
    from levante.kernel.pure.pieces import after

    begun = sys.stdin.buffer.read(_HELD + 1)
    if len(begun) <= _HELD:
        code, answer = run(begun)
        print(answer)
        return code
    try:
        for piece in run_large(after(begun, sys.stdin.buffer)):
            sys.stdout.write(piece)
        print()
    except BadCase as error:
        print(as_text(error.as_json()))
        return 2
    return 0


def _recompute(words: list[str]) -> int:
    """0 it is the same, 1 it is not, 2 the file or the keys cannot be read."""
    from levante.calls.recompute import LARGEST_RANKING, NotARanking, recompute_ranking
    from levante.register.pure.keys import KeyProblem, read_public_keys

    path, key = (words + [""] * 3)[0], words[2:] if words[1:2] == ["--key"] else words[1:]
    if not path or len(key) > 1 or (len(words) > 1 and (words[1] != "--key" or len(words) != 3)):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        keys = read_public_keys(Path(key[0]).read_bytes()) if key else None
        with Path(path).open("rb") as file:
            content = file.read(LARGEST_RANKING + 1)
        if len(content) > LARGEST_RANKING:
            raise NotARanking("the file is too large")
        outcome = recompute_ranking(json.loads(content), keys)
    except (OSError, ValueError, KeyProblem, NotARanking, RecursionError) as error:
        print(json.dumps({"error": str(error)}, ensure_ascii=False))
        return 2
    print(json.dumps(outcome, ensure_ascii=False, indent=1))
    return 0 if outcome["ok"] else 1


def _check(folder: str, _over: bool) -> int:
    """Every finding with file, line and place; 1 when one is an error."""
    where = _calls_of(folder)
    from levante.calls.definition import read_calls
    from levante.calls.loading import fund_kind, lines_beside, unknown_in
    from levante.kernel.api import today

    files, programme, lines = read_calls(where), _programme(), lines_beside(where)
    errors = warnings = 0
    if not files:
        errors = 1
        print(f"errore: in {where} non c’è nessun bando: i loro file finiscono in .yaml", file=sys.stderr)
    for file in files:
        for problem in unknown_in(file, lines, programme):
            errors += 1
            print(f"errore: {problem.sentence('it')}", file=sys.stderr)
        for finding in file.findings(on=today(), fund_kind=fund_kind(file, programme)):
            problem = file.problem(finding.path, finding.text.it, finding.text.en)
            wrong = finding.level == "error"
            errors, warnings = errors + wrong, warnings + (not wrong)
            confirm = ", da confermare" if finding.to_confirm else ""
            reference = f" ({finding.reference}{confirm})" if finding.reference else ""
            print(f"{'errore' if wrong else 'avviso'}: {problem.sentence('it')}{reference}", file=sys.stderr)
    counts = {"calls": [file.entry.code for file in files], "errors": errors, "warnings": warnings}
    print(json.dumps(counts, ensure_ascii=False))
    return 1 if errors else 0


def _calls_of(folder: str) -> Path:
    """The folder of the calls: the one named or, when it is a programme's, the ``calls`` inside it."""
    inside = Path(folder) / "calls"
    return inside if inside.is_dir() else Path(folder)


def _programme() -> Any:
    """The programme, for what its files do not say; files are checked without a database too."""
    from django.db import DatabaseError

    from levante.programme.api import main_programme

    try:
        return main_programme()
    except DatabaseError:
        return None


def _load(folder: str, over: bool) -> int:
    from levante.calls.loading import load_calls

    print(json.dumps(load_calls(_calls_of(folder), over_edits=over).as_json(), ensure_ascii=False))
    return 0


def _export(code: str, _over: bool) -> int:
    from levante.calls.export import as_yaml
    from levante.calls.models import Call

    call = Call.objects.filter(code=code).first()
    if call is None:
        raise LookupError(f"there is no call “{code}”")
    sys.stdout.write(as_yaml(call))
    return 0


_WORDS = {"check": _check, "load": _load, "export": _export}
