"""assistant import: files of other assistants become intent files that mean the same, and the rest is listed."""

from __future__ import annotations

import json

import pytest
import yaml
from manual import rows, section

from assistant.authoring.intents import load_intents
from assistant.cli.main import main
from assistant.cli.output import ExitCode
from assistant.values import IntentMatch
from fakes.matcher import made

RHASSPY = """# lamps
[SwitchLamp]
state = (on | off)
rooms = (hall | attic:upstairs)
switch <state>{state} the <rooms>{room} lamp [please]
turn the $lamps{lamp} (bright:on){state!upper}

[SetLevel]
set it to (0..10){level} percent
level is ((low | <SwitchLamp.state>) now){kind}
add $lamps to the (3..9){count!int} lists
[PlayMusic]
play loudly (:){artist}
sing on $rhasspy/days
whistle (a tune){song}
"""
RHINO = """context:
  expressions:
    brew:
      - "[make, brew] (me) (a) $size:cup coffee @politely"
      - "brew $pv.SingleDigitInteger:count cups"
      - "call me at $pv.PhoneNumber:number"
  slots:
    size: [small, large]
  macros:
    politely: [please, if you can]
  wakeword: bumble
"""
SNIPS = """---
type: intent
name: paintWall
slots:
  - name: tint
    entity: colour
utterances:
  - paint the wall [tint](sky blue)
  - i want it [tint] at [when:snips/datetime](noon)
  - play [song:snips/musicTrack](this)
---
type: entity
name: colour
matching_strictness: 0.8
values:
  - [green, emerald]
"""
DATASET = json.dumps(
    {
        "language": "en",
        "entities": {"colour": {"data": [{"value": "green", "synonyms": ["emerald"]}]}, "snips/number": {}},
        "intents": {
            "paintWall": {
                "utterances": [
                    {"data": [{"text": "paint it "}, {"text": "red", "entity": "colour", "slot_name": "tint"}]},
                    {"data": [{"text": "use "}, {"text": "2", "entity": "snips/number", "slot_name": "n"}]},
                ]
            }
        },
    }
)
RASA = """version: "3.1"
intents:
  - greet
nlu:
- intent: greet
  examples: |
    - good day to you
    - hail [Bob](person)
- intent: fly
  examples: |
    - fly to [rome](city)
    - fly to [NYC](city)
    - fly (soon)
- synonym: New York
  examples: |
    - NYC
- lookup: city
  examples: |
    - oslo
responses:
  utter_hail:
  - text: Hail!
rules:
- rule: hail back
  steps:
  - intent: greet
  - action: utter_hail
- rule: long
  steps:
  - intent: fly
  - action: utter_hail
  - action: action_book
forms:
  trip: {}
"""
FOOD = """version: "3.1"
nlu:
- intent: book_table
  examples: |
    - book a table for [two](people) at [eight](time)
    - I want a [thai]{"entity": "cuisine", "value": "Thai"} place
    - find me [chinese](cuisine) food
- synonym: Thai
  examples: |
    - thailandese
- lookup: cuisine
  examples: |
    - greek
    - french
"""
TABLE = "utterance,intent,notes\nwater my ferns,water plants,x\nfeed the cat,feed,y\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "assistant" / "intents"


@pytest.fixture
def bring(own, tmp_path, capsys):
    """Import files, each with its text, and return the intents, the lines that are left and the exit code."""

    def bring(files, *options):
        folder = tmp_path / "theirs"
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        code = main(["--data-dir", str(tmp_path / "data"), "import", str(folder), *options])
        findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        bring.summary = " ".join(row["detail"] for row in findings if row["subject"] == "import")
        file = own / "theirs.yaml"
        text = file.read_text() if file.exists() else ""
        return text, [row["detail"] for row in findings if row["subject"] == "left"], code

    return bring


def left(lines, *words):
    """Check that each line that is left has its words, and that there are no others."""
    assert len(lines) == len(words), lines
    for wanted in words:
        assert any(wanted in line for line in lines), (wanted, lines)


def means(text, tmp_path, sentence):
    understanding = made(tmp_path / f"trial {sentence}", text.partition("\n")[2]).match(sentence)
    assert isinstance(understanding, IntentMatch), understanding
    return understanding.intent, dict(understanding.slots)


