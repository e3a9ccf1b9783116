"""The bytes of a scenario's workbook, as ``compare`` writes them."""

import functools
import io

from openpyxl import Workbook, load_workbook

from shorewise.engine import Scenario
from shorewise.workbook import describe
from shorewise.workbook.layout.scenario_texts import bindings
from shorewise.workbook.layout.sheet import Book
from shorewise.workbook.ooxml.zip_writer import standard
from shorewise.workbook.shape_cache import compiled_shape


def written(scenario: Scenario) -> bytes:
    """The comparison workbook of a scenario, from the template of its shape.

    The processes of a session share templates, which takes a tenth of the time of rendering the
    book: tests/workbook/test_compiled_book.py shows that both give the same bytes.
    """
    compiled = compiled_shape(scenario, None, standard())
    values, texts = bindings(scenario)
    (data,) = compiled.filled(values, [texts])
    return data


READ = ("Inputs", "Rules", "Checklists", "Assumptions", "Governance", "Sensitivity", "Roster")


def input_sheets(scenario: Scenario) -> Workbook:
    """The sheets of a scenario's workbook that are read, without those that calculate."""
    workbook = load_workbook(io.BytesIO(written(scenario)))
    for title in set(workbook.sheetnames) - {*READ}:
        del workbook[title]
    return workbook


@functools.cache
def default_book() -> Book:
    """The described book of the embedded default, for tests that do not change it."""
    return describe(Scenario.default())
