"""Tables of scenarios: results, problems and the paths of workbooks as frames."""

import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shorewise as sw
from tests.support.paths import ROOT
from tests.support.sample_scenarios import small_data

BASE = sw.Scenario.from_dict(small_data())
TABLE = pd.DataFrame(
    {"scenario": ["a", "b:1", "=c"], "discount_rate": [0.05, 0.1, 7]},
)


IN_WORDS = (
    "name",
    "currency",
    "decision",
    "sizing",
    "criterion",
)  # what was asked, beside the results


def test_results_are_those_of_each_scenario_by_itself():
    report = sw.bulk(TABLE, BASE)
    assert report.results.index.names == ["scenario", "plan"]
    for one, rate in (("a", 0.05), ("b:1", 0.1)):
        alone = BASE.with_inputs({"discount_rate": rate}).results()
        found = report.results.loc[one].drop(
            columns=["row", "name", "currency", "horizon_months", *IN_WORDS]
        )
        pd.testing.assert_frame_equal(found, alone[found.columns], check_names=False)
    assert {*alone.columns} - {*found.columns} == {
        "margin", "total_cost", "npv_cash", "npv_after_tax", "peak_funding_after_tax",
        "payback_after_tax",
    }  # fmt: skip


def test_a_cell_that_is_not_allowed_is_a_problem_and_its_row_is_left_out():
    report = sw.bulk(TABLE, BASE)
    assert report.problems.to_dict("records") == [
        {
            "row": 3,
            "scenario": "=c",
            "column": "discount_rate",
            "value": "7.0",
            "allowed": "between 0 and 1; if a percentage is meant, write 7% or 0.07",
        }
    ]
    assert {*report.results.index.unique("scenario")} == {"a", "b:1"}
    assert (report.summary.scenarios, report.summary.problems) == (2, 1)


def test_nothing_is_kept_without_a_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = sw.bulk(TABLE, BASE)
    assert report.destination is None
    assert report.workbooks.empty
    assert list(tmp_path.iterdir()) == []


def test_workbooks_are_where_the_report_says(tmp_path):
    table = TABLE.head(2).set_index("scenario")
    report = sw.bulk(table, BASE, tmp_path / "out")
    assert report.workbooks.index.tolist() == ["a", "b:1"]
    for one, path in report.workbooks.items():
        rate = table.loc[one, "discount_rate"]
        assert sw.read(path).values["discount_rate"].item() == rate


def test_a_place_may_be_a_zip(tmp_path):
    report = sw.bulk(TABLE.head(2), BASE, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {*report.workbooks} <= {*archive.namelist()}
    assert report.results["npv"].notna().all()


@pytest.mark.parametrize("place", ["memory://reports/out", "memory://reports/slash/"])
def test_a_place_may_be_any_that_fsspec_knows(place):
    report = sw.bulk(TABLE.head(2), BASE, place, processes=2)  # of which one sees the memory
    assert report.workbooks["a"] == f"{place.rstrip('/')}/part-00000/workbooks/a.xlsx"
    assert len(report.results) == 4
    parts = [*sw.bulk_parts(TABLE.head(2), BASE, place)]
    pd.testing.assert_frame_equal(parts[0].results, report.results)


def test_results_only_where_workbooks_are_not_wanted(tmp_path):
    report = sw.bulk(TABLE.head(2), BASE, tmp_path, workbooks=False)
    assert report.workbooks.empty
    assert len(report.results) == 4


def test_a_base_and_a_table_may_be_files(tmp_path):
    TABLE.to_csv(tmp_path / "table.csv", index=False)
    by_path = sw.bulk(tmp_path / "table.csv", ROOT / "examples" / "hybrid.toml")
    by_object = sw.bulk(TABLE, sw.read(ROOT / "examples" / "hybrid.toml"))
    # Rows of a file are those that a spreadsheet program shows, the head included.
    assert (by_path.results["row"] == by_object.results["row"] + 1).all()
    pd.testing.assert_frame_equal(
        by_path.results.drop(columns="row"), by_object.results.drop(columns="row")
    )


def test_draws_add_percentiles_and_probabilities():
    frame = sw.bulk(TABLE.head(1), BASE, draws=64).results
    spread = sw.simulate(BASE.with_inputs({"discount_rate": 0.05}), draws=64)
    plan = BASE.plans[1]
    expected = spread.percentiles.loc[(plan, "npv"), "p50"]
    assert frame.loc[("a", plan), "npv_p50"] == expected
    assert "npv_p50" not in sw.bulk(TABLE.head(1), BASE).results


def test_kept_columns_have_the_types_of_the_table():
    kept = {
        "region": [7, 8, 9],
        "code": ["007", "1", "=2"],
        "weight": [0.5, 2.0, np.nan],
        "active": [True, False, True],
        "since": pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"]),
    }
    report = sw.bulk(TABLE.assign(**kept), BASE, keep=[*kept])
    found = report.results.groupby("scenario", sort=False).first()[[*kept]]
    expected = pd.DataFrame(kept, index=pd.Index(TABLE["scenario"])).head(2)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_index_type=False)
    assert [dtype.kind for dtype in report.results[["region", "weight", "since"]].dtypes] == [
        *"ifM"
    ]
    assert report.problems.loc[0, [*kept][:2]].tolist() == [9, "=2"]


