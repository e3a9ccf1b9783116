"""Waves of a plan in a scenario file: read completely, and each mistake named in one line."""

import functools
import io
import re
import tomllib

import pytest
import tomli_w
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli import main
from shorewise.engine import Scenario, ScenarioError, take
from shorewise.workbook import read as read_workbook
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds
from tests.support.written_workbooks import input_sheets

SCENARIO = """
horizon_months = 24
[[sites]]
name = "Onshore"
[[sites]]
name = "Krakow"
salary = 50_000
[[sites]]
name = "Far"
salary = 30_000
[[plans]]
name = "All onshore"
heads.Onshore = 8
[[plans]]
name = "Near"
heads.Krakow = 8
"""
BOTH = SCENARIO.replace("heads.Krakow = 8", "heads = { Krakow = 4, Far = 4 }")


def with_waves(*waves, scenario=SCENARIO):
    """Text of the scenario whose last plan has waves, each as lines of TOML."""
    return scenario + "".join(f"[[plans.waves]]\n{wave}\n" for wave in waves)


def read(text):
    return Scenario.from_dict(tomllib.loads(text), "waves.toml")


# The waves, and what the message says: where, what is wrong, what is allowed.
WRONG = {
    "shares-below-1": (
        ["share = 0.5", "month = 6\nshare = 0.4"],
        ["plans[1] 'Near', waves at 'Krakow'", "add up to 0.9", "must add up to 1, or heads to 8"],
    ),
    "heads-above-those-at-the-site": (
        ["heads = 4", "month = 6\nheads = 5"],
        ["'Near', waves at 'Krakow'", "add up to 1.125", "or heads to 8"],
    ),
    "month-0": (
        ["month = 0\nshare = 1"],
        ["plans[1] 'Near', waves[0]", "month is 0", "a whole number between 1 and 120"],
    ),
    "month-121": (["month = 121\nshare = 1"], ["month is 121", "between 1 and 120"]),
    "half-a-month": (["month = 1.5\nshare = 1"], ["month is 1.5", "a whole number"]),
    "end-before-month": (
        ["share = 0.5", "month = 6\nshare = 0.5\nend = 5"],
        ["waves[1]", "end is 5", "0 or at least month, 6"],
    ),
    "unknown-site": (
        ['site = "Krakau"\nshare = 1'],
        ["waves[0]: unknown site 'Krakau'; did you mean Krakow? There are Onshore, Krakow, Far"],
    ),
    "site-without-heads": (
        ['site = "Far"\nshare = 1'],
        ["waves[0]", "has no heads at 'Far'", "give it some there"],
    ),
    "site-that-is-no-text": (["site = 2\nshare = 1"], ["waves[0]: unknown site '2'; there are"]),
    "unlike-any-site": (
        ['site = "Pune"\nshare = 1'],
        ["waves[0]: unknown site 'Pune'; there are Onshore, Krakow, Far"],
    ),
    "seven-waves": (
        [f"month = {month}\nshare = 0.1" for month in range(1, 8)],
        ["plans[1] 'Near'", "7 waves at one site", "at most 6"],
    ),
    "seven-waves-some-with-the-name-of-the-site": (
        [*["share = 0.1"] * 4, *['site = "Krakow"\nshare = 0.1'] * 3],
        ["plans[1] 'Near'", "7 waves at one site", "at most 6"],
    ),
    "both-share-and-heads": (
        ["share = 1\nheads = 8"],
        ["waves[0]: share and heads of a wave are mutually exclusive; give one"],
    ),
    "neither-share-nor-heads": (
        ["month = 3"],
        ["waves[0]: the wave has neither", "give its share of the heads at 'Krakow'", "heads = 4"],
    ),
    "text-for-a-month": (['month = "March"\nshare = 1'], ["waves[0]", "month is 'March'"]),
    "text-for-a-share": (['share = "half"'], ["waves[0]", "share is 'half'", "between 0 and 1"]),
    "per-cent-for-a-share": (['share = "50 %"'], ["share is '50 %'", "0.5"]),
    "text-for-heads": (['heads = "all"'], ["waves[0]", "heads is 'all'"]),
    "text-for-an-end": (['share = 1\nend = "never"'], ["waves[0]", "end is 'never'"]),
    "yes-for-a-share": (["share = true"], ["share is True"]),
    "unknown-key": (["share = 1\nstart = 3"], ["waves[0]", "unknown key 'start'"]),
}


