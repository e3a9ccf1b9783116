"""A vendor's quote for one person beside what the employer would pay by law.

Each item is pay, statutory, margin, other cost, or not recognised. An item that stands for charges
is given what the law of the month asks for them; a charge that an earlier item has used up is
double-counted in a later one, and a charge that no item names is missing. Lines of the result sum
to the quote, and their amounts by law to the cost of the employer.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from .calculators.employment import EmployerCost, employer_cost
from .employment_law import START, charge_of, iso_of, leave, stale, terms
from .errors import DomainError
from .locations import Location, Rule, rate_of
from .quote_allocation import EXTRA, SALARY, Allocation, Entry, is_near, without_totals
from .quote_items import (
    CATEGORIES,
    CHARGE,
    ENDED,
    KINDS,
    MARGIN,
    NOT_RECOGNISED,
    PAY,
    STATUTORY,
    UNKNOWN,
    Meaning,
    meaning_of,
    plain_words,
)
from .quote_rows import Quote, rate_between
from .quote_words import (
    DISMISSAL_ONLY,
    about_charges,
    about_ended,
    about_extra,
    about_severance,
    has_ended,
)

# Verdicts of lines.
AS_BY_LAW, ABOVE, BELOW = "as by law", "above the law", "below the law"
AGREED, PAY_ABOVE, PAY_BELOW = "as agreed", "above the salary", "below the salary"
DOUBLE, ABOLISHED, UNSETTLED = "double-counted", "abolished", "not settled"
MISSING, NO_RATE, NOT_BY_LAW = "missing", "no rate in the tables", "not by law"
MARGIN_LINE, OTHER_LINE, NOT_KNOWN = "margin", "other cost", "not recognised"


@dataclass(frozen=True)
class Line:
    """A line of the result: an item of the quote, or a charge that it does not name.

    Parameters
    ----------
    where : str
        Where the item stands, such as "line 3"; "" for what is missing.
    item, category, kind : str
        Category as in ``CATEGORIES``.
    charges : tuple of str
        Names of the statutory charges that it stands for.
    quoted : float
        A year, in the currency of the result; 0 for what is missing.
    by_law : float or None
        What the law asks for; 0 for what is no charge; None where the tables do not say.
    difference : float or None
        Quoted less by law.
    verdict, words, source : str
    """

    where: str
    item: str
    category: str
    kind: str
    charges: tuple[str, ...]
    quoted: float
    by_law: float | None
    difference: float | None
    verdict: str
    words: str
    source: str


class LawLine(NamedTuple):
    """What the employer pays by law: an amount a year, None without a rate; its terms, source."""

    name: str
    amount: float | None
    terms: str
    source: str


@dataclass(frozen=True)
class QuoteForensics:
    """A quote, line by line, and its totals.

    Parameters
    ----------
    country, location, month, currency, local_currency : str
    salary : float
        A year, in ``currency``.
    lines : tuple of Line
        Items in their order, then what is missing.
    totals : dict of str to float or None
        A year, in ``currency``: see docs/quote.md; None for a share of nothing.
    law : tuple of LawLine
        What the employer would pay by law.
    notes : tuple of str
    """

    country: str
    location: str
    month: str
    currency: str
    local_currency: str
    salary: float
    lines: tuple[Line, ...]
    totals: dict[str, float | None]
    law: tuple[LawLine, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data for JSON."""
        return {**asdict(self), "law": [line._asdict() for line in self.law]}


def examine_quote(
    quote: Quote,
    location: Location,
    salary: float,
    *,
    month: str = START,
    currency: str | None = None,
    mapping: Mapping[str, Meaning] | None = None,
) -> QuoteForensics:
    """What each item of a quote is, what the law asks for, and what is missing.

    Parameters
    ----------
    quote : Quote
        From :func:`.quote_rows.read_quote`, in the same currency.
    location : Location
    salary : float
        Agreed gross pay a year, in ``currency``, without extra months of pay.
    month : str
        The month whose law counts.
    currency : str, optional
        By default that of the location.
    mapping : mapping of str to Meaning, optional
        What items are, by their plain words, in place of what their words say.

    Returns
    -------
    QuoteForensics

    Raises
    ------
    DomainError
        A salary, month or currency that is not allowed.
    """
    if not salary > 0:
        raise DomainError(f"salary is {salary:,.10g}; it must be above 0", parameters=["salary"])
    currency = (currency or location.currency).upper()
    rate = rate_between(currency, location.currency)
    cost = employer_cost(np.array([salary * rate]), location, month)
    return _Examination(quote, cost, str(month), currency, rate, mapping or {}).result()


