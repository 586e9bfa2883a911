"""The JSON door of the SME size: the case is read and checked here, and answered by ``sme_size``.

In: ``{on, enterprise, enterprises{ID: {accounts[{year, headcount, turnover, balance}], founded_on?, kind?, budget?,
inhabitants?}}, links[{from, to, capital?, votes?, control?, since?, person?, same_market?}], previous_status?}``.
Out: ``{size, headcount, turnover, balance, aggregated[{id, share, headcount, turnover, balance}], status_changed?,
steps, warnings?}``. The fields are explained in ``docs/algorithms/sme-size.md``.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from levante.kernel.pure import money_text, steps_as_json
from levante.law import parameters
from levante.law.doors import BadCase, Reader
from levante.law.over_full import CAPITAL, VOTES, over_full
from levante.law.sme_data import PREVIOUS_STATUSES, Accounts, Enterprise, MissingAccounts, SizeResult
from levante.law.sme_holdings import KINDS, Holding, Kind, number_text
from levante.law.sme_size import sme_size

PERSONS = ("natural", "enterprise", "public_body", "foreign_enterprise")


def door(case: Reader) -> dict[str, Any]:
    on = case.date("on")
    applicant = case.text("enterprise")
    bodies = case.mapping("enterprises", required=True)
    enterprises = {id: _enterprise(id, body, on) for id, body in bodies.items()}
    if applicant not in enterprises:
        raise case.bad("enterprise", "non è tra le imprese elencate", "is not among the enterprises listed")
    links = case.items("links")
    holdings = [_holding(link, enterprises) for link in links]
    previous = case.optional_choice("previous_status", PREVIOUS_STATUSES)
    case.end()
    try:
        result = sme_size(applicant, enterprises, holdings, on=on, previous_status=previous)
    except MissingAccounts as error:
        if error.enterprise not in bodies:
            raise BadCase(
                next(link.at("from") for link in links if link.text("from") == error.enterprise),
                f"{error.enterprise} non è tra le imprese elencate e servono i suoi dati (se è una persona fisica: person)",
                f"{error.enterprise} is not among the enterprises listed and its data are needed (if a person: person)",
            ) from error
        raise BadCase(
            bodies[error.enterprise].at("accounts"),
            f"mancano i dati di {error.enterprise}: servono l'ultimo esercizio chiuso o, per una nuova impresa, la stima "
            f"del {on.year}",
            f"the data of {error.enterprise} are missing: the latest closed accounts are needed or, for a new "
            f"enterprise, the estimate for {on.year}",
        ) from error
    answer = _answer(result, applicant)
    begun = [one for one in holdings if one.since is None or one.since <= on]
    shares = [(CAPITAL, one.holder, one.held, one.capital) for one in begun]
    shares += [(VOTES, one.holder, one.held, one.votes) for one in begun]
    if warnings := over_full(shares):
        answer["warnings"] = warnings
    return answer


def _enterprise(id: str, body: Reader, on: date) -> Enterprise:
    accounts: dict[int, Accounts] = {}
    for entry in body.items("accounts"):
        year = entry.integer("year", least=1900, most=2199)
        if year in accounts:
            raise entry.bad("year", "l'esercizio è scritto due volte", "the accounting year is written twice")
        accounts[year] = Accounts(year, entry.number("headcount"), entry.money("turnover"), entry.money("balance"))
    founded_on = body.optional_date("founded_on")
    if founded_on is not None and founded_on > on:
        raise body.bad("founded_on", f"è dopo il {on:%d/%m/%Y}", f"is after {on.isoformat()}")
    kind = body.optional_choice("kind", KINDS) or "enterprise"
    kind = _local_authority(body, kind, on)
    return Enterprise(id, tuple(accounts.values()), founded_on, kind)


def _local_authority(body: Reader, kind: Kind, on: date) -> Kind:
    """A local authority is an investor of art. 3(2)(d) only when small: otherwise it is any other public body."""
    budget, inhabitants = body.optional_money("budget"), body.optional_integer("inhabitants", least=0)
    if kind != "local_authority":
        for name, given in (("budget", budget), ("inhabitants", inhabitants)):
            if given is not None:
                raise body.bad(name, "vale solo per un ente locale", "is only for a local authority")
        return kind
    if budget is not None and budget >= parameters.value("sme.local_authority.budget", on=on).value:
        return "public_body"
    if inhabitants is not None and inhabitants >= parameters.value("sme.local_authority.inhabitants", on=on).value:
        return "public_body"
    return kind


def _holding(link: Reader, enterprises: dict[str, Enterprise]) -> Holding:
    holder, held = link.text("from"), link.text("to")
    person = _person(link)
    same_market = link.optional_boolean("same_market")
    # Only the holdings of natural persons have a market: an unlisted holder with one is a person.
    natural = person == "natural" or (person is None and same_market is not None and holder not in enterprises)
    capital, votes = link.optional_percent("capital"), link.optional_percent("votes")
    control = link.optional_boolean("control") or False
    since = link.optional_date("since")
    if held not in enterprises:
        raise link.bad("to", "non è tra le imprese elencate", "is not among the enterprises listed")
    known = enterprises.get(holder)
    if natural and known is not None and known.kind in ("public_body", "university", "local_authority"):
        raise link.bad(
            "person",
            f"{holder} è tra le imprese come {known.kind}: non può essere una persona fisica",
            f"{holder} is among the enterprises as {known.kind}: it cannot be a natural person",
        )
    if person == "public_body" and (known is None or known.kind == "enterprise"):
        # A public body gives no data, so it need not be listed. A listed kind says more: the investors of art. 3(2),
        # universities and small local authorities among them, are what the list says they are.
        enterprises[holder] = Enterprise(holder, known.accounts if known else (), None, "public_body")
    elif not natural and holder not in enterprises:
        # A holder of a small share need not be listed: when its data are needed, the answer says that they are missing.
        enterprises[holder] = Enterprise(holder)
    if holder == held:
        raise link.bad("to", "un'impresa non può possedere sé stessa", "an enterprise cannot own itself")
    if capital is None and votes is None and not control:
        raise link.bad("capital", "serve una quota (capital o votes) o control", "a share or control is needed")
    return Holding(holder, held, capital, votes, control, since, natural, same_market)


def _person(link: Reader) -> str | None:
    """``person`` says what the holder is; ``true`` is short for a natural person."""
    if link.is_boolean("person"):
        return "natural" if link.boolean("person") else "enterprise"
    return link.optional_choice("person", PERSONS)


def _answer(result: SizeResult, applicant: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "size": result.size,
        **_figures(result.totals.headcount, result.totals.turnover, result.totals.balance),
        "aggregated": [
            {"id": line.id, "share": _number(line.share), **_figures(line.headcount, line.turnover, line.balance)}
            for line in result.lines
            if line.id != applicant
        ],
    }
    if result.status_changed is not None:
        answer["status_changed"] = result.status_changed
    answer["steps"] = steps_as_json(result.steps)
    return answer


def _number(number: Decimal) -> int | float:
    """A JSON number with at most six decimals, whole when it is whole."""
    text = number_text(number)
    return float(text) if "." in text else int(text)


def _figures(headcount: Decimal, turnover: Decimal, balance: Decimal) -> dict[str, Any]:
    return {
        "headcount": _number(headcount),
        "turnover": money_text(turnover),
        "balance": money_text(balance),
    }
