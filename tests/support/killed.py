"""A process that is killed at a chosen moment of what it does to the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from meldingskontroll import publishing
from meldingskontroll.release import ledger


class KilledError(BaseException):
    """Nothing in the product catches this, as nothing catches a kill."""


@contextmanager
def killed_at(moment: int | None) -> Iterator[list[str]]:
    """Kill the process just before the disk is changed for the nth time: a file put in place, or a line of the ledger.

    Yields the changes that were made before that; None lets it live.
    """
    made: list[str] = []

    def counted(name: str, change: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            if len(made) == moment:
                raise KilledError
            made.append(name)
            return change(*arguments, **named)

        return run

    with (
        patch.object(os, "replace", counted("file", os.replace)),
        patch.object(ledger, "append_line", counted("line", ledger.append_line)),
        patch.object(publishing, "withdraw", counted("withdrawn", publishing.withdraw)),
    ):
        try:
            yield made
        except KilledError:
            made.append("killed")
