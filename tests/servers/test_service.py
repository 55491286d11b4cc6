"""assistant service: a unit of systemd that it can read, or an autostart entry where there is none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from assistant.cli.main import main
from assistant.cli.output import ExitCode
from assistant.errors import AssistantError
from assistant.servers.service import Service

ODD = ("/opt/my python/bin/python", "-m", "assistant", "--config", '/home/a/100% "mine" $HOME\\x.toml', "serve")


@pytest.fixture
def systemctl(tmp_path, monkeypatch):
    """A systemctl that notes its arguments, answers as one that works, and fails at what `fails` holds."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "systemctl"
    program.write_text(
        f"""#!{sys.executable}
import pathlib, sys
here = pathlib.Path({str(tmp_path)!r})
with open(here / "asked", "a") as file:
    print(*sys.argv[1:], file=file)
fails = (here / "fails").read_text().split() if (here / "fails").exists() else []
if set(fails) & set(sys.argv):
    sys.exit("Failed to connect to bus: No medium found")
print({{"show-environment": "HOME=/root", "is-active": "active"}}.get(sys.argv[2], ""))
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return tmp_path


def asked(folder):
    return [line.removeprefix("--user ") for line in (folder / "asked").read_text().splitlines()]


def test_a_unit_is_written_started_told_and_removed(systemctl):
    service = Service(ODD, systemctl / "config")
    assert "it is started now and at each login" in service.install()
    assert asked(systemctl)[-3:] == ["daemon-reload", "enable assistant.service", "restart assistant.service"]
    assert service.status() == (True, f"{service.unit}: active")
    assert service.remove() == f"{service.unit}: removed"
    assert not service.unit.exists()
    assert "disable --now assistant.service" in asked(systemctl)
    assert service.status() == (False, "not installed: assistant service install")
    assert service.remove() == "it was not installed"


def test_systemd_that_does_not_start_it_is_one_line(systemctl):
    (systemctl / "fails").write_text("restart")
    with pytest.raises(AssistantError, match=r"systemctl --user restart assistant\.service: Failed to connect to bus"):
        Service(ODD, systemctl / "config").install()


def test_without_a_systemd_of_the_users_it_is_an_autostart_entry(systemctl):
    (systemctl / "fails").write_text("show-environment")
    service = Service(ODD, systemctl / "config")
    assert service.install().startswith(f"{service.entry}: starts it at the next login")
    assert not service.unit.exists()
    assert service.status() == (True, f"{service.entry}: starts it at login")
    assert service.remove() == f"{service.entry}: removed"


def test_the_autostart_entry_gives_the_arguments_as_they_are(tmp_path, monkeypatch):
    """Read as the specification says: the string's escapes, then those inside quotes."""
    monkeypatch.setenv("PATH", str(tmp_path))
    service = Service(ODD, tmp_path / "config")
    service.install()
    (line,) = [line for line in service.entry.read_text().splitlines() if line.startswith("Exec=")]
    text = line.removeprefix("Exec=").replace("\\\\", "\\")
    words, word, is_open, place = [], "", False, 0
    while place < len(text):
        sign = text[place]
        if sign == "\\" and is_open:
            place += 1
            word += text[place]
        elif sign == '"':
            words += [word] if is_open else []
            word, is_open = "", not is_open
        elif is_open:
            word += sign
        place += 1
    assert tuple(word.replace("%%", "%") for word in words) == ODD


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_finds_no_fault_in_the_unit(systemctl, monkeypatch):
    command = (sys.executable, "-m", "assistant", "--config", "/home/a/100% mine.toml", "serve")
    service = Service(command, systemctl / "config")
    service.install()
    monkeypatch.undo()
    verified = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(service.unit)], capture_output=True, text=True, check=False
    )
    assert "assistant.service" not in verified.stderr, verified.stderr


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "config").write_text("a file")
    with pytest.raises(AssistantError, match=r"assistant\.desktop: cannot be written: "):
        Service(ODD, tmp_path / "config").install()


def test_the_command_writes_its_own_program_and_config_into_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "own.toml").write_text("")
    shared = ["--config", str(tmp_path / "own.toml")]
    assert main([*shared, "service"]) == ExitCode.FAULT
    assert json.loads(capsys.readouterr().out)["detail"] == "not installed: assistant service install"
    assert main([*shared, "service", "install"]) == ExitCode.DONE
    entry = (tmp_path / "config" / "autostart" / "assistant.desktop").read_text()
    assert f'Exec="{sys.executable}" "-m" "assistant" "--config" "{tmp_path / "own.toml"}" "serve"' in entry
    assert main([*shared, "service", "status"]) == ExitCode.DONE
    assert main([*shared, "service", "remove"]) == ExitCode.DONE
    assert not (tmp_path / "config" / "autostart" / "assistant.desktop").exists()