def test_rhasspy(bring, tmp_path):
    text, rest, code = bring({"sentences.ini": RHASSPY, "slots/lamps": "reading lamp:lamp_1\ndesk lamp\n"})
    assert code == ExitCode.DONE
    left(
        rest,
        "sentences.ini:6: the converter !upper of {state} is not carried over",
        "sentences.ini:10: {kind} is put on more than plain words",
        "sentences.ini:13: {artist} is a value without words",
        "sentences.ini:14: $rhasspy/days: there is no file slots/rhasspy/days",
        "sentences.ini:14: a line with words that are not there",
    )
    assert means(text, tmp_path, "add reading lamp to the four lists") == ("SetLevel", {"count": 4})
    assert means(text, tmp_path, "play loudly") == ("PlayMusic", {})
    assert means(text, tmp_path, "switch off the attic lamp please") == (
        "SwitchLamp",
        {"state": "off", "room": "upstairs"},
    )
    assert means(text, tmp_path, "turn the reading lamp bright") == ("SwitchLamp", {"lamp": "lamp_1", "state": "on"})
    assert means(text, tmp_path, "set it to seven percent") == ("SetLevel", {"level": 7})


def test_rhino(bring, tmp_path):
    text, rest, _ = bring({"coffee.yml": RHINO})
    left(rest, "coffee.yml:11:3: `wakeword:`", "coffee.yml:6:10: $pv.PhoneNumber is not carried over")
    assert means(text, tmp_path, "make me a large coffee if you can") == ("brew", {"cup": "large"})
    assert means(text, tmp_path, "brew four cups") == ("brew", {"count": 4})


@pytest.mark.parametrize(("name", "source"), [("paint.yaml", SNIPS), ("paint.json", DATASET)])
def test_snips(bring, name, source):
    text, rest, _ = bring({name: source})
    made_file = yaml.safe_load(text)
    intent, values = made_file["intents"]["paintWall"], made_file["lists"]["colour"]["values"]
    assert intent["slots"]["tint"] == "colour"
    assert values[:2] == ["green", {"in": "emerald", "out": "green"}]
    if name == "paint.json":
        assert intent["examples"] == ["paint it [red](tint)", "use [2](n)"]
        assert (intent["slots"]["n"], values[2], rest) == ("number", "red", [])
        return
    assert intent["examples"][:2] == ["paint the wall [sky blue](tint)", "i want it {tint} at [noon](when)"]
    assert (intent["slots"]["when"], intent["slots"]["song"], values[2]) == ("datetime", "text", "sky blue")
    left(rest, "snips/musicTrack is not carried over", "paint.yaml:14:1: `matching_strictness:`")


def test_a_skill_of_ovos(bring, tmp_path):
    text, rest, _ = bring(
        {
            "locale/en-us/water.plants.intent": "# a remark\n(water|spray) (my|the) {{plant}}\nwater :0 now\n",
            "locale/en-us/plant.entity": "fern\npalm tree\n",
            "locale/en-us/water.plants.dialog": "The {plant} is wet.\nIt has {minutes} minutes.\n",
            "locale/en-us/done.dialog": "Done.\n",
            "locale/en-us/Stop.voc": "stop\n",
            "locale/de-de/water.plants.intent": "gieß (den|die) {plant}\n",
        }
    )
    left(rest, "intent:3: a line with a wildcard", "1 dialog, such as done.dialog", "{minutes} is a value of",
         "1 file *.voc", "de-de (1)", "'water.plants' is called water_plants here")  # fmt: skip
    assert means(text, tmp_path, "spray the palm tree") == ("water_plants", {"plant": "palm tree"})
    assert yaml.safe_load(text)["intents"]["water_plants"]["response"] == "The {plant} is wet."


def test_another_language_is_taken_when_it_is_named(bring):
    text, _, _ = bring({"de-de/a.intent": "gieß die blumen\n", "en-us/a.intent": "water\n"}, "--language", "de")
    assert (yaml.safe_load(text)["language"], "gieß die blumen" in text, "water" in text) == ("de", True, False)


def test_rasa(bring):
    text, rest, _ = bring({"data/all.yml": RASA})
    intents = yaml.safe_load(text)["intents"]
    assert intents["greet"] == {"examples": ["good day to you", "hail [Bob](person)"], "response": "Hail!"}
    left(rest, "an example with brackets", "“long” is more than one reply", "`forms:` is not carried over")


def test_values_of_rasa_are_found_after_the_import_as_in_its_own_file(bring, tmp_path):
    text, rest, _ = bring({"data/all.yml": FOOD})
    left(rest)
    for sentence, cuisine in (
        ("find me chinese food", "chinese"),
        ("find me greek food", "greek"),
        ("I want a thailandese place", "Thai"),
        ("I want a thai place", "Thai"),
        ("find me korean food", "korean"),
    ):
        wanted = ("book_table", {"cuisine": cuisine})
        assert means(text, tmp_path, sentence) == wanted
        assert means("#\n" + FOOD, tmp_path / "native", sentence) == wanted


