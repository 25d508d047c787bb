"""Who is let in, what the answer tells who is not, and how often one may ask."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.service import tokens
from meldingskontroll.release.service.access import Access
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.tokens import READ, Caller
from meldingskontroll.settings import Settings
from support.released import AS_OF

CHALLENGE = f'Bearer realm="deletion-release", scope="{READ}"'
ALL = {"requests_per_minute": 1000, "ids_per_minute": 1000, "refusals_per_minute": 1000}


class Door:
    """The service's door over a folder with one token."""

    def __init__(self, root: Path, scope: str = READ, **changes: Any) -> None:
        self.work = WorkFolder(root)
        self.token = tokens.issue(self.work, "KS", scope, 30, AS_OF)
        given = {f"service_{name}": value for name, value in (ALL | changes).items()}
        self.access = Access(self.work, Settings.model_validate(given), lambda: AS_OF)

    def asks(self, *given: str | bytes, query: bytes = b"", address: str = "10.0.0.1", **scope: str) -> Caller:
        """Who asks with these authorizations."""
        raw = [one if isinstance(one, bytes) else one.encode("latin-1") for one in given]
        headers = [(b"host", b"x"), *((b"authorization", one) for one in raw)]
        return asyncio.run(self.access.admit(headers, query, address, **scope))

    def bearer(self, **more: Any) -> Caller:
        return self.asks(f"Bearer {self.token}", **more)


def refused(door: Door, *given: str | bytes, **more: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        door.asks(*given, **more)
    return problem.value


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_a_token_lets_its_owner_in_however_bearer_is_written(door: Door) -> None:
    for kind in ("Bearer ", "bearer ", "BEARER   "):
        assert door.asks(f"{kind}{door.token}  ") == Caller("KS", frozenset({READ}))


def test_who_sends_nothing_is_told_what_is_needed_and_not_that_it_was_wrong(door: Door) -> None:
    problem = refused(door)
    assert (problem.code, problem.headers) == ("INVALID_TOKEN", {"WWW-Authenticate": CHALLENGE})


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Basic a", "Token a", "a", "Bearer a b", "Bearer æ", b"Bearer \xff", "Bearer mdk_wrong"],
)
def test_what_is_no_token_is_refused_as_wrong(door: Door, given: str | bytes) -> None:
    problem = refused(door, given)
    expected = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}
    assert (problem.code, problem.headers) == ("INVALID_TOKEN", expected)


def test_a_valid_token_under_another_name_than_bearer_or_beside_something_else_is_none(door: Door) -> None:
    for given in (
        f"Basic {door.token}",
        f"BearerX {door.token}",
        door.token,
        f" {door.token}",
        f"Bearer {door.token} x",
    ):
        assert refused(door, given).code == "INVALID_TOKEN"


def test_a_token_may_end_in_any_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda size: "a" * 42 + "X")
    assert Door(tmp_path).bearer().name == "KS"


