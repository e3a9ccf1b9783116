"""The user settings of xlwings, a text file that lists the modules with functions.

Each line is a pair of quoted texts. Lines of other programs are kept byte for byte. The line
SHOREWISE records which setting an installation added, so that uninstalling removes only that.
"""

import locale
import re
import sys
from pathlib import Path
from typing import NamedTuple

import xlwings as xw

from .folder import AddinError

MODULE = "shorewise.udfs"
MODULES, NOTE = "UDF MODULES", "SHOREWISE"
_PAIR = re.compile(r'\s*"([^"]*)"\s*,\s*"([^"]*)"\s*')
_SIZE_MAX = 1_000_000  # bytes; a settings file has a few hundred


class Change(NamedTuple):
    """A change of a settings file: its path, the text before and after, and messages."""

    path: Path
    before: str | None
    after: str
    messages: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether the text differs."""
        return self.after != (self.before or "")

    def write(self) -> None:
        """Write the file if its text differs.

        Raises
        ------
        AddinError
            The file cannot be written.
        """
        if not self.changes:
            return
        from ...workbook.atomic_write import atomic_write
        from ...workbook.errors import WorkbookError

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            data = self.after.encode(locale.getencoding(), "surrogateescape")
            atomic_write(self.path, data, force=True)
        except UnicodeEncodeError:
            raise AddinError(
                f"{sys.executable}: the encoding of this computer cannot write this path into the "
                "settings of xlwings; install Python at a path in ASCII letters"
            ) from None
        except (OSError, WorkbookError) as error:
            raise AddinError(f"{self.path}: cannot be written: {error}") from None


def install(path: str | Path | None = None, interpreter: str | None = None) -> Change:
    """The change that adds the functions to the settings, and the interpreter if none is set.

    Parameters
    ----------
    path : path, optional
        The settings file; by default that of the current user.
    interpreter : str, optional
        Path of the Python interpreter with Shorewise; by default the running one.

    Returns
    -------
    Change

    Raises
    ------
    AddinError
        The file cannot be read, or cannot hold the path of the interpreter.
    """
    file = _Settings(path)
    wanted, key = path_to_python(interpreter or sys.executable), _interpreter_key()
    modules = _modules(file.get(MODULES))
    messages = []
    if MODULE in modules:
        messages.append(f"{MODULES} names {MODULE} already")
    else:
        file.set(MODULES, ";".join([*modules, MODULE]))
        messages.append(f"{MODULES}: {MODULE} added")
    found = file.get(key)
    if not found:
        file.set(key, wanted)
        file.set(NOTE, f"{key}={wanted}")
        messages.append(f"{key}: {wanted}")
    elif found != wanted:
        messages.append(
            f"{key} stays {found}: install Shorewise there too, or change it to {wanted}"
        )
    return file.change(messages)


def uninstall(path: str | Path | None = None) -> Change:
    """The change that removes the functions and all else that the installation added.

    Parameters
    ----------
    path : path, optional
        The settings file; by default that of the current user.

    Returns
    -------
    Change

    Raises
    ------
    AddinError
        The file cannot be read.
    """
    file = _Settings(path)
    modules, messages = _modules(file.get(MODULES)), []
    if MODULE in modules:
        file.set(MODULES, ";".join(one for one in modules if one != MODULE))
        messages.append(f"{MODULES}: {MODULE} removed")
    else:
        messages.append(f"{MODULES} does not name {MODULE}")
    key, _, value = (file.get(NOTE) or "").partition("=")
    if key:
        file.set(NOTE, "")
        if file.get(key) == value:
            file.set(key, "")
            messages.append(f"{key}: removed")
    return file.change(messages)


def path_to_python(path: str) -> str:
    """The path of an interpreter, checked for use in the settings of xlwings.

    Raises
    ------
    AddinError
        It has a quote or a non-printing character, or starts with "=" like a formula.
    """
    if '"' in path or path.startswith("=") or not path.isprintable():
        raise AddinError(f"{path!r}: the settings of xlwings cannot hold this path")
    return path


def _interpreter_key() -> str:
    return "INTERPRETER_MAC" if sys.platform == "darwin" else "INTERPRETER_WIN"


def _modules(value: str | None) -> list[str]:
    return [one.strip() for one in (value or "").split(";") if one.strip()]


class _Settings:
    """The lines of a settings file, including those that are not settings."""

    def __init__(self, path: str | Path | None):
        self.path = Path(path or xw.USER_CONFIG_FILE)
        self.before: str | None = None
        try:
            with open(self.path, "rb") as file:
                data = file.read(_SIZE_MAX + 1)
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise AddinError(f"{self.path}: cannot be read: {error.strerror or error}") from None
        else:
            self.before = data.decode(locale.getencoding(), "surrogateescape")
        if len(data) > _SIZE_MAX:
            raise AddinError(
                f"{self.path}: over {_SIZE_MAX:,} bytes, so this is not a settings file"
            )
        self.lines = (self.before or "").splitlines(keepends=True)
        self.end = "\r\n" if "\r\n" in (self.before or "\r\n" * (sys.platform == "win32")) else "\n"

    def get(self, name: str) -> str | None:
        """The value of a setting: the first of that name, ignoring case, as in xlwings."""
        for line in self.lines:
            pair = _PAIR.fullmatch(line)
            if pair and pair[1].lower() == name.lower():
                return pair[2]
        return None

    def set(self, name: str, value: str) -> None:
        """Set the first setting of that name, or append it; an empty value removes it."""
        for number, line in enumerate(self.lines):
            pair = _PAIR.fullmatch(line)
            if pair and pair[1].lower() == name.lower():
                before, after = line[: pair.start(2)], line[pair.end(2) :]
                self.lines[number : number + 1] = [before + value + after] if value else []
                return
        if value:
            if self.lines and not self.lines[-1].endswith(("\n", "\r")):
                self.lines[-1] += self.end
            self.lines.append(f'"{name}","{value}"{self.end}')

    def change(self, messages: list[str]) -> Change:
        """The change from the original text to the current lines."""
        return Change(self.path, self.before, "".join(self.lines), tuple(messages))
