"""The file `assistant.db`: opened for one short transaction, made whole where it is damaged.

Every call opens the file and closes it: a file that is moved, or written by another process, is never held on to. What
is written at every turn goes through a connection that stays open, unless the file is another by now.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from assistant.actions.database import repair
from assistant.actions.database.connection import DamagedRowError, all_rows, condition, connect, is_damage
from assistant.errors import ActionError
from assistant.file_lock import file_lock


class DatabaseFile:
    """The file `assistant.db` in a folder; both are made when they are first needed.

    Args:
        folder: the data folder.
        patience: seconds to wait for other processes that write: two hundred at once, on a machine that is busy.
    """

    def __init__(self, folder: Path, patience: float = 60.0) -> None:
        self.path = folder / "assistant.db"
        self.notice = ""
        """One line where the file was mended."""
        self._patience = patience
        self._is_checked = False
        self._lock = threading.Lock()
        self._held: tuple[int, sqlite3.Connection] | None = None
        """Number of the file, and the connection to it that stays open."""
        self._appending = threading.Lock()

    @contextlib.contextmanager
    def transaction(self, write: bool = True) -> Iterator[sqlite3.Connection]:
        """Open the file for the statements of one transaction, committed where none of them fails.

        Raises:
            ActionError: the file can be neither read nor made; one line.
        """
        try:
            self._check()
            with contextlib.closing(self._opened(write)) as db:
                yield db
                db.execute("COMMIT")
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise ActionError(self._line(error)) from error

    @contextlib.contextmanager
    def appending(self, patience: float = 2.0) -> Iterator[sqlite3.Connection]:
        """Write in one transaction without waiting for the disk: 0.05 ms in place of 6, for what every turn writes.

        What was committed survives the end of the process, however it comes; a power cut may take the last of it.

        Raises:
            ActionError: the file can be neither written nor made; one line.
        """
        with self._appending:
            try:
                self._check()
                db = self._open_connection(patience)
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except (sqlite3.Error, OSError, UnicodeError) as error:
                self._let_go()
                raise ActionError(self._line(error)) from error

    def _open_connection(self, patience: float) -> sqlite3.Connection:
        """The connection that stays open; a new one where another file is in the place of its own."""
        number = self.path.stat().st_ino
        if self._held is None or self._held[0] != number:
            self._let_go()
            self._held = number, connect(self.path, patience=patience, shared=True)
            self._held[1].execute("PRAGMA synchronous = NORMAL")
        return self._held[1]

    def __del__(self) -> None:
        """Close the connection that stays open."""
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held[1].close()
            self._held = None

    def back_up(self) -> None:
        """Keep a copy of the file, at most one a day."""
        repair.back_up(self.path)

    def examine(self) -> str:
        """Read every row, mend the file where one is not as it was written, and return what is in it.

        Raises:
            ActionError: it cannot be read.
        """
        with self.transaction(write=False):
            pass
        try:
            rows = all_rows(self.path)
        except sqlite3.Error as error:
            line = self._line(error)
            if not is_damage(error):
                raise ActionError(line) from error
            rows = all_rows(self.path)
        return repair.summary(self.path, rows)

    def _opened(self, write: bool) -> sqlite3.Connection:
        """Connect to the file and begin a transaction."""
        try:
            return self._begun("rw", write)
        except sqlite3.OperationalError:
            if write or not self._can_be_read_alone():
                raise
            return self._begun("ro&immutable=1", write=False)

    def _begun(self, mode: str, write: bool) -> sqlite3.Connection:
        """Connect and begin a transaction, so that whatever keeps the file from being used is told here."""
        db = connect(self.path, mode, self._patience)
        try:
            db.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            db.execute("SELECT 1 FROM sqlite_master").fetchone()
        except BaseException:
            db.close()
            raise
        return db

    def _can_be_read_alone(self) -> bool:
        """True if all that was written is in the file itself, which is read then although nothing can be written."""
        log = Path(f"{self.path}-wal")
        return self.path.is_file() and not (log.exists() and log.stat().st_size)

    def _check(self) -> None:
        """Examine the file, once for each process, and make it whole."""
        with self._lock:
            if not self._is_checked or not self.path.exists():
                self._examine()

    def _examine(self) -> None:
        try:
            found = condition(self.path)
        except sqlite3.OperationalError:
            if self._can_be_read_alone():  # on a full disk, say, it is read as it is
                return
            raise
        if found != "whole":
            with file_lock(self.path.with_suffix(".lock")):
                if (found := condition(self.path)) != "whole":
                    self.notice = repair.mend(self.path, found) or self.notice
        self._is_checked = True

    def _mend(self) -> str:
        """Make a file whole that was damaged while it was in use, and return the line for the user."""
        with self._lock, file_lock(self.path.with_suffix(".lock")):
            found = condition(self.path)
            if found == "whole":
                try:
                    all_rows(self.path)
                except DamagedRowError:
                    found = "damaged"
                else:  # the rows are right: an index over them is not, or another process was quicker
                    repair.reindex(self.path)
                    self.notice = self.notice or f"{self.path}: an index of it was damaged, and was made anew"
                    return self.notice
            self.notice = repair.mend(self.path, found) or self.notice
            return self.notice

    def _line(self, error: Exception) -> str:
        """Say a fault of SQLite or of the folder as one line for the user."""
        if is_damage(error):
            try:
                notice = self._mend()
            except (sqlite3.Error, OSError) as fault:
                return f"{self.path}: damaged, and cannot be mended: {fault}"
            return f"{notice}; say it again" if notice else f"{self.path}: {error}"
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        if code == sqlite3.SQLITE_BUSY:
            return f"{self.path}: other programs have held it for {self._patience:g} seconds; try again"
        if code == sqlite3.SQLITE_FULL or self._is_disk_full():
            return f"{self.path}: the disk is full, so nothing can be changed in notes, lists and timers: make room"
        if isinstance(error, UnicodeEncodeError):
            return "that cannot be kept: it holds characters that are none"
        if isinstance(error, OSError) or code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            place = getattr(error, "filename", None) or self.path
            return (
                f"{place}: cannot be written, so there are no notes, lists and timers: "
                "make it writable or name another folder with --data-dir or [paths] data"
            )
        return f"{self.path}: {error}"

    def _is_disk_full(self, least: int = 65_536) -> bool:
        """True if fewer bytes are free than SQLite needs for its own files beside an open one."""
        with contextlib.suppress(OSError):
            return shutil.disk_usage(self.path.parent).free < least
        return False
