"""What could be known at best: the likeliest explanation of a log by one who knows how its noise was made.

The oracle sees the same messages and rows with the true clock, and knows the true densities of delays and of repeats
and the true shares of losses and repeats. It answers messages by the assignment of least cost, which is the likeliest
explanation, and counts losses by their likeliest number. What it misses, no method can be asked to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from meldingskontroll import sql
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.accuracy import generator
from meldingskontroll.simulation.noise import Setting, fill

Array = np.ndarray[Any, Any]
DEADLINE_S = 40 * 3600
_LINES = """
    WITH arrived AS (
        SELECT entry, reporter, list(arrived_s ORDER BY arrived_s) AS arrived
        FROM accuracy__rows GROUP BY entry, reporter
    )
    SELECT message.entry, list(message.message_id ORDER BY message.sent, message.message_id) AS ids,
           list(epoch(message.sent) ORDER BY message.sent, message.message_id) AS sent,
           any_value(arrived.arrived) AS arrived
    FROM accuracy__messages AS message
    LEFT JOIN arrived ON arrived.entry = message.entry AND arrived.reporter = message.form_type
    GROUP BY message.entry, message.form_type
    ORDER BY message.entry, message.form_type
"""


@dataclass(frozen=True)
class Line:
    """The messages of one entry and kind in order of sending, and the rows of its log; times in seconds."""

    entry: str
    ids: list[str]
    sent: Array
    arrived: Array


@dataclass(frozen=True)
class Explained:
    """What the oracle makes of a line: which messages are lost, and how probably each answer hides a loss."""

    lost: Array
    hiding: Array


def lines(connection: duckdb.DuckDBPyConnection, resolution_s: int) -> Iterator[Line]:
    """The lines of a synthetic set that `noise.fill` made on this connection."""
    for entry, ids, sent, arrived in connection.execute(_LINES).fetchall():
        shown = np.floor(np.asarray(arrived or [], dtype=float) / resolution_s) * resolution_s
        yield Line(entry, ids, np.asarray(sent, dtype=float), shown)


def _lognormal(seconds: Array, median: float, spread: float) -> Array:
    x = np.maximum(seconds, 0.5)
    density: Array = np.exp(-0.5 * (np.log(x / median) / spread) ** 2) / (x * spread * np.sqrt(2 * np.pi))
    return density


def delay_density(seconds: Array, setting: Setting) -> Array:
    """The true density per second of a delay, averaged over what the log's resolution leaves open."""
    usual = 1 - setting.tail_20_min - setting.tail_8_h
    steps = np.arange(0.5, 12) * setting.resolution_s / 12
    total = np.zeros_like(seconds, dtype=float)
    for step in steps:
        late = seconds + step
        density = usual * _lognormal(late, 20, 0.8) + setting.tail_20_min * _lognormal(late, 1200, 1.2)
        # The noise holds delays at an hour before the deadline, where one in twenty-five of the longest end.
        held = np.abs(late - (DEADLINE_S - 3600)) < max(2, setting.resolution_s)
        density += setting.tail_8_h * (_lognormal(late, 8 * 3600, 0.9) + 0.01 * held)
        total += np.where(late > 0, density, 0)
    return total / len(steps) + 1e-14


def repeat_density(arrived: Array, setting: Setting) -> Array:
    """For each row, how densely repeats of the rows before it fall there."""
    density = np.full(arrived.size, 1e-16)
    for back in range(1, min(40, arrived.size)):
        density[back:] += setting.duplicates * _lognormal(arrived[back:] - arrived[:-back], 600, 1.3)
    return density


def explain(line: Line, setting: Setting) -> Explained:
    """The likeliest explanation of one line."""
    sent, arrived = line.sent, line.arrived
    begin = np.searchsorted(arrived, sent - setting.resolution_s + 1)
    end = np.searchsorted(arrived, sent + DEADLINE_S, side="right")
    number = np.maximum(end - begin, 0)
    message = np.repeat(np.arange(sent.size), number)
    row = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number) + np.repeat(begin, number)
    answered = -np.log((1 - setting.loss) * delay_density(arrived[row] - sent[message], setting))
    lost, repeated = -np.log(setting.loss), -np.log(repeat_density(arrived, setting))
    near = answered < lost + repeated[row] + 12
    message, row, answered = message[near], row[near], answered[near]
    taken = _assigned(message, row, answered, np.full(sent.size, lost), repeated)
    answers = np.flatnonzero(taken >= 0)
    late = (1 - setting.loss) * delay_density(arrived[taken[answers]] - sent[answers], setting)
    both = setting.loss * np.exp(-repeated[taken[answers]])
    return Explained(taken < 0, both / (both + late))


def _assigned(message: Array, row: Array, answered: Array, lost: Array, repeated: Array) -> Array:
    """The row of each message, or -1, by the least sum of costs: answered, lost, or a row left over."""
    messages, rows = lost.size, repeated.size
    # Costs may be negative, and a sparse zero is no edge: all are lifted alike, and each full matching has as many.
    costs = np.concatenate([answered, lost, repeated, np.zeros(row.size)]) + 100
    left = np.concatenate([message, np.arange(messages), messages + np.arange(rows), messages + row])
    right = np.concatenate([row, rows + np.arange(messages), np.arange(rows), rows + message])
    square = coo_matrix((costs, (left, right)), shape=(messages + rows, messages + rows)).tocsr()
    from_left, to_right = min_weight_full_bipartite_matching(square)
    taken = np.full(messages, -1)
    real = (from_left < messages) & (to_right < rows)
    taken[from_left[real]] = to_right[real]
    return taken


def likeliest_number(probabilities: Array) -> int:
    """The likeliest number of events among independent ones."""
    chances = np.ones(1)
    for probability in probabilities[probabilities > 1e-4]:
        chances = np.convolve(chances, [1 - probability, probability])
    return int(np.argmax(chances))


def applies(setting: Setting) -> bool:
    """Whether the oracle's densities are those of a setting: it knows nothing of ids, acknowledgements and mishaps."""
    return not (setting.ids or setting.acknowledged or setting.outages or setting.kinds_disagree)


def ceiling(setting: Setting, seeds: int, settings: Settings) -> dict[str, float]:
    """The oracle's precision, recall and share of entries with the exact count, over the seeds of the accuracy table.

    The count is exact either by the likeliest explanation or by the likeliest number of hidden losses added to it;
    the better of the two is given.
    """
    named = right = losses = entries = 0
    exact = np.zeros(2, dtype=int)
    for seed in range(seeds):
        with sql.connect(settings) as connection:
            truth = {str(one) for one in fill(connection, setting, generator(setting, seed))}
            counts: dict[str, list[Array]] = {}
            for line in lines(connection, setting.resolution_s):
                found, real = explain(line, setting), np.array([one in truth for one in line.ids])
                named, losses = named + int(found.lost.sum()), losses + int(real.sum())
                right += int((found.lost & real).sum())
                entry = counts.setdefault(line.entry, [np.zeros(2, dtype=int), np.zeros(0)])
                entry[0] += (real.sum(), found.lost.sum())
                entry[1] = np.concatenate([entry[1], found.hiding])
        for (true, likeliest), hiding in counts.values():
            exact += (true == likeliest, true == likeliest + likeliest_number(hiding))
        entries += len(counts)
    return {
        "precision": right / max(1, named),
        "recall": right / max(1, losses),
        "count_exact": float(exact.max()) / entries,
    }
