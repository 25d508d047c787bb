"""What another bucket knows of a message is put into its finding."""

from __future__ import annotations

from support.stages import yielded

FOUND = (
    "FROM (VALUES (2, TIMESTAMP '2023-01-01 10:00:00', 'own', 7, TIMESTAMP '2023-01-01 10:00:20', 20::BIGINT),"
    " (1, TIMESTAMP '2023-01-01 10:00:00', NULL, NULL, NULL, NULL))"
    " AS t(message_no, sent_at_utc, upload_sha256, file_row, received_utc, delay_s)"
)
VISITS = "SELECT 1 AS message_no, 'other' AS upload_sha256, 3 AS file_row, TIMESTAMP '2023-01-01 10:01:30' AS at_utc"


def found(visits: str) -> list[tuple[object, ...]]:
    tables = {"reconcile__parts_of_findings": FOUND, "reconcile__visits": visits}
    columns = "message_no, upload_sha256, file_row, received_utc::VARCHAR, delay_s"
    return yielded("reconcile_gathered", "findings", tables, columns)


def test_without_visits_the_findings_are_as_their_buckets_left_them_in_their_order() -> None:
    assert found(f"{VISITS} WHERE false") == [
        (1, None, None, None, None),
        (2, "own", 7, "2023-01-01 10:00:20", 20),
    ]


def test_a_message_that_another_bucket_registered_has_that_row_and_its_time_and_no_other_has() -> None:
    assert found(VISITS) == [
        (1, "other", 3, "2023-01-01 10:01:30", 90),
        (2, "own", 7, "2023-01-01 10:00:20", 20),
    ]
