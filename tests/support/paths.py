"""Folders that tests read, however deep the test's own module stands."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SUPPORT = Path(__file__).parent
FUNCTIONS_PAGE = ROOT / "docs" / "functions.md"
HYBRID = ROOT / "examples" / "hybrid.toml"
