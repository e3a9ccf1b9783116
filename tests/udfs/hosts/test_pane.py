"""The task pane and the functions' JavaScript in Chromium, with a stand-in for Excel."""

import base64
import io
import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from openpyxl import load_workbook

from shorewise import udfs
from shorewise.engine import Scenario, results
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.reference_page import formula
from tests.support.headless_browser import browsing, missing
from tests.support.paths import ROOT, SUPPORT
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written

AXE = Path(os.environ.get("SHOREWISE_AXE") or ROOT / ".venv-audit/node_modules/axe-core/axe.min.js")
NO_AXE = "" if AXE.is_file() else "axe-core is not installed; `make validators` installs it"
STAND_IN = SUPPORT / "office_stand_in.js"
NOT_HERE = [] if os.environ.get("SHOREWISE_TEST_ALL") else missing()
pytestmark = pytest.mark.skipif(
    bool(NOT_HERE), reason=f"not installed: {', '.join(NOT_HERE)} (Debian packages of .ci/run)"
)


@pytest.fixture(scope="module")
def page(server):
    """The pane of the server, which serves the stand-in in place of Office.js."""
    # Found, not imported: that would set what xlwings looks for on a server.
    package = Path(find_spec("xlwings_server").submodule_search_locations[0])
    for real in package.glob("static/vendor/office-js/*/dist/office.js"):
        target = server.folder / real.relative_to(package)
        target.parent.mkdir(parents=True)
        target.write_bytes(STAND_IN.read_bytes())
    with browsing() as browser:
        yield browser


@pytest.fixture
def pane(page, server):
    """The pane as it opens for a user who signed in before, over an empty sheet."""
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.run("localStorage.setItem('shorewise-token', given[0]);", server.token)
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.until("return document.querySelectorAll('#function option').length;")
    return page


def said(page, *, wrong=False):
    """What the pane says when it has done."""
    page.until("return !document.querySelector('button:disabled');")
    text, shown_wrong = page.run(
        "const s = document.getElementById('status');"
        "return [s.textContent, s.classList.contains('wrong')];"
    )
    assert shown_wrong == wrong, text
    return text


def press(page, label):
    page.run(
        "[...document.querySelectorAll('button')].find((b) => b.textContent === given[0]).click();",
        label,
    )


def choose(page, name, value):
    page.run(
        "const s = document.getElementById(given[0]); s.value = given[1];"
        "s.dispatchEvent(new Event(s.tagName === 'INPUT' ? 'input' : 'change', {bubbles: true}));",
        name,
        value,
    )


def sheet(page):
    """Cells of the stand-in's sheet by row and column."""
    cells = page.run("return [...standIn.sheet];")
    return {tuple(map(int, place.split(","))): value for place, value in cells}


def test_the_pane_opens_without_an_error(pane):
    pane.log()
    pane.open(pane.run("return location.href;"))
    pane.until("return document.querySelectorAll('#function option').length;")
    wrong = [one for one in pane.log() if "taskpane-reload" not in one and "favicon" not in one]
    assert [one for one in wrong if "Refused" in one or "rror" in one] == []
    assert pane.run("return document.title;") == "Shorewise"


@pytest.mark.soak
def test_the_keyboard_focus_stays_after_a_button_is_pressed(pane):
    pane.run("document.querySelector('#compare-form button[type=submit]').focus();")
    press(pane, "Insert the comparison")
    assert said(pane).startswith("The comparison stands in")
    assert pane.run("return document.activeElement.textContent;") == "Insert the comparison"


def test_a_user_can_sign_in_and_out(page, server):
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.run("localStorage.clear();")
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.until("return document.querySelectorAll('#scenario option').length;")
    said(page)
    press(page, "Insert the comparison")
    assert said(page, wrong=True) == "Sign in: the access token is missing or wrong."
    choose(page, "token", server.token)
    page.run("document.querySelector('#sign-in-form button').click();")
    assert said(page).startswith("Signed in as tester. The token is kept on this computer.")
    press(page, "Insert the comparison")
    assert said(page) == "The comparison stands in Sheet1!A1:E30."
    press(page, "Sign out")
    assert said(page) == "Signed out."
    assert page.run("return localStorage.getItem('shorewise-token');") is None


