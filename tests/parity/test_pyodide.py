"""What can be run of xlwings Lite's Python here: Pyodide, without NumPy, which is no part of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / ".venv-audit" / "node_modules" / "pyodide"
MISSING = not (shutil.which("node") and PYODIDE.is_dir()) and not os.environ.get(
    "SHOREWISE_TEST_ALL"
)
SCRIPT = """
import importlib, json, sys, types
from pathlib import Path

rooms = {"engine", "workbook", "udfs", "cli"}
compiled, wanted = 0, {}
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
errors = types.ModuleType("shorewise.engine")
errors.__path__ = ["/repository/engine"]
sys.modules["shorewise.engine"] = errors
from shorewise.engine.errors import DomainError, ShorewiseError
print(json.dumps({
    "platform": sys.platform,
    "compiled": compiled,
    "wanted": wanted,
    "is_ours": issubclass(DomainError, ShorewiseError),
}))
"""


@pytest.mark.skipif(MISSING, reason="Pyodide is not installed; make validators installs it")
def test_every_module_compiles_in_pyodide_and_only_numpy_is_wanted():
    run = subprocess.run(
        ["node", Path(__file__).with_name("pyodide.mjs"), PYODIDE, ROOT],
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
    assert found["is_ours"]
