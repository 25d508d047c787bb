"""Lets one step of a long reading work on the next part while the following step works on this one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_PARTS = 2


class _End:
    """Stands after the last item."""


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, the next two made in another thread; what making one raises is raised here."""
    end, coming = _End(), iter(items)
    with ThreadPoolExecutor(1) as pool:
        waiting = deque(pool.submit(next, coming, end) for _ in range(_PARTS))
        while not isinstance(item := waiting.popleft().result(), _End):
            waiting.append(pool.submit(next, coming, end))
            yield item
