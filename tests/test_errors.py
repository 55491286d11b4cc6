"""The error tree: as drawn, each error raised somewhere, each message one line."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import pytest

from assistant import errors
from assistant.errors import AssistantError, Problem, did_you_mean, nearest_word
from paths import ROOT

LEAVES = {
    name: cls
    for name, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, AssistantError) and cls is not AssistantError
}
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "assistant").rglob("*.py")))


def test_the_tree_is_drawn_as_it_is():
    assert re.findall(r"[├└]── (\w+)", errors.__doc__) == [
        name for name in re.findall(r"^class (\w+)\(", inspect.getsource(errors), re.MULTILINE) if name in LEAVES
    ]


@pytest.mark.parametrize("name", LEAVES)
def test_every_error_is_raised_somewhere(name):
    assert re.search(rf"raise {name}\(|= {name}\(|return {name}\(", SOURCE)


def test_the_nearest_word_is_named_or_else_all():
    assert doctest.testmod(errors).failed == 0
    assert nearest_word("colour", ["threshold"]) == ""
    assert did_you_mean("x", map(str, range(20))) == ""


def test_a_problem_is_one_line_with_its_place():
    assert str(Problem(Path("a.yaml"), 3, "two\n  lines")) == "a.yaml:3: two lines"
    assert str(Problem(Path("a.yaml"), 0, "the file is empty")) == "a.yaml: the file is empty"
