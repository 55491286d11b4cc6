"""English orders by what is not to go on, by how far something is shut, and by a vague time, in plain words."""

from __future__ import annotations

import re

from assistant.language.tables.english.everyday import CLAUSE, HOURS, LENGTH, START
from assistant.language.tables.table import Plain

_COVER = r"(?:blinds?|curtains?|drapes|shutters?|shades?|awnings?)"
_SHARES = {"a quarter": 25, "one quarter": 25, "a third": 33, "one third": 33, "half": 50, "two thirds": 67}
_SHARES |= {"three quarters": 75}
_SHARE = rf"(?P<share>{'|'.join(_SHARES)}|\d{{1,2}} ?(?:percent|%))"
_LATER = r"later(?: on)?|soon|some ?time|at some (?:point|time)|in a (?:little )?(?:bit|while)|eventually"
_PAST = r"\bat (?:five|ten|(?:a )?quarter|twenty|half|\d\d?) past"
_STATES = {"unlocked": "lock", "on": "turn off", "off": "turn on", "open": "close", "(?:closed|shut)": "open"}


def _shut(match: re.Match[str]) -> str:
    """Return the order to bring something so far that the rest of it is open: `three quarters down` is 25 percent."""
    share = match["share"].casefold()
    shut = _SHARES.get(share) or int(re.sub(r"\D", "", share))
    return f"set {match['thing']} to {100 - shut} percent"


