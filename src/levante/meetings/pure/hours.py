"""Time zones and nights: which zone one is in, and which hours are night there."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location

#: The hours of the day in which nobody is asked for a meeting unless it says that it is there. Ours, no norm.
NIGHT_ENDS, NIGHT_BEGINS = 7, 22

#: Of countries with more zones that differ, the one that nearly everybody is in (CLDR, ``primaryZones``).
_PRIMARY = {
    "CL": "America/Santiago", "CN": "Asia/Shanghai", "EC": "America/Guayaquil", "ES": "Europe/Madrid", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
}  # fmt: skip


def at_night(instant: datetime, zone: str) -> bool:
    """Is it night there?"""
    return not NIGHT_ENDS <= instant.astimezone(ZoneInfo(zone)).hour < NIGHT_BEGINS


def zone_of_country(country: str, instants: Sequence[datetime]) -> str:
    """The zone of a country (ISO 3166, two letters): the one it has, or the first of those whose clocks say the same at all these
    ``instants`` (one at least); empty where they differ (the United States, Brazil), or nothing is known of it."""
    if country in _PRIMARY:
        return _PRIMARY[country]
    known = [zone for zone in get_global("territory_zones").get(country, ()) if zone in available_timezones()]
    return str(known[0]) if known and all(same_clock(known[0], zone, instants) for zone in known) else ""


def same_clock(one: str, other: str, instants: Sequence[datetime]) -> bool:
    """Do the clocks of two zones say the same at all these instants?"""
    first, second = ZoneInfo(one), ZoneInfo(other)
    return all(moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset() for moment in instants)


@lru_cache(maxsize=2048)
def city_of(zone: str, language: str) -> str:
    """The city that a zone is called by, in a language (CLDR): Europe/Rome is Roma, or Rome; America/Indiana/Knox is Knox, Indiana. What
    CLDR does not name so, by its code."""
    if zone not in available_timezones():
        return zone
    return str(get_timezone_location(zone, locale=language[:2], return_city=True)).rpartition("/")[2]


def zones() -> dict[str, list[str]]:
    """The zones one chooses from, those of a country alone (CLDR), by continent, in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    for zone in sorted(set(get_global("zone_territories")) & available_timezones()):
        continent, _, place = zone.partition("/")
        if place and continent != "Etc":
            found.setdefault(continent, []).append(zone)
    return found
