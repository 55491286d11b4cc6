"""Faults of the program itself: all of one in a file, and one line for whoever waits."""

from __future__ import annotations

import contextlib
import traceback
from pathlib import Path

from assistant.outlet.secrets import redacted
from assistant.outlet.terminal import printable
from assistant.private_file import appending


def logged(error: BaseException, log: Path) -> str:
    """Write the traceback of an error to the end of a file, and return the line that tells a user of it.

    Secrets are blanked in both; a file that cannot be written is passed over.
    """
    with contextlib.suppress(OSError), appending(log) as file:
        file.write(printable(redacted("".join(traceback.format_exception(error)))))
    return f"a fault in the assistant itself ({redacted(repr(error))}); see {log}"
