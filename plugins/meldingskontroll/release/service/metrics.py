"""What operators watch: Prometheus metrics in a registry of their own, without ids, names or tokens."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from meldingskontroll.release.service.snapshot import Answer, ServiceReason

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
        self._release = Gauge("deletion_release_is_release", "1 under a valid RELEASE, else 0", registry=self._registry)
        self._holding = Gauge(
            "deletion_release_service_holds", "1 for why the service itself holds", ["reason"], registry=self._registry
        )
        for reason in ServiceReason:
            self._holding.labels(str(reason)).set(0)

    def called(self, route: str, method: str, status: int, seconds: float) -> None:
        self._calls.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def cleared(self, delete: int, keep: int) -> None:
        self._cleared.labels("delete").inc(delete)
        self._cleared.labels("keep").inc(keep)

    def text(self, answer: Answer) -> bytes:
        """The metrics in Prometheus' text form, with what holds now."""
        self._release.set(1 if answer.is_release else 0)
        for reason in ServiceReason:
            self._holding.labels(str(reason)).set(1 if answer.reason == reason else 0)
        return generate_latest(self._registry)
