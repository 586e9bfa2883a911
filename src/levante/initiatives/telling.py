"""Who is told when an initiative changes: the enterprises and the buyers that asked to take part, or do without having asked here."""

from datetime import datetime
from typing import Any

from levante.exchange.api import named
from levante.initiatives import money, states
from levante.initiatives.models import Initiative
from levante.kernel.api import BUYER, ENTERPRISE, ROME, Actor, Party, note_object, now, today
from levante.kernel.pure import Bilingual, joined
from levante.messages.api import notify
from levante.parties.api import people_of

_PAGES = {ENTERPRISE: "/impresa/fiere/", BUYER: "/partner/fiere/"}


_asked: list[str] = []


def asked_who_takes_part(function: str) -> None:
    """Say who else takes part in an initiative: ``"package.module:function"``, called as ``f(initiative=)``, gives each ``Party``; somebody
    may have a place by a ranking, or be at meetings, whose interest does not stand."""
    if function not in _asked:
        _asked.append(function)


def tell_interested(actor: Actor, initiative: Initiative, *, kind: str, event: str, body: Bilingual) -> None:
    """Tell who acts for each enterprise and each buyer whose interest stands, or who takes part, once each; once for each ``event``."""
    standing = dict.fromkeys([
        *(Party(ENTERPRISE, row) for row in _standing(initiative.interests, "enterprise_id")),
        *(Party(BUYER, row) for row in _standing(initiative.buyer_interests, "buyer_id")),
        *(party for function in _asked for party in named(function)(initiative=initiative)),
    ])  # fmt: skip
    titles = {
        "initiative-cancelled": Bilingual("Annullata", "Cancelled"),
        "initiative-moved": Bilingual("Cambiano date o luogo", "Dates or place change"),
        "initiative-closed-early": Bilingual(
            "Raccolta di adesioni chiusa prima", "Call for interest closed before its end"
        ),
        "initiative-open": Bilingual("C’è più tempo per aderire", "There is more time to express interest"),
    }
    title = Bilingual(initiative.title_it, initiative.title_en)
    for party in standing:
        notify(
            actor=actor,
            users=people_of(party, today()),
            kind=kind,
            title=joined(": ", [titles[kind], title]),
            body=body,
            path=f"{_PAGES[party.kind]}{initiative.code}/",
            enterprise_id=party.id if party.kind == ENTERPRISE else None,
            subject_type=money.SUBJECT,
            subject_id=f"{initiative.pk}:{event}" if event else str(initiative.pk),
        )
    note_object(initiative)


def in_italy(instant: datetime) -> Bilingual:
    """Day and hour in Italy, as they are read in a sentence."""
    there = instant.astimezone(ROME)
    return Bilingual(f"{there:%d/%m/%Y}, ore {there:%H:%M}", f"{there:%d/%m/%Y}, {there:%H:%M} Italian time")


def tell_open_until(actor: Actor, initiative: Initiative, why: Bilingual | None = None) -> None:
    """The call for interest is open for longer, or again: until when, and why where it is said. Nothing where that has passed."""
    if initiative.closes_at is not None and initiative.closes_at > now():
        end = in_italy(initiative.closes_at)
        more = why or Bilingual("", "")
        body = Bilingual(
            f"La raccolta di adesioni è aperta fino al {end.it}.{more.it}",
            f"The call for interest is open until {end.en}.{more.en}",
        )
        tell_interested(actor, initiative, kind="initiative-open", event=now().isoformat(), body=body)


def _standing(rows: Any, column: str) -> list[int]:
    return list(rows.filter(state=states.EXPRESSED).order_by("pk").values_list(column, flat=True))
