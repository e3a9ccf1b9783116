"""Numbers among a command's options; what is not written as one gets the number to write."""

import math
import re

import click

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")


class Share(float):
    """A number that was given in per cent."""


class Number(click.ParamType):
    """A number; 30% is 0.3."""

    name = "number"

    def convert(self, value, param, ctx):
        """A float of the text, or a usage error that says what to write."""
        if isinstance(value, float):
            return value
        text = value.strip().replace("_", "")
        try:
            return Share(float(text[:-1]) / 100) if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{shown(value)} is no number{_instead(value)}", param, ctx)


class Percent(Number):
    """A percentage; 10 and 10% are the same."""

    name = "percent"

    def convert(self, value, param, ctx):
        """A float of the text without its sign."""
        return super().convert(value.strip().removesuffix("%"), param, ctx)


class Whole(click.ParamType):
    """A whole number in a range; 64.0 is one."""

    name = "integer"

    def __init__(self, lowest: int | None = None, highest: int | None = None):
        self.lowest = -math.inf if lowest is None else lowest
        self.highest = math.inf if highest is None else highest

    def convert(self, value, param, ctx):
        """An int of the text, or a usage error that says what to write."""
        text = str(value).strip()
        if not _WHOLE.fullmatch(text):
            hint = _instead(value, self.lowest, self.highest, whole=True)
            self.fail(f"{shown(value)} is no whole number{hint}", param, ctx)
        number = int(text.partition(".")[0])
        if not self.lowest <= number <= self.highest:
            end = "" if self.highest == math.inf else f" and up to {self.highest:,}"
            self.fail(f"{number} must be {self.lowest:,} or more{end}", param, ctx)
        return number


def shown(value) -> str:
    """A value as a message shows it."""
    from ..engine.reading.consistency import shown as engine_shown

    return engine_shown(value)


def _instead(value, *limits, **options) -> str:
    from ..engine.reading.numerals import instead

    return instead(value, *limits, **options)
