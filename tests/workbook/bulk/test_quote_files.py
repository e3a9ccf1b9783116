"""Quotes in files: columns as people have them, and one message for what is wrong."""

import pandas as pd
import pytest
from openpyxl import Workbook

from shorewise.engine.errors import ShorewiseError
from shorewise.workbook.bulk.quote_files import examine_file


@pytest.fixture
def examined(tmp_path):
    def examine(text, name="quote.csv", country="PL", salary=120_000, **more):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return examine_file(str(path), country, salary, **more)

    return examine


def quoted(found):
    return {line.item: line.quoted for line in found.lines if line.where}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Item,Amount per month\nSalary,10000\nFGSP,10.5\n", id="english-month"),
        pytest.param("Description,Annual cost\nSalary,120000\nFGSP,126\n", id="english-year"),
        pytest.param("Posten;Betrag pro Monat\nSalary;10000\nFGSP;10,5\n", id="german"),
        pytest.param("Libellé;Montant mensuel\nSalary;10000\nFGSP;10,5\n", id="french"),
        pytest.param("Concepto;Importe mensual\nSalary;10000\nFGSP;10,5\n", id="spanish"),
        pytest.param("Pozycja;Miesięcznie\nSalary;10000\nFGSP;10,5\n", id="polish"),
        pytest.param("item,amount_month,amount_year\nSalary,,120000\nFGSP,10.5,\n", id="either"),
        pytest.param("item,amount_month,amount_year\nSalary,10000,120000\nFGSP,10.5,126\n",
                     id="both"),
        pytest.param("item,Monthly (PLN)\nSalary,10000\nFGSP,10.5\n", id="currency-in-the-head"),
        pytest.param("item,amount_year,currency\nSalary,120000,PLN\nFGSP,126,pln\n",
                     id="currency-column"),
        pytest.param("item,amount_year,%\nSalary,120000,\nFGSP,,0.105%\n", id="per-cent"),
    ],
)  # fmt: skip
def test_columns_of_several_languages_give_the_same_amounts_a_year(examined, text):
    assert quoted(examined(text)) == pytest.approx({"Salary": 120_000, "FGSP": 126})


def test_amounts_in_another_currency_are_converted(examined):
    text = "item,amount_year,currency\nSalary,120000,PLN\nEOR fee,1000,USD\n"
    found = examined(text)
    # Tables: 3.9418 zloty per dollar.
    assert quoted(found)["EOR fee"] == pytest.approx(3_941.8)


def test_a_workbook_holds_a_percentage_as_a_fraction(tmp_path):
    book = Workbook()
    for row in (("Item", "Per year", "Rate"), ("Salary", 120_000, None), ("EOR fee", None, 0.12)):
        book.active.append(row)
    book.save(tmp_path / "quote.xlsx")
    found = examine_file(str(tmp_path / "quote.xlsx"), "PL", 120_000)
    assert quoted(found) == {"Salary": 120_000, "EOR fee": pytest.approx(14_400)}
    assert "Items with per cent only are taken as per cent of the salary." in found.notes


def test_headings_within_the_table_are_said_and_not_counted(examined):
    found = examined("item,amount_year\nSalary,120000\nEmployer costs:,\nFGSP,120\n")
    assert quoted(found) == {"Salary": 120_000, "FGSP": 120}
    assert "Rows without an amount are taken as headings: Employer costs." in found.notes


def test_a_data_frame_is_a_quote_too():
    frame = pd.DataFrame({"item": ["Salary", "FGSP"], "monthly": [10_000, 10]})
    assert quoted(examine_file(frame, "PL", 120_000)) == {"Salary": 120_000, "FGSP": 120}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("item,amount\nSalary,1\n", "column 'amount' does not say for which time; "
                     "call it amount_month or amount_year", id="no-period"),
        pytest.param("item,per month,comment\nSalary,1,x\n", "column 'comment' is not known",
                     id="unknown-column"),
        pytest.param("what,per month\nSalary,1\n", "column 'what' is not known", id="no-item"),
        pytest.param("per month,per year\n1,12\n", "no column is called item", id="no-items"),
        pytest.param("item,currency\nSalary,PLN\n", "no column is called amount_month",
                     id="no-amounts"),
        pytest.param("item,monthly,per month\nSalary,1,1\n", "are all amount_month; keep one",
                     id="twice"),
        pytest.param('item,per month\nSalary,"1,234"\n', "line 2: amount_month is '1,234'",
                     id="separators"),
        pytest.param('item,per month\nSalary,"1,234"\n', ": write 1234 or 1.234",
                     id="what-to-write"),
        pytest.param("item,per month,per year\nSalary,100,1300\n",
                     "line 2: amount_month makes 1,200 a year, but amount_year is 1,300",
                     id="month-and-year"),
        pytest.param("item,per month\n,100\n", "line 2: item is empty", id="empty-item"),
        pytest.param("item,per month\n--,100\n", "item is '--'; it must have a word", id="no-word"),
        pytest.param("item,per year,currency\nSalary,1,PLZ\n",
                     "line 2: currency is 'PLZ'; it must be", id="currency"),
        pytest.param("item,per year\nSalary,\n", "it has no items with an amount", id="nothing"),
        pytest.param("item,per year\nTotal,100\n", "nothing but totals", id="only-totals"),
        pytest.param("item,per year\n", "it has no items", id="no-rows"),
    ],
)  # fmt: skip
def test_what_is_wrong_gives_one_message_with_the_place(examined, text, words):
    with pytest.raises(ShorewiseError) as error:
        examined(text)
    assert words in str(error.value)


def test_a_workbook_of_several_sheets_needs_a_choice(tmp_path):
    book = Workbook()
    book.active.append(["Item", "Per year"])
    book.active.append(["Salary", 120_000])
    book.create_sheet("Notes").append(["Valid for 30 days"])
    book.save(tmp_path / "quote.xlsx")
    with pytest.raises(ShorewiseError, match=r"it has 2 sheets, .*; choose one with query"):
        examine_file(str(tmp_path / "quote.xlsx"), "PL", 120_000)
    found = examine_file(str(tmp_path / "quote.xlsx"), "PL", 120_000, query="Sheet")
    assert quoted(found) == {"Salary": 120_000}
