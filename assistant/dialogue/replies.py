"""Replies to several commands of one turn, told as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from assistant.events import ReplyEnded
from assistant.language.spoken import joined


def as_one(replies: Sequence[ReplyEnded]) -> ReplyEnded:
    """Return the replies to several commands as one; those that differ in one place become one sentence."""
    if len(replies) == 1:
        return replies[0]
    texts = list(dict.fromkeys(reply.text for reply in replies if reply.text))
    return ReplyEnded(
        " ".join(_sentences(texts)),
        source=next((reply.source for reply in replies if reply.source), None),
        generated=any(reply.generated for reply in replies),
        ok=all(reply.ok for reply in replies),
        expects_answer=replies[-1].expects_answer,
    )


def _sentences(texts: Sequence[str]) -> list[str]:
    """Return texts with neighbours that are alike made one."""
    runs = list[list[str]]()
    for text in texts:
        if runs and _merged([*runs[-1], text]):
            runs[-1].append(text)
        else:
            runs.append([text])
    return [_merged(run) or run[0] for run in runs]


def _merged(texts: Sequence[str]) -> str:
    """Return texts that differ in one place as one, nothing where they are not so alike or begin with that place.

    >>> _merged(["Timer set for 5 minutes.", "Timer set for 10 minutes."])
    'Timer set for 5 and 10 minutes.'
    """
    if len(texts) < 2:
        return ""
    words = [text.split() for text in texts]
    head = _beginning(words)
    rests = [text[len(head) :] for text in words]
    tail = _beginning([rest[::-1] for rest in rests])[::-1]
    middles = [" ".join(rest[: len(rest) - len(tail)]) for rest in rests]
    end = "." if all(middle.endswith(".") for middle in middles) else ""
    middles = [middle.removesuffix(end) for middle in middles]
    if (len(head) < 2 and not "".join(head).endswith(":")) or any(
        not m or re.search(r"[.!?,;](?:\s|$)", m) for m in middles
    ):
        return ""
    return " ".join([*head, joined(middles) + end, *tail])


def _beginning(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return the words with which all texts begin."""
    return [column[0] for column in takewhile(lambda column: len({*column}) == 1, zip(*texts, strict=False))]
