"""Intent files: what is right is used, what is wrong is named with its line, and costs nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.authoring.intent_file import parse_intent_file
from assistant.authoring.intents import load_intents
from assistant.authoring.source.folders import read_content
from assistant.values import ArgvAction, BuiltInAction, HttpAction

ACTIONS = {"timer.start", "timer.cancel", "home.intent"}
GOOD = """
language: en
intents:
  Hello:
    data: [{sentences: [hello there]}]
    response: Hello.
"""


def load(folder: Path, **files: str | bytes):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name}.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_intents([folder], ACTIONS)


def intent(body: str) -> str:
    """Return a file with one intent, its keys indented as given from column 4."""
    return "intents:\n  Thing:\n" + "\n".join(f"    {line}" for line in body.strip("\n").splitlines())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("- a\n- list\n", "must hold keys"),
        ("just text", "must hold keys"),
        ("intents:\n  A: [1, 2\n", ":3:1: is not valid YAML"),
        ("intents:\n\tA: 1\n", ":2:1: is not valid YAML: the line is indented by a tab"),
        (b"intents:\n  A: \xff\xfe\n", ":2: is not UTF-8"),
        (b"\x00\x01\x02", ":1: is no text: it holds a NUL"),
        ("intents: &a\n  A: *a\n", ":2:6: *a stands inside &a itself"),
        ("intents: !!python/object/apply:os.system ['true']\n", "'intents' must hold keys and values"),
        ("intents:\n  A: !!python/name:os.system\n", "is not allowed"),
        ("intent: {}\n", ":1: file: unknown key 'intent'; did you mean 'intents'?"),
        ("intents: [A]\n", "must hold keys and values, not a list"),
        ("lists: {a: {vlaues: [1]}}\n", "unknown key 'vlaues'; did you mean 'values'?"),
        ("lists: {a: {values: []}}\n", "'values' must be a list that is not empty"),
        ("lists: {a: {range: {from: 5, to: 1}}}\n", "the smaller first"),
        (
            "lists: {a: {range: {from: 1, to: 5, type: percent}}}\n",
            "unknown type 'percent'; did you mean 'percentage'?",
        ),
    ],
)
def test_a_broken_file_is_named_and_its_neighbour_is_used(tmp_path, content, message):
    loaded = load(tmp_path, broken=content, good=GOOD)
    assert list(loaded.intents) == ["Hello"] or "A" in loaded.intents
    assert "Hello" in loaded.intents
    assert any("broken.yaml" in str(problem) and message in str(problem) for problem in loaded.problems), (
        loaded.problems
    )


def test_a_yaml_tag_runs_nothing(tmp_path):
    marker = tmp_path / "ran"
    load(tmp_path / "files", evil=f"intents: !!python/object/apply:os.system ['touch {marker}']\n")
    assert not marker.exists()


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("data: [{sentences: [a]}]\nexmaples: [b]", 4, "unknown key 'exmaples'; did you mean 'examples'?"),
        ("data: [{sentences: [a]}]\nreply: b", 4, "unknown key 'reply'; did you mean 'response'?"),
        ("data:\n  - sentences:\n      - ok then\n      - turn (on", 6, "'(' at column 6"),
        ("data:\n  - sentences: ['turn on]']", 4, "']' at column 8"),
        ("data:\n  - sentences: ['set it to {colour}']", 4, "no list or slot 'colour'"),
        ("data:\n  - sentences: ['set <that>']", 4, "no expansion rule <that>"),
        ("data:\n  - sentences: ['']", 4, "must be text"),
        ("data: hello", 3, "'data' must be a list"),
        ("data: [hello]", 3, "must hold 'sentences:'"),
        ("examples: ['turn [it] off']", 3, "an example is a plain sentence"),
        ("examples: [{a: b}]", 3, "put it in quotes"),
        ("examples: [x]\naction: timer.strat", 4, "unknown built-in action 'timer.strat'; did you mean 'timer.start'?"),
        ("examples: [x]\naction: {argv: rm -rf}", 4, "'argv' must be a list"),
        ("examples: [x]\naction: {argv: ['{program}']}", 4, "must be fixed text"),
        ("examples: [x]\naction: {http: {url: 'file:///etc/passwd'}}", 4, "must begin with http"),
        ("examples: [x]\naction: {http: {url: 'http://a', method: GRAB}}", 4, "unknown method 'GRAB'"),
        ("examples: [x]\naction: {shell: ls}", 4, "unknown key 'shell'"),
        ("examples: [x]\nslots:\n  a: {type: durtion}", 0, "unknown type 'durtion'; did you mean 'duration'?"),
        ("examples: [x]\nslots:\n  a: {requierd: true}", 5, "unknown key 'requierd'; did you mean 'required'?"),
        ("examples: [x]\nslots:\n  a: {type: duration, required: maybe}", 5, "must be true or false"),
        ("examples: [x]\nslots:\n  a: {type: duration, default: blue}", 5, "default 'blue' is no duration"),
        ("examples: [x]\nslots:\n  a: {type: number, min: low}", 5, "'min' must be a number"),
        ("examples: [x]\nslots:\n  a: {type: number, min: 10, max: 1}", 5, "'max' must not be less than 'min'"),
        ("examples: ['x {a}']\nslots: {a: number}\naction: {argv: [x, '{aa}']}", 5, "names no slot with {aa}; did"),
        ("examples: ['x {a}']\nslots: {a: number}\naction: {argv: [x, '{a.b}']}", 5, "names no slot with {a.b}"),
        ("examples: [x]\nslots: {a: number}\nresponse: 'It is {nope}.'", 5, "names no slot with {nope}; legal: a"),
        ("examples: [x]\ntests:\n  - say: x\n    slots: {durration: 1}", 5, "no slot 'durration'"),
        ("examples: [x]\ntests: [{sya: x}]", 4, "must be a sentence, or hold 'say:'"),
        ("examples: ['x {foo}']", 0, "names no slot with {foo}"),
        ("description: nothing to say", 2, "has no sentence"),
        ("examples: [x]\nslots:\n  a: {values: ['the {b}']}", 5, "cannot refer to a list"),
        ('data:\n  - sentences: ["turn\\n\\non ("]', 4, "is never closed"),
        ("examples: [x]\nexamples: [y]", 4, "a second time (first in line 3)"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, body, line, message):
    loaded = load(tmp_path, f=intent(body))
    faults = [problem for problem in loaded.problems if message in problem.message]
    assert faults, [str(problem) for problem in loaded.problems]
    assert not line or faults[0].line == line
    assert all("\n" not in str(problem) for problem in loaded.problems)


@pytest.mark.parametrize(
    "body",
    [
        "examples: ['x {a}']\nslots: {a: number}\naction: {argv: [jq, '{a}', '{\"b\": 1}']}\nresponse: '{from.json}'",
        "examples: ['wait {duration}']\naction: {argv: [sleep, '{duration}']}",
        "data: [{sentences: ['x {a}'], slots: {b: 1}}]\nslots: {a: number}\nresponse: '{a} and {b}'",
    ],
)
def test_what_is_filled_from_a_slot_or_by_the_action_is_no_fault(tmp_path, body):
    assert not load(tmp_path, f=intent(body)).problems


def test_limits_that_no_number_keeps_are_not_used(tmp_path):
    slot = (
        load(tmp_path, f=intent("examples: [x]\nslots:\n  a: {type: number, min: 10, max: 1}"))
        .intents["Thing"]
        .slots["a"]
    )
    assert (slot.low, slot.high) == (None, None)


def test_a_name_of_several_words_is_told_with_one_word_for_it(tmp_path):
    (tmp_path / "plants.yaml").write_text("intents:\n  water the Plants: {examples: [the ferns are dry]}\n")
    loaded = load_intents([tmp_path], frozenset())
    assert list(loaded.intents) == ["water the Plants"]
    (problem,) = loaded.problems
    assert (problem.line, problem.severity) == (2, "warning")
    assert problem.message == "intent 'water the Plants': a name is one word, such as WaterThePlants"


def test_a_bad_intent_costs_only_itself(tmp_path):
    content = "intents:\n  Bad: 7\n  Worse: {data: [{sentences: ['(']}]}\n  Fine: {examples: [all is well]}\n"
    loaded = load(tmp_path, f=content)
    assert list(loaded.intents) == ["Fine"]
    assert loaded.intents["Fine"].examples == ("all is well",)


def test_a_bad_sentence_costs_only_itself(tmp_path):
    loaded = load(tmp_path, f=intent("data:\n  - sentences: ['good one', 'bad {nope}', 'bad (', 'good two']"))
    assert loaded.intents["Thing"].blocks[0].sentences == ("good one", "good two")


def test_every_key_is_read(tmp_path):
    body = """
