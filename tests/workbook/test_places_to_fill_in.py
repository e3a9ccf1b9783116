"""Spare places of a workbook, used and unused, recalculated by engines that we did not write."""

import pytest
from openpyxl import load_workbook

import shorewise
from shorewise.engine import Scenario, take
from shorewise.engine.errors import ScenarioError
from shorewise.engine.spare_places import Spares, with_spares, with_usual_spares
from shorewise.workbook import compare, describe, read
from shorewise.workbook.layout.context import Context
from shorewise.workbook.layout.roster_figures import with_rows
from tests.support.engine_differences import differing
from tests.support.sample_scenarios import random_scenario, small_scenario
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, by_libreoffice

PLACE = 1  # spare plans and sites
PHRASES = {
    "en": {"plan": "Add a plan", "site": "Add a site", "role": "Add a role"},
    "de": {"plan": "Plan hinzufügen", "site": "Standort hinzufügen", "role": "Rolle hinzufügen"},
}
RESULTS = ("npv", "total_cost", "total_value", "net_saving_risk_adjusted", "recommended")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("seed", ["small", 3])
def test_every_formula_with_unused_places_equals_the_engine(seed, tmp_path):
    scenario = small_scenario() if seed == "small" else random_scenario(seed)
    spare = with_spares(scenario, Spares(1, 1, 1))
    assert differing(spare, tmp_path, by_ironcalc, by_formualizer) == []


@pytest.fixture(scope="module", params=PHRASES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def made(tmp_path_factory, language):
    """A workbook with spare places, and the same filled in by hand."""
    path = tmp_path_factory.mktemp("spares") / "book.xlsx"
    shorewise.compare(small_scenario(), path, language=language)
    book = load_workbook(path)
    for table in book.worksheets:  # IronCalc loads no file with a data table
        for row in table.iter_rows():
            for cell in row:
                if type(cell.value).__name__ == "DataTableFormula":
                    cell.value = None
    for axis, name in (("plan", "Both"), ("site", "Lisbon"), ("role", "Tester")):
        phrase = PHRASES[language][axis]
        [last] = [c for (c,) in cells(book, f"{axis}_names") if c.value == phrase]
        last.value = name
    sites, roles = (len(cells(book, f"{axis}_names")) for axis in ("site", "role"))
    heads = cells(book, "heads")[-roles:]  # of the last plan
    heads[0][0].value, heads[0][sites - 1].value = 1, 2
    for plan in range(len(cells(book, "plan_names"))):
        row = cells(book, "heads")[plan * roles : (plan + 1) * roles]
        row[len(small_scenario().roles)][0].value = 1  # of the tester, onshore
    filled = path.with_name("filled.xlsx")
    book.save(filled)
    return path, filled


def cells(book, name):
    sheet, place = next(book.defined_names[name].destinations)
    found = book[sheet][place]
    return found if isinstance(found, tuple) else ((found,),)


@pytest.mark.soak
def test_a_workbook_of_the_prompt_has_places_and_is_read_without_them(made, language):
    path, _ = made
    plan, site = (PHRASES[language][axis] for axis in ("plan", "site"))
    names = [
        [c.value for (c,) in cells(load_workbook(path), f"{n}_names")] for n in ("plan", "site")
    ]
    assert [row[-1] for row in names] == [plan, site]
    assert read(path) == small_scenario()
    assert shorewise.check(path).empty
    board = load_workbook(path, data_only=True)["Board"]
    assert plan not in [cell.value for row in board.iter_rows() for cell in row]


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {("plan_names", 2, 0): None},
            r"Inputs!A\d+: the name of the plan is empty; .* 'Add a plan'",
        ),
        (
            {("roster_plan", 0, 0): "Mid", ("roster_site", 0, 0): "add a site"},
            r"Roster!C\d+: site is 'Add a site', .* type the name of the site over it",
        ),
    ],
)
def test_a_deleted_name_and_a_row_of_a_spare_place_are_refused_with_their_cell(
    typed, said, made, tmp_path
):
    book = load_workbook(made[0])
    for (name, row, column), value in typed.items():
        cells(book, name)[row][column].value = value
    book.save(tmp_path / "typed.xlsx")
    with pytest.raises(ScenarioError, match=said):
        read(tmp_path / "typed.xlsx")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer, by_libreoffice])
def test_places_filled_in_by_hand_count_like_a_scenario_file(made, engine):
    _, filled = made
    again = read(filled)
    assert (again.plans[-1], again.sites[-1], again.roles[-1]) == ("Both", "Lisbon", "Tester")
    spare = with_usual_spares(again)  # for the rows of a book as large
    context = Context.of(with_spares(small_scenario(), Spares()))
    plans = len(again.plans)
    wanted = {}
    for name in RESULTS:
        place = context.layout.places[name]
        for plan in range(plans):
            down, across = (0, plan) if place.column_axis == "plan" else (plan, 0)
            row, column = place.row + down, place.column + across
            wanted[name, plan] = (place.sheet, f"{chr(64 + column)}{row}")
    found = engine(str(filled), [*wanted.values()])
    expected = again.evaluate()
    assert len(spare.plans) == plans + PLACE
    for (name, plan), cell in wanted.items():
        engine_value = take(expected, name, plan=plan).item()
        assert float(found[cell]) == pytest.approx(engine_value, rel=1e-9, abs=1e-9), name


@pytest.mark.soak
def test_direct_and_stamped_workbooks_are_the_same_bytes(tmp_path):
    from shorewise.workbook.compilation import workbook_bytes

    spare = with_usual_spares(Scenario.default())
    compare(spare, tmp_path / "stamped.xlsx")
    assert (tmp_path / "stamped.xlsx").read_bytes() == workbook_bytes(describe(with_rows(spare)))


@pytest.mark.soak
def test_a_rebuilt_workbook_keeps_its_places_behind_what_is_added(made, language, tmp_path):
    path, _ = made
    new = tmp_path / "new.xlsx"
    done = shorewise.rebuild(path, plans=["Further"], sites={"Porto": "PT"}, output=new)
    names = [c.value for (c,) in cells(load_workbook(new), "plan_names")]
    assert names == [*small_scenario().plans, "Further", PHRASES[language]["plan"]]
    assert done.scenario.plans == (*small_scenario().plans, "Further")
    assert read(new).sites[-1] == "Porto"
