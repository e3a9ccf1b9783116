"""A stamped workbook is the one that openpyxl builds, cell by cell and style by style."""

import io
import json
import zipfile
import zlib
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from shorewise.engine import Scenario
from shorewise.workbook import (
    check,
    describe,
    read,
    workbook_bytes,
)
from shorewise.workbook.binding import bound
from shorewise.workbook.compilation import compile_book, compile_scenario
from shorewise.workbook.description import described
from shorewise.workbook.filling import UnboundValueError
from shorewise.workbook.layout.context import Context
from shorewise.workbook.layout.derived import derived
from shorewise.workbook.layout.references import Text
from shorewise.workbook.layout.scenario_texts import bindings, links, texts_of
from shorewise.workbook.layout.sheet import Book, Sheet
from shorewise.workbook.lint import lint
from shorewise.workbook.ooxml.zip_writer import fast, piece_by, standard
from tests.support.sample_scenarios import random_scenario, small_data, small_scenario

SHAPES = (11, 25)  # seeds of random scenarios of different shapes


@pytest.fixture(scope="module")
def template():
    return compile_scenario(small_scenario(), codec=standard())


def stamped(template, scenario):
    values, texts = bindings(scenario)
    (found,) = template.filled(values, [texts])
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
    data |= {"discount_rate": 0.01 * change, "name": f"Varied {change} <&>", "currency": "SEK"}
    data |= {"case_number": 1 + change % 3, "sensitivity_plan": 1 + change % 5}
    data["risks"] = [{"name": "A risk of its own", "probability": 0.5, "weeks": 3}]
    return Scenario.from_dict(data, "varied")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("seed", SHAPES)
def test_a_workbook_from_a_template_equals_the_one_built_by_openpyxl(seed):
    template = compile_scenario(random_scenario(seed), codec=standard())
    scenario = varied(seed, seed)
    if not template.fits(scenario):  # names that take other lines
        template = compile_scenario(varied(seed, seed + 2), codec=standard())
    assert template.fits(scenario)
    data, built = stamped(template, scenario), workbook_bytes(describe(scenario))
    for values in (False, True) if data != built else ():  # shows where
        assert cells(data, values=values) == cells(built, values=values)
    assert data == built


def test_calamine_reads_a_workbook_from_a_template_as_openpyxl_does(template):
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


def test_a_workbook_from_a_template_passes_check_read_and_lint(template, tmp_path):
    scenario = small_scenario(name="Varied <&>", discount_rate=0.07, case_number=3)
    path = tmp_path / "stamped.xlsx"
    path.write_bytes(stamped(template, scenario))
    assert check(path) == []
    assert read(path).to_dict() == scenario.to_dict()
    assert lint(path) == []


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "Costs <&>"},
        {"name": " spaces at its ends "},
        {"currency": "JPY", "discount_rate": 0.000012},
        {"case_number": 3, "sensitivity_plan": 2, "margin_floor": 0.1},
        {"name": "Varied <&>", "discount_rate": 0.07, "case_number": 3},
    ],
    ids=["the-same", "a-name", "spaces", "tiny", "another-plan", "several"],
)
def test_a_book_compiled_from_another_scenario_gives_the_same_bytes(template, changes):
    scenario = small_scenario(**changes)
    assert template.fits(scenario)
    assert stamped(template, scenario) == workbook_bytes(describe(scenario))


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("change", [1.0, 2.0])
def test_a_book_compiled_where_other_answers_are_missing_gives_the_same_bytes(change):
    data = small_data()
    for site in data["sites"][1:]:
        site["productivity"] = change
    other, scenario = Scenario.from_dict(data, "other"), losing_scenario()
    compiled = compile_scenario(other, codec=standard())
    assert compiled.fits(scenario)
    assert stamped(compiled, scenario) == workbook_bytes(describe(scenario))


def losing_scenario():
    """A scenario in which no plan ever breaks even."""
    data = small_data()
    for site in data["sites"][1:]:
        site["productivity"] = 0.3
    scenario = Scenario.from_dict(data, "losing")
    assert np.isnan(scenario.evaluate()["break_even_month"]).any()
    return scenario


