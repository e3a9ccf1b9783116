"""Files for xlwings Lite, which runs Python inside Excel: one main.py, or two files and a wheel."""

import base64
import importlib
import io
import zipfile
from importlib.metadata import version
from pathlib import Path

from .folder import AddinError

_REQUIRED = ("numpy", "scipy", "xlwings")
_MAIN = '''"""The functions of Shorewise {version} in xlwings Lite."""

from shorewise.udfs import *
'''
# SciPy is used by simulations alone, which say so where it is missing.
_ONE_FILE = '''"""The functions of Shorewise {version} in xlwings Lite: this file is all of it.

Paste it over main.py. The tab requirements.txt must have these lines:

{required}
"""

import base64
import importlib.util
import io
import sys
import tempfile
import zipfile

if importlib.util.find_spec("numpy") is None:
    raise ImportError("Shorewise needs these lines in the tab requirements.txt: {words}")
_PACKAGE = """
{package}
"""
_FOLDER = tempfile.mkdtemp(prefix="shorewise-")
with zipfile.ZipFile(io.BytesIO(base64.b85decode(_PACKAGE.replace("\\n", "")))) as _archive:
    _archive.extractall(_FOLDER)
sys.path.insert(0, _FOLDER)

from shorewise.udfs import *
'''
# What functions in cells need: of the workbook only the formulas that they show.
_PACKAGES = (
    "shorewise", "shorewise.engine", "shorewise.udfs", "shorewise.workbook",
    "shorewise.workbook.trace",
)  # fmt: skip
_WHOLE = ("shorewise.engine",)  # with the packages below it
_BARE = ("shorewise", "shorewise.workbook")  # without their modules
_KINDS = (".py", ".csv", ".toml")


def lite_files(wheel: str | None = None) -> dict[str, bytes]:
    """What to paste into xlwings Lite, by the names of its tabs.

    Parameters
    ----------
    wheel : str, optional
        URL of a wheel of Shorewise, which requirements.txt then names; by default main.py
        contains the package itself.

    Returns
    -------
    dict of str to bytes
        ``main.py`` alone, or with ``requirements.txt``.

    Raises
    ------
    AddinError
        Not an https URL of a wheel.
    """
    now = version("shorewise")
    if wheel is None:
        package = base64.b85encode(_package(now)).decode("ascii")
        text = _ONE_FILE.format(
            version=now,
            required="\n".join(_REQUIRED),
            words=", ".join(_REQUIRED),
            package="\n".join(package[at : at + 100] for at in range(0, len(package), 100)),
        )
        return {"main.py": text.encode("ascii")}
    if not (wheel.startswith("https://") and wheel.endswith(".whl")):
        raise AddinError(f"{wheel}: the URL of a wheel must start with https:// and end in .whl")
    if any(letter.isspace() for letter in wheel):
        raise AddinError(f"{wheel!r}: the URL of a wheel must not contain spaces")
    return {
        "main.py": _MAIN.format(version=now).encode(),
        # SciPy is listed by name, because the URL of a wheel cannot have an extra.
        "requirements.txt": f"xlwings\nscipy\n{wheel}\n".encode(),
    }


def _package(now: str) -> bytes:
    """A zip of the modules and tables that functions in cells need."""
    contents = {
        f"shorewise-{now}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: shorewise\nVersion: {now}\n".encode()
        )
    }
    for package in _PACKAGES:
        folder = Path(str(importlib.import_module(package).__file__)).parent
        is_whole = package in _WHOLE
        for path in folder.rglob("*") if is_whole else folder.glob("*"):
            if path.suffix in _KINDS and (path.name == "__init__.py" or package not in _BARE):
                name = path.relative_to(folder).as_posix()
                contents[f"{package.replace('.', '/')}/{name}"] = path.read_bytes()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            archive.writestr(
                zipfile.ZipInfo(name), contents[name], zipfile.ZIP_DEFLATED, compresslevel=9
            )
    return data.getvalue()
