"""Cells of the input sheets that follow the country of their site.

The country of each site is chosen on sheet Inputs. An input that a country gives is then a formula
on sheets Countries and Law; where the country says nothing, or there is none, it shows the site's
own figure, which stands below. A number typed over such a formula is a figure of one's own, and
gets a fill.
"""

from openpyxl.utils import get_column_letter

from ...engine.country_figures import FOLLOWING, OF_BOTH, OF_CHARGE, OF_COUNTRY
from ...engine.declaration import Input
from ...engine.model import default_model
from ..layout.context import Context
from ..layout.positions import BY_SITE, LIVE, NUMBER_ROW, own, position_in
from ..layout.references import Ref, Text
from ..layout.scenario_texts import LACKING, LEAVE, OWN_FIGURES, follows, own_name
from ..layout.sheet import Formula, Mark, Rule, Sheet, block
from .choice_codes import entered
from .countries import charge_names, column_of_charge, column_of_country
from .validations import validation

_NOT_FOUND = "-"
_LEAVE = {
    "leave_days": ("Paid leave", "days/year"),
    "holidays": ("Public holidays", "days/year"),
    "weekly_hours": ("Weekly hours by law", "hours/week"),
}
_HOURS = (
    "Productive hours of a country: 8 x (261 weekdays - leave - holidays - 15 of sickness and "
    "training)."
)
_MONEY = {"salary": "*usd_rate", "fx_rate": "/usd_rate"}  # from USD, on sheet Countries


def followed(
    context: Context, entry: Input, value: Ref, content: Ref | Text, offset: int, site: int
) -> Formula | Ref | Text:
    """The content of an input's cell: a formula where a country can give it."""
    if entry.name not in FOLLOWING:
        return content
    otherwise = _cell(context, own(entry.name), site, offset)
    if entry.name in OF_CHARGE:
        at = _on_live(context, "law_row", site, offset)
        text = f"IF({at}=0,{otherwise},INDEX({column_of_charge(entry.name)},{at}))"
    elif entry.name in OF_BOTH:
        text = f'IF({_both(context, site)}>1,"{entry.phrase_of(1)}",{otherwise})'
    else:
        found = f"INDEX(country_{entry.name},{_on_live(context, 'country_row', site)})"
        text = f"IF(ISNUMBER({found}),{found}{_MONEY.get(entry.name, '')},{otherwise})"
    return Formula(text, content, Ref(follows(entry.name), value.position, "b"))


def charge_name(context: Context, name: Text, offset: int, site: int) -> Formula:
    """The name of a charge: that of the country, or the site's own."""
    at = _on_live(context, "law_row", site, offset)
    otherwise = _cell(context, own("rule_names"), site, offset)
    return Formula(f"IF({at}=0,{otherwise},INDEX({charge_names()},{at}))", name)


def typed_over(context: Context, name: str) -> Mark:
    """The fill of cells whose formula was typed over though their site has a country."""
    place = context.layout.entered(name)
    abroad = 1 if name in OF_BOTH else 0  # position of the first site that may follow
    column = place.column + abroad
    first = f"{get_column_letter(column)}{place.row}"
    rows = _on_live(context, "country_row", abroad)
    if abroad:
        rows = _both(context, abroad)
    cells = block(place.row, column, place.rows, place.columns - abroad)
    return Mark(cells, f"AND({rows}>1,NOT(_xlfn.ISFORMULA({first})))")


