"""Writing the files of a host into a folder, without overwriting a user's files."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ...engine.errors import ShorewiseError


class AddinError(ShorewiseError):
    """A file or setting of a host that cannot be written, read or used."""


def write_folder(
    folder: str | Path,
    files: Mapping[str, bytes],
    *,
    force: bool = False,
    owned: Collection[str] = (),
    private: Collection[str] = (),
) -> list[Path]:
    """Write files into a folder, or none if one exists and must not be replaced.

    Parameters
    ----------
    folder : path
        Created if it does not exist.
    files : mapping of str to bytes
        Content by path relative to the folder, with slashes.
    force : bool
        Whether to replace existing files.
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
        A file exists already, is in place of a needed folder, or cannot be written.
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
            raise AddinError(f"{target.parent}: the folder cannot be created: {reason}") from None
        except WorkbookError as error:
            raise AddinError(str(error), parameters=error.parameters) from None
    return written
