"""``levante intake …``: the lane of a click day, its rehearsals, the audit and the closing of its log.

Exit codes: 0 done, 1 a negative answer (the log does not hold, the closing is refused), 2 the request could not be
understood or done. Standard output is JSON.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from levante.kernel.starting import prepare_django


class UsageError(Exception):
    """The command cannot be carried out as asked; printed as JSON, exit 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def main(argv: Sequence[str]) -> int:
    try:
        arguments = _parser().parse_args(list(argv))
        return int(arguments.run(arguments))
    except UsageError as error:
        _print({"error": str(error)})
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="levante intake", description="The click day: the lane, rehearsals, the closing of a log.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    serve = commands.add_parser("serve", help="serve POST /intake/OPENING until stopped")
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument(
        "--fronts", type=int, default=os.cpu_count() or 1, help="front processes (default: as many as the processors)"
    )
    serve.add_argument("--queue", type=int, help="how many may wait in an opening's queue, for each front")
    serve.add_argument("--body-seconds", type=float, help="how long headers and body may take to arrive")
    serve.set_defaults(run=_serve)

    opening = commands.add_parser(
        "open", help="give an opening its log (the first seal does it too): prints its address"
    )
    opening.add_argument("opening", help="CALL.OPENING, or the code of an opening")
    opening.set_defaults(run=_open)

    issue = commands.add_parser("issue", help="seal what a program froze, and write the tokens")
    issue.add_argument("opening", help="CALL.OPENING, or the code of an opening")
    issue.add_argument("sealed", type=Path, help="a line each: {subject, enterprise, amount, content}")
    issue.add_argument("--out", type=Path, required=True, help="the tokens, {opening, token, seal} a line")
    issue.set_defaults(run=_issue)

    rehearse = commands.add_parser("rehearse", help="make test tokens; judge what came of them; wipe")
    what = rehearse.add_mutually_exclusive_group(required=True)
    what.add_argument("--count", type=int, help="make a rehearsal with so many test tokens")
    what.add_argument("--judge", action="store_true", help="compute order and allocation again")
    what.add_argument("--wipe", action="store_true", help="forget the rehearsals (of the opening, if one is named)")
    rehearse.add_argument("--out", type=Path, help="of --count: the tokens, {opening, token, seal} a line")
    rehearse.add_argument(
        "--opening", help="CALL.OPENING, or the code of an opening; to judge and wipe also a rehearsal's"
    )
    rehearse.add_argument("--minutes", type=float, default=60.0, help="of --count: how long its window lasts")
    rehearse.add_argument("--budget", help="of --judge: instead of the opening's")
    rehearse.add_argument("--case", type=Path, help="of --judge: also write the case of levante calls allocate")
    rehearse.set_defaults(run=_rehearse)

    audit = commands.add_parser("audit", help="compute the log of an opening again and compare every bit")
    audit.add_argument("opening")
    audit.set_defaults(run=_audit)

    recompute = commands.add_parser(
        "recompute", help="check a published order, its case and its signature: no database"
    )
    recompute.add_argument("order", type=Path, help="ordine.json")
    recompute.add_argument(
        "--case", type=Path, action="append", help="caso.json; one for each line, where the opening has lines"
    )
    recompute.add_argument("--key", type=Path, action="append", help="public keys one trusts, PEM; may be repeated")
    recompute.set_defaults(run=_recompute)

    close = commands.add_parser("close", help="close the log of an opening: its head becomes an entry of the register")
    close.add_argument("opening")
    close.set_defaults(run=_close)
    return parser


# -- the lane: no Django


