"""English words."""

from __future__ import annotations

import re

from assistant.language.tables.english.contractions import CONTRACTIONS
from assistant.language.tables.english.everyday import DICTATED, EVERYDAY
from assistant.language.tables.english.frames import ASIDES, FRAMES
from assistant.language.tables.english.pairs import PAIRED
from assistant.language.tables.english.pointing import POINTING
from assistant.language.tables.english.turned_round import TURNED_ROUND
from assistant.language.tables.follow_ups.en import ANSWERS, QUESTIONS, WORDS
from assistant.language.tables.moods.en import GRAMMAR, verb_of
from assistant.language.tables.table import RelationWords, WordTable
from assistant.language.tables.units import units

_OPENING = re.compile(
    r"^(?:(?:hey|hi|hello|oh|ah|lol|haha|omg|oops|whoops|okay|ok|yo|so|well|right|alright|now|then|and|please|pls|just|kindly|quickly|actually|listen"
    r"|also|first(?: of all)?(?= (?:turn|switch|set|put|open|close|play|stop|start|add|lock|dim|remind|cancel)\b)"
    r"|excuse me|go ahead and|do me a fav(?:ou)?r(?: and)?"
    r"|(?:would|do) you mind|(?:would you|(?:can|could) you please) consider|would you be (?:so kind as to|up for)"
    r"|(?:(?:can|could|may|might) i|(?:i am|i'm|sorry)(?: sorry)? to) (?:trouble|bother|ask) you(?: to|,? but)"
    r"|any chance (?:of|you (?:can|could))"
    r"|i(?:'d| would)(?: really)? (?:appreciate|love|like) it if you(?: could| would)?"
    r"|it(?:'d| would) be (?:great|nice|lovely|good|kind|helpful)(?: of you)? if you (?:could|would)"
    r"|would it be possible to|do you think you (?:could|can)"
    r"|i (?:was wondering|wonder|wondered) if you (?:could|can|would)|if you could(?: please)?"
    r"|why (?:don't|do not) (?:you|we)|why not|how about|i sa(?:id|y)|may i ask you to|if you (?:don't|do not) mind"
    r"|(?:can|could|may|might) (?:i|we)(?: please| just)? (?:have|get)|(?:can|could|shall) we(?: please| just)?"
    r"|you (?:can|may|could|should|must|need to|have to|ought to)(?: now| please| just)?(?! (?:be|have|do)\b)"
    r"|(?:i|we) (?:want|need|would like|'d like)(?= (?:the|my|our|all) .*\b(?:on|off|open|closed|shut|(?:un)?locked)\b)"
    r"|(?:can|could|would|will) (?:you|u)(?: please| kindly| just| maybe| possibly)*(?: help me(?: to)?)?"
    r"|(?:i )?(?:want|need) you to|i (?:would|'d) like you to|i'd like you to"
    r"|i (?:would|'d) like to|i'd like to|i want to|i wanna|i need to|i would love to|i'd love to"
    r"|is it possible to|are you able to|(?:can|could|may) i(?: please)? (?:get|have) you to|be so kind(?: and)?)\s+)+",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?<!\bsay)(?<!\bsays)(?<!\bsaying)"
    r"(?:\s+(?:please|pls|thanks|thank you|for me|for us|would you|will you|could you|can you|if you can"
    r"|if you could|if you (?:do not|don't) mind|if you (?:want|like|would)|if (?:it's|it is|that's|that is)"
    r" (?:ok|okay|possible|all right|fine|not too much (?:trouble|to ask))|if possible|if you please|right now"
    r"|just now|for now|at the moment|for an? (?:little )?(?:sec|second|moment|mo|bit|tick)"
    r"|(?<!me )(?<!wait )(?<!on )(?<!just )an? (?:sec|moment|mo|tick)|any ?more|any longer"
    r"|(?<!rings )(?<!goes )(?<!ends )(?<!comes )(?<!finishes )(?<!is )(?<!up )(?<!the )(?<!my )(?<!\d )first"
    r"|after all|while (?:you|we)(?: are|'re) at it|now|mate|okay|ok))+$",
    re.IGNORECASE,
)
_HESITATION = re.compile(
    r"(?<!\S)(?:uh+|um+|uhm|er+m?|hmm+|please|absolutely|literally|(?<!do )you know)(?:\s+|$)", re.IGNORECASE
)

