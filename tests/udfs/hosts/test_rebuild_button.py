"""The button Rebuild of the macro workbook, through xlwings under a stand-in for COM."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
from openpyxl import load_workbook

from shorewise.udfs.hosts import excel_files
from shorewise.workbook import read
from shorewise.workbook.macros import FIELDS, FORM, MACRO
from tests.support.paths import ROOT
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written

FULL = {"plan": "Half=All onshore", "site": "Lisbon=PT", "role": "Tester", "months": 9.0}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The answer to each form, and the folder."""
    folder = tmp_path_factory.mktemp("rebuild")
    path = folder / "case.xlsx"
    path.write_bytes(written(small_scenario()))
    (folder / "there.xlsx").write_bytes(b"")
    case = {"name": "case.xlsx", "fullname": str(path)}
    other = {"name": "other.xlsx", "fullname": str(folder / "other.xlsx"), "ours": False}
    twin = {"name": "twin.xlsx", "fullname": str(path)}
    forms = {
        "full": (FULL, [case, other]),
        "named": ({"workbook": "CASE.xlsx", "months": 7.0, "output": "seven.xlsx"}, [case, twin]),
        "none": ({"months": 7.0}, [other]),
        "several": ({"months": 7.0}, [case, twin]),
        "unknown": ({"workbook": "no.xlsx", "months": 7.0}, [case]),
        "unsaved": ({"months": 7.0}, [case | {"saved": False}]),
        "new": ({"months": 7.0}, [case | {"fullname": "Book1"}]),
        "cloud": ({"months": 7.0}, [case | {"fullname": "https://x.sharepoint.com/case.xlsx"}]),
        "nothing": ({}, [case]),
        "month": ({"months": "many"}, [case]),
        "half": ({"months": 7.5}, [case]),
        "long": ({"months": 500.0, "output": "a.xlsx"}, [case]),
        "folder": ({"months": 7.0, "output": "../new.xlsx"}, [case]),
        "there": ({"months": 7.0, "output": "there.xlsx"}, [case]),
        "twice": ({"site": "Mid", "output": "a.xlsx"}, [case]),
    }
    given = [{"form": form, "books": books} for form, books in forms.values()]
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.com_rebuild"],
        input=json.dumps(given),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "XLWINGS_ON_SERVER"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    return dict(zip(forms, json.loads(run.stdout), strict=True)), folder


def test_the_workbook_that_is_open_is_made_again_beside_it(answers):
    found, folder = answers
    first = found["full"].splitlines()[0]
    assert first == f"Wrote {folder / 'case rebuilt.xlsx'}."
    scenario = read(folder / "case rebuilt.xlsx")
    added = scenario.plans[-1], scenario.sites[-1], scenario.roles[-1]
    assert added == ("Half", "Lisbon", "Tester")
    assert scenario.locations[-1] == "PT"
    assert scenario.horizon_months == 9


def test_one_of_several_is_named_and_so_is_the_new_file(answers):
    found, folder = answers
    assert found["named"].startswith("Wrote ")
    assert read(folder / "seven.xlsx").horizon_months == 7


REFUSED = {
    "none": "no comparison workbook of Shorewise is open",
    "several": "several are open: case.xlsx, twin.xlsx; enter the name of one",
    "unknown": "no.xlsx: no open comparison workbook; open are case.xlsx",
    "unsaved": "case.xlsx: has changes that are not saved; save it first",
    "new": "case.xlsx: was never saved; save it first",
    "cloud": "is not on this computer; save a copy in a local folder",
    "nothing": "the form asks for no change",
    "month": "Months is 'many'; it must be a whole number",
    "half": "Months is 7.5; it must be a whole number",
    "long": "500",
    "folder": "must be a file name without a folder",
    "there": "there.xlsx: is there already; enter another name in cell New file",
    "twice": "Mid",
}


@pytest.mark.parametrize("form", REFUSED)
def test_what_cannot_be_done_is_one_clear_message(answers, form):
    message = answers[0][form]
    assert message.startswith("Nothing was written. ")
    assert REFUSED[form] in message
    assert "Traceback" not in message
    assert "\n" not in message


def test_the_form_has_a_cell_for_each_field_and_a_button_that_runs_the_macro():
    files = excel_files()
    book = load_workbook(io.BytesIO(files["shore_functions.xlsm"]))
    labels = [book[FORM].cell(int(cell[1:]), 1).value for cell in FIELDS.values()]
    assert labels == [
        "Workbook", "Plan to add", "Site to add", "Role to add", "Months", "New file",
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(files["shore_functions.xlsm"])) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
        target = re.search(
            r'Target="([^"]*)"', archive.read("xl/worksheets/_rels/sheet2.xml.rels").decode()
        ).group(1)
        button = archive.read(target.removeprefix("/")).decode()
    assert "<drawing xmlns:r=" in sheet
    assert f'macro="[0]!{MACRO}"' in button
    module = files["shorewise_macros.bas"].decode("ascii")
    assert f"Sub {MACRO}()\r\n" in module
    assert 'RunPython "from shorewise.udfs import rebuild_button; rebuild_button.main()"' in module
