"""Pictures drawn from words by the model of `[create]`: new ones, others of the last, and those deleted again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.actions.drawing import keeping, local, remote
from assistant.actions.drawing.wish import Drawing, Wish, new_seed
from assistant.actions.outcome import ActionError, Context, Outcome, Slots, Thing, text_of
from assistant.actions.works import NO_PAINTER
from assistant.config import CreateConfig
from assistant.events import ShownPicture
from assistant.language import spoken
from assistant.language.tables import table_of
from assistant.language.text import content_words
from assistant.nlu.recommending.taste import PLACES, Piece
from assistant.private_file import replacing

_SHAPES: Mapping[str, tuple[float, float]] = {
    "wide": (1.5, 1.0),
    "tall": (1.0, 1.5),
    "bigger": (1.5, 1.5),
    "smaller": (1 / 1.5, 1 / 1.5),
}
"""Shape -> the factors of width and height; `square` takes the larger of both."""


_SHAPES_SAID: Mapping[str, str] = {
    "square": "square",
    **dict.fromkeys(("wide", "landscape", "panoramic"), "wide"),
    **dict.fromkeys(("tall", "upright"), "tall"),
}
_SHAPE_BEHIND = re.compile(
    rf",? in (?:a )?(?P<format>{'|'.join(_SHAPES_SAID)}) format$|, (?P<shape>{'|'.join(_SHAPES_SAID)})$", re.IGNORECASE
)
"""A shape behind the words for a picture: `a tulip field, square`."""

_TECHNIQUES = frozenset(
    ("sketch", "illustration", "portrait", "watercolour", "watercolor", "oil painting", "cartoon", "poster")
) | {"pencil drawing", "painting"}
"""Words for a picture that tell how it is to look, and so belong to it."""

_ARTICLE = re.compile(r"(?:a|an|the|some|my|our|your|his|her|their) ", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"(?:(?:a|an|some|another|new) )*(?:picture|image|painting|drawing|sketch|illustration|something|anything)"
    r"(?P<absent> without\b.*)?",
    re.IGNORECASE,
)
"""Words for a picture that do not say what is to be on it."""

DRAWN = Thing("the picture")
"""A drawing, as what is said next names it."""


def create(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Draw a picture of `prompt`, or `count` of them, in a `shape`: wide, tall, square, bigger, smaller."""
    settings = context.config.create
    if not settings.is_on:
        return Outcome(NO_PAINTER, ok=False)
    words, shape = _words(slots), text_of(slots, "shape")
    if empty := _NO_SUBJECT.fullmatch(words):
        whole = f" Please say it whole: “a street{empty['absent']}”." if empty["absent"] else ""
        return Outcome(f"What should I draw?{whole}", ok=False, missing="prompt")
    if not shape and (behind := _SHAPE_BEHIND.search(words)):
        words, shape = words[: behind.start()], _SHAPES_SAID[(behind["shape"] or behind["format"]).casefold()]
    wish = Wish(_with_absent(words, context), settings.width, settings.height, _count(slots))
    return _drawn(_shaped(wish, shape), context)


