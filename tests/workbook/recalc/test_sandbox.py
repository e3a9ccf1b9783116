"""Hostile workbooks end `shorewise calc` in few seconds and megabytes, with one line."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from openpyxl.worksheet.formula import ArrayFormula

from shorewise.cli import main
from shorewise.udfs.recalculation import calc
from shorewise.workbook import WorkbookError
from shorewise.workbook.recalc import sandbox as limits
from tests.support.recalculation import OURS, package

pytest.importorskip("resource")  # POSIX only

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


# A small process between: a child's peak of memory begins at what its parent has.
MEASURED = """
import json, resource, subprocess, sys
command = [sys.executable, "-c", "from shorewise.cli import main; main()", "calc", *sys.argv[1:]]
done = subprocess.run(command, capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, done.stderr, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@pytest.mark.soak(keep=3)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_takes_few_seconds_and_megabytes(kind, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(HOSTILE[kind])
    command = [sys.executable, "-c", MEASURED, str(path), "-o", str(tmp_path / "b.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    exit_code, said, seconds, peak = json.loads(done.stdout)
    assert exit_code in ((0,) if kind == "whole-sheets" else (1, 2))
    if exit_code == 2:
        assert said.count("\n") == 1
        assert len(said) < 300
        assert not (tmp_path / "b.xlsx").exists()
    assert seconds < 20  # with the start of two processes, on a slow machine
    assert peak < 500 << 10


@pytest.mark.parametrize(("name", "value"), [("CPU", 0), ("MEMORY", 0)])
def test_what_reaches_a_limit_is_refused_in_one_line(name, value, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, name, value)
    monkeypatch.setattr(limits, "CPU_EACH_MB", 1)
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
