"""Which working hours make a day: the one rule for scenario files, tables and functions."""

from collections.abc import Mapping

import numpy as np

DAY = 24
_ROUNDING = 1e-9  # hours; 33.1 - 9.1 is a hair more than 24


def are_wrong(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """True where a working day does not end after its start, or lasts longer than a day.

    Parameters
    ----------
    start, end : array
        Hours of the local clock, of any shape; past midnight they count on from 24.
    """
    return ~((end > start) & (end - start <= DAY + _ROUNDING))


def fault_of(start: float, end: float, site: str = "") -> str:
    """What is wrong with a working day, and what is allowed; empty where nothing is.

    Parameters
    ----------
    start, end : float
        As in :func:`are_wrong`.
    site : str
        Before the names of both: ``onshore_``.
    """
    if not are_wrong(np.array(start), np.array(end)):
        return ""
    said = f"{site}work_end is {end:,.10g}; it must be "
    if end <= start:
        start_is = f"{site}work_start, {start:,.10g}"
        return f"{said}after {start_is}: past midnight count on from 24"
    return f"{said}at most {DAY} hours after {site}work_start, {start:,.10g}"


def faults_of(given: Mapping[str, np.ndarray], default: Mapping[str, float]) -> np.ndarray:
    """What is wrong with the working days of each case, as texts of :func:`fault_of`.

    Parameters
    ----------
    given : mapping of str to array, shape (case,) or (1,)
        Hours by name, such as ``onshore_work_end``; other names are left alone.
    default : mapping of str to float
        ``work_start`` and ``work_end`` where a case gives none.

    Returns
    -------
    array of object, shape (case,) or (1,)
    """
    found = np.array([""], object)
    for site in ("onshore_", ""):
        names = [f"{site}{name}" for name in ("work_start", "work_end")]
        if given.keys() & {*names}:
            hours = (given.get(n, np.array([default[n.removeprefix(site)]])) for n in names)
            start, end = np.broadcast_arrays(*hours)
            texts = np.full(start.shape, "", object)
            for case in np.flatnonzero(are_wrong(start, end)):
                texts[case] = fault_of(start[case], end[case], site)
            found = np.where(texts == "", found, texts)
    return found
