"""The kind of paper that a picture shows, and of the shop that it is from: a receipt seldom calls itself or it so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from assistant.authoring.pictures.moments import printed_moment

_SUM = re.compile(
    r"\b(?:sub)?total\b|\b(?:amount|balance|sum) (?:due|paid|payable)\b|\b(?:cash|change|visa|mastercard|vat)\b"
    r"|\b(?:gesamt|summe|zu zahlen|mwst|bar|importe|totale|somme|à payer)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,5}[.,]\d\d(?![\d.,])")
_PRICED = re.compile(r"[^\W\d].*[ .]\d{1,5}[.,]\d\d ?(?:eur|usd|gbp|[€$£])?\s*$", re.IGNORECASE | re.MULTILINE)
_LETTER = re.compile(
    r"^\W*(?:dear|to whom it may concern|sehr geehrte|liebe[rs]?|ch[eè]re?|estimad[oa]s?|gentile)\b"
    r"|\b(?:kind|best|warm|many) (?:regards|wishes)\b|\byours (?:sincerely|faithfully|truly)\b|\bsincerely\b"
    r"|\bmit freundlichen grüßen\b",
    re.IGNORECASE | re.MULTILINE,
)


def kind_of(written: str) -> str:
    """Name the kind: `letter` of what greets or closes like one, `receipt` of amounts with their sum or a day.

    >>> kind_of("CORNER SHOP\\nMilk 1.20\\nTOTAL 1.20"), kind_of("Dear tenant\\nthe rent will rise"), kind_of("Bus 17")
    ('receipt', 'letter', '')
    """
    if _LETTER.search(written):
        return "letter"
    is_summed = len(_AMOUNT.findall(written)) > 1 and _SUM.search(written)
    is_priced = len(_PRICED.findall(written)) > 1 and printed_moment(written)  # its sum was cut off
    return "receipt" if is_summed or is_priced else ""


def shop_of(receipt: str, head: int = 4) -> str:
    """Name the kinds of shop, two at most, whose names stand in the first lines of a receipt; nothing where none does.

    >>> shop_of("OBI BAUMARKT\\nHammer 12.99"), shop_of("Smith & Sons\\nShell pasta 1.20")
    ('hardware store, DIY store', '')
    """
    lines = [line for line in receipt.casefold().splitlines() if not _AMOUNT.search(line)][:head]
    top = "\n".join(lines)
    return ", ".join([kind for kind, names in _shops() if names.search(top)][:2])


@cache
def _shops() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Read the kinds of shops, each with what finds one of its names."""
    return tuple(_read_shops(Path(__file__).with_name("shops.txt").read_text("utf-8")))


def _read_shops(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, _, names = line.partition(": ")
            patterns = (re.escape(name).replace(r"\*", r"\w*") for name in names.casefold().split(", "))
            yield kind, re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
