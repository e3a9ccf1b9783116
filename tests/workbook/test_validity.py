"""Every workbook is valid to validators we did not write, and holds nothing that Excel repairs."""

import functools
import itertools
import re
from pathlib import PurePosixPath
from xml.etree import ElementTree

import pytest
from openpyxl.utils import range_boundaries

from shorewise.engine import Scenario
from shorewise.engine.axes import WAVES_MAX
from shorewise.engine.reading.fields import MONTHS_MAX, SHAPE_MAX
from shorewise.workbook import describe, workbook_bytes
from shorewise.workbook.layout.sheet import Book
from shorewise.workbook.ooxml import safe_open as guard
from shorewise.workbook.rendering.render import package
from tests.support import ooxml_validators
from tests.support.generated_workbooks import STATIC, made
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK
from tests.support.sample_scenarios import small_scenario
from tests.support.soak import SOAK

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
# The order of the format's schema (CT_Font of ISO/IEC 29500-1).
FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color",
    "name", "family", "charset", "scheme",
)  # fmt: skip
# Excel's specifications and limits; texts are counted as Excel does, in UTF-16 units.
FORMULA_MAX, TEXT_MAX, SHEET_NAME_MAX, NAME_MAX = 8_192, 32_767, 31, 255
HEIGHT_MAX, WIDTH_MAX, STYLES_MAX, FONTS_MAX, ARGUMENTS_MAX = 409, 255, 65_490, 1_024, 255
TITLE_MAX, MESSAGE_MAX = 32, 255


def largest():
    """The scenario whose workbook has most cells."""
    plans, roles = SHAPE_MAX["plan"], SHAPE_MAX["role"]
    sites = SHAPE_MAX["plan x site x month"] // MONTHS_MAX // plans
    assert sites <= SHAPE_MAX["site"]
    lists = {
        what: [f"{what} {n}" for n in range(count)]
        for what, count in (("site", sites), ("role", roles), ("plan", plans))
    }
    heads = {site: dict.fromkeys(lists["role"], 1) for site in lists["site"]}
    first = {lists["site"][0]: heads[lists["site"][0]]}
    waves = [
        {"site": site, "month": n + 1, "share": 1 / WAVES_MAX}
        for site in lists["site"]
        for n in range(WAVES_MAX)
    ]
    data = {"name": "Largest", "horizon_months": MONTHS_MAX, "roles": lists["role"]}
    data["sites"] = [{"name": name} for name in lists["site"]]
    data["plans"] = [
        {"name": name, "heads": heads, "waves": waves} if n else {"name": name, "heads": first}
        for n, name in enumerate(lists["plan"])
    ]
    return Scenario.from_dict(data, "largest")


# Each costs two programs some seconds: few shapes are enough.
EXTREME = ("half-a-year", *["default", "one-of-each", "ten-years", "many"] * SOAK)


@pytest.fixture(params=EXTREME)
def extreme(request):
    return made(request.param)


def length(text):
    return len(text.encode("utf-16-le")) // 2


@functools.cache
def tree(part):
    return ElementTree.fromstring(part)


def xml(file, name):
    return tree(file.parts[name])


def sheets(file):
    return {name: tree(part) for name, part in file.parts.items() if "/worksheets/sheet" in name}


@pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
def test_the_open_xml_sdk_finds_no_error(extreme, tmp_path):
    (tmp_path / "book.xlsx").write_bytes(extreme.data)
    assert ooxml_validators.by_open_xml_sdk(tmp_path / "book.xlsx") == []


@pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT)
def test_openxml_audit_finds_nothing_wrong_and_nothing_that_excel_would_rewrite(extreme, tmp_path):
    (tmp_path / "book.xlsx").write_bytes(extreme.data)
    assert ooxml_validators.by_openxml_audit(tmp_path / "book.xlsx") == []


@pytest.mark.soak
@pytest.mark.parametrize(
    "validator",
    [
        pytest.param(
            ooxml_validators.by_open_xml_sdk, marks=pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
        ),
        pytest.param(
            ooxml_validators.by_openxml_audit,
            marks=pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT),
        ),
    ],
)
def test_the_validators_would_see_fonts_as_openpyxl_orders_them(validator, tmp_path):
    book = describe(small_scenario())
    about = Book(book.title, book.sheets[:1], {})
    (tmp_path / "raw.xlsx").write_bytes(package(about))
    assert validator(tmp_path / "raw.xlsx") != []
    (tmp_path / "finished.xlsx").write_bytes(workbook_bytes(about))
    assert validator(tmp_path / "finished.xlsx") == []