def test_a_wrong_token_is_refused_and_the_form_stays(page, server):
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.run("localStorage.clear();")
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.until("return document.querySelectorAll('#scenario option').length;")
    said(page)
    for wrong in ("nonsense", server.token[:-1], f"Bearer {server.token}"):
        choose(page, "token", wrong)
        page.run("document.querySelector('#sign-in-form button').click();")
        assert said(page, wrong=True).startswith("This access token is wrong")
        assert page.run("return localStorage.getItem('shorewise-token');") is None
        hidden = (
            "return ['sign-in-form', 'sign-out'].map((id) => document.getElementById(id).hidden);"
        )
        assert page.run(hidden) == [False, True]
        assert page.run("return document.activeElement.id;") == "token"


@pytest.mark.soak
def test_a_revoked_token_asks_the_user_to_sign_in_again(page, server):
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.run("localStorage.setItem('shorewise-token', 'withdrawn');")
    page.open(f"http://127.0.0.1:{server.port}/taskpane.html")
    page.until("return document.querySelectorAll('#scenario option').length;")
    assert said(page, wrong=True).startswith("The access token is no longer accepted")
    assert page.run("return document.getElementById('sign-in-form').hidden;") is False
    assert page.run("return localStorage.getItem('shorewise-token');") is None


def test_the_comparison_is_written_from_the_selected_cell_on(pane):
    scenario = Scenario.preset("mid")
    plans = results(scenario, scenario.evaluate())["plans"]
    choose(pane, "scenario", "mid")
    pane.run("standIn.selected = [4, 2];")
    press(pane, "Insert the comparison")
    assert said(pane) == "The comparison stands in Sheet1!C5:E34."
    found = sheet(pane)
    assert min(found) == (4, 2)
    assert [found[5, 3], found[5, 4]] == [plan["name"] for plan in plans]
    assert [found[6, 3], found[6, 4]] == [plan["fully_loaded_cost"] for plan in plans]


@pytest.mark.soak
def test_the_open_workbook_and_selected_tables_are_scenarios_too(pane):
    pane.run("standIn.file = given[0];", base64.b64encode(written(small_scenario())).decode())
    choose(pane, "source", "workbook")
    press(pane, "Insert the comparison")
    assert said(pane, wrong=True) == "Read the scenario first: press Read this workbook."
    press(pane, "Read this workbook")
    case = small_scenario()
    assert said(pane) == f"Read {case.name}, in {case.currency}."
    press(pane, "Insert the comparison")
    said(pane)
    plans = results(case, case.evaluate())["plans"]
    assert [sheet(pane)[2, n] for n in (1, 2)] == [p["fully_loaded_cost"] for p in plans[:2]]
    press(pane, "Check this workbook")
    assert said(pane) == "Every formula cell agrees with the engine."
    pane.run("standIn.file = btoa('no workbook');")
    press(pane, "Read this workbook")
    assert said(pane, wrong=True).startswith("this workbook")
    table = [["name", "salary"], ["Krakow", 80_000], ["Pune", 40_000]]
    pane.run(
        "standIn.sheet.clear(); given[0].forEach((row, r) =>"
        " row.forEach((cell, c) => standIn.sheet.set(`${r},${c}`, cell)));"
        "standIn.selected = [0, 0, 3, 2];",
        table,
    )
    choose(pane, "source", "tables")
    press(pane, "Use as sites")
    assert said(pane).startswith("Sheet1!A1:B3 is the table of sites.")
    press(pane, "Read the tables")
    assert said(pane) == "Read Selected tables, in USD."
    pane.run("standIn.selected = [10, 0];")
    press(pane, "Insert the comparison")
    assert said(pane).startswith("The comparison stands in Sheet1!A11:")
    expected = udfs.SHORE_COMPARE(table, None, None, "fully_loaded_cost")
    assert [sheet(pane)[12, n] for n in (2, 3)] == [row[1] for row in expected[2:]]
    pane.run(
        "standIn.sheet.set('1,1', 60000); standIn.selected = [60, 0];"
    )  # the pane shows 80,000
    press(pane, "Insert the comparison")
    expected = "The tables have changed since they were read: press Read the tables."
    assert said(pane, wrong=True) == expected
    press(pane, "Read the tables")
    assert said(pane).startswith("Read ")
    assert pane.run("return document.getElementById('site-0-salary').value;") == "60000"
    stored = pane.run("return JSON.stringify({...localStorage});")
    assert '\\"source\\":\\"tables\\"' in stored
    assert "80000" not in stored
    pane.run("localStorage.removeItem('shorewise-choice');")


