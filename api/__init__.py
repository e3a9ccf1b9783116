"""Full cost of distributed teams: scenarios, results as data frames, workbooks, bulk reports.

Public names are imported lazily, so ``import shorewise as sw`` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analysis import Recommendation as Recommendation
    from .analysis import elasticities as elasticities
    from .analysis import grid as grid
    from .analysis import recommend as recommend
    from .analysis import sensitivity as sensitivity
    from .analysis import sobol_indices as sobol_indices
    from .analysis import solve as solve
    from .assumption_book import assumptions as assumptions
    from .bulk_results import BulkPart as BulkPart
    from .bulk_results import BulkReport as BulkReport
    from .cell_functions import functions as functions
    from .differences import Diff as Diff
    from .differences import diff as diff
    from .draws import Simulation as Simulation
    from .draws import simulate as simulate
    from .employment import countries as countries
    from .employment import employer_cost as employer_cost
    from .engine.address import Address as Address
    from .engine.address import addresses as addresses
    from .engine.address import take as take
    from .engine.errors import DomainError as DomainError
    from .engine.errors import ExtraError as ExtraError
    from .engine.errors import ModelError as ModelError
    from .engine.errors import ScenarioError as ScenarioError
    from .engine.errors import ShorewiseError as ShorewiseError
    from .engine.scenario import presets as presets
    from .engine.uncertainty.goal_seek import Solution as Solution
    from .frames import monthly as monthly
    from .frames import results as results
    from .frames import statement as statement
    from .quotes import Quote as Quote
    from .quotes import quote as quote
    from .reforecasts import Reforecast as Reforecast
    from .reforecasts import actuals as actuals
    from .reports import bulk as bulk
    from .reports import bulk_parts as bulk_parts
    from .reports import workbooks as workbooks
    from .scenarios import Scenario as Scenario
    from .scenarios import read as read
    from .udfs.recalculation import calc as calc
    from .workbook.compilation import workbook_bytes as workbook_bytes
    from .workbook.errors import WorkbookError as WorkbookError
    from .workbook.layout.sheet import Book as Book
    from .workbook.ooxml.compilation import stamp as stamp
    from .workbook.rebuilding import Rebuilt as Rebuilt
    from .workbook.recalc import RecalculatedFile as RecalculatedFile
    from .workbook.rendering.theme import Theme as Theme
    from .workbook_files import check as check
    from .workbook_files import compare as compare
    from .workbook_files import describe as describe
    from .workbook_files import fill_template as fill_template
    from .workbook_files import join as join
    from .workbook_files import lint as lint
    from .workbook_files import rebuild as rebuild

    __version__: str

__all__ = [
    "Address",
    "Book",
    "BulkPart",
    "BulkReport",
    "Diff",
    "DomainError",
    "ExtraError",
    "ModelError",
    "Quote",
    "Rebuilt",
    "RecalculatedFile",
    "Recommendation",
    "Reforecast",
    "Scenario",
    "ScenarioError",
    "ShorewiseError",
    "Simulation",
    "Solution",
    "Theme",
    "WorkbookError",
    "__version__",
    "actuals",
    "addresses",
    "assumptions",
    "bulk",
    "bulk_parts",
    "calc",
    "check",
    "compare",
    "countries",
    "describe",
    "diff",
    "elasticities",
    "employer_cost",
    "fill_template",
    "functions",
    "grid",
    "join",
    "lint",
    "monthly",
    "presets",
    "quote",
    "read",
    "rebuild",
    "recommend",
    "results",
    "sensitivity",
    "simulate",
    "sobol_indices",
    "solve",
    "stamp",
    "statement",
    "take",
    "workbook_bytes",
    "workbooks",
]

_MODULES = {
    "analysis": (
        "Recommendation",
        "elasticities",
        "grid",
        "recommend",
        "sensitivity",
        "sobol_indices",
        "solve",
    ),
    "assumption_book": ("assumptions",),
    "cell_functions": ("functions",),
    "differences": ("Diff", "diff"),
    "draws": ("Simulation", "simulate"),
    "employment": ("countries", "employer_cost"),
    "engine.errors": (
        "DomainError",
        "ExtraError",
        "ModelError",
        "ScenarioError",
        "ShorewiseError",
    ),
    "engine.address": ("Address", "addresses", "take"),
    "engine.scenario": ("presets",),
    "engine.uncertainty.goal_seek": ("Solution",),
    "frames": ("monthly", "results", "statement"),
    "quotes": ("Quote", "quote"),
    "reforecasts": ("Reforecast", "actuals"),
    "bulk_results": ("BulkPart", "BulkReport"),
    "reports": ("bulk", "bulk_parts", "workbooks"),
    "scenarios": ("Scenario", "read"),
    "udfs.recalculation": ("calc",),
    "workbook.recalc": ("RecalculatedFile",),
    "workbook.errors": ("WorkbookError",),
    "workbook.layout.sheet": ("Book",),
    "workbook.compilation": ("workbook_bytes",),
    "workbook.ooxml.compilation": ("stamp",),
    "workbook.rebuilding": ("Rebuilt",),
    "workbook.rendering.theme": ("Theme",),
    "workbook_files": (
        "check",
        "compare",
        "describe",
        "fill_template",
        "join",
        "lint",
        "rebuild",
    ),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # type checkers report all names but those above as errors

    def __getattr__(name: str) -> Any:
        """A public name, imported on first use."""
        if name == "__version__":
            from importlib.metadata import version

            value = version(__name__)
        elif name in _MODULE_OF:
            value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
