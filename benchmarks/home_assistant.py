"""Home Assistant's own sentences as intent files, with the names that its tests are asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_PERCENT = {"range": {"from": 0, "to": 100, "type": "percentage"}}
_COUNT = {"range": {"from": 1, "to": 100}}
SUPPLIED: dict[str, dict[str, Any]] = {
    "brightness": _PERCENT,
    "position": _PERCENT,
    "volume": _PERCENT,
    "volume_level": _PERCENT,
    "percentage": _PERCENT,
    "fan_speed": _PERCENT,
    "volume_step_up": _PERCENT,
    "volume_step_down": {"range": {**_PERCENT["range"], "multiplier": -1}},
    "temperature": {"range": {"from": -100, "to": 200, "type": "temperature", "fractions": "halves"}},
    "color_temperature": {"range": {"from": 1000, "to": 10000}},
    "timer_hours": _COUNT,
    "timer_minutes": _COUNT,
    "timer_seconds": _COUNT,
    **{
        name: {"wildcard": True}
        for name in "timer_name timer_command search_query message item todo_list_item shopping_list_item".split()
    },
}
"""Lists that Home Assistant's own code holds: the ranges of numbers, and what may be any words."""


def write(corpus: Path, tests: Sequence[Path], target: Path) -> None:
    """Write the corpus as intent files into a folder.

    The names of devices and places are those of the last file of tests that has any of the kind.
    """
    names, places = _names(tests)
    combinations = _read(corpus / "intents.yaml")
    lists = {**SUPPLIED, **_joined(corpus / "lists", "lists"), **places}
    lists["name"] = {"values": sorted({name for each in names.values() for name in each})}
    intents: dict[str, Any] = defaultdict(lambda: {"data": []})
    for path in sorted((corpus / "sentences" / "en").glob("*/*.yaml")):
        combination = (combinations.get(path.parent.name) or {}).get("slot_combinations", {}).get(path.stem) or {}
        intents[path.parent.name]["data"] += [_block(each, combination, names) for each in _read(path)["data"]]
    common = _read(corpus / "sentences" / "en" / "_common.yaml")
    whole = {
        "language": "en",
        "skip_words": common["skip_words"],
        "lists": lists,
        "expansion_rules": _joined(corpus / "rules", "expansion_rules"),
        "intents": dict(intents),
    }
    (target / "home.yaml").write_text(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _block(block: Mapping[str, Any], combination: Mapping[str, Any], names: Mapping[str, set[str]]) -> dict[str, Any]:
    """Return a block with the domain it implies as a slot, and with the names of the domains it is about."""
    kept = {key: block[key] for key in ("sentences", "lists", "expansion_rules") if key in block}
    kept["slots"] = dict(block.get("slots") or {})
    if "domain" in combination.get("slots", ()) and isinstance(block.get("inferred_domain"), str):
        kept["slots"]["domain"] = block["inferred_domain"]
    if domains := list(_domains(block, combination)):
        values = sorted({name for domain in domains for name in names.get(domain, ())})
        kept["lists"] = {**kept.get("lists", {}), "name": {"values": values or ["nothing of the kind"]}}
    return kept


def _domains(block: Mapping[str, Any], combination: Mapping[str, Any]) -> Iterator[str]:
    """Yield the domains that the block's `{name}` may be of; none where it may be of any."""
    given = block.get("name_domains")
    if isinstance(given, str):
        yield from combination.get("name_domain_groups", {}).get(given, ())
    elif given:
        yield from given
    else:
        for each in (combination.get("name_domains") or {}).values():
            yield from each


def _names(tests: Sequence[Path]) -> tuple[dict[str, set[str]], dict[str, Any]]:
    """Return the names of devices by domain, and the lists of areas and floors."""
    names: dict[str, set[str]] = {}
    places: dict[str, list[str]] = {"area": [], "floor": []}
    for content in map(_read, tests):
        if content.get("entities"):
            names = defaultdict(set)
        for each in content.get("entities") or ():
            names[each.get("domain") or str(each.get("id", "")).partition(".")[0]].add(each["name"])
        for kind in places:
            places[kind] = [each["name"] for each in content.get(f"{kind}s") or ()] or places[kind]
    return names, {kind: {"values": found} for kind, found in places.items()}


def _joined(folder: Path, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.yaml")):
        found |= _read(path).get(key) or {}
    return found


def _read(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
