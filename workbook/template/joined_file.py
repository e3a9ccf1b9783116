"""The live model in a firm's own workbook, as a file."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ...engine.scenario import Scenario
from ...engine.uncertainty.simulation import Simulation
from ..atomic_write import atomic_write, refuse_existing
from ..comparison import comparison_bytes
from ..errors import WorkbookError
from ..joint import Joint
from ..languages.language import ENGLISH
from ..ooxml.calculation import computed_on_opening
from ..ooxml.load import opened
from ..ooxml.package import Package
from ..ooxml.renaming import Renaming
from ..ooxml.safe_open import is_joined
from ..ooxml.zip_writer import zipped
from ..recalc import Registry, SkippedCell
from ..recalc.sandbox import recalculate_in_sandbox
from ..rendering.theme import Theme
from .joining import joined
from .pivots import refreshed
from .stale_cells import StaleCells, charts_of, emptied, stale_cells
from .unfit import SAVE, content_type, is_set, refuse_unfit

_TITLE_MAX = 31
_NO_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MAIN = "spreadsheetml.sheet.main+xml"
_MACROS = "ms-excel.sheet.macroEnabled.main+xml"
_SHOWN = 5  # clashes of a kind that a message names


class JoinedFile(NamedTuple):
    """A joined workbook that was written.

    Attributes
    ----------
    path : Path
    renamed : dict of str to str
        Defined names of ours that have another name there, by their own names.
    computed : int
        Number of the user's formulas that read the model and were computed.
    skipped : list of SkippedCell
        Those that were not, each with the reason: Excel computes them when it opens the file.
    notes : list of str
        What else a user should know.
    """

    path: Path
    renamed: dict[str, str]
    computed: int
    skipped: list[SkippedCell]
    notes: list[str]


def join_file(
    scenario: Scenario,
    into: str | Path,
    output: str | Path,
    *,
    prefix: str = "",
    registry: Callable[[], Registry],
    force: bool = False,
    theme: Theme | None = None,
    simulation: Simulation | None = None,
    language: str = ENGLISH,
) -> JoinedFile:
    """Write a user's workbook with the live model of a scenario in it.

    Parameters
    ----------
    scenario : Scenario
    into : path
        The user's workbook (.xlsx or .xlsm); it is not changed.
    output : path
        The file to write, of the same kind.
    prefix : str
        Put before the titles of our sheets, and before those of our defined names that the user's
        workbook has too.
    registry : callable
        As :func:`~shorewise.workbook.recalc.recalculate_file` takes it.
    force : bool
        Whether an existing file may be replaced.
    theme, simulation, language
        As :func:`~shorewise.workbook.comparison.compare` takes them.

    Raises
    ------
    WorkbookError
        The user's workbook cannot be read or take the model; sheets or names of both are equal;
        the file cannot be written.
    """
    target = Path(output)
    if target.exists() and Path(into).exists() and target.samefile(into):
        raise WorkbookError(f"{target}: is the workbook to join; name another file")
    refuse_existing(target, force=force)
    with opened(into) as theirs:
        ending = _refuse(theirs)
        if target.suffix.lower() != ending:
            has = "has macros" if ending == ".xlsm" else "has no macros"
            raise WorkbookError(
                f"{into}: {has}: the name of the joined workbook must end in {ending}"
            )
        ours = _package(comparison_bytes(scenario, theme, simulation, language))
        renaming = _renaming(theirs, ours, prefix)
        parts = joined(theirs, ours, renaming, Joint(prefix).formula).parts
        notes = [*_notes(theirs)]
    titles = tuple(renaming.title(sheet.title) for sheet in ours.sheets)
    data, computed, skipped = _computed(parts, titles, registry)
    if skipped:
        data = recalculated_on_opening(data)
    path = atomic_write(target, data, force=force)
    renamed = {name: renaming.name(name) for name in _names(ours) if name in renaming.names}
    return JoinedFile(path, renamed, computed, skipped, notes)


def _package(data: bytes) -> Package:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return Package({name: archive.read(name) for name in archive.namelist()})


def _computed(
    parts: dict[str, bytes], model: tuple[str, ...], registry: Callable[[], Registry]
) -> tuple[bytes, int, list[SkippedCell]]:
    """The workbook with the user's formulas that read the model computed, and what shows them."""
    stale = stale_cells(Package(parts), model=model)
    parts = emptied(parts | refreshed(parts, stale.pivots), stale.shown)
    data = zipped(parts)
    try:
        found = recalculate_in_sandbox(data, registry, model, unknown=stale.shown)
    except WorkbookError as error:  # no engine, or too large for its limits
        parts = emptied(parts, stale.filled)
        skipped = [SkippedCell(str(cell), str(error)) for cell in sorted(stale.formulas)]
        return _with_charts(parts, stale), 0, skipped
    after = _package(found.data or data).parts
    return _with_charts({name: after[name] for name in parts}, stale), found.computed, found.skipped


