"""The live model joined with workbooks that others made: xlwings, LibreOffice, openpyxl."""

import io
import re
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.styles import Side

from shorewise.cli import main
from shorewise.engine import take
from shorewise.workbook import check, describe, read
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.layout.roster_figures import with_rows
from shorewise.workbook.ooxml.package import Package
from shorewise.workbook.ooxml.renaming import Renaming
from shorewise.workbook.ooxml.zip_writer import zipped
from shorewise.workbook.template.joining import joined
from shorewise.workbook_files import join
from tests.support.boards import (
    QUICKSTART,
    STANDALONE,
    libreoffice_boards,
    openpyxl_board,
    parts_of,
)
from tests.support.engine_differences import calls, differences, poisoned
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK, by_open_xml_sdk, by_openxml_audit
from tests.support.paths import HYBRID
from tests.support.recalculation import with_value
from tests.support.sample_scenarios import small_scenario
from tests.support.spreadsheet_engines import by_ironcalc, by_libreoffice, without_tables

LISTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
         "xl/sharedStrings.xml", "xl/calcChain.xml"}  # fmt: skip
BOARDS = ("quickstart", "standalone", "drawn", "pivot", "macros")


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    made = libreoffice_boards(tmp_path_factory.mktemp("boards"))
    return dict(zip(BOARDS, [QUICKSTART, STANDALONE, *made], strict=True))


@pytest.fixture(scope="module")
def done(boards, tmp_path_factory):
    """Each board with the model in it."""
    folder = tmp_path_factory.mktemp("joined")
    return {
        name: join(small_scenario(), path, folder / f"{name}{path.suffix}", spare={})
        for name, path in boards.items()
    }


@pytest.mark.soak
@pytest.mark.parametrize("name", BOARDS)
def test_only_the_parts_that_list_what_there_is_change(boards, done, name):
    before, after = parts_of(boards[name]), parts_of(done[name].path)
    changed = {part for part in before if after.get(part) != before[part]}
    pages = {part for part in changed if part.startswith("xl/worksheets/sheet")}
    # A chart of such formulas keeps what they show.
    charts = {part for part in changed if part.startswith("xl/charts/")}
    assert len(charts) == (1 if name == "drawn" else 0)
    assert changed - pages - charts <= LISTS
    # A page changes where its own formulas read the model, and only in the values.
    assert len(pages) == (1 if name == "drawn" else 0)
    assert [*after][: len(before)] == [part for part in before if part in after]
    if name in ("quickstart", "standalone", "macros"):
        assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    if name == "pivot":
        assert any("pivotTable" in part for part in before)
    if name == "drawn":
        assert {"chart", "media"} <= {
            part.split("/")[1].rstrip("s") for part in before if "/" in part
        }


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_SDK or NO_AUDIT), reason=NO_SDK or NO_AUDIT)
@pytest.mark.parametrize("name", BOARDS)
def test_validators_find_nothing_that_they_did_not_find_before(boards, done, name):
    for validator in (by_open_xml_sdk, by_openxml_audit):
        assert {*validator(done[name].path)} <= {*validator(boards[name])}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("name", BOARDS)
def test_the_model_can_be_read_and_checked_there(done, name):
    path = done[name].path
    scenario = small_scenario()
    assert read(path).fingerprint() == scenario.fingerprint()
    assert check(path) == []
    book = load_workbook(path)
    book["Inputs"][book.defined_names["discount_rate"].attr_text.split("!")[1]] = 0.5
    assert book.active.title == load_workbook(done[name].path).worksheets[0].title


@pytest.mark.soak
def test_formulas_of_the_user_get_the_values_of_the_model(done):
    shown = load_workbook(done["drawn"].path, data_only=True).worksheets[0]
    scenario = small_scenario()
    values = scenario.evaluate()
    npv = take(values, "npv", plan=1).item()
    recommended = take(values, "recommended").ravel().tolist().index(1)
    assert shown["B2"].value == pytest.approx(1.1 * npv)
    assert shown["B3"].value == pytest.approx(take(values, "npv", plan=recommended).item())
    assert shown["B4"].value == pytest.approx(1.1 * npv / 1000 if 1.1 * npv > 1000 else 0)
    assert shown["B5"].value == pytest.approx(take(values, "total_cost").sum())
    assert shown["B6"].value == 42
    assert (done["drawn"].computed, done["drawn"].skipped) == (4, [])
    assert b"fullCalcOnLoad" not in parts_of(done["drawn"].path)["xl/workbook.xml"]
    chart = parts_of(done["drawn"].path)["xl/charts/chart1.xml"].decode()
    points = re.findall(r"<c:v>([^<]*)</c:v>", chart.partition("<c:val>")[2])
    assert [*map(float, points)] == [shown[f"B{row}"].value for row in range(2, 6)]
    recalculated = by_libreoffice(str(done["drawn"].path), [("Board page", "B2")])
    assert recalculated["Board page", "B2"] == pytest.approx(1.1 * npv)


