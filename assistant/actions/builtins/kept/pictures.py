"""Pictures: found by words and counted, one shown or told of, and what is written in one read out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.errors import AssistantError
from assistant.events import ShownPicture
from assistant.language import spoken
from assistant.nlu.pictures.asking import read_question
from assistant.nlu.recommending.taste import PLACES, Piece
from assistant.outlet.terminal import printable_line

if TYPE_CHECKING:
    from assistant.authoring.pictures.picture import Picture
    from assistant.nlu.pictures.finding import FoundPicture, PictureFindings

_JOINT = re.compile(r"(?:from|of|in|on|at|with|since|before|after|between|taken|about|not)\b", re.IGNORECASE)
"""Words that lead from a kind of picture to what is said of it."""

NO_FOLDER = "I look at no folder of pictures yet: assistant pictures add FOLDER."


def find(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Find pictures `about` something, from a time that it may name, or a `kind` of paper about it: receipt, letter.

    With the argument `kind: screenshots` those alone are found; with `tell: count` the number is told alone.
    """
    about = " ".join([_about(slots, arguments.get("kind", "")), *map(_without, context.excluding)]).strip()
    found = _found(about or "pictures", context)
    if isinstance(found, Outcome):
        context.taste.begin(about, [], _scene(slots, context))
        return found
    unclear = unclear_days(found)
    if arguments.get("tell") == "count":
        return Outcome(" ".join(filter(None, (f"{_counted(found)}.", unclear))))
    pieces = [Piece.of_picture(item.picture) for item in found.pictures[:5]]
    context.taste.begin(about, pieces, _scene(slots, context))
    outcome = shown(f"{_counted(found)}:", found.pictures, context, _count(found))
    return replace(outcome, text=f"{outcome.text}\n\n{unclear}") if unclear else outcome


