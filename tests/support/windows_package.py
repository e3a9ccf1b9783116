"""Stand-ins for what the package for Windows is made of: an embeddable Python, and small wheels.

They have the layout of the real files and none of their content: no test needs a download.
"""

import base64
import hashlib
import zipfile
from importlib.metadata import version

from tests.support.paths import ROOT

PYTHON = "python-3.12.9-embed-amd64.zip"
DESKTOP = "shorewise/udfs/hosts/desktop.py"
LIBRARY = "xlwings64-0.37.8.dll"


def embeddable(folder, name=PYTHON, leave_out=()):
    """A zip like CPython's embeddable one."""
    names = {"python.exe", "pythonw.exe", "python312.dll", "python312.zip", "LICENSE.txt"}
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for one in sorted(names - {*leave_out}):
            archive.writestr(one, one)
        archive.writestr("python312._pth", "python312.zip\n.\n#import site\n")
    return path


def wheel(folder, name, number, tag="py3-none-any", files=None, metadata=(), damaged=False):
    """A wheel with the given files, further lines of metadata, and a RECORD of its own."""
    info = f"{name}-{number}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {number}", *metadata]
    contents = dict(files or {f"{name}/__init__.py": b""}) | {
        f"{info}/METADATA": "\n".join([*lines, ""]).encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        f"{info}/licenses/LICENSE": f"licence of {name}".encode(),
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n".encode(),
    }
    record = []
    for one, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record.append(f"{one},sha256={digest},{len(data)}")
    if damaged:
        contents[next(iter(contents))] = b"damaged"
    path = folder / f"{name}-{number}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in contents.items():
            archive.writestr(one, data)
        archive.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,", ""]))
    return path


def wheels(folder, leave_out=(), more=()):
    """A folder with wheels of Shorewise, NumPy, xlwings, pywin32, colorama, and nothing else."""
    folder.mkdir()
    desktop = (ROOT / "udfs" / "hosts" / "desktop.py").read_bytes()
    numpy = 'numpy>=2.1; platform_machine == "AMD64"'
    wanted = [numpy, "xlwings>=0.33", 'scipy; extra == "uncertainty"', 'uvloop; os_name == "posix"']
    described = {
        "shorewise": (
            version("shorewise"),
            "py3-none-any",
            {"shorewise/__init__.py": b"", DESKTOP: desktop},
            [f"Requires-Dist: {one}" for one in wanted] + ["Requires-Python: >=3.11"],
        ),
        "numpy": ("2.1.0", "cp312-cp312-win_amd64", None, ["License-Expression: BSD-3-Clause"]),
        "xlwings": (
            "0.37.8",
            "cp312-cp312-win_amd64",
            {"xlwings/__init__.py": b"", f"xlwings-0.37.8.data/data/{LIBRARY}": b"library"},
            ['Requires-Dist: pywin32>=224; platform_system == "Windows"'],
        ),
        "pywin32": (
            "306",
            "cp312-cp312-win_amd64",
            {"pywin32.pth": b"", "pywin32-306.data/scripts/postinstall.py": b"#!python\n"},
            ["Classifier: License :: OSI Approved :: Python Software Foundation License"],
        ),
    }
    for name, (number, tag, files, metadata) in described.items():
        if name not in leave_out:
            wheel(folder, name, number, tag, files, metadata)
    for arguments in more:
        wheel(folder, *arguments)
    return folder
