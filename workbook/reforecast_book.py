"""The comparison workbook of a plan that runs, with the sheets Actuals, Reforecast and Variance."""

from pathlib import Path

from ..engine.actuals import Reforecast
from .atomic_write import atomic_write, refuse_existing, refuse_kind
from .binding import bound
from .compilation import workbook_bytes
from .description import described
from .layout.context import Context
from .layout.reforecast_layout import reforecast_context
from .layout.sheet import Book
from .rendering.theme import Theme
from .sheets.actuals import actuals_sheet
from .sheets.audit import Stamps
from .sheets.reforecast import reforecast_sheet, variance_sheet
from .sheets.uncertainty import Spread


def describe_reforecast(
    reforecast: Reforecast, stamps: Stamps | None = None, spread: Spread | None = None
) -> Book:
    """The comparison workbook of a reforecast's scenario with its three sheets, as data.

    Parameters
    ----------
    reforecast : Reforecast
    stamps, spread
        As for :func:`.description.describe`.
    """
    context = Context.of(reforecast.scenario, stamps)
    book = bound(described(context, spread), context.values, context.texts)
    second = reforecast_context(context, reforecast)
    names: dict[str, str] = {}
    sheets = [
        variance_sheet(context, second, reforecast),
        actuals_sheet(context, second, reforecast, names),
        reforecast_sheet(context, second, reforecast),
    ]
    added = bound(Book("", sheets, {}), second.values, context.texts)
    return Book(book.title, [*book.sheets, *added.sheets], {**book.names, **names}, book.comments)


def write_reforecast(
    reforecast: Reforecast, path: str | Path, *, force: bool = False, theme: Theme | None = None
) -> Path:
    """Write the comparison workbook of a plan that runs.

    Parameters
    ----------
    reforecast : Reforecast
    path : path
        An existing file is replaced only with ``force``.
    theme : Theme, optional
        Font, colours and logo; the embedded ones by default.

    Raises
    ------
    WorkbookError
        A file that is there already or cannot be written, or another ending than .xlsx.
    """
    refuse_existing(path, force=force)
    refuse_kind(path)
    data = workbook_bytes(describe_reforecast(reforecast), theme)
    return atomic_write(path, data, force=force)
