"""Tables of scenarios: the same rows from every kind of place, or one clear line."""

import contextlib
import datetime
import os
import pwd
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import fsspec
import pandas as pd
import pytest
import sqlalchemy
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.table import Table

from shorewise.engine import Scenario
from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk import problems_of
from shorewise.workbook.bulk.columns import ids_of
from shorewise.workbook.bulk.row_sources import frames, length_of, origin_of
from tests.support.buckets import local_bucket
from tests.support.bulk_runs import run, table_of
from tests.support.zip_parts import changed

NAMES = ["scenario", "name", "discount_rate", "break_even_limit"]
ROWS = [
    ("a", 'Quoted "one", two', "0.25", "6"),
    ("NA", "München\nStraße", "", "7"),
    ("003", "", "1e-2", ""),
    ("d", "None", "0.1", "9"),
    ("e", "nan", "0.2", "10"),
]
TABLE = pd.DataFrame(ROWS, columns=NAMES)
# The same with types, as a database or Parquet has them.
TYPED = TABLE.assign(
    discount_rate=pd.to_numeric(TABLE["discount_rate"]),
    break_even_limit=pd.to_numeric(TABLE["break_even_limit"]).astype("Int64"),
    name=TABLE["name"].mask(TABLE["name"] == ""),
)


def read(source, size=2, **options):
    """Rows as the columns see them: texts, and numbers where there are any."""
    found = list(frames(source, size, **options))
    assert [len(frame) for frame in found] == [
        min(size, 5 - start) for start in range(0, 5, size)
    ], "frames are as large as was asked"
    whole = pd.concat(found, ignore_index=True)
    assert list(whole.columns) == NAMES
    rows = []
    for *texts, rate, limit in whole.itertuples(index=False):
        shown = ["" if pd.isna(text) else text for text in texts]
        numbers = ["" if pd.isna(n) or n == "" else float(n) for n in (rate, limit)]
        rows.append((*shown, *numbers))
    return rows


EXPECTED = [(*row[:2], *("" if n == "" else float(n) for n in row[2:])) for row in ROWS]


def refused(source, **options):
    """The one line that a table is refused with."""
    with pytest.raises(WorkbookError) as caught:
        list(frames(source, 100, **options))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_data_frame_can_be_a_table(size):
    assert read(TABLE, size) == EXPECTED


@pytest.mark.parametrize("size", [2, 100])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("t.csv", {}),
        ("t.CSV", {}),
        ("bom.csv", {"encoding": "utf-8-sig"}),
        ("quoted.csv", {"quoting": 1}),
        ("windows.csv", {"lineterminator": "\r\n"}),
        ("t.csv.gz", {}),
        ("t.tsv", {"sep": "\t"}),
    ],
)
def test_delimited_text_files_are_read(tmp_path, name, options, size):
    TABLE.to_csv(tmp_path / name, index=False, **options)
    assert read(tmp_path / name, size) == EXPECTED


@pytest.mark.parametrize("groups", [1, 2, 3, 100])
@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_parquet_files_with_row_groups_of_any_size_are_read(tmp_path, groups, size):
    TYPED.to_parquet(tmp_path / "t.parquet", row_group_size=groups)
    assert read(tmp_path / "t.parquet", size) == EXPECTED


@pytest.mark.parametrize("size", [1, 2, 100])
def test_the_first_sheet_of_a_workbook_is_read(tmp_path, size):
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        TYPED.to_excel(book, sheet_name="Scenarios", index=False)
        pd.DataFrame({"other": [1]}).to_excel(book, sheet_name="Other", index=False)
    assert read(tmp_path / "t.xlsx", size) == EXPECTED
    assert read(tmp_path / "t.xlsx", size, query="scenarios") == EXPECTED


def sheet_of(path, rows, *, at="A1", table=None, totals=0):
    """A workbook of an empty sheet and one of these rows, with a table from a cell on."""
    book = Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Data", 0 if table is None else None)
    first = sheet[at]
    for n, row in enumerate(rows):
        for m, value in enumerate(row):
            sheet.cell(first.row + n, first.column + m, value)
    if table:
        last = sheet.cell(first.row + len(rows) - 1, first.column + len(rows[0]) - 1)
        area = Table(displayName=table, ref=f"{at}:{last.coordinate}", totalsRowCount=totals)
        area._initialise_columns()
        sheet.add_table(area)
    book.save(path)


