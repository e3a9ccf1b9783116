"""From a described book to a package: rendered by openpyxl, finished, and cut at its references."""

import base64
import contextlib
import functools
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl.utils import get_column_letter

from ..engine.scenario import Scenario
from .compiled_book import CompiledBook
from .description import described
from .errors import WorkbookError
from .languages.language import ENGLISH, language_of
from .layout.context import Context
from .layout.references import FormulaWhen, Gap, Pieces, Ref, TableValue, Text
from .layout.scenario_texts import shape_key
from .layout.sheet import Book, DataTable, Formula, Sheet
from .ooxml.compilation import Contents, compiled_parts
from .ooxml.ignored_errors import ignored_errors
from .ooxml.shared_strings import SharedStrings
from .ooxml.zip_writer import Codec, fast, standard
from .rendering.render import package
from .rendering.theme import Theme

_READY_MAX = 16  # compressed parts that are kept: of static sheets, and logos


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Pause Python's search for cycles of garbage.

    A million cells and formulas are made that all live on: searching them time and again takes a
    third of the compilation.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def workbook_bytes(book: Book, theme: Theme | None = None, codec: Codec | None = None) -> bytes:
    """The finished .xlsx of a book: live formulas with values beside them.

    Parameters
    ----------
    book : Book
        With values in place of its references: see :func:`.binding.bound`.
    theme : Theme, optional
        Font, colours and logo; the embedded ones by default.
    codec : Codec, optional
        Compression of the parts; zlib's usual level by default.

    Raises
    ------
    WorkbookError
        Two sheets of one title, or a cell's style that does not exist.
    """
    (data,) = compile_book(book, theme, codec=codec or standard()).filled({}, [{}])
    return data


@_uncollected()
def compile_scenario(
    scenario: Scenario,
    theme: Theme | None = None,
    codec: Codec | None = None,
    language: str = ENGLISH,
) -> CompiledBook:
    """The comparison workbook of every scenario that has the shape of this one."""
    context = Context.of(scenario, language=language_of(language))
    book = described(context)
    wraps = [(text, width, lines) for (text, width), lines in context.wraps.items()]
    return compile_book(
        book, theme, texts=context.texts, key=shape_key(scenario), wraps=wraps, codec=codec
    )


@_uncollected()
def compile_book(
    book: Book,
    theme: Theme | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    key: tuple = (),
    wraps: Sequence[tuple[Text, int, int]] = (),
    codec: Codec | None = None,
) -> CompiledBook:
    """The package of a book, with gaps at its references.

    Parameters
    ----------
    book : Book
    theme : Theme, optional
    texts : mapping of str to str, optional
        Texts of a scenario of its shape, by key: which of them are equal is part of the shape.
    key, wraps
        The rest of the shape: see :class:`.compiled_book.CompiledBook`.
    codec : Codec, optional
        Compression of the parts; the fastest by default.
    """
    if len({sheet.title.casefold() for sheet in book.sheets}) < len(book.sheets):
        raise WorkbookError(f"{book.title}: two sheets have the same title")
    sheets = [
        Contents(sheet.title, contents_of(sheet), sheet.more, ignored_errors(sheet), sheet.static)
        for sheet in book.sheets
    ]
    charts = [chart for sheet in book.sheets for chart in sheet.charts]
    parts, strings = compiled_parts(package(book, theme), sheets, charts, book.title, texts)
    return _numbered(parts, strings, key, [*wraps], codec or fast())


def contents_of(sheet: Sheet) -> dict:
    """Value of each formula, number, reference and cell of a data table by address.

    Numbers too: openpyxl would write them with 16 digits, not all 17.
    """
    found = sheet.computed()
    found |= {
        f"{get_column_letter(column)}{row}": cell.content
        for (row, column), cell in sheet.cells.items()
        if isinstance(cell.content, (int, float, Ref, Text)) and not isinstance(cell.content, bool)
    }
    # A word of a list may equal other texts in some scenarios: it is no entry among the shared.
    found |= {
        f"{get_column_letter(column)}{row}": TableValue(cell.content)
        for (row, column), cell in sheet.cells.items()
        if cell.style in ("input choice", "fixed choice") and not isinstance(cell.content, Formula)
    }
    for table in [cell.content for cell in sheet.cells.values()]:
        for row, column in table.places() if isinstance(table, DataTable) else ():
            content = sheet.cells[row, column].content
            if content is not table:
                found[f"{get_column_letter(column)}{row}"] = TableValue(content)
    return found


def _numbered(
    parts: Mapping[str, Pieces | bytes],
    strings: SharedStrings,
    key: tuple,
    wraps: list[tuple[Text, int, int]],
    codec: Codec,
) -> CompiledBook:
    """The parts with numbers in place of the gaps."""
    gaps = {piece for pieces in parts.values() for piece in pieces if isinstance(piece, Gap)}
    figures = sorted(_refs(gaps, "cell"))
    floats = [ref for ref in figures if ref.kind == "f"]
    whole = [ref for ref in figures if ref.kind != "f"]
    charted = sorted(_refs(gaps, "chart"))
    missable = [ref for ref in floats if ref.missing]
    texts, shared = sorted(_texts(gaps, "cell")), sorted(_texts(gaps, "shared"))
    formulas = sorted(
        gap.what for gap in gaps if gap.kind == "formula" and isinstance(gap.what, FormulaWhen)
    )
    order = [
        *(Gap("cell", ref) for ref in (*floats, *whole)),
        *(Gap("chart", ref) for ref in charted),
        *(Gap("type", ref) for ref in missable),
        *(Gap("cell", text) for text in texts),
        *(Gap("shared", text) for text in shared),
        *(Gap("formula", one) for one in formulas),
    ]
    number = {gap: n for n, gap in enumerate(order)}
    positions = {ref: n for n, ref in enumerate(floats)}
    ready = {name: _ready(data) for name, data in parts.items() if isinstance(data, bytes)}
    return CompiledBook(
        key,
        wraps,
        strings.equal,
        {
            name: [""] if isinstance(pieces, bytes) else _by_turns(pieces, number)
            for name, pieces in parts.items()
        },
        floats,
        whole,
        charted,
        [positions[ref] for ref in missable],
        texts,
        shared,
        formulas,
        ready,
        codec,
    )


@functools.lru_cache(_READY_MAX)
def _ready(data: bytes) -> tuple[int, int, str]:
    """Checksum, size and compressed data of a part that no scenario changes, in Base64."""
    codec = standard(9)
    return codec.checksum(data), len(data), base64.b64encode(codec.compress(data)).decode()


def _refs(gaps: Iterable[Gap], kind: str) -> set[Ref]:
    return {gap.what for gap in gaps if gap.kind == kind and isinstance(gap.what, Ref)}


def _texts(gaps: Iterable[Gap], kind: str) -> set[Text]:
    return {gap.what for gap in gaps if gap.kind == kind and isinstance(gap.what, Text)}


def _by_turns(pieces: Iterable[str | Gap], number: Mapping[Gap, int]) -> list[str | int]:
    """Constant text and numbers of gaps by turns."""
    found: list[str | int] = []
    constant: list[str] = []
    for piece in pieces:
        if isinstance(piece, Gap):
            found += ["".join(constant), number[piece]]
            constant = []
        else:
            constant.append(piece)
    return [*found, "".join(constant)]
