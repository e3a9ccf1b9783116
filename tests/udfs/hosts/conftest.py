"""One running server for all tests that do not need settings of their own."""

import pytest

from tests.support.addin_server import NO_KEY, running


@pytest.fixture(scope="session")
def server():
    if NO_KEY:
        pytest.skip("xlwings' Office.js conversion needs XLWINGS_LICENSE_KEY")
    with running() as one:
        yield one
