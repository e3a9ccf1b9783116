"""A package as openpyxl saves it, compiled: each part parsed once and written once.

openpyxl writes formulas without values. Here cells and charts get what their book says they show:
a value, so that previews, phones, Protected View and pandas show numbers at once, or a gap for the
value of a scenario that is bound later.
"""

import functools
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from ..errors import WorkbookError
from ..layout.references import Gap, Pieces, Ref, TableValue, Text
from ..layout.sheet import Chart, Plain, Row
from .dynamic_arrays import add_metadata
from .shared_strings import SharedStrings
from .sheet_part import compiled_sheet
from .zip_writer import zipped

_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*")
_TITLE = re.compile(r"(?<=>)[^<>]*(?=</dc:title>)")
_CHART = re.compile(r'<(?:xdr:)?cNvPr id="[0-9]+" name="Chart [0-9]+"')
_LABEL_FORMAT = re.compile(r'(<numFmt formatCode="[^"]*") ?/>')
_SHOWN = re.compile(r"<(v|a:t)>[^<]*</(?:v|a:t)>|<(v) ?/>")  # runs of no text only set a font
_FONT = re.compile(r"(?<=<font>).*?(?=</font>)")
_FONT_CHILD = re.compile(r"<([A-Za-z]+)[^>]*/>")
# fmt: off
_FONT_ORDER = ["b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign",
               "sz", "color", "name", "family", "charset", "scheme"]
# fmt: on
_STATIC_MAX = 16  # parts of static sheets that are kept: a few for each theme


class Contents(NamedTuple):
    """What a sheet's cells show.

    Attributes
    ----------
    title : str
    values : mapping of str to value, Ref, Text or TableValue
        By address: of every formula, of numbers to write exactly, and of every reference.
    more : sequence of Row
        Rows to put below the last.
    ignored : str
        The element of :func:`.ignored_errors.ignored_errors`, or "".
    static : bool
        Whether it is the same in every workbook.
    """

    title: str
    values: Mapping[str, Plain | Ref | Text | TableValue]
    more: Sequence[Row] = ()
    ignored: str = ""
    static: bool = False


def stamp(
    raw: bytes, by_sheet: dict[str, dict[str, Plain]], summaries: Sequence[str] = ()
) -> bytes:
    """A package of any workbook that openpyxl saved, with every formula's value filled in.

    Parameters
    ----------
    raw : bytes
        A package as openpyxl saves it.
    by_sheet : dict
        Sheet title to address to value: of every formula, and of any numbers to write exactly.
        Every sheet, in the package's order.
    summaries : sequence of str
        Alternative text of each chart; openpyxl has no place for it.

    Returns
    -------
    bytes
        The same for the same input: they hold no time of day. NaN and None are stamped as #N/A,
        dates must be given as Excel's serial numbers.

    Raises
    ------
    WorkbookError
        A formula without a value, or another number of sheets than the package has.
    """
    sheets = [Contents(title, values) for title, values in by_sheet.items()]
    parts, _ = compiled_parts(raw, sheets, summaries=summaries)
    return zipped(written(parts))


def written(parts: Mapping[str, Pieces | bytes]) -> dict[str, bytes]:
    """Parts without gaps as bytes."""
    return {
        name: pieces if isinstance(pieces, bytes) else "".join(map(str, pieces)).encode()
        for name, pieces in parts.items()
    }


def compiled_parts(
    raw: bytes,
    sheets: Sequence[Contents],
    charts: Sequence[Chart] = (),
    title: str | Text = "",
    texts: Mapping[str, str] | None = None,
    summaries: Sequence[str] = (),
) -> tuple[dict[str, Pieces | bytes], SharedStrings]:
    """The parts of a finished package by name, in order, with gaps.

    Parameters
    ----------
    raw : bytes
        A package as openpyxl saves it.
    sheets : sequence of Contents
        Of every sheet, in the package's order.
    charts : sequence of Chart
        Every chart, in the package's order.
    title : str or Text
        Of the workbook.
    texts : mapping of str to str, optional
        Texts of a scenario by key: equal ones share an entry of the table of strings.
    summaries : sequence of str
        Alternative texts where there are no ``charts``.

    Returns
    -------
    parts : dict of str to list or bytes
        Pieces of XML and gaps; bytes of static sheets, and of parts that are no XML.
    strings : SharedStrings

    Raises
    ------
    WorkbookError
        As :func:`stamp`.
    """
    numbered = {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, 1)}
    drawn = {f"xl/charts/chart{n}.xml": chart for n, chart in enumerate(charts, 1)}
    alternatives = iter([chart.summary for chart in charts] or summaries)
    strings = SharedStrings(texts or {})
    parts: dict[str, Pieces | bytes] = {}
    calls, links = False, {}
    with zipfile.ZipFile(io.BytesIO(raw)) as source:
        count = sum(name.startswith("xl/worksheets/sheet") for name in source.namelist())
        if count != len(sheets):
            raise WorkbookError(f"values for {len(sheets)} sheets, but the package has {count}")
        for name in source.namelist():
            data = source.read(name)
            if not name.endswith((".xml", ".rels")):
                parts[name] = data
            elif name in numbered and numbered[name].static:
                parts[name] = _static(data, numbered[name])
            elif name in numbered:
                relations = _relations_of(name)
                linked = relations in source.namelist() and source.read(relations).decode()
                sheet = compiled_sheet(data.decode(), numbered[name], strings, linked or "")
                parts[name], links[relations] = sheet.pieces, sheet.relations
                calls |= sheet.has_calls
            elif links.get(name):
                parts[name] = [links[name]]
            else:
                parts[name] = _compiled(name, data.decode(), drawn.get(name), title, alternatives)
    if calls:
        add_metadata(parts)
    strings.add_to(parts)
    return parts, strings


