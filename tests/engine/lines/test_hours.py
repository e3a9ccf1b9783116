"""Overlap of working hours from time zones: against hours computed elsewhere, and by hand."""

import random

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, default_model
from shorewise.engine.calculators.one_site import site_values
from shorewise.engine.errors import DomainError

# Hours both work, 09-18 on both sides, from domain/locations.csv: against New York in January and
# July, against Los Angeles in January.
PUBLISHED = {
    "GB": (4, 4, 1),
    "PL": (3, 3, 0),
    "RO": (2, 2, 0),
    "UA": (2, 2, 0),
    "IN": (0, 0, 0),
    "VN": (0, 0, 0),
    "PH": (0, 0, 1),
    "MX": (8, 7, 7),
    "CO": (9, 8, 6),
    "BR": (7, 8, 4),
    "AR": (7, 8, 4),
    "PT": (4, 4, 1),
    "ES": (3, 3, 0),
    "CR": (8, 7, 7),
    "EG": (2, 2, 0),
    "ZA": (2, 3, 0),
}
ZONES = {
    "GB": "Europe/London",
    "PL": "Europe/Warsaw",
    "RO": "Europe/Bucharest",
    "UA": "Europe/Kyiv",
    "IN": "Asia/Kolkata",
    "VN": "Asia/Ho_Chi_Minh",
    "PH": "Asia/Manila",
    "MX": "America/Mexico_City",
    "CO": "America/Bogota",
    "BR": "America/Sao_Paulo",
    "AR": "America/Argentina/Buenos_Aires",
    "PT": "Europe/Lisbon",
    "ES": "Europe/Madrid",
    "CR": "America/Costa_Rica",
    "EG": "Africa/Cairo",
    "ZA": "Africa/Johannesburg",
}
BASES = [
    pytest.param("America/New_York", "2026-01", 0, id="new-york-january"),
    pytest.param("America/New_York", "2026-07", 1, id="new-york-july"),
    pytest.param("America/Los_Angeles", "2026-01", 2, id="los-angeles-january"),
]


def scenario(zone, there, month="2026-01", **changes):
    return Scenario.from_dict(
        {
            "start_month": month,
            "sites": [{"name": "Here", "time_zone": zone}, {"name": "There", **there}],
            "plans": [{"name": "All onshore", "heads": {"Here": 1}}],
        }
        | changes,
        "case",
    )


def line_of(name, *args, **changes):
    return scenario(*args, **changes).evaluate()[name][0, 0, 1, 0, 0]


@pytest.mark.parametrize(("base", "month", "column"), BASES)
@pytest.mark.parametrize("iso", sorted(PUBLISHED))
def test_overlap_is_as_published(iso, base, month, column):
    found = line_of("overlap", base, {"time_zone": ZONES[iso]}, month)
    assert found == PUBLISHED[iso][column]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param({"work_start": 13, "work_end": 22}, 7, id="warsaw-13-to-22-against-09-to-18"),
        pytest.param({"work_start": 18, "work_end": 27}, 6, id="warsaw-night-shift"),
        pytest.param({"overlap_hours": 5}, 5, id="as-entered"),
    ],
)
def test_overlap_by_hand(there, expected):
    there |= {"time_zone": "Europe/Warsaw"}
    assert line_of("overlap", "America/New_York", there) == expected


def test_half_hour_zones_count():
    there = {"time_zone": "Asia/Kolkata", "work_start": 13, "work_end": 22}
    # 13:00-22:00 in Kolkata is 02:30-11:30 in New York in winter.
    assert line_of("overlap", "America/New_York", there) == 2.5


def test_the_site_that_is_a_day_ahead_meets_the_evening():
    # Manila 07:00 is 15:00 of the day before in Los Angeles: three hours until 18:00.
    there = {"time_zone": "Asia/Manila", "work_start": 7, "work_end": 16}
    assert line_of("overlap", "America/Los_Angeles", there) == 3


def test_hours_in_a_site_s_own_zone_all_meet():
    assert line_of("overlap", "Europe/Warsaw", {"time_zone": "Europe/Warsaw"}) == 9


def test_follow_the_sun_covers_both_days_once():
    warsaw = {"time_zone": "Europe/Warsaw"}
    assert line_of("covered_hours", "America/New_York", warsaw) == 15  # 9 + 9 - 3
    # Half of the six hours gained on nine: 1 + 0.5 x (15 / 9 - 1).
    found = line_of("calendar_compression", "America/New_York", warsaw)
    assert found == pytest.approx(1 + 0.5 * (15 / 9 - 1))


def test_overlap_without_zones_is_the_default():
    assert line_of("overlap", "America/New_York", {}) == 2


def test_a_location_brings_its_zone():
    there = {"location": "IN", "attrition_rate": 0.1}
    assert line_of("utc_offset", "America/New_York", there) == 5.5
    assert line_of("overlap", "America/New_York", there) == 0


@pytest.mark.parametrize(
    ("base", "month", "hours"),
    [
        pytest.param("America/New_York", "2026-01", 10.5, id="new-york-winter-as-in-S0-24"),
        pytest.param("America/Los_Angeles", "2026-01", 13.5, id="los-angeles-winter-as-in-S0-24"),
        pytest.param("America/New_York", "2026-07", 9.5, id="new-york-summer"),
        pytest.param("America/Los_Angeles", "2026-07", 12.5, id="los-angeles-summer"),
    ],
)
def test_india_is_as_far_as_the_article_says_in_winter_only(base, month, hours):
    offsets = scenario(base, {"time_zone": "Asia/Kolkata"}, month).values["utc_offset"].ravel()
    assert offsets[1] - offsets[0] == hours


