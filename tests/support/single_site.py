"""One site without a scenario file: its lines, its statutory charges, its break-even."""

import numpy as np

from shorewise.engine import Scenario, take
from shorewise.engine.calculators.cashflow import break_even
from shorewise.engine.calculators.one_site import site_values
from shorewise.engine.locations import locations
from tests.support.sample_scenarios import in_currency


def of(line, given):
    """A line for given numbers, each a single case or a list of them."""
    return site_values({name: np.atleast_1d(n) for name, n in given.items()}, [line])[line]


def paid_back(setup, *saving):
    """Month in which savings have paid for a setup."""
    return break_even(np.array([saving], float), np.array([setup], float)).item()


def charges(iso, pay_local, **changes):
    """Statutory charges of one head in local currency, the site being the onshore one."""
    currency = locations()[iso].currency
    site = {"name": "Here", "location": iso, "salary": pay_local, "extra_months": 0, "fx_rate": 1}
    missing = [rule.line for rule in locations()[iso].rules if rule.rate is None]
    site |= {"attrition_rate": 0.1, "wage_inflation": 0} | changes
    if "statutory" not in changes:
        site["statutory_rates"] = dict.fromkeys(missing, 0) | changes.get("statutory_rates", {})
    plans = [{"name": "Onshore", "heads": {"Here": 1}}]
    data = in_currency(currency, {"sites": [site], "plans": plans})
    found = Scenario.from_dict(data, "case").evaluate()
    return found["statutory_charges"].item(), take(found, "rule_charge", site=0, role=0).tolist()
