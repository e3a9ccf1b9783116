"""Countries and Law: the figures of the tables, the same in every workbook."""

import datetime
import io
import zipfile
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from openpyxl.utils import range_boundaries

from shorewise.engine import Scenario
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.workbook import check, describe, read, workbook_bytes
from shorewise.workbook.compilation import compile_scenario
from shorewise.workbook.layout.scenario_texts import bindings
from shorewise.workbook.ooxml import compilation
from shorewise.workbook.sheets.uncertainty import spread_of
from tests.support.generated_workbooks import STATIC, made
from tests.support.plain_charges import holds, number, table
from tests.support.sample_scenarios import small_scenario

HEAD, FIRST = 5, 7  # row 6 stands for a site without a country, and for no charge
NONE = 1e18  # of a bound
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2099, 12, 1)
RULES, LOCATIONS = table("statutory_rules.csv"), table("locations.csv")
VARIANTS, TERMINATION = table("variants.csv"), table("termination.csv")
# Heads of columns, and the table's column that they show.
FACTS = {
    "Currency": "currency", "Per USD": "fx_rate", "Salary, USD": "salary",
    "Extra months": "extra_months", "Productive hours": "productive_hours",
    "Attrition": "attrition_rate", "Wage inflation": "wage_inflation",
    "Weekly hours": "weekly_hours", "Leave days": "leave_days", "Holidays": "holidays",
    "Time zone": "time_zone",
}  # fmt: skip
PARTS = {  # and what stands for an empty field
    "Base": ("base", 1), "Exempt": ("exempt", 0), "Cap": ("cap", NONE), "Floor": ("floor", 0),
    "Flat": ("flat", 0), "From pay": ("from_pay", 0), "To pay": ("to_pay", NONE),
    "Smallest": ("minimum", 0), "Largest": ("maximum", NONE), "On extra months": ("on_extra", 1),
}  # fmt: skip
TEXTS = {"Code", "Country", "Currency", "Time zone", "Grade", "Missing", "Sources"}


def day(text):
    """The day of a field; the first of a month without one."""
    return datetime.date.fromisoformat(text if len(text) == 10 else text + "-01")


def serial(date):
    return (date - datetime.date(1899, 12, 30)).days


def rows(title, first=FIRST):
    """Rows of a sheet as dictionaries by the heads of its columns, dates as days."""
    sheet = made("default").cached[title]
    heads = [cell.value for cell in sheet[HEAD]]
    return [
        {
            head: value.date() if isinstance(value, datetime.datetime) else value
            for head, value in zip(heads, values, strict=True)
        }
        for values in sheet.iter_rows(first, values_only=True)
    ]


def places():
    """Each country and its variants: code, row of the country, name of the variant."""
    for row in LOCATIONS:
        yield row["iso"], row, ""
        for variant in VARIANTS:
            if variant["iso"] == row["iso"]:
                yield f"{row['iso']}-{variant['variant']}", row, variant["variant"]


def law_of(row, variant):
    return [r for r in RULES if r["iso"] == row["iso"] and holds(r, variant=variant)]


def weeks(iso, kind):
    """Weeks of pay after three years, by what the head of the table says; None where not found."""
    found, since = None, -1.0
    for row in TERMINATION:
        begins = float(row["from_years"])
        if (row["iso"], row["kind"]) == (iso, kind) and since < begins <= 3:
            amount = float(row["amount"]) + 3 * float(row["per_year"])
            amount = min(amount, number(row["most"], amount))
            found, since = amount * (52 / 12 if row["unit"] == "months" else 1), begins
    return found


def test_there_is_a_row_for_each_country_region_and_regime():
    assert [row["Code"] for row in rows("Countries")] == [code for code, *_ in places()]


def test_every_figure_of_a_country_is_that_of_the_tables():
    for shown, (code, row, _) in zip(rows("Countries"), places(), strict=True):
        for head, column in FACTS.items():
            expected = row[column] or None
            if expected and head not in TEXTS:
                expected = float(expected)
            assert shown[head] == expected, (code, head)


