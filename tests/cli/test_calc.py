"""`shorewise calc`: values beside the formulas of any workbook, and nothing else changed."""

import sys
import zipfile
from pathlib import Path

import pytest
import xlwings
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli import main
from shorewise.udfs.recalculation import calc
from shorewise.workbook import WorkbookError
from tests.support.recalculation import COST, book, shown, with_part


def run(*arguments):
    return CliRunner().invoke(main, ["calc", *map(str, arguments)])


@pytest.fixture
def path(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(book(A1="=SHORE_LOADED_COST(60000)"))
    return tmp_path / "a.xlsx"


def test_all_but_values_stays_as_it_is(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(A1="=SHORE_LOADED_COST(60000)", B1="text"))
    calc(path, tmp_path / "b.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx") as new:
        assert [(e.filename, e.date_time) for e in old.infolist()] == [
            (e.filename, e.date_time) for e in new.infolist()
        ]
        changed = [n for n in old.namelist() if old.read(n) != new.read(n)]
        assert changed == ["xl/worksheets/sheet1.xml"]
        before, after = (a.read(changed[0]).decode() for a in (old, new))
    assert after == before.replace("<v></v>", "<v />").replace("<v />", f"<v>{COST!r}</v>")


def test_macros_stay_as_they_are(tmp_path):
    path = tmp_path / "macros.xlsm"
    workbook = load_workbook(
        Path(xlwings.__file__).with_name("quickstart_standalone.xlsm"), keep_vba=True
    )
    workbook.worksheets[0].title = "S"
    workbook["S"]["A1"] = "=SHORE_LOADED_COST(60000)"
    workbook.save(path)
    workbook.vba_archive.close()
    done = calc(path, tmp_path / "b.xlsm")
    assert done.skipped == []
    assert shown(done.path.read_bytes(), "A1") == [COST]
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done.path) as new:
        changed = [n for n in old.namelist() if old.read(n) != new.read(n)]
        assert "xl/vbaProject.bin" in old.namelist()
        assert changed == ["xl/worksheets/sheet1.xml"]


def test_the_command_writes_another_workbook_or_the_same(path, tmp_path):
    done = run(path, "-o", tmp_path / "b.xlsx")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"wrote {tmp_path / 'b.xlsx'}: 1 formula cells computed\n"
    assert run(path, "--force").exit_code == 0
    assert shown(path.read_bytes(), "A1") == [COST]
    assert path.read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_command_lists_what_it_left_with_exit_code_1(path):
    path.write_bytes(book(A1="=FOO(SHORE_VERSION())"))
    done = run(path, "--force")
    assert done.exit_code == 1
    assert done.stdout == (
        "'S'!A1: not computed: calls FOO, which formualizer does not know; keeps its value\n"
    )


def test_a_workbook_that_calls_none_of_the_functions_is_left_alone(path, tmp_path):
    path.write_bytes(book(A1="=1+1", A2="SHORE_VERSION"))
    before = path.read_bytes()
    done = run(path, "-o", tmp_path / "b.xlsx")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == (
        f"{path}: calls no function of Shorewise; nothing to compute, nothing written\n"
    )
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "exists already; --force replaces it"),
        (["-o", "b.xlsm"], "the name must end in .xlsx"),
        (["-o", "none/b.xlsx"], "cannot be written"),
    ],
)
def test_what_may_not_be_written_is_one_line(path, arguments, message, monkeypatch):
    monkeypatch.chdir(path.parent)
    before = path.read_bytes()
    done = run("a.xlsx", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


OURS = book(A1="=SHORE_VERSION()")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an Excel workbook"),
        (b"PK\x03\x04", "not an Excel workbook"),
        (
            with_part(OURS, "xl/worksheets/sheet1.xml", lambda xml: xml[:-9]),
            "sheet1.xml is damaged",
        ),
        (
            with_part(book(A1="=1"), "xl/worksheets/sheet1.xml", lambda xml: "<!DOCTYPE a>" + xml),
            "a DTD",
        ),
        (
            with_part(OURS, "xl/_rels/workbook.xml.rels", lambda _: "<a/>"),
            "has no sheet",
        ),
    ],
)
def test_what_is_no_workbook_is_one_line(path, data, message):
    path.write_bytes(data)
    done = run(path, "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert path.read_bytes() == data


def test_without_formualizer_it_says_what_to_install(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "formualizer", None)
    with pytest.raises(WorkbookError, match=r"pip install 'shorewise\[calc\]'"):
        calc(path, force=True)
