"""What somebody was shown and likes: data alone, so that it costs nothing where it is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from assistant.authoring.documents.passage import without_marks
from assistant.authoring.pictures.picture import Picture
from assistant.values import AnswerMatch

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
PLACES: Mapping[str, int] = {word: place for place, word in enumerate(_ORDINALS)} | {"last": -1}
"""Word for a place of what was shown, as the intents have it -> the place."""

_SAID_PLACES: Mapping[str, int] = {
    f"{lead}{word}{end}": place
    for word, place in PLACES.items()
    for lead in ("", "the ")
    for end in ("", " one", " picture", " photo")
}
"""The ways of saying such a place -> the place."""

PieceKind: TypeAlias = Literal["picture", "document", "answer"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that was shown, and may be liked: a picture, a passage of a document, an answer."""

    kind: PieceKind
    name: str
    """The place of it as it is cited; of an answer its question."""
    text: str
    """The words that it is compared by."""
    said: str = ""
    """The words of it that are shown."""
    cosine: float = 0.0
    """Cosine to what is liked."""
    picture: Picture | None = None

    @classmethod
    def of_picture(cls, picture: Picture, cosine: float = 0.0) -> Piece:
        """Make the piece of a picture."""
        said = picture.facts.caption or picture.facts.words or picture.named
        return cls("picture", picture.source, picture.embedded_text, said, cosine, picture)

    @classmethod
    def of(cls, match: AnswerMatch) -> Piece:
        """Make the piece of an answer that was given."""
        if quote := match.quote:
            return cls("document", quote.source, f"{match.question}\n{without_marks(quote.text)}", quote.text)
        return cls("answer", match.question, match.question, match.answer)


@dataclass(slots=True)
class Taste:
    """What somebody was shown in a conversation, liked and disliked, since they last asked for something."""

    about: str = ""
    """The words that they asked for."""
    scene: str = ""
    """Those of them for what is to be seen, where pictures were looked for: it may be drawn."""
    shown: Sequence[Piece] = ()
    """What the last reply showed, the likeliest first."""
    chosen: Piece | None = None
    """The one of them that was talked of last."""
    liked: list[Piece] = field(default_factory=list)
    disliked: list[Piece] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    """Names of all that was shown."""

    def begin(self, about: str, shown: Sequence[Piece], scene: str = "") -> None:
        """Take up another question, and what was shown for it."""
        self.about, self.scene = about, scene
        self.liked, self.disliked, self.passed = [], [], set()
        self.show(shown)

    def named(self, words: str, names_of: Callable[[Sequence[Picture]], Sequence[str]]) -> Piece | None:
        """Find a piece of what was shown last by its name as it was listed, or by its place: `the second one`.

        `names_of` names pictures. Without words it is the one that was talked of last, or the only one.
        """
        place = _SAID_PLACES.get(words.casefold())
        if not words:
            return self.chosen or (self.shown[0] if len(self.shown) == 1 else None)
        if place is not None:
            return self.shown[place] if -len(self.shown) <= place < len(self.shown) else None
        names = iter(names_of([piece.picture for piece in self.shown if piece.picture]))
        for piece in self.shown:
            name = next(names) if piece.picture else piece.name
            if words.casefold() in [text.rstrip(" ?!.,").casefold() for text in (piece.name, name)]:
                return piece
        return None

    def choose(self, piece: Piece) -> None:
        """Take up one piece that is talked of: of what was shown last, and that stays; else it is shown alone."""
        if all(piece.name != other.name for other in self.shown):
            self.begin("", [piece])
        self.chosen = piece

    def show(self, shown: Sequence[Piece]) -> None:
        """Take the items that are shown now."""
        self.shown, self.chosen = shown, None
        self.passed |= {piece.name for piece in shown}
