"""What follows from the facts: the cases that the rules of law answer, and their answers for an enterprise on a day.

Enterprises are named in a case by their tax code, people by a number (``naming``); other holders by a name that people
recognise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from levante.law import doors
from levante.parties.models import Account, Enterprise, Institution, OwnershipLink
from levante.parties.naming import person_in_case

Case = dict[str, Any]

#: A network larger than this is not a group to be shown or reckoned: it is a mistake in the data.
LARGEST_NETWORK = 5000

#: The enterprises one step away from those of ``reached``, by links of any time and kind: held, holding, or held by the
#: same holder.
NEAR = """
  SELECT near.id FROM reached JOIN LATERAL (
    SELECT a.holder_enterprise_id AS id FROM parties_ownershiplink a
     WHERE a.owned_id = reached.id AND a.holder_enterprise_id IS NOT NULL
    UNION ALL
    SELECT a.owned_id FROM parties_ownershiplink a WHERE a.holder_enterprise_id = reached.id
    UNION ALL
    SELECT b.owned_id FROM parties_ownershiplink a JOIN parties_ownershiplink b ON b.holder_person_id = a.holder_person_id
     WHERE a.owned_id = reached.id
    UNION ALL
    SELECT b.owned_id FROM parties_ownershiplink a
      JOIN parties_ownershiplink b ON b.holder_institution_id = a.holder_institution_id
     WHERE a.owned_id = reached.id
    UNION ALL
    SELECT b.owned_id FROM parties_ownershiplink a
      JOIN parties_ownershiplink b ON b.holder_abroad = a.holder_abroad AND b.holder_country_id = a.holder_country_id
     WHERE a.owned_id = reached.id AND a.holder_abroad <> ''
  ) near ON true
"""
_NETWORK = f"""
WITH RECURSIVE reached(id) AS (
  SELECT %s::bigint
  UNION {NEAR}
)
SELECT id FROM reached LIMIT %s
"""  # noqa: S608 - constants


def network_of(enterprise: Enterprise) -> list[Enterprise]:
    """Every enterprise that links of any time and kind tie to this one, itself first; two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_NETWORK, [enterprise.pk, LARGEST_NETWORK])
        ids = [row[0] for row in cursor.fetchall()]
    found = Enterprise.objects.filter(pk__in=ids).order_by("tax_code")
    return sorted(found, key=lambda one: one.pk != enterprise.pk)


@dataclass(frozen=True, slots=True)
class Ties:
    """An enterprise's network with its links: asked once, it serves the size and the single undertaking alike."""

    network: list[Enterprise]
    links: list[OwnershipLink]


def ties_of(enterprise: Enterprise) -> Ties:
    """Its network and its links, of any time; three queries."""
    network = network_of(enterprise)
    return Ties(network, links_among(network))


def links_among(enterprises: Iterable[Enterprise]) -> list[OwnershipLink]:
    """The links whose held enterprise is one of these, with their holders; one query."""
    held = [one.pk for one in enterprises]
    return list(
        OwnershipLink.objects.filter(owned__in=held)
        .select_related("owned", "holder_enterprise", "holder_person", "holder_institution")
        .order_by("id")
    )


def undertaking_case(enterprise: Enterprise, *, on: date, ties: Ties | None = None) -> Case:
    """The part of the ``de-minimis`` case that parties know: ``{on, applicant, enterprises, links}``.

    Links keep their dates: an aid of the past may ask who was together then. A file merged into another was the same
    enterprise under another code: aid written on that code is the survivor's, so the code is there, wholly held.
    """
    ties = ties or ties_of(enterprise)
    network = ties.network
    absorbed = list(
        Enterprise.objects.filter(merged_into__in=network)
        .order_by("tax_code")
        .values_list("tax_code", "merged_into__tax_code")
    )
    return {
        "on": on.isoformat(),
        "applicant": enterprise.tax_code,
        "enterprises": [one.tax_code for one in network] + [code for code, _ in absorbed],
        "links": [_control_link(link) for link in ties.links]
        + [{"from": survivor, "to": code, "kind": "votes", "share": "100"} for code, survivor in absorbed],
    }


def size_case(enterprise: Enterprise, *, on: date, ties: Ties | None = None) -> Case:
    """The ``sme-size`` case of an enterprise: its network, accounts, holders, and the links in force that day.

    Accounts are those closed before that day: approved ones, or the estimates of a firm that has no others.
    """
    ties = ties or ties_of(enterprise)
    network = ties.network
    in_force = [link for link in ties.links if link.until is None or link.until >= on]
    accounts = _accounts(network, on)
    bodies: dict[str, Case] = {}
    for one in network:
        bodies[one.tax_code] = {"accounts": accounts.get(one.pk, [])}
        if one.founded_on is not None and one.founded_on <= on:
            bodies[one.tax_code]["founded_on"] = one.founded_on.isoformat()
    for link in in_force:
        if link.holder_institution is not None:
            bodies.setdefault(holder_id(link), {"accounts": [], "kind": _kind_in_law(link.holder_institution)})
        elif link.holder_abroad:
            bodies.setdefault(holder_id(link), {"accounts": []})
    return {
        "on": on.isoformat(),
        "enterprise": enterprise.tax_code,
        "enterprises": bodies,
        "links": [_size_link(link) for link in in_force],
    }


