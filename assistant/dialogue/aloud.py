"""Words of a document as they are read aloud: short, and tables and code told as what they are."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.events import ReplyEnded
from assistant.language.sentences import split_sentences
from assistant.nlu.documents.quoting import is_whole, split_blocks
from assistant.quote import Quote


def aloud(quote: Quote, most: int = 60, points: int = 6) -> str:
    """Return the words of a quote that are read aloud; the screen shows all of it.

    Sentences up to about `most` words, a list of up to so many `points`, and for a table or code that it is there.
    """
    parts, left = list[str](), most
    for block in split_blocks(quote.text):
        for text in _spoken(block, points):
            length = len(text.split())
            if parts and length > left:
                return "\n\n".join([*parts, "The rest is on the screen."])
            parts.append(text)
            left -= length
    return "\n\n".join(parts)


def quote_reply(quote: Quote) -> ReplyEnded:
    """Make the reply that quotes a document."""
    spoken = aloud(quote)
    return ReplyEnded(quote.text, source=quote.source, aloud="" if spoken == quote.text else spoken)


def _spoken(block: str, points: int) -> Iterator[str]:
    """Yield the sentences of a block, or the one that tells of it."""
    lines, first = block.split("\n"), block.lstrip()[:3]
    if not is_whole(block):
        yield from split_sentences(" ".join(block.split()))
    elif first in ("```", "~~~"):
        yield "There is code for it; it is on the screen."
    elif first.startswith("|"):
        yield "There is a table; it is on the screen."
    elif len(lines) > points:
        yield f"There is a list of {len(lines)} points; it is on the screen."
    else:
        yield block