def _serve(arguments: argparse.Namespace) -> int:
    from levante.embedded import database_url, var_folder
    from levante.intake.lane.sequencer import Limits
    from levante.intake.lane.serve import serve
    from levante.register.pure.keys import KeyProblem, KeyRing

    if not 0 < arguments.port < 65536 or not 0 < arguments.fronts <= 64:
        raise UsageError("--port is from 1 to 65535, --fronts from 1 to 64")
    keys = Path(os.environ.get("LEVANTE_REGISTER_KEYS") or var_folder() / "keys")
    try:
        KeyRing(keys, os.environ.get("LEVANTE_REGISTER_PASSPHRASE")).current()
    except KeyProblem as error:
        raise UsageError(str(error)) from error
    given = {"queue": arguments.queue, "body_seconds": arguments.body_seconds}
    limits = Limits(**{name: value for name, value in given.items() if value is not None})
    serve(
        host=arguments.host,
        port=arguments.port,
        fronts=arguments.fronts,
        limits=limits,
        keys=keys,
        address=database_url(),
    )
    return 0


def _recompute(arguments: argparse.Namespace) -> int:
    from levante.intake.recompute import NotAnOrder, recompute
    from levante.kernel.pure.pieces import large_object
    from levante.register.pure.keys import KeyProblem, read_public_keys

    try:
        order = large_object(partial(arguments.order.open, "rb"), "entries")
        cases = [large_object(partial(path.open, "rb"), "submissions") for path in arguments.case or ()]
        keys = None
        for path in arguments.key or ():
            keys = {**(keys or {}), **read_public_keys(path.read_bytes())}
        outcome = recompute(order, keys, cases)
    except (OSError, ValueError, KeyProblem, NotAnOrder, RecursionError) as error:
        raise UsageError(str(error)) from error
    _print(outcome)
    return 0 if outcome["ok"] else 1


# -- with the rooms


