"""The cache of compiled books between runs, in a private folder of the user.

Its files become the text of workbooks, so only those are read that nobody else can have written:
files of the user in a folder of the user. Anything else costs another compilation, no more.
"""

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from ..engine.scenario import Scenario
from .atomic_write import atomic_write
from .code_version import code_hash
from .compiled_book import CompiledBook
from .errors import WorkbookError
from .languages.language import ENGLISH, language_of
from .layout.scenario_texts import names_of, shape_key
from .ooxml.zip_writer import Codec
from .private_folder import is_private_folder, read_private
from .rendering.theme import Theme

FOLDER = "SHOREWISE_CACHE"  # environment variable: another folder, or none if empty
_VARIANTS = 4  # books of one shape: names may take other lines or be equal
_KEPT = 32  # books in the folder, of some 10 MB each; those used last stay
_SIZE_MAX = 256 << 20  # bytes; the largest workbook has 37 MB without its marks


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
            found = CompiledBook.loaded(read_private(path, _SIZE_MAX), codec)
            if found and found.fits(scenario, named):
                with contextlib.suppress(OSError):
                    os.utime(path)
                return found
        if found is None and free is None and _may_be_replaced(path):
            free = path
    compiled = _compiled(scenario, theme, codec, language)
    if free:
        # Without the cache the next run takes longer, nothing else.
        with contextlib.suppress(OSError, WorkbookError):
            free.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if is_private_folder(free.parent):
                atomic_write(free, compiled.saved(), force=True, private=True)
                _remove_oldest(free.parent)
    return compiled


def _remove_oldest(folder: Path) -> None:
    """Remove the books that have not been used for longest, such as those of earlier versions."""
    books = sorted(folder.glob("*-[0-9].json"), key=lambda path: path.lstat().st_mtime)
    for path in books[:-_KEPT]:
        path.unlink(missing_ok=True)


def _compiled(scenario: Scenario, theme: Theme | None, codec: Codec, language: str) -> CompiledBook:
    from . import compilation  # with openpyxl, which takes longer to load than a book to fill

    return compilation.compile_scenario(scenario, theme, codec, language)


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
