"""What can be set and read, as rows, is what scenario files and addresses accept."""

import re

import pytest

from shorewise.engine import INPUTS, ScenarioError, addresses
from shorewise.engine.reading import fields, site_fields
from shorewise.engine.reference import input_rows, matching, measure_rows, work_type_rows
from shorewise.engine.scenario import Scenario
from tests.support.sample_scenarios import small_scenario

# What has tables or a list of its own, or says who answers for a scenario: no single value to set.
STRUCTURE = {
    *("roles", "sites", "plans", "roster", "actuals", "assumptions", "versions"),
    *("prepared_by", "prepared_on", "reviewed_by", "reviewed_on", "approved_by", "approved_on"),
    *("statutory", "statutory_rate", "statutory_rates", "grades"),
}
ROWS = {row.name: row for row in input_rows()}


def as_pattern(column):
    """A column with capitals as placeholders, as a regular expression."""
    return re.compile(re.sub(r"[A-Z]{3,}", ".+", column.replace(".", r"\.")))


def test_every_column_is_the_address_of_a_number_of_its_input():
    known = addresses(small_scenario())
    for entry in INPUTS:
        pattern = as_pattern(ROWS[entry.name].column)
        found = [text for text, at in known.items() if at.name == entry.name]
        assert not found or any(pattern.fullmatch(text) for text in found), entry.name


def test_every_key_of_a_scenario_file_is_listed():
    keys = {*fields.GENERAL, *site_fields.SITE_KEYS}
    listed = {*ROWS}
    assert {*keys} - STRUCTURE <= listed
    assert {entry.name for entry in INPUTS} <= listed


@pytest.mark.parametrize(
    ("table", "place"),
    [("top", ""), ("sites", "[[sites]] "), ("statutory", "[[sites.statutory]] ")],
)
def test_a_scenario_file_knows_each_key_where_it_is_said_to_be(table, place):
    """An object is a value of no key: the error is about the value, not about the key."""
    keys = [row.file_key for row in ROWS.values()]
    keys = [key.removeprefix(place) for key in keys if key.startswith(place or key.split(" ")[0])]
    keys = [key for key in keys if " " not in key]
    assert len(keys) > 10
    for key in keys:
        data = {
            "sites": [{"name": "Home"}, {"name": "Away"}],
            "plans": [{"name": "All onshore", "heads": {"Home": 1}}],
        }
        if table == "top":
            data[key] = object()
        elif table == "sites":
            data["sites"][1][key] = object()
        else:
            data["sites"][1]["statutory"] = [{"line": "Pension", key: object()}]
        with pytest.raises(ScenarioError) as found:
            Scenario.from_dict(data, "case")
        assert "unknown key" not in str(found.value), key


def test_rows_say_what_the_declarations_and_the_documents_say():
    salary, decision = ROWS["salary"], ROWS["decision"]
    assert (salary.unit, salary.default, salary.default_onshore) == ("money/year", 60_000, 180_000)
    assert (salary.from_country, salary.set_onshore) == (True, True)
    assert salary.column == "site.SITE.salary.ROLE"
    assert (decision.default, decision.choices) == ("replace", ("replace", "instead", "add"))
    assert ROWS["extra_amount"].file_key == "[[extra_costs]] amount"
    assert ROWS["extra_amount"].column == "extra.EXTRA.amount.SITE"
    assert ROWS["ramp"].default == [0.4, 0.6, 0.8, 0.9, 1, 1, 1, 1, 1, 1, 1, 1]
    assert not ROWS["overlap_hours"].set_onshore
    assert ROWS["statutory_cap"].default is None, "a charge has no cap unless it says one"
    assert "managed_service" in ROWS["engagement"].allowed
    [testing] = [row for row in work_type_rows() if row.name == "testing"]
    assert (testing.place, testing.onshore_only, testing.ambiguity) == ("offshore", "no", 1)
    [even] = [row for row in measure_rows() if row.name == "break_even_month"]
    assert (even.unit, even.line) == ("months", "break_even_month")
    assert even.no_answer


def test_a_search_needs_every_word_in_any_case_and_takes_marks_as_spaces():
    def names(*words):
        return {row.name for row in matching(input_rows(), words)}

    assert names("OVERLAP", "aim") == names("aim overlap") == {"overlap_target_hours"}
    assert "vendor_fee_rate" in names("vendor-fee")
    assert names("no such words") == set()
    assert len(names()) == len(ROWS)
