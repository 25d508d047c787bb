"""Every file has an upload, every upload a receipt, every row a place."""

from __future__ import annotations

from pathlib import Path

from support.checked import only


def test_sound_uploads_are_all_accounted_for(tmp_path: Path) -> None:
    assert set(only(tmp_path, "intake").values()) == {0}


def test_no_uploads_at_all_are_no_fault(tmp_path: Path) -> None:
    gone = ["DELETE FROM intake__uploads", "DELETE FROM intake__registrations", "DELETE FROM quality__files"]
    assert set(only(tmp_path, "intake", *gone).values()) == {0}


def test_a_file_that_was_never_read_is_counted_in_its_own_folder(tmp_path: Path) -> None:
    moved = "UPDATE intake__uploads SET folder_no = '3805', sha256 = sha256 || 'x' WHERE folder_no = '0301'"
    assert only(tmp_path, "intake", moved)["files_without_upload"] == 1


def test_a_receipt_in_another_folder_answers_nothing(tmp_path: Path) -> None:
    moved = "UPDATE quality__receipts SET folder_no = '9999' WHERE folder_no = '0301'"
    assert only(tmp_path, "intake", moved)["uploads_without_receipt"] == 1


def test_the_same_bytes_sent_again_need_no_rows_of_their_own(tmp_path: Path) -> None:
    again = (
        "INSERT INTO intake__uploads SELECT * REPLACE ('logg2.csv' AS file_name, sha256 AS same_bytes_as) "
        "FROM intake__uploads WHERE folder_no = '0301'"
    )
    assert set(only(tmp_path, "intake", again).values()) == {0}


def test_rows_that_were_lost_or_made_up_are_counted(tmp_path: Path) -> None:
    lost = only(tmp_path, "intake", "DELETE FROM intake__registrations WHERE rowid = 0")
    assert lost["rows_off_registrations"] == 1
    rejected = only(tmp_path, "intake", "UPDATE intake__uploads SET status = 'rejected' WHERE folder_no = '3805'")
    assert rejected["rejected_with_rows"] == 1
