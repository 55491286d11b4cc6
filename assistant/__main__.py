"""`python -m assistant` is the same as `assistant`."""

import sys


def run() -> int:
    """Run one command and return its exit code, also where it is broken off while it is still being loaded."""
    try:
        from assistant.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