def _open(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.intake.api import open_log
    from levante.kernel.api import Refused, system

    try:
        log = open_log(actor=system("levante intake open"), opening=_opening(arguments.opening))
    except Refused as refusal:
        _print({"error": refusal.reason.en, "error_it": refusal.reason.it})
        return 1
    _print({"opening": log.code, "path": f"/intake/{log.code}", "size": log.size})
    return 0


def _issue(arguments: argparse.Namespace) -> int:
    prepare_django()
    from django.db import IntegrityError

    from levante.intake.api import issue_tickets, open_log
    from levante.kernel.api import Refused, system

    opening, sealed = _opening(arguments.opening), _read_sealed(arguments.sealed)
    actor = system("levante intake issue")
    try:
        handle = _secret_file(arguments.out)
        issued = issue_tickets(actor=actor, log=open_log(actor=actor, opening=opening), sealed=sealed)
    except Refused as refusal:
        _print({"error": refusal.reason.en, "error_it": refusal.reason.it})
        return 1
    except IntegrityError as error:
        raise UsageError("a subject has a live ticket already, or a value that cannot be kept") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(json.dumps(one.as_json()) + "\n" for one in issued)
    _print({"opening": issued[0].opening if issued else None, "count": len(issued), "out": str(arguments.out)})
    return 0


def _read_sealed(path: Path) -> list[Any]:
    from levante.intake.api import ToSeal

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    sealed = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            amount = Decimal(row["amount"])
            if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
                raise ValueError("the amount is not above zero with two decimals")
            sealed.append(ToSeal(str(row["subject"]), str(row["enterprise"]), amount, row["content"]))
        except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
            raise UsageError(f"line {number} is not {{subject, enterprise, amount, content}}: {error}") from error
    return sealed


def _secret_file(path: Path) -> int:
    """A file for its owner alone: tokens are in it."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error}") from error


def _rehearse(arguments: argparse.Namespace) -> int:
    if arguments.count is not None:
        if arguments.out is None or not 0 < arguments.count <= 1_000_000 or not 0 < arguments.minutes <= 24 * 60:
            raise UsageError("--count is from 1 to 1,000,000, --minutes at most a day, and --out says where to write")
        return _make(arguments)
    prepare_django()
    from levante.intake.api import find_log, rehearsals

    log = find_log(arguments.opening) if arguments.opening else None
    if log is not None and log.rehearsal:
        logs = [log]
    else:
        logs = rehearsals(_opening(arguments.opening) if arguments.opening else None)
    if not logs:
        raise UsageError("there is no rehearsal")
    return _judge(arguments, logs[0]) if arguments.judge else _wipe(logs)


def _make(arguments: argparse.Namespace) -> int:
    prepare_django()
    from levante.intake.api import start_rehearsal
    from levante.kernel.api import system

    opening = _opening(arguments.opening) if arguments.opening else None
    handle = _secret_file(arguments.out)
    log, issued = start_rehearsal(
        actor=system("levante intake rehearse"),
        count=arguments.count,
        opening=opening,
        length=timedelta(minutes=arguments.minutes),
    )
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(json.dumps(one.as_json()) + "\n" for one in issued)
    opens_at, closes_at = log.window()
    _print(
        {
            "opening": log.code,
            "path": f"/intake/{log.code}",
            "count": len(issued),
            "opens_at": opens_at.isoformat(),
            "closes_at": closes_at.isoformat() if closes_at else None,
            "out": str(arguments.out),
        }
    )
    return 0


def _judge(arguments: argparse.Namespace, log: Any) -> int:
    from levante.intake.api import judge

    try:
        budget = Decimal(arguments.budget) if arguments.budget else None
    except InvalidOperation as error:
        raise UsageError("--budget is an amount") from error
    if budget is not None and not 0 < budget < Decimal("1e13"):
        raise UsageError("--budget is an amount above zero")
    judgement = judge(log, budget=budget)
    if arguments.case:
        arguments.case.write_text(json.dumps(judgement.case), encoding="utf-8")
    outcome = judgement.outcome
    _print(
        {
            "opening": log.code,
            "holds": judgement.holds,
            "log": judgement.audit.as_json(),
            "order_is_that_of_the_log": judgement.order_is_that_of_the_log,
            "received": len(judgement.case["submissions"]),
            "budget": judgement.case["budget"],
            "budget_is_assumed": judgement.budget_is_assumed,
            **{name: len(outcome[name]) for name in ("void", "funded", "queue", "not_funded")},
            "left": outcome["left"],
            "steps": outcome["steps"],
        }
    )
    return 0 if judgement.holds else 1


def _wipe(logs: Sequence[Any]) -> int:
    from levante.intake.api import wipe_rehearsal
    from levante.kernel.api import system

    wiped = {log.code: wipe_rehearsal(actor=system("levante intake rehearse"), log=log) for log in logs}
    _print({"wiped": wiped})
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    log = _log(arguments.opening)
    from levante.intake.api import audit_intake
    from levante.register.api import key_ring

    audit = audit_intake(log, key_ring().public_keys())
    _print({"opening": log.code, **audit.as_json()})
    return 1 if audit.count else 0


def _close(arguments: argparse.Namespace) -> int:
    log = _log(arguments.opening)
    from levante.intake.api import close_log
    from levante.kernel.api import Refused, system

    try:
        closed = close_log(actor=system("levante intake close"), log=log)
    except Refused as refusal:
        _print({"error": refusal.reason.en, "error_it": refusal.reason.it})
        return 1
    _print({"opening": closed.code, "size": closed.size, "register_number": closed.register_number})
    return 0


def _log(code: str) -> Any:
    prepare_django()
    from levante.intake.api import find_log, log_of

    log = find_log(code) or log_of(_opening(code))
    if log is None:
        raise UsageError(f"the opening {code} has no log")
    return log


def _opening(code: str) -> Any:
    """An opening by CALL.OPENING, or by its own code when no other has it."""
    from levante.calls.api import Opening

    call, _, own = code.rpartition(".")
    rows = Opening.objects.select_related("call__office").filter(code=own).order_by("id")
    found = list(rows.filter(call__code=call) if call else rows)
    if len(found) != 1:
        raise UsageError(f"{len(found)} openings are called {code}: write CALL.OPENING")
    return found[0]


def _print(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
