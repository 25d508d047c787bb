"""The client of the portal's admin API. It only ever sends GET, apart from the call for a token to Maskinporten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

import requests
from urllib3.util.retry import Retry

from meldingskontroll.portal.circuit import Circuit
from meldingskontroll.portal.errors import PortalError, PortalIncomplete, no_answer, refusal
from meldingskontroll.portal.kept_pages import KeptPages, Page, Row
from meldingskontroll.portal.maskinporten import TokenSource
from meldingskontroll.portal.sending import one_way
from meldingskontroll.settings import Settings

_API = "/bekymringsmelding/api/v2/admin"
_READINGS = 3
_LONGEST_WAIT_SECONDS = 120


@dataclass(frozen=True)
class Reading:
    """One interval of the log as the portal gave it: its own total, and as many rows, each id once."""

    total: int
    rows: list[Row]


class PortalClient:
    """Reads the delivery log, the histories and the counts of a period.

    Every method raises `PortalError` with one sentence when there is no answer to rely on, and `PortalIncomplete`
    when the answer does not hold what it says. Addresses other than loopback must be https.
    """

    def __init__(self, settings: Settings, circuit: Circuit | None = None) -> None:
        for address in (settings.portal_url, settings.portal_token_url):
            _refuse_clear_text(address, settings.portal_allow_plain_http)
        self._settings = settings
        self._circuit = circuit or Circuit(settings)
        retry = Retry(
            total=settings.portal_retries,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods={"GET"},
            backoff_factor=settings.portal_backoff_seconds,
            backoff_max=_LONGEST_WAIT_SECONDS,
            retry_after_max=_LONGEST_WAIT_SECONDS,
            raise_on_status=False,
            redirect=False,
        )
        self._session = one_way("GET", settings.portal_url, retry)
        self._token_session = one_way("POST", settings.portal_token_url)
        self._tokens = TokenSource(settings, self._token_session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()
        self._token_session.close()

    def messages(self, from_utc: datetime, to_utc: datetime, kept: KeptPages | None = None) -> Reading:
        """Every message sent in `[from_utc, to_utc)`, naive UTC, as the portal's own rows.

        The log is read again where its total moves while it is read, or pages overlap so that ids are missing. `kept`
        has the pages that an interrupted run read: it is gone on from there, and pages are added as they are read.

        Raises:
            PortalIncomplete: the portal never gave as many different ids as it says there are.
        """
        reason = ""
        for _ in range(_READINGS):
            try:
                return self._read_pages(from_utc, to_utc, kept)
            except PortalIncomplete as problem:
                reason = str(problem)
                if kept is not None:
                    kept.clear()
        raise PortalIncomplete(f"{reason} It was read {_READINGS} times; nothing of it is used.")

    def history(self, message_id: UUID) -> list[Row]:
        """The events of one message."""
        answer = self._get(f"/historikk/{message_id}", {})
        if not isinstance(answer, list) or not all(isinstance(event, dict) for event in answer):
            raise PortalIncomplete("The portal's history of a message is not a list of events.")
        return answer

    def period_counts(self, from_utc: datetime, to_utc: datetime) -> dict[str, int]:
        """The portal's own counts for the period: the fields of `statistikk-gitt-periode` that are numbers."""
        answer = self._get("/statistikk-gitt-periode", _period(from_utc, to_utc))
        if not isinstance(answer, dict):
            raise PortalIncomplete("The portal's statistics of a period are not an object.")
        return {k: v for k, v in answer.items() if isinstance(v, int) and not isinstance(v, bool)}

    def _read_pages(self, from_utc: datetime, to_utc: datetime, kept: KeptPages | None) -> Reading:
        pages = self._taken_up(from_utc, to_utc, kept)
        declared = pages[0].total if pages else None
        read = sum(len(page.rows) for page in pages)
        while declared is None or read < declared:
            page = self._page(from_utc, to_utc, read)
            if declared is not None and page.total != declared:
                raise PortalIncomplete(f"The portal's total moved from {declared} to {page.total} while it was read.")
            declared = page.total
            if not page.rows:
                break
            if kept is not None:
                kept.add_page(len(pages), self._settings.portal_page_size, page)
            pages.append(page)
            read += len(page.rows)
        found = {str(row.get("bekymringsmeldingId", "")).lower(): row for page in pages for row in page.rows}
        if len(found) != declared:
            raise PortalIncomplete(
                f"The portal says that {from_utc.isoformat()}Z to {to_utc.isoformat()}Z holds {declared} "
                f"messages, and gave {len(found)}."
            )
        return Reading(declared, list(found.values()))

    def _taken_up(self, from_utc: datetime, to_utc: datetime, kept: KeptPages | None) -> list[Page]:
        """The pages of an interrupted reading, if the last of them still stands as it did, with the same total."""
        pages = kept.pages(self._settings.portal_page_size) if kept is not None else []
        if pages and pages[-1] != self._page(from_utc, to_utc, sum(len(page.rows) for page in pages[:-1])):
            assert kept is not None
            kept.clear()
            return []
        return pages

    def _page(self, from_utc: datetime, to_utc: datetime, begin: int) -> Page:
        wanted = {"fra": begin, "antall": self._settings.portal_page_size}
        return _page_of(self._get("/meldinger", {**_period(from_utc, to_utc), **wanted}))

    def _get(self, path: str, parameters: dict[str, Any]) -> Any:
        return self._circuit.call(self._get_now, path, parameters)

    def _get_now(self, path: str, parameters: dict[str, Any]) -> Any:
        what = f"GET {path.rsplit('/', 1)[0] or path}"
        response = self._send(path, parameters, what)
        if response.status_code == 401:
            self._tokens.forget()
            response = self._send(path, parameters, what)
        if response.status_code != 200:
            raise refusal(response, what)
        try:
            return response.json()
        except ValueError:
            raise PortalIncomplete(f"The portal's answer is not whole JSON ({what}): nothing of it is used.") from None

    def _send(self, path: str, parameters: dict[str, Any], what: str) -> requests.Response:
        try:
            return self._session.get(
                f"{self._settings.portal_url.rstrip('/')}{_API}{path}",
                params=parameters,
                auth=_Headers(self._tokens.token(), self._settings),
                timeout=self._settings.portal_timeout_seconds,
                # A redirect would carry the integration's password to wherever it points.
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as problem:
            raise no_answer(problem, what) from None


class _Headers(requests.auth.AuthBase):
    """The portal's three headers. Given as `auth` so that no .netrc of the machine can put another in their place."""

    def __init__(self, token: str, settings: Settings) -> None:
        self._token = token
        self._settings = settings

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        request.headers["IntegrasjonId"] = self._settings.portal_integration_id
        request.headers["IntegrasjonPassord"] = self._settings.portal_integration_password
        request.headers["Accept"] = "application/json"
        return request


def _period(from_utc: datetime, to_utc: datetime) -> dict[str, str]:
    return {
        name: moment.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
        for name, moment in (("fraDato", from_utc), ("tilDato", to_utc))
    }


def _page_of(answer: Any) -> Page:
    total = answer.get("totaltAntallTreff") if isinstance(answer, dict) else None
    rows = answer.get("meldinger") if isinstance(answer, dict) else None
    if not isinstance(total, int) or isinstance(total, bool) or total < 0 or not isinstance(rows, list):
        raise PortalIncomplete("The portal's page lacks its total or its list of messages.")
    if not all(isinstance(row, dict) for row in rows):
        raise PortalIncomplete("The portal's page holds something that is not a message.")
    return Page(total, rows)


def _refuse_clear_text(address: str, allowed: bool) -> None:
    parts = urlsplit(address)
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme == "https" or (parts.scheme == "http" and (loopback or allowed)):
        return
    raise PortalError("The portal's addresses must begin with https://, or the passwords would be sent in clear text.")
