"""The order of a closed click day as anyone recomputes it: the case of ``levante calls allocate``, without names."""

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.json import KT

from levante.applications.models import Application
from levante.calls.api import OpeningLine, Submission, allocation_terms, counted_as
from levante.intake.api import IntakeLog, case_reserve, case_submission, case_terms

#: Rows read at a time: a copy of what was sent may be large.
_STEP = 500


def written_case(log: IntakeLog, line: OpeningLine | None = None) -> Iterator[str]:
    """What was received, in order, with the terms of the call, as JSON, piece by piece: a day of any size takes no memory. The
    log is closed, its opening and call are loaded.

    An enterprise is a mark that says the same of the same one in this log and nothing outside it, so that repetitions are
    recognised and nobody is.
    """
    opening = log.opening
    assert opening is not None
    received = Application.objects.filter(opening=opening, line=line, sealed_at__isnull=False, sequence__isnull=False)
    terms = allocation_terms(opening, line, members={}, settled=False)
    yield _open(case_terms(terms)) + ', "submissions": ['
    separator = "\n"
    for one in _submissions(log, received):
        yield separator + json.dumps(case_submission(one), ensure_ascii=False)
        separator = ",\n"
    yield "\n]"
    between = ', "reserves": [\n'
    for reserve in terms.reserves:
        yield between + _open(case_reserve(reserve)) + ', "members": ['
        separator = "\n"
        members = received.filter(frozen__reserves__contains=reserve.id).order_by("sequence")
        for number in members.values_list("number", flat=True).iterator(chunk_size=_STEP):
            yield separator + json.dumps(number)
            separator = ",\n"
        yield "\n]}"
        between = ",\n"
    yield ("\n]" if terms.reserves else "") + "}\n"


def _open(head: dict[str, object]) -> str:
    return json.dumps(head, ensure_ascii=False).removesuffix("}")


def _submissions(log: IntakeLog, received: "QuerySet[Application]") -> Iterator[Submission]:
    opening = log.opening
    assert opening is not None
    key = hmac.digest(settings.SECRET_KEY.encode(), b"levante.intake.mark", sha256)
    rows = received.order_by("sequence").annotate(tax_code=KT("frozen__enterprise__tax_code"))
    wanted = ("number", "tax_code", "answers", "submitted_at", "sequence", "requested_amount")
    for number, tax_code, answers, at, sequence, amount in rows.values_list(*wanted).iterator(chunk_size=_STEP):
        whose = counted_as(opening.call, opening, tax_code, answers)
        mark = "e" + hmac.digest(key, f"{log.code}\n{whose}".encode(), sha256).hex()[:16]
        yield Submission(number, mark, at, sequence, amount)
