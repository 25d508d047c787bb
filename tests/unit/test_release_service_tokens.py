"""Bearer tokens: shown once, kept as hashes, opened by nobody else, and none valid when the list cannot be read."""

from __future__ import annotations

import json
import stat
import threading
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from meldingskontroll.domain import AuditInputError, iso_utc
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.service import tokens
from meldingskontroll.release.service.tokens import READ, TokenReader, TokensUnreadableError
from support.released import AS_OF


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path)


def test_where_no_token_was_made_none_is_valid(work: WorkFolder) -> None:
    assert TokenReader(work).find("", AS_OF) is None
    assert TokenReader(work).find("mdk_anything", AS_OF) is None


def test_a_token_has_256_random_bits_and_only_its_hash_is_kept_for_its_owner_alone(work: WorkFolder) -> None:
    made = {tokens.issue(work, "KS", READ, 30, AS_OF) for _ in range(3)}
    assert len(made) == 3
    assert all(len(one.removeprefix(tokens.PREFIX)) == 43 for one in made)
    kept = work.tokens.read_text()
    assert not any(one in kept or one.removeprefix(tokens.PREFIX) in kept for one in made)
    assert stat.S_IMODE(work.tokens.stat().st_mode) == 0o600
    assert stat.S_IMODE(work.secrets.stat().st_mode) == 0o700


def test_a_token_is_valid_from_when_it_was_made_until_its_last_day(work: WorkFolder) -> None:
    token = tokens.issue(work, "KS", f"{READ} another", 2, AS_OF)
    reader = TokenReader(work)
    found = reader.find(token, AS_OF)
    assert found is not None
    assert (found.name, found.scopes) == ("KS", {READ, "another"})
    assert reader.find(token, AS_OF - timedelta(seconds=1)) is None
    assert reader.find(token, AS_OF + timedelta(days=2)) is None
    assert reader.find(token + "x", AS_OF) is None
    assert reader.find(token[:-1], AS_OF) is None


def test_a_token_that_is_taken_back_opens_nothing_from_the_next_call_on(work: WorkFolder) -> None:
    first, second, other = (tokens.issue(work, name, READ, 30, AS_OF) for name in ("KS", "KS", "Bufdir"))
    reader = TokenReader(work)
    assert reader.find(first, AS_OF) and reader.find(second, AS_OF)
    assert tokens.revoke(work, "KS") == 2
    assert reader.find(first, AS_OF) is None and reader.find(second, AS_OF) is None
    assert reader.find(other, AS_OF) is not None
    assert tokens.revoke(work, "KS") == 0


def test_where_no_token_was_made_none_is_taken_back_and_no_list_begun(work: WorkFolder) -> None:
    assert tokens.revoke(work, "KS") == 0
    assert not work.tokens.exists()


@pytest.mark.parametrize("days", [1, 3650])
def test_a_token_lasts_from_a_day_to_ten_years_and_is_kept_in_universal_time(work: WorkFolder, days: int) -> None:
    local = AS_OF.astimezone(timezone(timedelta(hours=9)))
    token = tokens.issue(work, "KS", READ, days, local)
    (kept,) = tokens.read(work.tokens)
    assert kept.created_utc == iso_utc(AS_OF) and kept.expires_utc == iso_utc(AS_OF + timedelta(days=days))
    assert TokenReader(work).find(token, AS_OF + timedelta(days=days, seconds=-1)) is not None


@pytest.mark.parametrize("changed", [{"scope": READ}, {"sha256": "0" * 63}, {"sha256": "g" * 64}])
def test_a_token_that_is_not_whole_lets_nobody_in(work: WorkFolder, changed: dict[str, str]) -> None:
    token = tokens.issue(work, "KS", READ, 30, AS_OF)
    kept = json.loads(work.tokens.read_text())
    work.tokens.write_text(json.dumps({"tokens": [*kept["tokens"], kept["tokens"][0] | changed]}))
    with pytest.raises(TokensUnreadableError):
        TokenReader(work).find(token, AS_OF)


def test_the_list_is_read_again_only_when_it_changes(work: WorkFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.issue(work, "KS", READ, 30, AS_OF)
    reader, times, read = TokenReader(work), [], tokens.read
    monkeypatch.setattr(tokens, "read", lambda file: (times.append(file), read(file))[1])
    for _ in range(3):
        assert reader.find(token, AS_OF)
    assert len(times) == 1
    work.tokens.unlink()
    assert reader.find(token, AS_OF) is None


def test_bytes_that_are_no_text_are_no_token(work: WorkFolder) -> None:
    tokens.issue(work, "KS", READ, 30, AS_OF)
    assert TokenReader(work).find("mdk_\udcff", AS_OF) is None


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"tokens": [{}]}', '{"tokens": [{"name": "KS", "scope": "x", "sha256": "y"}]}', '{"tokens": 7}'],
)
def test_a_list_that_cannot_be_read_lets_nobody_in_and_is_not_written_over(work: WorkFolder, content: str) -> None:
    token = tokens.issue(work, "KS", READ, 30, AS_OF)
    reader = TokenReader(work)
    assert reader.find(token, AS_OF)
    work.tokens.write_text(content)
    for _ in range(2):
        with pytest.raises(TokensUnreadableError):
            reader.find(token, AS_OF)
    with pytest.raises(TokensUnreadableError):
        tokens.issue(work, "KS", READ, 30, AS_OF)
    assert work.tokens.read_text() == content


def test_a_time_without_a_zone_in_the_list_lets_nobody_in(work: WorkFolder) -> None:
    token = tokens.issue(work, "KS", READ, 30, AS_OF)
    kept = json.loads(work.tokens.read_text())
    kept["tokens"][0]["expires_utc"] = "2999-01-01T00:00:00"
    work.tokens.write_text(json.dumps(kept))
    with pytest.raises(TokensUnreadableError):
        TokenReader(work).find(token, AS_OF)


def test_of_tokens_made_at_the_same_time_none_is_lost(work: WorkFolder) -> None:
    threads = [threading.Thread(target=tokens.issue, args=(work, f"nr {n}", READ, 30, AS_OF)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {token.name for token in tokens.read(work.tokens)} == {f"nr {n}" for n in range(8)}


@pytest.mark.parametrize(
    ("name", "scope", "days"),
    [
        ("", READ, 30),
        ("a\nb", READ, 30),
        ("x" * 65, READ, 30),
        ("KS", "", 30),
        ("KS", "A;B", 30),
        ("KS", READ, 0),
        ("KS", READ, 3651),
    ],
)
def test_what_no_token_can_be_made_of_is_refused_with_a_sentence(
    work: WorkFolder, name: str, scope: str, days: int
) -> None:
    with pytest.raises(AuditInputError):
        tokens.issue(work, name, scope, days, AS_OF)
    assert not work.tokens.exists()
