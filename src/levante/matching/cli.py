"""``levante matching solve|check|repair|bound``: agendas from the command line; JSON in, JSON out, no database.

Exit codes: 0 done; 1 the agenda that is checked breaks a rule; 2 something given cannot be used, and ``error`` says what.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from levante.matching.fields import LARGEST, WHOLE, Bad, parse

if TYPE_CHECKING:
    from levante.matching.instance import Instance

#: Said once here, so that nothing heavy is imported before the request is understood.
OBJECTIVES = ("weighted", "mutual", "fair")
MOVES = ("0", "priced")
FIGURES = ("objective", "shortfall", "unmet_mutual", "bound")


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Bad(WHOLE, f"comando non valido: {message}", message)


def main(argv: Sequence[str]) -> int:
    try:
        arguments = _parser().parse_args(list(argv))
        code, answer = arguments.run(arguments)
    except Bad as error:
        code, answer = 2, error.as_json()
    _print(answer)
    return int(code)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="levante matching", description="Agendas of B2B meetings, with a proven bound.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    solve = commands.add_parser("solve", help="the best agenda of an event")
    solve.add_argument("instance", metavar="INSTANCE.json")
    solve.add_argument("--objective", choices=OBJECTIVES, default="weighted")
    _of_a_run(solve)
    solve.set_defaults(run=_solve)
    check = commands.add_parser("check", help="whether an agenda keeps the rules, apart from the solver; 1 when not")
    check.add_argument("instance", metavar="INSTANCE.json")
    check.add_argument("agenda", metavar="AGENDA.json")
    check.add_argument("--changes", metavar="CHANGES.json", help="the event after these changes: for a mended agenda")
    check.set_defaults(run=_check)
    repair = commands.add_parser("repair", help="mend an agenda after what happened")
    repair.add_argument("instance", metavar="INSTANCE.json")
    repair.add_argument("agenda", metavar="AGENDA.json")
    repair.add_argument("changes", metavar="CHANGES.json")
    repair.add_argument(
        "--moves", choices=MOVES, default="0", help="0: no kept meeting moves; priced: at most 1%% of them does"
    )
    _of_a_run(repair)
    repair.set_defaults(run=_repair)
    bound = commands.add_parser("bound", help="what no agenda can exceed, for each objective")
    bound.add_argument("instance", metavar="INSTANCE.json")
    bound.set_defaults(run=_bound)
    return parser


def _of_a_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="AGENDA.json", help="where to write it (default: standard output)")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="stop after so many, with what there is")
    parser.add_argument("--seed", type=_whole, default=0, metavar="N", help="of the search (default: 0)")
    parser.add_argument(
        "--work", type=_whole, metavar="N", help="the budget, in steps of the search (default: by size)"
    )


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 10**7:
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError(text)
    return value


# -- the commands


def _solve(arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from levante.matching import api

    instance = _instance(arguments)
    _require_writable(arguments.out)
    run = api.Run(seed=arguments.seed, seconds=arguments.seconds, work=arguments.work)
    agenda = api.solve(instance, objective=arguments.objective, run=run)
    return 0, _written(arguments.out, api.agenda_json(agenda))


def _check(arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from levante.matching import api

    instance = _instance(arguments)
    if arguments.changes:
        with _in("CHANGES"):
            instance = api.changed(instance, api.changes_from(_read(arguments.changes, "CHANGES"), instance))
    with _in("AGENDA"):
        document = _read(arguments.agenda, "AGENDA")
        agenda = api.agenda_from(document)
    report = api.check(instance, agenda, stated=[name for name in FIGURES if document.get(name) is not None])
    return (0 if report.valid else 1), api.report_json(report)


def _repair(arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from levante.matching import api

    instance = _instance(arguments)
    with _in("AGENDA"):
        agenda = api.agenda_from(_read(arguments.agenda, "AGENDA"), instance)
    with _in("CHANGES"):
        changes = api.changes_from(_read(arguments.changes, "CHANGES"), instance)
    _require_writable(arguments.out)
    run = api.Run(seed=arguments.seed, seconds=arguments.seconds, work=arguments.work)
    mended = api.repair(instance, agenda, changes, moves=arguments.moves, run=run)
    return 0, _written(arguments.out, api.repair_json(mended))


def _bound(arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from levante.matching import api

    return 0, api.bounds_json(api.bounds(_instance(arguments)))


# -- files


def _instance(arguments: argparse.Namespace) -> "Instance":
    from levante.matching import api

    with _in("INSTANCE"):
        return api.instance_from(_read(arguments.instance, "INSTANCE"))


@contextmanager
def _in(document: str) -> Iterator[None]:
    """What is wrong within is of this document: three are given at once."""
    try:
        yield
    except Bad as error:
        error.document = document
        raise


def _read(path: str, name: str) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            text = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Bad(name, f"il file non si legge: {error}", f"the file cannot be read: {error}") from error
    return parse(text)


def _require_writable(path: str | None) -> None:
    """Before the work of minutes: where the answer is asked it can be written. What is there stays as it is."""
    if path is None:
        return
    try:
        there = Path(path).exists()
        Path(path).open("ab").close()
        if not there:
            Path(path).unlink()
    except (OSError, ValueError) as error:
        raise _unwritable(error) from error


def _unwritable(error: Exception) -> Bad:
    return Bad("--out", f"il file non si scrive: {error}", f"the file cannot be written: {error}")


def _written(path: str | None, answer: dict[str, Any]) -> dict[str, Any]:
    """Write the answer where it was asked, and give back what is printed: without the meetings when they are in a file."""
    if path is None:
        return answer
    try:
        Path(path).write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _unwritable(error) from error
    return {**answer, "meetings": len(answer["meetings"])}


def _print(answer: object) -> None:
    # Always UTF-8, whatever the terminal's locale: other programs read this.
    sys.stdout.buffer.write((json.dumps(answer, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
