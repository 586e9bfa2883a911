"""Who may ask and how many times: the requirements of a call judged on a draft, and its limits on what stands already.

A requirement that is not met is told, and does not stop who sends: facts on file may be old, and the office decides. What
stops is what leaves nothing to decide: a limit that is reached, a ground of exclusion that who applies declares.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from levante.aid.api import lock_undertakings
from levante.applications import policies
from levante.applications.group import firms_of
from levante.applications.group_bond import bond_of
from levante.applications.models import Application, GroupMember
from levante.applications.models_group import STANDING
from levante.applications.reading import read_application
from levante.applications.states import GONE, SEALED, UNSENT
from levante.calls.api import (
    Check,
    Counted,
    Opening,
    Requirement,
    check_limits,
    check_rules,
    counted_each,
    enterprise_facts,
    limits_of,
    requirements_of,
)
from levante.kernel.api import Actor, Missing, day_of, note, require, service, today, unchanged
from levante.kernel.pure import Bilingual
from levante.parties.api import Enterprise, undertaking_of

NO = "no"


def requirements_standing(application: Application) -> Check:
    """Each requirement and each limit of the call, on the enterprise's file, on the answers and on what was said in the
    self-check; of a district or a supply chain, what binds its firms."""
    seen = read_application(application).variables
    found = check_rules(
        requirements_of(application.opening.call),
        facts=enterprise_facts(application.enterprise, on=today()),
        answers=seen["answers"],
        lists=seen["lists"],
        said=application.said,
    )
    limits = limits_standing(
        application.opening, application.enterprise, answers=seen["answers"], besides=application.pk, on=today()
    )
    bond = bond_of(application)
    return Check((*found.requirements, *([bond] if bond is not None else []), *limits))


def has_limits(opening: Opening) -> bool:
    """Is there something to count? One application for each enterprise is kept by the draft itself, unless the call or the
    opening sets limits of its own, or takes groups: a firm may be in one already."""
    return bool(opening.call.limits or opening.limits) or takes_groups(opening)


def takes_groups(opening: Opening) -> bool:
    return any(kind != "single" for kind in opening.call.applicants["kinds"])


def limits_standing(
    opening: Opening, enterprise: Enterprise, *, answers: Mapping[str, Any], on: date, besides: int | None = None,
    before: int | None = None,
) -> list[Requirement]:  # fmt: skip
    """One more application of an enterprise against the limits; ``besides`` is that very application, ``before`` its place
    once it was sent: of its opening those that came earlier count."""
    limits = limits_of(opening.call, opening)
    whole: frozenset[str] | None = frozenset({enterprise.tax_code})
    if any(limit["of"] == "undertaking" for limit in limits):
        whole = _undertaking(enterprise, on)
    one = Counted(enterprise.tax_code, opening.code, answers)
    others = _standing(opening, enterprise, whole, besides, before)
    return check_limits(limits, one, others, undertaking=whole)


def _undertaking(enterprise: Enterprise, on: date) -> frozenset[str] | None:
    """The tax codes that are one undertaking with the enterprise; ``None`` while an office must still say so."""
    found = undertaking_of(enterprise, on=on)
    return None if found["decision_required"] else frozenset({enterprise.tax_code, *found["undertaking"]})


def _standing(
    opening: Opening, enterprise: Enterprise, whole: frozenset[str] | None, besides: int | None, before: int | None
) -> list[Counted]:
    """What was sent to the call and counts, and what the enterprise itself has sealed (of others nobody knows). Where more may
    come than count, those of one enterprise in one opening count as many as count, and another of the applicant's in this
    opening takes the place of its own."""
    counting = ~Q(state__in=(*UNSENT, *GONE))
    if before is None and opening.call.is_sealed:
        counting |= Q(state=SEALED, enterprise=enterprise)
    rows = Application.objects.filter(counting, opening__call=opening.call, over_limit="")
    if before is not None:
        rows = rows.exclude(opening=opening, sequence__gte=before)
    if whole is not None:
        rows = rows.filter(enterprise__tax_code__in=whole)
    if besides is not None:
        rows = rows.exclude(pk=besides)
    found = list(rows.order_by("sequence").values_list("enterprise__tax_code", "opening__code", "answers"))
    if takes_groups(opening):
        found += _as_members(opening, whole, besides, before)
    repeat = opening.call.repeat
    # In the order of the log the first of a firm's counts, whoever leads it: nothing takes its place.
    if repeat == "refused" or (before is not None and repeat == "first_counts" and takes_groups(opening)):
        return [Counted(*row) for row in found]
    counted, most = [], counted_each(opening.call, opening)
    seen: dict[tuple[str, str], int] = {}
    for code, where, answers in found:
        if (code, where) == (enterprise.tax_code, opening.code):
            continue
        seen[code, where] = seen.get((code, where), 0) + 1
        if seen[code, where] <= most:
            counted.append(Counted(code, where, answers))
    return counted


def _as_members(
    opening: Opening, whole: frozenset[str] | None, besides: int | None, before: int | None
) -> list[tuple[str, str, Any]]:
    """Those sent by groups that these firms are in: each counts for each of its firms."""
    rows = GroupMember.objects.filter(
        application__opening__call=opening.call, application__over_limit="", state__in=STANDING, is_lead=False
    ).exclude(application__state__in=(*UNSENT, *GONE))
    if before is not None:
        rows = rows.exclude(application__opening=opening, application__sequence__gte=before)
    if whole is not None:
        rows = rows.filter(enterprise__tax_code__in=whole)
    if besides is not None:
        rows = rows.exclude(application=besides)
    values = rows.order_by("application__sequence", "pk")
    return list(values.values_list("enterprise__tax_code", "application__opening__code", "application__answers"))


def limits_of_sent(application: Application) -> Iterator[tuple[Enterprise, Requirement]]:
    """What was sent against the limits of its call, for each of its firms, on the day it was sent; nothing where there are
    none to count."""
    opening = application.opening
    if not has_limits(opening) or application.submitted_at is None:
        return
    on, answers = day_of(application.submitted_at), {}
    if any(limit.get("by") for limit in limits_of(opening.call, opening)):
        answers = read_application(application).variables["answers"]
    for firm in firms_of(application):
        for item in limits_standing(
            opening, firm, answers=answers, on=on, besides=application.pk, before=application.sequence
        ):
            yield firm, item


def hold_call(opening: Opening) -> None:
    """Two openings of a call never judge their limits together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [opening.call_id % 2**31])


