"""Functions as LAMBDAs in defined names, traced from the lines of the model.

The function of a line is called with references, as for a sheet, and so are the lines that it
depends on, down to the arguments. Intermediate lines become names in a LET. What is no argument,
and an argument that is omitted, is the workbook's own figure, at a site that the last argument
names: an input or line in its cells. Where that argument names a country, charges, extra months,
hours, exchange rate and attrition are those of the country. Operations without effect are removed:
adding 0, multiplying by 1, limits that no valid argument reaches. The result works element by
element, so a column of arguments spills a column of results.
"""

import functools
import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...engine.axes import FIXED_SIZES, RULES, array_index, shape_of
from ...engine.calculators.catalogue import CATALOGUE, Argument, Entry
from ...engine.calculators.one_site import AT_SITE, SIZES, position
from ...engine.declaration import Input
from ...engine.lines import Line
from ...engine.model import default_model
from .cells import Reference as Traced
from .cells import UnsupportedFunctionError
from .expression import (
    Binary,
    Call,
    Constant,
    Expression,
    Name,
    Operation,
    Reduction,
    Reference,
    RunningTotal,
    leaves,
    replaced,
    text,
)
from .lowering import lowered
from .reduction import over_range
from .simplification import Local, simplified, span, value_of

# Prefixes in files: of names in a LAMBDA or LET, of optional arguments, and of new functions.
LOCAL, _OPTIONAL, NEW = "_xlpm.", "_xlop.", "_xlfn."
_NO_LIMIT = 1e13  # limits this large are not checked, such as those of caps and amounts of money
# Functions that work element by element, so that a column of arguments spills.
_SPILLING = {"ABS", "EXP", "IF", "INT", "LN", "ROUND", "SQRT"}

SITE = "site"  # the last argument of functions with figures of a site
# Names in a LET: number of the site that is named, 0 for none; row of the country that is named on
# sheet Countries, 0 for none; number of the site whose figures count; rows of charges on sheet Law.
NUMBER, COUNTRY, AT, LAW_ROWS = "site_number", "country_row", "site_at", "law_rows"
CHARGES = "SHORE_CHARGES_AT"  # the name that the others call for statutory charges
EMPLOYER_COST = "SHORE_EMPLOYER_COST"
_CHARGES = "statutory_charges"
_CHARGED = ("salary", "extra_months", "shift_premium", "fx_rate")  # on which charges depend
# Inputs that a country gives: always; or else no answer; or else the figure of the site.
_ALWAYS, _OR_NONE, _OR_SITE = range(3)
BY_COUNTRY = {
    "extra_months": _ALWAYS,
    "fx_rate": _ALWAYS,
    "productive_hours": _OR_NONE,
    "attrition_rate": _OR_SITE,
    "wage_inflation": _OR_SITE,
}
CONFIDENCE, WORD = "confidence", "country"  # column of sheet Law; argument that names a country
_MONTH, _PAY_MAX = "month", 1e15
LOADED, _LOADED = "SHORE_LOADED_COST_AT", "fully_loaded_cost"
_FROM_HEAD = ("cost_per_head", "hours_share", "productivity", "overlap_hours", "rework_end")
_ONSHORE_COST, _ONE_CHARGE = "SHORE_ONSHORE_COST", "SHORE_STATUTORY"
_EACH_CHARGE = Call(f"{NEW}SEQUENCE", (Constant(RULES),))
_OVERLAP = ("overlap_hours", "overlap", "overlap_computed")  # argument, its default, its switch


@dataclass(frozen=True)
class Figure(Operation):
    """Cells of the workbook, whose addresses depend on its shape.

    Its name is that of an input or a line, and its operand the number of the site.

    Attributes
    ----------
    site : int or None
        0 for the onshore site, 1 for the one that is named, None for what does not vary by site.
    """

    site: int | None = None


class OfCountry(Operation):
    """The figure of an input on sheet Countries, in the row of the country."""


