"""docs/one-salary.md: its steps are taken, in the order in which it names them."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

DOCUMENT = ROOT / "docs" / "one-salary.md"

# Runs the examples of the sections in one process, and prints for each section the calls of the
# functions that its steps name.
RECORDER = """
import functools, json, os, sys
import pandas as pd
import shorewise as sw
import shorewise.workbook.bulk, shorewise.workbook.description
from shorewise.udfs.calling import call
from shorewise.udfs.functions import FUNCTIONS

root, sections = sys.argv[1], json.loads(sys.argv[2])

@functools.cache
def step_of(code):
    return os.path.relpath(code.co_filename, root) + ":" + code.co_qualname

def record(frame, event, _):
    step = step_of(frame.f_code)
    if step in steps and step not in calls[-1:]:
        calls.append(step)

found = []
for _, example, steps in sections:
    calls = []
    sys.settrace(record)  # called for functions of Python alone
    exec(example)
    sys.settrace(None)
    found.append(calls)
print(json.dumps(found))
"""


def sections():
    """Of each section its title, its example, and its steps as ``module:function``."""
    for section in DOCUMENT.read_text().split("\n## ")[1:]:
        example = re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]
        steps = re.findall(r"^\d+\. `([\w/]+\.py)`: `([\w.]+)`", section, re.MULTILINE)
        yield section.partition("\n")[0], example, [":".join(step) for step in steps]


SECTIONS = list(sections())


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one_salary")
    (folder / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        [sys.executable, "-c", RECORDER, str(ROOT), json.dumps(SECTIONS)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={
            "PATH": "",
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PYTHONPYCACHEPREFIX": os.environ["PYTHONPYCACHEPREFIX"],
        },
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_no_module_is_named_twice():
    named = re.findall(r"`([\w/]+\.py)`", DOCUMENT.read_text())
    assert len(named) == len(set(named)) > 30


@pytest.mark.soak
@pytest.mark.parametrize("number", range(len(SECTIONS)), ids=[one[0] for one in SECTIONS])
def test_the_steps_of_a_section_are_taken_in_its_order(number, recorded):
    _, _, steps = SECTIONS[number]
    calls = iter(recorded[number])
    assert len(steps) > 2
    assert [step for step in steps if step not in calls] == []  # each found after the one before
