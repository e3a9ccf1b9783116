"""Every column alone in a table gives what its rows give one by one."""

import itertools
import os

import numpy as np
import pandas as pd
import pytest

from shorewise.engine import Scenario
from shorewise.engine.address import addresses
from shorewise.engine.lists import LISTS
from shorewise.engine.measures import results
from shorewise.workbook.bulk import bulk, partition
from shorewise.workbook.bulk.columns import ID, NAME, SHAPE, Columns
from shorewise.workbook.compilation import compile_scenario
from shorewise.workbook.layout.scenario_texts import bindings
from shorewise.workbook.ooxml.zip_writer import fast
from tests.support.bulk_runs import lines
from tests.support.paths import ROOT
from tests.support.sample_scenarios import small_data

SOAK = "SHOREWISE_SOAK" in os.environ
# A row in each list, so that its fields are columns too.
ROWS = {entry.key: [{"name": f"A {entry.axis}"}] for entry in LISTS if not entry.names}
BASE = (
    Scenario.from_toml(ROOT / "examples" / "hybrid.toml")
    if SOAK
    else Scenario.from_dict(small_data() | ROWS, "small")
)
COLUMNS = [*addresses(BASE), ID, NAME, *SHAPE]
MANY = partition.TOGETHER_STAMPED + 1  # two are evaluated apart from each other
SPECIAL = {
    ID: ["Wow!", "b"],
    NAME: ["One", "Two"],
    "currency": [BASE.currency] * 2,
    "horizon_months": [str(BASE.horizon_months)] * 2,
    "start_month": [BASE.start_month] * 2,
}


def cells_of(column, rows):
    """Cells of a column: the base's value in the first row, another in the next, and so on."""
    if column in SPECIAL:
        more = SPECIAL[column][:1] if column in SHAPE else map(str, range(rows))
        return [*itertools.islice(itertools.chain(SPECIAL[column], itertools.cycle(more)), rows)]
    address = addresses(BASE)[column]
    if address.name == "wave_share":  # a single share cannot change: they add up to 1
        return ["1"] * rows
    entry, value = address.entry, address.get(BASE.values).ravel()[0].item()
    others = (value + 1, value - 1) if entry.whole else (value * 1.01 or 0.01, value * 0.99)
    other = next((one for one in others if entry.lowest <= one <= entry.highest), value)
    return [repr((value, other)[n % 2]) for n in range(rows)]


def block_of(column, rows):
    frame = pd.DataFrame({column: cells_of(column, rows)})
    (block,), problems = Columns([column], BASE, "table").blocks(frame, 1)
    assert problems == []
    return block


@pytest.fixture(scope="module")
def template():
    return compile_scenario(BASE, codec=fast())


def alone(template, scenario):
    """The workbook of a scenario that is in no table."""
    values, texts = bindings(scenario)
    if scenario.assumed != BASE.assumed:  # of another height
        template = compile_scenario(scenario, codec=fast())
    (found,) = template.filled(values, [texts])
    return found


@pytest.mark.soak
@pytest.mark.parametrize("rows", [1, 2])
def test_a_table_of_one_column_gives_the_workbook_of_each_scenario(template, rows):
    model, wrong = partition.default_model(), []
    for column in COLUMNS[:: 1 if SOAK else 18 if rows == 2 else 54]:
        block = block_of(column, rows)
        values = model.evaluate(block.values, BASE.horizon_months)
        found = [*partition.workbooks_of(block, values, None, False)]
        if found != [alone(template, block.scenario(n)) for n in range(rows)]:
            wrong.append(column)
    assert wrong == []


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("workbooks", [False, True])
@pytest.mark.parametrize("rows", [1, 2, MANY])
def test_a_run_of_one_column_gives_the_results_of_its_scenarios(tmp_path, rows, workbooks):
    # Elsewhere a column for each kind of shape: of the scenario, a site, a role, a plan, a list.
    kinds = {(len(name.split(".")), name.partition(".")[0][:4]): name for name in addresses(BASE)}
    for n, column in enumerate(COLUMNS if SOAK else [*kinds.values()][::8]):
        table = pd.DataFrame({column: cells_of(column, rows)})
        place = tmp_path / str(n)
        done = bulk(table, place, BASE, workbooks=workbooks)
        assert (done.scenarios, done.problems) == (rows, 0), column
        assert len([*place.rglob("workbooks/*.xlsx")]) == rows * workbooks, column
        found = lines(place)
        block = block_of(column, rows)
        for scenario in range(min(rows, 2)):
            one = block.scenario(scenario)
            expected = results(one, one.evaluate())["plans"]
            for plan, line in zip(expected, found[scenario * len(expected) :], strict=False):
                for key, value in plan.items():
                    if key in line and not isinstance(value, (str, dict)):
                        shown = float(line[key]) if line[key] else np.nan
                        known = np.nan if value is None else value
                        np.testing.assert_allclose(shown, known, 1e-12, 1e-9, err_msg=column)
