"""Statutory charges of an employer in plain loops, from the tables of countries alone.

Written from what the header of engine/tables/statutory_rules.csv says, not from the model: the
tables are read with the csv module, and nothing of the engine is used.
"""

import csv
from functools import cache

from tests.support.paths import ROOT

TABLES = ROOT / "engine" / "tables"
DATA = ROOT / "tests" / "data"


@cache
def table(name, folder=TABLES):
    """Rows of a table as dictionaries of text, without its header of comments."""
    lines = (folder / name).read_text("utf-8").splitlines()
    return tuple(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def country(iso):
    """The row of a country in locations.csv."""
    return next(row for row in table("locations.csv") if row["iso"] == iso)


def number(text, empty):
    """The number in a field, or what an empty field stands for."""
    return float(text) if text else empty


def holds(row, month="", variant=""):
    """Whether a row holds in a variant and, if a month is given, in that month."""
    only_in, not_in = (
        [name for name in row[column].split(";") if name] for column in ("only_in", "not_in")
    )
    if (only_in and variant not in only_in) or variant in not_in:
        return False
    return not month or (row["first_month"] or month) <= month <= (row["last_month"] or month)


def charges(iso, pay, month="2026-10", variant="", extra_months=None):
    """Charges of a year by name of the line, in local currency.

    Parameters
    ----------
    iso : str
    pay : float
        Yearly pay without extra months, in local currency.
    month : str
        YYYY-MM; the law of that month.
    variant : str
        Region or regime, "" for the country without one.
    extra_months : float, optional
        Those of locations.csv if not given.
    """
    if extra_months is None:
        extra_months = number(country(iso)["extra_months"], 0.0)
    pay_with_extra_months = pay * (1 + extra_months / 12)
    rows = [
        row
        for row in table("statutory_rules.csv")
        if row["iso"] == iso and holds(row, month, variant)
    ]
    found = {}
    for row in rows:
        if not row["of_line"]:
            found[row["line"]] = found.get(row["line"], 0.0) + one_charge(
                row, pay, pay_with_extra_months
            )
    for row in rows:
        if row["of_line"]:
            found[row["line"]] = float(row["rate"]) * found[row["of_line"]]
    return found


def one_charge(row, pay, pay_with_extra_months):
    """The charge of a row that is no fraction of another charge."""
    infinite = float("inf")
    if pay_with_extra_months < number(row["from_pay"], -infinite):
        return 0.0
    if pay_with_extra_months > number(row["to_pay"], infinite):
        return 0.0
    base = (pay_with_extra_months if row["on_extra"] == "1" else pay) * float(row["base"])
    base = max(float(row["floor"]), base)
    base = min(number(row["cap"], infinite), base)
    charge = float(row["rate"]) * max(0.0, base - float(row["exempt"])) + float(row["flat"])
    charge = max(number(row["minimum"], -infinite), charge)
    return min(number(row["maximum"], infinite), charge)
