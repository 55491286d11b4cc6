"""What the commands of a conversation can find and compare: the pictures, and what the matcher in use knows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app.pictures.gallery import Gallery

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.pictures.finding import FoundPicture, PictureFindings
    from assistant.nlu.query import Query
    from assistant.nlu.recommending.taste import Piece, PieceKind, Taste
    from assistant.values import AnswerMatch


class OwnHoldings:
    """The pictures of a gallery, and the documents and answers of the matcher that is in use when they are asked for.

    Every method raises AssistantError where the data folder cannot be written or a model cannot be opened.
    """

    def __init__(self, gallery: Gallery, matcher: Callable[[], Matcher]) -> None:
        self._gallery, self._matcher = gallery, matcher

    @property
    def has_pictures(self) -> bool:
        """True where a folder of pictures is looked at."""
        return bool(self._gallery.config.picture_folders())

    def find(self, text: str) -> PictureFindings:
        """Find pictures for some words."""
        return self._gallery.find(text)

    def answer(self, query: Query) -> AnswerMatch | None:
        """Answer a question by what is written in a picture or below it; None where none does."""
        return self._gallery.finder().answer(query, self._gallery.config.match.threshold)

    def like_file(self, file: Path, most: int = 5) -> Sequence[FoundPicture]:
        """Find the pictures most like one in a file, which need not be among them."""
        with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
            picture, thumbnail = self._gallery.pictures.looked_at(file, Path(folder))
            return self._gallery.finder().like_file(picture, thumbnail, most)

    def like(self, wanted: Taste, kinds: Collection[PieceKind]) -> Sequence[Piece]:
        """Find the pieces of some kinds nearest to a taste, none that was shown already."""
        from assistant.nlu.recommending.recommender import Recommender

        looks_through = "picture" in kinds and self.has_pictures
        return Recommender(self._matcher().parts, self._gallery.finder() if looks_through else None).like(wanted, kinds)
