"""What stands in the files and does nothing is told at its place; every fault has its column and the right form."""

from __future__ import annotations

import json

import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.authoring.source.folders import remarks
from assistant.checks.review.forms import right_form
from assistant.checks.review.unused import Uses, ignored
from assistant.cli.main import main
from fakes.one_intent import ACTIONS, load, thing


def unused(folder, text):
    return [str(problem).partition("f.yaml:")[2] for problem in Uses(load(folder, text)).problems()]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            thing("examples: [hi]\nslots: {size: number}"),
            "4:13: intent Thing: no sentence has a place for the slot 'size'",
        ),
        (
            thing("examples: [hi]", "lists:\n  size: {values: [big]}\n"),
            "5:3: list size: no sentence and no slot",
        ),
        (thing("examples: [hi]", "expansion_rules:\n  a: b\n"), "5:3: rule <a>: no sentence uses it"),
        (
            thing("data:\n- sentences:\n  - go now\n  - go now"),
            "6:9: intent Thing: this template stands in line 5",
        ),
        (
            thing("data:\n- sentences: [go now]\n  required_keywords: [stay]"),
            "4:19: intent Thing: no sentence here holds a required keyword (stay)",
        ),
        (
            thing(f"data:\n- sentences: ['{' '.join(f'(a{n}|b{n}|c{n}|d{n})' for n in range(13))}']"),
            "4:20: intent Thing: this template stands for 67,108,864 sentences",
        ),
    ],
)
def test_what_does_nothing_is_told_at_its_place(tmp_path, text, told):
    (line,) = unused(tmp_path, text)
    assert line.startswith(told)


def test_what_is_used_is_not_told(tmp_path):
    text = thing(
        "data:\n- sentences: [go <a> {size}]\n  required_keywords: [go]\n"
        "slots: {size: number, when: {type: time, required: true}, far: {type: text, default: x}}",
        "lists:\n  one: {values: [big]}\nexpansion_rules:\n  a: <b>\n  b: '{one}'\n",
    )
    assert unused(tmp_path, text) == []


def test_keys_that_are_not_used_and_replies_to_nothing_are_told(tmp_path):
    text = "settings: {}\n" + thing(
        "data: [{sentences: [go], metadata: {a: 1}}]", "responses: {intents: {Thimg: {default: x}}}\n"
    )
    told = [str(problem) for problem in ignored(tmp_path / "f.yaml", text.encode(), load(tmp_path, text))]
    assert any("responses: there is no intent 'Thimg'; did you mean 'Thing'?" in line for line in told)
    assert {line.split("'")[1] for line in told if "accepted" in line} == {"settings", "metadata"}


