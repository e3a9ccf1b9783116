"""Folders of files for a host, in which no file of a user is overwritten."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ...engine.errors import ShorewiseError


class AddinError(ShorewiseError):
    """A file or setting of an Excel host that cannot be written, read or used."""


def write_folder(
    folder: str | Path,
    files: Mapping[str, bytes],
    *,
    force: bool = False,
    owned: Collection[str] = (),
    private: Collection[str] = (),
) -> list[Path]:
    """The files written into a folder; none if one of them exists and may not be replaced.

    Parameters
    ----------
    folder : path
        Created if it does not exist.
    files : mapping of str to bytes
        Content by path within the folder, with slashes.
    force : bool
        Replace existing files.
    owned : collection of str
        Files that belong to the user once they exist: never replaced.
    private : collection of str
        Files that only the user may read.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    AddinError
        A file that exists already, stands where a folder is needed, or cannot be written.
    """
    root = Path(folder)
    targets = {root / name: data for name, data in files.items()}
    hidden = {root / name for name in private}
    kept = {root / name for name in owned if os.path.lexists(root / name)}
    if not force:
        for target in targets:
            if target not in kept and os.path.lexists(target):
                raise AddinError(
                    f"{target}: exists already; force=True replaces it", parameters=["force"]
                )
    from ...workbook.atomic_write import atomic_write
    from ...workbook.errors import WorkbookError

    written = []
    for target, data in targets.items():
        if target in kept:
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            written.append(atomic_write(target, data, force=force, private=target in hidden))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise AddinError(f"{target.parent}: no folder can be made: {reason}") from None
        except WorkbookError as error:
            raise AddinError(str(error), parameters=error.parameters) from None
    return written
