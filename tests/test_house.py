"""The rooms keep to their rules: imports one way, packages listed, documents that hold."""

import ast
import builtins
import configparser
import importlib
import re
import tomllib
from functools import cache
from types import ModuleType

import pytest

from shorewise.engine import Scenario
from tests.support.for_each import for_each
from tests.support.paths import ROOT

ROOMS = ("engine", "workbook", "udfs", "cli", "api")  # api is the package shorewise itself
MAY_IMPORT = {
    "engine": set(),
    "workbook": {"engine"},
    "udfs": {"engine", "workbook"},
    "cli": {"engine", "workbook", "udfs", "api"},
    "api": {"engine", "workbook", "udfs", "cli"},
}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EXAMPLES = sorted({*(ROOT / "examples").glob("*.toml")} - {ROOT / "examples" / "theme.toml"})


def package_of(path):
    """Dotted name of the package that a module is in, as it is installed."""
    return ".".join(("shorewise", *path.relative_to(ROOT).parent.parts)).replace(
        "shorewise.api", "shorewise"
    )


def module_of(path):
    """A module of the product, imported."""
    package = package_of(path)
    return importlib.import_module(
        package if path.name == "__init__.py" else f"{package}.{path.stem}"
    )


def room_of(name):
    """The room of a dotted name, empty where it is not ours."""
    first, *more = name.split(".")
    if first != "shorewise":
        return ""
    return more[0] if more and more[0] in ROOMS else "api"


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


@cache
def tree(path):
    """What a module says, parsed once for all rules; no rule changes it."""
    return ast.parse(path.read_text("utf-8"))


def imported(path):
    """Absolute dotted names of all that a module imports; ours start with shorewise."""
    package = package_of(path).split(".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            yield ".".join((*base, *(node.module or "").split("."))).rstrip(".")
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def rows_of_the_picture():
    """Each row of ARCHITECTURE.md's picture: its folder, and its modules where it names some."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    picture = re.search(r"## Rooms.*?```\n(.*?)```", text, re.DOTALL)[1]
    for line in picture.splitlines():
        folder, _, modules = re.split(r"\s{2,}", line)[0].partition(": ")
        yield folder, tuple(modules.split(", ")) if modules else ()


ROWS = list(rows_of_the_picture())


def row_of(path):
    """The row of a module in the picture, counted from the top."""
    folder = str(path.relative_to(ROOT).parent)
    named_here = [row for row in ROWS if row[0] == folder and path.stem in row[1]]
    return ROWS.index(named_here[0] if named_here else (folder, ()))


def path_of(name):
    """The module of a dotted name, or the package that defines it; None if it is not ours."""
    first, *parts = name.split(".")
    if first != "shorewise":
        return None
    parts = parts if parts and parts[0] in ROOMS else ["api", *parts]
    for length in range(len(parts), 0, -1):
        at = ROOT.joinpath(*parts[:length])
        for path in (at.with_suffix(".py"), at / "__init__.py"):
            if path.is_file():
                return path
    return None


def imported_when_loaded(path):
    """Modules of ours that a module imports when it is loaded."""
    package = package_of(path).split(".")
    left = [*tree(path).body]
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        left += [n for n in ast.iter_child_nodes(node) if not isinstance(node, ast.FunctionDef)]
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            for name in node.names:
                yield path_of(".".join((*filter(None, base), name.name)))


def test_the_picture_of_the_architecture_names_every_module_once():
    assert len(set(ROWS)) == len(ROWS)
    listed = [f"{folder}/{name}.py" for folder, names in ROWS for name in names]
    assert len(set(listed)) == len(listed)
    assert all((ROOT / name).is_file() for name in listed)
    assert {ROOT / folder for folder, _ in ROWS} == {path.parent for path in MODULES}


@for_each("path", named(MODULES))
def test_imports_point_down_the_picture_of_the_architecture(path):
    for other in imported_when_loaded(path):
        assert other is None or row_of(other) >= row_of(path), f"imports {other}"


@for_each("path", named(MODULES))
def test_imports_point_one_way(path):
    """Between rooms, also for what is imported when it is first used."""
    room = path.relative_to(ROOT).parts[0]
    others = {room_of(name) for name in imported(path)} - {room, ""}
    assert others <= MAY_IMPORT[room]


ENGINE = [path for path in MODULES if path.is_relative_to(ROOT / "engine")]
UNCERTAINTY = [path for path in ENGINE if path.parent.name == "uncertainty"]


@for_each("path", named(path for path in ENGINE if path not in UNCERTAINTY))
def test_the_model_does_not_import_what_is_computed_about_its_uncertainty(path):
    found = {name for name in imported(path) if name.startswith("shorewise.engine.uncertainty")}
    assert found == set()


@for_each("path", named(MODULES))
def test_only_workbook_and_udfs_import_excel_libraries(path):
    room = path.relative_to(ROOT).parts[0]
    top = {name.split(".")[0] for name in imported(path)}
    allowed = {"workbook": {"openpyxl"}, "udfs": {"xlwings"}}.get(room, set())
    assert top & {"openpyxl", "xlwings"} <= allowed


def test_setup_lists_every_package():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    on_disk = {package_of(path) for path in MODULES if path.name == "__init__.py"}
    assert listed == on_disk


def test_setup_maps_every_room_to_its_folder():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lines = setup["options"]["package_dir"].split("\n")
    mapped = dict(line.split(" = ") for line in lines if line)
    assert mapped == {package_of(ROOT / room / "__init__.py"): room for room in ROOMS}
    assert not (ROOT / "shorewise").exists(), "a folder of that name breaks regular installs"


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_exists(room):
    module = module_of(ROOT / room / "__init__.py")
    assert all(hasattr(module, name) for name in getattr(module, "__all__", ()))


@for_each("path", named(MODULES))
def test_errors_named_in_docstrings_exist(path):
    module = module_of(path)
    known = {**vars(builtins), **vars(module)}
    for room in ("workbook", "engine", "udfs.hosts"):
        package = importlib.import_module(f"shorewise.{room}")  # some load their names when asked
        known |= vars(package) | {name: getattr(package, name) for name in package.__all__}
    blocks = re.findall(r'Raises\n\s+-+\n(.*?)(?:"""|\n\n)', path.read_text(), re.DOTALL)
    for name in re.findall(r"\b\w+Error\b", "".join(blocks)):
        assert issubclass(known[name], Exception)


