"""The single undertaking of the de minimis rules (Reg. (EU) 2023/2831, art. 2(2)): who is one with the applicant.

Not the graph of the SME definition: here capital does not matter, votes and control do, and partners do not exist.
Enterprises are joined by a majority of votes, by the right to appoint the majority of a board, by a dominant influence,
by a shareholders' agreement, and by any chain of these. A group votes together: what its members hold in a third
enterprise is added up. Explained in ``docs/algorithms/single-undertaking.md``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from levante.kernel.pure import Bilingual, Step, step
from levante.law import parameters
from levante.law.control_groups import Groups, JointMajorities, JointMajority
from levante.law.wording import plain_number, the_percent

LinkKind = Literal["votes", "appointment", "dominant_influence", "agreement"]
Holder = Literal["enterprise", "natural", "public_body", "foreign_enterprise"]
LINK_KINDS: tuple[LinkKind, ...] = ("votes", "appointment", "dominant_influence", "agreement")
HOLDERS: tuple[Holder, ...] = ("enterprise", "natural", "public_body", "foreign_enterprise")

_KIND_TEXTS: dict[str, Bilingual] = {
    "appointment": Bilingual(
        "nomina o revoca la maggioranza degli organi di", "appoints or removes most of the board of"
    ),
    "dominant_influence": Bilingual(
        "esercita un'influenza dominante (contratto o statuto) su",
        "has a dominant influence (contract or statute) over",
    ),
    "agreement": Bilingual("controlla per accordo tra soci", "controls by a shareholders' agreement"),
}
_HOLDER_TEXTS: dict[str, Bilingual] = {
    "enterprise": Bilingual("un'impresa", "an enterprise"),
    "natural": Bilingual("una persona fisica", "a natural person"),
    "public_body": Bilingual("un ente pubblico", "a public body"),
    "foreign_enterprise": Bilingual("un'impresa estera", "a foreign enterprise"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """``holder`` holds votes in, or controls, ``held``. ``share``: per cent of the votes, needed by kind ``votes`` alone.

    ``person`` says what the holder is. ``same_market`` matters for the size of an SME and not here: it is only
    mentioned to the officer in a doubtful case. ``since`` and ``until`` are days, both included.
    """

    holder: str
    held: str
    kind: LinkKind
    share: Decimal | None = None
    person: Holder = "enterprise"
    same_market: bool | None = None
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class DecisionRequired:
    """A doubt that only an officer can close, with a reason. ``id`` is stable: the answer is stored under it."""

    id: str
    question: Bilingual
    reference: str


@dataclass(frozen=True, slots=True)
class SingleUndertaking:
    """Who is one undertaking with the applicant: enterprises only, in alphabetical order."""

    members: tuple[str, ...]
    decisions: tuple[DecisionRequired, ...]
    steps: tuple[Step, ...]
    reference: str


def single_undertaking(
    *,
    applicant: str,
    candidates: Collection[str],
    links: Iterable[Link],
    on: date,
    decided: Mapping[str, bool] | None = None,
) -> SingleUndertaking:
    """The single undertaking of ``applicant`` on a day.

    ``candidates`` are the enterprises that can be members; anybody may be a holder. ``decided`` has the officer's
    answers to earlier doubts: ``True`` joins the two firms, ``False`` keeps them apart. The order of ``links`` does not
    matter. Raises ``parameters.Missing`` for a day before the first act that is loaded.
    """
    answers = decided or {}
    wanted = {*candidates, applicant}
    scene = _Scene.on(on, links)
    groups = Groups(scene.votes, majority=scene.majority.value, barred=scene.barred)
    groups.join((link.holder, link.held) for link in scene.links if link.kind != "votes")
    closed = {key for key, answer in answers.items() if not answer}
    accepted: dict[str, JointMajority] = {}
    while True:
        search = JointMajorities(groups, scene.voting, scene.persons, scene.majority.value)
        found, reached = search.reachable(applicant, closed=closed)
        answered = {key: joint for key, joint in found.items() if answers.get(key)}
        if not answered:
            break
        accepted |= answered
        groups.join(joint.firms for joint in answered.values())
    group = {name for name in wanted if groups.same(name, applicant) and name not in scene.barred}
    # A doubt that brings nobody in who can be a member is no doubt about this applicant.
    matters = any(groups.find(name) in reached and not groups.same(name, applicant) for name in wanted)
    doubts = [found[key] for key in sorted(found)] if matters else []
    decisions = tuple(_decision(doubt, scene) for doubt in doubts)
    members = tuple(sorted({*group, applicant}))
    ties = dict.fromkeys(_ties(applicant, groups, scene, accepted))  # the same link stated twice is explained once
    steps = [*ties, *_outcome(members, decisions, scene)]
    return SingleUndertaking(members, decisions, tuple(steps), scene.articles.reference)


@dataclass(frozen=True, slots=True)
class _Scene:
    """The links that hold on the day, read once."""

    links: tuple[Link, ...]
    votes: dict[str, dict[str, Decimal]]
    kinds: dict[str, str]
    barred: frozenset[str]
    majority: parameters.Parameter
    connecting: parameters.Parameter
    articles: parameters.Parameter

    @classmethod
    def on(cls, day: date, links: Iterable[Link]) -> "_Scene":
        connecting = parameters.value("undertaking.connecting_holders", on=day)
        holding = sorted((link for link in links if link.holds_on(day) and link.holder != link.held), key=_order)
        kinds: dict[str, str] = {}
        votes: dict[str, dict[str, Decimal]] = {}
        for link in holding:
            if link.person != "enterprise" or link.holder not in kinds:
                kinds[link.holder] = link.person
            if link.kind == "votes" and link.share:
                held = votes.setdefault(link.holder, {})
                # Declared and read in a register, the same holding appears twice: the larger counts, never the sum.
                held[link.held] = max(held.get(link.held, Decimal(0)), link.share)
        barred = frozenset(name for name, kind in kinds.items() if not connecting.value[kind])
        majority = parameters.value("undertaking.votes_majority", on=day)
        articles = parameters.value("undertaking.articles", on=day)
        return cls(tuple(holding), votes, kinds, barred, majority, connecting, articles)

    @property
    def voting(self) -> dict[str, dict[str, Decimal]]:
        return {
            holder: {name: share for name, share in held.items() if name not in self.barred}
            for holder, held in self.votes.items()
            if holder not in self.barred
        }

    @property
    def persons(self) -> frozenset[str]:
        return frozenset(name for name, kind in self.kinds.items() if kind == "natural" and name not in self.barred)

    def controls(self, link: Link) -> bool:
        return link.kind != "votes" or (link.share or Decimal(0)) > self.majority.value

    def article(self, kind: str) -> str:
        return str(self.articles.value[kind])


def _order(link: Link) -> tuple[str, ...]:
    share = "" if link.share is None else f"{link.share:020.10f}"
    return (link.holder, link.held, link.kind, share, link.person, str(link.since), str(link.until))


def _decision(doubt: JointMajority, scene: _Scene) -> DecisionRequired:
    first, second = doubt.firms
    people = ", ".join(doubt.persons)
    one, other = (the_percent(share) for share in doubt.shares)
    concerned = (link for link in scene.links if link.held in doubt.firms and link.holder in doubt.persons)
    same_market = any(link.same_market for link in concerned)
    return DecisionRequired(
        doubt.id,
        Bilingual(
            f"{people} hanno insieme {one.it} dei voti di {first} e {other.it} dei voti di {second}"
            f"{', che stanno sullo stesso mercato,' if same_market else ','} e nessuno da solo la maggioranza di "
            "entrambe: agiscono d'intesa, così che le due imprese sono un'impresa unica?",
            f"{people} have together {one.en} of the votes of {first} and {other.en} of the votes of {second}"
            f"{', which are on the same market,' if same_market else ','} and none alone the majority of both: do they "
            "act together, so that the two firms are a single undertaking?",
        ),
        scene.connecting.reference,
    )


def _ties(applicant: str, groups: Groups, scene: _Scene, accepted: Mapping[str, JointMajority]) -> Iterable[Step]:
    """Why each member is in, and why those who touch the group do not bring others in."""
    together: dict[str, list[str]] = {}
    alone: set[str] = set()
    for link in scene.links:
        held_inside = groups.same(link.held, applicant)
        holder_inside = groups.same(link.holder, applicant)
        if not (held_inside or holder_inside):
            continue
        out = next((name for name in (link.holder, link.held) if name in scene.barred), None)
        if out is not None:
            yield _left_out(link, out, scene)
        elif scene.controls(link):
            alone.add(link.held)
            yield step(*_tie(link), scene.article(link.kind), _share(link))
        elif held_inside and holder_inside:
            together.setdefault(link.held, []).append(link.holder)
        else:
            it, en = _tie(link)
            yield step(f"{it}: non è la maggioranza", f"{en}: not a majority", scene.article("votes"), _share(link))
    for held, holders in together.items():
        names = sorted(set(holders))
        total = sum((scene.votes[name][held] for name in names), Decimal(0))
        if held not in alone and total > scene.majority.value:
            yield step(
                f"{', '.join(names)}, sotto lo stesso controllo, hanno insieme {the_percent(total).it} dei voti di {held}",
                f"{', '.join(names)}, under the same control, have together {the_percent(total).en} of the votes of {held}",
                scene.article("votes"),
                plain_number(total),
            )
    for key in sorted(accepted):
        if groups.same(accepted[key].firms[0], applicant):
            first, second = accepted[key].firms
            yield step(
                f"{first} e {second} sono un'impresa unica per decisione dell'ufficio",
                f"{first} and {second} are a single undertaking by the office's decision",
                scene.connecting.reference,
                key,
            )


def _share(link: Link) -> str:
    return plain_number(link.share or Decimal(0)) if link.kind == "votes" else ""


def _tie(link: Link) -> tuple[str, str]:
    if link.kind == "votes":
        share = the_percent(link.share)
        return f"{link.holder} ha {share.it} dei voti di {link.held}", (
            f"{link.holder} has {share.en} of the votes of {link.held}"
        )
    text = _KIND_TEXTS[link.kind]
    return f"{link.holder} {text.it} {link.held}", f"{link.holder} {text.en} {link.held}"


def _left_out(link: Link, name: str, scene: _Scene) -> Step:
    it, en = _tie(link)
    what = _HOLDER_TEXTS[scene.kinds[name]]
    return step(
        f"{it}, ma {name} è {what.it}: non collega altre imprese (da verificare)",
        f"{en}, but {name} is {what.en}: it does not connect other enterprises (to be checked)",
        scene.connecting.reference,
        name,
    )


def _outcome(members: Sequence[str], decisions: Sequence[DecisionRequired], scene: _Scene) -> Iterable[Step]:
    reference = scene.articles.reference
    for decision in decisions:
        yield Step(
            Bilingual(f"Serve una decisione: {decision.question.it}", f"A decision is needed: {decision.question.en}"),
            decision.reference,
            decision.id,
        )
    if len(members) == 1:
        yield step("Nessun'altra impresa è collegata", "No other enterprise is connected", reference, members[0])
    else:
        names = ", ".join(members)
        yield step(f"Impresa unica: {names}", f"Single undertaking: {names}", reference, len(members))
