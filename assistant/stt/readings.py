"""Which reading of a sound stands: the one with the prompt, the one without, or a known sentence that sounds like them.

A prompt makes a model spell names and hear commands in noise, and it bends other speech into its own words: `what's
the weather` into `watch the weather`. So a reading stands where the assistant knows it. Else the sound is read again
without the prompt, and the reading is compared with the known sentences that sound like it, each as likely as the
model finds it without the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.stt.agreement import key
from assistant.stt.stream import Confusable

_CLEAR_SCORE = -0.12
"""Mean log probability from which a reading with the prompt needs no second one without it."""

_ALLOWANCE = 12.0
"""Log probability, that of the confusion included, that a known sentence may lack beside what was heard. Of 93 orders
in kitchen noise that were misheard, it finds 68 and mistakes one; of 65 sentences read aloud it takes none for a
command."""

_ALLOWANCE_PER_TOKEN, _ALLOWANCE_LEAST = 1.2, 4.0
"""The same for each token of a shorter transcript, since the beginning of a sentence is like many others, and for the
shortest: `undo` lacks 2.6 beside `and you`, and `know the back door` 4.5 beside the no that was said; said as they are,
`and you` has 8 more than `undo`, and `note the back door` 9."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A transcript that the model proposes."""

    text: str
    score: float
    """Mean log probability of its tokens."""
    sure: bool
    heard: str = ""
    """The transcript that was replaced, where the text is a known sentence."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses between the readings of one sound.

    Args:
        prompt: that of the first readings.
        confusable: the assistant's sentences that may have been misheard as a text.
        log_probability: of a text for the sound, without the prompt.
        count_tokens: of a text.
    """

    prompt: str
    confusable: Confusable
    log_probability: Callable[[str], float]
    count_tokens: Callable[[str], int]

    def knows(self, readings: Sequence[Reading]) -> bool:
        """True if the best of the readings with the prompt is clear, and a known sentence."""
        return bool(readings) and readings[0].score >= _CLEAR_SCORE and self._known(readings[0].text)

    def choose(self, prompted: Sequence[Reading], unprompted: Sequence[Reading]) -> tuple[Reading, ...]:
        """Return the reading that stands, first, and those that might; both kinds come best first."""
        if prompted and not self.knows(prompted) and self._is_invented(prompted[0], unprompted):
            prompted = ()
        both = (*prompted[:1], *unprompted[:1])
        for reading in both:
            if self._known(reading.text):
                return (replace(reading, sure=True), *prompted, *unprompted)
        if not both:
            return ()
        heard = both[0] if self._is_worth_its_words(both[0], both[-1]) else both[-1]
        if better := self._misheard(heard, both):
            return (better, *prompted, *unprompted)
        return (heard, *(prompted if heard in prompted else ()), *unprompted)

    def _is_invented(
        self,
        prompted: Reading,
        unprompted: Sequence[Reading],
        lack: float = 6.0,
        least: float = -0.8,
        least_of_prompt: float = -0.5,
    ) -> bool:
        """True of a reading with the prompt that the sound alone does not bear out.

        It is an echo of the prompt in a noise, or bends what was said into a command: `Anna locked the door` into
        `unlock the door`. Of orders in noise that were read right with the prompt, all but one lack less than 5.2
        beside the reading without it; those that were bent lack 8 and more. Where nothing is heard without the prompt,
        the score tells: in kitchen noise, babble and reversed speech, echoes of the prompt had -0.81 and less, other
        words -0.89 and less; orders said softly, by phone or beside a television had -0.28 and -0.6 and more.
        """
        if not unprompted:
            return prompted.score < (least_of_prompt if self._is_in_prompt(prompted.text) else least)
        plain = unprompted[0]
        if _words(prompted.text) == _words(plain.text):
            return False
        ending = "" if plain.text.endswith((".", "?", "!")) else "."
        return self.log_probability(prompted.text) < self.log_probability(plain.text + ending) - lack

    def _known(self, text: str) -> bool:
        """True of a sentence that is known, and that no other one is misheard as."""
        return tuple(self.confusable(text)) == ((text, 0.0),)

    def _misheard(self, heard: Reading, readings: Sequence[Reading]) -> Reading | None:
        """Return the known sentence that is likeliest for the sound, if nearly as likely as what was heard."""
        sentences: dict[str, float] = {}
        for reading in readings:
            for text, confusion in self.confusable(reading.text):
                if text not in (other.text for other in readings):
                    sentences[text] = max(confusion, sentences.get(text, confusion))
        if not sentences:
            return None
        words = heard.text.rstrip(".,?!")
        end = heard.text[len(words) :][:1] or "."  # without it, the beginning of the transcript would seem likely
        allowance = min(_ALLOWANCE, max(_ALLOWANCE_LEAST, _ALLOWANCE_PER_TOKEN * self.count_tokens(words)))
        if dict(self.confusable(heard.text)).get(heard.text) == 0.0:
            allowance = 0.0
        needed = self.log_probability(words + end) - allowance
        near = []
        for text in sorted(sentences, key=lambda text: -sentences[text])[:6]:  # each takes 0.02 s
            sentence = text[0].upper() + text[1:] + end
            likelihood = self.log_probability(sentence)
            if likelihood + sentences[text] >= needed:
                score = likelihood / self.count_tokens(sentence)
                near.append((likelihood + sentences[text], Reading(sentence, score, sure=True, heard=heard.text)))
        return max(near, key=lambda pair: pair[0])[1] if near else None

    def _is_worth_its_words(self, prompted: Reading, plain: Reading) -> bool:
        """True of a reading that is like a command, and has no word beside the other that the prompt has not."""
        own = set(_words(prompted.text).split()) - set(_words(plain.text).split())
        is_like = prompted.text in dict(self.confusable(prompted.text))
        return is_like and own <= set(_words(self.prompt).split())

    def _is_in_prompt(self, text: str) -> bool:
        """True if the words stand so in the prompt."""
        words, parts = _words(text), (_words(part) for part in re.split(r"[.,?!]", self.prompt))
        return any(f" {words} " in f" {part} " for part in parts)


def _words(text: str) -> str:
    return " ".join(map(key, text.split()))
