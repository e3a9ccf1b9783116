"""A workbook of each shape of scenario."""

import pytest

from tests.support.generated_workbooks import CASES, made


@pytest.fixture(params=CASES)
def file(request):
    return made(request.param)
