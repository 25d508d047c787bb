from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from support.stages import yielded

COLUMNS = "entry_id, sent, named, unnamed, repeated, unheld"


def counts(sent: list[tuple[str, int]], rows: list[tuple[str, int | None]]) -> list[tuple[object, ...]]:
    """The counts for messages and registrations given as (entry, id)."""
    messages = ", ".join(f"('{entry}', {one}, md5('{one}')::UUID)" for entry, one in [*sent, ("", -1)])
    ids = [(entry, "NULL" if one is None else f"md5('{one}')") for entry, one in [*rows, ("", 0)]]
    named = ", ".join(f"('{entry}', {one}::UUID)" for entry, one in ids)
    registrations = f"FROM (VALUES {named}) AS t(entry, message_id)"
    tables = {
        "reconcile__messages": f"FROM (VALUES {messages}) AS t(entry_id, message_no, message_id) WHERE message_no >= 0",
        "reconcile__registrations": f"{registrations} SELECT [entry] AS entries, message_id WHERE entry > ''",
    }
    return yielded("reconcile", "id_counts", tables, COLUMNS)


def test_nothing_sent_and_nothing_registered_counts_nothing() -> None:
    assert counts([], []) == []
    assert counts([], [("a", None)]) == []


def test_messages_count_where_they_were_sent_and_ids_that_no_message_has_where_they_were_registered() -> None:
    found = counts([("a", 1), ("a", 2), ("b", 3)], [("a", 1), ("b", 1), ("b", 9), ("a", None), ("c", 8)])
    assert found == [("a", 2, 1, 1, 1, 0), ("b", 1, 0, 1, 0, 1), ("c", 0, 0, 0, 0, 1)]


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 12)), st.lists(st.one_of(st.none(), st.integers(0, 15))))
def test_every_message_and_every_registration_with_an_id_is_counted_once(
    sent: list[int], rows: list[int | None]
) -> None:
    messages = [("ab"[one % 2], one) for one in sorted(set(sent))]
    registered = [("abc"[no % 3], one) for no, one in enumerate(rows)]
    found = counts(messages, registered)
    ids = [one for one in rows if one is not None]
    assert sum(row[1] for row in found) == len(messages) == sum(row[2] + row[3] for row in found)
    assert sum(row[2] + row[4] + row[5] for row in found) == len(ids)
    assert sum(row[2] for row in found) == len({one for _, one in messages} & set(ids))
