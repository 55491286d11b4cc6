"""New files, settings, schemas and completion, as somebody uses them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.authoring.source.yaml_tree import Items, Table, read_tree
from assistant.checks.making import new_file, schemas
from assistant.checks.making.control_panel import ControlPanel
from assistant.cli.main import main
from assistant.config import SHIPPED, Config, MatchConfig
from assistant.errors import AssistantError
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts, provisional_parts
from assistant.nlu.retrieval.index import Index
from fakes.embedder import WordHashes
from fakes.one_intent import ACTIONS, load, thing


def plain(tree):
    if isinstance(tree, Table):
        return {key: plain(value) for key, value in tree.items()}
    return [plain(item) for item in tree] if isinstance(tree, Items) else tree


def faults(kind, text):
    tree = plain(read_tree(text, lambda *_: None, lambda words, _: words))
    return [error.message for error in jsonschema.Draft202012Validator(schemas.SCHEMAS[kind]()).iter_errors(tree)]


FILES = [*(SHIPPED / "intents").glob("*.yaml"), *new_file._GALLERY.glob("*.yaml")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_file_of_intents_fits_the_schema(file):
    assert faults("intent", file.read_text("utf-8")) == []


def test_the_other_shipped_files_fit_theirs():
    for file in (SHIPPED / "knowledge").glob("*.yaml"):
        assert faults("knowledge", file.read_text("utf-8")) == []
    settings = tomllib.loads((SHIPPED / "config.toml").read_text("utf-8"))
    schema = schemas.SCHEMAS["config"]()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(settings)) == []
    for section, key, value in (("stt", "beam", 99), ("stt", "modell", "x"), ("listen", "start", "now"), ("x", "y", 1)):
        assert list(jsonschema.Draft202012Validator(schema).iter_errors({section: {key: value}}))


@pytest.mark.parametrize(
    "text",
    [
        thing("exmaples: [hi]"),
        thing("data: [{sentenses: [hi]}]"),
        thing("data: [{}]"),
        thing("examples: {a: b}"),
        thing("examples: [hi]\nslots: {a: {typ: text}}"),
        thing("examples: [hi]\nslots: {a: {required: please}}"),
        thing("examples: [hi]\nslots: {a: {prefer: late}}"),
        thing("examples: [hi]\naction: [a]"),
        thing("examples: [hi]\naction: {argv: go}"),
        thing("examples: [hi]\ntests: hi"),
        "intents: [A]\n",
        "intent: {}\n",
        "lists: {a: {range: {from: 1}}}\n",
        "lists: {a: {vlaues: [1]}}\n",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(tmp_path, text):
    assert load(tmp_path, text).problems
    assert faults("intent", text)


def test_the_ready_files_have_no_fault_and_are_listed(tmp_path, capsys):
    assert main(["new", "--list", "--json"]) == 0
    names = [json.loads(line)["subject"] for line in capsys.readouterr().out.splitlines()]
    assert names == sorted(file.stem for file in new_file._GALLERY.glob("*.yaml"))
    loaded = load_intents([new_file._GALLERY], ACTIONS)
    assert [str(problem) for problem in loaded.problems] == []
    assert all(intent.tests for intent in loaded.intents.values())


def test_a_new_intent_is_a_file_that_is_read(tmp_path):
    draft = new_file.draft_of("FeedCat", ["the cat: hungry; feed # it"], 'Say "yes".', "notify-send 'a b' --x", "")
    loaded = load(tmp_path, new_file.intent_text(draft))
    assert not loaded.problems
    intent = loaded.intents["FeedCat"]
    assert intent.examples == ("the cat: hungry", "feed # it")
    assert (intent.response, intent.action.argv) == ('Say "yes".', ("notify-send", "a b", "--x"))
    assert [test.say for test in intent.tests] == ["the cat: hungry", "feed # it"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["plantss"], "'plantss' is no ready file; did you mean 'plants'?"),
        (["intent", "A b", "--say", "x", "--reply", "y"], "'A b' is no name"),
        (["intent", "A", "--say", "x"], "say what it does"),
        (["answer", "--say", "x"], "its answer with --reply"),
    ],
)
def test_what_lacks_is_one_line(words, line, capsys, tmp_path):
    assert main(["--data-dir", str(tmp_path), "new", *words]) == 2
    assert line in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "assistant"
    folder.mkdir(parents=True)
    (folder / "schemas").write_text("in the way")
    assert main(["--data-dir", str(tmp_path), "new", "radio"]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert told == f"assistant: {folder / 'schemas' / 'intent.json'}: cannot be written: File exists"


def test_a_setting_is_told_checked_and_written_with_its_comments(tmp_path, capsys):
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[stt]\nbeam = 2  # wide\n")
    words = ["--config", str(file), "config"]
    assert main([*words, "set", "stt.model", "tiny.en"]) == 0
    assert main([*words, "set", "stt.beam", "3"]) == 0
    assert main([*words, "set", "bias", "false"]) == 0
    assert main([*words, "set", "paths.data", str(tmp_path / "there")]) == 0
    assert (tmp_path / "there").is_dir()
    assert file.read_text().startswith("# mine\n[stt]\nbeam = 3")
    assert tomllib.loads(file.read_text())["stt"] == {"beam": 3, "model": "tiny.en", "bias": False}
    assert main([*words, "set", "stt.beam", "300"]) == 2
    assert main([*words, "set", "stt.modl", "x"]) == 2
    assert main([*words, "set", "ui.theme", "draculla"]) == 2
    err = capsys.readouterr().err
    assert "beam: 300 is out of range: 1 to 10" in err
    assert "did you mean 'stt.model'?" in err
    assert "did you mean 'dracula'?" in err
    assert main([*words, "get", "stt.beam"]) == 0
    assert json.loads(capsys.readouterr().out)["detail"] == "3 (yours)"
    assert main([*words, "path"]) == 0
    assert capsys.readouterr().out == f"{file}\n"


def test_a_slip_made_in_the_editor_is_one_line_and_the_editor_opens_once(tmp_path, monkeypatch, capsys):
    file = tmp_path / "config.toml"
    file.write_text("[match]\nthreshold = 0.6\n")
    monkeypatch.setenv("EDITOR", f"sh -c 'echo [match >> $0; echo x >> {tmp_path}/opened'")
    assert main(["--config", str(file), "config", "edit"]) == 2
    assert (tmp_path / "opened").read_text() == "x\n"
    assert "Traceback" not in (told := capsys.readouterr().err)
    assert "config.toml" in told
    monkeypatch.setenv("EDITOR", "true")
    assert main(["--config", str(file), "config", "edit"]) == 2
    assert "config.toml" in capsys.readouterr().err


def test_the_editor_is_opened_also_on_a_broken_config(tmp_path, monkeypatch, capsys):
    file = tmp_path / "config.toml"
    file.write_text("[stt]\nbeam = 99\n")
    monkeypatch.setenv("EDITOR", "sed -i s/99/2/")
    monkeypatch.delenv("VISUAL", raising=False)
    assert main(["--config", str(file), "config", "edit"]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


@pytest.fixture
def script(capsys, tmp_path):
    def write(shell):
        assert main(["completion", shell]) == 0
        file = tmp_path / f"assistant.{shell}"
        file.write_text(capsys.readouterr().out)
        return file

    return write


def test_bash_completes_commands_options_and_values(script):
    lines = [f"source {script('bash')}", f'assistant() {{ {sys.executable} -m assistant "$@"; }}']
    for words in (
        "assistant che",
        "assistant --offline check --format ",
        "assistant index b",
        "assistant new --re",
        "assistant config get stt.mo",
        "assistant new ra",
        "assistant map --method ",
        "assistant import ",
        "assistant teach --intent StartTi",
    ):
        array = " ".join(f"'{word}'" for word in words.split(" "))
        lines.append(f'COMP_WORDS=({array}); COMP_CWORD={words.count(" ")}; _assistant; echo "${{COMPREPLY[@]}}"')
    ended = subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == [
        *("check", "github sarif", "build", "--reply", "stt.model", "radio", "pca tsne umap", "", "StartTimer")
    ]


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_completes_them_too(script):
    asked = ("che", "check --format ", "config get stt.mo", "new ra", "map --method ")
    code = "; ".join([f"source {script('fish')}", *(f"complete -C 'assistant {words}'" for words in asked)])
    ended = subprocess.run(["fish", "-c", code], capture_output=True, text=True, check=True)
    words = [line.split("\t")[0] for line in ended.stdout.splitlines()]
    assert {"check", "github", "sarif", "stt.model", "radio", "umap"} <= {*words}


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_completes_them_too(script):
    lines = [f"autoload -U compinit; compinit -u -D; source {script('zsh')}; print $_comps[assistant]"]
    lines += ["compadd() { [[ $1 = -a ]] && print -- ${(P)2} || print -- $@ }; _files() { print files }"]
    for words in ("check --format ", "config get ", "new ", "map --method ", "import "):
        array = " ".join(f"'{word}'" for word in f"assistant {words}".split(" "))
        lines.append(f"words=({array}); CURRENT=$#words; _assistant")
    ended = subprocess.run(["zsh", "-fc", "\n".join(lines)], capture_output=True, text=True, check=True)
    name, formats, keys, new, methods, files = ended.stdout.splitlines()
    assert (name, formats, methods, files) == ("_assistant", "github sarif", "pca tsne umap", "files")
    assert "stt.model" in keys.split()
    assert {"intent", "answer", "radio"} <= {*new.split()}


@pytest.mark.model
def test_a_new_file_is_tried_and_written(tmp_path, fresh_data, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    few = tmp_path / "few"
    few.mkdir()
    for name in ("home.yaml", "lights.yaml", "timers.yaml"):
        shutil.copy(SHIPPED / "intents" / name, few)
    words = ["--data-dir", str(fresh_data), "--intents", str(few), "new"]
    assert main([*words, "intent", "Lights2", "--say", "turn on the lights", "--reply", "Yes."]) == 2
    assert "means LightsOn" in capsys.readouterr().out
    assert main([*words, "answer", "--say", "where is the old fuse box", "--reply", "In the cellar."]) == 0
    (file,) = (tmp_path / "config" / "assistant" / "knowledge").iterdir()
    first, *rest = file.read_text().splitlines()
    assert (file.parent / Path(first.partition("$schema=")[2])).resolve().is_file()
    assert rest == ["- question: where is the old fuse box", "  answer: In the cellar."]
    assert not list((tmp_path / "config" / "assistant" / "intents").glob("*"))


def test_the_shares_of_a_threshold_are_not_read_yet_while_templates_alone_are_known(tmp_path):
    loaded, embedder = load(tmp_path / "i", thing("examples: [water the plants, the plants are dry]")), WordHashes()
    panel = ControlPanel(Config(), tmp_path / "config.toml")
    panel.assistant = SimpleNamespace(matcher=lambda: matcher)
    files = loaded, load_knowledge([]), Index(None, embedder), embedder
    matcher = Matcher(provisional_parts(*files), MatchConfig())
    with pytest.raises(AssistantError, match="Not read yet"):
        panel.trade_off()
    matcher = Matcher(make_parts(*files, lambda _: None), MatchConfig())
    assert len(panel.trade_off()) == 101
