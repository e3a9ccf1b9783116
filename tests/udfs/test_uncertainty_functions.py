"""Simulations, sensitivities and goals in cells: what holds beyond the table of calls."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shorewise import udfs
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.inputs import INPUTS
from shorewise.engine.uncertainty.simulation import check_draws
from shorewise.udfs import uncertainty
from tests.support.driver_cases import SWINGS
from tests.support.paths import FUNCTIONS_PAGE
from tests.support.recorded_calls import recorded_calls

SITES = [["name", "salary"], ["Krakow", 80_000], ["Pune", 40_000]]
PROBABILITY = next(one for one in uncertainty.UNCERTAINTY if one.name == "SHORE_PROBABILITY")
MID = [["salary"], [60_000]]
# model.md's mid case, with the settings of the reference tables
REFERENCE_MID = [
    ["name", "salary", "vacancy_months", "successor_transfer"],
    ["Onshore", 180_000, 0, None],
    ["Site 1", 60_000, 0, 0],
]
REFERENCE = [
    ["sizing", "heads"],
    ["distance_loss", "both"],
    ["utilisation", 1],
    ["cost_index", "local pay"],
]
LABELS = {entry.name: entry.label for entry in INPUTS}


def column(table, plan):
    """A plan's figures by their labels."""
    return {row[0]: row[table[0].index(plan)] for row in table}


def test_the_tornado_matches_the_reference_model():
    rows = udfs.SHORE_TORNADO(REFERENCE_MID, None, REFERENCE, measure="net_saving_steady")[1:]
    found = {row[0]: row[3] for row in rows}
    assert {name: round(found[LABELS[name]] * 100, 1) for name in SWINGS} == SWINGS


def test_a_tornado_starts_with_the_widest_swing():
    for measure in ("net_saving", "npv"):
        swings = [row[3] for row in udfs.SHORE_TORNADO(SITES, measure=measure)[1:]]
        assert swings == sorted(swings, reverse=True)


def test_percentiles_rise_and_the_mean_lies_between_them():
    found = column(udfs.SHORE_SIMULATE(SITES), "Krakow")
    for name in ("net_saving", "npv"):
        figures = [found[f"{name} P{percent}"] for percent in (5, 10, 50, 90, 95)]
        assert figures == sorted(figures)
        assert figures[0] < found[f"{name} mean"] < figures[-1]


def test_probabilities_of_break_even_rise_by_month_and_the_rest_never_breaks_even():
    found = [
        udfs.SHORE_PROBABILITY("breaks even by", month, SITES, plan="Krakow")
        for month in range(0, 37, 4)
    ]
    assert found == sorted(found)
    table = column(udfs.SHORE_SIMULATE(SITES), "Krakow")
    assert found[-1] + table["never breaks even"] == pytest.approx(1)
    assert found[3] == table["breaks even by 12"]


def test_half_of_the_draws_exceed_the_median():
    median = column(udfs.SHORE_SIMULATE(SITES), "Pune")["npv P50"]
    found = udfs.SHORE_PROBABILITY("npv at least", median, SITES, plan="Pune")
    assert found == pytest.approx(0.5, abs=1 / 2_048)


def test_the_probabilities_that_either_of_two_plans_is_better_add_up_to_1():
    close = [["name", "salary"], ["A", 60_000], ["B", 61_000]]
    first = udfs.SHORE_PROBABILITY("beats", "B", close, plan="A")
    second = udfs.SHORE_PROBABILITY("beats", "A", close, plan="B")
    assert first + second == 1
    assert first > second


def test_questions_about_one_simulation_run_it_once():
    sites = [["salary"], [61_111]]
    with recorded_calls(check_draws) as runs:
        for month in (6, 12, 24):
            udfs.SHORE_PROBABILITY("breaks even by", month, sites, draws=64)
        udfs.SHORE_SIMULATE(sites, draws=64)
        assert len(runs) == 1
        udfs.SHORE_SIMULATE(sites, draws=64, seed=2)
        assert len(runs) == 2


def test_a_truth_value_is_not_confused_with_a_cached_simulation_of_1():
    def asked(cell):
        return udfs.SHORE_SIMULATE([["salary", "lead_time_months"], [61_112, cell]], draws=64)

    assert asked(1)[0] == ["figure", "All onshore", "Site 1"]
    assert "(lead_time_months of site 1) is true" in asked(True).lower()


def test_more_draws_than_excel_can_wait_for_are_refused():
    names = [f"Site {number}" for number in range(19)]
    sites = [["name"], *([name] for name in names)]
    plans = [["", *names], *([f"Plan {name}", *[1] * 19] for name in names)]
    found = udfs.SHORE_SIMULATE(sites, plans, None, 100_000)
    assert found == (
        "Shorewise: draws is 100,000; for 20 plans, 20 sites and 36 months it must be at most "
        "10,416"
    )


