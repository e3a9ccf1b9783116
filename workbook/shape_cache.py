"""The cache of compiled books between runs, in a private folder of the user.

Its files become the text of workbooks, so only those are read that nobody else can have written:
files of the user in a folder of the user. Anything else costs another compilation, no more.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from ..engine.scenario import Scenario
from .atomic_write import atomic_write
from .code_version import code_hash
from .compiled_book import CompiledBook
from .errors import WorkbookError
from .languages.language import ENGLISH, language_of
from .layout.scenario_texts import names_of, shape_key
from .ooxml.zip_writer import Codec
from .rendering.theme import Theme

FOLDER = "SHOREWISE_CACHE"  # environment variable: another folder, or none if empty
_VARIANTS = 4  # books of one shape: names may take other lines or be equal
_SIZE_MAX = 256 << 20  # bytes; the largest workbook has 37 MB without its marks
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def compiled_shape(
    scenario: Scenario, theme: Theme | None, codec: Codec, language: str = ENGLISH
) -> CompiledBook:
    """The compiled book that fits a scenario, from the cache, or compiled and put there."""
    folder = _folder()
    if folder is None:
        return _compiled(scenario, theme, codec, language)
    named = names_of(scenario, language_of(language).say) | {"hash": ""}
    text = repr((code_hash(), shape_key(scenario), theme, language))
    stem = hashlib.sha256(text.encode()).hexdigest()[:32]
    free = None
    for n in range(_VARIANTS):
        path = folder / f"{stem}-{n}.json"
        found = None
        with contextlib.suppress(Exception):  # a damaged file is as good as none
            found = CompiledBook.loaded(_read(path), codec)
            if found and found.fits(scenario, named):
                return found
        if found is None and free is None and _may_be_replaced(path):
            free = path
    compiled = _compiled(scenario, theme, codec, language)
    if free:
        # Without the cache the next run takes longer, nothing else.
        with contextlib.suppress(OSError, WorkbookError):
            free.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(os.lstat(free.parent), stat.S_ISDIR):
                atomic_write(free, compiled.saved(), force=True, private=True)
    return compiled


def _compiled(scenario: Scenario, theme: Theme | None, codec: Codec, language: str) -> CompiledBook:
    from . import compilation  # with openpyxl, which takes longer to load than a book to fill

    return compilation.compile_scenario(scenario, theme, codec, language)


def _read(path: Path) -> bytes:
    """The content of a cache file; OSError if anybody else may have written it."""
    if not _is_private(os.lstat(path.parent), stat.S_ISDIR):
        raise PermissionError(path.parent)
    # Neither follow a link nor wait for the writer of a pipe.
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
    handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not _is_private(status, stat.S_ISREG) or status.st_size > _SIZE_MAX:
            raise PermissionError(path)
        return file.read()


def _is_private(status: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether only this user can write a file or folder; on Windows the profile is private."""
    if not is_kind(status.st_mode):
        return False
    if os.name == "nt":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _may_be_replaced(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _folder() -> Path | None:
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER]) if os.environ[FOLDER] else None
    import platformdirs

    return Path(platformdirs.user_cache_dir("shorewise", appauthor=False))
