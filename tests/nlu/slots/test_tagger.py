"""What is learnt of slots, and where it is kept."""

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
    return [Hint(at, at + 1, "who") for at, word in enumerate(words) if word in ("anna", "bob")]


def learn(folder: Path | None, phrases: tuple[str, ...] = PHRASES) -> Tagger:
    found = train.trained(phrases, VALUES, split, hints, folder)
    assert found
    return found


def tags(learnt: Tagger, text: str) -> list[tuple[str, str]]:
    words = tuple(text.split())
    return [(tag.slot, " ".join(words[tag.start : tag.end])) for tag in learnt.tag(words, hints).tags]


def test_values_seen_and_unseen_are_tagged_by_what_stands_around_them():
    learnt = learn(None)
    assert tags(learnt, "wake me at seven") == [("time", "seven")]
    assert tags(learnt, "wake me at dawn") == [("time", "dawn")]
    assert tags(learnt, "tell my father that dinner waits") == [("who", "my father"), ("what", "dinner waits")]
    assert learnt.tag((), hints) == Tagging()


def test_nothing_is_learnt_of_phrases_without_slots():
    assert train.trained(("stop", "be quiet"), {}, split, hints, None) is None


def test_what_was_learnt_is_kept_and_the_same(tmp_path, monkeypatch):
    before = learn(tmp_path)
    monkeypatch.setattr(train, "_fit", lambda _: pytest.fail("it was learnt a second time"))
    after = learn(tmp_path)
    assert (after.name, [path.name for path in tmp_path.iterdir()]) == (before.name, [before.name])
    assert tags(after, "tell bob that it rains") == tags(before, "tell bob that it rains")


def test_other_phrases_are_learnt_anew_and_the_old_can_be_forgotten(tmp_path):
    old, new = learn(tmp_path), learn(tmp_path, (*PHRASES, "get me up by {time}"))
    assert {path.name for path in tmp_path.iterdir()} == {old.name, new.name}
    train.forget(tmp_path, [new.name])
    assert [path.name for path in tmp_path.iterdir()] == [new.name]


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[:-40], lambda b: b[:500] + b"\xff" + b[501:], lambda b: b + b"x"]
)
def test_a_damaged_file_is_learnt_anew(tmp_path, damage):
    file = tmp_path / learn(tmp_path).name
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert tags(learn(tmp_path), "wake me at noon") == [("time", "noon")]
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert tags(learn(tmp_path / "file"), "wake me at noon") == [("time", "noon")]


def test_a_tag_tells_how_probable_it_is():
    (tag,) = learn(None).tag(("wake", "me", "at", "noon"), hints).tags
    assert isinstance(tag, Tag)
    assert 0.5 < tag.probability <= 1