def size_of(enterprise: Enterprise, *, on: date, ties: Ties | None = None) -> Case:
    """The size on a day, as the door ``sme-size`` answers, with ``steps``.

    When it cannot be established ``size`` is ``None`` and ``missing`` says why, in both languages.
    """
    case = size_case(enterprise, on=on, ties=ties)
    try:
        return doors.load("sme-size")(doors.Reader(case))
    except doors.BadCase as error:
        return {"size": None, "missing": {"it": error.message_it, "en": error.message_en}, "steps": []}


def undertaking_of(enterprise: Enterprise, *, on: date, ties: Ties | None = None) -> Case:
    """Who is one undertaking with the enterprise on a day, with the steps, as the door ``de-minimis`` answers without
    any aid: ``{undertaking, decision_required, steps}``."""
    answer = doors.load("de-minimis")(doors.Reader(undertaking_case(enterprise, on=on, ties=ties)))
    return {
        "undertaking": answer["undertaking"],
        "decision_required": answer["decision_required"],
        "steps": answer["steps"],
    }


def holder_id(link: OwnershipLink) -> str:
    """How a case names the holder of a link."""
    if link.holder_enterprise is not None:
        return link.holder_enterprise.tax_code
    if link.holder_person is not None:
        return person_in_case(link.holder_person.pk)
    if link.holder_institution is not None:
        return f"{link.holder_institution.name} (#{link.holder_institution_id})"
    return f"{link.holder_abroad} ({link.holder_country_id})"


def _control_link(link: OwnershipLink) -> Case:
    case: Case = {
        "from": holder_id(link),
        "to": link.owned.tax_code,
        "kind": "votes" if link.kind == OwnershipLink.PARTICIPATION else link.kind,
        "person": _holder_kind(link),
    }
    if link.kind == OwnershipLink.PARTICIPATION:
        # Without the votes the capital stands for them: most companies have one vote a share.
        case["share"] = _percent(link.votes if link.votes is not None else link.capital)
    return case | _common(link)


def _size_link(link: OwnershipLink) -> Case:
    person = _holder_kind(link)
    if link.holder_institution is not None and _kind_in_law(link.holder_institution) != "public_body":
        # A university is a public body for the single undertaking, and for the size what art. 3(2) says it is.
        person = "enterprise"
    case: Case = {"from": holder_id(link), "to": link.owned.tax_code, "person": person}
    if link.capital is not None:
        case["capital"] = _percent(link.capital)
    if link.votes is not None:
        case["votes"] = _percent(link.votes)
    if link.kind != OwnershipLink.PARTICIPATION:
        case["control"] = True
    common = _common(link)
    common.pop("until", None)
    return case | common


def _common(link: OwnershipLink) -> Case:
    found: Case = {}
    if link.same_market is not None:
        found["same_market"] = link.same_market
    if link.since is not None:
        found["since"] = link.since.isoformat()
    if link.until is not None:
        found["until"] = link.until.isoformat()
    return found


def _holder_kind(link: OwnershipLink) -> str:
    if link.holder_person_id is not None:
        return "natural"
    if link.holder_institution is not None:
        kind = link.holder_institution.kind
        return "public_body" if kind in _PUBLIC else "enterprise"
    return "foreign_enterprise" if link.holder_abroad else "enterprise"


#: A chamber of commerce is a public body (L. 580/1993 art. 1), and so are universities and local authorities here.
_PUBLIC = ("public_body", "university", "local_authority", "chamber")


def _kind_in_law(institution: Institution) -> str:
    if institution.kind in Institution.KINDS_IN_LAW:
        return institution.kind
    return "public_body" if institution.kind in _PUBLIC else "enterprise"


def _accounts(network: list[Enterprise], on: date) -> dict[int, list[Case]]:
    found: dict[int, list[Case]] = {}
    rows = Account.objects.filter(enterprise__in=network, year__lt=on.year).order_by("enterprise", "year")
    approved = {row.enterprise_id for row in rows if row.approved}
    for row in rows:
        if row.approved or row.enterprise_id not in approved:
            found.setdefault(row.enterprise_id, []).append(row.as_case())
    missing = [one.pk for one in network if one.pk not in found]
    # A firm in its first year has only the estimate of the year under way (annex to Rec. 2003/361, art. 4(3)).
    for row in Account.objects.filter(enterprise__in=missing, year=on.year).order_by("enterprise"):
        found[row.enterprise_id] = [row.as_case()]
    return found


def _percent(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"