description: Starts a timer
data:
  - sentences: ["set a timer for {duration} [called {label}]"]
    slots: {kind: kitchen}
examples: ["wake me in {duration}"]
not: [how long is the timer]
slots:
  duration: {type: duration, required: true, ask: "For how long?", min: 1, max: 86400}
  label: text
  colour: {values: [red, {in: "(blue|navy)", out: blue}], default: red}
action: {builtin: timer.start, with: {loud: yes}}
response: "Set for {duration}."
confirm: Sure?
tests:
  - say: set a timer for ten minutes
    slots: {duration: 600, kind: kitchen}
  - set a timer for an hour
"""
    loaded = load(tmp_path, f=intent(body))
    assert not loaded.problems
    thing = loaded.intents["Thing"]
    assert (thing.title, thing.confirm, thing.response) == ("Starts a timer", "Sure?", "Set for {duration}.")
    assert thing.action == BuiltInAction("timer.start", {"loud": "yes"})
    assert (thing.slots["duration"].ask, thing.slots["duration"].high) == ("For how long?", 86400)
    assert thing.slots["colour"].default == "red"
    assert [value.value for value in loaded.lists[thing.slots["colour"].type].values] == ["red", "blue"]
    assert thing.blocks[0].slots == {"kind": "kitchen"}
    assert [test.line for test in thing.tests] == [17, 19]
    assert thing.file == tmp_path / "f.yaml"


def test_a_default_is_read_as_its_type(tmp_path):
    slots = "slots:\n  a: {type: duration, default: ten minutes}\n  b: {type: duration, default: 90}"
    loaded = load(tmp_path, f=intent(f"examples: [x]\n{slots}"))
    assert loaded.intents["Thing"].slots["a"].default == timedelta(minutes=10)
    assert loaded.intents["Thing"].slots["b"].default == timedelta(seconds=90)


def test_actions_of_the_users_own(tmp_path):
    argv = (
        load(tmp_path, f=intent("examples: [x]\naction: {argv: [say, '{text}'], timeout: 3}")).intents["Thing"].action
    )
    assert argv == ArgvAction(("say", "{text}"), 3.0, tmp_path)
    http = "examples: [x]\naction: {http: {url: 'http://host/x', method: put, json: {a: '{b}'}, headers: {K: v}}}"
    assert load(tmp_path, f=intent(http)).intents["Thing"].action == HttpAction(
        "http://host/x", "PUT", {"K": "v"}, {"a": "{b}"}, 10.0
    )


def test_plain_words_stay_words(tmp_path):
    loaded = load(tmp_path, f="lists: {state: {values: [on, off, yes, 18:30, 2026-12-24]}}")
    assert [value.text for value in loaded.lists["state"].values] == ["on", "off", "yes", "18:30", "2026-12-24"]


def test_files_of_a_folder_add_up_and_a_later_folder_replaces(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    load(one, a=intent("examples: [first]\naction: timer.start"), b=intent("examples: [second]\nresponse: Hm."))
    load(one, c="intents: {Other: {examples: [other]}, Gone: {examples: [gone]}}")
    both = load_intents([one], ACTIONS).intents["Thing"]
    assert (both.examples, both.response) == (("first", "second"), "Hm.")
    assert both.action == BuiltInAction("timer.start")
    load(two, a=intent("examples: [mine]"), b="intents: {Gone: }")
    loaded = load_intents([one, two], ACTIONS)
    assert loaded.intents["Thing"].examples == ("mine",)
    assert sorted(loaded.intents) == ["Other", "Thing"]


def test_a_missing_folder_is_named(tmp_path):
    assert "no such folder" in str(load_intents([tmp_path / "nowhere"], ACTIONS).problems[0])


def test_only_the_file_that_changed_is_parsed_again(tmp_path):
    files = {f"f{number}": GOOD.replace("Hello", f"Hello{number}") for number in range(20)}
    before = load(tmp_path, **files)
    parse_intent_file.cache_clear()
    load_intents([tmp_path], ACTIONS)
    parsed = parse_intent_file.cache_info().misses
    after = load(tmp_path, f7=GOOD.replace("Hello", "Changed"))
    assert (parsed, parse_intent_file.cache_info().misses) == (20, 21)
    assert before.intents.keys() - after.intents.keys() == {"Hello7"}
    assert after.intents["Changed"].response == "Changed."
    assert all(after.intents[name] == before.intents[name] for name in before.intents.keys() & after.intents.keys())


def test_what_a_file_refers_to_is_looked_up_again_when_another_file_changes(tmp_path):
    sentence = intent("data: [{sentences: ['paint it {shade}']}]")
    assert not load(tmp_path, a=sentence, b="lists: {shade: {values: [red]}}").problems
    loaded = load(tmp_path, b="lists: {tint: {values: [red]}}")
    assert "no list or slot 'shade'" in loaded.problems[0].message
    assert not load(tmp_path, b="lists: {shade: {values: [red]}}").problems


def test_other_built_in_actions_are_looked_up_again(tmp_path):
    body = intent("examples: [x]\naction: timer.start")
    assert load(tmp_path, a=body).intents["Thing"].action
    assert load_intents([tmp_path], {"timer.stop"}).intents["Thing"].action is None


def test_what_is_no_file_is_passed_over_and_one_that_went_is_named(tmp_path):
    (tmp_path / "gone.yaml").symlink_to("loop.yaml")
    (tmp_path / "folder.yaml").mkdir()
    assert list(load(tmp_path, good=GOOD).intents) == ["Hello"]
    problems = []
    assert read_content(tmp_path / "gone.yaml", problems) is None
    assert "gone.yaml: cannot be read: No such file" in str(problems[0])


@pytest.mark.parametrize(("placeholder", "is_known"), [("{0..100:level}", True), ("{-5..5}", True), ("{a b}", False)])
def test_a_placeholder_of_an_example_names_a_slot_or_a_range(tmp_path, placeholder, is_known):
    loaded = load(tmp_path, f=intent(f"examples: ['set it to {placeholder}']"))
    assert ["names no slot" in problem.message for problem in loaded.problems] == [True] * (not is_known)


def test_the_digest_changes_with_any_file(tmp_path):
    before = load(tmp_path, a=GOOD).digest
    assert load(tmp_path, a=GOOD).digest == before
    assert load(tmp_path, a=GOOD + "# more\n").digest != before


HOME = """
language: en
intents:
  HassTurnOn:
    data:
      - sentences: ["<turn> on [the] {name} [in [the] {area}]", "{colour} lights"]
        requires_context: {domain: light}
        response: light
  HassSpecial:
    data:
      - sentences: [special]
        metadata: {a: 1}
        required_keywords: [special]
        excludes_context: {area: x}
    response: Done.
