"""English words that stand for others of the same sentence."""

from __future__ import annotations

import re

from assistant.language.tables.follow_ups.pointing_words import PointingWords

POINTING = PointingWords(
    several=re.compile(
        r"\b(?:two|three|four|five|[2-5]|a couple of) (?P<thing>\w{2,}?)s\b[,:;]? (?=(?:one|the first)(?: one)? )",
        re.IGNORECASE,
    ),
    each=re.compile(
        r"\b(?:one|another(?: one)?|the (?:first|second|third|fourth|other|last)(?: one)?)"
        r"(?= (?:for|at|called|named|of|in)\b)",
        re.IGNORECASE,
    ),
    first=re.compile(r"\b(?:timer|alarm|reminder|countdown)\b", re.IGNORECASE),
    another=re.compile(
        r"\b(?:another|a (?:second|third)|one more|(?<=and )one)(?: one)?(?= (?:for|at|in|of|to)\b)", re.IGNORECASE
    ),
    thing=re.compile(
        r"\b(?:the|my|our|a|an) (?:\w+ ){0,2}?(?P<noun>(?:light|lamp|blind|curtain|shutter|shade|fan|heater|radiator"
        r"|door|window|speaker|plug|timer|alarm)s?)\b",
        re.IGNORECASE,
    ),
    one=re.compile(r"\b(?P<lead>(?:the|my|our) \w+(?: room)?) one(?P<many>s)?\b", re.IGNORECASE),
    later_hour=re.compile(
        r"\band (?:then )?(?=at (?:(?:half|quarter) (?:past |to )?)?[\w:.]+(?: [ap]m)? (?:to|about|that) "
        r"|(?:to|about|that) (?:\w+ ){1,6}?at [\w:.]+(?: [ap]m)?"
        r"(?: (?:tomorrow|today|tonight|(?:on |this |next )\w+))?[.!]?$)",
        re.IGNORECASE,
    ),
    vowel=re.compile(r"[aeiou]", re.IGNORECASE),
    articles=("a", "an"),
    at="at",
    before_length="for|in|of|add|timer|give|set|start|an?",
    before_number="for|in|of|and",
    behind_number="and|then|the|my|to|for|on",
    behind_item="to|for|on",
)
