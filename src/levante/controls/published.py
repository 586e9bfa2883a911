"""What is published of an award with what became of it: paid, come back, with what result (artt. 26-27 D.Lgs. 33/2013)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from levante.aid.api import within_years
from levante.claims.api import Claim, Reached, reached_of
from levante.claims.api import states as claim_states
from levante.controls import states
from levante.controls.models import Recovery
from levante.grants.api import Award, publication_of, published_awards
from levante.kernel.api import today
from levante.kernel.pure import ZERO, money_text

#: Awards whose outcomes are read together.
_BATCH = 500


def public_awards(*, on: date | None = None) -> "QuerySet[Award]":
    """Those to be published on a day (today unless told): for the years of art. 8(3) of D.Lgs. 33/2013, and as long as the act of award has
    its effects: until its last claim is paid or nothing is due of it, or it is revoked, and nothing is to be given back. Then the data are
    given to who asks (art. 5)."""
    mine = Claim.objects.filter(award=OuterRef("pk"))
    over = mine.filter(
        Q(state=claim_states.PAID) | Q(state=claim_states.ASSESSED, due=0), mode__in=claim_states.LAST_MODES
    )
    owed = Recovery.objects.filter(award=OuterRef("pk"), state__in=states.OWING)
    lasting = Q(state="effective") & ~Exists(over) | Exists(owed)
    return published_awards().filter(within_years(on=on or today(), day="act__act_date") | lasting)


def published_rows(awards: Iterable[Award]) -> Iterator[dict[str, Any]]:
    """Each as ``publication_of`` says it, with ``paid``, ``recovered`` (capital) and ``results``; euro, gross. Four queries for all."""
    rows = list(awards)
    paid, back, reached = _paid(rows), _recovered(rows), reached_of(rows)
    for award in rows:
        yield {
            **publication_of(award),
            "paid": paid.get(award.pk, ZERO),
            "recovered": back.get(award.pk, ZERO),
            "results": [_result(one) for one in reached.get(award.pk, [])],
        }


def every_published_row() -> Iterator[dict[str, Any]]:
    """All of them, the oldest first, some hundreds at a time: so many queries each, whatever the number before."""
    last, wanted = 0, public_awards()
    while rows := list(wanted.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield from published_rows(rows)
        last = rows[-1].pk


def recovered_of(awards: Iterable[Award]) -> dict[int, Any]:
    """Capital that came back of some awards, by their id. One query."""
    return _recovered(list(awards))


def _paid(awards: list[Award]) -> dict[int, Any]:
    rows = Claim.objects.filter(award__in=awards, paid__gt=0).order_by()
    return dict(rows.values_list("award").annotate(total=Sum("paid")))


def _recovered(awards: list[Award]) -> dict[int, Any]:
    rows = Recovery.objects.filter(award__in=awards).order_by()
    return dict(rows.values_list("award").annotate(total=Sum("capital_in")))


def _result(one: Reached) -> dict[str, Any]:
    return {
        "code": one.code, "kind": one.kind, "it": one.text.it, "en": one.text.en, "when": one.moment.as_json(),
        "promised": one.promised.as_json() if one.promised else None,
        "reached": one.reached.as_json() if one.reached else None,
        "reached_number": money_text(one.number) if one.number is not None else None,
        "told_on": one.told_on, "standing": one.standing.as_json(),
    }  # fmt: skip
