"""The reference of countries in docs/countries.md, generated from the tables."""

from collections.abc import Iterator
from typing import Any

from ..engine.calculators.country_summary import DEFAULT_SALARY, explained, grade, salary_in
from ..engine.declaration import month_of
from ..engine.employment_law import START, charge_of, iso_of, stale, terms
from ..engine.locations import Location, locations


def countries_reference() -> str:
    """Coverage of the tables, then each country's rules and terms, in Markdown."""
    found = [*locations().values()]
    lines = [
        "## Coverage",
        "",
        f"Charges at {DEFAULT_SALARY:,} USD a year, by the law of {START}; a rate that was not "
        "found counts 0.",
        "",
        "| code | country | rules | charges | newest source | oldest source | grade |",
        "|---|---|---:|---:|---|---|---|",
        *map(_coverage, found),
    ]
    for location in found:
        lines += ["", f"## {location.country} ({location.iso})", "", *_section(location)]
    return "\n".join(lines).rstrip() + "\n"


def _coverage(location: Location) -> str:
    dates = sorted(rule.source_date for rule in location.rules if rule.source_date)
    about = explained(location, salary_in(location, None, None))
    charges = sum(one["amount"] or 0.0 for one in about["lines"])
    cells = [
        location.iso,
        location.country,
        f"{len(location.rules)}",
        f"{charges / about['salary']:.1%}",
        dates[-1] if dates else "",
        dates[0] if dates else "",
        grade(location.rules),
    ]
    return f"| {' | '.join(cells)} |"


def _section(location: Location) -> Iterator[str]:
    about = explained(location, salary_in(location, None, None))
    if iso_of(location) != location.iso:
        yield f"As [{iso_of(location)}](#{_anchor(iso_of(location))}), but for its charges."
    else:
        yield from _terms(location, about)
    yield ""
    yield f"| charge | months | terms in {location.currency} a year | grade | source |"
    yield "|---|---|---|---|---|"
    for rule in location.rules:
        first, last = (month_of(d) if d else "" for d in (rule.first_month, rule.last_month))
        months = " ".join(
            filter(None, (f"from {first}" if first else "", f"to {last}" if last else ""))
        )
        source = "; ".join(
            filter(None, (rule.source, rule.source_date, stale(rule, START), rule.note))
        )
        cells = [charge_of(rule), months, terms(rule, location), rule.confidence, source]
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    for sentence in about["missing"] if iso_of(location) == location.iso else ():
        yield ""
        yield f"Missing: {sentence}."


def _anchor(iso: str) -> str:
    """Anchor of a country's heading."""
    heading = f"{locations()[iso].country} {iso}".lower()
    return "".join(c for c in heading if c.isalnum() or c in " -").replace(" ", "-")


def _terms(location: Location, about: dict[str, Any]) -> Iterator[str]:
    held = about["leave"]
    extra = location.facts["extra_months"]
    yield f"- Extra months of pay: {_shown(extra, 'a year')} ({held['extra_months_source']})"
    yield (
        f"- Leave {_shown(held['leave_days'], 'days')} ({held['leave_source']}), holidays "
        f"{_shown(held['holidays'], 'days')}; {_shown(held['weekly_hours'], 'hours a week')}, "
        f"{_shown(held['productive_hours'], 'productive hours a year')}"
    )
    for kind, unit in (("notice", "weeks"), ("severance", "months of pay")):
        by_years = about[kind]["by_years"]
        if by_years is None:
            yield f"- {kind.capitalize()}: not found"
            continue
        shown = (f"{_shown(number, '')} at {years}" for years, number in by_years.items())
        sources = "; ".join(dict.fromkeys(about[kind]["sources"]))
        yield f"- {kind.capitalize()} in {unit} by years: {', '.join(shown)} ({sources})"
    for variant, name in about["regions"].items():
        yield f"- Region or regime: {name} ({variant})"


def _shown(number: float | None, unit: str) -> str:
    return "not found" if number is None else f"{number:,.4g} {unit}".strip()
