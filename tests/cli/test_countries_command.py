"""The command countries: the list, a country line by line, figures of a file, what it refuses."""

import csv
import json

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from shorewise.cli.commands import main
from shorewise.engine.locations import locations
from tests.support import plain_charges

POLAND = 60_000 * 1.2198  # charges of 21.98 % below the caps


def run(*arguments):
    return CliRunner().invoke(main, ["countries", *map(str, arguments)])


def cells(output):
    """The cells of each printed row."""
    return [
        [cell.strip() for cell in line.strip("│ \n").split("│")]
        for line in output.splitlines()
        if "│" in line
    ]


@pytest.fixture
def quotes(tmp_path):
    """Writes a file of figures, and gives its path."""

    def write(*rows, head="country,gross_pay,employer_total_cost"):
        path = tmp_path / "quotes.csv"
        path.write_text("\n".join([head, *rows]) + "\n")
        return path

    return write


def test_the_list_has_every_country_and_region_with_its_charges():
    done = run()
    assert done.exit_code == 0
    rows = {row[0]: row for row in cells(done.output)}
    assert rows.keys() == locations().keys()
    pay = 60_000 * locations()["PL"].fx_rate
    assert rows["PL"][1:7] == ["Poland", "PLN", "6", f"{pay:,.0f}", f"{pay * 0.2198:,.0f}", "22.0%"]
    assert "A charge whose rate was not found counts 0:\n" in done.output
    assert "  US: Workers' compensation\n" in done.output


def test_the_list_in_json_has_the_grade_and_the_dates_of_the_sources():
    found = {row["code"]: row for row in json.loads(run("--json").output)}
    for code in ("PL", "US", "AR"):
        rows = [
            row for row in plain_charges.table("statutory_rules.csv")
            if row["iso"] == code and plain_charges.holds(row, "2027-01")
        ]  # fmt: skip
        dates = sorted(row["source_date"] for row in rows)
        assert (found[code]["oldest"], found[code]["newest"]) == (dates[0], dates[-1])
        order = ["high", "medium", "low", "missing"]
        worst = max((row["confidence"] for row in rows), key=order.index)
        assert found[code]["grade"] == worst
    assert found["US"]["missing"] == ["Workers' compensation"]


def test_a_country_is_explained_line_by_line():
    done = run("poland", "--salary", 60_000)
    assert done.exit_code == 0
    rows = {row[0]: row[1:] for row in cells(done.output)}
    assert rows["Salary"][0] == "60,000.00"
    assert rows["Pension (emerytalna)"] == ["5,856.00", "9.76 % of pay up to 282,600"]
    assert rows["Total cost"][0] == f"{POLAND:,.2f}"
    for words in (
        "PPK (default enrolment): EOR Scope citing mojeppk.pl",
        "Extra months of pay: 0 a year; none statutory",
        "Leave: 20 days",
        "Hours: 40 a week by law, 1,744 productive hours a year",
        "Severance in months of pay, after 1 year: not found, 3 years: 2, 5 years: not found",
        "Region or regime: Information and communication (it company)",
        "No change of law after 2027-01 is in the tables.",
        "Missing: severance after 1, 5, 10 years: not found",
    ):
        assert words in done.output, words


def test_a_salary_in_another_currency_is_converted():
    found = json.loads(run("PL", "--salary", 10_000, "--currency", "eur", "--json").output)
    rates = locations()
    assert found["salary"] == pytest.approx(10_000 * rates["PL"].fx_rate / rates["FR"].fx_rate)


@pytest.mark.parametrize("flag", ["--month", "--as-of"])
def test_the_law_of_a_month_is_chosen_by_either_name(flag):
    total = {
        month: json.loads(run("CL", "--salary", 1e6, flag, month, "--json").output)["total"]
        for month in ("2027-07", "2027-08")
    }
    # The pension contribution rises from 3.5 to 4.25 % in August 2027.
    assert total["2027-08"] - total["2027-07"] == pytest.approx(0.0075 * 1e6)


def test_changes_of_law_are_said_from_the_month_on():
    output = run("CL", "--month", "2027-08").output
    assert "From 2027-08, Employer pension contribution: 4.25 % of pay" in output
    assert "From 2026-08" not in output


def test_a_source_older_than_a_year_in_the_month_is_marked():
    assert "read 2026-09-05, older than a year" in run("PL", "--month", "2027-10").output
    assert "older than a year" not in run("PL", "--month", "2027-09").output
    assert "PL: 6 sources older than a year in 2027-10" in run("--month", "2027-10").output


def test_a_csv_file_has_a_row_for_each_line(tmp_path):
    path = tmp_path / "pl.csv"
    done = run("PL", "--region", "IT company", "--salary", 60_000, "--csv", path)
    assert done.output == f"wrote {path}\n"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert rows[-1]["line"] == "Total cost"
    assert float(rows[-1]["amount"]) == pytest.approx(POLAND - 600)
    assert run("PL", "--csv", path).exit_code == 2
    assert run("--csv", path, "--force").exit_code == 0
    assert len(path.read_text().splitlines()) == 1 + len(locations())


# Figures of a file


def test_figures_that_are_the_same_end_with_code_0(quotes):
    done = run("--check", quotes(f"Poland,60000,{POLAND}", "GB,60000,71000"), "--tolerance", "5")
    assert done.exit_code == 0
    assert "0 of 2 figures differ by more than 5 %\n" in done.output


