"""The addresses that a process and all its children call, as strace sees them from outside.

A native library that opens sockets of its own is seen like any other, and so is a process that lives on by itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

CALLS = "connect,sendto,sendmsg,sendmmsg,io_uring_setup"
"""All ways to send to an address; through a ring of its own the kernel would do it unseen."""

_FOUR = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)')
_SIX = re.compile(r'sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"')
_RESOLVER = re.compile(r'sun_path="([^"]*(?:resolve|avahi)[^"]*)"')
"""Sockets of services that look names up on behalf of others."""

_SILENCING = {"ORT_DISABLE_TELEMETRY", "ANONYMIZED_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"}


def unsilenced() -> dict[str, str]:
    """Return the environment without proxies, folders, and what the assistant silences libraries by.

    A test must not do that for it.
    """
    dropped = {name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("XDG_")} | _SILENCING
    return {name: value for name, value in os.environ.items() if name not in dropped}


def untraceable() -> str:
    """Say why nothing can be traced here; empty where it can."""
    if shutil.which("strace") is None:
        return "needs strace: sudo apt install strace"
    trial = subprocess.run([*traced(Path("/dev/null")), "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {trial.stderr.strip()}" if trial.returncode else ""


def traced(log: Path) -> list[str]:
    """The beginning of a command whose calls go into a log."""
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(log)]


def called(log: Path) -> set[str]:
    """Return all that was called: `address:port`, or the socket of a service that looks names up."""
    lines = log.read_text(encoding="utf-8", errors="replace")
    hosts = {f"{address}:{port}" for pattern in (_FOUR, _SIX) for port, address in pattern.findall(lines)}
    unseen = {"io_uring"} if "io_uring_setup(" in lines else set()
    return hosts | set(_RESOLVER.findall(lines)) | unseen
