"""Workbooks edited and saved by LibreOffice through UNO, as somebody does who works in them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SOFFICE = "soffice"
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Edits"/></library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edits"
 script:language="StarBasic"><![CDATA[{}]]></script:module>
"""
_HIDDEN = 'Array(Prop("Hidden", True))'
_START = """
Function Prop(name, value)
  Dim made As New com.sun.star.beans.PropertyValue
  made.Name = name
  made.Value = value
  Prop = made
End Function
Function Cell(doc, sheet, address)
  Cell = doc.Sheets.getByName(sheet).getCellRangeByName(address)
End Function
Sub Saved(doc, url)
  doc.calculateAll()
  doc.storeToURL(url, Array(Prop("FilterName", "Calc MS Excel 2007 XML")))
End Sub
"""


class Typed(NamedTuple):
    """A value typed into a cell; None to empty it."""

    sheet: str
    cell: str
    value: str | float | None


def edited(source: Path, tasks: Mapping[str, list[Typed]], folder: Path) -> dict[str, Path]:
    """The workbook with the edits of each task, recalculated and saved, in one LibreOffice."""
    made = {name: folder / f"{number}.xlsx" for number, name in enumerate(tasks)}
    _work_in(source, "".join(_task(tasks[name], path) for name, path in made.items()), folder)
    return made


def with_lines_inserted(source: Path, lines: list[tuple[str, str, int, int]], made: Path) -> None:
    """The workbook with rows or columns inserted: sheet, axis, after which, and how many.

    The last positions come first, so that all are those of the source.
    """
    steps = "".join(
        f"doc.Sheets.getByName({_text(sheet)}).{axis.title()}s.insertByIndex({after}, {count})\n"
        for sheet, axis, after, count in sorted(lines, key=lambda line: -line[2])
    )
    _work_in(source, f"{steps}Saved(doc, {_text(made.as_uri())})\n", made.parent)


def _work_in(source: Path, steps: str, folder: Path) -> None:
    """Run Basic statements on a workbook, which they call doc."""
    load = f'StarDesktop.loadComponentFromURL({_text(source.as_uri())}, "_blank", 0, {_HIDDEN})'
    main = f"Sub Main\ndoc = {load}\n{steps}doc.close(True)\nStarDesktop.terminate()\nEnd Sub\n"
    profile = folder / "editing"
    _run(profile, "--terminate_after_init")  # the first start writes an empty library
    library = profile / "user" / "basic" / "Standard"
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    module = _MODULE.format(_START + main)
    (library / "Edits.xba").write_text(module, encoding="utf-8")
    _run(profile, "macro:///Standard.Edits.Main")


def _run(profile: Path, argument: str) -> None:
    command = [_SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, argument], check=True, capture_output=True, timeout=120)


def _task(edits: list[Typed], path: Path) -> str:
    """The Basic statements that type the values, save the workbook and take the values back."""
    cells = [f"Cell(doc, {_text(edit.sheet)}, {_text(edit.cell)})" for edit in edits]
    before = [f"old{n} = {cell}.Formula\n" for n, cell in enumerate(cells)]
    type_in = [f"{cell}.{_typed(e.value)}\n" for cell, e in zip(cells, edits, strict=True)]
    after = [f"{cell}.Formula = old{n}\n" for n, cell in enumerate(cells)]
    return "".join([*before, *type_in, f"Saved(doc, {_text(path.as_uri())})\n", *after])


def _typed(value: str | float | None) -> str:
    if value is None:
        return 'Formula = ""'
    return f"String = {_text(value)}" if isinstance(value, str) else f"Value = {value!r}"


def _text(value: str) -> str:
    """A Basic string."""
    return '"' + value.replace('"', '""') + '"'
