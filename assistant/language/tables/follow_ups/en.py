"""English words by which a sentence takes up one that was said before."""

from __future__ import annotations

from assistant.language.tables.follow_ups.words import FollowUpWords

_OLD, _NEW = r"(?:the |my |an? )?(?P<old{n}>.+?)", r"(?P<new{n}>.+)"

_EXCHANGES = (
    r"not {old}(?:\s*[,;.]\s*(?:but |it's |it is |i (?:said|meant) )?| but (?:rather )?) ?{new}",
    r"(?:i (?:said|meant|mean|want|wanted) )?{new_lazy}\s*,?\s+(?:and |but )?not {old_end}",
    r"(?:i (?:said|meant|mean|want|wanted) )?{new_lazy},? (?:instead of|rather than) {old_end}",
    r"(?:change|replace|swap|switch|correct) {old} (?:to|with|for|by|into) {new}",
    r"{old} should (?:be|have been) {new}",
)


def _numbered() -> str:
    """Return the patterns with groups of names of their own."""
    patterns = []
    for number, pattern in enumerate(_EXCHANGES):
        old, new = _OLD.replace("{n}", str(number)), _NEW.replace("{n}", str(number))
        patterns.append(
            pattern.replace("{old_end}", old.replace(".+?", ".+")).replace("{old}", old)
            .replace("{new_lazy}", new.replace(".+", ".+?")).replace("{new}", new)
        )  # fmt: skip
    return "|".join(patterns)


WORDS = FollowUpWords(
    fillers=r"oh|ah|it'?s|it is|that'?s|that is|let'?s say|well|hm+|um+|uh+|er+|oops|okay|ok|great|good|fine|right"
    r"|alright|all right|please|hey|yes|yeah|thanks|thank you|so|then|wait|hold on|hang on|just a second"
    r"|in that case",
    denial=r"no|nope|nah|not that|wrong \w+|that's wrong|that is wrong|wrong|i (?:meant|mean|said)(?: to say)?"
    r"(?: it's| it is)?"
    r"|i wanted|i asked for|(?:it|that|this) should (?:be|go|have been|have gone)|i was talking about|no i",
    repair="sorry|my mistake|actually|correction|rather|or rather",
    change=r"(?:please )?(?:make|change|set|move|put|turn|switch|shift|push|bring) (?:it|that|this|them)"
    r" (?:to|into|for|at|until|till|back to|forward to|up to|down to|on)?|(?:make|let'?s make) (?:it|that|this|them)"
    r"|let'?s do|only|just|better(?: make it)?",
    repair_behind="(?:was|is) (?:right|enough|fine|better)|will do|would (?:do|be better)|instead|rather|i mean"
    r"|i meant|sorry|actually|that is",
    addition=r"another(?: one)?|one more|(?:do )?(?:the )?same(?: thing)?(?: again)?(?: (?:for|in|with|on|to"
    r"|at))?|(?:and )?what (?:about|of)"
    r"|(?:and )?how about|what if it(?:'s| is)|and also|and then|and now|and|also|plus|now|next"
    r"|but(?: what about)?|or"
    r"|ditto for|do that (?:for|in|with|to)",
    addition_behind="too|as well|also|again|though|next|now",
    exchange=_numbered(),
    single="that one|this one|the one|it|that|this|the thing",
    several="them all|them|those|these|they",
    both="both of (?:them|those|these)|all of (?:them|those|these)|them both|the two of them|the both|both"
    "|all (?:two|three|four)",
    before_nouns="that|this|those|these|both",
    after_pronouns=r"off|on|up|down|again|now|please|too|also|back|away|out|in|to \w+|for .+|from .+|by .+"
    r"|at .+|until .+|instead|yet|then|as well|first|if .+|when .+|and .+|so .+|once more|with .+|later"
    r"|tomorrow|today"
    r"|tonight",
    expletives=r"(?:what|how|when|where|why|who|which)\b.* (?:is|was|are|were|will|would|does|did) (?:it|that|this)"
    r"|(?:is|was|will|does|did|has) it|it (?:is|was|will|has|looks|seems|feels)|it's|that's|that is|this is",
    shifts={"later": 1, "longer": 1, "more": 1, "earlier": -1, "sooner": -1, "shorter": -1, "less": -1},
)
