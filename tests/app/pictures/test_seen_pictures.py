"""Pictures without a word about them are found by a model that sees: a tiny one, trained here on drawn shapes."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest

from assistant.app import build
from assistant.app.pictures.gallery import Gallery
from assistant.config import Config, PathsConfig, PicturesConfig
from benchmarks.shapes import Drawing, train

LARGE = 3.2
ITEMS = [Drawing(colour, shape, "one", "middle") for colour in ("red", "blue") for shape in ("circle", "cross")]


@pytest.fixture
def home(tmp_path):
    """A folder of drawings whose names say nothing, and a config that names a model trained on others."""
    assert train(tmp_path / "sight", ITEMS, steps=110, batch=24, larger=LARGE) > 0.7
    dice = random.Random(7)
    (tmp_path / "album").mkdir()
    for number, item in enumerate([*ITEMS, *ITEMS]):
        item.drawn(dice, 320, LARGE).save(tmp_path / "album" / f"IMG_{number}.jpg")
    pictures = PicturesConfig((str(tmp_path / "album"),), str(tmp_path / "sight"))
    return Config(paths=PathsConfig(data=str(tmp_path / "data")), pictures=pictures)


@pytest.mark.model
@pytest.mark.filterwarnings("ignore")
def test_words_find_pictures_by_what_is_to_be_seen(home, tmp_path):
    embedder = build.load_embedder(Config(), lambda _: None)
    gallery = Gallery(home, lambda: embedder)

    def found(text):
        return [item.picture.name for item in gallery.find(text, datetime(2026, 11, 29)).pictures[:2]]

    assert sorted(found("a red circle")) == ["album/IMG_0.jpg", "album/IMG_4.jpg"]
    assert sorted(found("show me pictures of a blue cross")) == ["album/IMG_3.jpg", "album/IMG_7.jpg"]
    first = gallery.find("a red cross").pictures[0]
    assert first.why.startswith("seen on it (cosine 0.")
    assert found("a photo of Lisbon") == [], "what no word of the model says is on no picture"
    assert found("two red circles in May 1999") == [], "a filter leaves out what looks right"

    finder = gallery.finder()
    keys = {item.picture.name: item.picture.key for item in gallery.find("photos").pictures}
    assert finder.like([keys["album/IMG_2.jpg"]])[0].picture.name == "album/IMG_6.jpg"
    liked = finder.like([keys["album/IMG_0.jpg"]], [keys["album/IMG_2.jpg"], keys["album/IMG_6.jpg"]])
    assert next(item.picture.name for item in liked) == "album/IMG_4.jpg"

    (tmp_path / "album" / "a red circle.txt").write_text("no caption of any")
    (tmp_path / "album" / "IMG_0.jpg").rename(tmp_path / "album" / "moved.jpg")
    assert sorted(found("a red circle")) == ["album/IMG_4.jpg", "album/moved.jpg"]
    without = Gallery(replace(home, pictures=replace(home.pictures, model="")), lambda: embedder)
    assert without.find("a red circle").pictures == (), "words alone know nothing of it"
