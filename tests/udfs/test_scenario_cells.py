"""Scenario cells: one cell in place of tables, kept for each user, found again after a restart."""

import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shorewise import udfs
from shorewise.engine import Scenario, take
from shorewise.udfs.scenario_contents import Content
from shorewise.udfs.scenario_registry import FOLDER, OWNER, Registry
from tests.support.function_calls import STAFF, TWO, serial

SETTINGS = [["horizon_months", 24], ["discount_rate", 0.08]]
LOST = r"Shorewise: scenario [0-9a-f]+ is not known here any more: recalculate all cells .*"
DATA = {
    "sites": [{"name": "Onshore"}, {"name": "Krakow", "salary": 80_000},
              {"name": "Pune", "salary": 40_000}],
    "plans": [{"name": "All onshore", "heads": {"Onshore": 8}},
              {"name": "Hybrid", "heads": {"Onshore": 2, "Krakow": 3, "Pune": 3}},
              {"name": "Far", "heads": {"Pune": 8}}],
}  # fmt: skip


@pytest.fixture(scope="module")
def cell():
    return udfs.SHORE_SCENARIO(TWO, STAFF, SETTINGS)


def content(number):
    """The text of some content with three plans and two sites."""
    return Content((("name", "salary"), ("A", float(number)))).text(3, 2)


@pytest.fixture
def as_user():
    """Sets the user of a server whose scenarios are meant."""
    before = OWNER.set(None)
    yield OWNER.set
    OWNER.reset(before)


CALLS = [
    ("SHORE_COMPARE", (), ([["npv", "net_saving"]],)),
    ("SHORE_CASHFLOW", (), ("value",)),
    ("SHORE_STATEMENT", (), ("quarter", "Far")),
    ("SHORE_RECOMMEND", (), ()),
    ("SHORE_SIMULATE", (), (128, 7)),
    ("SHORE_SIMULATE", (), (None, 7)),
    ("SHORE_PROBABILITY", ("beats", "Far"), ("Hybrid", 128)),
    ("SHORE_SOLVE", ("salary", "npv", 1e5), ("Far",)),
    ("SHORE_TORNADO", (), ("Far", "npv")),
    ("SHORE_SOBOL", (), ("Far", "npv", 16)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after"), CALLS)
def test_a_scenario_cell_gives_what_its_tables_give(name, before, after, cell):
    function = getattr(udfs, name)
    expected = function(*before, TWO, STAFF, SETTINGS, *after)
    assert "Shorewise:" not in str(expected)
    assert function(*before, cell, None, None, *after) == expected  # plans and settings left empty
    assert function(*before, cell, *after) == expected  # and left out


LINES = {"SHORE_IRR": "irr_year_cash", "SHORE_MIRR": "mirr_year_cash", "SHORE_NPV": "npv",
         "SHORE_BREAK_EVEN": "break_even_month", "SHORE_PAYBACK": "discounted_payback_month",
         "SHORE_ROI": "roi_cash", "SHORE_PEAK_FUNDING": "peak_funding"}  # fmt: skip


def test_functions_of_flows_take_a_scenario_cell_and_a_plan(cell):
    values = Scenario.from_dict({**DATA, **dict(SETTINGS)}, "same").evaluate()
    for function, line in LINES.items():
        expected = take(values, line, plan=1).item()
        assert getattr(udfs, function)(cell, "Hybrid") == pytest.approx(expected, rel=1e-12)
    due, cost = (take(values, line, plan=2)[11].item() for line in ("severance_due", "stop_cost"))
    assert udfs.SHORE_SEVERANCE(cell, "Far", 12) == pytest.approx(due, rel=1e-12)
    assert udfs.SHORE_EXIT_COST(cell, "Far", 12) == pytest.approx(cost, rel=1e-12)


def test_the_npv_of_the_workbooks_own_flow_is_the_npv_of_the_scenario(cell):
    rate, npv = 0.08, udfs.SHORE_NPV(cell, "Hybrid")
    [_, flow] = udfs.SHORE_MONTHLY(cell, "Saving", "Hybrid", "across")
    assert udfs.SHORE_NPV([flow[1:]], None, rate) == pytest.approx(npv, rel=1e-12)
    setup = udfs.SHORE_RESULT(cell, "setup_cost", "Hybrid")
    first = [[flow[1] + setup, *flow[2:]]]
    assert udfs.SHORE_NPV(first, setup, rate) == pytest.approx(npv, rel=1e-12)
    later = npv + setup * 1.08 ** (-1 / 12) - setup  # not discounted by a month
    assert udfs.SHORE_NPV(first, setup, rate, None, 0) == pytest.approx(later, rel=1e-12)


def test_the_recommended_plan_is_named_by_a_word(cell):
    values = Scenario.from_dict({**DATA, **dict(SETTINGS)}, "same").evaluate()
    best = take(values, "recommended").tolist().index(1)
    found = udfs.SHORE_RESULT(cell, "npv", "Recommended")
    assert found == pytest.approx(take(values, "npv", plan=best).item(), rel=1e-12)
    shown = udfs.SHORE_STATEMENT(cell, "year", "recommended")
    assert {row[0] for row in shown[1:]} == {DATA["plans"][best]["name"]}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("SHORE_COMPARE", (STAFF,)),
        ("SHORE_COMPARE", (None, SETTINGS)),
        ("SHORE_RECOMMEND", ("Far",)),
        ("SHORE_STATEMENT", ("Q", "Far", None, None, "dates", None)),
    ],
    ids=["plans", "settings", "too-many", "beyond-the-last"],
)
def test_tables_beside_a_scenario_cell_are_refused(name, arguments, cell):
    found = getattr(udfs, name)(cell, *arguments)
    assert found.startswith("Shorewise: sites is a scenario cell, which has its plans and settings")


