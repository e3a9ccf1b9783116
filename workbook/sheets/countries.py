"""Countries and Law: the tables of countries, the same in every workbook."""

import datetime
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...engine.country_figures import figure_of
from ...engine.lists import NO_CHARGE
from ...engine.locations import FACTS, PARTS, Location, Rule, locations
from ...engine.model import default_model
from ...engine.tables import rows
from ..layout.context import number_format
from ..layout.figures import grade_of_fact
from ..layout.scenario_texts import NO_COUNTRY, OWN_FIGURES
from ..layout.sheet import Row, Sheet, block, serial

# Rows of both sheets: heads of columns, and the first of the rows that formulas count from.
HEAD_ROW, FIRST_ROW = 5, 6
ATTRIBUTION = (
    "From EOR Scope (github.com/eorscope/employercosts) and BestEOR "
    "(github.com/yumaheymans/besteor-open-dataset), licensed CC BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/), and from the sources in each row. "
    "The data were changed."
)
GRADED_ON = datetime.date(2026, 11, 28)
GRADES = ("official and current", "secondary or old", "missing something")

_TENURE = 3  # years of service
_DATE = "d mmm yyyy"
# Title, width, and the number format or style of each column: an input's where it is one's name.
_COUNTRIES = (
    ("Code", 18, "label"), ("Country", 40, "label"), ("Currency", 10, "label"),
    ("Per USD", 12, "#,##0.0000"), ("Salary, USD", 11, "#,##0"),
    ("Extra months", 9, "extra_months"), ("Productive hours", 12, "productive_hours"),
    ("Attrition", 10, "attrition_rate"), ("Wage inflation", 10, "wage_inflation"),
    ("Weekly hours", 9, "0.0#"), ("Leave days", 9, "0.0#"), ("Holidays", 10, "0.0#"),
    ("UTC offset", 9, "0.0#"), ("Time zone", 30, "note"), ("First rule", 9, "0"),
    ("Rules", 8, "0"), ("Notice, weeks", 9, "0.0#"), ("Severance, weeks a year", 12, "0.0#"),
    ("Grade of salary", 10, "0"), ("Grade of attrition", 11, "0"),
    ("Grade of inflation", 11, "0"), ("Grade of hours", 11, "0"),
    ("Grade", 20, "note"), ("Newest source", 13, _DATE), ("Oldest source", 13, _DATE),
    ("Missing", 40, "note"), ("Sources", 90, "note"),
)  # fmt: skip
_LAW = (
    ("No.", 7, "0"), ("Code", 18, "note"), ("Charge", 48, "label"), ("Rate", 9, "0.00##%"),
    ("Base", 9, "statutory_base"), ("Exempt", 14, "statutory_exempt"), ("Cap", 14, "statutory_cap"),
    ("Floor", 14, "statutory_floor"), ("Flat", 14, "statutory_flat"),
    ("From pay", 14, "statutory_from_pay"), ("To pay", 14, "statutory_to_pay"),
    ("Smallest", 14, "statutory_minimum"), ("Largest", 14, "statutory_maximum"),
    ("Share of charge no.", 10, "statutory_of_charge"),
    ("On extra months", 9, "statutory_on_extra"), ("First month", 11, "statutory_first_month"),
    ("Last month", 11, "statutory_last_month"), ("Grade", 8, "0"),
    ("Current to", 11, "statutory_current_to"), ("Confidence", 11, "note"), ("Source", 60, "note"),
    ("Read on", 13, _DATE), ("Note", 90, "note"),
)  # fmt: skip


# Columns of sheet Law whose format is not that of their input.
_OTHER = {"statutory_rate": "Rate", "statutory_grade": "Grade", "confidence": "Confidence"}
# Columns of inputs whose head says their name otherwise than the format of their figures does.
_HEADS = {
    "salary": "Salary, USD", "fx_rate": "Per USD", "extra_months": "Extra months",
    "productive_hours": "Productive hours", "attrition_rate": "Attrition",
    "wage_inflation": "Wage inflation", "utc_offset": "UTC offset",
    "stop_notice_weeks": "Notice, weeks", "stop_severance_weeks": "Severance, weeks a year",
}  # fmt: skip


