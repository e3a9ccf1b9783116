"""Tables as people save them: blank rows, notes, semicolons, formulas nobody has computed."""

import datetime
import decimal
import gzip
import re
import sqlite3
import zipfile

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from shorewise import bulk as api_bulk
from shorewise.engine import Scenario
from shorewise.engine.errors import DomainError
from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk import bulk, problems_of, workbooks
from shorewise.workbook.bulk.row_sources import frames
from shorewise.workbook.bulk.table_options import TableOptions
from tests.support.bulk_runs import BASE, lines, run
from tests.support.effort import loops_taken

SALARY = "site.Away.salary"
SEMICOLONS = "semicolons between cells and decimal commas"


def written(tmp_path, text, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def book(tmp_path, rows, name="t.xlsx"):
    workbook = Workbook()
    for n, row in enumerate(rows, 1):
        for m, cell in enumerate(row, 1):
            workbook.active.cell(n, m, cell)
    workbook.save(tmp_path / name)
    return tmp_path / name


def read(tmp_path, source, **options):
    """Discount rate of each scenario of a run, and what is in errors.csv: rows and columns."""
    run(source, tmp_path / "out", size=1_000, **options)
    wrong = [(int(one["row"]), one["column"]) for one in lines(tmp_path / "out", "errors.csv")]
    ids = list(dict.fromkeys(one["scenario"] for one in lines(tmp_path / "out")))
    return ids, wrong


@pytest.mark.parametrize(
    "text",
    [
        "scenario,discount_rate,horizon_months\r\nA,0.08,\r\nB,0.12,\r\n,,\r\n,,\r\n",
        "scenario,discount_rate,\r\nA,0.08,\r\nB,0.12,\r\n",
        "scenario,discount_rate\nA,0.08\n\n  \n , \t \n\u00a0,\u200b\nB,0.12\n\n\n",
        "\n,,\nscenario,,discount_rate\nA,,0.08\nB, ,0.12\n",
        ' scenario , discount_rate\n A ,0.08\n"B"," 0.12 "\n',
        "\ufeffscenario,discount_rate,,,\nA,0.08,,,\nB,0.12,, ,\n",
    ],
    ids=["rows of commas", "empty column", "blank lines", "above", "spaces", "BOM"],
)
def test_blank_rows_and_columns_of_a_text_file_are_skipped(tmp_path, text):
    assert read(tmp_path, written(tmp_path, text)) == (["A", "B"], [])
    found = pd.concat(frames(tmp_path / "t.csv", 10))
    assert found["discount_rate"].str.strip().tolist() == ["0.08", "0.12"]


def test_blank_rows_and_columns_of_a_sheet_are_skipped(tmp_path):
    rows = [("scenario", None, "discount_rate", None), ("A", None, 0.08), (None, " ", None, " ")]
    source = book(tmp_path, [*rows, ("B", "", 0.12), *[()] * 40, (None, None, None, " ")])
    assert read(tmp_path, source) == (["A", "B"], [])


def test_a_blank_cell_far_below_a_table_is_not_a_scenario(tmp_path):
    workbook = Workbook()
    for row in (("scenario", "discount_rate"), ("A", 0.08), ("B", 0.12)):
        workbook.active.append(row)
    workbook.active["A1048576"] = " "
    workbook.save(tmp_path / "t.xlsx")
    assert read(tmp_path, tmp_path / "t.xlsx") == (["A", "B"], [])


def test_blank_rows_of_typed_columns_are_skipped(tmp_path):
    table = pd.DataFrame(
        {"scenario": ["A", None, "", "B"], "discount_rate": [0.08, np.nan, np.nan, 0.12]}
    )
    table.to_parquet(tmp_path / "t.parquet")
    table.to_sql("t", f"sqlite:///{tmp_path / 't.db'}", index=False)
    assert read(tmp_path, table) == (["A", "B"], [])
    assert read(tmp_path, tmp_path / "t.parquet") == (["A", "B"], [])
    assert read(tmp_path, f"sqlite:///{tmp_path / 't.db'}", query="t") == (["A", "B"], [])


def test_row_numbers_count_blank_rows(tmp_path):
    source = written(tmp_path, "discount_rate,break_even_limit\n0.1,\n,\n\n2,\n0.3,\n,\n,0\n")
    assert read(tmp_path, source, limit=3) == (["2", "6"], [(5, "discount_rate")])
    assert [one.row for one in problems_of(source, BASE)] == [5, 8]
    ids = [one for one, _ in workbooks(source, BASE, on_problem=lambda _: None)]
    assert ids == ["2", "6"]


CUT = "scenario,discount_rate,break_even_limit\nA,0.08,6\nB,0.12\nC\nD,0.1,\n"
NOTES = "scenario,discount_rate\nA,0.08\nB,\n\nC,0.1\n,\nSource: finance,\n* rounded,\n\nD,0.2\n"


def test_a_truncated_row_is_an_error_and_not_a_scenario(tmp_path):
    source = written(tmp_path, CUT)
    assert read(tmp_path, source) == (["A", "D"], [(3, ""), (4, "")])
    said = [one.text for one in problems_of(source, BASE)]
    assert said[1] == "row 4: it ends after 1 of 3 cells; empty cells need delimiters too"


def test_a_note_below_an_empty_row_is_an_error_and_not_a_scenario(tmp_path):
    expected = (["A", "B", "C", "D"], [(7, ""), (8, "")])
    source = written(tmp_path, NOTES)
    assert read(tmp_path, source) == expected
    assert "row 7: it is below an empty row and sets no input" in problems_of(source, BASE)[0].text
    cells = [[cell or None for cell in line.split(",")] for line in NOTES.splitlines()]
    assert read(tmp_path, book(tmp_path, cells)) == expected
    rows = [([*row, None])[:2] for row in cells[1:]]
    frame = pd.DataFrame(rows, columns=cells[0])  # which has no row for its head
    assert read(tmp_path, frame) == (expected[0], [(6, ""), (7, "")])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_value_without_a_heading_is_reported_in_one_line(tmp_path, kind):
    for rows, said in (
        ([("a", "", "c"), (1, 2, 3)], "column 2 of its head is empty"),
        ([("a", "b"), (1, 2), ("", "", "note")], "its rows have more cells than its head"),
    ):
        text = "\n".join(",".join(map(str, row)) for row in rows)
        source = written(tmp_path, text) if kind == "csv" else book(tmp_path, rows)
        with pytest.raises(WorkbookError, match=f"cannot be read: {said}"):
            list(frames(source, 100))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario;discount_rate\r\nA;0,08\r\nB;0,12\r\n", SEMICOLONS),
        ("scenario;discount_rate\nA;0.08\nB;0.12\n", "semicolons between cells and decimal points"),
        ("sep=;\nscenario;discount_rate\nA;,08\nB;+1,2E-1\n", SEMICOLONS),
        ("scenario\tdiscount_rate\nA\t0,08\nB\t0,12\n", "tabs between cells and decimal commas"),
        ("scenario|discount_rate\nA|0.08\nB|0.12\n",
         "vertical bars between cells and decimal points"),
        ('scenario;discount_rate\n"A";"0,08"\n"B";"0,12"\n', SEMICOLONS),
    ],
)  # fmt: skip
def test_the_format_of_a_text_file_is_detected_and_reported(tmp_path, text, said):
    source = written(tmp_path, text)
    notes = []
    found = dict(workbooks(source, BASE, on_note=notes.append))
    assert [*found] == ["A", "B"]
    assert notes == [f"read with {said}"]
    assert problems_of(source, BASE, on_note=notes.append) == []
    table = pd.DataFrame({"scenario": ["A", "B"], "discount_rate": [0.08, 0.12]})
    assert found == dict(workbooks(table, BASE))
    assert notes[1:] == notes[:1]
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(source.read_bytes()))
    assert dict(workbooks(tmp_path / "t.csv.gz", BASE)) == found


