"""The terminal as somebody sees it: in tmux, spoken to through a virtual microphone, typed to by keys."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time

import pytest

from paths import RECORDINGS, ROOT

pytestmark = [pytest.mark.model, pytest.mark.audio]

SETTINGS = (
    '[paths]\ndata = "{data}"\nintents = ["{intents}"]\n[voice]\nreplies = "never"\n[listen]\nstart = "hands_free"\n'
)


class Tmux:
    """A server of its own with one window."""

    def __init__(self, socket, command, environment):
        self._base = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        given = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        self.run("new-session", "-d", "-x", "100", "-y", "30", *given, shlex.join(command))

    def run(self, *words):
        return subprocess.run([*self._base, *words], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    def has_ended(self):
        return subprocess.run([*self._base, "has-session"], capture_output=True, check=False).returncode != 0

    def until(self, words, seconds=120):
        """Wait until something is on the screen, and return all of it."""
        end = time.monotonic() + seconds
        while words not in (screen := self.run("capture-pane", "-p")):
            assert time.monotonic() < end, screen
            time.sleep(0.2)
        return screen


@pytest.fixture
def tmux(room, tmp_path, fresh_data):
    if not shutil.which("tmux"):
        pytest.skip("needs tmux: sudo apt install tmux")
    (tmp_path / "intents").mkdir()
    for name in ("clock.yaml", "timers.yaml"):
        shutil.copy(ROOT / "intents" / name, tmp_path / "intents")
    settings = SETTINGS.format(data=fresh_data, intents=tmp_path / "intents")
    (tmp_path / "config.toml").write_text(settings)
    command = [sys.executable, "-m", "assistant", "--config", str(tmp_path / "config.toml")]
    window = Tmux(tmp_path / "tmux", command, room.environment | {"PYTHONPATH": str(ROOT)})
    yield window
    if not window.has_ended():
        window.run("kill-server")


def test_it_is_spoken_and_typed_to(tmux, room):
    tmux.until("Listening")
    room.play(RECORDINGS / "set-a-timer-for-ten-minutes.wav")
    said = tmux.until("Timer set for 10 minutes.")
    assert "Set a timer for" in said
    tmux.run("send-keys", "-l", "what time is it in Tokyo")
    tmux.run("send-keys", "Enter")
    tmux.until("in Tokyo.")
    tmux.run("send-keys", "C-q")
    end = time.monotonic() + 20
    while not tmux.has_ended():
        assert time.monotonic() < end, "it goes on"
        time.sleep(0.2)
