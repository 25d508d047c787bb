"""What the OpenAPI document shows of questions and answers. Everything in it is made up."""

from __future__ import annotations

from typing import Any

ONE, OTHER, STRANGER = (
    "6f3c9a52-2f0b-4d83-9d2c-1f0a5f7f2d11",
    "0b0c6b1e-93a4-4c55-8a7e-5d1f3c2b4a69",
    "00000000-0000-4000-8000-000000000000",
)
_EVIDENCE = {
    "drill": {"planted": 12, "found": 12, "false_alarms": 0},
    "checks": {"expected": 40, "run": 40, "failed": 0},
    "inputs": {"portal/manifest.json": "1" * 64, "portal/messages.csv": "0" * 64},
    "ruleset_version": "2023.1+0123456789ab",
}


def _approval(name: str) -> dict[str, Any]:
    key = {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "kid": name, "use": "sig", "alg": "EdDSA"}
    return {
        "name": name,
        "as_of_utc": "2023-07-01T05:30:00Z",
        "thumbprint": "B" * 43,
        "key": key,
        "statement": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXI",
    }


HOLD: dict[str, Any] = {
    "decision": "HOLD",
    "as_of_utc": "2023-06-30T06:00:00Z",
    "valid_until_utc": None,
    "roster_size": 244,
    "verified": 243,
    "blocking": [{"municipality_no": "9999", "district_no": "", "reasons": ["LOG_COVERED"]}],
    "global_reasons": ["REQUIREMENTS_UNMET"],
    **_EVIDENCE,
    "approvals": [],
}
RELEASE: dict[str, Any] = {
    "decision": "RELEASE",
    "as_of_utc": "2023-07-01T06:00:00Z",
    "valid_until_utc": "2023-07-02T06:00:00Z",
    "roster_size": 244,
    "verified": 244,
    "blocking": [],
    "global_reasons": [],
    **_EVIDENCE,
    "approvals": [_approval("Kari Ås"), _approval("Ola Nordmann")],
}
EXPIRED: dict[str, Any] = RELEASE | {
    "decision": "HOLD",
    "valid_until_utc": None,
    "global_reasons": ["EXPIRED"],
    "approvals": [],
}
OVERRIDDEN: dict[str, Any] = RELEASE | {
    "overrides": [
        {
            "municipality_no": "9999",
            "district_no": "",
            "requirement": "LOG_COVERED",
            "reason": "Kommunen er oppløst, og loggen er ødelagt.",
            "decided_by": "Kari Ås",
            "decided_on": "2023-06-29",
        }
    ]
}
STATUSES: dict[str, Any] = {
    "RELEASE": {"summary": "Sletting er frigitt", "value": RELEASE},
    "HOLD": {"summary": "Sletting holdes tilbake: en kommune oppfyller ikke kravene", "value": HOLD},
    "EXPIRED": {"summary": "Tjenesten holder selv tilbake: frigivelsen er gått ut", "value": EXPIRED},
    "OVERRIDDEN": {"summary": "Frigitt med et krav som er overstyrt", "value": OVERRIDDEN},
}
QUESTIONS: dict[str, Any] = {
    "one": {"summary": "Én melding", "value": {"ids": [ONE]}},
    "several": {"summary": "Flere i ett kall, høyst 10 000", "value": {"ids": [STRANGER, ONE, OTHER]}},
}
CLEARANCES: dict[str, Any] = {
    "RELEASE": {
        "summary": "Frigitt: bare den som er «delete», kan slettes",
        "value": {
            "decision": "RELEASE",
            "clearances": [
                {"id": STRANGER, "clearance": "keep", "reason": "UNKNOWN_ID"},
                {"id": ONE, "clearance": "delete", "reason": "REGISTERED"},
                {"id": OTHER, "clearance": "keep", "reason": "LOST"},
            ],
        },
    },
    "HOLD": {
        "summary": "Sletting holdes tilbake",
        "value": {
            "decision": "HOLD",
            "clearances": [{"id": ONE, "clearance": "keep", "reason": "HOLD"}],
        },
    },
}
MUNICIPALITIES: dict[str, Any] = {
    "decision": "HOLD",
    "municipalities": [
        {
            "municipality_no": "9999",
            "district_no": "",
            "service_id": "9999",
            "verdict": "not_verified",
            "sent": 12,
            "registered": 10,
            "printed": 0,
            "not_delivered": 0,
            "in_transit": 0,
            "lost": 1,
            "unknown": 1,
            "lost_low": 1,
            "lost_high": 2,
            "coverage_from_utc": "2020-08-31T22:00:00Z",
            "coverage_to_utc": "2023-06-23T06:00:00Z",
            "coverage_share": 0.98,
            "clock_offset_s": 0,
            "reasons": ["LOG_COVERED"],
        }
    ],
}
KEYS: dict[str, Any] = {
    "keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "kid": "C" * 43, "use": "sig", "alg": "EdDSA"}]
}
METRICS = """# HELP deletion_release_is_release 1 under a valid RELEASE, else 0
# TYPE deletion_release_is_release gauge
deletion_release_is_release 1.0
# HELP deletion_release_seconds_left Seconds until the RELEASE runs out; 0 in HOLD
# TYPE deletion_release_seconds_left gauge
deletion_release_seconds_left 71999.5
"""
# What a problem says beside what all of them say.
MORE: dict[str, dict[str, Any]] = {
    "INVALID_ID": {"errors": [{"pointer": "#/ids/0"}], "count": 1},
    "NO_CERTIFICATE": {"decision": "HOLD", "reasons": ["REQUIREMENTS_UNMET"]},
    "NOT_READY": {"reasons": ["DECISION_UNREADABLE"]},
}
