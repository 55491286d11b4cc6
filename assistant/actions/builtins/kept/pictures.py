"""Pictures: found by words, and what is written in one read out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.errors import AssistantError
from assistant.events import ShownPicture
from assistant.language import spoken

if TYPE_CHECKING:
    from assistant.nlu.pictures.finding import FoundPicture, PictureFindings


def find(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Find pictures `about` something, from a time that it may name; with `kind: screenshots` those alone."""
    about = text_of(slots, "about")
    wanted = f"screenshots {about}" if arguments.get("kind") == "screenshots" else about or "pictures"
    found = _found(wanted, context)
    if isinstance(found, Outcome):
        return found
    count = spoken.count(len(found.pictures), "picture")
    things = tuple(Thing(item.picture.named or item.picture.name) for item in found.pictures[:5])
    shown = tuple(_shown(item, context) for item in found.pictures[:5])
    return Outcome(f"{spoken.sentence(count)}:\n\n{_listed(found.pictures)}", focus=things, pictures=shown)


def read(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Read out what is written in the picture that is likeliest `about` something."""
    found = _found(text_of(slots, "about"), context)
    if isinstance(found, Outcome):
        return found
    item = next((item for item in found.pictures if item.picture.facts.words), None)
    if item is None:
        return Outcome(f"Nothing is written in {found.pictures[0].picture.name} that I can read.", ok=False)
    return Outcome(f"{item.picture.facts.words}\n\n({item.picture.source})")


def _found(text: str, context: Context) -> PictureFindings | Outcome:
    """Find pictures for some words; a reply that says why where there are none."""
    if not context.config.picture_folders():
        return Outcome("I look at no folder of pictures yet: assistant pictures add FOLDER.", ok=False)
    try:
        found = context.pictures(text)
    except AssistantError as error:
        return Outcome(str(error), ok=False)
    if not found.pictures:
        reason = (
            "none is of that time or kind" if found.question.filters and not found.admitted else "none is like that"
        )
        return Outcome(f"I found no such picture: {reason}.", ok=False)
    return found


def _listed(pictures: Sequence[FoundPicture], most: int = 5) -> str:
    """Put the likeliest into a list, each with its caption, or what is written in it, and its score."""
    lines = [f"- {item.picture.source}: {_said(item)} ({item.confidence:.2f})" for item in pictures[:most]]
    return "\n".join([*lines, f"- and {len(pictures) - most} more"] if len(pictures) > most else lines)


def _shown(item: FoundPicture, context: Context) -> ShownPicture:
    from assistant.authoring.pictures.reading import thumbnail_of

    picture, cosine = item.picture, max(item.similarity, item.seen)
    thumbnail = thumbnail_of(context.config.data_folder() / "pictures" / "thumbnails", picture.facts.digest)
    return ShownPicture(picture.file, picture.facts.caption, item.confidence, cosine, item.why, thumbnail)


def _said(item: FoundPicture) -> str:
    facts = item.picture.facts
    words = " ".join((facts.caption or facts.words or item.picture.named).split())
    return words if len(words) <= 90 else f"{words[:90].rpartition(' ')[0]} …"
