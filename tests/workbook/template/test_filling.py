"""Templates filled with results: values by hand of the engine's arrays, all else byte for byte."""

import gc
import io
import weakref
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from shorewise import fill_template
from shorewise.engine import Scenario, default_model, take
from shorewise.engine.errors import DomainError
from shorewise.udfs import SHORE_LOADED_COST
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.template.example import example
from shorewise.workbook.template.filling import Template, TemplateFile
from shorewise.workbook.template.marks import marked
from shorewise.workbook.template.name_list import name_rows
from shorewise.workbook.template.named_results import (
    NamedResults,
    lines_of,
)
from shorewise.workbook.template.result_names import known_names, parsed
from tests.support.ooxml_validators import NO_SDK, by_open_xml_sdk
from tests.support.spreadsheet_engines import by_formualizer, by_libreoffice

CASE = Scenario.default()
VALUES = CASE.evaluate()
NPV = take(VALUES, "npv").tolist()
MID = CASE.plans.index("Mid")


def template(tmp_path, cells, more=None, name="board.xlsx"):
    book = Workbook()
    sheet = book.active
    sheet.title = "Board"
    for address, content in cells.items():
        sheet[address] = content
    if more:
        more(book, sheet)
    path = tmp_path / name
    book.save(path)
    return path


def filled(path, case=CASE):
    data = Template(TemplateFile.read(path)).filled(case).data
    return data, load_workbook(io.BytesIO(data))["Board"]


def test_marks_and_names_show_what_the_engine_computes(tmp_path):
    cells = {
        "A1": "{{ recommended.npv }}",
        "A2": '{{ plan["Far"].npv }} {{scenario.currency}}',
        "A3": "{{ plan[3].npv | 0.00 }}",
        "A4": "{{ if recommended.npv > 0 }}pays{{ else }}loses{{ end }}",
        "A5": "{{ scenario.start_date }}",
        "A6": '{{ site["Mid"].salary }}',
        "A7": "{{ row if assumptions.count }}assumed",
        "A8": "{{ plans.count }}",
    }

    def more(book, sheet):
        sheet["A1"].number_format = "#,##0"
        book.defined_names["shore.plan2.npv"] = DefinedName(
            "shore.plan2.npv", attr_text="Board!$C$1"
        )

    _, sheet = filled(template(tmp_path, cells, more))
    assert CASE.plans[2] == "Far"
    assert [sheet[f"A{row}"].value for row in range(1, 9)] == [
        NPV[MID], f"{NPV[2]:,.0f} USD", f"{NPV[2]:.2f}", "pays", 46388, 60_000, "assumed", 4,
    ]  # fmt: skip
    assert sheet["A1"].number_format == "#,##0"
    assert sheet["C1"].value == NPV[1]
    assert sheet.row_dimensions[7].hidden
    assert not sheet.row_dimensions[6].hidden


def test_a_table_a_chart_and_formulas_grow_with_a_repeated_row(tmp_path):
    cells = {
        "B4": "Plan", "C4": "NPV", "D4": "Twice", "B5": "{{ plans.name }}",
        "C5": "{{ plans.npv }}", "D5": "=C5*2", "B6": "Total", "C6": "=SUM(C5:C5)",
        "D6": "=SUM(Plans[Twice])", "B7": "below",
    }  # fmt: skip

    def more(_, sheet):
        sheet.add_table(Table(displayName="Plans", ref="B4:D5"))
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=5))
        sheet.add_chart(chart, "F2")

    path = template(tmp_path, cells, more)
    data, sheet = filled(path)
    assert [sheet.cell(row, 3).value for row in range(5, 9)] == NPV
    assert [sheet.cell(row, 2).value for row in range(5, 11)] == [*CASE.plans, "Total", "below"]
    assert sheet["D8"].value == "=C8*2"
    assert sheet["C9"].value == "=SUM(C5:C8)"
    assert sheet.tables["Plans"].ref == "B4:D8"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert "$C$5:$C$8" in chart
    assert f"<v>{NPV[3]!r}</v>" in chart
    out = tmp_path / "out.xlsx"
    out.write_bytes(data)
    assert NO_SDK or by_open_xml_sdk(out) == by_open_xml_sdk(path)
    found = by_libreoffice(str(out), [("Board", "C9"), ("Board", "D9")])
    assert [*found.values()] == pytest.approx([sum(NPV), 2 * sum(NPV)], rel=1e-12)
    found = by_formualizer(str(out), [("Board", "C9"), ("Board", "D8")])  # knows no tables
    assert [*found.values()] == pytest.approx([sum(NPV), 2 * NPV[3]], rel=1e-12)