@pytest.mark.soak(keep=1)
@pytest.mark.skipif(bool(NO_AXE), reason=NO_AXE)
@pytest.mark.parametrize("source", ["preset", "workbook", "tables"])
def test_axe_finds_no_violation_in_the_narrowest_pane(pane, source):
    pane.send("/window/rect", width=320, height=1_500)
    assert pane.run("return innerWidth;") == 320
    choose(pane, "source", source)
    pane.run(AXE.read_text() + "; window.axe = axe;")
    found = pane.run(
        "const { violations } = await axe.run(document.querySelector('main'));"
        "return violations.map((one) => [one.id, one.nodes.map((node) => node.html)]);"
    )
    assert found == []
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;"
    assert pane.run(wide) <= 0
    pane.run("localStorage.removeItem('shorewise-choice');")


def test_filled_cells_are_never_overwritten(pane):
    pane.run("standIn.sheet.set('3,1', 'mine');")
    before = sheet(pane)
    press(pane, "Insert the comparison")
    assert "is not empty" in said(pane, wrong=True)
    pane.run("standIn.selected = [3, 1];")
    choose(pane, "function", "SHORE_VERSION")
    press(pane, "Insert into the selected cell")
    assert "B4 is not empty" in said(pane, wrong=True)
    assert sheet(pane) == before


def test_figures_of_a_scenario_can_be_changed(pane):
    choose(pane, "scenario", "mid")
    assert pane.run("return document.getElementById('site-0-salary').value;") == "60000"
    choose(pane, "site-0-salary", "50000")
    press(pane, "Insert the comparison")
    said(pane)
    data = Scenario.preset("mid").to_dict()
    data["sites"][1]["salary"] = 50_000
    scenario = Scenario.from_dict(data, "test")
    plan = results(scenario, scenario.evaluate())["plans"][1]
    assert sheet(pane)[2, 2] == plan["fully_loaded_cost"]
    choose(pane, "site-0-salary", "-5")
    press(pane, "Insert the comparison")
    assert "salary is -5; it must be 1 or more" in said(pane, wrong=True)


def test_a_figure_that_is_no_number_is_never_replaced_by_that_of_the_scenario(pane):
    choose(pane, "scenario", "mid")
    field = pane.send("/element", using="css selector", value="#site-0-salary")
    (identity,) = field.values()
    for keys in ("", "1e"):  # emptied; what a browser hands over as an empty text
        choose(pane, "site-0-salary", "")
        if keys:
            pane.send(f"/element/{identity}/value", text=keys)
        for button in ("Insert the comparison", "Open as a workbook", "Insert a simulation"):
            press(pane, button)
            expected = "Mid, Salary, USD: is no number; it must be 1 or more, up to 1e+12"
            assert said(pane, wrong=True) == f"{expected}, such as 60000."
            assert pane.run("return document.activeElement.id;") == "site-0-salary"
    assert sheet(pane) == {}


@pytest.mark.soak
def test_a_scenario_opens_as_a_workbook(pane):
    choose(pane, "scenario", "low")
    press(pane, "Open as a workbook")
    assert said(pane) == "The workbook is open."
    (data,) = pane.run("return standIn.opened;")
    book = load_workbook(io.BytesIO(base64.b64decode(data)))
    assert "Board" in book.sheetnames


def test_the_example_of_every_function_is_filled_in_as_documented(pane):
    found = pane.run(
        """
        const list = document.getElementById("function");
        return [...list.options].map((option) => {
          list.value = option.value;
          list.dispatchEvent(new Event("change"));
          document.getElementById("example").click();
          return document.getElementById("formula").textContent;
        });
        """
    )
    assert sorted(found) == sorted(formula(one) for one in FUNCTIONS)


def test_a_function_can_be_found_explained_and_inserted(pane):
    choose(pane, "search", "waterfall")
    names = pane.run("return [...document.getElementById('function').options].map((o) => o.value);")
    assert names == ["SHORE_WATERFALL"]
    (function,) = (one for one in FUNCTIONS if one.name == names[0])
    text = pane.run("return document.getElementById('function-form').innerText;")
    assert function.does in text
    assert function.signature in text
    assert all(parameter.help in text for parameter in function.parameters)
    press(pane, "Fill in the example")
    pane.run("standIn.selected = [0, 27];")
    press(pane, "Insert into the selected cell")
    assert said(pane) == f"{formula(function)} stands in Sheet1!AB1."
    assert sheet(pane) == {(0, 27): formula(function)}
    pane.send("/window/rect", width=320, height=1_500)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;"
    choose(pane, "search", "SHORE_SCENARIO")
    press(pane, "Fill in the example")
    pane.run("standIn.selected = [0, 28];")
    press(pane, "Insert into the selected cell")
    assert said(pane).startswith('=SHORE_SCENARIO({"name","salary"')
    assert pane.run(wide) <= 0
    choose(pane, "search", "nothing like it")
    assert pane.run("return document.getElementById('does').textContent;").startswith("No function")


