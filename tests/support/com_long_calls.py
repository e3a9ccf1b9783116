"""Long calls through xlwings' add-in for Windows, without Excel: what cells show, as JSON.

A process of its own, as com_host.py, whose cells calculate themselves when xlwings asks them to.
"""

import json
import sys
import time

from tests.support import com_host

SITES = [["name", "salary"], ["Krakow", 60_000]]
DEARER, ELSEWHERE = ([SITES[0], [name, 90_000]] for name in ("Krakow", "Pune"))
DRAWS = 20_000


def cells(excel, name, *rows):
    """Cells with a call of the function each, in the order of the argument rows."""
    from tests.support.addin_server import WIDTHS

    def filled(row):
        return [*row, *[None] * (WIDTHS[name] - len(row))]

    return [com_host.Caller(excel, name, filled(row)) for row in rows], filled


def shown_by(excel):
    """What the cells of each case show first and last, and how often they are calculated."""
    found = shown_of_scenarios(excel)  # first, since it observes threads that it starts
    (one, same), filled = cells(excel, "SHORE_SIMULATE", *[[SITES, None, None, 50_000]] * 2)
    found["equal"] = [[cell.shown[0][0], cell.value(), len(cell.shown)] for cell in (one, same)]
    (edited,), _ = cells(excel, "SHORE_SIMULATE", [SITES, None, None, 100_000, 1])
    edited.edit(filled([SITES, None, None, 64, 2]))
    found["edited"] = [edited.shown[0][0], edited.value()]
    (busy,), _ = cells(excel, "SHORE_SOBOL", [SITES, None, None, None, "npv", 1_024])
    busy.busy = 3
    found["busy"] = [busy.shown[0][0], busy.value(), busy.busy]
    # As many as there are threads: the next one is answered when they are abandoned, or at an end.
    emptied, _ = cells(
        excel, "SHORE_SIMULATE", *([SITES, None, None, 100_000, seed] for seed in (1, 2))
    )
    for one in emptied:
        one.Formula = ""
    (later,), _ = cells(excel, "SHORE_SIMULATE", [SITES, None, None, 64, 3])
    later.value()
    time.sleep(0.5)
    found["emptied"] = [len(cell.shown) for cell in emptied]
    return found


def shown_of_scenarios(excel):
    """The same of cells that point to a scenario cell."""
    from shorewise.engine.uncertainty.simulation import check_draws
    from shorewise.udfs.scenario_registry import OWNER
    from tests.support.recorded_calls import recorded_calls

    def scenario(sites):
        rows = [com_host.Cells(sites), *[com_host.OMITTED] * 3]
        [[text]] = excel.udfs.call_udf("shorewise.udfs", "SHORE_SCENARIO", tuple(rows))
        return text

    found, text, changed = {}, scenario(SITES), scenario(DEARER)
    with recorded_calls(check_draws) as begun:
        calls = [[text, DRAWS, 4], [text, DRAWS, 4], [text, None, None, DRAWS, 4]]
        asking, _ = cells(excel, "SHORE_SIMULATE", *calls)
        found["scenario"] = [[cell.shown[0][0], cell.value()] for cell in asking]
        found["begun"] = len(begun)
    (shares,), _ = cells(excel, "SHORE_SOBOL", [text, "Krakow", "npv", 64])
    found["shares"] = shares.value()
    (edited,), filled = cells(excel, "SHORE_SIMULATE", [text, DRAWS, 5])
    edited.edit(filled([changed, DRAWS, 5]))
    edited.value()
    found["scenario changed"] = [shown for shown, _ in edited.shown]
    owner = OWNER.set("somebody else")
    lost = scenario(ELSEWHERE)
    OWNER.reset(owner)
    (again,), _ = cells(excel, "SHORE_SIMULATE", [lost, 64, 6])
    found["lost"] = again.value()
    assert scenario(ELSEWHERE) == lost
    again.edit(filled([lost, 64, 6]))
    found["known again"] = again.value()
    return found


if __name__ == "__main__":
    json.dump(shown_by(com_host.import_xlwings()), sys.stdout)
