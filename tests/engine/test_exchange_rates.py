"""Exchange rates of a date: against the Official Journal, and what is refused."""

import datetime
import subprocess
import sys

import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.locations import dated_per_usd, locations
from tests.support.sample_scenarios import in_currency

# One euro on 1 October 2019: Official Journal of the European Union 2019/C 331/05, reference
# rates published by the ECB.
PUBLISHED = {
    "USD": 1.0898,
    "BRL": 4.5384,
    "GBP": 0.88955,
    "INR": 77.4920,
    "JPY": 118.00,
    "MXN": 21.5587,
    "PHP": 56.610,
    "PLN": 4.3774,
    "RON": 4.7511,
    "ZAR": 16.6700,
    "EUR": 1,
}
# Currencies that the ECB does not quote, tied to one that it does, with their units for one of it.
PEGGED = {"NPR": ("INR", 1.6)}
TUESDAY = "2019-10-01"
BY_CURRENCY = {location.currency: iso for iso, location in locations().items()}


def scenario(date, iso, currency="USD", **changes):
    site = {"name": "There", "location": iso, "attrition_rate": 0.1, "wage_inflation": 0.05}
    site["statutory_rate"] = 0.2
    data = {
        "fx_date": date,
        "sites": [{"name": "Here"}, site | changes],
        "plans": [{"name": "All onshore", "heads": {"Here": 1}}],
    }
    return Scenario.from_dict(in_currency(currency, data), "case.toml")


def site_values(*args, **changes):
    """fx_rate and salary of a site in a country."""
    values = scenario(*args, **changes).values
    return [take(values, name, site=1) for name in ("fx_rate", "salary")]


def refused(*args, **changes):
    with pytest.raises(ScenarioError) as caught:
        site_values(*args, **changes)
    return str(caught.value)


@pytest.mark.parametrize("currency", sorted(PUBLISHED.keys() & BY_CURRENCY.keys()))
@pytest.mark.parametrize("money", ["USD", "EUR", "JPY"])
def test_the_rate_is_the_published_one_of_that_day(currency, money):
    found, _ = site_values(TUESDAY, BY_CURRENCY[currency], money, salary=60_000)
    # 1e-12: three divisions of printed numbers, some units in the last place.
    assert found == pytest.approx(PUBLISHED[currency] / PUBLISHED[money], rel=1e-12)


@pytest.mark.parametrize("money", ["USD", "EUR", "JPY"])
def test_a_salary_of_the_tables_is_converted_at_the_rate_of_that_day(money):
    _, found = site_values(TUESDAY, "PL", money)
    # 72,000 USD: locations.csv; 1e-12 as above.
    assert found == pytest.approx(72_000 * PUBLISHED[money] / PUBLISHED["USD"], rel=1e-12)


@pytest.mark.parametrize("iso", sorted(locations()))
def test_the_tables_hold_the_rates_of_their_own_date(iso):
    location, date = locations()[iso], datetime.date(2026, 10, 30)
    if location.fx_date == "2026-10-30":  # the others are no ECB rates
        quoted, units = PEGGED.get(location.currency, (location.currency, 1))
        assert round(units * dated_per_usd(quoted, date), 4) == location.fx_rate


@pytest.mark.parametrize("date", [TUESDAY, datetime.date(2019, 10, 1)], ids=["text", "toml-date"])
def test_a_date_may_be_a_text_or_a_toml_date(date):
    assert site_values(date, "PL") == site_values(TUESDAY, "PL")


@pytest.mark.parametrize(
    ("date", "earlier"),
    [
        pytest.param("2019-10-06", "2019-10-04", id="sunday"),
        pytest.param("2020-01-01", "2019-12-31", id="new-year"),
        pytest.param("2026-04-06", "2026-04-02", id="easter-monday"),
    ],
)
def test_a_day_without_rates_has_the_last_earlier_rates(date, earlier):
    assert site_values(date, "PL") == site_values(earlier, "PL")


def test_a_rate_set_by_the_site_overrides_the_table():
    assert site_values(TUESDAY, "PL", fx_rate=4) == [4, 72_000]
    assert site_values(TUESDAY, "UA", fx_rate=25) == [25, 62_400]


def test_plain_data_hold_the_rate_instead_of_the_date():
    found = scenario(TUESDAY, "PL").to_dict()
    assert found["sites"][1]["fx_rate"] == site_values(TUESDAY, "PL")[0]
    assert "fx_date" not in found
    assert Scenario.from_dict(found, "again").to_dict() == found


@pytest.mark.parametrize("iso", ["AR", "CO", "CR", "EG", "UA", "VN"])
def test_a_currency_without_an_ecb_rate_asks_for_one(iso):
    message = refused(TUESDAY, iso, salary=60_000)
    assert message == (
        "case.toml: sites[1] 'There': fx_date needs a currency that the ECB quotes, "
        f"not {locations()[iso].currency}; or set fx_rate"
    )


@pytest.mark.parametrize(
    ("date", "iso", "currency", "words"),
    [
        ("1999-01-03", "PL", "USD", "is 1999-01-03; for PLN it must be from 1999-01-04 to 20"),
        ("2009-01-01", "IN", "USD", "is 2009-01-01; for INR it must be from 2009-01-02 to 20"),
        ("2999-12-31", "PL", "USD", "is 2999-12-31; for PLN it must be from 1999-01-04 to 20"),
        (
            "2012-06-01",
            "PL",
            "ISK",
            "the ECB published no rate of ISK in the week before; or set salary",
        ),
    ],
    ids=["before-all", "before-the-rupee", "after-all", "while-iceland-was-not-quoted"],
)
def test_a_date_outside_the_history_is_named_with_the_bounds(date, iso, currency, words):
    message = refused(date, iso, currency)
    assert message.startswith("case.toml: sites[1] 'There': fx_date is ")
    assert words in message


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-10",
        "20261030",
        "tomorrow",
        "",
        20261030,
        True,
        ["2026-10-30"],
        datetime.datetime(2026, 10, 30, 12),
    ],
    ids=str,
)
def test_an_invalid_date_is_refused(value):
    message = refused(value, "PL")
    assert message.startswith("case.toml: fx_date is ")
    assert message.endswith("; it must be a date like '2026-10-30'")


def test_without_the_package_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "currency_converter", None)
    words = (
        "case.toml: sites[1] 'There': fx_date needs: pip install 'shorewise[fx]'; or set fx_rate"
    )
    assert refused(TUESDAY, "PL") == words


@pytest.mark.parametrize(
    ("lines", "loaded"),
    [("", False), ("fx_date = 2019-10-01\n", True)],
    ids=["without-a-date", "with-a-date"],
)
def test_the_package_is_imported_only_if_a_date_is_set(lines, loaded):
    case = (
        f"{lines}sites = [{{name = 'Here'}}, "
        "{name = 'There', location = 'PL', attrition_rate = 0.1, wage_inflation = 0.05}]\n"
        "plans = [{name = 'All', heads = {Here = 1}}]"
    )
    code = (
        "import sys, tomllib; from shorewise.engine import Scenario\n"
        f"Scenario.from_dict(tomllib.loads({case!r}), 'case')\n"
        "print('currency_converter' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert found.stdout.decode().strip() == str(loaded)
