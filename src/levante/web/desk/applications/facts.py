"""What an officer reads of an application beside its form: facts and checks as they are today, each with outcome and source."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from levante.aid.api import Reservation, quarantine_of, reservations_of
from levante.applications.api import Application, bond_of, firms_of, is_group, limits_of_sent
from levante.calls.api import Requirement, check_rules, requirements_of
from levante.grants.api import checks_of, closed_reservations, firm_of, lapsed_of
from levante.kernel.api import Actor, today
from levante.kernel.pure import format_euro, reads_english
from levante.parties.api import Enterprise, with_names
from levante.web.templatetags.levante import day_format, norm


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its outcome in words and colour, its source, and its reasons."""

    title: str
    value: str
    tone: str
    outcome: str
    source: str
    steps: Any
    url: str = ""


def facts_of(actor: Actor, shown: Application) -> list[Fact]:
    """Size, single undertaking, de minimis and requirements as they are today, each with its outcome and source."""
    amount = shown.admitted_amount or shown.requested_amount or Decimal(0)
    standing = [award for award in shown.awards.all() if award.reservation_id and award.state != "cancelled"]
    without = standing[-1].reservation if standing else None
    found = checks_of(shown, amount=amount, on=today(), without=without)
    firms = list(Enterprise.objects.filter(tax_code__in=found["position"]["undertaking"]))
    found["size"]["steps"] = with_names(found["size"]["steps"], firms, actor=actor)
    position = found["position"]
    position["steps"] = with_names(position["steps"], firms, actor=actor)
    position["decision_required"] = with_names(position["decision_required"], actor=actor)
    told = [_size(shown, found), _undertaking(found, firms), _headroom(actor, found, amount)]
    return [*told, *_lapsed(shown), *_requirements(shown, found), *_limits(shown)]


def _size(shown: Application, found: dict[str, Any]) -> Fact:
    names = {
        "micro": gettext("micro"),
        "small": gettext("small"),
        "medium": gettext("medium"),
        "large": gettext("large"),
    }
    size = found["size"]["size"]
    sent = ((shown.frozen or {}).get("facts") or {}).get("size")
    if size is None:
        missing = found["size"].get("missing") or {}
        english = reads_english(get_language())
        text = missing.get("en" if english else "it", "")
        return Fact(gettext("Size"), text, "attention", gettext("cannot be established"), gettext("our data"), [])
    tone, outcome = "done", gettext("micro, small or medium-sized")
    if size == "large":
        tone, outcome = "refused", gettext("not an SME")
    elif sent and sent != size:
        tone, outcome = (
            "attention",
            gettext("changed since it was sent (it was: %(size)s)") % {"size": names.get(sent, sent)},
        )
    source = gettext("accounts and links on file, today")
    return Fact(gettext("Size"), names[size], tone, outcome, source, found["size"]["steps"])


def _undertaking(found: dict[str, Any], firms: list[Enterprise]) -> Fact:
    position = found["position"]
    members = position["undertaking"]
    names = {one.tax_code: one.name for one in firms}
    value = ", ".join(names.get(code, code) for code in members)
    doubts = position["decision_required"]
    if doubts:
        english = reads_english(get_language())
        text = doubts[0]["question_en" if english else "question"]
        return Fact(
            gettext("Single undertaking"), text, "attention", gettext("a decision is required"), "", [], "desk:aid"
        )
    outcome = (
        gettext("alone") if len(members) == 1 else gettext("%(count)d enterprises together") % {"count": len(members)}
    )
    return Fact(gettext("Single undertaking"), value, "done", outcome, gettext("links on file, today"), [])