def test_every_relationship_refers_to_a_part_and_ids_are_unique(file):
    for name, part in file.parts.items():
        if name.endswith(".rels"):
            folder = PurePosixPath(name).parent.parent
            found = tree(part)
            targets = [
                str(folder / r.get("Target")) if r.get("Target")[0] != "/" else r.get("Target")[1:]
                for r in found
            ]
            assert set(targets) <= set(file.parts), name
            assert len({r.get("Id") for r in found}) == len(targets) == len(set(targets)), name


def test_every_part_has_one_content_type(file):
    types = xml(file, "[Content_Types].xml")
    named = [entry.get("PartName") for entry in types.iter(f"{TYPES}Override")]
    endings = {entry.get("Extension") for entry in types.iter(f"{TYPES}Default")}
    assert len(named) == len(set(named))
    assert {name[1:] for name in named} <= set(file.parts)
    others = {f"/{name}" for name in file.parts} - {*named, "/[Content_Types].xml"}
    assert {name.rpartition(".")[2] for name in others} <= endings - {"xml"}


def test_every_text_is_in_the_shared_strings_once_but_those_of_static_sheets(file):
    table = xml(file, "xl/sharedStrings.xml")
    texts = ["".join(entry.itertext()) for entry in table]
    by_sheet = [[*sheet.iter(f"{MAIN}c")] for sheet in sheets(file).values()]
    of_scenario = [cells for cells in by_sheet if "inlineStr" not in {c.get("t") for c in cells}]
    assert len(by_sheet) - len(of_scenario) == len(STATIC)
    cells = [cell for cells in of_scenario for cell in cells]
    used = [int(c.findtext(f"{MAIN}v")) for c in cells if c.get("t") == "s"]
    assert {cell.get("t") for cell in cells} <= {None, "n", "s", "str", "b", "e"}
    assert (len(used), len(texts)) == (int(table.get("count")), int(table.get("uniqueCount")))
    assert sorted(set(used)) == list(range(len(texts)))
    assert len(set(texts)) == len(texts)


def test_shared_strings_keep_spaces_around_texts(file):
    for text in xml(file, "xl/sharedStrings.xml").iter(f"{MAIN}t"):
        kept = text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        assert kept or text.text == text.text.strip()


def test_children_of_fonts_are_in_the_order_of_the_schema(file):
    for font in xml(file, "xl/styles.xml").iter(f"{MAIN}font"):
        found = [FONT.index(child.tag.removeprefix(MAIN)) for child in font]
        assert found == sorted(set(found))


def test_there_are_few_styles_and_cells_use_existing_ones(file):
    styles = xml(file, "xl/styles.xml")
    formats = styles.find(f"{MAIN}cellXfs")
    assert len(formats) == int(formats.get("count")) < STYLES_MAX / 100
    assert len(styles.find(f"{MAIN}fonts")) < FONTS_MAX / 10
    used = {int(c.get("s", 0)) for sheet in sheets(file).values() for c in sheet.iter(f"{MAIN}c")}
    assert max(used) < len(formats)


def test_ids_of_sheets_and_drawings_are_unique(file):
    book = xml(file, "xl/workbook.xml")
    found = [sheet.get("sheetId") for sheet in book.iter(f"{MAIN}sheet")]
    assert len(found) == len(set(found))
    for name in file.parts:
        if name.startswith("xl/drawings/drawing"):
            ids = [shape.get("id") for shape in xml(file, name).iter(f"{DRAWING}cNvPr")]
            assert len(ids) == len(set(ids)) > 0


def test_sheet_names_are_valid_and_unique(file):
    titles = file.live.sheetnames
    assert len({title.lower() for title in titles}) == len(titles)
    for title in titles:
        assert 1 <= length(title) <= SHEET_NAME_MAX
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", title)
        assert title.lower() != "history"


