"""Scenarios to start from: the embedded default, and the presets."""

from ..engine.errors import ScenarioError
from ..engine.scenario import Scenario, presets

DEFAULT = "default"


def starting_points() -> dict[str, str]:
    """What each scenario to start from is, by its name."""
    return {DEFAULT: "The embedded default", **presets()}


def starting_point(name: str) -> Scenario:
    """A scenario to start from; ScenarioError for a name that none has."""
    if name not in starting_points():
        raise ScenarioError(
            f"scenario must be one of {', '.join(starting_points())}; it is {name[:40]!r}"
        )
    return Scenario.default() if name == DEFAULT else Scenario.preset(name)
