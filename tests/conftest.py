"""Tests keep nothing in the folders of whoever runs them."""

import gc
import os
import sys

from tests.support.paths import ROOT

os.environ["SHOREWISE_CACHE"] = ""  # no compiled templates
# Hundreds of commands and worker processes are started: where an environment keeps no bytecode,
# compiling pandas and openpyxl again in each of them took a third of the time.
sys.dont_write_bytecode, sys.pycache_prefix = False, str(ROOT / "build" / "bytecode")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
# Thousands of tests and opened workbooks live long; walking them again and again took an eighth
# of the time.
gc.set_threshold(100_000, 20, 20)
