"""Whatever is typed into the editor: its faults stand at lines that are there, and nothing else happens."""

from __future__ import annotations

import dataclasses
import random

import pytest

from assistant.checks.editing.bench import EditingBench
from assistant.checks.editing.catalogue import ListedEntry, ListedFile
from assistant.config import Config, PathsConfig
from assistant.errors import AssistantError
from fakes.matcher import made
from fakes.odd_files import BLOCK, FORMS, REPEATED, mangled


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("drafts") / "m"


@pytest.fixture(scope="module")
def bench(home):
    matcher = made(home, BLOCK)
    paths = PathsConfig((str(home / "i"),), (str(home / "k"),), str(home / "data"))
    return EditingBench(dataclasses.replace(Config(), paths=paths), lambda: matcher)


@pytest.mark.parametrize("form", [*FORMS, "repeated"])
def test_faults_of_a_mangled_draft_are_lines_of_it(bench, home, form):
    dice, file = random.Random(form), home / "i" / "f.yaml"
    for _ in range(20):
        text = mangled(FORMS.get(form, REPEATED), dice)
        lines = bench.lines(text)
        for path, before in ((file, BLOCK), (home / "k" / "new.yaml", None)):
            edit = bench.edit(path, before, lines)
            for problem in bench.faults(path, [edit] if edit else []):
                assert 0 <= problem.line <= len(lines) + 1
                assert "\n" not in str(problem)
                assert "Error: " not in problem.text, "an unexpected error is told of as a fault"
    edit = bench.edit(file, BLOCK, lines)
    if bench.unreadable([edit]):
        with pytest.raises(AssistantError, match=r"^f.yaml: "):
            next(bench.attempt("feed the cat", [edit]))
    else:
        assert next(bench.attempt("feed the cat", [edit])).phrase == "feed the cat"
    assert file.read_text() == BLOCK
    assert not (home / "k" / "new.yaml").exists()


@pytest.mark.parametrize("text", [REPEATED, "intents: &a {A: *a}\n", "intents: [", "- A\n"], ids=range(4))
def test_an_intent_that_cannot_be_taken_out_is_told_in_a_line(bench, tmp_path, text):
    file = tmp_path / "shipped.yaml"
    file.write_text(text)
    listed, entry = ListedFile(file, "intents", False, (), 0), ListedEntry("intent", "A", "A", 1, 0, "")
    with pytest.raises(AssistantError, match=r"^A: cannot be copied alone"):
        bench.copied(listed, entry)
