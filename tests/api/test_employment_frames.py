"""What employers pay by country, as data frames."""

import numpy as np
import pytest

import shorewise as sw
from shorewise.engine.locations import locations
from tests.support import plain_charges


def test_employer_cost_has_a_row_for_each_line_and_the_total():
    frame = sw.employer_cost(600_000, "mexico", region="Mexico City", month="2028-01")
    extra = 600_000 * 0.592 / 12
    charges = plain_charges.charges("MX", 600_000, "2028-01", "CMX")
    assert frame.loc["Salary", "amount"] == 600_000
    assert frame.loc["Extra months of pay", "amount"] == pytest.approx(extra)
    assert frame.loc["Total cost", "amount"] == pytest.approx(
        600_000 + extra + sum(charges.values())
    )
    assert frame.loc["State payroll tax", "amount"] == pytest.approx(0.04 * (600_000 + extra))
    assert frame.attrs == {
        "country": "Mexico, Mexico City", "currency": "MXN", "month": "2028-01",
    }  # fmt: skip
    assert frame.loc["Retirement", "age"] == "read 2026-02-16, older than a year"


def test_a_charge_without_a_rate_and_the_total_have_no_answer():
    frame = sw.employer_cost(60_000, "US")
    assert np.isnan(frame.loc[["Workers' compensation", "Total cost"], "amount"]).all()
    given = sw.employer_cost(60_000, "US", missing_rate=0.01)
    assert given.loc["Workers' compensation", "amount"] == pytest.approx(600)


def test_countries_has_a_row_for_each_country_and_region():
    frame = sw.countries(10_000, "EUR")
    assert [*frame.index] == [*locations()]
    pay = 10_000 * locations()["PL"].fx_rate / locations()["FR"].fx_rate
    assert frame.loc["PL", "salary"] == pytest.approx(pay)
    assert frame.loc["PL", "rate"] == pytest.approx(0.2198)
    assert frame.loc["US", "missing"] == ("Workers' compensation",)


def test_an_unknown_currency_is_refused():
    with pytest.raises(sw.DomainError, match="currency is 'QQQ'"):
        sw.countries(1, "QQQ")
