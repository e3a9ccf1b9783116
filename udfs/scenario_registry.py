"""The scenarios that cells stand for: kept in memory, on a desktop also in a folder of the user.

A scenario cell shows a text such as "Scenario 3f2a9c: 4 plans, 4 sites". Its digits are the first
of the SHA-256 of the tables: six, or as many as tell it from all others that are known.
"""

import contextlib
import os
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from pathlib import Path

from ..engine.errors import DomainError
from .scenario_contents import counts, digits_of, is_content

OWNER: ContextVar[str | None] = ContextVar("owner", default=None)
"""The user of a server to whom scenarios belong; None where there is no server."""

FOLDER = "SHOREWISE_SCENARIO_FOLDER"  # environment variable: another folder, or none if empty
SHOWN = 6  # digits of a scenario cell, unless two contents begin with the same ones
_USER_BYTES, _ALL_BYTES = 32 << 20, 256 << 20  # of contents in memory: of one user, and of all
_NAMES = 20_000  # of contents of one user, of which some are no longer in memory
_FILES, _FILE_BYTES = 500, 4 << 20  # in the folder, and the size of each
_TEXT = re.compile(r"Scenario ([0-9a-f]{6,64}): ([0-9]+) plans?, ([0-9]+) sites?")
_START = re.compile(r"Scenario [0-9a-f]{6,64}\b")
_NAME = re.compile(r"[0-9a-f]{64}\.json")
RECALCULATE = "recalculate all cells (Ctrl+Alt+F9)"


def is_scenario_text(cell: object) -> bool:
    """Whether the value of a cell begins as that of a scenario cell does."""
    return isinstance(cell, str) and bool(_START.match(cell))


class _OfUser:
    """The scenarios of one user, the least recently used first."""

    def __init__(self) -> None:
        self.contents: OrderedDict[str, str] = OrderedDict()  # by all digits
        self.names: OrderedDict[str, str] = OrderedDict()  # all digits, by those that are shown
        self.shown: dict[str, str] = {}  # the digits that are shown, by all of them
        self.bytes = 0

    def put(self, digits: str, content: str) -> None:
        if digits not in self.contents:
            self.contents[digits] = content
            self.bytes += len(content)
        self.contents.move_to_end(digits)

    def name(self, shown: str, digits: str) -> None:
        self.names[shown] = digits
        self.names.move_to_end(shown)
        self.shown.setdefault(digits, shown)

    def drop_oldest_name(self) -> None:
        shown, digits = self.names.popitem(last=False)
        if self.shown.get(digits) == shown:
            del self.shown[digits]

    def drop_oldest(self) -> None:
        _, content = self.contents.popitem(last=False)
        self.bytes -= len(content)


