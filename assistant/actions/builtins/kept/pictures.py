"""Pictures: found by words, and what is written in one read out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.errors import AssistantError
from assistant.events import ShownPicture
from assistant.language import spoken
from assistant.nlu.recommending.taste import Piece
from assistant.outlet.terminal import printable_line

if TYPE_CHECKING:
    from assistant.authoring.pictures.picture import Picture
    from assistant.nlu.pictures.finding import FoundPicture, PictureFindings

NO_FOLDER = "I look at no folder of pictures yet: assistant pictures add FOLDER."


def find(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Find pictures `about` something, from a time that it may name; with `kind: screenshots` those alone."""
    about = " ".join([text_of(slots, "about"), *(_without(words) for words in context.excluding)]).strip()
    wanted = f"screenshots {about}" if arguments.get("kind") == "screenshots" else about or "pictures"
    found = _found(wanted, context)
    if isinstance(found, Outcome):
        return found
    context.taste.begin(found.question.about, [Piece.of_picture(item.picture) for item in found.pictures[:5]])
    count = len(found.pictures) if found.question.about else found.admitted
    return shown(f"{spoken.sentence(spoken.count(count, 'picture'))}:", found.pictures, context, count)


def _without(words: str) -> str:
    return words if words.casefold().startswith(("without", "but ", "except")) else f"without {words}"


def read(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Read out what is written in the picture that is likeliest `about` something."""
    found = _found(text_of(slots, "about"), context)
    if isinstance(found, Outcome):
        return found
    item = next((item for item in found.pictures if item.picture.facts.words), None)
    if item is None:
        return Outcome(f"Nothing is written in {found.pictures[0].picture.name} that I can read.", ok=False)
    return Outcome(f"{item.picture.facts.words}\n\n({item.picture.source})")


def shown(words: str, pictures: Sequence[FoundPicture], context: Context, count: int = 0, most: int = 5) -> Outcome:
    """Show pictures below some words, the first of so many: a line each, which the next command may be about."""
    lines = [
        f"- {printable_line(item.picture.source)}: {_said(item)} ({item.confidence:.2f})" for item in pictures[:most]
    ]
    left = max(count, len(pictures)) - most
    lines += [f"- and {left} more"] if left > 0 else []
    return Outcome(
        "\n".join([words, "", *lines]),
        focus=tuple(map(Thing, names_of([item.picture for item in pictures[:most]]))),
        pictures=tuple(_scored(item, context) for item in pictures[:most]),
    )


def _found(text: str, context: Context) -> PictureFindings | Outcome:
    """Find pictures for some words; a reply that says why where there are none."""
    if not context.config.picture_folders():
        return Outcome(NO_FOLDER, ok=False)
    try:
        found = context.holdings.find(text)
    except AssistantError as error:
        return Outcome(str(error), ok=False)
    if not found.pictures:
        reason = (
            "none is of that time or kind" if found.question.filters and not found.admitted else "none is like that"
        )
        return Outcome(f"I found no such picture: {reason}.", ok=False)
    return found


def names_of(pictures: Sequence[Picture]) -> Sequence[str]:
    """Name each picture in a sentence: the words of its name, where no other has the same, else its file."""
    names = [picture.named or PurePosixPath(picture.name).stem for picture in pictures]
    files = [PurePosixPath(picture.name).stem for picture in pictures]
    return [file if names.count(name) > 1 else name for name, file in zip(names, files, strict=True)]


def shown_picture(picture: Picture, context: Context) -> ShownPicture:
    """Tell a screen of a picture."""
    from assistant.authoring.pictures.reading import thumbnail_of

    thumbnail = thumbnail_of(context.config.data_folder() / "pictures" / "thumbnails", picture.facts.digest)
    return ShownPicture(picture.file, picture.facts.caption, thumbnail=thumbnail)


def _scored(item: FoundPicture, context: Context) -> ShownPicture:
    cosine = max(item.similarity, item.seen)
    return replace(shown_picture(item.picture, context), confidence=item.confidence, cosine=cosine, why=item.why)


def _said(item: FoundPicture) -> str:
    facts = item.picture.facts
    words = " ".join((facts.caption or facts.words or item.picture.named).split())
    words = printable_line(words)
    return words if len(words) <= 90 else f"{words[:90].rpartition(' ')[0]} …"
