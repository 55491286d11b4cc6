"""What is written in a picture, read by tesseract where that program is installed (Debian: tesseract-ocr)."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from functools import cache
from typing import Any


@cache
def reader() -> str | None:
    """Find the program; None where it is not installed."""
    return shutil.which("tesseract")


class ReadingBrokeOffError(Exception):
    """The words in a picture could not be read; the message is one line."""


def written_in(image: Any, least: float = 55.0, seconds: float = 100.0, smallest: int = 24) -> str:
    """Return the lines in a picture that are read with so much confidence of 100, by the mean of their words.

    Nothing is read in one with a side below the `smallest`, in pixels: it has no room for a word.

    A landscape gives such words by chance: two that are telling, or one line of several, must be there.

    Raises:
        ReadingBrokeOffError: the program took longer than so many seconds of a busy machine, or cannot be started.
    """
    program = reader()
    if program is None or min(image.size) < smallest:
        return ""
    content = io.BytesIO()
    _prepared(image).save(content, "PNG", compress_level=1)
    try:
        done = subprocess.run(
            [program, "stdin", "stdout", "--psm", "3", "tsv"],
            input=content.getvalue(),
            capture_output=True,
            timeout=seconds,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReadingBrokeOffError(f"its words are not read: tesseract took longer than {seconds:g} s") from None
    except OSError as error:
        raise ReadingBrokeOffError(f"its words are not read: tesseract: {error.strerror or error}") from None
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE)
    lines = dict[tuple[str, ...], list[tuple[str, float]]]()
    for row in rows:
        word = (row.get("text") or "").strip()
        if word and any(map(str.isalnum, word)):
            place = tuple(str(row.get(name)) for name in ("block_num", "par_num", "line_num"))
            lines.setdefault(place, []).append((word, float(row.get("conf") or -1)))
    sure = [[word for word, _ in line] for line in lines.values() if sum(conf for _, conf in line) >= least * len(line)]
    words = [word for line in sure for word in line if sum(map(str.isalnum, word)) > 2]
    return "\n".join(map(" ".join, sure))[:6000] if len(words) > 1 else ""


def _prepared(image: Any, longest: int = 2400, small: int = 800) -> Any:
    """Return a picture in grey, a large one smaller and a small one larger: letters of 20 to 40 px are read best."""
    grey = image.convert("L")
    side = max(grey.size)
    scale = min(3.0, longest / side) if side < small or side > longest else 2.0 if side < longest / 2 else 1.0
    if scale == 1.0:
        return grey
    return grey.resize(tuple(max(1, round(length * scale)) for length in grey.size))
