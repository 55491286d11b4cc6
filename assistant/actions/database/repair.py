"""A file that is missing, damaged or of an older version made whole, and its backups.

A whole file is written beside it and moved into its place in one step; a process that is killed on the way leaves
either the old one or a mended one that the next process moves there. A damaged file is kept.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from assistant.actions.database.connection import (
    SIDECARS,
    Condition,
    all_rows,
    connect,
    older_rows,
    unfinished,
)
from assistant.actions.database.salvage import Salvage, salvage
from assistant.actions.database.tables import BY_NAME, TABLES, VERSION, Rows, Values
from assistant.language import spoken
from assistant.private_file import descriptor, set_aside

_DAY = timedelta(hours=20)
"""Time after which a change is worth another backup: a little less than a day, for who starts it every morning."""


def mend(file: Path, found: Condition) -> str:
    """Make a file whole and return the line that tells the user; nothing to tell of a new file.

    For the holder of the file's lock.

    Raises:
        sqlite3.Error: the file cannot be written.
        OSError: likewise.
    """
    match found:
        case "unfinished":
            _put_in_place(file)
        case "absent":
            backup, rows = _from_backup(file)
            _write(file, rows)
            if any(rows.values()):
                return f"{file}: was missing; {_counted(rows)} are back from the backup of {_date(backup)}"
        case "older version":
            try:
                rows = older_rows(file)
            except sqlite3.DatabaseError:
                return _mend_damaged(file)
            _write(file, rows)
        case "damaged":
            return _mend_damaged(file)
    return ""


def reindex(file: Path) -> None:
    """Make the indexes of a file anew from its rows.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    with contextlib.closing(connect(file)) as db:
        db.execute("REINDEX")


def back_up(file: Path) -> None:
    """Copy a whole file, at most once a day and only where it has changed; the oldest of three copies goes.

    A copy that cannot be made is no error: the next start tries again.
    """
    newest, draft = backups(file)[0], file.with_name(f"{file.name}.backup")
    with contextlib.suppress(OSError, sqlite3.Error):
        changed = file.stat().st_mtime
        if newest.exists() and changed - newest.stat().st_mtime < _DAY.total_seconds():
            return
        if draft.exists() and abs(time.time() - draft.stat().st_mtime) < 60:  # another process is at it
            return
        draft.unlink(missing_ok=True)
        os.close(descriptor(draft, os.O_EXCL))
        try:
            with contextlib.closing(connect(file, "ro")) as source, contextlib.closing(connect(draft)) as target:
                source.backup(target)
            if not any(all_rows(draft).values()):
                draft.unlink()  # nothing to lose yet
                return
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        for older, newer in zip(backups(file)[:0:-1], backups(file)[-2::-1], strict=True):
            if newer.exists():
                newer.replace(older)
        draft.replace(newest)


def backups(file: Path, generations: int = 3) -> tuple[Path, ...]:
    """Names of the backups, each of another day, the newest first; they need not exist."""
    return tuple(file.with_name(f"{file.name}.backup-{number + 1}") for number in range(generations))


def _mend_damaged(file: Path) -> str:
    """Write all that a damaged file gives, and the rest as its backup has it; keep the file."""
    saved = Salvage()
    with contextlib.suppress(OSError):  # a folder, say
        saved = salvage(file)
    backup, added = None, 0
    if not saved.is_complete or not len(saved):
        backup, rows = _from_backup(file)
        added = _fill_in(saved, rows)
    aside = file.with_name(f"{file.name}.damaged-{datetime.now():%Y%m%d-%H%M%S}")
    _write(file, saved.rows, aside)
    parts = [f"{_counted(saved.rows)} were saved"]
    if added:
        parts[0] += f", {added} of them from the backup of {_date(backup)}"
    if saved.doubtful:
        texts = [f"“{_text(saved.rows[table][number])}”" for table, number in sorted(saved.doubtful)]
        parts.append(f"not as they were written: {spoken.joined(texts[:3])}{', ...' if texts[3:] else ''}")
    if saved.unreadable > added:
        parts.append(f"{spoken.count(saved.unreadable - added, 'piece')} could not be read")
    return f"{file}: damaged; {'; '.join(parts)}; the damaged file is kept as {aside.name}"


