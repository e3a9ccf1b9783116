"""Figures and texts of a scenario to bind to a described book, and the key of its shape.

This module does not need openpyxl, so that a compiled book is filled without importing it.
"""

import functools
import itertools
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ...engine.axes import RULES
from ...engine.country_figures import follows_country
from ...engine.drivers import DRIVERS, SAVED, SAVED_NAMES
from ...engine.employment_law import leave
from ...engine.evidence import COMPONENTS, FIGURES, Book
from ...engine.lines import Line
from ...engine.lists import CHECKLIST_NAMES, LISTS, NO_CHARGE, UNUSED, List
from ...engine.locations import currencies, locations, rate_of
from ...engine.model import default_model
from ...engine.reading.missing_figures import DEFAULTS_IN
from ...engine.scenario import OTHER_CURRENCY, Scenario
from ...engine.spares import AXES, PHRASES, is_spare
from . import figures, governance
from .board_texts import shown_in
from .choices import RECOMMENDED, SHOWN_PLAN, is_in_words, word_key, words_of
from .derived import CASE_LINES, CASE_WORDS, YEAR_LINES, derived, derived_texts
from .law_rows import BLANK, law_texts
from .references import Text
from .roster_figures import roster_figures, roster_key

NAME, CURRENCY = "{name}", "{currency}"  # pieces in whose place those of a plan stand
# What sheet Countries may lack of a country, in words.
LACKING = {
    "salary": "salary ",
    "attrition_rate": "attrition ",
    "wage_inflation": "wage inflation ",
}
# Names along axes that are the same in every workbook.
_CONSTANT = {
    "driver": tuple(default_model().inputs[name].label for name in DRIVERS),
    "checklist": CHECKLIST_NAMES,
    "figure": tuple(figure.label for figure in FIGURES.values()),
    "component": tuple(label for label, _ in COMPONENTS.values()),
}
# What a country's productive hours follow from, with its column on sheet Countries.
LEAVE = {"leave_days": "Leave days", "holidays": "Holidays", "weekly_hours": "Weekly hours"}
NO_COUNTRY = "None: the site's own figures"
OWN_FIGURES = "own figures"  # in the place of a country's code
Say = Callable[[str], str]
SAVED_CELLS = tuple(f"saved_case_{number}" for number in range(1, len(SAVED) + 1))
UNNAMED = "links:no_presentation_currency"  # 1 where no other currency is named
LESS_BASE = " less base"
NOTHING_ASSUMED = "nothing beside the defaults on sheet Sources"


