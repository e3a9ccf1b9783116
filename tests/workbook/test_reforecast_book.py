"""Sheets Variance, Actuals and Reforecast: live, as the engine has them, and read back."""

import datetime

import numpy as np
import pytest
import tomli_w
from openpyxl import Workbook, load_workbook

from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.actuals import Actuals, reforecast
from shorewise.engine.cost_kinds import GROUPS
from shorewise.engine.ledger import read_ledger
from shorewise.workbook import check, read, workbook_bytes
from shorewise.workbook.bulk.ledger_files import read_actuals, refuse_without_actuals
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.lint import lint
from shorewise.workbook.reforecast_book import describe_reforecast, write_reforecast
from tests.support.engine_differences import differences, differing_in
from tests.support.ledgers import random_ledger, rows_of
from tests.support.sample_scenarios import random_scenario, small_scenario
from tests.support.soak import SOAK
from tests.support.spreadsheet_engines import (
    by_formualizer,
    by_ironcalc,
    by_libreoffice,
    unpaged,
    without_tables,
)

SHEETS = ["Variance", "Actuals", "Reforecast"]


def restate(scenario, seed, **options):
    plan = len(scenario.plans) - 1
    rows = rows_of(*random_ledger(scenario, plan, seed, **options))
    return reforecast(scenario, read_ledger(scenario, rows, "ledger"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The workbook of a small scenario that runs."""
    found = restate(small_scenario(), 5)
    path = tmp_path_factory.mktemp("running") / "running.xlsx"
    return found, write_reforecast(found, path)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("seed", [3, 10, *[0] * SOAK])
def test_the_sheets_are_recomputed_as_the_engine_has_them(seed, tmp_path):
    found = restate(random_scenario(seed), seed)
    assert differing_in(describe_reforecast(found), tmp_path, by_ironcalc, by_formualizer) == []


@pytest.mark.soak
def test_libreoffice_recomputes_the_sheets_without_heads_output_and_rates(tmp_path):
    found = restate(small_scenario(), 1, heads=False, output=False, rates=False)
    assert differing_in(unpaged(describe_reforecast(found)), tmp_path, by_libreoffice) == []


@pytest.mark.soak
def test_a_single_plan_has_the_sheets_too(tmp_path):
    data = small_scenario().to_dict()
    scenario = Scenario.from_dict(data | {"plans": data["plans"][:1]})
    found = restate(scenario, 4)
    assert differing_in(describe_reforecast(found), tmp_path, by_ironcalc) == []


def test_the_sheets_break_no_rule_of_good_models(written):
    _, path = written
    assert [one for one in lint(path) if one.sheet in SHEETS] == []


def test_the_workbook_agrees_with_the_engine_and_has_the_scenario(written):
    found, path = written
    assert load_workbook(path).sheetnames[-3:] == SHEETS
    assert check(path) == []
    assert read(path) == found.scenario


def test_the_sheet_gives_the_actuals_back(written):
    found, path = written
    back, given = read_actuals(found.scenario, path), found.actuals
    assert (back.plan, back.last_month, back.level_months) == (given.plan, given.last_month, 3)
    for name in ("cost", "cost_at_planned_rate", "heads", "output", "booked"):
        assert np.array_equal(getattr(back, name), getattr(given, name)), name
    again = reforecast(found.scenario, back)
    assert again.to_dict() == found.to_dict()


def edited(path, folder, **cells):
    """The workbook with other values in named cells: each a row and column of its block."""
    book = load_workbook(path)
    for name, (row, column, value) in cells.items():
        sheet, _, area = book.defined_names[name].attr_text.partition("!")
        first = book[sheet][area.replace("$", "").split(":")[0]]
        first.offset(row, column).value = value
    book.save(folder / "edited.xlsx")
    return folder / "edited.xlsx"


@pytest.mark.soak
def test_a_month_that_is_pasted_in_counts_from_the_last_actual_month_on(written, tmp_path):
    found, path = written
    last = found.actuals.last_month
    pasted = edited(
        path,
        tmp_path,
        last_actual_month=(0, 0, last + 1),
        entered_cost=(0, last, 12_345),
        cost_at_planned_rate=(0, last, 12_000),
        entered_heads=(0, last, 3),
        entered_output=(0, last, 2),
    )
    back = read_actuals(found.scenario, pasted)
    assert back.last_month == last + 1
    assert back.cost[0] == pytest.approx([*found.actuals.cost[0], 12_345])


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer], ids=lambda one: one.__name__)
def test_another_plan_month_and_amount_restate_the_sheets_live(engine, tmp_path):
    found = restate(small_scenario(), 5)
    path, last = tmp_path / "live.xlsx", found.actuals.last_month
    path.write_bytes(workbook_bytes(without_tables(describe_reforecast(found))))
    changed = edited(
        path,
        tmp_path,
        running_plan=(0, 0, 1),
        last_actual_month=(0, 0, last - 1),
        level_months=(0, 0, 1),
        heads_given=(0, 0, 0),
        booked=(1, 0, 0),
        entered_cost=(0, last - 2, 300_000),
    )
    again = reforecast(found.scenario, read_actuals(found.scenario, changed))
    assert again.actuals.plan == "All onshore"
    expected = {
        cell: formula.value
        for cell, formula in describe_reforecast(again).formulas().items()
        if cell[0] in ("Variance", "Reforecast") and cell[1] != "A3"  # whether it was edited
    }
    assert differences(engine(str(changed), expected), expected) == []


@pytest.mark.soak
def test_a_group_that_is_not_in_the_ledger_goes_on_as_planned(written, tmp_path):
    found, path = written
    back = read_actuals(found.scenario, edited(path, tmp_path, booked=(0, 0, 0)))
    assert reforecast(found.scenario, back).variance("pay")["variance"] == 0


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"entered_cost": (0, 0, "many")}, "Actual cost is 'many'; it must be a number between"),
        ({"entered_heads": (0, 0, -1)}, "Heads that work is -1; it must be a number between 0"),
        ({"last_actual_month": (0, 0, 6)}, "has no figures, and the last actual month is 6"),
        ({"last_actual_month": (0, 0, 1.5)}, "Last actual month is 1.5; it must be a whole number"),
        ({"heads_given": (0, 0, 2)}, "Heads are given is 2; it must be 0 (no) or 1 (yes)"),
        (
            {"running_plan": (0, 0, 7)},
            "is 7; it must be a whole number between 1 and 2: 1 All",
        ),
        ({"running_plan": (0, 0, "Mid")}, "is 'Mid'; it must be a whole number between 1 and 2"),
        ({"running_plan": (0, 0, None)}, "is empty; fill in a whole number between 1 and 2: 1 All"),
        (
            {"last_actual_month": (0, 0, None)},
            "D8: Last actual month is empty; fill in a whole number between 1 and 6",
        ),
        ({"last_actual_month": (0, 0, 9)}, "is 9; it must be a whole number between 1 and 6"),
        ({"level_months": (0, 0, None)}, "is empty; fill in a whole number between 1 and 12"),
        ({"heads_given": (0, 0, "yes")}, "Heads are given is 'yes'; it must be 0 (no) or 1 (yes)"),
        ({"booked": (0, 0, None)}, "In the ledger is empty; fill in 0 (no) or 1 (yes)"),
        (
            {"entered_heads": (0, 0, None)},
            "Heads that work in month 1 is empty; fill it in, or write 0 in D10 (Heads are given)",
        ),
        ({"entered_output": (0, 0, None)}, "Output in month 1 is empty; fill it in, or write 0 in"),
        (
            {"cost_at_planned_rate": (0, 0, None)},
            "Actual cost at planned exchange rates of Pay in month 1 is empty; fill it in, or",
        ),
        ({"entered_cost": (0, 0, "=1+1")}, "Actual cost is a formula without its value; open the"),
        ({"entered_cost": (0, 0, "1,200")}, "write 1200 or 1.2, whichever is meant"),
    ],
)
def test_a_wrong_cell_is_one_error_that_names_it(written, tmp_path, cells, said):
    found, path = written
    with pytest.raises(ScenarioError) as error:
        read_actuals(found.scenario, edited(path, tmp_path, **cells))
    assert "edited.xlsx: Actuals" in str(error.value)
    assert said in str(error.value)


def test_another_plan_than_the_one_on_the_sheet_is_refused(written):
    found, path = written
    with pytest.raises(ScenarioError, match="plan 'Mid' runs there, not 'All onshore'"):
        read_actuals(found.scenario, path, plan="All onshore")


@pytest.mark.soak
def test_a_formula_typed_over_is_a_difference(written, tmp_path):
    _, path = written
    book = load_workbook(path)
    book["Reforecast"]["F7"].value = 1
    book.save(tmp_path / "typed.xlsx")
    assert "Reforecast!F7" in [one.cell for one in check(tmp_path / "typed.xlsx")]


def test_an_existing_file_is_kept_and_the_ending_is_xlsx(written, tmp_path):
    found, path = written
    with pytest.raises(WorkbookError, match="exists already"):
        write_reforecast(found, path)
    with pytest.raises(WorkbookError, match=r"must end in \.xlsx"):
        write_reforecast(found, tmp_path / "running.txt")


def test_a_ledger_is_a_table_in_a_text_file_a_workbook_or_a_toml_file(tmp_path):
    scenario = small_scenario()
    text = "Month;Group;Amount\n2027-01;Pay;1234,5\n2;travel;-3,25\n"
    (tmp_path / "ledger.csv").write_text(text)
    book = workbook_of([["month", "group", "amount"], [1, "Pay", 1234.5], [2, "Travel", -3.25]])
    book.save(tmp_path / "ledger.xlsx")
    (tmp_path / "ledger.toml").write_text(
        'actuals = [{month = "2027-01", group = "Pay", amount = 1234.5},'
        '{month = 2, group = "travel", amount = -3.25}]'
    )
    for name in ("ledger.csv", "ledger.xlsx", "ledger.toml"):
        actuals = read_actuals(scenario, tmp_path / name)
        assert actuals.cost[0].tolist() == [1234.5, 0], name
        assert actuals.cost[[*GROUPS].index("travel")].tolist() == [0, -3.25], name


def workbook_of(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def test_dates_in_a_workbook_are_months(tmp_path):
    rows = [["month", "group", "amount"], [datetime.date(2027, 1, 31), "Pay", 5]]
    workbook_of(rows).save(tmp_path / "dates.xlsx")
    assert read_actuals(small_scenario(), tmp_path / "dates.xlsx").cost[0].tolist() == [5]


def test_a_wrong_line_is_named_by_its_number_in_the_file(tmp_path):
    (tmp_path / "ledger.csv").write_text("month,group,amount\n1,Pay,1\n\n1,Pay,x\n")
    with pytest.raises(ScenarioError, match=r"ledger\.csv: line 4: amount is 'x'"):
        read_actuals(small_scenario(), tmp_path / "ledger.csv")


def test_accounts_come_from_a_table(tmp_path):
    ledger, accounts = tmp_path / "ledger.csv", tmp_path / "accounts.csv"
    ledger.write_text("month,account,amount\n1,6000,9\n")
    accounts.write_text("Account,Group\n6000,Travel\n")
    actuals = read_actuals(small_scenario(), ledger, accounts=accounts)
    assert actuals.cost[[*GROUPS].index("travel")].tolist() == [9]
    numbers = [["month", "account", "amount"], [1, 6000.0, 9]]
    workbook_of(numbers).save(tmp_path / "ledger.xlsx")
    actuals = read_actuals(small_scenario(), tmp_path / "ledger.xlsx", accounts=accounts)
    assert actuals.cost[[*GROUPS].index("travel")].tolist() == [9]
    accounts.write_text("Account,Group\n6000,Travel\n6000,Pay\n")
    with pytest.raises(ScenarioError, match="line 3: account '6000' has two groups"):
        read_actuals(small_scenario(), ledger, accounts=accounts)
    accounts.write_text("number,Group\n6000,Travel\n")
    with pytest.raises(ScenarioError, match="must have the columns account and group"):
        read_actuals(small_scenario(), ledger, accounts=accounts)
    accounts.write_text("Account,Group\n6000,Trips\n")
    with pytest.raises(ScenarioError, match=r"accounts\.csv: line 2: .* '6000' is 'Trips'"):
        read_actuals(small_scenario(), ledger, accounts=accounts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no [[actuals]] tables"),
        ("actuals = 3", "actuals must be [[actuals]] tables"),
        ("actuals = [{month = 1, group = 'Pay', amount = 'x'}]", "actuals[0]: amount is 'x'"),
    ],
)
def test_a_wrong_toml_file_is_one_error(tmp_path, text, said):
    (tmp_path / "ledger.toml").write_text(text)
    with pytest.raises(ScenarioError) as error:
        read_actuals(small_scenario(), tmp_path / "ledger.toml")
    assert said in str(error.value)


def test_a_scenario_without_actuals_is_refused_as_a_ledger(tmp_path):
    (tmp_path / "case.toml").write_text("name = 'x'")
    with pytest.raises(WorkbookError, match=r"has no \[\[actuals\]\] tables; name a ledger"):
        refuse_without_actuals(tmp_path / "case.toml")


def test_actuals_may_stand_in_the_file_of_the_scenario(tmp_path):
    data = small_scenario().to_dict()
    data["actuals"] = [{"month": 1, "group": "Pay", "amount": 7}]
    (tmp_path / "case.toml").write_text(tomli_w.dumps(data))
    scenario = Scenario.from_toml(tmp_path / "case.toml")
    refuse_without_actuals(tmp_path / "case.toml")
    assert read_actuals(scenario, tmp_path / "case.toml").cost[0].tolist() == [7]
    assert isinstance(read_actuals(scenario, tmp_path / "case.toml"), Actuals)


# Plan Mid of the small scenario has heads at site Mid alone, from month 2 on.
NOTED = """month,group,site,amount,plant
1,Setup,,0,K1
1,Pay,Onshore,30000,K1
2,Pay,,900000,K1
"""


@pytest.fixture
def noted(tmp_path):
    """A reforecast with notes of every kind, and its workbook."""
    (tmp_path / "ledger.csv").write_text(NOTED)
    scenario = small_scenario()
    found = reforecast(scenario, read_actuals(scenario, tmp_path / "ledger.csv"))
    return found, write_reforecast(found, tmp_path / "noted.xlsx")


def test_the_sheet_gives_back_the_notes_of_the_ledger(noted):
    found, path = noted
    said = " ".join(found.notes)
    for part in (
        "counts as 0 and goes on at 0: Statutory charges",
        "taken as planned: Internal time",
        "Heads are not given",
        "Not planned, so that no level follows from it: Pay (month 1).",
        "Pay of plan Mid, actual over planned: ",
        "Columns that are ignored: plant.",
        "Costs where plan Mid has no heads, so that no level of price follows: Onshore in month 1",
    ):
        assert part in said, part
    again = reforecast(found.scenario, read_actuals(found.scenario, path))
    assert again.notes == found.notes
    assert check(path) == []


@pytest.mark.soak
def test_notes_on_the_rows_of_the_ledger_stand_on_sheet_variance(noted, tmp_path):
    found, _ = noted
    assert len(found.actuals.ledger_notes) == 2
    described = describe_reforecast(found)
    [variance] = [sheet for sheet in described.sheets if sheet.title == "Variance"]
    shown = [*variance.computed().values()]
    assert [note for note in found.actuals.ledger_notes if note not in shown] == []
    assert differing_in(described, tmp_path, by_ironcalc) == []


@pytest.mark.soak
def test_a_note_may_be_deleted_from_the_sheet(noted, tmp_path):
    found, path = noted
    changed = edited(path, tmp_path, ledger_notes=(0, 0, None))
    again = reforecast(found.scenario, read_actuals(found.scenario, changed))
    assert [*found.notes] == [*again.notes[:-1], found.actuals.ledger_notes[0], again.notes[-1]]


@pytest.mark.soak
def test_a_month_of_zeros_is_a_month_with_figures(noted):
    # The ledger has a row of 0 for setup in month 1, and so has the sheet.
    found, path = noted
    book = load_workbook(path)["Actuals"]
    rows = {row[1].value: row for row in book.iter_rows() if row[0].value == "Actual cost"}
    assert [cell.value for cell in rows["Setup"][5:8]] == [0, None, None]
    assert read_actuals(found.scenario, path).given[[*GROUPS].index("setup")].tolist() == [1, 0]


@pytest.mark.soak
def test_figures_after_the_last_actual_month_are_said_to_be_ignored(noted, tmp_path):
    found, path = noted
    changed = edited(path, tmp_path, entered_cost=(0, 2, 5))
    again = reforecast(found.scenario, read_actuals(found.scenario, changed))
    assert again.notes == (
        *found.notes,
        "Figures after the last actual month, 2, are ignored: month 3 (Last actual month is "
        "Actuals!D8).",
    )
    assert again.variance() == found.variance()


def test_a_workbook_with_several_sheets_needs_the_name_of_one(tmp_path):
    book = workbook_of([["month", "group", "amount"], [1, "Pay", 5]])
    book.create_sheet("Empty")
    book.save(tmp_path / "one.xlsx")
    assert read_actuals(small_scenario(), tmp_path / "one.xlsx").cost[0].tolist() == [5]
    book.create_sheet("Second").append(["month", "group", "amount"])
    book["Second"].append([1, "Pay", 7])
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(WorkbookError, match="it has 2 sheets, Sheet, Second; choose one with quer"):
        read_actuals(small_scenario(), tmp_path / "two.xlsx")
    actuals = read_actuals(small_scenario(), tmp_path / "two.xlsx", query="second")
    assert actuals.cost[0].tolist() == [7]
    with pytest.raises(WorkbookError, match="called 'Third'; there are Sheet, Empty, Second"):
        read_actuals(small_scenario(), tmp_path / "two.xlsx", query="Third")


def test_a_table_of_accounts_in_one_of_several_sheets_is_refused(tmp_path):
    (tmp_path / "ledger.csv").write_text("month,account,amount\n1,6000,9\n")
    book = workbook_of([["account", "group"], [6000, "Travel"]])
    book.create_sheet("Old").append(["account", "group"])
    book.save(tmp_path / "accounts.xlsx")
    with pytest.raises(WorkbookError, match=r"accounts\.xlsx: it has 2 sheets, Sheet, Old; keep o"):
        read_actuals(small_scenario(), tmp_path / "ledger.csv", accounts=tmp_path / "accounts.xlsx")


@pytest.mark.soak
def test_sheet_actuals_may_be_named_and_takes_no_accounts(written, tmp_path):
    found, path = written
    assert read_actuals(found.scenario, path, query="actuals").plan == "Mid"
    with pytest.raises(WorkbookError, match="sheet Actuals has groups, so that accounts have no"):
        read_actuals(found.scenario, path, accounts=tmp_path / "accounts.csv")
    (tmp_path / "case.toml").write_text("")
    with pytest.raises(WorkbookError, match="query is only allowed for a workbook"):
        read_actuals(found.scenario, tmp_path / "case.toml", query="x")
