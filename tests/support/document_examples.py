"""Examples of documents, in Python and for a shell, run as they stand there."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.paths import ROOT

_BLOCK = r"^```{}\n(.*?)^```$"
_FRAME = "┏┳┓┡╇┩└┴┘━─"  # lines of these alone end where a column does
_ENDED = re.compile(r"\x1e(\d+)\n")  # how a command ended, after its output


def run(document: str) -> dict[str, Any]:
    """What a document's Python examples define, run one after the other."""
    found: dict[str, Any] = {}
    text = (ROOT / document).read_text()
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(example, found)
    return found


def blocks(document: str, kind: str) -> list[list[str]]:
    """Lines of each block of a kind: "sh" for commands, "text" for what one of them prints."""
    text = (ROOT / document).read_text("utf-8")
    found = re.findall(_BLOCK.format(kind), text, re.DOTALL | re.MULTILINE)
    return [block.splitlines() for block in found]


class Ended(NamedTuple):
    """A command with its exit code, and what it printed on both streams."""

    line: str
    code: int
    output: str


def run_in_shell(document: str, folder: Path, environment: Mapping[str, str]) -> list[Ended]:
    """Run a document's commands as they stand there, one after the other in one Bash."""
    lines = [line for block in blocks(document, "sh") for line in block if line.strip()]
    script = "exec 2>&1\n" + "".join(f"{line}\nprintf '\\036%d\\n' $?\n" for line in lines)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", script],
        cwd=folder,
        env={**os.environ, **environment, "PATH": path},
        stdout=subprocess.PIPE,
        check=False,
    )
    *parts, _ = _ENDED.split(done.stdout.decode())
    assert len(parts) == 2 * len(lines), parts[-2:]
    return [
        Ended(line, int(code), output)
        for line, output, code in zip(lines, parts[::2], parts[1::2], strict=True)
    ]


def is_printed(shown: list[str], output: str) -> bool:
    """Whether lines are in an output, in this order; tables may be wider there."""
    printed = iter(_without_spaces(output.splitlines()))
    return all(line in printed for line in _without_spaces(shown))


def _without_spaces(lines: list[str]) -> list[str]:
    return ["".join(line.split()) for line in lines if line.strip(f"{_FRAME} ")]