class Registry:
    """Contents of scenarios by the texts of their cells, for each user of a server apart.

    Parameters
    ----------
    user_bytes, all_bytes : int
        Size of the contents in memory, of one user and of all; the least recently used are dropped.
    files : int
        How many contents the folder keeps: the most recently used ones.
    digest : callable
        The digits of a content, 64 of them.
    """

    def __init__(
        self,
        user_bytes: int = _USER_BYTES,
        all_bytes: int = _ALL_BYTES,
        files: int = _FILES,
        digest: Callable[[str], str] = digits_of,
    ):
        self._user_bytes, self._all_bytes = user_bytes, all_bytes
        self._files, self._digest = files, digest
        self._users: OrderedDict[str | None, _OfUser] = OrderedDict()
        self._lock = threading.RLock()

    def keep(self, content: str) -> str:
        """Keep a content, and return the text of its cell."""
        digits, folder = self._digest(content), _folder()
        with self._lock:
            user = self._user()
            shown = self._shown(user, digits, _stored_names(folder))
            user.put(digits, content)
            user.name(shown, digits)
            self._drop_surplus(user)
        if folder:
            self._store(folder, digits, content)
        return _text(shown, content)

    def find(self, text: str) -> str:
        """The content that the text of a cell stands for.

        Raises
        ------
        DomainError
            A text of another form, of a content that is not known, or with wrong counts.
        """
        match = _TEXT.fullmatch(text)
        if not match:
            raise DomainError(
                f"{text[:40]!r} is no scenario: point to the cell with SHORE_SCENARIO or SHORE_SET"
            )
        shown, folder = match[1], _folder()
        with self._lock:
            user = self._user()
            digits = user.names.get(shown, "")
            content = user.contents.get(digits)
            if content:
                user.contents.move_to_end(digits)
        if content is None and folder:
            content = self._from_folder(folder, shown, digits)
        if content is None or _text(shown, content) != text:
            raise DomainError(f"scenario {shown} is not known here any more: {RECALCULATE}")
        return content

    def _user(self) -> _OfUser:
        owner = OWNER.get()
        found = self._users.setdefault(owner, _OfUser())
        self._users.move_to_end(owner)
        return found

    def _shown(self, user: _OfUser, digits: str, stored: Iterable[str]) -> str:
        """The fewest digits, six or more, with which no other known content begins."""
        if digits in user.shown:
            return user.shown[digits]
        length = SHOWN
        near = {
            one
            for one in (*user.shown, *stored)
            if one.startswith(digits[:SHOWN]) and one != digits
        }
        while any(one.startswith(digits[:length]) for one in near):
            length += 1
        return digits[:length]

    def _from_folder(self, folder: Path, shown: str, digits: str) -> str | None:
        """A content from the folder, if exactly one stored there has the digits of a cell."""
        found = [name for name in _stored_names(folder) if name.startswith(digits or shown)]
        content = self._load(folder, found[0]) if len(found) == 1 else None
        if content:
            with self._lock:
                user = self._user()
                user.put(found[0], content)
                user.name(shown, found[0])
                self._drop_surplus(user)
        return content

    def _drop_surplus(self, user: _OfUser) -> None:
        while user.bytes > self._user_bytes and len(user.contents) > 1:
            user.drop_oldest()
        while len(user.names) > _NAMES:
            user.drop_oldest_name()
        while sum(one.bytes for one in self._users.values()) > self._all_bytes:
            largest = max(self._users.values(), key=lambda one: one.bytes)
            if len(largest.contents) <= 1:
                break
            largest.drop_oldest()

    def _store(self, folder: Path, digits: str, content: str) -> None:
        """Keep a content in the folder; without it a restart of Python costs a recalculation."""
        from ..workbook.atomic_write import atomic_write
        from ..workbook.errors import WorkbookError
        from ..workbook.private_folder import is_private_folder

        path, data = folder / f"{digits}.json", content.encode()
        with contextlib.suppress(OSError, WorkbookError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if len(data) > _FILE_BYTES or not is_private_folder(folder):
                return
            if self._load(folder, digits) == content:
                os.utime(path)  # the least recently used files are the first to go
                return
            atomic_write(path, data, force=True, private=True)
            files = [folder / f"{name}.json" for name in _stored_names(folder)]
            oldest = sorted(files, key=lambda one: one.stat().st_mtime)
            for surplus in oldest[: max(0, len(files) - self._files)]:
                surplus.unlink(missing_ok=True)

    def _load(self, folder: Path, digits: str) -> str | None:
        """The content in a file; None if it is damaged, or somebody else may have written it."""
        from ..workbook.private_folder import read_private

        with contextlib.suppress(OSError, UnicodeDecodeError):
            content = read_private(folder / f"{digits}.json", _FILE_BYTES).decode()
            if is_content(content) and self._digest(content) == digits:
                return content
        return None


def _text(shown: str, content: str) -> str:
    """The text of a scenario cell."""
    plans, sites = counts(content)
    return f"Scenario {shown}: {_many(plans, 'plan')}, {_many(sites, 'site')}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _folder() -> Path | None:
    """The folder in which scenarios outlive Python; None on servers, and where there is none."""
    if OWNER.get() is not None or os.environ.get("XLWINGS_ON_SERVER", "").lower() == "true":
        return None
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER]) if os.environ[FOLDER] else None
    if sys.platform != "win32":  # where no add-in starts Python anew
        return None
    import platformdirs

    return Path(platformdirs.user_cache_dir("shorewise", appauthor=False)) / "scenarios"


def _stored_names(folder: Path | None) -> list[str]:
    """All digits of the contents in the folder."""
    if not folder:
        return []
    with contextlib.suppress(OSError):
        return [name[:64] for name in os.listdir(folder) if _NAME.fullmatch(name)]
    return []


REGISTRY = Registry()