def test_defined_names_are_valid_unique_and_refer_to_existing_cells(file):
    names = list(xml(file, "xl/workbook.xml").iter(f"{MAIN}definedName"))
    keys = [(entry.get("name").lower(), entry.get("localSheetId")) for entry in names]
    assert len(keys) == len(set(keys))
    for entry in names:
        name, means = entry.get("name"), entry.text
        assert re.fullmatch(r"(_xlnm\.)?[A-Za-z_][A-Za-z0-9_.]*", name)
        assert length(name) <= NAME_MAX
        # Neither an address (A1, FY26) nor one in the R1C1 style.
        assert not re.fullmatch(r"[A-Z]{1,3}[0-9]+|R[0-9]*|C[0-9]*|R[0-9]*C[0-9]*", name, re.I)
        sheets_named = set(re.findall(r"\b([A-Za-z ]+)'?!", means))
        assert sheets_named <= set(file.live.sheetnames)
        assert "#REF!" not in means


def ranges(texts):
    return [range_boundaries(cells) for text in texts for cells in text.split()]


def overlapping(blocks):
    return [
        (one, other)
        for one, other in itertools.combinations(blocks, 2)
        if one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
    ]


@pytest.mark.parametrize("tag", ["dataValidation", "mergeCell", "conditionalFormatting"])
def test_ranges_of_one_kind_do_not_overlap(file, tag):
    for sheet in sheets(file).values():
        found = [e.get("sqref") or e.get("ref") for e in sheet.iter(f"{MAIN}{tag}")]
        assert overlapping(ranges(found)) == []


def test_messages_of_validations_are_within_the_limits_of_excel(file):
    for sheet in sheets(file).values():
        rules = list(sheet.iter(f"{MAIN}dataValidation"))
        for rule in rules:
            assert length(rule.get("promptTitle")) <= TITLE_MAX
            assert length(rule.get("errorTitle")) <= TITLE_MAX
            assert length(rule.get("prompt")) <= MESSAGE_MAX
            assert length(rule.get("error")) <= MESSAGE_MAX
            assert all(length(formula.text) <= MESSAGE_MAX for formula in rule)
        if rules:
            assert int(sheet.find(f"{MAIN}dataValidations").get("count")) == len(rules)


def test_rows_cells_and_formulas_are_in_order_and_within_the_limits_of_excel(file):
    for sheet in sheets(file).values():
        rows = list(sheet.iter(f"{MAIN}row"))
        numbers = [int(row.get("r")) for row in rows]
        assert numbers == sorted(set(numbers))
        assert all(0 < float(row.get("ht", 15)) <= HEIGHT_MAX for row in rows)
        for row in rows:
            places = [range_boundaries(cell.get("r"))[:2] for cell in row]
            assert places == sorted(set(places))
            assert {r for _, r in places} <= {int(row.get("r"))}
        widths = list(sheet.iter(f"{MAIN}col"))
        assert all(0 < float(column.get("width")) <= WIDTH_MAX for column in widths)
        assert overlapping([(int(c.get("min")), 1, int(c.get("max")), 1) for c in widths]) == []
        for formula in sheet.iter(f"{MAIN}f"):
            if formula.get("t") == "dataTable":
                continue
            assert 0 < length(formula.text) <= FORMULA_MAX
            assert formula.text.count(",") < ARGUMENTS_MAX
        shown = (*sheet.iter(f"{MAIN}v"), *sheet.iter(f"{MAIN}t"))
        assert all(length(value.text) <= TEXT_MAX for value in shown)
    texts = xml(file, "xl/sharedStrings.xml").iter(f"{MAIN}t")
    assert all(length(text.text) <= TEXT_MAX for text in texts)


@pytest.mark.skipif(not SOAK, reason="make soak runs it: it takes gigabytes and half a minute")
def test_the_largest_workbook_can_be_read_back():
    """It was: guard.py let fewer cells and bytes pass than the largest scenario makes.

    To write it takes a quarter of a minute, so its bytes are reckoned from those of ten years.
    """
    cells, file = cells_of(describe(largest())), made("ten-years")
    bytes_each = sum(map(len, file.parts.values())) / cells_of(describe(file.scenario))
    assert cells < guard.CELLS_MAX
    assert cells * bytes_each * 1.1 < guard.TOTAL_MAX


def cells_of(book):
    return sum(1 for sheet in book.sheets for _ in sheet.all_cells())