class OfCharges(Operation):
    """A part of all charges of a site or a country, a row of as many as there may be."""


class Lookup(Operation):
    """Where a site or a country stands: one of the names in a LET."""


Cells = Callable[[Expression], str]  # text of one of the four classes above


@dataclass(frozen=True)
class Function:
    """A function defined in a workbook.

    Attributes
    ----------
    entry : Entry
        Its name, arguments and result.
    whole : Expression
        The LAMBDA.
    by_site : bool
        Whether its last argument names a site or a country.
    """

    entry: Entry
    whole: Expression
    by_site: bool

    def text(self, cells: Cells) -> str:
        """The LAMBDA in the syntax of files.

        Parameters
        ----------
        cells : callable
            Gives the text of cells of the workbook.
        """
        return written(self.whole, cells)

    @property
    def signature(self) -> str:
        """The signature as Excel shows it."""
        arguments = self.entry.arguments
        names = [f"[{a.name}]" if a.optional else a.name for a in arguments]
        return f"{self.entry.name}({', '.join(names + [f'[{SITE}]'] * self.by_site)})"

    def default_of(self, argument: Argument) -> Expression:
        """What an optional argument is where it is omitted."""
        return _Trace(self.entry).default(argument)


def written(expression: Expression, cells: Cells) -> str:
    """Text of an expression in the syntax of files."""

    def leaf(one: Expression) -> str:
        return f"{LOCAL}{one.name}" if isinstance(one, Local) else cells(one)

    return text(expression, leaf)


@functools.cache
def functions() -> tuple[Function, ...]:
    """Every function of the catalogue, traced."""
    return tuple(traced(entry) for entry in CATALOGUE)


# What the others do, for a reader of the name manager.
PARTS_DO = {
    CHARGES: "A part of other functions: statutory charges on a salary.",
    LOADED: "A part of other functions: the fully loaded cost of a head.",
    EMPLOYER_COST: "What a salary costs an employer in a year, with a country's charges by law.",
}


@functools.cache
def others() -> dict[str, Expression]:
    """LAMBDAs by name that are no entry of the catalogue.

    What the law of a country or a site asks an employer to pay, and a part of the loaded cost.
    """
    return {
        CHARGES: _ChargesTrace().lambda_(),
        LOADED: _LoadedTrace().lambda_(),
        EMPLOYER_COST: _PayTrace().lambda_(),
    }


def traced(entry: Entry) -> Function:
    """A function of the catalogue as a LAMBDA.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    Function

    Raises
    ------
    UnsupportedFunctionError
        Its lines use an operation that has no formula in a LAMBDA.
    """
    return _Trace(entry).function()