def _with_charts(parts: dict[str, bytes], stale: StaleCells) -> bytes:
    """The workbook whose charts keep what the cells hold that they show."""
    package = Package(parts)
    cells = stale.filled | stale.shown
    return zipped(parts | charts_of(package, cells)) if cells else zipped(parts)


def recalculated_on_opening(data: bytes) -> bytes:
    """A package that Excel computes when it opens it."""
    package = _package(data)
    part = computed_on_opening(package.parts[package.workbook])
    return zipped({**package.parts, package.workbook: part})


def _refuse(theirs: Package) -> str:
    """Refuse what cannot take the model; the ending of the workbook's name."""
    kind = content_type(theirs, theirs.workbook)
    if kind.endswith(_MACROS):
        ending = ".xlsm"
    elif kind.endswith(_MAIN):
        ending = ".xlsx"
    else:
        raise WorkbookError(f"a template or an add-in, not a workbook; {SAVE}")
    refuse_unfit(theirs)
    book = theirs.book
    if is_set(book, "calcPr", "fullPrecision", "true") is False:
        raise WorkbookError(
            "its numbers count as they are displayed (precision as displayed), so the model would "
            "give other figures; switch that off in Excel's options (Advanced)"
        )
    if is_set(book, "workbookProtection", "lockStructure"):
        raise WorkbookError(
            "its structure is protected, so that no sheet can be added; take the protection off "
            "(Review, Protect Workbook)"
        )
    if is_joined(theirs) or "shorewise_format" in _names(theirs):
        raise WorkbookError(
            "has a model of Shorewise already; join with the workbook as it was before that"
        )
    return ending


def _notes(theirs: Package) -> Iterator[str]:
    """What a user should know of the workbook."""
    found = theirs.book.find("{*}calcPr")
    mode = "auto" if found is None else found.get("calcMode", "auto")
    if mode == "manual":
        yield "calculation is manual in this workbook: the model follows its inputs on F9"
    elif mode == "autoNoTable":
        yield "data tables are not calculated automatically in this workbook: those of sheet "
        "Sensitivity follow their inputs on F9"


def _names(package: Package) -> list[str]:
    """Defined names of the whole workbook."""
    return [
        one.get("name", "")
        for one in package.book.findall("{*}definedNames/{*}definedName")
        if one.get("localSheetId") is None
    ]


def _tables(package: Package) -> Iterator[str]:
    """Names of tables, which no defined name may have."""
    for sheet in package.sheets:
        for part in package.related(sheet.part, "table") if sheet.part else ():
            root = package.tree(part)
            yield root.get("displayName") or root.get("name") or ""


def _renaming(theirs: Package, ours: Package, prefix: str) -> Renaming:
    """Titles and names of ours in the joined workbook.

    Raises
    ------
    WorkbookError
        Some are there already, or the prefix makes none that Excel takes.
    """
    joint = Joint(prefix)
    titles = [sheet.title for sheet in ours.sheets]
    own = _names(ours)
    _refuse_prefix(joint, titles, own)
    their_titles = {sheet.title.casefold() for sheet in theirs.sheets}
    their_names = {one.casefold() for one in (*_names(theirs), *_tables(theirs))}
    new_titles = {title: f"{prefix}{title}" for title in titles} if prefix else {}
    new_names = {
        name: f"{joint.of_names}{name}" for name in own if prefix and name.casefold() in their_names
    }
    renaming = Renaming(new_titles, new_names)
    same_titles = [one for one in map(renaming.title, titles) if one.casefold() in their_titles]
    same_names = [one for one in map(renaming.name, own) if one.casefold() in their_names]
    if same_titles or same_names:
        both = (_listed("sheet", same_titles), _listed("name", same_names))
        how = (
            f"prefix is {prefix!r}; choose another"
            if prefix
            else "with a prefix, such as 'SW ', Shorewise's sheets have titles of their own"
        )
        raise WorkbookError(
            f"has the {' and the '.join(filter(None, both))}, as the model has; {how}",
            parameters=["prefix"],
        )
    return renaming


def _refuse_prefix(joint: Joint, titles: list[str], names: list[str]) -> None:
    """Refuse a prefix with which a title or name would be none."""
    prefix = joint.prefix
    if not prefix:
        return
    most = _TITLE_MAX - max(map(len, titles))
    if len(prefix) > most or _NO_TITLE.search(prefix) or prefix.startswith("'"):
        raise WorkbookError(
            f"prefix is {prefix!r}; it must have 1 to {most} characters, none of them one of "
            r"[ ] : * ? / \, and not begin with an apostrophe",
            parameters=["prefix"],
        )
    start = joint.of_names.casefold()
    if any(name.casefold().startswith(start) for name in names):
        raise WorkbookError(
            f"prefix is {prefix!r}; names with it would begin with {joint.of_names}, as some of "
            "Shorewise's own do; choose another",
            parameters=["prefix"],
        )


def _listed(what: str, found: list[str]) -> str:
    """Sheets or names of a message, the first ones."""
    if not found:
        return ""
    shown = ", ".join(found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{what}{'s' if len(found) > 1 else ''} {shown}{more}"
