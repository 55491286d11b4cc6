"""assistant pictures: folders are added, told, searched, put onto a sheet and removed, on the real embedder."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from assistant.authoring.pictures import written
from assistant.cli.main import main
from assistant.cli.output import ExitCode
from fakes.pictures import exif, page, saved
from paths import ROOT


@pytest.fixture
def home(tmp_path):
    album = tmp_path / "album"
    saved(album / "Portugal" / "IMG_1.jpg", exif=exif("2025:08:12 10:15:00", "Our dog running along the sand"))
    saved(album / "Portugal" / "IMG_2.jpg", exif=exif("2025:08:10 17:00:00", "A yellow tram", gps=(38.71, -9.14)))
    saved(
        album / "Home" / "IMG_3.jpg", exif=exif("2026-01-17 21:00:00".replace("-", ":"), "The dog asleep on the couch")
    )
    saved(album / "Home" / "fuse box labels.jpg")
    saved(album / "Screenshot_20260304-101112.png", page("Error 0x80070057\nThe parameter is incorrect"))
    (album / "broken.jpg").write_bytes(b"nothing")
    (tmp_path / "intents").mkdir()
    for name in ("pictures.yaml", "dialogue.yaml", "talk.yaml"):  # to embed all that is shipped would take a minute
        shutil.copy(ROOT / "intents" / name, tmp_path / "intents")
    paths = f"data = {str(tmp_path / 'data')!r}\nintents = [{str(tmp_path / 'intents')!r}]\n"
    (tmp_path / "config.toml").write_text(f"# mine\n[paths]\n{paths}")
    return tmp_path


@pytest.fixture
def pictures(home, capsys):
    """Run `assistant pictures`; the exit code, the findings and the lines of stderr."""

    def run(*arguments):
        code = main(["--config", str(home / "config.toml"), "pictures", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, [json.loads(line)["detail"] for line in out.splitlines()], err

    return run


@pytest.mark.model
def test_a_folder_is_added_searched_and_removed(home, pictures, capsys):
    code, told, _ = pictures("add", home / "album")
    assert code == ExitCode.FAULT
    assert told[0] == f"{home / 'album'}: 5 pictures"
    assert told[1].endswith("broken.jpg: is no picture, or of a kind that is not read")
    assert told[-1].endswith("config.toml: [pictures] folders")
    assert (home / "config.toml").read_text().startswith("# mine\n")

    def first(*words):
        code, told, _ = pictures("find", *words)
        return code, told[0].removeprefix(f"{home / 'album'}/").partition(": ")[0]

    assert first("show me the dog on the beach") == (ExitCode.DONE, "Portugal/IMG_1.jpg")
    assert first("the dog sleeping") == (ExitCode.DONE, "Home/IMG_3.jpg")
    assert first("tram in Lisbon") == (ExitCode.DONE, "Portugal/IMG_2.jpg")
    assert first("where the fuses are") == (ExitCode.DONE, "Home/fuse box labels.jpg")
    assert first("the dog in January 2026") == (ExitCode.DONE, "Home/IMG_3.jpg")
    assert first("screenshots from March 2026") == (ExitCode.DONE, "Screenshot_20260304-101112.png")
    if written.reader():
        assert first("the error about a wrong parameter") == (ExitCode.DONE, "Screenshot_20260304-101112.png")
    assert first("penguins on the ice")[0] == ExitCode.FAULT
    assert pictures("find", "photos from 1999")[1] == ["no picture is of that time, place or kind"]

    told = pictures("why", "the dog in August 2025")[1]
    assert told[0] == "“the dog”, of 2025-08-01 to 2025-08-31: 2 pictures"
    assert re.match(
        r"album/Portugal/IMG_1.jpg › 2025-08-12 \(cosine 0\.\d\d\): caption: dog; taken 2025-08-12", told[1]
    )

    def reply(*words):
        main(["--config", str(home / "config.toml"), "ask", *words])
        out, _ = capsys.readouterr()
        return next(line["text"] for line in map(json.loads, out.splitlines()) if line["event"] == "reply_ended")

    told = reply("show me pictures of the dog on the beach")
    assert "- album/Portugal/IMG_1.jpg › 2025-08-12: Our dog running along the sand (0." in told
    assert reply("do I have any photos of penguins on the ice") == "I found no such picture: none is like that."
    if written.reader():
        assert "The parameter is incorrect" in reply("read me the screenshot about the wrong parameter")

    sheet = home / "sheet.html"
    assert pictures("find", "photos of Portugal in August", "--html", sheet)[1][-1] == f"written: {sheet}"
    text = sheet.read_text()
    assert text.count("data:image/jpeg;base64,") == 2
    assert "<script" not in text
    assert "Our dog running along the sand" in text

    assert pictures("find", "photos", "--html", sheet)[1][0].endswith(".png")
    assert "1.00" not in sheet.read_text()

    told = pictures()[1]
    assert told[0] == f"{home / 'album'}: 5 pictures"
    assert "5 pictures, 3 with a caption" in told[2]
    assert pictures("add", home / "album" / "Home")[1][0].endswith(f"is looked at already, with {home / 'album'}")
    assert pictures("remove", home / "album")[1][0].endswith("is no longer looked at; it stays where it is")
    assert not list((home / "data" / "pictures" / "thumbnails").glob("*/*.jpg"))
    assert pictures()[1] == ["no folder is looked at"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["add"], "pictures add: name a folder or a picture"),
        (["find"], 'pictures find: name "the dog on the beach"'),
        (["add", "nowhere"], "nowhere: no such file or folder"),
        (["add", "config.toml"], "is of no kind that is read: .avif .bmp"),
        (["remove", "album"], "album: was not added"),
        (["status", "--html", "a.html"], "--html: only what is found goes onto a sheet"),
    ],
)
def test_a_wrong_name_is_one_line(home, pictures, monkeypatch, arguments, fault):
    monkeypatch.chdir(home)
    code, told, err = pictures(*arguments)
    assert (code, told) == (ExitCode.FAULT, [])
    assert fault in err
    assert len(err.splitlines()) == 1


def test_the_page_names_the_endings_and_the_commands_that_there_are():
    text = (ROOT / "docs" / "pictures.md").read_text()
    assert {*re.findall(r"assistant pictures (\w+)", text)} | {*re.findall(r"`pictures (\w+)`", text)} == {
        "add", "find", "like", "why", "status", "remove",
    }  # fmt: skip
