"""Cases.

Base, optimistic or pessimistic, and one driver at a time for the sensitivity table: the levels of
the drivers, and each input at its level. Lines that ask for such an input get it at its level.
"""

from typing import Any

import numpy as np

from ..axes import MONTH
from ..drivers import DRIVERS, SAVED, is_relative
from ..inputs import INPUTS
from . import line, with_parameters

DRIVER = ("driver",)


@line("Case in effect", unit="number")
def effective_case(case_number, table_case):
    """Number of the case: as chosen, or as the table of cases evaluates it.

    1 base, 2 optimistic, 3 pessimistic; the saved cases from 4 on.
    """
    return np.where(table_case > 0, table_case, case_number)


@line("Number of the saved case in effect", unit="number")
def saved_number(effective_case):
    """1 to 3 in a saved case; 0 or less in the base, optimistic and pessimistic case."""
    return effective_case - 1 - 2


@line("Level in the base or optimistic case", unit="level", over=DRIVER)
def base_or_optimistic_level(effective_case, driver_optimistic, driver_relative):
    """Level of a driver in the optimistic case, or of the base in any other.

    The base is 1 for a factor, 0 for an amount to add.
    """
    return np.where(effective_case == 2, driver_optimistic, driver_relative)


@line("Level in the base, optimistic or pessimistic case", unit="level", over=DRIVER)
def pessimistic_or_better_level(effective_case, driver_pessimistic, base_or_optimistic_level):
    """Level of a driver in the pessimistic case, or in one of the two before it."""
    return np.where(effective_case > 2, driver_pessimistic, base_or_optimistic_level)


@line("Level in a saved case", unit="level", over=DRIVER)
def saved_level(saved_number, driver_saved_1, driver_saved_2, driver_saved_3):
    """Level of a driver in the saved case that is chosen; 0 in any other case."""
    first = np.where(saved_number == 1, driver_saved_1, 0)
    second = np.where(saved_number == 2, driver_saved_2, 0)
    return first + second + np.where(saved_number > 2, driver_saved_3, 0)


@line("Level in the chosen case", unit="level", over=DRIVER)
def case_level(saved_number, saved_level, pessimistic_or_better_level):
    """Level of a driver in the chosen case."""
    return np.where(saved_number > 0, saved_level, pessimistic_or_better_level)


@line("Level, with one driver low", unit="level", over=DRIVER)
def level_or_low(sensitivity_case, driver, driver_low, case_level):
    """Level of a driver, at its low end in its odd row of the sensitivity table."""
    return np.where(sensitivity_case == 2 * driver - 1, driver_low, case_level)


@line("Level, with one driver low or high", unit="level", over=DRIVER)
def level_or_high(sensitivity_case, driver, driver_high, level_or_low):
    """Level of a driver, at its low or high end in its rows of the sensitivity table."""
    return np.where(sensitivity_case == 2 * driver, driver_high, level_or_low)


@line("Driver level", unit="level", over=DRIVER)
def driver_level(driver, salary_times, management_times, level_or_high):
    """Level of a driver, with the factors of the two-way table on the first two drivers."""
    salary = np.where(driver == 1, salary_times, 1)
    return level_or_high * salary * np.where(driver == 2, management_times, 1)


def _in_use(number):
    """The line that tells whether a saved case moves a driver."""

    def moves(saved, driver_relative):
        return np.max((saved != driver_relative) * 1, axis=MONTH, keepdims=True)

    names = (f"driver_saved_{number}", "driver_relative")
    declare = line(
        f"Saved case {number} moves a driver",
        unit="flag",
        formula=f"np.max(({names[0]} != {names[1]}) * 1, axis=MONTH, keepdims=True)",
    )
    meaning = f"1 where a level of saved case {number} is not the base's, else 0."
    return declare(with_parameters(f"saved_{number}_in_use", names, meaning, moves))


def _at_its_level(entry, number):
    """The line of an input at its driver's level, within the input's valid range."""
    one = np.s_[:, :, :, :, number : number + 1]
    factor, everywhere = is_relative(entry), not entry.varies_by("site")

    def moved(value, driver_level, driver_lowest, driver_highest):
        moved = value * driver_level[one] if factor else value + driver_level[one]
        return np.minimum(driver_highest[one], np.maximum(driver_lowest[one], moved))

    def moved_abroad(value, driver_level, driver_lowest, driver_highest, site):
        level = moved(value, driver_level, driver_lowest, driver_highest)
        return np.where(site > 1, level, value)

    live: Any = moved if everywhere else moved_abroad
    names = (entry.name, "driver_level", "driver_lowest", "driver_highest")
    # The text of the formula takes the driver by its name; the code by its number.
    level, lowest, highest = (f'{name}["{entry.name}"]' for name in names[1:])
    limited = f"np.clip({entry.name} {'*' if factor else '+'} {level}, {lowest}, {highest})"
    where = "" if everywhere else ", at the sites abroad"
    declare = line(
        f"{entry.label} (chosen case)",
        unit=entry.unit,
        over=entry.axes,
        live_of=entry.name,
        formula=limited if everywhere else f"np.where(site > 1, {limited}, {entry.name})",
    )
    asked = names if everywhere else (*names, "site")
    meaning = f"{entry.label} at the level of its driver in the chosen case{where}."
    return declare(with_parameters(f"live_{entry.name}", asked, meaning, live))


for _number in range(1, len(SAVED) + 1):
    globals()[f"saved_{_number}_in_use"] = _in_use(_number)
_BY_NAME = {entry.name: entry for entry in INPUTS}
for _number, _name in enumerate(DRIVERS):
    globals()[f"live_{_name}"] = _at_its_level(_BY_NAME[_name], _number)
