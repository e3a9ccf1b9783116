"""The command line: arguments in, printed results and exit codes out.

Every module here imports what takes time only where a command needs it.
"""

import os

try:
    from .commands import main
except KeyboardInterrupt:  # before the signal handlers of ``stopping`` are in place
    os.write(2, b"shorewise: stopped\n")
    raise SystemExit(130) from None

__all__ = ["main"]