def _fill_in(saved: Salvage, backup: Rows) -> int:
    """Take rows of a backup that were not found, or not as they were written, and return their number."""
    count = 0
    for table, rows in backup.items():
        for number, row in rows.items():
            is_missing = number not in saved.rows[table] or (table, number) in saved.doubtful
            if is_missing and not _is_over(table, row):
                saved.rows[table][number] = row
                saved.doubtful.discard((table, number))
                count += 1
    return count


def _is_over(table: str, row: Values) -> bool:
    """True of a timer or a planned command that is due by now: it has rung, or was run, since the backup was made."""
    values = dict(zip(BY_NAME[table].columns, row, strict=True))
    return "due" in values and values["due"] < time.time() and not values["rule"]


def _from_backup(file: Path) -> tuple[Path | None, Rows]:
    """Return the newest backup that holds anything, and its rows."""
    for backup in backups(file):
        with contextlib.suppress(OSError):
            saved = salvage(backup)
            if len(saved):
                return backup, saved.rows
    return None, {table.name: {} for table in TABLES}


# -- writing ----------------------------------------------------------------------------------


def _write(file: Path, rows: Rows, aside: Path | None = None) -> None:
    """Write a whole file into the place of another, which is kept where `aside` names a place."""
    draft = file.with_name(f"{file.name}.draft")
    for stale in (draft, *(Path(f"{draft}{ending}") for ending in (*SIDECARS, "-journal"))):
        stale.unlink(missing_ok=True)
    os.close(descriptor(draft, os.O_EXCL))
    try:
        with contextlib.closing(connect(draft)) as db:
            db.execute("PRAGMA page_size = 4096")
            db.execute("BEGIN")
            for table in TABLES:
                db.execute(table.statement)
                columns = ", ".join(table.columns)
                places = ", ".join("?" for _ in table.columns)
                statement = f"INSERT OR IGNORE INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608
                db.executemany(statement, rows[table.name].values())
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if aside is not None:
        _keep(file, aside)
    draft.replace(unfinished(file))
    _put_in_place(file)


def _put_in_place(file: Path) -> None:
    """Move the mended file into its place; the log of the one before must not be read as its own."""
    for place in (Path(f"{file}{ending}") for ending in (*SIDECARS, "")):
        if place.is_dir():
            set_aside(place)
        elif place != file:
            place.unlink(missing_ok=True)
    unfinished(file).replace(file)
    with _opened(file.parent) as folder:
        os.fsync(folder)


def _keep(file: Path, aside: Path) -> None:
    for ending in ("", *SIDECARS):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            shutil.copy2(f"{file}{ending}", f"{aside}{ending}")


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


# -- telling ----------------------------------------------------------------------------------


def summary(file: Path, rows: Rows) -> str:
    """Content of a file and the days of its backups, in one line."""
    days = [_date(backup) for backup in backups(file) if backup.exists()]
    return f"{file}: {_counted(rows)}; {f'backups of {spoken.joined(days)}' if days else 'no backup yet'}"


def _counted(rows: Rows) -> str:
    nouns = {"notes": "note", "items": "list item", "timers": "timer"}
    counts = [spoken.count(len(rows[table]), noun) for table, noun in nouns.items()]
    rarer = {"schedule": "planned command", "turns": "turn"}
    counts += [spoken.count(len(rows[table]), noun) for table, noun in rarer.items() if rows[table]]
    return spoken.joined(counts)


def _date(backup: Path | None) -> str:
    return f"{datetime.fromtimestamp(backup.stat().st_mtime):%Y-%m-%d}" if backup else ""


def _text(row: Values) -> str:
    """Return the words of a row, one line of them."""
    words = next((value for value in reversed(row) if isinstance(value, str) and value), "")
    return " ".join(words.split())[:60]
