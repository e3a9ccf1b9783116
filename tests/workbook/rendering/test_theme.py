"""A theme changes how a workbook looks and nothing else; a theme that cannot be read is refused."""

import functools
import io
import re
import struct
import subprocess
import sys
import tomllib
import zlib
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from shorewise.workbook import (
    Theme,
    WorkbookError,
    check,
    compare,
    describe,
    read,
    workbook_bytes,
)
from shorewise.workbook.rendering.theme import contrast
from tests.support import ooxml_validators
from tests.support.generated_workbooks import made, unlocked
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK
from tests.support.paths import ROOT
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written

EMBEDDED = tomllib.loads((ROOT / "workbook" / "rendering" / "theme.toml").read_text("utf-8"))
SMALL = small_scenario()
BOOK = describe(SMALL)


def chunk(kind, body):
    checksum = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + checksum


def png(width=480, height=120):
    head = struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 2) * height))
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def jpeg(width=300, height=150):
    """The markers of a JPEG, without a picture between them."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = b"\xff\xe0\x00\x04ab" + b"\xff\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
    return b"\xff\xd8" + parts + b"\xff\xd9"


@pytest.fixture
def firm(tmp_path):
    """Writes a theme file, and a logo beside it."""

    def write(text, logo=b""):
        (tmp_path / "firm.toml").write_text(text, "utf-8")
        if logo:
            (tmp_path / "logo.png").write_bytes(logo)
        return tmp_path / "firm.toml"

    return write


@functools.cache
def plain():
    """The workbook in the embedded theme."""
    return written(SMALL)


def parts(data):
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_default_theme_passes_its_own_checks():
    theme = Theme.default()
    assert theme.font == EMBEDDED["font"]
    assert list(theme.series) == EMBEDDED["series"]
    tables = ("text", "fill", "line", "tab")
    assert {name: dict(getattr(theme, name)) for name in tables} == {n: EMBEDDED[n] for n in tables}


def test_an_empty_theme_equals_the_default_theme(firm):
    assert Theme.from_toml(firm("")) == Theme.default()


def test_a_theme_that_sets_every_key_to_its_default_equals_the_default_theme():
    assert Theme.from_toml(ROOT / "workbook" / "rendering" / "theme.toml") == Theme.default()


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        pytest.param("000000", "FFFFFF", 21.0, id="black-on-white"),
        pytest.param("777777", "FFFFFF", 4.48, id="webaim-grey-that-fails"),
        pytest.param("767676", "FFFFFF", 4.54, id="webaim-grey-that-passes"),
        pytest.param("FF0000", "FFFFFF", 4.0, id="webaim-red"),
        pytest.param("123456", "123456", 1.0, id="itself"),
    ],
)
def test_contrast_follows_the_wcag_formula(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


SERIES, SIDES = EMBEDDED["series"], ("left", "right", "top", "bottom")
WRONG = {
    "unknown-key": ("colour = 'red'", "unknown key 'colour'; allowed are font"),
    "near-key": ("fonts = 'Arial'", "unknown key 'fonts'; did you mean font?"),
    "unknown-colour": ("[text]\nhed = '000000'", "unknown key 'text.hed'; did you mean head?"),
    "table-for-key": ("[font]\na = 1", "font is {'a': 1}; it must be the name of a font"),
    "key-for-table": ("text = '000000'", "text is '000000'; it must be a table [text]"),
    "word": ("[text]\nink = 'black'", "text.ink is 'black'; it must be six hexadecimal digits"),
    "hash": ("[text]\nink = '#000000'", "text.ink is '#000000'; it must be six"),
    "three-digits": ("[text]\nink = '000'", "text.ink is '000'; it must be six"),
    "eight-digits": ("[text]\nink = '00000000'", "text.ink is '00000000'; it must be six"),
    "wide-digits": ("[text]\nink = '\uff10\uff10\uff10\uff10\uff10\uff10'", "it must be six"),
    "line-after": ('[text]\nink = "000000\\n"', "it must be six"),
    "number": ("[text]\nink = 123456", "text.ink is 123456; it must be six"),
    "series-word": ("series = 'red'", "series is 'red'; it must be a list of 9 to 12 colours"),
    "series-short": ("series = ['000000']", "it must be a list of 9 to 12 colours"),
    "series-long": (f"series = {SERIES * 2}", "it must be a list of 9 to 12 colours"),
    "series-colour": (f"series = {[*SERIES[:8], 'x']}", "series[8] is 'x'; it must be six"),
    "series-pale": (f"series = {[*SERIES[:8], 'EEEEEE']}", "series[8] is 'EEEEEE' on paper"),
    "paper-unknown": ("paper = 'A5'", "paper is 'A5'; it must be A4 or Letter"),
    "font-empty": ("font = ''", "font is ''; it must be the name of a font, up to 31"),
    "font-long": (f"font = '{'a' * 32}'", "up to 31 characters"),
    "font-number": ("font = 11", "font is 11; it must be the name"),
    "font-xml": ("font = 'a<b>'", "font is 'a<b>'; it must be the name"),
    "text-on-fill": (
        "[text]\ninput = 'ffc000'",
        "text.input is 'FFC000' on fill.input 'FFF8DC': a contrast of 1.54 to 1; "
        "it must be 4.5 or more",
    ),
    "fill-under-text": ("[fill]\nhead = 'CCCCCC'", "text.head is 'FFFFFF' on fill.head 'CCCCCC'"),
    "text-on-paper": ("[text]\nrepeated = '9AA5B1'", "on paper 'FFFFFF': a contrast of 2.50 to 1"),
    "check-on-fill": ("[fill]\nbad = 'A61B1B'", "text.ink is '1F2933' on fill.bad 'A61B1B'"),
    "box-too-pale": ("[line]\ninput = 'C9D1DA'", "line.input is 'C9D1DA' on paper"),
    "not-toml": ("font = = 3", "not valid TOML"),
    "nested": ("a = " + "[" * 3_000, "not valid TOML"),
    "too-long": ("# " + "a" * 100_000, "more than 100,000 bytes"),
    "logo-number": ("logo = 7", "logo is 7; it must be a path relative to the theme"),
    "logo-absolute": ("logo = '/etc/passwd'", "it must be a path relative to the theme"),
    "logo-missing": ("logo = 'none.png'", "none.png: No such file"),
    "logo-folder": ("logo = '.'", "not a file"),
    "logo-not-a-picture": ("logo = 'firm.toml'", "firm.toml: it must be a PNG or JPEG file of up"),
    "logo-text-empty": ("logo_text = ''", "logo_text is ''; it must be a text of 1 to 200"),
    "logo-text-line": ('logo_text = "a\\nb"', "logo_text is 'a\\nb'; it must be a text"),
}


@pytest.mark.parametrize(("text", "part"), [pytest.param(*v, id=k) for k, v in WRONG.items()])
def test_the_error_of_an_invalid_theme_names_file_key_value_and_what_is_allowed(firm, text, part):
    path = firm(text)
    with pytest.raises(WorkbookError) as error:
        Theme.from_toml(path)
    assert str(error.value).startswith(f"{path}: ")
    assert part in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "reason"), [("none.toml", "No such file"), (".", "directory"), ("bytes", "UTF-8")]
)
def test_a_theme_that_cannot_be_read_is_named(tmp_path, name, reason):
    (tmp_path / "bytes").write_bytes(b"font = '\xff'")
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(tmp_path))}.*: .*{reason}"):
        Theme.from_toml(tmp_path / name)


BROKEN = {
    "empty": b"",
    "gif": b"GIF89a" + bytes(40),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "png-cut": png()[:-9],
    "png-changed": png().replace(b"\x00\x00\x01\xe0", b"\x00\x00\x01\xe1"),
    "png-signature-only": png()[:8],
    "png-without-size": png()[:8] + chunk(b"IEND", b""),
    "png-of-no-width": png(0),
    "png-too-wide": png(4_001, 1),
    "png-too-large": png()[:-12] + chunk(b"tEXt", bytes(500_000)) + png()[-12:],
    "jpeg-cut": jpeg()[:-1],
    "jpeg-without-picture": b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9",
    "jpeg-of-no-height": jpeg(10, 0),
    "jpeg-marks-only": b"\xff\xd8\xff\xd9",
}


@pytest.mark.parametrize("logo", [pytest.param(v, id=k) for k, v in BROKEN.items()])
def test_a_broken_or_too_large_logo_is_refused(firm, logo):
    path = firm("logo = 'logo.png'", b"-")
    (path.parent / "logo.png").write_bytes(logo)
    with pytest.raises(WorkbookError, match=r"logo: .*logo\.png: it must be a PNG or JPEG"):
        Theme.from_toml(path)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("logo", "kind", "size"),
    [(png(), "png", (240, 60)), (png(64, 640), "png", (6, 64)), (jpeg(), "jpeg", (128, 64))],
    ids=["wide", "high", "jpeg"],
)
def test_the_logo_is_on_the_about_sheet_unchanged_with_its_alt_text(firm, logo, kind, size):
    theme = Theme.from_toml(firm("logo = 'logo.png'\nlogo_text = 'A & \"B\" <C>'", logo))
    found = parts(workbook_bytes(BOOK, theme))
    assert found[f"xl/media/image1.{kind}"] == logo
    sheet = [*load_workbook(io.BytesIO(workbook_bytes(BOOK, theme))).sheetnames].index("About") + 1
    relations = found[f"xl/worksheets/_rels/sheet{sheet}.xml.rels"].decode()
    (number,) = re.findall(r"drawings/drawing(\d+)\.xml", relations)
    drawing = found[f"xl/drawings/drawing{number}.xml"].decode()
    assert 'descr="A &amp; &quot;B&quot; &lt;C&gt;"' in drawing
    width, height = (9_525 * side for side in size)
    assert f'<ext cx="{width}" cy="{height}" />' in drawing
    assert f'Extension="{kind}"'.encode() in found["[Content_Types].xml"]


def test_charts_keep_their_alt_texts_beside_a_logo(firm):
    theme = Theme.from_toml(firm("logo = 'logo.png'", png()))

    def described(data):
        drawings = (part for name, part in parts(data).items() if "drawings/drawing" in name)
        return sorted(re.findall(rb'name="(Chart [^>]*)', b"".join(drawings)))

    assert described(workbook_bytes(BOOK, theme)) == described(plain()) != []


@pytest.fixture(scope="module")
def themed(tmp_path_factory):
    """A workbook in which every colour and the font differ from the embedded ones."""
    folder = tmp_path_factory.mktemp("theme")
    lines = ['font = "O\'Hara & Sons"', "logo = 'logo.png'", f"series = {['222222'] * 9}"]
    for table in ("text", "fill", "line", "tab"):
        lines.append(f"[{table}]")
        for name in EMBEDDED[table]:
            dark = table != "fill" and name != "head"
            lines.append(
                f"{name} = '{'101010' if dark or (table, name) == ('fill', 'head') else 'F9F9F9'}'"
            )
    (folder / "firm.toml").write_text("\n".join(lines), "utf-8")
    (folder / "logo.png").write_bytes(png())
    return compare(SMALL, folder / "book.xlsx", theme=Theme.from_toml(folder / "firm.toml"))


@pytest.mark.soak
def test_a_theme_reaches_every_colour_and_font(themed):
    seen = b"".join(
        part
        for name, part in parts(themed.read_bytes()).items()
        if not name.startswith(("xl/theme/", "xl/media/", "xl/shared"))
    ).decode()
    old = {EMBEDDED["font"], *SERIES}.union(
        *(EMBEDDED[table].values() for table in ("text", "fill", "line", "tab"))
    ) - {"FFFFFF"}
    # openpyxl's own style Normal, which is behind ours, names a font and follows the theme part.
    seen = re.sub(r'<font><sz val="11" />.*?</font>', "", seen)
    assert {colour for colour in old if f'"{colour}"' in seen or f'"00{colour}"' in seen} == set()
    assert "O'Hara &amp; Sons" in parts(themed.read_bytes())["xl/theme/theme1.xml"].decode()


def test_a_theme_changes_no_cell(themed, tmp_path):
    embedded = compare(SMALL, tmp_path / "embedded.xlsx")
    before, changed = (load_workbook(source) for source in (embedded, themed))
    for sheet in before:
        other = changed[sheet.title]
        cells = {c.coordinate: (c.value, c.number_format) for row in sheet for c in row}
        found = {c.coordinate: (c.value, c.number_format) for row in other for c in row}
        assert {k: v for k, v in found.items() if isinstance(v[0], (str, int, float))} == {
            k: v for k, v in cells.items() if isinstance(v[0], (str, int, float))
        }


def test_read_and_check_ignore_colours(themed):
    assert read(themed) == SMALL
    assert check(themed) == []


@pytest.mark.soak
def test_lint_accepts_any_colours_of_a_theme(themed):
    from shorewise.workbook.lint import lint

    assert lint(themed) == []


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
def test_the_open_xml_sdk_finds_no_error_in_a_themed_book(themed):
    assert ooxml_validators.by_open_xml_sdk(themed) == []


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT)
def test_openxml_audit_finds_nothing_wrong_in_a_themed_book(themed):
    assert ooxml_validators.by_openxml_audit(themed) == []


@pytest.mark.soak
def test_input_cells_and_no_others_have_a_border():
    file = made("over-a-year")
    boxed = {
        (sheet.title, cell.row, cell.column)
        for sheet in file.live
        for row in sheet.iter_rows()
        for cell in row
        for edges in [[getattr(cell.border, side) for side in SIDES]]
        if all(edge and edge.style for edge in edges)
    }
    legend = {cell for cell in boxed if cell[0] == "About"}
    assert boxed - legend == unlocked(file)
    assert len(legend) == 1


def test_every_part_of_a_column_has_a_colour_of_its_own():
    for sheet in BOOK.sheets:
        for chart in sheet.charts:
            assert chart.kind == "line" or len(chart.series) <= len(Theme.default().series)


def test_the_example_theme_differs_from_the_default_theme():
    theme = Theme.from_toml(ROOT / "examples" / "theme.toml")
    assert theme != Theme.default()
    assert workbook_bytes(BOOK, theme) != plain()


def test_the_documentation_lists_every_key():
    text = (ROOT / "docs" / "theme.md").read_text("utf-8")
    for table in ("text", "fill", "line", "tab"):
        (row,) = re.findall(rf"^\| `\[{table}\]` \|(.*)\|$", text, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(EMBEDDED[table])


@pytest.mark.soak
def test_the_command_line_accepts_a_theme_and_refuses_an_invalid_one(firm, tmp_path):
    def run(theme):
        code = "from shorewise.cli import main; main()"
        command = [sys.executable, "-c", code, "compare", "--preset", "mid", "--theme", theme]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    wrong = run(firm("[text]\ninput = 'FFC000'"))
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count(b"\n")) == (2, b"", 1)
    assert not (tmp_path / "comparison.xlsx").exists()
    right = run(ROOT / "examples" / "theme.toml")
    assert right.returncode == 0, right.stderr
    fill = load_workbook(tmp_path / "comparison.xlsx")["Board"]["A5"].fill.fgColor.rgb
    assert fill == "00004D40"
