"""Workbooks one by one: those that a run writes, as they are asked for."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest

from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk import bulk, partition, workbooks
from shorewise.workbook.bulk.partition_rows import rows_of
from tests.support.bulk_runs import BASE, table_of, tree
from tests.support.recorded_calls import recorded_calls


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    monkeypatch.setenv("SHOREWISE_CACHE", "")


@pytest.mark.soak
def test_the_workbooks_equal_those_of_a_run(tmp_path):
    table = table_of(5).assign(horizon_months=["6", "", "7", "6", "7"])
    bulk(table, tmp_path, BASE)
    files = {f"part-00000/workbooks/{one}.xlsx": data for one, data in workbooks(table, BASE)}
    assert len(files) == 5
    assert files == {name: data for name, data in tree(tmp_path).items() if "workbooks/" in name}


def test_an_invalid_row_raises_or_is_reported_to_the_caller():
    table = table_of(4)
    table.loc[[1, 3], ["discount_rate", "scenario"]] = [["much", "S1"], ["0.1", "s0"]]
    with pytest.raises(WorkbookError, match=r"^table: row 2: discount_rate is 'much'; it must be "):
        next(workbooks(table, BASE))
    told = []
    found = [one for one, _ in workbooks(table, BASE, on_problem=told.append)]
    assert found == ["S0", "S2"]
    assert [(one.row, one.column) for one in told] == [(2, "discount_rate"), (4, "scenario")]
    chosen = workbooks(table, BASE, only=["S2", "S0"], limit=3)
    assert [one for one, _ in chosen] == ["S0", "S2"]


def test_workbooks_are_made_lazily():
    with recorded_calls(rows_of) as calls:
        made = workbooks(table_of(2_500), BASE)
        assert [one for one, _ in itertools.islice(made, 3)] == ["S0", "S1", "S2"]
        assert len(calls) == 1, "only the first part of the table was read"
        made.close()


@pytest.mark.soak
def test_a_scenario_with_an_infinite_figure_is_built_by_itself(monkeypatch):
    table = table_of(3)
    expected = dict(workbooks(table, BASE))
    fill = partition.CompiledBook.filled

    def broken(self, values, said):
        yield from itertools.islice(fill(self, values, said), 1)
        if not values:  # a book that was described with its values has no gap
            return
        raise partition.UnboundValueError("npv is inf")

    monkeypatch.setattr(partition.CompiledBook, "filled", broken)
    found = dict(workbooks(table, BASE))
    assert list(found) == list(expected)
    assert found["S0"] == expected["S0"]
    assert all(data[:2] == b"PK" for data in found.values())


def differing_parts(one, other):
    """Where two workbooks differ: a part and its first difference, or how it is compressed."""
    if one == other:
        return []
    found = []
    with ZipFile(BytesIO(one)) as left, ZipFile(BytesIO(other)) as right:
        for name in left.namelist():
            first, second = left.read(name), right.read(name)
            if first != second:
                at = next(n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)
                found.append((name, first[at - 60 : at + 30], second[at - 60 : at + 30]))
            elif left.getinfo(name).compress_size != right.getinfo(name).compress_size:
                found.append((name, "compressed differently"))
    return found or ["compressed differently, to the same size"]


def test_threads_can_fill_one_template_at_once():
    tables = [table_of(40, seed=seed) for seed in (1, 2)]
    expected = [dict(workbooks(table, BASE)) for table in tables]
    with ThreadPoolExecutor(2) as threads:
        found = [*threads.map(lambda table: dict(workbooks(table, BASE)), tables)]
    for one, other in zip(found, expected, strict=True):
        assert [*one] == [*other]
        differing = {name: differing_parts(one[name], other[name]) for name in one}
        assert {name: parts for name, parts in differing.items() if parts} == {}
    assert not np.array_equal(list(expected[0].values()), list(expected[1].values()))