def test_seeds_and_draws_change_a_simulation_only_a_little():
    def median(**drawn):
        return column(udfs.SHORE_SIMULATE(SITES, **drawn), "Pune")["npv P50"]

    assert median(seed=2) != median() == median(draws=2_048, seed=1)
    assert median(seed=2) == pytest.approx(median(), rel=0.01)
    assert median(draws=512) == pytest.approx(median(), rel=0.02)


@pytest.mark.parametrize(("measure", "target"), [("net_saving", 0.3), ("npv", 1e6)])
@pytest.mark.parametrize("name", ["salary", "management_rate", "productivity"])
def test_the_solution_in_a_table_of_sites_reaches_the_target(name, measure, target):
    value = udfs.SHORE_SOLVE(name, measure, target, MID)
    sites = [["salary"], [60_000]] if name != "salary" else [[], []]
    sites = [[*sites[0], name], [*sites[1], value]]
    found = udfs.SHORE_COMPARE(sites, measures=measure)[2][1]
    assert found == pytest.approx(target, rel=1e-9)


def test_one_of_several_solutions_is_selected_by_a_range():
    sites = [
        ["name", "salary", "time_zone", "vacancy_months", "successor_transfer"],
        ["Onshore", 180_000, "America/New_York", 0, None],
        ["Warsaw", 60_000, "Europe/Warsaw", 0, 0],
    ]
    text = udfs.SHORE_SOLVE("utc_offset", "net_saving", 0.32, sites, None, REFERENCE)
    value = udfs.SHORE_SOLVE("utc_offset", "net_saving", 0.32, sites, None, REFERENCE, high=7)
    assert isinstance(value, float)
    assert f"{value:.9g}" in text


def test_ranges_of_drivers_may_be_given_in_the_settings():
    wide = [["driver.salary.low", 0.2], ["driver.salary.high", 3]]
    ends = [[["salary"], [60_000 * level]] for level in (0.2, 3)]
    expected = [udfs.SHORE_COMPARE(one, measures="npv")[2][1] for one in ends]
    found = udfs.SHORE_TORNADO(MID, None, wide, measure="npv")[1]
    assert found[0] == "Salary"
    assert found[1:3] == pytest.approx(expected)
    assert _spread(wide) > _spread([["driver.salary.distribution", "fixed"]])


def test_the_documentation_names_every_driver_and_question():
    prose = FUNCTIONS_PAGE.read_text()
    listed = prose.partition("The drivers: ")[2].partition(".")[0]
    assert listed.replace("\n", " ").split(", ") == [*DRIVERS]
    questions = next(p for p in PROBABILITY.parameters if p.name == "question").options
    assert [q for q in questions if f'`"{q}"`' not in prose] == []


def test_simultaneous_questions_share_one_simulation():
    sites = (("salary",), (61_114,))
    with recorded_calls(check_draws) as runs, ThreadPoolExecutor(6) as threads:
        asked = [
            threads.submit(udfs.SHORE_PROBABILITY, "breaks even by", month, sites)
            for month in range(1, 7)
        ]
    chances = [one.result()[2][1] for one in asked]
    assert chances == sorted(chances)
    assert len(runs) == 1


def test_indices_that_take_too_long_are_refused_with_the_draws_that_would_do():
    # 150,000,000 over 2 plans, 2 sites, 36 months, and 20 drivers with 2 more evaluations.
    found = udfs.SHORE_SOBOL(MID, None, None, None, None, 65_536)
    assert found == (
        "Shorewise: draws is 65,536; for 2 plans, 2 sites and 36 months it must be at most 47,348"
    )


def _spread(settings):
    found = column(udfs.SHORE_SIMULATE(MID, None, settings, 256), "Site 1")
    return found["npv P95"] - found["npv P5"]


def test_without_scipy_the_message_says_what_to_install(monkeypatch):
    for name in ("scipy", "scipy.special", "scipy.stats", "scipy.optimize"):
        monkeypatch.setitem(sys.modules, name, None)
    sites = [["salary"], [61_113]]
    needs = "needs: pip install 'shorewise[uncertainty]'"
    for found in (
        udfs.SHORE_SIMULATE(sites),
        udfs.SHORE_PROBABILITY("npv at least", 0, sites),
        udfs.SHORE_SOLVE("overlap_hours", "net_saving", 0.37, sites),
    ):
        assert found.startswith("Shorewise: ")
        assert found.endswith(needs)
    assert isinstance(udfs.SHORE_SOLVE("salary", "net_saving", 0.3, sites), float)
    assert udfs.SHORE_TORNADO(sites)[0] == ["driver", "low", "high", "swing"]
