"""Extras that a command needs, asked for before it reads or writes anything."""

import importlib.util


def require_for_table(*tables: str | None) -> None:
    """Refuse a table of a kind whose package is not installed."""
    from ..engine.errors import ExtraError, require

    for table in filter(None, tables):
        name = table.lower()
        if "://" in name:
            from ..workbook.bulk.row_sources import is_remote_file

            if not is_remote_file(table):
                require("sql", f"{table}: a database")
                continue
            _require_for_url(table)
        if name.endswith(".parquet"):
            require("parquet", f"{table}: Parquet")
        elif name.endswith(".zst") and importlib.util.find_spec("zstandard") is None:
            raise ExtraError(f"{table}: .zst needs: pip install zstandard")


def require_for_output(output: str | None) -> None:
    """Refuse a URL to write to whose package is not installed."""
    if output is not None and "://" in output:
        _require_for_url(output)


def _require_for_url(url: str) -> None:
    from ..engine.errors import require

    require("remote", f"{url}: a URL")
    if url.lower().startswith(("s3://", "s3a://")):
        require("s3", f"{url}: an S3 bucket")


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
