"""The one file for xlwings Lite, or the two with a wheel, and what xlwings finds in them."""

import json
import os
import subprocess
import sys

import pytest

from shorewise import udfs
from shorewise.udfs.calling import call
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.hosts import AddinError, lite_files
from tests.support.addin_server import NO_KEY

WHEEL = "https://example.com/shorewise-0.1.0-py3-none-any.whl"


def test_requirements_name_a_wheel_and_stand_in_the_head_of_the_one_file():
    assert lite_files(WHEEL)["requirements.txt"].decode() == f"xlwings\nscipy\n{WHEEL}\n"
    assert [*lite_files()] == ["main.py"]
    head = lite_files()["main.py"].decode("ascii").split('"""')[1]
    assert head.endswith("requirements.txt must have these lines:\n\nnumpy\nscipy\nxlwings\n")
    assert lite_files() == lite_files()


@pytest.mark.parametrize("wheel", ["", "http://a/b.whl", "https://a/b.zip", "https://a/b c.whl"])
def test_an_address_that_is_not_a_wheel_is_refused(wheel):
    with pytest.raises(AddinError, match="URL of a wheel"):
        lite_files(wheel)


# Runs main.py without the installed package, as where only NumPy, SciPy and xlwings are there.
ALONE = """
import json, sys
from pathlib import Path
sys.meta_path[:] = [one for one in sys.meta_path if "editable" not in repr(one)]
import main, shorewise
from shorewise.udfs.calling import call
from shorewise.udfs.functions import FUNCTIONS
print(json.dumps({
    "from": shorewise.__file__,
    "found": [n for n in dir(main) if hasattr(getattr(main, n), "__xlfunc__")],
    "answers": {one.name: repr(call(one, *one.example)) for one in FUNCTIONS},
}))
"""


@pytest.mark.soak
@pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js part needs XLWINGS_LICENSE_KEY")
def test_the_one_file_registers_every_function_and_computes_as_the_package(tmp_path):
    (tmp_path / "main.py").write_bytes(lite_files()["main.py"])
    run = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=tmp_path,
        env=os.environ
        | {"XLWINGS_ON_SERVER": "true", "PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["from"].startswith(str(tmp_path))
    assert sorted(told["found"]) == sorted(udfs.__all__)
    expected = {one.name: repr(call(one, *one.example)) for one in FUNCTIONS}
    assert told["answers"] == expected