def test_columns_repeat_across_and_a_matrix_down_and_across(tmp_path):
    cells = {
        "A1": "Plan", "B1": "{{ across years.name }}", "A2": "{{ plans.name }}",
        "B2": "{{ plans.years.cost }}", "C1": "after",
    }  # fmt: skip
    _, sheet = filled(template(tmp_path, cells))
    assert [cell.value for cell in sheet[1]] == ["Plan", "FY2027", "FY2028", "FY2029", "after"]
    for plan in range(4):
        expected = take(VALUES, "cost_by_year", plan=plan).tolist()[:3]  # of 36 months
        assert [sheet.cell(2 + plan, 2 + year).value for year in range(3)] == expected


def test_all_parts_without_marks_stay_byte_for_byte(tmp_path):
    path = template(
        tmp_path, {"A1": "{{ scenario.name }}", "B1": 1}, lambda b, _: b.create_sheet("X")
    )
    data, _ = filled(path)
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(io.BytesIO(data)) as after:
        assert before.namelist() == after.namelist()
        changed = [n for n in before.namelist() if before.read(n) != after.read(n)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_texts_of_a_scenario_never_become_formulas(tmp_path):
    data = CASE.to_dict() | {"name": "=1+1"}
    case = Scenario.from_dict(data, "test")
    _, sheet = filled(template(tmp_path, {"A1": "{{ scenario.name }}"}), case)
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{ recomended.npv }}", "did you mean recommended.npv?"),
        ("{{ plans }}", "plans is no result; did you mean plans.npv?"),
        ("{{ plan.npv }}", 'write plan["NAME"] for one plan, or plans for each'),
        ("{{ years.cost }}", "write plans.months.cost or plans.years.cost"),
        ("{{ recommended.npv | abc }}", "'abc' is no number format"),
        ("{{ if recommended.npv }}x", "{{ if ... }} needs one {{ end }}"),
        ("{{ recommended.npv", "opens a mark that does not end in }}"),
        ("{{ across recommended.npv }}", "recommended.npv is one value, with none across"),
        ("{{ plans.npv }} {{ sites.name }}", "repeated over different things"),
        ("{{ row if plans.npv }}x", "plans.npv is one of many; a row needs one condition"),
        ("{{ row if assumptions.count }}{{ plans.npv }}", "a row that is repeated cannot"),
        ("{{ }}", "{{ }} holds no name"),
        ('="NPV {{ recommended.npv }}"', "a mark in a formula is not filled"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_mark_is_said_with_its_cell(tmp_path, mark, said):
    path = template(tmp_path, {"C3": mark})
    (fault,) = Template(TemplateFile.read(path)).contents.faults
    assert fault.place == "Board!C3"
    assert said in fault.what
    with pytest.raises(WorkbookError, match="Board!C3"):
        filled(path)


def _header(_, sheet):
    sheet.oddFooter.center.text = "{{ scenario.name }}"


def _title(_, sheet):
    sheet.title = "Of {{ scenario.name }}"


def _table(_, sheet):
    sheet.add_table(Table(displayName="Plans", ref="A2:B3"))


@pytest.mark.parametrize(
    ("cells", "more", "said"),
    [
        ({"A1": "x"}, _header, "sheet Board: a mark in its header or footer is not filled"),
        ({"A1": "x"}, _title, "sheet Of {{ scenario.name }}: a mark in the title of a sheet"),
        ({"A2": "{{ scenario.currency }}", "B2": "n"}, _table, "Board!A2: the headers and totals"),
        (
            {"A3": "{{ plans.name }}"},
            lambda _, sheet: sheet.merge_cells("A3:A4"),
            "Board!A3: is merged over several rows",
        ),
        (
            {"A3": "{{ across years.name }}"},
            lambda _, sheet: sheet.merge_cells("A3:B3"),
            "Board!A3: is merged over several columns",
        ),
        ({"A1": "{ { recommended.npv } }"}, None, "all sheets: there is no mark"),
    ],
)
def test_marks_that_would_be_left_or_lost_are_faults(tmp_path, cells, more, said):
    path = template(tmp_path, cells, more)
    (fault,) = Template(TemplateFile.read(path)).contents.faults
    assert str(fault).startswith(said)


def test_formulas_beside_marks_that_read_them_are_repeated(tmp_path):
    cells = {
        "A2": "{{ plans.name }}", "B2": "{{ plans.years.cost }}", "C2": "=SUM(B2:B2)",
        "D2": "=C2/SUM($C$2:$C$2)", "E2": "=$B$2", "G2": "=C2", "A3": "Total",
        "B3": "=SUM(B2:B2)", "C3": "=SUM(C2:C2)",
    }  # fmt: skip
    _, sheet = filled(template(tmp_path, cells))
    rows = [[cell.value for cell in row] for row in sheet["E2:I6"]]
    assert rows == [  # of four plans and three years
        ["=SUM(B2:D2)", "=E2/SUM($E$2:$E$5)", "=$B$2", None, "=E2"],
        *(
            [f"=SUM(B{row}:D{row})", f"=E{row}/SUM($E$2:$E$5)", None, None, None]
            for row in (3, 4, 5)
        ),
        ["=SUM(E2:E5)", None, None, None, None],
    ]
    assert [cell.value for cell in sheet[6]][:4] == [
        "Total", "=SUM(B2:B5)", "=SUM(C2:C5)", "=SUM(D2:D5)",
    ]  # fmt: skip


@pytest.mark.soak
def test_merged_cells_of_a_repeated_row_are_merged_in_each(tmp_path):
    cells = {"A1": "{{ scenario.name }}", "A3": "{{ plans.name }}", "C3": "{{ plans.npv }}"}

    def more(_, sheet):
        for area in ("A1:C1", "A3:B3", "E3:F3"):
            sheet.merge_cells(area)

    path = template(tmp_path, cells, more)
    data, sheet = filled(path)
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        "A1:C1", "A3:B3", "A4:B4", "A5:B5", "A6:B6", "E3:F3",
    }  # fmt: skip
    out = tmp_path / "out.xlsx"
    out.write_bytes(data)
    assert NO_SDK or by_open_xml_sdk(out) == by_open_xml_sdk(path)


