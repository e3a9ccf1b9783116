"""The functions over HTTP: the table of calls, many at once, and what the project serves."""

import ast
import asyncio
import json
import re
import time
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from shorewise import udfs
from shorewise.engine import Scenario, presets, results
from shorewise.udfs.calling import call
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.hosts import AddinError, new_token, server_files, write_folder
from shorewise.udfs.hosts.server_project import ICONS
from tests.support.addin_server import CALL, NO_KEY, as_sent, running
from tests.support.function_calls import CALLS, STAFF, TWO, same
from tests.support.scenario_twins import twins

SPACES = {"a": "http://schemas.microsoft.com/office/taskpaneappversionoverrides"}


def test_every_call_of_the_table_gives_the_same_through_the_server(server):
    found = server.answers([(one.function, one.arguments) for one in CALLS])
    wrong = [
        (f"{one.function}-{one.id}", answer)
        for one, answer in zip(CALLS, found, strict=True)
        if not same(answer, numbers(one.expected), one.tolerance)
    ]
    assert wrong == []


def numbers(expected):
    """JSON knows whole numbers: tuples become lists, as an answer has them."""
    if isinstance(expected, (list, tuple)):
        return [numbers(one) for one in expected]
    return expected


@pytest.mark.soak
def test_500_calls_at_once_are_all_answered(server):
    async def one(salary):
        body = as_sent("SHORE_LOADED_COST", [salary])
        status, _, content = await server.ask("POST", CALL, body)
        return status, json.loads(content)["result"][0][0]

    async def all_at_once():
        return await asyncio.gather(*(one(40_000 + 10 * n) for n in range(500)))

    found = asyncio.run(all_at_once())
    expected = [udfs.SHORE_LOADED_COST(40_000 + 10 * n) for n in range(500)]
    assert found == [(200, value) for value in expected]


def test_a_long_call_does_not_delay_the_others(server):
    async def timed(name, arguments):
        body = as_sent(name, arguments)
        began = time.monotonic()
        status, _, _ = await server.ask("POST", CALL, body)
        return status, time.monotonic() - began

    async def both():
        column = [[20_000 + n] for n in range(15_000)]
        long = asyncio.create_task(timed("SHORE_LOADED_COST", [column]))
        await asyncio.sleep(0.05)
        short = [await timed("SHORE_TRAVEL_COST", [6]) for _ in range(3)]
        return await long, short

    (status, took), short = asyncio.run(both())
    assert status == 200
    assert {one for one, _ in short} == {200}
    assert min(seconds for _, seconds in short) < took


def test_the_metadata_name_every_function_with_its_arguments(server):
    status, _, content = server.request("GET", "/xlwings/custom-functions-meta.json")
    assert status == 200
    found = {one["name"]: one for one in json.loads(content)["functions"]}
    assert set(found) == set(udfs.__all__)
    for function in FUNCTIONS:
        assert found[function.name]["description"] == function.does
        shown = [(p["name"], p["description"]) for p in found[function.name]["parameters"]]
        assert shown == [(p.name, p.help) for p in function.parameters]


@pytest.mark.soak
@pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js needs XLWINGS_LICENSE_KEY")
def test_words_of_one_cell_are_choices_and_every_function_has_a_page_of_help():
    host, page = "shorewise.example.com", "/shorewise/functions.html"
    with running(XLWINGS_HOSTNAME=host) as named:
        _, _, content = named.request("GET", "/xlwings/custom-functions-meta.json", Host=host)
        status, headers, text = named.request("GET", page, Host=host, Authorization="")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    parser = Anchors()
    parser.feed(text.decode())
    found = json.loads(content)
    choices = {one["id"]: [v["stringValue"] for v in one["values"]] for one in found["enums"]}
    words = [(f, p) for f in FUNCTIONS for p in f.parameters if p.options]
    for function, told in zip(FUNCTIONS, in_order(found["functions"]), strict=True):
        address, _, anchor = told["helpUrl"].partition("#")
        assert address == f"https://{host}{page}"
        assert parser.found.count(anchor) == 1
        for parameter, shown in zip(function.parameters, told.get("parameters", ()), strict=True):
            listed = choices.get(shown.get("customEnumId"))
            assert (listed or ()) == (
                [*parameter.options] if parameter.options and parameter.shape == "one" else ()
            )
            assert shown["dimensionality"] == ("scalar" if listed else "matrix")
    assert len(choices) == sum(one.shape == "one" for _, one in words) >= 8


