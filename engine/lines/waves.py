"""Waves: heads of a plan start at a site in steps, and may end.

Each wave has its own lead time, ramp and rework, counted from its start. Heads of the first month
at a team that is in place are there, and a year old; whoever starts later is hired. Steady state is
the whole team, after the last wave.
"""

import numpy as np

from ..axes import MONTH, SITE, TENURE_MONTHS, WAVE, at_step, total, without_residue
from . import line

SITE_MONTH = ("site", "month")
PLAN_SITE = ("plan", "site")
PLAN_SITE_MONTH = ("plan", "site", "month")
PLAN_SITE_WAVE = ("plan", "site", "wave")
PLAN_SITE_WAVE_MONTH = ("plan", "site", "wave", "month")


@line("Last month of the timeline", unit="month")
def timeline_end(month):
    """Number of the last month on the timeline."""
    return np.max(month, axis=MONTH, keepdims=True)


@line("Last month of the horizon", unit="month")
def last_month(months_counted, timeline_end):
    """Number of the last month that counts."""
    return np.where(months_counted > 0, np.minimum(months_counted, timeline_end), timeline_end)


@line("Month counts", unit="flag", over=("month",))
def within_horizon(month, last_month):
    """Whether the month is within the horizon: 1 if it is, else 0."""
    return np.where(month <= last_month, 1, 0)


@line("Ramp-up of a new head", unit="fraction", over=SITE_MONTH)
def ramp_share(month, ramp):
    """Share of its full output that a new head delivers in each month of delivery.

    Source: S0-59; the steps are [A].
    """
    step = np.clip(month, 1, TENURE_MONTHS) - 1
    return np.where(month > TENURE_MONTHS, 1, at_step(ramp, step))


@line("Rework of new heads", unit="fraction", over=SITE_MONTH)
def rework_share(month, rework_start, rework_end, rework_half_life):
    """Share of output that is redone in each month of delivery.

    The gap to the long run halves with every half-life. Source: S0-55.
    """
    gap_left = 2 ** (np.minimum(0, 1 - month) / rework_half_life)
    return rework_end + (rework_start - rework_end) * gap_left


@line("Rework of a team in place", unit="fraction", over=SITE_MONTH)
def rework_in_place(month, rework_start, rework_end, rework_half_life):
    """Share of output that is redone in the month by a team that was a year old in month 1."""
    gap_left = 2 ** ((1 - month - TENURE_MONTHS) / rework_half_life)
    return rework_end + (rework_start - rework_end) * gap_left


