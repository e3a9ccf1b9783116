"""The model of what a distributed team really costs. NumPy, and nothing of Excel."""

from .address import Address, addresses, take
from .declaration import Input
from .errors import DomainError, ExtraError, ModelError, ScenarioError, ShorewiseError
from .inputs import INPUTS
from .lines import Line, line
from .measures import OVERHEAD, results
from .model import Model, default_model
from .placement import Recommendation, recommend
from .scenario import Scenario, presets

__all__ = [
    "INPUTS",
    "OVERHEAD",
    "Address",
    "DomainError",
    "ExtraError",
    "Input",
    "Line",
    "Model",
    "ModelError",
    "Recommendation",
    "Scenario",
    "ScenarioError",
    "ShorewiseError",
    "addresses",
    "default_model",
    "line",
    "presets",
    "recommend",
    "results",
    "take",
]
