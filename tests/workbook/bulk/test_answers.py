"""Answers of a run: their order, columns, types, and the dictionary beside them."""

import csv

import pandas as pd
import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from shorewise.engine import DomainError
from shorewise.workbook.bulk import combined_files, results_workbook, run, runner
from tests.support.bulk_runs import BASE, lines
from tests.support.bulk_runs import run as bulk

# Rows of different shapes, which are computed apart; two of them are wrong.
TABLE = pd.DataFrame(
    {
        "scenario": ["E", "D", "wrong", "C", "B", "A", "also"],
        "horizon_months": [6, 12, 6, 6, 24, 12, 99999],
        "currency": ["USD", "EUR", "EUR", "", "USD", "", "USD"],
        "discount_rate": ["0.1", "0.1", "7", "0.2", "0.1", "0.3", "0.1"],
        "region": ["=1+1", "-x", "@y", "a\nb", "\tt", '"q", "r"', "+z"],
        "weight": ["1", "2.5", "", "-3", "4e5", "0", "7"],
        "code": ["1", "2", "", "4", "5", "6", "7"],
        "zip": ["01", "2", "3", "4", "5", "6", "7"],
    }
)
KEEP = ("region", "weight", "code", "zip")
ORDER = ["E", "D", "C", "B", "A"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("answers") / "out"
    TABLE.to_csv(place.with_suffix(".csv"), index=False)
    summary = bulk(place.with_suffix(".csv"), place, size=4, options=options(), bom=True)
    assert (summary.scenarios, summary.problems) == (5, 2)
    return place


def options():
    return runner.TableOptions(keep=KEEP)


def rows_of(folder, name):
    with open(folder / name, encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


def test_results_are_in_the_order_of_the_table_whatever_their_shape(folder):
    found = rows_of(folder, "results.csv")
    assert [row["scenario"] for row in found[::2]] == ORDER
    assert [row["row"] for row in found[::2]] == ["2", "3", "5", "6", "7"]
    assert [row["horizon_months"] for row in found[::2]] == ["6", "12", "6", "24", "12"]
    assert [row["currency"] for row in found[::2]] == ["USD", "EUR", "USD", "USD", "USD"]
    assert {row["verdict"] for row in found[::2]} == {""}
    assert {row["verdict"] for row in found[1::2]} <= {"trap", "marginal", "advantage"}


def test_kept_texts_like_formulas_are_neutralised_with_an_apostrophe_and_numbers_stay(folder):
    found = rows_of(folder, "results.csv")[::2]
    # The tab is a space at the edge of a cell, which reading removes.
    assert [row["region"] for row in found] == ["'=1+1", "'-x", "a\nb", "t", '"q", "r"']
    assert [row["weight"] for row in found] == ["1", "2.5", "-3", "4e5", "0"]
    wrong = rows_of(folder, "errors.csv")
    assert [(row["row"], row["scenario"], row["region"]) for row in wrong] == [
        ("4", "wrong", "'@y"),
        ("8", "also", "'+z"),
    ]
    assert [row["column"] for row in wrong] == ["discount_rate", "horizon_months"]


def test_parquet_and_workbook_are_typed_and_have_the_texts_as_they_are(folder):
    binary = pd.read_parquet(folder / "results.parquet")
    assert binary["region"][::2].tolist() == ["=1+1", "-x", "a\nb", "t", '"q", "r"']
    schema = parquet.read_schema(folder / "results.parquet")
    kinds = {name: str(schema.field(name).type) for name in schema.names}
    expected = {
        "scenario": "string", "row": "int64", "horizon_months": "int64", "verdict": "string",
        "recommended": "bool", "npv": "double", "break_even_month": "double",
        "weight": "double", "code": "int64", "zip": "string", "region": "string",
    }  # fmt: skip
    assert {name: kinds[name].removeprefix("large_") for name in expected} == expected
    assert schema.field("npv").metadata[b"unit"] == b"currency"
    sheet = load_workbook(folder / "results.xlsx")["Results"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert [*head] == [*binary.columns]
    cells = binary.astype(object).where(binary.notna(), None)
    cells["recommended"] = ["yes" if one else "no" for one in binary["recommended"]]
    assert [[*row] for row in rows] == cells.to_numpy().tolist()


def test_the_dictionary_has_every_column_of_results_and_errors_in_their_order(folder):
    about = rows_of(folder, "dictionary.csv")
    for table in ("results", "errors"):
        columns = [*rows_of(folder, f"{table}.csv")[0]]
        assert [one["column"] for one in about if one["table"] == table] == columns
    assert all(one["label"] and one["meaning"].endswith(".") for one in about)
    types = {one["column"]: one["type"] for one in about if one["table"] == "results"}
    assert [types[name] for name in KEEP] == ["text", "number", "whole number", "text"]
    names = load_workbook(folder / "results.xlsx").sheetnames
    assert names == ["Results", "Dictionary"]


def test_every_csv_file_starts_with_a_byte_order_mark_where_asked(folder, tmp_path):
    names = ("results.csv", "errors.csv", "dictionary.csv")
    bulk(TABLE[["scenario"]], tmp_path)
    for name in names:
        assert (folder / name).read_bytes()[:3] == b"\xef\xbb\xbf"
        assert (tmp_path / name).read_bytes()[:3] != b"\xef\xbb\xbf"


def test_a_workbook_of_many_results_is_left_out_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(combined_files, "ROWS_MAX", 9)
    notes = []
    bulk(TABLE[["scenario"]].head(4), tmp_path, on_note=notes.append)
    assert (tmp_path / "results.xlsx").exists()
    assert notes == []
    bulk(TABLE[["scenario"]].head(5), tmp_path, on_note=notes.append)
    assert not (tmp_path / "results.xlsx").exists()
    assert notes == ["more than 9 rows of results: results.xlsx is not written"]
    assert len(lines(tmp_path)) == 10
    assert results_workbook.ROWS_MAX == 10_000


def test_parts_are_given_out_in_order_also_if_an_earlier_run_made_some(tmp_path):
    table = TABLE[["scenario"]]
    bulk(table, tmp_path, size=2)
    (tmp_path / "part-00001" / "manifest.json").unlink()
    parts = [*run(table, tmp_path, BASE, workbooks=False, partition=2)]
    assert [part.name for part in parts] == [f"part-{n:05d}" for n in range(4)]
    found = [one for part in parts for one in part.results()["scenario"].unique()]
    assert found == TABLE["scenario"].tolist()


@pytest.mark.parametrize("name", ["row", "Value", "plan", "npv_p50"])
def test_a_kept_column_never_has_the_name_of_a_column_of_ours(name, tmp_path):
    table = TABLE[["scenario"]].assign(**{name: 1})
    with pytest.raises(DomainError, match=f"keep is '{name}', which results or errors have"):
        bulk(table, tmp_path / "out", options=runner.TableOptions(keep=(name,)), draws=64)
    assert not (tmp_path / "out").exists()