def test_a_named_table_of_a_workbook_is_read_wherever_it_is(tmp_path):
    path = tmp_path / "t.xlsx"
    rows = [NAMES, *ROWS, ("sum", "", 1, 9)]
    sheet_of(path, rows, at="C4", table="Cases", totals=1)
    book = load_workbook(path)
    book["Data"]["A1"], book["Data"]["J6"], book["Data"]["C20"] = "A title", "beside", "below"
    book.save(path)
    assert read(path, query="cases") == EXPECTED
    for name in ("nowhere", ""):
        said = f"no table or sheet is called {name!r}; there are Notes, Data"
        assert refused(path, query=name).endswith(said)


def test_cells_of_a_workbook_have_their_saved_values(tmp_path):
    path = tmp_path / "t.xlsx"
    day = datetime.datetime(2027, 1, 1)
    rows = [(None, None), ("a", 7), (day, "007"), (True, None), (None, None), ("#N/A", 0.5)]
    sheet_of(path, [*rows, ("", ""), (None, None)])
    (found,) = frames(path, 100)
    assert list(found.columns) == ["a", "7"]
    assert found.to_numpy().tolist() == [[day, "007"], [True, ""], ["#N/A", 0.5]]


def test_an_error_in_a_cell_is_not_an_empty_cell(tmp_path):
    sheet_of(tmp_path / "t.xlsx", [("discount_rate",), ("#DIV/0!",)])
    (one,) = problems_of(tmp_path / "t.xlsx", Scenario.default())
    assert (one.column, one.value) == ("discount_rate", "#DIV/0!")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("a", "b"), (1, 2, 3)],
            "its rows have more cells than its head, the first row, which must name every column: "
            "row 2 has '3' there",
        ),
        (
            [("a", None, "c"), (1, 2, 3)],
            "column 2 of its head is empty, but row 2 has '2' there; name the column, or empty it",
        ),
    ],
)
def test_a_sheet_that_is_not_a_table_is_reported_in_one_line(tmp_path, rows, said):
    sheet_of(tmp_path / "t.xlsx", rows)
    assert refused(tmp_path / "t.xlsx") == f"{tmp_path / 't.xlsx'}: cannot be read: {said}"


def test_a_workbook_is_read_in_chunks_and_closed(tmp_path):
    path = tmp_path / "t.xlsx"
    sheet_of(path, [("a",), *([n] for n in range(5_000))])
    wrong = partial(re.sub, rb'(<c r="A4990")[^>]*>', rb'\1 t="s">')  # a text that is not there
    path.write_bytes(changed(path.read_bytes(), "xl/worksheets/sheet1.xml", wrong))

    def is_open():
        return str(path) in [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]

    found = frames(path, 10)
    assert len(next(found)) == 10, "row 4,990, which is damaged, was not read"
    assert is_open()
    found.close()
    assert not is_open()
    with pytest.raises(WorkbookError, match="a cell of row 4990 holds text"):
        [*frames(path, 10)]


def test_whole_numbers_beside_empty_cells_keep_all_their_digits(tmp_path):
    ids = [2**60 + 1, None, 2**60 + 3]
    pd.DataFrame({"scenario": pd.array(ids, "Int64")}).to_parquet(tmp_path / "t.parquet")
    url = f"sqlite:///{tmp_path / 't.db'}"
    with contextlib.closing(sqlite3.connect(tmp_path / "t.db")) as database:
        database.execute("CREATE TABLE t (scenario INTEGER)")
        database.executemany("INSERT INTO t VALUES (?)", [(one,) for one in ids])
        database.commit()
    for source, query in ((tmp_path / "t.parquet", None), (url, "t")):
        (found,) = frames(source, 100, query=query)
        assert ids_of(found, 1) == [str(ids[0]), "2", str(ids[2])]


