"""Extras that a command needs, asked for before it reads or writes anything."""

import importlib.util


def require_for_table(*tables: str | None) -> None:
    """Refuse a table of a kind whose package is not installed."""
    from ..engine.errors import ExtraError, require

    for table in filter(None, tables):
        name = table.lower()
        if "://" in name:
            require("sql", f"{table}: a database")
        elif name.endswith(".parquet"):
            require("parquet", f"{table}: Parquet")
        elif name.endswith(".zst") and importlib.util.find_spec("zstandard") is None:
            raise ExtraError(f"{table}: .zst needs: pip install zstandard")


def require_for_output(output: str | None) -> None:
    """Refuse a URL to write to whose package is not installed."""
    from ..engine.errors import require

    if output is None or "://" not in output:
        return
    require("remote", f"{output}: a URL")
    if output.lower().startswith(("s3://", "s3a://")):
        require("s3", f"{output}: an S3 bucket")


def require_for_simulation(draws: int | None) -> None:
    """Refuse a simulation without SciPy."""
    from ..engine.errors import require

    if draws:
        require("uncertainty", "a simulation")


def require_for_plot(path: str | None) -> None:
    """Refuse a picture without Matplotlib."""
    from ..engine.errors import require

    if path:
        require("plot", "a plot")
