"""Rows out of a damaged file, which SQLite need not be able to open.

Every page that may be a leaf of a table is read for itself, as https://sqlite.org/fileformat2.html lays it out: neither
the header of the file nor its schema nor the pages above are needed. A row is known by its sum. One whose sum is wrong
is tried with each of its bits turned, which mends a single flipped bit; a page whose bytes do not add up is searched
for rows at every place.
"""

from __future__ import annotations

import contextlib
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from assistant.actions.database.tables import TABLES, Rows, Values, row_sum

_UNREADABLE = (ValueError, IndexError, KeyError, OverflowError, struct.error)
"""Errors of reading what is no row."""


class _Page(IntEnum):
    """First bytes of a page."""

    FREE_OR_OVERFLOW = 0x00
    INDEX_INNER = 0x02
    TABLE_INNER = 0x05
    INDEX_LEAF = 0x0A
    TABLE_LEAF = 0x0D


@dataclass(slots=True)
class Salvage:
    """All that a damaged file gives."""

    rows: Rows = field(default_factory=lambda: {table.name: {} for table in TABLES})
    doubtful: set[tuple[str, int]] = field(default_factory=set)
    """Table and id of the rows that are not as they were written."""
    unreadable: int = 0
    """Rows and pages that could not be read."""

    @property
    def is_complete(self) -> bool:
        """True if every row is there as it was written."""
        return not self.unreadable and not self.doubtful

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


class _Cell(NamedTuple):
    """A row where it lies in its page."""

    table: str
    values: Values
    end: int
    """Offset of the byte behind it."""
    is_right: bool
    """True if the sum is that of the values."""


def salvage(file: Path) -> Salvage:
    """Read all rows that a file and the log beside it hold.

    Raises:
        OSError: it cannot be read.
    """
    content, log = file.read_bytes(), b""
    with contextlib.suppress(OSError):
        log = file.with_name(f"{file.name}-wal").read_bytes()
    sizes = dict.fromkeys((4096, int.from_bytes(content[16:18], "big")))
    attempts = [
        _Reader(content, log, size, has_sums).read()
        for size in sizes
        for has_sums in (True, False)
        if size >= 512 and not size & (size - 1)
    ]
    return max(attempts, key=lambda attempt: (len(attempt) - len(attempt.doubtful), -attempt.unreadable))


