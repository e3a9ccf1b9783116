"""What the task pane asks its server for: the functions, scenarios, and their comparison."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException

from ...engine.errors import ShorewiseError
from ...engine.model import default_model
from ...engine.results import MEASURES, results
from ...engine.scenario import Scenario, presets
from ..function import Function
from ..functions import FUNCTIONS
from ..reference import formula, typed

FIELDS = (
    "salary",
    "management_rate",
    "attrition_rate",
    "productivity",
    "overlap_hours",
    "rework_end",
)
DEFAULT = "default"  # the embedded scenario, beside the presets
_FORMATS = {"fraction": "0.0%", "months": "0.0", "month": "0"}

Wanted = Annotated[dict[str, Any], Body()]


def pane_router() -> APIRouter:
    """The routes, of which those that compute ask for a user; made where xlwings has its key."""
    from xlwings_server import dependencies, settings

    router = APIRouter(prefix=f"{settings.app_path}/shorewise")
    signed_in = [Depends(dependencies.get_user)]
    router.add_api_route("/pane.json", pane)
    for compute in (comparison, workbook):
        path = f"/{compute.__name__}"
        router.add_api_route(path, compute, methods=["POST"], dependencies=signed_in)
    return router


async def pane() -> dict[str, Any]:
    """The functions with their help, and the scenarios with what may be edited; no secrets."""
    return {
        "prefix": _prefix(),
        "functions": [_function(one) for one in FUNCTIONS],
        "scenarios": [_scenario(name, what) for name, what in _scenarios().items()],
    }


def comparison(wanted: Wanted) -> dict[str, Any]:
    """Rows of the comparison of a scenario, and their number formats."""
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


def workbook(wanted: Wanted) -> dict[str, str]:
    """The comparison workbook of a scenario, in base64."""
    from ...workbook import describe, workbook_bytes

    data = workbook_bytes(describe(_edited(wanted)))
    return {"base64": base64.b64encode(data).decode()}


def _prefix() -> str:
    """What stands before a function's name in this environment."""
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
                "example": typed(one.example[place]) if place < len(one.example) else "",
            }
            for place, parameter in enumerate(one.parameters)
        ],
    }


def _scenarios() -> dict[str, str]:
    return {DEFAULT: "The embedded default", **presets()}


def _case(name: Any) -> Scenario:
    return Scenario.default() if name == DEFAULT else Scenario.preset(str(name))


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
    """One figure of a site, also where each role has its own but all are the same."""
    figures = value.values() if isinstance(value, dict) else [value]
    return next(iter(figures)) if len(set(figures)) == 1 else None


def _edited(wanted: dict[str, Any]) -> Scenario:
    """A scenario with the figures of its sites that the task pane changed."""
    try:
        data = _case(wanted.get("scenario")).to_dict()
        changes = wanted.get("sites") or {}
        for site in data["sites"]:
            for name, value in (changes.get(site["name"]) or {}).items():
                if name in FIELDS and isinstance(value, (int, float)):
                    site[name] = value
        return Scenario.from_dict(data, "task pane")
    except ShorewiseError as error:
        raise HTTPException(422, str(error)) from None
    except (AttributeError, TypeError):
        raise HTTPException(422, "scenario and sites must be a name and a table") from None


def _text(text: str) -> str:
    """A text that no cell takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