_SIGNS = {"%": "percent", "°c": "degrees celsius", "°f": "degrees fahrenheit", "°": "degrees"}
_SIGN = re.compile(r"(?<=\d) ?(%|°(?: ?[cf](?!\w))?)", re.IGNORECASE)
_GLUED = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)(?=(?:[kcm]?m|k?g|mg|lbs?|oz|[cm]?l|mi|ft|in|mph|kmh|kph|[kcf]|k?wh?|[kmgt]b|d\d+)(?!\w))",
    re.IGNORECASE,
)

_STOP_WORDS = frozenset(
    """a an and are am as at be been but by can could did do does for from had has have he her here him his how i if in
    into is it its me my of on or our please she should so some than that the their them then there these they this
    those to us was we were what when where which who whom whose why will with would you your not no just about any
    tell give let get""".split()
)
_NEVER_LAST = frozenset(
    """a an the my your our his its their every each and or but with without for of to from at by in into onto between
    about than as if unless until till whenever because is are was it's i'm what's how which whose""".split()
)

_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred".split()
)

_CORRECTION = "no|wait|oh|ah|sorry|i mean|i meant|make that|make it|or rather|rather|actually|scratch that|oops"

_COUNTED_PARTS = {
    f"{word}{ending}": 1 / size
    for size, words in {
        3: "third 3rd", 5: "fifth 5th", 6: "sixth 6th", 8: "eighth 8th", 10: "tenth 10th", 12: "twelfth 12th"
    }.items()
    for word in words.split()
    for ending in ("", "s")
}  # fmt: skip

_UNITS = units(
    second="second seconds sec secs s",
    minute="minute minutes min mins",
    hour="hour hours hr hrs h",
    day="day days",
    week="week weeks",
    fortnight="fortnight fortnights",
    month="month months",
    year="year years yr yrs",
)

_DEEDS = (
    "open opens opening opened reopen launch | close closes closing closed shut quit exit kill end terminate",
    "start starts starting begin begins launch run runs running reopen"
    " | stop stops stopping end quit exit kill halt terminate cease",
    "play plays playing resume continue unpause | pause pauses stop stops halt",
    "on activate enable | off deactivate disable kill",
    "lock locks locked bolt | unlock unlocks unlocked unbolt",
    "mute silence | unmute",
    "arm | disarm",
    "raise increase boost bump hike crank louder brighter warmer brighten"
    " | lower decrease reduce quieter softer darker dimmer cooler dim darken",
    "add append | remove delete erase rid",
    "create make book reserve order schedule | cancel delete remove erase clear rid",
    "install reinstall",
    "install | uninstall remove delete rid",
    "show unhide | hide",
    "connect | disconnect",
    "mount mounting | unmount unmounting umount eject ejecting unplug",
    "subscribe | unsubscribe",
    "update upgrade",
    "rename",
    "copy duplicate",
    "print",
)

_EXCEPTION = re.compile(
    r"(?:^|,? )(?:"
    r"(?:but |and )?(?:except(?:ing)?(?: for)?|apart from|aside from|other than|besides|excluding|save for|without"
    r"|not including|leaving out|with the exception of)"
    r"|(?:but|and|just)(?: please)? (?:not|do not|don't)(?: touch| cancel| delete| remove| turn o(?:n|ff))?"
    r"(?: for| in)?"
    r"|(?:but|and)(?: please)? (?:keep|leave|spare|skip)(?: out)?|but(?: for)?) ",
    re.IGNORECASE,
)
_AFTER_EXCEPTION = re.compile(
    r"(?: (?:on|off|running|alone|out|open|closed|shut|locked|unlocked|there|in|as it is|as they are"
    r"|the way it is|though|please))+$",
    re.IGNORECASE,
)

_ORDINALS = {word: place for place, word in enumerate("first second third fourth fifth sixth seventh eighth".split())}
_ORDINALS |= {f"{place + 1}{'th' if place > 2 else ('st', 'nd', 'rd')[place]}": place for place in range(8)}
_ORDINALS |= {"former": 0, "last": -1, "latter": -1, "final": -1}

_COMPARISONS = {
    word: (measure, sign)
    for measure, sign, words in (
        ("length", 1, "longer longest long bigger biggest big larger largest"),
        ("length", -1, "shorter shortest short smaller smallest small"),
        ("left", 1, "more most"),
        ("left", -1, "less least"),
        ("due", 1, "later latest"),
        ("due", -1, "earlier earliest early sooner soonest next"),
        ("number", 1, "newer newest new recent"),
        ("number", -1, "older oldest old"),
    )
    for word in words.split()
}

