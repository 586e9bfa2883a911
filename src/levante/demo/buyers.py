"""Invented buyers as the office sees them: expected and qualified, invited by a letter that some answer; twice changes nothing."""

from typing import Any

from levante.demo.applications import DIRECTOR, at, officer
from levante.directory import api as directory
from levante.initiatives.api import BuyerInterest, Initiative, admit_buyer_interest
from levante.kernel.api import ANONYMOUS, BUYER, Actor, Party, clock_at, now, today
from levante.participations import api
from levante.participations.api import BuyerInvitation, invited_token
from levante.parties.api import Buyer

Row = dict[str, Any]

#: The channel by which each kind of buyer sells on.
CHANNELS = {"importer": ["importer"], "distributor": ["distributor"], "retailer": ["retail"]}


def expect(initiative: Initiative, *, waiting: int) -> None:
    """The office says that it expects the buyers who asked, but the last ``waiting``, whose turn is its own."""
    asked = BuyerInterest.objects.filter(initiative=initiative, admitted_at=None).order_by("pk")
    rows = list(asked)
    for row in rows[: len(rows) - waiting]:
        admit_buyer_interest(actor=officer(DIRECTOR), interest=row)


def qualify(buyer: Buyer) -> None:
    """What it buys and by which channel, as the office wrote it down, and that it meets every criterion."""
    if directory.BuyerProfile.objects.filter(buyer=buyer).exists():
        return
    actor = Actor(
        label="demonstration",
        party=Party(BUYER, buyer.pk),
        party_name=buyer.name,
        scopes=frozenset({"read", "correct"}),
    )
    directory.save_buyer_profile(
        actor=actor, buyer=buyer, volume="to-250k", channels=CHANNELS.get(buyer.kind, []), price_band="middle",
        markets=[buyer.country_id], references_given="Trade references asked by the office (demonstration)",
    )  # fmt: skip
    answers = dict.fromkeys(directory.states.criteria(today()), directory.states.MET)
    directory.qualify_buyer(actor=officer(DIRECTOR), buyer=buyer, outcome=directory.states.QUALIFIED, answers=answers)


def invite(initiative: Initiative, told: Row) -> None:
    """Letters of some days ago: who accepts, who declines and why, who has not answered."""
    rows = {one["buyer"]: one for one in told["rows"]}
    # One loaded by an earlier version may have no address: it is not written to.
    chosen = list(Buyer.objects.filter(name__in=rows, is_demo=True).exclude(email="").order_by("pk"))
    if not chosen or BuyerInvitation.objects.filter(initiative=initiative).exists():
        return
    with clock_at(min(at(told["ago"], 10), now())):
        made = api.invite_buyers(actor=officer(DIRECTOR), initiative=initiative, buyers=chosen)
    for one in made:
        assert one.buyer is not None
        row = rows[one.buyer.name]
        with clock_at(min(at(told["ago"] - 2, 15), now())):
            if row.get("answer") == "accepts":
                api.accept_as_invited(actor=ANONYMOUS, token=invited_token(one), looking_for=row["text"])
            elif row.get("answer") == "declines":
                api.decline_as_invited(actor=ANONYMOUS, token=invited_token(one), reason=row["text"])
