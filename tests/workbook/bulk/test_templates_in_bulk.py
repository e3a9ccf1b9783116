"""A firm's own workbook filled for each row of a table, and printed."""

import shutil

import pandas as pd
import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario, take
from shorewise.workbook.bulk import bulk
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.template.example import example
from shorewise.workbook.template.filling import TemplateFile

CASE = Scenario.default()
PAY = {"A": 60_000, "B": 70_000}


def npv_of(pay):
    data = CASE.to_dict()
    next(site for site in data["sites"] if site["name"] == "Mid")["salary"] = pay
    values = Scenario.from_dict(data, "test").evaluate()
    return take(values, "npv").tolist()


def test_each_row_fills_the_template_with_its_own_results(tmp_path):
    board = tmp_path / "board.xlsx"
    board.write_bytes(example())
    table = pd.DataFrame({"scenario": [*PAY], "site.Mid.salary": [*PAY.values()]})
    pdf = shutil.which("soffice") is not None
    template = TemplateFile.read(board)
    bulk(table, tmp_path / "out", CASE, template=template, pdf=pdf)
    folder = tmp_path / "out" / "part-00000" / "workbooks"
    for one, pay in PAY.items():
        sheet = load_workbook(folder / f"{one}.xlsx")["Overview"]
        found = [sheet.cell(row, 2).value for row in range(12, 16)]
        assert found == pytest.approx(npv_of(pay), rel=1e-12)
        assert not pdf or (folder / f"{one}.pdf").read_bytes().startswith(b"%PDF")
    again = bulk(table, tmp_path / "out", CASE, template=template, pdf=pdf)
    assert again.skipped == 1


def test_a_template_with_a_fault_ends_the_run_before_anything_is_written(tmp_path):
    board = tmp_path / "board.xlsx"
    board.write_bytes(example())
    book = load_workbook(board)
    book["Overview"]["A1"] = "{{ scenario.nam }}"
    book.save(board)
    table = pd.DataFrame({"scenario": ["A"]})
    with pytest.raises(WorkbookError, match=r"Overview!A1: .*scenario\.name"):
        bulk(table, tmp_path / "out", CASE, template=TemplateFile.read(board))
    assert not (tmp_path / "out").exists()