def test_rows_of_a_table_with_nothing_but_its_formulas_are_filled_first(tmp_path):
    cells = {"A1": "Plan", "B1": "NPV", "C1": "Twice", "A2": "{{ plans.name }}",
             "B2": "{{ plans.npv }}", "C2": "=B2*2", "C3": "=B3*2", "C4": "=B4*2",
             "A5": "below"}  # fmt: skip

    def more(_, sheet):
        sheet.add_table(Table(displayName="Plans", ref="A1:C4"))

    _, sheet = filled(template(tmp_path, cells, more))
    assert [cell.value for cell in sheet["A"]] == ["Plan", *CASE.plans, "below"]
    assert [cell.value for cell in sheet["C"]][1:5] == [f"=B{row}*2" for row in range(2, 6)]
    assert sheet.tables["Plans"].ref == "A1:C5"


def test_what_stands_beside_blank_rows_of_a_table_stays(tmp_path):
    cells = {"A1": "Plan", "B1": "NPV", "A2": "{{ plans.name }}", "B2": "{{ plans.npv }}",
             "C2": "=B2*2", "C3": "a note"}  # fmt: skip

    def more(_, sheet):
        sheet.add_table(Table(displayName="Plans", ref="A1:B5"))

    _, sheet = filled(template(tmp_path, cells, more))
    assert [cell.value for cell in sheet["C"]] == [None, "=B2*2", "a note", None, None]
    assert [cell.value for cell in sheet["A"]] == ["Plan", *CASE.plans]
    assert sheet.tables["Plans"].ref == "A1:B5"