def test_figures_that_differ_end_with_code_1_and_are_shown_in_money_and_per_cent(quotes):
    done = run("--check", quotes(f"Poland,60000,{POLAND}", "PL,60000,70000"))
    assert done.exit_code == 1
    assert cells(done.output)[1] == [
        "line 3", "PL", "Total cost", "2027-01", "PLN", "60,000.00", "70,000.00", "73,188.00",
        "3,188.00", "4.55%",
    ]  # fmt: skip
    assert "1 of 2 figures differ by more than 0.1 %\n" in done.output


def test_figures_by_line_in_json_and_csv(quotes, tmp_path):
    path = quotes("PL,60000,5856,Pension (emerytalna)", "PL,60000,1,FGSP",
                  head="iso,gross_pay,employer_total_cost,line")  # fmt: skip
    done = CliRunner().invoke(main, ["countries", "--check", str(path), "--json"])
    assert done.exit_code == 1
    assert done.stderr == "1 of 2 figures differ by more than 0.1 %\n"
    found = json.loads(done.stdout)
    assert [row["line"] for row in found] == ["Pension (emerytalna)", "FGSP"]
    assert [row["difference"] for row in found] == pytest.approx([0, 59])
    out = tmp_path / "out.csv"
    assert run("--check", path, "--csv", out).exit_code == 1
    assert len(out.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Polnd,1,1", "country is 'Polnd'; it must be an ISO code or a name, such as PL or Poland; "
                      "did you mean Poland?"),
        ("PL,,1", "gross_pay is empty; it must be a number, 0 or more, up to 1e+15"),
        ("PL,1,much", "employer_total_cost is 'much'; it must be a number, 0 or more, up to 1e+15"),
    ],
)  # fmt: skip
def test_a_wrong_cell_ends_with_code_2_and_one_message(quotes, row, words):
    path = quotes("PL,1,1", row)
    done = run("--check", path)
    assert done.exit_code == 2
    assert done.output == f"shorewise: {path}: line 3: {words}\n"


def test_a_file_that_does_not_exist_or_has_no_rows_ends_with_code_2(quotes, tmp_path):
    path = tmp_path / "none.csv"
    done = run("--check", path)
    assert (done.exit_code, done.output) == (2, f"shorewise: {path}: no such file\n")
    assert "it has no rows" in run("--check", quotes()).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Polnd"], "country is 'Polnd'; it must be an ISO code or a name, such as PL or Poland; "
                    "did you mean Poland?"),
        (["PL", "--region", "Texas"], "--region is 'Texas'; for Poland it must be Information and "
                                      "communication (it company)"),
        (["PL", "--month", "may"], "--month is 'may'; it must be between 2000-01 and 2099-12"),
        (["PL", "--salary", "5", "--currency", "QQQ"],
         "--currency is 'QQQ'; the tables have no exchange rate of it; give the salary in PLN or "
         "USD"),
        (["PL", "--salary", "-5"], "--salary is -5; it must be 0 or more"),
        (["PL", "--salary", "lots"], "lots"),
        (["--region", "CA"], "--region is of a COUNTRY; give both"),
        (["PL", "--currency", "EUR"], "--currency is of --salary; give both"),
        (["--json", "--csv", "a.csv"], "--json and --csv are mutually exclusive; give one"),
        (["--csv", "a.txt"], "--csv is a.txt; it must be a file that ends in .csv"),
        (["PL", "--check", "a.csv"], "--check takes countries and pay from its file; "
                                     "give it alone"),
        (["PL", "--force"], "--force replaces an existing file; give --csv too"),
        (["PL", "--tolerance", "1"], "--tolerance is for the figures of --check; give both"),
        (["--check", "a.csv", "--tolerance", "-1"], "--tolerance is -1 %; it must be between 0"),
        (["--markdown", "--salary", "5"], "--markdown prints the whole reference; give it alone"),
        (["US-CA", "--region", "CA"], "region is 'CA', but country is 'US-CA', which names a "
                                        "region or regime already; give US with a region, or "
                                        "leave out --region"),
        (["PL", "--month", "June 2027"], "it must be between 2000-01 and 2099-12, written"),
        (["--markdown", "--json"], "--markdown prints the whole reference; give it alone"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(arguments, words):
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert done.output.count("\n") == 1


def test_a_total_without_a_rate_that_is_not_known_is_a_lower_bound():
    about = json.loads(run("US", "--salary", "60000", "--json").output)
    assert (about["total_line"], about["total"]) == ("Total cost, at least", 64_870)
    assert {one["line"]: one["amount"] for one in about["lines"]}["Workers' compensation"] is None
    assert "│ Total cost, at least" in run("US", "--salary", "60000").output
    assert json.loads(run("PL", "--json").output)["total_line"] == "Total cost"


def test_a_month_before_the_tables_is_named():
    words = "Missing: the law of 2005-01: the tables have the law from 2026-01 on"
    assert words in run("PL", "--month", "2005-01").output
    assert words[:20] not in run("PL", "--month", "2026-01").output


@pytest.mark.parametrize(
    ("name", "code"), [("UK", "GB"), ("usa", "US"), ("Czech Republic", "CZ"), ("China", "CN")]
)
def test_usual_names_of_countries_are_known(name, code):
    assert json.loads(run(name, "--json").output)["code"] == code


def test_a_workbook_of_several_sheets_is_not_checked_by_its_first(tmp_path):
    book = Workbook()
    for sheet in (book.active, book.create_sheet("Two")):
        for row in (["country", "gross_pay", "employer_total_cost"], ["PL", 60_000, 73_188]):
            sheet.append(row)
    book.save(tmp_path / "two.xlsx")
    done = run("--check", str(tmp_path / "two.xlsx"))
    assert done.exit_code == 2
    assert done.output.endswith("it has 2 sheets, Sheet, Two; keep one, or save it as .csv\n")
