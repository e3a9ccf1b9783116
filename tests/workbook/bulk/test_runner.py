"""Runs of a table: results, errors and workbooks of its rows, in any number of processes."""

import json
import pickle
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pandas as pd
import pytest

from shorewise.engine import DomainError, Scenario, results
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.workbook import WorkbookError, read
from shorewise.workbook.bulk import bulk, partition, problems_of, worker_processes
from shorewise.workbook.bulk import runner as running
from tests.support.bulk_runs import (
    BASE,
    lines,
    run,
    table_of,
    tree,
)
from tests.support.sample_scenarios import random_scenario

MEASURED = """
import sys, json, resource
from shorewise.engine import Scenario
from shorewise.workbook.bulk import bulk, portfolio

portfolio.ROWS_MAX = 100  # the list in the portfolio is as long as this, no longer
folder, base = sys.argv[1:]
for count in (2_000, 12_000):
    bulk(f"{folder}/{count}.csv", f"{folder}/{count}", Scenario.from_dict(json.loads(base), "base"),
         workbooks=False, partition=1000)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)  # the most so far, in KB
"""


@pytest.mark.parametrize("seed", range(4))
def test_results_equal_those_of_each_scenario_by_itself(tmp_path, seed):
    base, rates = random_scenario(seed), [0.0, 0.07, 0.19, 0.3]
    table = pd.DataFrame({"discount_rate": rates, "salary_times": [1, 0, 2, 0.5]})
    run(table, tmp_path, base=base)
    found = lines(tmp_path)
    assert len(found) == len(rates) * len(base.plans)
    for n, (rate, times) in enumerate(table.itertuples(index=False)):
        changed = {"discount_rate": rate, "salary_times": times, "name": f"{base.name}, {n + 1}"}
        one = Scenario.from_dict(base.to_dict() | changed, "alone")
        expected = results(one, one.evaluate())
        for p, plan in enumerate(expected["plans"]):
            line = found[n * len(base.plans) + p]
            del plan["cases"], plan["no_answer"], plan["missed_limits"]  # of one scenario only
            assert (line["scenario"], line["name"]) == (str(n + 1), one.name)
            assert line["plan"] == plan.pop("name")
            for key, value in (plan | plan.pop("overhead")).items():
                assert line[key] == ("" if value is None else str(float(value) + 0.0)), key


def test_invalid_rows_are_in_the_errors_file_only(tmp_path):
    table = table_of(7)
    table.loc[[1, 5], "discount_rate"] = ["much", "2"]
    table.loc[5, "plan.Go.heads.Away"] = "-1"
    summary = run(table, tmp_path)
    assert summary == running.Summary(scenarios=5, problems=3, partitions=3, skipped=0)
    wrong = lines(tmp_path, "errors.csv")
    assert [list(one.values())[:4] for one in wrong] == [
        ["2", "S1", "discount_rate", "much"],
        ["6", "S5", "discount_rate", "2"],
        ["6", "S5", "plan.Go.heads.Away", "-1"],
    ]
    assert {one["scenario"] for one in lines(tmp_path)} == {"S0", "S2", "S3", "S4", "S6"}
    assert [tuple(map(str, one)) for one in problems_of(table, BASE)] == [
        tuple(one.values()) for one in wrong
    ]


@pytest.mark.soak
def test_the_workbook_of_each_scenario_can_be_read_back(tmp_path):
    table = table_of(4).assign(name=["", "Named <&>", "", "n" * 60])
    table.loc[0, "discount_rate"] = "2"
    run(table, tmp_path, workbooks=True)
    books = sorted(tmp_path.glob("part-*/workbooks/*.xlsx"))
    assert [path.stem for path in books] == ["S1", "S2", "S3"]
    for path, row in zip(books, (1, 2, 3), strict=True):
        found = read(path)
        assert found.name == (table["name"][row] or f"Small, S{row}")
        assert found.values["discount_rate"].item() == float(table["discount_rate"][row])
    assert len(lines(tmp_path)) == 6


def test_a_row_with_an_infinite_figure_is_in_the_errors_file(tmp_path, monkeypatch):
    evaluate = partition.default_model().evaluate

    def infinite(*arguments):
        return evaluate(*arguments) | {"peak_funding": np.full((1, 2, 1, 1, 1), np.inf)}

    monkeypatch.setattr(partition.default_model(), "evaluate", infinite)
    run(table_of(2), tmp_path)
    assert lines(tmp_path) == []
    wrong = lines(tmp_path, "errors.csv")
    assert [one["row"] for one in wrong] == ["1", "2"]
    assert all("is infinite" in one["allowed"] for one in wrong)


