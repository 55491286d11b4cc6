"""Everyday English for what orders say otherwise: each way with the plain words for it."""

from __future__ import annotations

import re

START = (
    r"(?:^|(?<=[,;.!?] )|(?<=\band )|(?<=\bthen )|(?<=\bplease )|(?<=\bjust )|(?<=\byou )|(?<=\boh )|(?<=\bnow )"
    r"|(?<=\bso )|(?<=\bok ))"
)
CLAUSE = r"[^,;.!?]*"
_PUT = "pop|stick|chuck|bung|whack|shove|plonk|slap|sling|lob|bang"
_PUTTING = f"{_PUT}|put|add|write|get|throw|note"
_LEADING = r"(?:(?:please|just|so|then|and|can you|could you|would you|will you|can we|could we|let's),? )*"
_FEELING = "oh|hey|no|and|but|sorry|please|damn|ugh|well|so|by the way"
_TOO = r"(?:(?:just|really|still|way|far|much|a bit|a little|a tad|rather) )*(?:too|blindingly|painfully)(?: damn)?"
_WORD = r"(?!(?:is|are|and|but|so|too)\b)[\w-]+"
_THING = rf"{_WORD}(?: {_WORD}){{0,2}}"
DEED = r"^(?P<deed>(?!.*\b(?:notes?|remember|remind|write|jot|say|tell|send|text|announce|translate)\b).+?\w)"
_MEASURE = r"minutes?|mins?|seconds?|secs?|hours?|degrees?|percent|notch(?:es)?"
_MATTER = (
    r"(?:(?:the|my|our) (?:[\w-]+ ){0,2}?[\w-]+|[a-z]+|we|they|there)(?:'s| is|'re| are|'ve| have| has|'ll| will"
    r"| comes?| arrives?| starts?| begins?| closes?| opens?| ends?| leaves?) [^,;.!?]*"
)
_NUMBER = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|ninety|half an?)"
)
_COUNT = rf"{_NUMBER}(?:[ -]{_NUMBER}| and a half| and a quarter)?"
LENGTH = rf"{_COUNT} (?:seconds?|minutes?|hours?)(?: and (?:a (?:half|quarter)|{_COUNT} (?:seconds?|minutes?)))?"
_WHO = (
    r"(?:(?:my|our|the) )?(?!(?:me|us|you|it|that|this|the|my|our|at|on|in|by|again|tomorrow|today|tonight|\w+day)\b)"
)

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_IDLE = r"(?!(?:luck|time|patience|ideas|options|breath|energy|touch|order|control|words|town|work|here|it|hope)\b)"
HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK = (
    r"(?:(?:half|quarter|[\w-]+)(?: minutes)? (?:past|to) [\w-]+|\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|[\w-]+ o'clock|noon"
    rf"|midday|midnight|(?:{HOURS})(?: [\w-]+)?)"
)


