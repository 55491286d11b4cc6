"""Paths, file names, versions, addresses and code as a person reads them aloud."""

from __future__ import annotations

import re
from collections.abc import Callable

_WORD = r"[\w.~@+-]+"
_EDGE = r"(?<![\w/\\.@~-])"
_EXTENSION = (
    "bash|bin|c|cfg|conf|cpp|css|csv|db|doc|docx|flac|gif|gz|h|html|ini|ipynb|jpeg|jpg|js|json|jsonl|log|md|mp3|mp4|onnx|"
    "pdf|png|pptx?|py|rs|rst|service|sh|sql|sqlite|svg|tar|tcss|toml|ts|tsv|txt|wav|webp|xlsx?|xml|ya?ml|zip"
)
_SAID = {"txt": "text", "jpg": "jpeg", "yml": "yaml", "etc": "E T C", "usr": "user", "src": "source", "tmp": "temp"}
_STAGES = {"rc": "release candidate", "a": "alpha", "b": "beta", "alpha": "alpha", "beta": "beta", "dev": "development"}
_KEYS = {"ctrl": "Control", "cmd": "Command", "alt": "Alt", "shift": "Shift", "esc": "Escape", "super": "Super"}

_ADDRESS = re.compile(r"(?:https?://|www\.)(?:www\.)?([\w.-]*\w)(?::\d+)?(?:/\S*?)?(?=[.,;:!?)]*(?:\s|$))")
_MAIL = re.compile(rf"{_EDGE}([\w.+-]*\w)@([\w-]+(?:\.[\w-]+)+)")
_PATH = re.compile(
    rf"{_EDGE}(?:~?/{_WORD}(?:/{_WORD})*/?|\.\.?/{_WORD}(?:/{_WORD})*/?|[A-Z]:\\[\w.\\~-]*[\w~-]"
    rf"|{_WORD}(?:/{_WORD})*/[\w-]+(?:\.[\w-]+)*\.(?:{_EXTENSION}))(?<![.-])(?![\w/])"
)
_FILE = re.compile(rf"{_EDGE}\.?[\w-]+(?:\.[\w-]+)*\.(?:{_EXTENSION})\b(?!\.?[\w/])")
_VERSION = re.compile(r"(?<![\w.])([vV]?)(\d+(?:\.\d+){2,})(?:[-.]?(rc|alpha|beta|dev|a|b)[-.]?(\d*))?(?![\w]|\.\d)")
_SHORT_VERSION = re.compile(r"(?<![\w.])v(?=\d+(?:\.\d+)*\b)")
_HOST_PORT = re.compile(rf"({_EDGE}(?:localhost|[\w-]+(?:\.[\w-]+)+)):(\d{{2,5}})(?!\d|:)")
_KEY = re.compile(rf"(?<!\w)({'|'.join(_KEYS)})\+(?=\w)", re.IGNORECASE)
_HIDDEN = re.compile(r"(?<!\S)\.(?=[a-z]\w+)")
_MEMBER = re.compile(r"(?<=\w)::(?=\w)")
_OPTION = re.compile(r"(?<![\w-])(--?)(?=[a-zA-Z])(?!-)([\w-]+)")


def said(text: str) -> str:
    """Return a line of prose with what is technical in it as words; all else stays as it is.

    >>> said("Edit ~/.config/assistant/config.toml and/or write to anna@example.org (v2.11.0-rc1).")
    'Edit home slash dot config slash assistant slash config dot toml and/or write to anna at example dot org \
(version 2 point 11 point 0 release candidate 1).'
    """
    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_MAIL, lambda found: f"{_dotted(found[1])} at {_dotted(found[2])}"),
        (_ADDRESS, lambda found: _dotted(found[1])),
        (_HOST_PORT, lambda found: f"{found[1]} port {found[2]}"),
        (_PATH, lambda found: _path(found[0])),
        (_FILE, lambda found: _dotted(found[0])),
        (_VERSION, _version),
        (_SHORT_VERSION, lambda _: "version "),
        (_HIDDEN, lambda _: "dot "),
        (_MEMBER, lambda _: ", "),
        (_KEY, lambda found: f"{_KEYS[found[1].lower()]} "),
    )
    for pattern, spoken in steps:
        text = pattern.sub(spoken, text)
    return re.sub(r"\bversion version\b", "version", text, flags=re.IGNORECASE)


def said_code(code: str) -> str:
    """Return a span of code as words: its signs become words or pauses, its names are taken apart.

    >>> said_code("pip install --no-deps faster_whisper==1.2.1"), said_code("decode(self, maxLength=5)")
    ('pip install dash dash no-deps faster whisper equals 1 point 2 point 1', 'decode, self, max Length equals 5')
    """
    text = said(_OPTION.sub(lambda found: " ".join([*["dash"] * len(found[1]), found[2]]), code))
    for pattern, spoken in (
        (r"(?<=[a-z])(?=[A-Z])", " "),
        (r"(?<=\w)[(\[{<]+(?=\w)|::|;|:(?=\w)", ", "),
        (r"[(){}\[\]<>\"'`$#*]+", " "),
        (r"\s*!={1,2}\s*", " is not "),
        (r"\s*={1,3}\s*", " equals "),
        (r"/+", " slash "),
        (r"\\+", " backslash "),
        (r"(?<=\w)_+(?=\w)|\s+", " "),
        (r" (?=,)", ""),
    ):
        text = re.sub(pattern, spoken, text)
    return text.strip(" ,")


def _path(path: str) -> str:
    """Return a path as words, each separator said."""
    path = re.sub(r"^~", "home", path)
    drive = re.sub(r"^([A-Z]):", r"\1 colon", path)
    parts = [part if part in ("/", "\\") else _dotted(part) for part in re.split(r"([/\\])", drive) if part]
    return " ".join({"/": "slash", "\\": "backslash"}.get(part, part) for part in parts)


def _dotted(name: str) -> str:
    """Return a name with its full stops said, and the parts that nobody can pronounce spelt."""
    return " ".join("dot" if part == "." else _part(part) for part in re.split(r"(\.)", name) if part)


def _part(part: str) -> str:
    known = _SAID.get(part.lower())
    if known or len(part) > 4 or re.search(r"[aeiouy\d_~-]", part, re.IGNORECASE):
        return known or part.replace("_", " ")
    return " ".join(part.upper())


def _version(found: re.Match[str]) -> str:
    """Return a version or the address of a machine as words; a date and an amount stay as they are."""
    letter, numbers, stage, count = found.groups()
    parts = numbers.split(".")
    is_amount = all(len(part) == 3 for part in parts[1:]) and (len(parts) == 3 or "000" in parts)
    if is_amount or (len(parts) == 3 and len(parts[2]) == 4):
        return found[0]
    joint = " dot " if len(parts) == 4 else " point "
    stage = f" {_STAGES[stage]} {count}".rstrip() if stage else ""
    return f"{'version ' if letter else ''}{joint.join(parts)}{stage}"