def test_a_change_of_a_table_changes_the_text_and_the_order_of_settings_does_not(cell):
    dearer = [TWO[0], ["Krakow", 80_001], TWO[2]]
    other = [STAFF[0], ["Hybrid", 2, 3, 4], STAFF[2]]
    texts = [
        udfs.SHORE_SCENARIO(*tables)
        for tables in ((dearer, STAFF, SETTINGS), (TWO, other, SETTINGS), (TWO, STAFF))
    ]
    assert len({cell, *texts}) == 4
    turned = [list(column) for column in zip(*TWO, strict=True)]
    empty = [[*row, None] for row in [*SETTINGS[::-1], [None, None]]]
    assert udfs.SHORE_SCENARIO(turned, [*STAFF, [None] * 4], empty) == cell
    assert re.fullmatch("Scenario [0-9a-f]{6}: 3 plans, 3 sites", cell)


@pytest.mark.parametrize(
    ("name", "value", "change"),
    [
        ("discount_rate", 0.2, {"discount_rate": 0.2}),
        ("horizon_months", 36, {"horizon_months": 36}),
        ("start_month", serial(2028, 4), {"start_month": "2028-04"}),
        ("sizing", "Heads", {"sizing": "heads"}),
        ("currency", "EUR", {"currency": "EUR"}),
        ("salary", 50_000, {"sites": [DATA["sites"][0],
                                      *({"name": name, "salary": 50_000}
                                        for name in ("Krakow", "Pune"))]}),
        ("site.Pune.statutory_rate", 0.3, {"sites": [*DATA["sites"][:2],
                                          DATA["sites"][2] | {"statutory_rate": 0.3}]}),
        ("site.Onshore.salary", 150_000, {"sites": [{"name": "Onshore", "salary": 150_000},
                                                    *DATA["sites"][1:]]}),
        ("plan.Far.heads.Krakow", 1, {"plans": [*DATA["plans"][:2],
                                      {"name": "Far", "heads": {"Pune": 8, "Krakow": 1}}]}),
    ],
)  # fmt: skip
def test_set_gives_the_scenario_with_that_input(name, value, change, cell):
    changed = udfs.SHORE_SET(cell, name, value)
    assert changed != cell
    values = Scenario.from_dict({**DATA, **dict(SETTINGS), **change}, "same").evaluate()
    found = [row[1] for row in udfs.SHORE_RESULT(changed, "npv_risk_adjusted")[1:]]
    assert found == pytest.approx(take(values, "npv_risk_adjusted").tolist(), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "value", "plain"),
    [
        ("Discount rate", "8 %", ("discount_rate", "8 %")),
        ("Salary", "$50,000", ("salary", 50_000)),
        ("site.Pune.attrition_rate", "15 %", ("site.Pune.attrition_rate", 0.15)),
        ("plan.Far.heads.Krakow", "1", ("plan.Far.heads.Krakow", 1)),
    ],
)
def test_set_reads_labels_and_texts_of_numbers_as_tables_do(name, value, plain, cell):
    assert udfs.SHORE_SET(cell, name, value) == udfs.SHORE_SET(cell, *plain)


