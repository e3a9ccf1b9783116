"""The comparison workbook of a scenario, as a file."""

from pathlib import Path

from ..engine.scenario import Scenario
from ..engine.uncertainty.simulation import Simulation
from .atomic_write import atomic_write, refuse_existing, refuse_kind
from .filling import UnboundValueError
from .languages.language import ENGLISH, language_of
from .layout.roster_figures import with_rows
from .layout.scenario_texts import bindings
from .ooxml.zip_writer import standard
from .rendering.theme import Theme
from .shape_cache import compiled_shape


def compare(
    scenario: Scenario,
    path: str | Path,
    *,
    force: bool = False,
    theme: Theme | None = None,
    simulation: Simulation | None = None,
    language: str = ENGLISH,
) -> Path:
    """Write the comparison workbook of a scenario.

    Parameters
    ----------
    scenario : Scenario
    path : path
        An existing file is replaced only with ``force``.
    theme : Theme, optional
        Font, colours and logo; the embedded ones by default.
    simulation : Simulation, optional
        Of the same scenario: what sheet Uncertainty shows. Without it there is no such sheet.
    language : str
        Code of the language of its texts: see :func:`.languages.language.languages`.

    Raises
    ------
    WorkbookError
        A file that is there already or cannot be written, or another ending than .xlsx;
        a language that there is no table for.
    """
    language_of(language)  # refused before anything is computed
    refuse_existing(path, force=force)
    refuse_kind(path)
    data = comparison_bytes(scenario, theme, simulation, language)
    return atomic_write(path, data, force=force)


def comparison_bytes(
    scenario: Scenario, theme: Theme | None, simulation: Simulation | None, language: str
) -> bytes:
    """The comparison workbook of a scenario, as :func:`compare` writes it."""
    scenario = with_rows(scenario)
    # A simulation's figures are of one scenario, so no other has its shape.
    if simulation is None:
        try:
            compiled = compiled_shape(scenario, theme, standard(), language)
            values, texts = bindings(scenario, say=language_of(language).say)
            (data,) = compiled.filled(values, [texts])
            return data
        except UnboundValueError:  # an infinite figure: it is written as an error value
            pass
    from .compilation import workbook_bytes
    from .description import describe
    from .sheets.uncertainty import spread_of

    spread = spread_of(simulation) if simulation else None
    return workbook_bytes(describe(scenario, spread=spread, language=language), theme)
