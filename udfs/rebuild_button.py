"""The button *Rebuild* of the macro workbook: another open workbook, made again in another shape.

Its sheet Rebuild is the form. The macro calls :func:`main` through xlwings.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..engine.errors import ScenarioError, ShorewiseError
from ..engine.reshaping import Changes
from ..workbook.errors import WorkbookError
from ..workbook.macros import ANSWER, FIELDS, FORM
from ..workbook.rebuilding import rebuild

_MARK = "shorewise_format"  # a defined name that every comparison workbook has
_SUFFIX = " rebuilt.xlsx"


def main() -> None:
    """Make the workbook that the form names again, and write what came of it on the form."""
    import xlwings as xw

    caller = xw.Book.caller()
    form = caller.sheets[FORM]
    form[ANSWER].value = "Working ..."
    try:
        given = {name: form[cell].value for name, cell in FIELDS.items()}
        answer = rebuilt(given, caller)
    except (ShorewiseError, OSError) as error:
        answer = f"Nothing was written. {error}"
    form[ANSWER].value = answer


def rebuilt(given: Mapping[str, Any], caller: Any) -> str:
    """What came of making a workbook again, in sentences.

    Parameters
    ----------
    given : mapping of str to value
        The cells of the form by field; None for an empty one.
    caller : xlwings.Book
        The macro workbook; the workbook to make again is open beside it.

    Raises
    ------
    ShorewiseError
        No workbook or more than one, one that is not saved, or what ``rebuild`` refuses.
    """
    words = {name: _text(value) for name, value in given.items() if name != "months"}
    book = _chosen(words["workbook"], caller)
    path = _saved(book)
    changes = Changes(
        plans=_added(words["plan"]),
        sites=_added(words["site"]),
        roles=_added(words["role"]),
        months=_months(given["months"]),
    )
    if changes == Changes():
        raise ScenarioError("the form asks for no change; fill in a plan, a site, a role or months")
    name = words["output"] or f"{path.stem}{_SUFFIX}"
    if Path(name).name != name:
        raise WorkbookError(f"{name}: must be a file name without a folder, such as New.xlsx")
    if path.with_name(name).exists():
        raise WorkbookError(f"{name}: is there already; enter another name in cell New file")
    done = rebuild(path, path.with_name(name), changes)
    left = (f"Not carried over: {one}." for one in done.left_behind)
    notes = (f"Note: {one}." for one in (*done.notes, *done.scenario.assumed))
    return "\n".join((f"Wrote {done.path}.", *notes, *left))


def _chosen(name: str, caller: Any) -> Any:
    """The open comparison workbook of a name, or the only one."""
    others = [one for one in caller.app.books if one.name != caller.name]
    found = [one for one in others if _MARK in one.names]
    names = ", ".join(one.name for one in found)
    if name:
        found = [one for one in found if one.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if not names:
        raise WorkbookError("no comparison workbook of Shorewise is open; open the one to rebuild")
    if name:
        raise WorkbookError(f"{name}: no open comparison workbook; open are {names}")
    raise WorkbookError(f"several are open: {names}; enter the name of one in cell Workbook")


def _saved(book: Any) -> Path:
    """The file of an open workbook, which must have all its changes and be on this computer."""
    from xlwings import XlwingsError

    try:
        path = book.fullname  # of a synchronised folder where xlwings finds it
    except XlwingsError as error:
        message = "is not on this computer; save a copy in a local folder"
        raise WorkbookError(f"{book.name}: {message}") from error
    if not Path(path).is_file():
        raise WorkbookError(f"{book.name}: was never saved; save it first")
    if not book.api.Saved:
        raise WorkbookError(f"{book.name}: has changes that are not saved; save it first")
    return Path(path)


def _added(text: str) -> dict[str, str]:
    """A name to add with what it starts from, as the command line has it; {} for an empty text."""
    name, equals, like = text.rpartition("=")
    if not text:
        return {}
    return {name.strip(): like.strip()} if equals else {text: ""}


def _months(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise ScenarioError(f"Months is {value!r}; it must be a whole number, such as 60")
    return int(value)


def _text(value: Any) -> str:
    """The text of a cell; a name that looks like a number is read as one by Excel."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value).strip()
