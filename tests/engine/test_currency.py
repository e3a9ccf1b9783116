"""Amounts in another currency: defaults are in USD and convert; fractions stay as they are."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.locations import currencies, rate_of
from shorewise.engine.model import default_model
from shorewise.udfs.scenario_tables import scenario_of
from shorewise.workbook.bulk.columns import Columns
from shorewise.workbook.bulk.portfolio import BestPlans, portfolio

MODEL = default_model()
MONEY = [name for name, entry in MODEL.inputs.items() if entry.unit.startswith("money")]
OTHERS = ["INR", "EUR"]
RANKS = ("plan_merit", "highest_merit")  # a difference plus 1, so that 0 is left for "not met"


def defaults_only(currency, **changes):
    """A scenario that leaves every amount to its default."""
    return Scenario.from_dict(
        {
            "currency": currency,
            "sites": [
                {"name": "Onshore", "time_zone": "America/New_York"},
                {
                    "name": "Krakow",
                    "location": "PL",
                    "attrition_rate": 0.15,
                    "wage_inflation": 0.06,
                },
                {"name": "Anywhere", "engagement": "staff_augmentation", "overlap_hours": 2},
            ],
            "plans": [
                {"name": "Base", "heads": {"Onshore": 8}},
                {"name": "Far", "heads": {"Krakow": 8}},
                {"name": "Hybrid", "heads": {"Onshore": 2, "Anywhere": 6}},
            ],
            **changes,
        },
        "case",
    )


def every_amount_set(currency, rate):
    """A scenario that sets every amount of a key of its own, in a currency with a rate."""
    scopes = {"the whole scenario": {}, "a site": {}, "a site, or each role at a site": {}}
    for number, name in enumerate(MONEY, 1):
        entry = MODEL.inputs[name]
        if entry.list_axis == "":
            scopes[entry.scope.value][name] = (1_000.0 + number) * rate
    onshore_too = {
        name: value
        for name, value in (scopes["a site"] | scopes["a site, or each role at a site"]).items()
        if not MODEL.inputs[name].fixed_onshore
    }
    abroad = scopes["a site"] | scopes["a site, or each role at a site"]
    fx = {"fx_rate": 1 / rate}
    return defaults_only(
        currency,
        **scopes["the whole scenario"],
        sites=[
            {"name": "Onshore", **onshore_too, **fx, "salary": 180_000.0 * rate},
            {"name": "Krakow", **abroad, **fx, "overlap_hours": 3, "salary": 70_000.0 * rate},
            {"name": "Anywhere", **abroad, **fx, "overlap_hours": 0, "salary": 40_000.0 * rate},
        ],
        extra_costs=[
            {"name": "Laptop", "basis": 0, "amount": 500.0 * rate},
            {"name": "Allowance", "basis": 1, "amount": 0.03},
        ],
        risks=[{"name": "Leak", "probability": 0.1, "weeks": 2, "cost": 30_000.0 * rate}],
    )


def assert_the_same(found, expected, rate):
    """Every result is the same but for amounts, which are converted.

    Amounts in local currency are left out: that of a site without a location is the scenario's own.
    """
    results, originals = found.evaluate(), expected.evaluate()
    for name, line in MODEL.lines.items():
        if "local" in line.unit or name in RANKS:
            continue
        factor = rate if line.unit.startswith("money") else 1.0
        if name == "cumulative_shown" and not found.presentation_currency:
            factor = rate  # shown in the reporting currency
        # 1e-9: amounts of money cancel to about 1e-16 of the largest, which is 1e9 here.
        largest = float(np.nanmax(np.abs(originals[name] * factor), initial=0))
        np.testing.assert_allclose(
            results[name].astype(float),
            originals[name].astype(float) * factor,
            rtol=1e-9,
            atol=1e-9 * max(1.0, largest if np.isfinite(largest) else 1.0),
            err_msg=name,
        )


@pytest.mark.parametrize("currency", OTHERS)
def test_defaults_are_dollars_converted_at_the_rate_of_the_tables(currency):
    rate, dollars = currencies()[currency], defaults_only("USD")
    found = defaults_only(currency)
    for name in MONEY:
        expected = dollars.values[name] * rate
        np.testing.assert_allclose(found.values[name], expected, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("currency", OTHERS)
def test_a_scenario_of_defaults_gives_the_same_fractions_in_every_currency(currency):
    rate = currencies()[currency]
    assert_the_same(defaults_only(currency), defaults_only("USD"), rate)


@pytest.mark.parametrize("currency", OTHERS)
def test_every_amount_written_in_another_currency_gives_the_same_fractions(currency):
    rate = currencies()[currency]
    assert_the_same(every_amount_set(currency, rate), every_amount_set("USD", 1.0), rate)


@pytest.mark.parametrize("currency", OTHERS)
def test_a_scenario_converts_to_what_its_amounts_written_in_the_other_currency_are(currency):
    rate = currencies()[currency]
    found = every_amount_set("USD", 1.0).in_currency(currency)
    expected = every_amount_set(currency, rate)
    for name, array in expected.values.items():
        np.testing.assert_allclose(found.values[name], array, rtol=1e-12, err_msg=name)


def test_a_trip_costs_3_000_dollars_in_rupees():
    assert defaults_only("INR").values["trip_cost"].max() == pytest.approx(
        3_000 * currencies()["INR"]
    )


def test_a_currency_without_a_rate_lists_all_amounts_that_must_be_set():
    with pytest.raises(ScenarioError) as caught:
        defaults_only("XXX")
    for name in ("salary", "risks", "trip", "competitor_price", "fx_rate", "no exchange rate"):
        assert name in str(caught.value)


def test_a_bulk_row_in_another_currency_converts_the_base_and_keeps_its_own_figures():
    base, rate = Scenario.default(), currencies()["INR"]
    site = base.sites[1]
    column = f"site.{site}.trip_cost"
    table = {"scenario": ["a", "b"], "currency": ["", "INR"], column: [1_000, 90_000]}
    blocks, problems = Columns([*table], base, "table").blocks(pd.DataFrame(table), 1)
    assert not problems
    dollars, rupees = blocks
    assert (dollars.base.currency, rupees.base.currency) == ("USD", "INR")
    assert rupees.values["trip_cost"].ravel()[1] == 90_000
    np.testing.assert_allclose(rupees.values["salary"], dollars.values["salary"] * rate)


def test_a_bulk_row_in_a_currency_without_a_rate_says_so():
    table = {"scenario": ["a", "b"], "currency": ["", "XXX"]}
    _, [problem] = Columns([*table], Scenario.default(), "table").blocks(pd.DataFrame(table), 1)
    assert "no exchange rate was found for XXX" in problem.text
    for name in ("fx_date", "competitor_price", "salary", "fx_rate", "risks", "workspace", "trip"):
        assert name in problem.text, name


def test_an_exchange_rate_that_is_missing_is_named_with_its_site():
    sites = [{"name": "Onshore"}, {"name": "Away", "location": "IN"}, {"name": "Near"}]
    plans = [{"name": "All onshore", "heads": {"Onshore": 8}}]
    sites[1]["fx_rate"] = 90
    with pytest.raises(ScenarioError, match="fx_rate of 'Onshore'"):
        Scenario.from_dict({"currency": "XXX", "sites": sites, "plans": plans}, "case")


def test_tables_in_cells_convert_what_they_leave_out():
    sites = (("name", "overlap_hours"), ("Pune", 2.0))
    dollars = scenario_of(sites, (), (("risk.Failed audit.cost", 1_000.0),))
    rate = currencies()["INR"]
    settings = (("currency", "INR"), ("risk.Failed audit.cost", 1_000.0 * rate))
    rupees = scenario_of(sites, (), settings)
    for name in MONEY:
        np.testing.assert_allclose(rupees.values[name], dollars.values[name] * rate, err_msg=name)


def test_every_rate_of_the_tables_has_a_date_and_a_source():
    for currency in currencies().keys() - {"USD"}:
        rate, date, source = rate_of(currency)
        assert source
        if date == "":  # a currency at par with the dollar is so on every day
            assert (rate, "at par with the US dollar" in source) == (1, True), currency


def test_the_portfolio_lists_the_amounts_of_each_currency_on_a_sheet_of_its_own():
    row = {"name": "n", "plan": "p", "verdict": "advantage", "net_saving": 0.3}
    row |= {"headline_saving": 0.5, "break_even_month": 9.0, "recommended": "yes"}
    row |= {"decision": "replace", "sizing": "output", "criterion": "npv"}
    rate = currencies()["INR"]
    dollars = row | {"scenario": "a", "currency": "USD"}
    dollars |= {"npv": 100.0, "fully_loaded_cost": 70.0, "setup_cost": 30.0}
    rupees = row | {"scenario": "b", "currency": "INR"}
    rupees |= {"npv": 50.0 * rate, "fully_loaded_cost": 80.0 * rate, "setup_cost": 40.0 * rate}
    workbook = portfolio(BestPlans([("", pd.DataFrame([rupees, dollars]))]), None, "NPV")
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    found = {code: book[f"List {code}"] for code in ("USD", "INR")}
    amounts = {
        code: {r[0]: r[8] for r in sheet.iter_rows(min_row=6, max_row=7, values_only=True)}
        for code, sheet in found.items()
    }
    rupees_npv = {"b": pytest.approx(50.0 * rate)}
    assert {code: {k: v for k, v in of.items() if k} for code, of in amounts.items()} == {
        "USD": {"a": 100.0},
        "INR": rupees_npv,
    }