@pytest.mark.parametrize(
    ("there", "words"),
    [
        pytest.param({"time_zone": "Europe/Nowhere"}, "must be an IANA name", id="unknown"),
        pytest.param({"time_zone": 5}, "must be an IANA name", id="number"),
        pytest.param({"time_zone": "../etc"}, "must be an IANA name", id="path"),
        pytest.param({"work_start": 22, "work_end": 6}, "must be after work_start", id="backwards"),
    ],
)
def test_wrong_hours_are_named(there, words):
    with pytest.raises(ScenarioError, match=words):
        scenario("America/New_York", there)


@pytest.mark.parametrize(("end", "hours"), [(18, 0), (20, 0), (22.5, 2.5)])
def test_hours_after_eight_are_evening_work(end, hours):
    sites = [{"name": "Home"}, {"name": "Away", "work_start": 13, "work_end": end}]
    data = {"sites": sites, "plans": [{"name": "All", "heads": {"Home": 1}}]}
    found = Scenario.from_dict(data, "case").evaluate()["evening_hours"]
    assert found.ravel().tolist() == [0, hours]


def minutes(start, end, offset):
    """Minutes of the UTC day in which a site works, every day alike, by walking through its day."""
    return {(60 * start - 60 * offset + passed) % 1_440 for passed in range(60 * (end - start))}


def any_two_days():
    """Working days of whole hours in any two zones."""
    draw = random.Random(1)
    for _ in range(2_000):
        starts = draw.randint(0, 24), draw.randint(0, 24)
        lasts = [draw.choice([draw.randint(1, 24), 9, 24]) for _ in starts]
        ends = [min(48, start + hours) for start, hours in zip(starts, lasts, strict=True)]
        offsets = draw.randint(-12, 14), draw.randint(-12, 14)
        yield starts, ends, offsets


def test_overlap_covered_hours_and_follow_the_sun_are_those_of_a_loop_over_the_minutes():
    days = [*any_two_days()]
    starts, ends, offsets = np.array(days, float).transpose(1, 2, 0)
    names = ("work_start", "work_end", "utc_offset")
    given = {
        f"{site}{name}": numbers[place]
        for place, site in enumerate(("", "onshore_"))
        for name, numbers in zip(names, (starts, ends, offsets), strict=True)
    }
    lines = ["common_hours", "covered_hours", "calendar_compression"]
    found = site_values(given | {"overlap_computed": np.ones(len(days))}, lines)
    for n, (start, end, offset) in enumerate(days):
        there, base = (minutes(start[p], end[p], offset[p]) for p in (0, 1))
        both, covered = len(there & base) / 60, len(there | base) / 60
        assert found["common_hours"][n] == pytest.approx(both, abs=1e-9)
        assert found["covered_hours"][n] == pytest.approx(covered, abs=1e-9)
        gained = 60 * covered / len(base) - 1
        assert found["calendar_compression"][n] == pytest.approx(1 + 0.5 * gained)


@pytest.mark.parametrize(
    ("hours", "both"),
    [
        # Los Angeles 17:00 to 03:30 is 01:00 to 11:30 UTC, Auckland 00:00 to 05:00 11:00 to 16:00.
        pytest.param((-8, 13, 17, 27.5, 0, 5), 0.5, id="los-angeles-and-auckland"),
        pytest.param((-12, 14, 24, 48, 0, 24), 24, id="all-day-as-far-apart-as-can-be"),
        pytest.param((14, -12, 0, 24, 24, 48), 24, id="all-day-the-other-way"),
        pytest.param(
            (0, 0, 0, 24, 23, 25), 2, id="all-day-against-an-hour-before-midnight-and-after"
        ),
    ],
)
def test_overlap_is_found_across_two_days(hours, both):
    names = ("utc_offset", "onshore_utc_offset", "work_start", "work_end",
             "onshore_work_start", "onshore_work_end")  # fmt: skip
    given = {name: np.array([float(hour)]) for name, hour in zip(names, hours, strict=True)}
    assert site_values(given, ["common_hours"])["common_hours"].item() == both


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"work_start": 18, "work_end": 3}, "work_end is 3; it must be after work_start, 18: past"),
        ({"work_start": 0, "work_end": 36}, "work_end is 36; it must be at most 24 hours after"),
    ],
)
def test_a_day_that_is_none_is_refused_alike_in_files_and_functions(hours, words):
    with pytest.raises(ScenarioError, match=words):
        scenario("America/New_York", hours)
    with pytest.raises(DomainError, match=words):
        site_values({name: np.array([hour]) for name, hour in hours.items()}, ["common_hours"])
    onshore = {f"onshore_{name}": np.array([hour]) for name, hour in hours.items()}
    with pytest.raises(DomainError, match=f"onshore_{words.split(';')[0]}"):
        site_values(onshore, ["common_hours"])


def test_hours_typed_over_in_a_workbook_fail_its_check_and_stay_within_the_day():
    values = scenario("America/New_York", {"time_zone": "Asia/Kolkata"}).values
    for start, end in ((18, 3), (0, 36), (9, 9)):
        hours = {name: values[name].copy() for name in ("work_start", "work_end")}
        hours["work_start"][:, :, 1], hours["work_end"][:, :, 1] = start, end
        found = default_model().evaluate({**values, **hours}, 36)
        assert not found["check_hours"].item()
        for line in ("common_hours", "covered_hours"):
            assert 0 <= found[line][0, 0, 1].item() <= 24
