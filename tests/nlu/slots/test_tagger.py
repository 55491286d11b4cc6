"""The training of taggers, and where trained ones are cached."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.nlu.slots import train
from assistant.nlu.slots.features import Hint
from assistant.nlu.slots.tagger import Tag, Tagger, Tagging
from assistant.nlu.slots.train import Phrase

PHRASES = ("wake me at {time}", "tell {who} that {what}", "{what} is what you should tell {who}")
VALUES = {"time": ("seven", "noon"), "who": ("anna", "bob", "my mother"), "what": ()}


def split(pattern: str) -> Phrase:
    words = pattern.split()
    return Phrase(tuple(((), word[1:-1]) if word[0] == "{" else ((word,), None) for word in words))


def hints(words: tuple[str, ...]) -> list[Hint]:
    return [Hint(place, place + 1, "who") for place, word in enumerate(words) if word in ("anna", "bob")]


def trained(folder: Path | None, phrases: tuple[str, ...] = PHRASES) -> Tagger:
    tagger = train.trained([split(phrase) for phrase in phrases], VALUES, hints, folder)
    assert tagger
    return tagger


def name(phrases: tuple[str, ...] = PHRASES) -> str:
    """Name of the file in which it is cached."""
    return str(train.cached_name([split(phrase) for phrase in phrases], VALUES))


def tags(tagger: Tagger, text: str) -> list[tuple[str, str]]:
    words = tuple(text.split())
    return [(tag.slot, " ".join(words[tag.start : tag.end])) for tag in tagger.tag(words, hints).tags]


def test_values_seen_and_unseen_are_tagged_by_what_stands_around_them():
    tagger = trained(None)
    assert tags(tagger, "wake me at seven") == [("time", "seven")]
    assert tags(tagger, "wake me at dawn") == [("time", "dawn")]
    assert tags(tagger, "tell my father that dinner waits") == [("who", "my father"), ("what", "dinner waits")]
    assert tagger.tag((), hints) == Tagging()


def test_nothing_is_trained_on_phrases_without_slots():
    sentences = [split("stop"), split("be quiet")]
    assert train.cached_name(sentences, {}) is train.trained(sentences, {}, hints, None) is None


def test_a_trained_tagger_is_cached_and_the_same(tmp_path, monkeypatch):
    before = trained(tmp_path)
    monkeypatch.setattr(train, "_fit", lambda _: pytest.fail("it was trained a second time"))
    after = trained(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name()]
    assert tags(after, "tell bob that it rains") == tags(before, "tell bob that it rains")


def test_other_phrases_train_another_and_the_old_can_be_forgotten(tmp_path):
    more = (*PHRASES, "get me up by {time}")
    trained(tmp_path)
    trained(tmp_path, more)
    assert {path.name for path in tmp_path.iterdir()} == {name(), name(more)}
    train.forget(tmp_path, [name(more)])
    assert [path.name for path in tmp_path.iterdir()] == [name(more)]


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[:-40], lambda b: b[:500] + b"\xff" + b[501:], lambda b: b + b"x"]
)
def test_a_damaged_file_is_replaced(tmp_path, damage):
    trained(tmp_path)
    file = tmp_path / name()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert tags(trained(tmp_path), "wake me at noon") == [("time", "noon")]
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert tags(trained(tmp_path / "file"), "wake me at noon") == [("time", "noon")]


def test_a_tag_tells_how_probable_it_is():
    (tag,) = trained(None).tag(("wake", "me", "at", "noon"), hints).tags
    assert isinstance(tag, Tag)
    assert 0.5 < tag.probability <= 1