def test_plain_csv_is_not_reported_and_semicolons_in_it_are_text(tmp_path):
    text = f"scenario,name,{SALARY}\na;b;c,x;y,1\nd;e;f,,2\n"
    notes = []
    assert problems_of(written(tmp_path, text), BASE, on_note=notes.append) == []
    assert notes == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f"discount_rate;{SALARY}\n0,08;80.000\n0,1;80000,5\n0,1;1.234,50\n0,1;1 234,5\n", []),
        (f"scenario;{SALARY}\na;80.000\nb;80,000\nc;80000\nd;1234,5\n", [1, 2]),
        (f"scenario;{SALARY}\na;80.000\nb;80,000\nc;80000\n", [1, 2]),
        (f"scenario;{SALARY}\na;80.000\nb;80,000\nc;80000\nd;0.5E5\n", [1, 2]),
        (f"scenario,{SALARY}\na,80.000\nb,80000\n", [1]),
        (f'scenario,{SALARY}\na,"80,000"\nb,80000\n', [1]),
        (f'scenario,{SALARY}\na,"80,000"\nb,80000.5\n', []),
    ],
)  # fmt: skip
def test_an_ambiguous_number_is_refused(tmp_path, text, wrong):
    found = problems_of(written(tmp_path, text), BASE)
    below_the_head = [(row + 1, SALARY) for row in wrong]
    assert [(one.row, one.column) for one in found] == below_the_head