class Anchors(HTMLParser):
    """The identifiers of a page's elements."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _tag, attributes):
        self.found += [value for name, value in attributes if name == "id"]


def in_order(told):
    """Functions as they are declared."""
    by_name = {one["name"]: one for one in told}
    return [by_name[function.name] for function in FUNCTIONS]


def test_a_word_is_matched_without_regard_to_case_where_it_is_a_choice(server):
    sites = [["name", "salary"], ["A", 60_000]]
    lower, upper, unknown = server.answers(
        [("SHORE_CASHFLOW", [sites, None, None, word]) for word in ("cost", "Cost", "costs")], 1
    )
    assert lower == upper == udfs.SHORE_CASHFLOW(sites, None, None, "cost")
    assert unknown == "Shorewise: what is 'costs'; did you mean cost?"


def test_the_served_code_lets_the_add_in_cache_answers(server):
    _, _, content = server.request("GET", "/xlwings/custom-functions-code.js")
    text = content.decode()
    kept = [one for one in FUNCTIONS if not one.makes_scenario and not any(one.takes_scenario)]
    assert {"SHORE_SCENARIO", "SHORE_SET", "SHORE_COMPARE", "SHORE_IRR"}.isdisjoint(
        one.name for one in kept
    )
    assert text.count("isCached: true") == len(kept)
    assert text.count("isCached: false") == len(FUNCTIONS) - len(kept)


def test_the_manifest_is_complete_and_everything_it_names_is_served(server):
    status, _, content = server.request("GET", "/manifest.xml")
    assert status == 200
    tree = ElementTree.fromstring(content)
    named = {one.get("resid") for one in tree.iter() if one.get("resid")}
    resources = tree.find(".//a:Resources", SPACES)
    given = {one.get("id"): one.get("DefaultValue") for one in resources.iter() if one.get("id")}
    assert named == set(given)
    addresses = [value for value in given.values() if value.startswith("http")]
    icons = [one.get("DefaultValue") for one in tree if one.tag.endswith("IconUrl")]
    for address in {*addresses, *icons}:
        path = "/" + address.split("/", 3)[3]
        assert server.request("GET", path)[0] == 200, path
    assert tree.findtext("{*}Id") in (server.folder / "pyproject.toml").read_text()
    assert "Namespace" not in content.decode().split("<Resources>")[1]


@pytest.mark.parametrize("side", ICONS)
def test_icons_have_their_stated_size(server, side):
    _, headers, content = server.request("GET", f"/static/images/icons/shorewise-{side}.png")
    assert headers["content-type"] == "image/png"
    assert content[16:24] == side.to_bytes(4) + side.to_bytes(4)


def test_the_comparison_of_a_preset_equals_that_of_the_engine(server):
    scenario = Scenario.preset("mid")
    plans = results(scenario, scenario.evaluate())["plans"]
    body = {"scenario": "mid", "sites": {}}
    status, _, content = server.request("POST", "/shorewise/comparison", body)
    assert status == 200
    found = json.loads(content)
    assert [len(row) for row in found["rows"]] == [len(row) for row in found["formats"]]
    assert found["rows"][1][1:] == [plan["name"] for plan in plans]
    assert found["rows"][2][1:] == [plan["fully_loaded_cost"] for plan in plans]


def test_a_figure_changed_in_the_pane_changes_the_comparison(server):
    body = {"scenario": "mid", "sites": {"Mid": {"salary": 50_000}}}
    data = Scenario.preset("mid").to_dict()
    data["sites"][1]["salary"] = 50_000
    scenario = Scenario.from_dict(data, "test")
    plans = results(scenario, scenario.evaluate())["plans"]
    _, _, content = server.request("POST", "/shorewise/comparison", body)
    assert json.loads(content)["rows"][2][1:] == [plan["fully_loaded_cost"] for plan in plans]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"scenario": "mid", "sites": {"Mid": {"salary": -1}}}, "'Mid': salary is -1; it must"),
        ({"scenario": "mud"}, "scenario must be one of default, "),
        ({"scenario": "x" * 1_000_000}, "scenario must be one of default, "),
        ({"scenario": ["mid"]}, "scenario must be one of default, "),
        ({"scenario": "mid", "sites": 7}, "sites must be an object with the inputs"),
        (
            {"scenario": "mid", "sites": {"Mid": 7}},
            "sites must be an object with the inputs of each site",
        ),
        ({}, "scenario must be one of default, "),
    ],
    ids=["value", "name", "long-name", "no-name", "shape", "inner-shape", "empty"],
)
def test_a_mistake_in_the_pane_is_reported_in_one_line(server, body, words):
    status, _, content = server.request("POST", "/shorewise/comparison", body)
    assert status == 422
    assert words in json.loads(content)["detail"]
    assert len(content) < 300


def test_the_pane_lists_every_function_and_scenario(server):
    _, _, content = server.request("GET", "/shorewise/pane.json")
    found = json.loads(content)
    assert found["prefix"] == ""
    assert [one["name"] for one in found["functions"]] == udfs.__all__
    assert [one["name"] for one in found["scenarios"]] == ["default", *presets()]
    for one, function in zip(found["functions"], FUNCTIONS, strict=True):
        texts = [parameter["example"] for parameter in one["parameters"]]
        while texts and texts[-1] == "":
            texts.pop()
        assert f"={one['name']}({','.join(texts)})" == one["example"]
        assert call(function, *function.example) is not None


def test_each_project_has_its_own_token_and_identity():
    files, token = server_files("ann")
    again, other = server_files("ann")
    assert token != other
    assert files["pyproject.toml"] != again["pyproject.toml"]
    assert not any(token.encode() in data for data in files.values())
    for name, data in files.items():
        if name.endswith(".py"):
            ast.parse(data.decode())


def test_settings_and_identity_of_a_project_are_kept(tmp_path):
    files, _ = server_files("ann")
    write_folder(tmp_path, files)
    (tmp_path / ".env").write_text("mine")
    before = (tmp_path / "pyproject.toml").read_bytes()
    again, _ = server_files("bob")
    with pytest.raises(AddinError, match="exists already"):
        write_folder(tmp_path, again, owned=(".env", "pyproject.toml"))
    written = write_folder(tmp_path, again, force=True, owned=(".env", "pyproject.toml"))
    assert (tmp_path / ".env").read_text() == "mine"
    assert (tmp_path / "pyproject.toml").read_bytes() == before
    assert len(written) == len(files) - 2


def raw(server, name, arguments, **headers):
    """The result of a call as the server sends it."""
    status, _, content = server.request("POST", CALL, as_sent(name, arguments), **headers)
    assert status == 200
    return json.loads(content)["result"]


def test_a_scenario_cell_is_an_object_with_a_card_and_works_in_every_kind_of_function(server):
    [[cell]] = raw(server, "SHORE_SCENARIO", [TWO, STAFF])
    assert cell["type"] == "Entity"
    assert re.fullmatch("Scenario [0-9a-f]{6}: 3 plans, 3 sites", cell["text"])
    card = {head: one["basicValue"] for head, one in cell["properties"].items()}
    expected = udfs.SHORE_COMPARE(TWO, STAFF, None, [["recommended", "npv", "peak_funding"]])
    [best] = [row for row in expected[1:] if row[1] == "yes"]
    assert card["Plans"] == "All onshore, Hybrid, Far"
    assert (card["Best plan"], card["Currency"], card["First month"]) == (best[0], "USD", "2027-01")
    assert card["Net present value"] == pytest.approx(best[2], rel=1e-12)
    assert card["Peak funding need"] == pytest.approx(best[3], rel=1e-12)
    key = card["object_handle_cache_key"]  # what xlwings' JavaScript sends for the cell
    npv = udfs.SHORE_COMPARE(TWO, STAFF, None, "npv")
    for sent in (key, cell["text"]):  # the text, where somebody copied values
        assert same(raw(server, "SHORE_COMPARE", [sent, "npv"]), npv, 0)
        assert raw(server, "SHORE_NPV", [sent, "Far"]) == [[pytest.approx(npv[3][1], rel=1e-12)]]
    [[changed]] = raw(server, "SHORE_SET", [key, "salary", 50_000])
    assert changed["text"] != cell["text"]
    [[wrong]] = raw(server, "SHORE_SET", [key, "salary", -5])
    assert wrong["text"].startswith("Shorewise: salary is -5")


def test_an_unknown_handle_asks_for_a_recalculation(server):
    gone = "00000000-0000-4000-8000-000000000000"
    for name, rest in (("SHORE_COMPARE", ["npv"]), ("SHORE_IRR", ["Far"])):
        assert raw(server, name, [gone, *rest]) == [
            ["Shorewise: this scenario is not known here any more: recalculate all cells "
             "(Ctrl+Alt+F9)"]
        ]  # fmt: skip


@pytest.fixture(scope="module")
def shared():
    """A server of two users, and the token of each."""
    if NO_KEY:
        pytest.skip("xlwings' Office.js conversion needs XLWINGS_LICENSE_KEY")
    (ann, ann_entry), (bob, bob_entry) = new_token("ann"), new_token("bob")
    with running(SHOREWISE_TOKENS=f"{ann_entry},{bob_entry}") as both:
        yield both, ann, bob


@pytest.mark.soak
def test_the_scenario_of_one_user_is_unknown_to_another(shared):
    both, ann, bob = shared
    [[cell]] = raw(both, "SHORE_SCENARIO", [TWO, STAFF], Authorization=ann)
    for name in ("SHORE_RESULT", "SHORE_COMPARE"):
        asked = [cell["text"], "npv"]
        assert raw(both, name, asked, Authorization=ann)[0] == ["plan", "npv"]
        [[refused]] = raw(both, name, asked, Authorization=bob)
        assert "is not known here any more: recalculate" in refused
    [[refused]] = raw(both, "SHORE_NPV", [cell["text"], "Far"], Authorization=bob)
    assert "is not known here any more: recalculate" in refused


def test_users_with_the_same_text_for_other_tables_get_their_own_answers_at_once(shared):
    both, *users = shared
    cells = [
        raw(both, "SHORE_SCENARIO", [sites], Authorization=user)[0][0]["text"]
        for sites, user in zip(twins(), users, strict=True)
    ]
    assert cells[0] == cells[1]
    calls = [
        ("SHORE_SIMULATE", [2_048]),
        ("SHORE_SIMULATE", [2_048]),
        ("SHORE_SOBOL", ["A", "npv", 16]),
    ]

    async def ask(user, name, rest):
        body = as_sent(name, [cells[0], *rest])
        status, _, content = await both.ask("POST", CALL, body, Authorization=user)
        return status, json.loads(content)["result"]

    async def at_once():
        return await asyncio.gather(*(ask(user, *one) for one in calls for user in users))

    found = asyncio.run(at_once())
    assert {status for status, _ in found} == {200}
    expected = [
        getattr(udfs, name)(sites, None, None, *rest) for name, rest in calls for sites in twins()
    ]
    assert expected[0] != expected[1]
    for (_, answer), own in zip(found, expected, strict=True):
        assert same(answer, numbers(own), 0)


@pytest.mark.soak
def test_a_scenario_that_changes_while_its_simulation_runs_gives_each_call_its_own_answer(server):
    sites, dearer = ([["name", "salary"], ["A", salary]] for salary in (60_000, 90_000))
    first, second = (raw(server, "SHORE_SCENARIO", [one])[0][0] for one in (sites, dearer))

    async def ask(cell):
        key = cell["properties"]["object_handle_cache_key"]["basicValue"]
        _, _, content = await server.ask("POST", CALL, as_sent("SHORE_SIMULATE", [key, 20_000]))
        return json.loads(content)["result"]

    async def both():
        running_one = asyncio.create_task(ask(first))
        await asyncio.sleep(0.2)
        assert not running_one.done()
        return await asyncio.gather(running_one, ask(second))

    for found, tables in zip(asyncio.run(both()), (sites, dearer), strict=True):
        assert same(found, numbers(udfs.SHORE_SIMULATE(tables, None, None, 20_000)), 0)