def test_a_condition_with_a_plural_is_repeated_like_any_mark(tmp_path):
    cells = {"A1": "{{ if plans.npv > 2000000 }}high{{ else }}low{{ end }}"}
    _, sheet = filled(template(tmp_path, cells))
    expected = ["high" if npv > 2_000_000 else "low" for npv in NPV]
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == expected
    assert {*expected} == {"high", "low"}


def test_cells_of_an_array_that_depends_on_results_lose_their_values(tmp_path):
    def more(_, sheet):
        sheet["C1"] = ArrayFormula("C1:C2", "=A1:A2*2")

    path = template(tmp_path, {"A1": "{{ recommended.npv }}", "A2": 1, "B1": "=A2+1"}, more)
    done = Template(TemplateFile.read(path)).filled(CASE)
    assert [one.cell for one in done.skipped] == ["'Board'!C1"]
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")


def test_a_formula_that_cannot_be_computed_is_listed_and_so_is_what_reads_it(tmp_path):
    cells = {
        "A1": "{{ recommended.npv }}", "B1": '=CELL("width",A1)', "B2": "=B1+A1", "B3": "=A1/4",
        "B4": "=SHORE_LOADED_COST(A1/20)", "C1": 5, "C2": "=C1*2",
    }  # fmt: skip
    path = template(tmp_path, cells)
    found = fill_template(CASE, path, tmp_path / "out.xlsx")
    reasons = {one.cell: one.reason for one in found.skipped}
    assert found.computed == 2
    assert "CELL" in reasons.pop("'Board'!B1")
    assert "'Board'!B1" in reasons.pop("'Board'!B2")
    assert "has no saved value" in reasons.pop("'Board'!C2")  # as openpyxl wrote it
    assert reasons == {}
    sheet = load_workbook(found.paths[0], data_only=True)["Board"]
    assert sheet["B3"].value == NPV[MID] / 4
    assert sheet["B4"].value == pytest.approx(SHORE_LOADED_COST(NPV[MID] / 20))
    assert (sheet["B1"].value, sheet["B2"].value) == (None, None)


def test_a_workbook_with_dates_from_1904_takes_no_results(tmp_path):
    def more(book, _):
        book.epoch = CALENDAR_MAC_1904

    path = template(tmp_path, {"A1": "{{ scenario.start_date }}"}, more)
    with pytest.raises(WorkbookError, match=r"board\.xlsx: its dates count from 1904"):
        filled(path)


def test_a_plan_that_the_scenario_has_not_is_named_with_its_cell(tmp_path):
    path = template(tmp_path, {"B2": '{{ plan["Mdi"].npv }}'})
    with pytest.raises(WorkbookError, match=r"Board!B2: .*'Mdi'; did you mean Mid\?"):
        filled(path)


def test_every_name_that_is_listed_can_be_read():
    rows = name_rows(CASE)
    assert [row.name for row in rows] == [*known_names()]
    assert {row.kind for row in rows} == {"text", "date", "number"}
    results = NamedResults.of(CASE)
    assert results.read(parsed("plans.name")).values == [[*CASE.plans]]
    with pytest.raises(DomainError, match="recommended"):
        parsed("recommended.bridge")


@pytest.mark.soak
def test_every_name_is_read_from_the_lines_that_it_says():
    results = NamedResults.of(CASE)
    for text in known_names():
        name = parsed(text)
        values = default_model().evaluate(CASE.values, CASE.horizon_months, lines_of([name]))
        found = NamedResults(lambda _: CASE, 1, values)
        assert found.read(name) == results.read(name)