def called(page, name, *arguments):
    """What the served JavaScript gives for a call from a cell."""
    return page.run(
        "const invocation = {address: 'Sheet1!A1'};"
        "return await standIn.functions[given[0]](...given[1], invocation);",
        name,
        [[[argument]] if not isinstance(argument, list) else argument for argument in arguments],
    )


def test_the_served_javascript_returns_values_spills_and_errors(pane):
    names = pane.until("return Object.keys(standIn.functions);")
    assert sorted(names) == sorted(udfs.__all__)
    assert called(pane, "SHORE_LOADED_COST", 60_000) == [[udfs.SHORE_LOADED_COST(60_000)]]
    column = [[60_000], [None], ["x"]]
    assert called(pane, "SHORE_LOADED_COST", column) == udfs.SHORE_LOADED_COST(column)
    error = {"type": "Error", "basicValue": "#DIV/0!", "errorType": "Div0"}
    assert called(pane, "SHORE_LOADED_COST", error) == [[{"type": "Error", "errorType": "Div0"}]]
    table = [["name", "salary"], ["A", 60_000]]
    assert called(pane, "SHORE_COMPARE", table) == udfs.SHORE_COMPARE(table)


def test_repeated_calls_ask_the_server_once(pane):
    count = (
        "return performance.getEntriesByType('resource')"
        ".filter((one) => one.name.endsWith('custom-functions-call')).length;"
    )
    before = pane.run(count)
    for _ in range(3):
        called(pane, "SHORE_TRAVEL_COST", 7)
    assert pane.run(count) == before + 1


def test_a_call_without_a_token_returns_an_error_that_says_so(pane):
    pane.run("localStorage.clear();")
    with pytest.raises(RuntimeError, match="Sign in: the access token is missing or wrong"):
        called(pane, "SHORE_TRAVEL_COST", 8)


def test_every_field_has_a_name_and_every_step_is_reachable_by_keys(pane):
    nameless, order, overflow = pane.run(
        """
        const fields = [...document.querySelectorAll("main input, main select, main output")];
        const nameless = fields.filter((one) => !one.labels.length).map((one) => one.id);
        const steps = [...document.querySelectorAll("main input, main select, main button")];
        const order = steps.filter((one) => one.tabIndex !== 0).map((one) => one.id);
        return [nameless, order, document.documentElement.scrollWidth - innerWidth];
        """
    )
    assert nameless == []
    assert order == []
    assert overflow <= 0
    assert pane.run("return document.documentElement.lang;") == "en"
    levels = pane.run("return [...document.querySelectorAll('h1, h2')].map((h) => h.tagName);")
    assert levels[0] == "H1"
    assert levels.count("H1") == 1


def test_all_text_has_enough_contrast(pane):
    worst = pane.run(
        """
        const light = (text) => {
          const parts = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
          const linear = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
          const [r, g, b] = parts.map(linear);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (one) => {
          for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if (colour !== "rgba(0, 0, 0, 0)") return colour;
          }
          return "rgb(255, 255, 255)";
        };
        const found = [...document.querySelectorAll("main *")].filter((one) => one.innerText);
        return Math.min(...found.map((one) => {
          const colours = [getComputedStyle(one).color, behind(one)];
          const pair = colours.map(light).sort((a, b) => b - a);
          return (pair[0] + 0.05) / (pair[1] + 0.05);
        }));
        """
    )
    assert worst >= 4.5


@pytest.mark.soak
def test_a_screenshot_of_the_pane_can_be_taken(pane, tmp_path):
    """A picture to look at: SHOREWISE_PICTURES names a folder that keeps it."""
    choose(pane, "scenario", "mid")
    choose(pane, "function", "SHORE_TRAVEL_COST")
    press(pane, "Fill in the example")
    folder = Path(os.environ.get("SHOREWISE_PICTURES", tmp_path))
    pane.picture(folder / "pane.png")
    assert (folder / "pane.png").stat().st_size > 10_000
