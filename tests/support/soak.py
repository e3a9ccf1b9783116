"""Whether the long tail of the tests runs, too: ``make soak`` sets SHOREWISE_SOAK."""

import os
from collections.abc import Sequence

SOAK = "SHOREWISE_SOAK" in os.environ
_FEW = 10


def seeds(all_of_them: Sequence[int]) -> Sequence[int]:
    """Seeds of random scenarios: the first ten, and all in ``make soak``."""
    return all_of_them if SOAK else all_of_them[:_FEW]
