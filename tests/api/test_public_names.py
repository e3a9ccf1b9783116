"""``import shorewise``: its names, what loading them costs, and ``python -m shorewise``."""

import ast
import importlib
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest

import shorewise as sw
from tests.support.paths import ROOT

HEAVY = {"numpy", "pandas", "openpyxl", "xlwings", "scipy", "click"}
EXPECTED = {
    "Scenario", "compare", "results", "simulate", "sensitivity", "solve", "recommend", "bulk",
    "read", "check", "lint", "calc", "functions", "__version__",
}  # fmt: skip


def python(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd
    )


def modules_after(code):
    """Top-level packages that a fresh interpreter has loaded after some code."""
    done = python("-c", f"{code}\nimport sys\nprint(*sys.modules)")
    assert done.stderr == ""
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_heavy():
    assert modules_after("import shorewise").isdisjoint(HEAVY)


def test_listing_the_names_and_asking_for_the_version_loads_nothing_heavy():
    assert modules_after("import shorewise; dir(shorewise); shorewise.__version__").isdisjoint(
        HEAVY
    )


def test_writing_and_reading_a_workbook_load_no_pandas(tmp_path):
    book = str(tmp_path / "book.xlsx")
    code = f"import shorewise as sw; sw.read(sw.compare(sw.Scenario.preset('mid'), {book!r}))"
    assert "pandas" not in modules_after(code)


def test_importing_the_package_takes_less_than_50_ms_of_cpu():
    code = (
        "import time; before = time.process_time(); import shorewise; "
        "print(time.process_time() - before)"
    )
    times = [float(python("-c", code).stdout) for _ in range(3)]
    assert min(times) < 0.05  # some 0.003


def test_the_package_has_the_names_that_it_promises():
    assert {*sw.__all__} >= EXPECTED


@pytest.mark.parametrize("name", sw.__all__)
def test_every_name_can_be_loaded(name):
    assert getattr(sw, name) is not None


def test_dir_lists_the_public_names_and_no_others():
    assert dir(sw) == sorted(sw.__all__)


def test_type_checkers_see_the_names_that_are_loaded_lazily():
    tree = ast.parse((ROOT / "api" / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {}
    for node in block.body:
        if isinstance(node, ast.ImportFrom):
            declared |= {one.asname: f"shorewise.{node.module}" for one in node.names}
        else:
            declared[node.target.id] = None
    assert declared.keys() == {*sw.__all__}
    for name, module in declared.items():
        if module:
            assert getattr(importlib.import_module(module), name) is getattr(sw, name)


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'shorewise' has no attribute 'simulat'"):
        sw.simulat  # noqa: B018


def test_the_version_is_that_of_the_installed_package():
    assert sw.__version__ == version("shorewise")


@pytest.mark.parametrize("arguments", [["--version"], ["presets"], ["compare", "--preset", "x"]])
def test_python_m_shorewise_is_the_command_line(arguments):
    command = "from shorewise.cli import main; main()"
    one, other = python("-m", "shorewise", *arguments), python("-c", command, *arguments)
    assert (one.stdout, one.stderr) == (other.stdout, other.stderr)
    assert one.returncode == other.returncode


def test_every_function_is_checked_for_annotations_except_those_that_take_cells_too():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["disallow_untyped_defs"]
    (loose,) = (one for one in settings["overrides"] if "disallow_untyped_defs" in one)
    rooms = {name.split(".")[1] for name in loose["module"]}
    assert rooms == {"engine", "workbook"}  # nothing of the public package, udfs or cli
