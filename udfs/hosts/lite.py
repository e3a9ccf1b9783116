"""Files for xlwings Lite, which runs Python inside Excel: main.py and requirements.txt."""

from importlib.metadata import version

from .folder import AddinError

_MAIN = '''"""The functions of Shorewise {version} in xlwings Lite."""

from shorewise.udfs import *
'''


def lite_files(wheel: str | None = None) -> dict[str, bytes]:
    """The content of main.py and requirements.txt, to paste into xlwings Lite.

    Parameters
    ----------
    wheel : str, optional
        URL of a wheel of Shorewise; by default the package is installed by name and version.

    Returns
    -------
    dict of str to bytes

    Raises
    ------
    AddinError
        Not an https URL of a wheel.
    """
    now = version("shorewise")
    if wheel is not None and not (wheel.startswith("https://") and wheel.endswith(".whl")):
        raise AddinError(f"{wheel}: the URL of a wheel must start with https:// and end in .whl")
    if wheel is not None and any(letter.isspace() for letter in wheel):
        raise AddinError(f"{wheel!r}: the URL of a wheel must not contain spaces")
    source = f"shorewise=={now}" if wheel is None else wheel
    return {
        "main.py": _MAIN.format(version=now).encode(),
        # SciPy is listed by name, because the URL of a wheel cannot have an extra.
        "requirements.txt": f"xlwings\nscipy\n{source}\n".encode(),
    }
