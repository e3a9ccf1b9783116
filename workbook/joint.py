"""How the model stands in a joined workbook: the prefix of its sheets and names.

A joined workbook is a user's own, with the model's sheets in it (:mod:`.template.joining`). The
defined name ``shorewise_joined`` keeps the prefix, so that the model can be read and checked there.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from openpyxl.worksheet.formula import ArrayFormula

from .ooxml.load import Loaded
from .ooxml.package import Package
from .ooxml.renaming import Renaming
from .ooxml.safe_open import JOINED


class Joint(NamedTuple):
    """The prefix of the model's sheets in a joined workbook, "" for none."""

    prefix: str

    @property
    def formula(self) -> str:
        """The formula of the name that keeps it."""
        return '"' + self.prefix.replace('"', '""') + '"'

    @property
    def of_names(self) -> str:
        """What stands before defined names that the user's workbook has too."""
        word = re.sub(r"\W+", "_", self.prefix).strip("_")
        return f"{'' if word[:1].isalpha() else '_'}{word}_"

    def renaming(self, titles: Iterable[str], names: Iterable[str]) -> Renaming:
        """From titles and names of the joined workbook back to the model's own."""
        if not self.prefix:
            return Renaming({}, {})
        start = self.of_names.casefold()
        return Renaming(
            {one: one[len(self.prefix) :] for one in titles if one.startswith(self.prefix)},
            {one: one[len(start) :] for one in names if one.casefold().startswith(start)},
        )


def joint_of(package: Package) -> Joint | None:
    """The joint of a joined workbook; None for any other."""
    for one in package.book.findall("{*}definedNames/{*}definedName"):
        if one.get("name") == JOINED and one.get("localSheetId") is None:
            text = (one.text or "").strip()
            return Joint(text[1:-1].replace('""', '"') if len(text) > 1 else "")
    return None


def only_model(loaded: Loaded, joint: Joint, titles: Iterable[str]) -> Loaded:
    """A joined workbook as the model's own: without other sheets, under its own titles and names.

    Parameters
    ----------
    loaded : Loaded
        It is changed.
    joint : Joint
    titles : iterable of str
        Titles that sheets of the model may have.
    """
    own = {*titles}
    for book in filter(None, (loaded.formulas, loaded.values)):
        renaming = joint.renaming(book.sheetnames, book.defined_names)
        back = renaming.titles
        for sheet in book.worksheets:
            title = back.get(sheet.title.casefold(), "" if joint.prefix else sheet.title)
            if title not in own:
                book.remove(sheet)
                continue
            sheet._WorkbookChild__title = title  # its setter would look for equal titles
            if renaming.titles and book is loaded.formulas:
                _rename_formulas(sheet, renaming)
        _rename_names(book, joint, renaming)
    return loaded


def _rename_formulas(sheet: Any, renaming: Renaming) -> None:
    for cell in sheet._cells.values():
        if cell.data_type != "f":
            continue
        value = cell._value
        if isinstance(value, str):
            cell._value = renaming.formula(value)
        elif isinstance(value, ArrayFormula) and isinstance(value.text, str):
            value.text = renaming.formula(value.text)


def _rename_names(book: Any, joint: Joint, renaming: Renaming) -> None:
    """Give names their own form back; of two, that with the prefix is the model's."""
    own = {}
    for name, defined in book.defined_names.items():
        is_prefixed = joint.prefix and name.casefold() in renaming.names
        new = renaming.name(name) if is_prefixed else name
        if is_prefixed or new not in own:
            defined.attr_text = renaming.formula(defined.attr_text or "")
            own[new] = defined
    for name in [*book.defined_names]:
        del book.defined_names[name]
    for name, defined in own.items():
        defined.name = name
        book.defined_names[name] = defined
