"""Passages fit the embedder, and nothing is cut that belongs together."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.authoring.documents.blocks import DocumentBlock
from assistant.authoring.documents.cutting import passages
from assistant.language.sentences import split_sentences

SENTENCES = [f"Sentence number {n} tells that the valve opens at {n} bar, and that it is safe." for n in range(60)]


def cut(*blocks):
    return list(passages(blocks, Path("a.md"), "a.md"))


def test_a_section_of_fitting_length_is_one_passage():
    blocks = [
        DocumentBlock("heading", "Valve", 1, level=1),
        DocumentBlock("text", "One.", 3),
        DocumentBlock("text", "Two.", 5),
    ]
    (passage,) = cut(*blocks)
    assert (passage.headings, passage.text, passage.line) == (("Valve",), "One.\n\nTwo.", 3)


def test_headings_nest_by_their_level():
    levels = [(1, "A"), (3, "B"), (2, "C"), (2, "D")]
    blocks = [
        block
        for level, name in levels
        for block in (DocumentBlock("heading", name, level=level), DocumentBlock("text", name))
    ]
    assert [passage.headings for passage in cut(*blocks)] == [("A",), ("A", "B"), ("A", "C"), ("A", "D")]


def test_sentences_stay_whole():
    parts = cut(DocumentBlock("text", " ".join(SENTENCES), 1))
    assert len(parts) > 5
    assert [sentence for part in parts for sentence in split_sentences(part.text)] == SENTENCES


def test_a_long_table_repeats_its_header():
    rows = [f"| part {n} | number {n} and where it is used |" for n in range(80)]
    parts = cut(DocumentBlock("table", "\n".join(["| name | use |", "| --- | --- |", *rows]), 10))
    assert len(parts) > 2
    assert all(part.text.startswith("| name | use |\n| --- | --- |\n| part") for part in parts)
    assert [line for part in parts for line in part.text.split("\n")[2:]] == rows
    assert parts[1].line == 12 + parts[0].text.count("\n") - 1
    assert {part.kind for part in parts} == {"table"}


def test_a_row_that_is_too_long_becomes_a_list_of_its_cells():
    row = f"| pump | {' '.join(SENTENCES[:12])} |"
    first, *_ = cut(DocumentBlock("table", f"| name | use |\n| --- | --- |\n{row}", 1))
    assert first.text.startswith("- **name**: pump\n- **use**: Sentence number 0")


def test_what_introduces_a_list_goes_with_its_beginning():
    filler = " ".join(SENTENCES[:5])
    entries = "\n".join(f"- {sentence}" for sentence in SENTENCES)
    parts = cut(
        DocumentBlock("text", filler), DocumentBlock("text", "Do the following:"), DocumentBlock("list", entries)
    )
    (intro,) = [part for part in parts if "Do the following:" in part.text]
    assert "- Sentence number 0 " in intro.text
    assert [line for part in parts for line in part.text.split("\n") if line.startswith("- ")] == entries.split("\n")


def test_code_in_an_entry_stays_in_its_fence():
    entries = "\n".join(f"{n}. {SENTENCES[n]}\n   ```sh\n   first {n}\n   second {n}\n   ```" for n in range(1, 20))
    for part in cut(DocumentBlock("list", entries)):
        assert part.text.count("```") % 2 == 0


def test_long_code_is_fenced_in_each_part():
    code = "\n".join(f"value_{n} = compute({n}, other={n})" for n in range(100))
    for part in cut(DocumentBlock("code", f"```python\n{code}\n```", 1)):
        assert part.text.startswith("```python\nvalue_")
        assert part.text.endswith("\n```")


@pytest.mark.parametrize("text", ["x" * 100_000, "word " * 20_000, "é" * 5_000 + " " + "ü" * 5_000, "a,b;c." * 10_000])
def test_a_text_without_sentences_is_cut_all_the_same(text):
    parts = cut(DocumentBlock("text", text, 1))
    assert parts
    assert max(len(part.text) for part in parts) < 4_000


def test_lists_of_links_alone_are_navigation():
    links = "- [One](https://example.org/1)\n- [Two](https://example.org/2)"
    assert cut(DocumentBlock("list", links)) == []
    assert len(cut(DocumentBlock("list", f"{links}\n- [Three](https://example.org/3): the third"))) == 1


@pytest.mark.model
def test_no_passage_is_longer_than_the_embedder_reads():
    from tokenizers import Tokenizer

    from assistant import weights
    from assistant.config import Config
    from paths import ROOT

    folder = weights.resolve("minilm", "embedder", Config(), lambda _: None)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    from assistant.authoring.documents.reading import read_document

    files = [*ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/data/documents/**/*.md")]
    read = [passage for file in files for passage in read_document(file, file.name, [])]
    lengths = [len(tokenizer.encode(passage.embedded_text).ids) for passage in read]
    assert len(lengths) > 200
    assert sum(length > 256 for length in lengths) / len(lengths) < 0.02