_WAYS: tuple[tuple[str, Plain], ...] = (
    # stop the alarm from going off tomorrow; stop reminding me to call Anna
    (
        rf"{START}(?:stop|keep|prevent) (?P<thing>(?:the|my|that|any) (?:[\w'-]+ ){{0,3}}?(?:alarms?|timers?"
        r"|reminders?)) from (?:going off|ringing|sounding|beeping|buzzing)",
        r"cancel \g<thing>",
    ),
    (rf"{START}(?:stop|quit) (?:reminding|nagging) me (?P<what>(?:to|about|of) )", r"cancel the reminder \g<what>"),
    (
        rf"{START}(?:(?:you )?(?:don't|do not|needn't) bother with|never ?mind(?: about)?|forget(?: about)?)"
        r" (?P<thing>(?:the|my|that) (?:[\w'-]+ ){0,3}?(?:alarm|reminder)"
        r" (?:tomorrow|tonight|today|on \w+day|at \d)[^,;.!?]*)(?=$|[.!])",
        r"cancel \g<thing>",
    ),
    # don't leave the door unlocked
    *(
        (
            rf"{START}(?:don't|do not|never) leave (?P<thing>(?:the|my|our|any|all) {CLAUSE}?\w) {state}"
            r"(?P<place> in the \w+(?: room)?)?(?= please$|$|[.!])",
            rf"{order} \g<thing>\g<place>",
        )
        for state, order in _STATES.items()
    ),
    # open the blinds a quarter of the way; put them three quarters down
    (
        rf"{START}(?:open|raise|lift) (?P<thing>{CLAUSE}\w) {_SHARE} (?:of the way )?(?:open|up)?(?=$|[.!])",
        r"set \g<thing> to \g<share>",
    ),
    (
        rf"{START}(?:put|set|bring|let|pull|move|leave|close|shut|lower) (?P<thing>{CLAUSE}\b{_COVER}(?: in the \w+"
        rf"(?: room)?)?) (?:at |to )?{_SHARE} (?:of the way )?(?:down|closed|shut)(?=$|[.!])",
        _shut,
    ),
    (
        rf"{START}(?:close|shut) (?P<thing>{CLAUSE}\b{_COVER}(?: in the \w+(?: room)?)?) (?:by )?{_SHARE}"
        r"(?: of the way)?(?=$|[.!])",
        _shut,
    ),
    (r"\bfor another (?P<unit>second|minute|hour|day|week)\b", r"for 1 \g<unit>"),
    (
        r"(?P<every>\b(?:every|each|daily)\b.*?) (?:for|over) the next (?P<unit>week|month|fortnight)\b",
        r"\g<every> for one \g<unit>",
    ),
    # at once, which goes without saying; first this, then that
    (
        r"(?<=\w),? (?:(?:right|straight) away|immediately|at once|asap|as soon as (?:possible|you can)|pronto)"
        r"(?=$|[.!])",
        "",
    ),
    (
        rf"(?P<order>{START}(?:turn|switch|put) (?:on|off) (?:the|my) (?:(?!and\b)[\w'-]+ ?){{1,4}}) again"
        r"(?=$|[.!]| in | at )",
        r"\g<order>",
    ),
    (rf"^wait (?:for )?(?P<length>{LENGTH}),? (?:and )?then (?P<order>\w.*)$", r"\g<order> in \g<length>"),
    (r"^let'?s (?=(?:turn|switch|put|open|close|lock|dim|play|start|set|add)\b)", ""),
    # the fan should go on
    *(
        (
            rf"^(?P<thing>(?:the|my|our|all) (?:[\w'-]+ ){{0,3}}?[\w'-]+) (?:should|must|has to|have to|ought to"
            rf"|needs? to) (?:be|go|come|get)(?: (?:turned|switched|put))? {state}(?=$|[.!]| in | at )",
            rf"{order} \g<thing>",
        )
        for order, state in (("turn on", "on"), ("turn off", "off"))
    ),
    (
        rf"(?P<first>{START}(?:set|put|turn|dim|bring) {CLAUSE} to \d+)(?P<second> and (?:the )?[\w ]+ to \d+"
        r" ?(?P<unit>percent|%|degrees))",
        r"\g<first> \g<unit>\g<second>",
    ),
    (r"(?<=\w) as well as (?=(?:the|my|our)\b)", " and "),
    (
        rf"{START}(?:turn|make|change|convert) (?P<alarm>(?:the|my) {CLAUSE}\balarm) into (?=\d|half|quarter)",
        r"move \g<alarm> to ",
    ),
    (
        rf"{START}make (?P<timer>(?:the|my) (?:[\w'-]+ )?timer) (?P<length>{LENGTH}) shorter(?=$|[.!])",
        r"take \g<length> off \g<timer>",
    ),
    # what is to be looked at, or told, is no item
    (
        rf"{START}(?:check|verify)(?: that| if| whether) (?P<thing>(?:the|my|our|all) (?:[\w'-]+ ){{0,3}}?[\w'-]+)"
        r" (?P<be>is|are) (?P<state>on|off|open|closed|shut|locked|unlocked|running)(?=$|[.!?])",
        r"\g<be> \g<thing> \g<state>",
    ),
    (
        rf"{START}(?:(?:let|have) me know|(?:tell|warn|alert|notify|inform|ping|call|remind) me)"
        r" (?P<when>when|once|as soon as) (?P<event>(?!(?:it|that|this)\b).* (?:is|are|has|have)"
        r" (?:done|ready|finished|cooked|over|boiled|baked|here"
        r"|home|empty|full))(?=$|[.!])",
        r"remind me to look \g<when> \g<event>",
    ),
    (
        r"^(?P<told>(?:i|we)(?:'ve| have)? (?:just |already )*(?:got|bought|picked up) (?!up\b)"
        rf"{CLAUSE}\w)"
        r" (?:this (?:morning|afternoon|evening)|yesterday|earlier(?: today)?|today|last night)(?=$|[.!])",
        r"\g<told>",
    ),
    # a place, a state or a wish before what is meant
    (r"^in the (?P<place>[\w ]+?),? it(?:'s| is) (?P<state>[\w ]+)(?=$|[.!])", r"it is \g<state> in the \g<place>"),
    (
        rf"^(?P<thing>(?:the|my) {CLAUSE}\b(?:alarm|reminder|timer)\b{CLAUSE}?) (?:is not|isn't|is no longer)"
        r" (?:needed|necessary|required|wanted)(?P<day> tomorrow| today| tonight)?(?: any ?more| after all)?(?=$|[.!])",
        r"cancel \g<thing>\g<day>",
    ),
    (r"\b(?:i|we)(?:'d| would)? (?:like|love|want|need) to be woken(?: up)?(?= )", "wake me"),
    (rf"{START}remind us(?= )", "remind me"),
    (r"^note to self,? (?:that )?(?=\w)", "note that "),
    (
        rf"(?P<timer>{START}(?:set|start) (?:an?|the|another) (?:[\w'-]+ )?timer), (?P<length>{LENGTH})(?=$|[.!])",
        r"\g<timer> for \g<length>",
    ),
    (
        rf"(?P<alarm>{START}(?:set|make) (?:an?|the|another|two|three|my|some) (?:[\w'-]+ )?alarms?),"
        rf" (?=\d|half|quarter|(?!one (?:for|at|to|in)\b)(?:{HOURS})\b)",
        r"\g<alarm> for ",
    ),
    # on at seven and off at five past
    (
        rf"^(?=.*{_PAST}(?:$|[.!]))(?P<order>.*?\bat (?P<hour>\d{{1,2}}|{HOURS})\b.* and .*{_PAST})(?=$|[.!])",
        r"\g<order> \g<hour>",
    ),
    # when, is asked
    (rf"{START}remind me (?:{_LATER}) (?=to |about |of |that )", "remind me "),
    (rf"(?P<order>{START}remind me (?:to|about|of) {CLAUSE}\w),? (?:{_LATER})(?=$|[.!])", r"\g<order>"),
)

TURNED_ROUND = tuple((re.compile(pattern, re.IGNORECASE), plain) for pattern, plain in _WAYS)
"""In the order in which they are looked for: a pattern, and the words in its place."""