def test_formulas_that_cannot_be_computed_are_listed_and_left_to_excel(tmp_path):
    source, target = tmp_path / "board.xlsx", tmp_path / "out.xlsx"
    book = load_workbook(io.BytesIO(openpyxl_board()))
    book.worksheets[0]["B8"] = '=CELL("width",shore_npv)'
    book.save(source)
    source.write_bytes(with_value(source.read_bytes(), "B8", "", "77"))
    assert load_workbook(source, data_only=True).worksheets[0]["B8"].value == 77
    found = join(small_scenario(), source, target, spare={})
    assert load_workbook(target, data_only=True).worksheets[0]["B8"].value is None
    cells = {one.cell: one.reason for one in found.skipped}
    assert [*cells] == ["'Board page'!B6", "'Board page'!B8"]  # one without a saved value, and this
    assert "CELL" in cells["'Board page'!B8"]
    assert b'fullCalcOnLoad="1"' in parts_of(target)["xl/workbook.xml"]


def test_without_an_engine_what_reads_the_model_shows_nothing(boards, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "formualizer", None)
    path = tmp_path / "out.xlsx"
    found = join(small_scenario(), boards["drawn"], path, spare={})
    assert (found.computed, len(found.skipped)) == (0, 4)
    assert all("pip install 'shorewise[calc]'" in one.reason for one in found.skipped)
    before = load_workbook(boards["drawn"], data_only=True).worksheets[0]
    after = load_workbook(path, data_only=True).worksheets[0]
    assert None not in [before[f"B{row}"].value for row in range(2, 7)]
    assert [after[f"B{row}"].value for row in range(2, 7)] == [None, None, None, None, 42]
    assert b"<c:v>" not in parts_of(path)["xl/charts/chart1.xml"].partition(b"<c:val>")[2]


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("prefix", ["", "SW "])
def test_every_formula_of_the_joined_model_equals_the_engine_elsewhere(boards, tmp_path, prefix):
    book = without_tables(describe(with_rows(small_scenario())))
    with zipfile.ZipFile(io.BytesIO(poisoned(book))) as archive:
        ours = Package({name: archive.read(name) for name in archive.namelist()})
    theirs = Package(parts_of(boards["drawn"]))
    titles = {sheet.title: f"{prefix}{sheet.title}" for sheet in book.sheets} if prefix else {}
    names = {"discount_rate": "SW_discount_rate"} if prefix else {}
    path = tmp_path / "joined.xlsx"
    path.write_bytes(zipped(joined(theirs, ours, Renaming(titles, names), '""').parts))
    formulas = {(f"{prefix}{sheet}", cell): f for (sheet, cell), f in book.formulas().items()}
    everything = {cell: formula.value for cell, formula in formulas.items()}
    assert differences(by_ironcalc(str(path), everything), everything) == []
    plain = {cell: f.value for cell, f in formulas.items() if not calls(f)}
    assert differences(by_libreoffice(str(path), plain), plain) == []


def test_the_named_results_are_those_of_the_engine(done):
    book = load_workbook(done["quickstart"].path, data_only=True)
    scenario, values = small_scenario(), small_scenario().evaluate()

    def cells(name):
        sheet, area = book.defined_names[name].attr_text.split("!")
        found = book[sheet][area]
        return [cell.value for cell in found[0]] if isinstance(found, tuple) else found.value

    assert cells("shore_plan") == [*scenario.plans]
    assert cells("shore_npv") == pytest.approx(take(values, "npv").ravel().tolist())
    setup = take(values, "setup_cost").ravel().tolist()
    assert cells("shore_plan_setup_cost") == pytest.approx(setup)
    recommended = take(values, "recommended").ravel().tolist().index(1)
    assert cells("shore_recommended") == scenario.plans[recommended]
    assert cells("shore_recommended_total_cost") == pytest.approx(
        take(values, "total_cost", plan=recommended).item()
    )