def countries_of_sites(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The country of each site, to be chosen from a list, beside its name on sheet Inputs."""
    place = context.layout.places["country_codes_of_sites"]
    for site in range(place.rows):
        row, at = place.row + site, _on_live(context, "country_row", site)
        sheet.put(row, place.column, Text.of(f"location {site}"), "input text", "@")
        name = Formula(f"INDEX({column_of_country('Country')},{at})", Text.of(f"country {site}"))
        sheet.put(row, place.column + 1, name, "note")
        sheet.put(row, place.column + 3, _lacking(at, site), "note")
    cells = block(place.row, place.column, place.rows)
    names["site_countries"] = f"{place.sheet}!{cells}"
    names |= {f"country_{name}": column_of_country(name) for name in OF_COUNTRY}
    rate = context.layout.places["usd_rate"]
    names["usd_rate"] = f"{rate.sheet}!{block(rate.row, rate.column)}"
    names["country_currency"] = column_of_country("Currency")
    message = f"a code of sheet Countries, or {OWN_FIGURES}"
    sheet.rules.append(Rule(cells, "list", 0, 0, "Country", message, "country_codes"))


def _lacking(row: str, site: int) -> Formula:
    """What sheet Countries does not give for a site's country, so that own figures are used."""
    parts = (
        f'IF(ISNUMBER(INDEX(country_{name},{row})),"","{word}")' for name, word in LACKING.items()
    )
    return Formula("&".join(parts), Text.of(f"lacking {site}"))


def link_rows(context: Context, sheet: Sheet) -> None:
    """Where each site's country and its charges stand on sheets Countries and Law."""
    places = context.layout.places
    place, first, last = places["law_row"], places["law_first"], places["law_last"]
    country, codes = places["country_row"], places["country_codes_of_sites"]
    sheet.put(country.row - 1, 1, "Rows on sheets Countries and Law", "topic")
    labels = (
        ("Row on sheet Countries (1: own figures)", country),
        ("First charge on sheet Law (0: own charges)", first),
        ("Last charge on sheet Law", last),
    )
    for label, one in labels:
        sheet.put(one.row, 1, label, "label")
        sheet.put(one.row, LIVE.unit_column, "number", "unit")
    rate = places["usd_rate"]
    sheet.put(rate.row, 1, "Reporting currency per USD (none: not on sheet Countries)", "label")
    sheet.put(rate.row, LIVE.unit_column, "number", "unit")
    found = "INDEX(country_fx_rate,MATCH(currency,country_currency,0))"
    value = context.refs("links:usd").item()._replace(missing="none")
    sheet.put(
        rate.row,
        rate.column,
        Formula(f'IFERROR({found},"none")', value),
        "calculation",
        "#,##0.0000",
    )
    for site in range(place.columns):
        letter = get_column_letter(place.column + site)
        code = f"{codes.sheet}!{block(codes.row, codes.column)}"
        if place.columns > 1:  # IronCalc does not support INDEX of one cell
            code = f"INDEX(site_countries,{letter}${NUMBER_ROW})"
        row, begin, end = (f"{letter}${one.row}" for one in (country, first, last))
        texts = {
            "country_row": f"IFERROR(MATCH({code},country_codes,0),1)",
            "law_first": f"INDEX({column_of_country('First rule')},{row})",
            "law_last": f"{begin}+INDEX({column_of_country('Rules')},{row})-1",
        }
        for name, text in texts.items():
            content = Formula(text, _ref(context, name, site))
            sheet.put(places[name].row, place.column + site, content, "calculation", "0")
        for offset in range(place.rows):
            above = f"{letter}{place.row + offset - 1}"
            more = f"AND({above}>={begin},{above}<{end})"
            text = f"IF({more},{above}+1,MIN(1,{begin}))" if offset else begin
            content = Formula(text, _ref(context, "law_row", site, offset))
            sheet.put(place.row + offset, place.column + site, content, "calculation", "0")
    for offset in range(place.rows):
        label = "repeated label" if offset else "label"
        sheet.put(place.row + offset, 1, "Row of the charge on sheet Law", label)
        sheet.put(
            place.row + offset, LIVE.unit_column - 1, context.name_of("rule", offset), "label"
        )
        sheet.put(place.row + offset, LIVE.unit_column, "number", "unit")


def own_figures(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """What the inputs of a site are where its country says nothing."""
    _own(context, sheet, names, (*OF_COUNTRY, *OF_BOTH))


def leave_of_countries(context: Context, sheet: Sheet) -> None:
    """What the productive hours of each site's country follow from, below its own figures."""
    place = context.layout.places[own(OF_BOTH[-1])]
    row = place.row + place.rows
    sheet.put(row, 1, "What productive hours of a country follow from", "strong label")
    for row, (name, head) in enumerate(LEAVE.items(), row + 1):  # noqa: B020 - rows below the title
        sheet.put(row, 1, f"Of the country: {_LEAVE[name][0]}", "label")
        sheet.put(row, BY_SITE.unit_column, _LEAVE[name][1], "unit")
        for site in range(place.columns):
            found = f"INDEX({column_of_country(head)},{_on_live(context, 'country_row', site)})"
            value = _ref(context, name, site)._replace(missing=_NOT_FOUND)
            text = f'IF(ISNUMBER({found}),{found},"{_NOT_FOUND}")'
            sheet.put(row, place.column + site, Formula(text, value), "calculation", "0.0#")
    sheet.put(row + 1, 1, _HOURS, "note")


def own_charges(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The charges of a site without a country."""
    place = context.layout.places[own("rule_names")]
    sheet.put(place.row - 1, 1, "Own charges, of a site without a country", "topic")
    for offset in range(place.rows):
        row = place.row + offset
        sheet.put(row, 1, "Own figure: Name of the charge", "repeated label" if offset else "label")
        sheet.put(row, 2, context.name_of("rule", offset), "label")
        sheet.put(row, BY_SITE.unit_column, "text", "unit")
        for site in range(place.columns):
            sheet.put(row, place.column + site, Text.of(f"rule {site} {offset}"), "input text")
    cells = block(place.row, place.column, place.rows, place.columns)
    names[own_name("rule_names")] = f"{place.sheet}!{cells}"
    sheet.rules.append(Rule(cells, "textLength", 1, 60, "Name of the charge", "1 to 60 characters"))
    _own(context, sheet, names, OF_CHARGE)


def _own(context: Context, sheet: Sheet, names: dict[str, str], inputs: tuple[str, ...]) -> None:
    """The site's own figures of some inputs."""
    for name in inputs:
        entry, place = default_model().inputs[name], context.layout.places[own(name)]
        for offset in range(place.rows):
            at, row = position_in(place, offset), place.row + offset
            sheet.put(row, 1, f"Own figure: {entry.label}", "repeated label" if offset else "label")
            for axis, position in at.items():
                sheet.put(row, 2, context.name_of(axis, position), "label")
            sheet.put(row, BY_SITE.unit_column, context.unit(entry.unit), "unit")
            for site in range(place.columns):
                is_fixed = site == 0 and entry.fixed_onshore
                here = {**at, "site": site}
                content, style, shown = entered(context, entry, is_fixed=is_fixed, **here)
                sheet.put(row, place.column + site, content, style, shown)
        cells = block(place.row, place.column, place.rows, place.columns)
        names[own_name(name)] = f"{place.sheet}!{cells}"
        sheet.rules.append(validation(entry, cells))


def _ref(context: Context, name: str, *at: int) -> Ref:
    """A row number of sheets Countries and Law, by site."""
    return context.refs(f"links:{name}")[0][at]


def _both(context: Context, site: int) -> str:
    """The smaller row of the countries of a site and of the onshore site: 1 if one has none."""
    onshore, there = (_on_live(context, "country_row", one) for one in (0, site))
    return f"MIN({onshore.replace('!', '!$')},{there})"


def _cell(context: Context, name: str, site: int, offset: int = 0) -> str:
    """Cell of a place of sites on its own sheet."""
    place = context.layout.places[name]
    return f"{get_column_letter(place.column + site)}{place.row + offset}"


def _on_live(context: Context, name: str, site: int, offset: int | None = None) -> str:
    """Cell of a row number on sheet Live; without an offset of a place with one row."""
    cell = _cell(context, name, site, offset or 0)
    letters = cell.rstrip("0123456789")
    cell = cell if offset is not None else f"{letters}${cell.removeprefix(letters)}"
    return f"{LIVE.title}!{cell}"
