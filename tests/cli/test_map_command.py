"""assistant map: a page that holds all it needs, a picture, and the intents that are too near."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image

from assistant.checks.map.page import page_of
from assistant.checks.map.picture import picture_of
from assistant.cli.main import main
from assistant.cli.output import ExitCode
from fakes.embedding_map import MAP


def test_the_page_holds_its_data_and_nothing_in_them_ends_the_script():
    page = page_of(MAP)
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    read = json.loads(data)
    assert [point[2] for point in read["points"]] == [point.text for point in MAP.points]
    assert read["pairs"] == [["LampOff", "LampOn", 2, 4, ["lamp off", "lamp on"]]]
    assert not re.findall(r"(?:src|href)\s*=|https?://|@import|url\(", page.replace(data, ""))
    assert "default-src 'none'" in page


def test_the_picture_has_the_colours_of_the_intents():
    image = Image.open(io.BytesIO(picture_of(MAP, size=400)))
    assert image.size == (400, 400)
    assert len(image.convert("RGB").getcolors(160_000)) > 5


@pytest.mark.model
def test_a_map_of_ones_own_files_is_drawn_into_files(tmp_path, fresh_data, capsys):
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "own.yaml").write_text(
        """intents:
  LampOn: {examples: [lamp on, light the lamp, switch the lamp on], response: "on"}
  LampOff: {examples: [lamp off, put out the lamp, switch the lamp off], response: "off"}
  Tea: {examples: [make me some tea, I would like a cup of tea], response: "tea"}
"""
    )
    shared = ["--data-dir", str(fresh_data), "--intents", str(tmp_path / "intents")]
    page, picture = tmp_path / "map.html", tmp_path / "map.png"
    assert main([*shared, "map", "--html", str(page), "--png", str(picture)]) == ExitCode.DONE
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = {line["subject"]: line["detail"] for line in lines}
    assert re.match(r"\d+ phrases", told["map"])
    assert told["near"].startswith("LampOff and LampOn: ")
    assert page.read_text("utf-8").count("light the lamp") >= 1
    assert picture.read_bytes().startswith(b"\x89PNG")
    for arguments, line in [
        (["--html", str(tmp_path / "map.txt")], "map.txt: name a file that ends in .html"),
        (["--method", "umpa"], "unknown method 'umpa'; did you mean 'umap'?"),
        (["--png", str(tmp_path / "no" / "map.png")], "map.png: cannot be written: No such file or directory"),
    ]:
        assert main([*shared, "map", *arguments]) == ExitCode.FAULT
        assert line in capsys.readouterr().err
