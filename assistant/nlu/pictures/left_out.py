"""What is left out of a question for pictures: `neither Anna nor Ben`, `that are not from Vienna`, `without a hat`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.places import places_named

_BEFORE = (
    r"(?: (?:taken|made|shot|photographed|showing|show|from|of|in|at|on|with|for|to|about|the ones?|those|any|any of"
    r"|a|an|the|my|our|his|her|their)\b)*"
)
_STOP = r"(?!(?:and|but|n?or|that|which|who|not|in|on|at|from|taken|do|did|have)\b)"
_WORDS = rf"{_STOP}[\w'’-]+(?: {_STOP}[\w'’-]+){{0,3}}"
_THINGS = rf"{_BEFORE} {_WORDS}(?: n?or{_BEFORE} {_WORDS})*"
_LINK = r"(?:\b(?:and|but)\b,? )?(?:\b(?:that|which|who)\b )?(?:\b(?:is|are|was|were|do|does|did|has|have)\b )?"
_LEFT_OUT = re.compile(
    rf",? ?{_LINK}\b(?:neither|not with|not|without|but no|with no|except|excluding|(?:apart|aside) from|other than"
    rf"|(?:anywhere|everywhere|anything|everything|all|any) but)\b(?P<things>{_THINGS})",
    re.IGNORECASE,
)
_OR = re.compile(r" n?or(?= )", re.IGNORECASE)
_LEAD = re.compile(rf"^{_BEFORE} ", re.IGNORECASE)
_SHORT = re.compile(r"\b(is|are|was|were|do|does|did|has|have)n['’]t\b", re.IGNORECASE)
_VERB = re.compile(r"(?:take|took|see|seen|like|want|know|have|been|be|edit|look|looked)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\b(?:says?|saying|reads?|reading|sign|written|words?)\b.*", re.IGNORECASE)
"""Words that stand in a picture: `the sign that says do not enter`."""
_UNREAD = re.compile(r"(?<!-)\b(?:not|never|neither|nor|none|cannot|\w+n['’]t)\b(?!-).*", re.IGNORECASE)


def parted(text: str) -> tuple[str, Sequence[str], str]:
    """Part a question into what is wanted, the things that are left out, and a denial that is not understood.

    >>> parted("photos of Nina but not at school")
    ('photos of Nina', ['school'], '')
    >>> parted("photos of neither Ann nor Ben")
    ('photos of', ['Ann', 'Ben'], '')
    >>> parted("photos where Ann is not")
    ('photos where Ann is', [], 'not')
    """
    text, things = _SHORT.sub(r"\1 not", " ".join(text.split())), list[str]()
    quoted = match[0] if (match := _QUOTED.search(text)) else ""
    text = text.removesuffix(quoted)
    for place in places_named(text):
        text = re.sub(rf"\boutside(?: of)?(?= {re.escape(place)}\b)", "not in", text, flags=re.IGNORECASE)
    rest, end = list[str](), 0
    for match in _LEFT_OUT.finditer(text):
        named = [_LEAD.sub("", part).strip() for part in _OR.split(match["things"])]
        if any(map(_VERB.match, named)):
            continue
        things += named
        rest.append(text[end : match.start()].strip())
        end = match.end()
    wanted = " ".join(" ".join([*rest, text[end:]]).split())
    unread = match[0] if (match := _UNREAD.search(wanted)) else ""
    return f"{wanted.removesuffix(unread)} {quoted}".strip(), things, unread
