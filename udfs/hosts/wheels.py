"""Wheels for another computer: whether they fit its Python and are complete; unpacking them."""

import hashlib
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any, NamedTuple

from installer import install
from installer.destinations import SchemeDictionaryDestination
from installer.exceptions import InstallerError
from installer.records import RecordEntry
from installer.sources import WheelFile
from installer.utils import Scheme, construct_record_file
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from .folder import AddinError

SITE = "Lib/site-packages"
_LICENCE = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*", re.IGNORECASE)
_LEFT_OUT = ("scripts", "headers")  # starters of commands, which name a path of this computer
_NAMED = 5  # wheels that are named one by one in a message


class Target(NamedTuple):
    """The Python that wheels must fit: its full version, and a platform such as ``win_amd64``."""

    version: str
    platform: str

    @property
    def tags(self) -> frozenset[Tag]:
        """The tags of wheels that it can install."""
        numbers = [int(part) for part in self.version.split(".")[:2]]
        name, platforms = f"cp{numbers[0]}{numbers[1]}", [self.platform]
        return frozenset(
            [
                *cpython_tags(numbers, platforms=platforms),
                *compatible_tags(numbers, name, platforms),
            ]
        )

    @property
    def markers(self) -> dict[str, str]:
        """The environment in which conditions of requirements are decided."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.version,
            "os_name": "nt",
            "platform_machine": "AMD64" if self.platform == "win_amd64" else "ARM64",
            "platform_python_implementation": "CPython",
            "platform_release": "10",
            "platform_system": "Windows",
            "platform_version": "10.0",
            "python_full_version": self.version,
            "python_version": ".".join(self.version.split(".")[:2]),
            "sys_platform": "win32",
        }

    def download(self, requirements: Iterable[str]) -> str:
        """What downloads wheels for this Python, on any computer with pip."""
        options = {
            "only-binary": ":all:",
            "platform": self.platform,
            "python-version": ".".join(self.version.split(".")[:2]),
        }
        words = [f"--{name} {value}" for name, value in options.items()]
        return " ".join(
            ["in that folder run: pip download", *words, *(f'"{one}"' for one in requirements)]
        )


class Wheel(NamedTuple):
    """A wheel: its file, distribution, version, metadata and SHA-256."""

    path: Path
    name: str
    version: Version
    metadata: Message
    digest: str

    @property
    def licence(self) -> str:
        """The licence that its metadata names, in a few words."""
        one = self.metadata
        text = one["License-Expression"] or ""
        if not text:
            heads = [
                c.split(" :: ")[-1] for c in one.get_all("Classifier", []) if "License ::" in c
            ]
            text = ", ".join(heads) or (one["License"] or "").strip().partition("\n")[0]
        return text or "not stated"

    def licence_files(self) -> dict[str, bytes]:
        """The texts of its licences, by a path that begins with its name and version."""
        found = {}
        with zipfile.ZipFile(self.path) as archive:
            for entry in archive.infolist():
                folder, _, name = entry.filename.partition(".dist-info/")
                declared = name.startswith("licenses/")
                if entry.is_dir() or "/" in folder or not (declared or _LICENCE.fullmatch(name)):
                    continue
                short = name.removeprefix("licenses/")
                found[f"{self.name}-{self.version}/{short}"] = archive.read(entry)
        return found


def read_wheels(folder: str | Path, target: Target, root: str) -> list[Wheel]:
    """The wheels of a folder, checked: each fits the target, and none is missing.

    Parameters
    ----------
    folder : path
    target : Target
    root : str
        The distribution for whose sake the others are there.

    Returns
    -------
    list of Wheel
        Sorted by name.

    Raises
    ------
    AddinError
        A file is no wheel, does not fit, is there in two versions, or something is missing.
    """
    found: dict[str, Wheel] = {}
    folder = Path(folder)
    if not folder.is_dir():
        raise AddinError(f"{folder}: there is no such folder of wheels")
    for path in sorted(folder.glob("*.whl")):
        one = _read(path, target)
        if one.name in found:
            raise AddinError(
                f"{folder}: {found[one.name].path.name} and {path.name} are two wheels of "
                f"{one.name}; keep one"
            )
        found[one.name] = one
    if root not in found:
        raise AddinError(
            f"{folder}: has no wheel of {root}; in its source folder, pip wheel -w {folder} . "
            "makes one"
        )
    _require_all(folder, found, target, root)
    return [found[name] for name in sorted(found)]


def unpack(wheels: Iterable[Wheel], python: Path) -> None:
    """Install wheels into the folder of an embeddable Python; commands are left out.

    Parameters
    ----------
    wheels : iterable of Wheel
    python : Path
        The folder with python.exe.

    Raises
    ------
    AddinError
        A wheel is damaged, or two have the same file.
    """
    site = str(python / SITE)
    schemes = {"purelib": site, "platlib": site, "data": str(python)}
    for one in wheels:
        destination = _Destination(schemes, interpreter="python.exe", script_kind="win-amd64")
        try:
            with WheelFile.open(one.path) as source:
                source.validate_record()
                install(source, destination, {"INSTALLER": b"shorewise\n"})
        except (InstallerError, zipfile.BadZipFile, ValueError) as error:
            raise AddinError(f"{one.path}: a damaged wheel: {_first_line(error)}") from None
        except FileExistsError as error:
            raise AddinError(f"{one.path}: another wheel has the same file: {error}") from None


class _Destination(SchemeDictionaryDestination):
    """Unpacks for another computer: no commands, and no path of this one in RECORD."""

    def write_script(self, *_: Any, **__: Any) -> RecordEntry:
        """Nothing: the start of a command names a Python of this computer."""
        return RecordEntry("", None, None)

    def write_file(
        self, scheme: Scheme, path: Any, stream: Any, is_executable: bool
    ) -> RecordEntry:
        """Write a file of the library itself."""
        if scheme in _LEFT_OUT:
            return RecordEntry(str(path), None, None)
        return super().write_file(scheme, path, stream, is_executable)

    def finalize_installation(
        self, scheme: Scheme, record_file_path: str, records: Iterable[tuple[Scheme, RecordEntry]]
    ) -> None:
        """Write RECORD."""
        written = [one for one in records if one[0] not in _LEFT_OUT]
        up = "../" * len(SITE.split("/"))
        with construct_record_file(written, lambda of: up if of == "data" else None) as stream:
            self.write_to_fs(scheme, record_file_path, stream, is_executable=False)


def _read(path: Path, target: Target) -> Wheel:
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise AddinError(f"{path}: not the name of a wheel: {error}") from None
    if not tags & target.tags:
        raise AddinError(
            f"{path}: does not fit Python {target.version} on {target.platform}; remove it, and "
            f"{target.download([f'{name}=={version}'])}"
        )
    try:
        data = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            inside = next(n for n in archive.namelist() if _is_metadata(n))
            metadata = BytesParser().parsebytes(archive.read(inside))
    except (OSError, zipfile.BadZipFile, StopIteration, NotImplementedError, RuntimeError) as error:
        raise AddinError(f"{path}: cannot be read as a wheel: {_first_line(error)}") from None
    try:
        fits = Version(target.version) in SpecifierSet(metadata["Requires-Python"] or "")
    except InvalidSpecifier as error:
        raise AddinError(f"{path}: its metadata are damaged: {error}") from None
    if not fits:
        raise AddinError(
            f"{path}: needs Python {metadata['Requires-Python']}, and the package has "
            f"{target.version}"
        )
    return Wheel(path, name, version, metadata, hashlib.sha256(data).hexdigest())


def _is_metadata(name: str) -> bool:
    folder, file = posixpath.split(name)
    return file == "METADATA" and folder.endswith(".dist-info") and "/" not in folder


def _require_all(folder: Path, found: Mapping[str, Wheel], target: Target, root: str) -> None:
    """Raise unless all that the wheels require is among them, in a version that fits."""
    missing: dict[str, str] = {}
    left, seen = [(name, "") for name in sorted(found)], set()
    while left:
        name, extra = left.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for wanted in _requirements(found[name], target, extra):
            other = canonicalize_name(wanted.name)
            if other not in found:
                missing[other] = f"{wanted.name}{wanted.specifier}"
            elif found[other].version not in wanted.specifier:
                wanted_text = f"{wanted.name}{wanted.specifier}"
                raise AddinError(
                    f"{found[other].path}: {name} needs {wanted_text}; remove it, and "
                    f"{target.download([wanted_text])}"
                )
            else:
                left += [(other, one) for one in sorted(wanted.extras)]
    if missing:
        names = sorted(missing)
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        # Pip decides by the computer it runs on what Windows needs, so those are asked for by name.
        wanted_now = [missing[name] for name in names] if not more else [found[root].path.name]
        raise AddinError(
            f"{folder}: no wheel of {', '.join(names[:_NAMED])}{more}; "
            f"{target.download(wanted_now)}"
        )


def _requirements(wheel: Wheel, target: Target, extra: str) -> Iterable[Requirement]:
    """What a wheel requires on the target, for itself or for one of its extras."""
    for text in wheel.metadata.get_all("Requires-Dist", []):
        try:
            one = Requirement(text)
        except InvalidRequirement as error:
            raise AddinError(f"{wheel.path}: its metadata are damaged: {error}") from None
        if one.marker is None:
            applies = not extra
        else:
            applies = one.marker.evaluate({**target.markers, "extra": extra})
            if extra:  # not again what the wheel requires without the extra
                applies = applies and not one.marker.evaluate({**target.markers, "extra": ""})
        if applies:
            yield one


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
