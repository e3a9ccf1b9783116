"""Formulas in names: every line has one; it names only what the line asks for."""

import re

import pytest

from shorewise.engine import default_model
from shorewise.workbook.trace.named import formula_in_names
from tests.support.for_each import for_each

MODEL = default_model()
TEXTS = {
    "travel": "travel_trips*trip_cost/team_size",
    "net_saving_head": "1-fully_loaded_cost/onshore_loaded_cost",
    "headline_saving": "1-salary/onshore_salary",
    "output_share": "IF(baseline_equivalent_started>0,"
    "equivalent_started/baseline_equivalent_started,0)",
    "closing_cumulative": "last_cumulative",
    "cumulative": "running total of saving",
    "plan_travel": "(SUMPRODUCT(heads,travel)+SUM(incomplete_travel))/plan_exact_heads",
    "net_saving": 'IF(total_value>0,ROUND(1-total_cost/total_value,12),"n/a")',
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_formula_can_be_written_with_defined_names(name):
    assert formula_in_names(MODEL.lines[name]) == TEXTS[name]


@for_each("line", MODEL.lines.values(), ids=MODEL.lines)
def test_every_line_has_a_formula_with_the_names_it_depends_on(line):
    text = re.sub(r'"[^"]*"', "", formula_in_names(line))
    asked = {MODEL.lines[n].live_of or n if n in MODEL.lines else n
             for n in MODEL.parameters[line.name]}  # fmt: skip
    words = set(re.findall(r"\b[a-z][a-z_0-9]+\b", text)) - {"running", "total", "of"}
    known = asked | {
        f"{first}_{name}" for first in ("onshore", "baseline", "last") for name in asked
    }
    assert words <= known
