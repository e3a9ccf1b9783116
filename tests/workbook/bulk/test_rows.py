"""Rows of a table: parts, and file names that are there twice."""

import pickle

import numpy as np
import pandas as pd
import pytest

from shorewise.workbook.bulk.partition_rows import (
    FILLED,
    STAMPED,
    FileNames,
    Rows,
    cut,
    partition_size,
    rows_of,
)
from shorewise.workbook.bulk.table_frames import Fault


def repeated(*parts):
    names = FileNames()
    return [names.repeated(list(ids)) for ids in parts]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "a"),
        ("a", "A"),
        ("a/b", "a:b"),
        ("a", "a."),
        ("Straße", "STRASSE"),
        ("CON", "_con"),
        ("\u00e9", "e\u0301"),
    ],
)
def test_the_second_id_with_the_same_file_name_is_marked_as_repeated(first, second):
    assert repeated([first, "other", second]) == [(2,)]
    assert repeated([first, "other"], ["third", second]) == [(), (1,)]
    assert repeated([first], [second], [second, "x", "X"]) == [(), (0,), (0, 2)]


def test_repeated_names_are_found_anywhere_at_eight_bytes_a_name():
    rng, names, seen = np.random.default_rng(1), FileNames(), set()
    for numbers in rng.integers(0, 40_000, (60, 500)).tolist():
        ids = [f"S{n}" for n in numbers]
        expected = []
        for at, one in enumerate(ids):
            if one in seen:
                expected.append(at)
            seen.add(one)
        assert names.repeated(ids) == tuple(expected)
    size = len(pickle.dumps(names))
    assert 8 * len(seen) < size < 8 * len(seen) + 12 * 200, "a few arrays of eight bytes a name"


def test_selected_rows_keep_track_of_repeated_ids_above_them():
    table = pd.DataFrame({"scenario": ["a", "b", "A", "c"], "x": range(4)})
    found = [(one.numbers[0], one.repeated) for one in rows_of(table, 2, only=["A", "c"])]
    assert found == [(3, (0,)), (4, ())]
    assert [one.repeated for one in rows_of(table.drop(columns="scenario"), 2)] == [(), ()]


@pytest.mark.parametrize(
    ("rows", "workbook_rows", "draws", "size"),
    [
        (300, 0, 0, 1000),  # 300 results take no time
        (300, 0, 512, 4),
        (300, 0, 8192, 2),
        (100, 0, 8192, 1),
        (300, STAMPED, 0, 32),
        (10_000, STAMPED, 0, 64),
        (100_000, STAMPED, 0, 512),
        (1_000_000, STAMPED, 512, 1000),
        (None, STAMPED, 0, 128),
        (3_000, FILLED, 0, 256),
    ],
)
def test_a_partition_has_fewer_rows_where_each_takes_long(rows, workbook_rows, draws, size):
    assert partition_size(rows, workbook_rows, draws) == size


def test_rows_are_cut_with_their_numbers_repeated_ids_and_faults():
    frame = pd.DataFrame({"scenario": [*"abcbe"]})
    table = [Rows(frame, (3,), (2, 3, 5, 6, 7), (Fault(2, "x", "?", "a number"),))]
    first, second, third = cut(table, 2)
    assert [part.frame["scenario"].tolist() for part in (first, second, third)] == [
        ["a", "b"],
        ["c", "b"],
        ["e"],
    ]
    assert [part.numbers for part in (first, second, third)] == [(2, 3), (5, 6), (7,)]
    assert [part.repeated for part in (first, second, third)] == [(), (1,), ()]
    assert (first.faults, second.faults) == ((), (Fault(0, "x", "?", "a number"),))