def test_decimal_commas_and_points_in_one_file_are_reported_in_one_line(tmp_path):
    source = written(tmp_path, "scenario;discount_rate\nA;0,08\nB;0.12\n")
    with pytest.raises(WorkbookError, match="both decimal commas and decimal points; use only one"):
        problems_of(source, BASE)


def test_kept_columns_travel_to_the_results_and_ignored_ones_are_not_read(tmp_path):
    text = "Scenario,Project no.,note,discount_rate\nA,0017,=1+1,0.08\nB,,x,0.12\n,,only a note,\n"
    options = TableOptions(keep=("project NO.",), ignore=("note",))
    assert read(tmp_path, written(tmp_path, text), options=options) == (["A", "B"], [])
    kept = {(one["scenario"], one["project NO."]) for one in lines(tmp_path / "out")}
    assert kept == {("A", "0017"), ("B", "")}
    table = pd.DataFrame({"n": [7.0, 8.0], "day": pd.to_datetime(["2027-01-02"] * 2), "x": [1, 2]})
    found = api_bulk(
        table.assign(discount_rate=["0.1", "2"]), BASE.to_dict(), keep=["day", "n"], ignore="x"
    )
    assert found.results[["day", "n"]].drop_duplicates().to_numpy().tolist() == [
        [pd.Timestamp("2027-01-02"), 7.0]
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"keep": ("nots",)},
            "keep names 'nots', but no column is called that; did you mean note?",
        ),
        (
            {"ignore": ("x",)},
            "ignore names 'x', but no column is called that; there are scenario, note, discount",
        ),
        ({"keep": ("NPV",)}, "keep is 'NPV', which results or errors have as a"),
        ({"ignore": ("scenario", "note", "discount_rate")}, "no column sets an input"),
        ({}, "column 'note' names no input"),
    ],
)
def test_an_option_about_columns_that_cannot_be_met_is_refused(tmp_path, options, said):
    source = written(tmp_path, "scenario,note,discount_rate\nA,x,0.1\n")
    with pytest.raises((WorkbookError, DomainError), match=re.escape(said)):
        problems_of(source, BASE, options=TableOptions(**options))


def test_a_formula_without_a_saved_value_is_an_error_and_not_a_scenario(tmp_path):
    rows = [("scenario", "discount_rate"), ("A", "=0.04*2"), ("B", 0.12), ("=1+1", 0.1), ("D", 0.2)]
    source = book(tmp_path, [(), *rows])
    assert read(tmp_path, source) == (["B", "D"], [(3, "discount_rate"), (5, "scenario")])
    (one, two) = problems_of(source, BASE)
    assert (one.value, two.value) == ("=0.04*2", "=1+1")
    assert "with its value saved: open the workbook in Excel and save it" in one.text


