"""The worked example of docs/extending.md, run as it stands there."""

import re

import numpy as np

from shorewise.engine import INPUTS, Model, Scenario, default_model
from shorewise.workbook.context import Context
from shorewise.workbook.layout import Layout
from tests.documents import ROOT, run

DOCUMENT = "docs/extending.md"


def extended():
    """The model with the document's input and line, and values of the default scenario."""
    found = run(DOCUMENT)
    functions = [entry.function for entry in default_model().lines.values()]
    model = Model((*INPUTS, found["moving_cost"]), (*functions, found["plan_moving"]))
    scenario = Scenario.default()
    given = {"moving_cost": np.full((1, 1, 4, 1, 1), 1_500.0)}
    values = model.evaluate(scenario.values | given, scenario.horizon_months)
    return model, scenario, values


def test_the_line_is_evaluated_with_the_rest():
    _, _, values = extended()
    assert values["plan_moving"][0, :, 0, 0, 0].tolist() == [12_000.0] * 4  # 8 heads at 1,500


def test_the_line_becomes_the_formula_in_the_document_but_for_its_addresses():
    model, scenario, values = extended()
    text = (ROOT / DOCUMENT).read_text()
    layout = Layout.of(model, scenario.sizes)
    context = Context(scenario, values, model, layout, {})
    _, _, [formula] = next(context.rows(model.lines["plan_moving"]))
    printed = re.search(r"^SUMPRODUCT.*$", text, re.MULTILINE)[0]
    assert re.sub(r"[0-9]+", "0", formula.text) == re.sub(r"[0-9]+", "0", printed)
    assert layout.places["moving_cost"].sheet == "Sites"
    assert layout.places["plan_moving"].sheet == "Costs"
