"""Faults of the program itself: in the log and in one line, without a secret and without anything to obey."""

from __future__ import annotations

import pytest

from assistant.app.threads import Threads
from assistant.errors import ActionError
from assistant.events import Failed


@pytest.mark.parametrize("error", [ValueError, ActionError])
def test_no_secret_is_in_the_log_and_none_in_the_line(tmp_path, error):
    events = []
    with Threads(tmp_path / "faults.log", events.append).reporting("turn"):
        raise error("\x1b]0;owned\x07http://me:hunter2@host/?token=abcdefgh: Bearer hunter2-hunter2 failed")
    (event,) = events
    assert isinstance(event, Failed)
    log = (tmp_path / "faults.log").read_text() if error is ValueError else ""
    assert ("ValueError" in log) == (error is ValueError)
    for text in (event.message, log):
        assert "hunter2" not in text
        assert "abcdefgh" not in text
    assert "\x1b" not in log
