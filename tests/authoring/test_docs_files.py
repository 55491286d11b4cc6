"""docs/files.md: encodings, limits, and that one bad file costs itself."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path

import pytest
from manual import quoted, rows, section

from assistant import config_file
from assistant.authoring import knowledge as knowledge_module
from assistant.authoring import source_file
from assistant.authoring.documents.limits import DOCUMENT_LIMITS
from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.authoring.source.folders import remarks
from assistant.authoring.source.limits import LIMITS
from assistant.config import load_config
from assistant.errors import ConfigError

PAGE = "files.md"


def knowledge(folder, content, name="f.yaml"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_knowledge([folder])


def test_the_limits_stand_in_the_table():
    told = [int(re.sub(r"\D", "", row[1])) for row in rows(section(PAGE, "Limits"))]
    assert told == [
        *(LIMITS.file_bytes / 1e6, LIMITS.values, LIMITS.depth, LIMITS.entries, LIMITS.answer, LIMITS.phrase),
        *(
            LIMITS.parts,
            LIMITS.groups,
            LIMITS.phrases,
            LIMITS.numbers,
            LIMITS.largest,
            LIMITS.seconds,
            inspect.signature(config_file._text).parameters["most_bytes"].default / 1e3,
        ),
        *(DOCUMENT_LIMITS.file_bytes / 1e6, DOCUMENT_LIMITS.unpacked_bytes / 1e6, DOCUMENT_LIMITS.parts),
        *(DOCUMENT_LIMITS.depth, DOCUMENT_LIMITS.passages, DOCUMENT_LIMITS.silence, DOCUMENT_LIMITS.seconds),
        DOCUMENT_LIMITS.memory / 1e9,
    ]


@pytest.mark.parametrize("spelling", quoted(section(PAGE, "Text").partition("keep their spelling:")[2]))
def test_an_answer_keeps_its_spelling(tmp_path, spelling):
    loaded = knowledge(tmp_path, f"- question: Q?\n  answer: {spelling}\n  also: [{spelling}]\n")
    assert (loaded.entries[0].answer, loaded.entries[0].also) == (spelling, (spelling,))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.yaml", "- question: Où?\n  answer: Là.\n"),
        ("f.csv", "Question;Answer\nOù?;Là.\n"),
        ("f.jsonl", '{"question": "Où?", "answer": "Là."}\n'),
        ("f.md", "# Où?\n\nLà.\n"),
    ],
)
def test_usual_encodings_and_line_ends_are_read(tmp_path, encoding, end, name, text):
    loaded = knowledge(tmp_path, text.replace("\n", end).encode(encoding), name)
    assert loaded.problems == ()
    assert [(entry.question, entry.answer) for entry in loaded.entries] == [("Où?", "Là.")]


@pytest.mark.parametrize("name", ["f.csv", "f.jsonl", "f.md", "f.yaml"])
def test_control_characters_are_spaces_and_nul_is_no_text(tmp_path, name):
    text = {
        "f.csv": "question,answer\nWho?,a\x07b\n",
        "f.jsonl": '{"question": "Who?", "answer": "a\\ud800b"}\n',
        "f.md": "# Who?\na\x1bb\n",
        "f.yaml": '- {question: Who?, answer: "a\\u0007b"}\n',
    }[name]
    loaded = knowledge(tmp_path, text, name)
    assert [entry.answer for entry in loaded.entries] == ["a b"]
    assert [problem.severity for problem in loaded.problems] == ["warning"]
    nul = knowledge(tmp_path, text.encode() + b"\0", name)
    assert (nul.entries, nul.problems[0].message) == ((), "is no text: it holds a NUL")


def test_a_name_may_hold_any_bytes(tmp_path):
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.yaml")).write_text("- {question: Who?, answer: Me.}\n- x\n")
    loaded = load_knowledge([tmp_path])
    shown = quoted(section(PAGE, "Text").partition("is shown as")[2])[0]
    assert loaded.entries[0].source == f"{shown}:1"
    assert [remark.partition(";")[0] for _, remark in remarks(tmp_path, (".yaml",))] == ["is read"]
    assert str(loaded.problems[0]).startswith(f"{tmp_path}/{shown}:2:3: ")


def test_faults_are_counted_after_twenty(tmp_path):
    loaded = knowledge(tmp_path, "- x\n" * 100 + "- {question: Who?, answer: Me.}\n")
    assert [entry.question for entry in loaded.entries] == ["Who?"]
    assert [problem.message for problem in loaded.problems[20:]] == ["and 80 more faults"]


def test_what_is_not_read_is_named(tmp_path):
    for name in ("notes.txt", "pairs.json", ".hidden.txt", "fine.csv"):
        (tmp_path / name).write_text("x")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "elsewhere").symlink_to(tmp_path.parent)
    (tmp_path / "folder.yaml").mkdir()
    reasons = {path.name: reason for path, reason in remarks(tmp_path, (".yaml", ".md", ".csv"))}
    assert reasons.keys() == {"notes.txt", "pairs.json", "pipe.yaml", "loop.md", "elsewhere"}
    assert "pipe" in reasons["pipe.yaml"]
    assert "leads nowhere" in reasons["loop.md"]
    assert load_intents([tmp_path], set()).problems == ()


def test_a_huge_file_is_one_line(tmp_path):
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(198_000_000)
    (problem,) = knowledge(tmp_path, "- {question: Who?, answer: Me.}").problems
    assert problem.message == "is too large: 198 MB, more than 16 MB; split it"


def test_a_file_may_not_cost_more_time_than_it_may(tmp_path, monkeypatch):
    times = iter((0.0, 1.0, *[99.0] * 9))
    monkeypatch.setattr(source_file.time, "thread_time", lambda: next(times))
    loaded = knowledge(tmp_path, "question,answer\nA?,a\nB?,b\nC?,c\n", "f.csv")
    assert "takes more than 10 s" in loaded.problems[0].message


def test_many_pairs_are_read(tmp_path):
    pairs = "".join(f"- {{question: 'Is it {number}?', answer: Yes.}}\n" for number in range(12_000))
    assert len(knowledge(tmp_path, pairs).entries) == 12_000


def test_a_fault_of_a_reader_costs_its_file_alone(tmp_path, monkeypatch):
    def broken(_):
        raise KeyError("oh")

    monkeypatch.setitem(knowledge_module._READERS, ".csv", broken)
    knowledge(tmp_path, "question,answer\nReader of one own?,a\n", "f.csv")
    loaded = knowledge(tmp_path, "- {question: Who?, answer: Me.}")
    assert [entry.question for entry in loaded.entries] == ["Who?"]
    assert "KeyError" in loaded.problems[0].message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = " + b"[" * 3_000, "nested too deeply"),
        (b"a = " + b"9" * 3_900, "unknown key outside any section"),
        (b"\n\n" + b"a." * 3_000 + b"b = 1", "bad.toml:3: has more than 4,000 letters in a line"),
        (b"# comment\n" * 20_000, "has more than 100,000 bytes"),
        ('[match]\nthreshold = 0.5\n'.encode("utf-16"), "not UTF-8 text"),
        (b"a = 1979-13-45", "not TOML"),
        (b'[paths]\ndata = "a\\u0000b"', "bad.toml:2: [paths] data: holds a control character"),
    ],
)  # fmt: skip
def test_a_bad_config_file_is_one_line(tmp_path, content, message):
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_config(tmp_path / "bad.toml")


def test_a_config_file_may_have_a_byte_order_mark(tmp_path):
    (tmp_path / "own.toml").write_bytes(b"\xef\xbb\xbf[match]\r\nthreshold = 0.7\r\n")
    assert load_config(tmp_path / "own.toml").match.threshold == 0.7
    with pytest.raises(ConfigError, match="is no file"):
        load_config(tmp_path)
