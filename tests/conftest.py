"""Tests keep nothing in the folders of whoever runs them."""

import gc
import os

os.environ["SHOREWISE_CACHE"] = ""  # no compiled templates
# Thousands of tests and opened workbooks live long; walking them again and again took an eighth
# of the time.
gc.set_threshold(100_000, 20, 20)
