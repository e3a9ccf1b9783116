"""Cells of the input sheets that follow the country of their site.

The country of each site is chosen on sheet Inputs. An input that a country gives is then a formula
on sheets Countries and Law; where the country says nothing, or there is none, it shows the site's
own figure, which stands below. A number typed over such a formula is a figure of one's own, and
gets a fill.
"""

from openpyxl.utils import get_column_letter

from ...engine.axes import array_index
from ...engine.country_figures import OF_CHARGE, OF_COUNTRY
from ...engine.declaration import Input
from ...engine.model import default_model
from ..layout.context import Context, number_format
from ..layout.positions import RULES, SITES, own, position_in
from ..layout.references import Ref, Text
from ..layout.scenario_texts import LACKING, OWN_FIGURES, follows
from ..layout.sheet import Formula, Mark, Rule, Sheet, block
from .countries import charge_names, column_of_charge, column_of_country

FOLLOWING = frozenset((*OF_COUNTRY, *OF_CHARGE))
_MONEY = {"salary": "*usd_rate", "fx_rate": "/usd_rate"}  # from USD, on sheet Countries
_FIRST, _COUNT = "First rule", "Rules"


def followed(context: Context, entry: Input, value: Ref, offset: int, site: int) -> Formula | Ref:
    """The content of an input's cell: a formula where a country can give it."""
    if entry.name not in FOLLOWING:
        return value
    letter = _letter(site)
    places = context.layout.places
    otherwise = f"{letter}{places[own(entry.name)].row + offset}"
    if entry.name in OF_CHARGE:
        at = f"{letter}{places['law_row'].row + offset}"
        text = f"IF({at}=0,{otherwise},INDEX({column_of_charge(entry.name)},{at}))"
    else:
        found = f"INDEX({column_of_country(entry.name)},{letter}${places['country_row'].row})"
        text = f'IF({found}="",{otherwise},{found}{_MONEY.get(entry.name, "")})'
    return Formula(text, value, Ref(follows(entry.name), value.position, "b"))


def charge_name(context: Context, name: Text, offset: int, site: int) -> Formula:
    """The name of a charge: that of the country, or the site's own."""
    letter, places = _letter(site), context.layout.places
    at, otherwise = (
        f"{letter}{places[one].row + offset}" for one in ("law_row", own("rule_names"))
    )
    return Formula(f"IF({at}=0,{otherwise},INDEX({charge_names()},{at}))", name)


def typed_over(context: Context, entry: Input) -> Mark:
    """The fill of cells of an input whose formula was typed over though the site has a country."""
    place = context.layout.places[entry.name]
    first = f"{get_column_letter(place.column)}{place.row}"
    row = f"{get_column_letter(SITES.first_column)}${context.layout.places['country_row'].row}"
    here = row if place.sheet == SITES.title else f"{SITES.title}!{row}"
    cells = block(place.row, place.column, place.rows, place.columns)
    return Mark(cells, f"AND({here}>1,NOT(_xlfn.ISFORMULA({first})))")


