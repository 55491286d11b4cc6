"""The page on the architecture and its picture say what the code says."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from test_layers import FLOORS

from assistant.values import FRAME_SAMPLES, SAMPLE_RATE
from paths import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "assistant").rglob("*.py"))
SVG = "{http://www.w3.org/2000/svg}"


def texts(element: ElementTree.Element, cls: str) -> list[str]:
    return [text.text for text in element.iter(f"{SVG}text") if text.get("class") == cls]


def picture() -> ElementTree.Element:
    return ElementTree.parse(ROOT / "docs" / "architecture.svg").getroot()


def test_the_picture_shows_the_floors_from_the_top_down():
    drawn = [set(" · ".join(texts(floor, "name")).split(" · ")) for floor in picture().findall(f"{SVG}g")]
    assert drawn == list(reversed(FLOORS))


def test_the_stops_of_the_walk_are_numbered_in_the_picture_and_in_the_text():
    rooms = re.findall(r"^\d\. (?:Each step was an `Event`\. )?\*\*`(\w+)`\*\*", PAGE, re.MULTILINE)
    assert len(rooms) == 9
    drawn = texts(picture(), "by")
    assert [stop.split(",")[0] for stop in drawn] == rooms


def test_the_seven_files_to_read_first():
    section = PAGE.partition("## Read these seven files first")[2].partition("\n## ")[0]
    files = re.findall(r"^\d\. `(.+?)`:", section, re.MULTILINE)
    assert len(files) == 7
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_class_that_is_named_exists():
    for name in set(re.findall(r"`([A-Z]\w+)`", PAGE)):
        assert re.search(rf"^(?:class {name}\b|{name}: TypeAlias = |{name} = )", SOURCE, re.MULTILINE), name


def test_each_seam_is_declared_and_opened_where_the_page_says():
    seams = re.findall(r"^\| `(\w+)` \| .+ \| `(\S+)` \| `(\w+)` in `(\S+)` \|$", PAGE, re.MULTILINE)
    assert len(seams) == 4
    for seam, declared, opener, opened in seams:
        assert f"class {seam}(Protocol)" in (ROOT / declared).read_text(encoding="utf-8"), seam
        assert f"def {opener}(" in (ROOT / opened).read_text(encoding="utf-8"), opener


def test_a_frame_is_as_large_as_the_page_says():
    assert f"frames of {FRAME_SAMPLES} samples at {SAMPLE_RATE // 1000} kHz" in PAGE


def test_the_weights_of_the_ranking_are_written_by_the_script_that_is_named():
    assert (ROOT / "assistant" / "nlu" / "ranking" / "weights.toml").is_file()
    script = (ROOT / "benchmarks" / "fit_confidence.py").read_text(encoding="utf-8")
    assert "weights.toml" in script or "WEIGHTS_FILE" in script
