"""The functions in two calculation engines in Python that load .xlsx files: pycel and formulas.

A process of its own, since importing them warns and pycel prints every error of a cell: ``python -m
tests.support.python_engines pycel FILE ROWS`` prints the values of Calls!A1 and the rows below.
"""

import contextlib
import json
import sys
import types

from shorewise.udfs.calling import call
from shorewise.udfs.functions import FUNCTIONS

_PLUGIN = "shorewise_functions"  # the module in which pycel looks for functions, in lower case


def by_pycel(path, rows):
    """Values of the rows, computed by pycel."""
    from pycel import ExcelCompiler

    plugin = types.ModuleType(_PLUGIN)
    for one in FUNCTIONS:

        def called(*cells, one=one):
            return _first(call(one, *cells))

        called.__name__ = one.name.lower()
        setattr(plugin, called.__name__, called)
    sys.modules[_PLUGIN] = plugin
    compiler = ExcelCompiler(path, plugins=(_PLUGIN,))
    return [compiler.evaluate(f"Calls!A{row}") for row in range(1, rows + 1)]


def by_formulas(path, rows):
    """Values of the rows, computed by formulas."""
    import formulas

    known = formulas.get_functions()
    for one in FUNCTIONS:
        known[one.name] = lambda *cells, one=one: _first(call(one, *map(_argument, cells)))
    found = formulas.ExcelModel().loads(path).finish().calculate()
    values = {str(place).rpartition("]")[2].upper(): one for place, one in found.items()}
    return [_argument(values[f"CALLS'!A{row}"].value[0, 0]) for row in range(1, rows + 1)]


def _argument(value):
    """A range, an array or a cell of formulas as rows of cells or as one cell."""
    value = getattr(value, "value", value)
    if hasattr(value, "tolist"):
        return _argument(value.tolist())
    if isinstance(value, list):
        return [_argument(one) for one in value]
    if type(value).__name__ == "XlError":
        return str(value)
    return None if str(value) == "empty" and type(value) is not str else value


def _first(result):
    """The first cell of a result: neither engine spills."""
    return result[0][0] if isinstance(result, list) else result


if __name__ == "__main__":
    engine, file, count = sys.argv[1:]
    with contextlib.redirect_stdout(sys.stderr):
        answers = {"pycel": by_pycel, "formulas": by_formulas}[engine](file, int(count))
    json.dump(answers, sys.stdout)
