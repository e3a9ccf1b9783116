"""XlsxWriter writing the cells of a described workbook; ``SCOPE`` says what of it.

As a script it is a fresh process that knows nothing but XlsxWriter: it reads what :func:`prepared`
made from a pickle, writes the workbook in memory and prints its CPU seconds without the reading.
"""

import io
import pickle
import sys
import time

import xlsxwriter

SCOPE = """\
XlsxWriter is given the finished cells: it does not evaluate the model, trace formulas or describe
sheets. It writes the same values, formulas with their values (calls of the workbook's functions as
dynamic arrays), defined names, number formats, fonts, fills, boxes, alignment, protection, widths,
heights to the pixel, frozen panes, data validations, conditional formats, charts with their
descriptions, and print setup. It does not write what it has no call for: named cell styles (each
cell has a format instead), comments of names, the data tables (their values stand there), the font
of the theme, the 17th digit of a number; nor links, and hatches and labels in charts."""
_KINDS = {
    "decimal": "decimal",
    "whole": "integer",
    "date": "date",
    "textLength": "length",
    "list": "list",
}
_CHARTS = {
    "line": {"type": "line"},
    "curve": {"type": "scatter", "subtype": "straight"},
    "waterfall": {"type": "column", "subtype": "stacked"},
    "stack": {"type": "column", "subtype": "stacked"},
    "tornado": {"type": "bar"},
}
_BARS = {"stack": {"gap": 60}, "waterfall": {"gap": 30}, "tornado": {"gap": 40, "overlap": 100}}
_DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot")
_PIXELS_PER_CM = 96 / 2.54


def prepared(book) -> dict:
    """A described book as plain data in XlsxWriter's terms, so that none of it is ours to time."""
    # Not at the top: the fresh process must not load our packages.
    from shorewise.workbook.rendering.styles import named_styles, style_name
    from shorewise.workbook.rendering.theme import Theme

    theme = Theme.default()
    looks = {style.name: _look(style) for style in named_styles(theme)}
    formats: dict[tuple[str, str], int] = {}
    sheets = []
    for sheet in book.sheets:
        cells = []
        for (row, column), cell in sorted(sheet.cells.items()):
            is_input_text = isinstance(cell.content, str) and cell.style.startswith("input")
            shown = "@" if is_input_text else cell.number_format
            style = formats.setdefault((style_name(cell.style), shown), len(formats))
            cells.append((*_content(cell.content), row - 1, column - 1, style))
        sheets.append(
            {
                "title": sheet.title,
                "tab": f"#{theme.tab[sheet.colour]}",
                "cells": cells,
                # XlsxWriter adds the five pixels beside the text that our widths include.
                "widths": {column - 1: width - 5 / 7 for column, width in sheet.widths.items()},
                "heights": {row - 1: 14 * lines + 2 for row, lines in sheet.heights.items()},
                "freeze": sheet.freeze,
                "rules": [_rule(rule) for rule in sheet.rules],
                "true_false": [cells.replace("$", "") for cells in sheet.true_false],
                "charts": [_chart(chart, theme) for chart in sheet.charts],
                "portrait": sheet.portrait,
                "pages": (sheet.pages_wide, int(sheet.one_page)),
                "printed": (sheet.print_columns, max(row for row, _ in sheet.cells)),
                "repeated": (sheet.head_rows, sheet.head_columns),
            }
        )
    return {
        "title": book.title,
        "formats": [looks[style] | {"num_format": shown} for style, shown in formats],
        "good": f"#{theme.fill['good']}",
        "bad": f"#{theme.fill['bad']}",
        "sheets": sheets,
        "names": dict(book.names),
    }


def _content(content) -> tuple:
    """Kind, content and value of a cell; the kinds are the cases of :func:`_write_cell`."""
    from shorewise.engine.calculators.catalogue import PREFIX
    from shorewise.workbook.layout.sheet import DataTable, Formula

    if isinstance(content, DataTable):
        content = content.value
    if isinstance(content, Formula):
        kind = "call" if content.text.startswith(PREFIX) else "formula"
        return kind, "=" + content.text, content.value
    if content is None or content == "":
        return "blank", None, None
    if isinstance(content, str):
        return "text", content, None
    return ("date" if hasattr(content, "toordinal") else "number"), content, None


def _look(style) -> dict:
    """Properties of a format that looks as one of our named styles."""
    font, fill, alignment = style.font, style.fill, style.alignment
    look = {
        "font_name": font.name,
        "font_size": font.sz,
        "bold": font.b,
        "italic": font.i,
        "font_color": f"#{font.color.rgb[-6:]}",
        "valign": "vcenter" if alignment.vertical == "center" else alignment.vertical,
        "text_wrap": bool(alignment.wrap_text),
        "indent": alignment.indent,
        "locked": style.protection.locked,
    }
    if alignment.horizontal:
        look["align"] = alignment.horizontal
    if fill.fill_type:
        look["bg_color"] = f"#{fill.fgColor.rgb[-6:]}"
    if style.border.left:
        look |= {"border": 1, "border_color": f"#{style.border.left.color.rgb[-6:]}"}
    return look


def _rule(rule) -> tuple[str, dict]:
    title, message = rule.title[:32], f"Allowed: {rule.message}"[:255]
    if rule.kind == "list":
        offered = range(int(rule.lowest), int(rule.highest) + 1)
        allowed = {"source": f"={rule.choices}" if rule.choices else [*map(str, offered)]}
    else:
        allowed = {"criteria": "between", "minimum": rule.lowest, "maximum": rule.highest}
    return rule.cells.replace("$", ""), allowed | {
        "validate": _KINDS[rule.kind],
        "ignore_blank": False,
        "input_title": title,
        "input_message": message,
        "error_title": title,
        "error_message": message,
    }


