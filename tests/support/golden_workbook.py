"""One small workbook as lines of text, kept in tests/workbook/golden; `make golden` remakes it.

XML parts have one element a line. Of a sheet the file holds what stands around its cells and the
first cells, of any long part the first lines; a digest of all lines follows, so that no change
passes unseen. Numbers are cut to ten digits: other processors differ in the last ones.
"""

import functools
import hashlib
import io
import re
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from shorewise.engine import Scenario
from shorewise.workbook import describe, workbook_bytes
from tests.support.paths import ROOT

FOLDER = ROOT / "tests" / "workbook" / "golden"
SCENARIO = FOLDER / "small.toml"
CELLS, LINES, WIDTH = 60, 300, 110  # shown at most: cells of a sheet, lines of a part, characters
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EMPTY = re.compile(r"<([\w:.-]+)([^<>]*)></\1>")
_POINT = re.compile(r"(<c:v>|<v>)(-?[0-9.]+(?:e-?[0-9]+)?)(?=</)")


@functools.cache
def made() -> dict[str, str]:
    """Text of every golden file by its name, as the code of today makes it."""
    data = workbook_bytes(describe(Scenario.from_toml(SCENARIO)))
    with ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    titles = [s.get("name") for s in _tree(parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet")]
    texts = ["".join(e.itertext()) for e in _tree(parts["xl/sharedStrings.xml"])]
    styles = _styles(_tree(parts["xl/styles.xml"]))
    found = {}
    for name, xml in parts.items():
        sheet = re.fullmatch(r"xl/worksheets/sheet([0-9]+)\.xml", name)
        if sheet:
            title = f"sheets/{titles[int(sheet[1]) - 1]}.txt"
            around = re.sub(r"<sheetData>.*</sheetData>", "<sheetData/>", xml, flags=re.DOTALL)
            cells = [_cell(c, texts, styles) for c in _tree(xml).iter(f"{_MAIN}c")]
            found[title] = _shown(_lines(around), CELLS) + "\n" + _shown(cells, CELLS)
        else:
            found[f"parts/{re.sub('[^A-Za-z0-9.]+', '-', name).strip('-')}.txt"] = _shown(
                _lines(xml), LINES
            )
    return found


def kept(folder: Path = FOLDER) -> dict[str, str]:
    """Text of every golden file by its name, as it was kept."""
    files = sorted(folder.glob("*/*.txt"))
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


def remake(folder: Path = FOLDER) -> None:
    """Write the golden files, and remove those of parts that are no more."""
    for name in kept(folder).keys() - made().keys():
        (folder / name).unlink()
    for name, text in made().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def _tree(xml: str) -> ElementTree.Element:
    return ElementTree.fromstring(xml)


def _lines(xml: str) -> list[str]:
    """One element a line, attributes in the order of their names."""
    plain = _EMPTY.sub(r"<\1\2/>", ElementTree.canonicalize(xml))
    plain = _POINT.sub(lambda match: match[1] + f"{float(match[2]):.10g}", plain)
    return plain.replace("><", ">\n<").splitlines()


def _styles(root: ElementTree.Element) -> list[str]:
    """What each cell format is called: its named style, and its number format where it has one."""
    names = {e.get("xfId"): e.get("name") for e in root.iter(f"{_MAIN}cellStyle")}
    formats = {e.get("numFmtId"): e.get("formatCode") for e in root.iter(f"{_MAIN}numFmt")}
    found = []
    for xf in root.find(f"{_MAIN}cellXfs") or ():
        number = xf.get("numFmtId", "0")
        style = str(names[xf.get("xfId")]).removeprefix("Shorewise ")
        found.append(f"{style} {formats.get(number, number)}" if number != "0" else style)
    return found


def _cell(cell: ElementTree.Element, texts: list[str], styles: list[str]) -> str:
    """A cell as its address, style, formula and value."""
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
    formula = cell.find(f"{_MAIN}f")
    if kind == "s":
        value = repr(texts[int(value or 0)])
    elif kind == "inlineStr":
        value = repr("".join(cell.itertext()))
    elif kind == "str":
        value = repr(value or "")
    elif kind == "n" and value:
        value = f"{float(value):.10g}"
    text = f"{cell.get('r')} [{styles[int(cell.get('s', 0))]}]"
    if formula is not None:
        rest = " ".join(f"{k}={v}" for k, v in sorted(formula.items()))
        text += f" ={formula.text or ''}" + f" ({rest})" * bool(rest)
    return text + (f" {value}" if value is not None else "")


def _shown(lines: list[str], most: int) -> str:
    """The first lines, and what stands for the others."""
    cut = [line if len(line) <= WIDTH else line[: WIDTH - 3] + "..." for line in lines[:most]]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    return "\n".join([*cut, f"-- {len(lines)} lines, {digest}", ""])


if __name__ == "__main__":
    remake()
