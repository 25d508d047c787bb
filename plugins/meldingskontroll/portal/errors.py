"""What can go wrong with the portal. Each message is one sentence for the person who must act; none holds a secret."""

from __future__ import annotations

import json
import re

import requests

_ERROR_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


class PortalError(Exception):
    """The portal's log cannot be fetched; what was fetched before stands."""


class PortalIncomplete(PortalError):
    """The portal answered, but with less than it says there is, or with what does not agree with itself."""


class PortalUnavailable(PortalError):
    """The portal or Maskinporten does not answer, or is out of order; the circuit counts these."""


def refusal(response: requests.Response, what: str) -> PortalError:
    """The error for an answer other than 200. `what` names the call, without its parameters."""
    status, reference = response.status_code, _reference(response)
    if status == 401:
        return PortalError(
            f"The portal does not recognise us ({what} gave 401{reference}): check that the IntegrasjonId, the "
            "IntegrasjonPassord and the Maskinporten client belong together."
        )
    if status == 403:
        return PortalError(
            f"The portal does not let us read the delivery log ({what} gave 403{reference}): ask KS to give the "
            "integration the right to it."
        )
    if status == 429:
        return PortalUnavailable(
            f"The portal still asks us to wait ({what} gave 429{reference}) after all repetitions: try again later, or "
            "ask for smaller pages."
        )
    if 300 <= status < 400:
        return PortalError(f"The portal sends us elsewhere ({what} gave {status}): check the address in the settings.")
    if status >= 500:
        return PortalUnavailable(
            f"The portal is out of order ({what} gave {status}{reference}): try again later, else tell KS."
        )
    return PortalError(
        f"The portal does not accept the call ({what} gave {status}{reference}): tell whoever runs this."
    )


def no_answer(problem: Exception, what: str) -> PortalError:
    """The error for a call that never got a whole answer."""
    text = repr(problem)
    if isinstance(problem, requests.exceptions.SSLError):
        return PortalError(f"The portal's certificate is not to be trusted ({what}): nothing was sent.")
    if "NameResolution" in text or "getaddrinfo" in text:
        return PortalUnavailable(
            f"The portal's address has no host behind its name ({what}): check the address and the network."
        )
    if isinstance(problem, requests.exceptions.Timeout) or "timed out" in text:
        return PortalUnavailable(f"The portal did not answer in time ({what}): try again later.")
    if isinstance(problem, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return PortalIncomplete(f"The portal's answer broke off midway ({what}): nothing of it is used.")
    return PortalUnavailable(
        f"The connection to the portal was refused or broken ({what}): try again, else check the network."
    )


def _reference(response: requests.Response) -> str:
    """KS's own number for the error, where the answer has one; nothing else of the answer is repeated."""
    try:
        found = response.json().get("errorId")
    except (json.JSONDecodeError, requests.exceptions.RequestException, AttributeError, ValueError):
        return ""
    return f", errorId {found}" if isinstance(found, str) and _ERROR_ID.fullmatch(found) else ""
