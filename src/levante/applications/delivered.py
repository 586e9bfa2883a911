"""What an application says besides its answers, as the PDF to be signed and the frozen copy both have it."""

import hashlib
from typing import Any

from levante.applications.filled import copy_of_filling
from levante.applications.group import is_group, said_of_members
from levante.applications.models import Application
from levante.applications.reading import amount_of, read_application
from levante.applications.stamp import copy_of_stamp
from levante.kernel.pure import money_text
from levante.register.pure.canonical import canonical_bytes


def said_besides(application: Application) -> dict[str, Any]:
    """What is declared besides the answers, where there is something: the firms of a group, stamp duty. No query where the
    call asks nothing and who applies is alone."""
    said: dict[str, Any] = {}
    if is_group(application):
        said["applicant"] = application.applicant_kind
        said["members"] = said_of_members(application, amount_of(application))
    by_office = copy_of_filling(application)
    if by_office is not None:
        said["filled_in_by"] = by_office
    stamp = copy_of_stamp(application)
    if stamp is not None:
        said["stamp_duty"] = stamp
    return said


def content_of(application: Application) -> dict[str, Any]:
    """What who signs says: plain JSON with everything in it that, changed, makes another application."""
    reading, amount = read_application(application), amount_of(application)
    enterprise = application.enterprise
    return {
        "call": application.opening.call.code,
        "opening": application.opening.code,
        "form": {"number": application.form.number, "checksum": application.form.checksum},
        "enterprise": {
            "name": enterprise.name, "tax_code": enterprise.tax_code, "vat_number": enterprise.vat_number,
            "pec": enterprise.pec,
        },
        "answers": {item.id: reading.answers[item.id] for _, item in reading.form.fields() if item.id in reading.answers},
        "requested_amount": money_text(amount.value) if amount.value is not None else None,
        **said_besides(application),
    }  # fmt: skip


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON (RFC 8785)."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()
