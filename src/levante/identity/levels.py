"""How sure a gateway is of who a person is: asked for in the request, checked in the answer."""

from typing import Any

#: The levels of SPID and CIE (DPCM 24/10/2014 art. 6) and those of eIDAS (Reg. (EU) 910/2014 art. 8, Impl. Reg. (EU)
#: 2015/1502) that Italy notified them at, in order.
RANKS = {
    "https://www.spid.gov.it/SpidL1": 1,
    "https://www.spid.gov.it/SpidL2": 2,
    "https://www.spid.gov.it/SpidL3": 3,
    "http://eidas.europa.eu/LoA/low": 1,
    "http://eidas.europa.eu/LoA/substantial": 2,
    "http://eidas.europa.eu/LoA/high": 3,
}
#: From this level on two factors were used.
TWO_FACTORS = 2


def asking_for_the_level(gateways: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The gateways, each told to ask for the levels that it is then held to (OpenID Connect Core, 3.1.2.1: ``acr_values``)."""
    told = []
    for gateway in gateways:
        settings = dict(gateway["settings"])
        if settings.get("acr_values"):
            params = {"acr_values": " ".join(settings["acr_values"]), **settings.get("auth_params", {})}
            settings["auth_params"] = params
        told.append({**gateway, "settings": settings})
    return told


def reaches(level: str | None, wanted: list[str]) -> bool:
    """Is the level one of those wanted, or above the lowest of them?"""
    if level in wanted:
        return True
    ranks = [RANKS[each] for each in wanted if each in RANKS]
    return bool(ranks) and RANKS.get(level or "", 0) >= min(ranks)


def with_two_factors(level: str | None) -> bool:
    return RANKS.get(level or "", 0) >= TWO_FACTORS