def show(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Show one picture with what is known of it: `which` or the `place` of those shown last, or the likeliest."""
    picture = one_of(text_of(slots, "place") or text_of(slots, "which"), context)
    if isinstance(picture, Outcome):
        return picture
    return _told([f"{picture.source}.", *known(picture)], picture, context)


def tell(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell a `fact` of one picture, `about` something or by its `place` of those shown.

    A fact is `when`, `where`, `who`, `camera` or `all`.
    """
    picture = one_of(text_of(slots, "place") or _about(slots), context)
    if isinstance(picture, Outcome):
        return picture
    facts, name = picture.facts, printable_line(picture.name)
    caption = f", “{_clipped(facts.caption)}”," if facts.caption else ""
    match text_of(slots, "fact"):
        case "when" if picture.is_dated:
            line = f"{name}{caption} is of {_moment(picture)}: {_TOLD_BY[facts.taken_from]}."
        case "when":
            line = f"Nothing says when {name}{caption} was taken; its file was changed last on {_day(facts.taken)}."
        case "where" if facts.place:
            line = f"{name}{caption} is of {facts.place}."
        case "where":
            line = f"Nothing says where {name}{caption} was taken."
        case "who":
            line = _by(picture, f"{name}{caption}", context)
        case "camera":
            line = f"{name}{caption} is by a {facts.camera}." if facts.camera else f"Nothing says what took {name}."
        case _:
            return _told([f"{picture.source}.", *known(picture)], picture, context)
    return _told([line], picture, context, ok=not line.startswith("Nothing"))


def refuse(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Say that pictures are neither sent nor changed nor deleted."""
    return Outcome("I find, show and read your pictures; I don't send, print, change or delete them.", ok=False)


_TOLD_BY = {
    "camera": "its camera wrote that",
    "metadata": "that is written in its file",
    "caption file": "the caption beside it says so",
    "name": "its name says so",
    "written in it": "that is written in it",
}
"""What tells the time of a picture -> words for that."""


def one_of(words: str, context: Context) -> Picture | Outcome:
    """Find the picture that some words name: of those that were shown last, else of all the likeliest or the newest."""
    if (piece := context.taste.named(words, names_of)) and piece.picture:
        return piece.picture
    if not words or words in PLACES:
        shown = sum(piece.picture is not None for piece in context.taste.shown)
        count = spoken.count(shown, "picture") if shown else "no picture"
        return Outcome(f"Which picture? I have shown you {count}.", ok=False)
    found = _found(words, context)
    return found if isinstance(found, Outcome) else found.pictures[0].picture


def known(picture: Picture) -> Iterator[str]:
    """Yield a sentence for each thing that is known of a picture."""
    facts = picture.facts
    if facts.caption:
        yield f"It is captioned “{' '.join(facts.caption.split())[:300]}”."
    if picture.is_dated:
        yield f"It was taken on {facts.taken[:10]}{f' in {facts.place}' if facts.place else ''}."
    elif facts.place:
        yield f"It was taken in {facts.place}."
    if facts.by:
        yield f"It is by {printable_line(facts.by)}."
    if facts.camera:
        yield f"The camera is a {facts.camera}."
    if facts.words:
        yield f"On it is written: “{_clipped(facts.words, 300)}”."
    yield f"It has {facts.width} by {facts.height} pixels."


def _by(picture: Picture, name: str, context: Context) -> str:
    """Name the maker of a picture."""
    if picture.file.is_relative_to(context.config.drawings_folder()):
        return f"I drew {name.rstrip(',')}."
    if picture.facts.by:
        return f"{name} is by {printable_line(picture.facts.by)}."
    return f"Nothing says who took {name.rstrip(',')}."


def _told(lines: Sequence[str], picture: Picture, context: Context, ok: bool = True) -> Outcome:
    """Say something of one picture and show it; what is said next may be about it."""
    context.taste.choose(Piece.of_picture(picture))
    focus = _chosen(picture, context)
    return Outcome(" ".join(lines), ok=ok, focus=focus, pictures=(shown_picture(picture, context),))


def _chosen(picture: Picture, context: Context) -> tuple[Thing, ...]:
    """Name one picture for what is said next, told apart from those that were shown with it."""
    shown = [piece.picture for piece in context.taste.shown if piece.picture]
    return tuple(thing for thing, other in zip(_things(shown), shown, strict=True) if other.file == picture.file)


def _day(taken: str) -> str:
    return spoken.spoken(datetime.fromisoformat(taken).date())


def _moment(picture: Picture) -> str:
    """Put the day with its year, and the hour where it is known, into words."""
    day, taken = _day(picture.facts.taken), picture.facts.taken
    day = day if taken[:4] in day else f"{day}, {taken[:4]}"
    return f"{day}, at {spoken.spoken(datetime.fromisoformat(taken).time())}" if picture.has_hour else day


def _count(found: PictureFindings) -> int:
    return len(found.pictures) if found.question.about else found.admitted


def _counted(found: PictureFindings, most: int = 24) -> str:
    """Count what was found, and tell which of them only the day of their file puts among the days asked for."""
    count = _count(found)
    text = spoken.sentence(spoken.count(count, "picture"))
    text += " or more" if found.question.about and count >= most else ""
    if not found.undated:
        return text
    if found.pictures[0].picture.is_dated:
        return f"{text}, and {found.undated:,} more by the day of their file alone"
    return f"{text}, by the day of {'its' if count == 1 else 'their'} file alone"


def _without(words: str) -> str:
    return words if words.casefold().startswith(("without", "but ", "except")) else f"without {words}"


def _about(slots: Slots, kind: str = "") -> str:
    """Put what is asked for into words, with its kind: `the newest 3 receipts from the pharmacy`."""
    kind, about, order = text_of(slots, "kind") or kind, text_of(slots, "about"), text_of(slots, "order")
    by = f"by {by}" if (by := text_of(slots, "by")) else ""
    about = " ".join(
        filter(None, (*(text_of(slots, name) for name in ("denied", "says", "taken", "maker")), by, about))
    )
    if order and about in ("pictures", "receipts", "letters"):  # nothing is said of what is to be seen
        kind, about = about, ""
    if order:
        kind = " ".join(filter(None, (order, text_of(slots, "count"), kind or "pictures")))
    if not kind or not about or kind.removesuffix("s") in about:
        return about or (f"the {kind}" if order else kind)
    return f"the {kind} {'' if _JOINT.match(about) else 'from '}{about}"


def _scene(slots: Slots, context: Context) -> str:
    """Return the words for what is to be seen; none where a time, a place or a text alone is asked for, or a denial."""
    words = "" if text_of(slots, "denied") or text_of(slots, "says") else text_of(slots, "about")
    return words if read_question(words, context.now().date()).about else ""


def read(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Read out the words in the picture likeliest `about` something, of a `kind`, or at a `place` of those shown."""
    words = text_of(slots, "place") or _about(slots)
    if not words or words in PLACES or context.taste.named(words, names_of):
        one = one_of(words, context)
        if isinstance(one, Outcome):
            return one
        pictures = [one]
    else:
        found = _found(words, context)
        if isinstance(found, Outcome):
            return found
        pictures = [item.picture for item in found.pictures]
    picture = next((picture for picture in pictures if picture.facts.words), None)
    if picture is None:
        return Outcome(f"Nothing is written in {printable_line(pictures[0].name)} that I can read.", ok=False)
    context.taste.choose(Piece.of_picture(picture))
    return Outcome(f"{picture.facts.words}\n\n({picture.source})", focus=_chosen(picture, context))


def shown(words: str, pictures: Sequence[FoundPicture], context: Context, count: int = 0, most: int = 5) -> Outcome:
    """Show pictures below some words, the first of so many: a line each, which the next command may be about."""
    lines = [f"- {_line(item.picture)}{_score(item)}" for item in pictures[:most]]
    left = max(count, len(pictures)) - most
    lines += [f"- and {left} more"] if left > 0 else []
    return Outcome(
        "\n".join([words, "", *lines]),
        focus=_things([item.picture for item in pictures[:most]]),
        pictures=tuple(_scored(item, context) for item in pictures[:most]),
    )


def _found(text: str, context: Context) -> PictureFindings | Outcome:
    """Find pictures for some words; a reply that says why where there are none."""
    if not context.holdings.has_pictures:
        return Outcome(NO_FOLDER, ok=False)
    try:
        found = context.holdings.find(text)
    except AssistantError as error:
        return Outcome(str(error), ok=False)
    if found.question.unread:
        unread = printable_line(found.question.unread)
        return Outcome(f"I didn't understand “{unread}”, so I show no pictures.", ok=False)
    if not found.pictures:
        reason = (
            "none is of that time, place or kind"
            if found.question.filters and not found.admitted
            else "none is like that"
        )
        told = " ".join(filter(None, (f"I found no such picture: {reason}.", unclear_days(found))))
        return Outcome(told, ok=False)
    return found


def unclear_days(found: PictureFindings, most: int = 3) -> str:
    """Tell of pictures whose printed day may be one that was asked for: day and month cannot be told apart."""
    named = [f"{printable_line(picture.name)} ({day})" for picture, day in found.unclear[:most]]
    if len(found.unclear) > most:
        named.append(f"{len(found.unclear) - most:,} more")
    days, verb = ("day", "is") if len(named) == 1 else ("days", "are")
    return f"The {days} printed on {spoken.joined(named)} {verb} unclear." if named else ""


def names_of(pictures: Sequence[Picture]) -> Sequence[str]:
    """Name each picture in a sentence: the words of its name, where no other has the same, else its file."""
    files = [printable_line(PurePosixPath(picture.name).stem) for picture in pictures]
    names = [picture.named or file for picture, file in zip(pictures, files, strict=True)]
    return [file if names.count(name) > 1 else name for name, file in zip(names, files, strict=True)]


def _things(pictures: Sequence[Picture]) -> tuple[Thing, ...]:
    """Name pictures for what is said next; in full where the name alone would be misunderstood."""
    return tuple(Thing(name, full=f"the picture called {name}") for name in names_of(pictures))


def shown_picture(picture: Picture, context: Context) -> ShownPicture:
    """Tell a screen of a picture."""
    from assistant.authoring.pictures.reading import thumbnail_of

    thumbnail = thumbnail_of(context.config.data_folder() / "pictures" / "thumbnails", picture.facts.digest)
    return ShownPicture(picture.file, picture.facts.caption, thumbnail=thumbnail)


def _scored(item: FoundPicture, context: Context) -> ShownPicture:
    cosine = max(item.similarity, item.seen)
    return replace(shown_picture(item.picture, context), confidence=item.confidence, cosine=cosine, why=item.why)


def _score(item: FoundPicture) -> str:
    """Put the score behind a picture that was compared with words; none stands behind one that was only listed."""
    return f" ({item.confidence:.2f})" if item.is_scored else ""


def _line(picture: Picture) -> str:
    said = _clipped(picture.facts.caption or picture.facts.words or picture.named)
    return ": ".join(filter(None, (picture.source, said)))


def _clipped(text: str, most: int = 90) -> str:
    words = printable_line(" ".join(text.split()))
    return words if len(words) <= most else f"{words[:most].rpartition(' ')[0]} …"
