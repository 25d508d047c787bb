"""JSON that says one thing only: what a lenient reader would pass over is refused."""

from __future__ import annotations

import json
from typing import Any


def strict_json(content: bytes) -> Any:
    """The document in UTF-8.

    Raises:
        ValueError: it is not JSON in UTF-8, has `NaN` or `Infinity`, or names a member of an object twice.
        RecursionError: it is nested deeper than can be followed.
    """
    return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a member stands twice")
    return made


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