def test_set_refuses_what_tables_refuse(cell):
    euros = udfs.SHORE_SET(cell, "salary", "\u20ac50,000")
    assert euros.startswith("Shorewise: salary is '\u20ac50,000', in another currency than USD")
    true = udfs.SHORE_SET(cell, "salary", True)
    assert true.startswith("Shorewise: salary is TRUE; it must be a number, 1 or more")


def test_a_scenario_cell_may_stand_between_blank_cells(cell):
    blank = [None, None, None]
    around = [blank, [None, cell, ""], blank]
    assert udfs.SHORE_RESULT(around, "npv", "Far") == udfs.SHORE_RESULT(cell, "npv", "Far")
    assert udfs.SHORE_NPV(around, "Far") == udfs.SHORE_NPV(cell, "Far")
    several = udfs.SHORE_COMPARE([[cell], [udfs.SHORE_SET(cell, "salary", 50_000)]])
    assert several == "Shorewise: the range has several scenario cells; point to one of them"


def test_a_figure_may_be_named_with_spaces_for_underscores(cell):
    expected = udfs.SHORE_RESULT(cell, "break_even_month", "Far")
    for name in ("Break-even month", "break even month", " BREAK EVEN MONTH "):
        assert udfs.SHORE_RESULT(cell, name, "Far") == expected


def test_the_last_of_two_values_counts(cell):
    twice = udfs.SHORE_SET(udfs.SHORE_SET(cell, "salary", 1_000), "salary", 50_000)
    assert twice == udfs.SHORE_SET(cell, "salary", 50_000)
    assert udfs.SHORE_SET(udfs.SHORE_SET(cell, "sizing", "heads"), "sizing", "output") != twice


def test_the_solved_value_set_reaches_the_target(cell):
    salary = udfs.SHORE_SOLVE("salary", "npv", 1e5, cell, "Far")
    there = udfs.SHORE_SET(cell, "salary", salary)
    assert udfs.SHORE_RESULT(there, "npv", "Far") == pytest.approx(1e5, rel=1e-9)


def test_a_roster_decides_as_in_a_scenario_file():
    head = ["plan", "site", "role", "heads", "start", "pay"]
    people = [
        ["Stay", "Onshore", "Developer", 6, "", 150_000],
        ["Stay", "Onshore", "Tester", 2, "", 90_000],
        ["Go", "Pune", "Developer", 6, "2027-03-01", 30_000],
        ["Go", "Pune", "Tester", 3, "", 25_000],
    ]
    rows = [dict(zip(head, row, strict=True)) for row in people]
    data = {"sites": DATA["sites"], "roles": ["Developer", "Tester"], "roster": rows,
            "plans": [{"name": "Stay"}, {"name": "Go"}]}  # fmt: skip
    values = Scenario.from_dict(data, "same").evaluate()
    people[2][4] = serial(2027, 3)
    found = udfs.SHORE_SCENARIO(TWO, None, None, [head, *people])
    assert udfs.SHORE_COMPARE(found, [["npv", "heads"]]) == [
        ["plan", "npv", "heads"],
        *([name, *(pytest.approx(take(values, line, plan=n).item(), rel=1e-12)
                   for line in ("npv", "plan_heads"))] for n, name in enumerate(("Stay", "Go"))),
    ]  # fmt: skip


