"""Working hours.

How the working days of a site and of the onshore site meet: each day as hours of one clock, and the
site's day before and after beside it, so that night shifts and the date line come out right.
"""

import numpy as np

from ..axes import ONSHORE
from . import line

SITE = ("site",)


@line("Start of work, UTC", unit="hour", over=SITE)
def start_utc(work_start, utc_offset):
    """Below 0 on the day before."""
    return work_start - utc_offset


@line("End of work, UTC", unit="hour", over=SITE)
def end_utc(work_end, utc_offset):
    """Above 24 on the day after."""
    return work_end - utc_offset


@line("Hours both work, same day", unit="hours/day", over=SITE)
def overlap_same_day(start_utc, end_utc):
    """The site's day against the onshore day."""
    until = np.minimum(end_utc, end_utc[ONSHORE])
    return np.maximum(0, until - np.maximum(start_utc, start_utc[ONSHORE]))


@line("Hours both work, the site's next day", unit="hours/day", over=SITE)
def overlap_next_day(start_utc, end_utc):
    """The site is ahead: its next day has begun."""
    until = np.minimum(end_utc + 24, end_utc[ONSHORE])
    return np.maximum(0, until - np.maximum(start_utc + 24, start_utc[ONSHORE]))


@line("Hours both work, the site's day before", unit="hours/day", over=SITE)
def overlap_day_before(start_utc, end_utc):
    """The site is behind: its day before has not ended."""
    until = np.minimum(end_utc - 24, end_utc[ONSHORE])
    return np.maximum(0, until - np.maximum(start_utc - 24, start_utc[ONSHORE]))


@line("Hours both work, by time zones", unit="hours/day", over=SITE)
def common_hours(overlap_same_day, overlap_next_day, overlap_day_before):
    """Hours of a day at which both sites work."""
    return overlap_same_day + overlap_next_day + overlap_day_before


@line("Overlap of working hours", unit="hours/day", over=SITE)
def overlap(overlap_computed, common_hours, overlap_hours):
    """As the time zones give it, or as entered. Source: S0-37, 3-4 hours daily."""
    return np.where(overlap_computed == 1, common_hours, overlap_hours)


@line("Working day", unit="hours/day", over=SITE)
def working_day(work_start, work_end):
    """Hours from start to end, breaks included."""
    return work_end - work_start


def _covered(working_day, common_hours):
    return np.minimum(24, working_day + working_day[ONSHORE] - common_hours)


@line("Hours of a day that the two sites cover", unit="hours/day", over=SITE)
def covered_hours(overlap_computed, working_day, common_hours):
    """Follow-the-sun: both sites' hours, once where both work; by time zones. Source: S0-13."""
    return np.where(overlap_computed == 1, _covered(working_day, common_hours), np.nan)


@line("Calendar compression", unit="factor", over=SITE)
def calendar_compression(overlap_computed, working_day, common_hours, handoff_efficiency):
    """Work per calendar day against onshore alone, if work is handed over. Source: S0-13."""
    gained = _covered(working_day, common_hours) / working_day[ONSHORE] - 1
    return np.where(overlap_computed == 1, 1 + handoff_efficiency * gained, np.nan)


@line("Working hours in the evening", unit="hours/day", over=SITE)
def evening_hours(work_end, evening_hour):
    """0 where nobody has to work late. Source: S0-44."""
    return np.maximum(0, work_end - evening_hour)
