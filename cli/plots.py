"""Plots of simulations and sensitivities with matplotlib, which the extra ``plot`` installs."""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.errors import ShorewiseError, needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..engine.lines import Line
    from ..engine.uncertainty.simulation import Simulation
    from ..engine.uncertainty.tornado import Swing

_FORMATS = (".png", ".svg", ".pdf")
_BINS, _BARS = 30, 15
_SHARE = 0.995  # quantile at which the axis of savings ends, on either side
_STYLES = ("-", "--", ":", "-.")  # line styles, for more plans than colours
_LEGEND = 130  # characters of plan names on a line of the legend


def of_simulation(simulation: "Simulation") -> "Figure":
    """Distribution of each plan's net saving, and its probability of break-even by month."""
    figure, (left, right) = _figure(2)
    scenario, colours = simulation.scenario, _colours()
    saving = simulation.all("net_saving")[:, 1:] * 100
    months = np.arange(1, scenario.horizon_months + 1)
    if saving.size:
        low, high = np.quantile(saving, [1 - _SHARE, _SHARE])
        edges = np.linspace(low, max(high, low + 1e-9), _BINS)
        for plan, (name, values) in enumerate(zip(scenario.plans[1:], saving.T, strict=True)):
            again, colour = divmod(plan, len(colours))
            look: dict[str, Any] = {
                "color": colours[colour],
                "ls": _STYLES[again % len(_STYLES)],
                "lw": 2,
            }
            left.hist(values, edges.tolist(), histtype="step", label=name, **look)
            chances = [simulation.break_even_by(month)[plan + 1] * 100 for month in months.tolist()]
            right.step(months, chances, where="post", **look)
        columns = max(1, _LEGEND // (max(map(len, scenario.plans)) + 8))
        figure.set_figheight(
            figure.get_figheight() + 0.22 * math.ceil(len(scenario.plans) / columns)
        )
        handles = left.get_legend_handles_labels()
        figure.legend(*handles, loc="outside lower center", ncols=columns, frameon=False)
    else:
        _write_text(left, "There is no plan besides the baseline.")
    left.set(title="Saving over the horizon", xlabel="%", ylabel="draws")
    right.set(title="Broken even by month", xlabel="month", ylabel="% of draws", ylim=(0, 102))
    figure.suptitle(f"{scenario.name}: {simulation.draws:,} draws, seed {simulation.seed}")
    return figure


def of_tornado(
    swings: "Sequence[Swing]", now: float, title: str, line: "Line", currency: str
) -> "Figure":
    """Tornado chart: a bar for each driver, from the current value to that at each end.

    The widest swing is at the top. Labels name the ends at which the measure has no answer.
    """
    figure, (axes,) = _figure(1)
    scale = 100 if line.unit == "fraction" else 1
    widest = [] if np.isnan(now) else [one for one in swings if one.width != 0][:_BARS][::-1]
    rows, colours = np.arange(len(widest)), _colours()
    for end, colour in (("low", colours[0]), ("high", colours[1])):
        changes = [(getattr(one, end) - now) * scale for one in widest]
        axes.barh(rows, np.nan_to_num(changes), left=now * scale, color=colour,
                  label=f"driver {end}")  # fmt: skip
    axes.set_yticks(rows, [_label(one, line.missing) for one in widest])
    axes.axvline(now * scale, color="#1F2933", linewidth=1)
    axes.set(title=title, xlabel="%" if scale == 100 else line.unit.replace("money", currency))
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.locator_params("x", nbins=5)
    if widest:
        axes.legend(frameon=False)
    else:
        _write_text(
            axes, f"Current value: {line.missing}." if np.isnan(now) else "No driver changes it."
        )
    return figure


def _write_text(axes: "Axes", text: str) -> None:
    """Write a sentence on axes without data."""
    axes.text(0.5, 0.7, text, ha="center", transform=axes.transAxes)


def _label(swing: "Swing", missing: str) -> str:
    """Name of a driver, with the ends at which the measure has no answer."""
    ends = [end for end in ("low", "high") if np.isnan(getattr(swing, end))]
    return f"{swing.driver}, {' and '.join(ends)}: {missing}" if ends else swing.driver


def write_plot(figure: "Figure", path: str, force: bool) -> Path:
    """Write a figure atomically; equal figures give equal bytes.

    Raises
    ------
    ShorewiseError
        The file type is not .png, .svg or .pdf, or the file cannot be written.
    """
    from ..workbook.atomic_write import atomic_write

    kind = check_kind(path)
    metadata: dict[str, dict[str, Any]]
    metadata = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    data = io.BytesIO()
    figure.savefig(data, format=kind[1:], dpi=144, metadata=metadata[kind])
    return atomic_write(path, data.getvalue(), force=force)


def check_kind(path: str) -> str:
    """The lower-case suffix of a path, checked to be a supported file type."""
    kind = Path(path).suffix.lower()
    if kind not in _FORMATS:
        raise ShorewiseError(
            f"{path}: the file type of a plot must be one of {', '.join(_FORMATS)}"
        )
    return kind


def _figure(columns: int) -> "tuple[Figure, list[Axes]]":
    """A figure that needs no display, and its axes side by side."""
    with needs("plot", "a plot"):
        import matplotlib as mpl
        from matplotlib.figure import Figure
    mpl.rcParams["svg.hashsalt"] = "shorewise"  # otherwise ids in the file are random
    figure = Figure(figsize=(6.4 * columns, 4.8), layout="constrained")
    axes = [figure.add_subplot(1, columns, n + 1) for n in range(columns)]
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _colours() -> list[str]:
    """The colours of the workbook's charts."""
    from ..workbook.rendering.theme import Theme

    return [f"#{colour}" for colour in Theme.default().series]