def sought(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Draw the scene that was looked for last among the pictures, found or not; after a drawing another one."""
    if {str(drawing.file) for drawing in context.drawn} & {piece.name for piece in context.taste.shown}:
        return vary({}, {}, context)
    if scene := context.taste.scene:
        return create({"prompt": scene}, {}, context)
    return Outcome("What should I draw? For one, say “draw a lighthouse at night”.", ok=False)


def vary(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Draw the last picture again: another one, or `count`, with a `change` of its words, in another `shape`."""
    if not context.config.create.is_on:
        return Outcome(NO_PAINTER, ok=False)
    if not context.drawn:
        return Outcome("I have drawn nothing in this conversation yet.", ok=False)
    last = context.drawn[-1].wish
    change = _with_absent(text_of(slots, "change").removeprefix("but "), context)
    shape = text_of(slots, "shape")
    if change:
        last = replace(last, prompt=f"{last.prompt}, {change}")
    wish = _shaped(replace(last, count=_count(slots)), shape)
    if shape and (wish.width, wish.height) == (last.width, last.height):
        return Outcome(f"It is {last.width} by {last.height} pixels already.", ok=False)
    return _drawn(wish if change or shape else replace(wish, seed=new_seed()), context)


def delete(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Delete what was drawn last, one at a `place` of it or `all`, or drawings `about` something; no other picture."""
    place = text_of(slots, "place")
    drawings = shown = _meant(text_of(slots, "about"), context, place)
    if not drawings:
        return Outcome("I delete only pictures that I have drawn in this conversation; yours stay.", ok=False)
    if len(drawings) > 1 and not place:
        return Outcome(f"I drew {len(drawings)}: which one, or all of them?", ok=False, missing="place")
    if place in PLACES:
        if not -len(drawings) <= PLACES[place] < len(drawings):
            return Outcome(f"I have drawn {spoken.count(len(drawings), 'picture')}.", ok=False)
        drawings = [drawings[PLACES[place]]]
    try:
        kept = {drawing.file: drawing.file.read_bytes() for drawing in drawings if drawing.file.is_file()}
    except OSError as error:
        raise ActionError(f"{error.filename}: cannot be read: {error.strerror}") from None
    _undone(drawings, context)
    _show(left := [drawing for drawing in shown if drawing not in drawings], context)

    def undo() -> str:
        try:
            for file, content in kept.items():
                with replacing(file) as target:
                    target.write(content)
        except OSError as error:
            raise ActionError(f"{error.filename}: cannot be written: {error.strerror}") from None
        _take_up(drawings, context)
        return "The picture is back." if len(drawings) == 1 else "The pictures are back."

    many = f", {spoken.count(len(drawings), 'picture')}" if len(drawings) > 1 else ""
    focus = (DRAWN,) if left else ()
    return Outcome(f"I have deleted “{drawings[-1].wish.prompt}”{many}.", undo=undo, focus=focus)


def _meant(about: str, context: Context, place: str) -> list[Drawing]:
    """Return the drawings shown last, with words those that hold them all; else the last one of just these words."""
    names, words = {piece.name for piece in context.taste.shown}, {*content_words(about, "en")}
    prompts = [(drawing, {*content_words(drawing.wish.prompt, "en")}) for drawing in context.drawn]
    shown = [drawing for drawing, prompt in prompts if str(drawing.file) in names and words <= prompt]
    if place == "all" and not about and not names:  # what was shown is gone: both of those before it
        return context.drawn[:]
    if not about or (shown and words):
        return shown
    return [drawing for drawing, prompt in prompts if words and words == prompt][-1:]


def _words(slots: Slots) -> str:
    """Return the words for a picture, with its article and its technique: `a watercolour of the harbour`."""
    prompt, article = text_of(slots, "prompt"), text_of(slots, "article")
    if _ARTICLE.match(prompt):
        article = ""
    elif article in ("a", "an"):  # of what it was said of first: "an owl", "no, a raven"
        is_vowel = prompt[:1].casefold() in ("aeiouh" if article == "an" else "aeio")
        article = "an" if is_vowel else "a"
    words = " ".join(filter(None, (article, prompt)))
    depiction = text_of(slots, "depiction") or text_of(slots, "drawn_depiction")
    if depiction not in _TECHNIQUES:
        return words
    return f"{'an' if depiction[0] in 'aio' else 'a'} {depiction} of {words}"


def _with_absent(words: str, context: Context) -> str:
    """Put the things that a command excepts into the words of a picture: `a street without people`."""
    leads = table_of("en").leads.split("|")
    absent = [text if text.split()[0] in leads else f"without {text}" for text in context.excluding]  # but in winter
    return " ".join(filter(None, (words, *absent)))


def _count(slots: Slots, most: int = 8) -> int:
    """Return the number of pictures that is wanted.

    Raises:
        ActionError: it is none that can be drawn at once.
    """
    count = slots.get("count", 1)
    if not isinstance(count, int | float) or count != int(count) or not 1 <= count <= most:
        raise ActionError(f"I draw one to {most} pictures at once.")
    return int(count)


def _shaped(wish: Wish, shape: str, most: int = 4096, least: int = 64) -> Wish:
    """Change the size, in steps of 8 pixels."""
    if shape == "square":
        side = max(wish.width, wish.height)
        return replace(wish, width=side, height=side)
    if (shape == "wide" and wish.width > wish.height) or (shape == "tall" and wish.height > wish.width):
        return wish
    wide, tall = _SHAPES.get(shape, (1.0, 1.0))
    width, height = (round(size * factor / 8) * 8 for size, factor in ((wish.width, wide), (wish.height, tall)))
    if not (least <= min(width, height) and max(width, height) <= most):
        return wish
    return replace(wish, width=width, height=height)


def _drawn(wish: Wish, context: Context) -> Outcome:
    settings = context.config.create
    images = _painted(settings, wish, context)
    if context.cancelled.is_set():
        raise ActionError("Stopped: nothing is kept of it.")
    folder = context.config.drawings_folder()
    drawings = list(keeping.keep(images, wish, settings.model, folder, context.now()))
    _take_up(drawings, context)
    few = f" You wanted {wish.count}, and that is all I was sent." if len(drawings) < wish.count else ""
    count = f" {spoken.count(len(drawings), 'time')}" if len(drawings) > 1 else ""
    return Outcome(
        f"I have drawn “{wish.prompt}”{count}.{few}",
        {"prompt": wish.prompt, "file": str(drawings[-1].file)},
        undo=lambda: _undone(drawings, context),
        focus=(DRAWN,),
        pictures=tuple(ShownPicture(drawing.file, drawing.wish.prompt) for drawing in drawings),
    )


def _take_up(drawings: Sequence[Drawing], context: Context) -> None:
    """Count drawings among those of the conversation: what is said next may be about them."""
    context.drawn.extend(drawings)
    _show(drawings, context)


def _show(drawings: Sequence[Drawing], context: Context) -> None:
    pieces = [Piece("picture", str(drawing.file), drawing.wish.prompt, drawing.wish.prompt) for drawing in drawings]
    context.taste.begin(drawings[-1].wish.prompt if drawings else "", pieces)


def _painted(settings: CreateConfig, wish: Wish, context: Context) -> Sequence[Any]:
    if settings.url:
        return remote.draw(settings, wish, context.progress, context.cancelled)
    return local.draw(settings, wish, context.progress, context.cancelled, context.config.models.offline)


def _undone(drawings: Sequence[Drawing], context: Context) -> str:
    """Delete drawings and forget them, as if they had never been shown."""
    try:
        for drawing in drawings:
            drawing.file.unlink(missing_ok=True)
    except OSError as error:
        raise ActionError(f"{error.filename}: cannot be deleted: {error.strerror}") from None
    context.drawn[:] = [drawing for drawing in context.drawn if drawing not in drawings]
    context.taste.begin("", [])
    return "The picture is gone again." if len(drawings) == 1 else "The pictures are gone again."
