"""Any name is refused in one clear line, or comes through a workbook as it is and adds nothing."""

import functools
import io
import os
import shutil
from types import SimpleNamespace
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import DataTableFormula

from shorewise.engine import Scenario, ScenarioError
from shorewise.workbook import check, describe, read, workbook_bytes
from shorewise.workbook.layout.sheet import Book
from tests.support import ooxml_validators
from tests.support.difficult_names import HELD, REFUSED
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK
from tests.support.spreadsheet_engines import (
    by_formualizer,
    by_ironcalc,
    by_libreoffice,
    unpaged,
    without_tables,
)

# Where a name may stand, and how an error names the place.
PLACES = {
    "scenario": "",
    "plan": "plans[1]: ",
    "site": "sites[1]: ",
    "role": "roles[1]: ",
    "rule": "sites[1] {site!r}, statutory[0]: ",
    "extra": "extra_costs[0]: ",
    "risk": "risks[0]: ",
    "vendor": "vendors[0]: ",
}
CELLS = {"scenario": "scenario_name"} | {place: f"{place}_names" for place in list(PLACES)[1:]}
NAMES = {*HELD.values()}
PLAIN = {place: f"Plain {place}" for place in PLACES}


def data(names):
    """Plain data of the smallest scenario with a name in each place."""
    site, role = names["site"], names["role"]
    first = {"Onshore": {"Engineer": 1}}
    return {
        "name": names["scenario"],
        "sizing": "heads",
        "horizon_months": 6,
        "roles": ["Engineer", role],
        "sites": [
            {"name": "Onshore"},
            {"name": site, "statutory": [{"line": names["rule"], "rate": 0.1}]},
        ],
        "plans": [
            {"name": "Baseline", "heads": first},
            {"name": names["plan"], "heads": {site: {role: 2}}},
        ],
        "extra_costs": [{"name": names["extra"], "amount": 1}],
        "risks": [{"name": names["risk"], "weeks": 1}],
        "vendors": [{"name": names["vendor"]}],
    }


def small(name):
    return Scenario.from_dict(data(dict.fromkeys(PLACES, name)), "small.toml")


def held_in(scenario):
    """The name in each place of a small scenario."""
    lists = {axis: scenario.list_names[axis][0] for axis in ("extra", "risk", "vendor")}
    return lists | {
        "scenario": scenario.name,
        "plan": scenario.plans[1],
        "site": scenario.sites[1],
        "role": scenario.roles[1],
        "rule": scenario.rule_names[1][0],
    }


def cases(names):
    return [pytest.param(name, id=what) for what, name in names.items()]


def test_there_are_more_than_a_hundred_difficult_names():
    assert len(HELD) > 100
    assert len({*HELD.values()}) == len(HELD)


@pytest.mark.parametrize("name", cases(REFUSED))
def test_a_refused_name_is_reported_in_one_printable_line_that_says_where(name):
    for place, start in PLACES.items():
        with pytest.raises(ScenarioError) as error:
            Scenario.from_dict(data(PLAIN | {place: name}), "small.toml")
        text = str(error.value)
        assert text.startswith("small.toml: " + start.format(**PLAIN)), text
        assert "it must be" in text
        assert text.isprintable()
        assert len(text) < 300


# Some in every place; all of them in one place or another: below.
@pytest.mark.soak(keep=6)
@pytest.mark.parametrize("name", cases(HELD)[::12])
def test_a_name_is_read_back_unchanged_from_every_part_of_a_workbook(name, tmp_path):
    scenario = small(name)
    assert set(held_in(scenario).values()) == {name}
    book = describe(scenario)
    read_from = {cells.partition("!")[0] for cells in book.names.values()}
    inputs = [sheet for sheet in book.sheets if sheet.title in read_from]
    path = tmp_path / "inputs.xlsx"
    path.write_bytes(workbook_bytes(Book(book.title, inputs, book.names)))
    assert read(path) == scenario
    with ZipFile(path) as archive:
        for part in archive.namelist():
            ElementTree.fromstring(archive.read(part))


def several(names):
    """A scenario in which each name stands in one place or more."""
    sites, roles, plans, rules = names[:16], names[16:18], names[18:20], names[20:146]
    lists = {"extra_costs": names[138:146], "risks": names[-10:], "vendors": names[-8:]}
    assert {*sites, *roles, *plans, *rules}.union(*lists.values()) == {*names}
    charges = [{"line": line, "rate": 0.01} for line in rules]
    data = {"name": names[0], "horizon_months": 6, "roles": roles}
    data["sites"] = [
        {"name": site, "statutory": charges[8 * n : 8 * n + 8]} for n, site in enumerate(sites)
    ]
    data["plans"] = [{"name": plan, "heads": {sites[0]: {roles[0]: 1}}} for plan in plans]
    data |= {key: [{"name": name} for name in given] for key, given in lists.items()}
    return Scenario.from_dict(data, "several.toml")


@functools.cache
def parade():
    """A workbook of all names."""
    scenario = several(list(HELD.values()))
    book = describe(scenario)
    return SimpleNamespace(scenario=scenario, book=book, data=workbook_bytes(book))