def test_a_table_and_files_of_home_assistant(bring, own, tmp_path):
    home = "language: en\nintents:\n  Party:\n    data:\n      - sentences: [start the party]\n    response: Yes.\n"
    text, rest, code = bring({"t.csv": TABLE, "party.yaml": home, "odd.yaml": "a: 1\n"})
    assert code == ExitCode.DONE
    left(
        rest,
        "t.csv:1: columns that are not carried over: notes",
        "t.csv:2: intent 'water plants' is called water_plants here",
        "odd.yaml: is in no format that is known",
    )
    assert yaml.safe_load(text)["intents"]["water_plants"] == {"examples": ["water my ferns"]}
    assert (own / "theirs-party.yaml").read_text() == home
    assert "3 intents, no lists of a table and Home Assistant" in bring.summary


def test_rows_of_a_table_that_lack_a_cell_are_told_by_their_lines(bring):
    text, rest, _ = bring({"t.csv": 'text,intent\n,feed\n\n"the ferns\nlook dry"\nfeed the cat,feed\n'})
    left(rest, "t.csv:2: a row without text", "t.csv:5: a row without intent")
    assert yaml.safe_load(text)["intents"]["feed"]["examples"] == ["feed the cat"]
    assert "ferns" not in text


def test_rows_of_a_table_that_are_no_sentences_are_not_written(bring, own, tmp_path):
    rows = ["text,intent", "bad [brackets](x,feed", "=HYPERLINK(1),feed", f"{'a ' * 1001},feed", "(a|b),bracket"]
    rows += ["feed the [cat](animal),feed", "pay by card,card/type", "my card,card type"]
    text, rest, _ = bring({"t.csv": "\n".join(rows)})
    left(
        rest,
        *(f"t.csv:{line}: a sentence with brackets" for line in (2, 3, 5)),
        "t.csv:4: a sentence with more than 2,000 letters",
        "t.csv:7: intent 'card/type' and 'card type' is called card_type here",
    )
    assert {name: intent["examples"] for name, intent in yaml.safe_load(text)["intents"].items()} == {
        "feed": ["feed the [cat](animal)"],
        "card_type": ["pay by card", "my card"],
    }
    assert load_intents([own], frozenset()).problems == ()


def test_what_a_domain_of_rasa_names_and_nothing_gives_is_told(bring):
    domain = "version: '3.1'\nintents:\n  - greet\n  - bye: {use_entities: []}\n  - faq\n  - fly\n"
    domain += "responses:\n  utter_greet:\n  - text: Hi\n  utter_fly:\n  - text: Up.\n"
    nlu = "nlu:\n- intent: fly\n  examples: |\n    - fly away\n- intent: faq/name\n  examples: |\n    - your name\n"
    nlu += (
        "- intent: odd\n  examples: |\n    - (a|b)\nrules:\n- rule: f\n  steps: [{intent: fly}, {action: utter_fly}]\n"
    )
    text, rest, _ = bring({"domain.yml": domain, "nlu.yml": nlu})
    left(
        rest,
        "domain.yml:3:5: intent greet is not carried over: it has no examples",
        "domain.yml:4:5: intent bye is not carried over: it has no examples",
        "domain.yml:8:3: utter_greet is not carried over: no rule gives it to an intent",
        "nlu.yml:10: an example with brackets is not carried over",
        "nlu.yml:8:3: intent odd is not carried over: it has no sentence that can be used",
        "nlu.yml:5:3: intent 'faq/name' is called faq_name here",
    )
    assert yaml.safe_load(text)["intents"]["fly"] == {"examples": ["fly away"], "response": "Up."}


def test_nothing_is_replaced_and_a_trial_writes_nothing(bring, own, capsys):
    assert bring({"t.csv": TABLE}, "--dry-run")[0] == ""
    assert bring({})[2] == ExitCode.DONE
    before = (own / "theirs.yaml").read_text()
    assert bring({})[2] == ExitCode.FAULT
    assert (own / "theirs.yaml").read_text() == before
    assert bring({}, "--name", "again")[2] == ExitCode.DONE
    assert (own / "again.yaml").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "\0\xff",
        "context: 3\n",
        "nlu: [1, {intent: 2}]\n",
        "type: intent\nname: [a]\nutterances: 4\n",
        "{" * 999,
    ],
)
@pytest.mark.parametrize("suffix", ["yaml", "json", "ini", "csv", "intent", "entity"])
def test_odd_content_is_never_more_than_lines(bring, text, suffix):
    assert bring({f"odd.{suffix}": text, "t.csv": TABLE})[2] == ExitCode.DONE


def test_the_formats_of_the_manual_are_these():
    table = rows(section("intents.md", "From another assistant"))
    names = {"Home Assistant", "Rasa", "Snips", "OVOS, Mycroft (Padatious)", "Rhasspy", "Rhino", "a table"}
    assert {row[0] for row in table} == names
