"""One running server for all tests that do not need settings of their own."""

import os

import pytest

from tests.support.addin_server import running

# xlwings' Office.js part asks for a key; that for noncommercial use is given by who runs the tests.
NO_KEY = not os.environ.get("XLWINGS_LICENSE_KEY") and not os.environ.get("SHOREWISE_TEST_ALL")


@pytest.fixture(scope="session")
def server():
    if NO_KEY:
        pytest.skip("xlwings' Office.js conversion needs XLWINGS_LICENSE_KEY")
    with running() as one:
        yield one
