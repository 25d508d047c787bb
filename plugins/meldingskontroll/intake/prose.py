"""Finds free text: whole sentences where a log has codes, times and names of offices. Says in which row, never what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from meldingskontroll.intake.batches import Batch, Rows
from meldingskontroll.intake.messages import Refused

# An office's name has six or seven words; three different cells of eight, or one of fifteen, are people writing.
_SENTENCE = 8
_CERTAINLY = 15
_SENTENCES = 3
_WORDS = re.compile(rf"(?:[^\W\d_]{{1,25}}[,.!?:]?[ \u00a0]+){{{_SENTENCE - 1},}}[^\W\d_]+")


@dataclass
class Prose:
    """The sentences met so far; of them only their hashes, to tell one repeated name from several sentences."""

    _met: set[int] = field(default_factory=set)

    def look(self, text: str, row: int) -> None:
        """Look at one row.

        Raises:
            Refused: FREE_TEXT.
        """
        for match in _WORDS.finditer(text):
            sentence = match.group()
            self._met.add(hash(sentence))
            if len(sentence.split()) >= _CERTAINLY or len(self._met) >= _SENTENCES:
                raise Refused("FREE_TEXT", row)


def check_text(pieces: Iterable[tuple[int, bytes]], lines_above: int) -> None:
    """Look through delimited text (number of the first line, UTF-8) below its header.

    Raises:
        Refused: FREE_TEXT.
    """
    prose = Prose()
    for number, piece in pieces:
        for at, line in _wordy_lines(piece):
            if number + at > lines_above:
                prose.look(line.decode("utf-8", "replace"), number + at)


def _wordy_lines(piece: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines (from 0) with as many blanks as a sentence has."""
    values = np.frombuffer(piece, dtype=np.uint8)
    blanks = np.flatnonzero((values == ord(" ")) | (values == 0xA0))
    if len(blanks) < _SENTENCE - 1:
        return
    ends = np.append(np.flatnonzero(values == ord("\n")), len(values))
    starts = np.append(0, ends[:-1] + 1)
    before = np.searchsorted(blanks, ends)
    for at in np.flatnonzero(np.diff(before, prepend=0) >= _SENTENCE - 1):
        yield int(at), piece[starts[at] : ends[at]]


def checked(batches: Iterable[Rows]) -> Iterator[Rows]:
    """The same batches, looked through as they pass.

    Raises:
        Refused: FREE_TEXT.
    """
    prose = Prose()
    for batch in batches:
        if isinstance(batch, Batch):
            for row, number in zip(batch.rows, batch.numbers, strict=True):
                for cell in row or ():
                    if len(cell) > 2 * _SENTENCE:
                        prose.look(cell, number)
        yield batch
