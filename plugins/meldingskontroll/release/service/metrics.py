"""What operators watch: Prometheus metrics in a registry of their own, without ids, names or tokens."""

from __future__ import annotations

from datetime import datetime
from math import inf

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from meldingskontroll.release.service.problems import KINDS
from meldingskontroll.release.service.snapshot import Answer, ServiceReason, moment_of

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)


class Metrics:
    """The metrics of one service in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "deletion_release_calls", "Calls answered", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "deletion_release_call_seconds",
            "Time from call to answer",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._cleared = Counter(
            "deletion_release_clearances", "Ids answered for", ["clearance"], registry=self._registry
        )
        self._problems = Counter(
            "deletion_release_problems", "Calls answered with a problem, by its code", ["code"], registry=self._registry
        )
        self._reads = Counter(
            "deletion_release_reads",
            "Times that files were read after a change; failed where the service holds because of what it read",
            ["what", "result"],
            registry=self._registry,
        )
        self._release = Gauge("deletion_release_is_release", "1 under a valid RELEASE, else 0", registry=self._registry)
        self._left = Gauge(
            "deletion_release_seconds_left", "Seconds until the RELEASE runs out; 0 in HOLD", registry=self._registry
        )
        self._age = Gauge(
            "deletion_release_decision_age_seconds",
            "Seconds since the moment that the decision speaks of; +Inf where it is not known",
            registry=self._registry,
        )
        self._holding = Gauge(
            "deletion_release_service_holds", "1 for why the service itself holds", ["reason"], registry=self._registry
        )
        # What is counted stands there from the start, so that the first time is seen as one.
        for reason in ServiceReason:
            self._holding.labels(str(reason)).set(0)
        for code in KINDS:
            self._problems.labels(code)
        for what in ("decision", "clearance"):
            for result in ("whole", "failed"):
                self._reads.labels(what, result)

    def called(self, route: str, method: str, status: int, seconds: float) -> None:
        self._calls.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def cleared(self, delete: int, keep: int) -> None:
        self._cleared.labels("delete").inc(delete)
        self._cleared.labels("keep").inc(keep)

    def refused(self, code: str) -> None:
        """Count a call that was answered with a problem."""
        self._problems.labels(code).inc()

    def read(self, what: str, is_whole: bool) -> None:
        """Count a reading after a change."""
        self._reads.labels(what, "whole" if is_whole else "failed").inc()

    def text(self, answer: Answer, now: datetime) -> bytes:
        """The metrics in Prometheus' text form, with what holds now. What is not known is as bad as can be."""
        begun, until = (moment_of(answer.document[name]) for name in ("as_of_utc", "valid_until_utc"))
        self._release.set(1 if answer.is_release else 0)
        self._left.set((until - now).total_seconds() if answer.is_release and until else 0)
        self._age.set((now - begun).total_seconds() if begun else inf)
        for reason in ServiceReason:
            self._holding.labels(str(reason)).set(1 if answer.reason == reason else 0)
        return generate_latest(self._registry)
