"""Memory that is kept: a process that must give it back stops doing so."""

import os
import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from shorewise.workbook.bulk.memory import keep_freed

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(1 << 18) + 1  # 2 MB, twice
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

first = faults()
keep_freed()
faults()
print(first, faults())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's own")
def test_blocks_reuse_the_same_memory_even_in_a_dask_worker():
    said = subprocess.run(
        [sys.executable, "-c", FAULTS],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"MALLOC_TRIM_THRESHOLD_": "65536"},
    ).stdout
    given_back, kept = map(int, said.split())
    assert given_back > 5_000
    assert kept < 500