_RELATIONS = RelationWords(
    light=frozenset(
        """a an the this that these those it its he his she her they their them we our you your i my is are was were be
        been being am do does did has have had will shall can there also then so just both own""".split()
    ),
    binding=frozenset(
        """of in on at to from by with for into onto over under above below between through during against near behind
        beside about than as per via towards before after since which who whom whose where while because although though
        whereas that""".split()
    ),
    joining=frozenset(
        """and but nor which who whom whose where while because although though before after since whereas then
        that""".split()
    ),
    conditions=frozenset(
        """if unless when whenever only except until till without may might could should would or either perhaps
        possibly probably likely sometimes often usually rarely some most few nearly almost least not never no none
        cannot neither under over above below within beyond during""".split()
    ),
    being=frozenset(("is", "are", "was", "were", "be", "been", "being", "am")),
    pronouns=frozenset(("it", "its", "this", "these", "they", "their", "he", "she", "his", "her")),
)


TABLE = WordTable(
    joints="and then|and also|and|then|after that|afterwards|plus",
    contractions=CONTRACTIONS,
    hesitation=_HESITATION,
    opening=_OPENING,
    before_gerund=re.compile(r"(?:mind|how about|any chance of|consider|be up for)\s*$", re.IGNORECASE),
    verb_of=verb_of,
    closing=_CLOSING,
    purpose=re.compile(
        r",? (?:(?:in order |so as )?to (?:see|decide|find out|settle|determine|choose)"
        r" (?:who|whose|which|what|where|whether|if|how)"
        r"|so (?:that )?(?:i|we|you|he|she|they|it) (?:can|could|will|know))"
        r"\b.*$",
        re.IGNORECASE,
    ),
    how_to=re.compile(
        r"(?:(?:tell|show) me |can you (?:tell|show) me |do you know )?"
        r"(?:how (?:do|does|can|could|would|should|might) (?:i|we|you|one)|how to|how i"
        r"|what (?:do|can|must|should) i (?:say|do) to|what is the command to)"
        r" (?P<deed>.+)",
        re.IGNORECASE,
    ),
    definition=re.compile(
        r"(?:what(?: is|'s| exactly is)|(?:please )?(?:define|explain)) an? [\w-]+(?: [\w-]+)?"
        r"|what are (?!(?:my|the|our|your|these|those|they|you|we|all|any|some)\b)[\w-]+s"
        r"|what does (?:an? )?[\w-]+(?: [\w-]+)? mean|what do you mean by an? [\w-]+(?: [\w-]+)?"
    ),
    comparatives=frozenset("brighter dimmer darker lighter louder quieter softer warmer cooler colder".split()),
    than="than",
    sequence=re.compile(r"\b(?:then|after that|afterwards)\b", re.IGNORECASE),
    elsewhere=re.compile(
        r"(?:can|could|may|might|shall) (?:i|we|one|people)\b.* (?:in|at|on|during|inside|aboard) an? "
        r"(?!(?:few|couple|bit|moment|mo|minute|min|second|sec|hour|half|quarter|while|day|week|month|year|jiffy|tick"
        r"|row|new|loop|different)\b)\w+",
        re.IGNORECASE,
    ),
    negations=frozenset(("not", "no longer", "not yet")),
    why=re.compile(r"(?:why|how come)\b", re.IGNORECASE),
    able=re.compile(
        r"(?:can|may|could|might) (?:i|we|one|people)\b|where (?:do|does|can|could|would) (?:i|we|you|one)\b",
        re.IGNORECASE,
    ),
    utmost=re.compile(
        r"(?:(?:what|which)(?: is|'s| are)? )?(?:the )?(?:most|least|best|worst|\w{2,}est)\b.+ (?:that|which|who)\b",
        re.IGNORECASE,
    ),
    indefinite_articles=frozenset(("a", "an")),
    indefinite=frozenset(
        "a an any some something anything somebody someone stuff things one it this that these those them".split()
    ),
    possessive=re.compile(r"(?<=\w)['’]s$|(?<=s)['’]$"),
    sign=_SIGN,
    signs=_SIGNS,
    glued_number=_GLUED,
    stop_words=_STOP_WORDS,
    never_last=_NEVER_LAST,
    counts=_COUNTS,
    round_numbers=frozenset(("hundred", "thousand", "million", "billion", "trillion")),
    articles="a|an",
    disjunction="or",
    conjunction="and",
    minus="minus|negative",
    correction=_CORRECTION,
    number_sign="no|nr|num|number",
    stand_ins=frozenset(("thing", "things", "thingy", "one", "ones", "gadget", "stuff")),
    parts={"half": 0.5, "halves": 0.5, "quarter": 0.25, "quarters": 0.25},
    counted_parts=_COUNTED_PARTS,
    units=_UNITS,
    leads="the|a|an|my|our|some|at|on|in|for|by|to|about|around|exactly|it is|make it|until|till|say|maybe|with|called"
    "|named|um|uh",
    most="maximum|max|full blast|full power|full|highest",
    least="minimum|min|lowest",
    way="of the way",
    percent="percent|per cent|pct",
    currencies={"$": "dollars", "€": "euros", "£": "pounds"},
    deeds=_DEEDS,
    undirected=frozenset(("change", "adjust", "alter", "modify", "regulate")),
    clause_words=frozenset(("that",)),
    sources=frozenset(("from", "off")),
    goals=frozenset(("to", "into", "onto", "for")),
    states=frozenset(("to", "into")),
    particles=frozenset(("on", "off")),
    clipped_particles={"of": "off"},
    universal=frozenset(("all", "both", "each", "every", "everything")),
    pair=re.compile(r" both (?:of )?", re.IGNORECASE),
    exception=_EXCEPTION,
    after_exception=_AFTER_EXCEPTION,
    undecided=re.compile(
        r",? or (?:else (?:(?:at|on|in|by|for) )?(?=(?:\w+ )?\d|\w+day)"
        r"|(?:was|is) (?:it|that) |should (?:it|that) be |maybe |perhaps |possibly |even |better )?"
        r"(?=\w)(?!(?:so|something|whatever|not|else|whichever|thereabouts|less|more)\b)",
        re.IGNORECASE,
    ),
    denied_value=re.compile(
        r"(?P<before>.+?),? not (?P<old>[^,;]+?)(?:,(?: but)?| but)(?: rather)? (?P<new>[^,;]+)"
        r"|(?P<meant>.+), (?:and )?not (?P<denied>[^,;]+)",
        re.IGNORECASE,
    ),
    rejected=re.compile(r"(?:^|,? )(?:instead of|rather than|in place of) ", re.IGNORECASE),
    dismissal=re.compile(
        r"^(?:(?:oh|ok|okay|well|no) )*(?:never ?mind(?: about)?"
        r"|(?:please )?(?:do not|don't) (?:worry|bother) (?:about|with)"
        r"|who cares about|i (?:do not|don't|could not|couldn't) care(?: less)? about|(?P<forget>forget(?: about)?))"
        r" (?:the|my|our|that|this|those|these) [^,;.!?]+[,;.!?]+ (?:and |just |so |but )?",
        re.IGNORECASE,
    ),
    adversative=re.compile(r",? but (?:also |then )?(?=\w)", re.IGNORECASE),
    everyday=(*ASIDES, *TURNED_ROUND, *EVERYDAY),
    dictated=DICTATED,
    noting="note that {0}",
    paired=PAIRED,
    frames=FRAMES,
    pointing=POINTING,
    additional="more|extra|additional|further",
    ordinals=_ORDINALS,
    comparisons=_COMPARISONS,
    parts_of_day={
        "morning": (4, 12),
        "afternoon": (12, 18),
        "evening": (17, 23),
        "night": (18, 28),
        "tonight": (17, 28),
    },
    pointers=frozenset("one ones time than other mean meant think guess want please thing recently most".split()),
    relations=_RELATIONS,
    moods=GRAMMAR,
    follow_ups=WORDS,
    answers=ANSWERS,
    half_day=re.compile(
        r"(?<=\d)\s?[ap]\.? ?m\b|\b[ap]\.?m\b|\b(?:in the )?(?:morning|afternoon|evening)\b|\bat night\b|\btonight\b",
        re.IGNORECASE,
    ),
    whole_clock=re.compile(r"night|noon|\b1[3-9]\b|\b2\d\b", re.IGNORECASE),
    questions=QUESTIONS,
)
