"""English words around an order that say nothing of it: a reason, a remark, a word to oneself."""

from __future__ import annotations

import re

from assistant.language.tables.english.everyday import DEED
from assistant.language.tables.moods.frame_words import FrameWords

_WHO = (
    r"(?:i|we|it|there|that|this|he|she|they|nobody|somebody|someone|everybody|everyone|dinner|lunch|breakfast"
    r"|(?:the|my|our|his|her|their|this|that|these|those|some|both|all)"
    r"(?: [\w-]+(?:'s(?= \w+ ?(?:'s|is|are|has)))?){1,4}?"
    r"|(?-i:[A-Z][a-z]+))"
)
_ADVERBS = (
    r"(?:(?:just|only|also|all|finally|really|still|nearly|almost|completely|honestly|actually|both|now|always"
    r"|definitely|probably|even) )*"
)
_BEING = (
    r"(?:(?:'s|'m|'re|'ve|'ll)|(?: (?:am|is|are|was|were|have|has|had|will|can't|cannot|can|need|needs|keep|keeps|feel"
    r"|feels|looks|smells|sounds|hurts?|know|knows|like|likes|love|loves|hate|hates|hope|guess|think)))(?= )"
)
_DONE = (
    r" (?:got|came|went|bought|finished|started|woke|forgot|burnt|spilt|dropped|lost|found|broke|made|put|overslept"
    r"|missed|moved|cooked|baked|spilled|burned|washed|cleaned|ordered|invited|promised|ate|had|slept|sat|stayed|left)"
    r"(?= |$)"
)
_FEELING = (
    r"(?:(?:oh|hey|hi|hello|well|right|ok|okay|so|god|gosh|wow|ugh|damn|sorry|look|listen|you know|and|but|because"
    r"|cause|since|as|seeing as|now that|now|anyway|honestly|phew|yeah|by the way|ah|man|boy|anyhow|i think|i know"
    r"|i see|i guess|i'm afraid|i am afraid|mind you|you see)(?:,? |$))*"
)

FRAMES = FrameWords(
    joint=re.compile(
        r"(?:[,;.!?]|\s[-–—])\s+(?:(?:and so|so|but|and|anyway|anyhow|well|now|ok|okay|then|because|cause|since|as)"
        r"\b,? )*"
        r"|\s(?:and so|so|but|and|because|cause|since)\s",
        re.IGNORECASE,
    ),
    told=re.compile(rf"{_FEELING}{_WHO} ?{_ADVERBS}(?:{_BEING}|{_DONE}).*", re.IGNORECASE),
    barred=re.compile(
        r"\b(?:not|no|never|nobody|none|nothing|without|if|unless|until|till|when|whenever|while|once|after|only|except"
        r"|instead|rather|or|already|say\w*|said|tell(?:s|ing)?|told|ask\w*|call(?:ed|s|ing)|shout\w*|yell\w*|whisper\w*"
        r"|scream\w*|writ\w+|wrote|mean\w*|meant|dream\w*|pretend\w*|imagin\w*|should|would|could|might|may|wish\w*"
        r"|suppose\w*|kidding|joking|wrong|mistake\w*|chang\w+|different|quot\w+|sing\w*|sang|lyrics|titled|named|words?"
        r"|phrase|song|sentence|going to|gonna|planned|later|soon|next|think about|first|last|answer\w*|repl\w+"
        r"|read\w*)\b"
        r"|(?<!\bca)n't\b|(?<!\bcan)not\b",
        re.IGNORECASE,
    ),
    loose=re.compile(
        r"\b(?:today|tonight|now|this (?:morning|afternoon|evening|week|weekend)|all (?:day|night|morning)|a|an|one"
        r"|(?:the|in the) (?:day|night|morning|evening))\b",
        re.IGNORECASE,
    ),
)

_CALLED = "dear|darling|love|star|sweetheart|treasure|angel|pet|gem|good (?:boy|girl|chap|lad)"
_FIRST = r"^(?:(?:oh|hey|hi|hello|hiya|well|right|ok|okay|so|and|but|ah|no|yes|listen|look|sorry|now|um|er|uh),? )*"
_BEHIND = r"(?:[,.!;?]+|,? (?=but ))(?: (?:so|but|and|anyway|oh yes|oh|yes|well|please),?)* (?=\w)"

