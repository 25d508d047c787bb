"""Keys: how they are named and shown, and what each refusal of one is called."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose, service_key
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.settings import Settings

KEY = jose.new_key()
GOOD = jose.public_jwk(KEY)


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    folder = WorkFolder(tmp_path / "work")
    folder.out.mkdir(parents=True)
    return folder


def code_of(refusal: pytest.ExceptionInfo[SignatureRefusedError]) -> str:
    assert str(refusal.value).endswith("."), "each refusal is told in a sentence"
    return refusal.value.code


def test_a_key_without_a_name_is_named_by_its_thumbprint_and_a_named_one_keeps_its_name() -> None:
    assert KEY.kid == KEY.thumbprint()
    assert jose.new_key("Kari Ås").kid == "Kari Ås"


def test_a_public_key_is_shown_with_its_use_and_algorithm_and_nothing_private() -> None:
    assert jose.public_jwk(KEY) == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": KEY.as_dict(private=False)["x"],
        "kid": KEY.thumbprint(),
        "use": "sig",
        "alg": "EdDSA",
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NOT_A_KEY_SET"),
        ("{}", "NOT_A_KEY_SET"),
        ('{"keys": {}}', "NOT_A_KEY_SET"),
        ('{"keys": ["a"]}', "NOT_A_KEY_SET"),
        (json.dumps({"keys": [{**GOOD, "crv": "Ed448"}]}), "WRONG_KEY"),
        (json.dumps({"keys": [{**GOOD, "kty": "EC"}]}), "WRONG_KEY"),
        (json.dumps({"keys": [{**GOOD, "kid": None}]}), "WRONG_KEY"),
        (json.dumps({"keys": [{**GOOD, "x": "AAAA"}]}), "WRONG_KEY"),
        (json.dumps({"keys": [KEY.as_dict(private=True)]}), "PRIVATE_KEY_SHOWN"),
        (json.dumps({"keys": [GOOD, jose.new_key().as_dict(private=True)]}), "PRIVATE_KEY_SHOWN"),
    ],
)
def test_a_key_set_that_is_refused_says_why(text: str, code: str) -> None:
    with pytest.raises(SignatureRefusedError) as refusal:
        jose.read_key_set(text)
    assert code_of(refusal) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "UNREADABLE"),
        ("{", "UNREADABLE"),
        ("[]", "WRONG_KEY"),
        (json.dumps(GOOD), "NOT_A_PRIVATE_KEY"),
        (json.dumps({**KEY.as_dict(private=True), "x": jose.new_key().as_dict()["x"]}), "NOT_ONE_KEY"),
        (json.dumps({**KEY.as_dict(private=True), "kty": "RSA"}), "WRONG_KEY"),
    ],
)
def test_a_key_file_that_is_refused_says_why(content: str | None, code: str, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SignatureRefusedError) as refusal:
        jose.read_private_file(file)
    assert code_of(refusal) == code


def test_a_key_of_another_kind_under_the_same_name_verifies_nothing() -> None:
    other = ECKey.import_key({**ECKey.generate_key("P-256").as_dict(), "kid": KEY.kid})
    strangers: list[Any] = [other]
    with pytest.raises(SignatureRefusedError) as refusal:
        jose.verified(jose.sign(b"{}", KEY, jose.APPROVAL), strangers, jose.APPROVAL)
    assert code_of(refusal) == "ALTERED"
    assert jose.verified(jose.sign(b"{}", KEY, jose.APPROVAL), [*strangers, KEY], jose.APPROVAL) == b"{}"


def test_no_other_algorithm_is_known_to_what_signs_and_verifies() -> None:
    for name in ("none", "HS256", "ES256", "Ed25519", ""):
        with pytest.raises(SignatureRefusedError) as refusal:
            jose._REGISTRY.get_alg(name)
        assert code_of(refusal) == "WRONG_ALGORITHM"


def test_each_part_of_a_token_may_end_in_any_letter_but_must_encode_something() -> None:
    letters = {jose.sign(bytes([0, 0, last]), KEY, jose.APPROVAL).split(".")[1][-1] for last in range(64)}
    assert len(letters) == 64
    for last in range(64):
        payload = bytes([0, 0, last])
        assert jose.verified(jose.sign(payload, KEY, jose.APPROVAL), [KEY], jose.APPROVAL) == payload
    with pytest.raises(SignatureRefusedError) as refusal:
        jose.verified("a.b.c", [KEY], jose.APPROVAL)
    assert code_of(refusal) == "ALTERED", "no bytes are written as one letter"


def test_a_text_that_is_no_unicode_is_no_token() -> None:
    with pytest.raises(SignatureRefusedError) as refusal:
        jose.verified("a.b.\udcff", [KEY], jose.APPROVAL)
    assert code_of(refusal) == "NOT_A_JWS"


def test_without_a_key_of_its_own_the_service_has_none_and_trusts_none(work: WorkFolder) -> None:
    assert service_key.read_service_key(work, Settings()) is None
    assert service_key.trusted_keys(work) == ()


def test_the_services_key_is_made_once_closed_to_others_and_shown(work: WorkFolder) -> None:
    made = service_key.ensure_service_key(work, Settings())
    again = service_key.ensure_service_key(work, Settings())
    assert made.thumbprint() == again.thumbprint() == made.kid
    assert stat.S_IMODE(work.service_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(work.service_key.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(work.public_keys.stat().st_mode) == 0o600
    assert work.service_key.read_text().endswith("}\n") and '\n  "kty"' in work.service_key.read_text()
    assert [key.kid for key in service_key.trusted_keys(work)] == [made.kid]
    assert json.loads(work.jwks.read_text()) == jose.key_set([made]) == json.loads(work.public_keys.read_text())


def test_a_key_that_a_setting_names_is_used_and_its_folder_left_as_it_is(work: WorkFolder, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o755)
    settings = Settings(service_key=folder / "key.json")
    made = service_key.ensure_service_key(work, settings)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755 and not work.service_key.exists()
    found = service_key.read_service_key(work, settings)
    assert found is not None and found.thumbprint() == made.thumbprint()


def test_a_file_that_holds_no_key_is_not_written_over(work: WorkFolder) -> None:
    work.service_key.parent.mkdir()
    work.service_key.write_text("{}")
    with pytest.raises(SignatureRefusedError):
        service_key.ensure_service_key(work, Settings())
    assert work.service_key.read_text() == "{}" and service_key.read_service_key(work, Settings()) is None


def test_a_new_key_stands_first_and_the_old_one_is_trusted_still_and_once(work: WorkFolder) -> None:
    old, new = jose.new_key(), jose.new_key()
    for key in (old, new, new):
        service_key.publish_public_keys(work, key)
    assert [key.kid for key in service_key.trusted_keys(work)] == [new.kid, old.kid]
    assert json.loads(work.jwks.read_text()) == jose.key_set([new, old])


def test_where_the_closed_list_is_gone_or_damaged_the_published_one_is_trusted_and_both_are_made_good(
    work: WorkFolder,
) -> None:
    service_key.publish_public_keys(work, KEY)
    for damage in (work.public_keys.unlink, lambda: work.public_keys.write_bytes(b"{\xff")):
        damage()
        assert [key.kid for key in service_key.trusted_keys(work)] == [KEY.kid]
        service_key.publish_public_keys(work, KEY)
        assert json.loads(work.public_keys.read_text()) == jose.key_set([KEY])
    for damage in (work.jwks.unlink, lambda: work.jwks.write_bytes(b"{\xff"), lambda: work.jwks.write_text("[]")):
        damage()
        service_key.publish_public_keys(work, KEY)
        assert json.loads(work.jwks.read_text()) == jose.key_set([KEY])


def test_what_stands_already_is_not_written_again(work: WorkFolder) -> None:
    service_key.publish_public_keys(work, KEY)
    before = [(file.stat().st_ino, file.stat().st_mtime_ns) for file in (work.public_keys, work.jwks)]
    service_key.publish_public_keys(work, KEY)
    assert before == [(file.stat().st_ino, file.stat().st_mtime_ns) for file in (work.public_keys, work.jwks)]


def test_two_halves_that_are_one_key_are_taken_by_any_name() -> None:
    taken = jose.private_key({**KEY.as_dict(private=True), "kid": "Kari Ås"})
    assert isinstance(taken, OKPKey) and taken.kid == "Kari Ås" and taken.thumbprint() == KEY.thumbprint()