class _Reader:
    """The pages of one file; rows of version 1 have no sums.

    Turned bits are tried for `patience` seconds in all: a short row takes some milliseconds.
    """

    def __init__(self, content: bytes, log: bytes, size: int, has_sums: bool, patience: float = 2.0) -> None:
        self._size = size
        starts = range(0, len(content), size)
        self._pages = {number: content[start : start + size] for number, start in enumerate(starts, 1)}
        self._pages |= _logged(log, size)
        self._has_sums = has_sums
        self._deadline = time.monotonic() + patience
        self._salvage = Salvage()

    def read(self) -> Salvage:
        """Read every page."""
        for number, page in self._pages.items():
            page = page.ljust(self._size, b"\0")
            if number > 1 and (page[0] ^ _Page.TABLE_LEAF).bit_count() <= 1:
                self._read_leaf(page)
        self._salvage.unreadable += self._lost_pages()
        return self._salvage

    def _read_leaf(self, page: bytes) -> None:
        """Take the cells that a page points to and, where its bytes do not add up, those that it does not point to."""
        ends, is_ours = list[tuple[int, int]](), False
        for place in self._places(page):
            cell = self._cell(page, place)
            if (cell is None or not cell.is_right) and page[0] == _Page.TABLE_LEAF:
                cell = self._mended(page, place) or cell
            if cell is not None and (cell.is_right or page[0] == _Page.TABLE_LEAF):
                is_ours |= self._take(cell)
                ends.append((place, cell.end))
            elif page[0] == _Page.TABLE_LEAF and not self._is_foreign(page, place):
                self._salvage.unreadable += 1
        if not self._has_sums or self._adds_up(page, ends) or not (page[0] == _Page.TABLE_LEAF or is_ours):
            return
        for place in range(8, self._size - 4):
            cell = self._cell(page, place)
            if cell is not None and cell.is_right and cell.values[0] not in self._salvage.rows[cell.table]:
                self._take(cell)

    def _take(self, cell: _Cell) -> bool:
        """Keep a row, unless a better one with its id is there; True for one that is right."""
        key, rows = (cell.table, cell.values[0]), self._salvage.rows[cell.table]
        if cell.values[0] not in rows or (cell.is_right and key in self._salvage.doubtful):
            rows[cell.values[0]] = cell.values
            self._salvage.doubtful.discard(key)
            if not cell.is_right:
                self._salvage.doubtful.add(key)
        return cell.is_right

    def _places(self, page: bytes) -> Sequence[int]:
        count = min(int.from_bytes(page[3:5], "big"), (self._size - 8) // 2)
        places = struct.unpack_from(f">{count}H", page, 8)
        return [place for place in dict.fromkeys(places) if 8 <= place < self._size]

    def _adds_up(self, page: bytes, ends: Sequence[tuple[int, int]]) -> bool:
        """True if cells, free blocks and fragments fill the page from the first to the last byte of its content."""
        free, start, fragments = int.from_bytes(page[1:3], "big"), int.from_bytes(page[5:7], "big"), page[7]
        total, count = fragments + sum(end - place for place, end in ends), 0
        while free and count < self._size // 4 and free + 4 <= self._size:
            total += int.from_bytes(page[free + 2 : free + 4], "big")
            free, count = int.from_bytes(page[free : free + 2], "big"), count + 1
        return total == self._size - (start or 65536) and len(ends) == int.from_bytes(page[3:5], "big")

    # -- one cell

    def _cell(self, page: bytes, place: int) -> _Cell | None:
        """Read the cell at a place; None where no row of ours lies there."""
        try:
            number, record, end = self._record(page, place)
            values = _values(record)
            if not values or values[0] is not None:
                return None
            return self._row((number, *values[1:]), end)
        except _UNREADABLE:
            return None

    def _row(self, values: Values, end: int) -> _Cell | None:
        for table in TABLES:
            if (row := table.row(table.grown(values[:-1]))) is not None and isinstance(values[-1], int):
                is_right = row_sum(*row[: len(values) - 1]) == values[-1]
                return _Cell(table.name, row, end, is_right and self._has_sums)
            if not self._has_sums and (row := table.row(table.grown(values))) is not None:
                return _Cell(table.name, row, end, not any("\ufffd" in v for v in row if isinstance(v, str)))
        return None

    def _mended(self, page: bytes, place: int) -> _Cell | None:
        """Try the cell with each of its bits turned; None where no trial gives a row that is right."""
        if not self._has_sums:
            return None
        following = min((other for other in self._places(page) if other > place), default=self._size)
        local = bytearray(page)
        for _ in self._turned(local, range(place, following)):
            cell = self._cell(bytes(local), place)
            if cell is not None and cell.is_right:
                return cell
        with contextlib.suppress(*_UNREADABLE):  # a long record goes on in other pages
            number, record, end = self._record(page, place)
            whole = bytearray(record)
            for _ in self._turned(whole, range(self._size - 35, len(whole))):
                cell = self._row((number, *_values(bytes(whole))[1:]), end)
                if cell is not None and cell.is_right:
                    return cell
        return None

    def _turned(self, content: bytearray, places: Iterable[int]) -> Iterator[None]:
        """Turn one bit after the other, in place, as long as there is time."""
        for place in places:
            for bit in range(8):
                content[place] ^= 1 << bit
                yield
                content[place] ^= 1 << bit
            if time.monotonic() > self._deadline:
                return

    def _is_foreign(self, page: bytes, place: int) -> bool:
        """True for a whole row of another table: SQLite's own have a text or a blob where ours have their id."""
        try:
            return isinstance(_values(self._record(page, place)[1])[0], str | bytes)
        except _UNREADABLE:
            return False

    def _record(self, page: bytes, place: int) -> tuple[int, bytes, int]:
        """Read row id, record and end of a cell, the pages among them that a long record overflows into."""
        length, place = _varint(page, place)
        number, place = _varint(page, place)
        most = self._size - 35
        if length <= most:
            if place + length > self._size:
                raise ValueError
            return number, page[place : place + length], place + length
        if length > self._size * len(self._pages):
            raise ValueError
        least = (self._size - 12) * 32 // 255 - 23
        local = least + (length - least) % (self._size - 4)
        local = local if local <= most else least
        record, end = page[place : place + local], place + local + 4
        following = int.from_bytes(page[end - 4 : end], "big")
        while len(record) < length:
            overflow = self._pages[following]
            record += overflow[4:]
            following = int.from_bytes(overflow[:4], "big")
        return number, record[:length], end

    # -- pages that are lost

    def _lost_pages(self) -> int:
        """Count the pages that are none of SQLite's, or empty although they are not free, or cut off."""
        header = self._pages[1][:100] if 1 in self._pages else b""
        pages, free = int.from_bytes(header[28:32], "big"), int.from_bytes(header[36:40], "big")
        odd = sum(page[0] not in tuple(_Page) for number, page in self._pages.items() if number > 1)
        empty = sum(not any(page) for page in self._pages.values())
        return odd + max(0, empty - free) + max(0, pages - len(self._pages))


def _logged(log: bytes, size: int) -> Mapping[int, bytes]:
    """Return the pages of a write-ahead log as of its last commit."""
    pages, pending = dict[int, bytes](), dict[int, bytes]()
    for start in range(32, len(log) - size - 23, size + 24):
        number, commit = struct.unpack_from(">II", log, start)
        if log[start + 8 : start + 16] != log[16:24]:  # left from before the log was begun anew
            break
        pending[number] = log[start + 24 : start + 24 + size]
        if commit:
            pages |= pending
            pending = {}
    return pages


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and the place behind it."""
    value = 0
    for count in range(8):
        byte = content[place + count]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + count + 1
    return value << 8 | content[place + 8], place + 9


def _values(record: bytes) -> list[Any]:
    """Return the columns of a record.

    Raises:
        ValueError: it is no record.
    """
    length, place = _varint(record, 0)
    kinds = list[int]()
    while place < length:
        kind, place = _varint(record, place)
        kinds.append(kind)
    if place != length:
        raise ValueError
    return list(_columns(record, place, kinds))


def _columns(record: bytes, place: int, kinds: Sequence[int]) -> Iterator[Any]:
    widths = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
    for kind in kinds:
        width = widths[kind] if kind < 10 else (kind - 12) // 2
        content = record[place : place + width]
        place += width
        if kind in (10, 11) or len(content) < width:
            raise ValueError
        match kind:
            case 0:
                yield None
            case 7:
                yield struct.unpack(">d", content)[0]
            case 8 | 9:
                yield kind - 8
            case _ if kind < 7:
                yield int.from_bytes(content, "big", signed=True)
            case _:
                yield content.decode("utf-8", "replace") if kind % 2 else content
    if place != len(record):
        raise ValueError
