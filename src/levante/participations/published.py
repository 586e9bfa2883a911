"""Aid in kind that is published: the places of initiatives that are aid, with their value, act and COR (artt. 26-27 D.Lgs. 33/2013)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    DecimalField,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from levante.aid.api import AidRecord, below_threshold, is_person, of_persons, within_years
from levante.grants.api import BELOW, HARDSHIP, UNNAMED
from levante.initiatives.api import states as initiative_states
from levante.kernel.api import today
from levante.kernel.pure import ZERO, Bilingual
from levante.participations import states
from levante.participations.models import AidChange, Participation

#: Rows read together, whatever the number.
_BATCH = 500
_MONEY: Any = DecimalField(max_digits=15, decimal_places=2)


def published_places(*, on: date | None = None) -> "QuerySet[Participation]":
    """Places granted as aid, in force or taken back since, to be published on a day (today unless told) for the years of art. 8(3).

    Each with ``value_granted`` (euro, gross grant equivalent: what the acts granted, further ones included), ``value_now`` (what of it is
    in force) and ``unnamed_for``, as an award has it."""
    more = AidChange.objects.filter(participation=OuterRef("pk"), aid__isnull=False).order_by().values("participation")
    granted = more.annotate(total=Sum("aid__granted_gge")).values("total")
    in_force = more.filter(aid__annulled_on__isnull=True).annotate(total=Sum("aid__gge")).values("total")
    protected = Q(application__opening__call__applicants__unnamed_persons=True) & of_persons()
    return (
        Participation.objects.filter(aid__isnull=False)
        .filter(within_years(on=on or today(), day="aid__granted_on"))
        .annotate(
            value_granted=F("aid__granted_gge") + Coalesce(Subquery(granted), Value(ZERO), output_field=_MONEY),
            value_now=Case(When(aid__annulled_on__isnull=True, then=F("aid__gge")), default=Value(ZERO), output_field=_MONEY)
            + Coalesce(Subquery(in_force), Value(ZERO), output_field=_MONEY),
            unnamed_for=Case(
                When(protected, then=Value(HARDSHIP)), When(below_threshold(), then=Value(BELOW)), default=Value(""),
                output_field=CharField(),
            ),
        )
        .select_related(
            "aid", "enterprise", "interest", "application", "selection__initiative__lead_office", "selection__aid_act",
            "selection__decided_by",
        )
        .prefetch_related(Prefetch("aid_changes", AidChange.objects.filter(aid__isnull=False).select_related("aid")))
    )  # fmt: skip


def naming_place(words: str) -> Q:
    """Those whose published name or initiative holds some words: a name that is not published is not found."""
    titles = Q(selection__initiative__title_it__icontains=words) | Q(selection__initiative__title_en__icontains=words)
    return Q(enterprise__name__icontains=words, unnamed_for="") | titles


def unnamed_place(row: Participation) -> Bilingual | None:
    """How who has a place is called instead of by its name; none where the name is published."""
    return UNNAMED.get(row.unnamed_for)  # type: ignore[attr-defined]


def place_published(row: Participation) -> dict[str, Any]:
    """The row of a place (art. 27(1), letters a-f), of ``published_places``: plain values; both languages where the words are ours."""
    selection, aid, firm = row.selection, row.aid, row.enterprise
    assert aid is not None
    initiative, instead = selection.initiative, unnamed_place(row)
    granted, now = row.value_granted, row.value_now  # type: ignore[attr-defined]
    request = row.interest.number if row.interest is not None else row.application.number if row.application else None
    decided_by = selection.decided_by
    return {
        "id": row.pk,
        "initiative": initiative.code,
        "initiative_url": f"{settings.SITE_URL}/fiere/{initiative.code}/"
        if initiative.state in initiative_states.PUBLIC
        else None,
        "title": {"it": initiative.title_it, "en": initiative.title_en},
        "beneficiary": firm.name if instead is None else instead.it,
        "tax_code": None if is_person(firm.tax_code) else firm.tax_code,
        "value": now,
        "value_granted": granted,
        "state": "in_force" if now == granted else "reduced" if now else "taken_back",
        "legal_basis": list(filter(None, [aid.regulation_text or REGULATION, _decision(selection)])),
        "reckoned": selection.aid_reason,
        "office": {
            "code": initiative.lead_office.code,
            "it": initiative.lead_office.name_it,
            "en": initiative.lead_office.name_en,
        },
        "responsible": (decided_by.get_full_name() or None) if decided_by is not None else None,
        "selection": {"code": selection.method, **states.METHODS[selection.method].as_json()},
        "project": request,
        "act": aid.act,
        "granted_on": aid.granted_on,
        "cor": (aid.cor or None) if instead is None else None,
        "further": [_further(one.aid, instead is None) for one in row.aid_changes.all()],
        "result": states.STATES[row.state].as_json(),
        "demonstration": firm.is_demo or initiative.demonstration,
    }


def _further(aid: AidRecord, named: bool) -> dict[str, Any]:
    return {
        "cor": (aid.cor or None) if named else None,
        "act": aid.act,
        "granted_on": aid.granted_on,
        "value_granted": aid.granted_gge,
    }


#: On which the value of a place is granted.
REGULATION = "Reg. (UE) 2023/2831 (de minimis)"


def _decision(selection: Any) -> str:
    act = selection.aid_act
    return f"{act.title_it}, n. {act.number} del {act.adopted_on:%d/%m/%Y}" if act is not None else ""


def published_place_rows(rows: Iterable[Participation]) -> Iterator[dict[str, Any]]:
    """Each as ``place_published`` says it."""
    return map(place_published, rows)


def every_published_place() -> Iterator[dict[str, Any]]:
    """All of them, the oldest first, some hundreds at a time."""
    last, wanted = 0, published_places()
    while rows := list(wanted.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield from published_place_rows(rows)
        last = rows[-1].pk
