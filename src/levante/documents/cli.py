"""``levante signature verify FILE``: whether a digital signature holds, as JSON; no database, no network.

Exit codes: 0 intact, trusted and valid at signing; 1 not so, and ``reason`` says why; 2 the file cannot be read.
"""

import argparse
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from levante.documents.pure.signature_apart import verify_apart


class Usage(Exception):
    """The command cannot be carried out as asked."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Usage(message)


def main(argv: Sequence[str]) -> int:
    try:
        arguments = _parser().parse_args(list(argv))
    except Usage as error:
        _print({"error": {"field": "$", "message": str(error), "message_en": str(error)}})
        return 2
    code, answer = verify_apart(
        arguments.file,
        at=arguments.at or datetime.now(UTC),
        trust=arguments.trust or os.environ.get("LEVANTE_TRUST_LIST") or None,
        content=arguments.content,
        language=arguments.language,
    )
    _print(answer)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="levante signature", description="Digital signatures: PAdES and CAdES.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    verify = commands.add_parser("verify", help="does this signature hold, and whose is it? (offline)")
    verify.add_argument("file", metavar="FILE", help="the signed PDF, or the .p7m (DER, base64 or PEM)")
    verify.add_argument(
        "--trust",
        metavar="FILE_OR_FOLDER",
        help="the certificates one trusts, PEM or DER (default: LEVANTE_TRUST_LIST)",
    )
    verify.add_argument("--content", metavar="FILE", help="what a detached signature is of")
    verify.add_argument("--at", type=as_instant, help="the instant of the verification, ISO 8601 (default: now)")
    verify.add_argument("--language", choices=["it", "en"], default="it", help="of reasons and errors")
    return parser


def as_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant says its offset from UTC")
    return instant


def _print(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))
