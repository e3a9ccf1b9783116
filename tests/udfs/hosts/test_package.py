"""The package for Windows, put together from stand-ins of Python and of wheels."""

import hashlib
import io
import zipfile

import pytest
from openpyxl import load_workbook

from shorewise.udfs.hosts import AddinError, excel_files
from shorewise.udfs.hosts.package import write_package
from tests.support.windows_package import DESKTOP, LIBRARY, embeddable, wheel, wheels

INTERPRETER = r"%LOCALAPPDATA%\Programs\Shorewise\0.1.0\python\pythonw.exe"
SITE = "python/Lib/site-packages"


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    return embeddable(folder), wheels(folder / "wheels")


@pytest.fixture(scope="module")
def package(parts, tmp_path_factory):
    return contents(write_package(tmp_path_factory.mktemp("out") / "package", *parts))


def test_python_finds_the_libraries_and_nothing_else(package):
    assert package["python/python312._pth"].split() == [
        b"python312.zip", b".", rb"Lib\site-packages", b"import", b"site",
    ]  # fmt: skip
    assert package[f"{SITE}/numpy/__init__.py"] == b""
    assert package[f"{SITE}/{DESKTOP}"].startswith(b'"""')


def test_the_library_of_xlwings_is_beside_the_interpreter_where_its_macros_look(package):
    assert package[f"python/{LIBRARY}"] == b"library"
    record = package[f"{SITE}/xlwings-0.37.8.dist-info/RECORD"].decode()
    assert f"\n../../{LIBRARY},sha256=" in f"\n{record}"


def test_no_command_with_a_path_of_this_computer_is_in_it(package):
    assert not [name for name in package if "scripts" in name.lower()]
    records = [data for name, data in package.items() if name.endswith("/RECORD")]
    assert len(records) == 4
    assert not any(b"postinstall" in data or b"/tmp" in data for data in records)


def test_the_workbook_names_the_installed_python_of_its_version(package):
    book = load_workbook(io.BytesIO(package["workbook/shore_functions.xlsm"]))
    rows = book["xlwings.conf"].iter_rows(max_col=2, values_only=True)
    assert dict(rows)["Interpreter_Win"] == INTERPRETER


def test_every_file_is_listed_with_its_hash(package):
    lines = package.pop("SHA256SUMS").decode().splitlines()
    expected = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in package.items()]
    assert sorted(lines) == sorted(expected)
    package["SHA256SUMS"] = "".join(f"{line}\n" for line in lines).encode()


def test_scripts_and_notes_are_ascii_with_windows_line_ends(package):
    names = [name for name in package if name.endswith((".cmd", ".txt")) and "/" not in name]
    assert len(names) == 5
    for name in names:
        package[name].decode("ascii")
        assert package[name].count(b"\n") == package[name].count(b"\r\n") > 2


def test_licences_and_hashes_of_all_parts_are_in_the_notice(package, parts):
    notice = package["NOTICE.txt"].decode()
    for path in (parts[0], *parts[1].iterdir()):
        assert f"{path.name}\r\n  SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in notice
    assert notice.count("licence BSD-3-Clause") == 1
    assert package["licences/numpy-2.1.0/LICENSE"] == b"licence of numpy"
    assert sum(name.startswith("licences/") for name in package) == 4