def test_a_name_that_equals_another_text_of_the_workbook_is_another_shape(template):
    scenario = small_scenario(name="Board")
    assert not template.fits(scenario)
    compiled = compile_scenario(scenario, codec=standard())
    assert compiled.fits(scenario)
    assert not compiled.fits(small_scenario())
    assert stamped(compiled, scenario) == workbook_bytes(describe(scenario))


def test_no_figure_and_no_name_of_the_scenario_stands_in_a_compiled_book():
    one, other = small_scenario(), small_scenario(name="Other", discount_rate=0.07, currency="CHF")
    assert compile_scenario(one).parts == compile_scenario(other).parts


def test_a_described_book_holds_references_until_it_is_bound():
    scenario = small_scenario()
    context = Context.of(scenario)
    book = described(context)
    assert book.title == Text.of("name")
    found = bound(book, context.values, context.texts)
    assert found.title == scenario.name
    assert found.formulas() == describe(scenario).formulas()


def test_private_use_characters_and_braces_in_texts_are_texts():
    sheet = Sheet("Any", "output")
    text = "\ue000=1\ue001 {0} %s"
    sheet.put(1, 1, text, "text")
    (data,) = compile_book(Book("any", [sheet], {})).filled({}, [{}])
    assert load_workbook(io.BytesIO(data))["Any"]["A1"].value == text


def test_the_same_scenario_gives_the_same_bytes(template):
    scenario = small_scenario()
    assert stamped(compile_scenario(scenario, codec=standard()), scenario) == stamped(
        template, scenario
    )


def test_workbooks_made_together_equal_those_made_one_by_one(template):
    base = small_scenario()
    rates = np.array([0.05, 0.1, 0.4]).reshape(-1, 1, 1, 1, 1)
    inputs = base.values | {"discount_rate": rates}
    model = Context.of(base).model
    values = model.evaluate(inputs, base.horizon_months)
    values |= derived(values, model, base.horizon_months, base.start_month)
    values |= links(base, values)
    alone = [
        replace(base, values=base.values | {"discount_rate": rates[n : n + 1]}) for n in range(3)
    ]
    texts = [texts_of(one, values, n) for n, one in enumerate(alone)]
    found = list(template.filled(values, texts))
    assert found == [stamped(template, one) for one in alone]


@pytest.mark.soak
@pytest.mark.parametrize("codec", [fast(), standard(1)._replace(piece=piece_by(zlib, 1))])
def test_a_workbook_does_not_depend_on_the_one_before(codec):
    scenarios = [
        small_scenario(),
        small_scenario(name="Varied <&>", discount_rate=0.000012, currency="JPY"),
        losing_scenario(),
        small_scenario(case_number=3, sensitivity_plan=2, margin_floor=0.1),
        small_scenario(),
    ]

    def compiled():
        return compile_scenario(small_scenario(), codec=codec)

    template = compiled()
    for scenario in scenarios:
        assert template.fits(scenario)
        data = stamped(template, scenario)
        assert data == stamped(compiled(), scenario)
        assert parts(data, "") == parts(workbook_bytes(describe(scenario)), "")


@pytest.mark.soak
def test_names_that_take_more_lines_need_another_template():
    data = small_data()
    data["plans"][1]["name"] = "Brief"
    template = compile_scenario(Scenario.from_dict(data, "brief"))
    data["plans"][1]["name"] = "A plan with a name of several lines in its column"
    assert not template.fits(Scenario.from_dict(data, "long"))
    data["plans"][1]["name"] = "Short"
    assert template.fits(Scenario.from_dict(data, "short"))


def test_an_infinite_figure_is_refused(template):
    scenario = small_scenario()
    context = Context.of(scenario)
    context.values["npv"] = np.where(np.arange(2).reshape(1, 2, 1, 1, 1) == 1, np.inf, 0.0)
    with pytest.raises(UnboundValueError, match="npv is inf"):
        list(template.filled(context.values, [context.texts]))
