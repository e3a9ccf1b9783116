"""Workbooks that call the functions, computed without Excel: for scripts and servers.

formualizer, a calculation engine by others, computes; the functions are registered with it. Values
then stand beside the formulas, and everything else in the file stays as it is.
"""

import functools
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..workbook.cached import Area, ErrorValue, Place, SheetXml, address, area_of, sheets
from ..workbook.errors import WorkbookError
from ..workbook.guard import inspect_any
from ..workbook.opc import Package
from ..workbook.scan import in_utf8
from ..workbook.sheet import Plain
from ..workbook.tables import Table, plain, plain_names, tables
from ..workbook.write import refuse_existing, write_whole
from .coerce import ERRORS
from .function import Function, call
from .functions import FUNCTIONS

_NAMES = {one.name for one in FUNCTIONS}
# A call as Excel stores it: alone, or after a workbook, an add-in or a namespace.
_CALL = re.compile(r"(?:.*[!.]|_XLDUDF_(?:\w*_)?)?(SHORE_\w+)\(", re.IGNORECASE)
_FUNCTION = re.compile(r"(?<![\w.])([\w.]++)\(")
_TEXTS = re.compile(r'"[^"]*"')
# A reference such as [1]Sheet1!A1 or '[1]My sheet'!A1; not a call of ours.
_OUTSIDE = re.compile(
    r"""'[^'\[]*\[[^\]]+\](?:[^']|'')*'!|(?<![\w\[\]])\[[^\]]+\][\w.]*!(?!SHORE_)""", re.IGNORECASE
)
_SHEETS = re.compile(r"(?<!')'(?:[^']|'')*+'!")
_INDIRECT = re.compile(r"\bINDIRECT\(", re.IGNORECASE)
_TABLE = re.compile(r"\w\[")  # what is left of references to tables when they are plain
_OF_SHOWN = {"SUBTOTAL", "AGGREGATE"}  # leave out hidden rows; formualizer is told of none
_FROM_1904 = re.compile(rb"""<(?:\w+:)?workbookPr\b[^<>]*\sdate1904\s*=\s*["'](?:1|true)["']""")
_STORED = re.compile(r"_XLFN\.|_XLWS\.", re.IGNORECASE)
# formualizer's errors; it has others for what it could not compute.
_ERRORS = {
    "Null": "#NULL!",
    "Div": "#DIV/0!",
    "Value": "#VALUE!",
    "Ref": "#REF!",
    "Num": "#NUM!",
    "Na": "#N/A",
    "Calc": "#CALC!",
}
_FAILURES = {
    "Spill": "spills into other values or over 10,000 cells, or depends on what does",
    "Name": "depends on a name that formualizer does not know",
    "Circ": "depends on itself, or on a cell that does",
}
_KINDS = {text: kind for kind, text in _ERRORS.items()}


class Left(NamedTuple):
    """A cell that could not be computed and keeps its value: where, and why."""

    cell: str
    why: str


class Calculated(NamedTuple):
    """What was written, how many formula cells were computed, and which were left."""

    path: Path
    computed: int
    left: list[Left]


def calc(path: str | Path, output: str | Path | None = None, *, force: bool = False) -> Calculated:
    """Compute a workbook and write its values beside its formulas.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file, whoever made it.
    output : path, optional
        Where the computed workbook goes; by default in the place of the other.
    force : bool
        Whether a file that is there may be replaced, also the workbook itself.

    Raises
    ------
    WorkbookError
        Not readable, not safe to read, not to be written, or formualizer is not installed.
    """
    target = Path(path if output is None else output)
    inspect_any(path)
    if target.suffix.lower() != Path(path).suffix.lower():
        raise WorkbookError(f"{target}: the name must end in {Path(path).suffix}, as {path} does")
    refuse_existing(target, force=force)
    data = Path(path).read_bytes()
    try:
        package, computed, left = calculated(data)
    except WorkbookError as error:
        raise WorkbookError(f"{path}: {error}") from None
    return Calculated(write_whole(target, package, force=force), computed, left)