EVERYDAY = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (
            rf"{START}(?:put|{_PUT}) (?P<one>another|one more) (?P<kind>timer|alarm) on(?= (?:for|at|called) )",
            r"set \g<one> \g<kind>",
        ),
        # we're out of tea and rice, can you stick those on the list
        (
            rf"^(?:(?:{_FEELING}),? )*(?:we|i)(?:'ve| have|'re| are|'m| am)? (?:(?:just|also|all|nearly|almost"
            r"|really|completely|already|still) )*(?:run out of|running out of|ran out of|out of|low on"
            r"|running low on|short of|need|want)(?: some more| some| more| to (?:buy|get)| to)?"
            rf" {_IDLE}(?P<things>(?!to )[^;.!?]+?)(?: (?:again|too|as well|now|soon))?[,;.!]"
            rf" {_LEADING}(?:{_PUTTING}) (?:it|that|them|those|these|some(?: more)?|both|all of (?:them|those|it))"
            r"(?: all| both| down)? (?:on|onto|to|in|into) (?P<list>(?:the|my|our) (?:[\w-]+ )?list)(?=$|[,.!? ])",
            r"add \g<things> to \g<list>",
        ),
        # the lamp is too bright: never an order to turn it on
        (
            rf"^(?:(?:{_FEELING}),? )*(?P<thing>(?:the|my|our|that) (?:{_WORD} ){{0,3}}?(?:lights?|lamps?"
            rf"|bulbs?)(?: in {_THING})?)(?:'s| is| are) {_TOO} bright(?: (?:now|for me|for us|at the moment))*$",
            r"dim \g<thing>",
        ),
        (
            rf"^(?:(?:{_FEELING}),? )*(?:it's|it is) {_TOO} bright in (?P<place>the {_THING})$",
            r"dim the lights in \g<place>",
        ),
        (
            rf"^(?P<thing>(?:the|my|our) (?!screen|display|monitor|picture|image|sun|window){_THING})(?:'s| is) {_TOO}"
            r" bright(?: (?:now|for me|for us|at the moment))*$",
            r"dim the lights in \g<thing>",
        ),
        (r"^(?:(?:hello|hi|hey|hiya)(?: there)?[,.!]? )?(?:just )?(?:an? )?(?:quick|small) question[,.:;]? (?=\w)", ""),
        (r"^(?:hello|hi|hey|hiya) there[,.!]? (?=\w)", ""),
        # days that are left out
        *(
            (
                rf"\b(?:every ?day|(?:on )?all days|daily),? (?:except|but|bar|apart from|other than|excluding)"
                rf"(?: for)?(?: on)? {day}s?\b",
                f"every {_DAYS[(place + 1) % 7]} to {_DAYS[place - 1]}",
            )
            for place, day in enumerate(_DAYS)
        ),
        (r"\bhalve (?=(?:the|my) \w+)", "half "),
        (
            r"\b(?:an?|one|1) (?P<unit>degree|notch|point|cup|litre|liter|mile) and a half(?!\w)",
            r"one and a half \g<unit>s",
        ),
        (
            rf"\b(?P<count>{_NUMBER}(?:[ -]{_NUMBER})?) (?P<unit>degrees|points|cups|litres|liters|miles)"
            r" and a half(?!\w)",
            r"\g<count> and a half \g<unit>",
        ),
        # what is told at a moment, and how far something goes
        (
            rf"^(?P<please>(?:(?:can|could|would|will) you |please )*)(?:let me know|tell me|give me a shout|alert me)"
            rf" when it(?:'s| is| gets to) (?P<clock>{_CLOCK})(?=$|[,.!?])",
            r"\g<please>remind me at \g<clock> that it is \g<clock>",
        ),
        (
            rf"{START}(?P<on>(?:turn|switch|put) .+? for (?:[\w-]+ ){{1,4}}?(?:seconds?|minutes?|hours?)),?"
            r" (?:and )?then (?:(?:turn|switch) (?:it|them) )?(?:back )?off(?: again)?$",
            r"\g<on>",
        ),
        (
            r"^(?:and |ok |no |now )*(?:go )?back (?P<way>up|down) (?:just )?(?:a )?(?:little|bit|tad|touch|notch)"
            r"(?: bit)?(?: (?:again|please))*$",
            r"turn it \g<way> a bit",
        ),
        (r"^(?P<how>how (?:do|can|would) (?:i|we|you) .+?) again(?=\??$)", r"\g<how>"),
        (
            r"^which (?:one|timer|of them|of those)(?: of them)? (?:finishes|ends|goes off|rings|is done|is up|is ready"
            r"|will finish|runs out) first(?=\??$)",
            "what timers are running",
        ),
        (
            r"^(?:and |so )?how many (?:things|items|entries) (?:are|do i have|have i got|are there)(?: left)? on"
            r" (?P<it>it|there|that)(?: (?:now|so far|by now))?(?=\??$)",
            "what's on it",
        ),
        # frames around an order
        (r"^(?:please |would you |could you |can you )*be so (?:kind|good|nice) as to (?=\w)", ""),
        (
            r"^(?:i|we) (?:always )?(?:keep forgetting|keep on forgetting|always forget)(?: (?:this|it|that|to))?,"
            r" (?:so )?(?=\w)",
            "",
        ),
        (
            r"^(?:i'm|i am|we're|we are) (?:just )?(?:going to|gonna|about to) [^,;.!?]+[,;] (?:so )?"
            r"(?=(?:please )?(?:wake|remind|turn|switch|set|start|close|open|lock|dim|play|add|put)\b"
            r"(?!.*\b(?:it|them|that|those|there)\b))",
            "",
        ),
        (
            r"^(?:the )?(?:sun|light|lamp)(?:'s| is) (?:right |straight |shining )*in my (?:eyes|face),"
            r" (?:so )?(?=\w)",
            "",
        ),
        (
            rf"{DEED}, (?:because )?(?:it's|it is) (?:getting )?(?:so|really|too|very|pretty|quite|a bit"
            r"|rather|just too|awfully)(?: damn| bloody)? (?:gloomy|dark|cold|hot|warm|stuffy|loud|chilly|noisy"
            r"|freezing|bright|dim|quiet|dull)(?: (?:in )?here| now| today| outside)*$",
            r"\g<deed>",
        ),
        (r"^(?P<be>is|are) (?P<what>it|they|that|those) still (?=\w)", r"\g<be> \g<what> "),
        (
            r"^(?:and |so )?what(?:'s| is| do i have| have i got) (?:on|in) (?:there|it)"
            r"(?: (?:so far|by now|already|at the moment))+(?= ?\??$)",
            "what's on it",
        ),
        # what is told, and when to be reminded of it: on its own day, unless another is said
        (
            rf"^(?:(?:{_FEELING}),? )*(?P<fact>{_MATTER}\b(?P<day>tomorrow|(?:on |next )?(?:mon|tues|wednes|thurs|fri"
            rf"|satur|sun)day)\b[^,;.!?]*),? {_LEADING}(?:please )?remind me (?P<at>(?:at|by)"
            r" (?!.*(?:(?:tomorrow|today|day)|\b(?:to|that|about|of))\b)[^,;.!?]+)$",
            r"remind me \g<day> \g<at> that \g<fact>",
        ),
        (
            rf"^(?:(?:{_FEELING}),? )*{_MATTER}\b(?P<day>tomorrow|(?:on |next )?(?:mon|tues|wednes|thurs|fri|satur"
            rf"|sun)day)\b[^,;.!?]*,? {_LEADING}(?:please )?remind me (?P<at>(?:at|by)"
            r" (?!.*(?:tomorrow|today|day)\b)[^,;.!?]+)"
            r" (?P<task>(?:to|about) [^,;.!?]+)$",
            r"remind me \g<day> \g<at> \g<task>",
        ),
        (
            rf"^(?:(?:{_FEELING}),? )*{_MATTER}[^,;.!?]*, {_LEADING}(?:please )?remind me (?P<at>(?:at|by) [^,;.!?]+)"
            r" (?P<task>(?:to|about) [^,;.!?]+)$",
            r"remind me \g<at> \g<task>",
        ),
        (
            rf"^(?:(?:{_FEELING}),? )*(?P<fact>{_MATTER}[^,;.!?]*), {_LEADING}(?:please )?remind me"
            r" (?P<at>(?:at|by|in|on|tomorrow|tonight|later)\b(?!.*\b(?:to|that|about|of)\b)[^,;.!?]*)$",
            r"remind me \g<at> that \g<fact>",
        ),
        # a haste or a convenience that is no condition
        (
            r"^(?:and |so )?(?:when|whenever|as soon as|if|once) you(?:'ve| have|'re| are)? (?:(?:get|got|have|find"
            r"|free|done|ready) ?)*(?:(?:an?|the|one|half an?|some|five) (?:free )?(?:second|sec|moment|minute|mo|tick"
            r"|chance|time))?(?: free| to spare)?, ?(?=\w)",
            "",
        ),
        (
            rf"{DEED},? (?:when|whenever|if|once) you(?:'ve| have)? (?:get|got|have|find)(?: got)?"
            r" (?:an?|the|one|half an?)"
            r" (?:free )?(?:second|sec|moment|minute|mo|tick|chance)(?: free| to spare)?$",
            r"\g<deed>",
        ),
        (r"^before (?:i|we) forget,? (?:and (?:i|we) [^,;.!?]*forget[^,;.!?]*, )?(?=\w)", ""),
        (
            rf"{DEED},? before (?:i|we|somebody|someone|anybody|anyone) (?:all )?(?:trip|fall|slip|stumble"
            r"|break|hurt|stub|bump"
            r"|freeze|melt|boil|roast|faint|go (?:mad|crazy|blind|deaf|insane)|die|starve|trips|falls|slips|breaks"
            r"|bumps|forget)(?= |$)[^,;.!?]*$",
            r"\g<deed>",
        ),
        # how long it is until the alarm rings
        (
            r"^(?:how (?:long|much (?:longer|more time|time))"
            r"(?: (?:is it|is there|is left|do i have|have i got|have we got|(?:do )?we have|left))*)"
            r" (?:till|til|until|before) (?P<thing>(?:the|my) (?:next |first )?alarm)"
            r"(?: (?:goes off|rings|sounds|is due|goes))?(?=\??$)",
            r"when does \g<thing> go off",
        ),
        # words of somebody who thinks, between two pauses
        (
            r", (?:u[mh]+,? )?(?:i don't know|i dunno|let me (?:think|see)|let's see|what was it),? "
            r"(?=(?:an?|the|my|in|at|for|\w+ (?:minutes?|seconds?|hours?)) )",
            " ",
        ),
        # more time for a timer that runs, and a new one
        (
            rf"\bgive (?P<it>it|them|that|me) (?P<count>{_COUNT}) (?:more|extra) (?P<unit>seconds?|minutes?|hours?)"
            r"(?=$|[,.!?])",
            r"give \g<it> another \g<count> \g<unit>",
        ),
        (
            rf"{START}(?:(?:put|add|{_PUT}|i need|give me|i'd like) )?(?:another|an (?:extra|additional)) "
            rf"(?P<length>{LENGTH}) on the (?:clock|timer)(?=$|[,.!?]| please)",
            r"add \g<length> to the timer",
        ),
        (
            rf"{START}(?:(?:put|add|{_PUT}|i need|give me|i'd like) )?(?P<count>{_COUNT}) (?:more|extra)"
            r" (?P<unit>seconds?|minutes?|hours?) on the (?:clock|timer)(?=$|[,.!?]| please)",
            r"add \g<count> \g<unit> to the timer",
        ),
        (
            rf"{START}(?:put |i need |give me |i'd like )?(?P<length>{LENGTH})"
            r" on the (?:clock|timer)(?:,? (?:starting|from) now)?(?=$|[,.!?]| please)",
            r"set a timer for \g<length>",
        ),
        (
            rf"{START}(?:shout|yell|holler|buzz|beep)(?: (?:at )?me)? when (?P<length>(?:[\w-]+ ){{1,5}}?(?:seconds?"
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
            rf"{START}(?:knock|take|shave) (?P<by>(?:[\w-]+ ){{1,3}}?degrees?) off (?P<thing>(?:the|my) (?:[\w-]+ )?"
            r"(?:heating|thermostat|temperature|heat))\b",
            r"turn \g<thing> down \g<by>",
        ),
        # stick it on the list, pop some jazz on, whack the heating up to 21; not: chuck it out
        (
            rf"{START}(?:{_PUT})(?= (?:(?:it|that|this|them|those|some|the|an?|my|our|more|another|two|three|four)\b"
            rf"{CLAUSE}\b(?:on|onto|in|into|up|down|to)\b|on (?!the list|my list)|{CLAUSE}\b(?:on|onto|to)"
            rf" (?:the|my|our) (?:\w+ )?list\b))(?! {CLAUSE}\b(?:off|out|away)\b)",
            "put",
        ),
        (
            rf"{START}(?:knock|flick|zap)(?= off (?:the|my|our|all|every|both)\b| (?:the|my|our|all|every|both|that)\b"
            rf"{CLAUSE}\boff\b)(?! {CLAUSE}\b(?:{_MEASURE})\b)",
            "turn",
        ),
        (
            rf"{START}(?:scrap|ditch|bin|axe|nix|chuck|lose)(?= (?!(?:it|that|this)\b(?! (?:\w+ )?(?:alarm|timer"
            rf"|reminder))){CLAUSE}\b(?:alarm|timer|reminder|countdown)s?\b)",
            "cancel",
        ),
        (
            rf"{START}(?:give me an? (?:little )?(?:shout|nudge|poke|ping|buzz|prod|bell|heads[- ]up)"
            r"|(?:give )?me a (?:shout|nudge)|(?:shout|nudge|poke|buzz) (?:at )?me)"
            r"(?= (?:about|to|that|at|on|tomorrow|tonight|next)\b| (?:in|after) .* (?:to|about|that) )",
            "remind me",
        ),
        (
            rf"{START}(?:please )?remind (?P<who>{_WHO}[a-z][\w'-]*)(?= (?:to|about|of|that)\b)",
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

DICTATED = re.compile(
    r"^(?:(?:please|just|ok|so) )*(?:(?:take|make|write|add|create|save)(?: down)? (?:an?|this|another)"
    r" (?:new |quick )?)?note(?: to self)?: ?(?P<text>\S.*)$",
    re.IGNORECASE,
)
"""A note behind a colon."""
