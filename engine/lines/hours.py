"""Working hours.

How the working days of a site and of the onshore site meet, on a clock of 24 hours: every day is
like the one before, so night shifts and the date line come out right at any distance.
"""

import numpy as np

from ..axes import ONSHORE
from . import line

SITE = ("site",)
OVERLAP_ENTERED = "the overlap of the site is entered, not computed from time zones"


@line("Working day", unit="hours/day", over=SITE)
def working_day(work_start, work_end):
    """Length of the working day at the site, breaks included."""
    return work_end - work_start


@line("Start of work, UTC", unit="hour", over=SITE)
def start_utc(work_start, utc_offset):
    """Hour in UTC at which work starts at the site, below 0 on the day before."""
    return work_start - utc_offset


@line("Start of work relative to onshore", unit="hours", over=SITE)
def start_after_onshore(start_utc):
    """Hours by which work starts later at the site than onshore, below 0 if it starts earlier."""
    return start_utc - start_utc[ONSHORE]


@line("Start of work relative to onshore, 0 to 24 hours", unit="hours", over=SITE)
def start_on_clock(start_after_onshore):
    """Hours from the onshore start of work to the next start at the site, from 0 to 24."""
    # Twelve days later and back: not all programs round a number below 0 down in INT.
    days = np.floor(start_after_onshore / 24 + 12) - 12
    return start_after_onshore - 24 * days


@line("Overlap from the site's start of work", unit="hours/day", over=SITE)
def overlap_same_day(working_day, start_on_clock):
    """Hours that both sites work after the site's day has started.

    The rest of the onshore day, or the site's whole day if that is shorter.
    """
    return np.maximum(0, np.minimum(working_day, working_day[ONSHORE] - start_on_clock))


@line("Overlap until the site's end of work", unit="hours/day", over=SITE)
def overlap_day_before(working_day, start_on_clock):
    """Hours that both sites work at the end of a site's day that began the day before.

    The rest of that day once the onshore day has started.
    """
    left = start_on_clock + working_day - 24
    return np.maximum(0, np.minimum(working_day[ONSHORE], left))


@line("Overlap by time zones", unit="hours/day", over=SITE)
def common_hours(overlap_same_day, overlap_day_before):
    """Hours of a day at which the site and onshore are both at work, by their time zones."""
    return np.minimum(24, overlap_same_day + overlap_day_before)


@line("Overlap of working hours", unit="hours/day", over=SITE)
def overlap(overlap_computed, common_hours, overlap_hours):
    """Overlap of working hours with onshore, as the time zones give it or as entered.

    Source: S0-37, 3-4 hours daily.
    """
    return np.where(overlap_computed == 1, common_hours, overlap_hours)


def _covered(working_day, common_hours):
    return np.clip(working_day + working_day[ONSHORE] - common_hours, 0, 24)


@line(
    "Daily hours covered by site and onshore",
    unit="hours/day",
    over=SITE,
    nan_where=OVERLAP_ENTERED,
)
def covered_hours(overlap_computed, working_day, common_hours):
    """Hours of a day at which the site or onshore is at work, by their time zones.

    Follow-the-sun: hours at which both work count once. Source: S0-13.
    """
    return np.where(overlap_computed == 1, _covered(working_day, common_hours), np.nan)


@line("Calendar compression", unit="factor", over=SITE, nan_where=OVERLAP_ENTERED)
def calendar_compression(overlap_computed, working_day, common_hours, handoff_efficiency):
    """Work done per calendar day, relative to onshore alone, if work is handed over every day.

    Source: S0-13.
    """
    gained = _covered(working_day, common_hours) / working_day[ONSHORE] - 1
    return np.where(overlap_computed == 1, 1 + handoff_efficiency * gained, np.nan)


@line("Evening working hours", unit="hours/day", over=SITE)
def evening_hours(work_end, evening_hour):
    """Hours of the site's working day that fall into the evening. Source: S0-44."""
    return np.maximum(0, work_end - evening_hour)
