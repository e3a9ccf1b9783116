"""The tests keep to rules of their own: what they import, what they replace, how they are named."""

import ast
import re
from collections import Counter
from functools import cache

import pytest

from tests.support.for_each import for_each
from tests.support.paths import ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))
TESTS = [path for path in FILES if path.name.startswith("test_")]
# Private to others, and without a public twin: openpyxl's cells, sheets and charts, COM's objects.
OF_OTHERS = {
    "_cells",
    "_charts",
    "_initialise_columns",
    "_oleobj_",
    "_sheets",
    "_start_background_loop",
    "_value",
    "_write",
    "_xlwindows",
}
NAMED_TUPLE = {"_replace", "_asdict", "_fields"}
# Functions, limits and waits of the product that tests replace. Each is there because the condition
# itself cannot be had, or takes minutes: figures that are infinite, a function that breaks a rule,
# a hundred thousand formulas, a scheduler that is silent for half a minute.
REPLACED_MAX = 17


def named(paths):
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name not in NAMED_TUPLE


def imports(path):
    """Module and name of everything that is imported, anywhere in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module, one.name) for one in node.names)


def replacements(path):
    """First two arguments of each call of a method setattr or delattr."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("setattr", "delattr"):
            yield node.args[:2]


@for_each("path", named(FILES))
def test_only_the_support_modules_are_shared_between_tests(path):
    shared = {module for module, _ in imports(path) if module.split(".")[0] == "tests"}
    assert {module for module in shared if not module.startswith("tests.support")} == set()


@for_each("path", named(FILES))
def test_no_private_name_of_the_product_is_used(path):
    imported = [name for module, name in imports(path) if is_private(name.rpartition(".")[2])]
    own = {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self"
    }
    used = {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and is_private(node.attr)
    }
    replaced = [
        argument.value
        for arguments in replacements(path)
        for argument in arguments
        if isinstance(argument, ast.Constant) and is_private(argument.value.rpartition(".")[2])
    ]
    assert imported == replaced == []
    assert used - own - OF_OTHERS == set()


def test_few_functions_of_the_product_are_replaced():
    found = Counter()
    for path in FILES:
        ours = {name or module for module, name in imports(path) if module.startswith("shorewise")}
        for target, *_ in replacements(path):
            root = target
            while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
                root = root.func if isinstance(root, ast.Call) else root.value
            name = root.value.split(".")[0] if isinstance(root, ast.Constant) else root.id
            aliases = {
                one.asname
                for node in ast.walk(tree(path))
                if isinstance(node, ast.ImportFrom) and node.module.startswith("shorewise")
                for one in node.names
            }
            found[path.name] += name in ours | aliases | {"shorewise"}
    assert 0 < found.total() <= REPLACED_MAX, found


def test_modules_of_tests_and_of_their_support_have_unique_names():
    names = Counter(path.name for path in FILES if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []


@for_each("path", named(TESTS))
def test_the_name_of_a_test_is_a_sentence(path):
    names = [
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert names
    assert [name for name in names if len(re.findall("[a-z0-9]+", name)) < 4] == []