ASIDES = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        # a word to oneself or to whoever listens, before an order
        (
            rf"{_FIRST}(?:(?:just )?(?:one|a) (?:more|last|quick|small|other|final) (?:thing|one|question|favou?r)"
            r"|another thing|(?:a )?quick one(?: (?:before|for) [^,;.!?]+)?|guess what|(?:i'll )?tell you what"
            r"|let me (?:see|think)|let's see|what (?:else )?do (?:we|i) need|what else(?: was there| is there)?"
            r"|what was it|where was i|mind you|(?:it's )?me again"
            r"|(?:there's )?no (?:rush|hurry|worries|pressure)(?: at all| whatsoever)?"
            r"|(?:i'm )?sorry to (?:bother|trouble|disturb|interrupt) you(?: again)?|sorry about this|excuse me"
            r"|i hope (?:i'm|i am) not (?:disturbing|bothering|interrupting)(?: you)?"
            rf"|be an? (?:{_CALLED})|good grief|(?:do )?you know what|hear me out|hang on|hold on|long story"
            r"|my (?:goodness|word)|thank goodness|what a (?:day|night|mess|week|morning)|silly me|my bad"
            r"|as (?:usual|always|ever)|if you ask me|while (?:i|we)(?:'m| am)? (?:think of it|thinking of it|at it"
            r"|remember(?: it)?|have you)|while you're (?:at it|there|here)|before you (?:go|leave)"
            r"|before i forget(?: again)?"
            r"|when(?:ever)? (?:it suits(?: you)?|you can|you like|convenient|possible|it's convenient"
            r"|you feel like it)"
            r"|(?:if|as far as) (?:i|we) (?:remember|recall|know)(?: (?:rightly|correctly|right))?"
            r"|(?:if|unless) (?:i'm|i am|we're|we are)(?: (?:not|very much))* (?:mistaken|wrong)"
            r"|if you (?:don't mind|wouldn't mind|would|please|fancy it)|at your (?:leisure|convenience)"
            r"|(?:i )?(?:don't|do not|didn't) (?:want|mean|wish) to (?:be an? \w+|bother|trouble|nag|disturb|interrupt"
            r"|fuss|sound)(?: [^,;.!?]*?)?|i hate to (?:bother|trouble|nag|ask)(?: you)?(?: again)?"
            r"|(?:you'll|you will) (?:think|say) i'm [^,;.!?]+|this (?:may|might|will) sound (?:silly|odd|strange)"
            rf"){_BEHIND}",
            "",
        ),
        (r"^(?:if|as far as) (?:i|we) (?:remember|recall)(?: (?:rightly|correctly|right))? (?=(?:i|we)\b)", ""),
        (r"^(?:if|unless) (?:i'm|i am|we're|we are)(?: (?:not|very much))* (?:mistaken|wrong),? (?=\w)", ""),
        (
            rf"{_FIRST}(?:there's )?no (?:rush|hurry|pressure)(?: at all| whatsoever)? but (?=\w)",
            "",
        ),
        (
            r"^(?:just )?so (?:that )?(?:i|we) (?:don't|do not|won't|can't|never) [^,;.!?]+, (?=\w)",
            "",
        ),
        (
            rf"{_FIRST}(?:i(?:'m| am| was|'ve been)?|we(?:'re| are| were)?) (?:just |only |still )*"
            r"(?:wonder|wondering) (?:if|whether) you (?:could|can|would|might|will|may)"
            r"(?: (?:possibly|perhaps|please|maybe|kindly|be able to))* (?=\w)",
            "could you ",
        ),
        (rf"^(?P<please>(?:(?:could|can|would|will) you|please) )(?:please )?be an? (?:{_CALLED}) and ", r"\g<please>"),
        (rf"^be an? (?:{_CALLED}) and ", ""),
        (
            r"^(?:i'd|i would|we'd|we would) (?:really |so |be )*(?:appreciate it|grateful|glad|happy|love it|obliged)"
            r" if you (?:could|would|can) (?:please |perhaps )?",
            "",
        ),
        (
            r"^(?:i'd|i would|we'd|we would) (?:really |so |be )*(?:appreciate it|grateful|glad|happy|love it|obliged)"
            r" if you (?P<verb>turn|switch|open|lock|unlock|start|add|play|lower|remind)ed (?=\w)",
            r"\g<verb> ",
        ),
        (r"\b(?P<mind>would you mind) (?:awfully|terribly|very much|ever so much|at all)(?= \w+ing\b)", r"\g<mind>"),
        # courtesy behind one
        (
            rf"{DEED},? (?:there's an? (?:{_CALLED})|(?:that|it)(?:'d| would) be (?:great|lovely|nice|wonderful"
            r"|brilliant|fantastic|good|perfect|amazing|ace|super)|(?:you're|you are) an? (?:star|angel|legend"
            r"|lifesaver|gem|love|darling)|(?:i'd|i would) (?:really |so )?appreciate (?:it|that)|much appreciated"
            r"|if you(?:'d| would) be so (?:kind|good)|if (?:that's|it's) (?:all right|alright|ok|okay) with you"
            r"|bless you|ta|if it's no bother|there you go|when you're ready|whenever (?:you like|suits))$",
            r"\g<deed>",
        ),
        # an order in other words
        (
            r"(?:^|(?<=but )|(?<=so )|(?<=, )|(?<=and ))(?:now )?(?:i|we) (?:also )?need (?P<things>(?!to )[^,;.!?]+)"
            r" on (?P<list>(?:the|my|our) (?:[\w-]+ )?list)(?=$|[,.!?])",
            r"add \g<things> to \g<list>",
        ),
        (
            r"^(?P<lead>(?:(?:can|could|would|will) you |please |possibly |perhaps )*)tell me what"
            r" (?P<sum>[\w.]+ (?:times|plus|minus|divided by|multiplied by|percent of) [\w.]+) is(?=$|[,.?])",
            r"what is \g<sum>",
        ),
    )
)
"""Words around an order that are always left out, and orders said in a roundabout way, like `EVERYDAY`."""
