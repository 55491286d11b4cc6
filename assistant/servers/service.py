"""`assistant serve` started by the desktop: a systemd unit of the user's, else an XDG autostart entry."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from assistant.errors import AssistantError
from assistant.private_file import private_folder, write

_UNIT = """[Unit]
Description=Assistant, a private voice assistant, for other programs
Documentation=https://www.freedesktop.org/software/systemd/man/systemd.service.html

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""

_ENTRY = """[Desktop Entry]
Type=Application
Name=Assistant
Comment=A private voice assistant, for other programs
Exec={command}
Terminal=false
"""


class Service:
    """The service of one user: installed, asked for its state, removed.

    Args:
        command: program and arguments that serve.
        config: folder of the user's settings, `~/.config`.
    """

    def __init__(self, command: tuple[str, ...], config: Path | None = None) -> None:
        self._command = command
        config = config or Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
        self.unit = config / "systemd" / "user" / "assistant.service"
        self.entry = config / "autostart" / "assistant.desktop"

    def install(self) -> str:
        """Have it started now and at each login, and return a line that tells how.

        Raises:
            AssistantError: the file cannot be written, or systemd does not start it.
        """
        if not _has_systemd():
            _write(self.entry, _ENTRY.format(command=" ".join(map(_quoted_for_desktop, self._command))))
            return f"{self.entry}: starts it at the next login; there is no systemd of yours to start it now"
        _write(self.unit, _UNIT.format(command=" ".join(map(_quoted_for_systemd, self._command))))
        _systemctl("daemon-reload")
        _systemctl("enable", "assistant.service")
        _systemctl("restart", "assistant.service")  # with the command as it is now, also where it ran already
        return f"{self.unit}: it is started now and at each login; journalctl --user -u assistant tells what it does"

    def status(self) -> tuple[bool, str]:
        """Return True where it is installed and, as far as that is known, runs; and a line that tells it."""
        if self.unit.is_file():
            state = _asked("is-active", "assistant.service") or "unknown: there is no systemd of yours"
            return state == "active", f"{self.unit}: {state}"
        if self.entry.is_file():
            return True, f"{self.entry}: starts it at login"
        return False, "not installed: assistant service install"

    def remove(self) -> str:
        """End it and start it no more; return a line that tells it.

        Raises:
            AssistantError: the file cannot be deleted.
        """
        files = [file for file in (self.unit, self.entry) if file.is_file() or file.is_symlink()]
        if self.unit in files and _has_systemd():
            _asked("disable", "--now", "assistant.service")
        for file in files:
            try:
                file.unlink()
            except OSError as error:
                raise AssistantError(f"{file}: cannot be deleted: {error.strerror}") from None
        if self.unit in files and _has_systemd():
            _asked("daemon-reload")
        return f"{' and '.join(map(str, files))}: removed" if files else "it was not installed"


def _has_systemd() -> bool:
    """Tell of a service manager of the user's that answers: a container has the program and no manager."""
    return shutil.which("systemctl") is not None and _asked("show-environment") != ""


def _asked(*arguments: str) -> str:
    """Return the first line that systemctl writes; empty where it fails without a word."""
    return (_run(*arguments).stdout.splitlines() or [""])[0].strip()


def _systemctl(*arguments: str) -> None:
    result = _run(*arguments)
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[0]
        raise AssistantError(f"systemctl --user {shlex.join(arguments)}: {reason}")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["systemctl", "--user", *arguments]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=30, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _write(file: Path, text: str) -> None:
    try:
        private_folder(file.parent)
        write(file, text)
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror or error}") from None


def _quoted_for_systemd(word: str) -> str:
    """Quote an argument as systemd.service(5) reads it: `%` and `$` mean something there."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _quoted_for_desktop(word: str) -> str:
    """Quote an argument as the Desktop Entry Specification reads `Exec`: escaped in quotes, then as a string."""
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, f"\\{sign}")
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'
