"""The worked example of docs/extending.md, run as it stands there."""

import os
import re
import shutil
import subprocess
import sys

import numpy as np

from shorewise.engine import INPUTS, Input, Model, default_model
from shorewise.workbook.layout.context import Context
from shorewise.workbook.layout.positions import Layout
from tests.support.document_examples import run
from tests.support.paths import ROOT
from tests.support.sample_scenarios import reference_scenario

DOCUMENT = "docs/extending.md"


def entry():
    """The document's entry of the table of inputs, as text."""
    return re.search(r"```\n( +Input\(.*?)```", (ROOT / DOCUMENT).read_text(), re.DOTALL)[1]


def extended():
    """The model with the document's input and line, and values of the default scenario."""
    found = run(DOCUMENT)
    functions = [entry.function for entry in default_model().lines.values()]
    (moving_cost,) = eval(f"({entry()})", {"Input": Input})
    model = Model((*INPUTS, moving_cost), (*functions, found["plan_moving"]))
    scenario = reference_scenario()
    given = {"moving_cost": np.full((1, 1, 4, 1, 1), 1_500.0)}
    values = model.evaluate(scenario.values | given, scenario.horizon_months)
    return model, scenario, values


def test_the_example_line_is_evaluated_with_the_others():
    _, _, values = extended()
    assert values["plan_moving"][0, :, 0, 0, 0].tolist() == [12_000.0] * 4  # 8 heads at 1,500


def test_the_example_line_becomes_the_formula_on_the_page_except_for_addresses():
    model, scenario, values = extended()
    text = (ROOT / DOCUMENT).read_text()
    layout = Layout.of(model, scenario.sizes)
    context = Context(scenario, values, model, layout, {})
    _, _, [formula] = next(context.rows(model.lines["plan_moving"]))
    printed = re.search(r"^SUMPRODUCT.*$", text, re.MULTILINE)[0]
    assert re.sub(r"[0-9]+", "0", formula.text) == re.sub(r"[0-9]+", "0", printed)
    assert layout.places["moving_cost"].sheet == "Inputs"
    assert layout.places["plan_moving"].sheet == "Costs"


def test_the_additions_on_the_page_work_where_it_says(tmp_path):
    engine = tmp_path / "shorewise" / "engine"
    shutil.copytree(ROOT / "engine", engine)
    inputs, cost = engine / "inputs.py", engine / "lines" / "cost.py"
    text = inputs.read_text()
    start = text.index('    "Setup and growth",\n') + len('    "Setup and growth",\n')
    inputs.write_text(text[:start] + entry() + text[start:])
    code = re.search(r"```python\n(.*?)```", (ROOT / DOCUMENT).read_text(), re.DOTALL)[1]
    cost.write_text(
        cost.read_text() + code.replace("shorewise.engine import", "shorewise.engine.lines import")
    )
    program = (
        "from shorewise.engine import Scenario\n"
        "data = Scenario.default().to_dict() | {'sizing': 'heads'}\n"
        "assert data['sites'][1]['moving_cost'] == 1_500\n"
        "data['sites'][1]['moving_cost'] = 2_000\n"
        "print(*Scenario.from_dict(data, 'x').evaluate()['plan_moving'].ravel().tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert "16000.0" in done.stdout.split()  # 8 heads at 2,000
