"""Compiled templates are kept between runs, and looked at before they are used again."""

import hashlib
import os
import subprocess
import sys

import pytest

from shorewise.engine import Scenario
from shorewise.workbook import compilation
from shorewise.workbook import shape_cache as cache
from shorewise.workbook.compiled_book import CompiledBook
from shorewise.workbook.layout.scenario_texts import bindings
from shorewise.workbook.ooxml.zip_writer import fast

SCENARIO = Scenario.from_dict(Scenario.default().to_dict() | {"horizon_months": 6}, "small")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture(scope="module")
def compiled():
    return compilation.compile_scenario(SCENARIO)


def stamped(template):
    values, texts = bindings(SCENARIO)
    (found,) = template.filled(values, [texts])
    return found


def test_a_cached_template_gives_the_same_bytes(compiled):
    assert stamped(CompiledBook.loaded(compiled.saved())) == stamped(compiled)


def test_a_template_changed_on_disk_is_not_loaded(compiled):
    data = compiled.saved()
    for changed in (data[:-1], data + b" ", data.replace(b"Board", b"Baord", 1), b"", b"\n"):
        assert CompiledBook.loaded(changed) is None


def test_a_second_run_compiles_no_template(folder, compiled, monkeypatch, use_version):
    compilations = []

    def counted(scenario, *_):
        compilations.append(scenario)
        return compiled

    monkeypatch.setattr(compilation, "compile_scenario", counted)
    for _ in range(2):
        assert cache.compiled_shape(SCENARIO, None, fast()).fits(SCENARIO)
    assert len(compilations) == len(list(folder.iterdir())) == 1
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:-9])
    cache.compiled_shape(SCENARIO, None, fast())
    assert len(compilations) == 2
    assert CompiledBook.loaded(kept.read_bytes()) is not None
    use_version("99.1")
    cache.compiled_shape(SCENARIO, None, fast())
    assert len(compilations) == 3


@pytest.mark.soak
def test_the_books_used_last_are_kept_and_no_more(folder):
    folder.mkdir(mode=0o700)
    for n in range(40):
        (folder / f"{n:032x}-0.json").write_bytes(b"of an earlier version")
        os.utime(folder / f"{n:032x}-0.json", (n, n))
    cache.compiled_shape(SCENARIO, None, fast())
    kept = sorted(folder.iterdir())
    assert len(kept) == 32
    assert {int(path.name[:32], 16) for path in kept} >= {*range(9, 40)}
    (own,) = [path for path in kept if int(path.name[:32], 16) > 40]
    os.utime(own, (0, 0))
    cache.compiled_shape(SCENARIO, None, fast())
    assert own.stat().st_mtime > 40


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch, compiled):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "file"))
    monkeypatch.setattr(compilation, "compile_scenario", lambda *_: compiled)
    assert cache.compiled_shape(SCENARIO, None, fast()) is compiled


@pytest.fixture
def kept(folder, compiled, monkeypatch):
    """A template that was kept, and a list of the compilations since."""
    compilations = []
    monkeypatch.setattr(
        compilation,
        "compile_scenario",
        lambda scenario, *_: compilations.append(scenario) or compiled,
    )
    cache.compiled_shape(SCENARIO, None, fast())
    compilations.clear()
    (path,) = folder.iterdir()
    return path, compilations


def poisoned(path):
    """A template that is whole, with other words in it."""
    text = path.read_bytes().partition(b"\n")[2].replace(b"Board", b"Poise")
    path.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def owned_by_another(path):
    poisoned(path)
    os.chown(path, 12_345, -1)


def folder_of_another(path):
    poisoned(path)
    os.chown(path.parent, 12_345, -1)


def writable(path, mode):
    poisoned(path)
    path.chmod(mode)


def folder_writable(path, mode):
    poisoned(path)
    path.parent.chmod(mode)


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def linked(path):
    poisoned(path)
    path.symlink_to(path.rename(path.parent.parent / "elsewhere"))


def folder_linked(path):
    poisoned(path)
    path.parent.rename(path.parent.parent / "elsewhere")
    path.parent.symlink_to(path.parent.parent / "elsewhere")


def nested(path):
    text = b"[" * 100_000
    path.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def other_json(path):
    text = b"[1, 2, 3]"
    path.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


SPOILT = {
    "a file of another user": owned_by_another,
    "a folder of another user": folder_of_another,
    "a file that the group may write": lambda path: writable(path, 0o660),
    "a file that all may write": lambda path: writable(path, 0o602),
    "a folder that the group may write": lambda path: folder_writable(path, 0o770),
    "a folder that all may write": lambda path: folder_writable(path, 0o777),
    "a pipe that nobody writes into": pipe,
    "a link": linked,
    "a folder that is a link": folder_linked,
    "a folder in its place": lambda path: (path.unlink(), path.mkdir()),
    "brackets without an end": nested,
    "something else": other_json,
    "nothing": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_template_possibly_written_by_another_user_is_compiled_again(kept, spoilt):
    path, compilations = kept
    if "another user" in spoilt and os.geteuid() != 0:
        pytest.skip("only root gives files away")
    SPOILT[spoilt](path)
    for _ in range(2):
        assert "Poisons" not in str(cache.compiled_shape(SCENARIO, None, fast()).parts)
    assert compilations


def test_only_its_owner_can_read_the_cache(kept):
    path, compilations = kept
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    cache.compiled_shape(SCENARIO, None, fast())
    assert compilations == []


def test_a_workbook_of_a_known_shape_is_written_without_openpyxl(folder, tmp_path):
    program = (
        "import sys\n"
        "from shorewise.engine import Scenario\n"
        "from shorewise.workbook import compare\n"
        "compare(Scenario.default(), sys.argv[1], force=True)\n"
        "print('openpyxl' in sys.modules)\n"
    )
    loaded, written = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "book.xlsx"],
            capture_output=True,
            text=True,
            check=True,
        )
        loaded.append(done.stdout.strip())
        written.append((tmp_path / "book.xlsx").read_bytes())
    assert loaded == ["True", "False"]
    assert written[0] == written[1]
    assert len([*folder.iterdir()]) == 1
