"""First lines of docstrings, which sheets show: also under ``python -OO``, which strips them.

Python keeps the source beside what it runs, so what ``-OO`` left out is read from there.
"""

import ast
import inspect
import sys
from collections.abc import Callable
from functools import cache


def summary_of(function: Callable) -> str:
    """The first line of a function's docstring, without its full stop; "" if there is none."""
    text = function.__doc__ or _stripped(function.__module__).get(function.__name__, "")
    return _first_line(text)


def _first_line(text: str) -> str:
    return text.partition("\n")[0].rstrip(".")


@cache
def _stripped(module: str) -> dict[str, str]:
    """Docstrings of a module's functions by name, where Python strips them."""
    if sys.flags.optimize < 2 or module not in sys.modules:
        return {}
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, SyntaxError):
        return {}
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    found = {n.name: ast.get_docstring(n) for n in functions}
    return {name: text for name, text in found.items() if text}
