"""Pictures of simulations and sensitivities, by matplotlib, which is an extra."""

import io
from pathlib import Path

import numpy as np

from ..engine.errors import ShorewiseError, needs

_FORMATS = (".png", ".svg", ".pdf")
_BINS, _BARS = 30, 15
_SHARE = 0.995  # of the draws that the axis of savings shows


def of_simulation(simulation):
    """Spread of each plan's net saving, and the probability of having broken even by month."""
    figure, (left, right) = _figure(2)
    scenario, colours = simulation.scenario, _colours()
    saving = simulation.all("net_saving")[:, 1:] * 100
    months = np.arange(1, scenario.horizon_months + 1)
    if saving.size:
        low, high = np.quantile(saving, [1 - _SHARE, _SHARE])
        edges = np.linspace(low, max(high, low + 1e-9), _BINS)
        for plan, (name, values) in enumerate(zip(scenario.plans[1:], saving.T, strict=True)):
            left.hist(values, edges, histtype="step", linewidth=2, color=colours[plan], label=name)
            chances = [simulation.break_even_by(month)[plan + 1] * 100 for month in months]
            right.step(months, chances, where="post", linewidth=2, color=colours[plan], label=name)
        left.legend(frameon=False)
    left.set(title="Net saving over the horizon", xlabel="%", ylabel="draws")
    right.set(title="Broken even by month", xlabel="month", ylabel="% of draws", ylim=(0, 100))
    figure.suptitle(f"{scenario.name}: {simulation.draws:,} draws, seed {simulation.seed}")
    return figure


def of_tornado(swings, now: float, title: str, line):
    """Bars from the measure as it is to where each driver takes it, the widest on top."""
    figure, (axes,) = _figure(1)
    scale = 100 if line.unit == "fraction" else 1
    widest = [one for one in swings if one.width > 0][:_BARS][::-1]
    colours = _colours()
    for end, colour in (("low", colours[0]), ("high", colours[1])):
        changes = [(getattr(one, end) - now) * scale for one in widest]
        axes.barh([one.driver for one in widest], changes, left=now * scale, color=colour,
                  label=f"driver {end}")  # fmt: skip
    axes.axvline(now * scale, color="#1F2933", linewidth=1)
    axes.set(title=title, xlabel="%" if scale == 100 else line.unit)
    axes.legend(frameon=False)
    return figure


def write_plot(figure, path: str, force: bool) -> Path:
    """Write a figure, whole or not at all, the same bytes for the same figure.

    Raises
    ------
    ShorewiseError
        Another kind of file than those, or a file that cannot be written.
    """
    from ..workbook.write import write_whole

    kind = check_kind(path)
    dated = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    data = io.BytesIO()
    figure.savefig(data, format=kind[1:], dpi=144, metadata=dated[kind])
    return write_whole(path, data.getvalue(), force=force)


def check_kind(path: str) -> str:
    """The ending of a picture's name, if it is one that can be written."""
    kind = Path(path).suffix.lower()
    if kind not in _FORMATS:
        raise ShorewiseError(f"{path}: a picture must be one of {', '.join(_FORMATS)}")
    return kind


def _figure(columns: int):
    """A figure without a window, and its axes side by side."""
    with needs("plot", "a picture"):
        import matplotlib as mpl
        from matplotlib.figure import Figure
    mpl.rcParams["svg.hashsalt"] = "shorewise"  # else names in the file are random
    figure = Figure(figsize=(6.4 * columns, 4.8), layout="constrained")
    axes = [figure.add_subplot(1, columns, n + 1) for n in range(columns)]
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _colours() -> list[str]:
    """The colours of the workbook's charts."""
    from ..workbook.theme import Theme

    return [f"#{colour}" for colour in Theme.default().series]