@pytest.mark.parametrize("index", ["scenario", None])
def test_a_named_index_is_a_column_and_any_other_is_ignored(tmp_path, index):
    table = pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "b"], name=index))
    table.to_parquet(tmp_path / "t.parquet")
    for source in (table, tmp_path / "t.parquet"):
        (found,) = frames(source, 100)
        assert sorted(found.columns) == (["scenario", "x"] if index else ["x"])
    (found,) = frames(table.assign(scenario="c"), 100)
    assert found["scenario"].tolist() == ["c", "c"]


@pytest.mark.parametrize(
    "query", ["scenarios", "SELECT * FROM scenarios WHERE scenario <> ':a' AND scenario <> '%'"]
)
def test_a_query_of_sqlite_is_read(tmp_path, query):
    url = f"sqlite:///{tmp_path / 't.db'}"
    TYPED.to_sql("scenarios", url, index=False)
    assert read(url, query=query) == EXPECTED


@pytest.fixture(scope="module")
def postgresql():
    """URL of a database of a server that lives as long as these tests."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    programs = Path(shutil.which("pg_ctl") or (found or [Path()])[-1] / "pg_ctl").resolve().parent
    if not (programs / "initdb").exists():
        if "SHOREWISE_TEST_ALL" in os.environ:
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed: initdb is neither on the path nor in its folder")
    folder = Path(tempfile.mkdtemp())  # where another user may enter
    as_user = []
    if os.geteuid() == 0:  # the server refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def run(program, *arguments):
        command = [*as_user, programs / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    run(
        "initdb", "--auth=trust", "--username=tester", "--no-sync", "--encoding=UTF8", "--no-locale"
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
    run("pg_ctl", "start", "--wait", "--log", folder / "log", "--options", options)
    yield f"postgresql+psycopg://tester:secret@127.0.0.1:{port}/postgres"
    run("pg_ctl", "stop", "--mode=immediate")
    shutil.rmtree(folder)


def test_a_query_of_postgresql_is_read(postgresql):
    engine = sqlalchemy.create_engine(postgresql)
    with engine.begin() as connection:
        kinds = "scenario text, name text, discount_rate numeric, break_even_limit integer"
        connection.exec_driver_sql(f"CREATE TABLE scenarios ({kinds})")
        marks = ", ".join(["%s"] * 4)
        rows = [tuple(cell or None for cell in row) for row in ROWS]
        connection.exec_driver_sql(f"INSERT INTO scenarios VALUES ({marks})", rows)
    engine.dispose()
    assert read(postgresql, query="scenarios") == EXPECTED
    assert read(postgresql, query="SELECT * FROM scenarios", size=100) == EXPECTED
    assert "secret" not in refused(postgresql, query="nowhere")
    one = problems_of(postgresql, Scenario.default(), query="SELECT 2.5 AS discount_rate")
    assert [(problem.column, problem.value) for problem in one] == [("discount_rate", "2.5")]


def test_an_unreachable_server_is_reported_in_one_line_without_the_password():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = refused(f"postgresql+psycopg://me:secret@127.0.0.1:{port}/x", query="scenarios")
    assert said.startswith(f"postgresql+psycopg://me:***@127.0.0.1:{port}/x: cannot be read: ")
    assert "secret" not in said


def test_a_table_is_read_from_standard_input(tmp_path, monkeypatch):
    TABLE.to_csv(tmp_path / "t.csv", index=False)
    with open(tmp_path / "t.csv", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert read("-") == EXPECTED


def test_messages_name_a_table_by_its_origin():
    assert origin_of(TABLE) == "table"
    assert origin_of("-") == "standard input"
    assert origin_of(Path("t.csv")) == "t.csv"
    assert origin_of("x://me:p@ss@host/db") == "x://me:***@host/db"
    assert origin_of("x://me@host/db") == "x://me@host/db"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.csv", None, "no such file"),
        ("t.ods", b"", "must end in .csv, .tsv, .txt, .parquet or .xlsx, or be a database URL"),
        ("t.csv", b"", "cannot be read: "),
        ("t.csv", b"a,b\n1,2\n3,4,5\n", "cannot be read: "),
        ("t.csv", b"a,b\n1,2,3\n", "cannot be read: its rows have more cells than its head"),
        ("t.csv", b'a\n"1\n', "cannot be read: "),
        ("t.csv", "a\nä\n".encode() + b"\xe4\n", "cannot be read: it is UTF-8 except for line 3"),
        ("t.csv.gz", b"a,b\n", "cannot be read: "),
        ("t.parquet", b"PAR1", "cannot be read: "),
        ("t.xlsx", b"PK", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_in_one_line(tmp_path, name, content, said):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    found = refused(path)
    assert found.startswith(f"{path}: ")
    assert said in found


def test_a_query_for_a_source_without_queries_is_reported_in_one_line(tmp_path):
    (tmp_path / "t.csv").touch()
    for source in (tmp_path / "t.csv", TABLE, "-"):
        said = refused(source, query="SELECT 1")
        assert said == f"{origin_of(source)}: query is only allowed for a database or a workbook"


def test_the_length_of_a_table_is_known_for_some_sources(tmp_path):
    TABLE.drop(1).to_csv(tmp_path / "t.csv", index=False)
    TABLE.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "no.parquet").touch()
    names = ["t.csv", "t.parquet", "no.parquet", "none.csv", "t.xlsx"]
    assert [length_of(tmp_path / name) for name in names] == [4, 5, None, None, None]
    assert [length_of(TABLE), length_of("-")] == [5, None]


def test_a_folder_is_refused_as_a_table(tmp_path):
    assert refused(tmp_path) == f"{tmp_path}: is a folder; name a table in it"


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.parquet", "t.xlsx"])
def test_a_file_at_a_url_is_read_like_one_on_this_machine(tmp_path, name):
    path = tmp_path / name
    write = {"t.parquet": TABLE.to_parquet, "t.xlsx": TABLE.to_excel}.get(name, TABLE.to_csv)
    write(path, index=False)
    url = f"memory://{tmp_path}/{name}"
    with fsspec.open(url, "wb") as file:
        file.write(path.read_bytes())
    found, expected = (pd.concat(frames(source, 2)) for source in (url, path))
    pd.testing.assert_frame_equal(found, expected)
    assert len(found) == len(TABLE)


def test_a_table_in_a_bucket_becomes_the_results_of_the_same_table_on_this_machine(tmp_path):
    table_of(7).to_csv(tmp_path / "t.csv", index=False)
    with local_bucket() as bucket:
        files = fsspec.filesystem("s3")
        files.mkdir(bucket)
        files.put_file(tmp_path / "t.csv", f"{bucket}/in/t.csv")
        run(f"{bucket}/in/t.csv", f"{bucket}/out", processes=2)
        found = files.cat_file(f"{bucket}/out/results.csv")
        problem = refused(f"{bucket}/in/missing.csv")
    run(tmp_path / "t.csv", tmp_path / "out")
    assert found == (tmp_path / "out" / "results.csv").read_bytes()
    assert problem == "s3://reports/in/missing.csv: no such file"


def test_a_broken_file_at_a_url_is_reported_by_its_url():
    with fsspec.open("memory://broken.parquet", "wb") as file:
        file.write(b"no Parquet")
    assert refused("memory://broken.parquet").startswith("memory://broken.parquet: cannot be read:")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (None, "a database needs a query or the name of a table"),
        ("nowhere", "no such table: nowhere"),
        ("SELEC 1", "syntax error"),
    ],
)
def test_a_database_that_cannot_be_queried_is_reported_in_one_line(tmp_path, query, said):
    (tmp_path / "t.db").touch()
    assert said in refused(f"sqlite:///{tmp_path / 't.db'}", query=query)


def test_a_missing_database_file_is_not_created(tmp_path):
    path = tmp_path / "t.db"
    assert refused(f"sqlite:///{path}", query="scenarios") == f"{path}: no such file"
    assert not path.exists()


def test_an_unknown_database_type_is_reported_in_one_line():
    assert refused("oracel://host/db", query="t").startswith("oracel://host/db: cannot be read: ")


@pytest.mark.parametrize("content", ["scenario,discount_rate\n", "\n\n"])
def test_a_table_without_rows_is_reported_in_one_line(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(WorkbookError, match=r"t\.csv: (no rows|cannot be read)"):
        problems_of(path, Scenario.default())
