"""Workbooks are right where lxml is installed, with which openpyxl writes other XML."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shorewise.engine import Scenario
from shorewise.workbook import check, read
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK, by_open_xml_sdk, command

WRITE = """
import sys
sys.path.append(sys.argv[1])
import openpyxl
from shorewise.engine import Scenario
from shorewise.workbook import compare
assert openpyxl.LXML
compare(Scenario.default(), sys.argv[2])
"""


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_AUDIT or NO_SDK), reason=NO_AUDIT or NO_SDK)
def test_a_workbook_written_with_lxml_agrees_and_is_valid(tmp_path):
    program = Path(command("SHOREWISE_OPENXML_AUDIT"))  # its environment has lxml
    (packages,) = program.parent.parent.glob("lib/python*/site-packages")
    path = tmp_path / "book.xlsx"
    subprocess.run(
        [sys.executable, "-c", WRITE, str(packages), str(path)],
        check=True,
        env=os.environ | {"SHOREWISE_CACHE": ""},
    )
    assert check(path) == []
    assert read(path) == Scenario.default()
    assert by_open_xml_sdk(path) == []
