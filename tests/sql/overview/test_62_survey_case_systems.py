"""Case systems that the counting answers name."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_an_answer_counts_once_for_each_system_and_way() -> None:
    with sql.connect() as connection:
        said = {
            "discarded": False,
            "superseded": False,
            "case_systems": ["VISMA_FAMILIA", "VISMA_FAMILIA", "DIPS_BARNEVERN"],
        }
        make_table(
            connection,
            "survey__answers",
            [
                said | {"answer_id": "1", "integrated": ["ja", "ja", "nei"]},
                said | {"answer_id": "2", "integrated": ["nei"], "case_systems": ["VISMA_FAMILIA"]},
                said | {"answer_id": "3", "integrated": ["ja"], "discarded": True},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "62_survey_case_systems.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__survey_case_systems") == [
            {"case_system": "DIPS_BARNEVERN", "integrated": 0, "not_integrated": 1},
            {"case_system": "VISMA_FAMILIA", "integrated": 1, "not_integrated": 1},
        ]
