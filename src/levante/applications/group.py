"""A group that applies: whose answers are whose, what each member lacks, how the money is divided among them.

The lead's answers are those of the application. Each other member answers the sections asked of each for itself; the rows of its
costs stand in the application under its tax code, so that amounts, ceilings and points see the costs of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from levante.applications.models import Application, GroupMember
from levante.applications.models_group import OPEN
from levante.calls.api import (
    Amount,
    Form,
    Problem,
    Reading,
    Section,
    divided,
    enterprise_facts,
    form_of,
    read_answers,
    seats_for_facts,
)
from levante.kernel.api import Actor, today
from levante.kernel.pure import money_text
from levante.parties.api import Enterprise

SINGLE = "single"
LEAD = {"it": "capofila", "en": "lead"}
PARTNER = {"it": "partner", "en": "partner"}


def is_group(application: Application) -> bool:
    return application.applicant_kind != SINGLE


def members_of(application: Application) -> list[GroupMember]:
    """Every member there was, the lead first; kept on the object. One query, none for who applies alone."""
    if not is_group(application):
        return []
    found = application.__dict__.get("_members")
    if found is None:
        rows = application.members.select_related("enterprise", "proxy").order_by("-is_lead", "position", "pk")
        rows = rows.prefetch_related(Prefetch("enterprise__seats", seats_for_facts(today())))
        rows = rows.prefetch_related("enterprise__accounts")
        found = application.__dict__["_members"] = list(rows)
    members: list[GroupMember] = found
    return members


def standing_members(application: Application) -> list[GroupMember]:
    """Those in the group, the lead first."""
    return [member for member in members_of(application) if member.is_standing]


def forget_members(application: Application) -> None:
    """What was kept of the members is read again."""
    for name in ("_members", "_reading"):
        application.__dict__.pop(name, None)


# -- answers


def share_field_of(application: Application) -> str | None:
    """The column that says whose a cost is."""
    found: str | None = application.opening.call.applicants.get("share_field")
    return found


def as_asked(application: Application, section: Section) -> Section:
    """A section as it is asked: whose a cost is nobody writes where each tells its own, or where there is one firm alone."""
    column = share_field_of(application)
    if column is None or (is_group(application) and not section.each):
        return section
    fields = (
        replace(item, fields=tuple(inner for inner in item.fields if inner.id != column))
        if item.kind == "group"
        else item
        for item in section.fields
    )
    return replace(section, fields=tuple(fields))


def answers_of_all(application: Application, form: Form) -> Mapping[str, Any]:
    """The answers of an application with those rows of its members that stand in it, each under its tax code.

    What was sent has them already: it is left as it is.
    """
    column = share_field_of(application)
    if column is None or application.frozen is not None:
        return application.answers
    own, alone = application.enterprise.tax_code, not is_group(application)
    partners = [member for member in standing_members(application) if not member.is_lead]
    answers = dict(application.answers)
    for section, item in form.fields():
        if item.kind != "group" or column not in {inner.id for inner in item.fields}:
            continue
        if section.each or alone:
            rows = [{**row, column: own} for row in _rows(answers, item.id) if row.get(column, own) == own]
            for member in partners:
                rows += [{**row, column: member.enterprise.tax_code} for row in _rows(member.answers, item.id)]
            if rows:
                answers[item.id] = rows
            else:
                answers.pop(item.id, None)
    return answers


def is_of_another(application: Application, problem: Problem) -> bool:
    """Is a problem in a row of another member, which that member mends? Its own part tells it (``read_member``)."""
    section = form_of(application.form).section(problem.section)
    if problem.row is None or section is None or not section.each:
        return False
    return problem.row >= len(_rows(application.answers, problem.field))


def _rows(answers: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = answers.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def read_member(member: GroupMember) -> Reading:
    """The sections asked of each member, read with one's own answers and facts."""
    application = member.application
    form = form_of(application.form).of_each_member()
    column, answers = share_field_of(application), dict(member.answers)
    if column is not None:
        for _, item in form.fields():
            if item.kind == "group" and column in {inner.id for inner in item.fields}:
                answers[item.id] = [
                    {**row, column: member.enterprise.tax_code} for row in _rows(answers, item.id)
                ] or None
    facts = enterprise_facts(member.enterprise, on=today())
    return read_answers(form, answers, facts, on=today())


# -- money


@dataclass(frozen=True, slots=True)
class MemberShare:
    """A member and its part of an amount; ``code`` is the tax code with which it was sent."""

    member: GroupMember
    amount: Decimal
    code: str