WRONG = """intents:
  Plants:
    data:
      - sentences: ["(water", "water {plnat}", "water <al>"]
    examples: [play [x, give {plant} a drink]
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (thing("data:\n- sentences:\n  - 'turn (on'"), "5:15"),
        (thing("data:\n- sentences:\n  - turn on {lmap} now"), "5:17"),
        (thing("data:\n- sentences:\n  - turn <onn>"), "5:14"),
        (thing("exmaples: [hi]"), "3:5"),
        (thing("examples: [hi]\nslots:\n  a: {type: durtion}"), "5:7"),
        (thing("examples: [hi]\naction: timer.strat"), "4:5"),
        ("intents:\n  A: [1, 2\n", "3:1"),
    ],
)
def test_a_fault_has_its_column(tmp_path, text, place):
    problems = load(tmp_path, text).problems
    assert any(f"f.yaml:{place}: " in str(problem) for problem in problems), problems


def test_an_addition_is_told_in_the_file_that_adds(tmp_path):
    for name, text in (("a", thing("examples: [hi]")), ("b", "additions:\n  Thing:\n    examples: ['to {hwere}']\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.yaml").write_text(text)
    (problem,) = load_intents([tmp_path / "a", tmp_path / "b"], ACTIONS).problems
    assert str(problem).startswith(f"{tmp_path}/b/b.yaml:3:20: ")


FAULTS = [
    thing("exmaples: [hi]"),
    thing("data:\n- sentences: ['turn (on']"),
    thing("data:\n- sentences: ['turn {lmap}']"),
    thing("data:\n- sentences: ['turn <onn>']"),
    thing("examples: ['play [x']"),
    thing("examples: [hi]\naction: timer.strat"),
    thing("examples: [hi]\nslots: {a: {type: durtion}}"),
    thing("description: x"),
    thing("examples: {a: b}"),
    "intent: {}\n",
    "- a\n",
    "dialogues: 5\n",
    "lists: {a: {}}\n",
    "lists: {a: {range: {from: 3, to: 1}}}\n",
]


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_with_a_form_that_is_right(tmp_path, text):
    """The form is YAML that the reader takes: in the place of what was wrong it leaves no fault of its kind."""
    problem = load(tmp_path, text).problems[0]
    form = right_form(problem.message)
    assert form
    key = form.partition(":")[0]
    if key in ("examples", "data", "sentences", "action", "slots"):
        body = form if key in ("examples", "data") else f"examples: [water it]\n{form}"
        if key == "sentences":
            body = f"data:\n- {form}"
        mended = load(tmp_path, thing(body + ("\nslots: {lamp: text, room: text}" if key != "slots" else "")))
        assert [p for p in mended.problems if p.severity == "error"] == []


@pytest.mark.parametrize("name", ['""', "1", "true", "2.5", "~"])
@pytest.mark.parametrize(
    "text", ["intents:\n  NAME: {examples: [oil the gate]}\n", "intents: {}\nnlu:\n- intent: NAME\n"]
)
def test_a_name_that_is_none_is_one_line(tmp_path, name, text):
    loaded = load(tmp_path, text.replace("NAME", name))
    (problem,) = loaded.problems
    assert not loaded.intents
    assert (problem.line, problem.severity) == (text.partition("NAME")[0].count("\n") + 1, "error")
    assert "a name must be a word, such as WaterPlants" in problem.message or "needs a name" in problem.message


@pytest.mark.parametrize(
    ("text", "told", "form"),
    [
        (thing("examples: [hi]\nslots: {a: {required: perhaps}}"), "'required' must be true or", "required: true"),
        ("lists: {a: {wildcard: perhaps}}\n", "'wildcard' must be true or false", "wildcard: true"),
        (thing("examples: [I looked into the {hive} hive, hi]"), "3:34: is not valid YAML: {hive} stands", "{hive}"),
        (thing("examples: [hi, {hive} is full]"), "is not valid YAML: {hive} stands between brackets", "{hive}"),
        (thing("examples: [hi, 'a' b]"), "did not find expected ',' or ']'", 'stands in "quotes"'),
    ],
)
def test_a_slip_has_the_form_of_its_own_kind(tmp_path, text, told, form):
    problem = load(tmp_path, text).problems[0]
    assert told in str(problem)
    assert form in right_form(problem.message)


def test_a_wrong_name_in_an_example_is_no_hint_for_a_reply(tmp_path):
    problems = load(tmp_path, thing("examples: ['hi {__class__}']\nresponse: 'It is {x.__class__}.'")).problems
    assert [problem.message.rpartition("names no slot with ")[2] for problem in problems] == [
        "{__class__}",
        "{x.__class__}",
    ]


@pytest.mark.parametrize(("reply", "stray"), [("It is {x!r}.", "{x!r}"), ("It is { now.", "{"), ("It is {x} }.", "}")])
def test_a_brace_that_fills_nothing_is_told(tmp_path, reply, stray):
    (problem,) = load(tmp_path, thing(f"examples: ['hi {{x}}']\nslots: {{x: text}}\nresponse: '{reply}'")).problems
    assert f"{stray} fills nothing and is said as it is" in problem.message
    assert (problem.line, problem.severity) == (5, "warning")


def test_a_link_to_a_device_is_told_as_one(tmp_path):
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "lost.yaml").symlink_to(tmp_path / "nowhere")
    told = {path.name: remark for path, remark in remarks(tmp_path, (".yaml",))}
    assert told["zero.yaml"] == "is not read: a link to a pipe, a device or a socket"
    assert told["lost.yaml"] == "is not read: a link that leads nowhere"


def test_a_pair_without_an_answer_is_told_with_its_form(tmp_path):
    (tmp_path / "k.yaml").write_text("- question: Who?\n")
    (problem,) = load_knowledge([tmp_path]).problems
    (tmp_path / "k.yaml").write_text(right_form(problem.message))
    assert not load_knowledge([tmp_path]).problems


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of broken files that somebody stands in."""
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yaml").write_text("intents:\n  A:\n    exmaples: [hi]\n    slots: {s: number}\n")
    monkeypatch.chdir(tmp_path)
    return ["--intents", "intents", "--data-dir", str(tmp_path / "data"), "check", "--quick"]


def test_annotations_of_github_name_file_line_and_column(folder, capsys):
    assert main([*folder, "--format", "github"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("::error file=intents/a.yaml,line=3,col=5,title=form::intent A: unknown key 'exmaples'")
    assert "%0Alike this: examples" in lines[0]


def test_sarif_has_a_result_for_each_fault(folder, capsys):
    assert main([*folder, "--format", "sarif"]) == 2
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    result = run["results"][0]
    assert (result["level"], result["ruleId"]) == ("error", "form")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "intents/a.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    assert {result["ruleId"] for result in run["results"]} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_strict_fails_on_a_warning(tmp_path, capsys):
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yaml").write_text(thing("examples: [hi]\nslots: {size: number}"))
    words = ["--intents", str(tmp_path / "intents"), "--data-dir", str(tmp_path / "data"), "check", "--quick"]
    assert main(words) == 0
    assert main([*words, "--strict"]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["line"] for line in lines if line.get("severity") == "warning"] == [4, 4]


def test_every_fault_of_the_config_is_told(tmp_path, capsys):
    config = tmp_path / "c.toml"
    config.write_text('[stt]\nmodell = "base"\nbeam = 99\n[mach]\na = 1\n')
    assert main(["--config", str(config), "check", "--json"]) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line)["line"] for line in out.splitlines()] == [2, 3, 4]
    assert len(err.splitlines()) == 3
