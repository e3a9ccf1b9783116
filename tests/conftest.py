"""Tests keep nothing in the folders of whoever runs them."""

import os

os.environ["SHOREWISE_CACHE"] = ""  # no compiled templates
