"""Whether the long tail of the tests runs, too: ``make soak`` sets SHOREWISE_SOAK."""

import os

SOAK = "SHOREWISE_SOAK" in os.environ
