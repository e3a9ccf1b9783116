"""The base of results that are written as a workbook."""

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme


class Written(ABC):
    """A result that is written as a workbook with live formulas."""

    def write(
        self,
        path: str | os.PathLike[str],
        *,
        force: bool = False,
        theme: "Theme | str | os.PathLike[str] | None" = None,
        language: str = "en",
    ) -> Path:
        """Write the workbook of this result, whose totals are live.

        Parameters
        ----------
        path : path
            The file to write; its name ends in .xlsx.
        force : bool
            Whether to replace an existing file.
        theme : Theme or path, optional
            Font, colours and logo, or the path of a theme file; by default the embedded theme.
        language : str
            Code of the language of its texts: "en", or "de" for German.

        Returns
        -------
        Path
            Absolute path of the file.

        Raises
        ------
        WorkbookError
            The file exists already or cannot be written, or its name does not end in .xlsx; a
            language that is not known.
        """
        from .workbook_files import theme_of

        return self._write(Path(path), force, theme_of(theme), language)

    @abstractmethod
    def _write(self, path: Path, force: bool, theme: "Theme | None", language: str) -> Path:
        """Write the workbook in a theme that has been read."""