def shares_of_amount(application: Application, amount: Decimal) -> list[MemberShare]:
    """An amount among the members: of a draft by the answers of now, of what was sent in the proportions frozen with it.

    The parts of all those that were in the group when it was sent add up to the amount; who left keeps its place in the
    reckoning, and its part is nobody's.
    """
    if application.frozen is None:
        from levante.applications.reading import read_application  # which asks here whose rows are whose

        found = {member.enterprise.tax_code: member for member in standing_members(application)}
        rows = read_application(application).answers  # with what is reckoned row by row
    else:
        known = [row["enterprise"]["tax_code"] for row in application.frozen.get("members", [])]
        joined = [member for member in members_of(application) if member.joined_at]
        sent = codes_as_sent(application, [member.enterprise for member in joined])
        by_code = {sent[member.enterprise_id]: member for member in joined if member.enterprise_id in sent}
        found = {code: by_code[code] for code in known if code in by_code}
        rows = application.frozen["answers"]
    parts = _divided(application, amount, list(found), rows)
    return [MemberShare(member, parts[code], code) for code, member in found.items()]


def codes_as_sent(application: Application, firms: Iterable[Enterprise]) -> dict[int, str]:
    """By key of these firms of a group that was sent, the tax code with which each is among its members: its own, or, where two files were
    merged since, that of the one whose place it took (two firms of one group never become one). A query where one was, none otherwise."""
    members = [row["enterprise"]["tax_code"] for row in (application.frozen or {}).get("members") or []]
    found = {firm.pk: firm.tax_code for firm in firms}
    merged = [pk for pk, code in found.items() if code not in members]
    if merged:
        absorbed = Enterprise.objects.filter(merged_into__in=merged, tax_code__in=members).order_by("pk")
        taken = dict(absorbed.values_list("merged_into", "tax_code"))
        found |= {pk: taken.get(pk, "") for pk in merged}
    return {pk: code for pk, code in found.items() if code}


def _divided(
    application: Application, amount: Decimal, codes: Sequence[str], answers: Mapping[str, Any]
) -> dict[str, Decimal]:
    if not codes:
        return {}
    call = application.opening.call
    rows = answers.get(call.money.get("field", "")) or []
    return divided(amount, codes, money=call.money, rows=rows, by=share_field_of(application))


# -- what is said and frozen


def said_of_members(application: Application, amount: Amount) -> list[dict[str, Any]]:
    """What an application says of its members, for the document to be signed: who, which part, what each answered."""
    shares = shares_of_amount(application, amount.value or Decimal(0))
    return [
        {
            "name": share.member.enterprise.name,
            "tax_code": share.member.enterprise.tax_code,
            "lead": share.member.is_lead,
            "amount": money_text(share.amount),
            "answers": {} if share.member.is_lead else _own(share.member),
        }
        for share in shares
    ]


def _own(member: GroupMember) -> dict[str, Any]:
    return dict(read_member(member).answers)


def copy_of_members(
    application: Application, amount: Amount, copies: Mapping[int, dict[str, Any]], facts: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The members as they are frozen: the file of each, its facts, its answers, its part, how it entered."""
    return [
        {
            "enterprise": copies[share.member.enterprise_id],
            "facts": facts[share.member.enterprise_id],
            "lead": share.member.is_lead,
            "amount": money_text(share.amount),
            "answers": {} if share.member.is_lead else _own(share.member),
            "entered": share.member.state,
            "entered_at": share.member.joined_at.isoformat() if share.member.joined_at else None,
        }
        for share in shares_of_amount(application, amount.value or Decimal(0))
    ]


def firms_of(application: Application) -> list[Enterprise]:
    """The firms that apply: the enterprise, or the members in the group."""
    return [member.enterprise for member in standing_members(application)] or [application.enterprise]


@dataclass(frozen=True, slots=True)
class MemberTold:
    """A firm of a group as it is shown: its part, and what it still lacks (of a draft)."""

    member: GroupMember
    amount: Decimal
    missing: int = 0

    @property
    def is_complete(self) -> bool:
        return self.member.is_standing and not self.missing


def members_told(application: Application, amount: Decimal) -> list[MemberTold]:
    """Every firm of a group there was, with its part of an amount; of a draft, how much each lacks of its own answers."""
    parts = {share.member.pk: share.amount for share in shares_of_amount(application, amount)}
    found = []
    for member in members_of(application):
        member.application = application
        lacks = application.is_draft and member.is_standing and not member.is_lead
        missing = len(read_member(member).problems) if lacks else 0
        part = parts.get(member.pk, Decimal(0)) if member.is_standing else Decimal(0)
        found.append(MemberTold(member, part, missing))
    return found


def groups_entered(actor: Actor) -> "QuerySet[GroupMember]":
    """The groups led by others that the enterprise acted for is in, or is asked to enter."""
    rows = GroupMember.objects.visible_to(actor).filter(enterprise_id=actor.enterprise_id, is_lead=False)
    return (
        rows.filter(state__in=OPEN)
        .select_related(
            "enterprise", "application__opening__call__office", "application__form", "application__enterprise"
        )
        .order_by("-pk")
    )