def test_a_wrong_heading_of_a_roster_is_named():
    head = ["plan", "site", "FTE", "Start date", "Salary", "currency"]  # currency stands alone
    for wrong, text in (
        (head, "column 3 is 'FTE', which is not a key of a roster"),
        (["plan", "site", "heads", "start", "Pay (USD)", "currency"],
         "column 5 is 'Pay (USD)'; its currency must stand in a column currency"),
        (["plan", "site", "heads", "start", "Pay (USD/month)", "currency"],
         "column 5 is 'Pay (USD/month)', but its unit is money/year; give numbers in"),
    ):  # fmt: skip
        people = [wrong, ["Go", "Pune", 6, None, 30_000, None]]
        found = udfs.SHORE_SCENARIO(TWO, None, None, people)
        assert found.startswith(f"Shorewise: roster, row 1, {text}")


def test_a_message_or_an_error_in_the_scenario_cell_is_shown_by_all_that_need_it():
    wrong = udfs.SHORE_SCENARIO([["name", "salary"], ["A", -5]])
    assert wrong.startswith("Shorewise: sites, row 2, column 2 (salary of A) is -5;")
    assert udfs.SHORE_COMPARE(wrong, "npv") == wrong
    assert udfs.SHORE_IRR(wrong, "A") == wrong
    assert udfs.SHORE_RESULT("#REF!", "npv") == "#REF!"


def test_a_scenario_cell_reads_ranges_as_people_select_them(cell):
    titled = [["Our sites", None], [None, None], ["Site", "Salary (USD)"], *TWO[1:], [None, None]]
    staffing = [["Staffing", None, None, None], *STAFF, [None] * 4]
    plain = [["Setting", "Value"], ["Discount rate", "8 %"], ["Horizon", 24]]
    found = udfs.SHORE_SCENARIO(titled, staffing, plain)
    assert udfs.SHORE_COMPARE(found, "npv") == udfs.SHORE_COMPARE(cell, "npv")
    euros = udfs.SHORE_SET(found, "currency", "EUR")
    assert euros == (
        "Shorewise: sites is 'salary (usd)', in another currency than EUR, that of all amounts; "
        "convert it, or set currency in settings"
    )


def test_a_message_names_the_cell_of_a_range_but_only_the_value_in_a_scenario_cell(cell):
    found = udfs.SHORE_SET(cell, "site.Pune.salary", -5)
    assert found.startswith("Shorewise: site.Pune.salary is -5; it must be ")
    found = udfs.SHORE_SET(cell, "discount_rate", -5)
    assert found.startswith("Shorewise: settings (discount_rate) is -5; it must be ")
    found = udfs.SHORE_SET([["name", "salary"], [None, None], ["A", -5]], "sizing", "heads")
    assert found.startswith("Shorewise: scenario, row 3, column 2 (salary of A) is -5; ")
    people = [["plan", "site", "heads"], [None] * 3, ["Go", "Pune", -1]]
    found = udfs.SHORE_SCENARIO(TWO, None, None, people)
    assert found.startswith("Shorewise: roster, row 3, column 3 (heads) is -1; ")
    people[2] = ["Go", "Nowhere", 1]
    found = udfs.SHORE_SCENARIO(TWO, None, None, people)
    assert found.startswith("Shorewise: roster, row 3: unknown site 'Nowhere'")


def test_an_evicted_scenario_asks_for_a_recalculation(as_user):
    as_user("somebody")
    registry = Registry(user_bytes=3 * len(content(100)))
    texts = [registry.keep(content(number)) for number in range(100, 110)]
    assert registry.find(texts[-1]) == content(109)
    with pytest.raises(ValueError, match="recalculate"):
        registry.find(texts[0])
    assert registry.keep(content(100)) == texts[0]
    assert registry.find(texts[0]) == content(100)


def test_memory_for_all_users_is_bounded_and_the_largest_user_gives_way(as_user):
    registry = Registry(all_bytes=6 * len(content(100)))
    as_user("small")
    kept = registry.keep(content(100))
    as_user("large")
    texts = [registry.keep(content(number)) for number in range(100, 120)]
    assert registry.find(texts[-1]) == content(119)
    with pytest.raises(ValueError, match="recalculate"):
        registry.find(texts[1])
    as_user("small")
    assert registry.find(kept) == content(100)


