"""What can be run of xlwings Lite's Python here: Pyodide, without NumPy, which is no part of it.

There the registry, its metadata and the coercion of cells must say what they say here.
"""

import json
import os
import shutil
import subprocess

import pytest

from shorewise.engine.reading.headings import Headings  # noqa: F401  evaluated in SAID
from shorewise.udfs import FUNCTIONS, coerce  # noqa: F401
from shorewise.udfs.hosts import lite_files
from shorewise.udfs.tables import Table, columns_by_name  # noqa: F401
from tests.support.paths import ROOT, SUPPORT

PYODIDE = ROOT / ".venv-audit" / "node_modules" / "pyodide"
MISSING = not (shutil.which("node") and PYODIDE.is_dir()) and not os.environ.get(
    "SHOREWISE_TEST_ALL"
)
# What both Pythons say of the registry and of cells, as an expression that each evaluates.
SAID = """{
    "functions": [
        [f.name, f.signature, f.does, f.unit, f.topic]
        + [[p.name, p.label, p.unit, p.allowed, p.shape, list(p.options)] for p in f.parameters]
        for f in FUNCTIONS
    ],
    "cells": repr(
        coerce.normalize("cells", [1, 2.5, None, " ", True, "#N/A", -2146826246, 10**400])
    ),
    "table": repr(Table.of("table", coerce.normalize("table", [["salary", 1], ["", None]]))),
    "lists": [
        repr((name, one.rows, one.place(0, 0)))
        for name, one in coerce.side_by_side(
            {"a": ((None,), (1.0,)), "b": ((None,), (2.0,))}
        ).items()
    ],
    "columns": [
        repr((name, column.cells, column.place(0), column.currency))
        for name, column in columns_by_name(
            Table.of("table", (("Pay (EUR)", 1.0), ("heads", 2.0))),
            Headings({"salary": ["Pay"], "heads": []}),
            {"salary": "money/year"},
            "an input",
        ).items()
    ],
    "shown": [coerce.shown(value) for value in (None, True, 1234.5, "text")],
}"""
ABSENT = """\
class Absent(types.ModuleType):
    # NumPy, as far as modules name it when they are loaded: nothing of it can be called.

    nan, inf, newaxis = float("nan"), float("inf"), None
    ndarray, generic = type("ndarray", (), dict()), type("generic", (), dict())
    s_ = type("Slices", (), dict(__getitem__=lambda self, slices: slices))()

    def __getattr__(self, name):
        if name == "line" or name.startswith("__"):
            raise AttributeError(name)
        return types.SimpleNamespace(name=name)"""
SCRIPT = f"""
import importlib, json, sys, types
from pathlib import Path


{ABSENT}


rooms = ["engine", "workbook", "udfs", "cli"]
compiled, wanted = 0, dict()
sys.modules["shorewise"] = package = types.ModuleType("shorewise")
package.__path__ = ["/repository"]
for path in sorted(path for room in rooms for path in Path("/repository", room).rglob("*.py")):
    compile(path.read_text(), str(path), "exec")
    compiled += 1
for name in ("shorewise.udfs", "shorewise.udfs.coerce", "shorewise.engine"):
    try:
        importlib.import_module(name)
        wanted[name] = ""
    except ModuleNotFoundError as error:
        wanted[name] = error.name

sys.modules["numpy"] = Absent("numpy")
sys.modules["shorewise.udfs"] = udfs = types.ModuleType("shorewise.udfs")
udfs.__path__ = ["/repository/udfs"]  # its __init__ registers with xlwings, which is not here
from shorewise.engine.calculators.catalogue import Entry
from shorewise.engine.model import Model

Model._check_axes = lambda self: None  # would evaluate every line
Entry.default = lambda self, argument: float("nan")  # is taken from arrays
from shorewise.udfs import coerce
from shorewise.engine.reading.headings import Headings
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.tables import Table, columns_by_name

said = {SAID}
print(json.dumps(dict(platform=sys.platform, compiled=compiled, wanted=wanted, said=said)))
"""


@pytest.mark.skipif(MISSING, reason="Pyodide is not installed; make validators installs it")
def test_the_functions_run_in_pyodide_except_for_numpy():
    run = subprocess.run(
        ["node", SUPPORT / "pyodide.mjs", PYODIDE, ROOT],
        input=SCRIPT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["platform"] == "emscripten"
    assert found["compiled"] == sum(
        1 for room in ("engine", "workbook", "udfs", "cli") for _ in (ROOT / room).rglob("*.py")
    )
    assert found["wanted"] == dict.fromkeys(
        ["shorewise.udfs", "shorewise.udfs.coerce", "shorewise.engine"], "numpy"
    )
    assert found["said"] == eval(SAID)


# The one file for xlwings Lite: refused without NumPy; then run up to its last line, with NumPy and
# xlwings replaced, and the registry compared.
ONE_FILE = f"""
import importlib.util, json, sys, types

text = open("/repository/main.py").read()
try:
    exec(text)
    refusal = ""
except ImportError as error:
    refusal = str(error)


{ABSENT}


sys.modules["numpy"] = Absent("numpy")
sys.modules["numpy"].__spec__ = importlib.util.spec_from_loader("numpy", None)
sys.modules["xlwings"] = xlwings = types.ModuleType("xlwings")
xlwings.func = xlwings.arg = xlwings.ret = lambda *a, **k: lambda function: function
main, last, _ = text.rpartition("from shorewise.udfs import *")
exec(main)
from shorewise.engine.calculators.catalogue import Entry
from shorewise.engine.model import Model

Model._check_axes = lambda self: None
Entry.default = lambda self, argument: float("nan")
from shorewise.udfs.functions import FUNCTIONS
import shorewise

print(json.dumps([refusal, shorewise.__file__, [one.name for one in FUNCTIONS]]))
"""


@pytest.mark.soak
@pytest.mark.skipif(MISSING, reason="Pyodide is not installed; make validators installs it")
def test_the_one_file_for_xlwings_lite_unpacks_its_package_in_pyodide(tmp_path):
    (tmp_path / "main.py").write_bytes(lite_files()["main.py"])
    run = subprocess.run(
        ["node", SUPPORT / "pyodide.mjs", PYODIDE, tmp_path],
        input=ONE_FILE,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    refusal, origin, names = json.loads(run.stdout.splitlines()[-1])
    assert refusal.endswith("in the tab requirements.txt: numpy, scipy, xlwings")
    assert origin.startswith("/tmp/shorewise-")
    assert names == [one.name for one in FUNCTIONS]