@functools.cache
def opened():
    """The parade as openpyxl reads it."""
    return load_workbook(io.BytesIO(parade().data))


@functools.cache
def parade_for_engines():
    """The parade for engines of calculation, which need neither tables nor pages."""
    return workbook_bytes(unpaged(without_tables(describe(parade().scenario))))


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "parade.xlsx"
    file.write_bytes(parade().data)
    return file


def name_cells():
    """Sheet and address of every cell into which the parade's names are entered, and the name."""
    found = {}
    for sheet in parade().book.sheets:
        for (row, column), cell in sheet.cells.items():
            if cell.style.startswith("input") and cell.content in NAMES:
                found[sheet.title, f"{get_column_letter(column)}{row}"] = cell.content
    assert {*found.values()} == NAMES
    return found


@pytest.mark.soak
def test_names_neither_add_nor_change_a_formula():
    found = {
        (sheet.title, cell.coordinate): getattr(cell.value, "text", cell.value)
        for sheet in opened()
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and not isinstance(cell.value, DataTableFormula)
    }
    plain = describe(several([f"Plain {n}" for n in range(len(HELD))])).formulas()
    assert found == {place: f"={formula.text}" for place, formula in plain.items()}


def test_every_name_is_read_back_and_every_cell_agrees(path):
    assert read(path) == parade().scenario
    assert check(path) == []


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    "oracle",
    [
        by_ironcalc,
        by_formualizer,
        pytest.param(
            by_libreoffice,
            marks=pytest.mark.skipif(
                not shutil.which("soffice") and not os.environ.get("SHOREWISE_TEST_ALL"),
                reason="LibreOffice is not installed; .ci/run installs it",
            ),
        ),
    ],
)
def test_every_name_is_the_same_text_in_another_engine(path, oracle):
    expected = name_cells()
    path.write_bytes(parade_for_engines())
    found = oracle(str(path), expected)
    assert {cell: found[cell] for cell in expected if found[cell] != expected[cell]} == {}


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
def test_the_open_xml_sdk_finds_no_error_with_any_name(path):
    assert ooxml_validators.by_open_xml_sdk(path) == []


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT)
def test_openxml_audit_finds_nothing_wrong_with_any_name(path):
    assert ooxml_validators.by_openxml_audit(path) == []


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        pytest.param("roles", ["QA", "qa"], "roles[1]", id="case"),
        pytest.param("roles", ["Stra\u00dfe", "STRASSE"], "roles[1]", id="german-sz"),
        pytest.param("roles", ["\u00e9", "e\u0301"], "roles[1]", id="composed"),
        pytest.param("roles", ["QA", "Q\u200bA"], "roles[1]", id="zero-width"),
        pytest.param("roles", ["Q A", "Q  A"], "roles[1]", id="spaces"),
        pytest.param("roles", ["Q A", "Q\u00a0A"], "roles[1]", id="no-break-space"),
        pytest.param("sites", [{"name": "Lodz"}, {"name": "LODZ"}], "sites[1]", id="sites"),
        pytest.param("plans", [{"name": "Go"}, {"name": "go"}], "plans[1]", id="plans"),
    ],
)
def test_names_that_excel_or_a_reader_cannot_tell_apart_are_refused(key, value, where):
    with pytest.raises(ScenarioError, match="names must differ in more than case") as error:
        Scenario.from_dict(data(PLAIN) | {key: value}, "small.toml")
    assert where in str(error.value)


@pytest.mark.parametrize(
    "roles",
    [
        pytest.param(["I", "\u0131", "\u0130"], id="turkish-dotless"),
        pytest.param(["\uff14", "4"], id="full-width"),
        pytest.param(["a", "a\u0308"], id="combining"),
        pytest.param(["a-b", "a b", "ab"], id="hyphen"),
        pytest.param(["x\u00b2", "x2"], id="power"),
    ],
)
def test_visibly_different_names_are_allowed(roles):
    heads = {"Onshore": {roles[0]: 1}}
    changes = {"roles": roles, "plans": [{"name": "Baseline", "heads": heads}]}
    assert Scenario.from_dict(data(PLAIN) | changes, "small.toml").roles == tuple(roles)


def test_an_entry_named_like_an_unused_row_with_default_values_is_ignored(tmp_path):
    names = {key: [{"name": "unused 1"}] for key in ("extra_costs", "risks", "vendors")}
    charge = {"name": "Away", "statutory": [{"line": "none", "rate": 0}]}
    given = data(PLAIN | {"site": "Away"}) | names
    given["sites"][1] = charge
    scenario = Scenario.from_dict(given, "small.toml")
    assert {axis: {*scenario.list_names[axis]} for axis in ("extra", "risk", "vendor")} == {
        "extra": {""}, "risk": {""}, "vendor": {""},
    }  # fmt: skip
    assert {*scenario.rule_names[1]} == {""}
    (tmp_path / "book.xlsx").write_bytes(workbook_bytes(describe(scenario)))
    assert read(tmp_path / "book.xlsx") == scenario


def test_cells_for_names_are_formatted_as_text():
    assert {opened()[sheet][cell].number_format for sheet, cell in name_cells()} == {"@"}
