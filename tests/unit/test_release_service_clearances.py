"""Looking up many ids at once: each gets its own answer, and only the word `delete` lets anything be deleted."""

from __future__ import annotations

import hashlib
import random
import uuid
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meldingskontroll.release.service.clearances import bound_to, read_index
from support.released import write_clearance


def look_up(file: Path, ids: list[str]) -> list[tuple[str, str]]:
    index = read_index(file)
    return [index.words[code] for code in index.look_up(ids)]


def test_where_no_message_is_known_every_id_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "clearance.parquet"
    write_clearance(file, {}, None)
    assert look_up(file, [str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))]) == [("keep", "UNKNOWN_ID")] * 2


def test_each_id_gets_the_answer_that_stands_in_the_file_in_the_order_asked(tmp_path: Path) -> None:
    rng = random.Random(5)
    known = {
        str(uuid.UUID(int=rng.getrandbits(128))): rng.choice([("delete", "REGISTERED"), ("keep", "LOST")])
        for _ in range(3000)
    }
    # Ids that end and begin in zeros are where a comparison of texts of bytes goes wrong.
    edges = [0, 1, 1 << 120, (1 << 120) + (1 << 64), 2**128 - 1, 2**128 - 256, 1 << 127]
    known |= {str(uuid.UUID(int=edge)): ("delete", "PRINTED") for edge in edges}
    file = tmp_path / "clearance.parquet"
    write_clearance(file, known, b"decision")
    strangers = [str(uuid.UUID(int=edge ^ 2)) for edge in edges if str(uuid.UUID(int=edge ^ 2)) not in known]
    asked = [*known, *strangers, *list(known)[:5]]
    rng.shuffle(asked)
    assert look_up(file, asked) == [known.get(one, ("keep", "UNKNOWN_ID")) for one in asked]


@given(
    known=st.dictionaries(st.sampled_from([a << 64 | b for a in range(3) for b in range(40)]), st.booleans()),
    asked=st.lists(st.sampled_from([a << 64 | b for a in range(4) for b in range(41)]), min_size=1),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ids_that_share_their_first_half_are_told_apart_by_the_other(
    tmp_path: Path, known: dict[int, bool], asked: list[int]
) -> None:
    words = {True: ("delete", "REGISTERED"), False: ("keep", "LOST")}
    file = tmp_path / "clearance.parquet"
    write_clearance(file, {str(uuid.UUID(int=one)): words[may] for one, may in known.items()}, None)
    said = look_up(file, [str(uuid.UUID(int=one)).upper() for one in asked])
    assert said == [words[known[one]] if one in known else ("keep", "UNKNOWN_ID") for one in asked]


def test_a_file_as_the_audit_writes_it_is_read_whole_and_bound_to_its_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By DuckDB, in several row groups, with one word in one group only."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "clearance.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT md5(i::VARCHAR)::UUID AS message_id, if(i < 5, 'delete', 'keep') AS clearance,"
            " if(i < 5, 'REGISTERED', 'HOLD') AS reason FROM range(10000) AS r(i) ORDER BY message_id)"
            " TO 'clearance.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048, KV_METADATA {decision_sha256: 'abc'})"
        )
        said = dict(connection.execute("SELECT message_id::VARCHAR, clearance FROM 'clearance.parquet'").fetchall())
    asked = list(said)
    assert [word for word, _ in look_up(file, asked)] == [said[one] for one in asked]
    index, hashed = read_index(file), hashlib.sha256(file.read_bytes()).hexdigest()
    assert bound_to(file) == (index.decision_sha256, index.sha256) == ("abc", hashed)


def test_a_file_that_is_not_in_order_gives_the_same_answers(tmp_path: Path) -> None:
    file = tmp_path / "clearance.parquet"
    ids = [uuid.UUID(int=number) for number in (9, 3, 7)]
    made = {"message_id": pa.array([one.bytes for one in ids], pa.binary(16)).cast(pa.uuid())}
    pq.write_table(pa.table(made | {"clearance": ["delete", "keep", "keep"], "reason": ["A", "B", "C"]}), file)
    assert look_up(file, [str(one) for one in ids]) == [("delete", "A"), ("keep", "B"), ("keep", "C")]


def test_any_other_word_than_delete_keeps(tmp_path: Path) -> None:
    words = ["DELETE", "delete ", "", "slett"]
    known = {str(uuid.UUID(int=place)): (word, "WHY") for place, word in enumerate(words)}
    file = tmp_path / "clearance.parquet"
    write_clearance(file, known, None)
    assert {word for word, _ in look_up(file, list(known))} == {"keep"}


def test_an_id_that_stands_twice_an_empty_place_or_a_text_for_an_id_is_refused(tmp_path: Path) -> None:
    one = uuid.UUID(int=1).bytes
    ids = pa.array([one, one], pa.binary(16))
    bad = {
        "twice": {"message_id": ids, "clearance": ["keep", "delete"], "reason": ["A", "B"]},
        "no id": {"message_id": pa.array([one, None], pa.binary(16)), "clearance": ["keep"] * 2, "reason": ["A"] * 2},
        "no word": {"message_id": ids[:1], "clearance": pa.array([None], pa.string()), "reason": ["A"]},
        "text": {"message_id": [str(uuid.UUID(int=1))], "clearance": ["delete"], "reason": ["A"]},
        "no column": {"message_id": ids[:1], "clearance": ["delete"]},
    }  # fmt: skip
    for name, columns in bad.items():
        file = tmp_path / f"{name}.parquet"
        pq.write_table(pa.table(columns), file)
        with pytest.raises(ValueError):
            read_index(file)
    (tmp_path / "text").write_text("no Parquet")
    with pytest.raises(pa.ArrowException):
        read_index(tmp_path / "text")
