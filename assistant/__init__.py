"""A private voice assistant: speech or text in, an action or an answer out, all on this machine."""

__version__ = "0.1.0"
