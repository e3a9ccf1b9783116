"""Long calls through xlwings' add-in for Windows, without Excel: what cells show, as JSON.

A process of its own, as com_host.py, whose cells calculate themselves when xlwings asks them to.
"""

import json
import sys
import time

from tests.support import com_host

SITES = [["name", "salary"], ["Krakow", 60_000]]


def cells(excel, name, *rows):
    """Cells with a call of the function each, in the order of the argument rows."""
    from tests.support.addin_server import WIDTHS

    def filled(row):
        return [*row, *[None] * (WIDTHS[name] - len(row))]

    return [com_host.Caller(excel, name, filled(row)) for row in rows], filled


def shown_by(excel):
    """What the cells of each case show first and last, and how often they are calculated."""
    found = {}
    (one, same), filled = cells(excel, "SHORE_SIMULATE", *[[SITES, None, None, 50_000]] * 2)
    found["equal"] = [[cell.shown[0][0], cell.value(), len(cell.shown)] for cell in (one, same)]
    (edited,), _ = cells(excel, "SHORE_SIMULATE", [SITES, None, None, 100_000, 1])
    edited.edit(filled([SITES, None, None, 64, 2]))
    found["edited"] = [edited.shown[0][0], edited.value()]
    (busy,), _ = cells(excel, "SHORE_SOBOL", [SITES, None, None, None, "npv", 1_024])
    busy.busy = 3
    found["busy"] = [busy.shown[0][0], busy.value(), busy.busy]
    (emptied,), _ = cells(excel, "SHORE_SIMULATE", [SITES, None, None, 100_000, 3])
    emptied.Formula = ""
    began = time.monotonic()
    while emptied.waiting() and time.monotonic() < began + 30:
        time.sleep(0.05)
    time.sleep(0.2)
    found["emptied"] = [len(emptied.shown), emptied.waiting()]
    return found


if __name__ == "__main__":
    json.dump(shown_by(com_host.import_xlwings()), sys.stdout)
