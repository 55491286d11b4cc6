"""What somebody was shown and likes: data alone, so that it costs nothing where it is not asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from assistant.authoring.documents.passage import without_marks
from assistant.authoring.pictures.picture import Picture
from assistant.values import AnswerMatch

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
    shown: Sequence[Piece] = ()
    """What the last reply showed, the likeliest first."""
    liked: list[Piece] = field(default_factory=list)
    disliked: list[Piece] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    """Names of all that was shown."""

    def begin(self, about: str, shown: Sequence[Piece]) -> None:
        """Take up another question, and what was shown for it."""
        self.about, self.liked, self.disliked, self.passed = about, [], [], set()
        self.show(shown)

    def show(self, shown: Sequence[Piece]) -> None:
        """Take the items that are shown now."""
        self.shown = shown
        self.passed |= {piece.name for piece in shown}
