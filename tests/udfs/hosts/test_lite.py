"""The two files for xlwings Lite, and what xlwings finds in them."""

import os
import subprocess
import sys

import pytest

from shorewise import udfs
from shorewise.udfs.hosts import AddinError, lite_files
from tests.support.addin_server import NO_KEY

WHEEL = "https://example.com/shorewise-0.1.0-py3-none-any.whl"


def test_the_requirements_name_the_package_or_a_wheel():
    assert lite_files()["requirements.txt"] == b"xlwings\nscipy\nshorewise==0.1.0\n"
    assert lite_files(WHEEL)["requirements.txt"].decode() == f"xlwings\nscipy\n{WHEEL}\n"


@pytest.mark.parametrize("wheel", ["", "http://a/b.whl", "https://a/b.zip", "https://a/b c.whl"])
def test_an_address_that_is_not_a_wheel_is_refused(wheel):
    with pytest.raises(AddinError, match="URL of a wheel"):
        lite_files(wheel)


@pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js part needs XLWINGS_LICENSE_KEY")
def test_the_main_file_registers_every_function_with_xlwings(tmp_path):
    (tmp_path / "main.py").write_bytes(lite_files()["main.py"])
    script = (
        "import main; print(*[n for n in dir(main) if hasattr(getattr(main, n), '__xlfunc__')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"XLWINGS_ON_SERVER": "true", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert sorted(run.stdout.split()) == sorted(udfs.__all__)