def test_the_same_parts_give_the_same_bytes_in_a_folder_and_in_a_zip(parts, package, tmp_path):
    for name in ("first.zip", "second.zip"):
        write_package(tmp_path / name, *parts, zipped=True)
    first = (tmp_path / "first.zip").read_bytes()
    assert first == (tmp_path / "second.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == package
        assert archive.namelist() == sorted(package)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.zip", "second.zip"]


def test_a_workbook_saved_by_excel_is_taken_as_it_is(parts, tmp_path):
    """As far as can be told here: the list of modules that Excel keeps is added to its macros."""
    plain = excel_files(INTERPRETER)["shore_functions.xlsm"]
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        saved = {name: archive.read(name) for name in archive.namelist()}
    saved["xl/vbaProject.bin"] += b"Module=xlwings_udfs"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, part in saved.items():
            archive.writestr(name, part)
    (tmp_path / "signed.xlsm").write_bytes(data.getvalue())
    made = contents(write_package(tmp_path / "out", *parts, workbook=tmp_path / "signed.xlsm"))
    assert {name: made[name] for name in made if name.startswith("workbook/")} == {
        "workbook/shore_functions.xlsm": data.getvalue()
    }
    assert b"Alt+F11" not in made["README.txt"]


def test_a_workbook_of_another_python_is_refused(parts, tmp_path):
    (tmp_path / "a.xlsm").write_bytes(excel_files()["shore_functions.xlsm"])
    with pytest.raises(AddinError, match=r"Interpreter_Win .* is python; it must be %LOCALAPPDATA"):
        write_package(tmp_path / "out", *parts, workbook=tmp_path / "a.xlsm")
    (tmp_path / "b.xlsm").write_bytes(b"no workbook")
    with pytest.raises(AddinError, match="not a workbook with the macros"):
        write_package(tmp_path / "out", *parts, workbook=tmp_path / "b.xlsm")


@pytest.mark.parametrize(
    ("leave_out", "more", "message"),
    [
        (["shorewise"], [], "has no wheel of shorewise"),
        (["pywin32"], [], r'no wheel of pywin32; in .*: pip download .*win_amd64 .*"pywin32>=224"'),
        (["numpy", "xlwings"], [], "no wheel of numpy, xlwings; in that folder run"),
        (["numpy"], [("numpy", "1.26.4", "cp312-cp312-win_amd64")], "needs numpy>=2.1; remove it"),
        ([], [("six", "1.0", "cp311-cp311-win_amd64")], "does not fit Python 3.12.9 on win_amd64"),
        ([], [("six", "1.0", "cp312-cp312-linux_x86_64")], "does not fit Python 3.12.9"),
        ([], [("six", "1.0"), ("six", "2.0")], "two wheels of six; keep one"),
        ([], [("six", "1.0", "py3-none-any", None, ["Requires-Python: <3"])], "needs Python <3"),
        ([], [("six", "1.0", "py3-none-any", None, ["Requires-Dist: ((("])], "are damaged"),
        ([], [("six", "1.0", "py3-none-any", None, (), True)], "a damaged wheel"),
        ([], [("six", "1.0", "py3-none-any", {"numpy/__init__.py": b""})], "has the same file"),
        ([], [("six", "1.0", "py3-none-any", {"../../../evil.py": b""})], "a damaged wheel"),
        ([], [("six", "1.0", "py3-none-any", {"six/ü.py": b""})], "a file of this name"),
        ([], [("six", "1.0", "py3-none-any", {f"{'x' * 120}.py": b""})], "at most 200"),
    ],
)
def test_wheels_that_do_not_fit_or_are_missing_are_one_clear_error(
    tmp_path, leave_out, more, message
):
    folder = wheels(tmp_path / "wheels", leave_out, more)
    with pytest.raises(AddinError, match=message):
        write_package(tmp_path / "out", embeddable(tmp_path), folder)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("evil.py"))


def test_requirements_of_extras_count_where_a_wheel_asks_for_them(tmp_path):
    more = [("six", "1.0", "py3-none-any", None, ["Requires-Dist: shorewise[uncertainty]"])]
    folder = wheels(tmp_path / "wheels", more=more)
    with pytest.raises(AddinError, match="no wheel of scipy"):
        write_package(tmp_path / "out", embeddable(tmp_path), folder)
    wheel(folder, "scipy", "1.15")
    write_package(tmp_path / "out", embeddable(tmp_path), folder)


def test_a_wheel_of_another_version_of_shorewise_is_refused(tmp_path):
    folder = wheels(tmp_path / "wheels", ["shorewise"], [("shorewise", "9.9")])
    with pytest.raises(AddinError, match=r"the workbook is written by Shorewise 0\.1\.0"):
        write_package(tmp_path / "out", embeddable(tmp_path), folder)


@pytest.mark.parametrize(
    ("name", "leave_out", "message"),
    [
        ("python.zip", (), "not named as python.org names"),
        ("python-3.12.9-embed-amd64.zip", ("pythonw.exe",), "has no pythonw.exe"),
        ("python-3.13.1-embed-amd64.zip", (), "has no python313.dll"),
    ],
)
def test_a_file_that_is_no_embeddable_python_is_refused(tmp_path, parts, name, leave_out, message):
    with pytest.raises(AddinError, match=message):
        write_package(tmp_path / "out", embeddable(tmp_path, name, leave_out), parts[1])


@pytest.mark.parametrize("home", ["", "Shorewise", r"C:\x" + "\\", r"\\server\x", r"C:\Größe"])
def test_a_home_that_is_no_folder_of_windows_is_refused(tmp_path, parts, home):
    with pytest.raises(AddinError, match="a home of the installation begins with"):
        write_package(tmp_path / "out", *parts, home=home)


def test_nothing_is_ever_overwritten(tmp_path, parts):
    (tmp_path / "out").mkdir()
    with pytest.raises(AddinError, match="exists already"):
        write_package(tmp_path / "out", *parts)
    with pytest.raises(AddinError, match="there is no folder"):
        write_package(tmp_path / "no" / "out", *parts)
