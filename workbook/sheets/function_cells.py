"""The cells of the workbook that its functions read: figures at a site, countries, charges."""

from collections.abc import Callable, Mapping

from ...engine.axes import RULES
from ..layout.sheet import block
from ..trace import lambdas
from ..trace.expression import Expression
from ..trace.formula import Place
from ..trace.lambdas import LOCAL, NEW, Figure, Lookup, OfCharges, OfCountry
from .countries import column_of_charge, column_of_country

_COUNTRY, _AT = f"{LOCAL}{lambdas.COUNTRY}", f"{LOCAL}{lambdas.AT}"
_NUMBER, _ROWS = f"{LOCAL}{lambdas.NUMBER}", f"{LOCAL}{lambdas.LAW_ROWS}"
_MONEY = {"fx_rate": "/usd_rate"}  # from USD, on sheet Countries


def cells_of(places: Mapping[str, Place], sites: int) -> Callable[[Expression], str]:
    """What prints the leaves of a LAMBDA as cells of a workbook with so many sites."""

    def cells(leaf: Expression) -> str:
        match leaf:
            case Figure(name, _, site):
                return figure_cell(places[name], site)
            case OfCountry(name):
                return f"INDEX(country_{name},{_COUNTRY}){_MONEY.get(name, '')}"
            case OfCharges(name):
                return _charges(name, places, sites)
            case Lookup(name):
                return _lookups(places, sites)[name]
        raise TypeError(f"{leaf!r} is no cell")

    return cells


def figure_cell(place: Place, site: int | None, chosen: str = _AT) -> str:
    """The cell of an input or a line: onshore, at the site of a number, or the only one."""
    if site and place.columns > 1:
        cells = block(place.row, place.column, 1, place.columns)
        return f"INDEX({place.sheet}!{cells},{chosen})"
    return place.name if place.rows == place.columns == 1 and place.name else _first(place)


def default_site(sites: int) -> int:
    """Number of the site that counts where none is named: the first one abroad."""
    return min(2, sites)


def _first(place: Place) -> str:
    return f"{place.sheet}!{block(place.row, place.column)}"


def _charges(name: str, places: Mapping[str, Place], sites: int) -> str:
    """A part of the charges of a country on sheet Law, or else of a site, as one row."""
    part = name.removeprefix("live_")
    row = f"{LOCAL}law_row"
    law = f"INDEX({column_of_charge(part)},{row})"
    of_law = f"{NEW}MAP({_ROWS},{NEW}LAMBDA({row},{law}))"
    if name not in places:
        return of_law
    place = places[name]
    own = f"{place.sheet}!{block(place.row, place.column, place.rows, place.columns)}"
    at_site = f"INDEX({own},0,{_AT})" if sites > 1 else own
    return f"IF({_COUNTRY}>0,{of_law},TRANSPOSE({at_site}))"


def _lookups(places: Mapping[str, Place], sites: int) -> dict[str, str]:
    """Where the site or country stands that an argument names, by name in a LET."""
    first = default_site(sites)
    word, named = f"{LOCAL}{lambdas.SITE}_", f"{LOCAL}{lambdas.WORD}_"
    each = f"{NEW}SEQUENCE(1,{RULES})"
    row = f"MAX(1,{_COUNTRY})"
    begin, count = (f"INDEX({column_of_country(head)},{row})" for head in ("First rule", "Rules"))
    omitted = f"{NEW}ISOMITTED({word})"
    country_row = places["country_row"]
    rows = f"{country_row.sheet}!{block(country_row.row, country_row.column, 1, sites)}"
    of_site = f"INDEX({rows},{_site_of(named, sites)})" if sites > 1 else rows
    return {
        lambdas.NUMBER: f"IF({omitted},{first},{_or_0(_site_of(word, sites))})",
        lambdas.COUNTRY: f"IF({_NUMBER}>0,0,{_country_of(word)})",
        lambdas.AT: f"IF({_NUMBER}>0,{_NUMBER},IF({_COUNTRY}>0,{first},NA()))",
        lambdas.LAW_ROWS: f"IF({each}<={count},{begin}+{each}-1,1)",
        lambdas.WORD: f"IF({_or_0(_site_of(named, sites))}>0,{of_site},{_country_of(named)})",
    }


def _site_of(word: str, sites: int) -> str:
    """Number of the site of a name; a name of one cell is no range to look up in."""
    return f"{NEW}XMATCH({word},site_names)" if sites > 1 else f"1/({word}=site_names)"


def _country_of(word: str) -> str:
    """Row on sheet Countries of a code or a name."""
    names = column_of_country("Country")
    return f"IFERROR({NEW}XMATCH({word},country_codes),{NEW}XMATCH({word},{names}))"


def _or_0(text: str) -> str:
    return f"IFERROR({text},0)"
