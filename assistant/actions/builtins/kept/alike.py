"""More of what was shown, or something else: pictures, passages of documents and answers, by likes and dislikes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.actions.builtins import drawing
from assistant.actions.builtins.kept.pictures import names_of, shown, shown_picture
from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.errors import AssistantError
from assistant.nlu.recommending.taste import Piece, PieceKind, Taste
from assistant.outlet.terminal import printable_line

if TYPE_CHECKING:
    from assistant.nlu.pictures.finding import FoundPicture

_KINDS: Mapping[str, tuple[PieceKind, ...]] = {
    "pictures": ("picture",),
    "documents": ("document",),
    "answers": ("answer",),
    "everything": ("picture", "document", "answer"),
}
"""What is wanted -> the kinds that are looked through."""


def like(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Show more like what was shown last, or like `which` of it, of a `kind`: pictures, documents, answers, everything.

    After a drawing another one is drawn, unless a `kind` is named.
    """
    taste, which, kind = context.taste, text_of(slots, "which"), text_of(slots, "kind")
    if not taste.shown and not which:
        return Outcome("Like what? I have shown you nothing yet.", ok=False)
    is_drawn = bool(taste.shown) and any(str(drawn.file) == taste.shown[0].name for drawn in context.drawn)
    if is_drawn and not kind and which in ("", drawing.DRAWN.name):
        return drawing.vary({}, {}, context)
    if not which:
        liked = [taste.chosen] if taste.chosen else taste.liked or list(taste.shown[:1])
    elif piece := taste.named(which, names_of):
        liked = [piece]
    else:
        liked = _looked_for(which, context)
        taste.begin(which, liked)
    if not liked:
        return Outcome(f"I have nothing that is called “{which}”.", ok=False)
    taste.liked += [piece for piece in liked if piece not in taste.liked]
    return _recommended(taste, _KINDS.get(kind, (liked[-1].kind,)), f"Like {_title(liked[-1])}:", context)


def other(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Show something else than what was shown last, for the same words; of a `kind`, as for `items.like`."""
    taste = context.taste
    if not taste.shown:
        return Outcome("Something else than what? I have shown you nothing yet.", ok=False)
    kinds = _KINDS.get(text_of(slots, "kind"), (taste.shown[0].kind,))
    if "picture" in kinds and taste.about and not taste.liked and (rest := _rest(taste, context)):
        taste.disliked += taste.shown
        taste.show([Piece.of_picture(item.picture) for item in rest[:5]])
        return shown("Something else:", rest, context)
    taste.disliked += [piece for piece in taste.shown if piece not in taste.liked]
    return _recommended(taste, kinds, "Something else:", context)


def _looked_for(which: str, context: Context) -> list[Piece]:
    """Find the picture that some words name, else the document or the answer."""
    if context.holdings.has_pictures and (found := context.holdings.find(which).pictures):
        return [Piece.of_picture(found[0].picture)]
    return list(context.holdings.like(Taste(which), ("document", "answer")))[:1]


def _rest(taste: Taste, context: Context) -> Sequence[FoundPicture]:
    """Return the pictures for the same words that were not shown yet."""
    try:
        found = context.holdings.find(taste.about).pictures
    except AssistantError:
        return ()
    return [item for item in found if item.picture.source not in taste.passed]


def _recommended(taste: Taste, kinds: Collection[PieceKind], words: str, context: Context) -> Outcome:
    try:
        pieces = context.holdings.like(taste, kinds)
    except AssistantError as error:
        return Outcome(str(error), ok=False)
    if not pieces:
        return Outcome("I have nothing more like that.", ok=False)
    taste.show(pieces)
    lines = [f"- {_line(piece)} ({piece.cosine:.2f})" for piece in pieces]
    pictures = [
        replace(shown_picture(piece.picture, context), confidence=piece.cosine, cosine=piece.cosine, why="alike")
        for piece in pieces
        if piece.picture
    ]
    return Outcome("\n".join([words, "", *lines]), focus=tuple(map(Thing, _names(pieces))), pictures=tuple(pictures))


def _line(piece: Piece, most: int = 90) -> str:
    said = printable_line(" ".join(piece.said.split()))
    said = said if len(said) <= most else f"{said[:most].rpartition(' ')[0]} …"
    return ": ".join(filter(None, (printable_line(piece.name), said)))


def _names(pieces: Sequence[Piece]) -> Sequence[str]:
    """Name each piece as the next sentence names it."""
    named = iter(names_of([piece.picture for piece in pieces if piece.picture]))
    return [next(named) if piece.picture else piece.name for piece in pieces]


def _title(piece: Piece) -> str:
    return piece.picture.name if piece.picture else f"“{piece.name.strip(' ?')}”"
