"""The words of passages on disk: an index of SQLite (FTS5), searched by BM25 (Robertson and Zaragoza 2009)."""

from __future__ import annotations

import contextlib
import math
import os
import re
import sqlite3
import threading
from collections.abc import Collection, Mapping
from pathlib import Path

from assistant.authoring.documents.passage import DocumentSet, Passage, without_marks
from assistant.private_file import descriptor

_WORD = re.compile(r"[^\W_]+")
_TABLES = """
create virtual table if not exists words using fts5(headings, body, tokenize = 'porter unicode61 remove_diacritics 2');
create table if not exists passages (place integer primary key, key text unique);
create table if not exists made_from (digest text);
"""


class WordIndex:
    """The words of all passages, kept in a file beside the vectors; in memory where there is no folder.

    It follows the documents by content: what is unchanged is not read again. Safe to use from several threads. A file
    that cannot be used is made anew, and where that fails the index is kept in memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / "words.db" if folder else None
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None
        self._digest = ""
        self._count = 0
        self._rarities = dict[str, float]()
        """Of the words that were asked for since the documents changed last."""

    def search(self, documents: DocumentSet, words: Collection[str], n: int, heading: float = 2.0) -> dict[str, float]:
        """Return the keys of the n passages that hold the words, with their BM25, best first.

        A word of the headings or of the document's name weighs `heading` times as much as one of the text.
        """
        if not words:
            return {}
        with self._lock:
            ask = (
                "select key, score from (select rowid, -bm25(words, ?, 1.0) as score from words where words match ? "
                "order by score desc limit ?) join passages on place = rowid order by score desc"
            )
            rows = self._following(documents).execute(ask, (heading, " OR ".join(map(_quoted, words)), n))
            return {key: score for key, score in rows if key in documents.places}

    def rarity(self, documents: DocumentSet, word: str) -> float:
        """Return the weight of a word: its inverse frequency among the passages, of which 0 holds least."""
        with self._lock:
            connection = self._following(documents)
            if word not in self._rarities:
                ask = "select count(*) from words where words match ?"
                (held,) = connection.execute(ask, (_quoted(word),)).fetchone()
                self._rarities[word] = math.log(1 + (self._count - held + 0.5) / (held + 0.5))
            return self._rarities[word]

    @property
    def rarest(self) -> float:
        """The rarity of a word that no passage holds."""
        return math.log(1 + (self._count + 0.5) / 0.5)

    def holding(self, documents: DocumentSet, word: str, keys: Collection[str], column: str = "") -> set[str]:
        """Return those of the passages that hold a word, inflected or not, at all or in a column: `headings`."""
        with self._lock:
            connection = self._following(documents)
            match = f"{column} : {_quoted(word)}" if column else _quoted(word)
            marks = ",".join("?" * len(keys))
            ask = f"select key from passages join words on words.rowid = place where key in ({marks}) and words match ?"  # noqa: S608
            return {key for (key,) in connection.execute(ask, (*keys, match))}

    def with_word(self, documents: DocumentSet, word: str, most: int = 5000) -> list[str]:
        """List the keys of up to `most` passages whose text holds a word, inflected or not."""
        with self._lock:
            ask = "select key from words join passages on words.rowid = place where words match ? limit ?"
            return [key for (key,) in self._following(documents).execute(ask, (f"body : {_quoted(word)}", most))]

    def is_held(self, documents: DocumentSet, word: str) -> bool:
        """True of a word that a passage holds."""
        with self._lock:
            ask = "select 1 from words where words match ? limit 1"
            return self._following(documents).execute(ask, (_quoted(word),)).fetchone() is not None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._open:
                self._open.close()
            self._open, self._digest = None, ""

    def _following(self, documents: DocumentSet) -> sqlite3.Connection:
        """Return the index in step with the documents."""
        if self._open is None or self._digest != documents.digest:
            try:
                self._open = self._open or self._opened(self._file)
                self._follow(self._open, documents)
            except (OSError, sqlite3.Error):
                self.close()
                if self._file is not None:
                    with contextlib.suppress(OSError):
                        self._file.unlink(missing_ok=True)
                self._open = self._opened(None)
                self._follow(self._open, documents)
            self._digest = documents.digest
            self._rarities.clear()
            (self._count,) = self._open.execute("select count(*) from passages").fetchone()
        return self._open

    def _opened(self, file: Path | None) -> sqlite3.Connection:
        if file is not None:
            os.close(descriptor(file))  # made for its owner alone
        connection = sqlite3.connect(file or ":memory:", timeout=10, check_same_thread=False, isolation_level=None)
        connection.executescript(_TABLES)
        return connection

    def _follow(self, connection: sqlite3.Connection, documents: DocumentSet) -> None:
        """Take in the passages that are new and forget those that are no more, in one step."""
        made_from = connection.execute("select digest from made_from").fetchone()
        if made_from == (documents.digest,):
            return
        connection.execute("begin immediate")
        try:
            places: Mapping[str, int] = dict(connection.execute("select key, place from passages"))
            gone = [(place,) for key, place in places.items() if key not in documents.places]
            connection.executemany("delete from words where rowid = ?", gone)
            connection.executemany("delete from passages where place = ?", gone)
            first = max(places.values(), default=0) + 1
            fresh = [key for key in documents.places if key not in places]
            connection.executemany("insert into passages values (?, ?)", enumerate(fresh, first))
            rows = ((first + number, *_columns(documents.passage(key))) for number, key in enumerate(fresh))
            connection.executemany("insert into words (rowid, headings, body) values (?, ?, ?)", rows)
            connection.execute("delete from made_from")
            connection.execute("insert into made_from values (?)", (documents.digest,))
            connection.execute("commit")
        except BaseException:
            connection.execute("rollback")
            raise


def split(text: str) -> list[str]:
    """Return the words of a text as the index has them, in lower case: `--max-size` is two.

    >>> split("What's --max-size?")
    ['what', 's', 'max', 'size']
    """
    return _WORD.findall(text.casefold())


def named(passage: Passage) -> str:
    """Return the words of a document's name and of the headings above a passage."""
    return " ".join((*split(passage.name), *passage.headings))


def _columns(passage: Passage) -> tuple[str, str]:
    return " ".join(split(named(passage))), " ".join(split(without_marks(passage.text)))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