# Inputs whose figures have a grade, and the heads of its column.
_GRADED = {
    "salary": "Grade of salary", "attrition_rate": "Grade of attrition",
    "wage_inflation": "Grade of inflation", "productive_hours": "Grade of hours",
}  # fmt: skip


@functools.cache
def countries_sheet() -> Sheet:
    """A row for each country, region and regime, with the figures that a site there starts from."""
    notes = (
        "What a site in a country starts from; an empty cell was not found. Offset from UTC on 1 "
        "January 2026; notice and severance, beyond accruals on sheet Law, at 3 years of service. "
        "A source dated by its month has the first of it.",
        f"Grade: {GRADES[0]}: each charge of high confidence, read in the year before 28 November "
        f"2026; {GRADES[1]}; {GRADES[2]}: a charge whose rate was not found, which counts as 0.",
    )
    return _sheet("Countries", _COUNTRIES, notes, _country_rows())


@functools.cache
def law_sheet() -> Sheet:
    """A row for each statutory charge of each location, in the order of sheet Countries."""
    notes = (
        "Statutory charges of employers, in local currency a year: rate x (base between floor and "
        "cap, above the exemption) + flat amount, between the smallest and the largest charge.",
        "A share is one of the charge of that number in its location. A rate that was not found is "
        "0, with confidence missing.",
    )
    return _sheet("Law", _LAW, notes, _law_rows())


def column_of_country(name: str) -> str:
    """The cells of sheet Countries with an input's figure, or of a column by its head."""
    heads = [head for head, *_ in _COUNTRIES]
    column = heads.index(_HEADS.get(name, name)) + 1
    return f"Countries!{block(FIRST_ROW, column, 1 + len(locations()))}"


def column_of_charge(name: str) -> str:
    """The cells of sheet Law with a part of each charge, such as ``statutory_rate``.

    ``confidence`` is how sure its figures are.
    """
    looks = [look for *_, look in _LAW]
    heads = [head for head, *_ in _LAW]
    column = heads.index(_OTHER[name]) + 1 if name in _OTHER else looks.index(name) + 1
    return f"Law!{block(FIRST_ROW, column, 1 + _rules())}"


def charge_names() -> str:
    """The cells of sheet Law with the names of charges."""
    return f"Law!{block(FIRST_ROW, 3, 1 + _rules())}"


@functools.cache
def _rules() -> int:
    return sum(len(place.rules) for place in locations().values())


def country_names() -> dict[str, str]:
    """Defined names of the codes, from which a site chooses, and of the grades of figures."""
    codes = f"Countries!{block(FIRST_ROW, 1, 1 + len(locations()))}"
    grades = {f"grade_of_{name}": column_of_country(head) for name, head in _GRADED.items()}
    return {"country_codes": codes, **grades}


def _sheet(
    title: str,
    columns: Sequence[tuple[str, int, str]],
    notes: Iterable[str],
    found: Iterator[tuple[float | str | None, ...]],
) -> Sheet:
    """A filtered list of constants below its heads."""
    sheet = Sheet(title, "output", static=True)
    sheet.put(1, 1, title, "title")
    for row, note in enumerate((*notes, ATTRIBUTION), 2):
        sheet.put(row, 1, note, "note")
    first, *more = found
    inputs = default_model().inputs
    for column, ((head, width, look), content) in enumerate(zip(columns, first, strict=True), 1):
        is_text = look in ("label", "note")
        sheet.put(HEAD_ROW, column, head, "head" if is_text else "number head")
        sheet.widths[column] = width
        style_format = number_format(inputs[look]) if look in inputs else look
        if is_text:
            sheet.put(FIRST_ROW, column, content, look)
        else:
            sheet.put(FIRST_ROW, column, content, "reference", style_format)
    sheet.more = tuple(Row(contents) for contents in more)
    sheet.heights[HEAD_ROW] = 2
    sheet.filter = block(HEAD_ROW, 1, len(more) + 2, len(columns))
    sheet.freeze = f"{'C' if title == 'Countries' else 'D'}{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns, sheet.pages_wide = HEAD_ROW, 2, 2
    sheet.print_columns = len(columns) - 1  # without the sources or notes, which are long
    return sheet


