"""Tables as people have them: however the same table is written, it is the same, or refused."""

import codecs
import datetime
import gzip
import io
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from shorewise.engine import Scenario
from shorewise.engine.errors import DomainError, ShorewiseError
from shorewise.engine.reading.numerals import numeral
from shorewise.engine.reading.text_encoding import encoding_of
from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk import problems_of
from shorewise.workbook.bulk.column_names import ColumnNames
from shorewise.workbook.bulk.columns import Columns
from shorewise.workbook.bulk.partition_rows import rows_of
from shorewise.workbook.bulk.table_options import TableOptions

BASE = Scenario.from_dict(
    {
        "name": "Small",
        "horizon_months": 12,
        "sizing": "heads",
        "roles": ["QA", "Développeur"],
        "sites": [{"name": "Home"}, {"name": "Kraków"}],
        "plans": [
            {"name": "Stay", "heads": {"Home": {"QA": 4}}},
            {"name": "Go", "heads": {"Kraków": {"QA": 4}}},
        ],
    },
    "base",
)
RATE, SALARY = "discount_rate", "site.Kraków.salary"


def read(source, **options):
    """Numbers that each row sets, by its own number, and problems, in a table of few rows."""
    chosen, notes = TableOptions(**options), []
    names = ColumnNames(BASE, chosen)
    (rows,) = rows_of(source, options=chosen, names=names, on_note=notes.append)
    columns = Columns(list(rows.frame.columns), BASE, "table")
    more = (rows.numbers, rows.repeated, rows.faults, rows.kept, rows.decimal)
    blocks, problems = columns.blocks(rows.frame, *more)
    found = {}
    for block in blocks:
        for n, row in enumerate(block.rows):
            values = block.scenario(n).values
            found[row] = {one.name: one.address.get(values).ravel()[0] for one in columns.columns}
    return found, [(one.row, one.column, one.allowed) for one in problems], "; ".join(notes)


def written(tmp_path, text, encoding="utf-8", name="t.csv"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return tmp_path / name


MONEY, SHARE = "site.Home.salary", "discount_rate"


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("8%", "", "0.08"),
        ("8,5 %", "", "0.085"),
        ("0,08", "", "0.08"),
        (".5", "", "0.5"),
        ("$60,000.00", "", "60000"),
        ("60.000,00 €", "", "60000"),
        ("EUR 60'000", "", "60000"),
        ("kr. 60 000", "", "60000"),
        ("60\u202f000,5 zł", "", "60000.5"),
        ("1,234,567", "", "1234567"),
        ("12,34,567", "", "1234567"),
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("1,234", ".", "1234"),
        ("80.000", ",", "80000"),
        ("(1,200.50)", "", "-1200.50"),
        ("1200.50-", "", "-1200.50"),
        ("\u22125", "", "-5"),
        ("CHF 1'200.-", "", "1200"),
        ("1.200,\u2014 €", "", "1200"),
        ("(1'200.--)", "", "-1200"),
        ("1.200,-", ".", ""),
        ("1.5e3", "", "1500"),
        ("48.0", "", "48"),
        ("1.234", "", "1234 or 1.234"),
        ("1,234", "", "1234 or 1.234"),
        ("0,5", ".", ""),
        ("1.5", ",", ""),
        ("1,234.5", ",", ""),
        ("12,345,67", "", ""),
        ("1 23", "", ""),
        ("1.2.3", "", ""),
        ("1,234.567,8", "", ""),
        ("01.02.2027", "", ""),
        ("(5", "", ""),
        ("--5", "", ""),
        ("(-5)", "", ""),
        ("$5 €", "", ""),
        ("½", "", ""),
        ("²", "", ""),
        ("1_000", "", ""),
        ("0x10", "", ""),
        ("", "", ""),
    ],
)
def test_a_number_is_read_where_it_has_one_reading(text, decimal, expected):
    numbers = [f"{number.normalize():f}" for number in numeral(text, decimal).numbers]
    wanted = [f"{float(one):f}".rstrip("0").rstrip(".") for one in expected.split(" or ") if one]
    assert numbers == wanted


