"""Compiled templates, kept between runs in a folder of the user's."""

import contextlib
import hashlib
import os
from pathlib import Path

from ...engine.scenario import Scenario
from ..errors import WorkbookError
from ..package import Codec
from ..template import Template, key_of
from ..theme import Theme
from ..write import write_whole
from .code import code_hash

FOLDER = "SHOREWISE_CACHE"  # environment variable: another folder, or none if empty
_VARIANTS = 4  # of one shape: names may take other lines


def template_of(scenario: Scenario, theme: Theme | None, codec: Codec) -> Template:
    """The template that fits a scenario, from the folder or compiled and kept there."""
    folder = _folder()
    if folder is None:
        return Template.compiled(scenario, theme, codec)
    text = repr((code_hash(), key_of(scenario), theme))
    stem = hashlib.sha256(text.encode()).hexdigest()[:32]
    free = None
    for n in range(_VARIANTS):
        path = folder / f"{stem}-{n}.json"
        try:
            found = Template.loaded(path.read_bytes(), codec)
        except OSError:
            found = None
        if found and found.fits(scenario):
            return found
        if found is None and free is None:
            free = path
    template = Template.compiled(scenario, theme, codec)
    if free:
        # A folder that cannot be written costs time, nothing else.
        with contextlib.suppress(OSError, WorkbookError):
            free.parent.mkdir(parents=True, exist_ok=True)
            write_whole(free, template.saved(), force=True)
    return template


def _folder() -> Path | None:
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER]) if os.environ[FOLDER] else None
    import platformdirs

    return Path(platformdirs.user_cache_dir("shorewise", appauthor=False))
