"""The editor's calls: files listed with their use; drafts checked, tried, tested and written."""

from __future__ import annotations

import dataclasses
import random

import pytest

from assistant.app import build
from assistant.checks.editing.bench import EditingBench
from assistant.checks.editing.catalogue import catalogue
from assistant.checks.editing.drafts import KeptDraft
from assistant.config import Config, PathsConfig
from assistant.errors import AssistantError
from assistant.values import BuiltInAction, IntentMatch, Utterance
from fakes.matcher import made

INTENTS = """# mine
intents:
  WaterPlants:
    description: Water the plants
    examples:
      - water the plants
      - give the plants some water
    response: Done.
    tests:
      - water the plants
  FeedCat:  # hungry
    examples: [feed the cat, give the cat her dinner]
    response: Fed.
"""
KNOWLEDGE = "- question: Where are the keys?\n  answer: In the tin.\n"


@pytest.fixture
def bench(tmp_path):
    matcher = made(tmp_path, INTENTS, KNOWLEDGE)
    paths = PathsConfig((str(tmp_path / "i"),), (str(tmp_path / "k"),), str(tmp_path / "data"))
    return EditingBench(dataclasses.replace(Config(), paths=paths), lambda: matcher)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "i" / "f.yaml"


def edited(bench, file, old, new):
    text = bench.read(file)
    assert old in text
    return bench.edit(file, text, bench.lines(text.replace(old, new)))


