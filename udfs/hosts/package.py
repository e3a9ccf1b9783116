"""One folder or zip that installs the functions on Windows: Python, libraries, workbook, scripts.

It is put together on any computer, without a network, from CPython's embeddable Python and a folder
of wheels. The same files give the same bytes.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from importlib.metadata import version as installed_version
from importlib.resources import files as resources
from pathlib import Path, PurePosixPath, PureWindowsPath

from .desktop import ABOUT, SUMS
from .excel import BOOK, excel_files
from .folder import AddinError
from .wheels import SITE, Target, Wheel, read_wheels, unpack

HOME = r"%LOCALAPPDATA%\Programs\Shorewise"
_NAME = "shorewise"
_PATH_MAX = 200  # characters of a path on the computer of a user; Windows allows 259
# What homes begin with, and the longest that may stand for it: names of users have 20 characters.
_ROOTS = {
    "%localappdata%": rf"C:\Users\{'n' * 20}\AppData\Local",
    "%programfiles%": r"C:\Program Files",
}
_EMBEDDABLE = re.compile(r"python-(3\.\d+\.\d+)-embed-(amd64|arm64)\.zip")
_WORKBOOK = f"workbook\\{BOOK}"
_SCRIPTS = ("Install.cmd", "Uninstall.cmd", "shorewise.cmd")
_WRAPPERS = "xlwings_udfs"
_IMPORT = """\
  4. Once: press Alt+F11 and import xlwings_udfs.bas and shorewise_macros.bas from the folder
     "workbook" (File, Import File); save the workbook under a name of your own.