def calculated(data: bytes) -> tuple[bytes, int, list[Left]]:
    """A package with computed values, how many, and the cells that were left.

    Parameters
    ----------
    data : bytes
        A package that :func:`~shorewise.workbook.guard.inspect_any` lets pass.

    Raises
    ------
    WorkbookError
        Damaged, more than formualizer can read, or formualizer is not installed.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        parts = {entry.filename: archive.read(entry) for entry in entries}
    workbook = Package(parts).workbook
    listed = in_utf8(parts[workbook])
    if _FROM_1904.search(listed):
        raise WorkbookError("its dates count from 1904, formualizer's from 1900")
    places = sheets(parts)
    found = {title: SheetXml(parts[part]) for title, part in places.items()}
    known = tables(parts, places)
    hidden = any(sheet.hides_rows for sheet in found.values())
    texts, left = {}, {}
    for title, sheet in found.items():
        texts[title], left[title] = _read(sheet, title, known, hidden=hidden)
    names = {workbook: plain_names(listed, known)}
    while True:
        cleared = {
            places[title]: _cleared(sheet, left[title], texts[title])
            for title, sheet in found.items()
        }
        engine = _loaded(Package(parts | names | cleared).minimal())
        failed = False
        for title, sheet in found.items():
            _prepare(engine, title, sheet, left[title], texts[title])
        try:
            engine.evaluate_all()
        except Exception as error:  # formualizer's own are of many classes
            raise WorkbookError(f"formualizer cannot compute it: {error}") from None
        for title, sheet in found.items():
            more = _failed(engine, title, sheet, left[title], texts[title])
            left[title] |= more
            failed = failed or bool(more)
        if not failed:  # else again: others count with what these cells keep
            break
    for title, sheet in found.items():
        parts[places[title]] = sheet.filled(*_results(engine, title, sheet, left[title]))
    formulas = sum(len(sheet.formulas) for sheet in found.values())
    cells = [
        Left(_name(title, place), why)
        for title, whys in left.items()
        for place, why in sorted(whys.items())
    ]
    return _package(entries, parts), formulas - len(cells), cells


def _package(entries: list[zipfile.ZipInfo], parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for entry in entries:
            target.writestr(entry, parts[entry.filename])
    return buffer.getvalue()


def registered_with(engine: Any) -> Any:
    """A workbook of formualizer that knows the functions: itself."""
    for one in FUNCTIONS:
        engine.register_function(one.name, _for_engine(one), max_args=len(one.parameters))
    return engine


def _loaded(data: bytes) -> Any:
    try:
        import formualizer
    except ImportError:
        raise WorkbookError(
            "formualizer is needed to compute workbooks: pip install 'shorewise[calc]'"
        ) from None
    try:
        engine = formualizer.Workbook.from_bytes(data)
    except Exception as error:  # of many classes
        raise WorkbookError(f"formualizer cannot read it: {error}") from None
    engine.set_temporal_egress("serial")
    return registered_with(engine)


def _for_engine(function: Function) -> Callable[..., Any]:
    def called(*cells: Any) -> Any:
        result = call(function, *(_each(cell, _given) for cell in cells))
        return _each(result, _returned)

    return called


def _each(value: Any, converted: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [[converted(cell) for cell in row] for row in value]
    return converted(value)


def _given(cell: Any) -> Any:
    return _ERRORS.get(cell["kind"], "#NAME?") if isinstance(cell, dict) else cell


def _returned(cell: Any) -> Any:
    if isinstance(cell, str) and cell in ERRORS:
        return {"type": "Error", "kind": _KINDS.get(cell, "Name" if cell == "#NAME?" else "Value")}
    return cell


def _read(
    sheet: SheetXml, title: str, known: dict[str, Table], *, hidden: bool
) -> tuple[dict[Place, str], dict[Place, str]]:
    """Formulas that read tables, without their names; cells that cannot be computed, and why.

    That is, as far as the formulas alone and hidden rows say so.
    """
    texts: dict[Place, str] = {}
    whys: dict[Place, str] = {}
    for place, formula in sheet.formulas.items():
        text = formula.text or formula.repeats
        try:
            cells = plain(text, known, title, place)
            why = "is a data table" if formula.kind == "table" else _why_not(cells, hidden=hidden)
            if cells != text:
                texts[place] = cells
                if formula.repeats:
                    why = why or "shares a formula that reads a table by its name"
        except WorkbookError as error:
            why = str(error)
        if why:
            whys[place] = why
    return texts, whys


def _prepare(
    engine: Any, title: str, sheet: SheetXml, left: dict[Place, str], texts: dict[Place, str]
) -> None:
    """Formulas as formualizer must have them, values in place of those it cannot compute."""
    for place, formula in sheet.formulas.items():
        if place in left:
            _keep(engine, title, place, sheet.value(place))
            continue
        text = texts.get(place) or formula.text or engine.get_formula(title, *place) or ""
        text = text.removeprefix("=")
        is_ours = "SHORE_" in text.upper()
        if is_ours:
            text = _rewritten(text)
            if not formula.kind:  # Excel shows the first value of an array in a plain formula
                text = f"INDEX({text},1,1)"
        if is_ours or place in texts:
            engine.set_formula(title, *place, f"={text}")


def _failed(
    engine: Any, title: str, sheet: SheetXml, left: dict[Place, str], texts: dict[Place, str]
) -> dict[Place, str]:
    """Cells that could not be computed after all, and why."""
    failed = {}
    for place in sheet.formulas.keys() - left.keys():
        found = engine.get_value(title, *place)
        if isinstance(found, dict) and found["kind"] not in _ERRORS:
            failed[place] = _FAILURES.get(found["kind"], f"gives formualizer's {found['kind']}")
        elif (
            place in texts
            and not sheet.formulas[place].kind
            and _spilled(engine, title, place) != (*place, *place)
        ):
            failed[place] = "reads more of a table than a formula that is no array shows"
    return failed


def _cleared(sheet: SheetXml, left: dict[Place, str], texts: dict[Place, str]) -> bytes:
    """A sheet without what arrays filled before, which would be in their own way.

    And without formulas that :func:`_prepare` replaces: formualizer takes a hundred times longer to
    replace one than to set one. Those that other cells share must stay.
    """
    shared = {formula.repeats for formula in sheet.formulas.values()}
    bare = {
        place
        for place, formula in sheet.formulas.items()
        if formula.text not in shared
        and (place in left or place in texts or "SHORE_" in formula.text.upper())
    }
    return sheet.filled(dict.fromkeys([*_filled_before(sheet, left), *bare]), {}, bare)


def _filled_before(sheet: SheetXml, left: dict[Place, str]) -> list[Place]:
    """Cells that arrays filled when the file was written, without the arrays' own."""
    return [
        cell
        for place, formula in sheet.formulas.items()
        if formula.kind and place not in left
        for cell in _cells(formula.area)
        if cell not in sheet.formulas
    ]


