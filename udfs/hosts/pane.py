"""HTTP API of the task pane: functions, editable scenarios, and their comparison."""

import asyncio
import base64
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException
from fastapi.responses import HTMLResponse

from ...engine.errors import ScenarioError, ShorewiseError
from ...engine.measures import MEASURES, results
from ...engine.model import default_model
from ...engine.scenario import Scenario, presets
from ..calling import Function
from ..functions import FUNCTIONS
from ..reference_page import formula, typed
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
DEFAULT = "default"  # the embedded scenario, beside the presets
_FORMATS = {
    "fraction": "0.0%",
    "fraction/year": "0.0%",
    "fraction/month": "0.00%",
    "months": "0.0",
    "month": "0",
}

Wanted = Annotated[dict[str, Any], Body()]


def pane_router() -> APIRouter:
    """Router of the task pane; routes that compute need an authenticated user."""
    from xlwings_server import dependencies, settings

    router = APIRouter(prefix=f"{settings.app_path}/shorewise")
    signed_in = [Depends(dependencies.get_user)]
    router.add_api_route("/pane.json", pane)
    router.add_api_route("/functions.html", functions, response_class=HTMLResponse)
    for answer in (user, comparison, workbook):
        path = f"/{answer.__name__}"
        router.add_api_route(path, answer, methods=["POST"], dependencies=signed_in)
    return router


async def pane() -> dict[str, Any]:
    """Functions with their help, and scenarios with their editable inputs; needs no sign-in."""
    return {
        "prefix": _prefix(),
        "functions": [_function(one) for one in FUNCTIONS],
        "scenarios": [_scenario(name, what) for name, what in _scenarios().items()],
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


def _comparison(wanted: dict[str, Any]) -> dict[str, Any]:
    case = _edited(wanted)
    found = results(case, case.evaluate())
    plans = found["plans"]
    rows: list[list[Any]] = [
        [_text(f"{found['scenario']}, {found['horizon_months']} months")] + [""] * len(plans),
        [_text(found["currency"]), *(_text(plan["name"]) for plan in plans)],
    ]
    formats = [["@"] * len(rows[0])] * 2
    for key, name in MEASURES.items():
        line = default_model().lines[name]
        form = _FORMATS.get(line.unit, "#,##0")
        cells = (plan[key] for plan in plans)
        rows.append([line.label, *(line.missing if cell is None else cell for cell in cells)])
        formats.append(["@"] + [form] * len(plans))
    return {"rows": rows, "formats": formats}


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


def _scenarios() -> dict[str, str]:
    return {DEFAULT: "The embedded default", **presets()}


def _case(name: str) -> Scenario:
    return Scenario.default() if name == DEFAULT else Scenario.preset(name)


def _scenario(name: str, what: str) -> dict[str, Any]:
    sites = _case(name).to_dict()["sites"]
    inputs = default_model().inputs
    return {
        "name": name,
        "what": what,
        "fields": [
            {"name": one, "label": inputs[one].label, "allowed": inputs[one].allowed}
            for one in FIELDS
        ],
        "sites": [
            {"name": site["name"], "values": {one: _figure(site.get(one)) for one in FIELDS}}
            for site in sites[1:]
        ],
    }


def _figure(value: Any) -> float | None:
    """Value of an input of a site; None if it differs between roles."""
    figures = value.values() if isinstance(value, dict) else [value]
    return next(iter(figures)) if len(set(figures)) == 1 else None


def _edited(wanted: dict[str, Any]) -> Scenario:
    """A scenario with the inputs of sites that were edited in the task pane.

    Raises
    ------
    ShorewiseError
        An unknown scenario, or a value that is not allowed.
    """
    name, changes = wanted.get("scenario"), wanted.get("sites") or {}
    if not isinstance(name, str) or name not in _scenarios():
        raise ScenarioError(f"scenario must be one of {', '.join(_scenarios())}")
    if not isinstance(changes, dict) or not all(isinstance(x, dict) for x in changes.values()):
        raise ScenarioError("sites must be an object with the inputs of each site by its name")
    data = _case(name).to_dict()
    for site in data["sites"]:
        for field, value in changes.get(site["name"], {}).items():
            if field in FIELDS and isinstance(value, (int, float)):
                site[field] = value
    return Scenario.from_dict(data, "task pane")


def _text(text: str) -> str:
    """A text escaped so that Excel does not read it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
