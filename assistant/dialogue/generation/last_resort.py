"""A sentence that nothing understands: looked up in the pictures, else put by a language model into one that is.

The model only proposes words. They are understood as if typed, by the matcher, and what acts is asked about first.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.actions.builtins import tells
from assistant.authoring.definitions import Intent
from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.context.meanings import Meaning
from assistant.dialogue.generation.grounded import Generator
from assistant.language.tables import table_of
from assistant.language.text import content_words, normalise, stems
from assistant.llm.chat_prompt import History, Prompt
from assistant.nlu.templates.sampler import Sampler
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.dialogue.generation.picture_lookup import PictureLookup
    from assistant.nlu.matcher import Matcher

_REWRITING = (
    "Earlier turns of a conversation are given. Rewrite the user's last words as one whole sentence that can be "
    "understood without the earlier turns. Use only words of the conversation. Answer with that sentence alone."
)
_MAPPING = (
    "Choose the command that the user wants. Commands, each with its slots:\n{commands}\n"
    'Answer with one line of JSON and nothing else: {{"intent": NAME, "slots": {{SLOT: WORDS}}}}. '
    'Take the words from what the user says. Where no command fits answer {{"intent": null, "slots": {{}}}}.'
)


class LastResort:
    """Asks the pictures, and then the language model, about what is out of scope.

    Args:
        generator: the language model; None: without one.
        maps: True if it may choose a command for a whole sentence, too, and not only complete a follow-up.
        checked: gives an understanding the question that comes first by the rules of `[confirm]`.
        pictures: looks it up in the pictures.
    """

    def __init__(
        self,
        generator: Generator | None,
        maps: bool,
        checked: Callable[[Understanding, Matcher], Understanding],
        pictures: PictureLookup | None = None,
    ) -> None:
        self._generator, self._maps, self._checked, self._pictures = generator, maps, checked, pictures

    def read(
        self,
        utterance: Utterance,
        meaning: OutOfScope,
        matcher: Matcher,
        history: Sequence[tuple[str, str]],
        cancelled: threading.Event,
    ) -> Meaning:
        """Return the sentence that is meant with its understanding, or the utterance where there is none that stands.

        Raises:
            ModelError: the model cannot be had, or failed.
        """
        if utterance.overheard or len(utterance.text) > 300:
            return utterance, meaning
        if self._pictures and (looked_up := self._pictures.read(utterance, meaning, matcher)):
            return utterance, looked_up
        if meaning.reason or self._generator is None:
            return utterance, meaning
        return self._proposed(utterance, matcher, tuple(history), cancelled) or (utterance, meaning)

    def _proposed(
        self, utterance: Utterance, matcher: Matcher, history: History, cancelled: threading.Event
    ) -> Meaning | None:
        sentence = self._rewritten(utterance.text, matcher, history, cancelled)
        if sentence is None and self._maps:
            sentence = self._mapped(utterance.text, matcher, cancelled)
        if sentence is None or cancelled.is_set():
            return None
        meant = dataclasses.replace(utterance, text=sentence, alternatives=())
        understanding = self._checked(matcher.match(meant), matcher)
        if isinstance(understanding, IntentMatch) and not (understanding.confirm or tells(understanding)):
            understanding = dataclasses.replace(understanding, confirm=f"Did you mean “{sentence}”?")
        return (meant, understanding) if isinstance(understanding, IntentMatch | AnswerMatch) else None

    def _rewritten(self, text: str, matcher: Matcher, history: History, cancelled: threading.Event) -> str | None:
        """Return a follow-up as a whole sentence, all of whose words were said before, and that leaves out none."""
        language = matcher.intents.language
        if not (history and is_elliptical(text, language)):
            return None
        answer = self._answer(Prompt(text, history[-2:], rules=_REWRITING, limit=48, whole=False), cancelled)
        sentence = answer.strip().splitlines()[0].strip(" \"'“”") if answer.strip() else ""
        said = " ".join(text for turn in history[-2:] for text in turn)
        words = stems(content_words(sentence, language))
        own = stems(content_words(fragment_of(text, language).text, language))
        is_whole = own <= words <= stems(content_words(f"{said} {text}", language))
        is_new = bool(words) and normalise(sentence, language) != normalise(text, language)
        return sentence if is_whole and is_new else None

    def _mapped(self, text: str, matcher: Matcher, cancelled: threading.Event, most: int = 8) -> str | None:
        """Return a sentence of the command that the model chooses, with the values that it reads in a text."""
        intents = matcher.intents.intents
        nearest = [ranked.owner for ranked in matcher.rank(text) if ranked.kind == "intent" and ranked.owner in intents]
        offered = {name: intents[name] for name in nearest[:most] if intents[name].action is not None}
        if not offered:
            return None
        commands = "\n".join(_described(intent) for intent in offered.values())
        rules = _MAPPING.format(commands=commands)
        call = read_call(self._answer(Prompt(text, rules=rules, limit=80, whole=False), cancelled), offered)
        if call is None:
            return None
        intent, values = offered[call[0]], call[1]
        sampler = Sampler(matcher.intents)
        said = stems(content_words(text, matcher.intents.language))
        for name, value in values.items():
            slot = intent.slots[name]
            listed = {normalise(phrase) for phrase, _ in sampler.slot_phrases(intent, slot.type or name)}
            if normalise(value) not in listed and not stems(content_words(value, matcher.intents.language)) <= said:
                return None
        sentence = next(sampler.sentences(intent, values), "")
        meaning = matcher.match(sentence) if sentence else None
        is_same = isinstance(meaning, IntentMatch) and meaning.intent == intent.name
        return sentence if is_same else None

    def _answer(self, prompt: Prompt, cancelled: threading.Event) -> str:
        return "".join(self._generator.stream(prompt, cancelled)) if self._generator else ""


def is_elliptical(text: str, language: str, few: int = 3) -> bool:
    """True of words that take up what was said before: with a marker, with a pronoun, or very `few`."""
    words = table_of(language).follow_ups
    if fragment_of(text, language).kind != "plain" or len(text.split()) <= few:
        return True
    return bool(words.pronoun and words.pronoun.search(text)) and len(text.split()) <= 4 * few


def read_call(answer: str, offered: Mapping[str, Intent]) -> tuple[str, Mapping[str, str]] | None:
    """Read the JSON that names one of the offered commands and values of its slots; anything else is None."""
    start = answer.find("{")
    try:
        call: Any = json.JSONDecoder().raw_decode(answer[start:])[0] if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(call, dict) or call.keys() != {"intent", "slots"}:
        return None
    name, slots = call["intent"], call["slots"]
    if not (isinstance(name, str) and name in offered and isinstance(slots, dict)):
        return None
    is_legal = all(isinstance(value, str) and value.strip() for value in slots.values())
    return (name, slots) if is_legal and slots.keys() <= offered[name].slots.keys() else None


def _described(intent: Intent) -> str:
    described = {"intent": intent.name, "does": intent.title, "slots": list(intent.slots)}
    return json.dumps(described, ensure_ascii=False)
