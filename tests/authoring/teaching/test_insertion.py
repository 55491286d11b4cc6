"""An entry goes into a YAML file that somebody wrote, and all else stays byte for byte."""

from __future__ import annotations

import pytest
import yaml

from assistant.authoring.teaching.insertion import insertion, scalar_text
from paths import ROOT

EXAMPLES = ("intents", "A", "examples")


def added(text, path=EXAMPLES, entry="hi", beside=()):
    place = insertion(text, path, entry, dict(beside))
    return place and place.applied(text)


@pytest.mark.parametrize(
    ("text", "path", "entry", "wanted"),
    [
        ("a:\n  - x  # first\n\n# end\n", ("a",), "hi", "a:\n  - x  # first\n  - hi\n\n# end\n"),
        ("a:\r\n-   é\r\nb: 1\r\n", ("a",), "hü: x", 'a:\r\n-   é\r\n-   "hü: x"\r\nb: 1\r\n'),
        ("a: [x, 'y',]  # c\n", ("a",), "p, q", "a: [x, 'y', \"p, q\",]  # c\n"),
        ("a: []\n", ("a",), "hi", 'a: ["hi"]\n'),
        ("a: {b: [q]}", ("a", "c"), "hi", 'a: {b: [q], c: ["hi"]}'),
        ("a: {}\n", ("a", "c"), "hi", 'a: {c: ["hi"]}\n'),
        ("", ("a", "b"), "hi", "a:\n  b:\n    - hi\n"),
        ("# mine\n", ("a",), "hi", "# mine\na:\n  - hi\n"),
        ("a:\n", ("a", "b"), "hi", "a:\n  b:\n    - hi\n"),
        ("a:\n    b: |\n     # text\n\n    c: 1", ("a", "d"), "hi",
         "a:\n    b: |\n     # text\n\n    c: 1\n    d:\n      - hi"),
        ("a: |\n  - x\n\nb: 1\n", ("a",), "hi", "a: |\n  - x\n  - hi\n\nb: 1\n"),
        ("---\na: [x]\n...\n", ("b",), "hi", "---\na: [x]\nb:\n  - hi\n...\n"),
        ("- question: q\n  answer: >\n    a\n    b\n", (), {"question": "w?", "answer": "1"},
         '- question: q\n  answer: >\n    a\n    b\n- question: w?\n  answer: "1"\n'),
    ],
)  # fmt: skip
def test_it_stands_where_its_author_would_write_it(text, path, entry, wanted):
    assert added(text, path, entry) == wanted


def test_keys_beside_a_new_list_are_written_below_it():
    assert added("", EXAMPLES, "hi", {"response": "Yes: hi"}.items()).endswith(
        '    examples:\n      - hi\n    response: "Yes: hi"\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "intents:\n  A:\n    examples: one alone\n",
        "x: &a [p]\nintents:\n  A:\n    examples: *a\n",
        "intents:\n  A: &a\n    examples: [x]\n  B: *a\n",
        "a: b: c",
        "[1, 2]",
        "intents: [A]",
        "a: 1\n---\nb: 2\n",
        "intents:\n\tA: 1\n",
    ],
)
def test_what_cannot_be_added_to_alone_is_left(text):
    assert added(text) is None


@pytest.mark.parametrize(
    "text", ["12", "true", "a: b", "a #b", "[x](y) z", "- a", "", "é ☕", "it's", '"q"', "'q", "~", "3.10", "a\nb"]
)
def test_a_text_is_written_so_that_it_is_read_as_it_was(text):
    assert yaml.safe_load(f"a:\n  - {scalar_text(text)}\n")["a"] == [text]


@pytest.mark.parametrize("file", sorted((ROOT / "intents").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_file_can_be_added_to(file):
    """Each list of the first and the last intents takes an entry, by one piece of text."""
    text = file.read_text(encoding="utf-8")
    names = list(yaml.load(text, yaml.CSafeLoader)["intents"])
    for name in {names[0], names[-1]}:
        for key in ("examples", "tests", "not"):
            place = insertion(text, ("intents", name, key), "an entry: [20 minutes](duration)")
            assert place is not None, (name, key)
            assert text.startswith(place.applied(text)[: place.at])
            assert place.applied(text)[place.at + len(place.text) :] == text[place.at :]
