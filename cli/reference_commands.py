"""The commands ``inputs``, ``measures`` and ``worktypes``: what can be set and read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from . import completion
from .listings import Listing, listing, print_listing

if TYPE_CHECKING:
    from ..engine.reference import InputRow, MeasureRow, WorkTypeRow


@click.command(short_help="What a scenario can set: units, defaults, columns.")
@listing(completion.inputs)
def inputs(words: tuple[str, ...], as_json: bool, csv: str | None, force: bool) -> None:
    """List what a scenario can set, or what has every WORD in its name, label, topic or unit.

    Of each input: its unit, what it is set for, its default and range, its key in scenario files
    and its column in tables of scenarios, in which a name takes the place of SITE, ROLE or PLAN.

    In units, money is in the currency of the scenario and local in that of the site; a fraction of
    0.2 is 20 %. Defaults in money are US dollars and are converted to the currency of the scenario.
    The name of an input as the only WORD prints all about it, with its source: [A] marks an
    assumption, S0-08 an item of the source articles, listed in docs/coverage.md.
    """
    from ..engine.reference import input_rows

    asked = Listing(words, as_json, csv, force)
    print_listing("input", input_rows(), asked, _about_input, _all_about_input)


def _about_input(row: "InputRow") -> Iterator[str]:
    yield f"{row.label}: {row.unit}, for {row.set_for}"
    yield f"{_default(row)}; {row.allowed}"
    yield "; ".join(_addresses(row))


def _all_about_input(row: "InputRow") -> Iterator[str]:
    yield row.label
    yield f"Topic: {row.topic}"
    yield f"Unit: {row.unit}"
    yield f"Set for: {row.set_for}"
    yield f"Allowed: {row.allowed}"
    for word, phrase in zip(row.choices, row.phrases, strict=False):  # some have no phrases
        yield f"  {word}: {phrase}"
    for text in (_default(row), *_addresses(row)):
        yield _sentence(text)
    yield f"Source: {row.source}"


def _addresses(row: "InputRow") -> Iterator[str]:
    yield f"in files: {row.file_key}"
    if row.column:
        yield f"in tables: {row.column}"


def _default(row: "InputRow") -> str:
    """The default in words, and which sites have another."""
    text = f"default {_number(row.default)}"
    if row.unit.startswith("money") and row.default:
        text += " USD"
    if row.default_onshore is not None:
        text += f", onshore {_number(row.default_onshore)}"
    if row.from_country:
        text += ", or that of the site's country"
    if not row.set_onshore:
        text += ", not for the onshore base"
    return text


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _number(value: Any) -> str:
    if isinstance(value, dict):
        return "its own for each driver"
    if isinstance(value, list):
        return " ".join(_number(one) for one in value)
    if value is None:
        return "none"
    return value if isinstance(value, str) else f"{value:,.10g}"


_READ_IN = {"results": "the JSON of compare, results.csv of bulk"}


@click.command(short_help="The measures of a plan: meaning, unit.")
@listing(completion.measures)
def measures(words: tuple[str, ...], as_json: bool, csv: str | None, force: bool) -> None:
    """List the measures of a plan, or those with every WORD in their name, label or meaning.

    Names are those of --measure, of the JSON of compare and of the columns of results.csv. In
    units, money is in the currency of the scenario; a fraction of 0.2 is 20 %.
    """
    from ..engine.reference import measure_rows

    asked = Listing(words, as_json, csv, force)
    print_listing("measure", measure_rows(), asked, _about_measure, _all_about_measure)


def _about_measure(row: "MeasureRow") -> Iterator[str]:
    yield f"{row.label}: {row.unit}"
    yield row.meaning


def _all_about_measure(row: "MeasureRow") -> Iterator[str]:
    yield row.label
    yield f"Unit: {row.unit}"
    yield f"Meaning: {row.meaning}"
    if row.no_answer:
        yield f"No answer where {row.no_answer}"
    yield f"Read in: {', '.join(_READ_IN.get(one, one) for one in row.read_in)}"
    yield f"Formula: shorewise lines {row.line}"


@click.command(short_help="The types of work that a role may have.")
@listing(completion.work_types)
def worktypes(words: tuple[str, ...], as_json: bool, csv: str | None, force: bool) -> None:
    """List the types of work, or those with every WORD in their name, label or reason.

    A role has one by the key work_type of a scenario file: work_type = "testing" for all roles, or
    work_type = { "QA engineer" = "testing" }. It gives the role its scores from 1, low, to 5, high,
    and says whether the work must stay onshore.
    """
    from ..engine.reference import work_type_rows

    asked = Listing(words, as_json, csv, force)
    print_listing("type of work", work_type_rows(), asked, _about_work_type, _all_about_work_type)


def _about_work_type(row: "WorkTypeRow") -> Iterator[str]:
    stays = ", must stay onshore" if row.onshore_only == "yes" else ""
    yield f"{row.label}: {row.place}{stays}; {row.why}"
    yield "; ".join(_traits(row))


def _all_about_work_type(row: "WorkTypeRow") -> Iterator[str]:
    yield row.label
    yield f"Place: {row.place}"
    yield f"Why: {row.why}"
    for text in _traits(row):
        yield _sentence(text)
    yield f"Must stay onshore: {row.onshore_only}"
    yield f"Source: {row.source}"


def _traits(row: "WorkTypeRow") -> Iterator[str]:
    yield f"ambiguity {row.ambiguity}"
    yield f"collaboration {row.collaboration}"
    yield f"criticality {row.criticality}"
    yield f"frequency of change {row.change_frequency}"
