"""What waiting costs: what the portal would have deleted by now, and what it is kept for."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Clock, Requirement
from meldingskontroll.lake import WorkFolder, write_text
from meldingskontroll.overview import kept
from meldingskontroll.release.service import page
from support.lake_fixtures import make_table

AS_OF = "2023-07-10T12:00:00Z"
FILE = sql.sql_root() / "overview" / "95_kept_beyond.sql"
# The last moments that are beyond their day: 14 days; and the first message that is kept for 30.
SENT = {
    "long ago": "2021-01-01T00:00:00",
    "14 days before the change": "2023-06-02T12:29:59",
    "first of the 30 days": "2023-06-02T12:30:00",
    "30 days to the second": "2023-06-10T12:00:00",
    "a second too young": "2023-06-10T12:00:01",
}
BEYOND = 4


def kept_beyond(
    unmet: tuple[str, ...] = (), decision: str = "HOLD", deleted: int = 0, sent: dict[str, str] = SENT
) -> list[dict[str, Any]]:
    """The rows for two entries with the same messages each, of which those in `unmet` lack a requirement."""
    with sql.connect() as connection:
        places = {"0301-05": ("0301", "05"), "4601": ("4601", "")}
        names = ("municipality_no", "district_no")
        make_table(
            connection,
            "roster__entries",
            [{"entry_id": one, **dict(zip(names, place, strict=True))} for one, place in places.items()],
        )
        asked = [(entry, one) for entry in places for one in Requirement]
        judged = [
            {"entry_id": e, "requirement": str(r), "met": not (e in unmet and r is asked[3][1])} for e, r in asked
        ]
        make_table(connection, "verification__requirements", judged)
        ids = {(entry, name): str(uuid.uuid5(uuid.NAMESPACE_DNS, entry + name)) for entry in places for name in sent}
        found = [{"message_id": one, "entry_id": e, "sent_at_utc": sent[name]} for (e, name), one in ids.items()]
        make_table(connection, "reconcile__findings", found)
        connection.execute("CREATE TABLE overview__clearance (message_id UUID, clearance VARCHAR)").fetchall()
        for one in list(ids.values())[:deleted]:
            connection.execute("INSERT INTO overview__clearance VALUES ($id, 'delete')", {"id": one}).fetchall()
        sql.run_file(connection, FILE, kept.parameters(Clock.parse(AS_OF), decision))
        return sql.rows(connection, "SELECT * FROM overview__kept_beyond ORDER BY entry_id")


def test_without_messages_waiting_costs_nothing() -> None:
    assert kept_beyond(sent={}) == []
    assert kept.told([], {}) == {"messages": 0, "causes": [], "waits_for": []}
    assert kept.as_csv([]) == ";".join(kept.COLUMNS) + "\n"


def test_the_day_is_14_days_and_30_from_the_moment_that_it_changed() -> None:
    rows = kept_beyond()
    assert [row["messages"] for row in rows] == [BEYOND, BEYOND]
    assert rows[0]["oldest_sent_at_utc"] == datetime(2021, 1, 1)
    assert rows[0]["message_days"] == (datetime(2023, 7, 10) - datetime(2021, 1, 15)).days + 24 + 8 + 0


@pytest.mark.parametrize(
    ("unmet", "decision", "because"),
    [
        ((), "HOLD", ["NATIONAL", "NATIONAL"]),
        (("4601",), "HOLD", ["OTHERS", "OWN_REQUIREMENTS"]),
        (("0301-05", "4601"), "HOLD", ["OWN_REQUIREMENTS", "OWN_REQUIREMENTS"]),
        ((), "RELEASE", ["ITS_OUTCOME", "ITS_OUTCOME"]),
    ],
)
def test_what_is_kept_says_whom_it_waits_for(unmet: tuple[str, ...], decision: str, because: list[str]) -> None:
    assert [row["because"] for row in kept_beyond(unmet, decision)] == because


def test_what_may_be_deleted_is_not_kept() -> None:
    assert [row["messages"] for row in kept_beyond((), "RELEASE", deleted=2)] == [BEYOND - 2, BEYOND]


def test_the_page_for_ks_says_the_same_sum_and_nothing_where_nobody_can_say(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    assert page.kept_beyond(work) is None
    for text, said in (
        (kept.as_csv(kept_beyond(("4601",))), 2 * BEYOND),
        (kept.as_csv([]), 0),
        ("messages\nmange\n", None),
        ("x\n1\n", None),
    ):
        write_text(work.overview / "kept_beyond.csv", text)
        assert page.kept_beyond(work) == said


def test_the_page_sums_the_rows_of_the_file_and_names_whom_the_others_wait_for() -> None:
    rows = kept_beyond(("4601",))
    said = kept.told(rows, {"4601": "Bergen"})
    assert said["messages"] == sum(cause["messages"] for cause in said["causes"]) == 2 * BEYOND
    assert said["waits_for"] == [f"Bergen ({BEYOND})"]
    lines = kept.as_csv(rows).splitlines()
    assert sum(int(line.split(";")[3]) for line in lines[1:]) == said["messages"]
    assert lines[1].startswith("0301;05;OTHERS;4;2021-01-01T00:00:00Z;")