def _chart(chart, theme) -> dict:
    line = chart.kind in ("line", "curve")
    sparse = (
        len(chart.categories) // 12 if chart.kind == "line" and len(chart.categories) > 12 else 1
    )
    font = {"size": 9, "bold": False}
    series = []
    for number, one in enumerate(chart.series):
        colour = f"#{theme.series[number % len(theme.series)]}"
        dash = _DASHES[number % len(_DASHES)]
        series.append(
            {
                "name": "=" + one.name_cell,
                "categories": "=" + (one.x_cells or chart.category_cells),
                "values": "=" + one.value_cells,
                "line" if line else "fill": {"color": colour}
                | ({"width": 1.75, "dash_type": dash} if line else {}),
            }
            | _BARS.get(chart.kind, {})
        )
    x_axis = {"name": chart.x_title, "name_font": font, "num_font": font, "label_position": "low"}
    y_axis = {"name": chart.y_title, "name_font": font, "num_font": font}
    if sparse > 1:
        x_axis |= {"interval_unit": sparse, "interval_tick": sparse}
    if chart.kind == "tornado":
        x_axis["reverse"] = True
    if chart.kind == "stack":
        y_axis["min"] = 0
    grid = {"visible": True, "line": {"color": f"#{theme.line['grid']}", "width": 0.5}}
    return {
        "kind": _CHARTS[chart.kind],
        "title": {"name": chart.title, "name_font": {"size": 12, "bold": True}},
        "legend": {"position": "right" if chart.kind == "stack" else "bottom"},
        "size": {
            "width": chart.width_cm * _PIXELS_PER_CM,
            "height": chart.height_cm * _PIXELS_PER_CM,
        },
        "x_axis": x_axis,
        "y_axis": y_axis | {"num_format": chart.number_format, "major_gridlines": grid},
        "series": series,
        "anchor": chart.anchor,
        "summary": chart.summary,
    }


def write(book: dict) -> bytes:
    """The .xlsx that XlsxWriter makes of a prepared book."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"title": book["title"], "author": "Shorewise"})
    formats = [workbook.add_format(dict(one)) for one in book["formats"]]
    good, bad = (workbook.add_format({"bg_color": book[name]}) for name in ("good", "bad"))
    for sheet in book["sheets"]:
        worksheet = workbook.add_worksheet(sheet["title"])
        for cell in sheet["cells"]:
            _write_cell(worksheet, cell, formats)
        for column, width in sheet["widths"].items():
            worksheet.set_column(column, column, width)
        for row, height in sheet["heights"].items():
            worksheet.set_row(row, height)
        for cells, options in sheet["rules"]:
            worksheet.data_validation(cells, dict(options))
        for cells in sheet["true_false"]:
            for value, fill in (("TRUE", good), ("FALSE", bad)):
                equal = {"type": "cell", "criteria": "==", "value": value, "format": fill}
                worksheet.conditional_format(cells, equal)
        for chart in sheet["charts"]:
            _add_chart(workbook, worksheet, chart)
        _set_up(worksheet, sheet)
    for name, cells in book["names"].items():
        workbook.define_name(name, "=" + cells)
    workbook.worksheets()[1].activate()
    workbook.close()
    return buffer.getvalue()


def _write_cell(worksheet, cell: tuple, formats: list) -> None:
    kind, content, value, row, column, style = cell
    look = formats[style]
    if kind == "formula":
        worksheet.write_formula(row, column, content, look, value)
    elif kind == "call":
        worksheet.write_dynamic_array_formula(row, column, row, column, content, look, value)
    elif kind == "text":
        worksheet.write_string(row, column, content, look)
    elif kind == "number":
        worksheet.write_number(row, column, content, look)
    elif kind == "date":
        worksheet.write_datetime(row, column, content, look)
    else:
        worksheet.write_blank(row, column, None, look)


def _add_chart(workbook, worksheet, chart: dict) -> None:
    native = workbook.add_chart(chart["kind"])
    for one in chart["series"]:
        native.add_series(one)
    native.set_title(chart["title"])
    native.set_legend(chart["legend"])
    native.set_size(chart["size"])
    native.set_x_axis(chart["x_axis"])
    native.set_y_axis(chart["y_axis"])
    worksheet.insert_chart(chart["anchor"], native, {"description": chart["summary"]})


def _set_up(worksheet, sheet: dict) -> None:
    """How a sheet shows, what of it is open, and how it prints."""
    worksheet.set_tab_color(sheet["tab"])
    worksheet.hide_gridlines(2)
    worksheet.set_zoom(90)
    if sheet["freeze"]:
        worksheet.freeze_panes(sheet["freeze"])
    worksheet.protect("", {"format_columns": True, "format_rows": True})
    if not sheet["portrait"]:
        worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(*sheet["pages"])
    columns, rows = sheet["printed"]
    if columns:
        worksheet.print_area(0, 0, rows - 1, columns - 1)
    head_rows, head_columns = sheet["repeated"]
    if head_rows:
        worksheet.repeat_rows(0, head_rows - 1)
    if head_columns:
        worksheet.repeat_columns(0, head_columns - 1)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.8)
    worksheet.set_footer("&L&A&RPage &P of &N", {"margin": 0.4})


if __name__ == "__main__":
    start = time.process_time()
    with open(sys.argv[1], "rb") as file:
        data = pickle.load(file)
    reading = time.process_time() - start
    write(data)
    print(time.process_time() - reading)
