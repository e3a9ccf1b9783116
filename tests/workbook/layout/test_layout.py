"""Everything has one place, and the finished sheets are laid out alike."""

import datetime
import inspect
import itertools
import re
import textwrap

import numpy as np
import pytest

from shorewise.engine import INPUTS, default_model
from shorewise.engine.axes import POSITION, WAVES_MAX, with_periods
from shorewise.engine.calculators.catalogue import PREFIX
from shorewise.engine.country_figures import FOLLOWING
from shorewise.engine.lists import LISTS
from shorewise.workbook.layout.positions import Layout
from tests.support.generated_workbooks import (
    CALCULATIONS,
    HEAD_ROW,
    INPUT_SHEETS,
    NUMBER_ROW,
    PLAN_SHEETS,
    STATIC,
    area,
    block,
    formulas,
)
from tests.support.soak import SOAK

NAMED = ("prepared_on", "shown_currency")  # links by name
SHOWN = ("case_name", "shown_currency", "no_presentation_currency")  # on sheets for readers
SPARE_FLAGS = ("plan_named", "site_named", "role_named")
MODEL = default_model()
RNG = np.random.default_rng(7)
LARGEST = {"plan": 9, "site": 9, "role": 9, "month": 120, "wave": WAVES_MAX}
SIZES = [
    {"plan": 1, "site": 1, "role": 1, "month": 6, "wave": 1},
    LARGEST,
    *(
        {axis: int(RNG.integers(1, n + 1)) for axis, n in LARGEST.items()}
        for _ in range(40 if SOAK else 10)
    ),
]
RUNNING_TOTALS = [
    name
    for name, line in MODEL.lines.items()
    if re.search(r"np\.cumsum|running_total\(", inspect.getsource(line.function))
]


# Of drivers and charges the numbers are entered.
IN_WORDS = ["sensitivity_plan"] + [
    entry.name
    for entry in INPUTS
    if entry.choices and not entry.name.startswith(("statutory_", "correlation_"))
]


@pytest.fixture(params=SIZES, ids=lambda sizes: "-".join(map(str, sizes.values())))
def layout(request):
    return Layout.of(MODEL, with_periods(request.param))


def cells(place):
    rows = range(place.row, place.row + place.rows)
    columns = range(place.column, place.column + place.columns)
    return {(place.sheet, row, column) for row in rows for column in columns}


def index_of(place, row, column):
    """Index into an array of five axes of the cell in some row and column of a place."""
    index = [0] * 5
    stacked = np.unravel_index(row, [size for _, size in place.row_axes]) if place.row_axes else ()
    for (axis, _), position in zip(place.row_axes, stacked, strict=True):
        index[POSITION[axis]] = position
    if place.column_axis:
        index[POSITION[place.column_axis]] = column
    return tuple(index)


def upstream(name, seen=()):
    """All that a line depends on, by the signatures of the functions."""
    if name in MODEL.lines:
        for parameter in inspect.signature(MODEL.lines[name].function).parameters:
            if parameter not in seen:
                seen = upstream(parameter, {*seen, parameter})
    return seen


def test_every_input_and_line_has_a_position(layout):
    named = ("plan", "site", "role", "rule", "checklist", *(entry.axis for entry in LISTS))
    following = {f"own:{name}" for name in (*FOLLOWING, "rule_names")}
    links = {
        "country_codes_of_sites", "country_row", "law_first", "law_last", "law_row", "usd_rate",
        *SHOWN,
    }  # fmt: skip
    book = {"figure_owner", "figure_evidence", "figure_stated"}
    words = {"choices:sensitivity_plan", *(f"words:{name}" for name in IN_WORDS)}
    others = following | links | book | words
    assert set(layout.places) == {*(f"{axis}_names" for axis in named), *MODEL.axes, *others}


def test_no_two_positions_overlap(layout):
    taken = {}
    for name, place in layout.places.items():
        for cell in cells(place):
            assert taken.setdefault(cell, name) == name


def test_a_position_has_a_cell_for_every_value(layout):
    sizes = {**layout.sizes, "scenario": 1}
    for name, axes in MODEL.axes.items():
        place = layout.places[name]
        across = {place.column_axis: place.columns} if place.column_axis else {}
        found = dict(place.row_axes) | across
        assert found == {axis: sizes[axis] for axis in axes}, name
        assert place.column_axis or place.columns == 1, name


TOPICS = {
    "Cases": "Live",
    "Value, cost and saving": "Timeline",
    "Monthly costs by group": "Timeline",
    "Waves and output": "Timeline",
    "Return on investment": "Timeline",
    "When a running total is ahead for good": "Timeline",
    "Both readings of management overhead": "Timeline",
    "Cost that grows with pay": "Timeline",
    "If the plan is stopped": "Timeline",
    "Risk while sites are open": "Timeline",
    "Tax at the site": "Timeline",
    "Tax": "Returns",
    "Changes of the law": "Changes",
    "Plan shown on Bridge and Sensitivity": "Fit",
    "What the cost rests on": "Evidence",
    "Statutory employer charges": "Statutory",
    "From headline to net saving": "Waterfall",
    "Returns over the horizon": "Returns",
    "Break-even pay": "Returns",
    "Quote": "Quote",
    "Delay and downside": "Risk",
    "Fit of work and places": "Fit",
    "Recommendation": "Fit",
    "Checks": "Checks",
}


