"""Entry point of ``python -m shorewise``."""

from .cli import main

if __name__ == "__main__":
    main(prog_name="shorewise")
