"""Python examples of documents, run as they stand there."""

import re
from typing import Any

from tests.support.paths import ROOT


def run(document: str) -> dict[str, Any]:
    """What a document's Python examples define, run one after the other."""
    found: dict[str, Any] = {}
    text = (ROOT / document).read_text()
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(example, found)
    return found