def bindings(
    scenario: Scenario,
    made: Mapping[tuple[int, int], float] | None = None,
    say: Say = str,
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """All figures and texts of a comparison workbook.

    Parameters
    ----------
    scenario : Scenario
    made : mapping of (int, int) to float, optional
        Sums of graded figures on the day the workbook was made, by site and figure.
    say : function of str
        Gives an English text in the workbook's language.

    Returns
    -------
    values : dict of str to array, shape (1, plan, site, role, month)
        Inputs, lines and derived figures by name.
    texts : dict of str to str
        Texts by the keys of :class:`.references.Text`.
    """
    model = default_model()
    if made:
        scenario = replace(scenario, values={**scenario.values, **graded(scenario, made)})
    values = scenario.evaluate()
    values |= derived(values, model, scenario.horizon_months, scenario.start_month)
    values |= links(scenario, values) | roster_figures(scenario)
    return values, texts_of(scenario, values, say=say)


def links(scenario: Scenario, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Which inputs follow the country of their site, by the name of :func:`follows`."""
    found = follows_country(values, scenario.locations, scenario.currency)
    links = {follows(name): array for name, array in found.items()}
    codes, starts = [*locations()], _law_starts()
    rows = [codes.index(code) + 2 if code else 1 for code in scenario.locations]
    first = [starts[code] if code else 0 for code in scenario.locations]
    count = [len(locations()[code].rules) if code else 0 for code in scenario.locations]
    law = [
        [start + n if n < charges else min(1, start) for n in range(RULES)]
        for start, charges in zip(first, count, strict=True)
    ]
    links |= _figures(scenario, values)
    links |= {figures.MEANS: figures.means({**values, **links})}
    leaves = [leave(locations()[code]) if code else None for code in scenario.locations]
    for name in LEAVE:
        days = [np.nan if one is None else getattr(one, name) for one in leaves]
        links[f"links:{name}"] = np.array([days], float)  # NaN where no figure was found
    shown_in = scenario.presentation_currency
    links[UNNAMED] = np.full((1,) * 5, int(shown_in in ("", scenario.currency)))
    links["links:usd"] = np.array([[_per_usd(scenario.currency)]])
    links["links:country_row"], links["links:law_first"] = np.array([rows]), np.array([first])
    links["links:law_last"] = links["links:law_first"] + np.array([count]) - 1
    return links | {"links:law_row": np.array([law])}


def _figures(scenario: Scenario, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Sums of the graded figures, and the grades of what the countries of sites give."""
    found = {figures.SUMS: figures.sums(values)}
    now = {**values, **found}
    return found | figures.given_by_countries(now, scenario.locations, scenario.currency)


def graded(scenario: Scenario, made: Mapping[tuple[int, int], float]) -> dict[str, np.ndarray]:
    """Grades of the figures that were edited since a workbook was made: see :mod:`.figures`."""
    now = {**scenario.values, **_figures(scenario, scenario.values)}
    tolerance = scenario.values["check_tolerance"].item()
    return {figures.EDITED: figures.edited(made, now, tolerance)}


@functools.cache
def _law_starts() -> dict[str, int]:
    """Row of each location's first charge on sheet Law, counted from that for no charge."""
    counts = [len(place.rules) for place in locations().values()]
    starts = itertools.accumulate(counts, initial=2)
    return dict(zip(locations(), starts, strict=False))


def _per_usd(currency: str) -> float:
    return currencies().get(currency, np.nan)


def used_plan(plan: int) -> str:
    """Key of the name of a plan where results stand; blank for a spare place."""
    return f"used plan {plan}"


def used_text(plan: int, pieces: Sequence[str]) -> str:
    """Key of a text beside figures of a plan; blank for a spare place."""
    return f"used {plan}: {''.join(pieces)}"


@functools.cache
def texts_of_plans() -> tuple[tuple[str, ...], ...]:
    """Labels and units beside figures of a plan, in pieces: NAME and CURRENCY stand for its own."""
    lines = [default_model().lines[name] for name in (*CASE_LINES, *YEAR_LINES)]
    labels: list[tuple[str, ...]] = [(line.label,) for line in lines[: len(CASE_LINES)]]
    labels += [label_of_year(line) for line in lines[len(CASE_LINES) :]]
    return tuple(dict.fromkeys((*labels, *(unit_pieces(line.unit) for line in lines))))


def label_of_year(line: Line) -> tuple[str, ...]:
    """The label of a line of a plan by fiscal year, in pieces."""
    return (NAME, f": {line.label.removesuffix(', by year').lower()}")


def unit_pieces(unit: str) -> tuple[str, ...]:
    """A unit in pieces, the currency in place of money."""
    first, *after = unit.replace("fraction", "%").split("money")
    pieces = (first, *(piece for rest in after for piece in (CURRENCY, rest)))
    return tuple(piece for piece in pieces if piece)


def own_name(name: str) -> str:
    """Defined name of the sites' own figures of an input that a country may give."""
    return f"own_{name}"


def follows(name: str) -> str:
    """Name of the flags of an input that are 1 where it follows the country of its site."""
    return f"follows:{name}"


def texts_of(
    scenario: Scenario, values: Mapping[str, np.ndarray], number: int = 0, say: Say = str
) -> dict[str, str]:
    """All texts of a scenario; ``number`` is its position along the first axis of the values."""
    found = names_of(scenario, say)
    shown_currency = found["shown currency"]
    cases = [*map(say, CASE_WORDS), *(found[cell] for cell in SAVED_CELLS)]
    plans = shown_names(scenario, "plan", say)
    found |= derived_texts(values, default_model(), plans, shown_currency, cases, number, say)
    sites = shown_names(scenario, "site", say)
    found |= law_texts(values, sites, scenario.rule_names, number, say)
    return found | {"hash": scenario.fingerprint()}


def names_of(scenario: Scenario, say: Say = str) -> dict[str, str]:
    """Names of a scenario as displayed in workbooks, by key, such as ``plan 0``."""
    axes = ("plan", "site", "role", *(entry.axis for entry in LISTS if not entry.names))
    shown = scenario.shown_currency
    if shown == OTHER_CURRENCY:
        shown = say(shown)
    found = {
        "name": scenario.name,
        "currency": scenario.currency,
        **dict(zip(SAVED_CELLS, _saved_names(scenario, say), strict=True)),
        **_shown_cases(scenario, say),
        "presentation currency": scenario.presentation_currency or BLANK,
        "shown currency": shown,
        "shown in": shown_in(
            shown, scenario.currency, scenario.values["presentation_rate"].item(), say
        ),
        **governance.texts(scenario, say),
        "assumed": "; ".join(map(say, scenario.assumed or (NOTHING_ASSUMED,))),
        "rate": say(_rate(scenario.currency)),
    }
    for axis in axes:
        found |= {f"{axis} {n}": name for n, name in enumerate(shown_names(scenario, axis, say))}
    for n, name in enumerate(scenario.plans):
        own = {NAME: name, CURRENCY: found["shown currency"]}
        is_blank = is_spare("plan", name)
        found[used_plan(n)] = BLANK if is_blank else name
        for pieces in texts_of_plans():
            text = "".join(own.get(piece) or say(piece) for piece in pieces)
            found[used_text(n, pieces)] = BLANK if is_blank else text
    found |= _words(scenario, say)
    for site, code in enumerate(scenario.locations):
        place = locations()[code] if code else None
        lacking = [
            say(word) for name, word in LACKING.items() if not place or place.facts[name] is None
        ]
        found[f"location {site}"] = code or say(OWN_FIGURES)
        found[f"country {site}"] = place.country if place else say(NO_COUNTRY)
        found[f"lacking {site}"] = "".join(lacking)
    for site in range(len(scenario.sites)):
        for figure in range(len(FIGURES)):
            said = scenario.book.of(site, figure)
            found |= {f"{key} {site} {figure}": said.get(key, BLANK) for key in Book._fields}
    for site, charges in enumerate(scenario.rule_names):
        found |= {f"rule {site} {n}": name or say(NO_CHARGE) for n, name in enumerate(charges)}
    return found


def _saved_names(scenario: Scenario, say: Say) -> list[str]:
    """Names of the saved cases; the usual ones in the workbook's language."""
    return [say(name) if name in SAVED_NAMES else name for name in scenario.saved_cases]


def _shown_cases(scenario: Scenario, say: Say) -> dict[str, str]:
    """The heads of saved cases on sheet Scenarios, and of their differences from the base case."""
    found, names = {}, scenario.case_names[-len(SAVED) :]
    for number, name in enumerate(_saved_names(scenario, say), 1):
        is_used = names[number - 1] != ""
        found[f"used case {number}"] = name if is_used else BLANK
        found[f"used variance {number}"] = f"{name}{say(LESS_BASE)}" if is_used else BLANK
    return found


def _words(scenario: Scenario, say: Say) -> dict[str, str]:
    """The words of all inputs that are entered as words, by key."""
    shown = int(scenario.values[SHOWN_PLAN].item())
    words = (say(RECOMMENDED), *shown_names(scenario, "plan", say))
    found = {words_of(SHOWN_PLAN): words[shown] if shown < len(words) else str(shown)}
    for name, is_single, lowest, words in _in_words(say):
        numbers = scenario.values[name].ravel().tolist()
        if is_single:
            found[words_of(name)] = words[int(numbers[0]) - lowest]
        else:
            keys = _word_keys(name, len(numbers))
            found.update(zip(keys, [words[int(n) - lowest] for n in numbers], strict=True))
    return found


@functools.cache
def _in_words(say: Say) -> list[tuple[str, bool, int, tuple[str, ...]]]:
    """Name, whether it is a single number, lowest number and words of inputs entered as words."""
    return [
        (one.name, not one.axes, int(one.lowest), (*map(say, one.shown_choices),))
        for one in default_model().inputs.values()
        if is_in_words(one)
    ]


@functools.lru_cache(1 << 8)
def _word_keys(name: str, count: int) -> tuple[str, ...]:
    return tuple(word_key(name, position) for position in range(count))


def _rate(currency: str) -> str:
    """The rate at which defaults of amounts become the scenario's currency, in words."""
    found = rate_of(currency)
    if currency == DEFAULTS_IN:
        return f"Amounts are in {DEFAULTS_IN}."
    if found is None:
        return f"Amounts are in {DEFAULTS_IN}; there is no exchange rate of {currency}."
    rate, *evidence = found
    return (
        f"Amounts are in {DEFAULTS_IN}, {rate:,.6g} {currency} each "
        f"({', '.join(filter(None, evidence))}) where the scenario sets no fx_date."
    )


def shown_names(scenario: Scenario, axis: str, say: Say = str) -> tuple[str, ...]:
    """Names along an axis as displayed in workbooks: plans, sites, roles or rows of a list."""
    lists = scenario.list_names | _CONSTANT
    named = {"plan": scenario.plans, "site": scenario.sites, "role": scenario.roles}
    if axis in AXES:
        return tuple(said_spare(axis, name, say) for name in named[axis])
    return tuple(name or say(f"{UNUSED}{n}") for n, name in enumerate(lists[axis], 1))


def said_spare(axis: str, name: str, say: Say) -> str:
    """A name along an axis; in the workbook's language if it is of a spare place."""
    return say(PHRASES[axis]) + name[len(PHRASES[axis]) :] if is_spare(axis, name) else name


def shown(scenario: Scenario, axis: str) -> tuple[str | Text, ...]:
    """References to the names along an axis; names that all scenarios share are plain texts."""
    names = shown_names(scenario, axis)
    fixed = {*_CONSTANT, *(entry.axis for entry in LISTS if entry.names)}
    return names if axis in fixed else tuple(Text.of(f"{axis} {n}") for n in range(len(names)))


def shape_key(scenario: Scenario) -> tuple:
    """Key of a compiled book's shape: sizes, dates, and the rows of lists that show.

    Its scenarios also share the line counts of their names.
    """
    return (
        *scenario.sizes.values(),
        scenario.start_month,
        scenario.prepared_on,
        *governance.dates(scenario),  # flat, as JSON keeps it
        *governance.stated(scenario),
        *roster_key(scenario),
        *(rows_in_use(scenario, entry) for entry in LISTS),
    )


def rows_in_use(scenario: Scenario, entry: List) -> int:
    """Rows of a list up to the last that has a name: sheet Inputs shows them."""
    names = entry.names or scenario.list_names[entry.axis]
    return max((number for number, name in enumerate(names, 1) if name), default=0)


@functools.lru_cache(1 << 14)
def lines(text: str, width: int) -> int:
    """Number of lines that a text takes in a column of a width in characters."""
    return len(textwrap.wrap(text, width))
