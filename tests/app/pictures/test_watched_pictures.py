"""Pictures are followed as their files change, and what was read of them outlives a process that is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from datetime import datetime

import pytest

from assistant.app import build
from assistant.app.pictures.gallery import Gallery
from assistant.app.pictures.watching import PictureWatcher
from assistant.app.threads import Threads
from assistant.authoring.documents.loading import SourceKind, load_documents, stored_documents
from assistant.authoring.pictures.reading import PICTURE_FILES
from assistant.authoring.pictures.sidecars import sidecars
from assistant.config import Config, PathsConfig, PicturesConfig
from assistant.events import Noticed, Progress
from fakes.pictures import drawn, exif, saved

READING = """
import sys
from pathlib import Path
from assistant.authoring.documents import loading
from assistant.authoring.documents.loading import SourceKind, load_documents
loading._Reading._read.__defaults__ = (0.0,)  # keeps what it has after each picture, not every 20 seconds
loading.time.monotonic = iter(range(10**9)).__next__
kind = SourceKind(tuple(sys.argv[3].split()), "1", "pictures", (sys.argv[4],))
load_documents([Path(sys.argv[1])], Path(sys.argv[2]), kind=kind)
"""


def test_a_reading_that_is_killed_goes_on_where_it_was(tmp_path):
    for number in range(60):
        saved(tmp_path / "album" / f"{number}.jpg", drawn((number * 4, 9, 90)), exif=exif(caption=f"Number {number}"))
    arguments = [tmp_path / "album", tmp_path / "store", " ".join(PICTURE_FILES), tmp_path / "thumbnails"]
    child = subprocess.Popen([sys.executable, "-c", READING, *map(str, arguments)])
    kind = SourceKind(PICTURE_FILES, "1", "pictures", (str(tmp_path / "thumbnails"),), sidecars)
    end = time.monotonic() + 60
    while not (before := len(stored_documents(tmp_path / "store", kind).passages)) and time.monotonic() < end:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL, "it was done before it could be killed"
    before = len(stored_documents(tmp_path / "store", kind).passages)
    assert 0 < before < 60
    events = []
    assert len(load_documents([tmp_path / "album"], tmp_path / "store", events.append, kind=kind).passages) == 60
    read = sum(isinstance(event, Progress) for event in events) - 1
    assert read == 60 - before


@pytest.mark.model
def test_a_picture_that_is_added_is_found_and_one_that_goes_is_not(tmp_path):
    album, events, told = tmp_path / "album", [], threading.Condition()
    saved(album / "a.jpg", exif=exif(caption="Our dog on the beach"))

    def emit(event):
        with told:
            events.append(event)
            told.notify_all()

    def until(text):
        with told:
            assert told.wait_for(
                lambda: any(isinstance(event, Noticed) and event.message == text for event in events), 60
            )

    config = Config(paths=PathsConfig(data=str(tmp_path / "data")), pictures=PicturesConfig((str(album),)))
    embedder = build.load_embedder(config, emit)
    gallery, threads = Gallery(config, lambda: embedder), Threads(tmp_path / "faults.log", emit)
    watcher = PictureWatcher(gallery, lambda: embedder, emit, threads)
    thread = threads.run(watcher.run, "pictures")
    try:
        until("1 picture can be found")
        assert [item.picture.name for item in gallery.find("the dog on the beach").pictures] == ["album/a.jpg"]
        assert gallery.find("the yellow tram").pictures == ()
        saved(album / "b.jpg", drawn("yellow"), exif=exif(caption="The yellow tram up the hill"))
        until("2 pictures can be found")
        assert gallery.find("the yellow tram", datetime.now()).pictures[0].picture.name == "album/b.jpg"
        events.clear()
        (album / "a.jpg").unlink()
        until("1 picture can be found")
        assert gallery.find("the dog on the beach").pictures == ()
    finally:
        threads.closed.set()
        thread.join(10)
    assert not (tmp_path / "faults.log").exists()
