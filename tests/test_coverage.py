"""docs/coverage.md: every item of the two articles is there once; its names and tests exist."""

import functools
import re
from pathlib import Path

from shorewise import udfs
from shorewise.cli import main
from shorewise.engine import default_model, presets
from shorewise.engine.lists import CHECKLIST_NAMES, LISTS
from shorewise.engine.tables import rows
from tests.support.for_each import for_each
from tests.support.paths import ROOT
from tests.support.written_workbooks import default_book

ITEMS = [f"S0-{n:02d}" for n in range(1, 65)] + [f"S3-{n:02d}" for n in range(1, 90)]
CONTRADICTIONS = [f"C-{n}" for n in range(1, 6)]
PAGE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "coverage.md").read_text().splitlines()
    if re.match(r"\| (S[03]|C)-", line)
]
EACH_ROW = for_each("row", PAGE, ids=[row[0] for row in PAGE])


def ids(text):
    """The items of a first cell; a range stands for each of its own."""
    first, _, last = text.partition(" to ")
    if not last:
        return [first]
    return ITEMS[ITEMS.index(first) : ITEMS.index(last) + 1]


def ticked(cell):
    return re.findall(r"`([^`]+)`", cell)


@functools.cache
def known():
    """All that a row may name beside files of the repository."""
    model = default_model()
    return {
        *model.inputs,
        *model.lines,
        *(entry.key for entry in LISTS),
        *CHECKLIST_NAMES,
        *(f"preset {name}" for name in presets()),
        *udfs.__all__,
        *(f"shorewise {name}" for name in main.list_commands(None)),
        *(sheet.title for sheet in default_book().sheets),
    }


def sources(name):
    """What a table or checklist gives as sources, if they are items of the articles."""
    if name in CHECKLIST_NAMES:
        return [row["source"] for row in rows("questions.csv") if row["checklist"] == name]
    if name.startswith("engine/tables/"):
        return [row.get("source", "") for row in rows(Path(name).name)]
    return []


def test_every_item_is_listed_once():
    assert [item for row in PAGE for item in ids(row[0])] == ITEMS + CONTRADICTIONS


@EACH_ROW
def test_every_row_has_four_filled_cells(row):
    assert len(row) == 4
    assert all(row)


@EACH_ROW
def test_every_name_in_the_table_exists(row):
    for name in ticked(row[2]):
        assert name in known() or (ROOT / name).is_file(), name


@EACH_ROW
def test_a_table_or_checklist_has_the_item_among_its_sources(row):
    for name in ticked(row[2]):
        found = ", ".join(sources(name))
        if re.search(r"\bS[03]-", found) and row[0] not in CONTRADICTIONS:
            assert set(ids(row[0])) <= set(re.findall(r"S[03]-\d\d", found)), name


@EACH_ROW
def test_a_row_names_tests_that_exist_or_says_that_it_is_prose(row):
    assert row[3].startswith("prose: ") or ticked(row[3])
    for name in ticked(row[3]):
        path, _, function = name.partition("::")
        assert f"\ndef {function}(" in (ROOT / path).read_text(), name


@EACH_ROW
def test_a_row_with_a_test_names_where_the_item_is_implemented(row):
    assert ticked(row[2]) or row[3].startswith("prose: ")


def test_contradictions_are_those_on_the_guide_sheet():
    assert [row["id"] for row in rows("contradictions.csv")] == CONTRADICTIONS
