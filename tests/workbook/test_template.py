"""A stamped workbook is the one that openpyxl builds, cell by cell and style by style."""

import io
import json
import os
import shutil
import zipfile
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from shorewise.engine import Scenario
from shorewise.workbook import check, describe, read, workbook_bytes
from shorewise.workbook.layout.context import Context
from shorewise.workbook.layout.derived import derived, texts
from shorewise.workbook.lint import lint
from shorewise.workbook.template import Template, UnfilledError, marked_texts
from tests.support.sample_scenarios import random_scenario, small_data, small_scenario
from tests.support.spreadsheet_engines import all_converted

SHAPES = (11, 22)  # seeds of random scenarios of different shapes


@pytest.fixture(scope="module")
def template():
    return Template.compiled(small_scenario())


def stamped(template, scenario):
    context = Context.of(scenario)
    (found,) = template.workbooks(context.values, [marked_texts(scenario, context.texts)])
    return found


def cells(data, *, values):
    """Content and look of every cell."""
    workbook = load_workbook(io.BytesIO(data), data_only=values)
    return {
        (sheet.title, cell.coordinate): (
            getattr(cell.value, "text", None) or getattr(cell.value, "ref", None) or cell.value,
            cell.style,
            cell.number_format,
            cell.hyperlink.location if cell.hyperlink else None,
        )
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
    }


def parts(data, prefix):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {n: archive.read(n) for n in archive.namelist() if n.startswith(prefix)}


def varied(seed, change):
    """A scenario of the same shape: other figures and other names."""
    text = json.dumps(random_scenario(seed).to_dict())
    for old, new in (("Site ", ("<&> ", "=1+1 ")[change % 2]), ("Role ", "Ünï 🚢 ")):
        text = text.replace(old, json.dumps(new)[1:-1])
    data = json.loads(text)
    for site in data["sites"][1:]:
        site["productivity"] = 0.5 + change / 10
    data |= {"discount_rate": 0.01 * change, "name": f"Varied {change} <&>", "currency": "CHF"}
    data |= {"case_number": 1 + change % 3, "sensitivity_plan": 1 + change % 5}
    data["risks"] = [{"name": "A risk of its own", "probability": 0.5, "weeks": 3}]
    return Scenario.from_dict(data, "varied")


@pytest.mark.parametrize("seed", SHAPES)
def test_a_stamped_workbook_equals_the_built_one(seed):
    template = Template.compiled(random_scenario(seed))
    scenario = varied(seed, seed)
    if not template.fits(scenario):  # names that take other lines
        template = Template.compiled(varied(seed, seed + 2))
    assert template.fits(scenario)
    data, built = stamped(template, scenario), workbook_bytes(describe(scenario))
    for values in (False, True):
        assert cells(data, values=values) == cells(built, values=values)


@pytest.mark.skipif(
    not shutil.which("soffice") and "SHOREWISE_TEST_ALL" not in os.environ,
    reason="LibreOffice is not installed; .ci/run installs it",
)
def test_a_stamped_workbook_is_the_built_one_to_libreoffice(template, tmp_path):
    scenario = small_scenario(name="Varied <&>", discount_rate=0.07, case_number=3)
    books = {"stamped": stamped(template, scenario), "built": workbook_bytes(describe(scenario))}
    for name, data in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    saved = all_converted([tmp_path / f"{name}.xlsx" for name in books], "xlsx")
    ours, theirs = (path.read_bytes() for path in saved)
    for prefix in ("xl/worksheets/sheet", "xl/sharedStrings", "xl/styles", "xl/workbook"):
        found = parts(ours, prefix)
        assert found
        assert found == parts(theirs, prefix)


def test_calamine_reads_a_stamped_workbook_as_openpyxl_does(template):
    data = stamped(template, small_scenario(name="Varied <&>", discount_rate=0.07))
    ours = load_workbook(io.BytesIO(data), data_only=True)
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert theirs.sheet_names == ours.sheetnames
    for sheet in ours:
        found = theirs.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for row, cells in zip(sheet.iter_rows(values_only=True), found, strict=True):
            expected = ["" if cell is None else cell for cell in row]
            cells = [pd.Timestamp(one) if isinstance(one, date) else one for one in cells]
            assert cells + [""] * (len(row) - len(cells)) == expected, sheet.title


def test_a_stamped_workbook_agrees_reads_back_and_keeps_every_rule(template, tmp_path):
    scenario = small_scenario(name="Varied <&>", discount_rate=0.07, case_number=3)
    path = tmp_path / "stamped.xlsx"
    path.write_bytes(stamped(template, scenario))
    assert check(path) == []
    assert read(path).to_dict() == scenario.to_dict()
    assert lint(path) == []


def test_every_part_but_shared_texts_and_figures_is_the_same(template):
    scenario = small_scenario()
    data = stamped(template, scenario)
    built = workbook_bytes(describe(scenario))
    for prefix in ("xl/styles", "xl/theme", "xl/workbook", "xl/drawings", "docProps", "["):
        assert parts(data, prefix) == parts(built, prefix)
    assert list(parts(data, "")) == list(parts(built, ""))


def test_the_same_scenario_gives_the_same_bytes(template):
    scenario = small_scenario()
    assert stamped(Template.compiled(scenario), scenario) == stamped(template, scenario)


def test_many_scenarios_at_once_are_each_stamped_as_alone(template):
    base = small_scenario()
    rates = np.array([0.05, 0.1, 0.4]).reshape(-1, 1, 1, 1, 1)
    inputs = base.values | {"discount_rate": rates}
    model = Context.of(base).model
    values = model.evaluate(inputs, base.horizon_months)
    values |= derived(values, model, base.horizon_months)
    alone = [
        replace(base, values=base.values | {"discount_rate": rates[n : n + 1]}) for n in range(3)
    ]
    said = [
        marked_texts(one, texts(values, model, base.plans, n) | {"hash": one.fingerprint()})
        for n, one in enumerate(alone)
    ]
    found = list(template.workbooks(values, said))
    assert [cells(f, values=True) for f in found] == [
        cells(stamped(template, one), values=True) for one in alone
    ]


def test_names_that_take_more_lines_need_another_template(template):
    data = small_data()
    data["plans"][1]["name"] = "A plan with a name of several lines in its column"
    assert not template.fits(Scenario.from_dict(data, "long"))
    data["plans"][1]["name"] = "Short"
    assert template.fits(Scenario.from_dict(data, "short"))


def test_an_infinite_figure_is_refused(template):
    scenario = small_scenario()
    context = Context.of(scenario)
    context.values["npv"] = np.where(np.arange(2).reshape(1, 2, 1, 1, 1) == 1, np.inf, 0.0)
    said = [marked_texts(scenario, context.texts)]
    with pytest.raises(UnfilledError, match="npv is inf"):
        list(template.workbooks(context.values, said))
