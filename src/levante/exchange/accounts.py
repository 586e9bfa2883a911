"""The accounts that the offices have with an outside system: where it answers, as whom, and the codes it knows them by.

``settings.RNA`` or ``LEVANTE_RNA``, a JSON list (``CUP`` and ``LEVANTE_CUP`` alike)::

    [{"office": "section", "address": "https://…", "user": "…", "password_file": "/run/secrets/rna", "caller": "LEVANTE"}]

An entry without ``office`` is for every office without its own. What else an entry says are codes of that system.
"""

import ipaddress
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from levante.exchange.client import NoUsableAnswer

_OWN = {"office", "address", "user", "password", "password_file"}


@dataclass(frozen=True, slots=True)
class Account:
    """One office's way into a system; ``codes`` are those the system knows the office by."""

    office: str
    address: str
    user: str
    password: str = field(repr=False)
    codes: dict[str, str] = field(default_factory=dict)


def account_of(name: str, offices: Sequence[str]) -> Account | None:
    """The account of the first of these offices (codes, the nearest first) that has one, or the one for everybody.

    ``NoUsableAnswer`` names what is wrong with the configuration: a request waits, and says it.
    """
    found = {account.office: account for account in _accounts(name)}
    return next((found[code] for code in (*offices, "") if code in found), None)


def has_account(name: str, offices: Sequence[str]) -> bool:
    """Is there a system to ask for these offices? One configured badly is there: the request says what is wrong."""
    try:
        return account_of(name, offices) is not None
    except NoUsableAnswer:
        return True


def _accounts(name: str) -> list[Account]:
    given = getattr(settings, name, None)
    if given is None:
        text = os.environ.get(f"LEVANTE_{name}", "").strip()
        try:
            given = json.loads(text) if text else []
        except ValueError as error:
            raise NoUsableAnswer(f"LEVANTE_{name} is not JSON") from error
    if not isinstance(given, list):
        raise NoUsableAnswer(f"LEVANTE_{name} is not a list")
    return [_account(name, row) for row in given]


def _account(name: str, row: Any) -> Account:
    if not isinstance(row, dict):
        raise NoUsableAnswer(f"an entry of LEVANTE_{name} is not an object")
    address = str(row.get("address", ""))
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoUsableAnswer(f"the address of an entry of LEVANTE_{name} is not https://HOST/…")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise NoUsableAnswer(f"LEVANTE_{name} would send the password in the clear to {parts.hostname}")
    password = str(row.get("password", ""))
    if row.get("password_file"):
        try:
            with open(row["password_file"], encoding="utf-8") as file:
                password = file.read().strip()
        except OSError as error:
            raise NoUsableAnswer(f"the password_file of an entry of LEVANTE_{name} cannot be read") from error
    codes = {str(key): str(value) for key, value in row.items() if key not in _OWN}
    return Account(str(row.get("office", "")), address.rstrip("/"), str(row.get("user", "")), password, codes)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
