"""assistant knowledge: documents are added, listed, explained and removed, on the real embedder."""

from __future__ import annotations

import json

import pytest

from assistant.cli.main import main
from assistant.cli.output import ExitCode
from fakes.documents import pdf

CONFIG = "# mine\n[paths]\n# where it is kept\ndata = {data!r}\nknowledge = [{own!r}]\nintents = [{intents!r}]\n"


@pytest.fixture
def home(tmp_path):
    own, manuals = tmp_path / "knowledge", tmp_path / "manuals"
    own.mkdir()
    (manuals / "house").mkdir(parents=True)
    (own / "house.md").write_text("# House\n\nThe bins are collected on Tuesday.\n")
    (manuals / "house" / "pump.md").write_text("# Pump\n\n## Filters\n\nThe filter is changed every ninety days.\n")
    (manuals / "faq.csv").write_text("question,answer\nWho repairs the pump?,Mr Lee.\n")
    (manuals / "scan.pdf").write_bytes(pdf([], []))
    (manuals / "lid.png").write_bytes(b"\x89PNG")
    intents = tmp_path / "intents"
    intents.mkdir()
    (intents / "a.yaml").write_text('intents: {Lamp: {data: [{sentences: ["lamp on"]}], response: "On."}}')
    text = CONFIG.format(data=str(tmp_path / "data"), own=str(own), intents=str(intents))
    (tmp_path / "config.toml").write_text(text)
    return tmp_path


@pytest.fixture
def knowledge(home, capsys):
    """Run `assistant knowledge`; the exit code, the findings and the lines of stderr."""

    def run(*arguments):
        code = main(["--config", str(home / "config.toml"), "knowledge", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, [json.loads(line)["detail"] for line in out.splitlines()], err

    return run


@pytest.mark.model
def test_a_folder_is_added_listed_asked_and_removed(home, knowledge):
    code, told, err = knowledge("add", home / "manuals")
    assert code == ExitCode.FAULT
    assert told[0] == f"{home / 'manuals'}: 1 documents, 1 passages"
    assert told[1] == "1 questions with their answers among them"
    assert "scan.pdf: holds pictures of pages and no text" in told[2]
    assert told[3].endswith("config.toml: [paths] documents")
    text = (home / "config.toml").read_text()
    assert text.startswith("# mine\n[paths]\n# where it is kept\n")
    assert str(home / "manuals") in text

    code, told, _ = knowledge("list")
    assert [line.rpartition(": ")[0] for line in told[:2]] == ["knowledge/house.md", "manuals/house/pump.md"]
    assert "scan.pdf: holds pictures of pages and no text" in told[2]
    assert told[1].startswith("manuals/house/pump.md: 1 passages, 0 kB, 20")
    assert told[-1] == "2 documents, 2 passages"

    code, told, err = knowledge("why", "how", "often", "do", "I", "change", "the", "filter")
    assert code == ExitCode.DONE, (told, err)
    assert told[0].startswith("manuals/house/pump.md › Filters › line 5: The filter is changed")
    assert "read with the question +" in told[0]
    end = "a document answers from a chance of 0.50 on ([match] threshold)"
    assert told[-1] == f"answered from manuals/house/pump.md › Filters › line 5; {end}"
    assert knowledge("why", "who won the cup")[1][-1] == f"answered with “I don't know that”; {end}"

    assert "is read already" in knowledge("add", home / "manuals" / "house")[1][0]
    code, told, _ = knowledge("remove", home / "manuals")
    assert (code, told) == (ExitCode.DONE, [f"{home / 'manuals'} is no longer read; it stays where it is"])
    assert knowledge("list")[1][-1] == "1 documents, 1 passages"
    assert (home / "manuals" / "house" / "pump.md").exists()


@pytest.mark.model
def test_check_names_what_is_not_read(home, knowledge, capsys):
    knowledge("add", home / "manuals")
    main(["--config", str(home / "config.toml"), "check"])
    told = capsys.readouterr().out
    assert "lid.png is not read: its name does not end in" in told
    assert "scan.pdf: holds pictures of pages and no text" in told
    assert "2 documents, 2 passages in use" in told
    assert "ms-marco-minilm reads the likeliest passages together with the question: present" in told


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["add"], "knowledge add: name a file or a folder"),
        (["add", "nowhere.pdf"], "nowhere.pdf: no such file or folder"),
        (["add", "manuals/lid.png"], "is of no kind that is read: .csv .docx"),
        (["remove", "manuals"], "manuals: was not added"),
        (["remove", "knowledge/house.md"], "which is read whole: delete or move the file"),
        (["why"], 'knowledge why: name "how do I ..."'),
    ],
)
def test_a_wrong_name_is_one_line(home, knowledge, monkeypatch, arguments, fault):
    monkeypatch.chdir(home)
    code, told, err = knowledge(*arguments)
    assert (code, told) == (ExitCode.FAULT, [])
    assert fault in err
    assert len(err.splitlines()) == 1