@pytest.mark.parametrize("name", ["limit", "processes", "partition"])
def test_options_below_1_are_reported_in_one_line(tmp_path, name):
    with pytest.raises(DomainError, match=f"{name} is 0; it must be 1 or more"):
        bulk(table_of(4), tmp_path / "out", BASE, **{name: 0})
    assert not (tmp_path / "out").exists()


def test_a_repeated_file_name_is_an_error_in_any_part(tmp_path):
    table = table_of(10)
    table.loc[[4, 5, 9], "scenario"] = ["s1", "S6", "S0 "]
    summary = run(table, tmp_path)
    assert summary == running.Summary(scenarios=7, problems=3, partitions=4, skipped=0)
    assert [(one["row"], one["column"], one["value"]) for one in lines(tmp_path, "errors.csv")] == [
        ("5", "scenario", "s1"),
        ("7", "scenario", "S6"),
        ("10", "scenario", "S0"),
    ]
    assert [one.row for one in problems_of(table, BASE)] == [5, 7, 10]
    assert run(table, tmp_path).skipped == 4


def test_limit_and_only_choose_the_scenarios(tmp_path):
    run(table_of(7), tmp_path / "limit", limit=4)
    assert {one["scenario"] for one in lines(tmp_path / "limit")} == {"S0", "S1", "S2", "S3"}
    table = table_of(7)
    table.loc[5, "discount_rate"] = "2"
    summary = run(table, tmp_path / "only", only=["S5", "S2", "S6"])
    assert summary == running.Summary(scenarios=2, problems=1, partitions=3, skipped=0)
    assert [one["scenario"] for one in lines(tmp_path / "only")][::2] == ["S2", "S6"]
    assert [one["row"] for one in lines(tmp_path / "only", "errors.csv")] == ["6"]
    with pytest.raises(WorkbookError, match="table: no scenario is called 'S9'"):
        run(table, tmp_path / "none", only=["S9"])


def test_a_strict_run_writes_nothing_if_a_row_is_invalid(tmp_path):
    table = table_of(7)
    table.loc[6, "discount_rate"] = "2"
    with pytest.raises(WorkbookError, match=r"^table: row 7: discount_rate is '2'; it must be "):
        run(table, tmp_path / "out", strict=True)
    assert not (tmp_path / "out").exists()
    run(table_of(7), tmp_path / "out", strict=True)
    with pytest.raises(WorkbookError, match="standard input is read once"):
        run("-", tmp_path / "out", strict=True)


def test_an_unknown_column_writes_nothing(tmp_path):
    with pytest.raises(WorkbookError, match="table: column 'discont_rate' names no input"):
        run(table_of(7).rename(columns={"discount_rate": "discont_rate"}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_several_processes_give_the_same_bytes(tmp_path):
    table = table_of(30)
    table.loc[[3, 20], "discount_rate"] = "2"
    one = run(table, tmp_path / "1", size=4)
    assert run(table, tmp_path / "2", size=4, processes=2) == one
    assert tree(tmp_path / "1") == tree(tmp_path / "2")


def test_a_short_table_is_cut_for_all_processes_and_reports_progress(tmp_path):
    table = table_of(40)
    options = {"workbooks": False, "draws": 512}
    seen = []
    for processes in (1, 2):
        place = tmp_path / f"{processes}"
        bulk(table, place, BASE, processes=processes, progress=seen.append, **options)
    assert [counts["rows"] for counts in seen] == 2 * 10 * [4]
    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    bulk(table, tmp_path / "whole", BASE, partition=40, **options)
    whole, parts = ((tmp_path / name / "results.csv").read_bytes() for name in ("whole", "1"))
    assert whole == parts


def test_a_single_part_needs_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "results_of", None)
    bulk(table_of(20), tmp_path, BASE, workbooks=False, processes=8)
    assert len(lines(tmp_path)) == 40


def test_a_dead_worker_process_is_reported_in_one_line(monkeypatch, tmp_path):
    class Broken:
        def __init__(self, *_, **__): ...
        def __enter__(self):
            return self

        def __exit__(self, *_): ...
        def submit(self, *_):
            found = Future()
            found.set_exception(BrokenProcessPool())
            return found

    monkeypatch.setattr(worker_processes, "ProcessPoolExecutor", Broken)
    with pytest.raises(WorkbookError, match="a process ended, perhaps for lack of memory"):
        run(table_of(4), tmp_path, size=2, processes=2)


def test_memory_does_not_grow_with_rows(tmp_path):
    for count in (2_000, 12_000):
        path = tmp_path / f"{count}.csv"
        table_of(count).assign(name="n" * 60).to_csv(path, index=False)
    arguments = [tmp_path, json.dumps(BASE.to_dict())]
    said = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments], check=True, capture_output=True, text=True
    ).stdout
    few, many = map(int, said.split())
    assert (tmp_path / "12000" / "results.csv").stat().st_size > 6 << 20
    assert many - few < 3 << 10


