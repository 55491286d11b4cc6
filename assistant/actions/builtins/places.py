"""Cities, countries and time-zone names -> time zone.

Most come from the time-zone database itself: its city names and its table of countries. `places.toml` adds
cities that it does not name, and the capital's zone of countries that have several.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from assistant.language.places import zone_rows

_FILE = Path(__file__).with_name("places.toml")
_WITH_ARTICLE = (
    "United States",
    "United Kingdom",
    "US",
    "USA",
    "UK",
    "UAE",
    "United Arab Emirates",
    "Netherlands",
    "Philippines",
    "Bahamas",
    "Maldives",
    "Gambia",
)


_Entry: TypeAlias = tuple[str, str, str]
"""Name as it is said, zone, country where it has several zones."""

_Row: TypeAlias = tuple[str, _Entry]
"""Key of the table, and its entry."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city, country or zone with a clock."""

    name: str
    """As it is said back."""
    zone: zoneinfo.ZoneInfo
    country: str = ""
    """The country that was named, where it has several zones and `name` is its capital."""


def find_place(name: str, letters: int = 8) -> Place | None:
    """Return the place of that name, or of one with another letter: misspelt or misheard; two in more than `letters`.

    >>> find_place("tokio").zone.key, find_place("Germany").name, find_place("nowhere at all")
    ('Asia/Tokyo', 'Germany', None)
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    wanted = _key(name)
    table = _table()
    key = wanted if wanted in table else None
    if key is None and len(wanted) > 3:
        similar = [
            key for key in table if key[0] == wanted[0] and abs(len(key) - len(wanted)) < 2 and key not in _regions()
        ]
        most = 1 + (len(wanted) > letters)
        best = process.extractOne(wanted, similar, scorer=OSA.distance, score_cutoff=most)
        key = best[0] if best else None
    if key is None:
        return None
    shown, zone, country = table[key]
    return Place(shown, zoneinfo.ZoneInfo(zone), country)


@cache
def _regions() -> frozenset[str]:
    """Keys of zones that are no place where somebody lives: `Pacific`, `Atlantic`, `Zulu`."""
    zones = (zone.split("/") for zone in zoneinfo.available_timezones())
    cities = {"Africa", "America", "Asia", "Australia", "Europe", "Indian", "Antarctica", "Arctic"}
    return frozenset(_key(zone[-1].replace("_", " ")) for zone in zones if zone[0] not in cities)


def _key(name: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"^the ", "", " ".join(re.findall(r"[a-z]+", bare)))
    return re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", words)  # U. S. A.


@cache
def _table() -> dict[str, _Entry]:
    """Map key -> (name, zone, country); of several entries with one key the first counts."""
    table: dict[str, _Entry] = {}
    legal = zoneinfo.available_timezones()
    for key, entry in (*_more(), *_countries(), *_cities(legal)):
        if entry[1] in legal:
            table.setdefault(key, entry)
    return table


def _more() -> Iterator[_Row]:
    for zone, names in _own()["cities"].items():
        for name in names:
            yield _key(name), (name, zone, "")


def _cities(legal: set[str]) -> Iterator[_Row]:
    for zone in sorted(legal, key=lambda name: (not name.startswith(("Europe", "Asia", "America", "Africa")), name)):
        city = zone.rpartition("/")[2].replace("_", " ")
        yield _key(city), (city, zone, "")


def _countries() -> Iterator[_Row]:
    own, zones = _own(), _zones_of_countries()
    official = {row[0]: re.sub(r" \(.*\)", "", row[1]) for row in zone_rows("iso3166.tab")}
    also = own["countries"].items()
    for name, code in [*((name, code) for code, name in official.items()), *also]:
        shown = f"the {name}" if name in _WITH_ARTICLE else name
        if code in own["capitals"]:
            capital, zone = own["capitals"][code]
            yield _key(name), (capital, zone, shown)
        elif code in own["one_zone"]:
            yield _key(name), (shown, own["one_zone"][code], "")
        elif code in zones:
            yield _key(name), (shown, zones[code][0], "")


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _zones_of_countries() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for row in zone_rows("zone.tab"):
        zones.setdefault(row[0], []).append(row[2])
    return zones
