"""Places for coordinates, without asking anybody: cities of the time-zone database, countries by its borders."""

from __future__ import annotations

import importlib.util
import math
import re
import zoneinfo
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_POSITION = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")
"""Latitude and longitude in degrees, minutes and perhaps seconds, as ISO 6709 writes them."""


def zone_rows(table: str) -> Iterator[list[str]]:
    """Yield the rows of a table of the time-zone database, none where the machine has no such file."""
    folders = [Path(folder) for folder in zoneinfo.TZPATH]
    if (package := importlib.util.find_spec("tzdata")) is not None and package.origin:
        folders.append(Path(package.origin).parent / "zoneinfo")
    for folder in folders:
        if (file := folder / table).is_file():
            lines = file.read_text(encoding="utf-8").splitlines()
            yield from (line.split("\t") for line in lines if line and not line.startswith("#"))
            return


def place_at(latitude: float, longitude: float, most: float = 40.0) -> str:
    """Name the city within so many kilometres of a point and its country, else that alone; nothing at sea.

    Without the package of the borders a city may be that of the country across one, and a country alone is unknown.

    >>> place_at(38.71, -9.14), place_at(60.39, 5.32), place_at(55.6, 13.0), place_at(0.0, -30.0)
    ('Lisbon, Portugal', 'Norway', 'Sweden', '')
    """
    country = country_at(latitude, longitude)
    near = ((_kilometres(latitude, longitude, *where), name) for name, where in _cities() if name.endswith(country))
    distance, name = min(near, default=(math.inf, ""))
    return name if distance <= most else country


def country_at(latitude: float, longitude: float) -> str:
    """Name the country in whose time zone a point lies; nothing at sea, or without the package of their borders."""
    if importlib.util.find_spec("tzfpy") is None:
        return ""
    import tzfpy

    zone = tzfpy.get_tz(longitude, latitude)
    return next((_countries().get(code, "") for code, _, name, *_ in zone_rows("zone.tab") if name == zone), "")


def places_named(text: str) -> frozenset[str]:
    """Return the cities and countries that a text names, in lower case.

    >>> sorted(places_named("sailing to New York, and from Greece"))
    ['greece', 'new york']
    """
    words = re.findall(r"[^\W_]+", text.casefold())
    spans = (" ".join(words[start : start + length]) for length in (1, 2, 3) for start in range(len(words)))
    return frozenset(spans) & _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(
        " ".join(re.findall(r"[^\W_]+", part)) for name, _ in _cities() for part in name.casefold().split(", ")
    )


@cache
def _countries() -> Mapping[str, str]:
    """Map ISO code -> country; of two that share a name, such as Korea, each has its whole name."""
    names = {row[0]: row[1] for row in zone_rows("iso3166.tab")}
    short = {code: re.sub(r" \(.*\)", "", name) for code, name in names.items()}
    return {code: name if [*short.values()].count(name) == 1 else names[code] for code, name in short.items()}


@cache
def _cities() -> tuple[tuple[str, tuple[float, float]], ...]:
    """Return each city that a zone is named after, with its latitude and longitude in degrees."""
    return tuple(
        (f"{zone.rpartition('/')[2].replace('_', ' ')}, {_countries().get(code, code)}", position)
        for code, where, zone, *_ in zone_rows("zone.tab")
        if (position := _position(where)) is not None
    )


def _position(text: str) -> tuple[float, float] | None:
    match = _POSITION.fullmatch(text)
    if match is None:
        return None
    north, *first, east = match.groups()[:5]
    second = match.groups()[5:]
    latitude, longitude = (
        sum(int(part or 0) / 60**power for power, part in enumerate(parts)) for parts in (first, second)
    )
    return (-latitude if north == "-" else latitude), (-longitude if east == "-" else longitude)


def _kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the length of the shortest way between two points, by the haversine formula."""
    first, second = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    half = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(east / 2) ** 2
    return 12742 * math.asin(math.sqrt(min(1.0, half)))
