"""A workbook of each shape of scenario."""

import pytest

from shorewise.workbook.code_version import code_hash
from tests.support.generated_workbooks import CASES, made


@pytest.fixture(params=CASES)
def file(request):
    return made(request.param)


@pytest.fixture
def use_version(tmp_path_factory):
    """A function that installs a version of a package that shows in reports, or None of it."""
    with pytest.MonkeyPatch.context() as patch:

        def use(version):
            patch.undo()
            if version:
                folder = tmp_path_factory.mktemp("site")
                (folder / f"lxml-{version}.dist-info").mkdir()
                (folder / f"lxml-{version}.dist-info" / "METADATA").write_text(
                    f"Metadata-Version: 2.1\nName: lxml\nVersion: {version}\n"
                )
                patch.syspath_prepend(folder)
            code_hash.cache_clear()

        yield use
    code_hash.cache_clear()
