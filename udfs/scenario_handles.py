"""Scenario cells as object handles with a card of properties, where a host has them.

What a handle holds is the text of the scenario cell; the tables stay with the registry.
"""

import os
import re
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import xlwings as xw

from ..engine.address import take
from ..engine.criteria import none_in_words
from ..engine.errors import DomainError, ScenarioError
from ..engine.model import default_model
from ..engine.plan_figures import RECOMMENDED, plans_named
from .calling import Function
from .coerce import MARK, CellError
from .scenario_registry import RECALCULATE, REGISTRY, is_scenario_text
from .scenario_tables import scenario_of

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # what stands for a handle
_FIGURES = ("npv", "net_saving", "break_even_month", "peak_funding")  # of the best plan

Card = dict[str, float | str]


def has_handles() -> bool:
    """Whether the host shows objects as handles: xlwings Lite or Server, of a recent version."""
    on_server = os.environ.get("XLWINGS_ON_SERVER", "").lower() == "true"
    return hasattr(xw, "ObjectHandle") and (on_server or sys.platform == "emscripten")


def from_handles(function: Function, arguments: Iterable[Any]) -> tuple[Any, ...]:
    """The arguments of a call, with the text of a scenario cell for each handle.

    Raises
    ------
    CellError
        A handle that the host no longer knows.
    """
    return tuple(
        _text_of(cells) if takes else cells
        for cells, takes in zip(arguments, function.takes_scenario, strict=False)
    )


def _text_of(cells: Any) -> Any:
    """The text that a handle holds; any other argument as it is."""
    cell = cells
    while isinstance(cell, (list, tuple)) and len(cell) == 1:
        [cell] = cell
    if not isinstance(cell, str) or not _KEY.fullmatch(cell):
        return cells
    if object not in xw.conversion.accessors:
        return cells
    try:
        return xw.conversion.read(None, cell, {"convert": object}, engine_name="officejs")
    except xw.ObjectCacheMissError:
        message = f"{MARK}this scenario is not known here any more: {RECALCULATE}"
        raise CellError(message) from None


def card_of(content: str) -> Card:
    """What the card of a scenario cell says: its size, and the chief figures of the best plan.

    Parameters
    ----------
    content : str
        The text of a :class:`.scenario_contents.Content`.

    Returns
    -------
    dict of str to float or str
        By heading.
    """
    scenario = scenario_of(((content,),))
    card: Card = {
        "Plans": ", ".join(scenario.plans),
        "Sites": ", ".join(scenario.sites),
        "Horizon, months": float(scenario.horizon_months),
        "First month": scenario.start_month,
        "Currency": scenario.currency,
    }
    try:
        values = scenario.evaluate()
        [best] = plans_named(scenario, RECOMMENDED)
    except ScenarioError as error:
        return card | {"Best plan": str(error)}
    except DomainError:
        return card | {"Best plan": none_in_words(scenario)}
    lines = default_model().lines
    figures = {
        lines[name].label: lines[name].in_words(take(values, name, plan=best).item())
        for name in _FIGURES
    }
    return card | {"Best plan": scenario.plans[best]} | figures


def handle(text: Any, card: Card | None = None) -> Any:
    """An object handle that shows the text of a scenario cell, or a message.

    Parameters
    ----------
    text : str
    card : dict, optional
        What :func:`card_of` returned.
    """
    icons = xw.ObjectHandleIcons
    return xw.ObjectHandle(
        text,
        text=str(text),
        icon=icons.table if card else icons.warning,
        properties={head: _property(value) for head, value in (card or {"Status": text}).items()},
    )


def handle_of(text: Any) -> Any:
    """An object handle with a card for the text of a scenario cell, or for a message."""
    return handle(text, card_of(REGISTRY.find(text)) if is_scenario_text(text) else None)


def _property(value: float | str) -> dict[str, Any]:
    """A property of a card, as Excel's data types have it."""
    if isinstance(value, str):
        return {"type": "String", "basicValue": value}
    if not np.isfinite(value):
        return {"type": "String", "basicValue": "n/a"}
    whole = float(value).is_integer() or abs(value) >= 1_000
    return {
        "type": "FormattedNumber",
        "basicValue": float(value),
        "numberFormat": "#,##0" if whole else "0.000",
    }
