"""What a buyer buys and what the office said of it, in words, for the pages of both."""

from typing import Any

from django.utils.translation import get_language, gettext

from levante.directory.api import BuyerProfile, BuyerQualification, heading_in_words, hs, qualified_among, states
from levante.kernel.api import Actor, today
from levante.kernel.pure import Decision
from levante.web.components.directory import in_words


def buying_of(actor: Actor, buyer_id: int) -> dict[str, Any]:
    """The profile, every qualification (the last first) and whether it is qualified today. Four queries."""
    profile = BuyerProfile.objects.visible_to(actor).filter(buyer_id=buyer_id).first()
    rows = BuyerQualification.objects.visible_to(actor).filter(buyer_id=buyer_id).select_related("by")
    decision: Decision = qualified_among([buyer_id], on=today())[buyer_id]
    return {
        "profile": profile,
        "facts": _facts(profile) if profile is not None else [],
        "qualified": decision,
        "qualifications": [_shown(row) for row in rows.order_by("-decided_at", "-pk")[:20]],
    }


def _facts(row: BuyerProfile) -> list[tuple[str, list[str]]]:
    language = get_language() or "it"
    ways, held = states.channels(), states.certifications()
    markets = in_words("market", row.markets) if row.markets else {}
    headings = [f"{hs.written(code)} {heading_in_words(code).in_language(language)}" for code in row.headings]
    told = [
        (gettext("Products by HS code"), headings),
        (gettext("Bought in a year"), [states.VOLUMES[row.volume].in_language(language)] if row.volume else []),
        (gettext("Channels"), [ways[code].in_language(language) for code in row.channels if code in ways]),
        (
            gettext("Price band"),
            [states.PRICE_BANDS[row.price_band].in_language(language)] if row.price_band else [],
        ),
        (
            gettext("Certifications it asks"),
            [held[code].in_language(language) for code in row.certifications if code in held],
        ),
        (gettext("Markets where it sells"), sorted(markets.values())),
        (gettext("References"), row.references_given.splitlines()),
    ]
    return [(label, lines) for label, lines in told if lines]


def _shown(row: BuyerQualification) -> dict[str, Any]:
    known = states.criteria()
    return {
        "row": row,
        "outcome": states.OUTCOMES[row.outcome],
        "tone": states.OUTCOME_TONES[row.outcome],
        "criteria": [
            {"name": known[one["criterion"]], "answer": states.ANSWERS[one["answer"]], "why": one["why"]}
            for one in row.criteria
            if one["criterion"] in known
        ],
    }
