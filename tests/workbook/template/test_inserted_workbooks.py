"""Rows and columns inserted in whole workbooks, beside LibreOffice and recalculated by others."""

import random
import re
from pathlib import Path

import pytest
import xlwings
from openpyxl import Workbook, load_workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table

from shorewise.workbook.template.insertion import Insertion, inserted
from tests.support.calc_edits import with_lines_inserted
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK, by_open_xml_sdk, by_openxml_audit
from tests.support.spreadsheet_engines import (
    all_converted,
    by_formualizer,
    by_ironcalc,
    converted,
)
from tests.support.zip_parts import packed, parts

DATA = "It's data"
# Within ranges: LibreOffice lets none grow that ends where something is inserted.
LINES = [
    Insertion("Board", "row", 11, 3),
    Insertion("Board", "row", 17, 2),
    Insertion(DATA, "row", 6, 4),
    Insertion("Board", "column", 4, 2),
    Insertion(DATA, "column", 3, 1),
]
RED = PatternFill("solid", bgColor="FFFF0000")


def with_lines(source, made, lines):
    """A file with rows and columns inserted by us."""
    found = parts(source.read_bytes())
    changed = found | inserted(found, lines)
    made.write_bytes(packed({name: data for name, data in changed.items() if data is not None}))
    return made