def countries_of_sites(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The country of each site, to be chosen from a list, beside its name on sheet Inputs."""
    place = context.layout.places["country_codes_of_sites"]
    rows = context.layout.places["country_rows_of_sites"]
    for site in range(place.rows):
        row = place.row + site
        sheet.put(row, place.column, Text.of(f"location {site}"), "input text", "@")
        code, number = f"E{row}", f"F{row}"
        found = Formula(
            f"IFERROR(MATCH({code},country_codes,0),1)", _ref(context, "country:row", site)
        )
        sheet.put(row, rows.column, found, "note", "0")
        name = Formula(
            f"INDEX({column_of_country('Country')},{number})", Text.of(f"country {site}")
        )
        sheet.put(row, rows.column + 1, name, "note")
        sheet.put(row, rows.column + 2, _lacking(number, site), "note")
    cells = block(place.row, place.column, place.rows)
    names["site_countries"] = f"{place.sheet}!{cells}"
    names["site_country_rows"] = f"{place.sheet}!{block(rows.row, rows.column, rows.rows)}"
    message = f"a code of sheet Countries, or {OWN_FIGURES}"
    sheet.rules.append(Rule(cells, "list", 0, 0, "Country", message, "country_codes"))


def _lacking(row: str, site: int) -> Formula:
    """What sheet Countries does not give for a site's country, so that own figures are used."""
    parts = (
        f'IF(INDEX({column_of_country(name)},{row})="","{word}","")'
        for name, word in LACKING.items()
    )
    return Formula("&".join(parts), Text.of(f"lacking {site}"))


def country_figures(context: Context, sheet: Sheet) -> None:
    """The country of each site on sheet Sites, and the site's own figures below."""
    place = context.layout.places["country_row"]
    sheet.put(place.row - 1, 1, "Country", "topic")
    sheet.put(place.row, 1, "Row on sheet Countries (1: own figures)", "label")
    sheet.put(place.row, 3, "number", "unit")
    sites = place.columns
    codes = context.layout.places["country_rows_of_sites"]
    for site in range(sites):
        letter = _letter(site)
        one = f"Inputs!{block(codes.row + site, codes.column)}"
        text = f"INDEX(site_country_rows,{letter}$4)" if sites > 1 else one
        value = _ref(context, "country:row", site)
        sheet.put(place.row, place.column + site, Formula(text, value), "note", "0")
    first = context.layout.places[own(OF_COUNTRY[0])]
    sheet.put(first.row - 1, 1, "Own figures, used where the country says nothing", "topic")
    _own(context, sheet, OF_COUNTRY)


def law_rows(context: Context, sheet: Sheet) -> None:
    """Where the charges of each site's country stand on sheet Law, and the site's own charges."""
    places = context.layout.places
    place, first, last = places["law_row"], places["law_first"], places["law_last"]
    sheet.put(first.row - 1, 1, "Rows on sheet Law", "topic")
    for label, one in (
        ("First charge of the country (0: own charges)", first),
        ("Last charge", last),
    ):
        sheet.put(one.row, 1, label, "label")
        sheet.put(one.row, 3, "number", "unit")
    country = places["country_row"].row
    for site in range(place.columns):
        column, letter = place.column + site, _letter(site)
        row = f"Sites!{letter}${country}"
        started, ended = f"{letter}${first.row}", f"{letter}${last.row}"
        begin = Formula(
            f"INDEX({column_of_country(_FIRST)},{row})", _ref(context, "country:first", site)
        )
        end = Formula(
            f"{started}+INDEX({column_of_country(_COUNT)},{row})-1",
            _ref(context, "country:last", site),
        )
        sheet.put(first.row, column, begin, "note", "0")
        sheet.put(last.row, column, end, "note", "0")
        for offset in range(place.rows):
            above = f"{letter}{place.row + offset - 1}"
            more = f"AND({above}>={started},{above}<{ended})"
            text = f"IF({more},{above}+1,MIN(1,{started}))" if offset else started
            value = _ref(context, "country:law", site, offset)
            sheet.put(place.row + offset, column, Formula(text, value), "note", "0")
    for offset in range(place.rows):
        sheet.put(
            place.row + offset, 1, "Row of the charge", "repeated label" if offset else "label"
        )
        sheet.put(place.row + offset, 2, context.name_of("rule", offset), "label")
        sheet.put(place.row + offset, 3, "number", "unit")
    own_names = places[own("rule_names")]
    sheet.put(own_names.row - 1, 1, "Own charges, of a site without a country", "topic")
    for offset in range(own_names.rows):
        row = own_names.row + offset
        sheet.put(row, 1, "Name of the charge", "repeated label" if offset else "label")
        sheet.put(row, 2, context.name_of("rule", offset), "label")
        sheet.put(row, 3, "text", "unit")
        for site in range(own_names.columns):
            sheet.put(row, own_names.column + site, Text.of(f"rule {site} {offset}"), "input text")
    _own(context, sheet, OF_CHARGE)


def _own(context: Context, sheet: Sheet, names: tuple[str, ...]) -> None:
    """The site's own figures of some inputs."""
    for name in names:
        entry, place = default_model().inputs[name], context.layout.places[own(name)]
        for offset in range(place.rows):
            at, row = position_in(place, offset), place.row + offset
            sheet.put(row, 1, entry.label, "repeated label" if offset else "label")
            for axis, position in at.items():
                sheet.put(row, 2, context.name_of(axis, position), "label")
            sheet.put(row, 3, context.unit(entry.unit), "unit")
            for site in range(place.columns):
                value = context.refs(name)[array_index({**at, "site": site})]
                style = "fixed" if site == 0 and entry.fixed_onshore else "input"
                sheet.put(row, place.column + site, value, style, number_format(entry))


def _ref(context: Context, name: str, *at: int) -> Ref:
    """A row number of sheets Countries and Law, by site."""
    return context.refs(name)[0][at]


def _letter(site: int) -> str:
    """Column of a site on the sheets Sites and Rules."""
    assert SITES.first_column == RULES.first_column
    return get_column_letter(SITES.first_column + site)
