"""Rows of a table: parts, and file names that are there twice."""

import numpy as np
import pandas as pd
import pytest

from shorewise.workbook.bulk.partition_rows import FileNames, rows_of


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
def test_the_second_of_two_ids_with_one_file_name_is_repeated(first, second):
    assert repeated([first, "other", second]) == [(2,)]
    assert repeated([first, "other"], ["third", second]) == [(), (1,)]
    assert repeated([first], [second], [second, "x", "X"]) == [(), (0,), (0, 2)]


def test_names_are_found_wherever_they_were_and_cost_eight_bytes():
    rng, names, seen = np.random.default_rng(1), FileNames(), set()
    for numbers in rng.integers(0, 40_000, (60, 500)).tolist():
        ids = [f"S{n}" for n in numbers]
        expected = []
        for at, one in enumerate(ids):
            if one in seen:
                expected.append(at)
            seen.add(one)
        assert names.repeated(ids) == tuple(expected)
    assert sum(known.nbytes for known in names._known) == 8 * len(seen)
    assert len(names._known) < 12


def test_a_part_of_each_id_knows_the_rows_above():
    table = pd.DataFrame({"scenario": ["a", "b", "A", "c"], "x": range(4)})
    found = [(one.numbers[0], one.repeated) for one in rows_of(table, 2, only=["A", "c"])]
    assert found == [(3, (0,)), (4, ())]
    assert [one.repeated for one in rows_of(table.drop(columns="scenario"), 2)] == [(), ()]
