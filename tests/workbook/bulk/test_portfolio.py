"""The portfolio ranks and counts what the run made, live, and leads to its workbooks."""

from contextlib import closing
from urllib.parse import unquote

import pandas as pd
import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario
from shorewise.workbook.bulk import bulk, portfolio, problems_of
from tests.support import bulk_runs
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK, by_open_xml_sdk, by_openxml_audit
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc

BASE = Scenario.from_dict(
    Scenario.default().to_dict() | {"horizon_months": 12, "sizing": "heads"}, "base"
)
TABLE = pd.DataFrame(
    {
        "scenario": ["A b", "B", "C", "D"],
        "plan.Mid.heads.Mid": [1, 30, 4, 4],
        "plan.Far.heads.Far": [1, 1, 1, 1],
        "plan.Near.heads.Near": [1, 1, 40, 1],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("run") / "out"
    assert bulk(TABLE, place, BASE).scenarios == 4
    return place


def test_every_value_matches_what_other_engines_compute(folder):
    path = folder / "portfolio.xlsx"
    live, cached = (load_workbook(path, data_only=values) for values in (False, True))
    places = [
        (sheet.title, cell.coordinate)
        for sheet in live
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(places) > 30
    for oracle in (by_ironcalc, by_formualizer):
        found = oracle(str(path), places)
        for sheet, cell in places:
            expected = cached[sheet][cell].value
            if isinstance(expected, str):
                assert found[sheet, cell] == expected
            else:
                assert found[sheet, cell] == pytest.approx(expected, rel=1e-12), (sheet, cell)


def test_the_list_holds_the_recommended_plan_of_each_scenario(folder):
    results = pd.read_csv(folder / "results.csv")
    recommended = results[results["recommended"] == "yes"].drop_duplicates("scenario")
    best = recommended.sort_values("npv", ascending=False, kind="stable")
    sheet = load_workbook(folder / "portfolio.xlsx", data_only=True)["Scenarios"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_col=9)]
    assert {(row[0], row[2]) for row in rows} == {*zip(best["scenario"], best["plan"], strict=True)}
    assert {tuple(row[4:7]) for row in rows} == {("replace", "heads", "npv")}
    assert [row[8] for row in rows] == pytest.approx(best["npv"].tolist())
    assert sheet.auto_filter.ref == "A5:N9"


def test_both_sheets_name_the_criterion_of_the_base_scenario(folder):
    by = "The best plan of each by highest NPV after risk, among the plans that meet all limits"
    book = load_workbook(folder / "portfolio.xlsx")
    assert book["Portfolio"]["A3"].value.startswith(by)
    assert book["Scenarios"]["A2"].value.startswith(by)


def test_rows_with_their_own_criterion_are_ranked_by_it_and_the_head_says_so(tmp_path):
    base = Scenario.from_dict(BASE.to_dict() | {"horizon_months": 36}, "base")
    table = pd.DataFrame({"scenario": ["npv", "funding"], "criterion": [0, 2]})
    assert bulk(table, tmp_path / "out", base).problems == 0
    sheet = load_workbook(tmp_path / "out" / "portfolio.xlsx")["Scenarios"]
    assert "by each scenario's own criterion" in sheet["A2"].value
    found = {row[0].value: row[2].value for row in sheet.iter_rows(min_row=6)}
    assert found["funding"] == "All onshore"  # which funds nothing up front
    assert found["npv"] != "All onshore"


def test_a_scenario_none_of_whose_plans_meets_the_limits_has_no_plan(tmp_path):
    path = tmp_path / "portfolio.xlsx"
    some = results_of([3.0, 0.0]).assign(scenario="S0", plan=["Stay", "Go"], recommended=False)
    path.write_bytes(portfolio.portfolio(portfolio.BestPlans([("", some)]), None))
    assert load_workbook(path)["Scenarios"]["C6"].value == "no plan"


def test_the_portfolio_is_the_same_from_csv_and_parquet_results(folder):
    text, binary = pd.read_csv(folder / "results.csv"), pd.read_parquet(folder / "results.parquet")
    assert len(binary) == 4 * 4
    text["recommended"] = text["recommended"] == "yes"
    pd.testing.assert_frame_equal(text, binary, check_dtype=False)


def test_codes_are_written_as_words_in_the_results(folder):
    found = pd.read_csv(folder / "results.csv", keep_default_na=False)
    baseline = found["plan"] == found["plan"].iloc[0]
    assert set(found["verdict"][baseline]) == {""}
    assert set(found["verdict"][~baseline]) <= {"trap", "marginal", "advantage"}
    in_time = found["break_even_month"].replace("", "inf").astype(float) <= 12
    assert ((found["verdict"] == "trap") == (~in_time & ~baseline)).all()
    assert set(found["recommended"]) == {"yes", "no"}


def test_each_scenario_links_to_its_workbook(folder):
    sheet = load_workbook(folder / "portfolio.xlsx")["Scenarios"]
    for row in range(6, 10):
        assert (folder / unquote(sheet.cell(row, 1).hyperlink.target)).is_file()


IDS = [
    "Wow!", "Sheet1!A1", "'My sheet'!A1", "S#1", "100%", "100%25", "it's", 'a "b"', "A & B <c>",
    "two  spaces", "München", "東京 🚢", "x" * 60, "東" * 60, ".hidden",
    "..", "../../up", "/etc/passwd",
    "C:\\temp", "CON .txt", "CONIN$", "CONOUT$.x", "nul", "ends. .", "=1+1", "-1", "+2", "@SUM(1)",
    "007", "1e5", "TRUE", "NaN", "http://a.example/?a=b", "a;b,c", "[1]x", "{id}", "~$lock",
    "--help", "why?", "portfolio", "e\u0301",
]  # fmt: skip


@pytest.mark.soak
def test_every_id_links_to_its_own_workbook(tmp_path):
    assert bulk(pd.DataFrame({"scenario": IDS}), tmp_path, bulk_runs.BASE).problems == 0
    book = load_workbook(tmp_path / "portfolio.xlsx")
    links = {row[0].value: row[0].hyperlink for row in book["Scenarios"].iter_rows(min_row=6)}
    assert links.keys() == {*IDS}
    for one, link in links.items():
        assert link.location is None, one
        path = tmp_path / unquote(link.target)
        with closing(load_workbook(path, read_only=True)) as workbook:
            assert workbook["Inputs"]["E7"].value.endswith(one), one
    assert len({unquote(link.target) for link in links.values()}) == len(IDS)


def test_file_names_that_differ_only_in_case_or_special_characters_are_refused():
    pairs = [("Wow!", "WOW!"), ("a.", "a"), ("a:b", "a/b"), ("S#1", "S_1"), ("é", "e\u0301")]
    for one, other in pairs:
        problems = problems_of(pd.DataFrame({"scenario": [one, other]}), BASE)
        assert [(found.row, found.column) for found in problems] == [(2, "scenario")]


MEASURES = (
    "net_saving", "npv", "break_even_month", "fully_loaded_cost", "headline_saving", "setup_cost",
)  # fmt: skip


def results_of(npvs):
    """Results of scenarios S0, S1 ... with the present values given, one plan each."""
    count = len(npvs)
    figures = dict.fromkeys(MEASURES, 0.1)
    texts = {
        "scenario": [f"S{n}" for n in range(count)],
        "name": "N",
        "plan": "Go",
        "verdict": "marginal",
        "recommended": True,
        "currency": "USD",
        "decision": "replace",
        "sizing": "output",
        "criterion": "npv",
    }
    return pd.DataFrame(texts | figures | {"npv": npvs})


def test_the_scenarios_with_the_highest_present_value_are_listed_from_all_parts(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(portfolio, "ROWS_MAX", 2)
    parts = [
        ("a/*.xlsx", results_of([1.0, 2.0, 3.0]).assign(net_saving=0.9)),
        ("b/*.xlsm", results_of([5.0])),
    ]
    parts[1][1]["scenario"] = "X/1"
    path = tmp_path / "portfolio.xlsx"
    path.write_bytes(portfolio.portfolio(portfolio.BestPlans(parts), None))
    book = load_workbook(path)
    said = book["Portfolio"]["A2"].value
    assert said == "4 scenarios, in USD; the list has the 2 with the highest net present value"
    rows = list(book["Scenarios"].iter_rows(min_row=6, max_col=1))
    found = [(cell.value, unquote(cell.hyperlink.target)) for (cell,) in rows]
    assert found == [("X/1", "b/X_1.xlsm"), ("S2", "a/S2.xlsx")]


def test_scenarios_with_the_same_present_value_are_each_ranked_once(tmp_path):
    path = tmp_path / "portfolio.xlsx"
    path.write_bytes(
        portfolio.portfolio(
            portfolio.BestPlans([("", results_of([2.0, 5.0, 5.0, 1.0, 5.0]))]), None
        )
    )
    places = [("Portfolio", f"F{row}") for row in range(6, 11)]
    for oracle in (by_ironcalc, by_formualizer):
        assert [*oracle(str(path), places).values()] == ["S1", "S2", "S4", "S0", "S3"]


@pytest.mark.parametrize(
    ("savings", "ends"),
    [
        ([n / 100 for n in range(-30, 95)], (-0.4, 1.0)),
        ([0.3, 0.4, 0.5, 0.6], (0.25, 0.65)),
        ([0.34, 0.3567, 0.4099], (0.34, 0.41)),
        ([0.25], (0.249, 0.251)),
        ([0.1 + 0.2, 0.7 - 0.4], (0.299, 0.301)),
        ([-2_000.0, 0.5], (-2_000, 200)),
    ],
)
def test_every_saving_falls_into_a_bin_whose_ends_excel_can_represent(savings, ends, tmp_path):
    path = tmp_path / "portfolio.xlsx"
    some = results_of([1.0] * len(savings)).assign(net_saving=savings)
    path.write_bytes(portfolio.portfolio(portfolio.BestPlans([("", some)]), None))
    rows = load_workbook(path, data_only=True)["Portfolio"].iter_rows(
        min_row=16, max_row=27, max_col=3, values_only=True
    )
    found = [row for row in rows if row[0] is not None]
    edges = [row[0] for row in found]
    assert edges == [float(f"{edge:.15g}") for edge in edges]  # ">="&A16 has 15 digits in Excel
    assert sum(row[2] for row in found) == len(savings)
    assert ends[0] <= edges[0] <= min(savings)
    assert max(savings) < found[-1][1] <= ends[1]


@pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
def test_the_open_xml_sdk_finds_no_error_in_what_a_run_writes(folder):
    assert by_open_xml_sdk(folder / "portfolio.xlsx") == []
    assert by_open_xml_sdk(folder / "part-00000" / "workbooks" / "A b.xlsx") == []


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT)
def test_openxml_audit_finds_nothing_wrong_in_what_a_run_writes(folder):
    assert by_openxml_audit(folder / "portfolio.xlsx") == []
    assert by_openxml_audit(folder / "part-00000" / "workbooks" / "A b.xlsx") == []


def test_amounts_of_different_currencies_are_never_added(tmp_path):
    table = TABLE.assign(currency=["EUR", "USD", "EUR", ""])
    assert bulk(table, tmp_path / "out", BASE, workbooks=False).problems == 0
    results = pd.read_csv(tmp_path / "out" / "results.csv")
    best = results[results["recommended"] == "yes"].drop_duplicates("scenario")
    expected = best.groupby("currency")["npv"].sum()
    path = tmp_path / "out" / "portfolio.xlsx"
    book = load_workbook(path)
    assert book.sheetnames == ["Portfolio EUR", "List EUR", "Portfolio USD", "List USD"]
    places = [(f"Portfolio {one}", "B12") for one in expected.index]
    for oracle in (by_ironcalc, by_formualizer):
        assert [*oracle(str(path), places).values()] == pytest.approx(expected.tolist(), rel=1e-12)
    for currency, count in (("EUR", 2), ("USD", 2)):
        said = book[f"Portfolio {currency}"]["A2"].value
        assert said == f"{count} scenarios of 4, those in {currency}"
        assert book[f"List {currency}"]["A3"].value == f"Amounts in {currency}."
        listed = {row[0].value for row in book[f"List {currency}"].iter_rows(min_row=6)}
        assert listed == {*best["scenario"][best["currency"] == currency]}


def test_a_table_without_a_valid_row_makes_no_portfolio(tmp_path):
    bad = TABLE.assign(**{"plan.Mid.heads.Mid": -1})
    summary = bulk(bad, tmp_path / "out", BASE)
    assert (summary.scenarios, summary.problems) == (0, 4)
    assert not (tmp_path / "out" / "portfolio.xlsx").exists()
