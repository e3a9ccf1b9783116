"""Number types of command-line options, whose errors suggest a valid notation."""

import math
import re
from typing import Any, TypeAlias

import click

Parameter: TypeAlias = click.Parameter | None
Context: TypeAlias = click.Context | None

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")


class Percentage(float):
    """A fraction that was entered as a percentage."""


class Number(click.ParamType):
    """A number, or a percentage such as 30%, which is 0.3."""

    name = "number"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> float:
        """Parse the text as a float; a usage error suggests a valid notation."""
        if isinstance(value, float):
            return value
        text = value.strip().replace("_", "")
        try:
            return Percentage(float(text[:-1]) / 100) if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{shown(value)} is not a number{_suggestion(value)}", param, ctx)


class Percent(Number):
    """A percentage; 10 and 10% are the same."""

    name = "percent"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> float:
        """Parse the text as a float, without its per cent sign."""
        return super().convert(value.strip().removesuffix("%"), param, ctx)


class Whole(click.ParamType):
    """A whole number within a range; 64.0 is also accepted."""

    name = "integer"

    def __init__(self, lowest: int | None = None, highest: int | None = None) -> None:
        self.lowest = -math.inf if lowest is None else lowest
        self.highest = math.inf if highest is None else highest

    def convert(self, value: Any, param: Parameter, ctx: Context) -> int:
        """Parse the text as an int; a usage error suggests a valid notation."""
        text = str(value).strip()
        if not _WHOLE.fullmatch(text):
            hint = _suggestion(value, self.lowest, self.highest, whole=True)
            self.fail(f"{shown(value)} is not a whole number{hint}", param, ctx)
        number = int(text.partition(".")[0])
        if not self.lowest <= number <= self.highest:
            end = "" if self.highest == math.inf else f" and up to {self.highest:,}"
            self.fail(f"{number} must be {self.lowest:,} or more{end}", param, ctx)
        return number


def shown(value: object) -> str:
    """A value as quoted in messages, shortened if it is long."""
    from ..engine.reading.consistency import shown as engine_shown

    return engine_shown(value)


def _suggestion(
    value: object, lowest: float = -math.inf, highest: float = math.inf, *, whole: bool = False
) -> str:
    from ..engine.reading.numerals import instead

    return instead(value, lowest, highest, whole)
