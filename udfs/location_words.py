"""Words by which cells name a country: its code or its name, in any letter case."""

import functools
from collections.abc import Container

import numpy as np

from ..engine.calculators.one_site import LOCATION, location_fault
from ..engine.locations import location_words, locations
from .coerce import MARK, Numbers, Place, Rows, words

ALLOWED = "an ISO code or a name, such as PL or Poland; also with a region, such as MX-CMX"


@functools.cache
def known_words() -> tuple[str, ...]:
    """Codes of all locations, then their names."""
    return (*location_words(),)


@functools.cache
def _numbers() -> np.ndarray:
    """Number of the location that each word stands for."""
    codes = [*locations()]
    return np.array([codes.index(code) for code in location_words().values()])


def number_of(index: float) -> int:
    """Number of the location that a word stands for, from the index of the word."""
    return int(_numbers()[int(index)])


def location_numbers(rows: Rows, place: Place) -> Numbers:
    """Numbers of the locations in cells, with a message for each cell that names none."""
    found = words(LOCATION, rows, known_words(), None, ALLOWED, place)
    good = ~np.isnan(found.values)
    found.values[good] = _numbers()[found.values[good].astype(int)]
    return found


def with_faults(found: Numbers, given: Container[str]) -> Numbers:
    """Numbers of locations, with a message for each that lacks a figure which is not given."""
    places, faults = [*locations().values()], found.faults
    faults = np.full(found.values.shape, "", object) if faults is None else faults.copy()
    for at in zip(*np.nonzero(faults == ""), strict=True):
        fault = location_fault(places[int(found.values[at])], given)
        faults[at] = fault and f"{MARK}{fault}"
    return Numbers(found.values, faults)