def _keep(engine: Any, title: str, place: Place, value: Plain) -> None:
    """The value of a cell in place of its formula, so that others count with what is shown."""
    if isinstance(value, ErrorValue):
        engine.set_formula(title, *place, f"={value if value in _KINDS else '#N/A'}")
    else:
        engine.set_value(title, *place, value)


def _why_not(text: str, *, hidden: bool) -> str:
    """Why formualizer cannot compute a formula, as far as its text and hidden rows say so."""
    if _INDIRECT.search(text) and any("[" in one for one in _TEXTS.findall(text)):
        return "reads a table or another workbook by INDIRECT"
    text = _TEXTS.sub('""', text)
    if _OUTSIDE.search(text):
        return "reads another workbook"
    text = _SHEETS.sub("", text)  # whose names may look like calls
    if _TABLE.search(text):
        return "reads a table by its name"
    for name in _FUNCTION.findall(_STORED.sub("", text)):
        ours = _CALL.fullmatch(f"{name}(")
        if not _known(ours[1].upper() if ours else name.upper()):
            return f"calls {name}, which formualizer does not know"
        if hidden and name.upper() in _OF_SHOWN:
            return f"calls {name} where rows are hidden, which formualizer does not see"
    return ""


@functools.cache
def _known(name: str) -> bool:
    """Whether a function is ours, or formualizer has one of that name."""
    if name in _NAMES:
        return True
    from formualizer import Workbook

    scratch = Workbook()
    scratch.add_sheet("Sheet")
    scratch.set_formula("Sheet", 1, 1, f"={name}()")
    found = scratch.evaluate_cell("Sheet", 1, 1)
    return not (isinstance(found, dict) and found["kind"] == "Name")