BY_PERIOD = {"month": "Timeline", "year": "Statement", "quarter": "Quarters"}


@pytest.mark.soak(keep=1)
def test_lines_are_on_the_timeline_the_sheet_of_their_topic_or_costs(layout):
    for name, line in MODEL.lines.items():
        elsewhere = "Timeline" if "month" in upstream(name) else "Costs"
        axis = line.over[-1] if line.over else ""
        taxed = axis == "year" and line.topic == "Tax"
        by_period = "Tax" if taxed else BY_PERIOD.get(axis)
        expected = by_period or TOPICS.get(line.topic, elsewhere)
        assert layout.places[name].sheet == expected, name


def test_checks_are_on_the_checks_sheet(layout):
    checks = {name for name, line in MODEL.lines.items() if line.topic == "Checks"}
    assert checks == {n for n, place in layout.places.items() if place.sheet == "Checks"}


def test_inputs_are_on_input_sheets(layout):
    # Excel wants the cells that a data table moves on the table's own sheet.
    sheets = {*INPUT_SHEETS, "Sensitivity"} - {"Governance"}  # which no line asks for
    assert {layout.entered(entry.name).sheet for entry in INPUTS} == sheets


def test_the_opening_balance_of_a_running_total_overlaps_nothing(layout):
    taken = set().union(*map(cells, layout.places.values()))
    assert RUNNING_TOTALS
    for name in RUNNING_TOTALS:
        place = layout.places[name]
        opening = {(place.sheet, row, place.column - 1) for _, row, _ in cells(place)}
        assert opening & taken == set()


def test_each_line_of_a_sheet_follows_the_lines_it_depends_on(layout):
    for name in MODEL.lines:
        for needed in inspect.signature(MODEL.lines[name].function).parameters:
            there, here = layout.places[needed], layout.places[name]
            assert there.sheet != here.sheet or there.row < here.row, (name, needed)


@pytest.mark.soak(keep=1)
def test_the_finished_file_holds_the_value_of_the_engine_at_every_position(file):
    values, sizes = file.scenario.evaluate(), file.scenario.sizes
    places = Layout.of(MODEL, sizes).places
    for name in (*MODEL.inputs, *MODEL.lines):
        place, missing = places[name], getattr(MODEL.lines.get(name), "missing", None)
        for sheet, row, column in cells(place):
            value = values[name][index_of(place, row - place.row, column - place.column)].item()
            found = file.cached[sheet].cell(row, column).value
            if isinstance(found, datetime.datetime):
                found = (found - datetime.datetime(1899, 12, 30)).days
            expected = missing if value != value else value
            assert (found, type(found) is bool) == (expected, type(expected) is bool), (name, row)


@pytest.mark.soak(keep=1)
def test_the_finished_file_has_formulas_exactly_at_the_positions_of_lines(file):
    places = Layout.of(MODEL, file.scenario.sizes).places
    links = ("country_row", "law_first", "law_last", "law_row", "usd_rate", *SPARE_FLAGS, *SHOWN)
    plans = places["choices:sensitivity_plan"]
    expected = cells(plans) - {(plans.sheet, plans.row, plans.column)}  # the first is no plan
    expected |= set().union(*(cells(places[name]) for name in (*MODEL.lines, *links, *IN_WORDS)))
    first = {title: unit_column(file, title) + 1 for title in CALCULATIONS}
    live = {c for c in formulas(file, CALCULATIONS) if c[1] > HEAD_ROW and c[2] >= first[c[0]]}
    assert live == expected


@pytest.mark.soak(keep=1)
def test_the_cached_value_of_a_link_is_that_of_the_linked_cell(file):
    for (title, row, column), text in formulas(file, PLAN_SHEETS).items():
        link = re.fullmatch(r"(?:INDEX\()?(\w+)!([$A-Z0-9:]+)(?:,\w+\$4\))?", text)
        if row > HEAD_ROW and '"' not in text and text not in NAMED:
            linked = area(link[2])
            place = linked[column - 3 if len(linked) > 1 else 0]
            expected = file.cached[link[1]].cell(*place).value
            assert file.cached[title].cell(row, column).value == expected, (row, column)


def test_every_defined_name_refers_to_filled_cells(file):
    names = {name for name in file.live.defined_names if not name.startswith(PREFIX)}
    # Who signs, when, and the version log may be left empty.
    empty = ("prepared_", "reviewed_", "approved_", "version_")
    names = {name for name in names - {"shorewise_format"} if not name.startswith(empty)}
    # On the sheets of countries a cell is empty where a figure was not found.
    names -= {name for name in names if block(file, name)[0][0] in STATIC}
    assert names >= {entry.name for entry in INPUTS}
    for name in names:
        empty = [c for c in block(file, name) if file.live[c[0]].cell(*c[1:]).value is None]
        assert empty == [], name


