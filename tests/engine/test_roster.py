"""A roster decides heads, waves and pay, by hand; each row that is wrong is named in one line."""

import re
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.evidence import POSITIONS
from shorewise.engine.grades import GRADES
from shorewise.engine.tables import rows

SCENARIO = """
currency = "USD"
sizing = "heads"
decision = "instead"
horizon_months = 24
start_month = "2027-01"
roles = ["Developer"]
{roster}
[[sites]]
name = "Home"
salary = 120_000
[[sites]]
name = "Away"
salary = 45_000
overlap_hours = 4
[[plans]]
name = "Stay"
heads.Home = 9
[[plans]]
name = "Move"
"""
PEOPLE = """plan,site,role,heads,start,end,pay,currency
Move,Away,Developer,2,2025-05-01,,60000,USD
Move,Away,Developer,,2027-04-10,2028-06-30,50000,eur

Move,Away,Developer,3,2027-04,2040-01-01,40000,EUR
move,Home,Developer,1,,,,
Stay,Home,Developer,6,,,150000,
"""
# Dollars per euro, as the table of countries has it.
DOLLARS = 1 / float(next(row["fx_rate"] for row in rows("locations.csv") if row["iso"] == "DE"))


@pytest.fixture
def file(tmp_path):
    """Writes a scenario file with a roster beside it, and gives its path."""

    def write(people):
        (tmp_path / "people.csv").write_text(people, "utf-8")
        path = tmp_path / "scenario.toml"
        path.write_text(SCENARIO.format(roster='roster = "people.csv"'), "utf-8")
        return path

    return write


def data(*people):
    """The scenario as plain data, with rows of a roster."""
    found = tomllib.loads(SCENARIO.format(roster=""))
    return found | {"roster": [{"plan": "Move", "role": "Developer"} | row for row in people]}


def read(*people):
    return Scenario.from_dict(data(*people), "case.toml")


def test_five_rows_in_two_currencies_give_heads_waves_and_pay_as_by_hand(file):
    scenario = Scenario.from_toml(file(PEOPLE))
    values = scenario.values
    # Stay has rows, so its 9 heads of the file give way to 6; Move has 1 at Home and 2 + 1 + 3.
    assert take(values, "heads").squeeze().tolist() == [[6, 0], [1, 6]]
    # At Home the one head without pay does not count: 150,000. Away 2 x 60,000 USD,
    # 1 x 50,000 EUR and 3 x 40,000 EUR by 6 heads.
    away = (120_000 + (50_000 + 120_000) * DOLLARS) / 6
    assert take(values, "salary").squeeze() == pytest.approx([150_000, away], rel=1e-14)
    # Who came in 2025 is there in month 1; April 2027 is month 4; June 2028 is month 18; an end
    # after the 24 months is none. The latest start first, and of one start the latest end.
    waves = [(4, 1 / 6, 18), (4, 3 / 6, 0), (1, 2 / 6, 0)]
    found = [take(values, f"wave_{part}", plan=1, site=1) for part in ("month", "share", "end")]
    assert pytest.approx(np.array(waves)) == np.array(found).T
    assert take(values, "wave_share", plan=1, site=0).tolist() == [1, 0, 0]
    # What a plan pays in a year is what its rows say, with 150,000 for the head without pay.
    paid = scenario.evaluate()["plan_salaries"].ravel()
    assert paid == pytest.approx([900_000, 150_000 + 6 * away], rel=1e-14)


def test_a_roster_is_the_same_as_what_it_decides_entered_by_hand(file):
    scenario = Scenario.from_toml(file(PEOPLE))
    entered = scenario.without_roster()
    found, expected = scenario.evaluate(), entered.evaluate()
    assert all(np.array_equal(found[name], expected[name], equal_nan=True) for name in expected)
    assert Scenario.from_dict(scenario.to_dict()) == scenario
    assert len(scenario.roster) == 5
    assert not entered.roster
    assert scenario.fingerprint() == entered.fingerprint()