def _static(data: bytes, sheet: Contents) -> bytes:
    """The part of a sheet that is the same in every workbook: written once in a process.

    Its texts stay in its cells: in the shared table each workbook would compress them again.
    """
    return written_once(data, sheet.title, tuple(sheet.values.items()), tuple(sheet.more))


@functools.lru_cache(_STATIC_MAX)
def written_once(
    data: bytes, title: str, figures: tuple[tuple[str, Plain], ...], more: tuple[Row, ...]
) -> bytes:
    """A static sheet's part, from what openpyxl wrote of it and what its cells show."""
    sheet = compiled_sheet(data.decode(), Contents(title, dict(figures), more), None, "")
    return "".join(map(str, sheet.pieces)).encode()


def _compiled(
    name: str, xml: str, chart: Chart | None, title: str | Text, summaries: Iterator[str]
) -> Pieces:
    """A part that is no sheet."""
    if name.startswith("xl/drawings/drawing"):
        return [_CHART.sub(lambda at: f"{at[0]} descr={quoteattr(next(summaries, ''))}", xml)]
    if name.startswith("xl/charts/chart"):  # else labels keep the format of their cells
        return _compiled_chart(_LABEL_FORMAT.sub(r'\1 sourceLinked="0" />', xml), chart)
    if name == "xl/styles.xml":
        return [_FONT.sub(_schema_order, xml)]
    if name == "docProps/core.xml":
        xml = _MODIFIED.sub(r"\g<1>2000-01-01T00:00:00Z", xml)
        if isinstance(title, Text):
            before, after = _TITLE.split(xml)
            return [before, Gap("cell", title), after]
    return [xml]


def _compiled_chart(xml: str, chart: Chart | None) -> Pieces:
    """A chart's part, with gaps for what it caches by reference."""
    if chart is None:
        return [xml]
    pieces: Pieces = []
    start = 0
    contents = {"v": _cached(chart), "a:t": iter(_titles(chart))}
    for match in _SHOWN.finditer(xml):
        tag = match[1] or match[2]
        content = next(contents[tag])
        if isinstance(content, (Ref, Text)):
            kind = "chart" if isinstance(content, Ref) else "cell"
            pieces += [f"{xml[start : match.start()]}<{tag}>", Gap(kind, content), f"</{tag}>"]
            start = match.end()
    if any(next(rest, None) is not None for rest in contents.values()):
        raise RuntimeError(f"a chart shows less than its description: {chart.kind}")
    return [*pieces, xml[start:]]


def _cached(chart: Chart) -> Iterator[float | str | Ref | Text]:
    """Values that a chart keeps of its cells, in the order of its XML."""
    if chart.title_cell:
        yield chart.title
    for series in chart.series:
        yield series.name
        yield from series.xs or chart.categories
        yield from series.values
    if chart.y_title_cell:
        yield chart.y_title


def _titles(chart: Chart) -> list[str | Text]:
    """Texts of its own in a chart, in the order of its XML."""
    title = [] if chart.title_cell else [chart.title]
    return [*title, chart.x_title, *([] if chart.y_title_cell else [chart.y_title])]


def _relations_of(name: str) -> str:
    """Name of the part with the relations of a sheet."""
    return name.replace("worksheets/", "worksheets/_rels/") + ".rels"


def _schema_order(font: re.Match) -> str:
    """Children of a font in the order the file format demands; openpyxl has its own."""
    children = sorted(_FONT_CHILD.finditer(font[0]), key=lambda m: _FONT_ORDER.index(m[1]))
    return "".join(child[0] for child in children)
