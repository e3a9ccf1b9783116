"""Folders of files for a host, written whole and never over a user's own."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ...engine.errors import ShorewiseError


class AddinError(ShorewiseError):
    """Files of an Excel host that cannot be written, read or started as they are."""


def write_folder(
    folder: str | Path,
    files: Mapping[str, bytes],
    *,
    force: bool = False,
    owned: Collection[str] = (),
    private: Collection[str] = (),
) -> list[Path]:
    """Write files into a folder; none where one of them must not be written.

    Parameters
    ----------
    folder : path
        Made where it does not exist.
    files : mapping of str to bytes
        Content by path within the folder, with slashes.
    force : bool
        Whether existing files are replaced.
    owned : collection of str
        Files that belong to the user once they are there: left alone even then.
    private : collection of str
        Files that nobody else may read.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    AddinError
        A file that is there already, or in the place of a folder, or cannot be written.
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
