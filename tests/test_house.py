"""The rooms keep to their rules: imports one way, packages listed, documents that hold."""

import ast
import builtins
import configparser
import importlib
import re
import tomllib
from pathlib import Path

import pytest

from shorewise.engine import Scenario

ROOT = Path(__file__).parent.parent
ROOMS = ("engine", "workbook", "udfs", "cli")
MAY_IMPORT = {
    "engine": set(),
    "workbook": {"engine"},
    "udfs": {"engine", "workbook"},
    "cli": {"engine", "workbook", "udfs"},
}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EXAMPLES = sorted({*(ROOT / "examples").glob("*.toml")} - {ROOT / "examples" / "theme.toml"})


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def imported(path):
    """Absolute dotted names of all that a module imports; ours start with shorewise."""
    package = ("shorewise", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            yield ".".join((*base, *(node.module or "").split("."))).rstrip(".")
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", named(MODULES))
def test_imports_point_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    others = {n.split(".")[1] for n in imported(path) if n.startswith("shorewise.")} - {room}
    assert others <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", named(MODULES))
def test_only_the_rooms_that_need_it_know_of_excel(path):
    room = path.relative_to(ROOT).parts[0]
    top = {name.split(".")[0] for name in imported(path)}
    allowed = {"workbook": {"openpyxl"}, "udfs": {"xlwings"}}.get(room, set())
    assert top & {"openpyxl", "xlwings"} <= allowed


def test_setup_lists_every_package_on_disk():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    on_disk = {
        ".".join(("shorewise", *path.relative_to(ROOT).parent.parts))
        for path in MODULES
        if path.name == "__init__.py"
    }
    assert listed == on_disk


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_exist(room):
    module = importlib.import_module(f"shorewise.{room}")
    assert all(hasattr(module, name) for name in getattr(module, "__all__", ()))


@pytest.mark.parametrize("path", named(MODULES))
def test_errors_named_in_docstrings_exist(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(("shorewise", *parts)).removesuffix(".__init__"))
    rooms = (
        vars(importlib.import_module(f"shorewise.{room}"))
        for room in ("workbook", "engine", "udfs.hosts")
    )
    known = {
        name: value
        for each in (vars(builtins), *rooms, vars(module))
        for name, value in each.items()
    }
    blocks = re.findall(r'Raises\n\s+-+\n(.*?)(?:"""|\n\n)', path.read_text(), re.DOTALL)
    for name in re.findall(r"\b\w+Error\b", "".join(blocks)):
        assert issubclass(known[name], Exception)


@pytest.mark.parametrize("path", named(MODULES))
def test_the_product_never_reads_outside_itself(path):
    assert "../shared" not in path.read_text()


@pytest.mark.parametrize("path", named(EXAMPLES))
def test_examples_pass_every_check(path):
    assert Scenario.from_toml(path).evaluate()["all_checks"].all()


def test_the_hybrid_example_has_four_plans_three_sites_three_roles():
    sizes = Scenario.from_toml(ROOT / "examples" / "hybrid.toml").sizes
    assert sizes == {"plan": 4, "site": 3, "role": 3, "month": 48}


def test_the_scenario_in_the_documents_is_valid():
    text = (ROOT / "docs" / "scenario.md").read_text()
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
    assert Scenario.from_dict(tomllib.loads(example), "docs").plans == ("All onshore", "Nearshore")


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_links_in_documents_lead_somewhere(name):
    text = (ROOT / name).read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_targets_in_the_readme_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_setup_ships_every_table():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    patterns = setup["options.package_data"]["shorewise.engine.tables"].replace(",", " ").split()
    folder = ROOT / "engine" / "tables"
    tables = {path for path in folder.rglob("*.*") if path.suffix not in (".py", ".pyc")}
    assert {path for pattern in patterns for path in folder.glob(pattern)} == tables


def test_setup_ships_the_project_of_a_server():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options.package_data"]["shorewise.udfs.hosts"].split() == ["project/*"]
    folder = ROOT / "udfs" / "hosts" / "project"
    assert all(path.is_file() for path in folder.iterdir())


def test_setup_ships_the_theme():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options.package_data"]["shorewise.workbook.rendering"].split() == ["theme.toml"]
    assert (ROOT / "workbook" / "rendering" / "theme.toml").is_file()
