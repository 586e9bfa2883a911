"""``levante aid …``: bring in the RNA's open data, print a position. JSON out; a bad request is a JSON error, exit 2."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from levante.kernel.pure import euro

_TAX_CODE = re.compile(r"[A-Z0-9]{5,28}")


class BadRequest(ValueError):
    """A request that cannot be read: which argument, and why, in both languages."""

    def __init__(self, field: str, it: str, en: str) -> None:
        super().__init__(en)
        self.answer = {"error": {"field": field, "message": it, "message_en": en}}


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadRequest("$", f"riga di comando non valida: {message}", f"bad command line: {message}")


def main(argv: Sequence[str]) -> int:
    """0 for an answer, 2 for a request or a file that cannot be read."""
    parser = _Arguments(prog="levante aid")
    commands = parser.add_subparsers(dest="command", required=True)
    imported = commands.add_parser("import-rna", help="import an OpenData_Aiuti file: .xml, .xml.gz or .zip")
    imported.add_argument("file")
    imported.add_argument("--known-on", help="day from which the lines were known (unless given, that of each grant)")
    imported.add_argument("--quiet", action="store_true", help="no progress on standard error")
    asked = commands.add_parser("position", help="the de minimis position of a tax code on a day")
    asked.add_argument("tax_code")
    asked.add_argument("--on", required=True)
    asked.add_argument("--as-of")
    asked.add_argument("--request")
    asked.add_argument("--boundary")
    try:
        arguments = parser.parse_args(list(argv))
        answer = _import(arguments) if arguments.command == "import-rna" else _position(arguments)
    except BadRequest as error:
        return _write(2, error.answer)
    return _write(0, answer)


def _position(arguments: argparse.Namespace) -> dict[str, Any]:
    from levante.aid.positions import position
    from levante.law.de_minimis_rule import BOUNDARIES
    from levante.law.doors import BadCase
    from levante.law.parameters import Missing

    tax_code = arguments.tax_code.strip().upper().removeprefix("IT")
    if not _TAX_CODE.fullmatch(tax_code):
        raise BadRequest("tax_code", "non ha la forma di un codice fiscale", "it has not the form of a tax code")
    request = None
    if arguments.request is not None:
        try:
            request = euro(arguments.request)
        except ValueError:
            request = None
        if request is None or request < 0:
            raise BadRequest("request", 'serve un importo come "1234.50"', 'an amount such as "1234.50" is needed')
    if arguments.boundary not in (None, *BOUNDARIES):
        listed = ", ".join(BOUNDARIES)
        raise BadRequest("boundary", f"deve essere uno tra: {listed}", f"must be one of: {listed}")
    on = _day("on", arguments.on)
    try:
        return position(
            tax_code,
            on=on,
            request=request,
            as_of=_day("as_of", arguments.as_of) if arguments.as_of else None,
            boundary=arguments.boundary,
        )
    except BadCase as error:
        raise BadRequest(error.field, error.message_it, error.message_en) from error
    except Missing as error:
        raise BadRequest(
            "on",
            f"nessuna norma caricata dà un valore a {error.name} il {error.on.isoformat()}",
            f"no act that is loaded gives {error.name} a value on {error.on.isoformat()}",
        ) from error


def _import(arguments: argparse.Namespace) -> dict[str, Any]:
    from levante.aid.models import RnaImport
    from levante.aid.rna_import import ImportRunning, import_rna, totals_of
    from levante.aid.rna_source import UnreadableFile
    from levante.kernel.api import system

    path = Path(arguments.file)
    if not path.is_file():
        raise BadRequest("file", f"non c’è nessun file {path.name}", f"there is no file {path.name}")
    known_on = _day("known_on", arguments.known_on) if arguments.known_on else None

    def progress(run: RnaImport) -> None:
        if not arguments.quiet and sys.stderr.isatty():
            print(f"{run.percent} % · {run.elements_done}", file=sys.stderr)

    try:
        run = import_rna(actor=system("levante aid import-rna"), path=path, known_on=known_on, progress=progress)
    except UnreadableFile as error:
        failed = BadRequest("file", error.reason.it, error.reason.en)
        stopped = RnaImport.objects.filter(state=RnaImport.STOPPED).order_by("-moved_at", "-id").first()
        if stopped is not None:
            failed.answer["kept"] = totals_of(stopped)
        raise failed from error
    except ImportRunning as error:
        raise BadRequest("$", "è già in corso un’altra importazione", "another import is already running") from error
    except OSError as error:
        raise BadRequest("file", "il file non si può leggere", f"the file cannot be read: {error.strerror}") from error
    return totals_of(run)


def _day(field: str, text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(field, "serve una data AAAA-MM-GG", "a date YYYY-MM-DD is needed") from error


def _write(code: int, answer: dict[str, Any]) -> int:
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return code