def filled_workbook():
    """Formulas, names and all that openpyxl writes of what refers to cells."""
    book = Workbook()
    board, data, totals = book.active, book.create_sheet(DATA), book.create_sheet("Totals")
    board.title = "Board"
    for row in range(1, 31):
        for column in range(1, 7):
            board.cell(row, column, row * column)
            data.cell(row, column, row + column)
        board.cell(row, 8, f"=A{row}+B{row}")
        board.cell(row, 9, f"=SUM(A$1:A{row})")
        data.cell(row, 8, f"=Board!B{row}*2+SUM(Board!$A$1:$F$30)")
        totals.cell(row, 1, f"='It''s data'!C{row}+C{min(row + 3, 30)}")
    board["K1"] = "=SUM(A:A)+SUM(1:3)+SUM($B$5:C20)"
    board["K2"] = "=SUM(A1:F30)-A30&\"A12:B12\"&'It''s data'!B5"
    board["K3"] = "=INDEX(A1:C30,3,2)+SUM(A5:INDEX(B1:B30,20))"
    board["K4"] = "=SUM(A10:A13 A12:B12)"
    board["M5"] = ArrayFormula("M5:M9", "=A5:A9*B15:B19")
    names = {
        "list": "Board!$A$5:$A$20",
        "cell": "'It''s data'!$C$12",
        "calc": "SUM(Board!$A$5:$C$25)+Board!$D$30",
    }
    for name, text in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    totals["D1"] = "=SUM(list)+cell+calc"
    board.merge_cells("A22:C22")
    board.merge_cells("D8:D14")
    board.conditional_formatting.add("A5:C25", FormulaRule(formula=["A5>$D$28"], fill=RED))
    validation = DataValidation("list", formula1="$A$15:$A$19")
    validation.add("F3:F19")
    board.add_data_validation(validation)
    for sheet, around, at in ((board, totals, "F5"), (data, board, "O8"), (board, board, "B2")):
        chart = LineChart()
        figures = Reference(sheet, min_col=2, max_col=3, min_row=4, max_row=24)
        chart.add_data(figures, titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=1, min_row=5, max_row=24))
        around.add_chart(chart, at)
    board["B15"].comment = Comment("why", "who")
    board["C3"].hyperlink = "#'It''s data'!B20"
    board.print_title_rows, board.print_area, board.freeze_panes = "1:3", "A1:M30", "B4"
    board.row_breaks.append(Break(id=14))
    data.auto_filter.ref = "A1:F30"
    return book


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A workbook saved by LibreOffice, into which we and LibreOffice insert the same."""
    folder = tmp_path_factory.mktemp("lines")
    filled_workbook().save(folder / "book.xlsx")
    source = converted(folder / "book.xlsx", "xlsx")
    ours = with_lines(source, folder / "ours.xlsx", LINES)
    with_lines_inserted(source, LINES, folder / "theirs.xlsx")
    return converted(ours, "xlsx"), folder / "theirs.xlsx"


def contents(path):
    """All formulas, addresses and values of a workbook, by where they stand."""
    book = load_workbook(path)
    found = {"names": {name: one.attr_text for name, one in book.defined_names.items()}}
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            array = getattr(cell.value, "ref", "")
            link = cell.hyperlink and (cell.hyperlink.ref, cell.hyperlink.location)
            about = (array, getattr(cell.value, "text", cell.value), link, bool(cell.comment))
            if about != ("", None, None, False):
                found[sheet.title, cell.coordinate] = about
        formats = sheet.conditional_formatting
        rules = [(str(f.sqref), *rule.formula) for f in formats for rule in f.rules]
        found[sheet.title] = (
            sorted(map(str, sheet.merged_cells.ranges)),
            sorted(rules),
            [str(one.sqref) for one in sheet.data_validations.dataValidation],
            (sheet.print_title_rows, str(sheet.print_area), sheet.auto_filter.ref),
            (sheet.freeze_panes, [one.id for one in sheet.row_breaks.brk]),
        )
    for name, data in parts(path.read_bytes()).items():
        if match := re.match(r"xl/(charts|drawings)/\w+\.xml", name):
            pattern = rb"<c:f>(.*?)</" if match[1] == "charts" else rb"<xdr:(?:row|col)>(\d+)</"
            found[name] = re.findall(pattern, data)
    return found


def test_all_that_refers_to_cells_is_as_libreoffice_moves_it(both):
    ours, theirs = map(contents, both)
    assert len(ours) > 480
    assert ours == theirs


FUNCTIONS = ("SUM", "MAX", "COUNT", "AVERAGE", "MIN", "SUMSQ")


def random_formula(draw, sheet, row):
    """A formula of cells above, or of those of the other sheet, in any notation."""
    other = sheet == "Two" and draw.random() < 0.5
    prefix = draw.choice(["One!", "'One'!", "one!"]) if other else ""
    last = 12 if other else row - 1

    def cell(at, columns="ABCDEF"):
        return f"{draw.choice(['', '$'])}{draw.choice(columns)}{draw.choice(['', '$'])}{at}"

    first, end = sorted(draw.choices(range(1, last + 1), k=2))
    area = f"{prefix}{cell(first, 'ABC')}:{cell(end, 'CDEF')}"
    one = f"{prefix}{cell(draw.randint(1, last))}"
    return draw.choice(
        [
            f"={draw.choice(FUNCTIONS)}({area})-{one}",
            f"=IF({one}>{cell(draw.randint(1, row - 1))},{one},SUM({area},{one}))",
            f'=LEN("A{first}:B{end}"&{one})+SUM({area})',
            f"=SUM({area})+total*2",
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_old_cells_have_the_same_values_after_an_insertion(seed, tmp_path):
    draw = random.Random(seed)
    book = Workbook()
    book.active.title = "One"
    book.create_sheet("Two")
    book.defined_names["total"] = DefinedName("total", attr_text="SUM(One!$A$1:$C$2)")
    for sheet in book:
        for row in range(1, 13):
            for column in range(1, 7):
                is_number = row < 3 or draw.random() < 0.3
                content = (
                    draw.randint(-9, 99) if is_number else random_formula(draw, sheet.title, row)
                )
                sheet.cell(row, column, content)
    source = tmp_path / "source.xlsx"
    book.save(source)
    lines = [
        Insertion(
            draw.choice(["One", "TWO"]), draw.choice(["row", "column"]), at, draw.randint(1, 4)
        )
        for at in draw.choices(range(1, 7), k=4)
    ]
    made = with_lines(source, tmp_path / "made.xlsx", lines)

    def moved(title, axis, at):
        return at + sum(
            one.count
            for one in lines
            if (one.sheet.title(), one.axis) == (title, axis) and one.after < at
        )

    grid = [(row, column) for row in range(1, 13) for column in range(1, 7)]
    places = [(title, *position) for title in ("One", "Two") for position in grid]
    old = [(title, f"{get_column_letter(column)}{row}") for title, row, column in places]
    new = [
        (title, f"{get_column_letter(moved(title, 'column', column))}{moved(title, 'row', row)}")
        for title, row, column in places
    ]
    assert old != new
    for engine in (by_formualizer, by_ironcalc):
        before, after = engine(str(source), old), engine(str(made), new)
        assert [after[one] for one in new] == [before[one] for one in old], engine.__name__


@pytest.fixture(scope="module")
def table_book(tmp_path_factory):
    """A list with a table of one row, totals below, and a chart of it."""
    book = filled_workbook()
    sheet = book.create_sheet("List")
    for row in (("Plan", "Cost"), ("Base", 5), ("Total", "=SUM(B2:B2)")):
        sheet.append(row)
    sheet.add_table(Table(displayName="Plans", ref="A1:B2"))
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2))
    sheet.add_chart(chart, "D8")
    path = tmp_path_factory.mktemp("table") / "book.xlsx"
    book.save(path)
    return path


def test_a_table_of_one_row_grows_with_its_sum_and_its_chart(table_book, tmp_path):
    made = with_lines(table_book, tmp_path / "made.xlsx", [Insertion("List", "row", 2, 3)])
    sheet = load_workbook(made)["List"]
    assert sheet.tables["Plans"].ref == "A1:B5"
    assert sheet["B6"].value == "=SUM(B2:B5)"
    charts = [data for name, data in parts(made.read_bytes()).items() if "charts/chart" in name]
    assert sum(b"'List'!$B$2:$B$5<" in data for data in charts) == 1
    (shown,) = all_converted([made], "xlsx")
    assert load_workbook(shown, data_only=True)["List"]["B6"].value == 5


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_SDK or NO_AUDIT), reason=NO_SDK or NO_AUDIT)
def test_validators_find_nothing_new(table_book, tmp_path):
    lines = [*LINES, Insertion("List", "row", 2, 3), Insertion("List", "column", 2, 1)]
    made = with_lines(table_book, tmp_path / "made.xlsx", lines)
    for validator in (by_open_xml_sdk, by_openxml_audit):
        assert len(validator(made)) <= len(validator(table_book)), validator(made)


PROJECTS = sorted(Path(xlwings.__file__).parent.glob("*.xlsm"))


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.name)
def test_workbooks_of_xlwings_change_only_where_something_moves(path, tmp_path):
    """Below and beside all cells nothing changes, except that the chain of calculation goes."""
    found = parts(path.read_bytes())
    titles = load_workbook(path).sheetnames
    far = [Insertion(title, axis, 16_000, 2) for title in titles for axis in ("row", "column")]
    changed = {name for name, data in inserted(found, far).items() if data is not None}
    gone = "xl/calcChain.xml" in found
    lists = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"} if gone else set()
    assert changed == lists
    near = [Insertion(title, axis, 1, 2) for title in titles for axis in ("row", "column")]
    made = with_lines(path, tmp_path / path.name, near)
    old, new = load_workbook(path), load_workbook(made)
    for title in titles:
        for row in old[title].iter_rows(min_row=2, min_col=2):
            for cell in row:
                assert new[title][cell.offset(2, 2).coordinate].style_id == cell.style_id
    if not (NO_SDK or NO_AUDIT):
        assert len(by_open_xml_sdk(made)) <= len(by_open_xml_sdk(path))
