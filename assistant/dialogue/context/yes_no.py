"""Yes and no: the words of an answer that mean nothing else."""

from __future__ import annotations

import re

_FIRM = (
    "yes|yeah|yep|yup|do it|do that|go ahead|go for it|confirm|certainly|of course|absolutely|definitely|correct"
    "|exactly|affirmative|that one|sounds good|(?:that's|that is) what i want|by all means|let's do it"
)
_WEAK = "please do|please|sure|okay|ok|right|that's right|that is right|i'm sure|i am sure"
"""Words that are a yes only where nothing else is said."""

_NOT = (
    "no|nope|nah|don't bother|don't|do not|(?:cancel|scrap|scratch|skip|drop|leave|forget)(?: about)?(?: it| that)"
    "|(?:absolutely|certainly|definitely|of course) not|(?:that's|that is) not what i (?:meant|said|wanted|asked for)"
    "|(?:i )?did(?:n't| not) (?:mean|want|say|ask for) (?:that|it|this)|cancel|stop|never mind|nevermind"
    "|neither of (?:them|those)|neither|none of (?:them|those)|none|nothing|not now"
    "|negative|wait|hold on|(?:it |that )?doesn't matter|no need|not any ?more|(?:i |i've |i have )?changed my mind"
    "|abort|on second thoughts?"
)
_COURTESY = "thanks|thank you"
_HESITATION = "(?:(?:oh|um|uh|er|ah|hm+|well|actually|sorry) )*"
YES = re.compile(rf"{_HESITATION}(?:{_FIRM}|{_WEAK})(?: (?:{_FIRM}|{_WEAK}|{_COURTESY}))*")
NO = re.compile(rf"{_HESITATION}(?:{_NOT})(?: (?:{_NOT}|{_COURTESY}|please))*")
_MERELY = re.compile(rf"{_HESITATION}(?:no|nope|nah|wrong|that's wrong|that is wrong|not that)(?: (?:no|{_COURTESY}))*")
_WAITING = re.compile(rf"{_HESITATION}(?:(?:no|nope|nah|stop|wait|hold on|none|nothing|not now|{_COURTESY}|please) ?)+")
BEGINS = re.compile(rf"(?P<yes>(?:{YES.pattern})(?= ))|(?P<no>{_HESITATION}(?:{_NOT})\b)")
IS_FIRM = re.compile(rf"{_HESITATION}(?:{_FIRM})\b")


def plain_words(text: str) -> str:
    """Return the words of a text in lower case, without punctuation."""
    return " ".join(re.findall(r"[\w']+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def takes_back(text: str) -> bool:
    """Tell if an utterance says of what was done last that it is not wanted: `no, scrap that`; not a mere no."""
    answer = plain_words(text)
    return bool(NO.fullmatch(answer)) and not _WAITING.fullmatch(answer)


def is_mere_no(text: str) -> bool:
    """Tell if an utterance says only no."""
    return bool(_MERELY.fullmatch(plain_words(text)))
