"""The kind of paper that a picture shows, by what is written in it: a receipt is seldom called one in itself."""

from __future__ import annotations

import re

_SUM = re.compile(
    r"\b(?:sub)?total\b|\b(?:amount|balance|sum) (?:due|paid|payable)\b|\b(?:cash|change|visa|mastercard|vat)\b"
    r"|\b(?:gesamt|summe|zu zahlen|mwst|bar|importe|totale|somme|à payer)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,5}[.,]\d\d(?![\d.,])")
_LETTER = re.compile(
    r"^\W*(?:dear|to whom it may concern|sehr geehrte|liebe[rs]?|ch[eè]re?|estimad[oa]s?|gentile)\b"
    r"|\b(?:kind|best|warm|many) (?:regards|wishes)\b|\byours (?:sincerely|faithfully|truly)\b|\bsincerely\b"
    r"|\bmit freundlichen grüßen\b",
    re.IGNORECASE | re.MULTILINE,
)


def kind_of(written: str) -> str:
    """Name the kind: `receipt` of amounts with their sum, `letter` of what greets or closes like one, else nothing.

    >>> kind_of("CORNER SHOP\\nMilk 1.20\\nTOTAL 1.20"), kind_of("Dear tenant\\nthe rent will rise"), kind_of("Bus 17")
    ('receipt', 'letter', '')
    """
    if _LETTER.search(written):
        return "letter"
    return "receipt" if len(_AMOUNT.findall(written)) > 1 and _SUM.search(written) else ""