@pytest.mark.parametrize(
    ("column", "text", "allowed"),
    [
        (MONEY, "€80,000.00", "an amount in USD, the currency of the row; convert it, or give"),
        (MONEY, "8%", "1 or more, up to 1e+12, without a percent sign"),
        (SHARE, "$0.08", "between 0 and 1, without the sign of a currency"),
        (MONEY, "60k", "1 or more, up to 1e+12: write 60000"),
        (SHARE, "108%", "between 0 and 1"),
        (SHARE, "8", "between 0 and 1; if a percentage is meant, write 8% or 0.08"),
        (SHARE, "n/a", "between 0 and 1, or empty to keep the value of the base"),
        (MONEY, "\u2013", "1 or more, up to 1e+12, or empty to keep the value of the base"),
        (MONEY, "#NV", "1 or more, up to 1e+12, or empty to keep the value of the base"),
        (MONEY, datetime.datetime(2026, 5, 8),
         "1 or more, up to 1e+12; it is a date, which Excel makes of some numbers: format"),
        (MONEY, "60 T€", "1 or more, up to 1e+12"),
        (MONEY, "80.000",
         "1 or more, up to 1e+12: it may be 80000 or 80; write the one that is meant, or set "
         "decimal: ',' makes it 80000, '.' makes it 80"),
        ("break_even_limit", "12.5", "a whole number between 1 and 120"),
        (MONEY, "lots", "1 or more, up to 1e+12"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_read_is_refused_with_what_to_write(column, text, allowed):
    found, problems, _ = read(pd.DataFrame({"scenario": ["a", "b"], column: [text, None]}))
    assert [*found] == [2]
    ((row, name, said),) = problems
    assert (row, name) == (1, column)
    assert said.startswith(allowed)


@pytest.mark.parametrize("currency", ["", "usd", "CAD", "EUR"])
def test_the_sign_of_an_amount_agrees_with_the_currency_of_its_row(currency):
    table = pd.DataFrame({"currency": [currency], MONEY: ["$ 80,000.00"]})
    found, problems, _ = read(table)
    assert (found == {}) == (currency == "EUR")
    assert [column for _, column, _ in problems] == [MONEY] * (currency == "EUR")
    assert currency == "EUR" or found[1][MONEY] == 80_000


def test_thousands_with_both_marks_in_a_column_are_refused_whatever_the_sign():
    money = ["80.000", "80,000", "1 234,567", "80000,5"]
    found, problems, _ = read(pd.DataFrame({MONEY: money, RATE: ["0,5"] * 4}))
    assert [row for row, *_ in problems] == [1, 2]
    assert [one[MONEY] for one in found.values()] == [1234.567, 80_000.5]
    found, _, _ = read(pd.DataFrame({MONEY: money}), decimal=",")
    assert [one[MONEY] for one in found.values()] == [80_000, 80, 1234.567, 80_000.5]


def test_the_hint_of_a_number_has_the_decimal_sign_of_its_table(tmp_path):
    source = written(tmp_path, f"{RATE};{SALARY}\n0,08;80000,5\n0,09;60,5k\n")
    _, problems, _ = read(source)
    assert problems == [(3, SALARY, "1 or more, up to 1e+12: write 60500")]
    source = written(tmp_path, f"scenario;{RATE}\na;0,08\nb;12,5 bp\n")
    assert read(source)[1] == [(3, RATE, "between 0 and 1: write 0,00125")]
    later = "".join(f"{n};0,08\n" for n in range(1_200))
    (one,) = problems_of(written(tmp_path, f"scenario;{RATE}\n{later}x;0.09\n"), BASE)
    assert one.row == 1_202
    assert one.allowed == "between 0 and 1; numbers of this table have decimal commas"


# One table of numbers, and the ways in which people write it.
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32")
NUMBER = st.decimals(1, 999_999, places=2)
TABLE = st.lists(st.tuples(st.decimals(0, 1, places=3), NUMBER), min_size=2, max_size=6)


def as_written(number, decimal, style):
    """A number with a decimal sign, in one of the styles of thousands, percent and currency."""
    group = {"plain": "", "thousands": "," if decimal == "." else ".", "spaces": "\u00a0",
             "apostrophes": "\u2019", "signs": "\u00a0"}[style]  # fmt: skip
    return f"{number:,}".replace(".", "\0").replace(",", group).replace("\0", decimal)


@settings(max_examples=60, deadline=None)
@given(
    TABLE,
    st.sampled_from([";", "\t", "|", ","]),
    st.sampled_from([".", ","]),
    st.sampled_from(["plain", "thousands", "spaces", "apostrophes", "signs"]),
    st.sampled_from(ENCODINGS),
    st.booleans(),
    st.integers(0, 3),
)
def test_a_table_reads_the_same_in_every_style(
    tmp_path_factory, table, separator, decimal, style, encoding, crlf, above
):
    table = [*table, (Decimal("0.085"), Decimal("1234.56"))]  # which shows the decimal sign
    lines = [f"Étude{separator} n° 7" if n % 2 else "Étude offshore" for n in range(above)]
    lines.append(separator.join(["Scenario", "Discount Rate", f"{SALARY}.Développeur".upper()]))
    for n, (share, money) in enumerate(table):
        one = as_written(share * 100, decimal, style) + "\u00a0%"
        one = one if style == "signs" else as_written(share, decimal, style)
        other = as_written(money, decimal, style) + ("\u00a0USD" if style == "signs" else "")
        if n == 1:  # a blank line counts among the numbers of rows
            lines.append(separator * 2)
        lines.append(separator.join([f"é{n}", f'"{one}"', f'"{other}"']))
    text = ("\r\n" if crlf else "\n").join([*lines, ""])
    source = written(tmp_path_factory.mktemp("t"), text, encoding)
    found, problems, said = read(source)
    assert problems == []
    first = above + 2
    numbers = [first, *range(first + 2, first + 1 + len(table))]
    assert [*found] == numbers
    for row, (share, money) in zip(numbers, table, strict=True):
        assert [*found[row].values()] == [float(share), float(money)]
    assert ("decimal commas" in said) == (decimal == ",")
    assert ("above its head" in said) == (above > 0)


def test_a_forced_format_is_taken_and_a_wrong_one_is_refused(tmp_path):
    source = written(tmp_path, f"scenario;{SALARY}\nMünchen;80.000\n", "cp1252")
    assert read(source, decimal=",")[0][2][SALARY] == 80_000
    assert read(source, decimal="point")[0][2][SALARY] == 80
    assert read(source, separator="semicolon", decimal=".", encoding="latin-1")[1] == []
    with pytest.raises(WorkbookError, match=r"is not utf-8 \(.*; save it as CSV UTF-8, or set enc"):
        read(source, encoding="utf-8")
    with pytest.raises(WorkbookError, match="separator is only allowed for a text file"):
        read(pd.DataFrame({RATE: [0.1]}), separator=";")
    for wrong, said in (
        ({"separator": "--"}, "separator is '--'; it must be one character, such as ';', or one"),
        ({"separator": "1"}, "separator is '1'"),
        ({"decimal": ";"}, "decimal is ';'; it must be '.' or ','"),
        ({"encoding": "ansi1"}, "encoding is 'ansi1'; it must be one that Python knows"),
        ({"encoding": "base64"}, "encoding is 'base64'"),
    ):
        with pytest.raises(DomainError) as error:
            TableOptions(**wrong)
        assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("München, Größe, Zürich", "cp1252"),
        ("Orléans, qualité, Besançon", "cp1252"),
        ("São Paulo, operação", "cp1252"),
        ("80\u00a0000 €", "cp1252"),
        ("Łódź, Gdańsk, Częstochowa, Kraków", "cp1250"),
        ("Plzeň, Třebíč, Ústí", "cp1250"),
        ("Москва, инженер", "cp1251"),
        ("München, Größe, Zürich, Köln", "mac-roman"),
        ("München, Größe, Zürich, Köln", "cp850"),
        ("東京, エンジニア, 大阪, 開発", "shift_jis"),
    ],
)
def test_the_encoding_of_an_older_file_is_detected(words, encoding):
    data = f"scenario;name\na;{words}\n".encode(encoding)
    found = encoding_of(data)
    assert data.decode(found.codec) == f"scenario;name\na;{words}\n"
    assert found.label == f"encoding {found.codec}"


def test_known_names_of_columns_decide_an_encoding(tmp_path):
    text = f"scenario;{SALARY};{SALARY}.Développeur\na;1;2\n"
    for encoding in ("mac-roman", "cp850", "cp1252"):
        found, _, said = read(written(tmp_path, text, encoding))
        assert [*found[2].values()] == [1, 2], encoding
        assert f"encoding {'cp1252' if encoding == 'cp1252' else encoding}" in said


def test_text_that_mixes_encodings_is_refused(tmp_path):
    good = "scenario,discount_rate\nKraków,0.1\n".encode()
    source = written(tmp_path, good + "München,0.2\n".encode("cp1252"))
    with pytest.raises(WorkbookError, match="it is UTF-8 except for line 3; correct that line"):
        read(source)
    blank = (b" " * 100_000 + b"\n") * 43  # more than is looked at for the encoding
    source = written(tmp_path, good + blank + b"M\xfcnchen,0.2\n")
    with pytest.raises(WorkbookError, match=r"it is not UTF-8 \(.*; save it as CSV UTF-8"):
        read(source)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("DISCOUNT_RATE", RATE),
        (" Discount  rate ", RATE),
        ("Site.Kraków.Salary", SALARY),
        ("Kraków salary", SALARY),
        ("Salary (Kraków)", SALARY),
        ("Salary, Kraków, QA", f"{SALARY}.QA"),
        ("Kraków: salary, QA", f"{SALARY}.QA"),
        ("Horizon", "horizon_months"),
        ("First month", "start_month"),
        ("location", "site.Kraków.location"),
        ("Kraków country", "site.Kraków.location"),
        ("salary", None),
        ("discount rate in %", None),
        ("", None),
    ],
)
def test_heads_are_known_by_label_and_in_any_letter_case(head, name):
    assert ColumnNames(BASE, TableOptions()).named(head) == name


