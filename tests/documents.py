"""Python examples of documents, run as they stand there."""

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def run(document: str) -> dict[str, Any]:
    """What a document's Python examples define, run one after the other."""
    found: dict[str, Any] = {}
    text = (ROOT / document).read_text()
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(example, found)
    return found