def test_results_of_many_scenarios_are_those_of_each_by_itself():
    shape = (3, 1, 1, 1, 1)
    moved = {
        "months_counted": np.array([12, 24, 36]).reshape(shape),
        "discount_rate": np.array([0.05, 0.1, 0.3]).reshape(shape),
        "break_even_limit": np.array([1, 9, 24]).reshape(shape),
    }
    values = default_model().evaluate(CASE.values | moved, CASE.horizon_months)
    cases = [
        replace(
            CASE, values=CASE.values | {name: array[n : n + 1] for name, array in moved.items()}
        )
        for n in range(3)
    ]
    found = NamedResults(cases.__getitem__, 3, values)
    for n, case in enumerate(cases):
        alone = NamedResults.of(case)
        for text in known_names():
            name = parsed(text)
            assert found.read(name).values[n] == alone.read(name).values[0], text


def test_workbooks_filled_together_are_those_filled_one_by_one(tmp_path):
    count = 70  # more than are written together, with 1, 2 or 3 fiscal years
    shape = (count, 1, 1, 1, 1)
    moved = {
        "months_counted": np.resize([12, 24, 36], count).reshape(shape),
        "discount_rate": np.resize([0.05, 0.1, 0.3, 0.1], count).reshape(shape),
        "break_even_limit": np.resize([1, 9, 24, 36, 60], count).reshape(shape),
    }
    cells = {
        "A1": "{{ recommended.name }}",
        "A2": "{{ row if recommended.npv > 0 }}{{ recommended.npv | 0.0 }} by {{ scenario.name }}",
        "A4": "{{ recommended.years.cost }}",
        "B4": "{{ years.name }}",
        "A9": "{{ plans.years.cost }}",
    }
    values = default_model().evaluate(CASE.values | moved, CASE.horizon_months)
    cases = [
        replace(
            CASE, values=CASE.values | {name: array[n : n + 1] for name, array in moved.items()}
        )
        for n in range(count)
    ]
    board = Template(TemplateFile.read(template(tmp_path, cells)))
    found = [*board.filled_all(NamedResults(cases.__getitem__, count, values))]
    assert [one.data for one in found] == [board.filled(case).data for case in cases]
    assert len({one.data for one in found}) >= 12


def test_results_are_freed_once_their_workbooks_are_filled(tmp_path):
    board = Template(TemplateFile.read(template(tmp_path, {"A1": "{{ plans.years.cost }}"})))
    results = NamedResults.of(CASE)
    assert len([*board.filled_all(results)]) == 1
    alive = weakref.ref(results)
    del results
    gc.collect()
    assert alive() is None


def test_years_of_each_plan_are_counted_as_numbers(tmp_path):
    data, _ = filled(template(tmp_path, {"A1": "{{ plans.years.count }}"}))
    sheet = load_workbook(io.BytesIO(data))["Board"]
    years = len(NamedResults.of(CASE).read(parsed("years.name")).values[0])
    assert [row[0].value for row in sheet["A1:A4"]] == [years] * 4


def test_all_inputs_that_sentences_read_are_known():
    class Noted(dict):
        def __getitem__(self, name):
            read.add(name)
            return super().__getitem__(name)

    for overlap in ((), ((CASE.sites[1], 4.0),)):
        for decision in (0.0, 1.0, 2.0):
            read = set()
            values = Noted(CASE.values | {"decision": np.full((1,) * 5, decision)})
            unset = replace(CASE.unset, overlap=overlap)
            _ = replace(CASE, unset=unset, values=values).assumed
            assert read <= {*unset.read}
            assert {"heads", "decision"} < read


def test_the_template_to_start_from_has_no_fault_and_is_valid(tmp_path):
    path = tmp_path / "board.xlsx"
    path.write_bytes(example())
    made = Template(TemplateFile.read(path))
    assert made.contents.faults == []
    done = made.filled(CASE)
    out = tmp_path / "out.xlsx"
    out.write_bytes(done.data)
    assert NO_SDK or by_open_xml_sdk(out) == by_open_xml_sdk(path)
    texts = [c.value for sheet in load_workbook(out) for row in sheet.iter_rows() for c in row]
    assert not [text for text in texts if isinstance(text, str) and "{{" in text]


def test_a_text_without_marks_shows_as_it_is():
    assert marked("50 % }} of {x}").shown(lambda _: 0) == "50 % }} of {x}"
