"""How invented buyers are hosted: the terms, and what is arranged for them and for the whole initiative; twice changes nothing."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from levante.demo.applications import DIRECTOR, at, officer
from levante.demo.telling import read
from levante.initiatives.api import Initiative
from levante.kernel.api import BUYER, Actor, Party, clock_at, today
from levante.participations import api
from levante.parties.api import Buyer

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Every ``hosting`` of ``initiatives.yaml`` that is not written yet."""
    for row in read(folder, "initiatives")["initiatives"]:
        found = Initiative.objects.filter(code=row["code"]).first()
        if "hosting" in row and found is not None and not api.Hospitality.objects.filter(initiative=found).exists():
            _hosting(found, row["hosting"])


def _hosting(initiative: Initiative, told: Row) -> None:
    chief, terms, day = officer(DIRECTOR), told["terms"], today()
    with clock_at(at(told.get("ago", 5), 10)):
        api.set_hospitality(
            actor=chief, initiative=initiative, nights=terms["nights"], travel_ceiling=Decimal(terms["travel"]),
            least_meetings=terms["least"], owed_percent=terms["owed"], words_it=terms["it"], words_en=terms["en"],
        )  # fmt: skip
        hosted = {one["buyer"] for one in told["rows"] if "buyer" in one}
        for buyer in Buyer.objects.filter(name__in=hosted, is_demo=True, interests__initiative=initiative).order_by(
            "pk"
        ):
            party = Party(BUYER, buyer.pk)
            actor = Actor(label="demonstration", party=party, party_name=buyer.name, scopes=frozenset({"read", "meet"}))
            api.accept_terms(actor=actor, initiative=initiative, version=1)
        for one in told["rows"]:
            starts, ends = one["days"]
            made = api.record_arrangement(
                actor=chief, initiative=initiative, kind=one["kind"], what=one["what"], starts_on=day + timedelta(days=starts),
                ends_on=day + timedelta(days=ends), traveller=one.get("who", ""),
                buyer=Buyer.objects.get(name=one["buyer"], is_demo=True) if "buyer" in one else None,
            )  # fmt: skip
            if one["state"] != api.states.A_ASKED:
                cost, reference = Decimal(one["cost"]), one["reference"]
                api.follow_arrangement(
                    actor=chief, arrangement=made, state=one["state"], cost=cost, reference=reference
                )
