"""Closed-class words by which a sentence falls into phrases: what names a thing, limits a command or adds nothing.

A language without an entry has none of them: nothing is said there of words that an understanding leaves over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.language.text import fold


@dataclass(frozen=True)
class PhraseWords:
    """The words of one language."""

    determiners: frozenset[str]
    """Words that open the name of a thing: `the`, `my`."""
    locatives: frozenset[str]
    """Prepositions before the place or the owner of a thing: `in`, `of`."""
    auxiliaries: frozenset[str]
    """Verbs that make a statement of what stands before them: `the door is`."""
    verbs: frozenset[str]
    """Verbs of any deed, which tell nothing without their object: `turn`, `set`."""
    directions: frozenset[str]
    """Words that make a deed of any verb: `crank it up`, `throttle it to 30 percent`."""
    asides: frozenset[str]
    """Words that change nothing of what is wanted: degree, haste, courtesy, feeling, names for whoever is spoken to."""
    endings: tuple[str, ...]
    """Endings of inflection and of near relatives, the longest first."""
    limit: re.Pattern[str]
    """Words with which a condition, an exception or an end begins, in a sentence in lower case."""
    courtesy: re.Pattern[str]
    """What follows such a word where it limits nothing: `if | you can`."""
    subjects: frozenset[str] = frozenset()
    """Pronouns that begin a statement: `and | I am tired`."""

    nameless: frozenset[str] = frozenset()
    """Words that the name of no thing holds: `yourself`, `its`, `everywhere`, `nothing`, `half`."""
    leading: frozenset[str] = frozenset()
    """Words with which the name of no thing begins: `of the lights`."""
    unswitched: frozenset[str] = frozenset()
    """Heads of names of what is hardly switched on or off, unless somebody calls a thing so: `sun`, `charm`."""
    conditional: re.Pattern[str] = re.compile(r"(?!)")
    """Words with which a condition begins that is part of no name, in lower case: `unless`."""
    change: re.Pattern[str] | None = None
    """Words for a change of a level, in a tidied sentence: `by a third`, `two degrees warmer`."""
    repeated: re.Pattern[str] | None = None
    """A word that says how often: `twice`."""

    def stem(self, word: str, shortest: int = 3) -> str:
        """Take the ending off a word in lower case; inflections and near relatives share what is left.

        >>> [phrases_of("en").stem(word) for word in ("closes", "closing", "close", "fans")]
        ['clos', 'clos', 'clos', 'fan']
        """
        plain = fold(word.removesuffix("'s"))
        ending = next((end for end in self.endings if plain.endswith(end) and len(plain) - len(end) >= shortest), "")
        root = plain.removesuffix(ending)
        if len(root) > shortest and root[-1] == root[-2]:
            root = root[:-1]
        return root.removesuffix("e")

    def is_verb(self, word: str) -> bool:
        """True of one of `verbs`, inflected or not."""
        return word in self.verbs or (word.endswith("ing") and self.stem(word, 2) in self._verb_stems)

    @cached_property
    def _verb_stems(self) -> frozenset[str]:
        return frozenset(self.stem(verb, 2) for verb in self.verbs)


_AMOUNT = (
    r"\d+(?:[.,]\d+)?|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty)"
    r"(?:[ -]five)?"
)

_ENGLISH = PhraseWords(
    determiners=frozenset(
        "a an the my our your his her its their this that these those some any every each all both".split()
    ),
    locatives=frozenset(
        "in on at of from inside outside behind beside under over above below near by around throughout across".split()
    ),
    auxiliaries=frozenset(
        """is are was were am be been has have had will would can could should shall may might must do does did needs
        need seems seem looks look feels feel gets get got goes went hurts hurt""".split()
    ),
    verbs=frozenset(
        """turn switch put set make give bring take keep leave go move change do run pull push power flip shut adjust
        tell show say read call find check help use want need like let get have""".split()
    ),
    directions=frozenset("up down on off out over back away home to at onto into through by with for as".split()),
    asides=frozenset(
        """now today tonight again already still yet once soon immediately instantly asap right away straight
        quick fast quickly slowly hurry real really very quite rather pretty too so just only even also else
        ever always maybe perhaps possibly probably actually honestly seriously basically simply exactly
        precisely about around roughly almost nearly anyway then there here okay ok alright yeah yes well oh
        hey hi hello please thanks thank cheers sorry kindly gently nicely carefully bit little tad notch
        touch lot lots loads smidge smidgen hair moment second sec minute while time times way good great nice
        lovely fine awesome perfect cool bad bloody damn damned darn darned goddamn freaking fucking stupid
        silly annoying boring awful terrible horrible noisy whole entire own certain particular various
        necessary possible sure course favour favor chance mate buddy dude man pal friend dear darling honey
        love sweetie sweetheart bro sir madam assistant computer jarvis thing things stuff one ones bunch kind
        sort mind whether anymore longer loud noisy home house flat apartment place room everyone everybody
        somebody someone anyone anybody guys folks everything something anything more another extra wait
        listen look see come up down out off back round along together all much many few enough""".split()
    ),
    endings=(
        "nesses",
        "ness",
        "ings",
        "ing",
        "ers",
        "est",
        "ies",
        "ied",
        "ier",
        "en",
        "er",
        "ed",
        "es",
        "ly",
        "s",
        "y",
    ),
    limit=re.compile(
        r"(?<!\S)(?:until|till|unless|except(?:ing)?(?: for)?|excluding|besides|without|apart from|aside from"
        r"|other than|instead of|rather than|as (?:long|soon|far) as|in case|provided(?: that)?|once(?! more| again)"
        r"|(?:that|which|who) (?:is|are|was|were|does|do|has) not|(?:less|more|fewer|longer|shorter|earlier|later) than"
        r"|but|whenever|when(?! (?:is|are|was|were|will|do|does|did|can|should)\b)"
        r"|while(?! (?:you|we) are at it)|whilst"
        r"|(?:before|after)(?! (?:on|in|at|all)\b)"
        r"|(?<!know )(?<!me )(?<!check )(?<!see )(?<!out )(?<!wonder )(?<!sure )(?<!as )if"
        r"|not(?= (?:the|my|our|your|this|that|these|those|in the|for the)\b)"
        r"|(?:most|some|part) of the way|part way|partly|partially|a crack|a little way|a little bit open"
        r"|(?:almost|nearly)(?= (?:open|close|shut|lock|unlock|all the way|completely|fully|entirely)\b))(?!\S)"
    ),
    courtesy=re.compile(
        r"(?:you|u|possible|necessary|need be|i may|we may|all$|that$|possibly|please|only$"
        r"|(?:it|that) (?:is|would be) (?:not |no )?(?:too |any )*"
        r"(?:ok|okay|alright|all right|fine|possible|cool|much|trouble|bother|good))(?!\w)"
    ),
    subjects=frozenset("i we he she they you it that there this".split()),
    nameless=frozenset(
        "myself yourself himself herself itself ourselves yourselves themselves its everywhere"
        " anywhere somewhere nowhere no not nothing none nobody neither never don't nah nope your thingamajig"
        " half quarter quarters third thirds halfway partway partly partially slightly nearly almost mostly somewhat"
        " fully completely entirely"
        " it them both later soon sometime eventually again twice once now bit while moment minute minutes hour hours"
        " seconds past until till for after before since".split()
    ),
    leading=frozenset("of in at on by from to with".split()),
    unswitched=frozenset(
        """brain mind imagination memory head heart mouth eye eyes ear ears hand hands foot feet face body voice accent
        charm mood patience attention attitude sarcasm humour humor personality smile tears magic luck love hate anger
        fear joy happiness sadness kindness enthusiasm energy creativity curiosity confidence conscience soul thought
        thoughts thinking dream dreams idea ideas opinion sun moon sky star stars rain snow wind storm weather gravity
        world universe earth planet sea ocean river mountain kid kids child children baby son daughter wife husband
        mother father mum mom dad boss friend friends neighbor neighbors neighbour neighbours people crowd cat cats dog
        dogs bird birds fish internet web wifi wi-fi bluetooth network intranet reception signal noise silence traffic
        economy government politics news war peace history future past present time day night morning evening week year
        life death party conversation talk talking joke jokes story question problem problems work school homework
        gossip fun drama hype chaos mess stress pain romance offensive phone smartphone mobile cellphone airplane car
        bike bus train water food""".split()
    ),
    conditional=re.compile(
        r"\b(?:unless|in case|provided(?: that)?|only if|if (?=(?:i|we|you|he|she|it|they|there|the)\b))"
        r"|\b(?:instead of|rather than)\b|\b(?:(?:twice|half|\w+ times) )?as (?:many|much)\b"
    ),
    change=re.compile(
        rf"\b(?:by (?:another |about )?(?:an? |half|{_AMOUNT})(?! ?(?:[ap]m|o'clock|:))"
        rf"|(?:up|down) (?:another |about )?(?:an?|{_AMOUNT}|a couple of|a few)(?: more)?(?: (?:degrees?|percent|%"
        rf"|notch(?:es)?)|$)|another (?:{_AMOUNT}) (?:degrees?|percent|%|notch(?:es)?)"
        r"|(?:degrees?|percent|%|notch(?:es)?) (?:more|less|(?:warm|cool|hott|cold|high|low|bright|dimm|dark)er)"
        r"|(?:twice|half) as (?!many|much)\w+|halve|double"
        r"|half (?:the|my) (?:volume|brightness|loudness|sound)(?=$| (?:of|please|now)))\b",
        re.IGNORECASE,
    ),
    repeated=re.compile(r"twice|thrice"),
)

_GERMAN = PhraseWords(
    determiners=frozenset(
        """der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner unser unsere unseren
        unserem unserer dein deine deinen ihr ihre ihren dieser diese dieses diesen diesem jede jeden jedes alle allen
        beide beiden""".split()
    ),
    locatives=frozenset("in im ins am auf bei beim vom von unter über neben hinter vor zwischen".split()),
    auxiliaries=frozenset("ist sind war waren hat haben wird werden kann können soll sollen muss müssen".split()),
    verbs=frozenset(
        """mach mache machen schalte schalt schalten stell stelle stellen setz setze setzen dreh drehe drehen gib geben
        bring bringe fahr fahre fahren lass lasse sag sage zeig zeige""".split()
    ),
    directions=frozenset("an aus ab auf zu hoch runter rauf ein nach weg zurück mit".split()),
    asides=frozenset(
        """jetzt gleich sofort schnell heute bitte danke mal doch noch schon wieder nur auch einfach eben ganz
        sehr etwas bisschen wenig ein aus an ab auf zu hoch runter rauf hier da dort gerade sonst eigentlich
        vielleicht wohl halt lieber liebe alter hallo hey okay ok ja so dann mir uns mich nochmal blöde blöden
        doofe doofen verdammte verdammten ich du er sie es wir ihr und oder mit für der die das""".split()
    ),
    endings=("ungen", "ung", "ern", "en", "er", "em", "es", "et", "st", "e", "n", "s", "t"),
    limit=re.compile(
        r"(?<!\S)(?:bis|außer|ausser|ausgenommen|wenn|falls|sobald|solange|sofern|bevor|ehe|nachdem|während|ohne|aber"
        r"|statt|anstatt|sondern|nicht(?= (?:der|die|das|den|dem|im|in)\b))(?!\S)"
    ),
    courtesy=re.compile(r"(?:du|möglich|bitte|es (?:geht|passt)|das geht)(?!\w)"),
    subjects=frozenset("ich wir er sie es das".split()),
    nameless=frozenset("dich mich sich uns euch selbst überall".split()),
    conditional=re.compile(r"\b(?:es sei denn|außer wenn|falls|anstatt|anstelle)\b"),
    repeated=re.compile(r"(?:zwei|drei|vier|fünf|zehn|mehr|\d+ ?)mal"),
)

_PHRASES = {"en": _ENGLISH, "de": _GERMAN}


def phrases_of(language: str) -> PhraseWords | None:
    """Return the words of a language, given as `en` or `en-GB`; None of one that has none."""
    return _PHRASES.get(language[:2].lower())