@line("Learning factor of new heads", unit="factor", over=SITE_MONTH)
def learning(month, learning_rate, learning_years):
    """Factor by which experience has raised output, after each full year of delivery.

    Source: S0-63, Smite and van Solingen.
    """
    years = np.minimum(learning_years, (month - 1) // 12)
    return (1 + learning_rate) ** years


@line("Output of a head before rework", unit="fraction", over=("site",))
def ramped_output(hours_share, rated_productivity, communication_share):
    """Output of a head after its ramp-up and before rework, as a share of an onshore head's."""
    return hours_share * rated_productivity * (1 - communication_share)


@line("Output of a new head", unit="fraction", over=SITE_MONTH)
def new_output(ramp_share, learning, ramped_output, rework_share):
    """Output of a new head in each month of delivery, as a share of an onshore head's."""
    return ramp_share * learning * ramped_output * (1 - rework_share)


@line("Output of a head in place", unit="fraction", over=SITE_MONTH)
def in_place_output(month, learning_rate, learning_years, ramped_output, rework_in_place):
    """Output of a head in the month where the team is in place, as a share of an onshore head's.

    Such a team has a year of experience in month 1.
    """
    years = np.minimum(learning_years, (month - 1) // 12 + 1)
    return (1 + learning_rate) ** years * ramped_output * (1 - rework_in_place)


@line("Heads at the site, beside the months", unit="heads", over=PLAN_SITE)
def heads_at_site(site_heads):
    """Heads that the plan has at the site; here for the sums of each month over sites."""
    return site_heads


@line("Heads that the output needs, beside the months", unit="heads", over=PLAN_SITE)
def exact_heads_at_site(site_exact_heads):
    """Heads that the site's output needs; here for the sums of each month over sites."""
    return site_exact_heads


@line("Wave is in place", unit="flag", over=PLAN_SITE_WAVE)
def wave_in_place(established, wave_month):
    """Whether the heads of the wave are there when the plan starts: 1 if so, else 0."""
    return np.where((established == 1) & (wave_month == 1), 1, 0)


@line("Month before the wave delivers", unit="month", over=PLAN_SITE_WAVE)
def wave_lead(wave_share, wave_month, lead_time_months, wave_in_place):
    """Last month before heads of the wave deliver; 0 for a wave in place or without heads."""
    start = (wave_month - 1 + lead_time_months) * (1 - wave_in_place)
    return np.where(wave_share > 0, start, 0)


@line("Month before the service of the wave", unit="month", over=PLAN_SITE_WAVE)
def wave_before(wave_lead, wave_in_place):
    """Last month before heads of the wave serve; a year before month 1 for a wave in place."""
    return wave_lead - TENURE_MONTHS * wave_in_place


@line("Last month of the wave", unit="month", over=PLAN_SITE_WAVE)
def wave_last(wave_end, last_month):
    """Last month in which heads of the wave work, within the horizon."""
    return np.where(wave_end > 0, np.minimum(wave_end, last_month), last_month)


@line("Share of heads that start in the wave", unit="fraction", over=PLAN_SITE_WAVE)
def wave_started(wave_share, wave_month, last_month):
    """Share of the site's heads that belong to the wave, if it starts within the horizon."""
    return np.where(wave_month <= last_month, wave_share, 0)


@line("Share of heads that start within the horizon", unit="fraction", over=PLAN_SITE)
def share_started(wave_started):
    """Share of the site's heads that start within the horizon, or are in place."""
    return total(wave_started, WAVE)


@line("Share of heads hired in the wave", unit="fraction", over=PLAN_SITE_WAVE)
def wave_hired(wave_started, wave_in_place):
    """Share of the site's heads that are hired with the wave, if it starts within the horizon."""
    return wave_started * (1 - wave_in_place)


@line("Share of heads that are hired", unit="fraction", over=PLAN_SITE)
def share_hired(wave_hired):
    """Share of the site's heads that are hired within the horizon, rather than in place."""
    return total(wave_hired, WAVE)


@line("Month of the wave's start, or the last of all", unit="month", over=PLAN_SITE_WAVE)
def wave_opening(wave_share, wave_month, timeline_end):
    """Month in which the wave starts; past the timeline for a wave without heads."""
    return np.where(wave_share > 0, wave_month, timeline_end + 1)


@line("Month in which the site opens", unit="month", over=PLAN_SITE)
def opening_month(wave_opening):
    """Month in which the first heads of the plan start at the site."""
    return np.min(wave_opening, axis=WAVE, keepdims=True)


@line("Site is new", unit="flag", over=PLAN_SITE)
def site_new(established, opening_month, last_month):
    """Whether the site opens within the horizon and has no team in place: 1 if so, else 0."""
    return np.where(opening_month <= last_month, 1 - established, 0)


@line("Month in which a new site opens", unit="month", over=PLAN_SITE)
def opens_in(opening_month, site_new):
    """Month of the horizon in which the site opens; 0 for a team in place, or if it never does."""
    return opening_month * site_new


@line("Heads that start", unit="fraction", over=PLAN_SITE_MONTH)
def starting(wave_hired, month, wave_month):
    """Share of the site's heads that are hired in the month."""
    return total(wave_hired * (month == wave_month), WAVE)


@line("Output of a head of the wave", unit="fraction", over=PLAN_SITE_WAVE_MONTH)
def wave_output(wave_in_place, in_place_output, new_output, month, wave_lead):
    """Output of a head of the wave in the month, by its months of delivery; from its start on."""
    step = np.maximum(1, month - wave_lead) - 1
    later = at_step(new_output, step)
    return np.where(wave_in_place == 1, in_place_output, later)


@line("Heads that work", unit="fraction", over=PLAN_SITE_MONTH)
def working(wave_share, month, wave_lead, wave_last):
    """Share of the site's heads that work in the month."""
    return total(wave_share * (month > wave_lead) * (month <= wave_last), WAVE)


@line("Heads of the plan that work", unit="heads", over=("plan", "month"))
def heads_working(heads_at_site, working):
    """Heads of the plan that work in the month, at all sites."""
    return total(heads_at_site * working, SITE)


@line("Output per head of the plan", unit="fraction", over=PLAN_SITE_MONTH)
def effective_output(wave_share, month, wave_lead, wave_last, wave_output):
    """Output of the site in the month for each of its heads, as a share of an onshore head's."""
    return total(wave_share * (month > wave_lead) * (month <= wave_last) * wave_output, WAVE)


@line("Heads that are employed", unit="fraction", over=PLAN_SITE_MONTH)
def employed(wave_share, month, wave_month, wave_last):
    """Share of the site's heads that are employed in the month, from their start on."""
    return total(wave_share * (month >= wave_month) * (month <= wave_last), WAVE)


@line("Months of service", unit="months", over=PLAN_SITE_MONTH)
def service_months(wave_share, month, wave_lead, wave_last, wave_before):
    """Months that the heads have served by the month's end, for each head of the site."""
    served = month - wave_before
    return total(wave_share * (month > wave_lead) * (month <= wave_last) * served, WAVE)


@line("Months in which the wave works", unit="months", over=PLAN_SITE_WAVE)
def wave_months(wave_last, wave_lead):
    """Months of the horizon in which heads of the wave work."""
    return np.maximum(0, wave_last - wave_lead)


@line("Months of full output of a new wave", unit="months", over=PLAN_SITE_WAVE)
def wave_ramped(month, wave_months, ramp_share):
    """Months of full output that the ramped output of the wave's heads comes to, if it is new."""
    return total((month <= wave_months) * ramp_share, MONTH)


@line("Severance of the wave", unit="fraction of pay", over=PLAN_SITE_WAVE)
def wave_severance(wave_share, wave_months, wave_in_place, stop_severance_weeks, stop_notice_weeks):
    """Severance and notice when the wave ends, for each head of the site, as a share of pay."""
    years = (wave_months + TENURE_MONTHS * wave_in_place) / 12
    return wave_share * (years * stop_severance_weeks + stop_notice_weeks) / 52


@line("Output", unit="heads", over=("plan", "month"))
def plan_output(exact_heads_at_site, effective_output):
    """Onshore heads that would deliver the plan's output of the month.

    The plan's capacity while it ramps up.
    """
    return total(exact_heads_at_site * effective_output, SITE)


@line("Month before the last wave delivers", unit="month", over=("plan", "site"))
def last_lead(wave_lead):
    """Last month before the last wave at the site delivers; 0 where the team is in place."""
    return np.max(wave_lead, axis=WAVE, keepdims=True)


@line("Shares of the waves that are missing or too many", unit="fraction", over=PLAN_SITE)
def wave_gap(wave_share):
    """Difference between 1 and the shares of all waves of the plan's heads at the site."""
    return without_residue(np.abs(total(wave_share, WAVE) - 1))


@line("Months of delivery", unit="months", over=PLAN_SITE)
def live_months(wave_share, wave_months):
    """Months of the horizon in which the site's heads work, on average of its heads."""
    return total(wave_share * wave_months, WAVE)


@line("Months of full output of the wave", unit="months", over=("plan", "site", "wave"))
def wave_full_months(wave_in_place, wave_months, wave_ramped):
    """Months of full output that the output of the wave's heads comes to, with the ramp."""
    return np.where(wave_in_place == 1, wave_months, wave_ramped)


@line("Months of delivery, with the ramp", unit="months", over=PLAN_SITE)
def ramped_months(wave_share, wave_full_months):
    """Months of full output that the ramped output of the site comes to, per head."""
    return total(wave_share * wave_full_months, WAVE)
