"""Odd files written by hand: a lesson, its undo and a saved edit touch the lines of the change alone."""

from __future__ import annotations

import dataclasses
import random

import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.checks.editing.bench import EditingBench
from assistant.checks.teaching import journal
from assistant.checks.teaching.lesson import Lesson, edits
from assistant.config import Config, PathsConfig
from assistant.errors import AssistantError
from fakes.matcher import made
from fakes.odd_files import BLOCK, ENDS, FORMS, KNOWLEDGE, REPEATED

LESSONS = [
    Lesson("make it clang: now", "example", "Ring"),
    Lesson("dinner for the cat", "example", "Feed"),
    Lesson("clang 👧 zoe\u0308 #1", "test", "Ring"),
    Lesson("ring the bell", "noise"),
    Lesson("the ferns look dry", "new", "Ferns", "Water them: - now"),
    Lesson("where is the key", "answer", answer="In the tin.\nThe blue one: #2"),
]


def dressed(text, end, dice):
    """Write a text with its line ends, and by chance with a mark in front and without the last end."""
    parts = text.split("\n")
    ends = [end or dice.choice(["\n", "\r\n", "\r"]) for _ in parts[:-1]]
    for place, part in enumerate(parts[1:-1], start=1):
        if not part and ends[place - 1] == "\r":
            ends[place] = "\r"  # or the two would be one line end
    written = "".join(map("".join, zip(parts, [*ends, ""], strict=True)))
    written = written.rstrip("\r\n") if dice.random() < 0.3 else written
    return (b"\xef\xbb\xbf" if dice.random() < 0.3 else b"") + written.encode()


@pytest.fixture(autouse=True)
def no_wait_for_the_disk(monkeypatch):
    """Two thousand files are written, and none has to outlive a power cut."""
    monkeypatch.setattr("os.fsync", lambda handle: None)


@pytest.fixture
def own(tmp_path):
    for name in ("i", "k"):
        (tmp_path / name).mkdir()
    paths = PathsConfig((str(tmp_path / "i"),), (str(tmp_path / "k"),), str(tmp_path / "data"))
    return dataclasses.replace(Config(), paths=paths)


def loaded(folder):
    return load_intents([folder / "i"], ()), load_knowledge([folder / "k"])


@pytest.fixture(scope="module")
def ringing(tmp_path_factory):
    """A matcher over the intents, as they are written first."""
    return made(tmp_path_factory.mktemp("ringing") / "m", BLOCK)


def over(matcher, folder):
    """Let a matcher know the files of a folder; what it has learnt is what they all mean."""
    matcher.intents, matcher.knowledge = loaded(folder)
    return matcher


def said(folder):
    """What the files say: sentences of each intent by kind, pairs, noise, and faults without their lines."""
    intents, knowledge = loaded(folder)
    kinds = {
        name: {
            "example": intent.examples,
            "not": intent.negatives,
            "test": tuple(test.say for test in intent.tests),
            "response": intent.response,
        }
        for name, intent in intents.intents.items()
    }
    pairs = [(entry.question, entry.answer) for entry in knowledge.entries]
    faults = sorted(problem.text.partition("(first")[0] for problem in (*intents.problems, *knowledge.problems))
    faults = [fault for fault in faults if fault != "the file is empty"]
    return {"intents": kinds, "pairs": pairs, "noise": intents.noise, "faults": faults}


def taught(before, lesson):
    """Return what the files say with a lesson."""
    intents = {name: dict(kinds) for name, kinds in before["intents"].items()}
    after = {**before, "intents": intents}
    if lesson.kind == "answer":
        after["pairs"] = [*before["pairs"], (lesson.sentence, lesson.answer)]
    elif lesson.kind == "new":
        intents[lesson.intent] = {
            "example": (lesson.sentence,), "not": (), "test": (), "response": lesson.answer,
        }  # fmt: skip
    elif lesson.kind == "noise":
        after["noise"] = (*before["noise"], lesson.sentence)
        intents["Ring"]["not"] = (*intents["Ring"]["not"], lesson.sentence)
    else:
        kinds = intents[lesson.intent]
        kinds[lesson.kind] = (*kinds[lesson.kind], lesson.sentence)
    return after


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*.yaml")}


def assert_only_added(before, after):
    """One piece more, and no line lost but the one that the piece stands in."""
    size = min(len(before), len(after))
    head = next((place for place in range(size) if before[place] != after[place]), size)
    assert before[head:] == after[len(after) - (len(before) - head) :] or before[head:] in after[head:]
    lost = set(before.splitlines(keepends=True)) - set(after.splitlines(keepends=True))
    assert len(lost) <= 1