def test_two_tokens_are_none_and_a_token_has_a_length(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(door, f"Bearer {door.token}", f"Bearer {door.token}").code == "INVALID_TOKEN"
    looked_up: list[str] = []
    monkeypatch.setattr(door.access._tokens, "find", lambda token, _: looked_up.append(token))
    for length in (8192, 8193):
        assert refused(door, "Bearer " + "a" * length).code == "INVALID_TOKEN"
    assert [len(token) for token in looked_up] == [8192]


def test_a_token_without_the_scope_opens_nothing_else(tmp_path: Path) -> None:
    door = Door(tmp_path, "other")
    problem = refused(door, f"Bearer {door.token}")
    assert problem.code == "WRONG_SCOPE"
    assert problem.headers == {"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope"'}
    assert door.bearer(scope="other").name == "KS"


@pytest.mark.parametrize("query", [b"access_token=a", b"x=1&Token=", b"BEARER=a", b"authorization=", b"t%6fken=a"])
def test_a_token_in_the_address_is_refused_beside_a_valid_one(door: Door, query: bytes) -> None:
    problem = refused(door, f"Bearer {door.token}", query=query)
    assert (problem.code, problem.headers) == ("TOKEN_IN_ADDRESS", {})
    assert door.bearer(query=b"ids=token&x=\xff").name == "KS"


def test_where_the_tokens_cannot_be_read_all_are_told_to_come_back(door: Door) -> None:
    door.work.tokens.write_text("{")
    problem = refused(door, f"Bearer {door.token}")
    assert (problem.code, problem.headers) == ("TOKENS_UNREADABLE", {"Retry-After": "30"})


def many(ask: Any, times: int = 3) -> list[str]:
    """What each of several calls comes to: a name, or the code of the problem."""
    found = []
    for _ in range(times):
        try:
            made = ask()
            found.append(made.name if made else "in")
        except Problem as problem:
            found.append(problem.code)
            if problem.code == "TOO_MANY_REQUESTS":
                assert 5 < int(problem.headers["Retry-After"]) <= 61, "until the minute is over, and it has just begun"
    return found


def test_a_caller_may_call_so_often_from_wherever_it_calls(tmp_path: Path) -> None:
    door = Door(tmp_path, requests_per_minute=2)
    other = tokens.issue(door.work, "Bufdir", READ, 30, AS_OF)
    places = iter(("10.0.0.1", "10.0.0.2", "10.0.0.3"))
    assert many(lambda: door.bearer(address=next(places))) == ["KS", "KS", "TOO_MANY_REQUESTS"]
    assert many(lambda: door.asks(f"Bearer {other}"), 1) == ["Bufdir"]


def test_refusals_are_counted_by_address_and_do_not_close_the_door_to_who_has_a_token(tmp_path: Path) -> None:
    door = Door(tmp_path, refusals_per_minute=2)
    assert many(lambda: door.asks("Bearer wrong")) == ["INVALID_TOKEN", "INVALID_TOKEN", "TOO_MANY_REQUESTS"]
    assert many(lambda: door.asks("Bearer wrong", address="10.0.0.2"), 1) == ["INVALID_TOKEN"]
    assert many(door.bearer, 1) == ["KS"]


def test_calls_for_what_is_open_are_counted_by_address_and_for_themselves(tmp_path: Path) -> None:
    door = Door(tmp_path, refusals_per_minute=2)
    assert many(lambda: door.access.count_open("10.0.0.1")) == ["in", "in", "TOO_MANY_REQUESTS"]
    assert many(lambda: door.access.count_open("10.0.0.2"), 1) == ["in"]
    assert many(lambda: door.asks("Bearer wrong"), 1) == ["INVALID_TOKEN"]


def test_ids_are_counted_by_their_number_and_caller(tmp_path: Path) -> None:
    door = Door(tmp_path, ids_per_minute=10)
    ks, bufdir = (Caller(name, frozenset({READ})) for name in ("KS", "Bufdir"))
    assert many(lambda: door.access.count_ids(ks, 5)) == ["in", "in", "TOO_MANY_REQUESTS"]
    assert many(lambda: door.access.count_ids(bufdir, 10), 1) == ["in"]
    assert many(lambda: door.access.count_ids(bufdir, 1), 1) == ["TOO_MANY_REQUESTS"]
    assert many(door.bearer, 1) == ["KS"]


MASKINPORTEN = {
    "maskinporten_issuer": "https://test.maskinporten.no/",
    "maskinporten_jwks": "https://test.maskinporten.no/jwk",
    "maskinporten_audience": "https://frigivelse.example/",
    "maskinporten_consumers": "991825827",
}


@pytest.mark.parametrize("has_local", [True, False])
def test_only_a_token_of_three_parts_is_shown_to_maskinporten_and_none_of_ours(
    has_local: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(tmp_path, local_tokens=has_local, **MASKINPORTEN)
    shown: list[tuple[Any, ...]] = []
    caller = Caller("991825827", frozenset({READ}))

    def verify(*asked: Any) -> Caller:
        shown.append(asked)
        # Threads of its own: the decision is read on others, whoever else's keys are waited for.
        assert threading.current_thread().name.startswith("maskinporten")
        return caller

    monkeypatch.setattr(door.access._maskinporten, "verify", verify)
    assert many(door.bearer, 1) == (["KS"] if has_local else ["INVALID_TOKEN"])
    assert many(lambda: door.asks("Bearer a.b"), 1) == many(lambda: door.asks("Bearer a.b.c.d"), 1) == ["INVALID_TOKEN"]
    assert shown == []
    assert door.asks("Bearer a.b.c") == caller
    assert shown == [("a.b.c", AS_OF)]


def test_without_maskinporten_a_token_of_three_parts_is_none(door: Door) -> None:
    assert refused(door, "Bearer a.b.c").code == "INVALID_TOKEN"