class _Examination:
    def __init__(
        self,
        quote: Quote,
        cost: EmployerCost,
        month: str,
        currency: str,
        rate: float,
        mapping: Mapping[str, Meaning],
    ):
        self.cost, self.month, self.currency, self.rate = cost, month, currency, rate
        self.location, self.iso = cost.location, iso_of(cost.location)
        self.rules: dict[str, list[Rule]] = {}
        self.law: dict[str, float] = {}
        for rule, amount in zip(cost.rules, cost.charges[0] / rate, strict=True):
            name = charge_of(rule)
            before = self.rules.setdefault(name, [])
            if amount and not self.law.get(name):  # brackets of other pay say nothing here
                before.clear()
            if amount or not self.law.get(name):
                before.append(rule)
            self.law[name] = self.law.get(name, 0.0) + float(amount)
        self.salary = float(cost.salary[0]) / rate
        self.extra = float(cost.extra_pay[0]) / rate
        self.allocation = Allocation(self.law, self.salary, self.extra, self.iso)
        every = [
            Entry(one, mapping.get(plain_words(one.name)) or meaning_of(one.name, self.location))
            for one in quote.items
        ]
        self.entries, totals = without_totals(every)
        self.notes = [*quote.notes, *totals]

    def result(self) -> QuoteForensics:
        self.allocation.give_out(self.entries)
        lines = (*map(self._line, self.entries), *self._missing())
        return QuoteForensics(
            country=self.location.country,
            location=self.location.iso,
            month=self.month,
            currency=self.currency,
            local_currency=self.location.currency,
            salary=self.salary,
            lines=lines,
            totals=self._totals(lines),
            law=tuple(self._law_lines()),
            notes=(*self.notes, *self._about_law()),
        )

    def _line(self, entry: Entry) -> Line:
        kind = entry.meaning.kind
        line = Line(
            where=entry.item.where,
            item=entry.item.name,
            category=KINDS.get(kind, STATUTORY),
            kind=kind,
            charges=(),
            quoted=entry.item.amount,
            by_law=entry.by_law,
            difference=None,
            verdict=OTHER_LINE,
            words=entry.meaning.words,
            source="",
        )
        if kind == CHARGE:
            line = self._charge_line(entry, line)
        elif kind == ENDED:
            line = self._ended_line(entry, line)
        elif kind in ("pay", "extra month"):
            line = self._pay_line(entry, line)
        elif kind == UNKNOWN:
            line = replace(line, category=NOT_RECOGNISED, verdict=NOT_KNOWN, by_law=None)
        elif line.category == MARGIN:
            line = replace(line, verdict=MARGIN_LINE)
        elif kind in _IN_PAY:
            line = replace(line, verdict=DOUBLE, words=_IN_PAY[kind])
        elif kind in ("severance", "notice"):
            words = about_severance(self.location) if kind == "severance" else DISMISSAL_ONLY
            line = replace(line, verdict=NOT_BY_LAW, words=words)
        elif kind in _OTHER_WORDS:
            line = replace(line, words=_OTHER_WORDS[kind])
        difference = None if line.by_law is None else line.quoted - line.by_law
        return replace(line, difference=difference)

    def _pay_line(self, entry: Entry, line: Line) -> Line:
        verdict = _compared(line.quoted, entry.by_law)
        if line.kind == "pay":
            return replace(line, verdict=_OF_PAY[verdict])
        inside = "inside annual gross" in leave(self.location).extra_months_source
        if verdict == ABOVE and not self.extra:
            verdict = DOUBLE if inside else NOT_BY_LAW
        elif not self.extra and not inside:  # the agreed salary in thirteen parts
            verdict = _OF_PAY[verdict]
        words = about_extra(self.location, verdict == DOUBLE, verdict != NOT_BY_LAW)
        return replace(line, verdict=verdict, words=words)

    def _charge_line(self, entry: Entry, line: Line) -> Line:
        unknown = [name for name in entry.covers if math.isnan(self.law.get(name, 0.0))]
        verdict = _compared(line.quoted, entry.by_law)
        if verdict == ABOVE and has_ended(self.location, entry.covers, self.month):
            verdict = ABOLISHED
        elif unknown and verdict == ABOVE:
            verdict = NO_RATE
        elif verdict == ABOVE and entry.taken_by:
            verdict = DOUBLE
        differs = verdict in (ABOVE, BELOW)
        said = about_charges(self.cost, self.rules, self.month, entry, self.rate, differs=differs)
        if verdict == DOUBLE:
            said = f"already in {', '.join(dict.fromkeys(entry.taken_by))}"
        if unknown:
            lacks = f"the tables lack the rate of {', '.join(unknown)}: ask for its basis"
            said = f"{said}; {lacks}" if said else lacks
        if entry.contains:
            said += f"; its amount contains {', '.join(entry.contains)}"
        by_law = None if verdict == NO_RATE and not entry.by_law else entry.by_law
        return replace(
            line,
            charges=entry.covers,
            verdict=verdict,
            words="; ".join(filter(None, (said, entry.words))),
            by_law=by_law,
            source=self._sources(entry.covers),
        )

    def _ended_line(self, entry: Entry, line: Line) -> Line:
        settled, words, source = about_ended(self.iso, entry.meaning.charges, self.month)
        return replace(
            line,
            charges=entry.meaning.charges,
            verdict=ABOLISHED if settled else UNSETTLED,
            words=words,
            source=source,
            by_law=0.0 if settled else None,
        )

    def _missing(self) -> Iterator[Line]:
        """Lines of what the law asks for and no item stands for."""
        covered = {name for entry in self.entries for name in entry.covers}
        for name in (SALARY, EXTRA, *self.law):
            amount = self.allocation.left.get(name)
            if name in covered or amount == 0 or (amount is None and name not in self.law):
                continue
            is_charge = name in self.law
            words = "the agreed salary"
            if name == EXTRA:
                words = leave(self.location).extra_months_source
            elif is_charge:
                rule = self.rules[name][0]
                words = "; ".join(filter(None, (terms(rule, self.location), rule.note)))
            yield Line(
                where="",
                item=name,
                category=STATUTORY if is_charge else PAY,
                kind=MISSING,
                charges=(name,) if is_charge else (),
                quoted=0.0,
                by_law=amount,
                difference=None if amount is None else -amount,
                verdict=MISSING,
                words=words,
                source=self._sources((name,)),
            )

    def _sources(self, names: Sequence[str]) -> str:
        found = [rule.evidence for name in names for rule in self.rules.get(name, [])]
        return "; ".join(dict.fromkeys(found))

    def _law_lines(self) -> Iterator[LawLine]:
        yield LawLine(SALARY, self.salary, "", "")
        if self.extra:
            yield LawLine(EXTRA, self.extra, "", leave(self.location).extra_months_source)
        for name, amount in self.law.items():
            said = "; ".join(terms(rule, self.location) for rule in self.rules[name])
            if amount != 0:
                known = None if math.isnan(amount) else amount
                yield LawLine(name, known, said, self._sources((name,)))

    def _about_law(self) -> Iterator[str]:
        """Sentences on conversion, on old sources, and on charges without a rate."""
        local = self.location.currency
        if self.currency != local:
            dates = [found[1] for code in (self.currency, local) if (found := rate_of(code))]
            days = ", ".join(dict.fromkeys(filter(None, dates)))  # none for two at par
            dated = f", at the rates of {days} in the tables" if days else ""
            yield f"1 {self.currency} is {self.rate:,.6g} {local}{dated}."
        for name, rules in self.rules.items():
            if math.isnan(self.law[name]):
                note = f" ({rules[0].note})" if rules[0].note else ""
                yield f"{name}: mandatory, but its rate was not found{note}; it counts 0 by law."
            for rule in rules:
                if self.law[name] and (age := stale(rule, self.month)):
                    yield f"{rule.line}: {age}."

    def _totals(self, lines: Sequence[Line]) -> dict[str, float | None]:
        found: dict[str, float] = {"quote": sum((line.quoted for line in lines), 0.0)}
        for category in CATEGORIES:
            amounts = [line.quoted for line in lines if line.category == category]
            found[category.lower().replace(" ", "_")] = sum(amounts, 0.0)
        for name, (sign, verdicts) in _SUMMED.items():
            differences = [line.difference or 0.0 for line in lines if line.verdict in verdicts]
            found[name] = sum((sign * one for one in differences), 0.0)
        charges = self.allocation.sum([*self.law])
        found["pay_by_law"] = self.salary + self.extra
        found["statutory_by_law"] = charges
        found["employer_cost_by_law"] = cost = self.salary + self.extra + charges
        found["margin_and_above_law"] = (
            found["margin"] + found["double_counted"] + found["above_law"]
        )
        return {
            **found,
            "margin_of_pay": found["margin"] / found["pay"] if found["pay"] else None,
            "margin_of_cost": found["margin"] / cost,
        }


# Which lines a total has the differences of, and with which sign.
_SUMMED = {
    "double_counted": (1, (DOUBLE, ABOLISHED)),
    "above_law": (1, (ABOVE,)),
    "not_by_law": (1, (NOT_BY_LAW,)),
    "below_law": (-1, (BELOW,)),
    "missing": (-1, (MISSING,)),
}
_OF_PAY = {AS_BY_LAW: AGREED, ABOVE: PAY_ABOVE, BELOW: PAY_BELOW}
_IN_PAY = {
    "leave": "annual gross contains pay for leave; in money only for what is not taken at the end",
    "withheld": "withheld from pay: gross pay contains it",
}
_OTHER_WORDS = {
    "vat": "whether it is recovered: ask your tax adviser",
    "deposit": "to be returned at the end; not a cost",
}


def _compared(quoted: float, by_law: float) -> str:
    if is_near(quoted, by_law):
        return AS_BY_LAW
    return ABOVE if quoted > by_law else BELOW
