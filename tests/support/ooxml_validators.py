"""Validators of the file format that we did not write, each as a function from a file to errors.

``make validators`` puts both into .venv-audit, apart from the tests' own environment: openxml-audit
needs lxml, and openpyxl writes other bytes where lxml is installed.
"""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.support.paths import ROOT

_AUDIT = ROOT / ".venv-audit"
_WRAPPER = "node_modules/.bin/ooxml-validator"
_PLACES = {
    "SHOREWISE_OOXML_VALIDATOR": _AUDIT / _WRAPPER,
    "SHOREWISE_OPENXML_AUDIT": _AUDIT / "bin" / "openxml-audit",
}


@functools.cache
def command(variable: str) -> str | None:
    """The program that an environment variable names, or that ``make validators`` installed."""
    return shutil.which(os.environ.get(variable) or _PLACES[variable])


def by_open_xml_sdk(path: Path) -> list[str]:
    """What Microsoft's Open XML SDK finds wrong in a file."""
    found = _json([command("SHOREWISE_OOXML_VALIDATOR"), str(path)])
    assert isinstance(found["ok"], bool)
    errors = [f"{e['path']} {e['xPath']}: {e['description']}" for e in found["errors"]]
    return errors or ([] if found["ok"] else ["not ok, without a reason"])


def by_openxml_audit(path: Path) -> list[str]:
    """What openxml-audit finds wrong in a file, or that Excel would rewrite when it saves."""
    program = command("SHOREWISE_OPENXML_AUDIT")
    (found,) = _json([program, str(path), "--format", "microsoft365", "--output", "json"])
    assert found["error_count"] + found["warning_count"] == len(found["errors"])
    return [f"{e['part_uri']} {e['path']}: {e['description']}" for e in found["errors"]]


def _json(arguments):
    """JSON that a program prints; both exit with 1 where they find errors."""
    result = subprocess.run(arguments, capture_output=True, check=False, timeout=180)
    assert result.returncode in (0, 1), result.stderr
    return json.loads(result.stdout)


def missing(variable):
    """Why a validator's tests are skipped, or "": nothing is skipped in CI."""
    if os.environ.get("SHOREWISE_TEST_ALL") or command(variable):
        return ""
    return f"{variable} names no program; `make validators` installs it"


NO_SDK, NO_AUDIT = missing("SHOREWISE_OOXML_VALIDATOR"), missing("SHOREWISE_OPENXML_AUDIT")