def test_a_file_with_an_odd_name_is_listed_with_what_it_defines(tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    file = folder / "x\x1b[31m\n.yaml"
    file.write_text(INTENTS)
    (tmp_path / "none").mkdir()
    paths = PathsConfig((str(folder),), (str(tmp_path / "none"),), str(tmp_path / "data"))
    config = dataclasses.replace(Config(), paths=paths)
    (listed,) = catalogue(config, build.read_definitions(config), [])
    assert (listed.file, [entry.name for entry in listed.entries]) == (file, ["WaterPlants", "FeedCat"])


def test_files_are_listed_with_what_they_define_and_how_often_it_was_meant(bench, tmp_path):
    kept = build.open_history(bench._config, build.open_store(bench._config, lambda _: None))
    fed = IntentMatch("FeedCat", {}, 0.9, (), BuiltInAction("x"))
    for _ in range(3):
        kept.keep(Utterance("feed the cat"), [fed], "Fed.")
    (tmp_path / "i" / "broken.yaml").write_text("intents: [")
    broken, intents, knowledge = bench.catalogue()
    assert (broken.file.name, broken.entries) == ("broken.yaml", ())
    assert [(entry.name, entry.line, entry.used) for entry in intents.entries] == [
        ("WaterPlants", 3, 0),
        ("FeedCat", 11, 3),
    ]
    assert [(entry.kind, entry.name) for entry in knowledge.entries] == [("question", "Where are the keys?")]
    assert intents.is_own


def test_the_faults_of_a_draft_stand_at_their_lines_and_those_of_other_files_do_not(bench, file):
    edit = edited(
        bench, file, "    examples:\n      - water the plants\n", "    exmaples:\n      - water {the} plants\n"
    )
    faults = [(int(problem.line), problem.text) for problem in bench.faults(file, [edit])]
    assert (5, "intent WaterPlants: unknown key 'exmaples'; did you mean 'examples'?") in faults
    assert bench.faults(file, []) == ()
    assert file.read_text() == INTENTS


def test_a_phrase_is_tried_against_the_draft_with_what_it_also_takes_over(bench, file):
    edit = edited(bench, file, "feed the cat,", "feed the cat, splash the ferns, water the plants,")
    quick, near, sure = bench.attempt("splash the ferns", [edit], rest=0)
    assert (quick.before, quick.after) == ("not understood", "FeedCat")
    assert quick.probes == 0
    assert quick.place.startswith("i/f.yaml:")
    assert sure.probes > 0
    assert sure.changes
    assert all(change.before != change.after for change in sure.changes)
    assert file.read_text() == INTENTS


def test_the_tests_of_the_file_are_run_on_the_draft(bench, file, tmp_path):
    assert [run.fault for run in bench.run_tests(file, [])] == [""]
    edit = edited(bench, file, "- water the plants\n  Feed", "- water the plants\n      - feed the cat\n  Feed")
    assert [(run.line, bool(run.fault)) for run in bench.run_tests(file, [edit])] == [(10, False), (11, True)]
    assert [run.say for run in bench.run_tests(tmp_path / "k" / "f.yaml", [])] == ["Where are the keys?"]


def test_an_edit_is_written_and_taken_back_byte_for_byte(bench, file):
    file.write_bytes(INTENTS.replace("Done.", "Dóne.").replace("\n", "\r\n").encode())
    before = file.read_bytes()
    edit = edited(bench, file, "response: Fed.", "response: Fed!")
    bench.save(edit)
    assert file.read_bytes() == before.replace(b"Fed.", b"Fed!")
    assert bench.take_back() == ("the edit of f.yaml", (file,))
    assert file.read_bytes() == before
    edit = edited(bench, file, "# mine\r\n", "")
    bench.save(edit)
    assert file.read_bytes() == before.removeprefix(b"# mine\r\n")
    bench.take_back()
    assert file.read_bytes() == before


def test_a_file_that_was_changed_meanwhile_is_not_written_over(bench, file):
    edit = edited(bench, file, "Fed.", "Fed!")
    file.write_text("# another\n")
    with pytest.raises(AssistantError, match="was changed meanwhile"):
        bench.save(edit)
    assert file.read_text() == "# another\n"


def test_an_entry_is_copied_alone_into_a_file_of_ones_own(bench, file):
    (intents,) = [listed for listed in bench.catalogue() if listed.kind == "intents"]
    target, text = bench.copied(intents, intents.entries[1])
    assert target.name == "FeedCat.yaml"
    assert text == "language: en\nintents:\n" + INTENTS.partition("    tests:\n      - water the plants\n")[2]
    edit = bench.edit(target, None, bench.lines(text))
    assert bench.faults(target, [edit]) == ()
    bench.save(edit)
    bench.take_back()
    assert not target.exists()
    with pytest.raises(AssistantError, match="is there already"):
        bench.copied(intents, None)


def test_whatever_is_typed_has_faults_or_none_and_nothing_else_happens(bench, file):
    dice, signs = (
        random.Random(3),
        [*"{}[]()<>|&*!%@`'\":,#-?\n\t  \x00\x1bé\ud800", "intents:\n", "  a:\n", "---\n"],
    )
    for _ in range(300):
        place = dice.randrange(len(INTENTS))
        text = (
            INTENTS[:place]
            + "".join(dice.choices(signs, k=dice.randint(1, 12)))
            + INTENTS[place + dice.randint(0, 9) :]
        )
        edit = bench.edit(file, INTENTS, bench.lines(text))
        for problem in bench.faults(file, [edit] if edit else []):
            assert 0 <= problem.line <= text.count("\n") + 2


def test_drafts_are_kept_over_a_restart_until_they_are_saved(bench, file, tmp_path):
    again = EditingBench(bench._config, bench._matcher)
    mine, new = (
        KeptDraft(file, INTENTS, ("# \ud800", "\u2028")),
        KeptDraft(tmp_path / "i" / "new.yaml", None, ("a", "")),
    )
    bench.keep_drafts([mine, new])
    assert again.kept_drafts() == (mine, new)
    bench.keep_drafts([])
    assert (again.kept_drafts(), (tmp_path / "data" / "drafts.json").exists()) == ((), False)
    row = '[{"file": "/x.yaml", "before": null, "lines": ["a"]}]'
    for odd in ('[{"file": 3}]', "[" * 9000, row.replace("null", "5"), row.replace('["a"]', '"a"'), row[:-5], "[1]"):
        (tmp_path / "data" / "drafts.json").write_text(odd)
        assert again.kept_drafts() == ()


def test_two_terminals_keep_their_drafts_beside_one_another(bench, file, tmp_path):
    other = EditingBench(bench._config, bench._matcher)
    mine, theirs = KeptDraft(file, INTENTS, ("mine",)), KeptDraft(tmp_path / "i" / "new.yaml", None, ("theirs",))
    bench.keep_drafts([mine])
    other.keep_drafts([theirs])
    assert set(EditingBench(bench._config, bench._matcher).kept_drafts()) == {mine, theirs}
    bench.keep_drafts([])
    assert other.kept_drafts() == (theirs,)
    other.keep_drafts([])
    assert other.kept_drafts() == ()