@for_each("path", named(path for path in MODULES if path.name == "__init__.py"))
def test_no_exported_name_is_that_of_a_module(path):
    modules = {one.stem for one in path.parent.glob("*.py")}
    modules |= {one.parent.name for one in path.parent.glob("*/__init__.py")}
    modules |= {*ROOMS} if path.parent.name == "api" else set()
    package = module_of(path)
    held = vars(package)
    assert [n for n in modules if not isinstance(held.get(n, package), ModuleType)] == []
    assert modules.isdisjoint(getattr(package, "__all__", ()))


LIBRARY = [path for path in MODULES if path.relative_to(ROOT).parts[0] != "cli"]


@for_each("path", named(LIBRARY))
def test_messages_of_the_library_name_parameters_and_no_flags(path):
    texts = (
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert [text for text in texts if re.search(r"(?<![\w<!-])--[a-z]", text)] == []


@for_each("path", named(MODULES))
def test_the_product_never_reads_outside_the_repository(path):
    assert "../shared" not in path.read_text()


@pytest.mark.parametrize("path", named(EXAMPLES))
def test_examples_pass_every_check(path):
    assert Scenario.from_toml(path).evaluate()["all_checks"].all()


def test_the_hybrid_example_has_four_plans_three_sites_and_three_roles():
    sizes = Scenario.from_toml(ROOT / "examples" / "hybrid.toml").sizes
    named = {"plan": 4, "site": 3, "role": 3, "month": 48}
    assert sizes == {**named, "wave": 1, "year": 5, "quarter": 17}  # those that 48 months may reach


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


def test_setup_ships_the_server_project_and_the_scripts_for_windows():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    patterns = setup["options.package_data"]["shorewise.udfs.hosts"].split(", ")
    assert patterns == ["project/*", "windows/*"]
    folder = ROOT / "udfs" / "hosts"
    assert all(path.is_file() for pattern in patterns for path in folder.glob(pattern))


def test_setup_ships_the_mark_of_a_typed_package():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options.package_data"]["shorewise"] == "py.typed"
    assert (ROOT / "api" / "py.typed").is_file()


def test_setup_ships_the_theme():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options.package_data"]["shorewise.workbook.rendering"].split() == ["theme.toml"]
    assert (ROOT / "workbook" / "rendering" / "theme.toml").is_file()


KNOW_AXES = {  # how an address indexes; how axes are declared; axes of symbolic cells
    *(ROOT / "engine" / name for name in ("address.py", "declaration.py", "model.py")),
    *(ROOT / "workbook" / "trace").glob("*.py"),
}


@for_each("path", named(sorted({*MODULES} - KNOW_AXES)))
def test_only_addresses_know_on_which_axes_an_input_is_found(path):
    """No comparison with ``entry.axes`` and no axis picked out of it: an input has a scope."""
    for node in ast.walk(tree(path)):
        touched = []
        if isinstance(node, ast.Subscript):
            touched = [node.value]
        elif isinstance(node, ast.Compare):
            touched = [node.left, *node.comparators]
        texts = [ast.unparse(one) for one in touched if isinstance(one, ast.Attribute)]
        wrong = [text for text in texts if text.endswith(".axes") and "model" not in text]
        assert not wrong, f"line {node.lineno}: {wrong[0]}"


@for_each("path", named(MODULES))
def test_arrays_of_the_model_are_indexed_by_the_names_of_their_axes(path):
    """No ``values["npv"][0, :, 0, 0, 0]``: ``take(values, "npv")`` says which axes are meant."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            whole = isinstance(node.value, ast.Subscript) and len(node.slice.elts) > 3
            assert not whole, f"line {node.lineno}: {ast.unparse(node)}"