def test_the_offset_is_that_of_the_first_of_january():
    noon = datetime.datetime(2026, 1, 1, 12)
    for shown in rows("Countries"):
        offset = noon.replace(tzinfo=ZoneInfo(shown["Time zone"])).utcoffset()
        assert shown["UTC offset"] == offset.total_seconds() / 3600
    by_code = {shown["Code"]: shown["UTC offset"] for shown in rows("Countries")}
    # By the clock: India and Nepal have no summer time, Poland and Chile are in January's.
    assert [by_code[code] for code in ("IN", "NP", "PL", "CL")] == [5.5, 5.75, 1, -3]


def test_notice_and_severance_are_those_of_three_years_of_service():
    for shown, (code, row, _) in zip(rows("Countries"), places(), strict=True):
        severance = weeks(row["iso"], "severance")
        expected = severance if severance is None else severance / 3
        assert shown["Notice, weeks"] == pytest.approx(weeks(row["iso"], "notice")), code
        assert shown["Severance, weeks a year"] == pytest.approx(expected), code
    # Poland: three months of notice, of 52 / 12 weeks each.
    by_code = {shown["Code"]: shown["Notice, weeks"] for shown in rows("Countries")}
    assert by_code["PL"] == pytest.approx(13)


def test_the_grade_is_that_of_the_weakest_charge():
    for shown, (code, row, variant) in zip(rows("Countries"), places(), strict=True):
        law = law_of(row, variant)
        missing = [r["line"] for r in law if r["confidence"] == "missing"]
        dates = [day(r["source_date"]) for r in law]
        current = {r["confidence"] for r in law} == {"high"} and min(dates) >= datetime.date(
            2025, 11, 28
        )
        grade = "official and current" if current else "secondary or old"
        assert shown["Grade"] == ("missing something" if missing else grade), code
        assert shown["Missing"] == ("; ".join(missing) or None), code
        assert (shown["Newest source"], shown["Oldest source"]) == (max(dates), min(dates)), code


def test_every_source_of_a_figure_that_is_shown_is_told():
    for shown, (code, row, variant) in zip(rows("Countries"), places(), strict=True):
        sources = [row["fx_source"], row["fx_date"]]
        for figure in ("salary", "extra_months", "attrition_rate", "wage_inflation"):
            sources += [row[f"{figure}_source"]] if row[figure] else []
        sources += [row["leave_source"]] if row["leave_days"] else []
        sources += [
            r["source"] for r in VARIANTS if (r["iso"], r["variant"]) == (row["iso"], variant)
        ]
        assert [text for text in sources if text not in shown["Sources"]] == [], code


def test_every_figure_of_a_charge_is_that_of_the_tables():
    law = iter(rows("Law"))
    for code, row, variant in places():
        charges = law_of(row, variant)
        lines = [charge["line"] for charge in charges]
        for charge in charges:
            shown = next(law)
            where = code, charge["line"]
            assert (shown["Code"], shown["Charge"].partition(",")[0]) == (
                code,
                charge["line"].partition(",")[0],
            )
            assert shown["Charge"].startswith(charge["line"]), where
            is_missing = charge["confidence"] == "missing"
            assert shown["Rate"] == (0 if is_missing else float(charge["rate"])), where
            for head, (part, empty) in PARTS.items():
                assert shown[head] == number(charge[part], empty), (where, head)
            of = charge["of_line"]
            assert shown["Share of charge no."] == (lines.index(of) + 1 if of else 0), where
            for head, part, empty in (
                ("First month", "first_month", FIRST_DAY),
                ("Last month", "last_month", LAST_DAY),
            ):
                expected = serial(day(charge[part]) if charge[part] else empty)
                found = shown[head]
                found = serial(found) if isinstance(found, datetime.date) else found
                assert found == expected, (where, head)
            texts = [shown[head] for head in ("Confidence", "Source", "Note")]
            assert texts == [charge[n] or None for n in ("confidence", "source", "note")], where
            assert shown["Read on"] == day(charge["source_date"]), where
    assert next(law, None) is None


def test_a_country_points_to_its_charges_on_law():
    law = rows("Law", FIRST - 1)
    assert [row["No."] for row in law] == list(range(1, len(law) + 1))
    seen = 1
    for shown in rows("Countries"):
        first, count = shown["First rule"], shown["Rules"]
        assert first == seen + 1
        assert {row["Code"] for row in law[first - 1 : first - 1 + count]} == {shown["Code"]}
        seen += count
    assert seen == len(law)


