"""`python -m assistant` is the same as `assistant`."""

from __future__ import annotations

import gc
import signal
import sys
import threading


def run() -> int:
    """Run one command and return its exit code, also where it is broken off while it is still being loaded."""
    sys.unraisablehook = _interrupt_again
    # A start makes 300,000 objects that stay: each is looked at once, in steps too short to hold up a key.
    gc.set_threshold(20_000, 100)
    try:
        from assistant.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


def _interrupt_again(lost: sys.UnraisableHookArgs) -> None:
    """Interrupt the main thread again where a callback of the interpreter, as of an import, lost the interrupt."""
    if lost.exc_type is KeyboardInterrupt:
        main = threading.main_thread().ident
        later = threading.Timer(0.02, signal.pthread_kill, (main, signal.SIGINT))  # in here it would be lost once more
        later.daemon = True
        later.start()
    else:
        sys.__unraisablehook__(lost)


if __name__ == "__main__":
    sys.exit(run())
