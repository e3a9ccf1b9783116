"""Simulation and goal seek: draws a second, against a loop over draws and a Monte Carlo library.

``make bench`` runs it after the others and puts its tables below theirs. The loop evaluates the
same lines, one draw at a time; Monaco calls a function for each case, here the same evaluation.
"""

import contextlib
import io
import subprocess
import sys

import monaco
import numpy as np
from run import in_turn, ratio, seconds, sections, shown
from scipy import stats

from shorewise.engine import Scenario, default_model
from shorewise.engine.uncertainty.draws import ranges_of
from shorewise.engine.uncertainty.goal_seek import solve, solve_all
from shorewise.engine.uncertainty.simulation import MEASURES, simulate
from shorewise.engine.uncertainty.sobol import sobol_indices
from shorewise.engine.uncertainty.varied_inputs import address_of, with_value

ONE_BY_ONE = 256  # draws of those that take them one by one
DRAWS = 100_000
PEAK = """
import resource, sys
from shorewise.engine import Scenario
from shorewise.engine.uncertainty.simulation import simulate
simulate(Scenario.default(), int(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def drawing() -> list[str]:
    """Draws of the default scenario: 20 drivers, 4 plans, 36 months, four measures."""
    scenario = Scenario.default()
    model, ranges = default_model(), ranges_of(scenario)
    generator = np.random.default_rng(1)
    base = scenario.evaluate()["case_level"].reshape(-1).astype(float)

    def evaluated(levels: np.ndarray) -> dict[str, np.ndarray]:
        values = {**scenario.values, "driver_level": levels.reshape(1, 1, 1, 1, -1)}
        found = model.evaluate(values, scenario.horizon_months, MEASURES.values())
        return {name: found[line] for name, line in MEASURES.items()}

    def loop() -> None:
        for _ in range(ONE_BY_ONE):
            levels = base.copy()
            for one in ranges:
                levels[one.number] = one.level(generator.random(1))[0]
            evaluated(levels)

    def library() -> None:
        run = monaco.Sim("bench", ONE_BY_ONE, _functions(evaluated), verbose=False, seed=1)
        for one in ranges:
            width = one.high - one.low
            shape = {
                "a": 1 + 4 * (one.likely - one.low) / width,
                "b": 1 + 4 * (one.high - one.likely) / width,
                "loc": one.low,
                "scale": width,
            }
            run.addInVar(one.name, stats.beta, shape)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            run.runSim()

    calls = [
        (f"simulate, {DRAWS:,} draws", lambda: simulate(scenario, DRAWS), DRAWS),
        ("a loop over draws", loop, ONE_BY_ONE),
        ("Monaco, the same evaluation", library, ONE_BY_ONE),
    ]
    times = in_turn([lambda call=call: seconds(call) for _, call, _ in calls], 3)
    each = [[t / count for t in of] for of, (_, _, count) in zip(times, calls, strict=True)]
    lines = ["| | seconds (range) | draws/s | ms a draw, of ours |", "|---|---:|---:|---:|"]
    for (name, _, _), total, one in zip(calls, times, each, strict=True):
        rate = 1 / sorted(one)[len(one) // 2]
        lines.append(f"| {name} | {shown(total, 1)} | {rate:,.0f} | {ratio(one, each[0])} |")
    few, many = (_peak(draws) for draws in (10_000, DRAWS))
    return [
        *lines,
        "",
        f"Peak memory: {few:,} MB with 10,000 draws, {many:,} MB with {DRAWS:,}: "
        "128 bytes a draw are kept, evaluation needs the memory of one block.",
    ]


def seeking() -> list[str]:
    """Goal seek of one scenario and of a thousand, and Sobol's indices."""
    scenario = Scenario.default()
    salaries = np.linspace(30_000, 90_000, 1_000)
    values = with_value(scenario.values, address_of(scenario, "site.Mid.salary"), salaries)
    rate = address_of(scenario, "management_rate")
    calls = {
        "highest salary by month 9, a straight line": lambda: solve(
            scenario, "salary", "break_even_month", 9, 1
        ),
        "overlap for a net saving of 36 %, by search": lambda: solve(
            scenario, "overlap_hours", "net_saving", 0.36, 1
        ),
        "management rate of 1,000 scenarios at once": lambda: solve_all(
            scenario, values, rate, "net_saving", 0.3, 1
        ),
        "Sobol's indices, 1,024 x 22 evaluations": lambda: sobol_indices(scenario, 1),
    }
    times = in_turn([lambda call=call: seconds(call) for call in calls.values()], 3)
    rows = [f"| {name} | {shown(of)} |" for name, of in zip(calls, times, strict=True)]
    return ["| | ms (range) |", "|---|---:|", *rows]


def _functions(evaluated) -> dict:
    def preprocess(case):
        return ([case.invals[name].val for name in case.invals],)

    def run(levels):
        return (evaluated(np.array(levels)),)

    def postprocess(case, found):
        case.addOutVal("npv", found["npv"][0, 1].item())

    return {"preprocess": preprocess, "run": run, "postprocess": postprocess}


def _peak(draws: int) -> int:
    """Megabytes that a process had at the most."""
    command = [sys.executable, "-c", PEAK, str(draws)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return int(done.stdout) // 1024


if __name__ == "__main__":
    print(sections({"Simulation": drawing, "Goal seek and indices": seeking}), end="")