def test_two_heads_of_one_column_are_refused_and_renamed_ones_are_said(tmp_path):
    source = written(tmp_path, "Scenario,Discount rate,DISCOUNT_RATE\na,1,1\n")
    with pytest.raises(WorkbookError, match="column 'discount_rate' is there twice"):
        read(source)
    source = written(tmp_path, "Scenario,Discount rate,Salary (Kraków)\na,0.1,1\n")
    assert read(source)[2] == f"took 'Salary (Kraków)' as {SALARY}"


def test_zeros_behind_a_mark_are_nothing_and_columns_may_differ(tmp_path):
    text = f"scenario;{RATE};{MONEY};horizon_months\na;8,5 %;1,000.5;48.0\nb;0,1;1.234;48,00\n"
    found, problems, said = read(written(tmp_path, text))
    assert found[2] == {RATE: 0.085, MONEY: 1000.5}
    assert [(row, column) for row, column, _ in problems] == [(3, MONEY)]
    assert said == "read with semicolons between cells"
    found, problems, _ = read(written(tmp_path, f"scenario;{MONEY}\na;80,5\nb;48.0\nc;0.00\n"))
    assert [one[MONEY] for one in found.values()] == [80.5, 48]
    assert problems == [(4, MONEY, "1 or more, up to 1e+12")]


