"""The ``levante`` command: one word per room, JSON for machines, plain sentences for people."""

import importlib
import json
import sys
from dataclasses import dataclass

from levante.kernel.starting import prepare_django


@dataclass(frozen=True, slots=True)
class Command:
    module: str
    help: str
    django: bool = True


#: Each module has ``main(argv) -> exit code``. Those without Django work with no database and no settings.
COMMANDS = {
    "law": Command("levante.law.cli", "rules of law as JSON doors: levante law NAME < case.json", django=False),
    "register": Command("levante.register.cli", "verify, consistency, audit, key, tsa", django=False),
    "signature": Command(
        "levante.documents.cli", "verify FILE: a PDF or a .p7m that was signed digitally", django=False
    ),
    "invoice": Command("levante.documents.invoices_cli", "read FILE: the e-invoices of an XML or a .p7m", django=False),
    "identity": Command("levante.identity.cli", "administrator EMAIL: the first person who administers"),
    "programme": Command("levante.programme.cli", "check, load, diff a programme folder"),
    "parties": Command("levante.parties.cli", "import a business register"),
    "aid": Command("levante.aid.cli", "import the RNA's open data, print a position"),
    "calls": Command(
        "levante.calls.cli",
        "check, load the calls of a folder; export, rehearse one; allocate: a JSON door",
        django=False,
    ),
    "matching": Command(
        "levante.matching.cli", "solve, check, repair, bound: agendas of B2B meetings, as JSON", django=False
    ),
    "payments": Command("levante.payments.cli", "redraw: a sample of controls drawn again, a JSON door", django=False),
    "wins": Command("levante.wins.cli", "returned: a mail to a customer that came back, from the mail server"),
    "intake": Command(
        "levante.intake.cli", "the click day: serve, open, issue, rehearse, audit, close, recompute", django=False
    ),
    "languages": Command(
        "levante.languages.cli", "what the catalogues of other languages than Italian and English cover", django=False
    ),
    "demo": Command("levante.demo.cli", "prepare and serve the demonstration", django=False),
    "manage": Command("levante.manage", "Django's management commands"),
}


#: Words of a room's command that a higher room answers to: what a call becomes is not for the room of calls to know.
ABOVE = {("calls", "rehearse"): Command("levante.grants.rehearsal.cli", "try a call from end to end, leaving no trace")}


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 a negative answer, 2 the request could not be understood."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"} or arguments[0] not in COMMANDS:
        wrong = bool(arguments) and arguments[0] not in {"-h", "--help", "help"}
        out = sys.stderr if wrong else sys.stdout
        if wrong:
            print(f"levante: there is no command “{arguments[0]}”", file=out)
        print("usage: levante COMMAND …", file=out)
        for name, command in COMMANDS.items():
            print(f"  {name:<10} {command.help}", file=out)
        return 2 if wrong else 0
    command = ABOVE.get((arguments[0], arguments[1] if len(arguments) > 1 else ""), COMMANDS[arguments[0]])
    if command.django:
        prepare_django()
    try:
        return int(importlib.import_module(command.module).main(arguments[1:]) or 0)
    except Exception as error:
        if arguments[0] == "manage" or not _without_tables(error):
            raise
        print(json.dumps({"error": NO_TABLES}))
        return 2


#: Told instead of a traceback when the database is there and nobody has prepared it.
NO_TABLES = {
    "field": "$",
    "message": "nella base dati non ci sono le tabelle, o non sono aggiornate: prima serve levante manage migrate",
    "message_en": "the database has no tables yet, or old ones: run levante manage migrate first",
}


def _without_tables(error: Exception) -> bool:
    """Whether the database lacks a table or a column; by name, because some commands never load Django."""
    cause = getattr(error.__cause__, "sqlstate", None)
    return type(error).__module__ == "django.db.utils" and cause in {"42P01", "42703"}


if __name__ == "__main__":
    sys.exit(main())