def unit_column(file, title):
    heads = (cell for row in file.live[title].iter_rows(max_row=HEAD_ROW + 1) for cell in row)
    return next(cell.column for cell in heads if cell.value == "Unit")


def sections(file, title):
    """Number of the section that each row of a sheet belongs to, from 0; None of its heading."""
    number, found = 0, {}
    for row in range(1, file.live[title].max_row + 1):
        is_heading = title == "Inputs" and file.live[title].cell(row, 2).style.endswith(
            "topic note"
        )
        number += is_heading
        found[row] = None if is_heading else number
    return found


def lines(file, title):
    """Row and labels of each row that holds more than labels."""
    column, of = unit_column(file, title), sections(file, title)
    below = file.cached[title].iter_rows(HEAD_ROW + 1, values_only=True)
    for row, contents in enumerate(below, HEAD_ROW + 1):
        is_line = contents[column - 1] != "Unit" and of[row] is not None
        if is_line and any(content is not None for content in contents[1:]):
            yield row, contents[: column - 1]


# A table has its units above its columns, not beside its rows.
_LISTED = ("Checklists", "Assumptions", "Governance")
LINE_SHEETS = [title for title in INPUT_SHEETS if title not in _LISTED]
LINE_SHEETS += CALCULATIONS


@pytest.mark.parametrize("title", ["Cost per head", "Cash and P&L", "Scenarios", *LINE_SHEETS])
def test_every_row_of_a_line_shows_its_unit(file, title):
    column = unit_column(file, title)
    rows = [row for row, _ in lines(file, title)]
    assert rows
    assert [row for row in rows if not file.live[title].cell(row, column).value] == []


@pytest.mark.soak(keep=8)
@pytest.mark.parametrize("title", LINE_SHEETS)
def test_labels_of_a_row_are_unique_on_its_sheet(file, title):
    labels = [labels for _, labels in lines(file, title)]
    assert [each for each in set(labels) if labels.count(each) > 1] == []


@pytest.mark.soak(keep=17)
@pytest.mark.parametrize("title", LINE_SHEETS)
def test_rows_with_the_same_label_are_adjacent(file, title):
    of = sections(file, title)
    found = ((of[row], at[0]) for row, at in lines(file, title))
    labels = [label for label, _ in itertools.groupby(found)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("title", ["Cost per head", "Cash and P&L"])
def test_a_label_repeated_beside_plans_shows_the_same_line(file, title):
    shown = {}
    column = unit_column(file, title) + 1
    for row, (label,) in lines(file, title):
        shown.setdefault(label, set()).add(file.live[title].cell(row, column).value)
    assert [label for label, links in shown.items() if len(links) > 1] == []


def test_the_formula_of_a_row_fills_the_whole_row(file):
    for title in ("Cost per head", "Costs", "Timeline"):
        sheet = file.live[title]
        across = [c.column for c in sheet[NUMBER_ROW] if c.value and c.column > 2]
        for row, _ in lines(file, title):
            found = [sheet.cell(row, column).value is not None for column in across]
            assert len(set(found)) == 1, (title, row)


def test_panes_are_frozen_on_every_sheet_of_more_than_a_page(file):
    assert [sheet.title for sheet in file.live if not sheet.freeze_panes] == ["Bridge", "About"]


def test_every_sheet_prints_fitted_to_the_page_with_title_and_page_number(file):
    for sheet in file.live:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth >= 1
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.print_title_rows or sheet.page_setup.fitToHeight == 1, sheet.title


def test_no_chart_is_cut_by_a_page_break(file):
    wide = {sheet.title: sheet.page_setup.fitToWidth for sheet in file.live if sheet._charts}
    assert set(wide.values()) == {1}, wide


def test_column_headings_are_not_truncated(file):
    cut = []
    for sheet in file.live:
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            if cell.data_type == "s" and cell.style.endswith(" head"):
                width = sheet.column_dimensions[cell.column_letter].width
                rows = (sheet.row_dimensions[cell.row].height or 16) // 14
                if len(textwrap.wrap(cell.value, int(width * 1.1))) > rows:
                    cut.append((sheet.title, cell.coordinate, cell.value))
    assert cut == []


@pytest.mark.soak(keep=1)
def test_every_figure_has_a_number_format(file):
    for sheet in file.live:
        if sheet.title not in ("Audit", "Functions"):
            for row in sheet.iter_rows():
                for cell in row:
                    value = file.cached[sheet.title][cell.coordinate].value
                    if cell.data_type == "f" and cell.number_format == "General":
                        assert len(f"{value:.15g}" if isinstance(value, float) else "") < 9, (
                            sheet.title,
                            sheet.cell(cell.row, 1).value,
                            value,
                        )
