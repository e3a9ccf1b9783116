"""The comparison workbook of a plan that runs, with the sheets Actuals, Reforecast and Variance."""

from dataclasses import replace
from pathlib import Path

from ..engine.actuals import Reforecast
from .atomic_write import atomic_write, refuse_existing, refuse_kind
from .binding import bound
from .compilation import workbook_bytes
from .description import described
from .languages.language import ENGLISH, language_of
from .layout.context import Context
from .layout.reforecast_layout import reforecast_context
from .layout.sheet import Book
from .rendering.theme import Theme
from .sheets.actuals import actuals_sheet
from .sheets.audit import Stamps
from .sheets.reforecast import reforecast_sheet, variance_sheet
from .sheets.uncertainty import Spread
from .translation import translated


def describe_reforecast(
    reforecast: Reforecast,
    stamps: Stamps | None = None,
    spread: Spread | None = None,
    language: str = ENGLISH,
) -> Book:
    """The comparison workbook of a reforecast's scenario with its three sheets, as data.

    Parameters
    ----------
    reforecast : Reforecast
    stamps, spread, language
        As for :func:`.description.describe`.
    """
    context = Context.of(reforecast.scenario, stamps, language_of(language))
    book = bound(described(context, spread), context.values, context.texts)
    second = reforecast_context(context, reforecast)
    names: dict[str, str] = {}
    sheets = [
        variance_sheet(context, second, reforecast),
        actuals_sheet(context, second, reforecast, names),
        reforecast_sheet(context, second, reforecast),
    ]
    keep = (reforecast.actuals.plan, *reforecast.actuals.ledger_notes)
    book_of_them = translated(Book("", sheets, {}), context.language, keep)
    added = bound(book_of_them, second.values, context.texts)
    return replace(book, sheets=[*book.sheets, *added.sheets], names=book.names | names)


def write_reforecast(
    reforecast: Reforecast,
    path: str | Path,
    *,
    force: bool = False,
    theme: Theme | None = None,
    language: str = ENGLISH,
) -> Path:
    """Write the comparison workbook of a plan that runs.

    Parameters
    ----------
    reforecast : Reforecast
    path : path
        An existing file is replaced only with ``force``.
    theme : Theme, optional
        Font, colours and logo; the embedded ones by default.
    language : str
        Code of the language of its texts.

    Raises
    ------
    WorkbookError
        A file that is there already or cannot be written, or another ending than .xlsx.
    """
    refuse_existing(path, force=force)
    refuse_kind(path)
    data = workbook_bytes(describe_reforecast(reforecast, language=language), theme)
    return atomic_write(path, data, force=force)