def test_a_job_can_be_pickled():
    job = partition.Job(
        0,
        table_of(2),
        (),
        BASE.to_dict(),
        (),
        "table",
        "x",
        False,
        False,
        None,
        "en",
        0,
        None,
        False,
        "s",
        (1, 2),
    )
    assert pickle.loads(pickle.dumps(job)).name == "part-00000"


def test_simulated_scenarios_have_the_percentiles_of_their_own_simulation(tmp_path):
    table = pd.DataFrame({"scenario": ["a", "b"], "site.Away.salary": [60_000, 90_000]})
    bulk(table, tmp_path, BASE, workbooks=False, draws=64)
    found = pd.read_csv(tmp_path / "results.csv").set_index(["scenario", "plan"])
    for one, salary in table.itertuples(index=False):
        data = BASE.to_dict()
        data["sites"][1]["salary"] = salary
        drawn = simulate(Scenario.from_dict(data, one), 64)
        row = found.loc[one, "Go"]
        assert row["npv_p50"] == pytest.approx(drawn.percentile("npv", 50)[1])
        assert row["never_breaks_even"] == drawn.never()[1]
        assert row["breaks_even_in_time"] == drawn.break_even_by(12)[1]
    assert "npv_p50" in pd.read_parquet(tmp_path / "results.parquet").columns


def test_the_number_of_draws_changes_the_results_and_0_removes_their_columns(tmp_path):
    table = pd.DataFrame({"scenario": ["a"], "site.Away.salary": [60_000]})
    found = []
    for draws in (64, 128, 0):
        assert bulk(table, tmp_path, BASE, workbooks=False, draws=draws).skipped == 0
        found.append((tmp_path / "results.csv").read_text())
    assert len({*found}) == 3
    assert "npv_p50" not in found[2]


def test_a_scenario_that_cannot_be_simulated_is_listed_and_keeps_its_results(tmp_path):
    table = pd.DataFrame({"scenario": ["a", "b"], "driver.salary.low": [0.8, 1.2]})
    assert bulk(table, tmp_path, BASE, workbooks=False, draws=64).problems == 1
    found = pd.read_csv(tmp_path / "results.csv").set_index(["scenario", "plan"])
    assert found["npv"].notna().all()
    assert found["npv_p50"].notna().tolist() == [True, True, False, False]
    errors = pd.read_csv(tmp_path / "errors.csv")
    assert errors["scenario"].tolist() == ["b"]
    assert "the level of salary is 1" in errors["allowed"][0]


def test_a_scenario_that_cannot_be_simulated_is_found_before_anything_is_written(tmp_path):
    table = pd.DataFrame({"scenario": ["a", "b"], "driver.salary.low": [0.8, 1.2]})
    assert problems_of(table, BASE) == []
    (found,) = problems_of(table, BASE, draws=64)
    assert found.text.startswith("row 2: cases: the level of salary is 1; to be simulated it must")
    with pytest.raises(WorkbookError, match="table: row 2: cases: the level of salary is 1"):
        bulk(table, tmp_path / "out", BASE, workbooks=False, draws=64, strict=True)
    assert not (tmp_path / "out").exists()


def test_too_few_draws_stop_the_run_before_anything_is_written(tmp_path):
    with pytest.raises(DomainError, match="draws is 1; it must be between 64"):
        bulk(pd.DataFrame({"scenario": ["a"]}), tmp_path / "out", BASE, draws=1)
    assert not (tmp_path / "out").exists()
