"""The form of a language's words for yes, for no, and for what withdraws a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class AnswerWords:
    """Each of the texts is a pattern in lower case, without punctuation, with `|` between its ways."""

    firm: str = ""
    """A yes."""
    shrugging: str = ""
    """Those of the firm words that are no yes to what can do harm: `why not`."""
    weak: str = ""
    """Words that are a yes only where nothing else is said: `please`."""
    urging: str = ""
    """Words behind a yes that change nothing: `quickly`, `thanks`."""
    refusal: str = ""
    """A no, to a question or to what was done."""
    mere: str = ""
    """Words that say only no, or that something is wrong."""
    waiting: str = ""
    """Those of the refusals that take nothing back by themselves: `wait`."""
    courtesy: str = ""
    """Words of thanks."""
    hesitation: str = ""
    """Words before an answer that tell nothing: `well`."""
    limits: str = ""
    """Words before a value that is not meant itself: `below`."""
    conclusion: str = ""
    """Words between a reason and the answer that it leads to: `so`."""
    hedges: str = ""
    """Words before an answer that only say how sure somebody is of it: `I think`."""
    thoughts: str = ""
    """The same, of somebody who has no answer yet: `let me think`."""
    withdrawal: str = ""
    """Sentences of somebody who will do something else instead: `I'll call you later`."""
    restart: str = ""
    """Sentences that end all that is open: `let's start over`."""
    restoring: str = ""
    """Words by which what was taken back is wanted after all: `put it back`."""
    restoring_thing: str = ""
    """The same of a thing by its name, as a group: `bring back the milk`."""
    restoring_order: str = ""
    """The order for that, with a `{0}` for an item and a `{1}` for its list."""
    other: str = ""
    """Words for the other one of two."""
    postponing: str = ""
    """Sentences of somebody who has no answer yet, and will have one: `wait a second`."""
    declining: str = ""
    """Sentences of somebody who gives no answer: `nothing, I'm fine`, `I'll tell you later`."""
    bounds: str = ""
    """Words before a value that is only near what is meant, or is meant of other times: `before`, `usually`."""
    rejecting: str = ""
    """Words behind a value that is not wanted: `is too long`."""
    every_place: str = ""
    """Words for every room: `everywhere`, `the whole house`."""
    hanging: str = ""
    """Words behind a value that begin what limits it: `tomorrow | after lunch`, `on Monday | if it rains`."""

    @cached_property
    def yes(self) -> re.Pattern[str]:
        """A yes and nothing else."""
        if not self.firm:
            return _NEVER
        way = rf"(?:{self.firm}|{self.weak})"
        return re.compile(rf"{self._lead}{way}(?: (?:{self.firm}|{self.weak}|{self.urging}))*")

    @cached_property
    def casual(self) -> re.Pattern[str]:
        """A yes that is a shrug."""
        return re.compile(rf"{self._lead}(?:{self.shrugging})(?: (?:{self.urging}))*") if self.shrugging else _NEVER

    @cached_property
    def no(self) -> re.Pattern[str]:
        """A no and nothing else."""
        if not self.refusal:
            return _NEVER
        return re.compile(rf"{self._lead}(?:{self.refusal})(?: (?:{self.refusal}|{self.courtesy}))*")

    @cached_property
    def mere_no(self) -> re.Pattern[str]:
        """Only no."""
        if not self.mere:
            return _NEVER
        return re.compile(rf"{self._lead}(?:{self.mere})(?: (?:{self.mere}|{self.courtesy}))*")

    @cached_property
    def only_waits(self) -> re.Pattern[str]:
        """Refusals that take nothing back."""
        return re.compile(rf"{self._lead}(?:(?:{self.waiting}|{self.courtesy}) ?)+") if self.waiting else _NEVER

    @cached_property
    def begins(self) -> re.Pattern[str]:
        """A beginning of more words, as the group `yes` or `no`."""
        if not self.firm:
            return _NEVER
        return re.compile(rf"(?P<yes>(?:{self.yes.pattern})(?= ))|(?P<no>{self._lead}(?:{self.refusal})\b)")

    @cached_property
    def begins_firmly(self) -> re.Pattern[str]:
        """A beginning that is a yes whatever follows."""
        return re.compile(rf"{self._lead}(?:{self.firm})\b") if self.firm else _NEVER

    @cached_property
    def hedging(self) -> re.Pattern[str]:
        """All before an answer that tells nothing of it."""
        ways = "|".join(filter(None, (self.thoughts, self.hedges)))
        return self._before_answers(ways, r"[\s,;:.…–—-]+")

    @cached_property
    def pondering(self) -> re.Pattern[str]:
        """The same, before an answer of any words, with a pause behind it."""
        return self._before_answers(self.thoughts, r"\s*[,;:.…–—-]+\s*")

    @cached_property
    def concluding(self) -> re.Pattern[str]:
        """Words between a reason and an answer."""
        return re.compile(rf",? (?:{self.conclusion}) ", re.IGNORECASE) if self.conclusion else _NEVER

    @cached_property
    def limiting(self) -> re.Pattern[str]:
        """Words before a value that is not meant itself."""
        return re.compile(rf"(?:{self.limits})\s", re.IGNORECASE) if self.limits else _NEVER

    @cached_property
    def postpones(self) -> re.Pattern[str]:
        """An answer that asks for time and tells nothing else."""
        return self._whole(self.postponing)

    @cached_property
    def declines(self) -> re.Pattern[str]:
        """An answer that there is none."""
        return self._whole(self.declining)

    @cached_property
    def bounding(self) -> re.Pattern[str]:
        """The end of what stands before a value that is not meant itself."""
        ways = "|".join(filter(None, (self.limits, self.bounds)))
        return re.compile(rf"\b(?:{ways})\s*$", re.IGNORECASE) if ways else _NEVER

    @cached_property
    def rejects(self) -> re.Pattern[str]:
        """The beginning of what stands behind a value that is not wanted."""
        return re.compile(rf"\W*(?:{self.rejecting})\b", re.IGNORECASE) if self.rejecting else _NEVER

    @cached_property
    def hangs(self) -> re.Pattern[str]:
        """Words that limit the value before them, as the group `limit`."""
        return re.compile(rf"\W*(?P<limit>(?:{self.hanging})\s.*\w)", re.IGNORECASE) if self.hanging else _NEVER

    def _whole(self, ways: str) -> re.Pattern[str]:
        also = "|".join(filter(None, (ways, self.courtesy, self.hesitation)))
        return re.compile(rf"{self._lead}(?:{ways})(?: (?:{also}))*") if ways else _NEVER

    def _before_answers(self, ways: str, gap: str) -> re.Pattern[str]:
        hesitation = f"(?:(?:{self.hesitation})[\\s,;.…–—-]+)*" if self.hesitation else ""
        return re.compile(f"(?:{hesitation}(?:{ways}){gap})+", re.IGNORECASE) if ways else _NEVER

    @cached_property
    def ends_question(self) -> re.Pattern[str]:
        """A sentence of somebody who wants no more of what was asked about."""
        ways = "|".join(filter(None, (self.withdrawal, self.restart)))
        return re.compile(rf"{self._lead}(?:{ways})") if ways else _NEVER

    @cached_property
    def restarts(self) -> re.Pattern[str]:
        """A sentence that ends all that is open."""
        return re.compile(rf"{self._lead}(?:{self.restart})") if self.restart else _NEVER

    @cached_property
    def restores(self) -> re.Pattern[str]:
        """A sentence that wants back what was just taken back."""
        return re.compile(rf"(?:.* )?(?:{self.restoring})") if self.restoring else _NEVER

    @cached_property
    def restored(self) -> re.Pattern[str] | None:
        """A sentence that wants a thing back."""
        return re.compile(self.restoring_thing, re.IGNORECASE) if self.restoring_thing else None

    @cached_property
    def names_other(self) -> re.Pattern[str]:
        """Nothing but the other one."""
        return re.compile(rf"(?:{self.other})") if self.other else _NEVER

    @cached_property
    def names_every_place(self) -> re.Pattern[str]:
        """Every room, and nothing else."""
        return self._whole(self.every_place)

    @property
    def _lead(self) -> str:
        return rf"(?:(?:{self.hesitation}) )*" if self.hesitation else ""
