"""What a group lacks before its application is sent: members, answers to invitations, what each must say, limits of each."""

from collections.abc import Iterable
from typing import Any

from levante.applications.group import is_group, members_of, read_member, share_field_of, standing_members
from levante.applications.group_bond import bond_of
from levante.applications.models import Application, GroupMember
from levante.applications.models_group import INVITED
from levante.applications.reading import read_application
from levante.applications.requirements import NO, limits_standing
from levante.calls.api import Requirement, check_rules, enterprise_facts
from levante.kernel.api import Missing, today
from levante.kernel.pure import Bilingual

FIELD = "group"


def group_needed(application: Application) -> Iterable[Missing]:
    """At the sending. Nothing is asked of who applies alone where the call takes single firms."""
    applicants = application.opening.call.applicants
    if application.applicant_kind not in applicants["kinds"]:
        yield Missing(
            Bilingual("come fate domanda: il bando non prevede questo modo", "how you apply: not a way of this call"),
            FIELD,
        )
        return
    if not is_group(application):
        return
    yield from _how_many(application, applicants.get("members") or {})
    for member in members_of(application):
        name = member.enterprise.name
        if member.state == INVITED:
            yield Missing(
                Bilingual(f"la risposta di {name} all’invito", f"the answer of {name} to the invitation"), FIELD
            )
        elif member.is_standing and not member.is_lead:
            for problem in read_member(member).problems:
                yield Missing(Bilingual(f"{name}: {problem.sentence.it}", f"{name}: {problem.sentence.en}"), FIELD)
            yield from _limits(member)
    bond = bond_of(application)
    if bond is not None and bond.outcome == NO:
        yield Missing(Bilingual(f"{bond.text.it}: {bond.reason.it}", f"{bond.text.en}: {bond.reason.en}"), FIELD)
    yield from _owners(application)


def _how_many(application: Application, members: dict[str, Any]) -> Iterable[Missing]:
    count, least, most = len(standing_members(application)), int(members.get("least", 2)), members.get("most")
    if count < least:
        yield Missing(
            Bilingual(
                f"almeno {least} imprese nel gruppo: ora {count}",
                f"at least {least} firms in the group: now {count}",
            ),
            FIELD,
        )
    if most is not None and count > int(most):
        yield Missing(Bilingual(f"al massimo {most} imprese: ora {count}", f"at most {most} firms: now {count}"), FIELD)


def _limits(member: GroupMember) -> Iterable[Missing]:
    opening = member.application.opening
    answers = read_application(member.application).variables["answers"]
    for item in limits_standing(opening, member.enterprise, answers=answers, besides=member.application_id, on=today()):
        if item.outcome == NO:
            yield Missing(
                Bilingual(
                    f"{member.enterprise.name}: «{item.text.it}», {item.reason.it}",
                    f"{member.enterprise.name}: “{item.text.en}”, {item.reason.en}",
                ),
                FIELD,
            )


def _owners(application: Application) -> Iterable[Missing]:
    """Every cost is of a member, where somebody writes whose it is."""
    column = share_field_of(application)
    if column is None:
        return
    codes = {member.enterprise.tax_code for member in standing_members(application)}
    reading = read_application(application)
    for _, item in reading.form.fields():
        if item.kind != "group" or column not in {inner.id for inner in item.fields}:
            continue
        for number, row in enumerate(reading.answers.get(item.id) or [], 1):
            if row.get(column) not in codes:
                yield Missing(
                    Bilingual(
                        f"{item.label.it}, riga {number}: di quale impresa è la spesa",
                        f"{item.label.en}, row {number}: whose the cost is",
                    ),
                    FIELD,
                )


def member_requirements(member: GroupMember) -> list[Requirement]:
    """The requirements of each member, on its own facts and answers: told, as those of who applies."""
    rules = member.application.opening.call.applicants.get("member_rules") or []
    seen = read_member(member).variables
    facts = enterprise_facts(member.enterprise, on=today())
    return list(check_rules(rules, facts=facts, answers=seen["answers"], lists=seen["lists"]).requirements)
