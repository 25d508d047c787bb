"""Signatures: one algorithm, one header, a known key, one use. Every other token is refused, by every trick known."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from meldingskontroll.release import jose
from meldingskontroll.release.jose import CERTIFICATE, SignatureRefusedError

KEY, OTHER = jose.new_key(), jose.new_key()
PUBLIC = jose.read_key_set(json.dumps(jose.key_set([KEY, OTHER])))
PAYLOAD = '{"decision": "RELEASE", "navn": "Ås"}'.encode()


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed_by_hand(header: dict[str, Any], payload: bytes = PAYLOAD, key: OKPKey = KEY) -> str:
    """A token with a true Ed25519 signature under any header."""
    signing_input = f"{b64(header)}.{b64(payload)}"
    return f"{signing_input}.{b64(key.private_key.sign(signing_input.encode()))}"  # type: ignore[union-attr, call-arg]


HEADER = {"alg": "EdDSA", "kid": KEY.kid, "typ": CERTIFICATE}


def refused(token: str | bytes) -> str:
    with pytest.raises(SignatureRefusedError) as refusal:
        jose.verified(token, PUBLIC, CERTIFICATE)
    return refusal.value.code


def test_nothing_is_no_token() -> None:
    assert [refused(token) for token in ("", "..", "a.b", "a.b.c.d", "{}", "æ.ø.å", b"\xff\x00")] == ["NOT_A_JWS"] * 7


def test_what_was_signed_is_read_back_byte_for_byte_and_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        token = jose.sign(PAYLOAD, KEY, CERTIFICATE)
        assert jose.verified(token, PUBLIC, CERTIFICATE) == PAYLOAD
        assert jose.verified(f"{token}\n".encode(), PUBLIC, CERTIFICATE) == PAYLOAD
        assert jose.verified(signed_by_hand(HEADER), PUBLIC, CERTIFICATE) == PAYLOAD


def test_a_decision_that_names_thousands_of_inputs_can_be_signed() -> None:
    large = json.dumps({f"drop/{number:04d}/inbox/logg.csv": "a" * 64 for number in range(9999)}).encode()
    assert jose.verified(jose.sign(large, KEY, CERTIFICATE), PUBLIC, CERTIFICATE) == large


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "WRONG_ALGORITHM"),
        ({"alg": "None"}, "WRONG_ALGORITHM"),
        ({"alg": "HS256"}, "WRONG_ALGORITHM"),
        ({"alg": "Ed25519"}, "WRONG_ALGORITHM"),
        ({"alg": "eddsa"}, "WRONG_ALGORITHM"),
        ({"alg": ["EdDSA"]}, "WRONG_ALGORITHM"),
        ({"alg": None}, "WRONG_ALGORITHM"),
        ({"kid": "unknown"}, "UNKNOWN_KEY"),
        ({"kid": ""}, "UNKNOWN_KEY"),
        ({"kid": None}, "UNKNOWN_KEY"),
        ({"kid": OTHER.kid}, "ALTERED"),
        ({"typ": jose.APPROVAL}, "WRONG_TYPE"),
        ({"typ": jose.CHECKPOINT}, "WRONG_TYPE"),
        ({"typ": "JWT"}, "WRONG_TYPE"),
        ({"crit": ["exp"], "exp": 1}, "WRONG_HEADER"),
        ({"crit": []}, "WRONG_HEADER"),
        ({"b64": False}, "NOT_A_JWS"),
        ({"jwk": jose.public_jwk(KEY)}, "WRONG_HEADER"),
        ({"jku": "https://example.invalid/jwks.json"}, "WRONG_HEADER"),
        ({"x5c": ["AA=="]}, "WRONG_HEADER"),
    ],
)
def test_a_header_that_chooses_how_it_is_verified_is_refused(header: dict[str, Any], code: str) -> None:
    assert refused(signed_by_hand({**HEADER, **header})) == code


@pytest.mark.parametrize("missing", ["alg", "kid", "typ"])
def test_a_header_that_lacks_something_is_refused(missing: str) -> None:
    header = {name: value for name, value in HEADER.items() if name != missing}
    assert refused(signed_by_hand(header)) in {"WRONG_ALGORITHM", "WRONG_HEADER", "NOT_A_JWS"}


def test_a_token_without_a_signature_is_refused() -> None:
    assert refused(f"{b64({**HEADER, 'alg': 'none'})}.{b64(PAYLOAD)}.") == "NOT_A_JWS"
    assert refused(f"{b64(HEADER)}.{b64(PAYLOAD)}.{b64(bytes(64))}") == "ALTERED"


@pytest.mark.parametrize("secret", ["x", "jwk", "raw"])
def test_the_public_key_used_as_a_secret_signs_nothing(secret: str) -> None:
    """Key confusion: what everybody knows must not be taken for what only the service knows."""
    public = jose.public_jwk(KEY)
    known = {
        "x": public["x"].encode(),
        "jwk": json.dumps(public).encode(),
        "raw": base64.urlsafe_b64decode(public["x"] + "="),
    }
    for alg in ("HS256", "EdDSA"):
        signing_input = f"{b64({**HEADER, 'alg': alg})}.{b64(PAYLOAD)}"
        forged = hmac.new(known[secret], signing_input.encode(), hashlib.sha256).digest()
        assert refused(f"{signing_input}.{b64(forged)}") in {"WRONG_ALGORITHM", "ALTERED"}


def test_every_altered_part_is_refused() -> None:
    head, payload, signature = jose.sign(PAYLOAD, KEY, CERTIFICATE).split(".")
    other = jose.sign(b"{}", KEY, CERTIFICATE).split(".")
    assert refused(f"{head}.{other[1]}.{signature}") == "ALTERED"
    assert refused(f"{head}.{payload}.{other[2]}") == "ALTERED"
    assert refused(f"{head}.{payload[:-4]}.{signature}") in {"ALTERED", "NOT_A_JWS"}
    assert refused(f"{head}.{payload}.{signature[:-2]}") in {"ALTERED", "NOT_A_JWS"}
    for place in range(0, len(signature), 7):
        changed = "B" if signature[place] == "A" else "A"
        assert refused(f"{head}.{payload}.{signature[:place]}{changed}{signature[place + 1 :]}") in {
            "ALTERED",
            "NOT_A_JWS",
        }


def test_a_key_set_with_anything_but_public_ed25519_keys_is_refused() -> None:
    good = jose.public_jwk(KEY)
    bad: list[Any] = [
        OctKey.generate_key(256).as_dict() | {"kid": "a"},
        ECKey.generate_key("P-256").as_dict(private=False) | {"kid": "a"},
        RSAKey.generate_key(2048).as_dict(private=False) | {"kid": "a"},
        OKPKey.generate_key("X25519").as_dict(private=False) | {"kid": "a"},
        OKPKey.generate_key("Ed448").as_dict(private=False) | {"kid": "a"},
        KEY.as_dict(private=True),
        {name: value for name, value in good.items() if name != "kid"},
        good | {"kid": 7},
        good | {"x": "AAAA"},
        good | {"x": None},
        "text",
    ]
    for entry in bad:
        with pytest.raises(SignatureRefusedError):
            jose.read_key_set(json.dumps({"keys": [good, entry]}))
    for text in ("", "[]", "{}", '{"keys": {}}', '{"keys": null}', "[" * 100_000):
        with pytest.raises(SignatureRefusedError):
            jose.read_key_set(text)
    assert jose.read_key_set('{"keys": []}') == ()


def test_a_private_key_with_another_ones_public_half_is_refused(tmp_path: Path) -> None:
    """Otherwise a key could pass for another's: its holder would sign as one and be known as the other."""
    mixed = KEY.as_dict(private=True) | {"x": OTHER.as_dict()["x"]}
    file = tmp_path / "key.json"
    for content in (json.dumps(mixed), json.dumps(jose.public_jwk(KEY)), "[]", "not json", ""):
        file.write_text(content)
        with pytest.raises(SignatureRefusedError):
            jose.read_private_file(file)
    with pytest.raises(SignatureRefusedError):
        jose.read_private_file(tmp_path / "nowhere.json")
    file.write_text(json.dumps(KEY.as_dict(private=True)))
    assert jose.read_private_file(file).thumbprint() == KEY.thumbprint()


def test_another_last_letter_is_an_altered_token_though_a_decoder_would_not_see_it() -> None:
    """Base64 leaves bits in the last letter that mean nothing: 16 letters there give the same 64 bytes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = jose.sign(PAYLOAD, KEY, CERTIFICATE)
    for end in (letter for letter in letters if letter != token[-1]):
        assert refused(token[:-1] + end) == "ALTERED"
    head, payload, signature = token.split(".")
    for part in (f"{head}=.{payload}.{signature}", f"{head}.{payload}=.{signature}", f"{token}=", f"{token}A"):
        assert refused(part) in {"ALTERED", "NOT_A_JWS"}
