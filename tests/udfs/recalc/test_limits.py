"""Hostile workbooks end `shorewise calc` in few seconds and megabytes, with one line."""

import sys

import pytest
from click.testing import CliRunner
from openpyxl.worksheet.formula import ArrayFormula

from shorewise.cli import main
from shorewise.udfs.calc import calc
from shorewise.udfs.recalc import limits
from shorewise.workbook import WorkbookError
from tests.udfs.recalc.test_promise import OURS, package

resource = pytest.importorskip("resource")  # POSIX only

DOUBLED = {"A1": '="x"&SHORE_VERSION()'} | {f"A{n}": f"=A{n - 1}&A{n - 1}" for n in range(2, 70)}
RUNNING = {"A1": OURS} | {f"A{n}": f"=SUM(A$1:A{n - 1})" for n in range(2, 3_000)}
NAMES = {"n_0": "1"} | {f"n_{n}": f"n_{n - 1}+n_{n - 1}" for n in range(1, 60)}
HOSTILE = {
    "doubling-texts": package(DOUBLED),
    "huge-array": package({"A1": OURS, "B2": ArrayFormula("B2:XFD1048576", "=A1*2")}),
    "huge-call": package({"A1": "=SHORE_LOADED_COST(B1:XFD1048576)", "B9": 1}),
    "whole-sheets": package({"A1": OURS} | {f"C{n}": "=SUM(A:A)*A1" for n in range(1, 500)}),
    "far-cell": package({"A1": OURS, "XFD1048576": 1, "B1": "=SUMPRODUCT((C:XFC=1)*1)+A1"}),
    "brackets": package({"A1": "=SHORE_LOADED_COST(" + "(" * 8_000}),
    "signs": package({"A1": "=SHORE_LOADED_COST(" + "-" * 8_000 + "1)"}),
    "long-chain": package({"A1": OURS + "+1" * 4_000}),
    "names": package({"A1": f"{OURS}+n_59"}, names=NAMES),
    "running-sums": package(RUNNING),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_takes_few_seconds_and_megabytes(kind, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(HOSTILE[kind])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = CliRunner().invoke(main, ["calc", str(path), "-o", str(tmp_path / "b.xlsx")])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.exit_code in ((0,) if kind == "whole-sheets" else (1, 2))
    if done.exit_code == 2:
        assert done.stderr.count("\n") == 1
        assert len(done.stderr) < 300
        assert not (tmp_path / "b.xlsx").exists()
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 8
    assert after.ru_maxrss < 500 << 10


@pytest.mark.parametrize(("name", "value"), [("_CPU", 0), ("_MEMORY", 0)])
def test_what_reaches_a_limit_is_refused_in_one_line(name, value, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, name, value)
    monkeypatch.setattr(limits, "_CPU_EACH_MB", 1)
    path = tmp_path / "a.xlsx"
    path.write_bytes(package({"A1": OURS} | {f"A{n}": f"=A{n - 1}+1" for n in range(2, 3_000)}))
    with pytest.raises(WorkbookError, match=r"a\.xlsx: takes .*; refused"):
        calc(path, tmp_path / "b.xlsx")
    assert [*tmp_path.iterdir()] == [path]


def test_without_formualizer_it_says_what_to_install_also_where_the_book_uses_sum(
    tmp_path, monkeypatch
):
    path = tmp_path / "a.xlsx"
    path.write_bytes(package({"A1": OURS, "A2": "=SUM(A1,1)", "A3": "=SUM(B1:B2)"}))
    monkeypatch.setitem(sys.modules, "formualizer", None)
    done = CliRunner().invoke(main, ["calc", str(path), "--force"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "pip install 'shorewise[calc]'" in done.stderr
    assert done.stderr.count("\n") == 1
