"""Tests keep nothing in the folders of whoever runs them."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections import Counter

from tests.support.paths import ROOT
from tests.support.soak import SOAK

# Every process of a session keeps compiled templates in one folder: of the hundreds of workbooks
# that commands write, most have one of a few shapes.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["SHOREWISE_CACHE"] = tempfile.mkdtemp(prefix="shorewise-tests-")
    atexit.register(shutil.rmtree, os.environ["SHOREWISE_CACHE"], ignore_errors=True)
# Hundreds of commands and worker processes are started: where an environment keeps no bytecode,
# compiling pandas and openpyxl again in each of them took a third of the time.
sys.dont_write_bytecode, sys.pycache_prefix = False, str(ROOT / "build" / "bytecode")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
# Thousands of tests and opened workbooks live long; walking them again and again took an eighth
# of the time.
gc.set_threshold(100_000, 20, 20)


def pytest_collection_modifyitems(config, items) -> None:
    """Leave to ``make soak`` what is marked for it, but for the first cases that a mark keeps."""
    if SOAK:
        return
    seen = Counter()
    kept, left = [], []
    for item in items:
        mark = item.get_closest_marker("soak")
        test = item.nodeid.partition("[")[0]
        seen[test] += 1
        is_left = mark is not None and seen[test] > mark.kwargs.get("keep", 0)
        (left if is_left else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_collection_finish() -> None:
    """Leave the tests themselves out of every further walk: they live to the end."""
    gc.collect()
    gc.freeze()