@pytest.mark.parametrize(("waves", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_waves_is_named_in_one_line(waves, said):
    with pytest.raises(ScenarioError) as caught:
        read(with_waves(*waves))
    message = str(caught.value)
    assert message.startswith("waves.toml: ")
    assert "\n" not in message
    assert [part for part in said if part not in message] == [], message


def test_waves_of_a_plan_at_several_sites_must_name_theirs():
    with pytest.raises(ScenarioError, match="site is missing; the plan has heads at several sites"):
        read(with_waves("share = 1", scenario=BOTH))


def test_waves_that_are_no_tables_are_refused():
    with pytest.raises(ScenarioError, match=r"waves is 'all'; it must be \[\[plans\.waves\]\]"):
        read(SCENARIO + 'waves = "all"\n')


@pytest.mark.parametrize("wave", ["month = 3", "end = 12"])
def test_a_baseline_that_is_replaced_is_in_place_so_it_has_no_waves(wave):
    text = SCENARIO.replace(
        "heads.Onshore = 8", f"heads.Onshore = 8\n[[plans.waves]]\nshare = 1\n{wave}"
    )
    with pytest.raises(ScenarioError, match="the baseline has no waves unless decision is"):
        read(text)
    assert take(read('decision = "instead"\n' + text).values, "wave_share", plan=0, site=0) == 1


def test_the_command_line_names_the_mistake_with_exit_code_2(tmp_path):
    path = tmp_path / "waves.toml"
    path.write_text(with_waves("share = 0.5", "month = 6\nshare = 0.4"))
    found = CliRunner().invoke(main, ["compare", str(path), "--json"])
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert "shares of the waves add up to 0.9" in found.stderr


def test_by_default_all_heads_start_in_month_1_and_stay():
    values = random_scenario(2).values
    assert (take(values, "wave_month") == 1).all()
    assert (take(values, "wave_share") == 1).all()
    assert (take(values, "wave_end") == 0).all()


def test_waves_are_read_in_shares_of_the_heads_at_their_site():
    found = read(
        with_waves(
            'site = "Far"\nmonth = 3\nheads = 1\nend = 9',
            'site = "Krakow"\nshare = 1\nmonth = 5',
            'site = "Far"\nmonth = 12\nheads = 3',
            scenario=BOTH,
        )
    ).values
    for part, krakow, far in (
        ("month", [5, 1], [3, 12]),
        ("share", [1, 0], [0.25, 0.75]),
        ("end", [0, 0], [9, 0]),
    ):
        assert take(found, f"wave_{part}", plan=1, site=1).tolist() == krakow
        assert take(found, f"wave_{part}", plan=1, site=2).tolist() == far


def test_thirds_typed_to_ten_digits_add_up():
    third = "share = 0.3333333333"
    assert take(read(with_waves(*[third] * 3)).values, "wave_share", plan=1, site=1).size == 3


@pytest.mark.parametrize("seed", seeds(range(1, 60, 3)))
def test_waves_survive_being_written_and_read(seed, tmp_path):
    scenario, path = random_scenario(seed), tmp_path / "again.toml"
    assert Scenario.from_dict(scenario.to_dict(), "again") == scenario
    path.write_bytes(tomli_w.dumps(scenario.to_dict()).encode())
    assert Scenario.from_toml(path) == scenario


def test_a_scenario_without_waves_is_written_without_them():
    assert all("waves" not in plan for plan in random_scenario(2).to_dict()["plans"])


@functools.cache
def two_waves():
    """The input sheets of a workbook of two waves in Krakow."""
    book = input_sheets(read(with_waves("share = 0.5", "month = 6\nshare = 0.5")))
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


def edited(tmp_path, name, changes):
    """A workbook of two waves in Krakow with changed cells of an input, and their addresses."""
    path = tmp_path / "waves.xlsx"
    book = load_workbook(io.BytesIO(two_waves()))
    sheet, cells = book.defined_names[name].attr_text.split("!")
    rows = [*book[sheet][cells.replace("$", "")]]  # two waves of the baseline, then of the plan
    found = []
    for (row, column), value in changes.items():
        rows[row][column].value = value
        found.append(f"{sheet}!{rows[row][column].coordinate}")
    book.save(path)
    return path, found


NEAR, ONSHORE, KRAKOW, FAR = 2, 0, 1, 2  # first row of the plan's waves; columns of the sites


@pytest.mark.soak
def test_shares_off_1_in_a_workbook_are_named_with_their_cells(tmp_path):
    at = {(NEAR, KRAKOW): 0.5, (NEAR + 1, KRAKOW): 0.4}
    path, (first, last) = edited(tmp_path, "wave_share", at)
    said = f"waves.xlsx: {first}:{last.split('!')[1]}: shares of the waves add up to 0.9; they must"
    with pytest.raises(ScenarioError, match=re.escape(said)) as caught:
        read_workbook(path)
    assert "heads" not in str(caught.value)  # a workbook has shares only


@pytest.mark.soak
def test_an_end_before_its_month_in_a_workbook_is_named_with_its_cell(tmp_path):
    path, [cell] = edited(tmp_path, "wave_end", {(NEAR + 1, KRAKOW): 5})
    with pytest.raises(ScenarioError, match=f"{cell}: end is 5; it must be 0 or at least month, 6"):
        read_workbook(path)


@pytest.mark.parametrize(("name", "value"), [("wave_month", 3), ("wave_end", 9)])
def test_a_wave_of_a_baseline_in_place_in_a_workbook_is_named_with_its_cell(tmp_path, name, value):
    path, [cell] = edited(tmp_path, name, {(0, ONSHORE): value})
    with pytest.raises(ScenarioError, match=f"{cell}: the onshore team is replaced"):
        read_workbook(path)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("wave_month", "March", "month is 'March'; it must be a whole number between 1 and 120"),
        ("wave_share", "half", "share is 'half'; it must be a number, between 0 and 1"),
        ("wave_end", None, "end is empty; it must be a whole number between 0 and 120"),
    ],
)
def test_a_text_in_a_wave_of_a_plan_without_heads_there_is_named_with_its_cell(
    tmp_path, name, value, said
):
    path, [cell] = edited(tmp_path, name, {(NEAR, FAR): value})
    with pytest.raises(ScenarioError, match=f"{cell}: {said}"):
        read_workbook(path)


def test_a_wave_without_a_month_starts_in_month_1():
    found = read(with_waves("share = 0.5", "share = 0.5\nmonth = 4")).values
    assert take(found, "wave_month", plan=1, site=1).tolist() == [1, 4]


def test_a_wrong_month_in_a_workbook_is_named_with_its_cell(tmp_path):
    path = tmp_path / "waves.xlsx"
    book = load_workbook(io.BytesIO(two_waves()))
    sheet, cells = book.defined_names["wave_month"].attr_text.split("!")
    waves = book[sheet][cells.replace("$", "")]
    [cell] = [cell for row in waves for cell in row if cell.value == 6]
    cell.value = "March"
    book.save(path)
    with pytest.raises(ScenarioError, match=f"Inputs!{cell.coordinate}: .*'March'"):
        read_workbook(path)