def test_the_first_sheet_with_names_of_columns_is_read(tmp_path):
    book = Workbook()
    book.active["A1"] = "About this file"
    book.create_sheet("Empty")
    for rate, title in ((0.75, "Hidden"), (0.25, "Cases"), (0.5, "Older cases")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title == "Hidden" else "visible"
        sheet["B3"], sheet["C3"], sheet["B4"], sheet["C4"] = "Scenario", "discount rate", "a", rate
    book.save(tmp_path / "t.xlsx")
    found, problems, said = read(tmp_path / "t.xlsx")
    assert (found, problems) == ({4: {RATE: 0.25}}, [])
    assert said.startswith("read sheet Cases, the first with names of columns")
    del book["Sheet"], book["Empty"]
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx") == (found, problems, said)


TITLES = [
    ("Offshore study", "", ""),
    ("prepared by", "finance", "0.5"),
    ("", "", ""),
    ("scenario", "Discount rate", "horizon_months"),
    ("A", "8%", "48.0"),
    ("", " ", ""),
    ("B", "0.12", ""),
]


@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.tsv", "t.csv.gz", "t.xlsx"])
def test_titles_above_the_head_are_skipped_and_rows_keep_their_numbers(tmp_path, name):
    if name == "t.xlsx":
        book = Workbook()
        for row in TITLES:
            book.active.append([cell or None for cell in row])
        book.save(tmp_path / name)
        source = tmp_path / name
    else:
        separator = "\t" if "tsv" in name else ";"
        lines = [separator.join(row) for row in TITLES]
        source = written(tmp_path, "\n".join(lines), name=name)
    found, problems, said = read(source)
    assert problems == []
    assert {row: numbers[RATE] for row, numbers in found.items()} == {5: 0.08, 7: 0.12}
    assert "skipped what is above its head in row 4" in said


def test_texts_in_a_workbook_are_read_like_those_of_a_text_file(tmp_path):
    book = Workbook()
    month = datetime.date(2027, 3, 1)
    for row in (
        ("Scenario", RATE, SALARY, "start_month", "evidence_month"),
        ("a", "8,5 %", 60_000.125, month, month),
        ("b", 0.1, "80 000,50 $", "2027-04", "2027-04"),
        ("c", 0.1, "80.000", None, None),
        ("d", 1.234, 1.5, None, None),
    ):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    found, problems, said = read(tmp_path / "t.xlsx")
    assert [numbers[RATE] for numbers in found.values()] == [0.085, 0.1, 0.1]
    assert [numbers[SALARY] for numbers in found.values()] == [60_000.125, 80_000.5, 80_000]
    assert [(row, column) for row, column, _ in problems] == [(5, RATE)]
    assert "read with decimal commas" in said


def test_months_do_not_decide_the_decimal_sign(tmp_path):
    text = f"scenario;start_month;{SALARY}\na;;80.000\nb;05.2027;80000\nc;2027-05;80,000\n"
    said = "it may be 80000 or 80"
    table = pd.read_csv(io.StringIO(text), sep=";", dtype=str)
    for source, first in ((written(tmp_path, text), 2), (table, 1)):
        found, problems, _ = read(source)
        assert found == {}
        assert [(row, column) for row, column, allowed in problems if said in allowed] == [
            (first, SALARY), (first + 2, SALARY),
        ]  # fmt: skip


def test_the_number_of_a_role_stands_whichever_column_comes_first(tmp_path):
    every, one = SALARY, f"{SALARY}.QA"
    for heads, cells in ((f"{every};{one}", "60000;50000"), (f"{one};{every}", "50000;60000")):
        source = written(tmp_path, f"{heads};{every}.Développeur\n{cells};\n")
        found, problems, _ = read(source)
        assert (found[2][one], found[2][f"{every}.Développeur"]) == (50_000, 60_000)
        assert problems == []


def test_booleans_are_yes_and_no(tmp_path):
    column = "site.Kraków.established"
    words = {"TRUE": 1, "wahr": 1, "Vrai": 1, "ja": 1, "yes": 1, "FALSCH": 0, "non": 0, "0": 0}
    lines = "".join(f"{n};{word}\n" for n, word in enumerate(words))
    found, problems, _ = read(written(tmp_path, f"scenario;{column}\n{lines}z;x\n"))
    assert [one[column] for one in found.values()] == [*words.values()]
    assert problems == [(10, column, "one of no (0), yes (1)")]
    for kind in ("bool", "boolean", object):
        found, _, _ = read(pd.DataFrame({column: pd.Series([True, False], dtype=kind)}))
        assert [one[column] for one in found.values()] == [1, 0]
    for cells in ([True, False], np.array([0.1 + 1j, 0.2])):
        _, problems, _ = read(pd.DataFrame({RATE: cells}))
        assert [(row, column) for row, column, _ in problems] == [(1, RATE), (2, RATE)]


def test_rows_of_totals_and_ids_that_are_errors_are_no_scenarios(tmp_path):
    text = f"scenario;name;{SALARY}\na;Total cost;1\nSumme:;;1\nb;Grand Total;1\n#REF!;;1\n#1;;1\n"
    found, problems, _ = read(written(tmp_path, text))
    assert [*found] == [2, 6]
    said = [allowed.partition(";")[0] for *_, allowed in problems]
    assert said == ["the id of a scenario"] * 2 + ["an id"]
    assert [(row, column) for row, column, _ in problems] == [(n, "scenario") for n in (3, 4, 5)]


def test_rows_that_set_no_input_are_said(tmp_path):
    rows = [("a", 0.1), ("Europe", None), ("b", 0.2), (None, None), ("* a note", None)]
    said = "a row that sets no input is a scenario with the values of the base: row "
    table = pd.DataFrame(rows, columns=["scenario", RATE])
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_excel(tmp_path / "t.xlsx", index=False)
    for source, row in ((table, 2), (tmp_path / "t.csv", 3), (tmp_path / "t.xlsx", 3)):
        found, problems, notes = read(source)
        assert notes == f"{said}{row}"
        assert [one[RATE] for one in found.values()] == [0.1, 0.1, 0.2]
        assert [number for number, *_ in problems] == [row + 3]


def test_merged_and_hidden_cells_and_totals_of_tables_never_pass_in_silence(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (
        ("Study", None, None),
        ("scenario", RATE, SALARY),
        ("a", 0.1, 1),
        ("b", None, 2),
        ("c", 0.3, 3),
        ("Asia", None, None),
        ("d", 0.4, 4),
        (None, None, 10),
    ):
        sheet.append(row)
    for area in ("A1:C1", "B3:B4", "A6:C6"):
        sheet.merge_cells(area)
    sheet.row_dimensions[5].hidden = True
    for column in "CZ":  # the second is empty
        sheet.column_dimensions[column].hidden = True
    table = Table(displayName="Cases", ref="A2:C8", totalsRowCount=1)
    sheet.add_table(table)
    table._initialise_columns()
    for column, cell in zip(table.tableColumns, sheet[2], strict=True):
        column.name = cell.value
    book.save(tmp_path / "t.xlsx")
    found, problems, said = read(tmp_path / "t.xlsx")
    assert {row: tuple(numbers.values()) for row, numbers in found.items()} == {
        3: (0.1, 1), 5: (0.3, 3), 7: (0.4, 4),
    }  # fmt: skip
    merged = "a cell of its own; it is merged with {}: unmerge the cells and fill in each"
    assert problems == [
        (4, RATE, merged.format("B3")), (6, RATE, merged.format("A6")),
        (6, SALARY, merged.format("A6")),
    ]  # fmt: skip
    assert said.endswith(
        "hidden rows are read like the others: row 5; "
        "hidden columns are read like the others: column C"
    )


def test_ledgers_have_the_same_freedom(tmp_path):
    from shorewise.workbook.bulk.ledger_files import table_rows

    text = "Ledger of März;;\n\nmonth;group;amount\n1;pay;1.234,50\n2;pay;2.000\n"
    rows = [*table_rows(written(tmp_path, text, "cp1252", "ledger.txt"), None, "ledger")]
    assert [(row.where, row.cells["amount"], row.decimal) for row in rows] == [
        ("line 4", "1.234,50", ","), ("line 5", "2.000", ","),
    ]  # fmt: skip


def test_no_bytes_end_in_anything_but_a_table_or_one_error(tmp_path):
    rng = np.random.default_rng(1)
    start = b"scenario;discount_rate\n"
    for n in range(60):
        noise = bytes(rng.integers(0, 256, rng.integers(0, 60), dtype=np.uint8))
        data = (b"", start, codecs.BOM_UTF16_LE, codecs.BOM_UTF8 + start)[n % 4] + noise
        said = ""
        try:
            problems_of(written(tmp_path, data), BASE)
        except ShorewiseError as error:
            said = str(error)
        assert "\n" not in said
        assert len(said) < 400
