"""English verbs in `-ing`, as a polite request has them: `would you mind opening the door`."""

from __future__ import annotations

import re
from collections.abc import Container

_VOWELS = re.compile(r"[aeiou]+|(?<!^)y")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
_SILENT = re.compile(
    r"(?:at|[aeiou]t[eiu]t|iz|[iu]s|[ao]r|ur|u[dlt]|id|[vcz]|[rd]g|(?:rr|ch)ang|[ai]ck?l|l[eu]t|reas|[bcdfgkpstz]l|iqu|scrib|par)$"
)
"""The end of a stem of several syllables that an `e` was taken from: `activat`, `schedul`, `arrang`."""


def base_form(word: str, verbs: Container[str]) -> str:
    """Write a gerund as the verb that it is of; any other word stays as it is.

    Args:
        word: in lower case.
        verbs: those that are known; of an unknown one the spelling tells.

    >>> [base_form(word, {"add"}) for word in ("setting", "adding", "hiring", "opening", "scheduling", "spring")]
    ['set', 'add', 'hire', 'open', 'schedule', 'spring']
    """
    stem = word.removesuffix("ing")
    if stem == word or len(stem) < 2 or not _VOWELS.search(stem):
        return word
    single = _DOUBLED.sub(r"\1", stem)
    forms = (stem, f"{stem}e", single, stem[:-1] if stem[-2:-1] == stem[-1:] else stem)
    if known := next((form for form in forms if form in verbs), ""):
        return known
    if single != stem:
        return single
    is_short = len(_VOWELS.findall(stem)) == 1
    is_silent = re.search(r"(?<![aeiou])[aeiou][^aeiouwxy]$", stem) if is_short else None
    return f"{stem}e" if is_silent or _SILENT.search(stem) else stem
