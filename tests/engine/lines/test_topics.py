"""Topics of lines are declared, not read from docstrings."""

import sys

from shorewise.engine import default_model
from shorewise.engine.actuals import reforecast_model
from shorewise.engine.lines.topics import TOPICS
from shorewise.workbook.layout.positions import CALCULATIONS


def test_every_line_has_a_declared_topic():
    lines = (*default_model().lines.values(), *reforecast_model().lines.values())
    modules = {one.function.__module__.rpartition(".")[2] for one in lines}
    assert modules == TOPICS.keys()


def test_every_sheet_of_a_topic_is_a_sheet_of_calculations():
    sheets = {topic.sheet for topic in TOPICS.values()} - {""}
    assert sheets <= {grid.title for grid in CALCULATIONS}


def test_a_changed_module_docstring_moves_no_line(monkeypatch):
    line = default_model().lines["npv"]
    monkeypatch.setattr(sys.modules[line.function.__module__], "__doc__", "Anything. At all.")
    assert (line.topic, line.sheet) == ("Returns over the horizon", "Returns")