@pytest.mark.parametrize("processes", [1, 2])
def test_parts_arrive_in_the_order_of_the_table_and_make_up_the_report(processes, tmp_path):
    table = pd.DataFrame(
        {"scenario": [f"S{n}" for n in range(2_100)], "discount_rate": np.linspace(0, 0.3, 2_100)}
    )
    table.loc[[3, 2_050], "discount_rate"] = 7
    report = sw.bulk(table, BASE)
    place = tmp_path / "out" if processes == 2 else None  # with files, and without
    parts = [*sw.bulk_parts(table, BASE, place, processes=processes, workbooks=False)]
    assert [(part.rows, part.scenarios) for part in parts] == [
        (1_000, 999),
        (1_000, 1_000),
        (100, 99),
    ]
    pd.testing.assert_frame_equal(pd.concat([part.results for part in parts]), report.results)
    problems = pd.concat([part.problems for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(problems, report.problems)
    assert place is None or (place / "results.csv").exists()


def test_a_loop_over_parts_may_end_early_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    table = pd.DataFrame({"discount_rate": np.linspace(0, 0.3, 1_100)})
    parts = sw.bulk_parts(table, BASE)
    assert next(parts).rows == 1_000
    assert [*tmp_path.iterdir()]
    parts.close()
    assert [*tmp_path.iterdir()] == []


def test_the_dictionary_explains_every_column():
    report = sw.bulk(TABLE.assign(region=[1, 2, 3]), BASE, keep="region", draws=64)
    about = report.dictionary
    assert {*about.loc["results"].index} == {*report.results.columns, "scenario", "plan"}
    assert {*about.loc["errors"].index} == {*report.problems.columns}
    assert about.loc[("results", "npv"), ["label", "unit", "type"]].tolist() == [
        "Net present value",
        "currency",
        "number",
    ]
    assert (about["meaning"].str.len() > 10).all()


def test_a_report_without_a_scenario_has_frames_without_rows():
    report = sw.bulk(TABLE.tail(1), BASE)
    assert report.results.empty
    assert "npv" in report.results
    assert len(report.problems) == 1


def test_workbooks_one_by_one_are_those_of_the_folder(tmp_path):
    report = sw.bulk(TABLE.head(2), BASE, tmp_path)
    for one, data in sw.workbooks(TABLE.head(2), BASE):
        assert data == Path(report.workbooks[one]).read_bytes()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sw.bulk(TABLE, BASE, strict=True), "row 3: discount_rate is '7.0'; it must be"),
        (
            lambda: sw.bulk(TABLE, BASE, workbooks=True),
            "workbooks is True, but destination is None",
        ),
        (lambda: sw.bulk(TABLE.rename(columns={"discount_rate": "x"}), BASE), "'x' names no input"),
        (lambda: sw.bulk("none.csv", BASE), "none.csv: no such file"),
        (lambda: sw.bulk({"npv": [1]}, BASE), "table is a dict; it must be a DataFrame"),
        (lambda: sw.bulk(TABLE, "none.toml"), "none.toml: No such file"),
        (lambda: sw.bulk(TABLE, BASE, processes=0), "processes is 0; it must be 1 or more"),
        (lambda: sw.bulk("-", BASE, strict=True), "strict=True needs a table to read twice"),
    ],
)
def test_a_mistake_is_one_clear_error(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sw.ShorewiseError) as found:
        call()
    assert words in str(found.value)
    assert len(str(found.value).splitlines()) == 1


def test_results_have_nan_where_there_is_no_answer_and_words_for_codes():
    frame = sw.bulk(TABLE.head(1), BASE).results
    assert np.isnan(frame.loc[("a", BASE.plans[0]), "break_even_month"])
    assert frame["verdict"].dropna().isin(["trap", "marginal", "advantage"]).all()
    assert frame["recommended"].dtype == bool
