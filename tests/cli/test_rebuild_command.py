"""The command rebuild: flags, notes, refusals, exit codes."""

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import shorewise as sw
from shorewise.cli.commands import main

CASE = sw.Scenario.from_dict(
    {
        "horizon_months": 6,
        "roles": ["Developer", "Tester"],
        "sites": [
            {"name": "Home", "salary": 120_000},
            {"name": "Krakow", "location": "PL", "attrition_rate": 0.12, "wage_inflation": 0.05},
        ],
        "plans": [
            {"name": name, "heads": {site: {"Developer": 4, "Tester": 2}}}
            for name, site in (("Stay", "Home"), ("Near", "Krakow"))
        ],
    }
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return sw.compare(CASE, tmp_path_factory.mktemp("command") / "book.xlsx")


@pytest.fixture
def foreign(book, tmp_path):
    """The workbook with a sheet of its user's own."""
    workbook = load_workbook(book)
    workbook.create_sheet("Board notes")
    workbook.save(tmp_path / "foreign.xlsx")
    return tmp_path / "foreign.xlsx"


def run(*arguments):
    return CliRunner().invoke(main, ["rebuild", *map(str, arguments)])


@pytest.mark.soak
def test_each_flag_may_be_repeated_and_says_what_it_starts_from(book, tmp_path):
    new = tmp_path / "new.xlsx"
    done = run(
        book, "--plan", "Two", "--plan", "Three=Stay", "--site", "Lisbon=PT", "--site", "Porto",
        "--role", "Designer=Tester", "--months", "9", "-o", new,
    )  # fmt: skip
    assert done.exit_code == 0
    assert done.stdout == f"wrote {new}: 4 plans, 4 sites, 3 roles, 9 months\n"
    assert "note: plan Two has the heads and waves of Near; change them on Inputs" in done.stderr
    assert "note: plan Three has the heads and waves of Stay" in done.stderr
    assert "note: site Lisbon has the figures and law of Portugal" in done.stderr
    assert "note: site Porto has the figures of Krakow, country PL included" in done.stderr
    assert "note: role Designer has the inputs and pay of Tester" in done.stderr
    found = sw.read(new)
    assert found.plans == ("Stay", "Near", "Two", "Three")
    assert found.sites == ("Home", "Krakow", "Lisbon", "Porto")


@pytest.mark.soak
def test_what_is_dropped_is_gone(book, tmp_path):
    new = tmp_path / "new.xlsx"
    done = run(
        book, "--drop-plan", "Near", "--drop-site", "Krakow", "--drop-role", "Tester",
        "--site", "A=B=PT", "-o", new,
    )  # fmt: skip
    assert done.exit_code == 0
    assert "with role Tester its heads are gone: 2 in Stay" in done.stderr
    found = sw.read(new)
    assert (found.plans, found.sites, found.roles) == (("Stay",), ("Home", "A=B"), ("Developer",))


@pytest.mark.soak
def test_sheets_of_users_are_named_with_the_flag_that_drops_them(foreign, tmp_path):
    new = tmp_path / "new.xlsx"
    done = run(foreign, "--months", "9", "-o", new)
    assert done.exit_code == 2
    assert "sheet Board notes would be lost" in done.stderr
    assert "--leave-out drops it on purpose" in done.stderr
    assert not new.exists()
    done = run(foreign, "--months", "9", "--leave-out", "Board notes", "-o", new)
    assert done.exit_code == 0
    assert "not carried over: sheet Board notes" in done.stderr


def test_compare_says_which_sheets_it_does_not_take_over(foreign, tmp_path):
    done = CliRunner().invoke(main, ["compare", str(foreign), "-o", str(tmp_path / "new.xlsx")])
    assert done.exit_code == 0
    assert "note: sheet Board notes of" in done.stderr
    assert "is not Shorewise's and is not taken over" in done.stderr


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--site", "krakow"], "site 'krakow' is there already"),
        (["--role", "x" * 61], "1 to 60 characters"),
        (["--plan", "Two=One"], "'One' is no plan of the workbook; there are Stay, Near"),
        (["--plan", "Two", "--plan", "Two=Stay"], "--plan Two is given twice"),
        (["--months", "600"], "horizon_months is 600"),
        (["--months", "ten"], "'ten' is not a whole number"),
        (["--drop-site", "Krakow"], "Near has heads there"),
    ],
)
def test_what_is_wrong_ends_with_one_line_and_exit_code_2(book, tmp_path, arguments, words):
    new = tmp_path / "new.xlsx"
    done = run(book, *arguments, "-o", new)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not new.exists()


@pytest.mark.soak
def test_an_existing_file_is_replaced_only_with_force(book, tmp_path):
    new = tmp_path / "new.xlsx"
    new.write_text("mine")
    done = run(book, "--months", "9", "-o", new)
    assert done.exit_code == 2
    assert "--force replaces it" in done.stderr
    assert run(book, "--months", "9", "-o", new, "--force").exit_code == 0
