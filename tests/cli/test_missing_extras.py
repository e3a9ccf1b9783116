"""A command that needs an extra says so at once, before it reads or writes anything."""

import configparser
import importlib.util
import os
import re
import sys
from importlib.metadata import distribution, packages_distributions

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.engine.errors import PACKAGES
from tests.support.paths import ROOT

NO_FILE = "no-such-file"


@pytest.mark.parametrize(
    ("package", "arguments", "needed"),
    [
        ("formualizer", ["calc", f"{NO_FILE}.xlsx"], "computing a workbook needs: {calc}"),
        ("scipy", ["simulate", f"{NO_FILE}.toml"], "a simulation needs: {uncertainty}"),
        ("scipy", ["compare", NO_FILE, "--simulate", "64"], "a simulation needs: {uncertainty}"),
        ("scipy", ["sensitivity", NO_FILE, "--indices"], "an index needs: {uncertainty}"),
        ("scipy", ["bulk", NO_FILE, "-o", "out", "--simulate", "64"], "needs: {uncertainty}"),
        ("matplotlib", ["simulate", NO_FILE, "--plot", "a.svg"], "a plot needs: {plot}"),
        ("matplotlib", ["sensitivity", NO_FILE, "--plot", "a.svg"], "a plot needs: {plot}"),
        ("pyarrow", ["bulk", f"{NO_FILE}.parquet", "-o", "out"], "Parquet needs: {parquet}"),
        ("pyarrow", ["actuals", NO_FILE, f"{NO_FILE}.parquet"], "Parquet needs: {parquet}"),
        ("pyarrow", ["countries", "--check", "a.parquet"], "Parquet needs: {parquet}"),
        ("pyarrow", ["quote", "a.parquet", "--country", "PL", "--salary", "1"], "{parquet}"),
        ("sqlalchemy", ["bulk", "sqlite:///a.db", "-o", "out"], "a database needs: {sql}"),
        ("zstandard", ["bulk", "a.csv.zst", "-o", "out"], ".zst needs: pip install zstandard"),
        ("fsspec", ["bulk", NO_FILE, "-o", "gs://a/b"], "a URL needs: {remote}"),
        ("s3fs", ["bulk", NO_FILE, "-o", "s3://a/b"], "an S3 bucket needs: {s3}"),
        ("distributed", ["bulk", NO_FILE, "-o", "out", "--scheduler", "tcp://a:1"],
         "a Dask scheduler needs: {dask}"),
        ("xlwings_server", ["addin", "serve", NO_FILE], "xlwings Server needs: {server}"),
    ],
)  # fmt: skip
def test_a_missing_extra_is_one_line_with_how_to_install_it(
    package, arguments, needed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    found = CliRunner().invoke(main, arguments)
    quote = '"' if os.name == "nt" else "'"
    named = re.sub(r"{(\w+)}", rf"pip install {quote}shorewise[\1]{quote}", needed)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.endswith(f"{named}\n")
    assert found.stderr.count("\n") == 1
    assert [*tmp_path.iterdir()] == []


def test_each_extra_is_recognised_by_a_package_that_it_installs():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    makers = packages_distributions()
    for extra, package in PACKAGES.items():
        wanted = re.findall(r"^([\w-]+)", extras[extra], re.MULTILINE)
        assert importlib.util.find_spec(package), f"{package} is not installed for the tests"
        names = {distribution(name).metadata["Name"].lower() for name in makers[package]}
        assert names & {name.lower() for name in wanted} or extra == "dask", extra
