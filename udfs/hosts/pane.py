"""HTTP API of the task pane: functions, the user's own scenario or a preset, and its results.

A scenario comes from a preset, from the bytes of the open workbook or from selected tables. It is
read in a worker process and forgotten with the answer.
"""

import asyncio
import base64
import binascii
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException
from fastapi.responses import HTMLResponse

from ...engine.differences.comparison import compare_scenarios
from ...engine.errors import ScenarioError, ShorewiseError, require
from ...engine.model import default_model
from ...engine.scenario import Scenario
from ...engine.uncertainty.simulation import simulate
from ...workbook.errors import WorkbookError
from ..calling import Function, call
from ..coerce import MARK
from ..functions import FUNCTIONS
from ..reference_page import formula, typed
from ..result_tables import (
    comparison_table,
    differences_table,
    differing_cells_table,
    simulation_sentences,
    simulation_table,
)
from ..scenario_tables import TABLES, scenario_of
from ..starting_points import starting_point, starting_points
from .functions_page import functions_page
from .guard import USER

FIELDS = (
    "salary",
    "management_rate",
    "attrition_rate",
    "productivity",
    "overlap_hours",
    "rework_end",
)
SOURCES = ("preset", "workbook", "tables")
_DRAWS = 2_048
_WORKBOOK = "this workbook"  # as messages name it

Wanted = Annotated[dict[str, Any], Body()]


def pane_router() -> APIRouter:
    """Router of the task pane; routes that compute need an authenticated user."""
    from xlwings_server import dependencies, settings

    router = APIRouter(prefix=f"{settings.app_path}/shorewise")
    signed_in = [Depends(dependencies.get_user)]
    router.add_api_route("/pane.json", pane)
    router.add_api_route("/functions.html", functions, response_class=HTMLResponse)
    for answer in (user, scenario, comparison, simulation, differences, check, workbook):
        path = f"/{answer.__name__}"
        router.add_api_route(path, answer, methods=["POST"], dependencies=signed_in)
    return router


async def pane() -> dict[str, Any]:
    """Functions with their help, and scenarios with their editable inputs; needs no sign-in."""
    return {
        "prefix": _prefix(),
        "functions": [_function(one) for one in FUNCTIONS],
        "scenarios": [
            _scenario(starting_point(name)) | {"name": name, "what": what}
            for name, what in starting_points().items()
        ],
    }


async def functions() -> str:
    """The page of functions, which Excel opens as help; needs no sign-in."""
    return await asyncio.to_thread(functions_page)


async def user() -> dict[str, str]:
    """The authenticated user; the pane uses it to check a token before storing it."""
    return {"name": USER.get()}


async def comparison(wanted: Wanted) -> dict[str, Any]:
    """Rows of a scenario's comparison, with number formats."""
    return await _computed(_comparison, wanted)


async def scenario(wanted: Wanted) -> dict[str, Any]:
    """Name, currency and editable inputs of the user's own scenario."""
    return await _computed(_read, wanted)


async def simulation(wanted: Wanted) -> dict[str, Any]:
    """Percentiles and probabilities of each plan, with number formats."""
    return await _computed(_simulation, wanted)


async def differences(wanted: Wanted) -> dict[str, Any]:
    """What differs from a preset, and what each difference changes, with number formats."""
    return await _computed(_differences, wanted)


async def check(wanted: Wanted) -> dict[str, Any]:
    """Cells of the open workbook that differ from the engine."""
    return await _computed(_check, wanted)


async def workbook(wanted: Wanted) -> dict[str, str]:
    """The comparison workbook of a scenario, in base64."""
    return await _computed(_workbook, wanted)


async def _computed(answer: Callable[..., Any], wanted: dict[str, Any]) -> Any:
    """A response computed in a worker process; a library error becomes HTTP status 422."""
    from .app import processes

    try:
        return await processes().run(answer, wanted)
    except ShorewiseError as error:
        raise HTTPException(422, str(error)) from None


def _read(wanted: dict[str, Any]) -> dict[str, Any]:
    return _scenario(_case(wanted))


def _comparison(wanted: dict[str, Any]) -> dict[str, Any]:
    return comparison_table(_edited(wanted))._asdict()


def _simulation(wanted: dict[str, Any]) -> dict[str, Any]:
    require("uncertainty", "a simulation")
    drawn = simulate(_edited(wanted), _DRAWS)
    return simulation_table(drawn)._asdict() | {"said": simulation_sentences(drawn)[0]}


def _differences(wanted: dict[str, Any]) -> dict[str, Any]:
    against = wanted.get("against")
    other = starting_point(against if isinstance(against, str) else "")
    found = compare_scenarios(other, _edited(wanted))
    if found.is_empty:
        return {"rows": [], "formats": [], "said": "Nothing differs."}
    said = f"A is {found.a}, B is {found.b}; amounts in {found.currency}."
    return differences_table(found)._asdict() | {"said": said}


