"""Talk about the talk: what was said and done last, why, and what more there is to say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.actions.outcome import Outcome
from assistant.authoring.definitions import Intent
from assistant.dialogue.aloud import quote_reply
from assistant.dialogue.consent.which_one import WhichOne
from assistant.dialogue.exchange import Exchange, built_in
from assistant.dialogue.open_questions import Asked, OpenQuestion
from assistant.events import ReplyEnded
from assistant.language.spoken import joined, spoken
from assistant.language.tables import table_of
from assistant.language.text import content_words, normalise, stems, tokens
from assistant.nlu.documents.quoting import without_quoted
from assistant.nlu.slots.domains import SAMPLES
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.ranking.combine import Ranked

_AGAIN = frozenset(("dialogue.repeat", "dialogue.slower"))
"""Actions that give the last reply again."""

_ABOUT_TALK = _AGAIN | {f"dialogue.{name}" for name in ("said", "did", "why", "more", "asked", "help")}
"""Actions after which the turn before is still the last one that can be spoken of."""


@dataclass(frozen=True, slots=True)
class _LastTurn:
    """What somebody said, and what came of it."""

    text: str
    meanings: Sequence[Understanding]
    exchanges: Sequence[Exchange]
    reply: str
    asks: bool
    """True where the reply is a question."""


class Recollection:
    """The last turn of a conversation, and what is left to tell of its subject."""

    def __init__(self) -> None:
        self._turn: _LastTurn | None = None
        self._first = ""
        """What somebody said first."""
        self._reply = ""
        """Words of the last reply."""
        self._rest: list[ReplyEnded] | None = None
        """Pieces that are told one after the other where more is asked for; None: they are not collected yet."""
        self._pages: tuple[str, list[ReplyEnded]] = ("", [])
        """First page of the help that was asked for, and those that are left."""

    def add(
        self, text: str, meanings: Sequence[Understanding], exchanges: Sequence[Exchange], reply: ReplyEnded
    ) -> None:
        """Take in a turn; one that is about the talk itself leaves the one before in its place."""
        if all(map(is_repeat, meanings)):
            return
        self._reply = reply.text
        if all(built_in(meaning) in _ABOUT_TALK for meaning in meanings):
            return
        self._first = self._first or text
        self._turn = _LastTurn(text, tuple(meanings), tuple(exchanges), reply.text, reply.expects_answer)
        if all(isinstance(meaning, IntentMatch) and meaning.action is None for meaning in meanings):
            return  # thanks for an answer change no subject
        pieces = [ReplyEnded(piece) for exchange in exchanges for piece in exchange.outcome.more]
        self._rest = None if any(isinstance(meaning, AnswerMatch) for meaning in meanings) and not pieces else pieces

    def reply(self, outcome: Outcome, utterance: Utterance, asked: Asked | None, matcher: Matcher) -> ReplyEnded:
        """Reply to a command that is about the talk; `asked` is the open question."""
        turn = self._turn
        match outcome.control:
            case "repeat" | "slower" if self._reply:
                text = f"{outcome.values.get(utterance.source, '')}{self._reply}"
                return ReplyEnded(text, expects_answer=bool(asked), pace=0.7 if outcome.control == "slower" else 1.0)
            case "repeat" | "slower":
                return ReplyEnded("I have not said anything yet.", ok=False)
            case "help" if asked:
                return ReplyEnded(_possible_answers(asked, matcher), expects_answer=True)
            case "help" if outcome.more:
                return self._page(outcome)
            case "asked" if asked:
                text = f"You said “{asked.said}”, and I asked: {asked.text}"
                return ReplyEnded(text, expects_answer=True)
            case "more":
                return self._more(outcome, turn, matcher)
            case "said" if turn and _asks_first(utterance.text, matcher.intents.language):
                return ReplyEnded(f"You said “{self._first}” first.")
            case "said" if turn:
                return ReplyEnded(f"You said “{turn.text}”.")
            case "did" if turn:
                return ReplyEnded(_deed(turn))
            case "why" if turn:
                return ReplyEnded(" ".join(_reasons(turn, matcher)))
        return ReplyEnded(outcome.text or "OK.", ok=outcome.ok)

    def _more(self, outcome: Outcome, turn: _LastTurn | None, matcher: Matcher) -> ReplyEnded:
        """Tell the next piece; where there is none say so, and what can be said instead."""
        answers = [meaning for meaning in turn.meanings if isinstance(meaning, AnswerMatch)] if turn else []
        if self._rest is None:
            self._rest = [piece for answer in answers for piece in _further(answer, matcher)]
        if self._rest:
            return self._rest.pop(0)
        if answers:
            sources = joined(list(dict.fromkeys(answer.source for answer in answers)))
            return ReplyEnded(f"I have no more on that; it is from {sources}.", ok=False)
        nothing = "I have no more on that." if turn else ""
        page = self._page(outcome).text if outcome.text else ""
        return ReplyEnded(" ".join(filter(None, (nothing, page))), ok=not nothing)

    def _page(self, outcome: Outcome) -> ReplyEnded:
        """Tell the page of the help that follows the last one, from the first on."""
        first, pages = self._pages
        if first != outcome.text or not pages:
            pages = [ReplyEnded(page) for page in (outcome.text, *outcome.more)]
        self._pages, self._rest = (outcome.text, pages), pages
        return pages.pop(0)


def _asks_first(text: str, language: str) -> bool:
    """True of words about the first of what was said."""
    return any(table_of(language).ordinals.get(word) == 0 for word in tokens(text, language))


def is_repeat(meaning: Understanding) -> bool:
    """True of a command that gives the last reply again."""
    return built_in(meaning) in _AGAIN


# -- what was done, and why -------------------------------------------------------------------


def _deed(turn: _LastTurn) -> str:
    """Put the last turn into words."""
    if all(isinstance(meaning, OutOfScope) for meaning in turn.meanings):
        return f"Nothing: you said “{turn.text}”, and my answer was “{turn.reply}”"
    return f"You said “{turn.text}”, and {'I asked' if turn.asks else 'my answer was'}: {turn.reply}"


def _reasons(turn: _LastTurn, matcher: Matcher) -> Iterator[str]:
    """Say for each part of a turn from which phrase of which file its meaning comes, with its values."""
    texts = {id(exchange.understanding): exchange.text for exchange in turn.exchanges}
    yield f"You said “{turn.text}”."
    for meaning in turn.meanings:
        text = texts.get(id(meaning), turn.text)
        reading = "" if text.casefold() == turn.text.casefold() else f", from “{text}”"
        match meaning:
            case OutOfScope(reason=reason) if reason:
                yield f"I did nothing, because: {reason}"
            case OutOfScope():
                yield _reason_against(text, matcher)
            case AnswerMatch():
                yield _question_found(meaning, text, matcher)
            case Ambiguous(labels=(label,)):
                yield f"I have no command for that, and “{label}” was the nearest answer, so I asked."
            case Ambiguous():
                labels = joined([f"“{label}”" for label in meaning.labels], "or")
                yield f"I understood {labels}: neither is much likelier than the other, so I asked."
            case SlotMissing():
                name = meaning.missing.replace("_", " ")
                yield f"I understood {_intent_found(meaning.intent, text, matcher)}{reading}. I asked for the {name}."
            case IntentMatch():
                yield f"I understood {_intent_found(meaning.intent, text, matcher)}{reading}.{_values(meaning)}"
                if meaning.confirm:
                    yield "That is asked about before it is done."


def _reason_against(text: str, matcher: Matcher) -> str:
    """Say how near the nearest phrase is to words that were not understood."""
    nearest = next((candidate for candidate in matcher.rank(text) if candidate.phrase), None)
    if nearest is None:
        return "I did nothing, because nothing that I know is like it."
    return (
        f"I did nothing, because nothing that I know is near enough: the nearest is “{nearest.phrase}”, meant with a "
        f"chance of {nearest.confidence:.0%}, and I act from {matcher.config.threshold:.0%} on."
    )


def _question_found(answer: AnswerMatch, text: str, matcher: Matcher) -> str:
    """Name the stored question that was answered, with the file that holds it; or the place in a document."""
    if answer.quote is not None:
        chance = f"with a chance of {answer.confidence:.0%}"
        return f"I found that in your documents, in {answer.source}: it answers that {chance}."
    entry = next((entry for entry in matcher.knowledge.entries if entry.question == answer.question), None)
    place = f" in {_place(entry.file, entry.line)}" if entry else ""
    nearest = _candidate("question", answer.question, text, matcher)
    is_other = nearest is not None and normalise(nearest.phrase) != normalise(answer.question)
    wording = f" by its wording “{nearest.phrase}”" if nearest and is_other else ""
    return f"I understood the question “{answer.question}”{place}{wording}, and its answer is from {answer.source}."


def _intent_found(name: str, text: str, matcher: Matcher) -> str:
    """Name an intent with the sentence of its file that covers the text, or the phrase that is nearest to it."""
    intent = matcher.intents.intents.get(name)
    if intent is None:
        return f"“{name}”"
    nearest = _candidate("intent", name, text, matcher)
    if nearest is None or not nearest.phrase:
        return f"“{intent.title}” in {_place(intent.file, intent.line)}"
    if nearest.match is None or nearest.phrase != nearest.match.template:
        return f"“{intent.title}”, since it is near “{nearest.phrase}” in {_place(intent.file, intent.line)}"
    return f"“{intent.title}” by the sentence “{_clipped(nearest.phrase)}” in {_line_of(nearest.phrase, intent)}"


def _candidate(kind: str, owner: str, text: str, matcher: Matcher) -> Ranked | None:
    ranked = matcher.rank(text)
    return next((candidate for candidate in ranked if (candidate.kind, candidate.owner) == (kind, owner)), None)


def _line_of(template: str, intent: Intent) -> str:
    """Name the file and the line of a template."""
    for block in intent.blocks:
        if template in block.sentences:
            return _place(block.file, block.lines[block.sentences.index(template)])
    return _place(intent.file, intent.line)


def _clipped(template: str, letters: int = 80) -> str:
    """Cut a long template short at a word."""
    return template if len(template) <= letters else f"{template[:letters].rsplit(maxsplit=1)[0]} ..."


def _place(file: Path, line: int) -> str:
    return f"{file.parent.name}/{file.name}, line {line}"


def _values(match: IntentMatch) -> str:
    """Put the values of a command into words, each with the words it was read from."""
    parts = []
    for name, value in match.slots.items():
        words, text = match.slot_texts.get(name, ""), spoken(value)
        if text:
            quoted = f" (“{words}”)" if words and words.casefold() != text.casefold() else ""
            parts.append(f"the {name.replace('_', ' ')} is {text}{quoted}")
    when = f" It is for: {match.when.text}." if match.when else ""
    return f" There {joined(parts)}.{when}" if parts else when


# -- what may be said now ---------------------------------------------------------------------


def _possible_answers(asked: Asked, matcher: Matcher, most: int = 6) -> str:
    """Name answers to the open question."""
    answers = joined([f"“{answer}”" for answer in _answers(asked.question, matcher)[:most]], "or")
    named = f"for example {answers}, or " if answers else ""
    return f"I asked: {asked.text} You can say {named}“never mind”."


def _answers(question: OpenQuestion, matcher: Matcher) -> Sequence[str]:
    match question:
        case SlotMissing(intent=name, missing=missing):
            intent = matcher.intents.intents.get(name)
            declared = intent.slots.get(missing) if intent else None
            kind = (declared.type if declared else "") or missing
            return matcher.hints.values(name, missing) or SAMPLES.get(kind, ())[:3]
        case Ambiguous(labels=labels):
            return (*labels, "neither")
        case WhichOne(options=options):
            return tuple(option.label for option in options)
    return "yes", "no"


# -- more on a subject ------------------------------------------------------------------------


def _further(answer: AnswerMatch, matcher: Matcher) -> list[ReplyEnded]:
    """Collect what there is beside an answer: of a document how its section goes on, then other places."""
    if answer.quote is None:
        return _neighbours(answer, matcher)
    own = matcher.documents.passage(answer.quote.passage)
    left = without_quoted(own.text, answer.quote.text) if own else ""
    rest = [dataclasses.replace(answer.quote, text=left)] if left else []
    following = [*rest, *matcher.documents.following(answer.quote.passage)]
    return [quote_reply(quote) for quote in (*following, *answer.others)]


def _neighbours(answer: AnswerMatch, matcher: Matcher, most: int = 3, near: float = 0.35) -> list[ReplyEnded]:
    """Collect the pairs nearest to an answered question that share a telling word with it."""
    entries = {entry.question: entry for entry in matcher.knowledge.entries}
    if answer.question not in entries:
        return []
    language = matcher.intents.language
    beginnings = {question: stems(content_words(question, language)) for question in entries}
    own = beginnings[answer.question]
    common = max(4, len(entries) // 20)
    telling = {stem for stem in own if sum(stem in others for others in beginnings.values()) <= common} or own
    ranked = matcher.rank(answer.question)
    pairs = [
        entries[candidate.owner]
        for candidate in ranked
        if candidate.kind == "question" and candidate.similarity >= near and candidate.owner in entries
    ]
    same = [pair for pair in pairs if pair.question != answer.question and telling & beginnings[pair.question]]
    return [
        ReplyEnded(f"On the same subject, “{pair.question}” {pair.answer}", source=pair.source) for pair in same[:most]
    ]