"""


def write_package(
    out: str | Path,
    python: str | Path,
    wheels: str | Path,
    *,
    workbook: str | Path | None = None,
    home: str = HOME,
    zipped: bool = False,
) -> Path:
    """Write the package for Windows as a folder, or as one zip.

    Parameters
    ----------
    out : path
        The folder, or the zip; it must not exist.
    python : path
        CPython's embeddable zip for Windows, under the name that python.org gives it.
    wheels : path
        A folder of wheels: Shorewise and all that it requires.
    workbook : path, optional
        The macro workbook as saved by Excel, with the wrappers imported, and signed or not;
        by default one without the wrappers.
    home : str
        The folder on users' computers that gets a folder for each version.
    zipped : bool
        Whether to write a zip.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    AddinError
        A file is missing or does not fit, a path would be too long, or ``out`` exists.
    """
    out = Path(out)
    if os.path.lexists(out):
        raise AddinError(f"{out}: exists already; name another, or remove it")
    if not out.parent.is_dir():
        raise AddinError(f"{out}: there is no folder {out.parent}")
    target, interior = _embeddable(Path(python))
    found = read_wheels(wheels, target, _NAME)
    version = _version(found)
    interpreter = rf"{_home(home)}\{version}\python\pythonw.exe"
    books = _books(interpreter, workbook)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
        root = Path(scratch) / "package"
        _write_all(root / "python", interior)
        unpack(found, root / "python")
        texts = _texts(version, target, home, python, found, with_macros=len(books) == 1)
        _write_all(root, {f"workbook/{name}": data for name, data in books.items()} | texts)
        _finish(root, rf"{home}\{version}")
        if zipped:
            _zip(root, Path(scratch) / "package.zip")
        os.rename(Path(scratch) / ("package.zip" if zipped else "package"), out)
    return out


def _embeddable(path: Path) -> tuple[Target, dict[str, bytes]]:
    """What an embeddable zip is for, and its files, with the folder of wheels on its path."""
    match = _EMBEDDABLE.fullmatch(path.name)
    if match is None:
        raise AddinError(
            f"{path}: not named as python.org names the embeddable Python, such as "
            "python-3.12.10-embed-amd64.zip; get that file and keep its name"
        )
    stem = "python" + "".join(match[1].split(".")[:2])
    try:
        with zipfile.ZipFile(path) as archive:
            files = {e.filename: archive.read(e) for e in archive.infolist() if not e.is_dir()}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise AddinError(f"{path}: cannot be read as a zip: {error}") from None
    for name in ("python.exe", "pythonw.exe", f"{stem}.dll", f"{stem}._pth"):
        if name not in files:
            raise AddinError(f"{path}: has no {name}, so it is not an embeddable Python {match[1]}")
    site = str(PureWindowsPath(SITE))
    files[f"{stem}._pth"] = f"{stem}.zip\r\n.\r\n{site}\r\nimport site\r\n".encode()
    return Target(match[1], f"win_{match[2]}"), files


def _version(wheels: list[Wheel]) -> str:
    """The version of Shorewise among the wheels, which must be the one that writes the workbook."""
    wheel = next(one for one in wheels if one.name == _NAME)
    running = installed_version(_NAME)
    if str(wheel.version) != running:
        raise AddinError(
            f"{wheel.path}: the workbook is written by Shorewise {running}; take the wheel of "
            "that version, or the Shorewise of the wheel"
        )
    return running


def _home(home: str) -> str:
    known = home.lower().startswith(tuple(f"{one}\\" for one in _ROOTS))
    drive = re.match(r"[A-Za-z]:\\[^\\]", home)
    if not (known or drive) or home.endswith("\\") or not home.isascii() or '"' in home:
        raise AddinError(
            f"{home!r}: a home of the installation begins with %LOCALAPPDATA%\\, %ProgramFiles%\\ "
            r"or a drive such as C:\ and has only ASCII letters; it ends without a \ "
        )
    return home


def _books(interpreter: str, workbook: str | Path | None) -> dict[str, bytes]:
    """The workbook, and the files to import into it where it has no wrappers yet."""
    if workbook is None:
        return excel_files(interpreter)
    from ...workbook.errors import WorkbookError
    from ...workbook.macro_settings import read_macro_settings

    try:
        data = Path(workbook).read_bytes()
        settings = read_macro_settings(data, _WRAPPERS)
    except OSError as error:
        raise AddinError(f"{workbook}: cannot be read: {error.strerror or error}") from None
    except WorkbookError as error:
        raise AddinError(f"{workbook}: {error}") from None
    if settings.interpreter != interpreter:
        raise AddinError(
            f"{workbook}: Interpreter_Win on sheet xlwings.conf is {settings.interpreter}; it must "
            f"be {interpreter}"
        )
    if not settings.has_wrappers:
        raise AddinError(
            f"{workbook}: has no module {_WRAPPERS}; import {_WRAPPERS}.bas in Excel and save it"
        )
    return {BOOK: data}


def _texts(
    version: str,
    target: Target,
    home: str,
    python: str | Path,
    wheels: list[Wheel],
    *,
    with_macros: bool,
) -> dict[str, bytes]:
    """Scripts, notes and licences, by path; lines end as on Windows."""
    folder = resources(__package__) / "windows"
    scripts = {name: (folder / name).read_text("ascii") for name in _SCRIPTS}
    readme = (
        (folder / "README.txt")
        .read_text("ascii")
        .format(
            version=version,
            home=home,
            python=target.version,
            import_step="" if with_macros else _IMPORT,
        )
    )
    texts = scripts | {"README.txt": readme, "NOTICE.txt": _notice(Path(python), wheels)}
    about = {"version": version, "home": home, "workbook": _WORKBOOK.replace("\\", "/")}
    licences = {
        f"licences/{name}": data for one in wheels for name, data in one.licence_files().items()
    }
    return {
        **{name: text.replace("\n", "\r\n").encode("ascii") for name, text in texts.items()},
        **licences,
        ABOUT: json.dumps(about, indent=1).encode("ascii"),
    }


def _notice(python: Path, wheels: list[Wheel]) -> str:
    """What the package is made of: file, SHA-256 and licence of Python and of each wheel."""
    digest = hashlib.sha256(python.read_bytes()).hexdigest()
    lines = [
        "What this package contains. The files are as their publishers made them, except for the",
        "path in python\\python*._pth. Texts of licences are in the folder licences.",
        "",
        f"{python.name}\n  SHA-256 {digest}\n  licence PSF-2.0, python\\LICENSE.txt",
    ]
    for one in wheels:
        licence = one.licence.encode("ascii", "replace").decode()
        lines.append(f"{one.path.name}\n  SHA-256 {one.digest}\n  licence {licence}")
    return "\n".join([*lines, ""])


def _write_all(root: Path, contents: dict[str, bytes]) -> None:
    for name, data in contents.items():
        if not _is_plain(name):
            raise AddinError(f"{name}: a file of this name cannot be part of the package")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _is_plain(name: str) -> bool:
    """Whether a name is a relative path with slashes, below the folder where it is written."""
    parts = PurePosixPath(name).parts
    odd = set(name) & set('\\:*?"<>|') or not name.isascii() or not name.isprintable()
    return bool(parts) and not odd and ".." not in parts and not name.startswith("/")


def _finish(root: Path, home: str) -> None:
    """Write the list of hashes, after a check of all names and of their length when installed."""
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    start = home
    for variable, longest in _ROOTS.items():
        if home.lower().startswith(variable):
            start = longest + home[len(variable) :]
    lines = []
    for name in names:
        if not _is_plain(name):
            raise AddinError(f"{name}: Windows or its scripts cannot hold a file of this name")
        if len(start) + 1 + len(name) > _PATH_MAX:
            raise AddinError(
                f"{name}: its path would have {len(start) + 1 + len(name)} characters in {start}; "
                f"at most {_PATH_MAX} are allowed: choose a shorter home"
            )
        lines.append(f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\n")
    (root / SUMS).write_bytes("".join(lines).encode("ascii"))


def _zip(root: Path, out: Path) -> None:
    """A zip of a folder: sorted, with the earliest date that a zip can hold."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        for name in sorted(names):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            with archive.open(entry, "w") as target, open(root / name, "rb") as source:
                shutil.copyfileobj(source, target, 1 << 20)
