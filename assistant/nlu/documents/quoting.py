"""The words of a passage that answer a question, as they stand there: a paragraph, a list, a table or code."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.authoring.documents.passage import Passage, without_marks
from assistant.language.sentences import split_sentences
from assistant.nlu.documents.words import split

_FENCE = re.compile(r"\s*(```|~~~)")
_LINE_OF_LIST = re.compile(r"\s*(?:[-*+]|\d+[.)])\s|\s*\||\s{2,}\S")
"""A line of a list, of a table, or what is indented below one: such a block is never cut."""


def quote(passage: Passage, words: Collection[str], most: int = 90) -> str:
    """Return the words of a passage for a question with those words: all of it, where it has up to `most` words.

    Else the block that holds most of them, with the paragraph that introduces it or that it introduces; of a long
    paragraph the sentences from the likeliest on.
    """
    blocks = split_blocks(passage.text)
    if _length(passage.text) <= most or len(blocks) == 0:
        return passage.text
    stems = {_stem(word) for word in words}
    best = max(range(len(blocks)), key=lambda place: (_held(blocks[place], stems), -place))
    chosen = blocks[best]
    if not is_whole(chosen) and _length(chosen) > most:
        return _sentences(chosen, stems, most)
    if best and (is_whole(chosen) or blocks[best - 1].rstrip("*_ ").endswith(":")) and not is_whole(blocks[best - 1]):
        return f"{_last_sentence(blocks[best - 1])}\n\n{chosen}"
    if chosen.rstrip("*_ ").endswith(":") and best + 1 < len(blocks):
        return f"{chosen}\n\n{blocks[best + 1]}"
    return chosen


def without_quoted(text: str, quoted: str) -> str:
    """Return the rest of a passage behind a quote of it; nothing where it was quoted to its end."""
    start = text.find(quoted.rsplit("\n\n", 1)[-1])
    return text[start + len(quoted.rsplit("\n\n", 1)[-1]) :].strip() if start >= 0 else ""


def window(passage: Passage, words: Collection[str], most: int = 55) -> str:
    """Return the sentences in a row, about `most` words, that hold most of the words of a question."""
    sentences = [text for text in split_sentences(without_marks(passage.text)) if text.strip()]
    stems = {_stem(word) for word in words}
    held, lengths = [_held(text, stems) for text in sentences], [len(text.split()) for text in sentences]
    best, kept = 0.0, passage.text
    for start in range(len(sentences)):
        end, length = start + 1, lengths[start]
        while end < len(sentences) and length + lengths[end] <= most:
            length += lengths[end]
            end += 1
        value = sum(held[start:end]) + min(1.0, length / most) / 100
        if value > best:
            best, kept = value, " ".join(sentences[start:end])
    return kept


def split_blocks(text: str) -> list[str]:
    """Return the paragraphs, lists, tables and pieces of code of a passage, in order."""
    blocks, lines, fence = list[str](), list[str](), ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence and lines:
            blocks.append("\n".join(lines))
            lines = []
        if not line.strip() and not fence:
            blocks.append("\n".join(lines))
            lines = []
            continue
        lines.append(line)
        if mark and fence == mark[1]:
            blocks.append("\n".join(lines))
            lines, fence = [], ""
        elif mark and not fence:
            fence = mark[1]
    return [block for block in (*blocks, "\n".join(lines)) if block.strip()]


def is_whole(block: str) -> bool:
    """True of a list, a table or code, which is quoted whole."""
    first = block.split("\n", 1)[0]
    return bool(_FENCE.match(first) or _LINE_OF_LIST.match(first))


def _sentences(block: str, stems: Collection[str], most: int) -> str:
    """Return the sentences of a paragraph from the one that holds most of the words on, as many as fit."""
    sentences = list(split_sentences(" ".join(block.split())))
    best = max(range(len(sentences)), key=lambda place: (_held(sentences[place], stems), -place))
    chosen, length = list[str](), 0
    for sentence in sentences[best:]:
        if chosen and length + _length(sentence) > most // 2:
            break
        chosen.append(sentence)
        length += _length(sentence)
    return " ".join(chosen)


def _last_sentence(block: str) -> str:
    sentences: Sequence[str] = list(split_sentences(" ".join(block.split())))
    return sentences[-1] if sentences else block


def _held(text: str, stems: Collection[str]) -> int:
    return len({_stem(word) for word in split(without_marks(text))} & set(stems))


def _stem(word: str, letters: int = 5) -> str:
    return word[:letters]


def _length(text: str) -> int:
    return len(without_marks(text).split())
