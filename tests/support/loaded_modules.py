"""Which modules a command loads."""

import subprocess
import sys


def loaded(*arguments, **options):
    """Top-level packages that a command has loaded when it ends."""
    program = (
        "import sys\n"
        "from shorewise.cli import main\n"
        f"try: main(**{options})\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}
