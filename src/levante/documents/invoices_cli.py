"""``levante invoice read FILE``: the e-invoices of a file as JSON; no database, no network.

Exit codes: 0 read, with the warnings on each; 2 the file cannot be read, and ``error`` says what, where and why.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from levante.documents.cli import Parser, Usage, as_instant
from levante.documents.pure.invoice_apart import read_apart


def main(argv: Sequence[str]) -> int:
    try:
        arguments = _parser().parse_args(list(argv))
    except Usage as error:
        _print({"error": {"field": "$", "message": str(error), "message_en": str(error)}})
        return 2
    code, answer = read_apart(
        arguments.file,
        at=arguments.at or datetime.now(UTC),
        trust=arguments.trust or os.environ.get("LEVANTE_TRUST_LIST") or None,
        language=arguments.language,
    )
    _print(answer)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="levante invoice", description="E-invoices: FatturaPA, plain or signed.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    read = commands.add_parser("read", help="the invoices of a file, with what does not add up (offline)")
    read.add_argument("file", metavar="FILE", help="the XML, or the .p7m (DER, base64 or PEM) it is in")
    read.add_argument(
        "--trust",
        metavar="FILE_OR_FOLDER",
        help="the certificates one trusts, for the signature (default: LEVANTE_TRUST_LIST)",
    )
    read.add_argument(
        "--at", type=as_instant, help="the instant of the signature's verification, ISO 8601 (default: now)"
    )
    read.add_argument("--language", choices=["it", "en"], default="it", help="of what is said of the signature")
    return parser


def _print(answer: object) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