@pytest.mark.parametrize(
    ("form", "end"),
    [(form, end) for place, form in enumerate(FORMS) for end in (("unix", "old") if place % 2 else ("dos", "mixed"))],
)
def test_lessons_and_edits_touch_nothing_else_and_are_taken_back(tmp_path, own, ringing, form, end):
    dice = random.Random(f"{form} {end}")
    file, facts = tmp_path / "i" / "my.yaml", tmp_path / "k" / "taught.yaml"
    file.write_bytes(dressed(FORMS[form], ENDS[end], dice))
    facts.write_bytes(dressed(dice.choice([*KNOWLEDGE.values()]), ENDS[end], dice))
    matcher, before, said_before = over(ringing, tmp_path), contents(tmp_path), said(tmp_path)
    assert {"Ring", "Feed"} <= set(said_before["intents"]), said_before["faults"]
    for lesson in LESSONS:
        additions = edits(lesson, matcher, own)
        for edit in additions:
            edit.save()
        journal.record(own, lesson.sentence, additions)
        for path, content in before.items():
            assert_only_added(content, path.read_bytes())
        assert said(tmp_path) == taught(said_before, lesson)
        assert journal.undo(own)[0] == lesson.sentence
        assert contents(tmp_path) == before
    bench = EditingBench(own, lambda: matcher)
    text = bench.read(file)
    bench.save(bench.edit(file, text, [line.replace("Fed.", "Fed!") for line in bench.lines(text)]))
    assert file.read_bytes() == before[file].replace(b"Fed.", b"Fed!")
    bench.take_back()
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "content",
    [
        b"intents: &a {A: *a}\n",
        REPEATED.encode(),
        b"a: " + b"[" * 2000,
        b"\n".join(b" " * depth + b"a:" for depth in range(900)),
        b"a: 1\n---\nb: 2\n",
        b"intents:\n\tA: 1\n",
        b"- a list\n",
        b"just words\n",
        b"intents: {A: {examples: [caf\xe9]}}\n",
        "intents: {}\n".encode("utf-16"),
        b"intents: {}  # \x00\x1b\n",
        b"intents: [",
        b"intents: 'open\n",
        b"intents: *nothing\n",
        b"intents:\n- A\n",
        b"intents:\n  A:\n    examples: [a]\n    response: |+\n      blank lines are kept\n\n\n",
    ],
    ids=range(16),
)
def test_what_cannot_be_added_to_safely_is_refused_in_a_line(tmp_path, own, ringing, content):
    matcher = over(ringing, tmp_path)
    file = tmp_path / "i" / "my.yaml"
    file.write_bytes(content)
    with pytest.raises(AssistantError) as error:
        edits(Lesson("the ferns look dry", "new", "Ferns", "Water them."), matcher, own)
    assert str(error.value).startswith(f"{file}: ")
    assert len(str(error.value).splitlines()) == 1
    assert contents(tmp_path) == {file: content}


@pytest.mark.parametrize("sentence", ["a bell\udcff", "a bell\x1b[2J", "a bell\x7f"])
def test_a_sentence_that_is_no_text_is_refused(tmp_path, own, ringing, sentence):
    with pytest.raises(AssistantError, match=r"holds U\+"):
        edits(Lesson(sentence, "answer", answer="x"), over(ringing, tmp_path), own)


def test_half_a_character_is_not_saved(tmp_path, own):
    file = tmp_path / "i" / "my.yaml"
    file.write_text("# a\n")
    bench = EditingBench(own, lambda: None)
    with pytest.raises(AssistantError, match=r"my.yaml:2: holds half a character"):
        bench.save(bench.edit(file, "# a\n", ["# a", "# \ud83d", ""]))
    assert file.read_text() == "# a\n"


def test_comments_written_since_into_a_file_that_a_lesson_made_stay(tmp_path, own, ringing):
    additions = edits(Lesson("the ferns look dry", "new", "Ferns", "Water them."), over(ringing, tmp_path), own)
    additions[0].save()
    journal.record(own, "ferns", additions)
    file = tmp_path / "i" / "my.yaml"
    journal.undo(own)
    assert not file.exists()
    additions[0].save()
    journal.record(own, "ferns", additions)
    file.write_text(f"{file.read_text()}# about my ferns\n")
    journal.undo(own)
    assert file.read_text().endswith("# about my ferns\n")
