"""The words that text functions need to know of a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from assistant.language.tables.follow_ups.answers import AnswerWords
from assistant.language.tables.follow_ups.pointing_words import PointingWords
from assistant.language.tables.follow_ups.questions import QuestionWords
from assistant.language.tables.follow_ups.words import FollowUpWords
from assistant.language.tables.moods.frame_words import FrameWords
from assistant.language.tables.moods.grammar import MoodGrammar

Plain: TypeAlias = str | Callable[[re.Match[str]], str]
"""What `re.sub` puts in the place of a match."""


@dataclass(frozen=True)
class RelationWords:
    """Function words by what they do between the others."""

    light: frozenset[str] = frozenset()
    """They may be put in or left out, and the sentence says the same: articles, auxiliaries, pronouns."""
    binding: frozenset[str] = frozenset()
    """They belong to what is behind them: prepositions, and words that begin a subordinate clause."""
    joining: frozenset[str] = frozenset()
    """Another clause or the next of a list begins with them."""
    conditions: frozenset[str] = frozenset()
    """What stands beside them does not hold always, or for all, or surely."""
    being: frozenset[str] = frozenset()
    """Forms of the verb that stands before what a thing is, or what is done to it."""
    pronouns: frozenset[str] = frozenset()
    """A sentence that begins with one speaks of what the one before it does."""


@dataclass(frozen=True)
class WordTable:
    """Function words, filler and units of one language; whatever is empty leaves text as it is."""

    sources: frozenset[str] = frozenset()
    """Prepositions of where something comes from: `from Anna`."""
    goals: frozenset[str] = frozenset()
    """Prepositions of where it goes: `to Anna`."""
    states: frozenset[str] = frozenset()
    """Prepositions of how something is to be: `to 30 percent`."""
    clause_words: frozenset[str] = frozenset()
    """Words behind which whole sentences are reported: `note that`."""
    joints: str = ""
    """Words that join two commands, the longest first, with `|` between them."""
    contractions: Mapping[str, str] = field(default_factory=dict)
    """Contraction -> the words it stands for, both in lower case."""
    hesitation: re.Pattern[str] | None = None
    """Filler anywhere in a sentence."""
    opening: re.Pattern[str] | None = None
    """Filler before a request."""
    before_gerund: re.Pattern[str] | None = None
    """The end of filler before a request that names its deed: `would you mind | opening it`."""
    verb_of: Callable[[str], str] | None = None
    """Such a deed, in lower case -> its verb: `opening`, `open`."""
    closing: re.Pattern[str] | None = None
    """Filler after a request."""
    purpose: re.Pattern[str] | None = None
    """What an order is for, to the end: `to see who pays`, `so I can read`."""
    how_to: re.Pattern[str] | None = None
    """A question how to do something, as the group `deed`."""
    definition: re.Pattern[str] | None = None
    """A question for the meaning of a word, tidied and in lower case: `what is a kettle`."""
    negations: frozenset[str] = frozenset()
    """Words that deny what is behind them: `not locked`."""
    why: re.Pattern[str] | None = None
    """The beginning of a question for a reason."""
    able: re.Pattern[str] | None = None
    """The beginning of a question for what one can do, or where."""
    comparatives: frozenset[str] = frozenset()
    """Words for how a thing is to change, which name none: `brighter`."""
    than: str = ""
    """The word between two that are compared: `less than ten minutes` is no length of time."""
    sequence: re.Pattern[str] | None = None
    """A joint before what comes after the rest: `and then`."""
    elsewhere: re.Pattern[str] | None = None
    """A question whether something may be done at a place of some kind: `can we take pictures in a cinema`."""
    utmost: re.Pattern[str] | None = None
    """What is the most of its kind of which something is so: `the loudest volume that does no harm`."""
    indefinite_articles: frozenset[str] = frozenset()
    """Articles of what is any thing of its kind."""
    indefinite: frozenset[str] = frozenset()
    """Words in the place of a name that is not said: `add something to my list`."""
    possessive: re.Pattern[str] | None = None
    """The ending of an owner: `tomorrow's`."""
    sign: re.Pattern[str] | None = None
    """A sign after a number, as group 1."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """Sign without spaces, in lower case -> its words."""
    glued_number: re.Pattern[str] | None = None
    """A number, as group 1, to which a unit is glued."""
    stop_words: frozenset[str] = frozenset()
    """Words without content."""
    never_last: frozenset[str] = frozenset()
    """Words on which hardly a sentence ends that somebody says to a machine."""
    counts: frozenset[str] = frozenset()
    """Number words after which `second` is a unit of time."""
    round_numbers: frozenset[str] = frozenset()
    """Numbers that an article counts: `a hundred`."""
    articles: str = ""
    """Articles that stand for one, with `|` between them, as in the four below."""
    conjunction: str = ""
    """Words between a number and its part: `one and a half`."""
    disjunction: str = ""
    """Words between two values one of which is meant."""
    minus: str = ""
    """Words that make the number after them negative."""
    correction: str = ""
    """Words after which the value before them no longer holds, alone or several: `five no wait ten minutes`."""
    number_sign: str = ""
    """Words that say of the number after them only that it is one: `pump no. 7`."""
    stand_ins: frozenset[str] = frozenset()
    """Words in the place of the head of a name: `the coffee thing`."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Part of a whole -> its size: `quarter`, 0.25."""
    counted_parts: Mapping[str, float] = field(default_factory=dict)
    """The same, of those that are parts only behind an article or a count: `a third`, not `the third`."""
    units: Mapping[str, int] = field(default_factory=dict)
    """Unit of time -> seconds."""
    leads: str = ""
    """Small words before a value, with `|` between them, as in the four below."""
    percent: str = ""
    """Words for the sign of per cent."""
    most: str = ""
    """Words for the whole of a range, the longest first: `volume to the max`."""
    least: str = ""
    """Words for the least of it."""
    way: str = ""
    """Words behind a part that add nothing to it: `two thirds of the way`."""
    compounds: Mapping[str, str] = field(default_factory=dict)
    """Word -> the words and digits that it stands for where values are read: `anderthalb`, 1.5."""
    moments: Mapping[str, str] = field(default_factory=dict)
    """Words of a moment, in lower case with numbers as digits -> the English ones: `halb`, half before."""
    currencies: Mapping[str, str] = field(default_factory=dict)
    """Sign before or after an amount -> its word."""
    deeds: tuple[str, ...] = ()
    """Verbs of one deed, then `|` and those that end or undo it, if there are any; a verb may be of several deeds."""
    undirected: frozenset[str] = frozenset()
    """Verbs that say that something becomes other, not which way: `change`."""
    particles: frozenset[str] = frozenset()
    """Those of them that are parts of a verb only behind the first word that tells something, or at either end."""
    clipped_particles: Mapping[str, str] = field(default_factory=dict)
    """Preposition -> the particle that it is when a letter is left out: `of`, `off`."""
    universal: frozenset[str] = frozenset()
    """Words for all of several: `all`, `both`."""
    pair: re.Pattern[str] | None = None
    """Words that say only that two things follow, with the spaces around them: `both the lamp and the fan`."""
    exception: re.Pattern[str] | None = None
    """Words before what is left out, with the spaces around them: ` except for `."""
    after_exception: re.Pattern[str] | None = None
    """Words behind it that say only that it stays as it is: ` on`, ` alone`."""
    undecided: re.Pattern[str] | None = None
    """Words before another value that may be meant as well, with the spaces around them: `, or was it `."""
    denied_value: re.Pattern[str] | None = None
    """A value that is not meant and the one that is, as the groups `old` and `new` behind the words `before` them.

    Or the words with the one that is `meant`, and behind them what is `denied`.
    """
    rejected: re.Pattern[str] | None = None
    """Words before what is not meant, with the spaces around them: ` instead of `."""
    dismissal: re.Pattern[str] | None = None
    """A clause that says only that something is not spoken of now, with its sign: `never mind the timer, `."""
    adversative: re.Pattern[str] | None = None
    """A joint before a command that is another one, with the spaces around it: ` but `."""
    everyday: tuple[tuple[re.Pattern[str], Plain], ...] = ()
    """Everyday ways to say an order, each with the plain words for it: `stick it on the list`, `put`."""
    dictated: re.Pattern[str] | None = None
    """An order to note a `text` that is told behind a colon: `note: the code is 4711`."""
    noting: str = "{0}"
    """The order in whose place of `{0}` that text stands."""
    paired: re.Pattern[str] | None = None
    """A pair that is one thing, or that says of what kind the thing behind it is: `salt and vinegar | crisps`."""
    frames: FrameWords = field(default_factory=FrameWords)
    """What is said around an order and says nothing of it."""
    additional: str = ""
    """Words between a number and its unit, with `|` between them: `two more minutes`."""
    ordinals: Mapping[str, int] = field(default_factory=dict)
    """Word for a place in a row -> that place from 0 on, from the end where it is negative."""
    comparisons: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Word that picks one of several -> the measure by which, and 1 for the most of it, -1 for the least."""
    parts_of_day: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Part of the day -> the hours from which and before which it lasts; `night` ends on the next day."""
    pointers: frozenset[str] = frozenset()
    """Words that point to a thing and tell nothing of it: `one`, `mean`."""
    relations: RelationWords = field(default_factory=RelationWords)
    """The words that bind the others of a statement."""
    moods: MoodGrammar = field(default_factory=MoodGrammar)
    """The words by which a sentence asks, forbids or tells."""
    follow_ups: FollowUpWords = field(default_factory=FollowUpWords)
    """The words by which it takes up one that was said before."""
    answers: AnswerWords = field(default_factory=AnswerWords)
    """The words of its answers to a question."""
    pointing: PointingWords | None = None
    """The words that stand for others of the same sentence: `the kitchen one`."""
    questions: QuestionWords = field(default_factory=QuestionWords)
    """The words by which a question takes up an answer."""
    half_day: re.Pattern[str] | None = None
    """Words behind a clock time that tell the half of the day: `pm`, `in the morning`."""
    whole_clock: re.Pattern[str] | None = None
    """Other words that leave no doubt which half of the day is meant: `noon`, `18`."""

    @cached_property
    def contraction(self) -> re.Pattern[str] | None:
        """A contraction as a word of its own, as group 1; not the name of a slot or a rule in a template."""
        if not self.contractions:
            return None
        longest_first = sorted(self.contractions, key=len, reverse=True)
        words = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<![\w'{{<])({words})(?![\w'])", re.IGNORECASE)

    @cached_property
    def lead(self) -> re.Pattern[str] | None:
        """A small word before a value."""
        return re.compile(rf"^(?:{self.leads})\s+", re.IGNORECASE) if self.leads else None

    @cached_property
    def joint(self) -> re.Pattern[str] | None:
        """A joining word between two others."""
        return re.compile(rf"\s(?:{self.joints})\s", re.IGNORECASE) if self.joints else None

    @cached_property
    def deeds_of_verb(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """Verb, in lower case -> its deeds: the line of `deeds` and the side of it, 0 or 1."""
        sides: dict[str, set[tuple[int, int]]] = {}
        for line, deed in enumerate(self.deeds):
            for side, verbs in enumerate(deed.split("|")):
                for verb in verbs.split():
                    sides.setdefault(verb, set()).add((line, side))
        return {verb: frozenset(deeds) for verb, deeds in sides.items()}

    @cached_property
    def counterparts(self) -> Mapping[str, tuple[str, ...]]:
        """Verb, in lower case -> the verbs of the opposite deed, the one in its own place of the line first."""
        opposites: dict[str, tuple[str, ...]] = {}
        for sides in ([side.split() for side in deed.split("|")] for deed in self.deeds if "|" in deed):
            for own, other in (sides, sides[::-1]):
                for place, verb in enumerate(own):
                    opposites[verb] = (*opposites.get(verb, ()), *other[place : place + 1], *other[:place])
        return {verb: tuple(dict.fromkeys(others)) for verb, others in opposites.items()}