def _check(wanted: dict[str, Any]) -> dict[str, Any]:
    from ...workbook.stale_outputs import check as differing_cells

    with _file(wanted) as path:
        found = differing_cells(path)
    if not found:
        said = "Every formula cell agrees with the engine."
    else:
        said = f"Cells that differ from the engine: {len(found):,}."
    return differing_cells_table(found)._asdict() | {"said": said}


def _workbook(wanted: dict[str, Any]) -> dict[str, str]:
    from ...workbook import describe, workbook_bytes

    data = workbook_bytes(describe(_edited(wanted)))
    return {"base64": base64.b64encode(data).decode()}


def _prefix() -> str:
    """The prefix of function names in this environment."""
    from xlwings_server import settings

    names = [settings.functions_namespace] if settings.functions_namespace else []
    if settings.environment != "prod":
        names.append(settings.environment)
    return "_".join(names).upper() + "." if names else ""


def _function(one: Function) -> dict[str, Any]:
    return {
        "name": one.name,
        "topic": one.topic,
        "does": one.does,
        "signature": one.signature,
        "example": formula(one),
        "parameters": [
            {
                "name": parameter.name,
                "help": parameter.help,
                "optional": parameter.optional,
                "example": typed(one.example[position]) if position < len(one.example) else "",
            }
            for position, parameter in enumerate(one.parameters)
        ],
    }


def _scenario(case: Scenario) -> dict[str, Any]:
    inputs = default_model().inputs
    return {
        "name": case.name,
        "what": case.name,
        "currency": case.currency,
        "fields": [
            {"name": one, "label": inputs[one].label, "allowed": inputs[one].allowed}
            for one in FIELDS
        ],
        "sites": [
            {"name": site["name"], "values": {one: _figure(site.get(one)) for one in FIELDS}}
            for site in case.to_dict()["sites"][1:]
        ],
    }


def _figure(value: Any) -> float | None:
    """Value of an input of a site; None if it differs between roles."""
    figures = value.values() if isinstance(value, dict) else [value]
    return next(iter(figures)) if len(set(figures)) == 1 else None


def _case(wanted: dict[str, Any]) -> Scenario:
    """The scenario of a request, from where the user chose it.

    Raises
    ------
    ShorewiseError
        An unknown source or preset, a workbook or a table that cannot be read.
    """
    source, name = wanted.get("source", "preset"), wanted.get("scenario")
    if source not in SOURCES:
        raise ScenarioError(f"source must be one of {', '.join(SOURCES)}")
    if source == "preset":
        return starting_point(name if isinstance(name, str) else "")
    if source == "tables":
        return _case_of_tables(wanted.get("tables"))
    from ...workbook.read_back import read

    with _file(wanted) as path:
        return read(path)


def _case_of_tables(tables: Any) -> Scenario:
    """The scenario of selected ranges, read as SHORE_COMPARE reads them."""
    names = [one.name for one in TABLES]
    if not isinstance(tables, dict) or not tables.get(names[0]):
        raise ScenarioError("select a table of sites, and press Use as sites")
    found: list[Scenario] = []

    def answer(**given: Any) -> list[list[str]]:
        found.append(scenario_of(**given))
        return [[""]]

    reader = Function("SHORE_COMPARE", "", "", "table", TABLES, answer, each=False)
    said = call(reader, *(_cells(tables.get(name)) for name in names))
    if not found:
        text = said[0][0] if isinstance(said, list) else said
        raise ScenarioError(str(text).removeprefix(MARK))
    return replace(found[0], name="Selected tables")


def _cells(rows: Any) -> Any:
    """Rows of a range, with None for the empty texts that Office gives for empty cells."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    return [[None if cell == "" else cell for cell in row] for row in rows] or None


@contextlib.contextmanager
def _file(wanted: dict[str, Any]) -> Iterator[Path]:
    """The open workbook of a request as a file, which is removed at once."""
    try:
        data = base64.b64decode(wanted.get("workbook") or "", validate=True)
    except (TypeError, ValueError, binascii.Error):
        data = b""
    if not data:
        raise WorkbookError("this workbook could not be read; save it, and try again")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{_WORKBOOK}.xlsx")
        path.write_bytes(data)
        try:
            yield path
        except ShorewiseError as error:
            raise WorkbookError(str(error).replace(str(path), _WORKBOOK)) from None


def _edited(wanted: dict[str, Any]) -> Scenario:
    """A scenario with the inputs of sites that were edited in the task pane.

    Raises
    ------
    ShorewiseError
        An unknown scenario, or a value that is not allowed.
    """
    case, changes = _case(wanted), wanted.get("sites") or {}
    if not isinstance(changes, dict) or not all(isinstance(x, dict) for x in changes.values()):
        raise ScenarioError("sites must be an object with the inputs of each site by its name")
    if not changes:
        return case
    data = case.to_dict()
    for site in data["sites"]:
        for field, value in changes.get(site["name"], {}).items():
            if field in FIELDS and isinstance(value, (int, float)):
                site[field] = value
    return Scenario.from_dict(data, "task pane")
