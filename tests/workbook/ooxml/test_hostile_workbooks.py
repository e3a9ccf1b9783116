"""Hostile workbooks are refused or opened within bounds of time and memory, by every reader."""

import json
import subprocess
import sys

import pytest

from tests.support.hostile_packages import HOSTILE
from tests.support.sample_scenarios import small_scenario
from tests.support.soak import SOAK
from tests.support.written_workbooks import written
from tests.support.zip_parts import changed

SECONDS_MAX = 60.0  # of processor time, on the slowest machine; 5 are the aim on a quiet one
BYTES_MAX = 500_000_000
OPENED = {"comment-tag", "one-text", "number-format", "hidden-rows", "far-cells"}


def opened(*paths):
    """What each reader said of each file, in a process of its own, within the bounds."""
    command = [sys.executable, "-m", "tests.support.hostile_packages", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert done.stderr == ""
    found = [json.loads(line) for line in done.stdout.splitlines()]
    readers = [4 if SOAK or number % 2 == 0 else 2 for number in range(len(paths))]
    assert len(found) == sum(readers)
    for path, use, message, seconds, peak in found:
        assert seconds < SECONDS_MAX, (path, use, seconds)
        assert peak < BYTES_MAX, (path, use, peak)
        assert len(message) < 300
        assert "openpyxl" not in message
    return {(path, use): message for path, use, message, _, _ in found}


@pytest.mark.soak
def test_a_hostile_workbook_is_refused_or_opened_in_little_time_and_memory(tmp_path):
    paths = {}
    for name, build in HOSTILE.items():
        paths[name] = tmp_path / f"{name}.xlsx"
        paths[name].write_bytes(build())
    found = opened(*paths.values())
    for name, path in paths.items():
        assert found[str(path), "read"].startswith("not a workbook made by Shorewise")
        checked = found.get((str(path), "check"), "not a workbook made by Shorewise")
        assert checked.startswith("not a workbook made by Shorewise")
        if name in OPENED:
            assert found[str(path), "read_facts"] == ""
        else:
            assert found[str(path), "read_facts"] != ""


def test_a_generated_workbook_made_hostile_is_refused_in_little_time_and_memory(tmp_path):
    real = written(small_scenario())
    hostile = {
        "xl/styles.xml": (b"<font>", b"<font/>" * 3_000_000),
        "xl/sharedStrings.xml": (b"<si>", b"<si/>" * 3_000_000),
        "xl/worksheets/sheet7.xml": (b"<row ", b"<mergeCell" + b" " * 30_000_000),
    }
    paths = []
    for n, (part, (at, inserted)) in enumerate(hostile.items()):
        paths.append(tmp_path / f"{n}.xlsx")
        paths[n].write_bytes(
            changed(real, part, lambda xml, a=at, i=inserted: xml.replace(a, i + a, 1))
        )
    assert "" not in opened(*paths).values()