def _headroom(actor: Actor, found: dict[str, Any], amount: Decimal) -> Fact:
    """Does it fit: counting all, as the law wants. How much is left is not told while some of it is reserved for other files
    that do not open to who reads: the difference would be their amount."""
    language = get_language() or "it"
    position = found["position"]
    value = gettext("%(residual)s left of %(ceiling)s; %(amount)s asked") % {
        "residual": format_euro(Decimal(position["residual"]), language),
        "ceiling": format_euro(Decimal(position["ceiling"]), language),
        "amount": format_euro(amount, language),
    }
    steps = position["steps"]
    held = (
        reservations_of(position["undertaking"])
        .filter(state=Reservation.RESERVED)
        .order_by()
        .values_list("pk", flat=True)
    )
    if closed_reservations(actor, list(held)):
        steps = []
        value = gettext(
            "%(amount)s asked; how much is left is not told: some of it is reserved for files that do not open to you"
        ) % {"amount": format_euro(amount, language)}
    tone, outcome = ("done", gettext("fits")) if position["admissible"] else ("refused", gettext("does not fit"))
    if position["admissible"] is None:
        tone, outcome = "attention", gettext("a decision is required")
    if quarantine_of(position["undertaking"]).exists():
        tone = "attention" if tone == "done" else tone
        outcome = gettext("%(outcome)s, but lines of the RNA wait in quarantine") % {"outcome": outcome}
    return Fact(
        gettext("De minimis"),
        value,
        tone,
        outcome,
        gettext("RNA open data and our acts, today"),
        steps,
        "desk:aid",
    )


def _requirements(shown: Application, found: dict[str, Any]) -> list[Fact]:
    english = reads_english(get_language())
    key = "en" if english else "it"
    said = check_rules(requirements_of(shown.opening.call), facts={}).requirements
    declared = {item.code for item in said if item.question is not None}
    facts = []
    for item in found["requirements"]:
        tone, outcome = {
            "yes": ("done", gettext("met")),
            "no": ("refused", gettext("not met")),
        }.get(item["outcome"], ("waiting", gettext("declared, to be checked")))
        source = gettext("declared in the application") if item["code"] in declared else gettext("our data")
        facts.append(Fact(item["text"][key], item["reference"], tone, outcome, source, []))
    return facts


def _lapsed(shown: Application) -> list[Fact]:
    """What was declared to hold until a day that is past today, of each firm."""
    language = get_language() or "it"
    facts = []
    for enterprise in firms_of(shown):
        for one in lapsed_of(shown, firm_of(shown, enterprise), on=today()):
            label = one.label.in_language(language)
            title = f"{enterprise.name}: {label}" if is_group(shown) else label
            why = one.ground.in_language(language) if one.ground else ""
            source = (
                f"{why} ({norm(one.reference)})"
                if why and one.reference
                else why or gettext("declared in the application")
            )
            facts.append(
                Fact(title, date_format(one.day, day_format()), "attention", gettext("it has expired"), source, [])
            )
    return facts


def _limits(shown: Application) -> list[Fact]:
    """What binds the firms of a district or a supply chain, as it is on file today; the limits of the call, on what was sent
    before: each once, with the firm (or firms) it is told of."""
    language = get_language() or "it"
    bond = bond_of(shown)
    told: dict[str, list[tuple[Enterprise | None, Requirement]]] = {"": [(None, bond)]} if bond is not None else {}
    for firm, item in limits_of_sent(shown):
        told.setdefault(item.code, []).append((firm, item))
    facts = []
    for rows in told.values():
        outcome = next((one for one in ("no", "unknown") if any(item.outcome == one for _, item in rows)), "yes")
        tone, words = {
            "yes": ("done", gettext("met")),
            "no": ("refused", gettext("not met")),
        }.get(outcome, ("waiting", gettext("to be checked")))
        reasons: dict[str, list[str]] = {}
        for firm, item in rows:
            names = reasons.setdefault(item.reason.in_language(language), [])
            if firm is not None:
                names.append(firm.name)
        if len(reasons) == 1 and len(rows) > 1:
            value = gettext("each firm: %(reason)s") % {"reason": next(iter(reasons))}
        else:
            value = "; ".join(f"{', '.join(names)}: {why}" if names else why for why, names in reasons.items())
        facts.append(Fact(rows[0][1].text.in_language(language), value, tone, words, gettext("our data"), []))
    return facts
