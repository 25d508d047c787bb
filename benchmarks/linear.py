"""How the costs grow with the number of rows, as a table and as a plot."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot

from benchmarks.methods import Run, in_turns, median, product
from benchmarks.synthetic import make

TITLE = "Costs grow with the rows"
PLOT = Path(__file__).parent / "linear.svg"
TURNS = {100_000: 3, 300_000: 3, 1_000_000: 3, 10_000_000: 1}
METHODS = {"ids, counts": "id_counts", "ids, matches": "id_matches", "time": "time_rounds"}
NOTE = """
Processor seconds of the product's SQL by rows a side, median of three turns (one at 10M), and what that is
for a million rows. The fixed cost, of a connection and the shared macros, shows in the smallest.

![processor seconds by rows a side](linear.svg)
"""


def rows(folder: Path) -> list[dict[str, str]]:
    """The table; the plot is written beside this file."""
    found: dict[int, dict[str, list[Run]]] = {}
    for size, turns in TURNS.items():
        made = make(folder, size)
        found[size] = in_turns({name: partial(product, method, made) for name, method in METHODS.items()}, turns)
    _draw(found)
    return [
        {
            "rows a side": f"{size:,}".replace(",", " "),
            **{f"{name}: cpu s": f"{median(runs[name], 'cpu_s'):.2f}" for name in METHODS},
            **{f"{name}: s a million": f"{median(runs[name], 'cpu_s') * 1e6 / size:.2f}" for name in METHODS},
        }
        for size, runs in found.items()
    ]


def _draw(found: dict[int, dict[str, list[Run]]]) -> None:
    with pyplot.rc_context({"svg.hashsalt": "linear", "svg.fonttype": "none", "font.size": 9}):
        figure, axes = pyplot.subplots(figsize=(6, 4))
        sizes = list(found)
        for name, marker in zip(METHODS, "osD", strict=True):
            axes.plot(sizes, [median(found[size][name], "cpu_s") for size in sizes], marker=marker, label=name)
        least = median(found[sizes[-1]]["time"], "cpu_s") / sizes[-1]
        axes.plot(
            sizes, [least * size for size in sizes], linestyle=":", color="grey", label="in proportion to the rows"
        )
        axes.set(xscale="log", yscale="log", xlabel="rows a side", ylabel="processor seconds")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend()
        figure.tight_layout()
        figure.savefig(PLOT, format="svg", metadata={"Date": None})
        pyplot.close(figure)