def test_a_roster_as_a_payroll_program_saves_it_is_the_same(file):
    plain = "plan,site,role,heads,start,pay\n"
    german = "Gehälter März;;;;;\n\nPlan;Site;Role;Heads;Start;Pay\n"
    for heads, start, pay in ((1.5, "2027-01", 75_000.5), (2, "", 80_000)):
        plain += f"Move,Away,Developer,{heads},{start},{pay}\n"
        money = f"{pay:,}".replace(",", "\0").replace(".", ",").replace("\0", ".")
        german += f"Move;Away;Developer;{str(heads).replace('.', ',')};{start};{money}\n;;;;;\n"
    path = file(plain)
    expected = Scenario.from_toml(path)
    (path.parent / "people.csv").write_bytes(german.encode("cp1252"))
    assert Scenario.from_toml(path) == expected
    (path.parent / "people.csv").write_bytes(german.encode() + b"\xfc;;;;;\n")
    with pytest.raises(ScenarioError, match=r"people\.csv: it is UTF-8 except for line 8; correct"):
        Scenario.from_toml(path)
    ambiguous = plain.replace("75000.5", "75.000").replace("1.5", "1")
    (path.parent / "people.csv").write_text(ambiguous, "utf-8")
    with pytest.raises(ScenarioError, match=r"line 2: pay is '75\.000'; .*: write 75000 or 75,"):
        Scenario.from_toml(path)


def test_a_roster_is_left_out_where_values_say_something_else(file):
    scenario = Scenario.from_toml(file(PEOPLE))
    assert replace(scenario, name="again").roster == scenario.roster
    for name, factor in (("salary", 1.1), ("heads", 2)):
        changed = scenario.values | {name: scenario.values[name] * factor}
        assert replace(scenario, values=changed).roster == ()
    assert scenario.in_currency("EUR").roster == ()


def test_salaries_from_a_roster_are_graded_as_own_figures():
    at = {"site": 1, "figure": POSITIONS["salary"]}
    found = read({"site": "Away", "pay": 50_000}).values
    assert GRADES[take(found, "figure_basis", **at)] == "own"


WRONG = {
    "plan": ({"plan": "Mvoe", "site": "Away"}, "unknown plan 'Mvoe'; did you mean Move?"),
    "site": ({"site": "Moon"}, "unknown site 'Moon'; there are Home, Away"),
    "role": ({"site": "Away", "role": ""}, "role is empty; it must be the name of a role"),
    "baseline": ({"plan": "Stay", "site": "Away"}, "its rows must be at 'Home'"),
    "no-heads": ({"site": "Away", "heads": 0}, "heads is 0; it must be a number above 0, or empty"),
    "heads": ({"site": "Away", "heads": "two"}, "heads is 'two'; it must be a number above 0"),
    "start": ({"site": "Away", "start": "1.3.2027"}, "start is '1.3.2027'; it must be a date like"),
    "late": ({"site": "Away", "start": "2029-01-01"}, "by the last of the 24 months"),
    "year": ({"site": "Away", "start": "1905-07-19"}, "a year typed alone is a day of 1905"),
    "left": ({"site": "Away", "end": "2026-12-31"}, "leave out who has left before"),
    "end": ({"site": "Away", "start": "2027-05-02", "end": "2027-05-01"}, "a date after the start"),
    "pay": ({"site": "Away", "pay": -1}, "pay is -1; it must be a number 0 or more"),
    "currency": ({"site": "Away", "currency": "XXX"}, "there is no exchange rate of XXX"),
    "key": ({"site": "Away", "salary": 1}, "unknown key 'salary'"),
}


@pytest.mark.parametrize(("row", "message"), WRONG.values(), ids=[*WRONG])
def test_a_wrong_row_is_named_with_what_is_allowed(row, message):
    with pytest.raises(ScenarioError, match=re.escape(message)) as error:
        read({"site": "Home"}, row)
    assert str(error.value).startswith("case.toml: roster[1]: ")


def test_a_wrong_row_of_a_csv_file_is_named_by_its_line(file):
    with pytest.raises(ScenarioError, match=re.escape("roster, line 6: unknown site 'Hom'")):
        Scenario.from_toml(file(PEOPLE.replace("move,Home", "move,Hom")))
    with pytest.raises(ScenarioError, match="column 'wage' is none of a roster"):
        Scenario.from_toml(file(PEOPLE.replace(",pay", ",wage", 1)))
    path = file(PEOPLE)
    (path.parent / "people.csv").unlink()
    with pytest.raises(ScenarioError, match=r"roster is 'people\.csv': No such file"):
        Scenario.from_toml(path)


def test_more_starts_than_waves_or_pay_below_the_least_are_refused():
    starts = [{"site": "Away", "start": f"2027-0{month}-01"} for month in range(1, 8)]
    with pytest.raises(ScenarioError, match=r"7 different months of start and end; .* at most 6"):
        read(*starts)
    assert read(*starts[:6]).sizes["wave"] == 6
    with pytest.raises(ScenarioError, match=r"average pay of 'Developer' at 'Away' is 0\.5 USD"):
        read({"site": "Away", "pay": 0.5})
    with pytest.raises(ScenarioError, match="plan 'Move' has no heads"):
        read()