def test_a_name_covers_the_codes_and_none_covers_whole_sheets():
    file = made("default")
    names = file.live.defined_names
    sheet, cells = names["country_codes"].attr_text.split("!")
    bounds = range_boundaries(cells.replace("$", ""))
    assert (sheet, bounds) == ("Countries", (1, 6, 1, file.live["Countries"].max_row))
    assert names.keys().isdisjoint({"country_rows", "law_rows"})


@pytest.mark.parametrize("title", STATIC)
def test_a_reader_can_filter_and_cannot_sort_or_change_a_figure(title):
    sheet = made("default").live[title]
    left, top, right, bottom = range_boundaries(sheet.auto_filter.ref)
    assert (left, top, right, bottom) == (1, HEAD, sheet.max_column, sheet.max_row)
    assert sheet.protection.sheet
    assert (sheet.protection.autoFilter, sheet.protection.sort) == (False, True)
    assert sheet.freeze_panes.endswith("6")
    assert sheet.print_title_rows == "$1:$5"


@pytest.mark.parametrize("title", [*STATIC, "Sources"])
def test_the_licence_of_the_data_is_told(title):
    texts = [cell.value for row in made("default").live[title].iter_rows() for cell in row]
    (attribution,) = [text for text in texts if "CC BY 4.0" in str(text)]
    for part in (
        "EOR Scope (github.com/eorscope/employercosts)",
        "BestEOR (github.com/yumaheymans/besteor-open-dataset)",
        "https://creativecommons.org/licenses/by/4.0/",
        "changed",
    ):
        assert part in attribution


def static_parts(data):
    """Compressed bytes of both sheets, by title."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        titles = made_titles(archive)
        found = {}
        for title in STATIC:
            info = archive.getinfo(f"xl/worksheets/sheet{titles.index(title) + 1}.xml")
            start = info.header_offset + 30 + len(info.filename)
            found[title] = data[start : start + info.compress_size]
    return found


def made_titles(archive):
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return [sheet.get("name") for sheet in book.iter() if sheet.tag.endswith("}sheet")]


@pytest.mark.soak
def test_both_sheets_are_the_same_bytes_in_every_workbook():
    small = small_scenario()
    spread = spread_of(simulate(small, 64, 1))
    values, texts = bindings(small)
    (stamped,) = compile_scenario(small).filled(values, [texts])
    found = [
        static_parts(data)
        for data in (
            made("default").data,
            made("one-of-each").data,
            made("half-a-year").data,
            workbook_bytes(describe(small, spread=spread)),
            stamped,
        )
    ]
    assert all(len(parts["Law"]) > 10_000 for parts in found)
    assert [parts for parts in found if parts != found[0]] == []


@pytest.mark.soak
def test_both_sheets_are_written_once_in_a_process():
    workbook_bytes(describe(small_scenario()))
    before = compilation.written_once.cache_info().misses
    workbook_bytes(describe(Scenario.default()))
    assert compilation.written_once.cache_info().misses == before


def test_no_text_looks_like_a_number():
    for title in STATIC:
        for row in made("default").live[title].iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    with pytest.raises(ValueError, match="could not convert"):
                        float(cell.value.strip(" %()+-").replace(",", "") or "x")


def changed(data, title, old, new):
    """A workbook with a piece of one sheet's XML replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        part = f"xl/worksheets/sheet{made_titles(source).index(title) + 1}.xml"
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert content.count(old) == 1
                content = content.replace(old, new)
            target.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.soak
def test_a_figure_changed_on_a_static_sheet_is_noticed_by_check_and_ignored_by_read(tmp_path):
    scenario = small_scenario()
    path = tmp_path / "changed.xlsx"
    data = workbook_bytes(describe(scenario))
    text = b"<t>Armenia</t>"
    path.write_bytes(changed(data, "Countries", text, b"<t>Elsewhere</t>"))
    (found,) = check(path)
    assert (found.what, found.found, found.expected) == ("value", "Elsewhere", "Armenia")
    assert found.cell.startswith("Countries!B")
    assert read(path) == scenario
