"""English words by which a sentence takes up one that was said before."""

from __future__ import annotations

from assistant.language.tables.follow_ups.answers import AnswerWords
from assistant.language.tables.follow_ups.questions import QuestionWords
from assistant.language.tables.follow_ups.words import FollowUpWords

_OLD, _NEW = r"(?:the |my |an? )?(?P<old{n}>.+?)", r"(?P<new{n}>.+)"

_EXCHANGES = (
    r"not {old}(?:\s*[,;.]\s*(?:(?:but|it's|it is|sorry|no|rather|actually|i (?:said|meant|mean))(?:,? |, ))*"
    r"| but (?:rather )?| sorry,? (?:i (?:said|meant|mean) )?| i me(?:ant|an) ) ?{new}",
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


_WAYS = dict.fromkeys(
    """up raise raised increase increased open opened opening louder brighter warmer hotter brighten boost higher
    lift""".split(),
    1,
) | dict.fromkeys(
    """down lower lowered decrease decreased reduce close closed closing shut quieter softer darker dimmer dim
    cooler colder chillier""".split(),
    -1,
)

WORDS = FollowUpWords(
    brief="no|and|not",
    fillers=r"oh|ah|it'?s|it is|that'?s|that is|let'?s say|well|hm+|um+|uh+|er+|oops|okay|ok|great|good|fine|right"
    r"|alright|all right|please|hey|yes|yeah|thanks|thank you|so|then|wait|hold on|hang on|just a second"
    r"|in that case",
    denial=r"no|nope|nah|not (?:that|this)(?: one)?|wrong \w+|that's wrong|that is wrong|wrong"
    r"|i (?:meant|mean|said)(?: to say)?"
    r"(?: it's| it is)?"
    r"|i wanted|i asked for|(?:it|that|this) should (?:be|go|have been|have gone)|i was talking about|no i",
    repair="sorry|my mistake|actually|on second thoughts?|come to think of it|correction|rather|or rather",
    change=r"(?:please )?(?:make|change|set|move|put|turn|switch|shift|push|bring) (?:it|that|this|them)"
    r" (?:to|into|for|at|until|till|back to|forward to|up to|down to|on)?|(?:go )?back to"
    r"|(?:make|let'?s make) (?:it|that|this|them)"
    r"|let'?s do|only|just|better(?: make it)?",
    moves="(?:(?:and|then|please|now|ok|okay) )*(?:move|put|push|bring|shift) (?:it|that|this|them) (?:to|up|down)",
    repair_behind="(?:was|is) (?:right|enough|fine|better)|will do|would (?:do|be better)|instead|rather|i mean"
    r"|i meant|sorry|actually|that is",
    addition=r"another(?: one)?|one more|(?:do )?(?:the )?same(?: thing)?(?: again)?(?: (?:for|in|with|on|to"
    r"|at))?|(?:and )?what (?:about|of)"
    r"|(?:and )?how about|what if it(?:'s| is)|and also|and then|and now|and|also|plus|now|next"
    r"|but(?: what about)?|or"
    r"|(?:ditto|likewise|same here)(?: (?:for|in|with|on))?|do that (?:for|in|with|to)",
    repeating=r"(?:(?:do )?(?:the )?same(?: thing)?(?: again)?|ditto|likewise|do that) (?:for|in|with|on|to|at)",
    once_more=r"(?:(?:and|ok|okay|oh|now|plus|then|add) )*(?:another(?: one)?|one more)",
    addition_behind="too|as well|also|again|though|then|next|now|likewise|ditto|the same",
    exclusion=r"(?:(?:no[,;.]? )?(?:but|and|or|only|just) |no[,;.] )?(?:nor|neither|except(?: for)?"
    r"|apart from|not(?! (?:so|too|quite|bad|now|yet|really|sure|exactly|at all|right|enough)\b))"
    r"|(?:but|and|or) (?:no(?=\s)|without|never)"
    r"|(?:(?:actually|oh|no|but|and|well|sorry)[,;.]? )*(?:never mind|nevermind|forget(?: about)?|scrap|skip|leave out"
    r"|(?:actually|no) (?:without|no(?=\s)))"
    r"(?! (?:it|that|this|them|all|everything|the (?:question|whole|first|second|third|last|other))\b)(?=\s)",
    left_alone=r"(?:(?:but|and) )?(?:please )?leave (?P<left>.+?)"
    r" (?:alone|out(?: of it| of this)?|be|as (?:it is|they are))",
    exchange=_numbered(),
    single="that one|this one|the one|it|(?:that|this|the) thing|that|this",
    several="them all|them|those|these|they",
    both="both of (?:them|those|these)|all of (?:them|those|these)|them both|the two of them|the both|both"
    "|all (?:two|three|four)",
    before_nouns="that|this|those|these|both",
    after_pronouns=r"off|on|up|down|again|now|please|too|also|back|away|out|in|thing|one|to .+|for .+|from .+|by .+"
    r"|at .+|until .+|instead|yet|then|as well|first|if .+|when .+|and .+|so .+|once more|with .+|later"
    r"|tomorrow|today"
    r"|tonight",
    determiners="the|my|our|your|this|that",
    returning="back|again",
    mending="no wait|wait no|no no|no make (?:it|that)|no i mean|or rather|no sorry|sorry i mean|i mean no|uh no|oh no"
    "|scratch that|no actually|wait make (?:it|that)|no scratch that|correction",
    compared=tuple(
        frozenset(words.split())
        for words in ("brighter dimmer darker lighter", "louder quieter softer", "warmer hotter cooler colder")
    ),
    one_before="(?:(?:and|also|plus|oh|then|now|please) )*(?:(?:another|(?:another )?one(?: more)?)"
    " (?=(?:for|called|named) )|(?:(?:can|could) you )?(?:set|make|add|start|create|give me|i need|i want)(?: me)?"
    " (?:another(?: one)?|one(?: more)?) (?=(?:for|called|named|at|on|in|every) ))",
    setting="set another {0}",
    going_on="(?:and|so|then|now|ok|okay|well|oh)(?:,? (?:and|so|then|now))*",
    comes_to="(?:is|makes|would be|gives)(?: what)?",
    swapping="replace {0} with {1} on {2}",
    others="other",
    staying=r"(?:(?:never mind|forget it|no|oh|please|just|but) )*(?:leave|keep|let)"
    r" (?:it|that|them|this|those|everything|things)"
    r"(?: (?:(?:as|how|where|the way) (?:it is|they are|it was|they were|is|are)|there|be|at that|like (?:that|this))"
    r"| (?:stay )?(?P<state>on|off|open|closed|shut|locked|unlocked|running|alone)"
    r"| (?:at|on|to) (?P<value>\d.*|[a-z]+(?:ty|teen)(?: .*)?))?(?: (?:then|please|after all|now|instead))*",
    as_before=r"(?:(?:no|oh|ok|okay|please|sorry|actually|(?:that's |that is |it's )?(?:way |far )?too \w+|can you"
    r"|could you|hmm*|wait) )*"
    r"(?:(?:put|set|turn|change|bring|make|switch|get|leave) (?:it|that|this|them|everything|things"
    r"|all(?: of (?:it|them))?) )?(?:back )?(?:to )?(?:what|how|as|like|where|the way)"
    r" (?:it|they|that|everything|things) (?:was|were|had been)(?: set)?(?: (?:to|at))?"
    r"(?: (?:before|originally|previously|earlier|(?P<first>at first|(?:at|in) the (?:start|beginning|very start)"
    r"|to (?:start|begin) with|first)))?(?: (?:please|again|thanks))*",
    telling_more=r"(?:(?:oh|and|also|then|please|oh and)[, ]+)*(?:(?:add|write|put|say|note)(?: down)?(?: (?:in|also))?"
    r"(?: to (?:it|that|this|the note))?[, ]+)?that (?!(?:to|on|onto|in|into|as|for|from|one|note)\b)"
    r"(?P<more>(?:\S+ ){2,}\S+)",
    note_with_more="add to the last note that {0}",
    hastening=r"(?:(?:actually|no|oh|ok|okay|wait|on second thoughts?|please|and|just|well) )*(?:do|make|run|start)"
    r" (?:it|that|this)(?: (?:right|straight))? (?:now|away|immediately|at once|right now)(?: (?:instead|please))*",
    halfway="way",
    filling="add {0} to {1}",
    filling_by_order="{0} to {1}",
    owning=r"(?:(?:no|oh|well|but|and|actually|wait),? )*(?:(?:we|i)(?:'ve| have)? (?:(?:already|still) )+(?:got|have)"
    r"|(?:we|i)(?:'ve got| have got| have)(?! (?:the|some|my|our|all|everything|bought|done|got)\b)"
    r"|(?:we|i)(?:'ve| have)? (?:(?:just|already|all) )*(?:eaten|ate|drunk|drank|used(?: up)?|polished off|cooked)"
    r"|(?:we|i)(?:'ve| have)? (?:(?:just|already|all) )*finished(?! .*\blist\b)) ",
    parting="of",
    asides="(?:just )?while (?:you're|you are|we're|we are|i'm) (?:at|about|on) it|while you're there",
    pausing="no|sorry|rather|actually|wait|hold on|make (?:it|that)|i mean|i meant|my mistake|oops|better"
    r"|or(?= (?:no|rather|better|wait|actually|sorry|i me|make|let)\b)",
    hesitating="u+h+|u+m+|e+r+|hm+|oh|ah",
    within="in|on|at",
    shifting="make it",
    steps=r"(?:(?:and|no|just|still|ok|okay|hm+|maybe|go|make it|i want it|turn it) )*(?:(?:a (?:little |tiny )?bit"
    r"|a little|a tad|a touch|a notch|some|even|slightly|much|still|one step) )*(?:more|further"
    r"|(?P<less>less|not (?:so|that|quite (?:so|that)) (?:much|far)))(?: (?:still|yet|again|than that))?"
    r"|(?:(?:it|that)(?:'s| is) )?(?:still (?:(?:a bit|a little|much|far|way) )?too (?P<over>\w+)"
    r"|(?:still )?not (?:quite |nearly )?(?P<under>\w+) enough)(?: yet| still)?",
    ends=r"(?:(?:and|no|just|ok|okay|go|i meant?|make it) )*(?:all the way|the whole way|completely|fully|entirely"
    r"|as far as (?:it goes|possible))(?: (?P<side>up|down|open|closed|shut))?",
    remarks=r"(?:(?:oh|no|hm+|okay|ok|well|and)[, ]+)*(?:(?:that|it|this)(?:'s| is| was)"
    r" (?:(?:way|far|much|a bit|really|just|so|quite|a little) )*"
    r"(?:too \w+|horrible|awful|terrible|ugly|nasty|wrong|no good|not (?:right|nice))"
    r"|(?:(?:way|far|much|a bit|a little) )?too \w+|no wait|wait|hang on|hold on|i don't like (?:it|that))",
    one_more_steps=r"(?:(?:and|no|ok|okay|now|then|make it|turn it|put it) )*(?:another|one more)"
    r"(?: (?P<number>one|two|three|four|five|half|a half|\d+))?(?: degrees?)?(?: (?:up|down))?(?: please)?",
    ways=_WAYS,
    throwing=r"(?:(?:and|ok|okay|now|do (?:it|that)|one more|try|go) )*(?:again|once more|one more time"
    r"|another (?:one|time))",
    resuming=r"(?:(?:ok|okay|alright|all right|right|now|so|then|you (?:can|may)|please) )*"
    r"(?:(?:it|that) (?:can|may) |let (?:it|that) )?"
    r"(?:(?:carry|go|keep|play) on|continue|resume|keep going|go ahead|start (?:it )?again)"
    r"(?: (?:again|then|now|with (?:it|that)))*",
    resumption="resume",
    expletives=r"(?:what|how|when|where|why|who|which)\b.* (?:is|was|are|were|will|would|does|did) (?:it|that|this)"
    r"|(?:is|was|will|does|did|has) it|it (?:is|was|will|has|looks|seems|feels)|it's|that's|that is|this is",
    agreement="(?:yes|yeah|yep|ok|okay|right|sure|fine|good|great)[,;.]? but(?: please)?",
    there="(?:in |over )?there",
    none_of="no(?! (?:the|an?|my|our)\\b)",
    mentioning="(?:that |which )?(?:i|we) (?:just )?(?:set|made|added|started|mentioned|named|said|asked for|put on)",
    amounts="(?:it|that|this|they|i|we)(?:'ll)? (?:just |only |really )?(?:needs?|takes?|wants?|should (?:be|get|have))"
    "|(?:give|let) (?:it|me|that|us)(?: have)?|(?:set|make) (?:it|that)",
    next_days="(?:the )?(?:day after|next day|following day)",
    days_before="(?:the )?(?:day before|previous day)",
    shifts={"later": 1, "longer": 1, "more": 1, "earlier": -1, "sooner": -1, "shorter": -1, "less": -1},
)

_URGING = (
    "hurry(?: up)?|quick|quickly|fast|now|right (?:now|away)|at once|immediately|asap|as (?:soon|fast"
    "|quickly) as (?:you can"
    "|possible)|already|then|thanks|thank you|(?:very|so) much|a lot|man|mate|dear|buddy|sir|(?:that|it)(?:'s"
    "| is) (?:it|fine"
    "|right|correct|ok|okay|good)|just do it|(?:for|to) me"
)

_PAUSE = "(?:a|one|just a|another) (?:second|sec|moment|minute|bit|while)"

_POSTPONING = (
    "let me (?:think|see|check|have a (?:think|look))(?: (?:about|of) (?:it|that|something))?(?: first)?"
    "|(?:that's |that is |now )?(?:a )?(?:very )?good question"
    "|i (?:don't|do not|wouldn't|didn't) know(?: (?:yet|that|exactly|really|right now|now))*"
    "|(?:i'm |i am )?not (?:so |quite |really )?(?:sure|certain)(?: (?:yet|right now))?"
    "|(?:i have |i've )?no (?:idea|clue)(?: yet)?"
    f"|(?:wait|hang on|hold on|bear with me|give me|i need|i'll need)(?: for)?(?: {_PAUSE})(?: to think)?|hang on"
    "|(?:just )?(?:a|one) moment|just a (?:sec|second)"
    "|(?:i )?(?:have|need|got) to (?:think|check)(?: about (?:it|that))?"
    "|i (?:can't|cannot|can not) (?:remember|think of (?:it|anything|one|any))(?: right now)?|i (?:forgot|forget)"
    "|(?:i'm |i am )?still thinking|i'm thinking|i(?:'ve| have)(?:n't| not) decided(?: yet)?|what do you suggest"
    "|later|soon"
)

_LATER = "(?:later|soon|another time|some other time|tomorrow|tonight|when i know|in a (?:bit|moment|minute|while))"

_DECLINING = (
    f"(?:i'll|i will|i'm going to|let me) (?:tell you|let you know|say(?: so)?|get back to you"
    "|come back to (?:it|that|you))"
    f"(?: (?:about )?(?:it|that))?(?: {_LATER})?|(?:please )?ask (?:me )?(?:again )?{_LATER}"
    "|(?:of |about |for |to do |add |just |absolutely )*nothing(?: (?:really|else|at all|more|for now|right now"
    "|yet|today|comes to mind|to add))*"
    "|(?:i'm|i am|we're|we are) (?:fine|good|ok|okay|all set|done)(?: (?:for now|as (?:i am|we are)))?"
    "|(?:i|we) (?:don't|do not) (?:need|want|have) (?:anything|any)(?: (?:else|right now|now|today|yet))*"
    "|(?:i|we) have everything(?: (?:i|we) need)?"
)

ANSWERS = AnswerWords(
    postponing=_POSTPONING,
    declining=_DECLINING,
    bounds=r"(?:before|after|later than|earlier than|at least|at most|longer than|shorter than|no more than|up to)"
    r"(?: (?:at|the|about|around|an?))?|between(?: [\w']+){1,4}"
    r"|(?:usually|normally|always|often|sometimes|never)(?: [\w']+){0,4}",
    rejecting=r"ago|(?:[\w']+ ){0,4}?(?:too|way too|far too) \w+|(?:is|are|was|were|would be)(?: not|n't)"
    r"|(?:won't|wouldn't|will not|would not|doesn't|does not|isn't|aren't|can't) ",
    every_place="everywhere|(?:in )?(?:all|every)(?: of)?(?: the)? rooms?|all over(?: the (?:house|place))?"
    "|(?:in |throughout )?(?:the )?(?:whole|entire) (?:house|home|flat|place|apartment)",
    hanging="(?:right |just |shortly |straight |soon |an hour |a bit )?(?:after|before)|when|whenever|once|while"
    "|until|till|if|unless|as soon as|as long as|in case|provided|depending on|during",
    firm="ye+s+|y|yeah|yep|yup|yea|yah|ya|aye|do it|do that|do so|go ahead|go for it|confirm|confirmed|certainly"
    "|of course|absolutely|definitely|correct|exactly|affirmative|that one|sounds (?:good|great|right)"
    "|(?:that's|that is) what i (?:want|meant|said)|by all means|let's do (?:it|that)|you bet|totally|indeed"
    "|naturally|why not|i do",
    shrugging="(?:sure |well |yeah )?(?:why not|i guess(?: so)?|whatever|if you (?:like|want|must))",
    weak="please do|please|sure|okay|ok|k|right|that's right|that is right|i'm sure|i am sure|fine|alright|all right",
    urging=_URGING,
    refusal="no+|n|nope|na+h|naw|nay|don't bother|don't|do not|(?:cancel|scrap|scratch|skip|drop|leave"
    "|forget)(?: about)?(?: it| that)"
    "|(?:absolutely|certainly|definitely|of course) not|(?:that's|that is) not what i (?:meant|said|wanted|asked for)"
    "|(?:i )?did(?:n't| not) (?:mean|want|say|ask for) (?:that|it|this)|cancel|stop|never mind|nevermind"
    "|neither of (?:them|those)|neither|none of (?:them|those)|none|nothing|not (?:now|yet|today|really|this time)"
    "|negative|wait|hold on|(?:it |that )?doesn't matter|no need|not any ?more|(?:i |i've |i have )?changed my mind"
    "|abort|on second thoughts?|nowhere|(?:i'd |i would )?(?:better|rather) not|maybe later|another time",
    mere="no+|n|nope|na+h|nay|wrong|that's wrong|that is wrong|not that",
    waiting="no+|n|nope|na+h|nay|stop|wait|hold on|none|nothing|not now|please",
    courtesy="thanks|thank you|please",
    hesitation="oh|um+|uh+|er+|ah|hm+|well|actually|sorry|hey|you know what|on second thoughts?|come to think of it",
    limits="(?:somewhere |anything )?(?:below|under|above|over|less than|more than|fewer than|between)",
    conclusion="so(?: let's say| make it)?",
    hedges="i think|i guess|i suppose|i'd say|i would say|let's say|let us say|maybe|perhaps|probably|say|how about"
    "|what about",
    thoughts="let me (?:think|see)|i don't know|i do not know|i'm not sure|i am not sure|good question",
    withdrawal=r"(?:.+ )?(?:i'll|i will|we'll|we will|i'm going to|i am going to|i'd rather|i would rather|i can"
    r"|let me)"
    r" (?:rather )?(?:\w+ ){1,6}?(?:instead|myself|ourselves|later|(?:another|some other) (?:time|day)|tomorrow"
    r"|after all)"
    r"|you know what i(?:'ll| will| can|'d rather| would rather) .+",
    restart=r"(?:(?:can|could) we |let us |let's |i want to |i'd like to )?(?:(?:forget|cancel|drop|leave) (?:it"
    r"|that|all that"
    r"|everything) and )?(?:start|begin)(?: all)? (?:over|again|anew|afresh)(?: again)?|(?:(?:can|could) we "
    r"|let us |let's )?"
    r"(?:start|begin|go back|take it)(?: again)? (?:to the |from the |from )?(?:beginning|top|start|scratch|new)"
    r"|restart"
    r"|start over|from the (?:top|beginning|start)",
    restoring="(?:put|bring|get|take|give|set|have|turn|switch|add) (?:it|that|this|them|those) (?:back|again"
    "|back in|back on)"
    "|(?:do|make) (?:it|that) (?:again|after all)|i (?:want|need|wanted|needed) (?:it|that|them) (?:back"
    "|after all)?|redo(?: it| that)?",
    restoring_thing=r"(?:(?:and|oh|no|please|actually|can you|could you)[,]? )*(?:bring|put|get|take|add|i want|i need)"
    r" (?:back (?:the |my |some )?(?P<behind>(?!(?:to|on|in|it|them|that|up|down)\b)[\w' -]+?)"
    r"|(?:the |my |some )?(?P<within>(?!(?:it|them|that|this|those)\b)[\w' -]+?) back)"
    r"(?: (?:as well|too|again|please|after all|on it|in))*",
    restoring_order="add {0} to my {1} list",
    other="(?:i (?:meant|mean|want|wanted) )?(?:the|that) other(?: one| thing)?",
)  # fmt: skip

QUESTIONS = QuestionWords(
    asking="how|what|when|where|why|who|which|can|could|do|does|is|are|may|must|should|will",
    heads=r"(?:how (?:long|much|many|often|far)|how|what|when|where|why|who|which|can|could|may|must|should|will)\b"
    r"(?: (?:do|does|did|is|are|can|could|may|must|should|will))?(?: (?:i|you|we|one|they))?",
    determiners="an?|the|my|your|our",
    pronouns="it|that|this|one|ones|them|those|these",
    further="but|what if",
    leads="but|and|what if|what|if",
    light=frozenset(
        "much many long often far already also too then still again else well if does cost take until "
        "say says mention mentions tell anything something".split()
    ),
    works="documents?|manuals?|documentation|docs|handbook|papers|files?|text",
    saying="(?:what )?(?:does|do|did) WORK (?:say|tell(?: me| us)?|mention)(?: (?:anything|something|a word))?"
    "(?: (?:about|on|regarding))?",
    within="in|from|according to|by",
)