class _Trace:
    """The trace of a function, from its line down to its arguments."""

    def __init__(self, entry: Entry):
        self.entry, self.model = entry, default_model()
        self.values = entry.defaults
        self.arguments = {(a.declared.name, *a.at.values()): a for a in entry.arguments}
        self.lists = {a.declared.name for a in entry.arguments if a.listed}
        self.lowered: dict[str, Expression] = {}  # by line
        # By local name, in order of dependency; those that nothing needs are left out.
        self.bound: dict[str, Expression] = {
            NUMBER: Lookup(NUMBER, ()),
            COUNTRY: Lookup(COUNTRY, (Local(NUMBER),)),
            AT: Lookup(AT, (Local(NUMBER), Local(COUNTRY))),
        }
        self.name_of: dict[Expression, str] = {}  # local names of bound expressions
        self.found: dict[tuple, Expression] = {}  # by input or line, and position
        self.current = entry.name  # the line being written
        self.follows = entry.follows
        self.live = {one.live_of: name for name, one in self.model.lines.items() if one.live_of}
        self.depending: dict[tuple[str, int | None], bool] = {}

    def function(self) -> Function:
        """The traced function."""
        line = self.entry.result
        if line.name in self.model.lines:
            body = self._result(line, position(line.over, AT_SITE))
        else:
            names = inspect.signature(line.function).parameters
            cells = line.function(*(Traced(n, (), (1,) * 5, np.dtype(float)) for n in names))
            body = self._written(lowered(cells, line.missing), {})
        body = self._checked(body)
        steps = self._needed(body)
        by_site = AT in steps
        parameters = [
            (argument.optional, _reserved(argument.name)) for argument in self.entry.arguments
        ]
        parameters += [(True, _reserved(SITE))] * by_site
        return Function(self.entry, _lambda(parameters, steps, body), by_site)

    def _result(self, line: Line, at: Mapping[str, int]) -> Expression:
        """The line that the function computes."""
        if line.name == _LOADED:
            return self._loaded(at)
        return self._line(line, at, line.name)

    def _loaded(self, at: Mapping[str, int]) -> Expression:
        """The fully loaded cost, by the name that computes it from the cost of a head."""
        given = (self._of_site(name, at) for name in _FROM_HEAD)
        return Call(LOADED, (*given, Local(AT)))

    def _checked(self, body: Expression) -> Expression:
        """The body if all arguments are valid, otherwise #N/A, where the engine raises an error."""
        given = {argument.name: self._argument(argument) for argument in self.entry.arguments}
        conditions: list[Expression] = []
        for argument in self.entry.arguments:
            if isinstance(argument.declared, Input):
                found = _conditions(given[argument.name], argument.declared)
                conditions += [Call("AND", tuple(found))] if argument.listed else found
        for site in ("", "onshore_"):
            start, end = (given.get(f"{site}work_{name}") for name in ("start", "end"))
            if start and end:  # the rule of engine/working_hours.py
                latest = Binary("+", (start, Constant(24)))
                conditions += [Binary(">", (end, start)), Binary("<=", (end, latest))]
        if not conditions:
            return body
        all_hold = functools.reduce(lambda one, other: Binary("*", (one, other)), conditions)
        return Call("IF", (all_hold, body, Call("NA", ())))

    def _needed(self, body: Expression) -> dict[str, Expression]:
        """Bound expressions that the body needs, directly or indirectly, by local name."""
        needed, stack = set(), [body]
        while stack:
            for leaf in leaves(stack.pop()):
                if isinstance(leaf, Local) and leaf.name in self.bound and leaf.name not in needed:
                    needed.add(leaf.name)
                    stack.append(self.bound[leaf.name])
        return {name: step for name, step in self.bound.items() if name in needed}

    def _line(self, line: Line, at: Mapping[str, int], local: str) -> Expression:
        """A line's expression at a position."""
        before, self.current = self.current, local
        expression = self._written(self._lowered(line), at)
        self.current = before
        return expression

    def _lowered(self, line: Line) -> Expression:
        """A line's expression of inputs and other lines."""
        if line.name not in self.lowered:
            references = (
                Traced(name, axes, shape_of(axes, SIZES), self.values[name].dtype)
                for name in map(self._as_entered, self.model.parameters[line.name])
                for axes in [self.model.axes[name]]
            )
            self.lowered[line.name] = lowered(line.function(*references), line.missing)
        return self.lowered[line.name]

    def _as_entered(self, name: str) -> str:
        """The input in place of its line for the chosen case: an argument is in no case."""
        line = self.model.lines.get(name)
        return line.live_of if line and line.live_of else name

    def _written(self, expression: Expression, at: Mapping[str, int]) -> Expression:
        """An expression of inputs and lines at a position, in local names."""
        match expression:
            case Reference():
                return self._reference(expression, at)
            case Reduction():
                return self._sum(expression, at)
            case Call("IF", (condition, yes, no)):
                condition = self._written(condition, at)
                known = value_of(condition)
                if known is not None:
                    return self._written(yes if known else no, at)
                return Call("IF", (condition, self._written(yes, at), self._written(no, at)))
            case RunningTotal():
                raise self._no_lambda(expression.name)
            case Operation():
                parts = tuple(self._written(part, at) for part in expression.parts)
                return self._spilling(simplified(type(expression)(expression.name, parts)))
        return expression

    def _spilling(self, expression: Expression) -> Expression:
        """The expression with functions that work element by element."""
        match expression:
            case Call("MIN" | "MAX" as name, (one, other)):  # would reduce a column to one number
                one, other = self._repeatable(one), self._repeatable(other)
                return Call("IF", (Binary("<" if name == "MIN" else ">", (one, other)), one, other))
            case Call(name) if name not in _SPILLING:
                raise self._no_lambda(name)
        return expression

    def _no_lambda(self, what: str) -> UnsupportedFunctionError:
        return UnsupportedFunctionError(
            f"{self.entry.name}: {what} in {self.current} has no elementwise formula; compute it "
            "on a line that is an argument, or provide the function in the add-in only"
        )

    def _reference(self, reference: Reference, at: Mapping[str, int]) -> Expression:
        """An argument, an input or a line, at a position."""
        name = reference.name
        here = position(reference.axes, {**AT_SITE, **at, **dict(reference.picked)})
        if name in self.lists:
            return Local(_reserved(name))
        key = (name, *here.values())
        if key not in self.found:
            self.found[key] = self._looked_up(key, here)
        return self.found[key]

    def _looked_up(self, key: tuple, at: dict[str, int]) -> Expression:
        name, local = key[0], _local(key[0], at)
        if key in self.arguments:
            return self._argument(self.arguments[key])
        if name in self.entry.fixed:
            return self._constant(name, at)
        if self.follows:
            if name == _OVERLAP[2] and (_OVERLAP[0], 1) in self.arguments:
                return Constant(0)  # the argument counts, by default what the zones give
            if name == _CHARGES:
                return self._bind(local, self._charges(at))
            if name == "onshore_loaded_cost" and ("salary", 0) in self.arguments:
                salary = self._argument(self.arguments["salary", 0])
                return self._bind(local, Call(_ONSHORE_COST, (salary,)))
            is_figure = {*self.model.axes[name]} <= {"site", "role"}
            if name in self.model.inputs or not self._depends(name, at):
                return self._bind_figure(name, at, local) if is_figure else self._constant(name, at)
            if name == _LOADED:
                return self._bind(local, self._loaded(at))
        if name in self.model.lines:
            expression = self._line(self.model.lines[name], at, local)
            if value_of(expression) is None or isinstance(expression, Local):
                return self._bind(local, expression)
        return self._constant(name, at)

    def _depends(self, name: str, at: Mapping[str, int]) -> bool:
        """Whether a line depends on an argument, or on what a country gives its site."""
        line, site = self.model.lines.get(name), at.get("site")
        if name in self.entry.fixed or name in self.lists:
            return True
        if (name, *at.values()) in self.arguments or (name == _CHARGES and site):
            return True
        if line is None:
            is_set = name == _OVERLAP[2] and (_OVERLAP[0], 1) in self.arguments
            return is_set or (bool(site) and name in BY_COUNTRY)
        key = (name, site)
        if key not in self.depending:
            self.depending[key] = any(
                self._depends(one.name, position(one.axes, {**at, **dict(one.picked)}))
                for one in _references(self._lowered(line))
            )
        return self.depending[key]

    def _bind_figure(self, name: str, at: Mapping[str, int], local: str) -> Local:
        """A figure of the workbook under its name."""
        declared = self.model.inputs.get(name)
        local = local if name in self.model.lines else _reserved(local)
        self.bound[local] = self._figure(name, at.get("site"))
        if declared is None:
            return Local(local)
        return Local(local, None, declared.lowest, declared.highest)

    def _figure(self, name: str, site: int | None) -> Expression:
        """A figure of the workbook in the case in force, or of the country that is named."""
        own = Figure(self.live.get(name, name), (Local(AT),) * (site or 0), site)
        if not site or name not in BY_COUNTRY:
            return own
        country = Local(COUNTRY)
        given = OfCountry(name, (country,))
        otherwise = own if BY_COUNTRY[name] == _OR_SITE else Call("NA", ())
        known = Call("IF", (Call("ISNUMBER", (given,)), given, otherwise))
        of_country = given if BY_COUNTRY[name] == _ALWAYS else known
        return Call("IF", (Binary(">", (country, Constant(0))), of_country, own))

    def _charges(self, at: Mapping[str, int]) -> Expression:
        """Statutory charges on the salary: by the law of the site, or at the rate that is given."""
        site = at["site"]
        charged = [self._of_site(name, at) for name in _CHARGED]
        where = (Local(AT), Local(COUNTRY)) if site else (Constant(1), Constant(0))
        by_law = Call(CHARGES, (*charged, *where))
        rate = self.arguments.get(("statutory_rate", site, 0))
        if rate is None:
            return by_law
        fx_rate = charged[-1]
        pay = Binary("*", (self._of_site("charge_pay", at), fx_rate))
        at_rate = Binary("/", (Call(_ONE_CHARGE, (pay, self._argument(rate))), fx_rate))
        omitted = Call(f"{NEW}ISOMITTED", (Local(_reserved(rate.name)),))
        return Call("IF", (omitted, by_law, at_rate))

    def _of_site(self, name: str, at: Mapping[str, int]) -> Expression:
        return self._reference(Reference(name, self.model.axes[name]), at)

    def default(self, argument: Argument) -> Expression:
        """What an optional argument is where it is omitted."""
        name, site = argument.declared.name, argument.at.get("site")
        axes = self.model.axes.get(name, ("month",))
        if self.follows and name == "statutory_rate":
            return Constant(0)  # the law counts
        if not self.follows or not {*axes} <= {"site", "role"}:
            return Constant(self.entry.default(argument))
        return self._figure(_OVERLAP[1] if name == _OVERLAP[0] else name, site)

    def _argument(self, argument: Argument) -> Local:
        """An argument, or its default where it is omitted."""
        local = Local(_reserved(argument.name))
        if argument.optional:
            is_omitted = Call(f"{NEW}ISOMITTED", (local,))
            given = Call("IF", (is_omitted, self.default(argument), local))
            local = self._bind(f"used_{argument.name}", given)
        # Outside its valid range the function gives #N/A.
        declared = argument.declared
        if isinstance(declared, Input):
            return replace(local, lowest=declared.lowest, highest=declared.highest)
        return local

    def _constant(self, name: str, at: dict[str, int]) -> Local:
        """A constant that depends on no argument, under its name."""
        local = _local(name, at)
        if name in self.model.inputs:
            local = _reserved(local)
        value = self.values[name][array_index(at)].item()
        self.bound[local] = Constant(value)
        return Local(local, value)

    def _bind(self, name: str, expression: Expression) -> Local:
        """An expression bound to a local name; an equal one that is bound already is reused."""
        if isinstance(expression, Local):
            return expression
        name = self.name_of.setdefault(expression, name)
        self.bound.setdefault(name, expression)
        return Local(name, value_of(expression), *span(expression))

    def _repeatable(self, expression: Expression) -> Expression:
        """An expression that may occur twice in a formula: a name or a number."""
        if isinstance(expression, Constant):
            return expression
        names = (f"{self.current}_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
        return self._bind(next(name for name in names if name not in self.bound), expression)

    def _sum(self, reduction: Reduction, at: Mapping[str, int]) -> Expression:
        """A sum over axes, of the cells of a list or term by term."""
        if reduction.name != "SUM":
            raise self._no_lambda(f"{reduction.name} over {list(reduction.axes)}")
        (operand,), axes = reduction.parts, reduction.axes
        varying = [one for one in _references(operand) if set(one.free) & set(axes)]
        listed = [one for one in varying if one.name in self.lists]
        if not listed:
            sizes = [range(FIXED_SIZES.get(axis) or SIZES[axis]) for axis in axes]
            terms = (
                self._written(operand, {**at, **dict(zip(axes, here, strict=True))})
                for here in itertools.product(*sizes)
            )
            return functools.reduce(lambda one, other: simplified(Binary("+", (one, other))), terms)
        if len(listed) < len(varying):
            raise self._no_lambda("a sum of a list and of a value that is not a list")
        call = over_range(reduction)
        return Call(call.name, tuple(self._written(part, at) for part in call.parts))


class _LoadedTrace(_Trace):
    """The trace of the fully loaded cost from the cost of a head, which keeps other traces short.

    Excel allows a name 8,192 characters.
    """

    def __init__(self) -> None:
        super().__init__(Entry(LOADED, "", _LOADED, " ".join(_FROM_HEAD)))
        self.bound = {}

    def lambda_(self) -> Expression:
        """The LAMBDA."""
        line = self.model.lines[_LOADED]
        body = self._line(line, position(line.over, AT_SITE), line.name)
        names = [(False, _reserved(name)) for name in _FROM_HEAD] + [(False, AT)]
        return _lambda(names, self._needed(body), body)


class _ChargesTrace(_Trace):
    """The trace of statutory charges, with all charges of a site or a country side by side.

    Each part of the charges is a row, and salaries a column; a sum over charges is a product of
    matrices.
    """

    def __init__(self) -> None:
        super().__init__(Entry(CHARGES, "", _CHARGES, ""))
        self.bound = {LAW_ROWS: Lookup(LAW_ROWS, (Local(COUNTRY),))}

    def lambda_(self) -> Expression:
        """The LAMBDA."""
        body = self._line(self.model.lines[_CHARGES], AT_SITE, _CHARGES)
        missing = Binary("=", (self._part(CONFIDENCE), Constant("missing")))
        in_force = self._reference(Reference("in_force", ("site", "rule")), AT_SITE)
        unknown = Call("SUM", (Binary("*", (missing, in_force)),))
        is_row = Binary(">", (Call("COLUMNS", (Local("salary_"),)), Constant(1)))
        refused = Binary("+", (Binary(">", (unknown, Constant(0))), is_row))
        body = Call("IF", (refused, Call("NA", ()), body))
        names = [(False, _reserved(name)) for name in _CHARGED]
        names += [(False, AT), (False, COUNTRY), (True, _reserved(_MONTH))]
        return _lambda(names, self._needed(body), body)

    def _reference(self, reference: Reference, at: Mapping[str, int]) -> Expression:
        """A parameter, a part of the charges, or a line."""
        name = reference.name
        if name in self.model.lines:
            if (name,) not in self.found:
                expression = self._line(self.model.lines[name], at, name)
                self.found[name,] = self._bind(name, expression)
            return self.found[name,]
        if name == "start_month":
            month = Local(_reserved(_MONTH))
            first = Binary("+", (Binary("-", (month, Call("DAY", (month,)))), Constant(1)))
            omitted = Call(f"{NEW}ISOMITTED", (month,))
            return self._bind("law_month", Call("IF", (omitted, Figure(name, ()), first)))
        if name in _CHARGED:
            declared = self.model.inputs[name]
            return Local(_reserved(name), None, declared.lowest, declared.highest)
        row = self._bind(f"{name}_row", self._part(self.live.get(name, name)))
        # As many rows as salaries: not all programs repeat a row within IF.
        repeated = Binary("+", (row, Binary("*", (Constant(0), Local("salary_")))))
        return self._bind(_reserved(name), repeated)

    def _part(self, name: str) -> Expression:
        return OfCharges(name, (Local(LAW_ROWS), Local(COUNTRY), Local(AT)))

    def _spilling(self, expression: Expression) -> Expression:
        match expression:
            case Call("INDEX", (table, number)):
                chosen = Binary("=", (_EACH_CHARGE, replaced(number, _as_row)))
                return Call("MMULT", (table, Binary("*", (Constant(1), chosen))))
            case Call("ROUND", (amount, Constant(2))):  # not in all programs of a column
                cents = Binary("+", (Binary("*", (amount, Constant(100))), Constant(0.5)))
                return Binary("/", (Call("INT", (cents,)), Constant(100)))
        return super()._spilling(expression)

    def _sum(self, reduction: Reduction, at: Mapping[str, int]) -> Expression:
        operand = self._written(reduction.parts[0], at)
        return Call("MMULT", (operand, Binary("^", (_EACH_CHARGE, Constant(0)))))


def _as_row(expression: Expression) -> Expression:
    """The row of a part of the charges in place of one that is repeated for each salary."""
    match expression:
        case Local(name) if name.startswith("statutory_"):
            return Local(f"{name}row")
    return expression


class _PayTrace(_Trace):
    """The trace of a year's pay in a country."""

    def __init__(self) -> None:
        super().__init__(Entry(EMPLOYER_COST, "", "pay", ""))
        self.bound = {
            COUNTRY: Lookup(WORD, ()),
            "extra_months_": OfCountry("extra_months", (Local(COUNTRY),)),
        }

    def lambda_(self) -> Expression:
        """The LAMBDA: pay with its extra months, and charges."""
        pay, extra = Local("pay_"), Local("extra_months_")
        given = (pay, extra, Constant(0), Constant(1), Constant(1), Local(COUNTRY))
        charges = Call(CHARGES, (*given, Local(_reserved(_MONTH))))
        cost = Binary("+", (self._line(self.model.lines["pay"], AT_SITE, "pay"), charges))
        valid = Binary(
            "*", (Binary(">=", (pay, Constant(0))), Binary("<=", (pay, Constant(_PAY_MAX))))
        )
        body = Call("IF", (valid, cost, Call("NA", ())))
        names = [(False, "pay_"), (False, "country_"), (True, _reserved(_MONTH))]
        return _lambda(names, self.bound, body)

    def _reference(self, reference: Reference, at: Mapping[str, int]) -> Expression:  # noqa: ARG002
        locals_ = {"salary": Local("pay_"), "extra_months": Local("extra_months_")}
        return locals_.get(reference.name, Constant(0))  # no premium for shifts


def _lambda(
    parameters: Iterable[tuple[bool, str]], steps: Mapping[str, Expression], body: Expression
) -> Expression:
    """A LAMBDA of parameters, each optional or not, whose body uses the steps of a LET."""
    if steps:
        pairs = itertools.chain(*((Local(name), step) for name, step in steps.items()))
        body = Call(f"{NEW}LET", (*pairs, body))
    names = (Name(f"{_OPTIONAL if optional else LOCAL}{name}") for optional, name in parameters)
    return Call(f"{NEW}LAMBDA", (*names, body))


def _conditions(argument: Expression, declared: Input) -> Iterator[Expression]:
    """Conditions for a valid argument."""
    if declared.lowest > -_NO_LIMIT:
        yield Binary(">=", (argument, Constant(declared.lowest)))
    if declared.highest < _NO_LIMIT:
        yield Binary("<=", (argument, Constant(declared.highest)))
    if declared.whole:
        yield Binary("=", (argument, Call("INT", (argument,))))


def _local(name: str, at: Mapping[str, int]) -> str:
    """Local name of an input or line at a position."""
    onshore = at.get("site") == 0 and not name.startswith("onshore_")
    steps = "".join(f"_{place + 1}" for axis, place in at.items() if axis != "site")
    return ("onshore_" if onshore else "") + name + steps


def _reserved(name: str) -> str:
    """Local name of an argument or input, whose own name is a defined name of the workbook."""
    return f"{name}_"


def _references(expression: Expression) -> Iterator[Reference]:
    return (leaf for leaf in leaves(expression) if isinstance(leaf, Reference))
