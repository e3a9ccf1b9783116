"""The small workbook is, part by part, what was last looked at; `make golden` remakes it."""

import difflib
import shutil

import pytest

from tests.support import golden_workbook

ADVICE = "if this was meant: make golden, and look at its diff"


@pytest.mark.parametrize("name", sorted(golden_workbook.kept()))
def test_part_is_as_it_was_kept(name):
    old, new = golden_workbook.kept()[name], golden_workbook.made().get(name, "")
    lines = (text.splitlines(keepends=True) for text in (old, new))
    diff = "".join(difflib.unified_diff(*lines, "kept", "made now", n=1))
    if diff:
        shown = diff if len(diff) < 4_000 else diff[:4_000] + "\n..."
        pytest.fail(f"{name} differs; {ADVICE}\n{shown}", pytrace=False)


def test_there_are_no_other_parts():
    assert sorted(golden_workbook.made()) == sorted(golden_workbook.kept()), ADVICE


def test_the_files_are_small():
    sizes = [file.stat().st_size for file in golden_workbook.FOLDER.rglob("*.*")]
    assert sum(sizes) < 300_000


def test_remaking_restores_what_was_changed_lost_or_added(tmp_path, monkeypatch):
    monkeypatch.setattr(golden_workbook, "FOLDER", tmp_path / "golden")
    shutil.copytree(golden_workbook.SCENARIO.parent, tmp_path / "golden")
    before = golden_workbook.kept()
    first, second = sorted(before)[:2]
    (tmp_path / "golden" / first).write_text("changed", "utf-8")
    (tmp_path / "golden" / second).unlink()
    (tmp_path / "golden" / "parts" / "old.txt").write_text("gone", "utf-8")
    golden_workbook.remake()
    assert golden_workbook.kept() == golden_workbook.made()
