"""`python -m assistant` is the same as `assistant`."""

import gc
import sys


def run() -> int:
    """Run one command and return its exit code, also where it is broken off while it is still being loaded."""
    gc.set_threshold(50_000)  # a start makes 300,000 objects that stay; to look through them again and again took 0.1 s
    try:
        from assistant.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