def test_formulas_beside_a_table_are_ignored(tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    rows = [("scenario", "discount_rate"), ("A", 0.08), ("B", "=1/10"), ("C", 0.1)]
    for n, row in enumerate(rows, 4):
        sheet.cell(n, 3, row[0])
        sheet.cell(n, 4, row[1])
    sheet["B5"] = sheet["F6"] = sheet["D2"] = sheet["D9"] = "=1+1"
    sheet.add_table(Table(displayName="Cases", ref="C4:D7"))
    sheet.tables["Cases"]._initialise_columns()
    workbook.save(tmp_path / "t.xlsx")
    expected = (["A", "C"], [(6, "discount_rate")])
    assert read(tmp_path, tmp_path / "t.xlsx", query="Cases") == expected


def test_a_formula_counts_with_its_saved_value(tmp_path):
    source = book(tmp_path, [("scenario", "name", "discount_rate"), ("A", '=""', "=0.04*2")])
    text = "xl/worksheets/sheet1.xml"
    _edited(
        source, text, b'<c r="B2"><f>""</f><v /></c>', b'<c r="B2" t="str"><f>""</f><v></v></c>'
    )
    _edited(source, text, b"<f>0.04*2</f><v />", b"<f>0.04*2</f><v>0.08</v>")
    assert read(tmp_path, source) == (["A"], [])


def _edited(path, name, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    assert old in parts[name], parts[name]
    parts[name] = parts[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in parts.items():
            archive.writestr(one, data)


CELLS = {
    "bytes": b"\xff",
    "list": [1],
    "dict": {"a": 1},
    "array": np.array([1, 2]),
    "half a character": "a\ud800",
    "thousands of digits": 10**5_000,
    "decimal": decimal.Decimal("sNaN"),
    "moment with a zone": pd.Timestamp("2031-01-01", tz="Europe/Berlin"),
    "duration": datetime.timedelta(1),
    "complex": 1j,
}


@pytest.mark.soak(keep=12)
@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("column", ["discount_rate", "start_month", SALARY, "horizon_months"])
def test_a_cell_that_is_neither_number_nor_text_is_an_error(tmp_path, kind, column):
    table = pd.DataFrame(
        {"scenario": ["A", "B"], column: pd.Series([CELLS[kind], None], dtype=object)}
    )
    assert read(tmp_path, table) == (["B"], [(1, column)])
    assert len(problems_of(table, BASE)[0].text) < 300


@pytest.mark.parametrize("column", ["scenario", "name"])
@pytest.mark.parametrize("kind", ["bytes", "list", "half a character", "thousands of digits"])
def test_an_id_or_name_that_is_not_text_is_an_error(tmp_path, kind, column):
    cells = pd.Series([CELLS[kind], "1"], dtype=object)
    table = pd.DataFrame({"discount_rate": [0.1, 0.2], column: cells})
    _, wrong = read(tmp_path, table)
    assert wrong == [(1, column)]


def test_bytes_in_a_database_that_are_not_utf_8_are_reported(tmp_path):
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("CREATE TABLE t (scenario, discount_rate)")
        database.execute("INSERT INTO t VALUES (x'ff41', 0.1), ('b', 0.2)")
        database.execute("CREATE TABLE u AS SELECT CAST(x'ff41' AS TEXT) AS scenario")
    database.close()
    url = f"sqlite:///{tmp_path / 't.db'}"
    assert read(tmp_path, url, query="t") == (["b"], [(1, "scenario")])
    with pytest.raises(WorkbookError, match=r"cannot be read: .*UTF-8") as caught:
        problems_of(url, BASE, query="u")
    assert "\n" not in str(caught.value)


def test_nested_columns_of_a_parquet_file_are_errors(tmp_path):
    import pyarrow as pa
    from pyarrow.parquet import write_table

    for cells in (
        pa.array([[0.1], [0.2]]),
        pa.array([{"x": 1}, {"x": 2}]),
        pa.array([[("k", 1)], [("k", 2)]], pa.map_(pa.string(), pa.int64())),
        pa.array([b"1", b"\xff"]),
    ):
        write_table(
            pa.table({"scenario": ["a", "b"], "discount_rate": cells}), tmp_path / "t.parquet"
        )
        found = problems_of(tmp_path / "t.parquet", BASE)
        assert [(one.row, one.allowed) for one in found] == [
            (1, "a number or a text"),
            (2, "a number or a text"),
        ]


def test_a_parquet_file_with_texts_that_are_not_utf_8_is_reported_in_one_line(tmp_path):
    import pyarrow as pa
    from pyarrow.parquet import write_table

    data = pa.array([b"a\xff", b"b"])
    texts = pa.Array.from_buffers(pa.string(), 2, data.buffers())
    write_table(pa.table({"scenario": texts}), tmp_path / "t.parquet")
    with pytest.raises(WorkbookError, match=r"cannot be read: .*UTF8") as caught:
        problems_of(tmp_path / "t.parquet", BASE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("columns", [{}, {"only": ["a"]}])
def test_a_second_column_of_ids_is_refused(tmp_path, columns):
    source = written(tmp_path, "scenario,scenario\na,b\n")
    with pytest.raises(WorkbookError, match="column 'scenario' is there twice"):
        bulk(source, tmp_path / "out", BASE, workbooks=False, **columns)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("heads", [[f"x{n}" for n in range(60_000)], ["discount_rate"] * 60_000])
def test_a_table_of_very_many_columns_is_refused_quickly(tmp_path, heads):
    source = written(tmp_path, ",".join(heads) + "\n" + ",".join("1" for _ in heads) + "\n")

    def refuse():
        with pytest.raises(WorkbookError, match=r"names no input|is there twice"):
            problems_of(source, BASE)

    assert loops_taken(refuse) < 100  # some 6


def test_no_message_about_a_table_is_longer_than_300_characters(tmp_path):
    long = "y" * 100_000
    tables = [
        f"scenario,{long}\na,1\n",
        f"scenario,discount_rate\n{long},1\nb,{long}\n",
        f"scenario,start_month,currency\nb,{long},\nc,,{long}\n",
        f"scenario,discount_rate\n{'y' * 200_000},1\n",
    ]
    for text in tables:
        try:
            said = [one.text for one in problems_of(written(tmp_path, text), BASE)]
        except WorkbookError as error:
            said = [str(error)]
        assert said
        assert max(map(len, said)) <= 300
    with pytest.raises(WorkbookError) as caught:
        problems_of(written(tmp_path, "scenario,discount_rate\na,0.1\n"), BASE, only=[long])
    assert len(str(caught.value)) <= 300


IDS = [
    "=1+1",
    "+2",
    "-a",
    "@SUM(1)",
    "'=1",
    "''=1",
    "=cmd|' /C calc'!A0",
    "\uff1d1",
    "-1",
    "'tis",
    "ok",
]


def test_no_cell_of_a_csv_file_is_run_by_excel_as_a_formula(tmp_path):
    data = BASE.to_dict()
    data["plans"][1]["name"] = "=cmd|' /C calc'!A0"
    base = Scenario.from_dict(data | {"name": "@base"}, "base")
    names = ["=HYPERLINK(1)", *["-b", "+c", "@d"], *[""] * (len(IDS) - 4)]
    rates = ["0.1"] * len(IDS)
    rates[-1] = "=1+1"
    table = pd.DataFrame({"scenario": IDS, "name": names, "discount_rate": rates})
    bulk(table, tmp_path, base, workbooks=False)
    for path in tmp_path.rglob("*.csv"):
        heads = None if "part-" in str(path) else 0
        for cell in (
            pd.read_csv(path, header=heads, dtype=str, keep_default_na=False).to_numpy().ravel()
        ):
            if cell[:1] in {*"=+-@\t\r\uff1d"}:
                float(cell)  # a number stays one
    ids = {one["scenario"] for one in lines(tmp_path)}
    assert ids == {
        "'=1+1", "'+2", "'-a", "'@SUM(1)", "''=1", "'''=1", "'=cmd|' /C calc'!A0", "'\uff1d1",
        "-1", "'tis",
    }  # fmt: skip
    whole = pd.read_parquet(tmp_path / "results.parquet")
    assert set(whole["scenario"]) == {*IDS[:-1]}, "where nothing runs they are as they were given"
    assert set(whole["plan"]) == {"Stay", "=cmd|' /C calc'!A0"}
    assert lines(tmp_path, "errors.csv")[0]["value"] == "'=1+1"


def test_csv_files_start_with_a_byte_order_mark_when_asked_for(tmp_path):
    table = pd.DataFrame({"scenario": ["München"], "discount_rate": [0.1]})
    for bom, start in ((True, b"\xef\xbb\xbf"), (False, b"")):
        bulk(table, tmp_path, BASE, workbooks=False, bom=bom)
        assert (tmp_path / "results.csv").read_bytes().startswith(start + b"scenario,row")
        assert (tmp_path / "errors.csv").read_bytes().startswith(start + b"row,scenario")
    assert "München" in (tmp_path / "results.csv").read_text("utf-8")
