"""Simulations, sensitivities and goals in cells: what holds beyond the table of calls."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shorewise import udfs
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.inputs import INPUTS
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.udfs import uncertainty
from tests.engine.uncertainty.test_tornado import SWINGS
from tests.support.paths import FUNCTIONS_PAGE

SITES = [["name", "salary"], ["Krakow", 80_000], ["Pune", 40_000]]
PROBABILITY = next(one for one in uncertainty.UNCERTAINTY if one.name == "SHORE_PROBABILITY")
MID = [["salary"], [60_000]]
LABELS = {entry.name: entry.label for entry in INPUTS}


def column(table, plan):
    """A plan's figures by their labels."""
    return {row[0]: row[table[0].index(plan)] for row in table}


def test_tornado_is_that_of_the_reference_model():
    found = {row[0]: row[3] for row in udfs.SHORE_TORNADO(MID, measure="net_saving_steady")[1:]}
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


def test_later_months_are_more_probable_and_the_last_one_leaves_what_never_breaks_even():
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


def test_of_two_plans_one_beats_the_other():
    close = [["name", "salary"], ["A", 60_000], ["B", 61_000]]
    first = udfs.SHORE_PROBABILITY("beats", "B", close, plan="A")
    second = udfs.SHORE_PROBABILITY("beats", "A", close, plan="B")
    assert first + second == 1
    assert first > second


def test_questions_about_one_simulation_draw_once(monkeypatch):
    drawn, simulate = [], uncertainty.simulate
    monkeypatch.setattr(uncertainty, "simulate", lambda *a: drawn.append(1) or simulate(*a))
    sites = [["salary"], [61_111]]
    for month in (6, 12, 24):
        udfs.SHORE_PROBABILITY("breaks even by", month, sites, draws=64)
    udfs.SHORE_SIMULATE(sites, draws=64)
    assert len(drawn) == 1
    udfs.SHORE_SIMULATE(sites, draws=64, seed=2)
    assert len(drawn) == 2


def test_truth_values_are_not_taken_for_a_simulation_with_numbers():
    def asked(cell):
        return udfs.SHORE_SIMULATE([["salary", "lead_time_months"], [61_112, cell]], draws=64)

    assert asked(1)[0] == ["figure", "All onshore", "Site 1"]
    assert "lead_time_months is true" in asked(True).lower()


def test_draws_that_would_keep_excel_waiting_are_refused():
    names = [f"Site {number}" for number in range(19)]
    sites = [["name"], *([name] for name in names)]
    plans = [["", *names], *([f"Plan {name}", *[1] * 19] for name in names)]
    found = udfs.SHORE_SIMULATE(sites, plans, None, 100_000)
    assert found == (
        "Shorewise: draws is 100,000; for 20 plans, 20 sites and 36 months it must be at most "
        "10,416"
    )


def test_seeds_and_draws_change_a_simulation_a_little():
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


def test_a_solution_among_several_is_found_between_two_ends():
    sites = [
        ["name", "salary", "time_zone"],
        ["Onshore", 180_000, "America/New_York"],
        ["Warsaw", 60_000, "Europe/Warsaw"],
    ]
    text = udfs.SHORE_SOLVE("utc_offset", "net_saving", 0.32, sites)
    value = udfs.SHORE_SOLVE("utc_offset", "net_saving", 0.32, sites, high=7)
    assert isinstance(value, float)
    assert f"{value:.9g}" in text


def test_ranges_of_drivers_may_stand_in_settings():
    wide = [["driver.salary.low", 0.2], ["driver.salary.high", 3]]
    ends = [[["salary"], [60_000 * level]] for level in (0.2, 3)]
    expected = [udfs.SHORE_COMPARE(one, measures="npv")[2][1] for one in ends]
    found = udfs.SHORE_TORNADO(MID, None, wide, measure="npv")[1]
    assert found[0] == "Salary"
    assert found[1:3] == pytest.approx(expected)
    assert _spread(wide) > _spread([["driver.salary.distribution", "fixed"]])


def test_the_documents_name_every_driver_and_question():
    prose = FUNCTIONS_PAGE.read_text()
    listed = prose.partition("The drivers: ")[2].partition(".")[0]
    assert listed.replace("\n", " ").split(", ") == [*DRIVERS]
    questions = next(p for p in PROBABILITY.parameters if p.name == "question").options
    assert [q for q in questions if f'`"{q}"`' not in prose] == []


def test_questions_at_once_share_one_simulation(monkeypatch):
    runs = []

    def counted(*arguments):
        runs.append(arguments)
        return simulate(*arguments)

    monkeypatch.setattr(uncertainty, "simulate", counted)
    sites = (("salary",), (61_114,))
    with ThreadPoolExecutor(6) as threads:
        asked = [
            threads.submit(udfs.SHORE_PROBABILITY, "breaks even by", month, sites)
            for month in range(1, 7)
        ]
    chances = [one.result()[2][1] for one in asked]
    assert chances == sorted(chances)
    assert len(runs) == 1


def _spread(settings):
    found = column(udfs.SHORE_SIMULATE(MID, None, settings, 256), "Site 1")
    return found["npv P95"] - found["npv P5"]


def test_without_scipy_a_message_says_what_to_install(monkeypatch):
    for name in ("scipy", "scipy.special", "scipy.stats", "scipy.optimize"):
        monkeypatch.setitem(sys.modules, name, None)
    sites = [["salary"], [61_113]]
    needs = "needs: pip install 'shorewise[uncertainty]'"
    for found in (
        udfs.SHORE_SIMULATE(sites),
        udfs.SHORE_PROBABILITY("npv at least", 0, sites),
        udfs.SHORE_SOLVE("overlap_hours", "net_saving", 0.36, sites),
    ):
        assert found.startswith("Shorewise: ")
        assert found.endswith(needs)
    assert isinstance(udfs.SHORE_SOLVE("salary", "net_saving", 0.3, sites), float)
    assert udfs.SHORE_TORNADO(sites)[0] == ["driver", "low", "high", "swing"]
