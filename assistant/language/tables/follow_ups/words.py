"""The form of a language's words by which a sentence takes up one that was said before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from assistant.language.tables.follow_ups.refusals import Refusals

_GAP = r"(?:\s*[,;:.!?]+\s*|\s+)"
"""Between a marker and what follows."""


@dataclass(frozen=True)
class FollowUpWords:
    """Each of the texts is a pattern in lower case, with `|` between its ways; an empty one marks nothing."""

    fillers: str = ""
    """Words before anything that tell nothing: `oh`, `well`, `okay`."""
    denial: str = ""
    """Words before what was meant in place of what was understood: `no`, `I meant`."""
    brief: str = ""
    """Markers of one syllable in front, which are easily misheard: `no` for `know`, `and` for `in`."""
    repair: str = ""
    """The same, that may begin another matter as well: `actually`, `sorry`."""
    change: str = ""
    """The same, of what was right and is wanted otherwise now: `make it`."""
    moves: str = ""
    """Those of them that say where something goes: `move it to`."""
    repair_behind: str = ""
    """Words behind it: `instead`."""
    addition: str = ""
    """Words before what is wanted or asked as well: `and`, `what about`, `the same for`."""
    repeating: str = ""
    """Those of them before a name that stands in the place of another: `the same for`."""
    once_more: str = ""
    """Those of them after which even the same value is one more: `another five`."""
    addition_behind: str = ""
    """Words behind it: `too`."""
    exclusion: str = ""
    """Words before what is not meant: `but not`, `and neither`."""
    left_alone: str = ""
    """A whole sentence that leaves something as it is, with that as the group `left`: `leave the kitchen alone`."""
    exchange: str = ""
    """One thing in place of another, as the groups `old` and `new`: `not milk but oat milk`, `change five to ten`."""
    single: str = ""
    """Pronouns of one thing."""
    several: str = ""
    """Pronouns of several."""
    both: str = ""
    """Words for two things, or all of them."""
    before_nouns: str = ""
    """Those of the pronouns that stand before a noun as well: `that lamp`."""
    after_pronouns: str = ""
    """Words that follow a pronoun and no noun: `off`, `again`."""
    determiners: str = ""
    """Small words before a name that belong to it where it is said again: `my shopping list`."""
    expletives: str = ""
    """Words before or after a pronoun that stands for nothing: `is it`, `it is`."""
    returning: str = ""
    """Words behind a pronoun that say only that it was so before: `turn it back on`."""
    mending: str = ""
    """Words in the middle of a sentence after which something in it is said anew: `no wait`."""
    compared: tuple[frozenset[str], ...] = ()
    """Comparatives of one quality each: `brighter` and `darker`."""
    one_before: str = ""
    """Words for one more thing of the kind spoken of, before what it is for: `and one`, with its preposition behind."""
    setting: str = ""
    """The order for such a thing, with a `{0}` for its kind."""
    going_on: str = ""
    """Words before what is done with the last result that are none of a sum: `and then`, not `plus`."""
    comes_to: str = ""
    """Words behind it: `is what`."""
    swapping: str = ""
    """The order that puts one item of a list in the place of another: `{0}` the old, `{1}` the new, `{2}` the list."""
    others: str = ""
    """Words for the rest of several things, before a noun: `other`."""
    hastening: str = ""
    """Words by which what was planned is wanted now: `do it now`."""
    halfway: str = ""
    """The end of a bare value that is a level: `way` of `half way`."""
    filling: str = ""
    """The order to put items, `{0}`, on a list, `{1}`."""
    filling_by_order: str = ""
    """The same of an order that names the items: `{0} to {1}`."""
    owning: str = ""
    """The beginning of a sentence that tells what is there already: `we've already got`."""
    refusals: Refusals = field(default_factory=Refusals)
    """What is answered where nothing can be taken up."""
    staying: str = ""
    """Words by which something stays as it is, perhaps at a `value`: `leave it on`, `keep it at 20`."""
    as_before: str = ""
    """Words by which something is wanted as it was: `put it back to what it was before`."""
    parting: str = ""
    """Words between a share and what it is a share of: `of`."""
    telling_more: str = ""
    """Words before what a note is to say as well, as the group `more`: `add that it needs new tyres`."""
    note_with_more: str = ""
    """The order for that, with a `{0}` for it."""
    asides: str = ""
    """Words beside an order that say nothing of it: `while you're at it`."""
    pausing: str = ""
    """The same, where a pause is before them: `, no`, `, sorry`."""
    hesitating: str = ""
    """The same, of those that often mark nothing: `, uh`."""
    within: str = ""
    """Small words before a place."""
    shifting: str = ""
    """Words before an amount that make an order of it: `make it` an hour later."""
    steps: str = ""
    """Words for a little further than before, less of it as the group `less`: `a bit more`."""
    remarks: str = ""
    """Words before a sign that only remark on what was done, as a reason for what follows: `that's horrible,`."""
    one_more_steps: str = ""
    """Words for another step of the kind, with how many as the group `number`: `and another one`."""
    ends: str = ""
    """Words for as far as it goes, with the way as the group `side`: `all the way`, `all the way up`."""
    ways: Mapping[str, int] = field(default_factory=dict)
    """Word of a deed -> 1 where it raises or opens, -1 where it lowers or closes."""
    throwing: str = ""
    """Words by which what chance decided is wanted once more: `again`."""
    resuming: str = ""
    """Words by which what was held goes on: `carry on`."""
    resumption: str = ""
    """The verb for that."""
    agreement: str = ""
    """Words before what changes a command that was right so far: `yes but`."""
    there: str = ""
    """Words for the place that was named."""
    none_of: str = ""
    """Words before a thing that say no to what was said, or that there is to be none of it: `no bread`."""
    mentioning: str = ""
    """Words behind a thing that say only that it was spoken of: `I set`."""
    amounts: str = ""
    """Words before so much more or less of the last thing: `it needs`."""
    next_days: str = ""
    """Words for the day after the one that was said."""
    days_before: str = ""
    """Words for the day before it."""
    shifts: Mapping[str, int] = field(default_factory=dict)
    """Word behind a length or an amount -> 1 where so much more is meant, -1 where less: `an hour later`."""

    @cached_property
    def filler(self) -> re.Pattern[str] | None:
        """A filler at the beginning."""
        return _leading(self.fillers)

    @cached_property
    def firm(self) -> re.Pattern[str] | None:
        """A marker at the beginning that says that something was wrong."""
        return _leading(self.denial)

    @cached_property
    def denying(self) -> re.Pattern[str] | None:
        """One that may say so."""
        return _leading(self.repair)

    @cached_property
    def repairing(self) -> re.Pattern[str] | None:
        """A marker of a change at the beginning."""
        return _leading(self.change)

    @cached_property
    def moving(self) -> re.Pattern[str] | None:
        """A marker of something that goes somewhere, at the beginning."""
        return _leading(self.moves)

    @cached_property
    def adding(self) -> re.Pattern[str] | None:
        """A marker of an addition at the beginning."""
        return _leading(self.addition)

    @cached_property
    def repeats(self) -> re.Pattern[str] | None:
        """A marker of an addition after which a name stands in the place of another."""
        return _leading(self.repeating)

    @cached_property
    def again(self) -> re.Pattern[str] | None:
        """A marker of an addition after which even the same value is one more."""
        return _leading(self.once_more)

    @cached_property
    def repairing_behind(self) -> re.Pattern[str] | None:
        """A marker of a repair at the end."""
        return _trailing(self.repair_behind)

    @cached_property
    def adding_behind(self) -> re.Pattern[str] | None:
        """A marker of an addition at the end."""
        return _trailing(self.addition_behind)

    def excluded(self, text: str) -> str:
        """Return the words of a sentence for something that is not meant; nothing of any other."""
        before, whole = _leading(self.exclusion), self.left_alone and re.compile(self.left_alone, re.IGNORECASE)
        if whole and (match := whole.fullmatch(text)):
            return match["left"]
        match = before.match(text) if before else None
        return text[match.end() :] if match else ""

    @cached_property
    def exchanging(self) -> re.Pattern[str] | None:
        """One thing in place of another, as a whole sentence."""
        return re.compile(rf"(?:{self.exchange})", re.IGNORECASE) if self.exchange else None

    @cached_property
    def throws(self) -> re.Pattern[str] | None:
        """Once more, and nothing else."""
        return re.compile(self.throwing) if self.throwing else None

    @cached_property
    def mends(self) -> re.Pattern[str] | None:
        """A marker in the middle of a sentence, as the group `sure`, `paused` or `weak`, with the signs around it."""
        if not self.mending:
            return None
        pause, words = r"\s*[,;.…–—-]+\s+", rf"{self.mending}|{self.pausing}|{self.hesitating}"
        paused = rf"{pause}(?:(?P<paused>(?:{self.mending}|{self.pausing}))|(?P<weak>{self.hesitating}))"
        return re.compile(rf"(?:{paused}|\s(?P<sure>{self.mending}))(?:{_GAP}(?:{words}))*{_GAP}", re.IGNORECASE)

    @cached_property
    def goes_on(self) -> re.Pattern[str] | None:
        """Words around what is done with the last result, at either end."""
        return re.compile(rf"^(?:{self.going_on})\s+|\s+(?:{self.comes_to})$", re.IGNORECASE) if self.going_on else None

    @cached_property
    def one_for(self) -> re.Pattern[str] | None:
        """Words for one more thing of the kind spoken of, at the beginning."""
        return re.compile(self.one_before, re.IGNORECASE) if self.one_before else None

    @cached_property
    def at_once(self) -> re.Pattern[str] | None:
        """Words by which a plan is wanted now, and nothing else."""
        return re.compile(self.hastening) if self.hastening else None

    @cached_property
    def owns(self) -> re.Pattern[str] | None:
        """Words for what is there already, at the beginning."""
        return re.compile(self.owning, re.IGNORECASE) if self.owning else None

    @cached_property
    def stays(self) -> re.Pattern[str] | None:
        """Something stays as it is, and nothing else."""
        return re.compile(self.staying) if self.staying else None

    @cached_property
    def is_as_before(self) -> re.Pattern[str] | None:
        """Something is wanted as it was, and nothing else."""
        return re.compile(self.as_before) if self.as_before else None

    @cached_property
    def tells_more(self) -> re.Pattern[str] | None:
        """Words for a note, beside those that it has."""
        return re.compile(self.telling_more, re.IGNORECASE) if self.telling_more else None

    @cached_property
    def aside(self) -> re.Pattern[str] | None:
        """Words beside an order, with the sign before or behind them."""
        words = rf"\b(?:{self.asides})"
        return re.compile(rf"[\s,]*{words}(?=\W*$)|^{words},?\s+", re.IGNORECASE) if self.asides else None

    @cached_property
    def step(self) -> re.Pattern[str] | None:
        """A little further, and nothing else."""
        return re.compile(self.steps) if self.steps else None

    @cached_property
    def remark(self) -> re.Pattern[str] | None:
        """A remark at the beginning, and its sign."""
        return re.compile(rf"(?:{self.remarks})[,.;!]+ +", re.IGNORECASE) if self.remarks else None

    @cached_property
    def one_more_step(self) -> re.Pattern[str] | None:
        """Another step of the kind, and nothing else."""
        return re.compile(self.one_more_steps) if self.one_more_steps else None

    @cached_property
    def end(self) -> re.Pattern[str] | None:
        """As far as it goes, and nothing else."""
        return re.compile(self.ends) if self.ends else None

    @cached_property
    def resumes(self) -> re.Pattern[str] | None:
        """On with what was held, and nothing else."""
        return re.compile(self.resuming) if self.resuming else None

    @cached_property
    def joined(self) -> re.Pattern[str] | None:
        """A no and a few words, without a pause."""
        return re.compile(rf"(?:{self.none_of}) [\w' -]+", re.IGNORECASE) if self.none_of else None

    @cached_property
    def placing(self) -> re.Pattern[str] | None:
        """Words for the place that was named."""
        return re.compile(rf"\b(?:{self.there})\b", re.IGNORECASE) if self.there else None

    @cached_property
    def agreeing(self) -> re.Pattern[str] | None:
        """A yes with a but behind it, at the beginning."""
        return _leading(self.agreement)

    @cached_property
    def amounting(self) -> re.Pattern[str] | None:
        """Words before an amount that is wanted more or less."""
        return _leading(self.amounts)

    @cached_property
    def returns(self) -> re.Pattern[str] | None:
        """Words behind a pronoun that say only that it was so before, where more follows."""
        return re.compile(rf"^\s+(?:{self.returning})(?=\s+\w)", re.IGNORECASE) if self.returning else None

    @cached_property
    def pronoun(self) -> re.Pattern[str] | None:
        """A pronoun, as the group of its kind: `single`, `several` or `both`."""
        if not self.single:
            return None
        demonstrative = rf"(?:{self.before_nouns})(?!(?:\s+(?:{self.after_pronouns}))*\s*(?:$|[,.!?]))"
        kinds = (f"(?P<{kind}>{getattr(self, kind)})" for kind in ("both", "several", "single"))
        return re.compile(rf"(?<![\w'])(?!{demonstrative}\b)(?:{'|'.join(kinds)})(?![\w'])", re.IGNORECASE)

    @cached_property
    def expletive(self) -> re.Pattern[str] | None:
        """A pronoun that stands for nothing."""
        return re.compile(rf"\b(?:{self.expletives})\b", re.IGNORECASE) if self.expletives else None


def _leading(ways: str) -> re.Pattern[str] | None:
    return re.compile(rf"^(?:{ways})(?:{_GAP}|$)", re.IGNORECASE) if ways else None


def _trailing(ways: str) -> re.Pattern[str] | None:
    return re.compile(rf"(?:{_GAP}|^)(?:{ways})$", re.IGNORECASE) if ways else None