def _country_rows() -> Iterator[tuple[float | str | None, ...]]:
    tables = {row["iso"]: row for row in rows("locations.csv")}
    regions = {f"{row['iso']}-{row['variant']}": row for row in rows("variants.csv")}
    termination = [*rows("termination.csv")]
    # The first row stands for a site with figures of its own.
    # A word in its cells: IronCalc takes an empty cell with a style for 0.
    yield OWN_FIGURES, NO_COUNTRY, *("own",) * 12, 0, 0, *("own",) * 6, *(None,) * 5
    number = 2  # below the row for no charge
    for place in locations().values():
        iso = place.iso[:2]
        held = [row for kind in ("notice", "severance") if (row := _held(termination, iso, kind))]
        missing = [rule.line for rule in place.rules if rule.rate is None]
        dates = [_date(rule.source_date) for rule in place.rules if rule.source_date]
        yield (
            place.iso,
            place.country,
            place.currency,
            place.fx_rate,
            *(place.facts[name] for name in FACTS),
            *(_number(tables[iso][name]) for name in ("weekly_hours", "leave_days", "holidays")),
            figure_of(place, "utc_offset"),
            place.time_zone,
            number,
            len(place.rules),
            figure_of(place, "stop_notice_weeks"),
            figure_of(place, "stop_severance_weeks"),
            *(_grade_of_fact(place, name) for name in _GRADED),
            _grade(place.rules),
            serial(max(dates)),
            serial(min(dates)),
            "; ".join(missing) or None,
            "; ".join(_sources(place, tables[iso], regions.get(place.iso), held)),
        )
        number += len(place.rules)


def _law_rows() -> Iterator[tuple[float | str | None, ...]]:
    empty = {part: default_model().inputs[f"statutory_{part}"].last for part in PARTS}
    empty["rate"] = 0
    number = 1
    # The first row stands below the last charge of a country.
    yield number, None, NO_CHARGE, *(empty[part] for part in PARTS), *(None,) * 4
    for place in locations().values():
        for rule in place.rules:
            number += 1
            parts = [getattr(rule, part) for part in PARTS]
            yield (
                number,
                place.iso,
                rule.line,
                *(
                    empty[part] if value is None else value
                    for part, value in zip(PARTS, parts, strict=True)
                ),
                rule.confidence,
                rule.source,
                serial(_date(rule.source_date)),
                rule.note or None,
            )


def _grade_of_fact(place: Location, name: str) -> int | None:
    """Number of the grade of a country's figure; None where none was found."""
    return None if place.facts[name] is None else grade_of_fact(place, name)


def _held(
    termination: Iterable[Mapping[str, str]], iso: str, kind: str
) -> Mapping[str, str] | None:
    """The row of a kind that holds at three years of service."""
    reached = [
        row
        for row in termination
        if row["iso"] == iso and row["kind"] == kind and float(row["from_years"]) <= _TENURE
    ]
    return max(reached, key=lambda row: float(row["from_years"]), default=None)


def _grade(charges: Sequence[Rule]) -> str:
    if any(rule.rate is None for rule in charges):
        return GRADES[2]
    year_before = GRADED_ON.replace(year=GRADED_ON.year - 1)
    current = all(
        rule.confidence == "high" and _date(rule.source_date) >= year_before for rule in charges
    )
    return GRADES[0] if current else GRADES[1]


def _sources(
    place: Location,
    row: Mapping[str, str],
    region: Mapping[str, str] | None,
    held: Iterable[Mapping[str, str]],
) -> Iterator[str]:
    """Where the figures of a row come from, with their confidence."""
    if region:
        told = _evidence(region["note"], region["source"], region["source_date"])
        yield f"{region['name']}: {told}"
    yield f"per USD: {_evidence(*place.sources['fx_rate'])}"
    for name in FACTS:
        if place.facts[name] is not None and place.sources[name][0]:
            label = name.removesuffix("_rate").replace("_", " ")
            yield f"{label}: {_evidence(*place.sources[name])}"
    if row["leave_days"]:
        yield f"leave: {_evidence(row['leave_source'], row['leave_confidence'])}"
    for one in held:
        told = _evidence(one["source"], one["source_date"], one["confidence"], one["note"])
        yield f"{one['kind']}: {told}"


def _evidence(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _date(text: str) -> datetime.date:
    """A day; the first of a month that is given without one."""
    return datetime.date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")


def _number(text: str) -> float | None:
    return float(text) if text else None