def hold_limits(application: Application) -> None:
    """Who sends under limits waits for the others that they count together: two never pass where one may."""
    opening, firms = application.opening, firms_of(application)
    if not has_limits(opening):
        return
    with connection.cursor() as cursor:
        for firm in sorted(firm.pk for firm in firms):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [opening.call_id % 2**31, firm % 2**31])
    if any(limit["of"] == "undertaking" for limit in limits_of(opening.call, opening)):
        lock_undertakings(firms, on=today())


def limits_needed(application: Application) -> Iterable[Missing]:
    """At the sending: no limit is passed. Nothing is asked where the call sets none of its own."""
    if not has_limits(application.opening):
        return
    answers = read_application(application).variables["answers"]
    for item in limits_standing(
        application.opening, application.enterprise, answers=answers, besides=application.pk, on=today()
    ):
        if item.outcome == NO:
            yield _as_missing(item)


def exclusions_needed(application: Application) -> Iterable[Missing]:
    """At the sending: no ground of exclusion that the call names is declared (D.Lgs. 184/2025)."""
    call = application.opening.call
    if not call.exclusions:
        return
    seen = read_application(application).variables
    own = {rule["code"] for rule in call.eligibility}
    grounds = [rule for rule in requirements_of(call) if rule["code"] not in own]
    check = check_rules(
        grounds, facts=seen["facts"], answers=seen["answers"], lists=seen["lists"], said=application.said
    )
    for item in check.obstacles:
        yield _as_missing(item)


def _as_missing(item: Requirement) -> Missing:
    return Missing(
        Bilingual(f"«{item.text.it}»: {item.reason.it}", f"“{item.text.en}”: {item.reason.en}"), "requirements"
    )


@service("applications.keep_self_check")
def keep_self_check(*, actor: Actor, application: Application, said: Mapping[str, str]) -> Application:
    """Keep in a draft what was answered in the self-check, so that it is not asked again: only because somebody asks to."""
    current = (
        Application.objects.select_for_update(of=("self",))
        .select_related("opening__call", "form")
        .get(pk=application.pk)
    )
    require(policies.may_write(actor, current))
    asked = {rule["code"] for rule in requirements_of(current.opening.call) if rule.get("ask")}
    kept = {**current.said, **{code: value for code, value in said.items() if code in asked and value in {"yes", "no"}}}
    if kept == current.said:
        return unchanged(current)
    current.said = kept
    current.save(update_fields=["said"])
    application.said = kept
    note(codes=sorted(set(kept)))
    return current