def _rewritten(text: str) -> str:
    """A formula, without its equals sign, with calls of ours as formualizer must have them.

    Their names are plain, and an empty text stands for an argument omitted between commas, for
    which formualizer would hand over 0.
    """
    from formualizer import tokenize

    pieces: list[str] = []
    ours: list[bool] = []  # of the brackets that are open
    empty = False  # whether nothing stands since the last comma of a call of ours
    tokens: Iterator[Any] = iter(tokenize(f"={text}"))
    for token in tokens:
        kind, part = str(token.token_type), str(token.subtype)
        value = token.value
        if kind == "Whitespace":
            continue
        closing, comma = part == "Close", part == "Arg" and bool(ours) and ours[-1]
        if empty and (comma or (closing and pieces[-1] == ",")):
            pieces.append('""')
        if closing:
            ours.pop()
        elif part == "Open":
            match = _CALL.fullmatch(value)
            ours.append(match is not None)
            value = f"{match[1]}(" if match else value
        pieces.append(value)
        empty = comma or (part == "Open" and ours[-1])
    return "".join(pieces)


def _results(
    engine: Any, title: str, sheet: SheetXml, left: dict[Place, str]
) -> tuple[dict[Place, Plain], dict[Place, Area]]:
    """Values of a sheet's cells and areas of its arrays."""
    values: dict[Place, Plain] = dict.fromkeys(_filled_before(sheet, left))
    areas: dict[Place, Area] = {}
    for place, formula in sheet.formulas.items():
        if place in left:
            continue
        found = engine.get_value(title, *place)
        one = (*place, *place)
        spilled = _spilled(engine, title, place) if formula.kind else one
        area = spilled if formula.kind == "dynamic" else formula.area
        for cell in _cells(area):
            if cell == place or spilled == one:
                value = found
            elif cell[0] > spilled[2] or cell[1] > spilled[3]:
                value = {"kind": "Na"}  # Excel, for what an array of fixed size has too many
            else:
                value = engine.get_value(title, *cell)
            values[cell] = _value(value)
        if formula.kind == "dynamic":
            areas[place] = area
    return values, areas


def _spilled(engine: Any, title: str, place: Place) -> Area:
    role = engine.inspect_cell(_name(title, place)).cell.spill
    if role is None or role.extent is None:
        return (*place, *place)
    return area_of(role.extent.rpartition("!")[2])


def _value(value: Any) -> Plain:
    """A result as a cell holds it; that of a formula which refers to an empty cell is 0."""
    if isinstance(value, dict):
        return ErrorValue(_ERRORS.get(value["kind"], "#NAME?"))
    if isinstance(value, float) and not math.isfinite(value):
        return ErrorValue("#NUM!")
    return 0.0 if value is None else value


def _cells(area: Area) -> Iterator[Place]:
    top, left, bottom, right = area
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _name(title: str, place: Place) -> str:
    sheet = title.replace("'", "''")
    return f"'{sheet}'!{address((*place, *place))}"