def test_no_user_reads_the_scenario_of_another(as_user):
    registry = Registry()
    as_user("anna")
    text = registry.keep(content(1))
    as_user("ben")
    with pytest.raises(ValueError, match="is not known here any more"):
        registry.find(text)
    as_user("anna")
    assert registry.find(text) == content(1)


def short(text):
    """Digits of which the first nine are the same for all contents."""
    return "abcdef012" + format(hash(text) & 0xFFFFFF, "06x") + "0" * 49


@pytest.mark.parametrize("on_disk", [False, True])
def test_contents_that_begin_alike_get_longer_texts(on_disk, monkeypatch, tmp_path):
    monkeypatch.setenv(FOLDER, str(tmp_path / "scenarios") if on_disk else "")
    registry = Registry(digest=short)
    first, second = registry.keep(content(1)), registry.keep(content(2))
    assert first == "Scenario abcdef: 3 plans, 2 sites"
    assert len(second) > len(first) + 3
    assert (registry.find(first), registry.find(second)) == (content(1), content(2))
    assert (registry.keep(content(1)), registry.keep(content(2))) == (first, second)
    if on_disk:  # after a restart the shorter text may be either of them
        after = Registry(digest=short)
        assert after.find(second) == content(2)
        with pytest.raises(ValueError, match="recalculate"):
            after.find(first)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda text: text.replace("3 plans", "4 plans"), "recalculate"),
        (lambda text: text.replace("2 sites", "1 site"), "recalculate"),
        (lambda text: text + " ", "is no scenario"),
        (lambda text: text[:11], "is no scenario"),
    ],
)
def test_a_text_with_other_counts_or_of_another_form_is_refused(change, match):
    registry = Registry()
    text = registry.keep(content(1))
    with pytest.raises(ValueError, match=match):
        registry.find(change(text))


def test_many_threads_keep_and_find_scenarios():
    registry = Registry()

    def both(number):
        text = registry.keep(content(number % 50))
        return registry.find(text) == content(number % 50)

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(both, range(4_000)))


SCRIPT = "from shorewise import udfs; print(udfs.{})"


def in_new_python(expression, folder):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(expression)],
        env=os.environ | {FOLDER: str(folder)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.soak
def test_a_restarted_python_finds_the_scenario_and_asks_to_recalculate_where_it_cannot(tmp_path):
    folder = tmp_path / "cache" / "scenarios"
    text = in_new_python(f"SHORE_SCENARIO({TWO}, {STAFF})", folder)
    [file] = folder.iterdir()
    if os.name != "nt":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    expected = udfs.SHORE_RESULT(udfs.SHORE_SCENARIO(TWO, STAFF), "npv", "Far")
    result = f"SHORE_RESULT({text!r}, 'npv', 'Far')"
    assert float(in_new_python(result, folder)) == expected
    assert re.fullmatch(LOST, in_new_python(result, tmp_path / "empty"))
    assert re.fullmatch(LOST, in_new_python(result, ""))


def damaged(file):
    file.write_bytes(file.read_bytes().replace(b"100.0", b"900.0"))


def of_others(file):
    file.chmod(0o666)


def a_link(file):
    file.rename(file.with_suffix(".else"))
    file.symlink_to(file.with_suffix(".else"))


@pytest.mark.parametrize("spoil", [damaged, of_others, a_link])
@pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")
def test_a_damaged_or_foreign_file_is_as_if_absent(spoil, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "scenarios"))
    text = Registry().keep(content(100))
    assert Registry().find(text) == content(100)
    [file] = (tmp_path / "scenarios").iterdir()
    spoil(file)
    with pytest.raises(ValueError, match="recalculate"):
        Registry().find(text)


def test_the_folder_keeps_the_most_recent_scenarios(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "scenarios"))
    for number in range(6):
        last = Registry(files=3).keep(content(number))
    assert len(list((tmp_path / "scenarios").iterdir())) == 3
    assert Registry().find(last) == content(5)


def test_a_server_writes_nothing_of_a_user_to_disk(as_user, tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path))
    as_user("anna")
    Registry().keep(content(1))
    as_user(None)
    monkeypatch.setenv("XLWINGS_ON_SERVER", "true")
    Registry().keep(content(1))
    assert list(tmp_path.iterdir()) == []
