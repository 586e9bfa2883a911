"""The order of a closed click day as anyone recomputes it: the case of ``levante calls allocate``, without names."""

import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings

from levante.applications.models import Application
from levante.calls.api import OpeningLine, Submission, allocation_terms, counted_as
from levante.intake.api import IntakeLog, case_of


def case_of_day(log: IntakeLog, line: OpeningLine | None = None) -> dict[str, Any]:
    """What was received, in order, with the terms of the call. The log is closed, its opening and call are loaded.

    An enterprise is a mark that says the same of the same one in this log and nothing outside it, so that repetitions are
    recognised and nobody is.
    """
    opening = log.opening
    assert opening is not None
    received = Application.objects.filter(opening=opening, line=line, sealed_at__isnull=False, sequence__isnull=False)
    submissions, members = [], dict[str, list[str]]()
    for one in received.order_by("sequence").iterator(chunk_size=2000):
        assert one.number and one.submitted_at and one.sequence and one.frozen  # noqa: PT018 - what its state implies
        assert one.requested_amount is not None
        whose = counted_as(opening.call, opening, one.frozen["enterprise"]["tax_code"], one.answers)
        submissions.append(
            Submission(one.number, _mark(log.code, whose), one.submitted_at, one.sequence, one.requested_amount)
        )
        for code in one.frozen.get("reserves", ()):
            members.setdefault(code, []).append(one.number)
    return case_of(allocation_terms(opening, line, members=members, settled=False), submissions)


def _mark(code: str, whose: str) -> str:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"levante.intake.mark", sha256)
    return "e" + hmac.digest(key, f"{code}\n{whose}".encode(), sha256).hex()[:16]
