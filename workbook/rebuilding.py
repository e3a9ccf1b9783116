"""A comparison workbook made again in another shape, from the inputs of the one that there is."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.utils import range_boundaries

from ..engine.axes import RULES
from ..engine.country_figures import OF_BOTH, OF_CHARGE, OF_COUNTRY
from ..engine.errors import ShorewiseError
from ..engine.model import default_model
from ..engine.reading.consistency import listed
from ..engine.reshaping import Changes, Reshaped, reshaped
from ..engine.scenario import Scenario
from ..engine.spare_places import spares_last, without_spares
from ..engine.uncertainty.simulation import simulate
from .atomic_write import atomic_write, refuse_existing, refuse_kind
from .compilation import workbook_bytes
from .description import describe
from .errors import WorkbookError
from .languages.language import language_in, language_of
from .layout.choices import is_in_words
from .layout.scenario_texts import own_name
from .layout.sheet import Book
from .ooxml.load import Loaded, open_package
from .ooxml.safe_open import is_joined
from .own_titles import OWN_TITLES, RUNNING_TITLES
from .read_back import InputSheets, open_both, scenario_of
from .rendering.theme import Theme
from .sheets.uncertainty import Spread, read_spread, spread_of
from .stale_outputs import described_again
from .user_edits import UserEdits, sheet_titles, user_edits

_OWN = (*OF_COUNTRY, *OF_BOTH, "rule_names", *OF_CHARGE)
_DRAWS_MAX = 200_000  # of a simulation that is repeated


class Rebuilt(NamedTuple):
    """A workbook made again in another shape.

    Attributes
    ----------
    path : Path
        The new file, resolved.
    scenario : Scenario
        Its inputs.
    notes : tuple of str
        What was decided on the way, in sentences.
    left_behind : tuple of str
        What a user has added or changed in the other workbook that is no input, and that the new
        one does not have.
    """

    path: Path
    scenario: Scenario
    notes: tuple[str, ...]
    left_behind: tuple[str, ...]


def rebuild(
    path: str | Path,
    output: str | Path,
    changes: Changes,
    *,
    leave_out: Collection[str] = (),
    force: bool = False,
    theme: Theme | None = None,
    language: str | None = None,
) -> Rebuilt:
    """Make a comparison workbook again in another shape, with the inputs that it has.

    Parameters
    ----------
    path : path
        A comparison workbook, whose inputs may have been edited.
    output : path
        An existing file is replaced only with ``force``.
    changes : Changes
        Plans, sites and roles to add and to drop, and the months.
    leave_out : collection of str
        Titles of sheets of a user's own that the new workbook need not have.
    force : bool
    theme : Theme, optional
        Font, colours and logo; the embedded ones by default.
    language : str, optional
        Code of the language of its texts; by default that of the workbook.

    Raises
    ------
    WorkbookError
        The file is no comparison workbook, or has sheets that the new one would lose; the new one
        is there already or cannot be written.
    ScenarioError
        A value, a name or a number of months that is not allowed.
    """
    refuse_existing(output, force=force)
    refuse_kind(output)
    if language:
        language_of(language)  # refused before anything is read
    loaded = open_both(path)
    with open_package(path) as package:
        titles = sheet_titles(package)
        if is_joined(package):
            raise WorkbookError(
                f"{path}: a workbook of your own with the model in it, which rebuild would leave "
                "out: write its scenario with shorewise read, change that, and join it again with "
                "the workbook as it was before the model (shorewise compare)"
            )
    _refuse_sheets(path, titles, leave_out)
    before = scenario_of(loaded.values, path)
    found = reshaped(before, spares_last(before, changes))
    waves = InputSheets(loaded.values, path).waves
    edits = user_edits(path, loaded, described_again(loaded, _with_waves(before, waves), path))
    _refuse_loss(path, output, edits)
    scenario = replace(found.scenario, file="", roster_rows=before.roster_rows)
    spread, notes = _spread(loaded, before, scenario)
    language = language or language_in(loaded.values, path).code
    book = describe(scenario, spread=spread, language=language)
    _put_own_figures(book, InputSheets(loaded.values, path), before, found)
    written = atomic_write(output, workbook_bytes(book, theme), force=force)
    left = tuple(f"sheet {title}" for title in leave_out) + tuple(edits.sentences())
    made = without_spares(replace(scenario, file=str(written)))
    return Rebuilt(written, made, (*found.notes, *notes), left)


def _with_waves(scenario: Scenario, waves: int) -> Scenario:
    """The scenario as far as a workbook with so many waves shows it."""
    if scenario.sizes["wave"] <= waves:
        return scenario
    names = ("wave_month", "wave_share", "wave_end")
    values = scenario.values | {name: scenario.values[name][..., :waves, :] for name in names}
    return replace(scenario, values=values)


def _refuse_sheets(path: str | Path, titles: Sequence[str], leave_out: Collection[str]) -> None:
    """Refuse a workbook with sheets that the new one would not have."""
    for title in leave_out:
        if title in OWN_TITLES or title not in titles:
            what = "is Shorewise's own" if title in OWN_TITLES else "is not there"
            raise WorkbookError(
                f"{path}: sheet {title!r} {what}; leave_out takes sheets that somebody added",
                parameters=["leave_out"],
            )
    others = [one for one in titles if one not in OWN_TITLES and one not in leave_out]
    if not others:
        return
    sheets = f"sheet{'s' * (len(others) > 1)} {listed(others)}"
    if set(others) <= set(RUNNING_TITLES):
        raise WorkbookError(
            f"{path}: {sheets} of a plan that runs would be lost: make them again with shorewise "
            "actuals from the new workbook and the ledger; leave_out drops them here",
            parameters=["leave_out"],
        )
    raise WorkbookError(
        f"{path}: {sheets} would be lost: move what is not Shorewise's to a workbook of its own "
        "that links to this one; leave_out drops it on purpose",
        parameters=["leave_out"],
    )


def _refuse_loss(path: str | Path, output: str | Path, edits: UserEdits) -> None:
    """Refuse to replace the workbook itself where it has what the new one would not have."""
    if any(edits) and Path(path).resolve() == Path(output).resolve():
        first = next(edits.sentences())
        raise WorkbookError(
            f"{path}: has edits beside its inputs, which would be lost if the new workbook "
            f"replaced it; write another file. The first: {first}"
        )


def _spread(
    loaded: Loaded, before: Scenario, scenario: Scenario
) -> tuple[Spread | None, tuple[str, ...]]:
    """What sheet Uncertainty keeps, simulated again with as many draws and the same seed."""
    if "Uncertainty" not in loaded.values.sheetnames:
        return None, ()
    kept = read_spread(loaded.values["Uncertainty"], before)
    [draws], [seed], [method], _ = kept["facts"]
    try:
        if draws > _DRAWS_MAX:
            raise TypeError
        return spread_of(simulate(scenario, draws, seed, method)), ()
    except (ShorewiseError, TypeError):
        return None, ("sheet Uncertainty is not made again, as its draws cannot be repeated",)


def _put_own_figures(book: Book, sheets: InputSheets, before: Scenario, found: Reshaped) -> None:
    """Put the own figures that stand behind those of a site's country into the new workbook."""
    described = {sheet.title: sheet for sheet in book.sheets}
    for name in _OWN:
        by_role = name in sheets.inputs and sheets.inputs[name].varies_by("role")
        of_charge = name in ("rule_names", *OF_CHARGE)
        rows = len(before.roles) if by_role else RULES if of_charge else 1
        own = sheets.block(own_name(name), rows, len(before.sites))
        title, _, cells = book.names[own_name(name)].partition("!")
        left, top, _, _ = range_boundaries(cells)
        sources = found.sources["role"] if by_role else range(rows)
        for row, source in enumerate(sources):
            for site, start in enumerate(found.sources["site"]):
                value, position = own[source][start], (top + row, left + site)
                cell = described[title].cells[position]
                is_fixed = cell.style.startswith("fixed")
                if site not in found.countries and _is_own(name, value) and not is_fixed:
                    content = _as_entered(name, value)
                    described[title].cells[position] = cell._replace(content=content)


def _as_entered(name: str, value: Any) -> Any:
    """A number as its cell has it, a choice as its word."""
    entry = default_model().inputs.get(name)
    return entry.phrase_of(value) if entry and is_in_words(entry) else value


def _is_own(name: str, value: Any) -> bool:
    """Whether a value may stand in a cell of own figures."""
    if name == "rule_names":
        return isinstance(value, str) and bool(value)
    entry = default_model().inputs[name]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and entry.lowest <= value <= entry.highest
