"""The lines of the model, one module a topic, in the order in which a reader meets them."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ..cost_kinds import Cost
from ..docstrings import Description, description_of
from .topics import topic_of

# Words for the values 0, 1, 2 of lines in these units: what every reader is shown.
WORDS: dict[str, tuple[str, ...]] = {
    "yes/no": ("no", "yes"),
    "verdict": ("trap", "marginal", "advantage"),
    "model": ("offshore", "hybrid", "nearshore"),
}
NOT_DECLARED = "n/a"  # what a line that always has an answer would show in place of one


@dataclass(frozen=True)
class Line:
    """One row of the model: what a line function says of itself.

    Parameters
    ----------
    name, label, unit : str
        The function's name; what a reader sees; "money" stands for the scenario's currency.
    over : tuple of str
        Axes the line varies over, besides scenario.
    function : callable
        Plain NumPy over the arrays its parameters name.
    missing : str
        What a reader sees where no answer exists (NaN).
    live_of : str
        The input that it stands for: lines that ask for that input get this line.
    docstring : str or None
        The function's docstring as it stands in the source; None where Python stripped it.
    formula : str
        What the line computes, for a function whose source does not say it; else "".
    nan_where : str
        Where no answer exists (NaN), in words; "" for a line that always has one.
    entered_of : str
        The input that it shows as entered, whatever line stands for it elsewhere.
    cost : Cost or None
        What kind of money it is, for a line that the cost of a month is made of.
    """

    name: str
    label: str
    unit: str
    over: tuple[str, ...]
    function: Callable
    missing: str
    live_of: str = ""
    docstring: str | None = None
    formula: str = ""
    nan_where: str = ""
    entered_of: str = ""
    cost: Cost | None = None

    @property
    def topic(self) -> str:
        """Heading under which the line stands."""
        return topic_of(self.function).title

    @property
    def sheet(self) -> str:
        """Sheet of the line's topic; "" if the topic has none of its own."""
        return topic_of(self.function).sheet

    @cached_property
    def description(self) -> Description:
        """What the function's docstring says: a summary, reasons, a source."""
        return description_of(self.function, self.docstring)

    @property
    def meaning(self) -> str:
        """What the line is and why, and where no answer exists, in sentences."""
        summary, reasons, _ = self.description
        nowhere = f"No answer where {self.nan_where}." if self.nan_where else ""
        return " ".join(filter(None, (summary, reasons, nowhere)))

    def in_words(self, value: float) -> float | str:
        """A value as a reader is shown it: a word where it is a code or no answer, else itself."""
        if value != value:
            return self.missing
        return WORDS[self.unit][int(value)] if self.unit in WORDS else value


def line(
    label: str,
    *,
    unit: str = "",
    over: tuple[str, ...] = (),
    missing: str = NOT_DECLARED,
    live_of: str = "",
    formula: str = "",
    nan_where: str = "",
    entered_of: str = "",
    cost: Cost | None = None,
):
    """Declare a function as a line; the function itself stays as it is.

    The parameter names of the function are names of inputs, of other lines, or of
    :data:`~shorewise.engine.lists.BUILTINS`. Its docstring says in the first sentence what the line
    is, then, where it needs more, why, and after ``Source:`` where it comes from;
    :mod:`~shorewise.engine.docstrings` adds parameters, result and formula.
    """

    def declare(function):
        docstring = function.__doc__
        function.line = Line(
            function.__name__, label, unit, over, function, missing, live_of,
            docstring, formula, nan_where, entered_of, cost,
        )  # fmt: skip
        return function

    return declare


def with_parameters(
    name: str, parameters: Iterable[str], docstring: str, function: Callable
) -> Callable:
    """A function under a name, a docstring and names of parameters that are made, not typed.

    For lines that are declared many at a time: :func:`line` reads them as those of any function.

    Parameters
    ----------
    name, docstring : str
    parameters : iterable of str
        Names of inputs and lines, in the order of the function's own parameters.
    function : callable
        Changed in place; the module that defines it gives the line its topic.
    """
    kind = inspect.Parameter.POSITIONAL_ONLY
    function.__name__ = function.__qualname__ = name
    function.__doc__ = docstring
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(one, kind) for one in parameters]
    )
    return function
