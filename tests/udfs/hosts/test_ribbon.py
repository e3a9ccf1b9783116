"""The commands of the ribbon tab and the buttons, through xlwings under a stand-in for COM."""

import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.udfs import ribbon
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.hosts import excel_files
from shorewise.udfs.reference_page import formula
from shorewise.workbook import read
from shorewise.workbook.command_sheets import COMMANDS, FIELDS, HEADS
from tests.support.paths import ROOT
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written

FULL = {"plan": "Half=All onshore", "site": "Lisbon=PT", "role": "Tester", "months": 9.0}
CONF = [["Interpreter_Win", "python"], ["UDF Modules", "shorewise.udfs"]]
SPACE = "http://schemas.microsoft.com/office/2009/07/customui"


def with_another_formula(data):
    """The bytes of a workbook with another formula in one cell, and the address of the cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    for name in sorted(name for name in parts if name.startswith("xl/worksheets/sheet")):
        found = re.search(r'<c r="(\w+)"[^>]*><f>[^<]*</f>', parts[name])
        if found:
            changed = found.group().partition("<f>")[0] + "<f>-1+1</f>"
            parts[name] = parts[name].replace(found.group(), changed)
            break
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text.encode("latin-1"))
    return out.getvalue(), found.group(1)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What each command left in Excel, and the folder."""
    folder = tmp_path_factory.mktemp("ribbon")
    path = folder / "case.xlsx"
    path.write_bytes(written(small_scenario()))
    (folder / "there.xlsx").write_bytes(b"")
    (folder / "notes.txt").write_text("x")
    changed, address = with_another_formula(path.read_bytes())
    (folder / "edited.xlsx").write_bytes(changed)
    case = {"name": "case.xlsx", "fullname": str(path)}
    edited = {"name": "edited.xlsx", "fullname": str(folder / "edited.xlsx")}
    other = {"name": "other.xlsx", "fullname": str(folder / "other.xlsx"), "ours": False}
    both = {"workbook": "case.xlsx", "other": "twin.xlsx", "compare_output": "same.xlsx"}
    text = {"other": "notes.txt", "compare_output": "n.xlsx"}
    twin = {"name": "twin.xlsx", "fullname": str(path)}
    personal = other | {"name": "PERSONAL.XLSB", "visible": False}
    here = {"caller": str(folder / "there.xlsx")}

    def asked(command, form=None, books=(), **more):
        return {"command": command, "form": form or {}, "books": list(books), **more}

    named = {"workbook": "CASE.xlsx", "months": 7.0, "output": "seven.xlsx"}
    loaded = {"function": "shore_loaded_cost"}
    commands = {
        "full": asked("rebuild", FULL, [case, other]),
        "named": asked("rebuild", named, [case, twin]),
        "none": asked("rebuild", {"months": 7.0}, [other]),
        "several": asked("rebuild", {"months": 7.0}, [case, twin]),
        "unknown": asked("rebuild", {"workbook": "no.xlsx", "months": 7.0}, [case]),
        "unsaved": asked("rebuild", {"months": 7.0}, [case | {"saved": False}]),
        "new book": asked("rebuild", {"months": 7.0}, [case | {"fullname": "Book1"}]),
        "cloud": asked(
            "rebuild", {"months": 7.0}, [case | {"fullname": "https://x.sharepoint.com/case.xlsx"}]
        ),
        "nothing": asked("rebuild", {}, [case]),
        "month": asked("rebuild", {"months": "many"}, [case]),
        "half": asked("rebuild", {"months": 7.5}, [case]),
        "long": asked("rebuild", {"months": 500.0, "output": "a.xlsx"}, [case]),
        "folder": asked("rebuild", {"months": 7.0, "output": "../new.xlsx"}, [case]),
        "no folder": asked("rebuild", {"months": 7.0, "folder": "/no/such"}, [case]),
        "there": asked("rebuild", {"months": 7.0, "output": "there.xlsx"}, [case]),
        "twice": asked("rebuild", {"site": "Mid", "output": "a.xlsx"}, [case]),
        "new": asked("new", {"preset": "mid", "new_output": "Mid.xlsx"}, **here),
        "new closed": asked("new", {"new_output": "Shut.xlsx"}, cannot_open=True, **here),
        "new nameless": asked("new", {}, **here),
        "new unknown": asked("new", {"preset": "best", "new_output": "B.xlsx"}, **here),
        "new sign": asked("new", {"new_output": "Pu?ne.xlsx"}, **here),
        "new line": asked("new", {"new_output": "Pu\nne.xlsx"}, **here),
        "new device": asked("new", {"new_output": "Con.xlsx"}, **here),
        "compare": asked("compare", {"other": str(ROOT / "tests" / "nothing.xlsx")}, [case]),
        "compare preset": asked("compare", {"other": "Mid.xlsx"}, [case]),
        "compare same": asked("compare", both, [case, twin]),
        "compare empty": asked("compare", {}, [case]),
        "compare text": asked("compare", text, [case]),
        "check": asked("check", {}, [case]),
        "check edited": asked("check", {}, [edited]),
        "simulate": asked("simulate", {"draws": 64.0}, [case]),
        "simulate few": asked("simulate", {"draws": 2.0}, [case]),
        "simulate none": asked("simulate", {"draws": 0.0}, [case]),
        "simulate many": asked("simulate", {"draws": 1e9}, [case]),
        "insert": asked("insert", loaded, [other | {"selected": "C4"}, personal]),
        "insert old": asked("insert", loaded, [other], evaluates=-2146826259),
        "insert own": asked("insert", loaded | {"into": "shore_functions.xlsm"}, []),
        "insert full": asked("insert", loaded, [other | {"filled": {"A1": 1.0}}]),
        "insert none": asked("insert", {}, [other]),
        "insert unknown": asked("insert", {"function": "SHORE_LOADED_COSTS"}, [other]),
        "insert alone": asked("insert", loaded, [personal]),
        "settings": asked("settings", {}, conf=CONF),
        "settings set": asked("settings", {"interpreter": sys.executable}, conf=CONF),
        "settings file": asked("settings", {"interpreter": "/no/python"}, conf=CONF),
        "settings module": asked("settings", {"modules": "shorewise.udfs;no_such"}, conf=CONF),
        "settings no module": asked("settings", {"modules": ";"}, conf=CONF),
        "about": asked("about"),
        "no sheet": asked("about", sheets=["Answer"]),
        "broken": asked("settings", {}),
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.com_ribbon"],
        input=json.dumps([*commands.values()]),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "XLWINGS_ON_SERVER"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    found = dict(zip(commands, json.loads(run.stdout), strict=True))
    found["check edited"]["address"] = address
    return found, folder


@pytest.mark.soak
def test_the_workbook_that_is_open_is_made_again_beside_it_and_opened(done):
    found, folder = done
    target = folder / "case rebuilt.xlsx"
    assert found["full"]["last"] == f"Wrote {target}."
    assert found["full"]["answer"][:2] == [["Rebuild"], [f"Wrote {target}."]]
    assert found["full"]["status"] == f"Rebuild: Wrote {target}."
    assert found["full"]["active"] == "Answer"
    assert found["full"]["opened"] == [str(target)]
    scenario = read(target)
    added = scenario.plans[-1], scenario.sites[-1], scenario.roles[-1]
    assert added == ("Half", "Lisbon", "Tester")
    assert scenario.locations[-1] == "PT"
    assert scenario.horizon_months == 9


@pytest.mark.soak
def test_one_of_several_is_named_and_so_is_the_new_file(done):
    found, folder = done
    assert found["named"]["last"].startswith("Wrote ")
    assert read(folder / "seven.xlsx").horizon_months == 7


REFUSED = {
    "none": "no other comparison workbook is open",
    "several": "several are open: case.xlsx, twin.xlsx; enter the name of one in cell B5",
    "unknown": "no.xlsx: no open comparison workbook; open are case.xlsx",
    "unsaved": "case.xlsx: has changes that are not saved; save it first",
    "new book": "case.xlsx: was never saved; save it first",
    "cloud": "is not on this computer; save a copy in a local folder",
    "nothing": "the form asks for no change",
    "month": "(Months) on sheet Commands is 'many'; it must be a whole number",
    "half": "(Months) on sheet Commands is 7.5; it must be a whole number",
    "long": "500",
    "folder": "must be a file name without a folder",
    "no folder": "/no/such: is no folder on this computer",
    "there": "there.xlsx: is there already; enter another name in cell",
    "twice": "Mid",
    "new nameless": "enter the name of the new file in cell",
    "new unknown": "scenario must be one of default, ",
    "compare": "neither an open workbook nor a file; correct cell",
    "compare empty": "enter another comparison in cell",
    "compare text": "notes.txt",
    "new sign": "'Pu?ne.xlsx': Windows allows no '?' in the name of a file; enter another",
    "new line": r"'Pu\nne.xlsx': Windows allows no '\n' in the name of a file; enter another",
    "new device": "'Con.xlsx': to Windows this is the name of a device; enter another name",
    "simulate few": "(Draws) on sheet Commands is 2; it must be from 64 to 1,000,000",
    "simulate none": "(Draws) on sheet Commands is 0; it must be from 64 to 1,000,000",
    "simulate many": "(Draws) on sheet Commands is 1,000,000,000; it must be from 64 to 1,000,000",
    "insert own": "Commands!A1: is a sheet of Shorewise",
    "insert full": "Sheet1!A1: is not empty; select an empty cell",
    "insert none": "choose a function in cell",
    "insert unknown": "SHORE_LOADED_COSTS: no function; did you mean SHORE_LOADED_COST",
    "insert alone": "no other workbook is open; open one",
    "settings file": "/no/python: no such file; correct cell",
    "settings no module": ";: names no module; correct cell",
    "broken": "sheet xlwings.conf has no row Interpreter_Win; write the workbook again",
    "settings module": "no_such: this Python has no such module",
}


@pytest.mark.soak(keep=8)
@pytest.mark.parametrize("command", REFUSED)
def test_what_cannot_be_done_is_one_clear_message(done, command):
    found = done[0][command]
    message = found["last"]
    assert message.startswith("Nothing was done. ")
    assert REFUSED[command] in message
    assert "Traceback" not in message
    assert "\n" not in message
    assert (found["answer"], found["opened"]) == ([], [])
    assert message.startswith(found["status"].partition(": ")[2])


def test_a_new_comparison_is_written_beside_the_macro_workbook_and_opened(done):
    found, folder = done
    assert found["new"]["last"] == f"Wrote {folder / 'Mid.xlsx'}."
    assert found["new"]["opened"] == [str(folder / "Mid.xlsx")]
    assert read(folder / "Mid.xlsx").fingerprint() == Scenario.preset("mid").fingerprint()
    assert found["new closed"]["last"].endswith("xlsx. Excel could not open it; open it yourself.")
    assert read(folder / "Shut.xlsx").fingerprint() == Scenario.default().fingerprint()


def test_a_comparison_with_another_is_written_and_summed_up(done):
    found, folder = done
    shown = found["compare preset"]["answer"]
    assert shown[0] == ["Compare with..."]
    assert re.fullmatch(r"\d+ inputs differ between A, case.xlsx, and B, Mid.xlsx.", shown[1][0])
    sheet = load_workbook(folder / "case differences.xlsx")["Differences"]
    assert sheet["A1"].value == "Differences between two scenarios"
    heads = next(row for row in shown if row[0] == "Difference")
    assert heads[1:3] == ["A", "B"]
    assert "do not differ. No file was written." in found["compare same"]["last"]
    assert found["compare same"]["opened"] == []


def test_check_says_that_all_agrees_or_lists_what_does_not(done):
    found = done[0]
    assert found["check"]["last"] == "case.xlsx: every formula cell agrees with the engine."
    edited = found["check edited"]
    assert re.fullmatch(r"edited.xlsx: \d+ cells? differs? from the engine.", edited["last"])
    rows = [row for row in edited["answer"] if row[0].endswith(f"!{edited['address']}")]
    assert ["formula", "-1+1"] in [row[1:3] for row in rows]  # a text, no formula of the answer


def test_simulate_lists_percentiles_by_plan(done):
    found = done[0]["simulate"]
    simulation = simulate(small_scenario(), 64)
    rows = {row[0]: row[1:] for row in found["answer"]}
    assert rows[simulation.scenario.currency] == [*simulation.scenario.plans]
    expected = simulation.percentile("npv", 90).tolist()
    assert rows["Net present value, P90"] == pytest.approx(expected)
    assert f"{simulation.draws} draws" in found["last"]


def test_a_function_is_written_into_the_selected_cell_of_another_workbook(done):
    found = done[0]
    (function,) = (one for one in FUNCTIONS if one.name == "SHORE_LOADED_COST")
    text = f"='shore_functions.xlsm'!{formula(function)[1:]}"
    assert found["insert"]["others"]["other.xlsx"] == [[{"formula": text}]]
    assert found["insert"]["last"] == f"Wrote {text} into other.xlsx, Sheet1!C4."
    assert [one.name for one in function.parameters] == [
        row[0] for row in found["insert"]["answer"][4:]
    ]
    assert found["insert old"]["others"]["other.xlsx"] == [[{"formula": text}]]


def test_settings_are_shown_and_changed(done):
    found = done[0]
    assert found["settings"]["answer"][3:5] == CONF
    assert found["settings set"]["conf"][0] == ["Interpreter_Win", sys.executable]
    assert "save this workbook" in found["settings set"]["last"]


def test_about_says_what_leaves_the_computer(done):
    text = " ".join(row[0] for row in done[0]["about"]["answer"])
    assert "licence MIT" in text
    assert "Nothing leaves this computer" in text


def test_a_damaged_macro_workbook_is_said_in_a_sentence(done):
    found = done[0]
    assert "has no sheet Commands; write it again" in found["no sheet"]["status"]


@pytest.fixture(scope="module")
def files():
    return excel_files()


@pytest.fixture(scope="module")
def package(files):
    with zipfile.ZipFile(io.BytesIO(files["shore_functions.xlsm"])) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_every_command_has_cells_a_button_and_a_macro(files, package):
    sheet = load_workbook(io.BytesIO(files["shore_functions.xlsm"]))["Commands"]
    for name, command in COMMANDS.items():
        assert sheet.cell(HEADS[name], 1).value == command.label
        for field, one in command.fields.items():
            cell = sheet[FIELDS[field]]
            assert (cell.value, sheet.cell(cell.row, 1).value) == (None, one.label)
    relations = package["xl/worksheets/_rels/sheet1.xml.rels"]
    target = re.search(r'Target="([^"]*)"', relations).group(1)
    pressed = re.findall(r'macro="\[0\]!(\w+)"', package[target.removeprefix("/")])
    module = files["shorewise_macros.bas"].decode("ascii")
    subs = re.findall(
        r"Sub (\w+)\(\)\r\n    RunPython \"from shorewise.udfs import ribbon; ribbon.(\w+)\(\)\"",
        module,
    )
    assert pressed == [macro for macro, _ in subs]
    assert [python for _, python in subs] == [*COMMANDS]
    assert all(callable(getattr(ribbon, python)) for _, python in subs)
    names = [row[0].value for row in sheet["E5:E400"] if row[0].value]
    assert names == [one.name for one in FUNCTIONS]


def test_the_ribbon_tab_keeps_to_the_schema_and_calls_what_the_module_has(files, package):
    relation = ET.fromstring(package["_rels/.rels"]).findall("*[@Id='shorewise']")[0]
    assert relation.get("Type").endswith("/office/2007/relationships/ui/extensibility")
    assert (
        '<Default Extension="xml" ContentType="application/xml"' in package["[Content_Types].xml"]
    )
    root = ET.fromstring(package[relation.get("Target").removeprefix("/")])
    inside = {
        "customUI": "ribbon",
        "ribbon": "tabs",
        "tabs": "tab",
        "tab": "group",
        "group": "button",
    }
    for parent in root.iter():
        children = {child.tag for child in parent}
        wanted = inside.get(parent.tag.removeprefix(f"{{{SPACE}}}"))
        assert children == ({f"{{{SPACE}}}{wanted}"} if wanted else set())
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids)) == 1 + 3 + len(COMMANDS)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", one) for one in ids)
    buttons = root.findall(f".//{{{SPACE}}}button")
    known = {"id", "label", "size", "imageMso", "keytip", "screentip", "supertip", "onAction"}
    module = files["shorewise_macros.bas"].decode("ascii")
    callbacks = re.findall(r"Sub (\w+)\(control As IRibbonControl\)\r\n    (\w+)\r\n", module)
    assert [one.get("onAction") for one in buttons] == [name for name, _ in callbacks]
    assert all(f"Sub {called}()\r\n" in module for _, called in callbacks)
    keys = [one.get("keytip") for one in buttons]
    assert len(set(keys)) == len(keys)
    for one in buttons:
        assert set(one.keys()) == known
        assert len(one.get("keytip")) <= 3
        assert max(map(len, one.attrib.values())) <= 1_024
    assert module.count("\r\n") == module.count("\n")
