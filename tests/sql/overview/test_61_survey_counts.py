"""What the counting answers say."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_discarded_and_superseded_answers_are_not_counted_and_no_answer_is_no_no() -> None:
    with sql.connect() as connection:
        said = {"discarded": False, "superseded": False, "informed": [], "other_missing": []}
        make_table(
            connection,
            "survey__answers",
            [
                said | {"missing": "ja_kjent", "routines": "ja", "informed": ["lokal_media", "ikke_noe"]},
                said | {"missing": "", "routines": "", "other_missing": ["brev", "møtereferat"]},
                said | {"missing": "ja_kjent", "discarded": True, "superseded": False},
                said | {"missing": "nei", "superseded": True},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "61_survey_counts.sql", {})
        found = sql.rows(connection, "SELECT * FROM overview__survey_counts")[0]
        counted = {name: count for name, count in found.items() if count}
        assert counted == {
            "missing_ja_kjent": 1,
            "routines_ja": 1,
            "informed_lokal_media": 1,
            "informed_ikke_noe": 1,
            "other_missing": 1,
        }
