"""Hosts of the functions in cells, each as a function from calls to what the cells show."""

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple


class Answers(NamedTuple):
    """What the calls gave, how often each was evaluated, and what the host was told at import."""

    shown: list
    evaluations: list[int]
    imported: Any


def by_com(calls) -> Answers:
    """Calls of (name, arguments) through xlwings' add-in for Windows."""
    return _answers("tests.parity.com", calls, {"XLWINGS_LICENSE_KEY": ""})


def by_office_js(calls) -> Answers:
    """Calls of (name, arguments) through xlwings' Office.js hosts."""
    return _answers("tests.parity.office_js", calls, {"XLWINGS_ON_SERVER": "true"})


def _answers(module, calls, environment) -> Answers:
    run = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps([*calls]),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    answers, imported = json.loads(run.stdout)
    shown, evaluations = zip(*answers, strict=True)
    return Answers([*map(_one_cell, shown)], [*evaluations], imported)


def _one_cell(shown):
    """A result of one cell as that cell."""
    return shown[0][0] if isinstance(shown, list) and len(shown) == 1 == len(shown[0]) else shown