def test_cells_look_as_in_a_workbook_of_its_own(done, tmp_path):
    from shorewise import compare

    own = load_workbook(compare(small_scenario(), tmp_path / "own.xlsx", spare={}))
    there = load_workbook(done["quickstart"].path)
    for title in ("Board", "Inputs", "Checks"):
        for row in own[title].iter_rows():
            for cell in row:
                if not cell.has_style:  # an empty cell, which is the user's Normal there
                    continue
                other = there[title][cell.coordinate]
                assert other.number_format == cell.number_format
                assert (other.font.name, other.font.sz, other.font.b) == (
                    cell.font.name, cell.font.sz, cell.font.b)  # fmt: skip
                assert other.fill.fgColor.rgb == cell.fill.fgColor.rgb
                bottoms = (cell.border.bottom or Side(), other.border.bottom or Side())
                assert bottoms[0].style == bottoms[1].style
                assert other.protection.locked == cell.protection.locked
        marks = [rule.dxf.fill.bgColor.rgb for one in own[title].conditional_formatting
                 for rule in one.rules]  # fmt: skip
        assert marks == [rule.dxf.fill.bgColor.rgb for one in there[title].conditional_formatting
                         for rule in one.rules]  # fmt: skip
        assert there[title].sheet_state == own[title].sheet_state


@pytest.mark.soak
def test_clashes_are_one_error_and_a_prefix_solves_them(tmp_path):
    source, target = tmp_path / "board.xlsx", tmp_path / "out.xlsx"
    names = {"Discount_Rate": "'inputs'!$A$6"}
    source.write_bytes(openpyxl_board(title="inputs", names=names))
    with pytest.raises(WorkbookError) as error:
        join(small_scenario(), source, target, spare={})
    assert "sheet Inputs and the name discount_rate" in str(error.value)
    assert not target.exists()
    for prefix in ("x" * 30, "a/b", "'q", "shore "):
        with pytest.raises(WorkbookError, match="prefix is"):
            join(small_scenario(), source, target, prefix=prefix, spare={})
    found = join(small_scenario(), source, target, prefix="SW ", spare={})
    assert found.renamed == {"discount_rate": "SW_discount_rate"}
    book = load_workbook(target)
    assert book.sheetnames[:2] == ["inputs", "SW Board"]
    assert book.defined_names["Discount_Rate"].attr_text == "'inputs'!$A$6"
    assert book.defined_names["shore_npv"].attr_text.startswith("'SW Results'!")
    parts = parts_of(target).items()
    text = "".join(one.decode() for name, one in parts if "sheets/" in name or "charts/" in name)
    assert not re.search(r"<(?:f|c:f)>[^<]*(?<![\w ])(?:Inputs|Live|Costs)!", text)
    assert read(target).fingerprint() == small_scenario().fingerprint()
    assert check(target) == []
    shown = load_workbook(target, data_only=True)["inputs"]
    npv = take(small_scenario().evaluate(), "npv", plan=1).item()
    assert shown["B2"].value == pytest.approx(1.1 * npv)


REFUSED = {
    "has a model": lambda: None,
    "structure is protected": lambda: openpyxl_board(locked=True),
    "from 1904": lambda: openpyxl_board(from_1904=True),
    "as displayed": lambda: openpyxl_board(as_displayed=True),
    "a template": lambda: openpyxl_board(template=True),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_workbooks_that_cannot_take_the_model_are_refused_with_the_reason(reason, done, tmp_path):
    source = tmp_path / "board.xlsx"
    source.write_bytes(REFUSED[reason]() or Path(done["drawn"].path).read_bytes())
    with pytest.raises(WorkbookError, match=reason):
        join(small_scenario(), source, tmp_path / "out.xlsx", spare={})


def test_the_command_says_what_it_did_and_refuses_wrong_endings(tmp_path):
    source, target = tmp_path / "board.xlsx", tmp_path / "out.xlsx"
    source.write_bytes(openpyxl_board())
    run = CliRunner()
    result = run.invoke(main, ["compare", str(HYBRID), "--into", str(source), "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert "4 formulas of your own read the model: computed" in result.output
    assert "Results" in load_workbook(target, read_only=True).sheetnames
    for arguments, words in (
        (["--into", str(source)], "--into needs --output"),
        (["--prefix", "x", "-o", str(target)], "--prefix is for --into"),
        (["--into", str(QUICKSTART), "-o", str(tmp_path / "o.xlsx")], "must end in .xlsm"),
        (["--into", str(source), "-o", str(target)], "--force"),
    ):
        result = run.invoke(main, ["compare", *arguments])
        assert result.exit_code == 2
        assert words in result.output
    result = run.invoke(main, ["rebuild", str(target), "-o", str(tmp_path / "o.xlsx")])
    assert result.exit_code == 2
    assert "join it again" in result.output


def test_the_board_itself_is_never_replaced(tmp_path):
    board = tmp_path / "board.xlsx"
    board.write_bytes(before := Path(STANDALONE).read_bytes())
    with pytest.raises(WorkbookError, match="is the workbook to join; name another file"):
        join(small_scenario(), board, board, force=True)
    assert board.read_bytes() == before
