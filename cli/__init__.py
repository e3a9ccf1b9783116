"""The command line: parses arguments, prints results, sets exit codes.

Modules that are slow to import are imported inside the commands that need them.
"""

import os

try:
    from .commands import main
except KeyboardInterrupt:  # before the signal handlers of ``stopping`` are in place
    os.write(2, b"shorewise: stopped\n")
    raise SystemExit(130) from None

__all__ = ["main"]
