"""Everyday English for what orders say otherwise: each way with the plain words for it."""

from __future__ import annotations

import re

_START = (
    r"(?:^|(?<=[,;.!?] )|(?<=\band )|(?<=\bthen )|(?<=\bplease )|(?<=\bjust )|(?<=\byou )|(?<=\boh )|(?<=\bnow )"
    r"|(?<=\bso )|(?<=\bok ))"
)
_CLAUSE = r"[^,;.!?]*"
_PUT = "pop|stick|chuck|bung|whack|shove|plonk|slap|sling|lob|bang"
_MEASURE = r"minutes?|mins?|seconds?|secs?|hours?|degrees?|percent|notch(?:es)?"
_WHO = (
    r"(?:(?:my|our|the) )?(?!(?:me|us|you|it|that|this|the|my|our|at|on|in|by|again|tomorrow|today|tonight|\w+day)\b)"
)

EVERYDAY = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (
            rf"{_START}(?:put|{_PUT}) (?P<one>another|one more) (?P<kind>timer|alarm) on(?= (?:for|at|called) )",
            r"set \g<one> \g<kind>",
        ),
        # words of somebody who thinks, between two pauses
        (
            r", (?:u[mh]+,? )?(?:i don't know|i dunno|let me (?:think|see)|let's see|what was it),? "
            r"(?=(?:an?|the|my|in|at|for|\w+ (?:minutes?|seconds?|hours?)) )",
            " ",
        ),
        (
            r"^(?:put |i need |give me |i'd like )?(?P<length>(?:[\w-]+ ){1,5}?(?:seconds?|minutes?|hours?))"
            r" on the clock(?:,? (?:starting|from) now)?(?=$|[,.!?])",
            r"set a timer for \g<length>",
        ),
        (
            rf"{_START}(?:shout|yell|holler|buzz|beep)(?: (?:at )?me)? when (?P<length>(?:[\w-]+ ){{1,5}}?(?:seconds?"
            r"|minutes?|hours?)) (?:is|are|have|has) (?:up|over|passed|gone by)$",
            r"set a timer for \g<length>",
        ),
        (
            r"^is there still an? (?P<kind>timer|alarm) (?:going|running|on|set)(?= ?\??$)",
            r"do i have any \g<kind>s set",
        ),
        (
            r"(?<=\btimer),? (?:but|and) (?:call|name) it (?P<name>[\w' -]+)$",
            r" called \g<name>",
        ),
        (
            r"^(?:(?:you )?(?:don't|do not|needn't) bother with|(?:there's |there is )?no need for)"
            r" (?P<thing>(?:the|my|that) (?:[\w'-]+ ){0,3}?(?:alarm|timer|reminder))"
            r" (?:any ?more|any longer|after all)(?=$|[,.!?])",
            r"cancel \g<thing>",
        ),
        (
            rf"{_START}(?:knock|take|shave) (?P<by>(?:[\w-]+ ){{1,3}}?degrees?) off (?P<thing>(?:the|my) (?:[\w-]+ )?"
            r"(?:heating|thermostat|temperature|heat))\b",
            r"turn \g<thing> down \g<by>",
        ),
        # stick it on the list, pop some jazz on, whack the heating up to 21; not: chuck it out
        (
            rf"{_START}(?:{_PUT})(?= (?:(?:it|that|this|them|those|some|the|an?|my|our|more|another|two|three|four)\b"
            rf"{_CLAUSE}\b(?:on|onto|in|into|up|down|to)\b|on (?!the list|my list)|{_CLAUSE}\b(?:on|onto|to)"
            rf" (?:the|my|our) (?:\w+ )?list\b))(?! {_CLAUSE}\b(?:off|out|away)\b)",
            "put",
        ),
        (
            rf"{_START}(?:knock|flick|zap)(?= off (?:the|my|our|all|every|both)\b| (?:the|my|our|all|every|both|that)\b"
            rf"{_CLAUSE}\boff\b)(?! {_CLAUSE}\b(?:{_MEASURE})\b)",
            "turn",
        ),
        (
            rf"{_START}(?:scrap|ditch|bin|axe|nix|chuck|lose)(?= (?!(?:it|that|this)\b(?! (?:\w+ )?(?:alarm|timer"
            rf"|reminder))){_CLAUSE}\b(?:alarm|timer|reminder|countdown)s?\b)",
            "cancel",
        ),
        (
            rf"{_START}(?:give me an? (?:little )?(?:shout|nudge|poke|ping|buzz|prod|bell|heads[- ]up)"
            r"|(?:give )?me a (?:shout|nudge)|(?:shout|nudge|poke|buzz) (?:at )?me)"
            r"(?= (?:about|to|that|at|on|tomorrow|tonight|next)\b| (?:in|after) .* (?:to|about|that) )",
            "remind me",
        ),
        (
            rf"{_START}(?:please )?remind (?P<who>{_WHO}[a-z][\w'-]*)(?= (?:to|about|of|that)\b)",
            r"remind me to remind \g<who>",
        ),
        (
            r"^(?:(?:please|and|oh) )*(?:put|bring|get|add) (?:back (?P<a>[^,;]+?)|(?P<b>[^,;]+?) back)"
            r"(?= (?:on|onto|to|in|into) (?:the|my|our) (?:[\w-]+ )?list\b)",
            r"put \g<a>\g<b>",
        ),
        (
            r"^(?:(?:please|and|oh|just|no|actually),? )*(?:leave|keep|let)"
            r" (?P<thing>(?:the|my|our) (?:[\w'-]+ ){0,2}?[\w'-]+)"
            r" (?:stay )?(?:on|off|open|closed|shut|running|locked|unlocked) after all$",
            r"cancel the scheduled \g<thing>",
        ),
        (
            r"^(?:(?:please|and|oh|just) )*(?:leave|keep) (?P<thing>(?:the|my|our) (?:(?!on\b)[\w'-]+ ){0,3}?[\w'-]+)"
            r" on(?= (?:for|until|till) \w)",
            r"turn on \g<thing>",
        ),
        (
            r"^(?:(?:i|we)(?:'ve| have)? )?(?:just )?(?:already )?(?:picked up|grabbed|collected)"
            r"(?= (?:the|some|my|our)\b)",
            "I got",
        ),
    )
)
"""In the order in which they are looked for: a pattern, and the words in its place."""
