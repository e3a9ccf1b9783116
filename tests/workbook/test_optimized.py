"""Python with -O and -OO, which leave out assertions and docstrings: the same files."""

import hashlib
import os
import subprocess
import sys

import pandas as pd
import pytest

from shorewise.engine import default_model
from shorewise.workbook import describe, workbook_bytes
from shorewise.workbook.bulk import workbooks
from tests.support.sample_scenarios import small_scenario

MADE = """
import hashlib, sys
import pandas as pd
from shorewise.engine import Scenario, default_model
from shorewise.workbook import check, describe, workbook_bytes
from shorewise.workbook.bulk import workbooks
from tests.support.sample_scenarios import small_scenario
from pathlib import Path

path = Path(sys.argv[1])
path.write_bytes(workbook_bytes(describe(small_scenario())))
if check(path): raise SystemExit("a cell differs")
print(hashlib.sha256(path.read_bytes()).hexdigest())
table = pd.DataFrame({"scenario": ["a"], "discount_rate": [0.2]})
for _, data in workbooks(table, small_scenario()): print(hashlib.sha256(data).hexdigest())
print(hashlib.sha256(repr([(one.topic, one.meaning) for one in
                           default_model().lines.values()]).encode()).hexdigest())
"""


def sha(data):
    return hashlib.sha256(data).hexdigest()


@pytest.mark.soak
@pytest.mark.parametrize("level", ["1", "2"])
def test_workbooks_are_the_same_without_assertions_and_docstrings(tmp_path, level):
    variables = {"PYTHONOPTIMIZE": level, "SHOREWISE_CACHE": ""}
    said = subprocess.run(
        [sys.executable, "-c", MADE, tmp_path / "book.xlsx"],
        env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.stderr == ""
    table = pd.DataFrame({"scenario": ["a"], "discount_rate": [0.2]})
    lines = default_model().lines.values()
    assert said.stdout.split() == [
        sha(workbook_bytes(describe(small_scenario()))),
        *(sha(data) for _, data in workbooks(table, small_scenario())),
        sha(repr([(one.topic, one.meaning) for one in lines]).encode()),
    ]
    assert all(one.topic and one.meaning for one in lines)