expansion_rules:
  turn: (turn|switch)
lists:
  colour:
    values: [red, {in: "(blue|navy)", out: blue, context: {a: b}, metadata: {c: d}}]
  level: {range: {from: 0, to: 100, step: 5, type: percentage}}
  anything: {wildcard: true}
skip_words: [please]
responses:
  intents:
    HassTurnOn:
      light: "{{ slots.name | trim }} is on"
      other: "{% if x %}no{% endif %}"
"""


def test_a_home_assistant_file_loads_unchanged(tmp_path):
    loaded = load(tmp_path, f=HOME)
    assert {problem.severity for problem in loaded.problems} == {"warning"}
    turn_on = loaded.intents["HassTurnOn"]
    assert turn_on.action == BuiltInAction("home.intent")
    assert turn_on.responses == {"light": "{name} is on"}
    assert loaded.intents["HassSpecial"].action is None
    assert loaded.skip_words == ("please",)
    assert loaded.lists["level"].range.step == 5
    assert loaded.lists["anything"].is_wildcard
    (problem,) = loaded.problems
    assert "Jinja" in problem.message
    assert turn_on.blocks[0].requires_context == {}


def test_an_expansion_rule_that_refers_to_itself_is_a_fault_not_a_hang(tmp_path):
    loaded = load(
        tmp_path, f=intent("data: [{sentences: [<a>, fine]}]") + "\nexpansion_rules: {a: 'x <b>', b: 'y <a>'}\n"
    )
    assert any("refers to itself" in problem.message for problem in loaded.problems)
    assert loaded.intents["Thing"].blocks[0].sentences == ("fine",)


def test_examples_may_hold_their_values(tmp_path):
    body = """
examples:
  - play [hey jude](song) by [the beatles](artist)
  - play [yesterday](song) by [the beatles](artist)
  - play something by {artist}
slots: {song: {type: text, required: true, ask: Which?}}
response: Playing.
"""
    loaded = load(tmp_path, one=intent(body))
    assert loaded.problems == ()
    thing = loaded.intents["Thing"]
    assert thing.examples == ("play {song} by {artist}", "play something by {artist}")
    assert thing.marked == (
        "play [hey jude](song) by [the beatles](artist)",
        "play [yesterday](song) by [the beatles](artist)",
    )
    assert thing.slots["song"].examples == ("hey jude", "yesterday")
    assert thing.slots["song"].required
    assert (thing.slots["artist"].type, thing.slots["artist"].examples) == ("text", ("the beatles",))


@pytest.mark.parametrize("wrong", ["play [hey jude]", "play [hey](jude", "play (x)", "play [](song)"])
def test_a_half_marked_value_is_named(tmp_path, wrong):
    loaded = load(tmp_path, one=intent(f"examples: [play it, '{wrong}']\nresponse: Playing."))
    assert "perhaps with {slot} or [value](slot)" in str(loaded.problems[0])
    assert loaded.intents["Thing"].examples == ("play it",)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://a{x}/", "must have a fixed host; {x} may stand only in the path"),
        ("http://lamp.local:{x}/", "must have a fixed host; {x}"),
        ("https://{x}@lamp.local/", "must have a fixed host; {x}"),
        ("http://{x", "must have a fixed host; {x"),
        ("{x}://lamp.local/", "must begin with http:// or https:// and a fixed host"),
        ("ftp://lamp.local/", "must begin with http:// or https://"),
        ("http:///{x}", "must begin with http:// or https:// and a fixed host"),
        ("http://lamp.local:99999/", "must have a host, and perhaps a port"),
        ("http://lamp.local:x/", "must have a host, and perhaps a port"),
        ("http://[::1/", "must have a host, and perhaps a port"),
        ("http://lamp.local\\\\@evil/", "must have a host, and perhaps a port"),
        ("http://lamp.local:8080/{x}?q={x}#{x}", None),
        ("http://me:pw@[::1]:80/", None),
        ("HTTP://lamp.local?q={x}", None),
    ],
)
def test_the_host_of_a_web_call_is_fixed_text(tmp_path, url, fault):
    block = intent(f"action:\n      http:\n        method: GET\n        url: '{url}'")
    loaded = load(tmp_path, f=block)
    faults = [problem for problem in loaded.problems if "'url'" in problem.message]
    assert (faults == []) == (fault is None)
    if fault:
        assert fault in faults[0].message
        lines = (tmp_path / "f.yaml").read_text().splitlines()
        assert url in lines[faults[0].line - 1]


@pytest.mark.parametrize("seconds", ["0", "-1", "3601", "99999999999999999999999999999999"])
@pytest.mark.parametrize("action", ["argv: [ls], timeout: {}", "http: {{url: 'http://a/', timeout: {}}}"])
def test_an_action_has_a_time_within_reason(tmp_path, action, seconds):
    loaded = load(tmp_path, f=intent(f"action: {{{action.format(seconds)}}}"))
    faults = [problem.message for problem in loaded.problems if "'timeout'" in problem.message]
    assert [fault.endswith("must be more than 0 and at most 3600 seconds") for fault in faults] == [True]


def test_several_responses_are_read_in_order_and_one_that_is_none_costs_only_itself(tmp_path):
    responses = '["Knock knock.", [a], "Who {{ slots.who }}?"]'
    joke = "intents:\n  Joke:\n    data: [{sentences: [joke], slots: {who: it}}]\n"
    loaded = load(tmp_path, f=f"{joke}    response: {responses}\n")
    assert loaded.intents["Joke"].response == ("Knock knock.", "Who {who}?")
    (problem,) = loaded.problems
    assert (problem.line, problem.severity) == (4, "error")


def test_an_intent_varies_others_that_are_there(tmp_path):
    draw = "  Draw:\n    data: [{sentences: ['draw {thing}']}]\n    slots: {thing: text}\n    response: Drawn.\n"
    vary = "  Vary:\n    data: [{sentences: [draw another]}]\n    varies: [Draw, Drew]\n    response: Drawn.\n"
    loaded = load(tmp_path / "own", own=f"intents:\n{draw}{vary}")
    assert loaded.intents["Vary"].varies == ("Draw",)
    assert [problem.message for problem in loaded.problems] == [
        "intent Vary: 'varies' names no intent 'Drew'; did you mean 'Draw'?"
    ]
